"""Identities of matrices that are known to be triangular, diagonal, or of zeros and ones: tril(Lᵀ) = I∘L, M∘M = M."""

from __future__ import annotations

from texgrad.algebra import NUMBER, SCALE, SUM, SYMBOL, Expr, scale, split
from texgrad.operators import (
    DIAGONAL_MATRIX,
    HADAMARD,
    IDENTITY,
    INVERSE,
    POWER,
    PRODUCT,
    TRANSPOSE,
    factors,
    hadamard,
    identity,
    transpose,
)
from texgrad.operators.parts import LOWER, UPPER

TURNED = {"lower": "upper", "upper": "lower"}
BINARY = "0/1"


def triangle(e: Expr) -> frozenset[str]:
    """On which sides of the diagonal its entries are known to be confined: `lower`, `upper`, or both."""
    if e.op is SYMBOL:
        if "diagonal" in e.data.assume:
            return frozenset(TURNED)
        return frozenset(side for side in TURNED if f"{side} triangular" in e.data.assume)
    if e.op in (IDENTITY, DIAGONAL_MATRIX):
        return frozenset(TURNED)
    if e.op is TRANSPOSE:
        return frozenset(TURNED[side] for side in triangle(e.args[0]))
    if e.op in (INVERSE, SCALE):
        return triangle(e.args[0])
    if e.op is SUM:
        return frozenset.intersection(*map(triangle, e.args))
    if e.op is PRODUCT and (chain := factors(e)[1]):
        return frozenset.intersection(*map(triangle, chain))
    return frozenset()


def triangle_of(e: Expr) -> Expr | None:
    """tril(L) = L and tril(Lᵀ) = I∘Lᵀ, for lower triangular L; the same of triu."""
    if e.op not in (LOWER, UPPER):
        return None
    own, other = ("lower", "upper") if e.op is LOWER else ("upper", "lower")
    number, A = split(e.args[0])
    if number != 1:
        return scale(number, triangle_of(e.op(A)) or e.op(A))
    sides = triangle(A)
    if own in sides:
        return A
    return hadamard(identity(A.shape[0]), A) if other in sides else None


def diagonal_turned(e: Expr) -> Expr | None:
    """I∘Aᵀ = I∘A, where that leaves fewer transposes."""
    if e.op is not HADAMARD or not any(a.op is IDENTITY for a in e.args):
        return None
    turned = tuple(transpose(a) if _turns(a) else a for a in e.args)
    return hadamard(*turned) if turned != e.args and len(e.args) == 2 else None


def _turns(e: Expr) -> bool:
    """Whether its transpose is written with fewer transposes."""
    chain = factors(split(e)[1])[1]
    turned = sum(f.op is TRANSPOSE for f in chain)
    return bool(chain) and turned > len(chain) - turned


def repeated_mask(e: Expr) -> Expr | None:
    """M∘M = M and M^k = M, entry by entry, where the entries of M are 0 or 1."""
    if e.op is POWER:
        exponent = e.args[1].data
        positive = e.args[1].op is NUMBER and exponent > 0
        return e.args[0] if positive and is_mask(e.args[0]) else None
    kept = tuple(a for k, a in enumerate(e.args) if a not in e.args[:k] or not is_mask(a))
    return hadamard(*kept) if len(kept) < len(e.args) else None


def is_mask(e: Expr) -> bool:
    """Whether its entries are known to be 0 or 1."""
    e = e.args[0] if e.op is TRANSPOSE else e
    return e.op is SYMBOL and BINARY in e.data.assume
