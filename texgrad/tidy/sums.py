"""Sums over an index as products of matrices: Σⱼ Aᵢⱼxⱼ = (Ax)ᵢ, Σᵢ g(xᵢ) = 𝟏ᵀg(x)."""

from __future__ import annotations

from texgrad.algebra import (
    NUMBER,
    SCALE,
    SUM,
    Expr,
    add,
    index_key,
    number,
    postorder,
    split,
    subtract,
    termwise,
    transform,
)
from texgrad.operators import (
    ENTRY,
    INDEXED_SUM,
    POWER,
    PRODUCT,
    diagonal_matrix,
    entry,
    hadamard,
    indexed_sum,
    ones,
    product,
    reindexed,
    squared,
    transpose,
)
from texgrad.shapes import Index, shape_of
from texgrad.tidy.along import is_shifted, taken_along, turned
from texgrad.tidy.expanding import expanded
from texgrad.tidy.spectra import counts_all_values, summed_spectrum


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
    sums = [p for p in postorder(e) if p.op is INDEXED_SUM and p.data.whole]
    outer = {split(p.args[0])[1]: p.data for p in sums}

    def change(part: Expr) -> Expr | None:
        if not part.scalar:
            return None
        body, but = part.args[0], part.data.but
        if any(part.data.ends) or is_shifted(body):
            return None
        every = but is None and counts_all_values(body, part.data)
        if every and (of_all := summed_spectrum(body, part.data)) is not None:
            return of_all
        if but is not None and (but[0] != r"\ne" or not _everywhere(body)):
            return None
        index = part.data._replace(but=None)
        summed = _summed(body, index, outer.get(part))
        if summed is None:
            multiplied = expanded(body)
            summed = None if multiplied is body else _summed(multiplied, index, outer.get(part))
        if summed is None or but is None:
            return summed
        return subtract(summed, reindexed(body, index, Index(but[1], index.size)))

    return transform(e, change, INDEXED_SUM.bit, INDEXED_SUM.bit)


def _everywhere(e: Expr) -> bool:
    """Whether it has a finite value whatever its symbols are worth, so that Σ_{j≠i} b_j = Σ_j b_j − b_i."""
    return all(not p.args or p.op in (SUM, SCALE, PRODUCT, ENTRY) or _whole_power(p) for p in postorder(e))


def _whole_power(e: Expr) -> bool:
    return e.op is POWER and e.args[1].op is NUMBER and e.args[1].data >= 0 and e.args[1].data.denominator == 1


def _summed(body: Expr, index: Index, outer: Index | None) -> Expr | None:
    """Σ over the index of the scalar `body`, or None where it is no product of matrices; outer: of the sum over it."""
    return termwise(body, lambda core: _summed_term(core, index, outer))


def _summed_term(e: Expr, index: Index, outer: Index | None) -> Expr | None:
    if index_key(index) not in e.free:
        return indexed_sum(e, index)
    parts = e.args if e.op is PRODUCT and e.args[-1].scalar else (e,)
    outside = [f for f in parts if index_key(index) not in f.free]
    moving = [f for f in parts if index_key(index) in f.free]
    inside = [taken_along(f, index) for f in moving]
    found = [a for a in inside if a is not None]
    if len(found) < len(inside):
        return None
    for at in {a.at: None for a in found if a.at is not None} or ((outer,) if outer is not None else ()):
        for k, f in enumerate(moving):
            if found[k].at is None and index_key(at) in found[k].whole.free:
                plain = f.op is SUM or len(squared(f)) > 1  # which is multiplied out
                whole = None if plain else taken_along(f, index, at)
                if whole is None:
                    return None
                found[k] = whole
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
        return entry(product(turned(A), hadamard(*vectors) if vectors else one), at)
    if len(columns) == 2:
        (at, A), (to, B) = columns
        middle = (diagonal_matrix(hadamard(*vectors)),) if vectors else ()
        return entry(product(turned(A), *middle, B), at, to)
    return None


