"""What a scalar is along an index: the entries of a vector, or of a column of a matrix."""

from __future__ import annotations

from collections.abc import Iterable

from texgrad.algebra import SCALE, SHIFTED, SUM, SYMBOL, Expr, add, index_key, number, rebuild, scale, split
from texgrad.immutable import immutable
from texgrad.operators import (
    BASIS,
    COLUMN,
    CONJUGATE,
    ENTRY,
    HADAMARD,
    INDEXED_SUM,
    NORM,
    POWER,
    PRODUCT,
    ROW,
    TRANSPOSE,
    diagonal,
    diagonal_matrix,
    factors,
    hadamard,
    ones,
    power,
    product,
    row_norms,
    transpose,
)
from texgrad.shapes import ONE, Index, shape_of


@immutable
class Along:
    """What a scalar is for every value of an index: the vector `whole`, or column `at` of the matrix `whole`."""

    whole: Expr
    at: Index | None = None


def is_shifted(e: Expr) -> bool:
    """Whether an index in it is shifted, so that its values are no longer those of a vector in turn."""
    return SHIFTED in e.free


def along(e: Expr, index: Index) -> Expr | None:
    """The vector of what the scalar `e` is for every value of the index; None where it is none."""
    found = None if is_shifted(e) else taken_along(e, index)
    return None if found is None or found.at is not None else found.whole


def by_basis(e: Expr) -> Expr | None:
    """Σₖ g(xₖ) eₖ = g(x)."""
    own, body = split(e.args[0])
    scalars, chain = factors(body)
    unit = chain[0] if len(chain) == 1 else e
    base = unit.args[0] if unit.op is TRANSPOSE else unit
    if e.data.but is not None or base.op is not BASIS or base.data != (e.data,) or not scalars:
        return None
    whole = along(product(*scalars), e.data)
    if whole is None or whole.shape != base.shape:
        return None
    return scale(own, whole if base is unit else transpose(whole))


def taken_along(e: Expr, index: Index, at: Index | None = None) -> Along | None:
    """What the scalar `e` is along the index, where it works entry by entry on entries of vectors and matrices.

    at: the index of the columns where a matrix is wanted; x_i - x_j is a vector for each i without it.
    """
    key = index_key(index)
    if e.op is ENTRY:
        return _entries(e, index)
    if (A := _of_rows(e, key)) is not None:
        return Along(row_norms(A))
    if e.op is POWER and e.args[1] is number(2) and (A := _of_rows(e.args[0], key)) is not None:
        return Along(product(hadamard(A, A), ones(shape_of(A.shape[1]))))
    if not e.args or e.op in (INDEXED_SUM, SYMBOL) or not all(a.scalar for a in e.args):
        return None
    if not (e.op in (SUM, SCALE, PRODUCT, POWER, CONJUGATE) or e.op.elementwise):
        return None
    inner = [taken_along(a, index, at) if key in a.free else None for a in e.args]
    found = [a for a in inner if a is not None]
    columns = {a.at for a in found if a.at is not None}
    if not found or len(found) < sum(key in a.free for a in e.args) or len(columns) > 1:
        return None
    if columns or at is None or index_key(at) not in e.free:
        at = columns.pop() if columns else None
    if e.op is POWER:
        return Along(power(found[0].whole, e.args[1]), found[0].at) if inner[1] is None else None
    if at is not None and len(e.args) > 1:
        return _broadcast(e, inner, index, at)
    if e.op is PRODUCT:
        constant = [a for a, i in zip(e.args, inner, strict=True) if i is None]
        return Along(product(*constant, hadamard(*(a.whole for a in found))), at)
    shape = found[0].whole.shape
    if e.op is SUM:
        whole = (product(a, ones(shape)) if i is None else i.whole for a, i in zip(e.args, inner, strict=True))
        return Along(add(*whole), at)
    return Along(rebuild_over(e, found[0].whole), found[0].at)


def _of_rows(e: Expr, key: str) -> Expr | None:
    """The matrix of which `e` is the norm of a row, or of a column if it is turned; None for any other expression."""
    if e.op is not NORM or e.args[0].op not in (ROW, COLUMN) or key in e.args[0].args[0].free:
        return None
    return e.args[0].args[0] if e.args[0].op is ROW else transpose(e.args[0].args[0])


def _broadcast(e: Expr, inner: Iterable[Along | None], index: Index, at: Index) -> Along | None:
    """A sum or a product in which entries of matrices meet those of vectors: A + b𝟏ᵀ + 𝟏cᵀ, Diag(b) A Diag(c)."""
    down, across = ones(shape_of(index.size)), transpose(ones(shape_of(at.size)))
    sides: list[Expr] = []  # of a sum
    numbers, left, matrices, right = [], [], [], []  # of a product
    for a, own in zip(e.args, inner, strict=True):
        if own is None and index_key(at) in a.free:
            own = taken_along(a, at)
            if own is None or own.at is not None:
                return None
            right.append(own.whole)
            sides.append(product(down, transpose(own.whole)))
        elif own is None:
            numbers.append(a)
            sides.append(product(a, down, across))
        elif own.at is None and index_key(at) in own.whole.free:
            if (own := taken_along(a, index, at)) is None or own.at is None:
                return None
            matrices.append(own.whole)
            sides.append(own.whole)
        elif own.at is None:
            left.append(own.whole)
            sides.append(product(own.whole, across))
        else:
            matrices.append(own.whole)
            sides.append(own.whole)
    if e.op is SUM:
        return Along(add(*sides), at)
    if not matrices:
        return Along(product(*numbers, hadamard(*left), transpose(hadamard(*right))), at)
    rows, columns = ((diagonal_matrix(hadamard(*v)),) if v else () for v in (left, right))
    return Along(product(*numbers, *rows, hadamard(*matrices), *columns), at)


def turned(e: Expr) -> Expr:
    """The transpose, taken inside of what works entry by entry."""
    if e.scalar or not (e.op in (SUM, SCALE, HADAMARD, POWER) or e.op.elementwise):
        return transpose(e)
    return rebuild(e, tuple(map(turned, e.args)))


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
    return Along(A, col) if row == index else Along(turned(A), row)
