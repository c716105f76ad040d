"""Every notation that people write gets a question of its own: it is read, answered, and answered in its own hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.test_hand import ANSWER, foreign
from texgrad import build_text

DATA = Path(__file__).parent / "data" / "notations.jsonl"
ROWS: tuple[Mapping[str, str], ...] = tuple(map(json.loads, DATA.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("row", ROWS, ids=[f"{k}-{row['row']}" for k, row in enumerate(ROWS)])
def test_a_question_in_each_notation(row: Mapping[str, str]) -> None:
    built, diagnostics = build_text(row["text"] + "\n")
    assert [d.code for d in diagnostics] == ([row["refused"]] if "refused" in row else []), diagnostics
    if "holds" in row:
        (answer,) = ANSWER.findall(built)
        assert row["holds"] in answer
        assert not foreign(row["text"], answer)
