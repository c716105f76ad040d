"""Powers and functions of matrices, Kronecker products, blocks: the answers, and their source against differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from inspect import signature
from typing import Any

import numpy as np
import pytest
import scipy.linalg as sla

from tests.differences import compiled
from texgrad import derive

STEP = 1e-4
SIZES = {"m": 3, "n": 4, "p": 2, "q": 3, "k": 3, "d": 2}
Array = Any


def powers(A: Array, k: int) -> Array:
    return np.linalg.matrix_power(A, k)


def inv(A: Array) -> Array:
    return np.linalg.inv(A)


def sym(A: Array) -> Array:
    return A @ A.T + np.eye(len(A))


def close_to_one(A: Array) -> Array:
    return np.eye(len(A)) + 0.1 * A


@dataclass(frozen=True)
class Case:
    """A request, its declarations, its answer, and the function in NumPy; `made` says how a value is drawn."""

    request: str
    declare: Mapping[str, str]
    answer: str
    f: Callable[..., Any]
    by: str = "X"
    assume: Mapping[str, str] = field(default_factory=dict)
    made: Mapping[str, Callable[[Array], Array]] = field(default_factory=dict)
    vec: bool = False

    def __repr__(self) -> str:
        return self.request


SQUARE = {"X": "m x m", "A": "m x m", "a": "m", "b": "m"}
CASES = [
    Case(r"\nabla_X \operatorname{tr}(X^k)", SQUARE, r"k(X^\top)^{k-1}", lambda X, k: np.trace(powers(X, k))),
    Case(r"\nabla_X \operatorname{tr}(AX^k)", SQUARE, r"\sum_{r=1}^k (X^\top)^{r-1}A^\top(X^\top)^{k-r}",
         lambda A, X, k: np.trace(A @ powers(X, k))),
    Case(r"\nabla_X a^T(X^{-1})^kb", SQUARE, r"-\sum_{r=1}^k (X^T)^{-r}ab^T(X^T)^{r-k-1}",
         lambda a, X, k, b: a @ powers(inv(X), k) @ b, made={"X": close_to_one}),
    Case(r"\nabla_X \log|X^k|", SQUARE, r"kX^{-\top}", lambda X, k: np.linalg.slogdet(powers(X, k))[1],
         made={"X": close_to_one}),
    Case(r"\nabla_X \operatorname{tr}(X^{1/2})", SQUARE, r"\frac12(X^\top)^{-1/2}",
         lambda X: np.trace(np.real(sla.sqrtm(X))), made={"X": close_to_one}),
    Case(r"\nabla_X \operatorname{tr}(AX^{1/2})", SQUARE,
         r"\operatorname{unvec}(((X^\top)^{1/2}\otimes I_m+I_m\otimes X^{1/2})^{-\top}\operatorname{vec}(A^\top))",
         lambda A, X: np.trace(A @ np.real(sla.sqrtm(X))), made={"X": close_to_one}),
    Case(r"\frac{\partial\operatorname{vec}(X^{1/2})}{\partial(\operatorname{vec}X)^T}", SQUARE,
         r"(X^{1/2}\otimes I_m+I_m\otimes X^{1/2})^{-1}", lambda X: np.real(sla.sqrtm(X)), made={"X": sym},
         assume={"X": "positive definite"}, vec=True),
    Case(r"\nabla_X \|\log X\|_F^2", SQUARE, r"2X^{-1}\log X", lambda X: np.sum(np.real(sla.logm(X)) ** 2),
         assume={"X": "positive definite"}, made={"X": sym}),
    Case(r"\nabla_X \operatorname{tr}(X\log X-X\log A)", SQUARE, r"\log X+I-\log A",
         lambda X, A: np.trace(X @ np.real(sla.logm(X)) - X @ np.real(sla.logm(A))),
         assume={"X": "positive definite", "A": "positive definite"}, made={"X": sym, "A": sym}),
    Case(r"\frac{d}{dt} \det(e^{tA})", {"A": "m x m", "t": "scalar"}, r"\det(e^{tA})\operatorname{tr}(A)",
         lambda t, A: np.linalg.det(sla.expm(t * A)), by="t"),
    Case(r"\nabla_X \operatorname{tr}(e^{AX})", {"X": "n x m", "A": "m x n"}, r"A^\top(e^{AX})^\top",
         lambda A, X: np.trace(sla.expm(A @ X))),
    Case(r"\nabla_X \operatorname{tr}(\sin(X))", SQUARE, r"\cos(X)^\top", lambda X: np.trace(sla.sinm(X))),
    Case(r"\nabla_X \operatorname{tr}(X\log X)", SQUARE, r"(\log X+I)^\top",
         lambda X: np.trace(X @ np.real(sla.logm(X))), made={"X": close_to_one}),
    Case(r"\frac{d}{dt} x^T e^{-tA}x", {"A": "m x m", "x": "m", "t": "scalar"}, r"-x^TAe^{-tA}x",
         lambda x, t, A: x @ sla.expm(-t * A) @ x, by="t"),
    Case(r"\nabla_X \operatorname{tr}(A\operatorname{adj}(X))", SQUARE,
         r"\det(X)(\operatorname{tr}(AX^{-1})X^{-\top}-X^{-\top}A^\top X^{-\top})",
         lambda A, X: np.trace(A @ inv(X)) * np.linalg.det(X), made={"X": close_to_one}),
    Case(r"\frac{\partial\operatorname{vec}(X^+)}{\partial(\operatorname{vec}X)^T}", {"X": "n x m"},
         r"-(X^{+})^T\otimes X^{+}+((I-XX^{+})\otimes(X^TX)^{-1})K_{n,m}", lambda X: np.linalg.pinv(X),
         assume={"X": "full column rank"}, vec=True),
    Case(r"\nabla_X \det(X^TX)", {"X": "n x m"}, r"2\det(X^TX)X(X^TX)^{-1}", lambda X: np.linalg.det(X.T @ X)),
    Case(r"\nabla_X \operatorname{tr}(A(X\otimes B))", {"A": "n*q x m*p", "X": "m x n", "B": "p x q"},
         r"\operatorname{tr}_2(A^\top(I_n\otimes B^\top))", lambda A, X, B: np.trace(A @ np.kron(X, B))),
    Case(r"\nabla_X \operatorname{tr}(A(B\otimes X))", {"A": "n*q x m*p", "X": "p x q", "B": "m x n"},
         r"\operatorname{tr}_1((B^\top\otimes I_p)A^\top)", lambda A, B, X: np.trace(A @ np.kron(B, X))),
    Case(r"\nabla_X \|X\otimes X\|_F^2", {"X": "m x n"}, r"4\|X\|_F^2\,X",
         lambda X: np.linalg.norm(np.kron(X, X)) ** 2),
    Case(r"\nabla_X \log\det(A\otimes X)", {"A": "p x p", "X": "m x m"}, r"pX^{-\top}",
         lambda A, X: np.linalg.slogdet(np.kron(A, X))[1]),
    Case(r"\nabla_X \operatorname{tr}(X\oplus X)", SQUARE, "2mI", lambda X: 2 * len(X) * np.trace(X)),
    Case(r"\frac{\partial\operatorname{vec}(X\otimes A)}{\partial(\operatorname{vec}X)^T}",
         {"X": "m x n", "A": "p x q"}, r"(I_n\otimes K_{q,m}\otimes I_p)(I_{mn}\otimes\operatorname{vec}(A))",
         lambda X, A: np.kron(X, A), vec=True),
    Case(r"\nabla_X \|X\odot A\|_F^2", {"X": "m x n", "A": "p x n"},
         r"2(I_m\otimes\mathbf 1^\top)((X\otimes\mathbf 1)\odot(\mathbf 1\otimes A)\odot(\mathbf 1\otimes A))",
         lambda X, A: np.linalg.norm(sla.khatri_rao(X, A)) ** 2),
    Case(r"\nabla_X \|\begin{bmatrix} A & X\end{bmatrix} w\|^2", {"X": "n x q", "A": "n x p", "w": "p+q"},
         r"2\begin{bmatrix}A&X\end{bmatrix}ww^\top\begin{bmatrix}0\\I\end{bmatrix}",
         lambda A, X, w: np.linalg.norm(np.hstack([A, X]) @ w) ** 2),
    Case(r"\nabla_X \|[X; A]\|_F^2", {"X": "m x n", "A": "p x n"}, "2X", lambda X: np.linalg.norm(X) ** 2),
    Case(r"\frac{\partial\operatorname{vech}(AXA^T)}{\partial(\operatorname{vec}X)^T}", {"X": "n x n", "A": "m x n"},
         r"L_m(A\otimes A)", lambda A, X: (A @ X @ A.T).T[np.triu_indices(len(A))], vec=True),
]  # fmt: skip


def values(case: Case, names: list[str]) -> dict[str, Any]:
    """A random value for every name: an array of the declared shape, or a size."""
    rng = np.random.default_rng(3)
    out: dict[str, Any] = {}
    for name in names:
        said = case.declare.get(name)
        if said is None:
            out[name] = SIZES[name]
            continue
        shape = () if said == "scalar" else tuple(eval(size, {}, SIZES) for size in said.split(" x "))
        array = 0.3 * rng.standard_normal(shape)
        out[name] = case.made.get(name, lambda A: A)(array)
    return out


@pytest.mark.parametrize("case", CASES, ids=repr)
def test_the_answer_and_its_source(case: Case) -> None:
    assume = {name: [words] for name, words in case.assume.items()}
    (result,) = derive(case.request, declare=case.declare, assume=assume).results
    assert result.latex == case.answer
    gradient = compiled(result.python)
    needed, own = (list(signature(f).parameters) for f in (gradient, case.f))
    given = values(case, sorted({*needed, *own, case.by}))
    made = np.asarray(gradient(*(given[n] for n in needed)))
    at, columns = given[case.by], []
    for index in np.ndindex(*np.shape(at)[::-1]):
        step = np.zeros(np.shape(at))
        step[index[::-1]] = STEP
        high, low = (case.f(*({**given, case.by: at + sign * step}[n] for n in own)) for sign in (1, -1))
        columns.append(np.ravel((high - low) / (2 * STEP), order="F"))
    rise = np.stack(columns, axis=-1)
    expected = rise if case.vec else rise.reshape(np.shape(at), order="F")
    assert made.shape == expected.shape
    assert np.allclose(made, expected, rtol=1e-5, atol=1e-6)


def test_the_second_derivative_by_a_symmetric_variable_keeps_its_commutation_matrix() -> None:
    request = r"\frac{\partial^2(-\log\det X)}{\partial\operatorname{vec}X\,\partial(\operatorname{vec}X)^T}"
    (result,) = derive(request, declare={"X": "n x n"}, assume={"X": ["positive definite"]}).results
    assert result.latex == r"(X^{-1}\otimes X^{-1})K_{n,n}"


def test_the_second_derivative_by_a_scalar_is_a_quadratic_form() -> None:
    (result,) = derive(r"\frac{d^2}{dt^2} a^T(A+tB)^{-1}a", declare={"A": "n x n", "B": "n x n", "a": "n"}).results
    assert result.latex == "2a^T(A+tB)^{-1}B(A+tB)^{-1}B(A+tB)^{-1}a"


def test_by_the_half_of_a_symmetric_matrix() -> None:
    (result,) = derive(r"\frac{\partial\ln|X|}{\partial\operatorname{vech}X}", declare={"X": "n x n"}).results
    assert result.latex == r"D_n^\top\operatorname{vec}(X^{-1})"
    gradient = compiled(result.python)
    X = sym(np.random.default_rng(0).standard_normal((3, 3)))
    G = inv(X)
    assert np.allclose(gradient(X), [(2 - (i == j)) * G[i, j] for j in range(3) for i in range(j, 3)])


def test_the_index_of_a_power_is_no_letter_of_the_author() -> None:
    (result,) = derive(r"r^TX^nr", wrt="X", declare={"X": "d x d", "r": "d"}).results
    assert result.latex == r"\sum_{s=1}^n (X^T)^{s-1}rr^T(X^T)^{n-s}"


def test_two_long_terms_of_one_variable_get_different_names() -> None:
    request = r"\nabla_{W_2} \operatorname{tr}(W_2(W_2\odot W_2)^+)"
    d = derive(request, declare={"W_2": "m x p"})
    names = [row.split(" = ")[0] for row in d.definitions]
    assert len(names) == len(set(names))


def test_a_power_times_a_vector_by_the_matrix() -> None:
    (result,) = derive("X^na", wrt="X", declare={"X": "d x d", "a": "d"}).results
    assert result.layout == "tensor"
    gradient = compiled(result.python)
    X, a, n = 0.5 * np.arange(4.0).reshape(2, 2), np.array([1.0, -2.0]), 3
    made = gradient(X=X, a=a, n=n)
    for i, j in np.ndindex(2, 2):
        E = np.zeros((2, 2))
        E[i, j] = STEP
        rise = (powers(X + E, n) - powers(X - E, n)) @ a / (2 * STEP)
        assert np.allclose(made[:, i, j], rise, rtol=1e-5, atol=1e-6)
