"""Requests as authors of posts, articles and notes put them: each is answered right, in the author's own terms."""

from __future__ import annotations

import pytest

from tests import forum
from texgrad import build_text

ROWS = (*forum.rows("posts"), *forum.rows("articles"))


@pytest.mark.parametrize("row", [r for r in ROWS if "f" in r], ids=lambda row: row["id"])
def test_answers_are_right(row: forum.Row) -> None:
    for solution, answer, f in forum.answers(row):
        if f:
            assert max(forum.error(row, solution, answer, f, seed) for seed in (0, 1)) < 1e-5, answer.latex


@pytest.mark.parametrize("row", [r for r in ROWS if "holds" in r or "lacks" in r], ids=lambda row: row["id"])
def test_answers_are_written_as_the_author_would(row: forum.Row) -> None:
    written = "\n".join(solution.latex() for solution in forum.solutions(row))
    assert all(text in written for text in row.get("holds", ())), written
    assert not any(text in written for text in row.get("lacks", ())), written


def test_a_letter_by_itself_and_with_members_is_refused() -> None:
    text = r"Let $x_i\in\mathbb R^d$ and $f(x)=\sum_{i=1}^n\|x-Ax_i\|$. $$\nabla f(x) = ?$$"
    built, (diagnostic,) = build_text(text)
    assert built == text
    assert diagnostic.code == "undeclared"
    assert diagnostic.span is not None
    assert text[diagnostic.span.start : diagnostic.span.end] == "x_i"


def test_a_page_that_uses_all_letters_leaves_some_for_indices() -> None:
    letters = " ".join(f"${letter}=1$," for letter in "abcghijklmnopqrsuvw")
    text = "Let $X\\in\\mathbb R^{d\\times t}$. " + letters + "\n\n$$\\frac{\\partial (AXB)}{\\partial X} = ?$$\n"
    built, found = build_text(text)
    assert not found and r"\otimes" in built
