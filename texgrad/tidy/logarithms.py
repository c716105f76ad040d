"""Logarithms of exponentials, log(eᵘ/s) = u − log s, and denominators with a fraction in them."""

from __future__ import annotations

from texgrad.algebra import SUM, Expr, add, number, split, subtract
from texgrad.operators import (
    DET,
    ENTRY,
    EXP,
    LOG,
    LOGDET,
    POWER,
    PRODUCT,
    SOFTMAX,
    entry,
    factors,
    logsumexp,
    ones,
    power,
    product,
    reciprocal,
)
from texgrad.shapes import ONE


def logarithm_split(e: Expr) -> Expr | None:
    """log(s eᵘ) = u + log s, for a scalar s, entry by entry."""
    if e.op is not LOG:
        return None
    own, body = split(e.args[0])
    scalars, chain = factors(body) if body.op is PRODUCT else ((), (body,))
    every = (*scalars, *chain)
    exponential = next((f for f in every if f.op is EXP and f.shape == e.shape), None)
    if exponential is None or len(chain) > 1 or own <= 0 or (chain and chain[0] is not exponential):
        return None
    rest = [f for f in scalars if f is not exponential]
    parts = [(f.args[0], f.args[1]) if f.op is POWER else (f, number(1)) for f in rest]
    logs = [product(exponent, LOGDET(*base.args) if base.op is DET else LOG(base)) for base, exponent in parts]
    logs += [] if own == 1 else [LOG(number(own))]
    total = add(*logs) if logs else number(0)
    return add(exponential.args[0], product(total, ones(e.shape)))


def logarithm_of_softmax(e: Expr) -> Expr | None:
    """log softmax(z)ᵢ = zᵢ − log Σ eᶻ."""
    picked = e.args[0] if e.op is LOG else e
    if picked is e or picked.op is not ENTRY or picked.args[0].op is not SOFTMAX or picked.args[0].shape[1] != ONE:
        return None
    (z,) = picked.args[0].args
    return subtract(entry(z, *picked.data), logsumexp(z))


def denominators_joined(e: Expr) -> Expr | None:
    """1/(b (1 + a/b)) = 1/(b + a), for scalars."""
    if not e.args[0].scalar:
        return None
    below = [f for f in e.args if reciprocal(f)]
    for total in below:
        if total.args[0].op is not SUM or total.args[1] is not number(-1):
            continue
        for other in below:
            if other is not total and _clears(total.args[0], other):
                over = power(other, number(-1))
                whole = add(*(product(over, t) for t in total.args[0].args))
                rest = [f for f in e.args if f is not total and f is not other]
                return product(power(whole, number(-1)), *rest)
    return None


def _clears(total: Expr, divisor: Expr) -> bool:
    """Whether a term is divided by it."""
    bodies = [split(t)[1] for t in total.args]
    return any(divisor in (body.args if body.op is PRODUCT else (body,)) for body in bodies)
