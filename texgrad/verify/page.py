"""The text that a side stands in, and the edits that would mend it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from texgrad.reader.tree import Tree
from texgrad.source import Edit, Span

_TOKEN = re.compile(r"\s*(?:\\[a-zA-Z]+|\S)")
_TOKEN_BEFORE = re.compile(r"(?:\\[a-zA-Z]+(?:\{[^{}]*\})?|\S)\s*$")


class Mend(NamedTuple):
    """Edits of the text, what was wrong in words, and the property with which nothing was wrong.

    far: it writes what could as well be another equation: no slip of the pen where the equation need not hold.
    """

    edits: tuple[Edit, ...]
    message: str
    unless: str = ""
    far: bool = False


class Page:
    """The text that a side stands in, and how its author writes a transpose."""

    def __init__(self, latex: str, offset: int, transpose: str) -> None:
        self.latex, self.offset, self.transpose = latex, offset, transpose

    def text(self, start: int, end: int) -> str:
        """What stands between two places."""
        return self.latex[max(0, start - self.offset) : max(0, end - self.offset)]

    def of(self, tree: Tree) -> str:
        """What stands for a tree."""
        return self.text(tree.start, tree.end)

    def around(self, edits: Sequence[Edit]) -> Span:
        """The place that edits change, with what stands before or behind a place where only something comes in."""
        start, end = min(e.span.start for e in edits), max(e.span.end for e in edits)
        if start < end:
            return Span(start, end)
        near = _TOKEN_BEFORE.search(self.text(self.offset, start)) if edits[0].text[:1] in "^'" else None
        if near is not None:
            return Span(self.offset + near.start(), start)
        following = _TOKEN.match(self.text(start, self.offset + len(self.latex)))
        return Span(start, start + following.end()) if following else Span(start, end)
