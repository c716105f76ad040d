"""Rows and columns, products over an index, and expressions for another value of an index."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from texgrad.algebra import SUM, SYMBOL, Expr, Op, add, index_key, node, number, scale, split, symbol
from texgrad.operators.constants import IDENTITY, basis, identity
from texgrad.operators.indexed import DELTA, ENTRY, entry, kronecker_delta
from texgrad.operators.products import factors, power, product
from texgrad.operators.sums import BOUND, MARKS, indexed_sum
from texgrad.operators.transposes import TRANSPOSE, transpose
from texgrad.shapes import ONE, SCALAR, Index

OWN = "\0"  # before the letter of an index that is on its way to be another one

# --- rows and columns -------------------------------------------------------------------------------------------------

ROW = Op(
    "row", "m n -> 1 n", ("#1_{i,:}",), value=lambda np, A, data: A[..., data[0] : data[0] + 1, :],
    moves=lambda G, A, data: (product(basis(*data), G),),
    vec=lambda K, A, data: (K.kronecker(identity(A.shape[1]), transpose(basis(*data))),), law="linearity",
)  # fmt: skip
COLUMN = Op(
    "column", "m n -> m 1", ("#1_{:,j}",), value=lambda np, A, data: A[..., data[0] : data[0] + 1],
    moves=lambda G, A, data: (product(G, transpose(basis(*data))),),
    vec=lambda K, A, data: (K.kronecker(transpose(basis(*data)), identity(A.shape[0])),), law="linearity",
)  # fmt: skip


def row(A: Expr, i: Index) -> Expr:
    """The row i of a matrix."""
    return node(ROW, (A,), (i,))


def column(A: Expr, j: Index) -> Expr:
    """The column j of a matrix."""
    return node(COLUMN, (A,), (j,))


WHOLE_LINE = ":"  # in the place of an index: all of a row or column


def part_of(A: Expr, *at: Index) -> Expr:
    """The entry of A at these indices; a row or a column of it where one of them is `WHOLE_LINE`."""
    if WHOLE_LINE not in [i.name for i in at]:
        return entry(A, *at)
    return transpose(_column(transpose(A), at[0])) if at[1].name == WHOLE_LINE else _column(A, at[1])


def _column(A: Expr, j: Index) -> Expr:
    """The column j of a matrix, in normal form: sums and products are taken apart, Aᵀ has rows for columns."""
    own, body = split(A)
    if body.op is SUM:
        return scale(own, add(*(_column(t, j) for t in body.args)))
    scalars, chain = factors(body)
    *before, last = chain
    if last.shape[0] == ONE:
        picked = entry(transpose(last), j)
    elif last.op is IDENTITY:
        picked = basis(j)
    else:
        picked = transpose(row(last.args[0], j)) if last.op is TRANSPOSE else column(last, j)
    return scale(own, product(*scalars, *before, picked))


# --- products over an index -------------------------------------------------------------------------------------------


def indexed_product(body: Expr, index: Index) -> Expr:
    """The product of the scalar `body` over all values of `index`."""
    return body if body is number(1) else node(INDEXED_PRODUCT, (body,), index, SCALAR)


def _product_differential(body: Expr, step: Expr, data: Index) -> Expr:
    return product(indexed_product(body, data), indexed_sum(product(power(body, number(-1)), step), data))


INDEXED_PRODUCT: Op = Op(
    "product over an index", "1 1 -> 1 1", (r"\prod_{i} #1",), normal=lambda A, data: indexed_product(A, data),
    binds=True, differential=_product_differential, condition=r"#1 \ne 0", law="logarithmic derivative",
)  # fmt: skip


# --- another value of an index ----------------------------------------------------------------------------------------

SPARE = "klmrstuvpq"


def reindexed(e: Expr, old: Index, new: Index) -> Expr:
    """`e` with the index `new` in place of `old` wherever that stands free."""
    key = index_key(old)
    done: dict[Expr, Expr] = {}
    stack = [e]
    while stack:
        top = stack[-1]
        if top in done:
            stack.pop()
        elif key not in top.free:
            done[stack.pop()] = top
        elif top.op.binds and top.data.name == new.name and top not in done:
            done[stack.pop()] = reindexed(_respelt(top, {new.name}), old, new)
        elif waiting := [a for a in top.args if a not in done]:
            stack += waiting
        else:
            done[stack.pop()] = _moved(top, tuple(done[a] for a in top.args), old.name, new)
    return done[e]


def of_member(definition: Expr, own: Expr, other: Expr) -> Expr:
    """The definition of one member of a family, u_{k,l} = y_k - y_l, for another one, u_{j,l}."""
    apart = [Index(f"{OWN}{i.name}", i.size) for i in own.data.indices]
    for old, new in (*zip(own.data.indices, apart, strict=True), *zip(apart, other.data.indices, strict=True)):
        definition = reindexed(definition, old, new)
    return definition


def apart_from(e: Expr, other: Expr) -> Expr:
    """The sum `e` with another letter for its index where that stands free in `other`, which is to go into it."""
    if index_key(e.data) not in other.free:
        return e
    return _respelt(e, {name[1:] for name in other.free if name[0] == "#"}, [BOUND + mark for mark in MARKS])


def _respelt(e: Expr, taken: Collection[str], first: Sequence[str] = ()) -> Expr:
    """The sum or product with another letter for the index that it binds, one of the `first` where these are free."""
    used = {*taken, e.data.name, *(name[1:] for name in e.args[0].free if name[0] == "#")}
    index = e.data._replace(name=next(x for x in (*first, *SPARE) if x not in used))
    return e.op(reindexed(e.args[0], e.data, index._replace(but=None)), data=index)


def _moved(e: Expr, args: tuple[Expr, ...], old: str, new: Index) -> Expr:
    """The outermost operator of `e` over other arguments, for another value of the index called `old`."""

    def at(index: Index) -> Index:
        return index.moved(new) if index.name == old else index

    if e.op is SYMBOL:
        s = e.data
        return symbol(s.name, s.shape, s.assume, tuple(map(at, s.indices)))
    if e.op.member:
        return e.op(*args, data=replace(e.data, indices=tuple(map(at, e.data.indices))))
    if e.op is ENTRY:
        return entry(args[0], *map(at, e.data))
    if e.op is DELTA:
        return kronecker_delta(*map(at, e.data))
    if e.op.binds:
        but = e.data.but
        return e.op(*args, data=e.data if but is None or but[1] != old else e.data._replace(but=(but[0], new.name)))
    if isinstance(e.data, Index):
        return e.op(*args, data=at(e.data)) if e.args else node(e.op, args, at(e.data), e.shape)
    if isinstance(e.data, tuple):
        return node(e.op, args, tuple(at(i) if isinstance(i, Index) else i for i in e.data), e.shape)
    return e.op(*args, data=e.data)
