"""Norms other than the Euclidean one: the sum of absolute values, p-norms, the largest entry."""

from __future__ import annotations

from typing import Any

from texgrad.algebra import NUMBER, SCALE, Expr, Op, add, is_zero, node, number, scale, subtract, zero
from texgrad.operators.conjugates import CONJUGATE
from texgrad.operators.pieces import ABS, KINK, absolute, phase, sign
from texgrad.operators.products import LOG, frobenius, hadamard, power, product
from texgrad.operators.smooth import norm, paired_with_conjugate
from texgrad.operators.transposes import TRANSPOSE


def _homogeneous(op: Op, A: Expr, *more: Expr) -> Expr:
    """A norm in normal form: numbers leave with their absolute value."""
    return scale(abs(A.data), op(A.args[0], *more)) if A.op is SCALE else node(op, (A, *more))


def sum_norm(A: Expr) -> Expr:
    """‖A‖₁, the sum of the absolute values of all entries."""
    return absolute(A) if A.scalar else _homogeneous(SUM_NORM, A.args[0] if A.op in (TRANSPOSE, CONJUGATE) else A)


SUM_NORM = Op(
    "1-norm", "m n -> 1 1", (r"\|#1\|_1",), value=lambda np, A, data: np.abs(A).sum((-1, -2), keepdims=True),
    differential=lambda A, dA, data=None: frobenius(sign(A), dA), normal=sum_norm,
    condition=KINK, python="np.sum(np.abs({0}))", real=True, analytic=False,
    complex_differential=lambda A, dA, data=None: paired_with_conjugate(phase(A), dA), law="differential of the 1-norm",
)  # fmt: skip


def _power_norm_value(np: Any, A: Any, p: Any, data: Any = None) -> Any:
    return (np.abs(A) ** p).sum((-1, -2), keepdims=True) ** (1 / p)


def power_norm(A: Expr, p: Expr) -> Expr:
    """‖A‖_p, the p-th root of the sum of the p-th powers of the absolute values of the entries."""
    if p in (number(1), number(2)):
        return sum_norm(A) if p is number(1) else norm(A)
    return absolute(A) if A.scalar else _homogeneous(POWER_NORM, A, p)


def _power_norm_differential(A: Expr, p: Expr, dA: Expr, dp: Expr, data: Any = None) -> Expr:
    """‖A‖^(1−p) (A∘|A|^(p−2)):dA, and what a p that varies adds."""
    f = power_norm(A, p)
    even = p.op is NUMBER and p.data.denominator == 1 and p.data % 2 == 0
    body = power(A, subtract(p, number(1))) if even else hadamard(A, power(ABS(A), subtract(p, number(2))))
    return add(product(power(f, subtract(number(1), p)), frobenius(body, dA)), _by_exponent(A, p, dp))


def _by_exponent(A: Expr, p: Expr, dp: Expr) -> Expr:
    """What a p that varies adds: ‖A‖/p (‖A‖⁻ᵖ |A|ᵖ:log|A| − log‖A‖) dp."""
    if is_zero(dp):
        return dp
    f = power_norm(A, p)
    logs = product(power(f, scale(-1, p)), frobenius(power(ABS(A), p), LOG(ABS(A))))
    return product(f, power(p, number(-1)), subtract(logs, LOG(f)), dp)


def _complex_power_norm_differential(A: Expr, p: Expr, dA: Expr, dp: Expr, data: Any = None) -> Expr:
    """‖A‖^(1−p) times the real part of (A^*∘|A|^(p−2)):dA, and what a p that varies adds."""
    body = hadamard(A, power(ABS(A), subtract(p, number(2))))
    along = product(power(power_norm(A, p), subtract(number(1), p)), paired_with_conjugate(body, dA))
    return add(along, _by_exponent(A, p, dp))


POWER_NORM = Op(
    "p-norm", "m n, 1 1 -> 1 1", (r"\|#1\|_{#2}",), value=_power_norm_value, differential=_power_norm_differential,
    normal=power_norm, condition=r"#1 \ne 0",
    python="np.linalg.norm(np.ravel({0}), {1})", real=True, analytic=False,
    complex_differential=_complex_power_norm_differential, law="differential of the p-norm",
)  # fmt: skip


def _signed_top(np: Any, A: Any, data: Any = None) -> Any:
    flat = np.abs(A).reshape(*A.shape[:-2], -1)
    top = np.arange(flat.shape[-1]) == flat.argmax(-1, keepdims=True)
    return (top * 1.0).reshape(A.shape)


def max_norm(A: Expr) -> Expr:
    """The largest absolute value among the entries."""
    return absolute(A) if A.scalar else _homogeneous(MAX_NORM, A)


PEAK = Op(
    "place of the largest absolute value", "m n -> m n", (), value=_signed_top, letters=("E_*", "peak"),
    noun=r"\text{which is 1 where } |#1| \text{ is largest and 0 elsewhere}",
    python="np.where(np.abs({0}) == np.max(np.abs({0})), 1.0, 0.0)", real=True, analytic=False,
    differential=lambda A, dA, data=None: zero(A.shape), law="the place of the largest absolute value is constant",
)  # fmt: skip
MAX_NORM = Op(
    "max norm", "m n -> 1 1", (r"\|#1\|_\infty",), value=lambda np, A, data: np.abs(A).max((-1, -2), keepdims=True),
    differential=lambda A, dA, data=None: frobenius(hadamard(sign(A), PEAK(A)), dA),
    normal=max_norm, python="np.max(np.abs({0}))",
    condition=r"\text{one entry of } #1 \text{ has the largest absolute value}",
    real=True, analytic=False, law="differential of the max norm",
)  # fmt: skip
