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
        for side in (side for statement in formula.statements for side in statement.sides):
            try:
                ask = derivative(side, formula)
            except TexgradError:
                continue
            name = None if ask is None else read_name(ask.function)
            if ask is None or name is None or ask.variable is None or ask.order != 1 or name.sub:
                continue
            by = ask.variable.name.full
            undefined = not said.defined(name.full) and name.full not in said.functions
            if undefined and said.defined(by) and by != name.full:
                found.setdefault(name.full, by)
    return (f"{name} = {name}({by})" for name, by in found.items())
