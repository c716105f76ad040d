"""Derivatives in terms of the function itself: ∂pᵢ/∂zⱼ = pᵢ(δᵢⱼ − pⱼ) for the quotients pᵢ that authors name."""

from __future__ import annotations

import re
from dataclasses import replace

from texgrad.algebra import NUMBER, Expr, add, number, postorder, split, symbol, terms
from texgrad.engine.derivation import Line, Name, Question, Result
from texgrad.operators import POWER, PRODUCT, factors, power, product, reindexed
from texgrad.shapes import Index
from texgrad.tidy import expanded, gathered

MEMBER = re.compile(r"(?P<letter>.+)_(?P<index>[a-z])", re.DOTALL)
SHORTER = 0.75  # which part of the length the form by the function itself may have


def in_itself(
    question: Question, lines: tuple[Line, ...], results: tuple[Result, ...]
) -> tuple[tuple[Line, ...], tuple[Result, ...], tuple[Name, ...]]:
    """The lines and answers with the derivative of a member pᵢ by a member said by pᵢ and pⱼ, where that is shorter.

    The last of the three are the names that stand in it besides that of the function.
    """
    own = MEMBER.fullmatch(question.name.data.name) if question.named_by_author else None
    whole = question.expression
    if own is None or whole.op is not PRODUCT or len(results) != 1 or not question.variables[0].data.indices:
        return lines, results, ()
    at = next((i for e in postorder(whole) for i in _indices(e) if i.name == own["index"]), None)
    if at is None:
        return lines, results, ()
    (to,) = question.variables[0].data.indices[:1]
    other = Name(symbol(f"{own['letter']}_{to.name}"), reindexed(whole, at, to), introduced=False)
    parts = (question.name, _units(whole)), (other.symbol, _units(other.definition))
    answer = results[0].expression
    said = _drawn(add(*(_said(t, parts) for t in terms(expanded(answer)))), question.name)
    if said.length > SHORTER * answer.length:
        return lines, results, ()
    *before, last = lines
    shown = (*before, replace(last, right=(*last.right, said)))
    return shown, (replace(results[0], expression=said),), (other,)


def _indices(e: Expr) -> tuple[Index, ...]:
    """The indices that a symbol carries."""
    return tuple(i for i in getattr(e.data, "indices", ()) if isinstance(i, Index))


def _units(e: Expr) -> list[Expr]:
    """The factors of a product of numbers, whole powers as so many factors or reciprocals."""
    own, body = split(e)
    scalars, chain = factors(body)
    units = [] if own == 1 else [number(own)]
    for s in scalars:
        count = s.args[1].data if s.op is POWER and s.args[1].op is NUMBER else 1
        base = power(s.args[0], number(1 if count > 0 else -1)) if s.op is POWER else s
        units += [base] * abs(count) if type(count) is int else [s]
    return [*units, *chain]


def _said(t: Expr, parts: tuple[tuple[Expr, list[Expr]], ...]) -> Expr:
    """A term with the names of the products that are factors of it."""
    left, names = _units(t), list[Expr]()
    for name, units in parts:
        while units and all(left.count(u) >= units.count(u) for u in units):
            for u in units:
                left.remove(u)
            names.append(name)
    return product(*names, *left)


def _drawn(e: Expr, name: Expr) -> Expr:
    """The sum with its common factors drawn, the name of the function in front where that is shorter."""
    whole, parts = gathered(e), [_units(t) for t in terms(e)]
    if len(parts) < 2 or not all(name in units for units in parts):
        return whole
    for units in parts:
        units.remove(name)
    drawn = product(name, gathered(add(*(product(*units) for units in parts))))
    return min(drawn, whole, key=lambda form: form.length)
