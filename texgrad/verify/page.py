"""The text that a side stands in, and the edits that would mend it."""

from __future__ import annotations

from typing import NamedTuple

from texgrad.reader.tree import Tree
from texgrad.source import Edit


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
