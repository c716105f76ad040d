"""What a formula shows of names without the words around it."""

from __future__ import annotations

from typing import NamedTuple

from texgrad.reader.declare import declared
from texgrad.reader.defined import equal_transpose
from texgrad.reader.items import Items
from texgrad.reader.named import read_name
from texgrad.reader.names import parse_sizes
from texgrad.reader.request import is_derivative
from texgrad.reader.statements import Formula
from texgrad.reader.tree import Name
from texgrad.shapes import Shape


def _names(formula: Formula) -> list[Name]:
    r"""The names of which a formula consists, `z, x` or `\{x_i\}_{i=1}^n`."""
    found = [_name(s.sides[0]) if len(s.sides) == 1 else None for s in formula.statements]
    return [n for n in found if n is not None] if all(found) else []


def _transposes(formula: Formula) -> list[tuple[Name, tuple[str, ...]]]:
    """What equations of matrices with their transposes say."""
    return [found for statement in formula.statements if (found := equal_transpose(statement))]


def _name(items: Items) -> Name | None:
    while items and items[-1].kind in ("_", "^") and items[0].text in ("{", "("):
        items = items[:-1]
    return read_name(items[1:-1] if len(items) > 2 and items[0].text in ("{", "(") else items)


def _defined(formula: Formula) -> list[Name]:
    """The names on the left sides of a formula."""
    return [name for s in formula.statements if len(s.sides) > 1 and (name := read_name(s.sides[0])) is not None]


class Shown(NamedTuple):
    """What a formula shows without the words around it.

    sizes: the shape that it names. names: those of which it consists. defines: whether it defines something.
    defined: the names on its left sides. declared: what it declares. transposes: what equations with transposes say.
    """

    sizes: Shape | None
    names: list[Name]
    defines: bool
    defined: list[Name]
    declared: list[tuple[Name, Shape | None, tuple[str, ...]]]
    transposes: list[tuple[Name, tuple[str, ...]]]


def shown_by(formula: Formula) -> Shown:
    """What a formula shows: sizes, names, declarations, and what equations with transposes say."""
    defines = any(len(s.sides) > 1 and not is_derivative(s) for s in formula.statements)
    return Shown(parse_sizes(formula.items), _names(formula), defines, _defined(formula), formula.once(declared),
                 _transposes(formula))  # fmt: skip
