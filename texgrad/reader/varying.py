r"""Differentials with a round d, as the Matrix Cookbook has them: `\partial(XY) = (\partial X)Y + X(\partial Y)`."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from texgrad.reader.items import Items
from texgrad.reader.statements import Formula


def with_differentials(formula: Formula) -> Formula:
    """The formula with a straight d for every round one, where no derivative stands."""
    rounds, derivatives = _rounds(formula.items)
    return replace(formula, items=_straight(formula.items)) if rounds and not derivatives else formula


def _rounds(items: Items) -> tuple[int, int]:
    """How many round d stand among items, and how many of them belong to derivatives."""
    rounds = derivatives = 0
    for item, after in pairwise((*items, None)):
        assert item is not None
        own = item.kind == "partial"
        rounds += own
        derivatives += own and (after is None or after.kind in ("_", "^"))
        derivatives += item.text == "/" and after is not None and after.kind == "partial"
        for k, part in enumerate(item.body):
            inner, more = _rounds(part)
            rounds, derivatives = rounds + inner, derivatives + more
            derivatives += bool(k and inner and item.kind == "frac")
    return rounds, derivatives


def _straight(items: Items) -> Items:
    out = []
    for item in items:
        if item.kind == "partial":
            item = item._replace(kind="name", text="d")
        out.append(item._replace(body=tuple(_straight(part) for part in item.body)) if item.body else item)
    return tuple(out)
