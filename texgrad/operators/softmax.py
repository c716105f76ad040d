"""Softmax of a vector or of every row of a matrix, and log-sum-exp."""

from __future__ import annotations

from typing import Any

from texgrad.algebra import Expr, Op, node, number, subtract
from texgrad.operators.constants import ones
from texgrad.operators.products import hadamard, product
from texgrad.operators.transposes import transpose
from texgrad.shapes import ONE


def _axis(A: Any) -> int:
    """The axis that softmax runs along: down a column, else along the rows."""
    return -2 if A.shape[-1] == 1 else -1


def _softmax_value(np: Any, A: Any, data: Any = None) -> Any:
    e = np.exp(A - A.max(_axis(A), keepdims=True))
    return e / e.sum(_axis(A), keepdims=True)


def softmax(A: Expr) -> Expr:
    """exp(x) / 𝟏ᵀexp(x) for a vector x; the same for every row of a matrix; 1 for a scalar."""
    return number(1) if A.scalar else node(SOFTMAX, (A,))


def _softmax_differential(A: Expr, dA: Expr, data: Any = None) -> Expr:
    """dp = p∘dx − p pᵀdx for a vector, and row by row P∘dX − P∘((P∘dX)𝟏𝟏ᵀ)."""
    P = softmax(A)
    if A.shape[1] == ONE:
        return subtract(hadamard(P, dA), product(P, transpose(P), dA))
    row = ones((A.shape[1], ONE))
    return subtract(hadamard(P, dA), hadamard(P, product(hadamard(P, dA), row, transpose(row))))


SOFTMAX = Op(
    "softmax", "m n -> m n", (r"\operatorname{softmax}(#1)",), value=_softmax_value,
    differential=_softmax_differential, normal=softmax,
    python="np.exp({0} - np.logaddexp.reduce({0}, axis=-1, keepdims=True))",
    letters=("p", "s", "q"), analytic=False, law="differential of softmax",
)  # fmt: skip


def _logsumexp_value(np: Any, x: Any, data: Any = None) -> Any:
    top = x.max(-2, keepdims=True)
    return top + np.log(np.exp(x - top).sum(-2, keepdims=True))


def logsumexp(x: Expr) -> Expr:
    """log 𝟏ᵀexp(x) of a vector; a scalar is its own."""
    return x if x.scalar else node(LOGSUMEXP, (x,))


LOGSUMEXP = Op(
    "log-sum-exp", "n 1 -> 1 1", (r"\operatorname{logsumexp}(#1)",), value=_logsumexp_value,
    differential=lambda x, dx, data=None: product(transpose(softmax(x)), dx), normal=logsumexp,
    python="np.logaddexp.reduce({0})",
    analytic=False, law="differential of log-sum-exp",
)  # fmt: skip
