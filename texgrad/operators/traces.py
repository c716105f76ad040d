"""Trace, and the diagonals: of a matrix, and the matrix with a vector on its diagonal."""

from __future__ import annotations

from typing import Any

from texgrad.algebra import Expr, Op, is_zero, node, number, split, zero
from texgrad.operators.constants import IDENTITY, ONES, basis, dimension, identity, ones
from texgrad.operators.products import factors, product
from texgrad.operators.stacking import Stacking
from texgrad.operators.sums import BOUND, MARKS, indexed_sum
from texgrad.operators.transposes import transpose
from texgrad.shapes import SCALAR, Dim, Index, shape_of


def trace(A: Expr) -> Expr:
    """The trace; numbers and scalar factors leave, a scalar is its own trace."""
    if A.scalar:
        return A
    own, body = split(A)
    scalars, chain = factors(body)
    if is_zero(body):
        return zero(SCALAR)
    inner = product(*chain)
    if inner.op is IDENTITY:
        return product(number(own), *scalars, dimension(inner.data))
    if inner.scalar:
        return product(number(own), *scalars, inner)
    return product(number(own), *scalars, node(TRACE, (inner,)))


TRACE = Op(
    "trace", "n n -> 1 1",
    (r"\operatorname{tr}(#1)", r"\operatorname{Tr}(#1)", r"\operatorname{trace}(#1)", r"\tr #1", r"\Tr #1", "tr(#1)"),
    value=lambda np, A, data: np.trace(A, axis1=-2, axis2=-1)[..., None, None],
    moves=lambda g, A, data=None: (product(g, identity(A.shape[0])),),
    vec=lambda K, A, data=None: (transpose(K.vec(identity(A.shape[0]))),),
    normal=trace, python="np.trace({0})", law="linearity of the trace",
    source="Matrix Cookbook (36)",
)  # fmt: skip


def _diagonal_matrix_value(np: Any, x: Any, data: Any = None) -> Any:
    return x * np.eye(x.shape[-2])


DIAGONAL_MATRIX = Op(
    "Diag", "n 1 -> n n", (r"\operatorname{Diag}(#1)",), value=_diagonal_matrix_value,
    moves=lambda G, x, data=None: (diagonal(G),), vec=lambda K, x, data=None: (_diagonal_picked(K, x.shape[0]),),
    symmetric=lambda symmetric, e: True, python="np.diag({0})", law="linearity",
)  # fmt: skip

DIAGONAL = Op(
    "diag", "n n -> n 1", (r"\operatorname{diag}(#1)",),
    value=lambda np, A, data: np.diagonal(A, axis1=-2, axis2=-1)[..., None].copy(),
    moves=lambda g, A, data=None: (diagonal_matrix(g),),
    vec=lambda K, A, data=None: (_diagonal_picked(K, A.shape[0], turned=True),), python="np.diag({0})", law="linearity",
)  # fmt: skip


def _diagonal_picked(K: Stacking, n: Dim, turned: bool = False) -> Expr:
    """Σₖ (eₖ⊗eₖ)eₖᵀ, which makes vec(Diag(x)) of x; its transpose makes diag(A) of vec(A)."""
    k = Index(BOUND + MARKS[0], n)
    body = product(K.kronecker(basis(k), basis(k)), transpose(basis(k)))
    return indexed_sum(transpose(body) if turned else body, k)


def diagonal_matrix(x: Expr) -> Expr:
    """The diagonal matrix with the vector x on its diagonal."""
    return identity(x.shape[0]) if x.op is ONES else x if x.scalar else node(DIAGONAL_MATRIX, (x,))


def diagonal(A: Expr) -> Expr:
    """The vector of the diagonal entries of a square matrix."""
    if A.op is DIAGONAL_MATRIX:
        return A.args[0]
    return ones(shape_of(A.shape[0])) if A.op is IDENTITY else node(DIAGONAL, (A,))
