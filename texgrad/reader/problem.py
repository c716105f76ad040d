"""What the reader answers: plain values that engine and writer share."""

from __future__ import annotations

from collections.abc import Mapping

from texgrad.algebra import Expr
from texgrad.immutable import immutable
from texgrad.notation import Style
from texgrad.problem import Problem, Source
from texgrad.wanted import Wanted

__all__ = ["Problem", "Reading", "Source", "SymbolInfo", "Untied"]


@immutable
class SymbolInfo:
    """A symbol of the answer: how it is typed, its Python name, its sizes, and where they come from."""

    latex: str
    name: str
    shape: tuple[str, ...]
    origin: str
    assume: tuple[str, ...]
    expr: Expr


@immutable
class Untied:
    """The same function with copies of its variables that are not symmetric, where it holds transposes of them.

    originals: what each copy stands for.
    """

    expression: Expr
    definitions: tuple[tuple[Expr, Expr], ...]
    originals: Mapping[Expr, Expr]


@immutable
class Reading:
    """A question understood: the function, what is wanted of it, the names in it, and the author's hand.

    penalty: how much in it is read otherwise than people mean it at first sight.
    """

    expression: Expr
    name: Expr | None
    wanted: tuple[Wanted, ...]
    definitions: tuple[tuple[Expr, Expr], ...]
    symbols: tuple[SymbolInfo, ...]
    style: Style
    notes: tuple[str, ...] = ()
    untied: Untied | None = None
    penalty: int = 0
