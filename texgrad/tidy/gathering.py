"""What is common to the terms of a sum drawn out: a fraction, scalars, a matrix on one side, an entrywise factor."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm

from texgrad.algebra import NUMBER, SCALE, SUM, SYMBOL, Expr, add, number, scale, split, transform
from texgrad.operators import (
    HADAMARD,
    KRONECKER,
    POWER,
    TRANSPOSE,
    factors,
    hadamard,
    identity,
    power,
    product,
    reciprocal,
)
from texgrad.shapes import Rational, magnitude

GATHERED, SIMPLIFIED, FINAL, SCALARS, VECTORS = 1, 2, 4, 8, 16  # marks of what has been gone through


def gathered(e: Expr) -> Expr:
    """`e` with what is common to the terms of a sum drawn out: a fraction, scalars, a matrix factor on one side."""
    return transform(e, _gathered_sum, SUM.bit, SUM.bit, GATHERED)


def _gathered_sum(e: Expr) -> Expr | None:
    parts = [split(t) for t in e.args]
    sizes: set[Rational] = {magnitude(own) for own, _ in parts}
    common: Rational = next(iter(sizes)) * (-1 if all(own < 0 for own, _ in parts) else 1)
    drawn = common.denominator > 1 and not all(map(_fraction, parts))
    if len(sizes) == 1 and (drawn or (magnitude(common) > 1 and e.ops & KRONECKER.bit)):
        inner = add(*(scale(Fraction(own) / common, body) for own, body in parts))
        apart = [split(t) for t in inner.args] if drawn and inner.op is SUM else []
        return scale(common, (apart and _scalars_drawn(apart, letters=True)) or _gathered_sum(inner) or inner)
    return _common(parts) or _in_groups(parts)


def _fraction(part: tuple[Rational, Expr]) -> bool:
    """Whether a term is written as a fraction, which takes a number into it."""
    scalars, chain = factors(part[1])
    return not chain and any(map(reciprocal, scalars))


def _common(parts: list[tuple[Rational, Expr]]) -> Expr | None:
    """The sum with what all its terms have in common drawn out."""
    return (
        _chain_drawn(parts) or _drawn(parts, -1) or _drawn(parts, 0) or _scalars_drawn(parts) or _entrywise_drawn(parts)
    )


def _in_groups(parts: list[tuple[Rational, Expr]]) -> Expr | None:
    """The sum with what terms of the same scalar factors and the same last factor have in common drawn out."""
    groups: dict[object, list[tuple[Rational, Expr]]] = {}
    for own, body in parts:
        scalars, chain = factors(body)
        groups.setdefault((frozenset(scalars), chain[-1] if len(chain) > 1 else None), []).append((own, body))
    if len(groups) in (1, len(parts)):
        return None
    done: list[Expr] = []
    for members in groups.values():
        drawn = _common(members) if len(members) > 1 else None
        apart = [scale(own, body) for own, body in members]
        done += apart if drawn is None or drawn.length >= add(*apart).length else [drawn]
    return add(*done) if len(done) < len(parts) else None


def _chain_drawn(parts: list[tuple[Rational, Expr]]) -> Expr | None:
    """s₁A + s₂A as (s₁ + s₂)A."""
    split_terms = [(own, *factors(body)) for own, body in parts]
    chains = {chain for _, _, chain in split_terms}
    if len(chains) > 1 or not split_terms[0][2]:
        return None
    inner = _led(add(*(scale(own, product(*scalars)) for own, scalars, _ in split_terms)))
    return product(inner, *split_terms[0][2])


def _led(e: Expr) -> Expr:
    """A sum that stands in parentheses: its numeric content outside, a positive term in front where there is one."""
    if e.op is SCALE:
        return scale(e.data, _led(e.args[0]))
    if e.op is not SUM:
        return e
    owns = [split(t)[0] for t in e.args]
    content = Fraction(gcd(*(o.numerator for o in owns)), lcm(*(o.denominator for o in owns)))
    content *= -1 if all(o < 0 for o in owns) else 1
    if content != 1:
        return scale(content, _led(add(*(scale(1 / content, t) for t in e.args))))
    bodies = [factors(split(t)[1]) for t in e.args]
    common = [s for s in bodies[0][0] if all(s in scalars and chain for scalars, chain in bodies)]
    if common:
        inner = (
            scale(own, product(*(s for s in scalars if s not in common), product(*chain)))
            for own, (scalars, chain) in zip(owns, bodies, strict=True)
        )
        return product(*common, _led(add(*inner)))
    if owns[0] > 0:
        return _letter_first(e)
    first = next((t for t in e.args if split(t)[0] > 0), None)
    return e if first is None else add(first, *(t for t in e.args if t is not first))


def _letter_first(e: Expr) -> Expr:
    """A + Aᵀ for Aᵀ + A."""
    first, second, *rest = e.args
    (own, body), (other, letter) = split(first), split(second)
    turned = own == other and body.op is TRANSPOSE and body.args[0] is letter
    return add(second, first, *rest) if turned else e


def _drawn(parts: list[tuple[Rational, Expr]], side: int) -> Expr | None:
    """AX + BX as (A + B)X, where every term has the same last (or first) matrix factor."""
    split_terms = [(own, *factors(body)) for own, body in parts]
    if any(len(chain) < (1 if chain and chain[0].op is SUM else 2) for _, _, chain in split_terms):
        return None
    if len({chain[side] for _, _, chain in split_terms}) > 1:
        return None
    if parts[0][1].scalar and len({len(chain) for _, _, chain in split_terms}) > 1:
        return None
    one = identity(split_terms[0][2][side].shape[0 if side else 1])
    rest = add(*(scale(own, product(*s, *((c[:-1] if side else c[1:]) or (one,)))) for own, s, c in split_terms))
    rest = _led((_gathered_sum(rest) or rest) if rest.op is SUM else rest)
    common = split_terms[0][2][side]
    return product(rest, common) if side else product(common, rest)


def _scalars_drawn(parts: list[tuple[Rational, Expr]], letters: bool = False) -> Expr | None:
    """sA + sB as s(A + B), for a compound scalar s or one of a family, or for any letter."""
    split_terms = [(own, *factors(body)) for own, body in parts]
    common = [
        s for s in _shared([scalars for _, scalars, _ in split_terms])
        if letters or s.op is not SYMBOL or s.data.indices
    ]
    alone = any(len(chain) == 0 and len(s) == 1 for _, s, chain in split_terms)
    if not common or (alone and not all(_power(s)[0].op.elementwise for s in common)):
        return None

    def rest(scalars: tuple[Expr, ...]) -> list[Expr]:
        left = list(scalars)
        for s in common:
            base, least = _power(s)
            k = next(k for k, other in enumerate(left) if other is s or _power(other)[0] is base)
            over = _power(left[k])[1] - least
            left[k : k + 1] = [power(base, number(over))] if over else []
        return left

    if all(map(reciprocal, common)) and any(map(reciprocal, (r for _, s, _ in split_terms for r in rest(s)))):
        return None
    inner = add(*(scale(own, product(*rest(s), *_as_one(c))) for own, s, c in split_terms))
    return product(*common, _led(_gathered_sum(inner) or inner if inner.op is SUM else inner))


def _power(s: Expr) -> tuple[Expr, Rational]:
    """The base and the exponent, where that is a number."""
    return (s.args[0], s.args[1].data) if s.op is POWER and s.args[1].op is NUMBER else (s, 1)


def _shared(scalars: list[tuple[Expr, ...]]) -> list[Expr]:
    """The factors that all terms have; of positive powers the least."""
    found: list[Expr] = []
    powers = [dict(map(_power, own)) for own in scalars]
    for s in scalars[0]:
        base, exponent = _power(s)
        least = min(own.get(base, 0) for own in powers)
        if exponent > 0 and least > 0:
            found.append(power(base, number(least)))
        elif all(s in own for own in scalars):
            found.append(s)
    return found


def _as_one(chain: tuple[Expr, ...]) -> tuple[Expr, ...]:
    return (product(*chain),) if chain else ()


def _entrywise_drawn(parts: list[tuple[Rational, Expr]]) -> Expr | None:
    """A∘X + B∘X as (A + B)∘X."""
    if any(body.op is not HADAMARD for _, body in parts):
        return None
    common = next((a for a in parts[0][1].args if all(a in body.args for _, body in parts)), None)
    if common is None:
        return None

    def rest(body: Expr) -> Expr:
        left = list(body.args)
        left.remove(common)
        return hadamard(*left)

    return hadamard(common, _led(add(*(scale(own, rest(body)) for own, body in parts))))
