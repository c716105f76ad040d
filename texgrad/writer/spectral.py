"""Eigenvalues, singular values and extremes as they are written, and the words for what no formula says."""

from __future__ import annotations

from typing import Any

from texgrad.algebra import SYMBOL, Expr, scale, split, transform
from texgrad.notation import COLON, JUXTAPOSED
from texgrad.operators import (
    EIGENVALUE,
    ENTRY,
    INDEXED_SUM,
    MAXIMUM,
    MINIMUM,
    PRODUCT,
    ROW_NORMS,
    SINGULAR_VALUE,
    TRANSPOSE,
    listed,
    product,
    reindexed,
)
from texgrad.shapes import Index
from texgrad.writer.pen import Pen
from texgrad.writer.text import Text, bracketed, row

LETTERS = {EIGENVALUE: r"\lambda", SINGULAR_VALUE: r"\sigma"}
SIGNS = {MAXIMUM: r"\max", MINIMUM: r"\min"}


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


def in_words(w: Pen, e: Expr) -> Text:
    """What the value of an operator is called in words."""
    noun, of = e.op.noun, e.args[0]
    if e.op is ROW_NORMS and of.op is TRANSPOSE:
        noun, of = noun.replace("rows", "columns"), of.args[0]
    before, after = noun.split("#1")
    counted = listed(of)
    argument = w.text(of if counted is None else counted[0])
    return row((before, argument, after.replace("#2", subscript(e.data))))


def extreme(w: Pen, e: Expr) -> Text:
    """max_i x_i for a vector x that is a symbol and for numbers that an index counts, else max(Ax)."""
    word, (x,) = SIGNS[e.op], e.args
    if (counted := listed(x)) is not None:
        body, index = counted
        return row((f"{word}_{index.name} ", w.fit(body, JUXTAPOSED)), COLON, greedy=True)
    if x.op is SYMBOL and not x.data.indices and "_" not in x.data.name:
        return row((f"{word}_i ", w.text(x), "_i"), COLON, greedy=True)
    return row((word, bracketed(w.text(x))))


def with_chosen(w: Pen, e: Expr) -> Expr:
    r"""The expression with `a_{i^*}` for the sums over i of which only one term counts."""
    if not e.ops & INDEXED_SUM.bit or not any(name.endswith("^*") for name in e.free):
        return e
    return transform(e, lambda part: _chosen(w, part), INDEXED_SUM.bit, INDEXED_SUM.bit)


def _chosen(w: Pen, e: Expr) -> Expr | None:
    own, body = split(e.args[0])
    args = body.args if body.op is PRODUCT else (body,)
    picking = [a for a in args if a.op is ENTRY and a.data == (e.data,) and is_index(a.args[0])]
    if len(picking) != 1 or e.data.but is not None or any(e.data.ends):
        return None
    rest = scale(own, product(*(a for a in args if a is not picking[0])))
    return reindexed(rest, e.data, e.data._replace(name=str(w.text(picking[0].args[0]))))


def is_index(e: Expr) -> bool:
    """Whether it is the name of an index for which something is largest or smallest."""
    return e.op is SYMBOL and e.data.name.endswith("^*") and not e.data.name.startswith("e_")
