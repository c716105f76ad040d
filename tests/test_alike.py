"""Long sums that were written out are derived under signs of sums, and mean what they meant."""

from __future__ import annotations

import json
import time
from typing import Any

import numpy as np
import pytest

import texgrad
from tests.differences import called

RNG = np.random.default_rng(3)


def written(term: str, n: int, sign: str = "+") -> str:
    """The terms for 1 to n, with `#` for the number."""
    return sign.join(term.replace("#", f"{{{k}}}") for k in range(1, n + 1))


SQUARES = r"\|A_#X-B_#\|_F^2"
RESIDUES = "(a_#^Tx-b_#)^2"


def worked_out(solution: Any, values: dict[str, Any]) -> Any:
    """The first answer for values by name."""
    return called(solution.results[0].python, values)


def test_terms_that_are_alike_come_under_one_sign() -> None:
    solution = texgrad.derive(written(SQUARES, 20), "X")
    assert solution.results[0].latex == r"2\sum_{i=1}^{20}A_i^\top(A_iX-B_i)"
    assert solution.latex().count("A_i") < 12


def test_members_keep_their_own_names_and_sizes() -> None:
    solution = texgrad.derive(written(SQUARES, 13), "X")
    named = {s["name"]: s["shape"] for s in json.loads(solution.to_json())["symbols"]}
    assert named.keys() == {"X", *(f"{m}_{k}" for m in "AB" for k in range(1, 14))}
    assert named["A_7"] == ["m", "n"]
    rows = range(2, 15)
    values: dict[str, Any] = {"X": RNG.normal(size=(3, 4))}
    values |= {f"A_{k}": RNG.normal(size=(m, 3)) for k, m in enumerate(rows, 1)}
    values |= {f"B_{k}": RNG.normal(size=(m, 4)) for k, m in enumerate(rows, 1)}
    expected = sum(2 * values[f"A_{k}"].T @ (values[f"A_{k}"] @ values["X"] - values[f"B_{k}"]) for k in range(1, 14))
    assert np.allclose(worked_out(solution, values), expected)


@pytest.mark.parametrize(
    ("latex", "wrt", "answer"),
    [
        (rf"\tfrac12({written(SQUARES, 13)})+\lambda\|X\|_F^2", "X",
         r"\sum_{i=1}^{13}A_i^\top(A_iX-B_i)+2\lambda X"),
        (written(r"\operatorname{tr}(A_#XB_#)", 14), "X", r"\sum_{i=1}^{14}A_i^\top B_i^\top"),
        (written(RESIDUES, 12) + r"-\|Cx-d\|_2^2", "x", r"2\sum_{i=1}^{12}(a_i^Tx-b_i)a_i-2C^T(Cx-d)"),
        (written(r"\mathbf a_#^\top x", 15), "x", r"\sum_{i=1}^{15}\mathbf a_i"),
        ("i^Tx+" + written(r"\|x-c_#\|_2^2", 15), "x", r"i+2\sum_{j=1}^{15}(x-c_j)"),
    ],
)  # fmt: skip
def test_what_is_answered(latex: str, wrt: str, answer: str) -> None:
    assert texgrad.derive(latex, wrt).results[0].latex == answer


@pytest.mark.parametrize(
    ("latex", "wrt"),
    [
        (written(SQUARES, 11), "X"),  # a few are written out
        (written(SQUARES, 14), "A_3"),  # one member is asked about
        (written(SQUARES, 14) + r"+\|A_3\|_F^2", "X"),  # one member stands elsewhere, too
        (written(r"\operatorname{tr}(A_#XB_1)", 14).replace("A_{5}", "C"), "X"),
        (written(SQUARES, 14).replace("+", "-", 1).replace("A_{9}X-", "A_{9}X+"), "X"),
    ],
)
def test_what_stays_written_out(latex: str, wrt: str) -> None:
    assert r"\sum" not in texgrad.derive(latex, wrt).latex()


def test_declared_members() -> None:
    alike = {f"a_{k}": "p" for k in range(1, 14)}
    assert r"\sum_{i=1}^{13}" in texgrad.derive(written(RESIDUES, 13), "x", declare=alike).latex()
    matrices = {f"A_{k}": f"{k} x p" for k in range(1, 14)}
    assert r"\sum" not in texgrad.derive(written(SQUARES, 13), "X", declare=matrices).latex()


def test_a_post_keeps_its_formula() -> None:
    text = f"Let\n$$f(x)={written(RESIDUES, 13)}$$\nThen\n$$\\nabla f = ?$$\n"
    built, diagnostics = texgrad.build_text(text, format="markdown")
    assert built.startswith(text.rstrip("\n")) and not diagnostics
    assert r"\nabla f &= 2\sum_{i=1}^{13}(a_i^Tx-b_i)a_i" in built


def test_a_thousand_squares_take_no_time() -> None:
    latex = written(SQUARES, 1000)
    texgrad.derive(written(SQUARES, 12), "X")
    began = time.process_time()
    assert texgrad.derive(latex, "X").latex()
    assert time.process_time() - began < 0.3


def test_many_letters_of_another_kind_than_usual() -> None:
    solution = texgrad.derive(written(RESIDUES, 30, "-"), "x")
    assert solution.results[0].latex.count("(a_") == 30
