"""The derivative of a vector or a matrix: dy = J dx, and vec(dY) = J vec(dX)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from texgrad.algebra import (
    SCALE,
    SUM,
    Expr,
    add,
    holds,
    number,
    occurrences,
    postorder,
    scale,
    substitute,
    transform,
    zero,
)
from texgrad.engine.adjoints import NotMovable, bare, carries, steps_last
from texgrad.engine.answers import LONG, put_back
from texgrad.engine.conditions import conditions
from texgrad.engine.derivation import BY_COMPONENTS, Derivation, Line, Note, Question, Result, formulas
from texgrad.engine.differentials import awaited, expand, opened
from texgrad.engine.gradient import of_members
from texgrad.engine.laws import LINEARITY, laws, laws_opened
from texgrad.engine.letters import index_letters
from texgrad.engine.means import solutions_under_names
from texgrad.engine.nested import apart
from texgrad.engine.prepared import prepared
from texgrad.engine.scope import Scope
from texgrad.engine.state import State, fold, start
from texgrad.engine.wirtinger import asked_by, combined, complex_variable, keys
from texgrad.operators import (
    COLUMNS,
    DIFFERENTIAL,
    FROBENIUS,
    INDEXED_SUM,
    PRODUCT,
    TRANSPOSE,
    WHOLE_LINE,
    basis,
    conjugate,
    derivative,
    differential,
    entry,
    identity,
    indexed_sum,
    kronecker,
    part_of,
    product,
    single_entry,
    transpose,
    vec,
)
from texgrad.operators.kronecker import STACKING, commutation
from texgrad.shapes import ONE, Index
from texgrad.tidy import (
    DIAGONAL_TURNED,
    ENTRY_OF_PRODUCT,
    LOGISTIC,
    ONES_HADAMARD,
    SCALAR_BEHIND,
    VECTORS,
    apply,
    final,
    stacked,
    tabulated,
    with_norms,
)
from texgrad.wanted import Wanted


def derive_jacobian(question: Question) -> Derivation:
    """The derivation of the Jacobians of a vector or matrix function, one for every variable that is asked."""
    state = differential_lines(question)
    lines: list[Line] = []
    results: list[Result] = []
    for variable in question.variables:
        asked = [w for w in question.wanted if w.variable is variable]
        whole: dict[Expr, Expr] = {}
        for key in keys(variable, asked):
            own = asked_by(key, variable, asked)
            more, answers = _answers(state, key, own or [replace(w, variable=key, part="") for w in asked])
            lines += more
            results += answers if own else []
            whole[key] = answers[0].expression
        more, answers = combined(question.name, variable, asked, whole, answers[0].conditions, "jacobian")
        lines += more
        results += answers
    return Derivation(question, state.names, (*state.lines, *lines), tuple(results))


def differential_lines(question: Question) -> State:
    """dy with every differential worked out down to the variables, line by line."""
    scope, body, names = start(question)
    setup, _ = prepared(body, scope)
    state = State(question, scope, names, (), setup, body)
    used: list[str] = []
    first = fold(apart(_through(expand(setup, scope), scope, used)), state)
    unsaid = setup is not question.expression or question.name.data.name in first.free
    if unsaid and not question.named_by_author:
        state = state.line(setup, left=question.name)
    state = state.line(first, *dict.fromkeys((*laws(setup, scope), *used)), left=differential(question.name))
    while True:
        e, rules = apply(state.current, LOGISTIC, ONES_HADAMARD, SCALAR_BEHIND, DIAGONAL_TURNED, mark=VECTORS)
        if e is not state.current:
            state = state.line(e, *rules)
        elif awaited(state.current, scope):
            used = list(laws_opened(state.current, scope))
            after = apart(_through(opened(state.current, scope), scope, used))
            state = state.line(fold(after, state), *dict.fromkeys(used))
        else:
            return of_members(state)


def _through(e: Expr, scope: Scope, used: list[str]) -> Expr:
    """`e` with d passed on through the linear operators in it, down to names, variables and functions.

    used: to which the laws are added.
    """

    def linear(part: Expr) -> bool:
        inner = part.args[0] if part.op is DIFFERENTIAL else part
        return inner is not part and bool(inner.args) and inner.op.moves is not None

    at = DIFFERENTIAL.bit
    while passed := [p.args[0].op.law for p in postorder(e, only=at) if linear(p)]:
        used += (law for law in passed if law != LINEARITY)
        e = transform(e, lambda p: expand(p.args[0], scope) if linear(p) else None, at, at)
    return steps_last(e)


def jacobians(L: Expr) -> dict[Expr, Expr]:
    """For every variable X, the matrix J with vec(L) = Σ J vec(dX), for L linear in the differentials."""
    if bare(L):
        inner = L if L.op is DIFFERENTIAL else L.args[0]
        size = inner.shape[0] * inner.shape[1]
        J = identity(size) if L.op is DIFFERENTIAL else commutation(*inner.shape)
        return {inner.args[0]: J}
    if not carries(L):
        raise NotMovable(L)
    found: dict[Expr, list[Expr]] = {}
    for part in _parts(L):
        for variable, J in part.items():
            found.setdefault(variable, []).append(J)
    return {variable: add(*terms) if len(terms) > 1 else terms[0] for variable, terms in found.items()}


def _parts(L: Expr) -> Iterator[dict[Expr, Expr]]:
    """The Jacobians of the arguments of L, each as far as it is one of L."""
    if L.op is SUM:
        yield from map(jacobians, L.args)
    elif L.op is SCALE:
        yield {v: scale(L.data, J) for v, J in jacobians(L.args[0]).items()}
    elif L.op is INDEXED_SUM:
        yield {v: indexed_sum(J, L.data) for v, J in jacobians(L.args[0]).items()}
    elif L.op is COLUMNS:
        down = kronecker(basis(L.data), identity(L.shape[0]))
        yield {v: indexed_sum(product(down, J), L.data) for v, J in jacobians(L.args[0]).items()}
    elif L.op.vec is None:
        raise NotMovable(L)
    else:
        matrices = L.op.vec(STACKING, *L.args, data=L.data)
        for k, a in enumerate(L.args):
            if carries(a):
                yield {v: product(matrices[k], J) for v, J in jacobians(a).items()}


def _answers(state: State, variable: Expr, asked: list[Wanted]) -> tuple[list[Line], list[Result]]:
    f = state.question.name
    found = jacobians(state.current)
    J = tabulated(final(stacked(found[variable]))) if variable in found else None
    if J is None and complex_variable(variable):
        size = variable.shape[0] * variable.shape[1]
        J = zero((f.shape[0] * f.shape[1], size))
    if J is None:
        raise NotMovable(variable)
    one = len(found) == 1
    J = written(J, state)
    where = conditions(state.question, state.scope)
    lines: list[Line] = []
    entries = [w for w in asked if w.entry]
    if entries and not variable.scalar:
        return _entries(state, variable, entries, where)
    if variable.scalar:
        whole = beside_step(state.current, variable)
        if not holds(state.question.expression, FROBENIUS):
            whole = with_norms(whole, state.question.expression)
        lines.append(Line(derivative(f, variable, "scalar"), (written(whole, state),), note=where))
        return lines, [Result(w, lines[0].right[0], "jacobian", where) for w in asked]
    plain = f.shape[1] == ONE and variable.shape[1] == ONE
    right = product(J, vec(differential(variable)))
    if one and variable in found and right is not state.current:
        rules = ("like terms collected",) if plain else ("vec(AXB) = (Bᵀ⊗A) vec(X)",)
        lines.append(Line(None if plain else vec(differential(f)), (right,), rules=rules))
    turned = plain and all(w.turned for w in asked)
    answer = transpose(J) if turned or (f.scalar and all(w.transposed for w in asked)) else J
    kind = "turned" if turned else "jacobian" if plain else "vec"
    lines.append(Line(derivative(f, variable, kind), (answer,), note=(*where, *state.announced(answer))))
    results = [Result(w, answer, "jacobian", where) for w in asked]
    if not plain:
        component = _by_components(state, variable)
        if component is not None:
            lines.append(component)
    return lines, results


def _entries(
    state: State, variable: Expr, entries: list[Wanted], where: Note
) -> tuple[list[Line], list[Result]]:
    """∂Y/∂X_ij: dX is the single-entry matrix E_ij, or the basis vector e_i."""
    lines: list[Line] = []
    results: list[Result] = []
    for w in entries:
        if any(i.name == WHOLE_LINE for i in w.entry):
            raise NotMovable(part_of(variable, *w.entry))
        direction = single_entry(*w.entry) if len(w.entry) == 2 else basis(*w.entry)
        value = substitute(state.current, {differential(variable): direction})
        value = written(final(value), state)
        left = derivative(state.question.name, entry(variable, *w.entry), "component")
        lines.append(Line(left, (value,), rules=("components",), note=where))
        results.append(Result(w, value, "component", where))
    return lines, results


def beside_step(L: Expr, variable: Expr) -> Expr:
    """What stands beside dt, for a scalar variable t."""

    def change(part: Expr) -> Expr | None:
        if part.op is not DIFFERENTIAL:
            return None
        return number(1) if part.args[0] is variable else number(0) if part.args[0] is conjugate(variable) else None

    return final(transform(L, change))


def written(J: Expr, state: State) -> Expr:
    """The answer with the definitions put back where it stays short; the function is written again by its name."""
    own = formulas(state.names)
    f = state.question.name
    if not state.question.named_by_author and occurrences(J).get(f, 0) < 2:
        own[f] = state.question.expression
    deep = any(not own[s].free.isdisjoint(o.data.name for o in own) for s in own if s.data.name in J.free)
    full = final(put_back(J, own))
    full = J if deep or full.length > LONG else full
    full = in_own_names(full, state.question)
    plain = state.question.expression.ops & FROBENIUS.bit == 0
    return with_norms(full, state.question.expression) if plain else full


def in_own_names(e: Expr, question: Question) -> Expr:
    """`e` with the author's names for solutions of linear systems, the function's own among them."""
    itself = ((question.name, question.expression),) if question.named_by_author else ()
    return solutions_under_names(e, (*question.definitions, *itself))


def _by_components(state: State, variable: Expr) -> Line | None:
    """∂Y_kl/∂X_ij, where it comes out as a product of entries."""
    f = state.question.name
    if ONE in f.shape or ONE in variable.shape:
        return None
    k, m, i, j = _four_indices(state, variable)
    with_single = transform(
        state.current, lambda p: single_entry(i, j) if p.op is DIFFERENTIAL and p.args[0] is variable else None
    )
    value, used = apply(entry(with_single, k, m), ENTRY_OF_PRODUCT)
    if not used or any(p.op in (PRODUCT, TRANSPOSE, DIFFERENTIAL) and not p.scalar for p in postorder(value)):
        return None
    return Line(derivative(entry(f, k, m), entry(variable, i, j), "component"), (value,), note=(BY_COMPONENTS,))


def _four_indices(state: State, variable: Expr) -> tuple[Index, Index, Index, Index]:
    letters = index_letters(state.question, "klij")
    f = state.question.name
    sizes = (*f.shape, *variable.shape)
    k, m, i, j = (Index(n, s) for n, s in zip(letters, sizes, strict=False))
    return k, m, i, j
