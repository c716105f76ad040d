"""The local rules of simplification, by the operator at the top of what they rewrite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from math import gcd

from texgrad.algebra import SCALE, SUM, Expr, Op, add, bits, rebuild, scale, split, terms, transform
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
    SINH,
    TRACE,
    TRANSPOSE,
    UNVEC,
    VEC,
    dimension,
    factors,
    norm,
    parts_joined,
    product,
    transpose,
    vec,
)
from texgrad.operators.parts import LOWER, UPPER
from texgrad.shapes import ONE, Rational
from texgrad.tidy.along import by_basis
from texgrad.tidy.determinants import adjugate_met, rank_one_update
from texgrad.tidy.diagonals import diagonals_joined, divisor_on_diagonal, of_diagonal, transposes
from texgrad.tidy.entries import entry_of_product
from texgrad.tidy.functions import OF_MATRICES, commuting
from texgrad.tidy.gathering import SIMPLIFIED
from texgrad.tidy.hyperbolics import complement, tangent
from texgrad.tidy.kronecker import OF_KRONECKER_PRODUCTS, inverse_of_blocks, kronecker_drawn, trace_turned
from texgrad.tidy.logarithms import denominators_joined
from texgrad.tidy.pieces import PIECES, pieces_joined
from texgrad.tidy.probabilities import adding_up, divisor_met
from texgrad.tidy.pseudoinverses import pseudoinverse_met
from texgrad.tidy.ranges import sums_joined
from texgrad.tidy.structured import diagonal_turned, repeated_mask, triangle_of
from texgrad.tidy.traces import outer_traced, powers_met, traces_joined


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
    return out if transposes(out) < transposes(e) else None


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
