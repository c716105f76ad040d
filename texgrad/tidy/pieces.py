"""Identities of signs, absolute values, positive parts and steps: |u| sign u = u, max(0,u)[u>0] = max(0,u)."""

from __future__ import annotations

from texgrad.algebra import NUMBER, Expr, number, scale
from texgrad.operators import (
    ABS,
    HADAMARD,
    NEGATIVE_PART,
    POWER,
    PRODUCT,
    RELU,
    SIGN,
    STEP,
    absolute,
    factors,
    is_complex,
    ones,
    power,
)
from texgrad.shapes import Rational, magnitude

PIECES = (ABS, SIGN, STEP)


def pieces_joined(e: Expr) -> Expr | None:
    """The product of entries, or the power, with what signs and steps say of the other factors put to use."""
    if e.op is POWER:
        return _power(e)
    if e.op is not HADAMARD and e.op is not PRODUCT:
        return None
    entries, chain = (e.args, ()) if e.op is HADAMARD else factors(e)
    if not any(_base(a).op in PIECES for a in entries):
        return None
    powers: dict[Expr, Rational] = {}
    kept: list[Expr] = []
    for a in entries:
        base, exponent = _base(a), a.args[1] if a.op is POWER else number(1)
        if exponent.op is NUMBER:
            powers[base] = powers.get(base, 0) + exponent.data
        else:
            kept.append(a)
    before = dict(powers)
    for base in before:
        JOINED.get(base.op, _nothing)(base, powers)
    if powers == before:
        return None
    joined = [power(base, number(exponent)) for base, exponent in powers.items() if exponent]
    return e.op(*joined, *kept, *chain) if joined or kept or chain else ones(e.shape)


def _base(e: Expr) -> Expr:
    return e.args[0] if e.op is POWER else e


def _power(e: Expr) -> Expr | None:
    base, exponent = e.args
    if exponent.op is not NUMBER or exponent.data.denominator != 1:
        return None
    even = exponent.data % 2 == 0
    if base.op is STEP and exponent.data > 0:
        return base
    if base.op is ABS and even and not is_complex(base.args[0]):
        return power(base.args[0], exponent)
    return power(base, number(0)) if base.op is SIGN and even else None


def _nothing(base: Expr, powers: dict[Expr, Rational]) -> None:
    return None


def _sign(base: Expr, powers: dict[Expr, Rational]) -> None:
    """sign(u)·|u|^a is u^a and sign(u)·u^a is |u|^a, for odd a; sign(u)² is 1."""
    u, own = base.args[0], powers[base]
    if own.denominator != 1:
        return
    if own % 2 == 0 or magnitude(own) > 1:
        powers[base] = own % 2
    if not powers[base]:
        return
    size = absolute(u)
    for one, other in ((size, u), (u, size)):
        if powers.get(one, 0) % 2 == 1:
            powers[other] = powers.get(other, 0) + powers.pop(one)
            powers[base] = 0
            return
    if powers.get(u, 0) > 1:
        powers[u] -= 1
        powers[size] = powers.get(size, 0) + 1
        powers[base] = 0


def _absolute(base: Expr, powers: dict[Expr, Rational]) -> None:
    """|u|^a is u^a for even a and real u."""
    own, u = powers.get(base, 0), base.args[0]
    if own and own % 2 == 0 and not is_complex(u):
        powers[u] = powers.get(u, 0) + powers.pop(base)


def _step(base: Expr, powers: dict[Expr, Rational]) -> None:
    """[u>0]^k is [u>0], and goes beside max(0,u) and min(0,-u)."""
    u, own = base.args[0], powers[base]
    if own > 0:
        powers[base] = 0 if powers.get(RELU(u), 0) > 0 or powers.get(NEGATIVE_PART(scale(-1, u)), 0) > 0 else 1


JOINED = {SIGN: _sign, ABS: _absolute, STEP: _step}
