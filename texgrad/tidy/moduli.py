"""Scalars beside their conjugates: z z^* as |z|², where the author writes absolute values."""

from __future__ import annotations

from texgrad.algebra import COMPLEX, NUMBER, Expr, holds, number, transform
from texgrad.operators import ABS, POWER, PRODUCT, absolute, conjugate, power, product
from texgrad.shapes import Rational


def with_moduli(e: Expr, like: Expr) -> Expr:
    """`e` with |z|² for z z^* in its products of scalars, if `like` holds absolute values."""
    if not e.ops & COMPLEX.bit or not holds(like, ABS):
        return e
    return transform(e, _paired, PRODUCT.bit, PRODUCT.bit)


def _paired(e: Expr) -> Expr | None:
    powers: dict[Expr, Rational] = {}
    for a in e.args:
        base, exponent = a.args if a.op is POWER else (a, number(1))
        if a.scalar and exponent.op is NUMBER:
            powers[base] = exponent.data
    for z, count in powers.items():
        other = conjugate(z)
        together = min(count, powers.get(other, 0))
        if other is not z and together > 0:
            pair = power(product(z, other), number(-together))
            rest = product(pair, *e.args)
            done = product(power(absolute(z), number(2 * together)), rest)
            return (_paired(done) if done.op is PRODUCT else None) or done
    return None
