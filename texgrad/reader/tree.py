"""Untyped trees: what the grammar makes of items, and ways to walk and rewrite them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from operator import is_
from typing import Any, NamedTuple

from texgrad.algebra import Op
from texgrad.operators import CONJUGATE, DET, HADAMARD, INVERSE, LOGDET, TRACE
from texgrad.reader.items import Items, canonical
from texgrad.reader.nested import renamed
from texgrad.reader.vocabulary import EULER
from texgrad.source import Span

# what is below knows their indices
BINDING = frozenset(("sum over", "product over", "max over", "min over", "array over"))
# forms that change how a formula is read wherever they stand in it -> a bit for each kind of them
OVERS, CONJUGATES, CALLS, MEANS = 1, 2, 4, 8
EXPECTATION = "expectation"
MARKED: Mapping[Op | str, int] = {**dict.fromkeys(BINDING, OVERS), "star": CONJUGATES, CONJUGATE: CONJUGATES,
                                  "call": CALLS, EXPECTATION: MEANS}  # fmt: skip
_span: Callable[[tuple[int, int]], Span] = partial(tuple.__new__, Span)  # in a third of the time


class Tree:
    """An untyped formula: an operator or the name of a form, its arguments, data, and its place in the document.

    fenced: whether brackets stand around it; core: its place without them; height: how many levels it has.
    holds: the bits of `MARKED` for what stands in it.
    """

    __slots__ = ("args", "core", "data", "end", "fenced", "height", "holds", "op", "start")

    def __init__(self, op: Op | str, args: tuple[Tree, ...], data: Any, start: int, end: int) -> None:
        self.op = op
        self.args = args
        self.data = data
        self.start = start
        self.end = end
        self.fenced = False
        self.core = _span((start, end))
        height, holds = 1, MARKED.get(op, 0)
        for a in args:
            holds |= a.holds
            if a.height >= height:
                height = a.height + 1
        self.height: int = height
        self.holds: int = holds

    @property
    def span(self) -> Span:
        """Where it stands."""
        return _span((self.start, self.end))

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


class Unknown(NamedTuple):
    """A function without a formula: its letter, how often it is differentiated, and the indices of a member."""

    name: str
    order: int = 0
    at: Items = ()


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


class SlopeName(Name):
    r"""The name that a gradient or a Hessian at a point is, `\nabla f(y)`, and the call that stands in it."""

    __slots__ = ("call", "order")

    def __init__(self, base: str, call: Tree, order: int) -> None:
        super().__init__(base)
        self.call, self.order = call, order


def is_euler(tree: Tree) -> bool:
    """Whether a tree is the name of Euler's number, if it is no other."""
    return tree.op == "name" and tree.data.full in EULER


def walk(*roots: Tree) -> list[Tree]:
    """All nodes below the roots."""
    out: list[Tree] = []
    stack = [*reversed(roots)]
    while stack:
        tree = stack.pop()
        out.append(tree)
        if tree.args:
            stack += tree.args[::-1]
    return out


def holding(tree: Tree, forms: int) -> list[Tree]:
    """The nodes below a root in which one of some forms stands, of the bits of `MARKED`."""
    out = [tree] if tree.holds & forms else []
    for one in out:  # which grows meanwhile
        out += [a for a in one.args if a.holds & forms]
    return out


def rewritten(tree: Tree, change: Callable[[Tree], Tree | None], forms: int = 0) -> Tree:
    """The tree with nodes replaced, from the top; where forms are given, those in which one of them stands."""
    done: dict[int, Tree] = {}
    kept: set[int] = set()
    stack = [tree]
    while stack:
        top = stack.pop()
        place = id(top)
        if place in kept or place in done:
            continue
        new = change(top)
        if new is not None:
            done[place] = new
        else:
            kept.add(place)
            if top.args:
                stack += top.args[::-1] if not forms else [a for a in top.args[::-1] if a.holds & forms]
    return _rebuilt(tree, done) if done else tree


def _rebuilt(tree: Tree, done: dict[int, Tree]) -> Tree:
    """The tree with other nodes in place of those in `done`."""
    stack = [tree]
    while stack:
        top = stack[-1]
        if id(top) in done:
            stack.pop()
            continue
        waiting = [a for a in top.args if id(a) not in done]
        if waiting:
            stack += waiting
            continue
        args = tuple([done[id(a)] for a in top.args])
        done[id(stack.pop())] = top if all(map(is_, args, top.args)) else with_args(top, args)
    return done[id(tree)]


def from_below(tree: Tree, change: Callable[[Tree], Tree | None]) -> Tree:
    """The tree with nodes replaced, from the bottom."""
    done: dict[int, Tree] = {}
    for top in reversed(walk(tree)):
        args = tuple([done[id(a)] for a in top.args])
        new = top if all(map(is_, args, top.args)) else with_args(top, args)
        done[id(top)] = change(new) or new
    return done[id(tree)]


def with_args(tree: Tree, args: tuple[Tree, ...], data: Any = None) -> Tree:
    """The same form at the same place with other arguments, and other data where some are given."""
    made = Tree(tree.op, args, tree.data if data is None else data, tree.start, tree.end)
    made.fenced, made.core = tree.fenced, tree.core
    return made


NOTHING: Mapping[int, Tree] = {}
MEMBER = re.compile(r"(.*)_([a-z])", re.DOTALL)  # a member of a family of functions, as it is called
LEVELS = 16  # how many levels are worked out by recursion
# what says of its arguments what they mean
SURROUNDING = frozenset((DET, LOGDET, TRACE, INVERSE, HADAMARD, "inverse transpose", "bars", "log bars"))


def deepest_first(tree: Tree, meant: Mapping[int, Tree] = NOTHING) -> list[Tree]:
    """Trees within a high one which, worked out in this order, leave nothing to recurse deeply into.

    None stands below a sum over an index: its body is such a tree for itself. meant: what trees turned out to mean.
    """
    if tree.height <= LEVELS and all(t.height <= LEVELS for t in meant.values()):
        return []
    order: list[Tree] = []
    bound: set[int] = {id(tree)}
    stack = [tree]
    while stack:
        top = stack.pop()
        top = meant.get(id(top), top)
        order.append(top)
        args = [meant.get(id(a), a) for a in top.args]
        bound.update(id(a) for a in args if top.op in SURROUNDING or a.op == "bars")
        if top.op not in BINDING:
            stack.extend(a for a in args if a.height > 1)
    found: list[Tree] = []
    levels: dict[int, int] = {}
    for top in reversed(order):
        levels[id(top)] = 1 + max([levels.get(id(meant.get(id(a), a)), 0) for a in top.args], default=0)
        if levels[id(top)] >= LEVELS and id(top) not in bound:
            found.append(top)
            levels[id(top)] = 0
    return found


def first_needed(name: str, needs: Callable[[str], Iterable[str]]) -> list[str]:
    """What a name needs, and what that needs, each after what it needs itself."""
    order: list[str] = []
    seen = {name}
    stack = [(name, False)]
    while stack:
        top, ready = stack.pop()
        if ready:
            order.append(top)
            continue
        stack.append((top, True))
        fresh = [inner for inner in needs(top) if inner not in seen]
        stack += [(inner, False) for inner in fresh]
        seen.update(fresh)
    return order[:-1]


def reindexed(tree: Tree, moves: dict[str, str]) -> Tree | None:
    """A name, an entry or a member of a family of functions with its indices renamed."""

    def made(data: Any) -> Tree:
        args = tuple(rewritten(a, lambda t: reindexed(t, moves)) for a in tree.args)
        new = Tree(tree.op, args, data, tree.start, tree.end)
        new.core = tree.core
        return new

    if tree.op == "name" and (tree.data.sub or tree.data.label[1:-1] in moves):
        name: Name = tree.data
        label = f"({moves[name.label[1:-1]]})" if name.label[1:-1] in moves else name.label
        return Tree("name", (), Name(name.base, renamed(name.sub, moves), label), tree.start, tree.end)
    if tree.op == "entry":
        return made(renamed(tree.data, moves))
    if tree.op == "unknown" and tree.data.at:
        return made(tree.data._replace(at=renamed(tree.data.at, moves)))
    if tree.op == "call" and (member := MEMBER.fullmatch(tree.data)):
        return made(f"{member[1]}_{moves.get(member[2], member[2])}")
    return None
