"""d of the logarithm of products and of a softmax, factor by factor."""

from __future__ import annotations

from texgrad.algebra import NUMBER, SYMBOL, Expr, add, number, scale, split
from texgrad.engine.scope import Scope, pending
from texgrad.operators import HADAMARD, POWER, PRODUCT, SOFTMAX, hadamard, is_complex, ones, power, product, transpose
from texgrad.shapes import ONE


def log_rates(e: Expr, scope: Scope) -> Expr | None:
    """The sum of p du/u over the factors uᵖ of a product of numbers of which several vary: d of its logarithm."""
    body = split(e)[1]
    powers = [a.args if a.op is POWER else (a, number(1)) for a in body.args if scope.varies(a)]
    numbers = all(u.scalar and not scope.varies(p) for u, p in powers)
    if body.op is not PRODUCT or len(powers) < 2 or not numbers:
        return None
    return add(*(product(p, power(u, number(-1)), pending(u, scope)) for u, p in powers))


def of_log_softmax(p: Expr, scope: Scope) -> Expr | None:
    """dz − (pᵀdz)𝟏, where p is the name of a softmax of the vector z."""
    definition = scope.definitions.get(p.data.name, p) if p.op is SYMBOL else p
    if definition.op is not SOFTMAX or p.shape[1] != ONE or is_complex(p):
        return None
    step = pending(definition.args[0], scope)
    return add(step, scale(-1, product(product(transpose(p), step), ones(p.shape))))


def entrywise_log_rates(e: Expr, scope: Scope) -> Expr | None:
    """The sum of p du⊘u over the factors uᵖ of an entrywise product or quotient: d of its logarithm."""
    body = split(e)[1]
    if is_complex(body) or not (body.op is HADAMARD or (body.op is POWER and body.args[1].op is NUMBER)):
        return None
    args = [a for a in (body.args if body.op is HADAMARD else (body,)) if scope.varies(a)]
    powers = [a.args if a.op is POWER else (a, number(1)) for a in args]
    if any(scope.varies(p) or p.op is not NUMBER for _, p in powers):
        return None
    return add(*(scale(p.data, hadamard(pending(u, scope), power(u, number(-1)))) for u, p in powers))
