"""Products multiplied out over sums."""

from __future__ import annotations

from texgrad.algebra import SCALE, SUM, Expr, Op, add, bits, scale, split, terms, transform
from texgrad.operators import CONJUGATE, FROBENIUS, HADAMARD, KRONECKER, PRODUCT, TRACE, TRANSPOSE

MULTILINEAR = frozenset((PRODUCT, HADAMARD, TRANSPOSE, CONJUGATE, SCALE, TRACE, FROBENIUS, KRONECKER))


def expanded(e: Expr, over: frozenset[Op] = MULTILINEAR) -> Expr:
    """Products, Hadamard products, traces and transposes, or the operators `over`, multiplied out over sums."""

    def change(part: Expr) -> Expr | None:
        for k, a in reversed(tuple(enumerate(part.args))):
            own, body = split(a)
            if body.op is SUM:
                before, after = part.args[:k], part.args[k + 1 :]
                done = (part.op(*before, scale(own, t), *after, data=part.data) for t in terms(body))
                return add(*(expanded(t, over) for t in done))
        return None

    return transform(e, change, SUM.bit, bits(*over))
