"""Functions of one matrix commute: log(A)A⁻¹ = A⁻¹log(A), (e^{tA})⁻¹Ae^{tA} = A."""

from __future__ import annotations

from texgrad.algebra import Expr, split
from texgrad.operators import INVERSE, MATRIX_POWER, TABLE, factors, product

OF_MATRICES = tuple(op for op in TABLE if op.prime is not None)


def commuting(e: Expr) -> Expr | None:
    """A product in which functions of a matrix stand behind the powers of this matrix that they stand beside."""
    scalars, chain = factors(e)
    if not any(_rank(f) for f in chain):
        return None
    out = list(chain)
    for last in range(len(out) - 1, 0, -1):
        for k in range(last):
            A, B = out[k], out[k + 1]
            if _rank(A) > _rank(B) and _base(A) is _base(B):
                out[k], out[k + 1] = B, A
    return product(*scalars, *out) if tuple(out) != chain else None


def _rank(f: Expr) -> int:
    """1 for a function of a matrix or the inverse of one, 0 for anything else."""
    f = f.args[0] if f.op is INVERSE else f
    return int(f.op.prime is not None)


def _base(f: Expr) -> Expr:
    """The matrix of which it is a power or a function, without scalar factors."""
    while f.op in (INVERSE, MATRIX_POWER) or f.op.prime is not None:
        f = f.args[0]
    chain = factors(split(f)[1])[1]
    return product(*chain) if chain else f
