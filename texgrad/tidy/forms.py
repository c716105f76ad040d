"""The form in which an answer is left: like terms together, common factors drawn out, the shortest variant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from math import gcd, lcm

from texgrad.algebra import (
    ONE,
    SCALE,
    SUM,
    SYMBOL,
    Expr,
    Index,
    Op,
    Rational,
    add,
    bits,
    holds,
    magnitude,
    number,
    postorder,
    rebuild,
    scale,
    split,
    terms,
    transform,
)
from texgrad.operators import (
    DIAGONAL,
    DIAGONAL_MATRIX,
    FROBENIUS,
    HADAMARD,
    INDEXED_SUM,
    INVERSE,
    KRONECKER,
    NORM,
    ONES,
    POWER,
    PRODUCT,
    TRACE,
    TRANSPOSE,
    UNVEC,
    VEC,
    dimension,
    factors,
    hadamard,
    identity,
    indexed_sum,
    inverse,
    norm,
    power,
    product,
    trace,
    transpose,
    vec,
)
from texgrad.tidy.kronecker import OF_KRONECKER_PRODUCTS, trace_turned
from texgrad.tidy.logarithms import denominators_joined
from texgrad.tidy.pieces import pieces_joined
from texgrad.tidy.probabilities import adding_up, divisor_met

MARGIN = 2  # by how much another form must be shorter than the author's own
MANY = 24  # terms up to which an answer is multiplied out to see whether it gets shorter


def length(e: Expr) -> int:
    """How many leaves and operators are written when `e` is written out."""
    sizes: dict[Expr, int] = {}
    for part in postorder(e):
        sizes[part] = 1 + sum(sizes[a] for a in part.args)
    return sizes[e]


# what may be written in several ways
RESHAPED = bits(SUM, INVERSE)


def final(e: Expr) -> Expr:
    """The form in which a person would leave `e`: the shortest that gathering and multiplying out give."""
    e = transform(e, adding_up, ONES.bit, PRODUCT.bit)
    first = gathered(simplified(e))
    if not e.ops & RESHAPED:
        return first
    best, shortest = first, length(first)
    for variant in (_multiplied_out, _inverses_apart):
        other = variant(e)
        if other is not None:
            other = gathered(simplified(other))
            if length(other) + MARGIN < shortest:
                best, shortest = other, length(other)
    return best


def _multiplied_out(e: Expr) -> Expr | None:
    if not holds(e, SUM) or sum(part.op is SUM for part in postorder(e)) > 6:
        return None
    out = expanded(e)
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


def _diagonals(e: Expr) -> Expr | None:
    """Diag(diag(A)) = A∘I, diag(abᵀ) = a∘b."""
    if e.op is DIAGONAL_MATRIX and e.args[0].op is DIAGONAL:
        A = e.args[0].args[0]
        return hadamard(A, identity(A.shape[0]))
    if e.op is DIAGONAL:
        own, body = split(e.args[0])
        scalars, chain = factors(body)
        if len(chain) == 2 and chain[0].shape[1] == ONE:
            return scale(own, product(*scalars, hadamard(chain[0], transpose(chain[1]))))
        turned = transpose(e.args[0])
        if _transposes(turned) < _transposes(e.args[0]):
            return e.op(turned)
    return None


def _transposes(e: Expr) -> int:
    return sum(part.op is TRANSPOSE for part in postorder(e))


def _commuted(e: Expr) -> Expr | None:
    """A sum whose terms differ only in the order of a Hadamard product or of scalar factors, collected."""
    if e.op is not SUM:
        return None
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
    if e.op is SCALE and e.data < 0 and e.args[0].op is SUM:
        negative = sum(split(t)[0] < 0 for t in e.args[0].args)
        if 2 * negative >= len(e.args[0].args) and split(e.args[0].args[0])[0] < 0:
            return scale(-e.data, add(*(scale(-1, t) for t in e.args[0].args)))
    return None


def _vec_sum(e: Expr) -> Expr | None:
    """vec(A) + vec(B) = vec(A + B), ‖vec(A)‖ = ‖A‖, unvec(vec(A)) = A, vec(A)ᵀvec(B) = A:B."""
    if e.op is SUM and all(split(t)[1].op is VEC for t in e.args):
        parts = [(own, body.args[0]) for own, body in map(split, e.args)]
        if len({A.shape for _, A in parts}) == 1:
            return vec(add(*(scale(own, A) for own, A in parts)))
    if e.op is NORM and e.args[0].op is VEC:
        return norm(e.args[0].args[0])
    if e.op is UNVEC:
        own, body = split(e.args[0])
        if body.op is VEC and body.args[0].shape == e.shape:
            return scale(own, body.args[0])
        if body.op is KRONECKER and ONE == body.args[0].shape[1] == body.args[1].shape[1] and (
            body.args[1].shape[0] == e.shape[0]
        ):
            return scale(own, product(body.args[1], transpose(body.args[0])))
    return None


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


def _sums_joined(e: Expr) -> Expr | None:
    """Σᵢ a + Σᵢ b = Σᵢ (a + b)."""
    if e.op is not SUM:
        return None
    bodies: dict[object, Expr] = {}
    for t in e.args:
        own, body = split(t)
        key: object = body.data if body.op is INDEXED_SUM else t
        inner = add(*(scale(own, part) for part in terms(body.args[0]))) if body.op is INDEXED_SUM else t
        bodies[key] = add(bodies[key], inner) if key in bodies else inner
    if len(bodies) == len(e.args):
        return None
    return add(*(indexed_sum(inner, key) if isinstance(key, Index) else inner for key, inner in bodies.items()))


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
# the operator at the top of the left side -> the rules for it
LOCAL: Mapping[Op, tuple[Rule, ...]] = {
    SUM: (_commuted, *OF_KRONECKER_PRODUCTS, _vec_sum, _sums_joined),
    PRODUCT: (*OF_KRONECKER_PRODUCTS, _ones_counted, pieces_joined, divisor_met, denominators_joined),
    TRACE: OF_KRONECKER_PRODUCTS, SCALE: (_signs,), TRANSPOSE: (_turned,), NORM: (_vec_sum,), UNVEC: (_vec_sum,),
    HADAMARD: (pieces_joined,), POWER: (pieces_joined,), FROBENIUS: (divisor_met,),
    DIAGONAL: (_diagonals,), DIAGONAL_MATRIX: (_diagonals,),
}  # fmt: skip


AT = bits(*LOCAL)


def simplified(e: Expr) -> Expr:
    """`e` with the local rules applied everywhere."""

    def change(part: Expr) -> Expr | None:
        for rule in LOCAL[part.op]:
            new = rule(part)
            if new is not None:
                return new
        return None

    return transform(e, change, AT, AT)


def with_norms(e: Expr, like: Expr) -> Expr:
    """`e` without colons: A:A as ‖A‖² where the author writes norms, a:b as aᵀb, A:B as tr(AᵀB)."""
    norms = holds(like, NORM)

    def change(part: Expr) -> Expr | None:
        A, B = part.args
        if A is B and norms:
            return power(norm(A), number(2))
        if A.shape[1] == ONE:
            return product(transpose(A), B)
        made = trace(product(transpose(A), B))
        return trace_turned(made) or made

    return transform(e, change, FROBENIUS.bit, FROBENIUS.bit)


# --- common factors ---------------------------------------------------------------------------------------------------


def gathered(e: Expr) -> Expr:
    """`e` with what is common to the terms of a sum drawn out: a fraction, scalars, a matrix factor on one side."""
    return transform(e, _gathered_sum, SUM.bit, SUM.bit)


def _gathered_sum(e: Expr) -> Expr | None:
    parts = [split(t) for t in e.args]
    sizes: set[Rational] = {magnitude(own) for own, _ in parts}
    common: Rational = next(iter(sizes)) * (-1 if all(own < 0 for own, _ in parts) else 1)
    if len(sizes) == 1 and common.denominator > 1:
        inner = add(*(scale(Fraction(own) / common, body) for own, body in parts))
        return scale(common, _gathered_sum(inner) or inner)
    return _common(parts) or _in_groups(parts)


def _common(parts: list[tuple[Rational, Expr]]) -> Expr | None:
    """The sum with what all its terms have in common drawn out."""
    return (
        _chain_drawn(parts) or _drawn(parts, -1) or _drawn(parts, 0) or _scalars_drawn(parts) or _entrywise_drawn(parts)
    )


def _in_groups(parts: list[tuple[Rational, Expr]]) -> Expr | None:
    """The sum with what terms of the same scalar factors and the same last factor have in common drawn out."""
    groups: dict[object, list[tuple[Rational, Expr]]] = {}
    for own, body in parts:
        scalars, chain = factors(body)
        groups.setdefault((frozenset(scalars), chain[-1] if len(chain) > 1 else None), []).append((own, body))
    if len(groups) in (1, len(parts)):
        return None
    done: list[Expr] = []
    for members in groups.values():
        drawn = _common(members) if len(members) > 1 else None
        done += [scale(own, body) for own, body in members] if drawn is None else [drawn]
    return add(*done) if len(done) < len(parts) else None


def _chain_drawn(parts: list[tuple[Rational, Expr]]) -> Expr | None:
    """s₁A + s₂A as (s₁ + s₂)A."""
    split_terms = [(own, *factors(body)) for own, body in parts]
    chains = {chain for _, _, chain in split_terms}
    if len(chains) > 1 or not split_terms[0][2]:
        return None
    inner = _led(add(*(scale(own, product(*scalars)) for own, scalars, _ in split_terms)))
    return product(inner, *split_terms[0][2])


def _led(e: Expr) -> Expr:
    """A sum that stands in parentheses: its numeric content outside, a positive term in front where there is one."""
    if e.op is not SUM:
        return e
    owns = [split(t)[0] for t in e.args]
    content = Fraction(gcd(*(o.numerator for o in owns)), lcm(*(o.denominator for o in owns)))
    content *= -1 if all(o < 0 for o in owns) else 1
    if content != 1:
        return scale(content, _led(add(*(scale(1 / content, t) for t in e.args))))
    bodies = [factors(split(t)[1]) for t in e.args]
    common = [s for s in bodies[0][0] if all(s in scalars and chain for scalars, chain in bodies)]
    if common:
        inner = (
            scale(own, product(*(s for s in scalars if s not in common), product(*chain)))
            for own, (scalars, chain) in zip(owns, bodies, strict=True)
        )
        return product(*common, _led(add(*inner)))
    if owns[0] > 0:
        return e
    first = next((t for t in e.args if split(t)[0] > 0), None)
    return e if first is None else add(first, *(t for t in e.args if t is not first))


def _drawn(parts: list[tuple[Rational, Expr]], side: int) -> Expr | None:
    """AX + BX as (A + B)X, where every term has the same last (or first) matrix factor."""
    split_terms = [(own, *factors(body)) for own, body in parts]
    if any(len(chain) < 2 for _, _, chain in split_terms):
        return None
    if len({chain[side] for _, _, chain in split_terms}) > 1:
        return None
    rest = add(
        *(scale(own, product(*s, product(*(c[:-1] if side else c[1:])))) for own, s, c in split_terms)
    )
    rest = _led(_gathered_sum(rest) or rest if rest.op is SUM else rest)
    common = split_terms[0][2][side]
    return product(rest, common) if side else product(common, rest)


def _scalars_drawn(parts: list[tuple[Rational, Expr]]) -> Expr | None:
    """sA + sB as s(A + B), for a compound scalar s."""
    split_terms = [(own, *factors(body)) for own, body in parts]
    first = split_terms[0][1]
    common = [s for s in first if all(s in others for _, others, _ in split_terms) and s.op is not SYMBOL]
    if not common or any(len(chain) == 0 and len(s) == 1 for _, s, chain in split_terms):
        return None

    def rest(scalars: tuple[Expr, ...]) -> list[Expr]:
        left = list(scalars)
        for s in common:
            left.remove(s)
        return left

    inner = add(*(scale(own, product(*rest(s), *_as_one(c))) for own, s, c in split_terms))
    return product(*common, _led(_gathered_sum(inner) or inner if inner.op is SUM else inner))


def _as_one(chain: tuple[Expr, ...]) -> tuple[Expr, ...]:
    return (product(*chain),) if chain else ()


def _entrywise_drawn(parts: list[tuple[Rational, Expr]]) -> Expr | None:
    """A∘X + B∘X as (A + B)∘X."""
    if any(body.op is not HADAMARD for _, body in parts):
        return None
    common = next((a for a in parts[0][1].args if all(a in body.args for _, body in parts)), None)
    if common is None:
        return None

    def rest(body: Expr) -> Expr:
        left = list(body.args)
        left.remove(common)
        return hadamard(*left)

    return hadamard(common, _led(add(*(scale(own, rest(body)) for own, body in parts))))


# --- multiplying out --------------------------------------------------------------------------------------------------

MULTILINEAR = frozenset((PRODUCT, HADAMARD, TRANSPOSE, SCALE, TRACE, FROBENIUS, KRONECKER))


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

