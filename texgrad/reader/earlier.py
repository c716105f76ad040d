"""Readings of the same lines that were made before: a manner of reading that changes nothing need not be tried."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from texgrad.reader.names import Scope
from texgrad.reader.sides import Equation
from texgrad.reader.tree import Tree, walk


class Earlier:
    """What some lines were read as, before anything was typed."""

    def __init__(self) -> None:
        self.marks: list[tuple[Any, ...]] = []

    def new(
        self, scope: Scope, trees: Iterable[tuple[str, Tree]], equations: Sequence[Equation], indices: Iterable[str]
    ) -> bool:
        """Whether a reading differs from those before; it is noted.

        trees: definitions, and the sides with these in place. indices: those below the variables of derivatives.
        """
        sides = [s for e in equations for s in e.sides]
        parsed = (s.parsed for s in sides)
        mark = (
            [(name, _shown(tree)) for name, tree in trees], [tree and _shown(tree) for tree in parsed],
            [s.reason for s in sides], [e.defines for e in equations], list(indices), scope,
        )  # fmt: skip
        if mark in self.marks:
            return False
        self.marks.append(mark)
        return True


def _shown(tree: Tree) -> list[tuple[Any, ...]]:
    """All that tells a tree from others."""
    return [(t.op, repr(t.data), t.start, t.end, t.fenced, len(t.args)) for t in walk(tree)]
