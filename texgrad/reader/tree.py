"""Untyped trees: what the grammar makes of items, and ways to walk and rewrite them."""

from __future__ import annotations

from collections.abc import Callable
from operator import is_
from typing import Any

from texgrad.algebra import Op
from texgrad.reader.items import Items, canonical
from texgrad.source import Span


class Tree:
    """An untyped formula: an operator or the name of a form, its arguments, data, and its place in the document.

    fenced: whether brackets stand around it; core: its place without them.
    """

    __slots__ = ("args", "core", "data", "end", "fenced", "op", "start")

    def __init__(self, op: Op | str, args: tuple[Tree, ...], data: Any, start: int, end: int) -> None:
        self.op = op
        self.args = args
        self.data = data
        self.start = start
        self.end = end
        self.fenced = False
        self.core = Span(start, end)

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.start, self.end)

    def __repr__(self) -> str:
        name = self.op if isinstance(self.op, str) else self.op.name
        return f"{name}{'' if self.data is None else [self.data]}{list(self.args) or ''}"


def bracketed(tree: Tree, start: int, end: int, fenced: bool = True) -> Tree:
    """The same formula with brackets around it; `core` stays the place without them."""
    made = Tree(tree.op, tree.args, tree.data, start, end)
    made.fenced = fenced
    made.core = tree.core
    return made


def _below(sub: Items) -> str:
    text = canonical(sub)
    single = len(sub) == 1 and (len(text) == 1 or (text[0] == "\\" and text[1:].isalpha()))
    return f"_{text}" if single else f"_{{{text}}}"


class Name:
    """A symbol as written: its letter, what stands below it, and a label such as `(i)` above it.

    full: its canonical LaTeX when everything below it is a label.
    """

    __slots__ = ("base", "full", "label", "sub")

    def __init__(self, base: str, sub: Items = (), label: str = "") -> None:
        self.base, self.sub, self.label = base, sub, label
        self.full = base + (f"^{{{label}}}" if label else "") + (_below(sub) if sub else "")

    def __repr__(self) -> str:
        return self.full


def walk(*roots: Tree) -> list[Tree]:
    """All nodes below the roots."""
    out: list[Tree] = []
    stack = list(reversed(roots))
    while stack:
        tree = stack.pop()
        out.append(tree)
        stack.extend(reversed(tree.args))
    return out


def rewritten(tree: Tree, change: Callable[[Tree], Tree | None]) -> Tree:
    """The tree with nodes replaced, from the top."""
    new = change(tree)
    if new is not None:
        return new
    args = tuple([rewritten(a, change) for a in tree.args])
    if all(map(is_, args, tree.args)):
        return tree
    made = bracketed(tree, tree.start, tree.end, tree.fenced)
    made.args = args
    return made


def reindexed(tree: Tree, moves: dict[str, str]) -> Tree | None:
    """A name or entry with its indices renamed."""

    def renamed(items: Items) -> Items:
        return tuple(i._replace(text=moves.get(i.text, i.text)) if i.kind == "name" else i for i in items)

    if tree.op == "name" and tree.data.sub:
        name: Name = tree.data
        return Tree("name", (), Name(name.base, renamed(name.sub), name.label), tree.start, tree.end)
    if tree.op == "entry":
        args = tuple(rewritten(a, lambda t: reindexed(t, moves)) for a in tree.args)
        return Tree("entry", args, renamed(tree.data), tree.start, tree.end)
    return None
