"""Functions of matrices that do not commute with what they are multiplied with, against finite differences."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

import numpy as np
import pytest
import scipy.linalg as sla

from tests.differences import compiled
from texgrad import TexgradError, derive

STEP = 1e-6
SIZE = 3
SQUARE = {name: "n x n" for name in "ABCX"}


def power(A: Any, p: float) -> Any:
    """A power of a matrix."""
    return sla.fractional_matrix_power(A, p)


def definite(rng: np.random.Generator) -> Any:
    """A matrix whose eigenvalues are positive, and that is not symmetric."""
    A = rng.standard_normal((SIZE, SIZE))
    return A @ A.T + 2 * np.eye(SIZE) + 0.3 * rng.standard_normal((SIZE, SIZE))


def value(name: str, rng: np.random.Generator) -> Any:
    """A value for a name: matrices, vectors from a on, and numbers."""
    if name.isupper():
        return definite(rng)
    return 0.7 if name in "ct" else rng.standard_normal(SIZE)


def differences(f: Callable[..., Any], given: dict[str, Any], by: str) -> Any:
    """The derivative of f by central differences: of a number the gradient, else of the vec by the vec."""
    at = np.asarray(given[by])
    columns = []
    for k in range(at.size):
        step = np.zeros(at.size)
        step[k] = STEP
        turned = step.reshape(at.shape, order="F")
        high, low = (np.asarray(f(**{**given, by: at + sign * turned})) for sign in (1, -1))
        columns.append(np.real((high - low) / (2 * STEP)).ravel(order="F"))
    J = np.stack(columns, axis=-1)
    value = np.asarray(f(**given))
    return J.reshape(at.shape, order="F") if not value.ndim else J if at.ndim else J.reshape(value.shape, order="F")


def agrees(result: Any, of: Callable[..., Any], by: str, **others: Any) -> None:
    """The code of the answer gives what differences give."""
    rng = np.random.default_rng(5)
    gradient = compiled(result.python)
    needed = list(signature(gradient).parameters)
    own = list(signature(of).parameters)
    given = {name: value(name, rng) for name in sorted({*needed, *own, by} - others.keys())}
    made = gradient(**{n: {**given, **others}[n] for n in needed})
    expected = differences(lambda **v: of(**{n: v[n] for n in own}), given, by)
    assert np.allclose(made, expected, rtol=1e-5, atol=1e-6), result.python


CASES: list[tuple[str, str, str, Callable[..., Any]]] = [
    (r"\operatorname{tr}(Be^X)", "X", r"\int_0^1 e^{sX^\top}B^\top e^{(1-s)X^\top}\,ds",
     lambda B, X: np.trace(B @ sla.expm(X))),
    (r"a^Te^Xb", "X", r"\int_0^1 e^{sX^T}ab^Te^{(1-s)X^T}\,ds", lambda a, b, X: a @ sla.expm(X) @ b),
    (r"e^{A+tB}", "t", r"\int_0^1 e^{s(A+tB)}Be^{(1-s)(A+tB)}\,ds", lambda A, B, t: sla.expm(A + t * B)),
    (r"e^X", "X", r"\int_0^1 e^{(1-s)X^\top}\otimes e^{sX}\,ds", lambda X: sla.expm(X)),
    (r"\|e^X-A\|_F^2", "X", r"2\left(\int_0^1 e^{sX^\top}(e^X-A)e^{(1-s)X^\top}\,ds\right)",
     lambda X, A: np.sum((sla.expm(X) - A) ** 2)),
    (r"\operatorname{tr}(Be^{\frac1{30}AX})", "X",
     r"\frac{1}{30}A^\top\left(\int_0^1 "
     r"e^{\frac{1}{30}sX^\top A^\top}B^\top e^{\frac{1}{30}(1-s)X^\top A^\top}\,ds\right)",
     lambda A, B, X: np.trace(B @ sla.expm(A @ X / 30))),
    (r"\operatorname{tr}(B\log X)", "X", r"\int_0^\infty (X^\top+sI)^{-1}B^\top(X^\top+sI)^{-1}\,ds",
     lambda B, X: np.trace(B @ sla.logm(X))),
    (r"\operatorname{tr}(B\sin(X))", "X", r"D\sin(X^\top)[B^\top]", lambda B, X: np.trace(B @ sla.sinm(X))),
    (r"\operatorname{tr}(BX^{1/3})", "X", r"D((X^\top)^{1/3})[B^\top]", lambda B, X: np.trace(B @ power(X, 1 / 3))),
    (r"\operatorname{tr}(BX^c)", "X", r"D((X^\top)^c)[B^\top]", lambda B, X, c: np.trace(B @ power(X, c))),
    (r"\operatorname{tr}(B\sqrt X)", "X", "", lambda B, X: np.trace(B @ sla.sqrtm(X))),
    (r"\operatorname{tr}(BX^{-1/2})", "X", "", lambda B, X: np.trace(B @ np.linalg.inv(sla.sqrtm(X)))),
    (r"\operatorname{tr}(BX^{3/2})", "X", "", lambda B, X: np.trace(B @ X @ sla.sqrtm(X))),
    (r"\operatorname{tr}(BX^{-5/2})", "X", "", lambda B, X: np.trace(B @ power(X, -2.5))),
]  # fmt: skip


@pytest.mark.parametrize(("latex", "by", "answer", "f"), CASES, ids=lambda case: case if isinstance(case, str) else "")
def test_the_answer_and_its_source(latex: str, by: str, answer: str, f: Callable[..., Any]) -> None:
    declare = {**SQUARE, "a": "n", "b": "n", "c": "scalar", "t": "scalar"}
    (result,) = derive(latex, wrt=by, declare=declare).results
    assert not answer or result.latex == answer
    agrees(result, f, by)


def test_of_a_function_without_a_formula() -> None:
    """Of tr(f(X)) it is f'(X)ᵀ, and of tr(Bf(X)) the derivative along Bᵀ."""
    (alone,) = derive(r"\operatorname{tr}(f(X))", wrt="X").results
    assert alone.latex == r"f'(X)^\top"
    agrees(alone, lambda X: np.trace(sla.expm(X)), "X", df=sla.expm)
    (beside,) = derive(r"\operatorname{tr}(Bf(X))", wrt="X").results
    assert beside.latex == r"Df(X^\top)[B^\top]"
    agrees(beside, lambda B, X: np.trace(B @ sla.expm(X)), "X", f=sla.expm)


def test_functions_in_a_trace_are_those_of_the_matrix_unless_a_transpose_stands_beside_them() -> None:
    solution = derive(r"\operatorname{tr}(B\log X)", wrt="X")
    assert r"\text{(the function of the matrix, not of its entries)}" in solution.latex()
    assert derive(r"\operatorname{tr}(Y^T\log X)", wrt="X").results[0].latex == r"Y\oslash X"
    shapes = {"X": "n x p", "A": "p x n"}
    assert derive(r"\operatorname{tr}(A\log(X))", wrt="X", declare=shapes).results[0].latex == r"A^\top\oslash X"
    assert derive(r"\operatorname{tr}(A\tanh(X))", wrt="X").results[0].latex == r"A^\top\odot(1-\tanh(X)\odot\tanh(X))"


def test_where_a_root_has_a_derivative() -> None:
    (result,) = derive(r"\operatorname{tr}(X^{1/2})", wrt="X").results
    assert result.conditions == (r"X \text{ has no eigenvalue} \le 0",)
    assert not derive(r"\operatorname{tr}(X^{1/2})", wrt="X", assume={"X": ["positive definite"]}).results[0].conditions


def test_second_derivatives_along_a_matrix_are_refused() -> None:
    with pytest.raises(TexgradError, match="by the matrix"):
        derive(r"\frac{d^2}{dt^2} e^{A+tB}")
