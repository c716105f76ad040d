"""Identities of basis vectors and single-entry matrices: e_jᵀx = x_j, X:E_ij = x_ij, E_ij = e_i e_jᵀ."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from texgrad.algebra import SYMBOL, Expr, Op, number, scale, split
from texgrad.operators import (
    BASIS,
    ENTRY,
    FROBENIUS,
    HADAMARD,
    ONES,
    PRODUCT,
    SINGLE,
    TRANSPOSE,
    basis,
    entry,
    factors,
    hadamard,
    kronecker_delta,
    product,
    single_entry,
    transpose,
)
from texgrad.shapes import ONE


def single_entries(e: Expr) -> Expr | None:
    """X∘E_ij = x_ij E_ij, X:E_ij = x_ij."""
    if e.op is HADAMARD and any(a.op is SINGLE for a in e.args):
        single = next(a for a in e.args if a.op is SINGLE)
        others = [a for a in e.args if a is not single]
        return product(entry(hadamard(*others), *single.data), single) if others else single
    if e.op is FROBENIUS and e.args[1].op is SINGLE:
        return entry(e.args[0], *e.args[1].data)
    return None


def single_as_outer(e: Expr) -> Expr | None:
    """E_ij = e_i e_jᵀ."""
    return product(basis(e.data[0]), transpose(basis(e.data[1]))) if e.op is SINGLE else None


def basis_times_ones(e: Expr) -> Expr | None:
    """eᵀ𝟏 = 1."""
    return _beside_basis(e, ONES, lambda unit, behind: number(1))


def basis_picks(e: Expr) -> Expr | None:
    """e_jᵀx = x_j."""
    return _beside_basis(e, SYMBOL, lambda unit, behind: entry(behind, *unit.args[0].data))


def _beside_basis(e: Expr, op: Op, met: Callable[[Expr, Expr], Expr]) -> Expr | None:
    """The product with what `met` makes of eᵀ and the first vector of that operator right behind one."""
    if e.op is not PRODUCT or not any(map(_is_basis, e.args)):
        return None
    scalars, chain = factors(e)
    for k, (unit, behind) in enumerate(pairwise(chain)):
        if _is_basis(unit) and behind.op is op and behind.shape[1] == ONE:
            return product(met(unit, behind), *scalars, *chain[:k], *chain[k + 2 :])
    return None


def _is_basis(e: Expr) -> bool:
    return e.op is TRANSPOSE and e.args[0].op is BASIS


def row_selected(e: Expr) -> Expr | None:
    """X∘(e_k 𝟏ᵀ) = E_kk X."""
    if e.op is not HADAMARD:
        return None
    for a in e.args:
        if a.op is PRODUCT and len(a.args) == 2 and a.args[0].op is BASIS and a.args[1].op is ONES:
            rest = hadamard(*(b for b in e.args if b is not a))
            k = a.args[0].data[0]
            return product(single_entry(k, k), rest)
    return None


def entry_around_single(e: Expr) -> Expr | None:
    """(A E_ij B)_kl = A_ki B_jl."""
    if e.op is not ENTRY or len(e.data) != 2:
        return None
    own, body = split(e.args[0])
    if body.op not in (PRODUCT, SINGLE):
        return None
    scalars, chain = factors(body)
    places = [k for k, f in enumerate(chain) if f.op is SINGLE]
    if len(places) != 1:
        return None
    at = places[0]
    (row, col), (i, j) = e.data, chain[at].data
    left = entry(product(*chain[:at]), row, i) if at else kronecker_delta(row, i)
    right = entry(product(*chain[at + 1 :]), j, col) if at + 1 < len(chain) else kronecker_delta(j, col)
    return scale(own, product(*scalars, left, right))
