"""Fréchet derivatives of functions of matrices as they are written: integrals, or Df(A)[E]."""

from __future__ import annotations

from texgrad.algebra import Expr, add, number, subtract, symbol
from texgrad.notation import APPLIED, COLON
from texgrad.operators import MATRIX_EXP, MATRIX_POWER, identity, inverse, kronecker, product, transpose
from texgrad.writer.pen import Pen
from texgrad.writer.text import Text, bracketed, row

LETTERS = "stuvr"  # for what is integrated over


def integral_text(w: Pen, e: Expr) -> Text:
    r"""`\int_0^1 e^{sA} E e^{(1-s)A} ds`, `\int_0^\infty (A+sI)^{-1} E (A+sI)^{-1} ds`, or with a Kronecker product."""
    s = symbol(next(letter for letter in LETTERS if letter not in e.free))
    A, *E = e.args
    last = A if E else transpose(A)
    if e.data[0] is MATRIX_EXP:
        before, after, end = MATRIX_EXP(product(s, A)), MATRIX_EXP(product(subtract(number(1), s), last)), "1"
    else:
        before, after = (inverse(add(B, product(s, identity(B.shape[0])))) for B in (A, last))
        end = r"\infty"
    inside = product(before, *E, after) if E else kronecker(after, before)
    pieces = (rf"\int_0^{end} ", w.text(inside), rf"\,{w.style.differential}", w.text(s))
    return row(pieces, COLON, tall=True, greedy=True)


def frechet_text(w: Pen, e: Expr) -> Text:
    r"""`D\sin(A)[E]` and `D(A^p)[E]`."""
    A, E, *exponent = e.args
    op, *data = e.data
    function = w.text(op(A, *exponent, data=data[0] if data else None))
    called = bracketed(function, w.style) if op is MATRIX_POWER else function
    return row((r"\mathrm D" if "D" in e.free else "D", called, "[", w.text(E), "]"), APPLIED)
