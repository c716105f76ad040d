r"""Entries that are listed, `\operatorname{diag}(\lambda_1, \dots, \lambda_n)`: a vector stands in their place."""

from __future__ import annotations

from collections.abc import Mapping

from texgrad.reader.brackets import closing, split
from texgrad.reader.items import Item, Items, canonical
from texgrad.reader.names import parse_size
from texgrad.reader.nested import changed, every_item
from texgrad.reader.vocabulary import DIAGONALS, DOTS
from texgrad.shapes import Dim


def with_listed(items: Items) -> tuple[Items, Mapping[str, Dim]]:
    """The items with a vector for the entries listed behind a diag, and how long these vectors are."""
    sizes: dict[str, Dim] = {}
    return (changed(items, lambda one: _listed(one, sizes)) if may_list(items) else items), sizes


def _listed(items: Items, sizes: dict[str, Dim]) -> Items:
    """One list of items with a vector for the entries listed in it; `sizes` is told how long it is."""
    out: list[Item] = []
    k = 0
    while k < len(items):
        item = items[k]
        out.append(item)
        k += 1
        if item.kind != "word" or item.text not in DIAGONALS or k >= len(items) or items[k].text not in ("(", "{", "["):
            continue
        end = closing(items, k) or 0
        entry = _entry(items[k + 1 : end], sizes) if end else None
        if entry is not None:
            whole = Item("group", "{}", items[k + 1].start, items[end - 1].end, (entry,))
            out += (items[k], whole, items[end])
            k = end + 1
    return tuple(out)


def may_list(items: Items) -> bool:
    """Whether dots stand among the items, or in what they hold."""
    return any(item.text in DOTS or item.text == "." for item in every_item(items))


def _entry(items: Items, sizes: dict[str, Dim]) -> Items | None:
    r"""What `a_1, a_2, \dots, a_n` has in common, without the numbers; None where it is no such list."""
    parts = split(items, (",",))
    if len(parts) < 3 or not any("".join(i.text for i in p) in (*DOTS, "...") for p in parts):
        return None
    first, last = parts[0], parts[-1]
    if len(first) < 2 or first[0].kind != "name" or first[1].kind != "_" or canonical(first[1].body[0]) != "1":
        return None
    if len(last) < 2 or last[0].text != first[0].text or last[1].kind != "_":
        return None
    size = parse_size(last[1].body[0])
    if size is None or canonical(first[2:]) != canonical(last[2:]):
        return None
    sizes[first[0].text] = size
    return (first[0], *first[2:])
