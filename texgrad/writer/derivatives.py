"""Differentials and derivatives in the author's notation."""

from __future__ import annotations

import re
from collections.abc import Mapping

from texgrad.algebra import SYMBOL, Expr
from texgrad.notation import APPLIED, ATOM, SCRIPTED, Style, is_nabla
from texgrad.operators import CONJUGATE, DIFFERENTIAL, TRANSPOSE, VEC, transpose
from texgrad.operators.indexed import STACKED, STACKED_TURNED
from texgrad.shapes import ONE
from texgrad.writer.functions import fraction
from texgrad.writer.pen import Pen
from texgrad.writer.spellings import filled, spelling_of
from texgrad.writer.text import Text, fitted, row


def differential_text(w: Pen, e: Expr) -> Text:
    """A differential, with the author's d."""
    inner = w.text(e.args[0])
    text = fitted(inner, SCRIPTED if e.args[0].op is DIFFERENTIAL else APPLIED, w.style)
    return row((w.style.differential, text), APPLIED, greedy=text.greedy)


def derivative_text(w: Pen, e: Expr) -> Text:
    """A derivative by the author's fraction, round which brackets grow, or nabla."""
    text = _derivative(w, e)
    return text._replace(tall=text.tall or FRACTION.match(text.head) is not None)


def _derivative(w: Pen, e: Expr) -> Text:
    f, x, *others = (w.fit(a, APPLIED) for a in e.args)
    template = w.style.derivative
    if e.data == "directional":
        return filled("D#1(#2)[#3]", f, *map(w.text, e.args[1:]))
    if others:
        return _mixed(w, e, f, x, others[0])
    if e.data == "hessian" and e.args[1].scalar:
        template = fraction(template, 2)
    elif e.data == "hessian" and is_nabla(template):
        template = _twice(template)
    elif e.data in DERIVATIVES:
        template = DERIVATIVES[e.data]
    if e.data == "hessian" and ONE not in e.args[1].shape and not is_nabla(template):
        x = filled(f"{_vec(w.style)}#1", x)
        turned = filled(spelling_of(w.style, TRANSPOSE.name), filled("(#1)", x), level=SCRIPTED)
        return filled(template, f, x, turned, level=APPLIED)
    if e.data in (STACKED, STACKED_TURNED):
        x = filled(f"({_vec(w.style)}#1)" if e.data == STACKED_TURNED else f"{_vec(w.style)}#1", x)
    if e.data in ("vec", "half jacobian"):
        f = f if ONE in e.args[0].shape else filled(f"{_vec(w.style)}#1", f)
        if e.data != "vec":
            x = filled(r"(\operatorname{vech}#1)", x)
        elif ONE not in e.args[1].shape:
            x = filled(f"({_vec(w.style)}#1)", x)
    flipped = filled(spelling_of(w.style, TRANSPOSE.name), x, level=SCRIPTED)
    if e.args[1].op is CONJUGATE and e.data == "transposed":
        flipped = w.text(transpose(e.args[1]))
    return filled(template, f, x, flipped, level=APPLIED)


def _vec(style: Style) -> str:
    """The author's word for vec, if it is set upright in braces."""
    word = spelling_of(style, VEC.name).partition("(")[0].strip()
    return word if re.fullmatch(r"\\[A-Za-z]+\{vec\}", word) else r"\operatorname{vec}"


def _mixed(w: Pen, e: Expr, f: Text, x: Text, y: Text) -> Text:
    """A second derivative by two variables, the second of them transposed where it is no number."""
    _, first, second = e.args
    if first is second and first.scalar:
        x = w.fit(first, ATOM)
        return filled(r"\frac{\partial^2 #1}{\partial #2^2}", f, x, level=APPLIED)
    if is_nabla(w.style.derivative) and SYMBOL is first.op is second.op:
        return filled("∇²_{#2#3} #1" if "∇" in w.style.derivative else r"\nabla^2_{#2#3} #1", f, x, y, level=APPLIED)
    below = [f"{_vec(w.style)}#2" if ONE not in first.shape else "#2", rf"({_vec(w.style)}#3)^\top"]
    if ONE in second.shape:
        below[1] = "#3"
        turned = w.text(transpose(second)) if second.op is CONJUGATE else None
        y = y if second.scalar else turned or filled(spelling_of(w.style, TRANSPOSE.name), y, level=SCRIPTED)
    rows, columns = below
    return filled(rf"\frac{{\partial^2 #1}}{{\partial {rows}\,\partial {columns}}}", f, x, y, level=APPLIED)


def _twice(template: str) -> str:
    r"""The Hessian in the manner of a gradient: `\nabla^2_x f`, `∇²f`."""
    return template.replace("∇", "∇²", 1).replace(r"\nabla", r"\nabla^2", 1)


FRACTION = re.compile(r"\\[dc]?frac(?![a-z])")
# kind of derivative -> how it is written; #3 is the transposed variable
DERIVATIVES: Mapping[str, str] = {
    "hessian": r"\frac{\partial^2 #1}{\partial #2\,\partial #3}",
    "transposed": r"\frac{\partial #1}{\partial #3}",
    "complex gradient": r"\nabla_{#2} #1",
    "vech": r"\frac{\partial #1}{\partial\operatorname{vech}#2}",
    "vech-triangular": r"\frac{\partial #1}{\partial\operatorname{vech}#2}",
    "vec": r"\frac{\partial #1}{\partial #3}",
    "half jacobian": r"\frac{\partial #1}{\partial #3}",
    STACKED: r"\frac{\partial #1}{\partial #2}",
    STACKED_TURNED: r"\frac{\partial #1}{\partial #3}",
}
