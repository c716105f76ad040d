"""How much of what a page asks is answered: all of it, unless it asks far more than a text of its length can mean."""

from __future__ import annotations

from collections.abc import Sequence

from texgrad.document import Document, Group
from texgrad.jobs import MOST_MUTE, silent, stated
from texgrad.source import Diagnostic, Span

# what it costs to answer a question, and each letter of it, where to look at a statement that stands in its scope costs
# 1; and to find what does not fit in one that is refused
QUESTION, LETTER, REFUSAL = 80, 2, 80
PAGE = 24_000  # what may be spent on a page of so many letters: a second of computing; on a longer one, more
LETTERS = 10_000


class Page:
    """What may still be spent on the questions of a page; blocks that were written before make no difference."""

    def __init__(self, document: Document) -> None:
        written = sum(block.outer.end - block.outer.start for block in document.blocks)
        length = max(1.0, (len(document.text) - written) / LETTERS)
        self.left = PAGE * length * length
        mute = len(document.once(silent))
        self.statements = len(document.once(stated)) - max(0, mute - MOST_MUTE)

    def answers(self, group: Group) -> bool:
        """Whether there is enough for the questions of a group, which are paid for."""
        letters = sum(len(request.latex) for request in group.requests)
        self.left -= QUESTION * len(group.requests) + LETTER * letters + self.statements
        return self.left >= 0

    def refuses(self, group: Group) -> None:
        """Pay for questions that turned out to have no answer."""
        self.left -= REFUSAL * len(group.requests)


def unanswered(groups: Sequence[Group]) -> Diagnostic:
    """What is said of the groups that are not answered, at the first of them."""
    first, count = groups[0].requests[0], sum(len(group.requests) for group in groups)
    message = f"the page asks too much at once: from here on, {count} derivatives are left unanswered"
    help = "divide the page into several"
    return Diagnostic("too-large", message, Span(first.offset, first.offset + len(first.latex)), help)
