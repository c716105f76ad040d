r"""Members that more than an index picks: `u_{w_i}` in a sum over i, the `F(x_i)` by which a derivative is asked for.

Each is a member of a family of its own, which is written as it was typed: with `#1` for the index. So is a step by
which one asks, `\Delta\theta`, a name of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise

from texgrad.immutable import immutable
from texgrad.reader.brackets import closing
from texgrad.reader.items import Item, Items, is_prime
from texgrad.reader.names import INDEX_LETTERS
from texgrad.reader.nested import changed, lists_in
from texgrad.reader.primes import PRIME
from texgrad.reader.statements import Formula
from texgrad.remembered import remembered

_NESTED = re.compile(r"_\s*\{\s*\\?[A-Za-z]+\s*_")
_VALUE = re.compile(r"(?:partial|nabla\s*_|∂|∇|[{\s}]d)[^=]{0,20}(?:\(|\\[dD]elta)")
MARK = "#1"
STEPS = frozenset((r"\Delta", r"\delta"))  # before a letter by which one asks, a part of its name


@remembered()
def may_hold_picks(latex: str) -> bool:
    """Whether a name below a name can have an index in a text."""
    return "_" in latex and _NESTED.search(latex) is not None


@remembered()
def may_ask_by_values(latex: str) -> bool:
    """Whether a text may ask for a derivative by the value of a function."""
    return _VALUE.search(latex) is not None


@immutable
class _Pick:
    """A member at a place: how its family is written, what that is called, the index, and how many items it takes."""

    latex: str
    family: str
    index: Items
    used: int


def values_asked(formulas: Iterable[Formula]) -> frozenset[str]:
    r"""The values by which derivatives are asked for, `F(x_#1)` of `\frac{\partial J}{\partial F(x_i)}`."""
    return frozenset(pick.latex for formula in formulas for pick in formula.once(_below))


def _below(formula: Formula) -> tuple[_Pick, ...]:
    found: list[_Pick | None] = []
    for items in lists_in((formula.items,)):
        for k, item in enumerate(items):
            if item.kind == "frac" and len(item.body) > 1:
                under = item.body[1]
                if len(under) > 2 and under[0].text in (r"\partial", "d", r"\mathrm{d}"):
                    found += [_value(under, 1), _step(under, 1)]
            elif item.kind == "nabla" and k + 1 < len(items) and items[k + 1].kind == "_":
                found += [_value(items[k + 1].body[0], 0), _step(items[k + 1].body[0], 0)]
    return tuple(pick for pick in found if pick is not None)


def members_picked(formulas: Iterable[Formula], asking: Iterable[Formula], wrt: Collection[str]) -> frozenset[str]:
    r"""The families of which a name below picks members in a sum: `u_{w_#1}` of `\sum_i u_{w_i}`.

    Not those of the letters by which one asks, be it in `asking` or `wrt`: they are members of those as well.
    """
    by = {name.partition("_")[0].strip() for name in wrt}.union(*(formula.once(_varied) for formula in asking))
    return frozenset(pick.latex for f in formulas for pick in f.once(_picks) if pick.latex.partition("_")[0] not in by)


def _varied(formula: Formula) -> frozenset[str]:
    """The letters by which a formula differentiates."""
    below = [i.body[1] for items in lists_in((formula.items,)) for i in items if i.kind == "frac" and len(i.body) > 1]
    found = {b.text for part in below if part and part[0].text in (r"\partial", "d") for b in part if b.kind == "name"}
    for items in lists_in((formula.items,)):
        for sign, script in pairwise(items):
            if sign.kind == "nabla" and script.kind == "_":
                found |= {i.text for i in script.body[0] if i.kind == "name"}
    return frozenset(found)


def _picks(formula: Formula) -> tuple[_Pick, ...]:
    lists = tuple(lists_in((formula.items,)))
    bound = {i.text for items in lists for sign, script in pairwise(items)
             if sign.kind in ("sum", "prod") and script.kind == "_" for i in script.body[0]}  # fmt: skip
    found = (_member(items, k) for items in lists for k in range(len(items)))
    return tuple(pick for pick in found if pick is not None and pick.index[0].text in bound)


def _member(items: Items, at: int) -> _Pick | None:
    """The member that begins at a place, `u_{w_i}`."""
    head, used = items[at], 2
    if at + 2 < len(items) and is_prime(items[at + 1]):  # v'_{w_i}, of which the prime is a part
        head, used = head._replace(text=head.text + PRIME), 3
    script = items[at + used - 1] if at + used - 1 < len(items) else None
    below = script.body[0] if script is not None and script.kind == "_" else ()
    if head.kind != "name" or len(below) != 2 or below[0].kind != "name" or below[1].kind != "_":
        return None
    index = below[1].body[0]
    if len(index) != 1 or index[0].text not in INDEX_LETTERS:
        return None
    return _Pick(f"{head.text}_{{{below[0].text}_{MARK}}}", f"{head.text}_{{{below[0].text}}}", index, used)


def _step(items: Items, at: int) -> _Pick | None:
    r"""The step that begins at a place, `\Delta\theta`."""
    pair = items[at : at + 2]
    if len(pair) < 2 or pair[0].text not in STEPS or pair[1].kind != "name":
        return None
    text = f"{pair[0].text} {pair[1].text}" if pair[1].text[0].isalpha() else pair[0].text + pair[1].text
    return _Pick(text, text, (), 2)


def _value(items: Items, at: int) -> _Pick | None:
    """The value that begins at a place, `F(x_i)` or `F(x)`."""
    if at + 3 >= len(items) or items[at].kind != "name" or items[at + 1].text != "(":
        return None
    head, argument, end = items[at], items[at + 2], closing(items, at + 1)
    if argument.kind != "name" or end is None or end > at + 4:
        return None
    family = f"{head.text}({argument.text})"
    if end == at + 3:
        return _Pick(family, family, (), 4)
    script = items[at + 3]
    index = script.body[0] if script.kind == "_" else ()
    if len(index) != 1 or index[0].text not in INDEX_LETTERS:
        return None
    return _Pick(f"{head.text}({argument.text}_{MARK})", family, index, 5)


def with_picks(items: Items, spelt: Collection[str]) -> Items:
    """The items with a name for each of these families before the index of its members."""
    return changed(items, lambda one: tuple(_picked(one, spelt))) if spelt else items


def _picked(items: Items, spelt: Collection[str]) -> Iterator[Item]:
    at = 0
    while at < len(items):
        pick = _value(items, at) or _member(items, at) or _step(items, at)
        if pick is None or pick.latex not in spelt:
            yield items[at]
            at += 1
            continue
        start, end = items[at].start, items[at + pick.used - 1].end
        yield Item("name", pick.family, start, end)
        if pick.index:
            yield Item("_", "_", start, end, (pick.index,))
        at += pick.used


def families(spelt: Iterable[str]) -> dict[str, str]:
    """How the members of these families are written, by what the families are called."""
    return {latex.replace(f"_{MARK}", ""): latex for latex in sorted(spelt) if MARK in latex}


def may_pick(items: Items) -> bool:
    """Whether something below a name has an index among the items."""
    return any(_member(one, k) is not None for one in lists_in((items,)) for k in range(len(one)))


def spelt_in(items: Items, base: str) -> Iterator[str]:
    """How the members of a family are written that more than an index picks."""
    found = (_member(one, k) for one in lists_in((items,)) for k in range(len(one)))
    return (pick.latex for pick in found if pick is not None and pick.latex.partition("_")[0] == base)


def as_sums(items: Items, base: str, letter: str) -> Items:
    r"""The items with `\sum_{m:\,y_i=m}w_m` for the members `w_{y_i}` of a family, m being a letter of its own."""
    return changed(items, lambda one: tuple(_summed(one, base, letter)))


def _summed(items: Items, base: str, letter: str) -> Iterator[Item]:
    at = 0
    while at < len(items):
        pick, head = _member(items, at), items[at]
        if pick is None or pick.latex.partition("_")[0] != base:
            yield head
            at += 1
            continue
        at += pick.used
        script = items[at - 1]
        m = Item("name", letter, script.start, script.end)
        colon, equal = (Item("op", sign, script.start, script.end) for sign in ":=")
        yield Item("fence", "(", head.start, head.start)
        yield Item("sum", r"\sum", head.start, head.end)
        yield script._replace(body=((m, colon, *script.body[0], equal, m),))
        yield head._replace(text=base)
        yield script._replace(body=((m,),))
        yield Item("fence", ")", script.end, script.end)
