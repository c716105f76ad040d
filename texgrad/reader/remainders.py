r"""What a side of an equation leaves out: `f(X+H) = f(X) + \operatorname{tr}(G^TH) + O(\|H\|^2)`."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from texgrad.reader.brackets import closing
from texgrad.reader.items import Item, Items
from texgrad.reader.named import read_name
from texgrad.reader.nested import letters, lists_in

FONTS = (r"\mathcal", r"\mathrm", r"\mathscr", r"\mathbf", r"\operatorname", r"\text")
LANDAU = {name: step for letter, step in (("O", 0), ("o", 1))
          for name in (letter, *(f"{font}{{{letter}}}" for font in FONTS))}  # fmt: skip
BARS = frozenset(("bar", "open bar", "close bar"))
MOST = 4  # up to which order terms are looked at


class Remainder(NamedTuple):
    """What is left out vanishes with a variable, like its power of an order.

    order: 0 where nothing can be said of it. inside: it stands in a root or a fraction, or is divided by the variable.
    """

    variable: str
    order: int
    inside: bool


def remaining(items: Items, known: Collection[str]) -> tuple[Items, Remainder | None]:
    """A side without what it leaves out, and that; of several such terms the greatest.

    known: names that mean something, among which an O would be one of them.
    """
    if not any(item[1] in LANDAU for part in lists_in((items,)) for item in part):
        return items, None
    kept, found = _without(items, known, False)
    if not found:
        return items, None
    if not kept or len({r.variable for r in found}) > 1:
        return kept or items, Remainder("", 0, True)
    variable = found[0].variable
    inside = any(r.inside for r in found) or _divided(kept, variable)
    return kept, Remainder(variable, min(r.order for r in found), inside)


def _divided(items: Items, variable: str) -> bool:
    """Whether something may be divided by a variable."""
    for k, item in enumerate(items):
        if item.text == "/" or (item.kind == "frac" and variable.split("_")[0] in letters(item.body[-1:])):
            return True
        negative = item.kind == "^" and any(i.text == "-" for part in item.body for i in part)
        if negative and (items[k - 1].kind in BARS or items[k - 1].text == variable):
            return True
        if any(_divided(part, variable) for part in item.body):
            return True
    return False


def _without(items: Items, known: Collection[str], inside: bool) -> tuple[Items, list[Remainder]]:
    out: list[Item] = []
    found: list[Remainder] = []
    k = 0
    while k < len(items):
        item = items[k]
        end = _term(items, k, known)
        if end is not None and (not out or out[-1].kind in ("op", "fence")):
            below, order = _measure(items[k + 2 : end])
            order = min(order + LANDAU[_letter(item)], MOST) if order else 0
            found.append(Remainder(below, order, inside))
            if out and out[-1].text in ("+", "-"):
                out.pop()
            k = end + 1
            continue
        parts = [_without(part, known, True) for part in item.body] if item.kind != "_" else []
        if any(more for _, more in parts):
            item = item._replace(body=tuple(part for part, _ in parts))
            found += [r for _, more in parts for r in more]
        out.append(item)
        k += 1
    return tuple(out), found


def _letter(item: Item) -> str:
    return item.body[0][0].text if item.kind == "group" and item.body and len(item.body[0]) == 1 else item.text


def _term(items: Items, k: int, known: Collection[str]) -> int | None:
    """Where the term `O(…)` that begins at a place ends; None where none begins there."""
    letter = _letter(items[k])
    if letter not in LANDAU or letter in known or k + 1 >= len(items) or items[k + 1].text not in ("(", "["):
        return None
    end = closing(items, k + 1)
    if end is None:
        return None
    after = items[end + 1] if end + 1 < len(items) else None
    ends = after is None or after.kind == "fence" or (after.kind == "op" and after.text in ("+", "-", ",", "."))
    return end if ends else None


def _measure(items: Items) -> tuple[str, int]:
    r"""The variable in `\|H\|^2` and its power; an empty name where something else stands there."""
    power = 1
    if items and items[-1].kind == "^":
        (above,) = items[-1].body[:1] or ((),)
        if len(above) != 1 or above[0].kind != "number" or not above[0].text.isdigit():
            return "", 0
        power, items = int(above[0].text), items[:-1]
    if items and items[-1].kind == "_":
        items = items[:-1] if len(items) > 1 and items[-2].kind in BARS else items
    if len(items) > 2 and items[0].kind in BARS and items[-1].kind in BARS:
        items = items[1:-1]
    name = read_name(items)
    return ("", 0) if name is None else (name.full, power)
