"""The Euclidean norms of the rows of a matrix, and their sum, the norm ‖A‖₂,₁."""

from __future__ import annotations

from typing import Any

from texgrad.algebra import SCALE, Expr, Op, node, scale
from texgrad.operators.inverses import inverse
from texgrad.operators.pieces import absolute
from texgrad.operators.products import frobenius, product
from texgrad.operators.traces import diagonal, diagonal_matrix
from texgrad.operators.transposes import transpose
from texgrad.shapes import ONE


def row_norms(A: Expr) -> Expr:
    """The vector of the norms of the rows; numbers leave with their absolute value."""
    if A.shape[1] == ONE:
        return absolute(A)
    return scale(abs(A.data), row_norms(A.args[0])) if A.op is SCALE else node(ROW_NORMS, (A,))


def sum_of_row_norms(A: Expr) -> Expr:
    """‖A‖₂,₁, the sum of the norms of the rows; numbers leave with their absolute value."""
    return scale(abs(A.data), sum_of_row_norms(A.args[0])) if A.op is SCALE else node(SUM_OF_ROW_NORMS, (A,))


def _weighted(A: Expr) -> Expr:
    """The rows of A divided by their norms."""
    return product(inverse(diagonal_matrix(row_norms(A))), A)


def _value(np: Any, A: Any, data: Any = None) -> Any:
    return np.sqrt((A * A).sum(-1, keepdims=True))


NO_ROW = r"\text{no row of } #1 \text{ is } 0"
ROW_NORMS: Op = Op(
    "norms of the rows", "m n -> m 1", value=_value, normal=row_norms, letters=("r",), condition=NO_ROW,
    differential=lambda A, dA, data=None: diagonal(product(_weighted(A), transpose(dA))), nonnegative=True,
    analytic=False, noun=r"\text{the norms of the rows of } #1", python="np.linalg.norm({0}, axis=1)",
    law="differential of the norms of rows",
)  # fmt: skip
SUM_OF_ROW_NORMS: Op = Op(
    "sum of the norms of the rows", "m n -> 1 1", (r"\|#1\|_{2,1}",),
    value=lambda np, A, data: _value(np, A).sum(-2, keepdims=True), normal=sum_of_row_norms, condition=NO_ROW,
    differential=lambda A, dA, data=None: frobenius(_weighted(A), dA), analytic=False, real=True, nonnegative=True,
    python="np.sum(np.linalg.norm({0}, axis=1))", law="differential of the sum of the norms of rows",
    source="Nie, Huang, Cai & Ding (2010)",
)  # fmt: skip
