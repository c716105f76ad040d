"""How much of what a page asks is answered: all of it, unless it asks far more than a text of its length can mean."""

from __future__ import annotations

from collections.abc import Sequence

from texgrad.document import Document, Group
from texgrad.jobs import MOST_MUTE, silent, stated
from texgrad.source import Diagnostic, Span

QUESTION = 100  # what it costs to answer one, where to look at a statement that stands in its scope costs 1
PAGE = 24_000  # what may be spent on a page of so many letters: a second of computing; on a longer one, more
LETTERS = 10_000


def answerable(document: Document, groups: Sequence[Group]) -> int:
    """How many of these groups are answered, in order; blocks that were written before make no difference."""
    written = sum(block.outer.end - block.outer.start for block in document.blocks)
    length = max(1.0, (len(document.text) - written) / LETTERS)
    left = PAGE * length * length
    mute = len(document.once(silent))
    statements = len(document.once(stated)) - max(0, mute - MOST_MUTE)
    for k, group in enumerate(groups):
        left -= QUESTION * len(group.requests) + statements
        if left < 0:
            return k
    return len(groups)


def unanswered(groups: Sequence[Group]) -> Diagnostic:
    """What is said of the groups that are not answered, at the first of them."""
    first, count = groups[0].requests[0], sum(len(group.requests) for group in groups)
    message = f"the page asks too much at once: from here on, {count} derivatives are left unanswered"
    help = "divide the page into several"
    return Diagnostic("too-large", message, Span(first.offset, first.offset + len(first.latex)), help)
