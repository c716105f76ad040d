"""Sums of quotients over one denominator: a/b − c/b² = (ab − c)/b²."""

from __future__ import annotations

from texgrad.algebra import NUMBER, SUM, Expr, add, number, scale, split
from texgrad.operators import POWER, factors, power, product


def one_denominator(e: Expr) -> tuple[Expr, Expr] | None:
    """Numerator and denominator, neither multiplied out, of a sum of which the terms are divided by one sum b.

    The powers of b may differ by one; None where several sums divide, or none does.
    """
    found: set[Expr] = set()
    powers: list[int] = []
    rests: list[Expr] = []
    for t in e.args:
        own, body = split(t)
        scalars, chain = factors(body)
        below = [s for s in scalars if _divides(s)]
        if len(below) > 1:
            return None
        found.update(s.args[0] for s in below)
        powers.append(int(-below[0].args[1].data) if below else 0)
        rests.append(scale(own, product(*(s for s in scalars if s not in below), product(*chain))))
    most = max(powers)
    if len(found) != 1 or most - min(powers) > 1:
        return None
    (b,) = found
    above = add(*(r if p == most else product(b, r) for p, r in zip(powers, rests, strict=True)))
    return above, power(b, number(most))


def _divides(e: Expr) -> bool:
    """Whether it is a sum to a negative whole power."""
    if e.op is not POWER or e.args[0].op is not SUM or e.args[1].op is not NUMBER:
        return False
    return bool(e.args[1].data < 0 and e.args[1].data.denominator == 1)
