"""What is said of a line: its verdict, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass

from texgrad.source import Edit, Span

HOLDS, FAILS, LAYOUT, NEEDS, UNCHECKED = "holds", "fails", "layout", "needs", "unchecked"
# the gravest first: what a line is called when several things are to be said of it
GRAVITY = (FAILS, NEEDS, LAYOUT, UNCHECKED, HOLDS)


@dataclass(frozen=True)
class Verdict:
    """What is to be said of one line.

    status: `holds`, `fails`, `layout` (right up to transposition), `needs` (right if something holds that the text does
    not say) or `unchecked`. line: its index. message: why. suggestion: the line with its slip mended, in LaTeX.
    reason: for what is unchecked, a word to count by. span: the place to blame. help: what to write, in words.
    edits: what mends the slip. side: the side of the equation that it stands in.
    """

    status: str
    line: int
    message: str = ""
    suggestion: str | None = None
    reason: str = ""
    span: Span | None = None
    help: str = ""
    edits: tuple[Edit, ...] = ()
    side: Span | None = None
