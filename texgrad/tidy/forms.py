"""The form in which an answer is left: like terms together, common factors drawn out, the shortest variant."""

from __future__ import annotations

from collections.abc import Iterator

from texgrad.algebra import (
    SUM,
    SYMBOL,
    Expr,
    add,
    bits,
    holds,
    number,
    postorder,
    split,
    substitute,
    symbol,
    terms,
    transform,
)
from texgrad.operators import (
    DIAGONAL,
    FROBENIUS,
    HADAMARD,
    IDENTITY,
    INDEXED_SUM,
    INVERSE,
    NORM,
    POWER,
    PRODUCT,
    SIGN,
    STEP,
    TRACE,
    TRANSPOSE,
    conjugate,
    factors,
    inverse,
    norm,
    power,
    product,
    trace,
    transpose,
)
from texgrad.shapes import ONE
from texgrad.tidy.diagonals import transposes
from texgrad.tidy.expanding import expanded
from texgrad.tidy.gathering import FINAL, gathered
from texgrad.tidy.kronecker import trace_turned
from texgrad.tidy.local import simplified
from texgrad.tidy.quotients import one_denominator

MARGIN = 2  # by how much another form must be shorter than the author's own
MANY = 24  # terms up to which an answer is multiplied out to see whether it gets shorter


AS_WRITTEN = (STEP, SIGN)  # conditions, whose arguments are not multiplied out
CONDITIONS = bits(*AS_WRITTEN)
# what may be written in several ways
RESHAPED = bits(SUM, INVERSE)


def _settled(e: Expr) -> Expr:
    """`e` simplified and gathered; sums over an index that stand side by side after that are joined."""
    out = gathered(simplified(e))
    return gathered(simplified(out)) if holds(out, INDEXED_SUM) else out


def final(e: Expr) -> Expr:
    """The form in which a person would leave `e`: the shortest that gathering and multiplying out give."""
    if e.stays & FINAL:
        return e
    e = simplified(e) if e.ops & DIAGONAL.bit else e  # the diagonal of a sum may be one itself
    best = _settled(e)
    shortest = best.length
    for other in _variants(e) if e.ops & RESHAPED else ():
        if other is not None:
            other = _settled(other)
            margin = MARGIN if other.ops & HADAMARD.bit or not best.ops & HADAMARD.bit else 0
            if other.length + margin < shortest:
                best, shortest = _flat(other), other.length
    if best is e:
        e.stays |= FINAL
    return best


def _flat(e: Expr) -> Expr:
    """`e` without brackets in brackets that gathering brought in, where that costs next to nothing.

    ((WWᵀXᵀ − 2Xᵀ)X + XᵀXWWᵀ)W = (WWᵀXᵀX − 2XᵀX + XᵀXWWᵀ)W.
    """

    def change(part: Expr) -> Expr | None:
        if not any(f.op is SUM and any(holds(t, SUM) for t in f.args) for f in part.args):
            return None
        return product(*(simplified(expanded(f)) if f.op is SUM else f for f in part.args))

    out = transform(e, change, PRODUCT.bit, PRODUCT.bit) if holds(e, PRODUCT) else e
    return out if out.length <= e.length + MARGIN else e


def _variants(e: Expr) -> Iterator[Expr | None]:
    many = _multiplied_out(e)
    yield many
    yield _inverses_apart(e)
    yield None if many is None else _inverses_apart(many)
    yield _over_denominators(e)
    yield _transposed_whole(many or e)


def _over_denominators(e: Expr) -> Expr | None:
    """a/b − c/b² = (ab − c)/b², the numerator multiplied out."""

    def change(part: Expr) -> Expr | None:
        found = one_denominator(part) if part.op is SUM else None
        if found is None:
            return None
        above, below = found
        whole = product(power(below, number(-1)), gathered(simplified(expanded(above))))
        return whole if whole.length < part.length else None

    out = transform(e, change, SUM.bit) if e.ops & POWER.bit else e
    return None if out is e else out


def _transposed_whole(many: Expr) -> Expr | None:
    """XᵀXᵀAᵀ + XᵀAᵀXᵀ + AᵀXᵀXᵀ = (AX² + XAX + X²A)ᵀ, for three terms or more, or with sums or powers in them."""
    if many.scalar or many.op is not SUM or not holds(many, TRANSPOSE):
        return None
    if len(many.args) < 3 and not any(_compound_turned(t) for t in many.args):
        return None
    count = sum(any(p.op is TRANSPOSE for p in (f, *f.args)) for t in many.args for f in factors(split(t)[1])[1])
    turned = add(*map(transpose, many.args))
    return transpose(gathered(simplified(turned))) if count > 3 and not transposes(turned) else None


def _compound_turned(t: Expr) -> bool:
    return any(f.op is TRANSPOSE and f.args[0].op is not SYMBOL for f in factors(split(t)[1])[1])


def _multiplied_out(e: Expr) -> Expr | None:
    if not holds(e, SUM) or sum(part.op is SUM for part in postorder(e, only=SUM.bit)) > 6:
        return None
    kept = {p: symbol(f"?{k}", p.shape) for k, p in enumerate(postorder(e, only=CONDITIONS)) if p.op in AS_WRITTEN}
    out = expanded(substitute(e, kept) if kept else e)
    out = substitute(out, {mark: p for p, mark in kept.items()}) if kept else out
    return out if out is not e and len(terms(out)) <= MANY else None


def _inverses_apart(e: Expr) -> Expr | None:
    """(AB)⁻¹ = B⁻¹A⁻¹ for square factors."""

    def change(part: Expr) -> Expr | None:
        if part.op is INVERSE and part.args[0].op is PRODUCT:
            scalars, chain = factors(part.args[0])
            if not scalars and all(f.shape == part.shape for f in chain):
                return product(*(inverse(f) for f in reversed(chain)))
        return None

    out = transform(e, change, INVERSE.bit, INVERSE.bit)
    return None if out is e else out


# --- local rules ------------------------------------------------------------------------------------------------------


def alike(e: Expr) -> Expr:
    """`e` with traces of one another's cyclic permutations, or transposes, written alike."""
    seen: dict[frozenset[Expr], Expr] = {}

    def change(part: Expr) -> Expr | None:
        chain = factors(part.args[0])[1]
        turns = [trace(product(*chain[k:], *chain[:k])) for k in range(len(chain))]
        turns += [trace(transpose(t.args[0])) for t in turns if t.op is TRACE]
        return seen.setdefault(frozenset(turns), part)

    return transform(e, change, TRACE.bit, TRACE.bit)


def with_norms(e: Expr, like: Expr) -> Expr:
    """`e` without colons: A:A as ‖A‖² where the author writes norms, a:b as aᵀb, A:B as tr(AᵀB), A:I as tr(A)."""
    norms = holds(like, NORM)

    def change(part: Expr) -> Expr | None:
        A, B = part.args
        if B is conjugate(A) and norms:
            return power(norm(A), number(2))
        if A.shape[1] == ONE:
            return product(transpose(A), B)
        turned = transpose(A)
        made = trace(A) if B.op is IDENTITY and A.length < turned.length else trace(product(turned, B))
        return trace_turned(made) or made

    return transform(e, change, FROBENIUS.bit, FROBENIUS.bit)
