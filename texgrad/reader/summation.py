r"""Indices without a sum sign: those that stand twice in a term are summed, those that stand once are free.

The summation convention holds where no sum sign stands; where one does, an index that it does not bind is free.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from texgrad.operators import TRANSPOSE
from texgrad.reader.conditions import Range
from texgrad.reader.tree import BINDING, Name, Tree, rewritten, walk
from texgrad.source import Span

LETTERS = frozenset("abcdghijklmnopqrstuv")
NOTHING: Mapping[int, Counter[str]] = {}
UNITS = {"e": 1, r"\mathbf{e}": 1, "E": 2, "J": 2, r"\delta": 2}


def subscripts(tree: Tree) -> tuple[str, ...]:
    """The letters below a name or an entry, where all of them can be indices."""
    items = tree.data.sub if tree.op == "name" else tree.data if tree.op == "entry" else ()
    letters = tuple(i.text for i in items if i.text != ",")
    return letters if all(i.kind == "name" or i.text == "," for i in items) and LETTERS.issuperset(letters) else ()


def _told(tree: Tree) -> bool:
    """Whether anything stands below a name in a tree, or below what it is differentiated by."""
    for t in walk(tree):
        if t.op == "derivative":
            if any(v is not None and _below(v) for v in (t.data.variable, t.data.second)):
                return True
        elif _below(t):
            return True
    return False


def _below(tree: Tree) -> bool:
    return tree.op == "entry" or (tree.op == "name" and bool(tree.data.sub))


class Convention:
    """The indices in the sides of a chain.

    arrays: the names that can carry indices, and how many, 0 for any number; known: names with subscripts of their own.
    """

    def __init__(self, trees: Sequence[Tree], arrays: Mapping[str, int], known: Iterable[str]) -> None:
        self.arrays = {**UNITS, **arrays}
        self.known = frozenset(known)
        self.plain = not any(t.op in BINDING for t in walk(*trees))
        self.below: list[str] = []  # the indices of variables of derivatives, in order
        told = [tree for tree in trees if _told(tree)]
        counts = [self._count(term) for tree in told for term in _terms(tree)]
        once = {i for count in counts for i, n in count.items() if n == 1}
        self.free = dict.fromkeys([*self.below, *sorted(once)])
        if not self.plain:
            bound = {n for t in walk(*trees) if t.op in BINDING for n in t.data.names}
            loose = {i for tree in trees for i in self._loose(tree) if i in bound}
            self.free = dict.fromkeys([*(i for i in self.free if i not in bound), *sorted(loose)])

    def carried(self, tree: Tree) -> tuple[str, ...]:
        """The indices that a name or an entry carries."""
        letters = subscripts(tree)
        if not letters or tree.op == "entry":
            return letters
        name: Name = tree.data
        count = self.arrays.get(name.base)
        return letters if count is not None and name.full not in self.known and count in (0, len(letters)) else ()

    def _loose(self, tree: Tree) -> set[str]:
        """The indices of names of any kind that stand outside of sums that bind them."""
        inner = {i for a in tree.args for i in self._loose(a)}
        if tree.op == "derivative":
            inner |= {i for v in (tree.data.variable, tree.data.second) if v is not None for i in self._loose(v)}
        if tree.op in BINDING:
            return inner - set(tree.data.names)
        own = subscripts(tree) if tree.op == "entry" or (tree.op == "name" and tree.data.full not in self.known) else ()
        return inner.union(own)

    def _count(self, term: Tree, known: Mapping[int, Counter[str]] = NOTHING) -> Counter[str]:
        """How often each index stands in a term, outside of sums that bind it; `known`: in terms within it."""
        count = Counter(self.carried(term))
        if term.op == "derivative":
            own = [i for v in (term.data.variable, term.data.second) if v is not None for i in self.carried(v)]
            self.below += own
            count.update(own)
        args = term.args[:1] if term.op in BINDING else term.args
        inside = [known[id(a)] if id(a) in known else self._count(a, known) for a in args]
        if term.op in BINDING:
            return Counter({i: n for i, n in inside[0].items() if i not in term.data.names})
        if term.op == "sum":
            return Counter({i: max(c[i] for c in inside) for c in inside for i in c})
        for inner in inside:
            count.update(inner)
        return count

    def summed(self, tree: Tree) -> Tree:
        """The tree with a sum over every index that stands twice in a term and is not free."""
        if not self.plain or not _told(tree):
            return tree
        tree = turned(tree, self.carried)
        counts: dict[int, Counter[str]] = {}
        for node in reversed(walk(tree)):
            counts[id(node)] = self._count(node, counts)

        def change(node: Tree) -> Tree | None:
            if node.op == "sum":
                return None
            names = [i for i, n in counts[id(node)].items() if n > 1 and i not in self.free]
            for name in names:
                span = Span(node.start, node.start)
                node = Tree("sum over", (node,), Range((name,), (), node.start, span), node.start, node.end)
            return node

        return rewritten(tree, change)


def turned(tree: Tree, carried: Callable[[Tree], tuple[str, ...]]) -> Tree:
    """The tree with `X_{ij}^T`, which is an entry of the transpose, as `X_{ji}`."""

    def change(node: Tree) -> Tree | None:
        inner = node.args[0] if node.op is TRANSPOSE else node
        if inner is node or inner.op != "name" or len(carried(inner)) != 2:
            return None
        name: Name = inner.data
        at = [i for i in name.sub if i.text != ","]
        return Tree("name", (), Name(name.base, (at[1], at[0]), name.label), node.start, node.end)

    return rewritten(tree, change)


def _terms(tree: Tree) -> Iterator[Tree]:
    """The terms of a sum, or the tree itself."""
    if tree.op == "sum":
        for term in tree.args:
            yield from _terms(term)
    else:
        yield tree
