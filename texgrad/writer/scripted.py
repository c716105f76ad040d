"""What stands above and below: transposes, conjugates, powers, entries, rows and columns."""

from __future__ import annotations

from fractions import Fraction

from texgrad.algebra import NUMBER, SCALE, SUM, SYMBOL, Expr, node, postorder, symbol
from texgrad.notation import (
    ATOM,
    BY_ENTRIES,
    CIRCLE,
    JUXTAPOSED,
    ROOT,
    SCRIPTED,
    line_of,
    style_cell,
    style_entry,
    style_key,
)
from texgrad.operators import (
    COLUMN,
    COLUMNS,
    CONJUGATE,
    DIFFERENTIAL,
    DIMENSION,
    ENTRY,
    INVERSE,
    POWER,
    PRODUCT,
    ROW,
    SOFTMAX,
    TRANSPOSE,
    differential,
    entry,
    inverse,
    reciprocal,
    transpose,
)
from texgrad.shapes import ONE, Index
from texgrad.writer.derivatives import differential_text
from texgrad.writer.leaves import of_square, subscripted
from texgrad.writer.numbers import sloping
from texgrad.writer.operations import denominator
from texgrad.writer.pen import Pen, Sloping
from texgrad.writer.products import signed, term
from texgrad.writer.spellings import filled, hadamard_sign, spelling, spelling_of
from texgrad.writer.text import Text, bracketed, row, script

HALF = Fraction(1, 2)
LETTERS = frozenset((NUMBER, SYMBOL, DIMENSION, POWER, PRODUCT, SCALE))  # what exponents with a slash are made of
INVERTED = "^{-1}"  # and an inverse


def line_text(w: Pen, e: Expr) -> Text:
    """A row or a column of a matrix."""
    inner = e.args[0]
    if inner.op is DIFFERENTIAL and _letter(w, whole := node(e.op, inner.args, e.data, e.shape)):
        return differential_text(w, node(DIFFERENTIAL, (whole,)))
    if letter := _letter(w, e):
        line = filled(letter, "", e.data[0].shown)
        return line if e.op is COLUMN else filled(spelling_of(w.style, TRANSPOSE.name), line, level=SCRIPTED)
    plain = inner.op is SYMBOL and "_" not in inner.data.name and not inner.data.indices
    base = w.text(inner) if plain else bracketed(w.text(inner), w.style)
    text = filled(spelling_of(w.style, e.op.name), base, e.data[0].shown)
    return text if plain else text._replace(level=SCRIPTED)


def _letter(w: Pen, e: Expr) -> str:
    """How the author writes the rows or columns of a matrix by a letter of their own, or nothing."""
    inner = e.args[0]
    return w.style.templates.get(line_of(e.op.name, inner.data.name), "") if inner.op is SYMBOL else ""


def array_text(w: Pen, e: Expr) -> Text:
    r"""What an index puts together, `(b_{ij})_{ij}`; a row of numbers is the transpose of `(b_i)_i`."""
    inner = e.args[0]
    if inner.op is TRANSPOSE and inner.args[0].op is COLUMNS and inner.args[0].args[0].scalar:
        return _array(w, inner.args[0].args[0], inner.args[0].data, e.data)
    column = _array(w, inner, e.data)
    return filled(spelling_of(w.style, TRANSPOSE.name), column, level=SCRIPTED) if inner.scalar else column


def _array(w: Pen, body: Expr, *at: Index) -> Text:
    return subscripted(bracketed(w.text(body), w.style), "".join(i.shown for i in at))


def transpose_text(w: Pen, e: Expr) -> Text:
    """A transpose; that of an inverse or a conjugate is one superscript."""
    inner = e.args[0]
    if inner.op is ROW and (letter := _letter(w, inner)):
        return filled(letter, "", inner.data[0].shown)
    if inner.op is COLUMNS and inner.args[0].scalar:
        return _array(w, inner.args[0], inner.data)
    if inner.op is COLUMNS and inner.args[0].op is TRANSPOSE and inner.args[0].args[0].op is COLUMNS:
        return _array(w, inner.args[0].args[0].args[0], inner.data, inner.args[0].args[0].data)
    if inner.op is SYMBOL and inner.data.name.endswith(INVERTED):
        return transpose_text(w, transpose(inverse(_plain(inner))))
    if inner.op is INVERSE and inverted(inner.args[0]) is not None:
        return transpose_text(w, transpose(_plain(inner.args[0])))
    key = style_key(e)
    template = spelling_of(w.style, key)
    if inner.op is INVERSE or inner.op is CONJUGATE:
        below = inner.args[0]
        below = below.args[0] if inner.op is INVERSE and below.op is CONJUGATE else below
        return filled(template, w.base(below), level=SCRIPTED)
    if inner.op is DIFFERENTIAL and differential(transpose(inner.args[0])) is e:
        return differential_text(w, node(DIFFERENTIAL, (transpose(inner.args[0]),)))
    return filled(template, w.base(inner), level=SCRIPTED)


def conjugate_text(w: Pen, e: Expr) -> Text:
    """A conjugate, by a star or a bar."""
    inner = e.args[0]
    template = spelling_of(w.style, CONJUGATE.name)
    if template.startswith("#1"):
        return filled(template, w.base(inner), level=SCRIPTED)
    return filled(template if inner.op is SYMBOL else r"\overline{#1}", w.text(inner))


def inverse_text(w: Pen, e: Expr) -> Text:
    """An inverse."""
    if (whole := inverted(e.args[0])) is not None:
        return whole
    return filled(spelling(w.style, e).text, w.base(e.args[0]), level=SCRIPTED)


def _plain(e: Expr) -> Expr:
    """A symbol of no properties for the matrix whose inverse is the symbol `e`."""
    return symbol(e.data.name.removesuffix(INVERTED), e.shape)


def inverted(e: Expr) -> Text | None:
    r"""The matrix itself where its inverse `\Sigma^{-1}` is a symbol of its own; None for other expressions."""
    return row((e.data.name.removesuffix(INVERTED),)) if e.op is SYMBOL and e.data.name.endswith(INVERTED) else None


def power_text(w: Pen, e: Expr) -> Text:
    """A power, a root or a fraction; of the entries of an array, with the author's sign for that."""
    base, exponent = e.args
    if reciprocal(e):
        if e.scalar:
            return term(1, e, w)
        below = w.fit(denominator(e), JUXTAPOSED)
        return filled(spelling_of(w.style, "Hadamard quotient"), "1", below, level=CIRCLE)
    if exponent.op is NUMBER and exponent.data == HALF:
        if (square := of_square(base)) and square[0][0] == "\\":
            return row(square)
        if (template := w.style.templates.get(ROOT, "")).startswith("#1"):
            return filled(template, w.base(base), level=SCRIPTED)
        return row((r"\sqrt{", w.text(base), "}"), tall=True)
    key = style_key(e)
    if key != POWER.name:
        return filled(spelling_of(w.style, key), w.text(base.args[0]))
    if exponent.op is NUMBER and (square := of_square(base)):
        parts = (square[1], script("^", sloping(2 * exponent.data)))  # \sigma_n^4, as \sigma_n^2
        above_first = "^" in w.style.symbols.get(base.data.name, "").partition("_")[0]
        return row((square[0], *(parts[::-1] if above_first else parts)), SCRIPTED)
    above = _exponent(w, exponent)
    if not e.scalar and BY_ENTRIES in w.style.templates:
        return filled(w.style.templates[BY_ENTRIES], w.base(base), above, level=SCRIPTED)
    if ONE not in e.shape:  # the power of a matrix would be read
        above = row((hadamard_sign(w.style), bracketed(above, w.style) if exponent.op is SUM else above))
    return row((w.base(base), script("^", above)), SCRIPTED)


def _exponent(w: Pen, e: Expr) -> Text:
    """An exponent, its fractions with a slash."""
    if e.op is NUMBER:
        return sloping(e.data)
    text = w.text(e)
    if not text.tall or not all(p.scalar and p.op in LETTERS for p in postorder(e)):
        return text
    minus, sloped = signed(e, Sloping(w))
    return row(("-", sloped)) if minus else sloped


def matrix_power_text(w: Pen, e: Expr) -> Text:
    """A power of a matrix."""
    return row((w.base(e.args[0]), script("^", _exponent(w, e.args[1]))), SCRIPTED)


def pseudoinverse_text(w: Pen, e: Expr) -> Text:
    """A pseudo-inverse."""
    template = spelling(w.style, e).text.replace("^+", "^{+}")  # a bare plus is where a long row may be broken
    return filled(template, w.base(e.args[0]), level=SCRIPTED)


def entry_text(w: Pen, e: Expr) -> Text:
    """An entry, by subscripts."""
    inner = e.args[0]
    if inner.op is DIFFERENTIAL and inner.args[0].op is SYMBOL:  # dx_i
        return differential_text(w, node(DIFFERENTIAL, (entry(inner.args[0], *e.data),)))
    template = spelling_of(w.style, ENTRY.name)
    names = [i.shown for i in e.data]
    indices = ("" if all(len(n) == 1 for n in names) else ",").join(names)
    if not template.startswith("#1"):
        return filled(template, w.text(inner), indices)
    if inner.op is CONJUGATE:
        return conjugate_text(w, node(CONJUGATE, (entry(inner.args[0], *e.data),)))
    at = [*(i.shown for i in inner.data.indices), *names] if inner.op is SYMBOL else []
    if len(at) == 2 and (cell := w.style.symbols.get(style_cell(inner.data.name))):
        return row((cell.replace("#1", at[0]).replace("#2", at[1]),), SCRIPTED if "^" in cell else ATOM)
    if inner.op is SYMBOL and not inner.data.indices and (letter := w.style.symbols.get(style_entry(inner.data.name))):
        return subscripted(row((letter,)), indices)
    if inner.op is SYMBOL and w.style.symbols.get(inner.data.name, "").endswith(("^{(#1)}", "^(#1)")):
        return subscripted(row((str(w.text(inner)),)), indices, False)._replace(level=SCRIPTED)  # x^{(i)}_j
    member = inner.op is SYMBOL and any(not i.drawn for i in inner.data.indices)
    named = inner.op is SYMBOL and not member and "_" not in inner.data.name
    plain = named and (w.text(inner).level == ATOM or inner.data.name.endswith("}"))  # a_k, and a^{(1)}_k
    called = inner.op is SOFTMAX and w.text(inner).tail.endswith(")")  # softmax(z)_i
    base = w.text(inner) if plain or called else bracketed(w.text(inner), w.style)
    return subscripted(base, indices)
