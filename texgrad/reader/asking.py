"""The formulas that stand in the sentences of a question."""

from __future__ import annotations

from collections.abc import Iterable

from texgrad.reader.problem import Source
from texgrad.reader.wording import ADDED, BEGUN, STOPPED


def _begun(words: str, asked: bool) -> bool:
    """Whether words begin a sentence, behind a question or another formula."""
    return bool(STOPPED.search(words)) or (asked and bool(BEGUN.match(words) or not ADDED.match(words)))


def asking(sources: Iterable[Source]) -> frozenset[int]:
    """Where the formulas stand in whose sentences one of the questions stands, of which nothing is left here."""
    placed = sorted(sources, key=lambda source: source.offset)
    asked = [not source.latex.strip() for source in placed]
    found = list(asked)
    for k in range(1, len(placed)):
        found[k] |= found[k - 1] and not _begun(placed[k].before, asked[k - 1])
    for k in range(len(placed) - 1, 0, -1):
        found[k - 1] |= found[k] and not STOPPED.search(placed[k].before) and not asked[k - 1]
    return frozenset(source.offset for source, one in zip(placed, found, strict=True) if one)
