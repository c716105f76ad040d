"""Brackets in a list of items: where one is closed, and what stands outside of all of them."""

from __future__ import annotations

from collections.abc import Container, Iterator

from texgrad.reader.items import Item, Items
from texgrad.reader.vocabulary import CLOSES

AROUND = {"(": ")", "[": "]", "{": "}"}  # brackets that mean nothing where they stand around all


def turn(item: Item) -> int:
    """1 for a bracket that opens, −1 for one that closes, 0 for any other item."""
    return 0 if item.kind != "fence" else 1 if item.text in CLOSES else -1


def closing(items: Items, at: int = 0) -> int | None:
    """Where the bracket that opens at a place is closed; None where it never is."""
    depth = 0
    for k in range(at, len(items)):
        if items[k].kind == "fence":
            depth += 1 if items[k].text in CLOSES else -1
            if not depth:
                return k
    return None


def opening(items: Items, at: int) -> int | None:
    """Where the bracket that closes at a place is opened; None where it never is."""
    depth = 0
    for k in range(at, -1, -1):
        depth += turn(items[k])
        if not depth:
            return k
    return None


def outside(items: Items) -> Iterator[tuple[int, Item]]:
    """The items that stand in no brackets, with their places."""
    depth = 0
    for k, item in enumerate(items):
        if item.kind == "fence":
            depth += 1 if item.text in CLOSES else -1
        elif not depth:
            yield k, item


def split(items: Items, separators: Container[str]) -> tuple[Items, ...]:
    """What stands before, between and behind signs that stand in no brackets."""
    cuts = [k for k, item in outside(items) if item.text in separators]
    return tuple(items[start + 1 : end] for start, end in zip([-1, *cuts], [*cuts, len(items)], strict=True))


def unfenced(items: Items) -> Items:
    """The items without the braces, and without the one pair of brackets, around all of them."""
    while len(items) == 1 and items[0].kind == "group":
        items = items[0].body[0]
    pair = len(items) > 1 and items[0].kind == "fence" and AROUND.get(items[0].text) == items[-1].text
    return items[1:-1] if pair and closing(items) == len(items) - 1 else items
