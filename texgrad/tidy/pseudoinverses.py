"""Identities of pseudo-inverses: (X⁺)ᵀXᵀ = XX⁺, XX⁺(X⁺)ᵀ = (X⁺)ᵀ, (I − XX⁺)X = 0 (Magnus & Neudecker, ch. 2.6)."""

from __future__ import annotations

from texgrad.algebra import SUM, Expr, add, is_zero, scale, split, zero
from texgrad.operators import PRODUCT, PSEUDOINVERSE, TRANSPOSE, factors, product, transpose


def pseudoinverse_met(e: Expr) -> Expr | None:
    """A product in which a projection XX⁺ or I − XX⁺ meets what it leaves as it is, or what it makes zero."""
    if not e.ops & PSEUDOINVERSE.bit:
        return None
    scalars, chain = factors(e)
    for k in range(len(chain) - 1):
        A, B = chain[k], chain[k + 1]
        if transposed_pair(A, B):
            return product(*scalars, *chain[:k], B.args[0], A.args[0], *chain[k + 2 :])
        if A.op is SUM or B.op is SUM:
            met = _multiplied(A, B)
            if met is not None:
                return zero(e.shape) if is_zero(met) else product(*scalars, *chain[:k], met, *chain[k + 2 :])
        if k + 2 < len(chain):
            met = _left(A, B, chain[k + 2])
            if met is not None:
                return product(*scalars, *chain[:k], met, *chain[k + 3 :])
    return None


def _pair(A: Expr, B: Expr) -> bool:
    """Whether one is the pseudo-inverse of the other."""
    return PSEUDOINVERSE(A) is B or PSEUDOINVERSE(B) is A


def transposed_pair(A: Expr, B: Expr) -> bool:
    """Whether they are the transposes of a matrix and its pseudo-inverse, in either order."""
    return A.op is B.op is TRANSPOSE and _pair(B.args[0], A.args[0])


def _left(A: Expr, B: Expr, C: Expr) -> Expr | None:
    """ABC where AB or BC is a projection XX⁺ that leaves C or A as it is: XX⁺X = X, XX⁺(X⁺)ᵀ = (X⁺)ᵀ, XᵀXX⁺ = Xᵀ."""
    if _pair(A, B) and C in (A, transpose(B)):
        return C
    return A if _pair(B, C) and A in (C, transpose(B)) else None


def _multiplied(A: Expr, B: Expr) -> Expr | None:
    """AB where A or B is a sum such as I − XX⁺, if it comes out as zero or as one of the two."""
    if not all(t.op is not SUM and (split(t)[1].op is not PRODUCT or _projection(t)) for t in (*_terms(A), *_terms(B))):
        return None
    out = add(*(_plain(product(s, t)) for s in _terms(A) for t in _terms(B)))
    return out if is_zero(out) or out in (A, B) else None


def _terms(e: Expr) -> tuple[Expr, ...]:
    return e.args if e.op is SUM else (e,)


def _projection(t: Expr) -> bool:
    """Whether it is a multiple of XX⁺, or no product of two matrices at all."""
    scalars, chain = factors(split(t)[1])
    return len(chain) < 2 or (not scalars and len(chain) == 2 and _pair(*chain))


def _plain(e: Expr) -> Expr:
    while True:
        own, body = split(e)
        met = pseudoinverse_met(body) if body.op is PRODUCT else None
        if met is None:
            return e
        e = scale(own, met)
