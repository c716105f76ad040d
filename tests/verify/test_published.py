"""Derivations as people published them, right ones, wrong ones, and right ones with a slip put in.

`tests/data/chains.jsonl` holds one a line: `bad_line` is the first false line or null, and `condition_lines` are those
that state no identity.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from texgrad import Verdict, verify_chain

CHAINS: list[dict[str, Any]] = [
    json.loads(line) for line in (Path(__file__).parent.parent / "data/chains.jsonl").read_text("utf-8").splitlines()
]
RIGHT = [c for c in CHAINS if c["bad_line"] is None]
WRONG = [c for c in CHAINS if c["bad_line"] is not None]
_verdicts: dict[str, list[Verdict]] = {}


def verdicts(chain: dict[str, Any]) -> list[Verdict]:
    """The verdicts on a chain, worked out once."""
    if chain["id"] not in _verdicts:
        given = (chain["declare"], chain["assume"], chain["definitions"], chain["macros"])
        _verdicts[chain["id"]] = verify_chain(chain["lines"], *given)
    return _verdicts[chain["id"]]


@pytest.mark.parametrize("chain", CHAINS, ids=lambda c: c["id"])
def test_there_is_one_verdict_for_every_line(chain: dict[str, Any]) -> None:
    assert [v.line for v in verdicts(chain)] == list(range(len(chain["lines"])))


@pytest.mark.parametrize("chain", CHAINS, ids=lambda c: c["id"])
def test_no_right_line_is_said_to_fail(chain: dict[str, Any]) -> None:
    first = len(chain["lines"]) if chain["bad_line"] is None else chain["bad_line"]
    assert [v for v in verdicts(chain)[:first] if v.status == "fails"] == []
    conditions = chain.get("condition_lines", ()) if chain["bad_line"] is None else ()
    assert all(verdicts(chain)[k].status == "unchecked" for k in conditions)


def test_wrong_lines_are_found_where_they_are() -> None:
    found = [c for c in WRONG if verdicts(c)[c["bad_line"]].status in ("fails", "needs")]
    assert len(found) >= 0.92 * len(WRONG)


def test_most_lines_are_checked() -> None:
    every = [v for c in CHAINS for v in verdicts(c)]
    assert sum(v.status != "unchecked" for v in every) >= 0.92 * len(every)


def test_most_slips_are_mended() -> None:
    """With the line that is suggested in its place, the chain holds so far."""
    mended = 0
    for chain in WRONG:
        bad, suggestion = chain["bad_line"], verdicts(chain)[chain["bad_line"]].suggestion
        if suggestion is not None:
            lines = [*chain["lines"][:bad], suggestion]
            again = verify_chain(lines, chain["declare"], chain["assume"], chain["definitions"], chain["macros"])
            mended += again[bad].status != "fails"
    assert mended >= 0.65 * len(WRONG)
