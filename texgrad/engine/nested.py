"""Sums that rules bring in, kept apart: one inside another does not bind the index of that."""

from __future__ import annotations

from texgrad.algebra import Expr, index_key, node, postorder, substitute, transform
from texgrad.engine.refused import TooLong
from texgrad.operators import INDEXED_SUM, reindexed
from texgrad.operators.sums import BOUND, MARKS
from texgrad.shapes import Index


def apart(e: Expr) -> Expr:
    """`e` with another index for a sum that stands in one with the same: what goes into it would be bound by it.

    Raises TooLong where there are more sums in one another than anybody reads.
    """
    return transform(e, _apart, INDEXED_SUM.bit, INDEXED_SUM.bit)


def _apart(outer: Expr) -> Expr | None:
    index, (body,) = outer.data, outer.args
    if not index.name.startswith(BOUND) or not body.ops & INDEXED_SUM.bit:
        return None
    inner = [p for p in postorder(body, only=INDEXED_SUM.bit) if p.op is INDEXED_SUM]
    clashing = [p for p in inner if p.data.name == index.name]
    used = {index.name, *(p.data.name for p in inner)}
    known: dict[Expr, Expr] = {}
    for p in clashing:
        names = (BOUND + mark for mark in MARKS if BOUND + mark not in used)
        free = (Index(name, p.data.size) for name in names)
        new = next((i for i in free if index_key(i) not in p.free), None)
        if new is None:
            raise TooLong("sums in one another")
        known[p] = node(INDEXED_SUM, (reindexed(substitute(p.args[0], known), p.data, new),), new, p.shape)
    return node(INDEXED_SUM, (substitute(body, known),), index, outer.shape) if known else None
