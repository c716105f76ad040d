"""Symbols, numbers and constants: identity, ones, basis vectors, single-entry and commutation matrices."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from texgrad.algebra import NUMBER, SYMBOL, ZERO, Expr, Op
from texgrad.notation import ADDITIVE, ATOM, Style
from texgrad.operators import (
    BASIS,
    COMMUTATION,
    DELTA,
    DIMENSION,
    DUPLICATION,
    ELIMINATION,
    IDENTITY,
    IMAGINARY,
    INDEX_VALUE,
    ONES,
    PI,
    SINGLE,
    TRANSPOSE,
    is_membership,
)
from texgrad.shapes import ONE, Dim, Index
from texgrad.writer.conditions import indicator
from texgrad.writer.numbers import rational, size
from texgrad.writer.spellings import filled, spelling_of
from texgrad.writer.text import Text, braced, name, row, script

SQUARE = re.compile(r"(.*)\^2((?:_.*)?)")  # a square that is a symbol of its own
# a mark or the number of a layer, below which indices can stand
_MARKED = re.compile(r"'$|[A-Za-z}]\^(?:[-+]|\{(?:[-+]|\(\d+\)|\[\d+\])\})$")


def of_square(e: Expr) -> tuple[str, str] | None:
    r"""The letter of a symbol that is a square, such as `\sigma_i^2`, and what stands below it."""
    found = SQUARE.fullmatch(e.data.name) if e.op is SYMBOL else None
    if found is None or (found[2] and e.data.indices):
        return None
    indices = ",".join(i.shown for i in e.data.indices)
    return found[1], found[2] or (str(script("_", row((indices,)))) if indices else "")


def leaf(e: Expr, style: Style) -> Text:
    """The text of an expression without arguments."""
    return HANDS[e.op](e, style)


def _symbol(e: Expr, style: Style) -> Text:
    if is_membership(e):
        return indicator(e, style)
    square = of_square(e)
    if square is not None and square[1] and e.data.name not in style.symbols:
        return name(f"{''.join(square)}^2")
    return of_family(e.data.name, e.data.indices, style)


def of_family(family: str, at: Iterable[Index], style: Style) -> Text:
    """The name of a symbol or a function, a member of a family with its indices."""
    latex = style.symbols.get(family, family)
    indices = ",".join(i.shown for i in at if not i.drawn)
    if not indices:
        return name(latex)
    if "#1" in latex:
        return name(latex.replace("_#1", str(script("_", row((indices,))))).replace("#1", indices))
    if latex.endswith("^*") and latex != "^*":  # k_i^*, an index for every i
        return name(f"{latex[:-2]}_{{{indices}}}^*" if len(indices) > 1 else f"{latex[:-2]}_{indices}^*")
    return subscripted(name(latex), indices, "_" in latex)


def subscripted(base: Text, indices: str, taken: bool = False) -> Text:
    """The text with indices below it; in braces first where it has a subscript already."""
    if not taken and base.level < ATOM and _MARKED.search(str(base)):
        return row((base, script("_", row((indices,)))), base.level)  # x'_i, P^-_k
    whole = braced(base) if taken or base.level < ATOM else base
    return row((whole, script("_", row((indices,)))))


def _number(e: Expr, style: Style) -> Text:
    text = rational(abs(e.data), style)
    return row(("-", text), ADDITIVE) if e.data < 0 else text


def _constant(e: Expr, style: Style) -> Text:
    sizes = e.data if isinstance(e.data, tuple) else (e.data,) * 2
    sizes = tuple(size(d) if isinstance(d, Dim) else d.shown for d in sizes)
    if e.op is ONES and e.shape[1] == ONE:
        return filled(_vector_of_ones(style), *sizes)
    if e.op is ONES and e.shape[0] == ONE:
        column = filled(_vector_of_ones(style), sizes[1], sizes[0])
        return filled(spelling_of(style, TRANSPOSE.name), column)
    template = spelling_of(style, e.op.name)
    if e.op is ONES and "#2" not in template:
        template = re.sub(r"_(#1|\{#1\})", "", template) + r"_{#1\times #2}"
    if any(isinstance(s, str) and len(s) > 1 for s in sizes):
        template = template.replace("#1#2", "#1,#2")
    return filled(template, *sizes)


def sized_identity(e: Expr, style: Style) -> Text:
    """The identity with its size, for where nothing beside it tells the size."""
    plain = _constant(e, style)
    shown = str(size(e.data))
    letters = shown.isalpha() and len(set(shown)) == len(shown)  # mn
    named = letters or (len(e.data.names) == 1 and len(str(e.data)) == len(e.data.names[0]))
    return subscripted(plain, shown) if named and "_" not in str(plain) else plain


def _vector_of_ones(style: Style) -> str:
    return re.sub(r"_\{#1\s*\\times\s*#2\}", "_#1", spelling_of(style, ONES.name))


HANDS: Mapping[Op, Callable[[Expr, Style], Text]] = {
    SYMBOL: _symbol,
    NUMBER: _number,
    ZERO: lambda e, style: row(("0",)),
    IMAGINARY: lambda e, style: name(spelling_of(style, IMAGINARY.name)),
    PI: lambda e, style: row((r"\pi",)),
    DIMENSION: lambda e, style: size(e.data),
    INDEX_VALUE: lambda e, style: name(e.data[0].name),
    **dict.fromkeys((IDENTITY, ONES, BASIS, SINGLE, COMMUTATION, DELTA, DUPLICATION, ELIMINATION), _constant),
}
