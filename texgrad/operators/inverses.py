"""Inverse and power of a square matrix."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from texgrad.algebra import (
    NUMBER,
    SCALE,
    SUM,
    SYMBOL,
    Expr,
    Op,
    add,
    index_key,
    node,
    number,
    of_argument,
    scale,
    split,
    subtract,
)
from texgrad.operators.constants import DIMENSION, IDENTITY, INDEX_VALUE, identity, index_value
from texgrad.operators.kronecker import KRONECKER, kronecker
from texgrad.operators.products import PRODUCT, factors, power, product
from texgrad.operators.sums import BOUND, MARKS, indexed_sum
from texgrad.operators.transposes import TRANSPOSE, transpose
from texgrad.shapes import Dim, Index


def inverse(e: Expr) -> Expr:
    """The inverse; numbers leave, a scalar's inverse is its power −1, (A⁻¹)⁻¹ is A, (Aᵀ)⁻¹ is (A⁻¹)ᵀ."""
    if e.scalar:
        return power(e, number(-1))
    if e.op is SCALE:
        return scale(Fraction(1) / e.data, inverse(e.args[0]))
    if e.op is INVERSE:
        return e.args[0]
    if e.op is PRODUCT and e.args[0].scalar:
        scalars, chain = factors(e)
        return product(*(power(s, number(-1)) for s in scalars), inverse(product(*chain)))
    if e.op is IDENTITY:
        return e
    if e.op is TRANSPOSE:
        return transpose(inverse(e.args[0]))
    if e.op is MATRIX_POWER:
        return matrix_power(e.args[0], scale(-1, e.args[1]))
    if e.op is KRONECKER and all(a.shape[0] == a.shape[1] for a in e.args):
        return kronecker(*map(inverse, e.args))
    return node(INVERSE, (e,))


def _inverse_differential(A: Expr, dA: Expr, data: Any = None) -> Expr:
    return scale(-1, product(inverse(A), dA, inverse(A)))


ILL_CONDITIONED = 1e5


def _inverse_value(np: Any, A: Any, data: Any = None) -> Any:
    return np.linalg.inv(regular(np, A))


def regular(np: Any, A: Any) -> Any:
    """The matrices themselves, and NaN in place of those that are too close to singular to compute with."""
    return np.where(np.linalg.cond(finite(np, A))[..., None, None] < ILL_CONDITIONED, A, np.nan)


def finite(np: Any, A: Any) -> Any:
    """The matrices themselves; raises LinAlgError where an entry overflowed, over which LAPACK complains or hangs."""
    if not np.isfinite(A).all():
        raise np.linalg.LinAlgError("not finite")
    return A


def _cancelled(a: Expr, b: Expr) -> Expr | None:
    """A⁻¹A and AA⁻¹: the identity; L⁻ᵀL⁻¹ = (LLᵀ)⁻¹, where LLᵀ is said shorter."""
    cancel = (a.op is INVERSE and a.args[0] is b) or (b.op is INVERSE and b.args[0] is a)
    if cancel:
        return identity(a.shape[0])
    if a.op is not TRANSPOSE or a.args[0] is not b or b.op is not INVERSE or b.args[0].op.beside is None:
        return None
    whole = b.args[0].op.beside(b.args[0], transpose(b.args[0]))
    return None if whole is None else inverse(whole)


INVERSE = Op(
    "inverse", "n n -> n n", ("#1^{-1}",), value=_inverse_value, symmetric=of_argument, beside=_cancelled,
    differential=_inverse_differential, normal=inverse, condition=r"#1 \text{ is invertible}",
    python="np.linalg.inv({0})", law="differential of the inverse", source="Matrix Cookbook (40)",
)  # fmt: skip


# --- matrix power -----------------------------------------------------------------------------------------------------

FEW_FACTORS = 12  # up to which a power is written out as a product


def matrix_power(base: Expr, exponent: Expr) -> Expr:
    """A to the power p; a small whole power is a product, that of an inverse has the opposite exponent."""
    if base.scalar:
        return power(base, exponent)
    if base.op is IDENTITY:
        return base
    if exponent.op is NUMBER and exponent.data.denominator == 1 and abs(exponent.data) <= FEW_FACTORS:
        count = int(exponent.data)
        factor = base if count > 0 else inverse(base)
        return product(*[factor] * abs(count)) if count else identity(base.shape[0])
    if base.op is INVERSE:
        return matrix_power(base.args[0], scale(-1, exponent))
    if base.op is TRANSPOSE and base.args[0].op is INVERSE:
        return matrix_power(transpose(base.args[0].args[0]), scale(-1, exponent))
    if base.op is MATRIX_POWER and whole(exponent) is not None:
        return matrix_power(base.args[0], product(base.args[1], exponent))
    return node(MATRIX_POWER, (base, _ordered(exponent)))


def _ordered(exponent: Expr) -> Expr:
    """n − r − 1: sizes first, then indices, numbers last, positive ones before negative ones."""
    if exponent.op is not SUM:
        return exponent
    last = (DIMENSION, SYMBOL, INDEX_VALUE, NUMBER)
    parts = [split(t) for t in exponent.args]
    parts.sort(key=lambda t: (t[1].op is NUMBER, t[0] < 0, last.index(t[1].op) if t[1].op in last else 0))
    return node(SUM, tuple(scale(own, body) for own, body in parts))


def whole(exponent: Expr) -> Dim | None:
    """The exponent as a size, if it is a sum of sizes and whole numbers; indices count as nothing."""
    total = Dim.of(0)
    for t in exponent.args if exponent.op is SUM else (exponent,):
        own, body = split(t)
        if own.denominator != 1 or body.op not in (NUMBER, DIMENSION, INDEX_VALUE):
            return None
        if body.op is not INDEX_VALUE:
            total = total + Dim.of(int(own)) * (body.data if body.op is DIMENSION else Dim.of(1))
    return total


def countable(exponent: Expr) -> bool:
    """Whether the power is a product of as many factors as a size says."""
    parts = exponent.args if exponent.op is SUM else (exponent,)
    return whole(exponent) is not None and all(split(t)[1].op is not INDEX_VALUE for t in parts)


def _matrix_power_differential(A: Expr, p: Expr, dA: Expr, dp: Expr, data: Any = None) -> Expr:
    size = whole(p)
    assert size is not None
    one = number(1)
    negative = bool(size.terms) and size.terms[-1][1] < 0
    name = next(BOUND + mark for mark in MARKS if index_key(Index(BOUND + mark, size)) not in A.free | p.free)
    index = Index(name, size * Dim.of(-1) if negative else size)
    r = index_value(index)
    if negative:
        after = add(p, r, scale(-1, one))
        return scale(-1, indexed_sum(product(matrix_power(A, scale(-1, r)), dA, matrix_power(A, after)), index))
    before, after = subtract(r, one), subtract(p, r)
    return indexed_sum(product(matrix_power(A, before), dA, matrix_power(A, after)), index)


def _matrix_power_value(np: Any, A: Any, p: Any, data: Any = None) -> Any:
    exponent = float(p.flat[0])
    if p.size == 1 and exponent.is_integer():
        return np.linalg.matrix_power(regular(np, A) if exponent < 0 else A, int(exponent))
    return spectral(np, A, lambda w: w ** p[..., 0])


def spectral(np: Any, A: Any, function: Any) -> Any:
    """A function of matrices, worked out on their eigenvalues; NaN where it is not real."""
    values, vectors = np.linalg.eig(np.asarray(A, dtype=complex))
    vectors = regular(np, vectors)
    result = (vectors * function(values)[..., None, :]) @ np.linalg.inv(vectors)
    return result if np.iscomplexobj(A) else where_real(np, result)


def where_real(np: Any, result: Any) -> Any:
    """The matrices without their imaginary parts; NaN in place of those that are not real."""
    real = np.abs(result.imag).max((-1, -2), keepdims=True) < 1e-9 * (1 + np.abs(result).max((-1, -2), keepdims=True))
    return np.where(real, result.real, np.nan)


def _joined(a: Expr, b: Expr) -> Expr | None:
    """Powers of one matrix side by side as one power."""
    (base, first), (other, second) = map(_as_power, (a, b))
    return matrix_power(base, add(first, second)) if base is other else None


def _as_power(e: Expr) -> tuple[Expr, Expr]:
    """Base and exponent of a matrix that may be a power or an inverse."""
    if e.op is MATRIX_POWER:
        return e.args[0], e.args[1]
    if e.op is INVERSE:
        return e.args[0], number(-1)
    if e.op is TRANSPOSE and e.args[0].op is INVERSE:
        return transpose(e.args[0].args[0]), number(-1)
    return e, number(1)


MATRIX_POWER = Op(
    "matrix power", "n n, 1 1 -> n n", (), value=_matrix_power_value, differential=_matrix_power_differential,
    symmetric=of_argument, turned=lambda transpose, e: matrix_power(transpose(e.args[0]), e.args[1]), beside=_joined,
    normal=matrix_power, law="differential of a power",
    source="Magnus & Neudecker, ch. 8",
)  # fmt: skip
