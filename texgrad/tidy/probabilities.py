"""Identities of probabilities and of what is divided by them: (a⊘p)ᵀp = 𝟏ᵀa, 𝟏ᵀp = 1."""

from __future__ import annotations

from texgrad.algebra import SYMBOL, Expr, number
from texgrad.operators import (
    FROBENIUS,
    HADAMARD,
    ONES,
    PRODUCT,
    SOFTMAX,
    TRANSPOSE,
    factors,
    hadamard,
    ones,
    power,
    product,
    transpose,
)
from texgrad.shapes import ONE, shape_of


def divisor_met(e: Expr) -> Expr | None:
    """(A⊘P):P = 𝟏ᵀA𝟏 and (a⊘p)ᵀp = 𝟏ᵀa."""
    if e.op is FROBENIUS:
        rest = _times(*e.args)
        row = transpose(ones(shape_of(e.args[0].shape[0])))
        return None if rest is None else product(row, rest, *_columns(rest))
    if e.op is not PRODUCT:
        return None
    scalars, chain = factors(e)
    for k in range(len(chain) - 1):
        if chain[k].op is TRANSPOSE and chain[k + 1].shape[1] == ONE == chain[k].shape[0]:
            rest = _times(chain[k].args[0], chain[k + 1])
            if rest is not None:
                row = transpose(ones(rest.shape))
                return product(*scalars, product(row, rest), *chain[:k], *chain[k + 2 :])
    return None


def _times(A: Expr, P: Expr) -> Expr | None:
    """A∘P where one of them is divided by the other."""
    for above, below in ((A, P), (P, A)):
        over = power(below, number(-1))
        if above.op is HADAMARD and over in above.args:
            return hadamard(*(a for a in above.args if a is not over))
    return None


def _columns(A: Expr) -> tuple[Expr, ...]:
    return () if A.shape[1] == ONE else (ones(shape_of(A.shape[1])),)


PROBABILITIES = frozenset(("probability vector", "one-hot", "one-hot rows", "probability rows"))


def adding_up(e: Expr) -> Expr | None:
    """𝟏ᵀy = 1 for probabilities y, and Y𝟏 = 𝟏 where they stand in the rows; the same of softmax."""
    scalars, chain = factors(e)
    for k in range(len(chain) - 1):
        A, B = chain[k], chain[k + 1]
        if A.op is ONES and B.shape[1] == ONE and _probable(B):
            rows = () if A.shape[0] == ONE else (ones(shape_of(A.shape[0])),)
            return product(*scalars, *chain[:k], *rows, *chain[k + 2 :])
        if B.op is ONES and ONE not in A.shape and B.shape[1] == ONE and _probable(A):
            return product(*scalars, *chain[:k], ones(shape_of(A.shape[0])), *chain[k + 2 :])
        if B.op is ONES and A.op is TRANSPOSE and B.shape[1] == ONE == A.args[0].shape[1] and _probable(A.args[0]):
            return product(*scalars, *chain[:k], *chain[k + 2 :])
    return None


def _probable(e: Expr) -> bool:
    return e.op is SOFTMAX or (e.op is SYMBOL and not PROBABILITIES.isdisjoint(e.data.assume))
