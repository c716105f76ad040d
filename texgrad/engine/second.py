"""What all second derivatives have in common: the differential of a first one, and how they are called."""

from __future__ import annotations

from dataclasses import replace

from texgrad.algebra import Expr, symbol
from texgrad.engine.derivation import Line, Question
from texgrad.engine.jacobian import differential_lines
from texgrad.engine.state import State
from texgrad.operators import derivative, differential, is_complex, mixed_derivative
from texgrad.wanted import Wanted


def slope_worked_out(question: Question, slope: Expr, by: Expr, name: Expr | None = None) -> State:
    """The differential of a first derivative, line by line down to that of `by`; `name` stands for the derivative."""
    below = symbol("?slope", slope.shape, ("complex",) if is_complex(slope) else ()) if name is None else name
    return differential_lines(
        replace(question, name=below, expression=slope, wanted=(Wanted(by),), named_by_author=True)
    )


def slope_lines(left: Expr, slope: Expr, state: State) -> tuple[Line, ...]:
    """A first derivative, called `left`, and the lines of its differential."""
    first, *others = state.lines
    nouns = [n.symbol for n in state.worded if n.symbol.data.name in slope.free]
    said = tuple(part for noun in dict.fromkeys(nouns) for part in ("with", noun))
    note = first.note[len(said) :] if first.note[: len(said)] == said else first.note
    return Line(left, (slope,), note=said), replace(first, left=differential(left), note=note), *others


def second_derivative(question: Question, variable: Expr, second: Expr) -> Expr:
    """The second derivative of the function by one variable, or by two, as a name."""
    if second is variable:
        return derivative(question.name, variable, "hessian")
    return mixed_derivative(question.name, variable, second)
