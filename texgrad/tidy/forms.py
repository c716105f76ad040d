"""The form in which an answer is left: like terms together, common factors drawn out, the shortest variant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from math import gcd

from texgrad.algebra import (
    SCALE,
    SUM,
    SYMBOL,
    Expr,
    Op,
    add,
    bits,
    holds,
    number,
    postorder,
    rebuild,
    scale,
    split,
    substitute,
    symbol,
    terms,
    transform,
)
from texgrad.operators import (
    BASIS,
    BLOCK,
    CONJUGATE,
    DET,
    DIAGONAL,
    DIAGONAL_MATRIX,
    ENTRY,
    FROBENIUS,
    HADAMARD,
    IDENTITY,
    INDEXED_SUM,
    INVERSE,
    KRONECKER,
    MATRIX_POWER,
    NORM,
    ONES,
    POWER,
    PRODUCT,
    PSEUDOINVERSE,
    SIGMOID,
    SIGN,
    SINH,
    STEP,
    TRACE,
    TRANSPOSE,
    UNVEC,
    VEC,
    conjugate,
    dimension,
    factors,
    inverse,
    norm,
    parts_joined,
    power,
    product,
    trace,
    transpose,
    vec,
)
from texgrad.operators.parts import LOWER, UPPER
from texgrad.shapes import ONE, Rational
from texgrad.tidy.determinants import adjugate_met, rank_one_update
from texgrad.tidy.diagonals import diagonals_joined, divisor_on_diagonal, of_diagonal
from texgrad.tidy.entries import entry_of_product
from texgrad.tidy.expanding import expanded
from texgrad.tidy.functions import OF_MATRICES, commuting
from texgrad.tidy.gathering import FINAL, SIMPLIFIED, gathered
from texgrad.tidy.hyperbolics import complement, tangent
from texgrad.tidy.kronecker import OF_KRONECKER_PRODUCTS, inverse_of_blocks, kronecker_drawn, trace_turned
from texgrad.tidy.logarithms import denominators_joined
from texgrad.tidy.pieces import PIECES, pieces_joined
from texgrad.tidy.probabilities import adding_up, divisor_met
from texgrad.tidy.pseudoinverses import pseudoinverse_met
from texgrad.tidy.quotients import one_denominator
from texgrad.tidy.ranges import sums_joined
from texgrad.tidy.structured import diagonal_turned, repeated_mask, triangle_of
from texgrad.tidy.sums import by_basis
from texgrad.tidy.traces import outer_traced, powers_met, traces_joined

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
    best = _settled(e)
    shortest = best.length
    for other in _variants(e) if e.ops & RESHAPED else ():
        if other is not None:
            other = _settled(other)
            if other.length + MARGIN < shortest:
                best, shortest = other, other.length
    if best is e:
        e.stays |= FINAL
    return best


def _variants(e: Expr) -> Iterator[Expr | None]:
    many = _multiplied_out(e)
    yield many
    yield _inverses_apart(e)
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
    return transpose(gathered(simplified(turned))) if count > 3 and not _transposes(turned) else None


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


def _transposes(e: Expr) -> int:
    return sum(part.op is TRANSPOSE for part in postorder(e))


def _flat(e: Expr) -> Expr | None:
    """a − (b + c) = a − b − c."""
    if not any(t.op is SCALE and t.args[0].op is SUM for t in e.args):
        return None
    return add(*(scale(split(t)[0], part) for t in e.args for part in terms(split(t)[1])))


def _commuted(e: Expr) -> Expr | None:
    """A sum whose terms differ only in the order of a Hadamard product or of scalar factors, collected."""
    total: dict[object, tuple[Expr, Rational]] = {}
    for t in e.args:
        own, body = split(t)
        key = _key(body)
        before, sum_ = total.get(key, (body, 0))
        total[key] = (before, sum_ + own)
    return add(*(scale(own, body) for body, own in total.values())) if len(total) < len(e.args) else None


def _key(e: Expr) -> object:
    if e.op is HADAMARD:
        return frozenset(_counted(e.args))
    if e.op is FROBENIUS:
        return frozenset(_counted(e.args)), "frobenius"
    if e.op is PRODUCT:
        scalars, chain = factors(e)
        return frozenset(_counted(scalars)), tuple(map(_key, chain))
    return e


def _counted(args: Iterable[Expr]) -> Iterable[tuple[object, int]]:
    counts: dict[object, int] = {}
    for a in args:
        key = _key(a)
        counts[key] = counts.get(key, 0) + 1
    return counts.items()


def _signs(e: Expr) -> Expr | None:
    """−(−a − b) = a + b."""
    if e.data < 0 and e.args[0].op is SUM:
        negative = sum(split(t)[0] < 0 for t in e.args[0].args)
        if 2 * negative >= len(e.args[0].args) and split(e.args[0].args[0])[0] < 0:
            return scale(-e.data, add(*(scale(-1, t) for t in e.args[0].args)))
    return None


def _content(e: Expr) -> Expr | None:
    """½(2a − 4b) = a − 2b."""
    if e.args[0].op is not SUM or e.data.denominator == 1:
        return None
    owns = [split(t)[0] for t in e.args[0].args]
    common = gcd(e.data.denominator, *(own.numerator if own.denominator == 1 else 1 for own in owns))
    return scale(e.data * common, add(*(scale(Fraction(1, common), t) for t in e.args[0].args))) if common > 1 else None


def _vecs(e: Expr) -> Expr | None:
    """vec(A) + vec(B) = vec(A + B)."""
    if any(split(t)[1].op is not VEC for t in e.args):
        return None
    parts = [(own, body.args[0]) for own, body in map(split, e.args)]
    same = len({A.shape for _, A in parts}) == 1
    return vec(add(*(scale(own, A) for own, A in parts))) if same else None


def _plain_norm(e: Expr) -> Expr | None:
    """‖vec(A)‖ = ‖A‖, ‖xᵀx‖ = xᵀx."""
    if e.args[0].op is VEC:
        return norm(e.args[0].args[0])
    return e.args[0] if _square(e.args[0]) else None


def _restacked(e: Expr) -> Expr | None:
    """unvec(vec(A)) = A, unvec(b⊗a) = abᵀ."""
    own, body = split(e.args[0])
    if body.op is VEC and body.args[0].shape == e.shape:
        return scale(own, body.args[0])
    if body.op is KRONECKER:
        b, a = body.args
        if ONE == b.shape[1] == a.shape[1] and a.shape[0] == e.shape[0]:
            return scale(own, product(a, transpose(b)))
    return None


def _square(e: Expr) -> bool:
    """Whether it is xᵀx or A:A."""
    if e.op is FROBENIUS:
        return e.args[0] is e.args[1]
    return e.op is PRODUCT and e.scalar and len(e.args) == 2 and e.args[0] is transpose(e.args[1])


def _turned(e: Expr) -> Expr | None:
    """The transpose of an entrywise function or product taken inside, where that leaves fewer transposes."""
    if e.op is not TRANSPOSE or not (e.args[0].op in (HADAMARD, SUM, POWER) or e.args[0].op.elementwise):
        return None
    inner = e.args[0]
    flipped = (a if a.scalar else transpose(a) for a in inner.args)
    out = rebuild(inner, tuple(_turned(a) or a for a in flipped))
    return out if _transposes(out) < _transposes(e) else None


def _ones_counted(e: Expr) -> Expr | None:
    """𝟏ᵀ𝟏 = n."""
    if e.op is FROBENIUS and e.args[0].op is e.args[1].op is ONES:
        return product(*(dimension(d) for d in e.args[0].shape if d != ONE))
    if e.op is not PRODUCT:
        return None
    scalars, chain = factors(e)
    for k in range(len(chain) - 1):
        if chain[k].op is ONES and chain[k + 1].op is ONES and chain[k].shape[0] == chain[k + 1].shape[1] == ONE:
            return product(dimension(chain[k].shape[1]), *scalars, *chain[:k], *chain[k + 2 :])
    return None


def alike(e: Expr) -> Expr:
    """`e` with traces of one another's cyclic permutations, or transposes, written alike."""
    seen: dict[frozenset[Expr], Expr] = {}

    def change(part: Expr) -> Expr | None:
        chain = factors(part.args[0])[1]
        turns = [trace(product(*chain[k:], *chain[:k])) for k in range(len(chain))]
        turns += [trace(transpose(t.args[0])) for t in turns if t.op is TRACE]
        return seen.setdefault(frozenset(turns), part)

    return transform(e, change, TRACE.bit, TRACE.bit)


Rule = Callable[[Expr], Expr | None]
# the operator at the top of the left side -> the rules for it, and of which operators one must stand in it, if any must
LOCAL: Mapping[Op, Mapping[Rule, tuple[Op, ...]]] = {
    SUM: {_flat: (SCALE,), _commuted: (), parts_joined: (CONJUGATE,), kronecker_drawn: (KRONECKER,), _vecs: (VEC,),
          sums_joined: (INDEXED_SUM,), traces_joined: (TRACE,), complement: (SIGMOID,),
          diagonals_joined: (DIAGONAL_MATRIX,)},
    PRODUCT: {**OF_KRONECKER_PRODUCTS, commuting: OF_MATRICES, _ones_counted: (ONES,), pieces_joined: PIECES,
              divisor_met: (HADAMARD,), denominators_joined: (SUM,), adding_up: (ONES,), adjugate_met: (DET,),
              rank_one_update: (DET,), pseudoinverse_met: (PSEUDOINVERSE,), tangent: (SINH,),
              divisor_on_diagonal: (DIAGONAL_MATRIX,)},
    TRACE: {trace_turned: (), outer_traced: (SUM,), powers_met: (INVERSE, MATRIX_POWER)},
    SCALE: {_signs: (SUM,), _content: (SUM,)}, TRANSPOSE: {_turned: ()}, NORM: {_plain_norm: ()},
    UNVEC: {_restacked: ()}, FROBENIUS: {divisor_met: (HADAMARD,), _ones_counted: (ONES,)},
    HADAMARD: {pieces_joined: PIECES, tangent: (SINH,), diagonal_turned: (IDENTITY,), repeated_mask: ()},
    POWER: {pieces_joined: PIECES, repeated_mask: ()}, INDEXED_SUM: {by_basis: (BASIS,)},
    LOWER: {triangle_of: ()}, UPPER: {triangle_of: ()},
    INVERSE: {inverse_of_blocks: (BLOCK,)}, DIAGONAL: {of_diagonal: ()},
    DIAGONAL_MATRIX: {of_diagonal: ()}, ENTRY: {entry_of_product: (PRODUCT,)},
}  # fmt: skip
RULES = {op: ([(rule, bits(*needs) if needs else -1) for rule, needs in rules.items()],
              -1 if () in rules.values() else bits(*(n for needs in rules.values() for n in needs)))
         for op, rules in LOCAL.items()}  # fmt: skip
AT = bits(*LOCAL)


def simplified(e: Expr) -> Expr:
    """`e` with the local rules applied everywhere."""

    def change(part: Expr) -> Expr | None:
        rules, any_needs = RULES[part.op]
        for rule, needs in rules if part.ops & any_needs else ():
            if part.ops & needs:
                new = rule(part)
                if new is not None:
                    return new
        return None

    return transform(e, change, AT, AT, SIMPLIFIED)


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
