r"""Functions with an index behind their brackets: the entries of `\sigma(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}`.

Where such an entry has a definition, `\sigma(z)` is one name, of which the index is a part.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from texgrad.reader.brackets import closing
from texgrad.reader.items import Item, Items, canonical
from texgrad.reader.names import parse_sizes
from texgrad.reader.nested import changed
from texgrad.reader.statements import Formula
from texgrad.reader.vocabulary import WORDS
from texgrad.remembered import remembered

_MAY = re.compile(r"[)\]]\s*_[^=]*=")


@remembered()
def may_hold_values(latex: str) -> bool:
    """Whether a formula may define an entry of a function's value."""
    return _MAY.search(latex) is not None


def values_defined(formulas: Iterable[Formula]) -> frozenset[str]:
    """The functions with their arguments whose entries some formula defines."""
    found = set()
    for left in (s.sides[0] for formula in formulas for s in formula.statements if len(s.sides) > 1):
        end = _ended(left, 0)
        if 0 < end == len(left) - 1 and left[end].kind == "_" and not _sized(left[end].body[0]):
            found.add(_named(left[:end]))
    return frozenset(found)


def with_values(items: Items, values: Collection[str]) -> Items:
    """The items with each of these functions and its argument made one name, where an index follows."""
    return changed(items, lambda one: _valued(one, values)) if values else items


def _valued(items: Items, values: Collection[str]) -> Items:
    out: list[Item] = []
    at = 0
    while at < len(items):
        end = _ended(items, at)
        text = _named(items[at:end]) if 0 < end < len(items) and items[end].kind == "_" else ""
        if text in values:
            out.append(Item("name", text, items[at].start, items[end - 1].end))
            at = end
        else:
            out.append(items[at])
            at += 1
    return tuple(out)


def _named(items: Items) -> str:
    """The function with its argument as one name."""
    head = items[0]
    return canonical(items) if head.kind == "name" else rf"\mathrm{{{head.text}}}" + canonical(items[1:])


def _sized(items: Items) -> bool:
    r"""Whether what stands below is the size of a value, `f(x)_{n\times p}`."""
    return any(i.text == r"\times" for i in items) and parse_sizes(items) is not None


def _ended(items: Items, at: int) -> int:
    """Where the brackets end that stand right behind the name at a place; 0 where there are none."""
    head = items[at]
    calls = head.kind == "name" or (head.kind in ("word", "text") and head.text.isalpha() and head.text not in WORDS)
    if not calls or at + 1 >= len(items) or items[at + 1].text != "(":
        return 0
    end = closing(items, at + 1)
    return 0 if end is None else end + 1
