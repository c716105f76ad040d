"""The laws that working out a differential uses, to be named beside the line."""

from __future__ import annotations

from collections.abc import Container

from texgrad.algebra import SYMBOL, Expr, split, terms
from texgrad.engine.differentials import awaited, calculus
from texgrad.engine.scope import Scope
from texgrad.operators import INDEXED_SUM, PRODUCT

LINEARITY = "linearity"


def laws(e: Expr, scope: Scope) -> tuple[str, ...]:
    """The laws that differentiating `e` by one operator uses, and of scalar calculus by all that are chained."""
    found: list[str] = []
    linear = False
    waiting = [e]
    while waiting:
        for t in terms(waiting.pop()):
            _, body = split(t)
            if not scope.varies(body):
                continue
            if body.op is INDEXED_SUM or body.op.law == LINEARITY:
                linear = linear or body.op is not INDEXED_SUM
                waiting += body.args if body.op is INDEXED_SUM else ()
                continue
            if body.op.law:
                found.append(body.op.law)
            if body.op is PRODUCT and not body.scalar and body.args[0].scalar:
                moving = [a for a in body.args if scope.varies(a)]  # s(z) x is worked out at once where x is fixed
                waiting += (a for a in moving if len(moving) == 1 and a.scalar and a.args and calculus(a))
            if body.scalar and calculus(body):
                waiting += (a for a in reversed(body.args) if a.scalar and a.args and (calculus(a) or _sum(a)))
    return tuple(dict.fromkeys(found)) or ((LINEARITY,) if linear else ())


def _sum(e: Expr) -> bool:
    """Whether a term of the sum, or the one expression that it is a multiple of, is scalar calculus."""
    bodies = [split(t)[1] for t in terms(split(e)[1])]
    return (len(bodies) > 1 or bodies[0] is not e) and any(b.args and calculus(b) for b in bodies)


def laws_opened(e: Expr, scope: Scope, later: Container[Expr] = ()) -> tuple[str, ...]:
    """The laws used where all pending differentials but those of `later` in `e` are worked out by one operator."""
    found: list[str] = []
    for inner in awaited(e, scope):
        if inner not in later:
            found += laws(scope.definitions.get(inner.data.name, inner) if inner.op is SYMBOL else inner, scope)
    return tuple(dict.fromkeys(found))
