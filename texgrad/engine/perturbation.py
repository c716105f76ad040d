"""The perturbation way: f(X + ΔX) multiplied out, what is of second order dropped, the gradient read off."""

from __future__ import annotations

from fractions import Fraction

from texgrad.algebra import SCALE, SUM, Expr, add, number, postorder, scale, split, substitute, symbol, terms, zero
from texgrad.engine.adjoints import flip, gradients, moved
from texgrad.engine.derivation import INCREMENT, Derivation, Line, Name, Question, Result
from texgrad.operators import (
    FROBENIUS,
    HADAMARD,
    INDEXED_SUM,
    NORM,
    POWER,
    PRODUCT,
    TRACE,
    TRANSPOSE,
    WHOLE_LINE,
    application,
    derivative,
    differential,
    entry,
    frobenius,
    part_of,
    product,
    single_entry,
    symmetric,
    trace,
    transpose,
)
from texgrad.shapes import ONE, Index
from texgrad.tidy import MULTILINEAR, Identity, apply, expanded, final

POLYNOMIAL = frozenset({SUM, SCALE, PRODUCT, TRANSPOSE, TRACE, FROBENIUS, HADAMARD, INDEXED_SUM})
MANY = 8  # terms that a reader follows when everything is multiplied out


class NotPolynomial(Exception):
    """The function cannot be multiplied out around X; an operator stands in the way."""

    def __init__(self, inside: Expr) -> None:
        super().__init__(inside.op.name)


def _as_trace(e: Expr) -> Expr | None:
    """‖A‖² = tr(AAᵀ) and A:B = tr(ABᵀ); for vectors AᵀA."""
    if e.op is POWER and e.args[0].op is NORM and e.args[1] is number(2):
        A = e.args[0].args[0]
        return _traced(A, A)
    return _traced(*e.args) if e.op is FROBENIUS else None


def _traced(A: Expr, B: Expr) -> Expr:
    if A.shape[1] == ONE:
        return product(transpose(A), B)
    return trace(product(transpose(A), B) if symmetric(B) else product(A, transpose(B)))


AS_TRACE = Identity("‖A‖² = tr(AAᵀ)", _as_trace, (NORM, FROBENIUS))


def derive_perturbation(question: Question) -> Derivation:
    """The gradient of a scalar polynomial by one variable from f(X + ΔX)."""
    (variable,) = question.variables
    f = question.name
    start, norms = apply(_inlined(question), AS_TRACE)
    for part in postorder(start):
        if variable.data.name in part.free and part.op not in POLYNOMIAL and part is not variable:
            raise NotPolynomial(part)
    kind = ("symmetric",) if symmetric(variable) else ()
    step = symbol(INCREMENT + variable.data.name, variable.shape, kind)
    moved_on = substitute(start, {variable: add(variable, step)})
    whole = expanded(moved_on, MULTILINEAR | {INDEXED_SUM})
    first = [t for t in terms(whole) if _degree(t, step) == 1]
    constant = [t for t in terms(whole) if _degree(t, step) == 0]
    merged = _merged(first, step)
    G = final(add(zero(variable.shape), *(G for _, G in merged)))
    linear = [t for t, _ in merged]
    left = application(f, add(variable, step))
    lines = [] if question.named_by_author else [Line(f, (question.expression,))]
    lines.append(Line(left, (moved_on,), rules=norms))
    if len(terms(whole)) <= MANY:
        lines.append(Line(None, (whole,), rules=("multiplied out",)))
    if linear != first or len(first) + len(constant) < len(terms(whole)):
        relation = "≈" if len(first) + len(constant) < len(terms(whole)) else "="
        lines.append(Line(None, (add(number(0), *constant, *linear),), relation, ("terms of first order",)))
    pairing = frobenius(G, step)
    lines.append(Line(None, (add(application(f, variable), pairing),), rules=("A:B = tr(AᵀB)",)))
    lines.append(Line(derivative(f, variable), (G,)))
    results: list[Result] = []
    for w in question.wanted:
        if not w.entry:
            results.append(Result(w, G, "gradient"))
            continue
        results.append(Result(w, part_of(G, *w.entry), "component"))
        lines.append(_component(f, variable, G, w.entry))
    names = tuple(Name(s, definition, introduced=False) for s, definition in question.definitions)
    return Derivation(question, names, tuple(lines), tuple(results))


def _component(f: Expr, variable: Expr, G: Expr, at: tuple[Index, ...]) -> Line:
    left = derivative(f, part_of(variable, *at))
    if any(i.name == WHOLE_LINE for i in at):
        return Line(left, (part_of(G, *at),))
    sides = (entry(G, *at),) if len(at) == 1 else (frobenius(G, single_entry(*at)), entry(G, *at))
    return Line(left, sides, note=("with an increment along", single_entry(*at)) if len(at) == 2 else ())


def _inlined(question: Question) -> Expr:
    e = question.expression
    for symbol_, definition in reversed(question.definitions):
        e = substitute(e, {symbol_: definition})
    return e


def _degree(e: Expr, step: Expr) -> int:
    """How often ΔX is a factor of the term."""
    found: dict[Expr, int] = {}
    for part in postorder(e):
        if part is step:
            found[part] = 1
        elif part.op is SUM:
            found[part] = max(found[a] for a in part.args)
        else:
            found[part] = sum(found[a] for a in part.args)
    return found[e]


def _merged(first: list[Expr], step: Expr) -> list[tuple[Expr, Expr]]:
    """Terms of first order that have the same gradient, put together where the last of them stands."""
    kept: dict[Expr, tuple[Expr, Expr]] = {}
    for t in first:
        own, G = split(_gradient(t, step))
        _, body = split(t)
        before = kept.get(G)
        total = own if before is None else own + split(before[1])[0]
        share = Fraction(own) / (split(t)[0] or 1)
        kept[G] = (scale(total / share, body), scale(total, G))
    return list(kept.values())


def _gradient(t: Expr, step: Expr) -> Expr:
    d = differential(step)
    done = flip(moved(substitute(t, {step: d})))
    parts = [G for G, _ in gradients(done)[step]]
    return add(*parts)

