"""The nodes of trees sorted once, for all who ask what stands in a formula."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from texgrad.algebra import Op
from texgrad.immutable import lazy
from texgrad.reader.names import GRADIENT
from texgrad.reader.tree import BINDING, Name, Tree, walk


class Survey:
    """What stands in some trees; `nodes` are all of it in the order of the text, `kinds` the same by form.

    named: all names. names: each of them once. lowered: those of them that have something below.
    """

    def __init__(self, roots: Sequence[Tree]) -> None:
        self.roots = roots
        self.nodes = walk(*roots)
        self.kinds: dict[Op | str, list[Tree]] = defaultdict(list)
        for tree in self.nodes:
            self.kinds[tree.op].append(tree)
        self.named = self.kinds.get("name", [])
        self.names: list[Name] = [*{(t.data.base, t.data.full): t.data for t in self.named}.values()]
        self.lowered = [n for n in self.names if n.sub]

    @lazy
    def slopes(self) -> list[Tree]:
        """The gradients and Hessians at points."""
        return [t for t in self.named if GRADIENT in t.data.base]

    @lazy
    def over(self) -> list[Tree]:
        """What binds indices: sums and their like."""
        return [] if BINDING.isdisjoint(self.kinds) else [t for t in self.nodes if t.op in BINDING]

    @lazy
    def bound(self) -> frozenset[str]:
        """The indices that are bound somewhere."""
        return frozenset(n for t in self.over for n in t.data.names)
