"""Gradients and Hessians of functions without a formula, at points that vary: their derivatives have one order more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.differences import called
from texgrad import TexgradError, derive

RNG = np.random.default_rng(2)
A, B = RNG.standard_normal((3, 3)), RNG.standard_normal((3, 3))
STEP = 1e-6


def f(x: Any) -> Any:
    """A function of a vector."""
    return np.sin(x) @ A @ x + x @ B @ x


def df(x: Any) -> Any:
    """Its gradient."""
    return np.cos(x) * (A @ x) + A.T @ np.sin(x) + (B + B.T) @ x


def d2f(x: Any) -> Any:
    """Its Hessian, by differences."""
    steps = STEP * np.eye(3)
    return np.stack([(df(x + s) - df(x - s)) / (2 * STEP) for s in steps], axis=1)


CASES = [
    (r"\|\nabla f(x)\|^2", r"2\nabla^2f(x)\nabla f(x)", lambda x, a: df(x) @ df(x)),
    (r"\frac12\|\nabla f(Ax)\|^2", r"A^\top\nabla^2f(Ax)\nabla f(Ax)", lambda x, a: df(A @ x) @ df(A @ x) / 2),
    (r"a^T\nabla f(x)", r"\nabla^2f(x)a", lambda x, a: a @ df(x)),
    (r"(\|\nabla f(x)\|-1)^2", r"\frac{2(\|\nabla f(x)\|-1)\nabla^2f(x)\nabla f(x)}{\|\nabla f(x)\|}",
     lambda x, a: (np.linalg.norm(df(x)) - 1) ** 2),
    (r"f(x-\eta\nabla f(x))", r"\nabla f(x-\eta\nabla f(x))-\eta\nabla^2f(x)\nabla f(x-\eta\nabla f(x))",
     lambda x, a: f(x - 0.1 * df(x))),
]  # fmt: skip


@pytest.mark.parametrize(("latex", "answer", "function"), CASES, ids=[case[0] for case in CASES])
def test_the_gradient(latex: str, answer: str, function: Any) -> None:
    (result,) = derive(latex, wrt="x").results
    assert result.latex == answer
    x, a = RNG.standard_normal(3), RNG.standard_normal(3)
    known = {"x": x, "a": a, "A": A, "eta": 0.1, "f": f, "df": df, "d2f": d2f}
    made = called(result.python, known)
    rises = [(function(x + s, a) - function(x - s, a)) / (2 * STEP) for s in STEP * np.eye(3)]
    assert np.allclose(made, rises, rtol=1e-4, atol=1e-4)


def test_the_jacobian_of_a_step_downhill() -> None:
    (result,) = derive(r"\frac{\partial}{\partial x} (x-\eta\nabla f(x))").results
    assert result.latex == r"I-\eta\nabla^2f(x)"


def test_a_gradient_at_a_fixed_point_is_given() -> None:
    (result,) = derive(r"f(y)+\nabla f(y)^\top(x-y)", wrt="x").results
    assert result.latex == r"\nabla f(y)"


def test_third_derivatives_are_refused() -> None:
    with pytest.raises(TexgradError, match="third derivative"):
        derive(r"a^T\nabla^2f(x)b", wrt="x")
