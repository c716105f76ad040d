"""Entries of entrywise functions and of row sums: g(A)ᵢⱼ = g(Aᵢⱼ), (A𝟏)ᵢ = Σⱼ Aᵢⱼ."""

from __future__ import annotations

from texgrad.algebra import Expr, index_key, transform
from texgrad.operators import ENTRY, ONES, POWER, PRODUCT, entry, indexed_sum, power
from texgrad.operators.sums import BOUND, MARKS
from texgrad.shapes import Index


def by_entries(e: Expr) -> Expr:
    """`e` with the entries of entrywise functions taken of their arguments, and those of row sums as sums."""
    return transform(e, _inside, ENTRY.bit, ENTRY.bit)


def _inside(e: Expr) -> Expr | None:
    (A,) = e.args
    if A.op.elementwise:
        return by_entries(A.op(entry(A.args[0], *e.data)))
    if A.op is POWER:
        return by_entries(power(entry(A.args[0], *e.data), A.args[1]))
    if A.op is not PRODUCT or len(A.args) != 2 or A.args[1].op is not ONES or len(e.data) != 1:
        return None
    rows, size = A.args[0], A.args[1].shape[0]
    names = (BOUND + mark for mark in MARKS)
    free = next((i for i in (Index(name, size) for name in names) if index_key(i) not in rows.free), None)
    return None if free is None else indexed_sum(by_entries(entry(rows, *e.data, free)), free)
