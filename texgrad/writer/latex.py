"""Expressions to LaTeX in the author's hand: the fewest brackets that keep the meaning, every node written once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from texgrad.algebra import NUMBER, SCALE, SUM, SYMBOL, Expr, Op, postorder, scale
from texgrad.notation import APPLIED, ATOM, SCRIPTED, Style
from texgrad.operators import (
    ABS,
    APPLICATION,
    BLOCK,
    COLUMN,
    COLUMNS,
    CONJUGATE,
    CROSS,
    DERIVATIVE,
    DIFFERENTIAL,
    EIGENVALUE,
    ENTRY,
    EVALUATION,
    FRECHET,
    FROBENIUS,
    HADAMARD,
    IDENTITY,
    INDEXED_PRODUCT,
    INDEXED_SUM,
    INTEGRAL,
    INTEGRAL_MATRIX,
    INVERSE,
    KRONECKER,
    LEAVES,
    LEFT_VECTORS,
    LOG_GAMMA,
    MATRIX_POWER,
    MAXIMUM,
    MINIMUM,
    ONES,
    PARTIAL,
    PARTIAL_TRACE,
    POWER,
    PRODUCT,
    PSEUDOINVERSE,
    RIGHT_VECTORS,
    ROW,
    SINGULAR_VALUE,
    STEP,
    TABLE,
    TRANSPOSE,
    UNKNOWN_FUNCTION,
    UNKNOWN_OF_MATRIX,
    VEC,
)
from texgrad.operators.special import FACTORIAL
from texgrad.operators.tensors import DOUBLE_CONTRACTION
from texgrad.shapes import ONE
from texgrad.writer.along import frechet_text, integral_text
from texgrad.writer.derivatives import derivative_text, differential_text
from texgrad.writer.functions import of_matrix, partial, unknown_function
from texgrad.writer.leaves import leaf, sized_identity
from texgrad.writer.numbers import is_fraction
from texgrad.writer.operations import circle_text, frobenius_text, over_index_text, product_text, sum_text
from texgrad.writer.pen import Pen
from texgrad.writer.scripted import (
    array_text,
    conjugate_text,
    entry_text,
    inverse_text,
    line_text,
    matrix_power_text,
    power_text,
    pseudoinverse_text,
    transpose_text,
)
from texgrad.writer.spectral import extreme, in_words, is_index, spectral, with_chosen
from texgrad.writer.spellings import filled, spelling, spelling_of, trace_name
from texgrad.writer.text import BRACKETS, Text, bracketed, name, row

OPENERS = frozenset(opening for opening, _ in BRACKETS.values())
NOTHING: Mapping[Expr, str] = {}
GREATER = re.compile(r">|\\geqslant(?![A-Za-z])|\\geq?(?![A-Za-z])|\\gt(?![A-Za-z])")
BELOW_ZERO = {">": "<", r"\gt": r"\lt", r"\ge": r"\le", r"\geq": r"\leq", r"\geqslant": r"\leqslant"}
WIDE = frozenset((INDEXED_SUM, INDEXED_PRODUCT))
SHALLOW = 30  # expressions of that length are written by recursion


def write(e: Expr, style: Style, names: Mapping[Expr, str] = NOTHING) -> str:
    """`e` as its author would write it; what `names` holds is written by its name."""
    return str(Writer(style, names).text(e))


class Writer(Pen):
    """Writes expressions in one hand, remembering every node that it has written."""

    def __init__(self, style: Style, names: Mapping[Expr, str] = NOTHING) -> None:
        super().__init__(style)
        self.done: dict[Expr, Text] = {e: name(latex) for e, latex in names.items()}

    def text(self, e: Expr) -> Text:
        """The text of `e`."""
        found = self.done.get(e)
        if found is None and (plain := with_chosen(self, e)) is not e:
            found = self.done[e] = self.text(plain)
        if found is None:
            for part in postorder(*e.args, known=self.done) if e.length > SHALLOW else ():
                self.done[part] = HANDS.get(part.op, _spelt)(self, part)
            found = self.done[e] = HANDS.get(e.op, _spelt)(self, e)
        return found


def _block(w: Pen, e: Expr) -> Text:
    pieces: list[str | Text] = [r"\begin{bmatrix}"]
    for k, cell in enumerate(e.args):
        pieces += [("" if not k else r"\\" if k % e.data[1] == 0 else "&"), w.text(cell)]
    return row((*pieces, r"\end{bmatrix}"), tall=True)


def _vec(w: Pen, e: Expr) -> Text:
    inner = e.args[0]
    return filled(spelling(w.style, e).text, sized_identity(inner, w.style)) if inner.op is IDENTITY else _spelt(w, e)


def _partial_trace(w: Pen, e: Expr) -> Text:
    return filled(rf"{trace_name(w.style)}_{e.data[0]}(#1)", w.text(e.args[0]))


def _application(w: Pen, e: Expr) -> Text:
    return filled("#1(#2)", *map(w.text, e.args))


def _spelt(w: Pen, e: Expr) -> Text:
    """Any other operator: its spelling with its arguments in it."""
    spelt = spelling(w.style, e)
    if spelt.level == APPLIED and e.scalar and e.op.elementwise and e.op.name in w.style.templates:
        inner = w.text(e.args[0])
        if e.args[0].op in WIDE or is_fraction(inner):  # \log\sum, \log\frac, as he writes it
            return filled(spelt.text, inner, level=APPLIED, greedy=True)
    arguments = [w.fit(a, level) for a, level in zip(e.args, spelt.arguments, strict=False)]
    closes = spelt.level == APPLIED
    if closes and (arguments[-1].greedy or (arguments[-1].head in OPENERS and arguments[-1].level < ATOM)):
        arguments[-1] = bracketed(arguments[-1], w.style)
    return filled(spelt.text, *arguments, level=spelt.level, greedy=closes)


def _step(w: Pen, e: Expr) -> Text:
    """The indicator in the author's way, or in the font of his ones."""
    template = w.style.templates.get(STEP.name)
    if template is None:
        template = re.sub(r"_.*", "", spelling_of(w.style, ONES.name)) + "[#1>0]"
    (of,) = e.args
    if of.op is SCALE and of.data < 0 and len(GREATER.findall(template)) == 1:  # [u<0] for [-u>0]
        of, template = scale(-1, of), GREATER.sub(lambda sign: BELOW_ZERO[sign[0].strip()], template)
    return filled(template, w.text(of))


def _entry(w: Pen, e: Expr) -> Text:
    """An entry; of what is 1 at one index only, whether it is that one."""
    if not is_index(e.args[0]):
        return entry_text(w, e)
    ones = re.sub(r"_.*", "", spelling_of(w.style, ONES.name))
    return row((ones, "[", w.text(e.args[0]), "=", e.data[0].shown, "]"))


def _factorial(w: Pen, e: Expr) -> Text:
    """The sign behind a letter, an entry or a number, and behind brackets round all else: f(x)! is f of x!."""
    inner = e.args[0]
    plain = inner.op in (SYMBOL, ENTRY, NUMBER)
    text = w.fit(inner, ATOM) if plain else bracketed(w.text(inner), w.style)
    return filled(spelling(w.style, e).text, text, level=SCRIPTED)


def _absolute(w: Pen, e: Expr) -> Text:
    """Bars, except round a matrix, where they would be those of the determinant."""
    template = "|#1|" if ONE in e.shape or e.shape[0] != e.shape[1] else r"\operatorname{abs}(#1)"
    return filled(w.style.templates.get(ABS.name, template), w.text(e.args[0]))


HANDS: Mapping[Op, Callable[[Writer, Expr], Text]] = {
    **{op: in_words for op in (*TABLE, LEFT_VECTORS, RIGHT_VECTORS) if op.noun},
    **dict.fromkeys((EIGENVALUE, SINGULAR_VALUE), lambda w, e: spectral(e, w.text(e.args[0]))),
    **dict.fromkeys((MAXIMUM, MINIMUM), extreme),
    STEP: _step,
    ABS: _absolute,
    FACTORIAL: _factorial,
    LOG_GAMMA: lambda w, e: filled(spelling(w.style, e).text, w.text(e.args[0]), level=APPLIED, greedy=True),
    **dict.fromkeys(LEAVES, lambda w, e: leaf(e, w.style)),
    SUM: sum_text,
    **dict.fromkeys((SCALE, PRODUCT), product_text),
    **dict.fromkeys((FROBENIUS, DOUBLE_CONTRACTION), frobenius_text),
    **dict.fromkeys((HADAMARD, KRONECKER, CROSS), circle_text),
    **dict.fromkeys((INDEXED_SUM, INDEXED_PRODUCT), over_index_text),
    **dict.fromkeys((ROW, COLUMN), line_text),
    TRANSPOSE: transpose_text,
    CONJUGATE: conjugate_text,
    INVERSE: inverse_text,
    POWER: power_text,
    MATRIX_POWER: matrix_power_text,
    PARTIAL_TRACE: _partial_trace,
    PSEUDOINVERSE: pseudoinverse_text,
    BLOCK: _block,
    COLUMNS: array_text,
    VEC: _vec,
    ENTRY: _entry,
    DIFFERENTIAL: differential_text,
    DERIVATIVE: derivative_text,
    APPLICATION: _application,
    EVALUATION: lambda w, e: filled(r"\left.#1\right|_{#2=#3}", *map(w.text, e.args), level=APPLIED),
    PARTIAL: partial,
    FRECHET: frechet_text,
    **dict.fromkeys((INTEGRAL, INTEGRAL_MATRIX), integral_text),
    UNKNOWN_FUNCTION: unknown_function,
    UNKNOWN_OF_MATRIX: of_matrix,
}
