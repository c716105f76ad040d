"""Sums over an index as products of matrices: Σⱼ Aᵢⱼxⱼ = (Ax)ᵢ, Σᵢ g(xᵢ) = 𝟏ᵀg(x)."""

from __future__ import annotations

from dataclasses import dataclass

from texgrad.algebra import (
    ONE,
    SCALE,
    SUM,
    SYMBOL,
    Expr,
    Index,
    add,
    index_key,
    rebuild,
    scale,
    shape_of,
    split,
    terms,
    transform,
)
from texgrad.operators import (
    ENTRY,
    INDEXED_SUM,
    POWER,
    PRODUCT,
    diagonal,
    diagonal_matrix,
    entry,
    hadamard,
    indexed_sum,
    ones,
    power,
    product,
    transpose,
)
from texgrad.tidy.forms import expanded


@dataclass(frozen=True)
class Along:
    """What a scalar is for every value of an index: the vector `whole`, or column `at` of the matrix `whole`."""

    whole: Expr
    at: Index | None = None


def vectorised(e: Expr) -> Expr:
    """`e` with every sum over an index that is a product of matrices written as one."""

    def change(part: Expr) -> Expr | None:
        if part.op is not INDEXED_SUM or not part.scalar:
            return None
        summed = _summed(part.args[0], part.data)
        if summed is None:
            multiplied = expanded(part.args[0])
            summed = None if multiplied is part.args[0] else _summed(multiplied, part.data)
        return summed

    return transform(e, change)


def _summed(body: Expr, index: Index) -> Expr | None:
    """Σ over the index of the scalar `body`, or None where it is no product of matrices."""
    parts: list[Expr] = []
    for t in terms(body):
        own, core = split(t)
        done = _summed_term(core, index)
        if done is None:
            return None
        parts.append(scale(own, done))
    return add(*parts)


def _summed_term(e: Expr, index: Index) -> Expr | None:
    if index_key(index) not in e.free:
        return indexed_sum(e, index)
    factors = e.args if e.op is PRODUCT and e.args[-1].scalar else (e,)
    outside = [f for f in factors if index_key(index) not in f.free]
    inside = [_along(f, index) for f in factors if index_key(index) in f.free]
    found = [a for a in inside if a is not None]
    if len(found) < len(inside):
        return None
    columns: dict[Index, Expr] = {}
    vectors: list[Expr] = []
    for a in found:
        if a.at is None:
            vectors.append(a.whole)
        else:
            columns[a.at] = hadamard(columns[a.at], a.whole) if a.at in columns else a.whole
    total = _contracted(vectors, list(columns.items()), index)
    return None if total is None else product(*outside, total)


def _contracted(vectors: list[Expr], columns: list[tuple[Index, Expr]], index: Index) -> Expr | None:
    """Σ of the entrywise product of vectors and of columns of matrices."""
    one = ones(shape_of(index.size))
    if not columns:
        first, *rest = vectors
        return product(transpose(first if rest else one), hadamard(*rest) if rest else first)
    if len(columns) == 1:
        ((at, A),) = columns
        return entry(product(transpose(A), hadamard(*vectors) if vectors else one), at)
    if len(columns) == 2:
        (at, A), (to, B) = columns
        middle = (diagonal_matrix(hadamard(*vectors)),) if vectors else ()
        return entry(product(transpose(A), *middle, B), at, to)
    return None


def _along(e: Expr, index: Index) -> Along | None:
    """What the scalar `e` is along the index, where it works entry by entry on entries of vectors and matrices."""
    key = index_key(index)
    if e.op is ENTRY:
        return _entries(e, index)
    if not e.args or e.op in (INDEXED_SUM, SYMBOL) or not all(a.scalar for a in e.args):
        return None
    if not (e.op in (SUM, SCALE, PRODUCT, POWER) or e.op.elementwise):
        return None
    inner = [_along(a, index) if key in a.free else None for a in e.args]
    found = [a for a in inner if a is not None]
    if len(found) < sum(key in a.free for a in e.args) or len({a.at for a in found}) > 1:
        return None
    at, shape = found[0].at, found[0].whole.shape
    if e.op is PRODUCT:
        constant = [a for a, i in zip(e.args, inner, strict=True) if i is None]
        return Along(product(*constant, hadamard(*(a.whole for a in found))), at)
    if e.op is POWER:
        return Along(power(found[0].whole, e.args[1]), at) if inner[1] is None else None
    if e.op is SUM:
        whole = (product(a, ones(shape)) if i is None else i.whole for a, i in zip(e.args, inner, strict=True))
        return Along(add(*whole), at)
    return Along(rebuild_over(e, found[0].whole), at)


def rebuild_over(e: Expr, whole: Expr) -> Expr:
    """The one-argument operator of `e` over another argument."""
    return scale(e.data, whole) if e.op is SCALE else rebuild(e, (whole,))


def _entries(e: Expr, index: Index) -> Along | None:
    """The entries x_i of a vector, the column or the row of a matrix, or its diagonal, along the index."""
    (A,) = e.args
    if index_key(index) in A.free:
        return None
    if len(e.data) == 1:
        return Along(A if A.shape[1] == ONE else transpose(A))
    row, col = e.data
    if row == col:
        return Along(diagonal(A))
    return Along(A, col) if row == index else Along(transpose(A), row)


