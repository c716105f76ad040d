"""Fréchet derivatives of functions of square matrices: how f(A) changes along E, where A and E need not commute."""

from __future__ import annotations

from typing import Any

from texgrad.algebra import Expr, Op, is_zero, node, number, split, zero
from texgrad.operators.functions import MATRIX_EXP, MATRIX_LOG, UNKNOWN_OF_MATRIX, cubic_on
from texgrad.operators.inverses import regular, where_real
from texgrad.operators.products import factors, product
from texgrad.operators.transposes import transpose

CLOSE = 1e-5  # eigenvalues that are no further apart share the slope of their mean
STEP = 1e-3
ROOTS_OF_UNITY = (1, 1j, -1, -1j)
Of = tuple[Any, ...]  # the operator of a function of matrices and, where it has some, its data


def frechet(of: Of, A: Expr, E: Expr, *exponent: Expr) -> Expr:
    """The derivative of f(A) along E, for the function `of` and, of a power, its exponent; scalars leave E."""
    if is_zero(E):
        return zero(E.shape)
    own, body = split(E)
    scalars, chain = factors(body)
    kind = INTEGRAL if of[0] in (MATRIX_EXP, MATRIX_LOG) else FRECHET
    return product(number(own), *scalars, node(kind, (A, product(*chain), *exponent), of, A.shape))


def frechet_matrix(of: Of, A: Expr) -> Expr:
    """K with vec(L(A, E)) = K vec(E), for the exponential or the logarithm."""
    size = A.shape[0] * A.shape[0]
    return node(INTEGRAL_MATRIX, (A,), of, (size, size))


def _on_numbers(np: Any, of: Of, exponent: tuple[Any, ...], w: Any) -> Any:
    """The function at complex numbers, one row of them for every point."""
    if exponent:
        return w ** exponent[0][..., 0]
    if of[0] is UNKNOWN_OF_MATRIX:
        return cubic_on(w, of[1])
    return of[0].entrywise.value(np, w, data=None)


def _divided_differences(np: Any, of: Of, exponent: tuple[Any, ...], w: Any) -> Any:
    """(f(wᵢ) − f(wⱼ))/(wᵢ − wⱼ), and f' where the two are close."""
    f = _on_numbers(np, of, exponent, w)
    gap = w[..., :, None] - w[..., None, :]
    mean = ((w[..., :, None] + w[..., None, :]) / 2).reshape(len(w), -1)
    around = sum(_on_numbers(np, of, exponent, mean + STEP * u) / u for u in ROOTS_OF_UNITY)
    near = abs(gap) < CLOSE * (1 + abs(w[..., :, None]))
    slope = (around / (4 * STEP)).reshape(gap.shape)
    return np.where(near, slope, (f[..., :, None] - f[..., None, :]) / np.where(near, 1, gap))


def _value(np: Any, A: Any, E: Any, *exponent: Any, data: Of) -> Any:
    """V(F∘(V⁻¹EV))V⁻¹ with the divided differences F at the eigenvalues (Daleckii and Krein)."""
    w, V = np.linalg.eig(np.asarray(A, dtype=complex))
    V = regular(np, V)
    W = np.linalg.inv(V)
    result = V @ (_divided_differences(np, data, exponent, w) * (W @ E @ V)) @ W
    return result if np.iscomplexobj(A) or np.iscomplexobj(E) else where_real(np, result)


def _matrix_value(np: Any, A: Any, data: Of) -> Any:
    n = A.shape[-1]
    columns = [_value(np, A, E.T[None], data=data) for E in np.eye(n * n).reshape(-1, n, n)]
    return np.stack([c.swapaxes(-1, -2).reshape(len(A), -1) for c in columns], axis=-1)


def _moves(G: Expr, A: Expr, E: Expr, *exponent: Expr, data: Of) -> tuple[Expr, ...]:
    """⟨G, L(A, E)⟩ = ⟨L(Aᵀ, G), E⟩; only the direction leaves."""
    return A, frechet(data, transpose(A), G, *exponent), *exponent


def _along(name: str, **known: Any) -> Op:
    """An entry for the derivative along a direction."""
    return Op(
        name, value=_value, moves=_moves, normal=lambda A, E, *p, data: frechet(data, A, E, *p),
        turned=lambda transpose, e: frechet(e.data, *map(transpose, e.args[:2]), *e.args[2:]),
        symmetric=lambda symmetric, e: all(map(symmetric, e.args[:2])), law="Fréchet derivative",
        source="Higham, Functions of Matrices, ch. 3", **known,
    )  # fmt: skip


FRECHET: Op = _along("Fréchet derivative", meaning=r"Df(Z)[E]=\left.\frac{d}{dt}f(Z+tE)\right|_{t=0}")
INTEGRAL: Op = _along(
    "integral for a Fréchet derivative", vec=lambda K, A, E, data: (A, frechet_matrix(data, A)),
)  # fmt: skip
INTEGRAL_MATRIX: Op = Op(
    "integral for the matrix of a Fréchet derivative", value=_matrix_value,
    normal=lambda A, data: frechet_matrix(data, A), law="no rule",
    turned=lambda transpose, e: frechet_matrix(e.data, transpose(e.args[0])),
    symmetric=lambda symmetric, e: symmetric(e.args[0]),
)  # fmt: skip
