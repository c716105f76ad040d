"""Sums over an index as products of matrices: Σⱼ Aᵢⱼxⱼ = (Ax)ᵢ, Σᵢ g(xᵢ) = 𝟏ᵀg(x)."""

from __future__ import annotations

from fractions import Fraction

from texgrad.algebra import (
    NUMBER,
    SCALE,
    SHIFTED,
    SUM,
    SYMBOL,
    Expr,
    add,
    index_key,
    number,
    postorder,
    rebuild,
    scale,
    split,
    subtract,
    termwise,
    transform,
)
from texgrad.immutable import immutable
from texgrad.operators import (
    BASIS,
    COLUMN,
    CONJUGATE,
    DELTA,
    ENTRY,
    INDEXED_SUM,
    NORM,
    POWER,
    PRODUCT,
    ROW,
    TRANSPOSE,
    conditions_of,
    diagonal,
    diagonal_matrix,
    entry,
    factors,
    hadamard,
    identity,
    indexed_sum,
    ones,
    power,
    product,
    reindexed,
    transpose,
)
from texgrad.shapes import ONE, Index, shape_of
from texgrad.tidy.expanding import expanded
from texgrad.tidy.spectra import summed_spectrum


@immutable
class Along:
    """What a scalar is for every value of an index: the vector `whole`, or column `at` of the matrix `whole`."""

    whole: Expr
    at: Index | None = None


def vectorised(e: Expr) -> Expr:
    """`e` with every sum over an index that is a product of matrices written as one; squares may be multiplied out."""
    if not e.ops & INDEXED_SUM.bit:
        return e
    out = _vectorised(e)
    if out.ops & INDEXED_SUM.bit and any(p.op is INDEXED_SUM and p.args[0].ops & INDEXED_SUM.bit for p in postorder(e)):
        other = _vectorised(transform(e, _squares_out, POWER.bit))
        return out if other.ops & INDEXED_SUM.bit else other
    return out


def _squares_out(e: Expr) -> Expr | None:
    """(a − b)² = a² − 2ab + b², for scalars."""
    if e.op is not POWER or e.args[1] is not number(2) or not e.scalar or e.args[0].op is not SUM:
        return None
    return add(*(product(s, t) for s in e.args[0].args for t in e.args[0].args))


def _vectorised(e: Expr) -> Expr:
    def change(part: Expr) -> Expr | None:
        if not part.scalar:
            return None
        body, but = part.args[0], part.data.but
        if any(part.data.ends) or _is_shifted(body):
            return None
        if but is None and (of_all := summed_spectrum(body, part.data)) is not None:
            return of_all
        if but is not None and (but[0] != r"\ne" or not _everywhere(body)):
            return None
        index = part.data._replace(but=None)
        summed = _summed(body, index)
        if summed is None:
            multiplied = expanded(body)
            summed = None if multiplied is body else _summed(multiplied, index)
        if summed is None or but is None:
            return summed
        return subtract(summed, reindexed(body, index, Index(but[1], index.size)))

    return transform(e, change, INDEXED_SUM.bit, INDEXED_SUM.bit)


def _everywhere(e: Expr) -> bool:
    """Whether it has a finite value whatever its symbols are worth, so that Σ_{j≠i} b_j = Σ_j b_j − b_i."""
    return all(not p.args or p.op in (SUM, SCALE, PRODUCT, ENTRY) or _whole_power(p) for p in postorder(e))


def _whole_power(e: Expr) -> bool:
    return e.op is POWER and e.args[1].op is NUMBER and e.args[1].data >= 0 and e.args[1].data.denominator == 1


def stacked(e: Expr) -> Expr:
    """`e` with Σᵢ sᵢeᵢ as the vector s, Σᵢ sᵢeᵢXᵢ: as Diag(s)X, Σᵢ δᵢⱼbᵢ as bⱼ and the like."""
    out = transform(e, _stacked, INDEXED_SUM.bit, INDEXED_SUM.bit)
    return out if out is e else vectorised(out)


def _stacked(e: Expr) -> Expr | None:
    body, index = e.args[0], e.data
    partial = any(index.ends) or _is_shifted(body)
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


def _is_shifted(e: Expr) -> bool:
    """Whether an index in it is shifted, so that its values are no longer those of a vector in turn."""
    return SHIFTED in e.free


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
                return scale(own, indexed_sum(whole, index._replace(but=(MIRRORED[sign], other.name))))
    return None


# i < k says the same as k > i
MIRRORED = {"<": ">", ">": "<", r"\le": r"\ge", r"\ge": r"\le", r"\ne": r"\ne"}


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
    weights = [_along(f, index) for f in scalars if key in f.free]
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


def _summed(body: Expr, index: Index) -> Expr | None:
    """Σ over the index of the scalar `body`, or None where it is no product of matrices."""
    return termwise(body, lambda core: _summed_term(core, index))


def _summed_term(e: Expr, index: Index) -> Expr | None:
    if index_key(index) not in e.free:
        return indexed_sum(e, index)
    factors = e.args if e.op is PRODUCT and e.args[-1].scalar else (e,)
    outside = [f for f in factors if index_key(index) not in f.free]
    inside = [_along(f, index) for f in factors if index_key(index) in f.free]
    found = [a for a in inside if a is not None]
    if len(found) < len(inside):
        return None
    columns: dict[Index, Expr] = {}
    vectors: list[Expr] = []
    for a in found:
        if a.at is None:
            vectors.append(a.whole)
        else:
            columns[a.at] = hadamard(columns[a.at], a.whole) if a.at in columns else a.whole
    total = _contracted(vectors, list(columns.items()), index)
    return None if total is None else product(*outside, total)


def _contracted(vectors: list[Expr], columns: list[tuple[Index, Expr]], index: Index) -> Expr | None:
    """Σ of the entrywise product of vectors and of columns of matrices."""
    one = ones(shape_of(index.size))
    if not columns:
        first, *rest = vectors
        return product(transpose(first if rest else one), hadamard(*rest) if rest else first)
    if len(columns) == 1:
        ((at, A),) = columns
        return entry(product(transpose(A), hadamard(*vectors) if vectors else one), at)
    if len(columns) == 2:
        (at, A), (to, B) = columns
        middle = (diagonal_matrix(hadamard(*vectors)),) if vectors else ()
        return entry(product(transpose(A), *middle, B), at, to)
    return None


def along(e: Expr, index: Index) -> Expr | None:
    """The vector of what the scalar `e` is for every value of the index; None where it is none."""
    found = None if _is_shifted(e) else _along(e, index)
    return None if found is None or found.at is not None else found.whole


def by_basis(e: Expr) -> Expr | None:
    """Σₖ g(xₖ) eₖ = g(x)."""
    own, body = split(e.args[0])
    scalars, chain = factors(body)
    unit = chain[0] if len(chain) == 1 else e
    base = unit.args[0] if unit.op is TRANSPOSE else unit
    if e.data.but is not None or base.op is not BASIS or base.data != (e.data,) or not scalars:
        return None
    whole = along(product(*scalars), e.data)
    if whole is None or whole.shape != base.shape:
        return None
    return scale(own, whole if base is unit else transpose(whole))


def _along(e: Expr, index: Index) -> Along | None:
    """What the scalar `e` is along the index, where it works entry by entry on entries of vectors and matrices."""
    key = index_key(index)
    if e.op is ENTRY:
        return _entries(e, index)
    if e.op is NORM and e.args[0].op in (ROW, COLUMN) and key not in e.args[0].args[0].free:
        A = e.args[0].args[0] if e.args[0].op is ROW else transpose(e.args[0].args[0])
        squares = product(hadamard(A, A), ones(shape_of(A.shape[1])))
        return Along(power(squares, number(Fraction(1, 2))))
    if not e.args or e.op in (INDEXED_SUM, SYMBOL) or not all(a.scalar for a in e.args):
        return None
    if not (e.op in (SUM, SCALE, PRODUCT, POWER, CONJUGATE) or e.op.elementwise):
        return None
    inner = [_along(a, index) if key in a.free else None for a in e.args]
    found = [a for a in inner if a is not None]
    if not found or len(found) < sum(key in a.free for a in e.args) or len({a.at for a in found}) > 1:
        return None
    at, shape = found[0].at, found[0].whole.shape
    if e.op is PRODUCT:
        constant = [a for a, i in zip(e.args, inner, strict=True) if i is None]
        return Along(product(*constant, hadamard(*(a.whole for a in found))), at)
    if e.op is POWER:
        return Along(power(found[0].whole, e.args[1]), at) if inner[1] is None else None
    if e.op is SUM:
        whole = (product(a, ones(shape)) if i is None else i.whole for a, i in zip(e.args, inner, strict=True))
        return Along(add(*whole), at)
    return Along(rebuild_over(e, found[0].whole), at)


def rebuild_over(e: Expr, whole: Expr) -> Expr:
    """The one-argument operator of `e` over another argument."""
    return scale(e.data, whole) if e.op is SCALE else rebuild(e, (whole,))


def _entries(e: Expr, index: Index) -> Along | None:
    """The entries x_i of a vector, the column or the row of a matrix, or its diagonal, along the index."""
    (A,) = e.args
    if index_key(index) in A.free:
        return None
    if len(e.data) == 1:
        return Along(A if A.shape[1] == ONE else transpose(A))
    row, col = e.data
    if row == col:
        return Along(diagonal(A))
    return Along(A, col) if row == index else Along(transpose(A), row)


