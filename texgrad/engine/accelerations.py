"""Second derivatives of vectors and matrices by numbers: d²Y/dt², from the differential of dY/dt."""

from __future__ import annotations

from dataclasses import replace

from texgrad.engine.derivation import Derivation, Line, Question, Result
from texgrad.engine.jacobian import beside_step, derive_jacobian, written
from texgrad.engine.second import second_derivative, slope_lines, slope_worked_out
from texgrad.operators import derivative
from texgrad.tidy import final
from texgrad.wanted import Wanted


def derive_acceleration(question: Question) -> Derivation:
    """The derivation of the second derivative of a vector or matrix by one number or two."""
    (wanted, *_) = question.wanted
    variable, second = wanted.variable, wanted.second or wanted.variable
    first = derive_jacobian(replace(question, wanted=(Wanted(variable),)))
    G, where = first.results[0].expression, first.results[0].conditions
    velocity = derivative(question.name, variable, "scalar")
    state = slope_worked_out(question, G, second)
    answer = written(final(beside_step(state.current, second)), state)
    left = second_derivative(question, variable, second)
    lines = *slope_lines(velocity, G, state), Line(left, (answer,), note=where)
    results = tuple(Result(w, answer, "jacobian", where) for w in question.wanted)
    return Derivation(question, state.names, lines, results)
