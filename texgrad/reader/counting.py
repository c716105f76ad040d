r"""Letters below names: in `a_i - \sum_k a_k` the i counts, too, though no sum binds it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from texgrad.reader.conditions import drawn_from, letters_in, marked, set_of, simple
from texgrad.reader.names import Declared, letters_below, subscript
from texgrad.reader.notations import MASK
from texgrad.reader.tails import OVER
from texgrad.reader.tree import Name, Tree, walk
from texgrad.source import fail

BARS = ("bars", "log bars")


def counted(names: Iterable[Name], bound: Collection[str]) -> set[str]:
    """The names below which an index stands that a sum binds."""
    return {n.base for n in names if n.sub and not set(bound).isdisjoint(letters_below(n))} if bound else set()


def beside(names: Collection[Name], bound: Collection[str], known: Collection[str]) -> list[str]:
    """The other letters below those names, which are indices as well."""
    bases = counted(names, bound)
    letters = (i for n in names if n.base in bases for i in letters_below(n))
    return [i for i in letters if i not in bound and i not in known]


def by_member(known: Mapping[str, Declared], names: Iterable[Name], bound: Collection[str]) -> dict[str, Declared]:
    r"""What is known of names, and of the families of which a member was declared, such as `u_w` below a sum over w."""
    names = tuple(names)
    bases = counted(names, bound).difference(known)
    members = sorted((not set(bound).issuperset(subscript(n)), k) for k, n in enumerate(names)
                     if n.base in bases and len(subscript(n)) == 1 and n.full in known)  # fmt: skip
    found = {names[k].base: replace(known[names[k].full], indexed=True) for _, k in reversed(members)}
    return {**known, **found}


def refuse_numbered(nodes: Collection[Tree], bound: Collection[str], bases: Collection[str]) -> None:
    r"""Refuse `w_1` beside `\sum_k w_k` where the derivative is by w: it is one of the entries that are summed."""
    named = [t for t in nodes if t.op == "name"]
    from_zero = any(t.op in OVER and t.data.first == "0" for t in nodes)
    among = counted([t.data for t in named], bound) & set(bases)
    for tree in named:
        sub = tree.data.sub
        numbered = len(sub) == 1 and sub[0].kind == "number" and (sub[0].text != "0" or from_zero)
        if tree.data.base in among and numbered:
            message = f"{tree.data.full} beside {tree.data.base} with an index that is summed over"
            raise fail("unsupported", message, tree.span, "write an index for the number")


def masked(nodes: Collection[Tree], bases: Collection[str]) -> bool:
    r"""Whether a set below a sum has to be told from all values of the index.

    In `\sum_{i\in S}` the set S is all that i counts, if there is no other set, and no other sum over the same names,
    and nothing that i counts is among `bases`, of which a part may vary.
    """
    names = [t.data for t in nodes if t.op == "name"]
    held = [t for t in nodes if t.op in OVER and t.data.conditions]
    if not held:
        return False
    sets = {marked(c, t.data.names)[0] for t in held for c in t.data.conditions}
    among = set().union(*(counted(names, t.data.names) for t in held))
    others = set().union(*(counted(names, t.data.names) for t in nodes if t.op in OVER and not t.data.conditions))
    lone = len(sets) == 1 and all(simple(c) for t in held for c in t.data.conditions)
    sized = {n.full for t in nodes if t.op in BARS for n in (a.data for a in t.args if a.op == "name")}
    return not lone or not among.isdisjoint({*bases, *others}) or not sized.isdisjoint(
        set_of(c) for t in held for c in t.data.conditions)


def sets_in(nodes: Collection[Tree]) -> dict[str, int]:
    """The sets that indices of sums have to lie in, and whether they hold pairs."""
    conditions = (c for t in nodes if t.op in OVER for c in t.data.conditions)
    return {name: int(c[0].text == "(") for c in conditions if (name := set_of(c))}


def refuse_moving(nodes: Collection[Tree], varying: Collection[str]) -> None:
    """Refuse a sum over indices that fulfil a condition in which a variable stands."""
    for tree in nodes:
        if tree.op in OVER and not set().union(*map(letters_in, tree.data.conditions)).isdisjoint(varying):
            message = "which terms this sum has depends on the variable"
            raise fail("not-differentiable", message, tree.span, "give the set a name of its own")


def indicators(names: Iterable[Name], known: Mapping[str, Declared]) -> dict[str, Declared]:
    """What is known of the indicators of sets among the names, of which the entries are 0 or 1."""
    found = {n.full: known.get(n.full, Declared()) for n in names if n.base == MASK}
    return {name: replace(d, assume=d.assume | {"0/1"}) for name, d in found.items()}


def refuse_shared(nodes: Collection[Tree], varying: Collection[str]) -> None:
    r"""Refuse a variable `b_u` beside `b_i` for pairs (u, i) of two kinds, users and items: these b are two families.

    They are two kinds where each has families of its own, `p_u` and `q_i`; in `x_i - x_j` there is but one.
    """
    for tree in nodes:
        if tree.op not in OVER or len(tree.data.names) != 2 or not any(c[0].text == "(" for c in tree.data.conditions):
            continue
        below: dict[str, set[str]] = {}
        named = [t for t in walk(tree) if t.op == "name" and len(subscript(t.data)) == 1]
        for t in named:
            below.setdefault(t.data.base, set()).update(subscript(t.data))
        kinds = [{index} for index in tree.data.names]
        if all(kind in below.values() for kind in kinds):
            for t in named:
                if t.data.base in varying and below[t.data.base] == set(tree.data.names):
                    message = f"{t.data.base} carries either index of the pairs, which count different things"
                    raise fail("undeclared", message, t.span, rf"give one of the two another name, \bar {t.data.base}")


def refuse_lines(
    nodes: Collection[Tree], varying: Collection[Name], bound: Collection[str], known: Collection[str]
) -> None:
    """Refuse `u_i` beside `U` where the derivative is by one of them: it may be a row of U, or a column."""
    bases = {n.base for n in varying}
    whole = {t.data.base for t in nodes if t.op == "name" and not t.data.sub}
    whole |= {n.base for n in varying if not n.sub}
    for tree in nodes:
        if tree.op != "name" or len(at := subscript(tree.data)) != 1 or at[0] not in bound or tree.data.base in known:
            continue
        one, other = tree.data.base, tree.data.base.upper()
        if len(one) == 1 and one != other and other in whole and not bases.isdisjoint((one, other)):
            message = f"{one} with an index beside {other}: nothing says whether it is a row or a column of {other}"
            help = f"write {other}_{{{at[0]},:}} or {other}_{{:,{at[0]}}}, or declare {one} as a family"
            raise fail("undeclared", message, tree.span, help)


def refuse_drawn(names: Collection[Name]) -> None:
    """Refuse a name that is what lies in a set, `x` in D, within a sum, and something else outside of it."""
    free = {n.full for n in names if not n.sub}
    for name in names:
        if drawn_from(name) and name.base in free:
            raise fail("undeclared", f"{name.base} stands in a sum over it and outside", None, "give one another name")


def from_zero(nodes: Collection[Tree]) -> bool:
    """Whether all sums start at 0, so that their indices are those from 1 by other names, and no number is one."""
    sums = [t for t in nodes if t.op in OVER]
    own = {name for t in sums for name in t.data.names}
    names = [t.data for t in nodes if t.op == "name"]
    numbers = any(n.full in own for n in names)
    shifted = any(n.sub and not subscript(n) and not own.isdisjoint(letters_below(n)) for n in names)
    return all(t.data.first in ("", "0") for t in sums) and not numbers and not shifted
