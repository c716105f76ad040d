"""The differential itself as the answer, and what follows from it: derivatives along a direction and at a point."""

from __future__ import annotations

from dataclasses import replace

from texgrad.algebra import Expr, add, holds, substitute
from texgrad.engine.answers import put_back
from texgrad.engine.conditions import conditions
from texgrad.engine.derivation import Derivation, Line, Question, Result
from texgrad.engine.gradient import derive_gradient
from texgrad.engine.jacobian import differential_lines
from texgrad.engine.traces import in_traces
from texgrad.engine.wirtinger import CONJUGATE, PLAIN, complex_variable
from texgrad.operators import (
    DERIVATIVE,
    FROBENIUS,
    conjugate,
    differential,
    directional_derivative,
    evaluated,
    frobenius,
    product,
    transpose,
)
from texgrad.shapes import ONE
from texgrad.tidy import final
from texgrad.wanted import Wanted


def derive_total(question: Question) -> Derivation:
    """df as a sum over the variables, or, along a direction, what it is worth there."""
    whole, total = (_scalar if question.expression.scalar else _array)(question)
    (wanted, *_), f, where = question.wanted, question.name, whole.results[0].conditions
    lines = [line for line in whole.lines if line.left is None or line.left.op is not DERIVATIVE]
    if wanted.form == "direction" and wanted.extra is not None:
        d, step = differential(wanted.variable), wanted.extra
        total = final(substitute(total, {d: step, conjugate(d): conjugate(step)}))
        lines.append(Line(directional_derivative(f, wanted.variable, wanted.extra), (total,), note=where))
        return replace(whole, lines=tuple(lines), results=(Result(wanted, total, "component", where),))
    if lines[-1].right[-1] is not total:
        lines.append(Line(None, (total,), note=where))
    return replace(whole, lines=tuple(lines), results=(Result(wanted, total, "differential", where),))


def _scalar(question: Question) -> tuple[Derivation, Expr]:
    both = {w: (PLAIN, CONJUGATE) if complex_variable(w.variable) else (w.part,) for w in question.wanted}
    plain = tuple(replace(w, form="", extra=None, part=part) for w in question.wanted for part in both[w])
    whole = replace(derive_gradient(replace(question, wanted=plain)), question=question)
    own = {n.symbol: n.definition for n in whole.names if n.introduced} | {question.name: question.expression}
    terms = (_paired(put_back(r.expression, own), r.wanted) for r in whole.results)
    total = add(*terms)
    colons = holds(question.expression, FROBENIUS)
    return whole, total if colons else in_traces(total)


def _paired(G: Expr, wanted: Wanted) -> Expr:
    d = differential(wanted.variable)
    d = conjugate(d) if wanted.part == CONJUGATE else d
    return product(transpose(G), d) if d.shape[1] == ONE else frobenius(G, d)


def _array(question: Question) -> tuple[Derivation, Expr]:
    state = differential_lines(question)
    own = {n.symbol: n.definition for n in state.names if n.introduced}
    total = put_back(state.current, own)
    result = Result(question.wanted[0], total, "differential", conditions(state.question, state.scope))
    return Derivation(question, state.names, state.lines, (result,)), total


def at_points(whole: Derivation) -> Derivation:
    """The derivation with the wanted derivatives worked out at their points."""
    if all(r.wanted.form != "at" for r in whole.results):
        return whole
    lines, results = list(whole.lines), []
    for r in whole.results:
        point = r.wanted.extra
        if r.wanted.form != "at" or point is None:
            results.append(r)
            continue
        own = {n.symbol: n.definition for n in whole.names} | {whole.question.name: whole.question.expression}
        value = final(substitute(put_back(r.expression, own), {r.wanted.variable: point}))
        general = next(line.left for line in reversed(lines) if line.left is not None and line.left.op is DERIVATIVE)
        assert general is not None
        lines.append(Line(evaluated(general, r.wanted.variable, point), (value,)))
        results.append(replace(r, expression=value))
    return replace(whole, lines=tuple(lines), results=tuple(results))
