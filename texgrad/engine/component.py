"""The component way: the same derivation along a single-entry matrix, ∂f/∂X_ij = G:E_ij = G_ij."""

from __future__ import annotations

from dataclasses import replace

from texgrad.algebra import Expr, transform
from texgrad.engine.answers import component_line
from texgrad.engine.derivation import Derivation, Line, Question
from texgrad.engine.gradient import derive_gradient
from texgrad.engine.letters import index_letters
from texgrad.operators import DERIVATIVE, DIFFERENTIAL, WHOLE_LINE, basis, derivative, entry, single_entry
from texgrad.shapes import ONE, Index
from texgrad.wanted import Wanted


def derive_component(question: Question) -> Derivation:
    """The gradient of a scalar function, worked out for one entry of one variable."""
    whole = derive_gradient(question)
    (variable, *_) = question.variables
    if variable.scalar or any(i.name == WHOLE_LINE for w in question.wanted for i in w.entry):
        return whole
    at = next((w.entry for w in question.wanted if w.entry), None) or _indices(question, variable)
    x = entry(variable, *at)
    direction = basis(*at) if len(at) == 1 else single_entry(*at)

    def along(e: Expr) -> Expr:
        return transform(e, lambda p: _replaced(p, variable, x, direction))

    lines: list[Line] = []
    for line in whole.lines:
        if line.left is not None and line.left.op is DERIVATIVE:
            continue
        left = None if line.left is None else along(line.left)
        lines.append(replace(line, left=left, right=tuple(map(along, line.right))))
    last = component_line(question.name, Wanted(variable, entry=at), _gradient(whole))
    fresh = tuple(side for side in last.right if side is not lines[-1].right[-1])
    lines.append(replace(last, left=None, right=fresh))
    return Derivation(question, whole.names, tuple(lines), whole.results)


def _gradient(whole: Derivation) -> Expr:
    """The gradient itself, from the line above its component."""
    return next(line.right[-1] for line in whole.lines if line.left is not None and line.left.op is DERIVATIVE)


def _replaced(p: Expr, variable: Expr, x: Expr, direction: Expr) -> Expr | None:
    if p.op is not DIFFERENTIAL:
        return None
    return direction if p.args[0] is variable else derivative(p.args[0], x, "component")


def _indices(question: Question, variable: Expr) -> tuple[Index, ...]:
    sizes = variable.shape if variable.shape[1] != ONE else variable.shape[:1]
    return tuple(Index(name, size) for name, size in zip(index_letters(question, "ijkl"), sizes, strict=False))
