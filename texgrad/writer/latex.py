"""Expressions to LaTeX in the author's hand: the fewest brackets that keep the meaning, every node written once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from texgrad.algebra import NUMBER, SCALE, SUM, SYMBOL, Expr, Op, node, number, postorder, split
from texgrad.notation import ADDITIVE, APPLIED, ATOM, CIRCLE, COLON, JUXTAPOSED, SCRIPTED, Style, style_key
from texgrad.operators import (
    ABS,
    APPLICATION,
    BLOCK,
    COLUMN,
    CONJUGATE,
    DERIVATIVE,
    DIFFERENTIAL,
    EIGENVALUE,
    ENTRY,
    EVALUATION,
    FROBENIUS,
    HADAMARD,
    IDENTITY,
    INDEXED_PRODUCT,
    INDEXED_SUM,
    INVERSE,
    KRONECKER,
    LEAVES,
    LEFT_VECTORS,
    LOG_GAMMA,
    MATRIX_POWER,
    MAXIMUM,
    ONES,
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
    VEC,
    differential,
    entry,
    power,
    reciprocal,
    transpose,
)
from texgrad.operators.tensors import DOUBLE_CONTRACTION
from texgrad.shapes import ONE
from texgrad.writer.functions import fraction, unknown_function
from texgrad.writer.leaves import leaf, sized_identity, subscripted
from texgrad.writer.numbers import size, sloping
from texgrad.writer.products import signed, term
from texgrad.writer.spectral import extreme, in_words, spectral
from texgrad.writer.spellings import filled, spelling, spelling_of
from texgrad.writer.text import BRACKETS, Text, braced, bracketed, fitted, name, row, script

HALF = Fraction(1, 2)
SQUARE = re.compile(r"(.*)\^2((?:_.*)?)")  # a square that is a symbol of its own
OPENERS = frozenset(opening for opening, _ in BRACKETS.values())
NAMED_SIZE = re.compile(r"[A-Za-z]'?|\\[A-Za-z]+|[A-Za-z]_\w")
UPPER_LIMIT = re.compile(r"=1(?=\})|\^(?:#3|\{#3\})")
NOTHING: Mapping[Expr, str] = {}


def write(e: Expr, style: Style, names: Mapping[Expr, str] = NOTHING) -> str:
    """`e` as its author would write it; what `names` holds is written by its name."""
    return str(Writer(style, names).text(e))


class Writer:
    """Writes expressions in one hand, remembering every node that it has written."""

    def __init__(self, style: Style, names: Mapping[Expr, str] = NOTHING) -> None:
        self.style = style
        self.done: dict[Expr, Text] = {e: name(latex) for e, latex in names.items()}

    def text(self, e: Expr) -> Text:
        """The text of `e`."""
        if e not in self.done:
            for part in postorder(e, known=self.done):
                self.done[part] = HANDS.get(part.op, _spelt)(self, part)
        return self.done[e]

    def fit(self, e: Expr, level: int) -> Text:
        """The text of `e`, in brackets where it binds more loosely than `level`."""
        return fitted(self.text(e), level, self.style)

    def base(self, e: Expr) -> Text:
        """The text of `e` as something that gets a superscript."""
        text = self.text(e)
        raised = text.level == SCRIPTED and e.op is SYMBOL and not e.scalar
        return braced(text) if raised else fitted(text, ATOM, self.style)


# --- sums and products ------------------------------------------------------------------------------------------------


def _sum(w: Writer, e: Expr) -> Text:
    pieces: list[str | Text] = []
    units = any(_entrywise(split(t)[1]) for t in e.args)
    for k, part in enumerate(e.args):
        own, body = split(part)
        if units and body.op is ONES and abs(own) == 1:
            minus, text = own < 0, row(("1",))
        else:
            minus, text = signed(part, w.text, w.style)
        if k or minus:
            pieces.append("-" if minus else "+")
        pieces.append(fitted(text, COLON, w.style))
    return row(pieces, ADDITIVE)


def _entrywise(e: Expr) -> bool:
    return e.op.elementwise or e.op in (HADAMARD, POWER)


def _product(w: Writer, e: Expr) -> Text:
    minus, text = signed(e, w.text, w.style)
    if not minus:
        return text
    return row(("-", fitted(text, COLON, w.style)), ADDITIVE, greedy=text.greedy)


def _frobenius(w: Writer, e: Expr) -> Text:
    spelt = spelling(w.style, e)
    if spelt.level != COLON:
        return filled(spelt.text, *map(w.text, e.args))
    left, right = w.fit(e.args[0], JUXTAPOSED), w.fit(e.args[1], CIRCLE)
    left = bracketed(left, w.style) if left.greedy else left
    return filled(spelt.text, left, right, level=COLON, greedy=right.greedy)


def _circle(w: Writer, e: Expr) -> Text:
    """Hadamard and Kronecker products: equal rank, so one inside the other is put in brackets."""
    spelt, quotient = spelling(w.style, e), spelling_of(w.style, "Hadamard quotient")
    total: Text | None = None
    for k, factor in enumerate(e.args):
        divides = e.op is HADAMARD and reciprocal(factor)
        template = quotient if divides else spelt.text
        text = w.text(_denominator(factor) if divides else factor)
        if factor.op is IDENTITY and e.op is KRONECKER:
            text = sized_identity(factor, w.style)
        kept = e.op is KRONECKER and factor.op is KRONECKER and k == 0
        text = text if kept else fitted(text, JUXTAPOSED, w.style)
        if text.greedy and k + 1 < len(e.args):
            text = bracketed(text, w.style)
        if total is None:
            total = filled(template, "1", text, level=CIRCLE) if divides else text
        else:
            total = filled(template, total, text, level=CIRCLE, greedy=text.greedy)
    assert total is not None
    return total


def _denominator(e: Expr) -> Expr:
    return power(e.args[0], number(-e.args[1].data))


def _over_index(w: Writer, e: Expr) -> Text:
    """The author's sign, `#2` the index and `#3` its size; without a size where that has no proper name."""
    body, index = w.fit(e.args[0], COLON if e.op is INDEXED_SUM else JUXTAPOSED), e.data
    if index.but is not None:
        sign, other = index.but
        template = spelling_of(w.style, e.op.name + " with others")
        if sign != r"\ne":
            sign += " " * sign.startswith("\\")
            template = ("\\sum" if e.op is INDEXED_SUM else "\\prod") + f"_{{#2{sign}#3}} #1"
        return row(filled(template, body, index.name, other).pieces, COLON, tall=True, greedy=True)
    template = spelling_of(w.style, e.op.name)
    if not all(map(NAMED_SIZE.fullmatch, index.size.names)):
        template = UPPER_LIMIT.sub("", template)
    return row(filled(template, body, index.name, size(index.size)).pieces, COLON, tall=True, greedy=True)


def _line(w: Writer, e: Expr) -> Text:
    """A row or a column of a matrix."""
    inner = e.args[0]
    plain = inner.op is SYMBOL and "_" not in inner.data.name and not inner.data.indices
    base = w.text(inner) if plain else bracketed(w.text(inner), w.style)
    text = filled(spelling_of(w.style, e.op.name), base, e.data[0].name)
    return text if plain else text._replace(level=SCRIPTED)


# --- scripts ----------------------------------------------------------------------------------------------------------


def _transpose(w: Writer, e: Expr) -> Text:
    inner = e.args[0]
    key = style_key(e)
    template = spelling_of(w.style, key)
    if inner.op is INVERSE or inner.op is CONJUGATE:
        below = inner.args[0]
        below = below.args[0] if inner.op is INVERSE and below.op is CONJUGATE else below
        return filled(template, w.base(below), level=SCRIPTED)
    if inner.op is DIFFERENTIAL and differential(transpose(inner.args[0])) is e:
        return _differential(w, node(DIFFERENTIAL, (transpose(inner.args[0]),)))
    return filled(template, w.base(inner), level=SCRIPTED)


def _conjugate(w: Writer, e: Expr) -> Text:
    inner = e.args[0]
    template = spelling_of(w.style, CONJUGATE.name)
    if template.startswith("#1"):
        return filled(template, w.base(inner), level=SCRIPTED)
    return filled(template if inner.op is SYMBOL else r"\overline{#1}", w.text(inner))


def _inverse(w: Writer, e: Expr) -> Text:
    return filled(spelling(w.style, e).text, w.base(e.args[0]), level=SCRIPTED)


def _power(w: Writer, e: Expr) -> Text:
    base, exponent = e.args
    if reciprocal(e):
        if e.scalar:
            return term(1, e, w.text, w.style)
        below = w.fit(_denominator(e), JUXTAPOSED)
        return filled(spelling_of(w.style, "Hadamard quotient"), "1", below, level=CIRCLE)
    if exponent.op is NUMBER and exponent.data == HALF:
        return row((r"\sqrt{", w.text(base), "}"), tall=True)
    key = style_key(e)
    if key != POWER.name:
        return filled(spelling_of(w.style, key), w.text(base.args[0]))
    if exponent.op is NUMBER and base.op is SYMBOL and (square := SQUARE.fullmatch(base.data.name)):
        return row((square[1], script("^", sloping(2 * exponent.data)), square[2]), SCRIPTED)
    above = sloping(exponent.data) if exponent.op is NUMBER else w.text(exponent)
    if not e.scalar and e.shape[0] == e.shape[1]:
        sign = spelling_of(w.style, HADAMARD.name)[2:-2].strip()
        above = row((sign, above))
    return row((w.base(base), script("^", above)), SCRIPTED)


def _matrix_power(w: Writer, e: Expr) -> Text:
    above = sloping(e.args[1].data) if e.args[1].op is NUMBER else w.text(e.args[1])
    return row((w.base(e.args[0]), script("^", above)), SCRIPTED)


def _pseudoinverse(w: Writer, e: Expr) -> Text:
    template = spelling(w.style, e).text.replace("^+", "^{+}")  # a bare plus is where a long row may be broken
    return filled(template, w.base(e.args[0]), level=SCRIPTED)


def _block(w: Writer, e: Expr) -> Text:
    pieces: list[str | Text] = [r"\begin{bmatrix}"]
    for k, cell in enumerate(e.args):
        pieces += [("" if not k else r"\\" if k % e.data[1] == 0 else "&"), w.text(cell)]
    return row((*pieces, r"\end{bmatrix}"), tall=True)


def _vec(w: Writer, e: Expr) -> Text:
    inner = e.args[0]
    return filled(spelling(w.style, e).text, sized_identity(inner, w.style)) if inner.op is IDENTITY else _spelt(w, e)


def _partial_trace(w: Writer, e: Expr) -> Text:
    return filled(rf"\operatorname{{tr}}_{e.data[0]}(#1)", w.text(e.args[0]))


def _entry(w: Writer, e: Expr) -> Text:
    inner = e.args[0]
    template = spelling_of(w.style, ENTRY.name)
    names = [i.name for i in e.data]
    indices = ("" if all(len(n) == 1 for n in names) else ",").join(names)
    if not template.startswith("#1"):
        return filled(template, w.text(inner), indices)
    if inner.op is CONJUGATE:
        return _conjugate(w, node(CONJUGATE, (entry(inner.args[0], *e.data),)))
    plain = inner.op is SYMBOL and not inner.data.indices and w.text(inner).level == ATOM and "_" not in inner.data.name
    base = w.text(inner) if plain else bracketed(w.text(inner), w.style)
    return subscripted(base, indices)


# --- d, derivatives, functions ----------------------------------------------------------------------------------------


def _differential(w: Writer, e: Expr) -> Text:
    inner = w.text(e.args[0])
    text = fitted(inner, SCRIPTED if e.args[0].op is DIFFERENTIAL else APPLIED, w.style)
    return row((w.style.differential, text), APPLIED, greedy=text.greedy)


def _derivative(w: Writer, e: Expr) -> Text:
    f, x, *others = (w.fit(a, APPLIED) for a in e.args)
    template = w.style.derivative
    if e.data == "directional":
        return filled("D#1(#2)[#3]", f, *map(w.text, e.args[1:]))
    if others:
        return _mixed(w, e, f, x, others[0])
    if e.data == "hessian" and e.args[1].scalar:
        template = fraction(template, 2)
    elif e.data in DERIVATIVES:
        nabla = template.startswith((r"\nabla", "{\\nabla"))
        template = DERIVATIVES[e.data][nabla]
    if e.data in ("vec", "half jacobian"):
        f = f if ONE in e.args[0].shape else filled(r"\operatorname{vec}#1", f)
        x = filled(r"(\operatorname{vec}#1)" if e.data == "vec" else r"(\operatorname{vech}#1)", x)
    flipped = filled(spelling_of(w.style, TRANSPOSE.name), x, level=SCRIPTED)
    if e.args[1].op is CONJUGATE and e.data == "transposed":
        flipped = _transpose(w, transpose(e.args[1]))
    return filled(template, f, x, flipped, level=APPLIED)


def _mixed(w: Writer, e: Expr, f: Text, x: Text, y: Text) -> Text:
    """A second derivative by two variables, the second of them transposed where it is no number."""
    _, first, second = e.args
    if first is second:
        return filled(r"\frac{\partial^2 #1}{\partial #2^2}", f, x, level=APPLIED)
    if w.style.derivative.startswith((r"\nabla", "{\\nabla")) and SYMBOL is first.op is second.op:
        return filled(r"\nabla_{#2 #3}^2 #1", f, x, y, level=APPLIED)
    below = [r"\operatorname{vec}#2" if ONE not in first.shape else "#2", r"(\operatorname{vec}#3)^\top"]
    if ONE in second.shape:
        below[1] = "#3"
        y = y if second.scalar else filled(spelling_of(w.style, TRANSPOSE.name), y, level=SCRIPTED)
    rows, columns = below
    return filled(rf"\frac{{\partial^2 #1}}{{\partial {rows}\,\partial {columns}}}", f, x, y, level=APPLIED)


# kind of derivative -> how it is written with fractions and with nabla; #3 is the transposed variable
DERIVATIVES: Mapping[str, tuple[str, str]] = {
    "hessian": (r"\frac{\partial^2 #1}{\partial #2\,\partial #3}", r"\nabla^2_{#2} #1"),
    "transposed": (r"\frac{\partial #1}{\partial #3}",) * 2,
    "complex gradient": (r"\nabla_{#2} #1",) * 2,
    "vech": (r"\frac{\partial #1}{\partial\operatorname{vech}#2}",) * 2,
    "vec": (r"\frac{\partial #1}{\partial #3}",) * 2,
    "half jacobian": (r"\frac{\partial #1}{\partial #3}",) * 2,
}


def _application(w: Writer, e: Expr) -> Text:
    return filled("#1(#2)", *map(w.text, e.args))


def _spelt(w: Writer, e: Expr) -> Text:
    """Any other operator: its spelling with its arguments in it."""
    spelt = spelling(w.style, e)
    arguments = [w.fit(a, level) for a, level in zip(e.args, spelt.arguments, strict=False)]
    closes = spelt.level == APPLIED
    if closes and (arguments[-1].greedy or (arguments[-1].head in OPENERS and arguments[-1].level < ATOM)):
        arguments[-1] = bracketed(arguments[-1], w.style)
    return filled(spelt.text, *arguments, level=spelt.level, greedy=closes)


def _step(w: Writer, e: Expr) -> Text:
    """The indicator in the author's way, or in the font of his ones."""
    template = w.style.templates.get(STEP.name)
    if template is None:
        template = re.sub(r"_.*", "", spelling_of(w.style, ONES.name)) + "[#1>0]"
    return filled(template, w.text(e.args[0]))


def _absolute(w: Writer, e: Expr) -> Text:
    """Bars, except round a matrix, where they would be those of the determinant."""
    template = "|#1|" if ONE in e.shape or e.shape[0] != e.shape[1] else r"\operatorname{abs}(#1)"
    return filled(w.style.templates.get(ABS.name, template), w.text(e.args[0]))


HANDS: Mapping[Op, Callable[[Writer, Expr], Text]] = {
    **{op: lambda w, e: in_words(e, w.text(e.args[0])) for op in (*TABLE, LEFT_VECTORS, RIGHT_VECTORS) if op.noun},
    **dict.fromkeys((EIGENVALUE, SINGULAR_VALUE), lambda w, e: spectral(e, w.text(e.args[0]))),
    MAXIMUM: lambda w, e: extreme(e, w.text(e.args[0])),
    STEP: _step,
    ABS: _absolute,
    LOG_GAMMA: lambda w, e: filled(spelling(w.style, e).text, w.text(e.args[0]), level=APPLIED, greedy=True),
    **dict.fromkeys(LEAVES, lambda w, e: leaf(e, w.style)),
    SUM: _sum,
    **dict.fromkeys((SCALE, PRODUCT), _product),
    **dict.fromkeys((FROBENIUS, DOUBLE_CONTRACTION), _frobenius),
    **dict.fromkeys((HADAMARD, KRONECKER), _circle),
    **dict.fromkeys((INDEXED_SUM, INDEXED_PRODUCT), _over_index),
    **dict.fromkeys((ROW, COLUMN), _line),
    TRANSPOSE: _transpose,
    CONJUGATE: _conjugate,
    INVERSE: _inverse,
    POWER: _power,
    MATRIX_POWER: _matrix_power,
    PARTIAL_TRACE: _partial_trace,
    PSEUDOINVERSE: _pseudoinverse,
    BLOCK: _block,
    VEC: _vec,
    ENTRY: _entry,
    DIFFERENTIAL: _differential,
    DERIVATIVE: _derivative,
    APPLICATION: _application,
    EVALUATION: lambda w, e: filled(r"\left.#1\right|_{#2=#3}", *map(w.text, e.args), level=APPLIED),
    UNKNOWN_FUNCTION: lambda w, e: unknown_function(e, w.text(e.args[0]), w.style),
}
