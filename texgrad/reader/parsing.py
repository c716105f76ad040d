"""Items of formulas as trees and what stands in them, each worked out once for a function that is asked about."""

from __future__ import annotations

from collections.abc import Callable, Collection
from operator import is_

from texgrad.reader.capture import parted
from texgrad.reader.items import Items
from texgrad.reader.survey import Survey
from texgrad.reader.tails import absorbed, limited
from texgrad.reader.tree import Tree


class Surveys:
    """Surveys of trees; that of the last ones is kept, for what is put together is often what was read."""

    def __init__(self) -> None:
        self.last = Survey(())

    def __call__(self, *roots: Tree) -> Survey:
        last = self.last
        if len(last.roots) != len(roots) or not all(map(is_, last.roots, roots)):
            last = self.last = Survey(roots)
        return last


class Parser:
    """Items as trees, every sum over an index with all the terms that it reaches.

    tree: how items are parsed. meaning: what conjugates mean. asked: the indices of what is asked for; free: all that
    no sum binds. sizes: the letters of sizes, which no sum gets for its index.
    """

    def __init__(self, tree: Callable[[Items], Tree], meaning: Callable[[Tree], Tree], asked: Collection[str],
                 free: Collection[str], sizes: Collection[str] = ()) -> None:  # fmt: skip
        self.tree, self.meaning, self.asked, self.free, self.sizes = tree, meaning, asked, free, sizes
        self.parsed: dict[Items, Tree] = {}
        self.reaching: set[Items] = set()  # those in which a sum over an index reaches further than its own term

    def __call__(self, items: Items) -> Tree:
        found = self.parsed.get(items)
        if found is None:
            tree = limited(self.tree(items), self.asked)
            drawn = absorbed(tree, self.free)
            if drawn is not tree:
                self.reaching.add(items)
            found = self.parsed[items] = parted(self.meaning(drawn), self.asked, self.sizes)
        return found
