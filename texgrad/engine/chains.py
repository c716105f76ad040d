"""Long products: what stands beside each factor that varies gets a name, so that a product rule stays short."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from texgrad.algebra import Expr
from texgrad.operators import PRODUCT, factors, product
from texgrad.shapes import ONE

LONG = 8  # factors that vary, from which on a product has names for its parts
Sides = tuple[Expr, ...]  # what stands on one side of a factor: nothing, or one expression
Pair = tuple[Sides, Sides]


def sides_of(
    e: Expr, varies: Callable[[Expr], bool], name: Callable[[Expr, str], Expr]
) -> tuple[Pair, ...]:
    """What stands before and after each factor that varies, if these are many; `name` names a product in its role."""
    scalars, chain = factors(e) if e.op is PRODUCT else ((), ())
    places = [k for k, factor in enumerate(chain) if varies(factor)]
    if scalars or len(places) < LONG or any(ONE in factor.shape for factor in chain):
        return ()

    def parts(pieces: Sequence[Sequence[Expr]], role: str) -> list[Sides]:
        found: list[Sides] = []
        before: Sides = ()
        for piece in pieces:
            both = (*before, *piece) if role == "before" else (*piece, *before)
            before = both if len(both) < 2 else (name(product(*both), role),)
            found.append(before)
        return found

    starts, ends = [0, *places[:-1]], [*places[1:], len(chain) - 1]
    left = parts([chain[a:b] for a, b in zip(starts, places, strict=True)], "before")
    right = parts([chain[a + 1 : b + 1] for a, b in reversed(list(zip(places, ends, strict=True)))], "after")
    return tuple(zip(left, reversed(right), strict=True))
