"""Eigenvalues, singular values and extremes as they are written, and the words for what no formula says."""

from __future__ import annotations

from typing import Any

from texgrad.algebra import SYMBOL, Expr
from texgrad.notation import COLON
from texgrad.operators import EIGENVALUE, MAXIMUM, MINIMUM, SINGULAR_VALUE
from texgrad.shapes import Index
from texgrad.writer.text import Text, bracketed, row

LETTERS = {EIGENVALUE: r"\lambda", SINGULAR_VALUE: r"\sigma"}


def subscript(data: Any) -> str:
    """The subscript that says which eigenvalue is meant; nothing where none does."""
    if not isinstance(data, tuple) or len(data) != 1:
        return ""
    (which,) = data
    if isinstance(which, Index):
        return f"_{which.name}"
    return f"_{which}" if which.isdigit() else rf"_{{\{which}}}" if which else ""


def spectral(e: Expr, argument: Text) -> Text:
    """λ_max(A), σ_i(X)."""
    return row((LETTERS[e.op] + subscript(e.data), bracketed(argument)))


def in_words(e: Expr, argument: Text) -> Text:
    """What the value of an operator is called in words."""
    before, after = e.op.noun.split("#1")
    return row((before, argument, after.replace("#2", subscript(e.data))))


EXTREMES = {MAXIMUM: r"\max", MINIMUM: r"\min"}


def extreme(e: Expr, argument: Text) -> Text:
    """max_i x_i for a vector x that is a symbol, else max(Ax)."""
    word = EXTREMES[e.op]
    if e.args[0].op is SYMBOL and not e.args[0].data.indices and "_" not in e.args[0].data.name:
        return row((word + "_i ", argument, "_i"), COLON, greedy=True)
    return row((word, bracketed(argument)))
