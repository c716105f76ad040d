"""Second derivatives by two variables: rows belong to the first, columns to the transposed one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.differences import called
from texgrad import TexgradError, derive

RNG = np.random.default_rng(5)
VALUES: dict[str, Any] = {
    "x": RNG.normal(size=3), "y": RNG.normal(size=4), "A": RNG.normal(size=(3, 4)), "B": RNG.normal(size=(4, 4)),
    "a": RNG.normal(size=3), "b": RNG.normal(size=4), "X": RNG.normal(size=(3, 4)), "s": 0.7, "i": 1, "j": 2,
}  # fmt: skip
DECLARE = {"x": "n", "y": "m", "A": "n x m", "B": "m x m", "a": "n", "b": "m", "X": "n x m", "s": "scalar"}
x, y, A, B, a, b, s = (VALUES[name] for name in "xyABabs")
CASES: tuple[tuple[str, str, Any], ...] = (
    (r"\frac{\partial^2}{\partial x\,\partial y^\top}x^\top Ay", "A", A),
    (r"\frac{\partial^2 x^TAy}{\partial x^T\partial y}", "A^T", A.T),
    (
        r"\frac{\partial^2}{\partial x\,\partial y^\top}(a^\top x)(y^\top By)", r"ay^\top(B+B^\top)",
        np.outer(a, (B + B.T) @ y),
    ),
    (r"\frac{\partial^2 x^\top Ay}{\partial x_i\,\partial y_j}", "A_{ij}", A[1, 2]),
    (r"\frac{\partial^2}{\partial y_i\partial y_j}y^TBy", "B_{ij}+B_{ji}", B[1, 2] + B[2, 1]),
    (r"\frac{\partial^2}{\partial y_i^2}y^TBy", "2B_{ii}", 2 * B[1, 1]),
    (r"\nabla^2_{xy}\,x^\top Ay", "A", A),
    (r"\frac{\partial^2}{\partial s\,\partial x^\top}s^2x^\top x", r"4sx^\top", 4 * s * x),
    (r"\frac{\partial^2}{\partial X\,\partial b^\top}a^\top Xb", r"I_m\otimes a", np.kron(np.eye(4), a[:, None])),
    (r"\frac{\partial^2}{\partial x\,\partial y^\top}(x^\top x + y^\top y)", "0", np.zeros((3, 4))),
)  # fmt: skip


@pytest.mark.parametrize(("request_", "latex", "worth"), CASES, ids=[c[0] for c in CASES])
def test_answers(request_: str, latex: str, worth: Any) -> None:
    solution = derive(request_, declare=DECLARE)
    answer = solution.results[0]
    assert answer.latex == latex
    made = called(answer.python, {**VALUES, "n": 3, "m": 4})
    assert np.allclose(made, worth) and np.shape(made) == np.shape(worth)


def test_the_left_side_is_the_request() -> None:
    text = derive(r"f = x^\top Ay,\quad \frac{\partial^2 f}{\partial x\,\partial y^\top} = ?", declare=DECLARE).latex()
    assert text.splitlines()[-2].startswith(r"\frac{\partial^2 f}{\partial x\,\partial y^\top} &= A")


def test_an_entry_of_a_matrix_and_one_of_a_vector() -> None:
    d = derive(r"\frac{\partial^2}{\partial X_{ij}\partial b_k}a^\top Xb", declare=DECLARE)
    assert d.results[0].latex in (r"a_i\delta_{kj}", r"a_i\delta_{jk}")


def test_an_entry_and_a_whole_matrix_are_refused() -> None:
    with pytest.raises(TexgradError, match="unsupported"):
        derive(r"\frac{\partial^2}{\partial X_{ij}\partial b}a^\top Xb", declare=DECLARE)


@pytest.mark.parametrize(
    ("request_", "layout", "latex"),
    [
        (r"\nabla_x\|Ax\|^2", "auto", r"2A^\top Ax"),
        (r"\nabla_x x^TBx", "numerator", r"x^T(B+B^T)"),
        (r"\frac{\partial f}{\partial X},\quad f = a^TXb", "numerator", "ba^T"),
        (r"\frac{\partial}{\partial x}x^TBx", "denominator", "(B+B^T)x"),
        (r"\frac{\partial Ax}{\partial x}", "auto", "A"),
        (r"\frac{\partial Ax}{\partial x}", "numerator", "A"),
        (r"\frac{\partial Ax}{\partial x}", "denominator", r"A^\top"),
        (r"\frac{\partial Ax}{\partial x^\top}", "denominator", "A"),
    ],
)
def test_a_site_says_how_derivatives_are_laid_out(request_: str, layout: str, latex: str) -> None:
    declare = {"A": "m x n", "x": "n", "B": "n x n", "a": "n", "b": "m", "X": "n x m"}
    known = {name: shape for name, shape in declare.items() if name in request_}
    answer = derive(request_, declare=known, layout=layout).results[0]
    assert answer.latex == latex


def test_an_entry_and_a_number() -> None:
    assert derive(r"\frac{\partial^2}{\partial x_1\partial t}tx^Tx").results[0].latex == "2x_1"


def test_an_entry_and_a_whole_vector_are_refused() -> None:
    with pytest.raises(TexgradError, match="unsupported"):
        derive(r"\frac{\partial^2}{\partial x_1\partial x^T}(x^Tx)^2")
