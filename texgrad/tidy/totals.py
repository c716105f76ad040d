"""Functions written by entries as functions of whole vectors and matrices: Σᵢⱼ Xᵢⱼ² = ‖X‖²."""

from __future__ import annotations

from texgrad.algebra import COMPLEX, SYMBOL, Expr, number, postorder, transform
from texgrad.operators import INDEXED_SUM, NORM, POWER, PRODUCT, all_ones, factors, power, product, squared
from texgrad.shapes import ONE
from texgrad.tidy.identities import LOG_OF_EXP, apply
from texgrad.tidy.local import simplified
from texgrad.tidy.sums import vectorised


def without_sums(e: Expr) -> Expr:
    """`e` with its sums over an index as products of matrices, if all of them are some; as it is otherwise."""
    if not e.ops & INDEXED_SUM.bit or any(p.op is SYMBOL and p.data.indices for p in postorder(e)):
        return e  # a sum over members of a family stays one
    out = vectorised(apply(e, LOG_OF_EXP)[0])
    return e if out.ops & INDEXED_SUM.bit else with_totals(simplified(out))


def with_totals(e: Expr) -> Expr:
    """Sums of squares as squares of norms."""
    return transform(e, _total_of_squares, POWER.bit, PRODUCT.bit)


def _total_of_squares(e: Expr) -> Expr | None:
    """𝟏ᵀa^{∘2} = ‖a‖² and 𝟏ᵀA^{∘2}𝟏 = ‖A‖², for real arrays."""
    scalars, chain = factors(e)
    arrays = [a for a in chain if not (all_ones(a) and ONE in a.shape)]
    if len(arrays) != 1 or not e.scalar or e.ops & COMPLEX.bit:
        return None
    A, *twice = squared(arrays[0])
    return product(*scalars, power(NORM(A), number(2))) if twice else None
