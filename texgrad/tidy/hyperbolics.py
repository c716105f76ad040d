"""sinh u/cosh u = tanh u, entry by entry."""

from __future__ import annotations

from texgrad.algebra import Expr, number
from texgrad.operators import COSH, PRODUCT, SINH, TANH, factors, power


def tangent(e: Expr) -> Expr | None:
    """A product of scalars or of entries with sinh u/cosh u in it written with tanh u."""
    scalars, chain = factors(e) if e.op is PRODUCT else (e.args, ())
    for above in scalars:
        if above.op is SINH and (below := power(COSH(above.args[0]), number(-1))) in scalars:
            rest = [f for f in scalars if f is not above and f is not below]
            return e.op(TANH(above.args[0]), *rest, *chain)
    return None
