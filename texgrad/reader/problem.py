"""What the reader is asked and what it answers: plain values that scan, engine and writer share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from texgrad.algebra import Expr, Index
from texgrad.notation import Style


@dataclass(frozen=True)
class Source:
    """One piece of LaTeX, where it stands in the document, and the prose around it."""

    latex: str
    offset: int = 0
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Problem:
    """A question: formulas that ask, formulas in scope, and what was said outside the text.

    elsewhere: the LaTeX of the document's formulas, for the sake of its spellings.
    """

    requests: tuple[Source, ...]
    context: tuple[Source, ...] = ()
    macro_sources: tuple[str, ...] = ()
    wrt: tuple[str, ...] = ()
    declare: Mapping[str, str] = field(default_factory=dict)
    assume: Mapping[str, Sequence[str]] = field(default_factory=dict)
    definitions: tuple[str, ...] = ()
    macros: Mapping[str, str | Sequence[object]] = field(default_factory=dict)
    order: int = 1
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """One derivative that was asked.

    second: the other variable of a mixed second derivative, that of the columns; second_entry: its indices.
    form: `total` for a differential, `direction` and `at` for a derivative along or at `extra`.
    latex: the left-hand side as the author wrote it, or "" when only a variable was named.
    entry, function_entry: the indices in ∂f/∂X_ij and in ∂y_k/∂A.
    transposed, vectorised, half: ∂x^T below; ∂vec Y / ∂(vec X)^T; by vech X.
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
    definition_latex: tuple[str, ...]
    symbols: tuple[SymbolInfo, ...]
    style: Style
    notes: tuple[str, ...] = ()
    untied: Untied | None = None
