"""Second derivatives by complex variables: the differential of ∂f/∂z, read off as H dz + H′ dz^*.

∂²f/∂z∂z^H has rows that belong to z and columns that belong to z^* (Kreutz-Delgado, The complex gradient operator and
the CR-calculus, 2009, section 5).
"""

from __future__ import annotations

from dataclasses import replace

from texgrad.algebra import zero
from texgrad.engine.adjoints import NotMovable
from texgrad.engine.derivation import Derivation, Line, Question, Result
from texgrad.engine.gradient import derive_gradient
from texgrad.engine.hessian import written_out
from texgrad.engine.jacobian import jacobians, written
from texgrad.engine.second import slope_lines, slope_worked_out
from texgrad.engine.wirtinger import CONJUGATE, PLAIN, by
from texgrad.operators import derivative, entry, mixed_derivative
from texgrad.tidy import alike, final, tabulated, with_moduli, with_norms
from texgrad.wanted import Wanted


def derive_complex_hessian(question: Question) -> Derivation:
    """The derivation of a second derivative of a scalar function by complex variables or their conjugates."""
    (wanted, *_) = question.wanted
    variable, second = wanted.variable, wanted.second or wanted.variable
    parts = {wanted.part, wanted.second_part}
    if wanted.entry or wanted.second_entry or not parts <= {PLAIN, CONJUGATE}:
        raise NotMovable(entry(variable, *wanted.entry) if wanted.entry else variable)
    first = derive_gradient(replace(question, wanted=(Wanted(variable, part=wanted.part),)))
    G = written_out(first)
    x, y = by(variable, wanted.part), by(second, wanted.second_part)
    gradient = derivative(question.name, x)
    state = slope_worked_out(question, G, second)
    found = jacobians(state.current)
    size = (x.shape[0] * x.shape[1], y.shape[0] * y.shape[1])
    H = final(found[y]) if y in found else zero(size)
    f = question.expression
    H = tabulated(written(final(alike(final(with_norms(with_moduli(H, f), f)))), state))
    where = first.results[0].conditions
    left = mixed_derivative(question.name, x, y)
    answer = Line(left, (H,), note=(*where, *(("conjugate independent", second) if len(found) > 1 else ())))
    results = tuple(Result(w, H, "jacobian", where) for w in question.wanted)
    return Derivation(question, state.names, (*slope_lines(gradient, G, state), answer), results)
