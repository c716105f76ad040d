r"""Derivatives along a direction as people claim them: `Df(X)[H]`, `DF(X)(H)`, `D_Xf[H]`, `Df_X(H)`, `D(x^TAx)[h]`."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from texgrad.reader.brackets import closing
from texgrad.reader.calls import DIFFERENTIALS
from texgrad.reader.items import Items

HEADS = DIFFERENTIALS | {"D", r"\mathrm{D}"}


class Along(NamedTuple):
    """The pieces of a derivative along a direction, and how many items they take."""

    function: Items
    variable: Items
    direction: Items
    used: int


def along(items: Items, functions: Collection[str], symbols: Collection[str]) -> Along | None:
    """The derivative along a direction that begins with these items; None where none does.

    functions: the names of functions, of which one must stand behind the D. symbols: names that are no such sign.
    """
    if items[0].text == "(" and (end := closing(items, 0)) and items[1].text in HEADS:  # (D_XF)(H)
        found = along((*items[1:end], *items[end + 1 :]), functions, symbols)
        return found and found._replace(used=found.used + 2)
    if items[0].text not in HEADS or items[0].text in symbols or len(items) < 3:
        return None
    if items[1].text == "(" and (end := closing(items, 1)) and items[end + 1 : end + 2] and items[end + 1].text == "[":
        last = closing(items, end + 1)  # D(x^TAx)[h]
        return None if last is None else Along(items[2:end], (), items[end + 2 : last], last + 1)
    at, below = _below(items, 1)
    name = items[at : at + 1]
    if not name or name[0].kind not in ("name", "word") or name[0].text not in functions:
        return None
    at, other = _below(items, at + 1)
    below = below or other
    groups: list[Items] = []  # with their brackets
    while len(groups) < 2 and at < len(items) and items[at].kind == "fence" and items[at].text in ("(", "["):
        end = closing(items, at)
        if end is None:
            return None
        groups.append(items[at : end + 1])
        at = end + 1
    if len(groups) == 2 and groups[0][0].text == "(":
        return Along((*name, *groups[0]), below or groups[0][1:-1], groups[1][1:-1], at)
    if len(groups) == 1 and (below or groups[0][0].text == "["):
        return Along(name, below, groups[0][1:-1], at)
    return None


def _below(items: Items, at: int) -> tuple[int, Items]:
    """What stands below at a place, and the place after it."""
    if at < len(items) and items[at].kind == "_":
        return at + 1, items[at].body[0]
    return at, ()
