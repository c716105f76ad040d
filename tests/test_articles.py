"""Requests as authors of articles, lecture notes and theses put them: what they leave out, and what they mean."""

from __future__ import annotations

import pytest

from tests import forum

ROWS = forum.rows("articles")


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
