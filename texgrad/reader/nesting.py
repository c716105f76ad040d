"""Brackets and braces that nest deep are parsed from the inside outwards, so that no reader overflows."""

from __future__ import annotations

from collections.abc import Callable

from texgrad.reader.items import Item, Items
from texgrad.reader.vocabulary import CLOSES
from texgrad.source import Span, fail

LEVELS = 12  # how many levels are parsed by recursion
MAX_LEVELS = 1000
PARSED = "parsed"  # the kind of an item that stands for what was parsed before; its text says where that is kept
HOLDING = frozenset(("group", "frac", "sqrt"))  # items that hold formulas
DIVIDING = frozenset((",", ";", "|", ":", "="))  # what makes a bracket more than one formula


def too_deep(span: Span) -> Exception:
    """The refusal of what nests deeper than anyone writes."""
    return fail("too-large", f"the formula nests deeper than {MAX_LEVELS} levels", span, "name its parts")


def outlined(items: Items, parse: Callable[[Items], str]) -> Items:
    """The items with what nests deep in them parsed already; `parse` says where it keeps a tree."""
    lists, level, bound = [items], [items], 0
    while level:
        deepest = 0
        below: list[Items] = []
        for one in level:
            depth = 0
            for kind, text, _, _, body in one:
                if body:
                    below += body
                if kind == "fence":
                    depth += 1 if text in CLOSES else -1
                    deepest = depth if depth > deepest else deepest
        bound += 1 + deepest
        lists += below
        level = below
    if bound <= LEVELS:
        return items
    done: dict[int, tuple[Items, int, int]] = {}
    for one in reversed(lists):
        done[id(one)] = _outline(one, done, parse)
    return done[id(items)][0]


def _outline(
    items: Items, done: dict[int, tuple[Items, int, int]], parse: Callable[[Items], str]
) -> tuple[Items, int, int]:
    """One list of items, how many levels are left in it, and how many there were."""
    out: list[Item] = []
    opened: list[tuple[int, int, int]] = []
    levels = total = 0

    def parsed(inner: Items) -> Item:
        return Item(PARSED, parse(inner), min(i.start for i in inner), max(i.end for i in inner))

    for item in items:
        if item.body:
            bodies = [done[id(b)] for b in item.body]
            inside = max(b[1] for b in bodies)
            if item.kind in HOLDING and inside >= LEVELS and all(b[0] for b in bodies):
                item = item._replace(body=tuple((parsed(b[0]),) for b in bodies))
                inside = 0
            elif any(new is not old for (new, *_), old in zip(bodies, item.body, strict=True)):
                item = item._replace(body=tuple(b[0] for b in bodies))
            levels, total = max(levels, 1 + inside), max(total, 1 + max(b[2] for b in bodies))
        out.append(item)
        if item.kind != "fence":
            continue
        if item.text in CLOSES:
            opened.append((len(out), levels, total))
            levels = total = 0
        elif opened:
            start, before, total_before = opened.pop()
            inner = tuple(out[start:-1])
            if levels >= LEVELS and inner and not any(i.text in DIVIDING for i in inner):
                out[start:-1] = [parsed(inner)]
                levels = 0
            levels, total = max(levels + 1, before), max(total + 1, total_before)
        if total > MAX_LEVELS:
            raise too_deep(Span(item.start, item.end))
    return tuple(out) if len(out) != len(items) or any(map(_other, out, items)) else items, levels, total


def _other(a: Item, b: Item) -> bool:
    return a is not b
