r"""Models that a function compares with what is observed: beside `\|y - X\beta\|^2`, `y = X\beta` defines no y."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from texgrad.immutable import immutable
from texgrad.reader.brackets import turn
from texgrad.reader.items import Item, Items, canonical
from texgrad.reader.named import read_name
from texgrad.reader.names import subscript
from texgrad.reader.nested import letters, lists_in, renamed
from texgrad.reader.said import Definition
from texgrad.reader.tree import Name

_SIGNS = {"+": 1, "-": -1}
_ENDS = frozenset((",", ";", "&", r"\\", "="))
_BARS = frozenset(("bar", "open bar", "close bar"))


def without_models(definitions: Sequence[Definition], functions: Sequence[Items]) -> list[Definition]:
    r"""The definitions but those of names from which the functions take away just what these would stand for.

    Put in, they would leave nothing of `y - X\beta`; an author who abbreviates does not write out both. Functions may
    hold other names that are defined, `r = y - X\beta`.
    """
    if all(d.right in functions for d in definitions) and len(definitions) < 2:  # no other than what is asked about
        return list(definitions)
    waiting, shown, reached = list(functions), set(functions), list(functions)
    while waiting:
        here = letters((waiting.pop(),))
        more = {d.right for d in definitions if d.name.base in here} - shown
        shown |= more
        waiting += [d.right for d in definitions if d.right in more]
    reached = [items for items in dict.fromkeys((*functions, *(d.right for d in definitions))) if items in shown]
    sums = _sums(reached, {d.name.base for d in definitions})
    return [d for d in definitions if d.parameters or not d.letters or not _compared(d, sums.get(_key(d.name), ()))]


@immutable
class _Sum:
    """The terms of a sum in a function, with their signs."""

    function: Items
    terms: tuple[tuple[int, Items], ...]


def _key(name: Name) -> tuple[str, str, int]:
    """What a name and one from which it may be taken away have in common."""
    below = len(subscript(name))
    return name.base if below else name.full, name.label, below


def _sums(functions: Sequence[Items], bases: Collection[str]) -> Mapping[tuple[str, str, int], Sequence[_Sum]]:
    """The sums of functions by the names that are their terms."""
    found: dict[tuple[str, str, int], dict[_Sum, None]] = {}
    for function in functions:
        for items in lists_in((function,)):
            past = 0
            for k in [k for k, item in enumerate(items) if item[0] == "name" and item[1] in bases]:
                if k < past:
                    continue
                inside = _sum_around(items, k)
                past = k + len(inside) if len(inside) == len(items) and not any(map(turn, items)) else 0
                whole = _Sum(function, tuple(_terms(inside)))
                for name in (read_name(term) for _, term in whole.terms if term):
                    if name is not None and name.base in bases:
                        found.setdefault(_key(name), {})[whole] = None
    return {key: tuple(sums) for key, sums in found.items()}


def _compared(model: Definition, sums: Sequence[_Sum]) -> bool:
    """Whether a function holds the difference between a name and what it is set equal to."""
    return any(_vanishes(model, one.terms) for one in sums if one.function is not model.right)


def _vanishes(model: Definition, terms: Sequence[tuple[int, Items]]) -> bool:
    """Whether a sum holds all that the name is set equal to, with the other sign."""
    there = Counter((s, canonical(t)) for s, t in terms)
    seen: set[tuple[int, str]] = set()
    for sign, term in terms:
        name = read_name(term) if term and term[0].text == model.name.base else None
        if name is None or (sign, name.full) in seen:
            continue
        seen.add((sign, name.full))
        own, other = subscript(model.name), subscript(name)
        if name.label != model.name.label or len(own) != len(other):
            continue
        if not own and name.full != model.name.full:
            continue
        right = renamed(model.right, dict(zip(own, other, strict=True))) if own != other else model.right
        wanted = Counter((-sign * s, canonical(t)) for s, t in _terms(right))
        if wanted <= there:
            return True
    return False


def _sum_around(items: Items, at: int) -> Items:
    """The items around a place, up to the brackets or bars in which they stand."""
    start, end = at, at
    for step in (-1, 1):
        k, depth = at, 0
        while 0 <= k + step < len(items):
            item = items[k + step]
            depth += step * turn(item)
            if depth < 0 or (not depth and _ends(item)):
                break
            k += step
        start, end = (k, end) if step < 0 else (start, k)
    return items[start : end + 1]


def _ends(item: Item) -> bool:
    return item.kind in _BARS or item.text in _ENDS


def _terms(items: Items) -> Iterator[tuple[int, Items]]:
    """The terms of a sum with their signs."""
    sign, start, depth = 1, 0, 0
    for k, item in enumerate(items):
        if not depth and item.kind == "op" and item.text in _SIGNS:
            if k > start:
                yield sign, items[start:k]
            sign, start = _SIGNS[item.text], k + 1
        depth += turn(item)
    if start < len(items):
        yield sign, items[start:]
