r"""Expectations as their authors write them: the sums that they were derived as have no weights on the page."""

from __future__ import annotations

from dataclasses import replace

from texgrad.algebra import Expr, index_key, number, postorder, transform
from texgrad.engine.derivation import Derivation, changed
from texgrad.operators import DIMENSION, INDEXED_SUM, MEAN_SIZE, is_mean
from texgrad.source import fail


def averaged(d: Derivation) -> Derivation:
    """The derivation as it is written: without the numbers of values that means are taken of, each of which is left.

    Raises TexgradError where one mean stands in another and speaks of what is drawn for that.
    """
    parts = postorder(d.question.expression, *_named(d), only=INDEXED_SUM.bit)
    if not any(i.op is INDEXED_SUM and is_mean(i.data) for i in parts):
        return d
    question = replace(
        d.question, expression=_unweighted(d.question.expression),
        definitions=tuple((name, _unweighted(e)) for name, e in d.question.definitions),
    )  # fmt: skip
    return replace(changed(d, _unweighted), question=question)


def _named(d: Derivation) -> tuple[Expr, ...]:
    return tuple(n.definition for n in d.names)


def _unweighted(e: Expr) -> Expr:
    """The expression with 1 for the number of values that a mean is taken of: it stands below each sum over them."""
    for part in postorder(e):
        if part.op is INDEXED_SUM and is_mean(part.data):
            _refuse_shared(part)
    return transform(e, _one, DIMENSION.bit, DIMENSION.bit)


def _one(e: Expr) -> Expr | None:
    return number(1) if str(e.data).startswith(MEAN_SIZE) else None


def _refuse_shared(e: Expr) -> None:
    key = index_key(e.data)
    for inner in postorder(e.args[0]):
        if inner.op is INDEXED_SUM and is_mean(inner.data) and key in inner.free:
            raise fail("unsupported", "an expectation of products of what is drawn twice", help="write it with sums")
