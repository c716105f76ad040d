r"""Indices that mean two things: in `\frac{\partial}{\partial x_j} \sum_j x_j^2` the sum's own j is another one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from texgrad.reader.names import indices_on
from texgrad.reader.nested import renamed
from texgrad.reader.tails import bound_within
from texgrad.reader.tree import BINDING, OVERS, Name, Tree, bracketed, reindexed, rewritten, walk, with_args

LETTERS = "kmijpqrstuvabcdghl"
NEXT = {"u": "v", "t": "s", "i": "kj"}  # letters that go with others, best first


def parted(tree: Tree, free: Collection[str], spoken: Collection[str] = ()) -> Tree:
    """The tree with other letters for the indices of its sums that are also among `free`, none of those `spoken`."""
    twice = bound_within(tree).intersection(free)
    if not twice:
        return tree
    taken = letters_in((tree,)) | {*free, *spoken}
    moves: dict[str, str] = {}
    for name in sorted(twice):
        moves[name] = next((letter for letter in (*NEXT.get(name, ""), *LETTERS, name) if letter not in taken), name)
        taken.add(moves[name])
    return rewritten(tree, lambda t: _renamed(t, moves) if t.op in BINDING else None)


def with_limits(tree: Tree, moves: Mapping[str, str]) -> Tree:
    r"""The tree with indices renamed in what sums say of their own, the i of `\sum_{k\ne i}`."""

    def change(part: Tree) -> Tree | None:
        if part.op not in BINDING:
            return None
        own = {old: new for old, new in moves.items() if old not in part.data.names}
        limit, above = part.data.limit, renamed(part.data.above, own)
        if limit is not None:
            limit = limit._replace(first=own.get(limit.first, limit.first), second=own.get(limit.second, limit.second))
        conditions = tuple(renamed(c, own) for c in part.data.conditions)
        made = bracketed(part, part.start, part.end, part.fenced)
        made.args = tuple(rewritten(a, change) for a in part.args)
        made.data = part.data._replace(limit=limit, above=above, conditions=conditions)
        return made

    return rewritten(tree, change) if moves and tree.holds & OVERS else tree


def letters_in(trees: Iterable[Tree]) -> set[str]:
    """All letters in trees that can be indices."""
    return {i for t in walk(*trees) for i in _letters(t)}


def _letters(tree: Tree) -> tuple[str, ...]:
    if tree.op in BINDING:
        return (*tree.data.names, *(i.text for i in tree.data.above))
    if tree.op == "name":
        return (tree.data.full, tree.data.base, *(i.text for i in tree.data.sub))
    if tree.op in ("call", "unknown"):
        return (tree.data if tree.op == "call" else tree.data.name, *indices_on(tree))
    return tuple(i.text for i in tree.data) if tree.op == "entry" else ()


def _renamed(tree: Tree, moves: dict[str, str]) -> Tree | None:
    """A sum with its own indices renamed, all sums in it included."""
    own = {name: moves[name] for name in tree.data.names if name in moves}

    def change(part: Tree) -> Tree | None:
        if part.op == "name" and part.data.full in own:
            return Tree("name", (), Name(own[part.data.full]), part.start, part.end)
        if part.op == "line" and part.data[1] in own:
            args = tuple(rewritten(a, change) for a in part.args)
            return with_args(part, args, (part.data[0], own[part.data[1]]))
        if part.op in BINDING and (part.data.conditions or any(i.text in own for i in part.data.above)):
            above, *conditions = (renamed(items, own) for items in (part.data.above, *part.data.conditions))
            data = part.data._replace(above=above, conditions=tuple(conditions))
            return with_args(part, tuple(rewritten(a, change) for a in part.args), data)
        return reindexed(part, own)

    body = rewritten(tree.args[0], lambda t: _renamed(t, moves) if t.op in BINDING else None)
    if not own:
        return None if body is tree.args[0] else with_args(tree, (body,))
    limit = tree.data.limit
    if limit is not None:
        limit = limit._replace(first=own.get(limit.first, limit.first), second=own.get(limit.second, limit.second))
    conditions = tuple(renamed(c, own) for c in tree.data.conditions)
    data = tree.data._replace(names=tuple(own.get(n, n) for n in tree.data.names), limit=limit, conditions=conditions)
    return with_args(tree, (rewritten(body, change),), data)
