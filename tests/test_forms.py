"""Requests that are no plain derivative: the differential itself, along a direction, at a point."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.differences import called
from texgrad import TexgradError, derive

RNG = np.random.default_rng(2)
VALUES: dict[str, Any] = {
    "X": RNG.normal(size=(3, 3)), "H": RNG.normal(size=(3, 3)), "A": RNG.normal(size=(3, 3)), "x": RNG.normal(size=3),
    "y": RNG.normal(size=3), "b": RNG.normal(size=3), "x_0": RNG.normal(size=3), "dX": RNG.normal(size=(3, 3)),
    "dx": RNG.normal(size=3), "dy": RNG.normal(size=3), "n": 3,
}  # fmt: skip
DECLARE = {"X": "n x n", "H": "n x n", "A": "n x n", "x": "n", "y": "n", "b": "n"}
X, H, A, x, y, b, x_0, dX, dx, dy = (VALUES[n] for n in ("X", "H", "A", "x", "y", "b", "x_0", "dX", "dx", "dy"))
inv = np.linalg.inv
CASES: tuple[tuple[str, str, Any], ...] = (
    (r"f(x,y) = x^TAy,\quad df = ?", r"y^TA^Tdx+x^TA\,dy", y @ A.T @ dx + x @ A @ dy),
    (r"F(X) = X^{-1},\; \mathrm dF = ?", r"-X^{-1}\,\mathrm dX\,X^{-1}", -inv(X) @ dX @ inv(X)),
    (r"f(X) = \log\det X,\ df = ?", r"\operatorname{tr}(X^{-1}\,dX)", np.trace(inv(X) @ dX)),
    (r"f(x) = \|Ax-b\|^2,\ df = ?", r"2(Ax-b)^\top A\,dx", 2 * (A @ x - b) @ A @ dx),
    (r"f(X) = \log\det X, Df(X)[H] = ?", r"\operatorname{tr}(X^{-1}H)", np.trace(inv(X) @ H)),
    (r"F(X) = X^{-1}, DF(X)[H] = ?", "-X^{-1}HX^{-1}", -inv(X) @ H @ inv(X)),
    (
        r"f(X) = \log\det X, \left.\frac{d}{dt}f(X+tH)\right|_{t=0} = ?", r"\operatorname{tr}(X^{-1}H)",
        np.trace(inv(X) @ H),
    ),
    (r"\frac{d}{dt}\det(I+tA)\Big|_{t=0}", r"\operatorname{tr}(A)", np.trace(A)),
    (r"\frac{\partial}{\partial x}\|Ax-b\|^2\big|_{x=x_0}", r"2A^\top(Ax_0-b)", 2 * A.T @ (A @ x_0 - b)),
    (r"\nabla_x\left(x^\top Ax\right)|_{x=0}", "0", np.zeros(3)),
    (r"f(x) = \|Ax-b\|^2,\ D_yf(x) = ?", r"2(Ax-b)^\top Ay", 2 * (A @ x - b) @ A @ y),
    (r"f(X) = \log\det X,\ \partial_Hf(X) = ?", r"\operatorname{tr}(X^{-1}H)", np.trace(inv(X) @ H)),
)  # fmt: skip


@pytest.mark.parametrize(("request_", "latex", "worth"), CASES, ids=[c[0] for c in CASES])
def test_answers(request_: str, latex: str, worth: Any) -> None:
    answer = derive(request_, declare=DECLARE).results[0]
    assert answer.latex == latex
    made = called(answer.python, VALUES)
    assert np.allclose(made, worth) and np.shape(made) == np.shape(worth)


def test_the_lines_end_with_what_was_asked() -> None:
    text = derive(r"f(x) = \|Ax-b\|^2, df = ?", declare=DECLARE).latex()
    assert text.count("df &=") == 1 and r"\partial" not in text
    text = derive(r"f(X) = \log\det X, Df(X)[H] = ?", declare=DECLARE).latex()
    assert text.splitlines()[-2].startswith("Df(X)[H] &=")
    rows = derive(r"f(x) = \|x\|^2, \frac{\partial f}{\partial x}\big|_{x=x_0} = ?").latex().splitlines()
    assert rows[-3].startswith(r"\frac{\partial f}{\partial x} &= 2x")
    assert rows[-2].startswith(r"\frac{\partial f}{\partial x}\big|_{x=x_0} &= 2x_0")


def test_several_variables_are_in_one_differential() -> None:
    solution = derive(r"df = ?,\quad f = x^\top Ay", wrt=["x", "y"], declare=DECLARE)
    assert len(solution.results) == 1 and "dx" in solution.results[0].latex and "dy" in solution.results[0].latex


@pytest.mark.parametrize(
    ("request_", "declare", "code"),
    [
        (r"f(X) = \log\det X, Df(X)[b] = ?", DECLARE, "shape"),
        (r"f(X) = \log\det X, Df(X)[H+A] = ?", DECLARE, "unsupported"),
        (r"\frac{d}{dt}\det(I+tA)|_{s=0}", DECLARE, "unsupported"),
    ],
)
def test_refusals(request_: str, declare: dict[str, str], code: str) -> None:
    with pytest.raises(TexgradError) as refused:
        derive(request_, declare=declare)
    assert [d.code for d in refused.value.diagnostics] == [code]
    assert refused.value.diagnostics[0].span is not None
