"""Requests as people type them on forums and in posts: each is answered, and answered right."""

from __future__ import annotations

import pytest

from tests import forum
from tests.test_hand import answered


@pytest.mark.parametrize("row", forum.rows(), ids=lambda row: row["id"])
def test_answers_are_right(row: forum.Row) -> None:
    for solution, answer, f in forum.answers(row):
        if f:
            assert max(forum.error(row, solution, answer, f, seed) for seed in (0, 1)) < 1e-5, answer.latex


@pytest.mark.parametrize("row", [row for row in forum.rows() if "holds" in row], ids=lambda row: row["id"])
def test_answers_are_written_as_their_authors_would(row: forum.Row) -> None:
    assert any(row["holds"] in block for block in answered(row)[1])
