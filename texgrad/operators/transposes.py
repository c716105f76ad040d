"""Transposes, and the matrices that are their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from texgrad.algebra import SUM, SYMBOL, Expr, Op, add, node, scale, split
from texgrad.operators.constants import IDENTITY

DEFINITE = "definite"  # what is kept of a positive definite matrix whose entries are not tied: it is invertible
SYMMETRIC = frozenset({"symmetric", "positive definite", "diagonal", "negative definite"})


def untied(assume: frozenset[str]) -> frozenset[str]:
    """The properties of a matrix whose entries are not tied to one another."""
    return (assume - SYMMETRIC) | ({DEFINITE} if "positive definite" in assume else set())


def transpose(e: Expr) -> Expr:
    """The transpose: products turn round, symmetric matrices stay, numbers and scalars leave."""
    if e.scalar or symmetric(e):
        return e
    if e.op is SUM:
        return add(*map(transpose, e.args)) if transposed(e.args) else node(TRANSPOSE, (e,))
    turned = None if e.op.turned is None else e.op.turned(transpose, e)
    return node(TRANSPOSE, (e,)) if turned is None else turned


def transposed(parts: Iterable[Expr]) -> bool:
    """Whether all of them are transposes, numbers aside."""
    return all(split(part)[1].op is TRANSPOSE for part in parts)


def symmetric(e: Expr) -> bool:
    """Whether its transpose is known to be the matrix itself: by assumption, or as XᵀX and A + Aᵀ are."""
    if e.shape[0] != e.shape[1]:
        return False
    if e.op is SYMBOL:
        return not SYMMETRIC.isdisjoint(e.data.assume)
    if e.op is SUM:
        return all(map(symmetric, e.args)) or same_turned(e.args)
    rule = e.op.symmetric
    return rule is not None and rule(symmetric, e)


def same_turned(parts: tuple[Expr, ...]) -> bool:
    """Whether the transposes of these are again these: products of symbols and of their transposes, or it is not known.

    For the terms of a sum, or the factors of a Hadamard product.
    """
    count = Counter(parts)
    return all((turned := _turned(part)) is not None and count[turned] == count[part] for part in parts)


def _turned(e: Expr) -> Expr | None:
    """The transpose of a product of symbols and their transposes, with or without a number; None for all else."""
    own, body = split(e)
    if _plain(body):
        return scale(own, transpose(body))
    if body.op.turned is None or not body.args or not all(map(_plain, body.args)):
        return None
    turned = body if body.scalar else body.op.turned(transpose, body)
    return None if turned is None else scale(own, turned)


def _plain(e: Expr) -> bool:
    """Whether it is a symbol, with or without a transpose, or an identity."""
    return (e.args[0] if e.op is TRANSPOSE else e).op in (SYMBOL, IDENTITY)


TRANSPOSE = Op(
    "transpose", "m n -> n m",
    (r"#1^\top", "#1^T", "#1'", r"#1^\intercal", r"#1^\mathsf{T}", r"#1^\mathrm{T}", r"#1^\text{T}"),
    value=lambda np, A, data: A.swapaxes(-1, -2), moves=lambda G, A, data=None: (transpose(G),),
    vec=lambda K, A, data=None: (K.commutation(*A.shape),), normal=transpose,
    turned=lambda transpose, e: e.args[0], python="{0}.T", law="transpose", source="Matrix Cookbook (44)",
)  # fmt: skip
