"""Pieces of Python text, how strongly they bind, and what they ask of the function they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple, Protocol

from texgrad.algebra import Expr
from texgrad.shapes import ONE, SCALAR, Dim, Index, Rational, Shape

# how strongly Python's operators bind, loosest first
PLUS, TIMES, MINUS, RAISED, WHOLE = range(5)


class Code(NamedTuple):
    """Python text and how strongly its outermost operator binds."""

    text: str
    binds: int = WHOLE

    def at(self, level: int) -> str:
        """The text as an operand of an operator that asks for `level`."""
        return self.text if self.binds >= level else f"({self.text})"


class Unwritable(ValueError):
    """An operator that has no counterpart in NumPy, such as a differential."""


class Context(Protocol):
    """What an operator asks of the function it is written in."""

    def __call__(self, e: Expr) -> Code:
        """The code of an argument."""

    def named(self, e: Expr) -> bool:
        """Whether `e` has a variable of its own."""

    def identifier(self, name: str) -> str:
        """The identifier of a symbol."""

    def index(self, name: str) -> str:
        """The identifier of an index."""

    def step(self, name: str) -> str:
        """The identifier of the differential of a symbol."""

    def function(self, name: str, order: int) -> str:
        """The identifier of an unknown function or its derivative."""

    def size(self, dim: Dim) -> str:
        """The code of a size."""


def is_vector(shape: Shape) -> bool:
    """Whether it is a column or a row, which is one-dimensional in NumPy."""
    return ONE in shape and shape != SCALAR


def numeral(value: Rational) -> Code:
    """A number."""
    if value.denominator == 1:
        return Code(str(value), MINUS if value < 0 else WHOLE)
    if Fraction(repr(float(value))) == value:
        return Code(repr(float(value)), MINUS if value < 0 else WHOLE)
    return Code(f"{value.numerator} / {value.denominator}", TIMES)


def subscript(indices: tuple[Index, ...], to: Context) -> str:
    """Indices behind an array."""
    return "[" + ", ".join(placed(i, to) for i in indices) + "]"


def placed(i: Index, to: Context) -> str:
    """The place that an index has in an array."""
    behind = i.shift + i.first
    return to.index(i.name) + (f" {'+' if behind > 0 else '-'} {abs(behind)}" if behind else "")


def shape_code(shape: Shape, to: Context) -> str:
    """A shape as NumPy's functions take it: one size for a vector."""
    dims = [to.size(d) for d in shape if d != ONE]
    return dims[0] if len(dims) == 1 else f"({', '.join(dims)})"


def two_axes(parts: Sequence[Expr], codes: Sequence[Code]) -> list[str]:
    """The texts of arrays that keep two axes: a column and a row get the one that NumPy's vectors lack."""
    return [
        code.at(WHOLE) + ("[:, None]" if part.shape[1] == ONE else "[None, :]") if is_vector(part.shape) else code.text
        for part, code in zip(parts, codes, strict=True)
    ]
