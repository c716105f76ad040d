"""Second derivatives: the differential of the gradient, read off as d∇f = H dx."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from texgrad.algebra import (
    SYMBOL,
    Expr,
    Op,
    holds,
    is_zero,
    number,
    postorder,
    scale,
    split,
    substitute,
    symbol,
    zero,
)
from texgrad.engine.adjoints import NotMovable
from texgrad.engine.answers import keeps, put_back, said_longer, said_shorter
from texgrad.engine.derivation import BY_COMPONENTS, Derivation, Line, Name, Question, Result, changed, formulas
from texgrad.engine.gradient import derive_gradient
from texgrad.engine.jacobian import jacobians
from texgrad.engine.letters import new_name
from texgrad.engine.second import second_derivative, slope_lines, slope_worked_out
from texgrad.engine.state import State
from texgrad.operators import (
    EXP,
    FROBENIUS,
    POWER,
    SOFTMAX,
    TRANSPOSE,
    derivative,
    differential,
    entry,
    factors,
    mixed_derivative,
    power,
    product,
    reciprocal,
    transpose,
    vec,
)
from texgrad.operators.transposes import SYMMETRIC, untied
from texgrad.shapes import ONE
from texgrad.tidy import ONES_HADAMARD, SCALAR_BEHIND, alike, apply, final, tabulated, with_norms
from texgrad.wanted import Wanted


def derive_hessian(question: Question) -> Derivation:
    """The derivation of the Hessian of a scalar function by one variable; for a matrix variable, of its vec."""
    (wanted, *_) = question.wanted
    variable, second = wanted.variable, wanted.second or wanted.variable
    first = derive_gradient(replace(question, wanted=(Wanted(variable),)))
    G = written_out(first)
    named = with_nouns(question, first)
    gradient = derivative(question.name, variable, "gradient")
    name = _probabilities(G, question)
    if name is None:
        G = written_out(first, shorter=SOFTMAX)
        state = slope_worked_out(named, G, second)
        lines, step = slope_lines(gradient, G, state), differential(gradient)
    else:
        state, step = slope_worked_out(named, G, second, name.symbol), differential(name.symbol)
        folded = replace(_folded(state.lines[-1], name), left=step)
        lines = Line(gradient, (name.symbol,), note=("with", name.symbol)), folded
    current = lines[-1].right[-1]
    names = state.names if name is None else (*state.names, name)
    H = _matrix(state, current, G, second, question.expression)
    plain = variable.shape[1] == ONE
    right = product(H, vec(differential(second)))
    if right is not current and not is_zero(H):
        start = None if plain else vec(step)
        lines += (Line(start, (right,), rules=("like terms collected" if plain else "vec(AXB) = (Bᵀ⊗A) vec(X)",)),)
    where = first.results[0].conditions
    left = second_derivative(question, variable, second)
    forms = said_shorter((H,))
    components = [
        _component(question.name, w, forms[-1]) if w.entry or w.second_entry else None for w in question.wanted
    ]
    results = tuple(
        Result(w, forms[-1], "jacobian", where) if own is None else Result(w, own.right[0], "component", where)
        for w, own in zip(question.wanted, components, strict=True)
    )
    return Derivation(question, names, (*lines, Line(left, forms, note=where), *filter(None, components)), results)


def _matrix(state: State, current: Expr, G: Expr, second: Expr, function: Expr) -> Expr:
    """The Hessian of a function, read off the differential of its gradient G."""
    shape = (G.shape[0] * G.shape[1], second.shape[0] * second.shape[1])
    H = tabulated(final(jacobians(current)[second])) if second.data.name in current.free else zero(shape)
    own = formulas(state.names)
    H = final(put_back(H, {s: d for s, d in own.items() if not keeps(H, s, put_back(d, own))}))
    return H if holds(function, FROBENIUS) else final(alike(final(with_norms(H, function))))


def _component(f: Expr, w: Wanted, H: Expr) -> Line:
    """∂²f/∂xᵢ∂yⱼ: an entry of the matrix of second derivatives by vectors."""
    x, y, to = w.variable, w.second or w.variable, w.second_entry if w.second is not None else w.entry
    whole = [v for v, at in ((x, w.entry), (y, to)) if not at and not v.scalar]
    if len(w.entry) > 1 or len(to) > 1 or whole:  # ∂²f/∂xᵢ∂xᵀ is a row
        raise NotMovable(entry(x, *w.entry) if w.entry else entry(y, *to))
    sides = (entry(v, *at) if at else v for v, at in ((x, w.entry), (y, to)))
    picked = entry(H if w.entry else transpose(H), *w.entry, *to)
    return Line(mixed_derivative(f, *sides), (picked,), rules=("components",))


def freed(question: Question) -> tuple[Question, Mapping[Expr, Expr]]:
    """The question about copies of the variables whose entries are not tied to one another, and what they stand for.

    The transposes that a symmetric variable hides would be missing in the second derivative.
    """
    copies: dict[Expr, Expr] = {}
    for v in (*question.variables, *question.moving):
        if not SYMMETRIC.isdisjoint(v.data.assume):
            copies[v] = symbol(v.data.name, v.shape, untied(v.data.assume), v.data.indices)
    if not copies:
        return question, {}
    free = replace(
        question,
        expression=substitute(question.expression, copies),
        wanted=tuple(replace(w, variable=copies.get(w.variable, w.variable),
                             second=None if w.second is None else copies.get(w.second, w.second))
                     for w in question.wanted),
        definitions=tuple((s, substitute(d, copies)) for s, d in question.definitions),
    )
    return free, {copy: v for v, copy in copies.items()}


def tied(derivation: Derivation, question: Question, originals: Mapping[Expr, Expr]) -> Derivation:
    """The derivation of a freed question with the variables themselves in place of their copies."""
    if not originals:
        return derivation
    done = changed(derivation, lambda e: substitute(e, originals))
    results = tuple(
        replace(r, expression=final(r.expression), wanted=w) for r, w in zip(done.results, question.wanted, strict=True)
    )
    turned = any(p.op is TRANSPOSE and p.args[0] in originals for p in postorder(derivation.question.expression))
    if turned:  # by single entries the function would be another one without these transposes
        done = replace(done, lines=tuple(line for line in done.lines if BY_COMPONENTS not in line.note))
    lines = list(done.lines)
    said = [k for k, line in enumerate(lines) if line.right[-1] is done.results[-1].expression]
    for k in said[-1:]:
        lines[k] = replace(lines[k], right=(results[-1].expression,))
    return replace(done, question=question, lines=tuple(lines), results=results)


def _plain(first: Derivation) -> dict[Expr, Expr]:
    """What the names of a first derivative stand for, that of the function among them."""
    return {first.question.name: first.question.expression, **formulas(first.names)}


def with_nouns(question: Question, first: Derivation) -> Question:
    """The question with the names of a first derivative that stand for what only words can say."""
    own = _plain(first)
    nouns = tuple((n.symbol, put_back(n.definition, own)) for n in first.names if n.definition.op.noun)
    taken = question.taken | {symbol.data.name for symbol, _ in nouns}
    return replace(question, definitions=(*question.definitions, *nouns), taken=taken) if nouns else question


def written_out(first: Derivation, shorter: Op | None = None) -> Expr:
    """The gradient with the names in it put back; said shorter only where that takes the operator `shorter`."""
    own = _plain(first)
    forms = first.lines[-1].right
    chosen = forms[-1] if shorter is not None and forms[-1].ops & shorter.bit else said_longer(forms)
    return final(put_back(chosen, own))


def _probabilities(G: Expr, question: Question) -> Name | None:
    """A name for a gradient of the form exp(x)/s, which comes back in its own differential."""
    _, body = split(G)
    scalars, chain = factors(body)
    over = any(map(reciprocal, scalars))
    if not over or len(chain) != 1 or chain[0].op is not EXP or chain[0].args[0].op is not SYMBOL:
        return None
    return new_name("probabilities", G, question, ())


def _folded(line: Line, name: Name) -> Line:
    """The line with v = s·p put in where p = v/s, so that p comes back and s cancels."""
    own, body = split(name.definition)
    scalars, chain = factors(body)
    keep = {s.args[0] if s.op is POWER else s: symbol(f"?{k}") for k, s in enumerate(scalars)}
    inverse = [power(substitute(s, keep), number(-1)) for s in scalars]
    v = scale(Fraction(1) / own, product(*inverse, name.symbol))
    back = {symbol: s for s, symbol in keep.items()}

    def fold(e: Expr) -> Expr:
        folded = substitute(substitute(substitute(e, keep), {chain[0]: v}), back)
        return apply(folded, ONES_HADAMARD, SCALAR_BEHIND)[0]

    return replace(line, right=tuple(map(fold, line.right)))


