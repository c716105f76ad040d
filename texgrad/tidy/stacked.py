"""Sums over an index of vectors and matrices, or with Kronecker deltas, as products: Σᵢ sᵢeᵢ = s, Σᵢ δᵢⱼbᵢ = bⱼ."""

from __future__ import annotations

from texgrad.algebra import NUMBER, SUM, Expr, add, index_key, number, scale, split, transform
from texgrad.operators import (
    BASIS,
    COLUMN,
    DELTA,
    INDEXED_SUM,
    ROW,
    TRANSPOSE,
    conditions_of,
    diagonal_matrix,
    factors,
    hadamard,
    identity,
    indexed_sum,
    ones,
    product,
    reindexed,
    transpose,
)
from texgrad.operators.sums import TURNED
from texgrad.shapes import Index, shape_of
from texgrad.tidy.along import is_shifted, taken_along
from texgrad.tidy.expanding import expanded
from texgrad.tidy.sums import vectorised


def stacked(e: Expr) -> Expr:
    """`e` with Σᵢ sᵢeᵢ as the vector s, Σᵢ sᵢeᵢXᵢ: as Diag(s)X, Σᵢ δᵢⱼbᵢ as bⱼ and the like."""
    out = transform(e, _stacked, INDEXED_SUM.bit, INDEXED_SUM.bit)
    return out if out is e else vectorised(out)


def _stacked(e: Expr) -> Expr | None:
    body, index = e.args[0], e.data
    partial = any(index.ends) or is_shifted(body)
    body = _deltas_apart(body, index) if body.ops & DELTA.bit and body.op is not SUM else body
    if body.op is SUM:
        parts = [indexed_sum(t, index) for t in body.args]
        done = [_stacked(split(t)[1]) if split(t)[1].op is INDEXED_SUM else t for t in parts]
        found = [scale(split(t)[0], d) if d is not t and d is not None else d for t, d in zip(parts, done, strict=True)]
        if any(t.ops & DELTA.bit and d is not None for t, d in zip(parts, done, strict=True)):
            return add(*(t if d is None else d for t, d in zip(parts, found, strict=True)))
        return add(*(d for d in found if d is not None)) if None not in found else None
    own, core = split(body)
    if core.op is NUMBER:
        return None
    turned = None if partial else _turned_round(core, index)
    done_ = _picked_out(core, index) or turned or _drawn_out(core, index) or (
        None if index.but is not None or e.scalar or partial else _stacked_term(core, index))  # fmt: skip
    apart = done_ is None and not e.scalar and not conditions_of(core, index)[0]
    if apart and (multiplied := expanded(core)).op is SUM:
        return _stacked(indexed_sum(scale(own, multiplied), index))
    return None if done_ is None else scale(own, done_)


def _picked_out(body: Expr, index: Index) -> Expr | None:
    """Σᵢ δᵢₖbᵢ = bₖ and Σᵢ (1 − δᵢₖ)bᵢ = Σ over the other i."""
    scalars, chain = factors(body)
    for k, s in enumerate(scalars):
        rest = product(*scalars[:k], *scalars[k + 1 :], *chain)
        if s.op is DELTA and index.but is None and index.name in (i.name for i in s.data):
            (own,) = (i for i in s.data if i.name == index.name)
            (other,) = (i for i in s.data if i.name != index.name)
            return reindexed(rest, index, other._replace(shift=other.shift - own.shift))
        both = s.op is DELTA and index.but is not None and {index.name, index.but[1]} == {i.name for i in s.data}
        if both and index.but is not None and not any(index.ends):
            (other,) = (i for i in s.data if i.name != index.name)
            return reindexed(rest, index, other) if index.but[0] in (r"\ge", r"\le") else scale(0, rest)
        unequal = _unequal(s, index)
        if unequal is not None and index.whole:
            return indexed_sum(rest, index._replace(but=(r"\ne", unequal.name)))
    return None


def _deltas_apart(e: Expr, index: Index) -> Expr:
    """The product with the one sum among its scalar factors multiplied out that holds a Kronecker delta."""
    own, body = split(e)
    scalars, chain = factors(body)
    for k, s in enumerate(scalars):
        if s.op is SUM and s.ops & DELTA.bit and any(map(_has_delta, s.args)) and _unequal(s, index) is None:
            rest = (*scalars[:k], *scalars[k + 1 :])
            return add(*(scale(own, product(*rest, t, *chain)) for t in s.args))
    return e


def _has_delta(e: Expr) -> bool:
    body = split(e)[1]
    return body.op is DELTA or any(s.op is DELTA for s in factors(body)[0])


def _turned_round(body: Expr, index: Index) -> Expr | None:
    """Σᵢ Σ_{j>i} δⱼₖbᵢⱼ = Σ_{i<k} bᵢₖ, and with other signs between i and j."""
    beside, after = factors(body)
    sums = [s for s in (*beside, *after) if s.op is INDEXED_SUM]
    if len(sums) != 1 or sums[0].data.but is None or sums[0].data.but[1] != index.name or index.but is not None:
        return None
    j, (sign, _) = sums[0].data, sums[0].data.but
    own, inner = split(sums[0].args[0])
    scalars, chain = factors(inner)
    for k, s in enumerate(scalars):
        if s.op is DELTA and j.name in (i.name for i in s.data):
            other = next(i for i in s.data if i.name != j.name)
            if other.name != index.name:
                rest = reindexed(product(*scalars[:k], *scalars[k + 1 :], *chain), j, other)
                whole = product(*(rest if s is sums[0] else s for s in (*beside, *after)))
                return scale(own, indexed_sum(whole, index._replace(but=(TURNED.get(sign, sign), other.name))))
    return None


def _unequal(e: Expr, index: Index) -> Index | None:
    """k where `e` is 1 − δᵢₖ."""
    if e.op is not SUM or len(e.args) != 2 or e.args[0] is not number(1):
        return None
    own, delta = split(e.args[1])
    if own != -1 or delta.op is not DELTA or index.name not in (i.name for i in delta.data):
        return None
    return next((i for i in delta.data if i.name != index.name), None)


def _drawn_out(body: Expr, index: Index) -> Expr | None:
    """Σᵢ s bᵢ = s Σᵢ bᵢ and Σᵢ A bᵢ = A Σᵢ bᵢ for what does not depend on the index."""
    key = index_key(index)
    tied = {key, *(index_key(i) for c in conditions_of(body, index)[0] for i in c.data.indices)}
    scalars, chain = factors(body)
    outside = [s for s in scalars if (key not in s.free if s.op is DELTA else tied.isdisjoint(s.free))]
    inside = [s for s in scalars if s not in outside]
    places = [k for k, f in enumerate(chain) if not tied.isdisjoint(f.free)]
    first, last = (places[0], places[-1] + 1) if places else (0, 0)
    before, inner, after = chain[:first], chain[first:last], chain[last:]
    if not outside and not before and not after:
        return None
    total = indexed_sum(product(*inside, *inner), index)
    if not places and chain:
        return product(*outside, indexed_sum(product(*inside), index), *chain)
    return product(*outside, *before, (_stacked(total) or total) if total.op is INDEXED_SUM else total, *after)


def _stacked_term(t: Expr, index: Index) -> Expr | None:
    key = index_key(index)
    own, body = split(t)
    scalars, chain = factors(body)
    places = [k for k, f in enumerate(chain) if key in f.free]
    weights = [taken_along(f, index) for f in scalars if key in f.free]
    if not 1 <= len(places) <= 2 or any(w is None or w.at is not None for w in weights):
        return None
    outside = [f for f in scalars if key not in f.free]
    s = hadamard(*(w.whole for w in weights if w is not None), ones(shape_of(index.size)))
    picked = [_picked(chain[k], index) for k in places]
    before, after = chain[: places[0]], chain[places[-1] + 1 :]
    if len(picked) == 1 and picked[0] is not None:
        M, column = picked[0]
        middle: tuple[Expr, ...] = (M, s) if column else (transpose(s), transpose(M))
    elif len(picked) == 2 and places[1] == places[0] + 1 and picked[0] is not None and picked[1] is not None:
        (M, left), (W, right) = picked[0], picked[1]
        if not left or right:
            return None
        middle = (M, diagonal_matrix(s), transpose(W))
    else:
        return None
    return scale(own, product(*outside, *before, *middle, *after))


def _picked(e: Expr, index: Index) -> tuple[Expr, bool] | None:
    """M where `e` is the column Meᵢ, and whether it stands upright, or as the row (Meᵢ)ᵀ."""
    inner, upright = (e.args[0], False) if e.op is TRANSPOSE else (e, True)
    if inner.op is BASIS:
        return identity(index.size), upright
    if inner.op not in (ROW, COLUMN) or index_key(index) in inner.args[0].free:
        return None
    A = inner.args[0]
    return (A, upright) if inner.op is COLUMN else (transpose(A), not upright)
