"""Lists of items within items: braces, scripts and fractions hold them, and they are walked here, however deep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import is_

from texgrad.reader.items import Item, Items


def lists_in(formulas: Iterable[Items]) -> list[Items]:
    """The formulas and all lists of items in them, outer ones before what they hold."""
    found = list(formulas)
    for items in found:  # which grows meanwhile
        for item in items:
            if item[4]:
                found += item[4]
    return found


def every_item(items: Items) -> Iterator[Item]:
    """The items and all that they hold."""
    return (item for one in lists_in((items,)) for item in one)


def letters(formulas: Iterable[Items]) -> set[str]:
    """The letters of formulas, in their fonts; not those that only say which norm is meant, as in `\\|X\\|_F`."""
    found: set[str] = set()
    waiting = list(formulas)
    for items in waiting:  # which grows meanwhile
        before = ""
        for item in items:
            if item.kind != "text" and (item.kind != "_" or before not in ("bar", "close bar")):
                waiting += item.body
            before = item.kind
            if item.kind == "name":
                found.add(item.text)
    return found


def size(items: Items) -> int:
    """How many items there are, with all that they hold."""
    return sum(map(len, lists_in((items,))))


def changed(items: Items, change: Callable[[Items], Items]) -> Items:
    """The items with each list among them changed, inner ones first; the very same items where nothing changes."""
    done: dict[int, Items] = {}
    for one in reversed(lists_in((items,))):
        held = tuple([_holding(item, tuple([done[id(b)] for b in item.body])) if item.body else item for item in one])
        made = change(held)
        done[id(one)] = one if len(made) == len(one) and all(map(is_, made, one)) else made
    return done[id(items)]


def renamed(items: Items, moves: Mapping[str, str]) -> Items:
    """The items with names, such as those of indices, replaced by others."""
    return changed(items, lambda one: tuple(
        i._replace(text=moves[i.text]) if i.kind == "name" and i.text in moves else i for i in one))  # fmt: skip


def _holding(item: Item, body: tuple[Items, ...]) -> Item:
    return item if all(map(is_, body, item.body)) else item._replace(body=body)
