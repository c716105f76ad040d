"""Equations that were read: their sides as expressions, what is known of the names in them, and how they were taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from texgrad.algebra import Expr
from texgrad.immutable import immutable, lazy
from texgrad.reader.items import Items
from texgrad.reader.remainders import Remainder
from texgrad.reader.symbols import Misfit
from texgrad.reader.taken import Point
from texgrad.reader.tree import Tree, walk
from texgrad.shapes import Shape
from texgrad.source import Diagnostic, Span


@dataclass
class Side:
    """One side of an equation: what is typed there, and the expression it is or why it is none.

    parsed: its tree as it stands; tree: the same with definitions put in place. point: at which it is taken.
    remainder: what it leaves out. misfit: where the reason is that shapes do not fit.
    """

    items: Items
    parsed: Tree | None = None
    tree: Tree | None = None
    expr: Expr | None = None
    reason: Diagnostic | None = None
    misfit: Misfit | None = None
    point: Point | None = None
    remainder: Remainder | None = None

    @lazy
    def extent(self) -> Span:
        """Where it stands."""
        return Span(min(i.start for i in self.items), max(i.end for i in self.items))

    def nodes(self) -> list[Tree]:
        """All nodes of its tree as it stands; none where it could not be read."""
        return [] if self.parsed is None else walk(self.parsed)


@dataclass
class Equation:
    """The sides of one claim and the relations before them.

    row: that of the line, if it has several. goes_on: it begins with a relation. defines: the name that it explains.
    """

    line: int
    row: int
    sides: list[Side]
    relations: tuple[str, ...]
    goes_on: bool
    defines: str = ""


@dataclass
class Known:
    """What is known after reading: symbols by name, definitions in order, the names with a shape that was declared.

    assume: what holds of the symbols. layout: that of the derivatives. varied: the names that have a d in front.
    indices: those below the variables of derivatives, rows before columns. odd: names of which nothing was said, and
    that are something else than such letters mostly are. remote: names that another section defines. apart: arrays that
    are defined only by their entries, or members.
    """

    symbols: Mapping[str, Expr] = field(default_factory=dict)
    definitions: tuple[tuple[Expr, Expr], ...] = ()
    declared: frozenset[str] = frozenset()
    assume: Mapping[str, frozenset[str]] = field(default_factory=dict)
    layout: str = ""
    varied: frozenset[str] = frozenset()
    indices: tuple[str, ...] = ()
    odd: frozenset[str] = frozenset()
    remote: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()

    @lazy
    def defined(self) -> frozenset[str]:
        """The names with a definition."""
        return frozenset(symbol.data.name for symbol, _ in self.definitions)


@dataclass
class Equations:
    """Everything that some lines claim; `again` reads another wording of a side."""

    equations: list[Equation]
    known: Known
    reasons: dict[int, Diagnostic]
    again: Callable[[str], Expr]


@immutable
class Manner:
    """How to read what can be meant in several ways.

    whole: a derivative at the start of a side reaches over all of it. anew: a name on the left of an equation is
    defined by it, whatever it was before. variable: that of a bare ∇. layout: that of derivatives, "" for any.
    shapes: those that names had in an earlier reading. plain: small letters in no font are numbers.
    alone: definitions that stand before the lines do not count. factors: what is defined without a parameter and stands
    before brackets is a factor. fresh: what only the shape was said of is defined where it is set equal to something.
    """

    whole: bool = False
    anew: bool = False
    variable: str = ""
    layout: str = ""
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    plain: bool = False
    alone: bool = False
    factors: bool = False
    fresh: bool = False


PLAIN = Manner()


def is_zero_side(items: Items) -> bool:
    """Whether a side is 0, as in an equation that is to be solved."""
    return len(items) == 1 and (items[0].kind == "zeros" or items[0].text == "0")
