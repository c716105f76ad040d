"""Identities of determinants beside inverses: det(M) tr(M⁻¹) = tr adj(M), det(A + uvᵀ)(A + uvᵀ)⁻¹u = det(A)A⁻¹u."""

from __future__ import annotations

from texgrad.algebra import SCALE, SUM, SYMBOL, Expr, add, split, terms
from texgrad.operators import (
    ADJUGATE,
    DET,
    IDENTITY,
    INVERSE,
    TRACE,
    TRANSPOSE,
    det,
    factors,
    inverse,
    product,
    trace,
    transpose,
)
from texgrad.shapes import ONE

REGULAR = frozenset(("invertible", "positive definite", "negative definite", "orthogonal", "positive determinant"))


def adjugate_met(e: Expr) -> Expr | None:
    """det(M) tr(M⁻¹) = tr adj(M), for a compound M, which would be written twice."""
    for d in e.args:
        if d.op is not DET or d.args[0].op is SYMBOL:
            continue
        for t in e.args:
            if t.op is TRACE and t.args[0] is inverse(d.args[0]):
                rest = [a for a in e.args if a is not d and a is not t]
                return product(*rest, trace(ADJUGATE(d.args[0])))
    return None


def rank_one_update(e: Expr) -> Expr | None:
    """det(A + uvᵀ)(A + uvᵀ)⁻¹u = det(A)A⁻¹u, and of vᵀ on the left, where A is known to be invertible."""
    scalars, chain = factors(e)
    for d in scalars:
        if d.op is not DET or d.args[0].op is not SUM:
            continue
        for k, f in enumerate(chain):
            inner = f.args[0] if f.op is TRANSPOSE else f
            if inner.op is not INVERSE or inner.args[0] is not d.args[0]:
                continue
            turned = f is not inner
            A = _updated(d.args[0], chain[k - 1] if k else None, chain[k + 1] if k + 1 < len(chain) else None, turned)
            if A is not None:
                rest = [s for s in scalars if s is not d]
                done = transpose(inverse(A)) if turned else inverse(A)
                return product(*rest, det(A), *chain[:k], done, *chain[k + 1 :])
    return None


def _updated(M: Expr, before: Expr | None, after: Expr | None, turned: bool) -> Expr | None:
    """A, where M is A + c uvᵀ, A is invertible, and u stands behind M⁻¹ or vᵀ before it."""
    for t in terms(M):
        chain = factors(split(t)[1])[1]
        rest = [a for a in M.args if a is not t]
        if len(chain) != 2 or chain[0].shape[1] != ONE or not all(map(_regular, rest)) or len(rest) != 1:
            continue
        u, v = chain if not turned else (transpose(chain[1]), transpose(chain[0]))
        if after is u or before is v:
            return add(*rest)
    return None


def _regular(e: Expr) -> bool:
    """Whether it is known to be invertible."""
    if e.op in (TRANSPOSE, SCALE, INVERSE):
        return _regular(e.args[0])
    if e.op is SYMBOL:
        return not REGULAR.isdisjoint(e.data.assume)
    return e.op is IDENTITY
