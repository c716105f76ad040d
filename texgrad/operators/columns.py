"""Arrays put together over an index: [b₁ … bₙ], so that the matrix with the entries k(xᵢ, xⱼ) is one expression."""

from __future__ import annotations

from collections.abc import Callable

from texgrad.algebra import Expr, Op, index_key, is_zero, node, scale, split, zero
from texgrad.operators.constants import ones
from texgrad.operators.indexed import ENTRY
from texgrad.operators.mirrored import mirrored
from texgrad.operators.products import factors, product
from texgrad.operators.transposes import TRANSPOSE, transpose
from texgrad.shapes import ONE, Index


def columns(body: Expr, index: Index) -> Expr:
    """The columns or numbers `body` for all values of `index` side by side; what is constant stands outside."""
    own, body = split(body)
    shape = (body.shape[0], index.size)
    if is_zero(body):
        return zero(shape)
    key = index_key(index)
    scalars, chain = factors(body)
    fixed = [s for s in scalars if key not in s.free]
    moving = [s for s in scalars if key in s.free]
    if not any(key in c.free for c in chain):
        row = _row(product(*moving), index) if moving else ones((ONE, index.size))
        return scale(own, product(*fixed, *chain, row))
    return scale(own, product(*fixed, node(COLUMNS, (product(*moving, *chain),), index, shape)))


def _row(body: Expr, index: Index) -> Expr:
    """The numbers side by side; the entries of a vector are the vector."""
    if body.op is ENTRY and body.data == (index,):
        return transpose(body.args[0])
    return node(COLUMNS, (body,), index, (ONE, index.size))


def _symmetric(symmetric: Callable[[Expr], bool], e: Expr) -> bool:
    """By entries that stay the same when their indices change places."""
    inner = e.args[0].args[0] if e.args[0].op is TRANSPOSE else e
    return inner.op is COLUMNS and inner is not e and mirrored(inner.args[0], inner.data, e.data)


COLUMNS: Op = Op(
    "columns over an index", normal=lambda A, data: columns(A, data), binds=True, symmetric=_symmetric, law="linearity",
)  # fmt: skip
