"""Sums over all eigenvalues or singular values as functions of the matrix: Σ λᵢ = tr A, Σ log λᵢ = log det A."""

from __future__ import annotations

from texgrad.algebra import NUMBER, Expr, number, postorder, termwise
from texgrad.operators import (
    EIGENVALUE,
    LOG,
    POWER,
    SINGULAR_VALUE,
    det,
    inverse,
    logdet,
    norm,
    nuclear_norm,
    power,
    product,
    trace,
)
from texgrad.shapes import Index

MAX_POWER = 8
SPECTRAL_VALUES = EIGENVALUE.bit | SINGULAR_VALUE.bit


def counts_all_values(body: Expr, index: Index) -> bool:
    """Whether the index runs over all eigenvalues or singular values that have it in the body, as far as is known."""
    values = (p for p in postorder(body, only=SPECTRAL_VALUES) if p.op in (EIGENVALUE, SINGULAR_VALUE))
    return all(index.size in p.args[0].shape for p in values if p.data == (index,))


def summed_spectrum(body: Expr, index: Index) -> Expr | None:
    """Σ over the index of a function of the eigenvalue or singular value with that index; None where it is no such."""
    values = postorder(body, only=SPECTRAL_VALUES)
    if not any(t.op in (EIGENVALUE, SINGULAR_VALUE) and t.data == (index,) for t in values):
        return None
    return termwise(body, lambda core: _summed(core, index))


def multiplied_spectrum(body: Expr, index: Index) -> Expr | None:
    """∏ λᵢ = |A|, over the index; None for any other body."""
    return det(body.args[0]) if body.op is EIGENVALUE and body.data == (index,) else None


def _summed(e: Expr, index: Index) -> Expr | None:
    if e.data == (index,):
        return _of(e, 1)
    if e.op is LOG and e.args[0].op is EIGENVALUE and e.args[0].data == (index,):
        return logdet(e.args[0].args[0])
    if e.op is POWER and e.args[0].data == (index,) and e.args[1].op is NUMBER and e.args[1].data.denominator == 1:
        return _of(e.args[0], int(e.args[1].data))
    return None


def _of(e: Expr, count: int) -> Expr | None:
    """Σ of that power of the eigenvalues or singular values."""
    (A,) = e.args if len(e.args) == 1 else (e,)
    if e.op is SINGULAR_VALUE:
        return {1: nuclear_norm(A), 2: power(norm(A), number(2))}.get(count)
    if e.op is not EIGENVALUE or not 0 < abs(count) <= MAX_POWER:
        return None
    return trace(product(*[A if count > 0 else inverse(A)] * abs(count)))
