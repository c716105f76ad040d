r"""Letters below names: in `a_i - \sum_k a_k` the i counts, too, though no sum binds it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from texgrad.reader.conditions import UNEQUAL, drawn_from, letters_in, marked, set_of, simple
from texgrad.reader.items import canonical
from texgrad.reader.lines import capital_of
from texgrad.reader.names import Declared, letters_below, subscript
from texgrad.reader.notations import MASK
from texgrad.reader.survey import Survey
from texgrad.reader.tree import Name, walk
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
    names = tuple(names) if bound else ()
    bases = counted(names, bound).difference(known)
    members = sorted((not set(bound).issuperset(subscript(n)), k) for k, n in enumerate(names)
                     if n.base in bases and len(subscript(n)) == 1 and n.full in known)  # fmt: skip
    found = {names[k].base: replace(known[names[k].full], indexed=True) for _, k in reversed(members)}
    return {**known, **found}


def refuse_numbered(survey: Survey, bound: Collection[str], bases: Collection[str]) -> None:
    r"""Refuse `w_1` beside `\sum_k w_k` where the derivative is by w: it is one of the entries that are summed."""
    among = counted(survey.names, bound) & set(bases)
    from_zero = any(t.data.first == "0" for t in survey.over)
    for tree in survey.named if among else ():
        sub = tree.data.sub
        numbered = len(sub) == 1 and sub[0].kind == "number" and (sub[0].text != "0" or from_zero)
        if tree.data.base in among and numbered:
            message = f"{tree.data.full} beside {tree.data.base} with an index that is summed over"
            raise fail("unsupported", message, tree.span, "write an index for the number")


def masked(survey: Survey, bases: Iterable[str]) -> bool:
    r"""Whether a set below a sum has to be told from all values of the index.

    In `\sum_{i\in S}` the set S is all that i counts, if there is no other set, and no other sum over the same names,
    and nothing that i counts is among `bases`, of which a part may vary.
    """
    names = survey.names
    held = [t for t in survey.over if t.data.conditions]
    if not held:
        return False
    sets = {marked(c, t.data.names)[0] for t in held for c in t.data.conditions}
    among = set().union(*(counted(names, t.data.names) for t in held))
    others = set().union(*(counted(names, t.data.names) for t in survey.over if not t.data.conditions))
    lone = len(sets) == 1 and all(simple(c) for t in held for c in t.data.conditions)
    barred = (a for op in BARS for t in survey.kinds.get(op, ()) for a in t.args if a.op == "name")
    sized = {name.data.full for name in barred}
    return not lone or not among.isdisjoint({*bases, *others}) or not sized.isdisjoint(
        set_of(c) for t in held for c in t.data.conditions)


def sets_in(survey: Survey) -> dict[str, int]:
    """The sets that indices of sums have to lie in, and whether they hold pairs."""
    conditions = (c for t in survey.over for c in t.data.conditions)
    return {name: int(c[0].text == "(") for c in conditions if (name := set_of(c))}


def refuse_moving(survey: Survey, varying: Collection[str]) -> None:
    """Refuse a sum over indices that fulfil a condition in which a variable stands."""
    for tree in survey.over:
        if not set().union(*map(letters_in, tree.data.conditions)).isdisjoint(varying):
            message = "which terms this sum has depends on the variable"
            raise fail("not-differentiable", message, tree.span, "give the set a name of its own")


def indicators(names: Iterable[Name], known: Mapping[str, Declared]) -> dict[str, Declared]:
    """What is known of the indicators of sets among the names, of which the entries are 0 or 1."""
    found = {n.full: known.get(n.full, Declared()) for n in names if n.base == MASK}
    return {name: replace(d, assume=d.assume | {"0/1"}) for name, d in found.items()}


def refuse_shared(survey: Survey, varying: Collection[str]) -> None:
    r"""Refuse a variable `b_u` beside `b_i` for pairs (u, i) of two kinds, users and items: these b are two families.

    They are two kinds where each has families of its own, `p_u` and `q_i`; in `x_i - x_j` there is but one.
    """
    for tree in survey.over:
        if len(tree.data.names) != 2 or not any(c[0].text == "(" for c in tree.data.conditions):
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
    survey: Survey, varying: Collection[Name], known: Collection[str], by_entries: Collection[str] = ()
) -> None:
    """Refuse `u_i` beside `U` where the derivative is by one of them: it may be a row of U, or a column.

    by_entries: matrices whose entries are defined, so that they have no rows of that name.
    """
    bases = {n.base for n in varying}
    whole = {n.base for n in (*survey.names, *varying) if not n.sub} if survey.bound else set()
    for tree in survey.named if survey.bound else ():
        if len(at := subscript(tree.data)) != 1 or at[0] not in survey.bound or tree.data.base in known:
            continue
        one, other = tree.data.base, capital_of(tree.data.base)
        meant = other in whole and other not in by_entries and not bases.isdisjoint((one, other))
        if other and meant and not _is_total(survey, one, other):
            message = f"{one} with an index beside {other}: nothing says whether it is a row or a column of {other}"
            help = f"write {other}_{{{at[0]},:}} or {other}_{{:,{at[0]}}}, or declare {one} as a family"
            raise fail("undeclared", message, tree.span, help)


def _is_total(survey: Survey, one: str, other: str) -> bool:
    r"""Whether a letter is only what members add up to, the P of `\sum_i p_i - P`."""
    sums = [t for t in survey.nodes if t.op == "sum"]
    added = [t for t in sums if any(a.op == "sum over" and a.args[0].op == "name" and a.args[0].data.base == one
                                    for a in t.args)]  # fmt: skip
    terms = {id(a) for t in added for a in t.args}
    return all(id(t) in terms for t in survey.nodes if t.op == "name" and t.data.base == other)


def refuse_chosen(survey: Survey, varying: Collection[Name]) -> None:
    r"""Refuse `\theta_{y_i}` where the derivative is by \theta_k, or by all of them: it is one of those.

    So it is in a sum over i, of which each term has another one.
    """
    own = {n.full for n in varying if not subscript(n)}
    bases = {n.base for n in varying if n.full not in own or not n.sub}
    for tree in [t for t in survey.named if t.data.sub] if survey.lowered else ():
        name = tree.data
        picked = [i for i in name.sub if i.kind in ("_", "^")]
        asked = name.base in bases and name.full not in own and picked
        if asked or any(i.text in survey.bound for script in picked for i in script.body[0]):
            message = f"{name.full} is a member of {name.base}, and which one is worth something else"
            help = r"sum over all of them, with an indicator: \sum_k \mathbf 1[y=k] …"
            raise fail("unsupported", message, tree.span, help if asked else "give it a letter of its own, such as u_i")


def refuse_among(survey: Survey, varying: Collection[Name]) -> None:
    r"""Refuse `w_{y_i}` as the variable beside `\sum_jw_j`, where it is one of the members, if j may be y_i."""
    chosen = {n.base: canonical(n.sub) for n in varying if any(i.kind in ("_", "^") for i in n.sub)}
    for tree in survey.over if chosen else ():
        apart = {canonical(c[2:]) for c in tree.data.conditions if len(c) > 2 and c[1].text in UNEQUAL}
        for t in walk(tree.args[0]):
            own = t.op == "name" and chosen.get(t.data.base)
            if own and own not in apart and not set(subscript(t.data)).isdisjoint(tree.data.names):
                message = f"one of the {t.data.full} is the variable, and which one is worth something else"
                help = f"write a letter for the index, or leave it out of the sum: j \\ne {own}"
                raise fail("unsupported", message, t.span, help)


def refuse_drawn(names: Collection[Name]) -> list[str]:
    """The letters of what lies in a set, `x` in D; refused where they are something else outside of a sum over it."""
    found = [name.base for name in names if name.sub and drawn_from(name)]
    free = {n.full for n in names if not n.sub} if found else ()
    for base in found:
        if base in free:
            raise fail("undeclared", f"{base} stands in a sum over it and outside", None, "give one another name")
    return found


def deltas_given(survey: Survey) -> bool:
    r"""Whether `\delta_{ij}` stand in a sum over `i<j` or `j\ne i`, where those of Kronecker are 0: they are given."""
    for tree in survey.over:
        limit = tree.data.limit
        if limit is not None and any(t.op == "name" and t.data.base == r"\delta" and not t.data.label
                                     and {*subscript(t.data)} == {limit.first, limit.second} for t in walk(tree)):
            return True
    return False


def from_zero(survey: Survey) -> bool:
    """Whether all sums start at 0, so that their indices are those from 1 by other names, and no number is one."""
    own = survey.bound
    numbers = bool(own) and not own.isdisjoint([n.full for n in survey.names])
    shifted = bool(own) and any(not subscript(n) and not own.isdisjoint(letters_below(n)) for n in survey.lowered)
    return all(t.data.first in ("", "0") for t in survey.over) and not numbers and not shifted
