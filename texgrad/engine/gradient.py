"""The gradient of a scalar function by its differential, line by line."""

from __future__ import annotations

from fractions import Fraction

from texgrad.algebra import SYMBOL, Expr, add, holds, number, scale, split, substitute, terms, transform
from texgrad.engine.adjoints import flip, move, steps_last
from texgrad.engine.answers import SEVERAL, drawn_before, positive_first
from texgrad.engine.deltas import joined, met, scaled_pair, shortened
from texgrad.engine.derivation import MOST_WRITTEN, Derivation, Line, Name, Note, Question
from texgrad.engine.differentials import DENSE, awaited, density_rates, depended_on, expand, opened
from texgrad.engine.itself import in_itself
from texgrad.engine.laws import laws, laws_opened
from texgrad.engine.members import density_of_member, selected
from texgrad.engine.nested import apart
from texgrad.engine.prepared import prepared
from texgrad.engine.refused import TooLong
from texgrad.engine.results import answers_of
from texgrad.engine.state import State, fold, start
from texgrad.operators import (
    DIFFERENTIAL,
    DIFFERENTIAL_KEY,
    EXP,
    FROBENIUS,
    INDEXED_SUM,
    INVERSE,
    LOG,
    NORM,
    ONES,
    PRODUCT,
    TRANSPOSE,
    conjugate,
    differential,
    factors,
    frobenius,
    is_complex,
    power,
    product,
    transpose,
)
from texgrad.shapes import ONE, Rational
from texgrad.tidy import (
    DIVISORS,
    LOG_OF_EXP,
    LOGISTIC,
    ONES_HADAMARD,
    PIECES,
    SCALARS,
    apply,
    by_entries,
    gathered,
    stacked,
)


def derive_gradient(question: Question) -> Derivation:
    """The derivation of the gradients of a scalar function, one for every variable that is asked."""
    scope, body, names = start(question)
    setup, rules = prepared(body, scope)
    state = State(question, scope, names, (), setup, body)
    own, core = split(body)
    if core.op is NORM and scope.varies(core) and core.args[0].op is SYMBOL:
        state = _norm_opening(state, own, core)
    else:
        state = _opening(state, body, setup, rules)
    state = of_members(_worked_out(state).together())
    state = _collected(state)
    state = _put_back(state)
    results, lines = answers_of(state)
    lines, results, names = in_itself(question, lines, results)
    return Derivation(question, (*state.names, *names), (*state.lines, *lines), results)


def _opening(state: State, body: Expr, setup: Expr, rules: tuple[str, ...]) -> State:
    """f = …, and df with the outermost operator worked out."""
    f, said = state.question.name, state.question.expression
    if holds(said, INDEXED_SUM) and not holds(body, INDEXED_SUM):
        rules = ("sum as a product", *rules)
    elif said.ops & EXP.bit and said.ops & LOG.bit and apply(said, LOG_OF_EXP)[1]:
        rules = (LOG_OF_EXP.name, *rules)
    else:
        said = body
    sides = (setup,) if setup is said or state.question.named_by_author else (said, setup)
    state = state.having(lines=(Line(f, sides, "=", rules, _colon_note(setup)),))
    df = differential(setup)
    known = state.question.named_by_author and state.question.expression.length >= DENSE
    factors_of = split(setup)[1].args if split(setup)[1].op is PRODUCT else ()
    known = known and all(a.op is EXP for a in factors_of if state.scope.varies(a))  # not f/z for z eᶻ
    rates = density_rates(setup, state.scope, least=0 if known else DENSE)
    first = df if setup.op is SYMBOL else expand(setup, state.scope) if rates is None else product(f, rates)
    return state.line(steps_last(fold(first, state)), *laws(setup, state.scope), left=differential(f))


def _norm_opening(state: State, own: Rational, core: Expr) -> State:
    """f² = A:A and 2f df = 2A:dA, for a function that is a norm (times a number)."""
    f, A = state.question.name, core.args[0]
    factor = own * own
    square = scale(factor, frobenius(A, conjugate(A)))
    half = frobenius(conjugate(A), differential(A))
    whole = add(half, conjugate(half)) if is_complex(A) else scale(2, half)
    double = scale(factor, whole)
    lines: tuple[Line, ...] = (
        Line(power(f, number(2)), (square,), "=", ("definition of the norm",), _colon_note(square)),
        Line(scale(2, product(f, differential(f))), (double,), "=", ("product rule",)),
    )
    if not state.question.named_by_author:
        lines = (Line(f, (scale(own, core),), "="), *lines)
    state = state.having(lines=lines)
    df = scale(Fraction(factor) / 2, product(power(f, number(-1)), whole))
    return state.line(df, left=differential(f))


def _colon_note(e: Expr) -> Note:
    return (FROBENIUS.name,) if holds(e, FROBENIUS) else ()


def _worked_out(state: State) -> State:
    """Lines until every differential is one of a variable and stands at the end of its term."""
    written = 0
    while True:
        written += state.current.length
        if written > MOST_WRITTEN:
            raise TooLong(f"a derivation of more than {MOST_WRITTEN} letters and signs")
        e, rules = apply(state.current, LOGISTIC, ONES_HADAMARD, PIECES, DIVISORS, mark=SCALARS)
        if e is not state.current:
            state = state.line(e, *rules)
            continue
        e = move(state.current, state.scope)
        if e is not state.current:
            state = _set_aside(_with_delta(state, fold(e, state)))
            continue
        e = flip(state.current)
        if e is not state.current:
            state = state.line(e, "A:Bᵀ = Aᵀ:B")
            continue
        left = awaited(state.current, state.scope)
        if not left:
            return state
        e = met(state.current, state)
        if e is not state.current:
            state, e, note = shortened(state, e)
            state = state.line(e, "like terms collected", note=note)
            continue
        later = depended_on(left, state.scope)
        e = steps_last(fold(apart(opened(state.current, state.scope, later)), state))
        laws_used = laws_opened(state.current, state.scope, later)
        state, e, note = shortened(state, e) if state.layered else (state, e, ())
        state = state.line(e, *laws_used, note=note)


def _set_aside(state: State) -> State:
    """The lines of a deep function without the terms that are finished, once there are several."""
    parts = terms(state.current)
    if not state.layered or len(parts) <= SEVERAL:
        return state
    finished = tuple(t for t in parts if not awaited(t, state.scope) and _readable(t))
    if not SEVERAL <= len(finished) < len(parts):
        return state
    return state.without(finished, add(*(t for t in parts if t not in finished)))


def _readable(t: Expr) -> bool:
    """Whether the gradient can be read off."""
    body = split(t)[1]
    return body.op is FROBENIUS and body.args[1].op is DIFFERENTIAL


def of_members(state: State) -> State:
    """A line with the terms of the wanted members only, where the variables are members of families."""
    if not any(v.data.indices for v in state.question.variables):
        return state
    own: dict[Expr, Expr] = {}
    members: list[Name] = []
    for n in state.names:
        own[n.symbol] = substitute(n.definition, own)
    for n in state.names:
        member = density_of_member(n, own[n.symbol], state.question.variables)
        if member is not None:
            own[n.symbol] = member.symbol
            members.append(member)
    e = selected(state.current, state.question.variables, own)
    if members:
        state = state.having(names=(*state.names, *(m for m in members if m.symbol.data.name in e.free)))
    e = e if e is state.current else by_entries(stacked(e))
    if e is state.current:
        return state
    moving = (differential(v) for v in state.question.variables if v.data.indices)
    return state.line(e, "linearity", note=("members", *moving))


def _with_delta(state: State, e: Expr) -> State:
    """The moved line; what would be written again by the next step gets a name first."""
    state, e, note = shortened(state, joined(_met(_totals(e)), state))
    return state.line(e, "⟨G, L(dX)⟩ = ⟨L*G, dX⟩", note=note)


def _totals(e: Expr) -> Expr:
    """𝟏ᵀy for y:𝟏, where y does not vary."""

    def change(part: Expr) -> Expr | None:
        y, ones = part.args
        whole = ones.op is ONES and ones.shape[1] == ONE and DIFFERENTIAL_KEY not in y.free
        return product(transpose(ones), y) if whole else None

    return transform(e, change, ONES.bit, FROBENIUS.bit)


def _met(e: Expr) -> Expr:
    """2a:dx for aᵀdx + a:dx."""
    pairs = {split(t)[1].args for t in terms(e) if split(t)[1].op is FROBENIUS}

    def one(t: Expr) -> Expr:
        own, body = split(t)
        scalars, chain = factors(body)
        if scalars or len(chain) != 2 or (transpose(chain[0]), chain[1]) not in pairs:
            return t
        return scale(own, frobenius(transpose(chain[0]), chain[1]))

    return add(*map(one, terms(e))) if pairs else e


def _collected(state: State) -> State:
    """One term for every variable, where several have come about."""
    found = state.gradients
    if all(len(parts) == 1 for parts in found.values()):
        return state
    total = []
    for variable, parts in found.items():
        row = all(r for _, r in parts)
        G = positive_first(drawn_before(gathered(add(*(G for G, _ in parts))), state.question.name))
        total.append(scaled_pair(G, variable, row))
    e = add(*total)
    return state if e is state.current else state.line(e, "like terms collected")


def _put_back(state: State) -> State:
    """A line in which a name that stands for a plain product is written out again."""
    plain = {
        n.symbol: n.definition
        for n in state.names
        if n.introduced and split(n.definition)[1].op is PRODUCT and not n.symbol.scalar
        and all(_simple(a) for a in split(n.definition)[1].args)
    }  # fmt: skip
    found = state.gradients
    if len(found) != 1 or len(next(iter(found.values()))) != 1:
        return state
    ((variable, ((G, row),)),) = found.items()
    direct = [a for a in factors(split(G)[1])[1] if (a.args[0] if a.op is TRANSPOSE else a) in plain]
    if not direct:
        return state
    back = substitute(G, plain)
    return state.line(scaled_pair(back, variable, row), "definitions put back")


def _simple(e: Expr) -> bool:
    return e.op is SYMBOL or (e.op in (TRANSPOSE, INVERSE) and _simple(e.args[0]))




