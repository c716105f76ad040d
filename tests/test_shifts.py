r"""Sums over a part of a range, and indices that are shifted: `\sum_{t=2}^T\|x_t-Ax_{t-1}\|^2`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from tests.differences import called, slope
from texgrad import TexgradError, derive

T, D = 6, 3
RNG = np.random.default_rng(5)
VALUES: Mapping[str, Any] = {
    "x": RNG.normal(size=(T, D)), "A": RNG.normal(size=(D, D)), "B": RNG.normal(size=(D, D)), "y": RNG.normal(size=T),
    "u": RNG.normal(size=(T, D)), "z": 1 + RNG.random(T), "phi": 0.4, "a": 0.3,
    "X": RNG.normal(size=(T, D)),
}  # fmt: skip
Values = dict[str, Any]
# f, the variable, the answer, its condition; what varies, at which place, f in NumPy, where t counts from 0
CASES: tuple[tuple[str, str, str, str, str, Any, Callable[[Values], Any]], ...] = (
    (r"\sum_{t=2}^T\|x_t-Ax_{t-1}\|^2", "A", r"-2\sum_{t=2}^T(x_t-Ax_{t-1})x_{t-1}^\top", "", "A", ...,
     lambda v: ((v["x"][1:] - v["x"][:-1] @ v["A"].T) ** 2).sum()),
    (r"\sum_{t=2}^T\|x_t-Ax_{t-1}\|^2", "x_t", r"2x_t-2Ax_{t-1}-2A^\top(x_{t+1}-Ax_t)", r"2 \le t \le T-1", "x", 3,
     lambda v: ((v["x"][1:] - v["x"][:-1] @ v["A"].T) ** 2).sum()),
    (r"\sum_{t=1}^T\|x_t-Ax_{t-1}\|^2", "A", r"-2\sum_{t=1}^T(x_t-Ax_{t-1})x_{t-1}^\top", "", "A", ...,
     lambda v: ((v["x"][1:] - v["x"][:-1] @ v["A"].T) ** 2).sum()),
    (r"\sum_{t=1}^T\|x_t-Ax_{t-1}\|^2", "x_t", r"2x_t-2Ax_{t-1}-2A^\top(x_{t+1}-Ax_t)", r"1 \le t \le T-1", "x", 3,
     lambda v: ((v["x"][1:] - v["x"][:-1] @ v["A"].T) ** 2).sum()),
    (r"\sum_{t=0}^{T-1}\|x_{t+1}-Ax_t-Bu_t\|^2", "B", r"-2\sum_{t=0}^{T-1}(x_{t+1}-Ax_t-Bu_t)u_t^\top", "", "B", ...,
     lambda v: ((v["x"][1:] - v["x"][:-1] @ v["A"].T - v["u"][:-1] @ v["B"].T) ** 2).sum()),
    (r"\sum_{i=1}^{n-1}(y_{i+1}-y_i)^2", "y", r"2\sum_{i=1}^{n-1}(y_{i+1}-y_i)(e_{i+1}-e_i)", "", "y", ...,
     lambda v: (np.diff(v["y"]) ** 2).sum()),
    (r"\sum_{i=1}^{n-1}(y_{i+1}-y_i)^2", "y_k", "2(2y_k-y_{k-1}-y_{k+1})", r"2 \le k \le n-1", "y", 2,
     lambda v: (np.diff(v["y"]) ** 2).sum()),
    (r"\sum_{i=0}^{n-1}(y_i-a)^2", "a", r"-2\sum_{i=0}^{n-1}(y_i-a)", "", "a", ...,
     lambda v: ((v["y"] - v["a"]) ** 2).sum()),
    (r"\sum_{t=2}^T(y_t-\phi y_{t-1})^2", r"\phi", r"-2\sum_{t=2}^T(y_t-\phi y_{t-1})y_{t-1}", "", "phi", ...,
     lambda v: ((v["y"][1:] - v["phi"] * v["y"][:-1]) ** 2).sum()),
    (r"\sum_{t=2}^{T-1}(z_{t+1}-2z_t+z_{t-1})^2", "z_t", "2(6z_t-4z_{t-1}+z_{t-2}-4z_{t+1}+z_{t+2})",
     r"3 \le t \le T-2", "z", 3, lambda v: (np.diff(v["z"], 2) ** 2).sum()),
    (r"\prod_{t=2}^T z_tz_{t-1}", "z", "", "", "z", ..., lambda v: (v["z"][1:] * v["z"][:-1]).prod()),
    (r"\sum_{i=1}^{m-1}\sum_{j=1}^n(X_{i+1,j}-X_{i,j})^2", "X",
     r"2\sum_{i=1}^{m-1}\sum_{j=1}^n(X_{i+1,j}-X_{ij})(E_{i+1,j}-E_{ij})", "", "X", ...,
     lambda v: (np.diff(v["X"], axis=0) ** 2).sum()),
)  # fmt: skip


NAMES = ("f", "wrt", "answer", "where", "name", "at", "worth")


@pytest.mark.parametrize(NAMES, CASES, ids=[f"{c[0]} {c[1]}" for c in CASES])
def test_answers(
    f: str, wrt: str, answer: str, where: str, name: str, at: Any, worth: Callable[[Values], Any]
) -> None:
    (result,) = derive(f, wrt=wrt).results
    if answer:
        assert (result.latex, result.conditions) == (answer, (where,) if where else ())
    wanted = slope(worth, VALUES, name)[at]
    before = 1 if r"\sum_{t=1}" in f else 0  # x[0] is x_0, and t counts from 0 for x_1
    free = {"t": at, "k": at} if at is ... else {"t": at - before, "k": at - before}
    assert np.allclose(called(result.python, {**VALUES, **free}), wanted, atol=1e-6)


@pytest.mark.parametrize(
    ("f", "wrt", "definitions", "message"),
    [
        (r"\sum_{t=1}^T\|y_t-Vh_t\|^2", "W", [r"h_t=\tanh(Wh_{t-1}+x_t)"], "defined by its own earlier values"),
        (r"\sum_{i=1}^n(y_{i+1}-y_i)^2", "y", [], "more values here"),
        (r"\sum_{t=2}^Tx_t^TAx_{t-1}", "x_{t-1}", [], "does not occur"),
    ],
)  # fmt: skip
def test_refusals(f: str, wrt: str, definitions: list[str], message: str) -> None:
    with pytest.raises(TexgradError, match=message):
        derive(f, wrt=wrt, definitions=definitions)
