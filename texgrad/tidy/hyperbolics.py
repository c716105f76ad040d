"""Functions of exponentials that meet: sinh u/cosh u = tanh u and 1 − σ(−u) = σ(u), entry by entry."""

from __future__ import annotations

from texgrad.algebra import Expr, number, scale, split, terms
from texgrad.operators import COSH, ONES, PRODUCT, SIGMOID, SINH, TANH, factors, power


def tangent(e: Expr) -> Expr | None:
    """A product of scalars or of entries with sinh u/cosh u in it written with tanh u."""
    scalars, chain = factors(e) if e.op is PRODUCT else (e.args, ())
    for above in scalars:
        if above.op is SINH and (below := power(COSH(above.args[0]), number(-1))) in scalars:
            rest = [f for f in scalars if f is not above and f is not below]
            return e.op(TANH(above.args[0]), *rest, *chain)
    return None


def complement(e: Expr) -> Expr | None:
    """1 − σ(−u) = σ(u)."""
    if len(e.args) != 2:
        return None
    for one, other in (e.args, e.args[::-1]):
        own, body = split(other)
        if own == -1 and body.op is SIGMOID and (one.op is ONES or one is number(1)):
            u = body.args[0]
            first = split(terms(u)[0])[0]
            return SIGMOID(scale(-1, u)) if first < 0 and one.shape == e.shape else None
    return None
