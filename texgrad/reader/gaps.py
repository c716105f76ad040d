r"""Wide spaces between the blocks of a matrix, as in `[A\;B]`; between other things a space says nothing."""

from __future__ import annotations

from texgrad.reader.items import Item

GAPS = frozenset((r"\;", "\\ ", r"\thickspace", r"\space"))
GAP = "gap"
SEPARATORS = frozenset((",", ";"))


def without_gaps(items: list[Item]) -> list[Item]:
    """The items with commas for the spaces between single factors in square brackets, and without all others."""
    kept: set[int] = set()
    opened: list[int] = []
    for at, item in enumerate(items):
        if item.kind == "fence" and item.text == "[":
            opened.append(at)
        elif item.kind == "fence" and item.text == "]" and opened:
            kept.update(_between_blocks(items, opened.pop(), at))
    return [
        item._replace(kind="op", text=",") if item.kind == GAP else item
        for at, item in enumerate(items) if item.kind != GAP or at in kept
    ]  # fmt: skip


def _between_blocks(items: list[Item], start: int, end: int) -> list[int]:
    """The spaces between these brackets, where a single factor stands on either side of each."""
    if start and items[start - 1].kind == "word":  # the argument of a function
        return []
    places = [at for at in range(start + 1, end) if items[at].kind == GAP]
    count = 0
    for at in range(start + 1, end + 1):
        item = items[at]
        if at == end or item.kind == GAP or item.text in SEPARATORS:
            if count != 1:
                return []
            count = 0
        elif item.kind not in ("_", "^"):
            count += 1
            if item.kind in ("op", "fence"):
                return []
    return places
