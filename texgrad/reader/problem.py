"""What the reader answers: plain values that engine and writer share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from texgrad.algebra import Expr
from texgrad.notation import Style
from texgrad.problem import Problem, Source
from texgrad.shapes import Index

__all__ = ["Problem", "Reading", "Source", "SymbolInfo", "Untied", "Wanted"]


@dataclass(frozen=True)
class Wanted:
    """One derivative that was asked.

    second: the other variable of a mixed second derivative, that of the columns; second_entry: its indices.
    form: `total` for a differential, `direction` and `at` for a derivative along or at `extra`.
    latex: the left-hand side as the author wrote it, or "" when only a variable was named.
    entry, function_entry: the indices in ∂f/∂X_ij and in ∂y_k/∂A.
    transposed, vectorised, half: ∂x^T below; ∂vec Y / ∂(vec X)^T; by vech X. part: for complex variables `conjugate`,
    `real`, `imaginary` or `gradient`.
    """

    variable: Expr
    latex: str = ""
    order: int = 1
    entry: tuple[Index, ...] = ()
    function_entry: tuple[Index, ...] = ()
    transposed: bool = False
    vectorised: bool = False
    half: bool = False
    second: Expr | None = None
    second_entry: tuple[Index, ...] = ()
    form: str = ""
    extra: Expr | None = None
    part: str = ""


@dataclass(frozen=True)
class SymbolInfo:
    """A symbol of the answer: how it is typed, its Python name, its sizes, and where they come from."""

    latex: str
    name: str
    shape: tuple[str, ...]
    origin: str
    assume: tuple[str, ...]
    expr: Expr


@dataclass(frozen=True)
class Untied:
    """The same function with copies of its variables that are not symmetric, where it holds transposes of them.

    originals: what each copy stands for.
    """

    expression: Expr
    definitions: tuple[tuple[Expr, Expr], ...]
    originals: Mapping[Expr, Expr]


@dataclass(frozen=True)
class Reading:
    """A question understood: the function, what is wanted of it, the names in it, and the author's hand."""

    expression: Expr
    name: Expr | None
    wanted: tuple[Wanted, ...]
    definitions: tuple[tuple[Expr, Expr], ...]
    symbols: tuple[SymbolInfo, ...]
    style: Style
    notes: tuple[str, ...] = ()
    untied: Untied | None = None
