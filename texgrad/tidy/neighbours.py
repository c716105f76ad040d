"""Products in which a rule for two neighbouring matrices puts something in their place."""

from __future__ import annotations

from collections.abc import Callable

from texgrad.algebra import Expr
from texgrad.operators import factors, product


def met(e: Expr, rule: Callable[[Expr, Expr], Expr | None]) -> Expr | None:
    """The product `e` with what the rule makes of the first two neighbours for which it makes something; or None."""
    scalars, chain = factors(e)
    for k in range(len(chain) - 1):
        found = rule(chain[k], chain[k + 1])
        if found is not None:
            return product(*scalars, *chain[:k], found, *chain[k + 2 :])
    return None
