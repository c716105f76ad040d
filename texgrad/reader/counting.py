r"""Letters below names: in `a_i - \sum_k a_k` the i counts, too, though no sum binds it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from texgrad.reader.indexed import WEIGHTED
from texgrad.reader.names import subscript
from texgrad.reader.tails import OVER
from texgrad.reader.tree import Name, Tree
from texgrad.source import fail


def counted(names: Iterable[Name], bound: Collection[str]) -> set[str]:
    """The names below which an index stands that a sum binds."""
    return {n.base for n in names if not set(bound).isdisjoint(subscript(n))}


def beside(names: Collection[Name], bound: Collection[str], known: Collection[str]) -> list[str]:
    """The other letters below those names, which are indices as well."""
    bases = counted(names, bound)
    letters = (i for n in names if n.base in bases for i in subscript(n))
    return [i for i in letters if i not in bound and i not in known]


def refuse_numbered(nodes: Collection[Tree], bound: Collection[str], bases: Collection[str]) -> None:
    r"""Refuse `w_1` beside `\sum_k w_k` where the derivative is by w: it is one of the entries that are summed."""
    named = [t for t in nodes if t.op == "name"]
    among = counted([t.data for t in named], bound) & set(bases)
    for tree in named:
        sub = tree.data.sub
        if tree.data.base in among and len(sub) == 1 and sub[0].kind == "number" and sub[0].text != "0":
            message = f"{tree.data.full} beside {tree.data.base} with an index that is summed over"
            raise fail("unsupported", message, tree.span, "write an index for the number")


def refuse_parts(nodes: Collection[Tree], bases: Collection[str]) -> None:
    r"""Refuse a sum over the entries x_i with `i \in S` where the derivative is by x: for the others it is 0."""
    names = [t.data for t in nodes if t.op == "name"]
    for tree in nodes:
        if tree.op in OVER and tree.data.within and not counted(names, tree.data.names).isdisjoint(bases):
            raise fail("unsupported", "a sum over some of the entries that vary", tree.span, WEIGHTED)
