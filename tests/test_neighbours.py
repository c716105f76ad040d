"""Formulas beside a question that cannot be read are other people's prose: the question is answered all the same."""

from __future__ import annotations

import pytest

from texgrad import build_text, verify_text

UNREADABLE = (
    r"\text{Pr}(A|r)", r"\text{rank}(X)", r"\mathrm{KL}(p\|q) = \text{entropy}(p)", r"x^", r"\frac{1}",
    r"\begin{foo} x", r"\text{Pr}(A|r) \\ &= \text{Pr}(r|A)\text{Pr}(A)", r"\foo{x} > 0",
    r"\left( x", r"a = = b", r"\xrightarrow{d} N(0,1)",
)  # fmt: skip
AROUND = (
    "Here is ${}$, and the rest.",
    "Let $g(x) = 2$ if ${}$ and $g(x) = 0$ if $x < 0$, else ${}$.",
    "Let ${}$ be what it is. Then ${}$ holds for $i = 1, \\ldots, n$.",
    "$$\\begin{{aligned}} {} \\\\ y &= 2 \\end{{aligned}}$$",
)


@pytest.mark.parametrize("formula", UNREADABLE)
@pytest.mark.parametrize("around", AROUND)
def test_a_question_beside_what_cannot_be_read_is_answered(around: str, formula: str) -> None:
    question = "$$\\frac{\\partial}{\\partial x} x^TAx = ?$$"
    page = f"{around.format(*[formula] * 2)}\n\n{question}\n"
    assert "A+A^T" in build_text(page)[0]
    verify_text(page)
