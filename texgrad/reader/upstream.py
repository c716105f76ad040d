r"""Losses of which only a derivative is given: with `G = \partial L/\partial Y` and `Y = XW`, L depends on Y."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from texgrad.reader.named import read_name
from texgrad.reader.request import derivative
from texgrad.reader.said import Said
from texgrad.reader.statements import Formula
from texgrad.source import TexgradError


def losses_given(formulas: Iterable[Formula], said: Said) -> Iterator[str]:
    """What the functions are that have no definition, but a derivative by something that has one: `L = L(Y)`."""
    found: dict[str, str] = {}
    for formula in formulas:
        for name, by in formula.once(_derivatives):
            undefined = not said.defined(name) and name not in said.functions
            if undefined and said.defined(by) and by != name:
                found.setdefault(name, by)
    return (f"{name} = {name}({by})" for name, by in found.items())


def _derivatives(formula: Formula) -> tuple[tuple[str, str], ...]:
    """The functions of which a formula shows a derivative, and by what."""
    found: list[tuple[str, str]] = []
    for side in (side for statement in formula.statements for side in statement.sides):
        try:
            ask = derivative(side, formula)
        except TexgradError:
            continue
        name = None if ask is None else read_name(ask.function)
        if ask is not None and name is not None and ask.variable is not None and ask.order == 1 and not name.sub:
            found.append((name.full, ask.variable.name.full))
    return tuple(found)
