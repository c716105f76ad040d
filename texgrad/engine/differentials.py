"""Pushing d inward: one operator at a time, through the names that stand for compounds."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from itertools import takewhile

from texgrad.algebra import (
    COMPLEX,
    SCALE,
    SUM,
    SYMBOL,
    Expr,
    Op,
    add,
    holds,
    number,
    postorder,
    rebuild,
    scale,
    split,
    terms,
    transform,
    zero,
)
from texgrad.engine.functions import differential_of, is_function
from texgrad.engine.rates import entrywise_log_rates, log_rates, of_log_softmax
from texgrad.engine.refused import MANY, NotDifferentiable, TooLong
from texgrad.engine.scope import Scope, pending, row_times
from texgrad.engine.slopes import slope_by_sympy
from texgrad.operators import (
    BLOCK,
    COLUMNS,
    CONJUGATE,
    DIFFERENTIAL,
    EXP,
    FRECHET,
    FROBENIUS,
    INDEXED_SUM,
    INTEGRAL,
    LOG,
    MAX_NORM,
    MAXIMUM,
    MINIMUM,
    NORM,
    POWER,
    PRODUCT,
    SIGMOID,
    SINGULAR_VALUE,
    SPECTRAL,
    TRACE,
    TRANSPOSE,
    UNKNOWN_FUNCTION,
    columns,
    conjugate,
    differential,
    entry,
    frobenius,
    hadamard,
    indexed_sum,
    is_complex,
    listed,
    of_several,
    partial,
    place,
    power,
    product,
    trace,
    transpose,
    unknown_function,
)
from texgrad.tidy import SQUARED_NORM, one_plus_exp

TWO = number(2)
ALONG = (FRECHET, INTEGRAL)  # what has a rule for the direction only
DENSE = 12  # leaves and operators of a product from which on its differential speaks of it by its name


def expand(e: Expr, scope: Scope) -> Expr:
    """d e with the outermost operator worked out; names, sums and numbers are passed through.

    Scalar functions of scalars are worked out together, as everybody does. NotDifferentiable where an operator has no
    rule, TooLong where the rule has more terms than anybody reads.
    """
    if not scope.varies(e):
        return zero(e.shape)
    through = THROUGH.get(e.op)
    if through is not None:
        return through(e, scope)
    if e.op is POWER and e.args[0].op is NORM and e.args[1] is TWO:
        return expand(SQUARED_NORM.apply(e) or e.args[0], scope)
    known = row_times(e, scope) or differential_of(e, lambda a: pending(a, scope), scope.varies, scope.meant)
    if known is not None:
        return known
    if e.op in (MAXIMUM, MINIMUM) and (row := listed(e.args[0])) is not None:  # d of the one that is largest
        body, index = row
        return indexed_sum(product(entry(place(e), index), pending(body, scope)), index)
    if is_function(e) or (e.op in ALONG and scope.varies(e.args[0])):
        raise NotDifferentiable(e.op, " where its exponent varies" if is_function(e) else " by the matrix")
    if of_several(e) and not e.data.order:
        return _by_arguments(e, scope)
    if e.op is TRACE and e.args[0].op is PRODUCT:
        return trace_of_sum(expand(e.args[0], scope))
    if e.op is PRODUCT and e.args[0].scalar:
        alone = [k for k, a in enumerate(e.args) if scope.varies(a)]
        if len(alone) == 1 and e.args[alone[0]].scalar:
            (k,) = alone
            d = expand(e.args[k], scope)
            before, after = e.args[:k], e.args[k + 1 :]
            return product(*before, *after, d) if holds(d, FROBENIUS) else product(*before, d, *after)
    if e.op is LOG and not e.scalar and (gain := of_log_softmax(e.args[0], scope)) is not None:
        return gain
    if e.op is LOG and (rates := (log_rates if e.scalar else entrywise_log_rates)(e.args[0], scope)) is not None:
        return rates
    return _by_rule(e, [_inner(e, a, scope) for a in e.args], scope)


def _by_arguments(e: Expr, scope: Scope) -> Expr:
    """d f(a, b) = ∂₁f da + ∇₂f:db, or with Jacobians for a vector, for those of the arguments that vary."""
    slope = unknown_function(e.data.derived(), e.args[0])
    parts: list[Expr] = []
    for k, cell in enumerate(e.args[0].args):
        if scope.varies(cell):
            own = partial(slope, k)
            step = _inner(e, cell, scope) if cell.scalar else pending(cell, scope)
            parts.append(product(own, step) if cell.scalar or not e.scalar else frobenius(own, step))
    return add(*parts)


def _of_name(e: Expr, scope: Scope) -> Expr:
    """dx of a variable, and of a name that of what it stands for; that of a density speaks of its name."""
    if scope.is_variable(e):
        return differential(e)
    definition = scope.definitions[e.data.name]
    rate = density_rates(definition, scope, least=0) if e.scalar else None
    return expand(definition, scope) if rate is None else product(e, rate)


def _of_multiple(e: Expr, scope: Scope) -> Expr:
    """The number times d of the rest, term by term where a rule makes a sum with a minus sign of it."""
    d = expand(e.args[0], scope)
    parts = terms(d)
    signs = (e.scalar and e.data < 0) or any(split(t)[0] < 0 for t in parts)
    return add(*(scale(e.data, t) for t in parts)) if signs and e.args[0].op is not SUM else scale(e.data, d)


# what d passes through: the operator is applied to the differential
PASSED: Mapping[Op, Callable[[Expr], Expr]] = {TRANSPOSE: transpose, CONJUGATE: conjugate}
THROUGH: Mapping[Op, Callable[[Expr, Scope], Expr]] = {
    SYMBOL: _of_name,
    SCALE: _of_multiple,
    SUM: lambda e, scope: add(*(expand(a, scope) for a in e.args)),
    INDEXED_SUM: lambda e, scope: indexed_sum(expand(e.args[0], scope), e.data),
    COLUMNS: lambda e, scope: columns(expand(e.args[0], scope), e.data),
    **dict.fromkeys(PASSED, lambda e, scope: PASSED[e.op](expand(e.args[0], scope))),
}


def density_rates(e: Expr, scope: Scope, least: int = DENSE) -> Expr | None:
    """d log f for a product f of numbers with an exponential in it, of which df is f times as much.

    None for other products, and for shorter ones than `least` leaves and operators.
    """
    body = split(e)[1]
    args = body.args if body.op is PRODUCT else (body,)
    if body.length < least or not all(a.scalar for a in args) or is_complex(body):
        return None
    if not any(a.op is EXP and scope.varies(a) for a in args):
        return None
    return _log_rate(body, scope)


def _log_rate(e: Expr, scope: Scope) -> Expr | None:
    """d log e for products and constant powers of numbers; None where an exponent varies."""
    if not scope.varies(e):
        return zero(e.shape)
    if e.op is EXP:
        own, d = split(_chained(e.args[0], scope))
        return add(*(scale(own, t) for t in terms(d)))
    if e.op is SCALE:
        return _log_rate(e.args[0], scope)
    if e.op is PRODUCT and e.args[-1].scalar:
        parts = [_log_rate(a, scope) for a in e.args]
        return None if None in parts else add(*(p for p in parts if p is not None))
    if e.op is POWER:
        rate = None if scope.varies(e.args[1]) else _log_rate(e.args[0], scope)
        return None if rate is None else add(*(product(e.args[1], t) for t in terms(rate)))
    return product(power(e, number(-1)), pending(e, scope))


# operators that pick one of several -> the properties of matrices for which several are the same, and in words
SAME: Mapping[Op, tuple[frozenset[str], str]] = {
    **dict.fromkeys((SPECTRAL, SINGULAR_VALUE), (
        frozenset(("orthogonal", "unitary", "skew-symmetric")), " of a matrix whose singular values are equal")),
    MAX_NORM: (frozenset(("skew-symmetric",)), " of a matrix whose largest entries come in pairs"),
}  # fmt: skip


def _by_rule(e: Expr, inner: list[Expr], scope: Scope) -> Expr:
    """d e by the rule of its operator, from the differentials of the arguments."""
    op = e.op
    if op in SAME and e.args[0].op is SYMBOL and not SAME[op][0].isdisjoint(e.args[0].data.assume):
        raise NotDifferentiable(op, SAME[op][1])
    if not op.analytic and any(map(is_complex, e.args)):
        if op.complex_differential is None or any(map(is_complex, e.args[1:])):
            raise NotDifferentiable(op, " of complex numbers")
        return op.complex_differential(*e.args, *inner, data=e.data)
    if op is BLOCK:
        return op(*inner, data=e.data)
    if op.elementwise:
        if op is LOG and not e.scalar and (u := one_plus_exp(e.args[0])) is not None:
            return hadamard(SIGMOID(u), pending(u, scope))
        slope = op.slope(e.args[0]) if op.slope else slope_by_sympy(op, e.args[0])
        return _behind_letters(slope, inner[0]) if e.scalar else hadamard(slope, inner[0])
    if op.differential is not None:
        return op.differential(*e.args, *inner, data=e.data)
    if op.moves is None:
        raise NotDifferentiable(op)
    return _product_rule(e, inner, scope)


def _behind_letters(slope: Expr, step: Expr) -> Expr:
    """The slope of a function of one number times the step of its argument, behind the letters in front of that."""
    own, body = split(step)
    args = body.args if body.op is PRODUCT else ()
    letters = tuple(takewhile(lambda a: a.op is SYMBOL and a.scalar, args))
    return scale(own, product(*letters, slope, *args[len(letters) :])) if letters else product(slope, step)


def _product_rule(e: Expr, inner: list[Expr], scope: Scope) -> Expr:
    """d of what is linear in each argument: one term for each that varies, denominators and conjugates last."""
    last = _conjugate if e.ops & COMPLEX.bit else _denominator
    places = sorted((k for k, a in enumerate(e.args) if scope.varies(a)), key=lambda k: last(e.args[k]))
    if e in scope.sides:
        beside = zip(scope.sides[e], sorted(places), strict=True)
        return add(*(product(*before, inner[k], *after) for (before, after), k in beside))
    if len(places) * len(e.args) > MANY:
        raise TooLong(f"a {e.op.name} of {len(e.args)} factors, of which {len(places)} vary")
    if e.op is PRODUCT and e.ops & COMPLEX.bit and e.args[-1].scalar:
        return add(*(product(*e.args[:k], *e.args[k + 1 :], inner[k]) for k in places))
    return add(*(e.op(*e.args[:k], inner[k], *e.args[k + 1 :], data=e.data) for k in places))


def trace_of_sum(e: Expr) -> Expr:
    """The trace, taken term by term."""
    return add(*(trace(t) for t in terms(e)))


def _denominator(e: Expr) -> bool:
    """Whether a factor stands in the denominator, whose differential is written last."""
    return e.scalar and e.op is POWER and split(e.args[1])[0] < 0


def _conjugate(e: Expr) -> bool:
    """Whether a factor is a conjugate, transposed or not, whose differential is written last."""
    return (e.args[0] if e.op is TRANSPOSE else e).op is CONJUGATE or _denominator(e)


def _inner(e: Expr, argument: Expr, scope: Scope) -> Expr:
    """The differential of one argument: worked out at once where it is scalar calculus, left pending elsewhere."""
    if e.scalar and argument.scalar and calculus(e):
        return _chained(argument, scope)
    return pending(argument, scope)


def _chained(e: Expr, scope: Scope) -> Expr:
    """d of a scalar, worked out as far as ordinary calculus goes, up to names and products of matrices."""
    if e.op in (SUM, SCALE):
        return rebuild(e, tuple(_chained(a, scope) for a in e.args))
    return expand(e, scope) if scope.varies(e) and calculus(e) else pending(e, scope)


def calculus(e: Expr) -> bool:
    """Whether the outermost operator of a scalar belongs to ordinary calculus."""
    return e.op.elementwise or e.op in (POWER, UNKNOWN_FUNCTION) or (e.op is PRODUCT and e.args[-1].scalar)


def opened(e: Expr, scope: Scope, later: Container[Expr] = ()) -> Expr:
    """`e` with every pending differential of a compound worked out by one operator, but for those of `later`."""

    def change(part: Expr) -> Expr | None:
        (inner,) = part.args
        return None if scope.is_variable(inner) or inner in later else expand(inner, scope)

    return transform(e, change, DIFFERENTIAL.bit, DIFFERENTIAL.bit)


def passed(e: Expr, scope: Scope) -> Expr:
    """`e` with d passed through sums, dropping what is constant."""

    def change(part: Expr) -> Expr | None:
        return add(*(pending(a, scope) for a in part.args[0].args)) if part.args[0].op is SUM else None

    return transform(e, change, DIFFERENTIAL.bit, DIFFERENTIAL.bit)


def awaited(e: Expr, scope: Scope) -> list[Expr]:
    """The compounds and names whose differential is still to be worked out."""
    walked = postorder(e, only=DIFFERENTIAL.bit)
    return [p.args[0] for p in walked if p.op is DIFFERENTIAL and not scope.is_variable(p.args[0])]


def depended_on(compounds: list[Expr], scope: Scope) -> frozenset[Expr]:
    """The names among them that others of them speak of: d of these is worked out first, and so d of a name once."""
    if len(compounds) < 2:
        return frozenset()
    names = {c.data.name: c for c in compounds if c.op is SYMBOL}
    compounds = [c.args[0] if c.op is CONJUGATE else c for c in compounds]
    spoken: set[str] = set()
    fresh = {n for c in compounds for n in scope.meant(c).free} if names else set()
    while fresh:
        spoken |= fresh
        fresh = {n for name in fresh if (d := scope.definitions.get(name)) is not None for n in d.free} - spoken
    return frozenset(c for name, c in names.items() if name in spoken)

