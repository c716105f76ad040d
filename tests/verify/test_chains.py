"""Chains of equations that hold, and the same with a slip: the verdict on each line."""

from __future__ import annotations

import pytest

from texgrad import Verdict, verify_chain

LEAST_SQUARES = {"A": "n x p", "x": "p", "b": "n"}
CHAIN = [
    r"f &= \|Ax-b\|_2^2",
    r"&= x^TA^TAx - 2b^TAx + b^Tb",
    r"df &= 2x^TA^TA\,dx - 2b^TA\,dx",
    r"&= 2(A^TAx - A^Tb)^Tdx",
    r"\nabla_xf &= 2A^T(Ax-b)",
]


def statuses(lines: list[str], **given: object) -> list[str]:
    """What is said of each line."""
    verdicts: list[Verdict] = verify_chain(lines, **given)  # type: ignore[arg-type]
    assert [v.line for v in verdicts] == list(range(len(lines)))
    return [v.status for v in verdicts]


def test_a_right_chain_holds() -> None:
    assert statuses(CHAIN, declare=LEAST_SQUARES) == ["holds"] * 5


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (1, r"&= x^TA^TAx + 2b^TAx + b^Tb"),
        (2, r"df &= x^TA^TA\,dx - 2b^TA\,dx"),
        (3, r"&= 2(A^TAx - Ab)^Tdx"),
        (4, r"\nabla_xf &= A^T(Ax-b)"),
    ],
)
def test_a_slip_fails_at_its_line(line: int, wrong: str) -> None:
    lines = [*CHAIN[:line], wrong, *CHAIN[line + 1 :]]
    assert statuses(lines, declare=LEAST_SQUARES).index("fails") == line


def test_after_a_slip_the_lines_that_follow_from_it_hold() -> None:
    lines = ["df &= d(x^TAx)", r"&= dx^TAx - x^TA\,dx", r"&= x^T(A^T-A)\,dx"]
    assert statuses(lines, declare={"A": "n x n", "x": "n"}, definitions=["f = x^TAx"]) == ["holds", "fails", "holds"]


def test_what_is_no_claim_is_left_alone() -> None:
    lines = [r"e^x \approx 1 + x", r"\frac{\partial}{\partial w}\|Xw-y\|^2 = 2X^T(Xw-y) = 0", "X^TXw = X^Ty", "text"]
    assert "fails" not in statuses(lines, declare={"X": "n x p", "w": "p", "y": "n"})


def test_a_number_that_is_also_a_size_is_that_size() -> None:
    lines = [r"df &= (X^\top)^{-p}:\left(\sum_{r=1}^p X^{r-1}\,dX\,X^{p-r}\right)", r"&= pX^{-\top}:dX"]
    given = {"declare": {"X": "n x n", "p": "scalar"}, "assume": {"p": ["integer"]}}
    assert statuses(lines, **given, definitions=[r"f = \log\det X^p"]) == ["holds", "holds"]
