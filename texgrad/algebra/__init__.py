"""Operators, expressions and the vector space that they form."""

from __future__ import annotations

from texgrad.algebra.expressions import COMPLEX, SHIFTED, SYMBOL, Each, Expr, Op, index_data, index_key, node, symbol
from texgrad.algebra.linear import (
    NUMBER,
    SCALE,
    SUM,
    ZERO,
    add,
    is_zero,
    number,
    of_argument,
    scale,
    split,
    subtract,
    terms,
    termwise,
    zero,
)
from texgrad.algebra.traversal import (
    bits,
    holds,
    occurrences,
    postorder,
    rebuild,
    substitute,
    telling_names,
    transform,
    within,
)

__all__ = [
    "COMPLEX", "NUMBER", "SCALE", "SHIFTED", "SUM", "SYMBOL", "ZERO", "Each", "Expr", "Op", "add", "bits", "holds",
    "index_data", "index_key", "is_zero", "node", "number", "occurrences", "of_argument", "postorder", "rebuild",
    "scale", "split", "substitute", "subtract", "symbol", "telling_names", "terms", "termwise", "transform", "within",
    "zero",
]  # fmt: skip
