"""Derivatives by tied entries and along tangents: Jacobians by vech X, skew-symmetric and orthogonal directions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.differences import called
from texgrad import derive

N, M = 3, 4
RNG = np.random.default_rng(11)
A, B, C, S = (RNG.standard_normal(s) for s in ((M, N), (N, M), (N, N), (N, N)))
X = S + S.T
Q = np.linalg.qr(C)[0]
L = np.tril(C) + 3 * np.eye(N)
VALUES = {"L": L, "A": A, "B": B, "C": C, "X": X, "Q": Q, "x": A[0], "n": N, "m": M}


def worth(source: str) -> Any:
    """What the generated function gives for the values above."""
    return called(source, VALUES)


def vech(Z: Any) -> Any:
    """The columns of the lower triangle."""
    return Z.T[np.triu_indices(N)]


def halves() -> list[Any]:
    """The directions in which the entries of vech X move a symmetric X."""
    out = []
    for j in range(N):
        for i in range(j, N):
            E = np.zeros((N, N))
            E[i, j] = E[j, i] = 1.0
            out.append(E)
    return out


@pytest.mark.parametrize(("request_", "f"), [
    (r"\frac{\partial\operatorname{vec}(AXB)}{\partial(\operatorname{vech}X)^T}", lambda X: A @ X @ B),
    (r"\frac{\partial Xx}{\partial(\operatorname{vech}X)^T}", lambda X: X @ A[0]),
    (r"\frac{\partial\operatorname{vec}(X^{-1})}{\partial(\operatorname{vech}X)^T}", np.linalg.inv),
    (r"\frac{\partial\operatorname{vec}(XCX)}{\partial(\operatorname{vech}X)^T}", lambda X: X @ C @ X),
])  # fmt: skip
def test_jacobians_by_the_half_of_a_symmetric_matrix(request_: str, f: Callable[[Any], Any]) -> None:
    answer = derive(request_, declare={"A": "m x n", "B": "n x m", "C": "n x n", "X": "n x n", "x": "n"}).results[0]
    h = 1e-6
    columns = [(f(X + h * E) - f(X - h * E)).reshape(-1, order="F") / (2 * h) for E in halves()]
    assert np.allclose(worth(answer.python), np.stack(columns, axis=1), rtol=1e-5, atol=1e-6)
    assert answer.latex.endswith("D_n")


@pytest.mark.parametrize(("request_", "f"), [
    (r"\frac{\partial\operatorname{vech}(LL^T)}{\partial(\operatorname{vech}L)^T}", lambda L: vech(L @ L.T)),
    (r"\frac{\partial\operatorname{vec}(LCL^T)}{\partial(\operatorname{vech}L)^T}", lambda L: L @ C @ L.T),
    (r"\frac{\partial}{\partial\operatorname{vech}L}\operatorname{tr}(CLL^T)", lambda L: np.trace(C @ L @ L.T)),
    (r"\frac{\partial}{\partial\operatorname{vech}L}\log\det(LL^T)", lambda L: np.log(np.linalg.det(L @ L.T))),
])  # fmt: skip
def test_derivatives_by_the_half_of_a_triangular_matrix(request_: str, f: Callable[[Any], Any]) -> None:
    """L was taken for a symmetric matrix, whatever was said of it."""
    answer = derive(request_, declare={"C": "n x n", "L": "n x n"}, assume={"L": ["lower triangular"]}).results[0]
    h, columns = 1e-6, []
    for E in map(np.tril, halves()):
        columns.append(np.ravel(f(VALUES["L"] + h * E) - f(VALUES["L"] - h * E), order="F") / (2 * h))
    expected = np.squeeze(np.stack(columns, axis=1))
    assert np.allclose(worth(answer.python), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("convention", "name", "direction"), [
    ("skew-tangent", "X", lambda K: K - K.T), ("symmetric-tangent", "X", lambda K: K + K.T),
    ("orthogonal-tangent", "Q", lambda K: Q @ (K - K.T)),
])  # fmt: skip
def test_gradients_in_tangent_spaces(convention: str, name: str, direction: Callable[[Any], Any]) -> None:
    """They lie in the space, and their product with any direction in it is the derivative along it."""
    request_ = rf"\frac{{\partial}}{{\partial {name}}}\operatorname{{tr}}(C{name}B A{name})"
    G = worth(derive(request_, convention=convention).results[0].python)
    at, D, h = VALUES[name], direction(RNG.standard_normal((N, N))), 1e-6
    assert isinstance(at, np.ndarray)

    def f(Z: Any) -> Any:
        return np.trace(C @ Z @ B @ A @ Z)

    assert np.isclose(np.sum(G * D), (f(at + h * D) - f(at - h * D)) / (2 * h), rtol=1e-6)
    inside = at.T @ G if name == "Q" else G
    assert np.allclose(inside, inside.T if convention.startswith("symmetric") else -inside.T)


def test_a_convention_of_structure_makes_its_variable_square() -> None:
    answer = derive(r"\frac{\partial}{\partial X}\operatorname{tr}(AX)", convention="symmetric-structured").results[0]
    assert answer.shape[0] == answer.shape[1]


def test_what_a_symmetric_matrix_is_defined_as_is_symmetric() -> None:
    f = r"\log\det K+y^TK^{-1}y"
    answers = [
        derive(f, wrt="K", definitions=[d], assume={"R": ["symmetric"]}).results[0].latex
        for d in (r"K=ZZ^T+\tau I", r"K=\sigma^2R+\tau I", r"K=\sigma^2Q+\tau I")
    ]
    assert answers == [*[r"K^{-1}-K^{-1}yy^TK^{-1}"] * 2, r"K^{-T}-K^{-T}yy^TK^{-T}"]
