"""What can be meant in two ways is said: the row-sum norm, functions of matrices taken by entries."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from tests.differences import Function, Values, answered, slope
from texgrad import derive

RNG = np.random.default_rng(9)
VALUES: dict[str, Any] = {"X": RNG.normal(size=(3, 4)), "A": 0.5 + RNG.random((5, 3)), "B": RNG.normal(size=(5, 3))}
CASES: tuple[tuple[str, str, Function, str], ...] = (
    (r"\|X\|_\infty", "X", lambda v: np.abs(v["X"]).sum(1).max(), "largest row sum"),
    (r"\|AX\|_\infty", "X", lambda v: np.abs(v["A"] @ v["X"]).sum(1).max(), "largest row sum"),
    (r"\operatorname{tr}(B^T\log A)", "A", lambda v: np.trace(v["B"].T @ np.log(v["A"])), "entry by entry"),
)


@pytest.mark.parametrize(("latex", "name", "f", "said"), CASES, ids=lambda p: p if isinstance(p, str) else "")
def test_readings_that_are_said(latex: str, name: str, f: Function, said: str) -> None:
    assert said in derive(latex, name).latex()
    assert np.allclose(answered(latex, VALUES, wrt=name), slope(f, VALUES, name), rtol=1e-6)


def test_the_max_norm_of_a_matrix_and_vectors_stay() -> None:
    def f(v: Values) -> Any:
        return np.abs(v["X"]).max()

    assert np.allclose(answered(r"\|X\|_{\max}", VALUES, wrt="X"), slope(f, VALUES, "X"), rtol=1e-6)
    assert "row sum" not in derive(r"\|Ax-b\|_\infty", "x").latex()


def test_what_is_declared_rectangular_needs_no_word() -> None:
    said = derive(r"\operatorname{tr}(Y^T\log P)", "P", declare={"Y": "n x k", "P": "n x k"}).latex()
    assert "entry by entry" not in said


@pytest.mark.parametrize(("request_", "name", "f"), [
    (r"\nabla_x\|x-\mu\|^2", "x", lambda v: ((v["x"] - v["mu"]) ** 2).sum()),
    (r"\frac{\partial}{\partial\mu}\|x-\mu\|^2", "mu", lambda v: ((v["x"] - v["mu"]) ** 2).sum()),
])  # fmt: skip
def test_a_declared_number_beside_a_vector_is_a_multiple_of_ones(request_: str, name: str, f: Function) -> None:
    values = {"x": RNG.normal(size=4), "mu": 0.3}
    declare = {"x": "n", r"\mu": "scalar"}
    assert np.allclose(answered(request_, values, declare=declare), slope(f, values, name), rtol=1e-6)
    assert r"stands for that multiple of } \mathbf 1" in derive(request_, declare=declare).latex()


def test_a_letter_of_which_nothing_is_said_stays_a_vector() -> None:
    assert derive(r"\nabla_x\|x-\mu\|^2").results[0].latex == r"2(x-\mu)"


@pytest.mark.parametrize(
    ("latex", "own"),
    [
        (r"\|X\|_{\max}^2+\|x\|_\infty^2", r"\|X\|_{\max}"),
        (r"\|x\|_\infty^2\|X\|_{\max}^2", r"\|X\|_{\max}"),
        (r"\lVert x\rVert_{\infty}^2+\lVert X\rVert_{\text{max}}^2", r"\lVert X\rVert_{\text{max}}"),
    ],
)
def test_the_largest_entry_of_a_matrix_is_not_written_as_the_row_sum_norm(latex: str, own: str) -> None:
    shown = derive(latex, "X", declare={"X": "n x m", "x": "n"}).latex()
    assert own in shown and r"Vert X\rVert_{\infty}" not in shown and r"\|X\|_\infty" not in shown
    assert r"\|x\|_\infty" in shown or r"\lVert x\rVert_{\infty}" in shown


@pytest.mark.parametrize(
    ("latex", "by", "names"),
    [
        (r"\max(Ax)+\max(Bx)+\max(Cx)+\max(Dx)", "x", ["e_{i_1^*}", "e_{i_2^*}", "e_{i_3^*}", "e_{i_4^*}"]),
        (r"\|X\|_{\max}+\|AX\|_{\max}+\|BX\|_{\max}+\|CX\|_{\max}", "X", [f"E_{{i_{k}^*j_{k}^*}}" for k in (1, 4)]),
    ],
)
def test_many_places_of_largest_entries_have_one_subscript_each(latex: str, by: str, names: list[str]) -> None:
    shown = derive(latex, by, declare={"A": "n x m"}).latex()
    assert all(name in shown for name in names)
    assert not re.search(r"_(?:\w|\{[^{}]*\})_", shown)
