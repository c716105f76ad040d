"""Sums over ranges joined: Σᵢ a + Σⱼ b = Σᵢ (a + b), and Σ a over j > k and over j < k is the one over j ≠ k."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from texgrad.algebra import SUM, Expr, Op, add, bits, holds, index_key, postorder, scale, split, terms, transform
from texgrad.operators import (
    ENTRY,
    INDEXED_SUM,
    PRODUCT,
    conditions_of,
    entry,
    factors,
    indexed_sum,
    product,
    reindexed,
    transpose,
)
from texgrad.operators.transposes import symmetric
from texgrad.shapes import Index, magnitude

APART = {frozenset((">", "<"))}  # two ranges that are all but one value together


@dataclass
class _Found:
    """A sum over an index, times scalars; or another term, without an index."""

    body: Expr
    scalars: tuple[Expr, ...] = ()
    index: Index | None = None

    @property
    def whole(self) -> Expr:
        """All of it."""
        return self.body if self.index is None else product(*self.scalars, _sum(self.body, self.index))


def sums_joined(e: Expr) -> Expr | None:
    """The sum with the sums over an index in it that run over the same range, times the same scalars, made one."""
    found: list[_Found] = []
    for t in e.args:
        own, body = split(t)
        scalars, whole = _parts(body)
        if whole is None:
            found.append(_Found(t))
            continue
        inner = add(*(scale(own, part) for part in terms(whole.args[0])))
        same = (f for f in found if f.index is not None and set(f.scalars) == set(scalars))
        if not any(_added(f, whole.data, inner) for f in same):
            found.append(_Found(inner, scalars, whole.data))
    return add(*(f.whole for f in found)) if len(found) < len(e.args) else None


def same_letters(e: Expr) -> Expr:
    """The terms of `e` with one letter for the index of sums over the same range: Σᵢ a + Σⱼ b as Σᵢ a + Σᵢ b."""
    if e.op is not SUM or not holds(e, INDEXED_SUM):
        return e
    letters: dict[object, Index] = {}
    done: list[Expr] = []
    for t in terms(e):
        scalars, whole = _parts(split(t)[1])
        if whole is not None:
            first = letters.setdefault((whole.data.size, whole.data.but, whole.data.ends), whole.data)
            if first.name != whole.data.name and index_key(first) not in whole.free:
                moved = indexed_sum(reindexed(whole.args[0], whole.data, first), first)
                t = scale(split(t)[0], product(*scalars, moved))
        done.append(t)
    return add(*done)


def _parts(e: Expr) -> tuple[tuple[Expr, ...], Expr | None]:
    """The scalar factors of a sum over an index, and that sum; None where it is none."""
    if e.op is INDEXED_SUM:
        return (), e
    scalars, chain = factors(e)
    if len(chain) == 1 and chain[0].op is INDEXED_SUM:
        return scalars, chain[0]
    sums = [s for s in scalars if s.op is INDEXED_SUM]
    if chain or len(sums) != 1:
        return (), None
    return tuple(s for s in scalars if s is not sums[0]), sums[0]


def _sum(body: Expr, index: Index) -> Expr:
    """The sum over the index, with a number that all terms have in front."""
    owns = {magnitude(split(t)[0]) for t in terms(body)}
    if len(owns) > 1:
        return indexed_sum(body, index)
    (own,) = owns
    return scale(own, indexed_sum(add(*(scale(Fraction(1) / own, t) for t in terms(body))), index))


def _added(found: _Found, index: Index, inner: Expr) -> bool:
    """Add the sum over `index` of `inner` to one that was found before, if it runs over the same range."""
    other, body = found.index, found.body
    assert other is not None
    if other.size != index.size or other.ends != index.ends or (other != index and index_key(other) in inner.free):
        return False
    moved = _oriented(inner if other.name == index.name else reindexed(inner, index, other), body)
    if set(conditions_of(moved, other)[0]) != set(conditions_of(body, other)[0]):
        return False
    if other.but == index.but:
        found.body = add(body, *terms(moved))
        return True
    if other.but is None or index.but is None or other.but[1] != index.but[1]:
        return False
    if frozenset((other.but[0], index.but[0])) in APART and frozenset(terms(moved)) == frozenset(terms(body)):
        found.index = other._replace(but=(r"\ne", other.but[1]))
        return True
    return False


def _oriented(e: Expr, like: Expr) -> Expr:
    """`e` with −(a − b) for b − a, aᵀb for bᵀa and, for a symmetric A, Aᵢⱼ for Aⱼᵢ, where the other has these."""
    known = dict.fromkeys(p for p in postorder(like) if p.op in MIRRORED)
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
