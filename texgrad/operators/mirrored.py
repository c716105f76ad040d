"""Whether numbers for two indices are the same when the indices change places, as in a symmetric matrix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

from texgrad.algebra import NUMBER, SUM, Expr, postorder, split
from texgrad.operators.elementwise import COSH
from texgrad.operators.indexed import DELTA
from texgrad.operators.pieces import ABS
from texgrad.operators.products import HADAMARD, POWER, PRODUCT, factors
from texgrad.operators.selected import reindexed
from texgrad.operators.smooth import NORM
from texgrad.operators.transposes import transpose
from texgrad.shapes import Index

MOST = 60  # operators and leaves that are looked at
HELPER = "?mirrored"


def mirrored(e: Expr, i: Index, j: Index) -> bool:
    """Whether `e` is the same with `i` and `j` exchanged, as far as the order of terms and factors and signs tell."""
    if e.length > MOST or i.size != j.size:
        return False
    helper = i._replace(name=HELPER)
    turned = reindexed(reindexed(reindexed(e, i, helper), j, i), helper, j)
    return _mark(e) == _mark(turned)


def _mark(e: Expr) -> Hashable:
    """What an expression is, whatever the order of its terms and factors."""
    known: dict[Expr, Hashable] = {}
    for part in postorder(e):
        known[part] = _one(part, known)
    return known[e]


def _one(e: Expr, known: dict[Expr, Hashable]) -> Hashable:
    if not e.args:
        return (e.op.name, frozenset(e.data)) if e.op is DELTA else e
    if e.op is SUM:
        return SUM.name, frozenset(known[a] for a in e.args)
    if e.op in (ABS, NORM, COSH) or (e.op is POWER and e.args[1].op is NUMBER and e.args[1].data % 2 == 0):
        return e.op.name, _even(e.args[0], known), *(known[a] for a in e.args[1:])
    if e.op is HADAMARD or (e.op is PRODUCT and all(a.scalar for a in e.args)):
        return e.op.name, frozenset(Counter(known[a] for a in e.args).items())
    if e.op is PRODUCT and e.scalar:
        scalars, chain = factors(e)
        back = tuple(transpose(a) for a in reversed(chain))
        ways = frozenset((chain, back))
        return PRODUCT.name, frozenset(Counter(known[a] for a in scalars).items()), ways
    return e.op.name, e.data, tuple(known[a] for a in e.args)


def _even(e: Expr, known: dict[Expr, Hashable]) -> Hashable:
    """The same for `e` and `−e`."""
    own, body = split(e)
    if body.op is not SUM:
        return abs(own), known.get(body, body)
    parts = [frozenset((split(t)[0] * sign * own, split(t)[1]) for t in body.args) for sign in (1, -1)]
    return frozenset(parts)
