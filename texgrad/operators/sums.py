"""Sums over an index."""

from __future__ import annotations

from texgrad.algebra import Expr, Op, index_key, is_zero, node, number, scale, split, subtract
from texgrad.operators.constants import dimension
from texgrad.operators.products import product
from texgrad.shapes import Index

BOUND = "?"  # what the name of a sum's index begins with until a letter is chosen for it
MARKS = ("r", "s", "t", "u")


def indexed_sum(body: Expr, index: Index) -> Expr:
    """The sum of `body` over all values of `index`; what does not depend on it stands in front."""
    own, body = split(body)
    if is_zero(body):
        return body
    if index_key(index) not in body.free and index.but is None:
        return scale(own, product(dimension(index.size), body))
    if index_key(index) not in body.free and index.but is not None and index.but[0] == r"\ne":
        return scale(own, product(subtract(dimension(index.size), number(1)), body))
    return scale(own, node(INDEXED_SUM, (body,), index, body.shape))


INDEXED_SUM = Op(
    "sum over an index", "m n -> m n", (r"\sum_{i} #1",), normal=lambda A, data: indexed_sum(A, data), binds=True,
    law="linearity",
)  # fmt: skip


