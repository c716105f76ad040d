"""The gradient of a scalar function by its differential, line by line."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from texgrad.algebra import (
    SCALE,
    SUM,
    SYMBOL,
    Expr,
    add,
    holds,
    number,
    occurrences,
    postorder,
    scale,
    split,
    substitute,
    terms,
    transform,
)
from texgrad.engine.adjoints import NotMovable, flip, gradients, move, paired
from texgrad.engine.answers import (
    LONG,
    SEVERAL,
    SWELLING,
    awkward,
    component_line,
    keeps,
    once,
    positive_first,
    put_back,
    said_shorter,
    settled,
)
from texgrad.engine.conditions import conditions
from texgrad.engine.derivation import Derivation, Line, Note, Question, Result, Wanted
from texgrad.engine.differentials import Scope, has_pending, opened
from texgrad.engine.laws import laws, laws_opened
from texgrad.engine.members import selected
from texgrad.engine.names import new_name
from texgrad.engine.state import State, fold, start
from texgrad.engine.wirtinger import asked_by, combined, keys, other_member
from texgrad.operators import (
    DIAGONAL_MATRIX,
    DIFFERENTIAL,
    FROBENIUS,
    INDEXED_SUM,
    INVERSE,
    NORM,
    PARTIAL_TRACE,
    PRODUCT,
    TRACE,
    TRANSPOSE,
    conjugate,
    derivative,
    differential,
    factors,
    frobenius,
    hadamard,
    indexed_sum,
    is_complex,
    power,
    product,
    transpose,
)
from texgrad.shapes import ONE, Rational
from texgrad.tidy import (
    BASIS_TIMES_ONES,
    DIVISORS,
    LOG_OF_EXP,
    LOGISTIC,
    OF_KRONECKER,
    ONES_HADAMARD,
    PIECES,
    SINGLE_ENTRIES,
    SQUARED_MODULUS,
    SQUARED_NORM,
    TRACE_AS_FROBENIUS,
    apply,
    expanded,
    final,
    gathered,
    simplified,
    stacked,
    vectorised,
    with_moduli,
    with_norms,
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
    results, lines = _answers(state)
    return Derivation(question, state.names, (*state.lines, *lines), results)


def prepared(body: Expr, scope: Scope) -> tuple[Expr, tuple[str, ...]]:
    """The function in the form in which it is differentiated: norms and traces as Frobenius products."""
    plain, logs = apply(simplified(body), LOG_OF_EXP)
    whole = vectorised(_diagonals_as_vectors(plain, scope))
    whole = apply(whole if whole is body else simplified(whole), *OF_KRONECKER)[0]
    setup, rules = apply(whole, SQUARED_NORM, SQUARED_MODULUS, TRACE_AS_FROBENIUS)
    return _quadratic(setup, scope), (*logs, *(rules if whole in (body, plain) else ("sum as a product", *rules)))


def _diagonals_as_vectors(e: Expr, scope: Scope) -> Expr:
    """Diag(x)b as x∘b, where x varies."""

    def change(part: Expr) -> Expr | None:
        scalars, chain = factors(part)
        if not chain or chain[-1].shape[1] != ONE:
            return None
        for k in range(len(chain) - 2, -1, -1):
            if chain[k].op is DIAGONAL_MATRIX and scope.varies(chain[k]):
                chain = (*chain[:k], hadamard(chain[k].args[0], product(*chain[k + 1 :])))
        return product(*scalars, *chain)

    return transform(e, change, DIAGONAL_MATRIX.bit, PRODUCT.bit)


def _quadratic(e: Expr, scope: Scope) -> Expr:
    """aᵀF(X)b as abᵀ:F(X) and tr(AF(X)B) as AᵀBᵀ:F(X), where only the matrix F(X) varies."""
    if e.op in (SUM, SCALE, INDEXED_SUM):
        return e.op(*(_quadratic(a, scope) for a in e.args), data=e.data)
    if e.op is TRACE:
        return _paired(e, e.args[0].args if e.args[0].op is PRODUCT else (), scope)
    if e.op is not PRODUCT or not e.scalar:
        return e
    scalars, chain = factors(e)
    return product(*(_quadratic(s, scope) for s in scalars)) if scalars else _paired(e, chain, scope)


def _paired(e: Expr, chain: tuple[Expr, ...], scope: Scope) -> Expr:
    """A scalar chain or the trace of one as a Frobenius product with the one matrix in it that varies."""
    varied = [k for k, f in enumerate(chain) if scope.varies(f)]
    if len(varied) != 1 or ONE in chain[varied[0]].shape:
        return e
    (k,) = varied
    sides = (chain[:k], chain[k + 1 :])
    return frobenius(product(*(transpose(product(*side)) for side in sides if side)), chain[k])


def _opening(state: State, body: Expr, setup: Expr, rules: tuple[str, ...]) -> State:
    """f = …, and df with the outermost operator worked out."""
    f = state.question.name
    sides = (setup,) if setup is body or state.question.named_by_author else (body, setup)
    state = replace(state, lines=(Line(f, sides, "=", rules, _colon_note(setup)),))
    df = differential(setup)
    first = opened(df, state.scope) if df.op is not DIFFERENTIAL or setup.op is not SYMBOL else df
    return state.line(fold(first, state), *laws(setup, state.scope), left=differential(f))


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
    state = replace(state, lines=lines)
    df = scale(Fraction(factor) / 2, product(power(f, number(-1)), whole))
    return state.line(df, left=differential(f))


def _colon_note(e: Expr) -> Note:
    return ("Frobenius product",) if holds(e, FROBENIUS) else ()


def _worked_out(state: State) -> State:
    """Lines until every differential is one of a variable and stands at the end of its term."""
    for _ in range(10_000):
        e, rules = apply(state.current, LOGISTIC, ONES_HADAMARD, PIECES, DIVISORS)
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
        if not has_pending(state.current, state.scope):
            return state
        e, laws_used = fold(opened(state.current, state.scope), state), laws_opened(state.current, state.scope)
        state, e, note = _shortened(state, e) if state.layered else (state, e, ())
        state = state.line(e, *laws_used, note=note)
    raise RecursionError("a derivation of more than 10,000 lines")


def _set_aside(state: State) -> State:
    """The lines of a deep function without the terms that are finished, once there are several."""
    parts = terms(state.current)
    if not state.layered or len(parts) <= SEVERAL:
        return state
    finished = tuple(t for t in parts if not has_pending(t, state.scope) and _readable(t))
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
    for n in state.names:
        own[n.symbol] = substitute(n.definition, own)
    e = selected(state.current, state.question.variables, own)
    e = e if e is state.current else stacked(e)
    if e is state.current:
        return state
    (member, *_) = (v for v in state.question.variables if v.data.indices)
    return state.line(e, "linearity", note=("one member", differential(member)))


def _with_delta(state: State, e: Expr) -> State:
    """The moved line; what would be written again by the next step gets a name first."""
    state, e, note = _shortened(state, _joined(e, state))
    return state.line(e, "⟨G, L(dX)⟩ = ⟨L*G, dX⟩", note=note)


def _shortened(state: State, e: Expr) -> tuple[State, Expr, Note]:
    """A line with names for what the next one would write again, and what is said of them."""
    note: list[str | Expr] = []
    for t in terms(e):
        G, target = _target(t)
        if G is None or target is None or (target.scalar and not state.layered):
            continue
        if G.length < (6 if _branches(target, state) else SWELLING):
            continue
        name = new_name("delta", G, state.question, state.names, like=target)
        state = state.with_name(name)
        note += ["with", name.symbol]
        written = t if target.scalar else G
        e = substitute(e, {written: _scaled(t, name.symbol, target) if target.scalar else name.symbol})
    return state, e, tuple(note)


def _scaled(t: Expr, G: Expr, z: Expr) -> Expr:
    """The term G dz of a scalar z, as `t` is one."""
    own, body = split(t)
    if body.op is INDEXED_SUM:
        return scale(own, indexed_sum(_scaled(body.args[0], G, z), body.data))
    return scale(own, product(G, differential(z)))


def _joined(e: Expr, state: State) -> Expr:
    """Several terms G:dz of one name z made one, where what stands before dz is to get a name."""
    groups: dict[Expr, list[Expr]] = {}
    for t in terms(e):
        G, target = _target(t)
        if G is not None and target is not None and not (target.scalar or state.scope.is_variable(target)):
            groups.setdefault(target, []).append(t)
    for target, members in groups.items():
        if len(members) > 1 and sum(t.length for t in members) >= (6 if _branches(target, state) else SWELLING):
            G = add(*(scale(split(t)[0], split(t)[1].args[0]) for t in members))
            rest = [t for t in terms(e) if t not in members]
            e = add(*rest, _scaled_pair(gathered(G), target, False))
    return e


def _target(t: Expr) -> tuple[Expr | None, Expr | None]:
    """G and z of a term G:dz whose z is a name, or of G dz or Σ G dz whose z is one of a scalar."""
    body = split(t)[1]
    if body.op is FROBENIUS and body.args[1].op is DIFFERENTIAL and body.args[1].args[0].op is SYMBOL:
        return body.args[0], body.args[1].args[0]
    if body.op is INDEXED_SUM:
        body = split(body.args[0])[1]
    d = body.args[-1] if body.op is PRODUCT else body
    if d.op is DIFFERENTIAL and d.args[0].op is SYMBOL and d.scalar and body is not d:
        return product(*body.args[:-1]), d.args[0]
    return None, None


def _branches(target: Expr, state: State) -> bool:
    """Whether what stands before the differential of the name `target` is written several times from here on."""
    if state.scope.is_variable(target):
        return False
    return state.layered or len(terms(opened(differential(target), state.scope))) > 1


def _collected(state: State) -> State:
    """One term for every variable, where several have come about."""
    found = gradients(state.current)
    if all(len(parts) == 1 for parts in found.values()):
        return state
    total = []
    for variable, parts in found.items():
        row = all(r for _, r in parts)
        G = gathered(add(*(G for G, _ in parts)))
        total.append(_scaled_pair(G, variable, row))
    e = add(*total)
    return state if e is state.current else state.line(e, "like terms collected")


def _scaled_pair(G: Expr, variable: Expr, row: bool) -> Expr:
    own, body = split(G)
    return scale(own, paired(body, variable, row, differential(variable)))


def _put_back(state: State) -> State:
    """A line in which a name that stands for a plain product is written out again."""
    plain = {
        n.symbol: n.definition
        for n in state.names
        if n.introduced and split(n.definition)[1].op is PRODUCT and not n.symbol.scalar
        and all(_simple(a) for a in split(n.definition)[1].args)
    }  # fmt: skip
    found = gradients(state.current)
    if len(found) != 1 or len(next(iter(found.values()))) != 1:
        return state
    ((variable, ((G, row),)),) = found.items()
    direct = [a for a in factors(split(G)[1])[1] if (a.args[0] if a.op is TRANSPOSE else a) in plain]
    if not direct:
        return state
    back = substitute(G, plain)
    return state.line(_scaled_pair(back, variable, row), "definitions put back")


def _simple(e: Expr) -> bool:
    return e.op is SYMBOL or (e.op in (TRANSPOSE, INVERSE) and _simple(e.args[0]))


# --- answers ----------------------------------------------------------------------------------------------------------


def _answers(state: State) -> tuple[tuple[Result, ...], tuple[Line, ...]]:
    found = gradients(state.current)
    results: list[Result] = []
    lines: list[Line] = []
    whole: dict[Expr, tuple[Expr, ...]] = {}
    note = conditions(state.question, state.scope)
    for variable in state.question.variables:
        asked = [w for w in state.question.wanted if w.variable is variable]
        if variable.data.indices and any(other_member(v, variable) for v in found):
            raise NotMovable(differential(variable))
        for key in keys(variable, asked):
            whole[key] = answer_forms(add(*(G for G, _ in found.get(key, [(scale(0, variable), False)]))), state)
            more, answers = _read_off(state, key, asked_by(key, variable, asked), whole[key], note)
            if key is variable is not conjugate(key) in found:
                more[0] = replace(more[0], note=(*more[0].note, "conjugate independent", variable))
            lines += more
            results += answers
        last = {key: forms[-1] for key, forms in whole.items()}
        more, answers = combined(state.question.name, variable, asked, last, note)
        lines += more
        results += answers
    return tuple(results), tuple(lines)


def _read_off(
    state: State, key: Expr, asked: list[Wanted], whole: tuple[Expr, ...], note: Note
) -> tuple[list[Line], list[Result]]:
    """The line and the answers for the derivative by `key`, a variable or the conjugate of one."""
    kind = "transposed" if asked and all(w.transposed for w in asked) else ""
    forms = said_shorter(tuple(transpose(a) if kind else a for a in whole))
    said = ("partial trace",) if any(p.op is PARTIAL_TRACE for p in postorder(*forms)) else ()
    lines = [Line(derivative(state.question.name, key, kind), forms, "=", (), (*note, *said))]
    results: list[Result] = []
    for w in asked:
        if w.entry:
            line = component_line(state.question.name, replace(w, variable=key), whole[-1])
            lines.append(line)
            expression, layout = line.right[-1], "component"
        else:
            expression, layout = forms[-1], "gradient"
        results.append(Result(w, expression, layout, note))
    return lines, results


def answer_forms(G: Expr, state: State) -> tuple[Expr, ...]:
    """The answer as it is printed: with names, or with the definitions put back, or with names and multiplied out."""
    own = {state.question.name: state.question.expression}
    own |= {n.symbol: n.definition for n in state.names if n.introduced and not n.definition.op.noun}
    own = {s: d for s, d in own.items() if not keeps(G, s, d)}
    used = [s for s in own if s.data.name in G.free]
    if not used:
        return (positive_first(_plain(final(stacked(G)), state)),)
    G = gathered(G)
    if _swells(G, own):
        return (G,)
    G = with_moduli(settled(G, own), state.question.expression)
    used = [s for s in used if s.data.name in G.free]
    deep = any(not own[s].free.isdisjoint(o.data.name for o in own) for s in used if s is not state.question.name)
    full = final(stacked(put_back(G, own)))
    if deep and not (full.length <= G.length + 4 or once(full)):
        return (G,)
    if full.length > LONG:
        return (G,)
    if any(awkward(own[s]) for s in used):
        many = simplified(expanded(put_back(G, own)))
        return (G, many) if len(terms(many)) <= 3 and many.length <= LONG else (G,)
    return (positive_first(_plain(full, state)),)


def _swells(e: Expr, definitions: dict[Expr, Expr]) -> bool:
    """Whether `e` gets far too long with every name written out."""
    total, waiting = e.length, [(e, 1)]
    while waiting and total <= 4 * LONG:
        part, times = waiting.pop()
        for name, count in occurrences(part).items():
            definition = definitions.get(name)
            if definition is not None:
                total += times * count * (definition.length - 1)
                waiting.append((definition, times * count))
    return total > 4 * LONG


def _plain(G: Expr, state: State) -> Expr:
    """The answer without the signs of the derivation that its author does not use."""
    G = apply(G, SINGLE_ENTRIES, BASIS_TIMES_ONES)[0]
    G = with_moduli(G, state.question.expression)
    if holds(state.question.expression, FROBENIUS):
        return G
    return simplified(with_norms(G, state.question.expression))
