"""Products multiplied out over sums."""

from __future__ import annotations

from math import prod

from texgrad.algebra import SCALE, SUM, Expr, Op, add, bits, postorder, scale, split, terms, transform
from texgrad.operators import CONJUGATE, DIAGONAL, FROBENIUS, HADAMARD, KRONECKER, PRODUCT, TRACE, TRANSPOSE

MULTILINEAR = frozenset((PRODUCT, HADAMARD, TRANSPOSE, CONJUGATE, SCALE, TRACE, DIAGONAL, FROBENIUS, KRONECKER))


ENDLESS = 2000  # terms that nobody reads


def _counted(e: Expr, over: frozenset[Op]) -> int:
    """How many terms multiplying out gives."""
    counts: dict[Expr, int] = {}
    for part in postorder(e):
        inner = [counts[a] for a in part.args]
        counts[part] = sum(inner) if part.op is SUM else prod(inner) if part.op in over else 1
    return counts[e]


def expanded(e: Expr, over: frozenset[Op] = MULTILINEAR) -> Expr:
    """Products, Hadamard products, traces and transposes, or the operators `over`, multiplied out over sums.

    What would get more terms than anybody reads stays as it is.
    """
    return e if not e.ops & SUM.bit or _counted(e, over) > ENDLESS else _expanded(e, over)


def _expanded(e: Expr, over: frozenset[Op]) -> Expr:
    def change(part: Expr) -> Expr | None:
        for k, a in reversed(tuple(enumerate(part.args))):
            own, body = split(a)
            if body.op is SUM:
                before, after = part.args[:k], part.args[k + 1 :]
                done = (part.op(*before, scale(own, t), *after, data=part.data) for t in terms(body))
                return add(*(_expanded(t, over) for t in done))
        return None

    return transform(e, change, SUM.bit, bits(*over))
