"""Identities of diag and Diag: Diag(a)b = Diag(b)a, diag(A Diag(x) B) = (A∘Bᵀ)x, diag(abᵀ) = a∘b."""

from __future__ import annotations

from texgrad.algebra import SUM, Expr, add, number, postorder, scale, split
from texgrad.operators import (
    DIAGONAL,
    DIAGONAL_MATRIX,
    DIFFERENTIAL_KEY,
    IDENTITY,
    INVERSE,
    PRODUCT,
    TRANSPOSE,
    diagonal_matrix,
    factors,
    hadamard,
    identity,
    ones,
    power,
    product,
    transpose,
)
from texgrad.shapes import ONE
from texgrad.tidy.neighbours import met


def of_diagonal(e: Expr) -> Expr | None:
    """Diag(diag(A)) = A∘I, diag(abᵀ) = a∘b, diag(Diag(v)⁻¹) = 1⊘v, diag(A Diag(x) B) = (A∘Bᵀ)x."""
    if e.op is DIAGONAL_MATRIX and e.args[0].op is DIAGONAL:
        A = e.args[0].args[0]
        return hadamard(A, identity(A.shape[0]))
    if e.op is not DIAGONAL:
        return None
    own, body = split(e.args[0])
    if (plain := _on_diagonal(body)) is not None:
        return scale(own, plain)
    scalars, chain = factors(body)
    cut = next((k for k in range(1, len(chain)) if chain[k - 1].shape[1] == ONE), 0)
    if cut:
        column, row = product(*chain[:cut]), product(*chain[cut:])
        return scale(own, product(*scalars, hadamard(column, transpose(row))))
    scaled = diagonal_of_scaled(e)
    if scaled is not None:
        return scaled
    turned = transpose(e.args[0])
    return e.op(turned) if transposes(turned) < transposes(e.args[0]) else None


def _on_diagonal(e: Expr) -> Expr | None:
    """What stands on the diagonal of Diag(v), Diag(v)⁻¹, I or a sum of such matrices."""
    if e.op is DIAGONAL_MATRIX:
        return e.args[0]
    if e.op is INVERSE and e.args[0].op is DIAGONAL_MATRIX:
        return power(e.args[0].args[0], number(-1))
    if e.op is SUM:
        parts = [(own, ones((body.shape[0], ONE)) if body.op is IDENTITY else _on_diagonal(body))
                 for own, body in map(split, e.args)]
        return None if any(v is None for _, v in parts) else add(*(scale(own, v) for own, v in parts if v is not None))
    return None


def diagonals_joined(e: Expr) -> Expr | None:
    """Diag(a) - Diag(b) = Diag(a - b)."""
    parts = [split(t) for t in e.args]
    inner = [(own, body.args[0]) for own, body in parts if body.op is DIAGONAL_MATRIX]
    if len(inner) < 2:
        return None
    joined = diagonal_matrix(add(*(scale(own, a) for own, a in sorted(inner, key=lambda part: part[0] < 0))))
    first = next(k for k, (_, body) in enumerate(parts) if body.op is DIAGONAL_MATRIX)
    rest = [(k, t) for k, t in enumerate(e.args) if parts[k][1].op is not DIAGONAL_MATRIX]
    return add(*(t for k, t in rest if k < first), joined, *(t for k, t in rest if k > first))


def transposes(e: Expr) -> int:
    """How many transposes are written in it."""
    return sum(part.op is TRANSPOSE for part in postorder(e))


def diagonal_of_scaled(e: Expr) -> Expr | None:
    """diag(A Diag(x) B) = (A∘Bᵀ)x."""
    if e.op is not DIAGONAL:
        return None
    own, body = split(e.args[0])
    if body.op is SUM:
        parts = [diagonal_of_scaled(e.op(t)) for t in body.args]
        return None if None in parts else scale(own, add(*(p for p in parts if p is not None)))
    scalars, chain = factors(body)
    places = [k for k, f in enumerate(chain) if f.op is DIAGONAL_MATRIX]
    if len(places) != 1 or not 0 < places[0] < len(chain) - 1:
        return None
    (k,) = places
    around = hadamard(product(*chain[:k]), transpose(product(*chain[k + 1 :])))
    return scale(own, product(*scalars, around, chain[k].args[0]))


def divisor_on_diagonal(e: Expr) -> Expr | None:
    """Diag(1⊘v) Diag(v) = I, Diag(1⊘v) v = 𝟏, vᵀ Diag(1⊘v) = 𝟏ᵀ."""
    return met(e, _divided_from_either_side)


def _divided_from_either_side(A: Expr, B: Expr) -> Expr | None:
    found = _divided(A, B) if A.op is DIAGONAL_MATRIX else None
    if found is None and B.op is DIAGONAL_MATRIX and A.shape[0] == ONE:
        row = _divided(B, transpose(A))
        return None if row is None else transpose(row)
    return found


def _divided(D: Expr, A: Expr) -> Expr | None:
    """Diag(v) A where A is 1⊘v, or has it on its diagonal."""
    over = power(D.args[0], number(-1))
    if A.op is DIAGONAL_MATRIX and A.args[0] is over:
        return identity(D.shape[0])
    return ones(A.shape) if A is over else None


def differential_out(e: Expr) -> Expr | None:
    """Diag(dx)b = Diag(b)dx, and the same below diag."""
    if e.op is DIAGONAL:
        return diagonal_of_scaled(e) if DIFFERENTIAL_KEY in e.free else None
    if e.op is not PRODUCT:
        return None
    scalars, chain = factors(e)
    for k in range(len(chain) - 1):
        if chain[k].op is DIAGONAL_MATRIX and DIFFERENTIAL_KEY in chain[k].free and chain[-1].shape[1] == ONE:
            behind = product(*chain[k + 1 :])
            if DIFFERENTIAL_KEY not in behind.free:
                return product(*scalars, *chain[:k], diagonal_matrix(behind), chain[k].args[0])
    return None
