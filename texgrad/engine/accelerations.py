"""Second derivatives of vectors and matrices by numbers: d²Y/dt², from the differential of dY/dt."""

from __future__ import annotations

from dataclasses import replace

from texgrad.algebra import symbol
from texgrad.engine.derivation import Derivation, Line, Question, Result
from texgrad.engine.jacobian import beside_step, derive_jacobian, differential_lines, written
from texgrad.operators import derivative, differential, mixed_derivative
from texgrad.tidy import final
from texgrad.wanted import Wanted


def derive_acceleration(question: Question) -> Derivation:
    """The derivation of the second derivative of a vector or matrix by one number or two."""
    (wanted, *_) = question.wanted
    variable, second = wanted.variable, wanted.second or wanted.variable
    first = derive_jacobian(replace(question, wanted=(Wanted(variable),)))
    G, where = first.results[0].expression, first.results[0].conditions
    velocity = derivative(question.name, variable, "scalar")
    state = differential_lines(
        replace(question, name=symbol("?slope", G.shape), expression=G, wanted=(Wanted(second),), named_by_author=True)
    )
    answer = written(final(beside_step(state.current, second)), state)
    left = derivative(question.name, variable, "hessian")
    if second is not variable:
        left = mixed_derivative(question.name, variable, second)
    lines = (
        Line(velocity, (G,)), replace(state.lines[0], left=differential(velocity)), *state.lines[1:],
        Line(left, (answer,), note=where),
    )  # fmt: skip
    results = tuple(Result(w, answer, "jacobian", where) for w in question.wanted)
    return Derivation(question, state.names, lines, results)
