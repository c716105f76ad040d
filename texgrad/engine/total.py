"""The differential itself as the answer, and what follows from it: derivatives along a direction and at a point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from texgrad.algebra import Expr, add, holds, postorder, substitute
from texgrad.engine.adjoints import paired
from texgrad.engine.answers import put_back
from texgrad.engine.conditions import conditions
from texgrad.engine.derivation import Derivation, Line, Name, Question, Result, formulas
from texgrad.engine.gradient import derive_gradient
from texgrad.engine.jacobian import differential_lines
from texgrad.engine.letters import noun_name
from texgrad.engine.traces import in_traces
from texgrad.engine.wirtinger import CONJUGATE, PLAIN, complex_variable
from texgrad.operators import (
    DERIVATIVE,
    FROBENIUS,
    conjugate,
    differential,
    directional_derivative,
    evaluated,
)
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
        sides: tuple[Expr, ...] = (total,)
        if (worth := dict(question.definitions).get(step)) is not None:  # \dot x = Ax
            total = final(substitute(total, {step: worth}))
            sides = (*sides, total)
        lines.append(Line(directional_derivative(f, wanted.variable, wanted.extra), sides, note=where))
        return replace(whole, lines=tuple(lines), results=(Result(wanted, total, "component", where),))
    if lines[-1].right[-1] is not total:
        lines.append(Line(None, (total,), note=where))
    return replace(whole, lines=tuple(lines), results=(Result(wanted, total, "differential", where),))


def _scalar(question: Question) -> tuple[Derivation, Expr]:
    both = {w: (PLAIN, CONJUGATE) if complex_variable(w.variable) else (w.part,) for w in question.wanted}
    plain = tuple(replace(w, form="", extra=None, part=part) for w in question.wanted for part in both[w])
    whole = replace(derive_gradient(replace(question, wanted=plain)), question=question)
    own = formulas(whole.names) | {question.name: question.expression}
    terms = (_paired(put_back(r.expression, own), r.wanted) for r in whole.results)
    total = add(*terms)
    colons = holds(question.expression, FROBENIUS)
    return whole, total if colons else in_traces(total)


def _paired(G: Expr, wanted: Wanted) -> Expr:
    d = differential(wanted.variable)
    d = conjugate(d) if wanted.part == CONJUGATE else d
    return paired(G, d, True, d)


def _array(question: Question) -> tuple[Derivation, Expr]:
    state = differential_lines(question)
    total = put_back(state.current, formulas(state.names))
    result = Result(question.wanted[0], total, "differential", conditions(state.question, state.scope))
    return Derivation(question, state.names, state.lines, (result,)), total


def _claimed(lines: Sequence[Line], answer: Expr) -> Expr:
    """The derivative that the answer is: of a matrix, that of its vec and none of its components."""
    found = [(line.left, line.right[-1]) for line in lines if line.left is not None and line.left.op is DERIVATIVE]
    return next((left for left, right in reversed(found) if right is answer), found[-1][0])


def _worded(e: Expr, question: Question, names: tuple[Name, ...]) -> tuple[Name, ...]:
    """Names for what `e` speaks of and only words can say."""
    found: tuple[Name, ...] = ()
    for part in postorder(e):
        found = (*found, noun_name(part, question, (*names, *found))) if part.op.noun else found
    return found


def at_points(whole: Derivation) -> Derivation:
    """The derivation with the wanted derivatives worked out at their points."""
    if all(r.wanted.form != "at" for r in whole.results):
        return whole
    lines, results, names = list(whole.lines), [], whole.names
    for r in whole.results:
        point = r.wanted.extra
        if r.wanted.form != "at" or point is None:
            results.append(r)
            continue
        own = {n.symbol: n.definition for n in whole.names} | {whole.question.name: whole.question.expression}
        value = final(substitute(put_back(r.expression, own), {r.wanted.variable: point}))
        worded = _worded(value, whole.question, names)
        value = substitute(value, {n.definition: n.symbol for n in worded})
        names, said = (*names, *worded), tuple(part for n in worded for part in ("with", n.symbol))
        general = _claimed(lines, r.expression)
        lines.append(Line(evaluated(general, r.wanted.variable, point), (value,), note=said))
        results.append(replace(r, expression=value))
    return replace(whole, lines=tuple(lines), results=tuple(results), names=names)
