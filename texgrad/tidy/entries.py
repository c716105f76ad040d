"""Entries of entrywise functions, of row sums and of products: g(A)ᵢⱼ = g(Aᵢⱼ), (A𝟏)ᵢ = Σⱼ Aᵢⱼ, (abᵀ)ᵢⱼ = aᵢbⱼ."""

from __future__ import annotations

from texgrad.algebra import Expr, index_key, scale, split, transform
from texgrad.operators import (
    BASIS,
    ENTRY,
    ONES,
    POWER,
    PRODUCT,
    TRANSPOSE,
    entry,
    factors,
    indexed_sum,
    power,
    product,
    transpose,
)
from texgrad.operators.sums import BOUND, MARKS
from texgrad.shapes import ONE, Index


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


def entry_of_product(e: Expr) -> Expr | None:
    """(Ae_k)ᵢ = Aᵢₖ, (abᵀ)ᵢⱼ = aᵢbⱼ."""
    own, body = split(e.args[0])
    scalars, chain = factors(body)
    if len(chain) < 2:
        return None
    if len(e.data) == 1:
        inner = product(*chain[:-1])
        if chain[-1].op is not BASIS or ONE in inner.shape:
            return None
        at = (*e.data, *chain[-1].data)
        found = entry(inner.args[0], *at[::-1]) if inner.op is TRANSPOSE else entry(inner, *at)
        return scale(own, product(*scalars, found))
    cut = next((k for k in range(1, len(chain)) if chain[k].shape[0] == ONE), 0)
    if not cut:
        return None
    column, row = product(*chain[:cut]), transpose(product(*chain[cut:]))
    return scale(own, product(*scalars, entry(column, e.data[0]), entry(row, e.data[1])))
