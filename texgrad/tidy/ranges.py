"""Sums over ranges joined: Σᵢ a + Σⱼ b = Σᵢ (a + b), and Σ a over j > k and over j < k is the one over j ≠ k."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from texgrad.algebra import (
    SUM,
    Expr,
    Index,
    Op,
    add,
    bits,
    index_key,
    magnitude,
    postorder,
    scale,
    split,
    terms,
    transform,
)
from texgrad.operators import ENTRY, INDEXED_SUM, PRODUCT, entry, factors, indexed_sum, product, reindexed, transpose
from texgrad.operators.products import symmetric

APART = {frozenset((">", "<"))}  # two ranges that are all but one value together


def sums_joined(e: Expr) -> Expr | None:
    """The sum with the sums over an index in it that run over the same range made one."""
    found: list[tuple[Index | None, Expr]] = []
    for t in e.args:
        own, body = split(t)
        if body.op is not INDEXED_SUM:
            found.append((None, t))
            continue
        inner = add(*(scale(own, part) for part in terms(body.args[0])))
        if not _added(found, body.data, inner):
            found.append((body.data, inner))
    if len(found) == len(e.args):
        return None
    return add(*(inner if index is None else _sum(inner, index) for index, inner in found))


def _sum(body: Expr, index: Index) -> Expr:
    """The sum over the index, with a number that all terms have in front."""
    owns = {magnitude(split(t)[0]) for t in terms(body)}
    if len(owns) > 1:
        return indexed_sum(body, index)
    (own,) = owns
    return scale(own, indexed_sum(add(*(scale(Fraction(1) / own, t) for t in terms(body))), index))


def _added(found: list[tuple[Index | None, Expr]], index: Index, inner: Expr) -> bool:
    """Add the sum over `index` of `inner` to one that was found before; whether there is such a one."""
    for k, (other, body) in enumerate(found):
        if other is None or other.size != index.size or (other != index and index_key(other) in inner.free):
            continue
        moved = inner if other.name == index.name else reindexed(inner, index, other)
        moved = _oriented(moved, body)
        if other.but == index.but:
            found[k] = other, add(body, *terms(moved))
            return True
        if other.but is None or index.but is None or other.but[1] != index.but[1]:
            continue
        if frozenset((other.but[0], index.but[0])) in APART and frozenset(terms(moved)) == frozenset(terms(body)):
            found[k] = other._replace(but=(r"\ne", other.but[1])), body
            return True
    return False


def _oriented(e: Expr, like: Expr) -> Expr:
    """`e` with −(a − b) for b − a, aᵀb for bᵀa and, for a symmetric A, Aᵢⱼ for Aⱼᵢ, where the other has these."""
    known = {p for p in postorder(like) if p.op in MIRRORED}
    differences = {frozenset(p.args): p for p in known if p.op is SUM}
    if not known:
        return e

    def change(part: Expr) -> Expr | None:
        if part in known:
            return None
        if part.op is SUM:
            whole = differences.get(frozenset(scale(-1, t) for t in part.args))
            return differences.get(frozenset(part.args)) if whole is None else scale(-1, whole)
        mirrored = MIRRORED[part.op](part)
        return mirrored if mirrored in known else None

    at = bits(*MIRRORED)
    done = transform(e, change, at, at)
    return add(*(scale(split(done)[0], t) for t in terms(split(done)[1])))


def _reversed(e: Expr) -> Expr:
    scalars, chain = factors(e)
    return e if scalars or not e.scalar else product(*(transpose(f) for f in reversed(chain)))


def _swapped(e: Expr) -> Expr:
    return entry(e.args[0], *e.data[::-1]) if len(e.data) == 2 and symmetric(e.args[0]) else e


MIRRORED: Mapping[Op, Callable[[Expr], Expr]] = {SUM: lambda e: e, PRODUCT: _reversed, ENTRY: _swapped}
