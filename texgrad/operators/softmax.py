"""Softmax of a vector or of every row of a matrix, log-sum-exp, the largest and the smallest entry of a vector."""

from __future__ import annotations

from typing import Any

from texgrad.algebra import SCALE, Expr, Op, node, number, scale, subtract, zero
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

# --- the largest entry ------------------------------------------------------------------------------------------------


def _picked(np: Any, x: Any, place: Any) -> Any:
    return (np.arange(x.shape[-2])[:, None] == place) * 1.0


def maximum(x: Expr) -> Expr:
    """The largest entry of a vector; positive numbers leave."""
    if x.op is SCALE and x.data > 0:
        return scale(x.data, maximum(x.args[0]))
    return x if x.scalar else node(MAXIMUM, (x,))


def minimum(x: Expr) -> Expr:
    """The smallest entry of a vector; positive numbers leave."""
    if x.op is SCALE and x.data > 0:
        return scale(x.data, minimum(x.args[0]))
    return x if x.scalar else node(MINIMUM, (x,))


def _place(word: str, numpy: str) -> Op:
    """The basis vector of an extreme entry: a constant, as far as that entry is the only one."""
    return Op(
        f"basis vector of the {word} entry", "n 1 -> n 1", (),
        value=lambda np, x, data: _picked(np, x, getattr(x, numpy)(-2, keepdims=True)),
        noun=rf"\text{{the basis vector of the {word} entry of }} #1", letters=("e_{i^*}", "peak"),
        differential=lambda x, dx, data=None: zero(x.shape), python=f"np.eye(len({{0}}))[np.{numpy}({{0}})]",
        analytic=False, law=f"the place of the {word} entry is constant",
    )  # fmt: skip


TOP, BOTTOM = _place("largest", "argmax"), _place("smallest", "argmin")
MAXIMUM = Op(
    "largest entry", "n 1 -> 1 1", (r"\max(#1)",), value=lambda np, x, data: x.max(-2, keepdims=True),
    differential=lambda x, dx, data=None: product(transpose(TOP(x)), dx), normal=maximum,
    condition=r"\text{the largest entry of } #1 \text{ is unique}", python="np.max({0})",
    analytic=False, law="differential of the maximum",
)  # fmt: skip
MINIMUM = Op(
    "smallest entry", "n 1 -> 1 1", (r"\min(#1)",), value=lambda np, x, data: x.min(-2, keepdims=True),
    differential=lambda x, dx, data=None: product(transpose(BOTTOM(x)), dx), normal=minimum,
    condition=r"\text{the smallest entry of } #1 \text{ is unique}", python="np.min({0})",
    analytic=False, law="differential of the minimum",
)  # fmt: skip
