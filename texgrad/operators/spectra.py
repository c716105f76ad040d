"""Eigenvalues and singular values with their vectors, and the norms made of them.

The data of an operator here says which one is meant: `max`, `min`, the digit of the k-th largest, an index, or nothing
for an eigenvalue that is not told apart from the others, which is worth the one with the largest real part. An index
runs in NumPy's order: rising for eigenvalues, falling for singular values.
"""

from __future__ import annotations

from typing import Any

from texgrad.algebra import SCALE, Expr, Op, node, number, scale
from texgrad.operators.inverses import finite
from texgrad.operators.products import frobenius, power, product
from texgrad.operators.transposes import TRANSPOSE, symmetric, transpose
from texgrad.shapes import Dim, Shape

REAL = 1e-9  # how large the imaginary part of a real eigenvalue may come out
SIMPLE = r"\text{this eigenvalue of } #1 \text{ is simple}"
POSITIVE = r"\text{this singular value of } #1 \text{ is simple and positive}"


def place(chosen: Any) -> int:
    """Where the one that a word or a digit names stands among those in falling order, the last being -1."""
    return int(chosen) - 1 if chosen.isdigit() else {"max": 0, "min": -1, "": 0}[chosen]


def _rank(which: Any, rising: bool = False) -> int:
    """The same for the value of an index."""
    (chosen,) = which
    return place(chosen) if isinstance(chosen, str) else -1 - chosen if rising else chosen


def _at(np: Any, array: Any, rank: int) -> Any:
    """The entries of the last axis at that place, kept as an axis; NaN where it is not as long."""
    if rank >= array.shape[-1]:
        return np.full((*array.shape[:-1], 1), np.nan)
    return array[..., [rank]]


def _eigen(np: Any, A: Any, which: Any) -> tuple[Any, Any]:
    """The wanted eigenvalue and a unit eigenvector; NaN where it is not real."""
    with np.errstate(invalid="ignore"):
        worth, vectors = np.linalg.eig(A)
    order = np.argsort(-worth.real, axis=-1, kind="stable")[..., _rank(which, rising=True)]
    value = np.take_along_axis(worth, order[..., None], -1)[..., None]
    vector = np.take_along_axis(vectors, order[..., None, None], -1)
    real = np.abs(value.imag) < REAL
    return np.where(real, value.real, np.nan), np.where(real, vector.real, np.nan)


def eigenvalue(A: Expr, which: tuple[Any, ...]) -> Expr:
    """λ(A), the one that `which` says; a scalar is its own, positive numbers leave."""
    if A.scalar:
        return A
    if A.op is TRANSPOSE:
        return eigenvalue(A.args[0], which)
    if A.op is SCALE and A.data > 0:
        return scale(A.data, eigenvalue(A.args[0], which))
    return node(EIGENVALUE, (A,), which)


def _eigenvalue_differential(A: Expr, dA: Expr, data: Any) -> Expr:
    """dλ = uᵀdA v / uᵀv, for the left eigenvector u and the right one v, which are the same if A is symmetric."""
    v = EIGENVECTOR(A, data=data)
    if symmetric(A):
        return frobenius(product(v, transpose(v)), dA)
    u = LEFT_EIGENVECTOR(A, data=data)
    return product(power(product(transpose(u), v), number(-1)), frobenius(product(u, transpose(v)), dA))


EIGENVALUE = Op(
    "eigenvalue", "n n -> 1 1", (), value=lambda np, A, data: _eigen(np, A, data)[0],
    differential=_eigenvalue_differential, normal=lambda A, data: eigenvalue(A, data), condition=SIMPLE,
    analytic=False, law="differential of an eigenvalue", source="Magnus & Neudecker, ch. 8.9",
)  # fmt: skip
EIGENVECTOR = Op(
    "eigenvector", "n n -> n 1", (), value=lambda np, A, data: _eigen(np, A, data)[1], analytic=False, law="no rule",
    noun=r"\text{the unit eigenvector of } #1 \text{ for }\lambda#2", letters=("v",),
)  # fmt: skip
LEFT_EIGENVECTOR = Op(
    "left eigenvector", "n n -> n 1", (), value=lambda np, A, data: _eigen(np, A.swapaxes(-1, -2), data)[1],
    analytic=False, law="no rule", noun=r"\text{the left eigenvector of } #1 \text{ for }\lambda#2", letters=("u",),
)  # fmt: skip


# --- singular values --------------------------------------------------------------------------------------------------


def singular_value(A: Expr, which: tuple[Any, ...]) -> Expr:
    """σ(A), the one that `which` says; numbers leave with their absolute value."""
    if A.op is TRANSPOSE:
        return singular_value(A.args[0], which)
    if A.op is SCALE:
        return scale(abs(A.data), singular_value(A.args[0], which))
    return node(SINGULAR_VALUE, (A,), which)


def _singular_value_differential(A: Expr, dA: Expr, data: Any) -> Expr:
    return frobenius(product(LEFT_VECTOR(A, data=data), transpose(RIGHT_VECTOR(A, data=data))), dA)


def _svd(np: Any, A: Any) -> tuple[Any, Any, Any]:
    U, s, Vt = np.linalg.svd(finite(np, A), full_matrices=False)
    return U, s, Vt.swapaxes(-1, -2)


SINGULAR_VALUE = Op(
    "singular value", "m n -> 1 1", (), value=lambda np, A, data: _at(np, _svd(np, A)[1], _rank(data))[..., None],
    differential=_singular_value_differential, normal=lambda A, data: singular_value(A, data), condition=POSITIVE,
    real=True, analytic=False, law="differential of a singular value",
)  # fmt: skip
LEFT_VECTOR = Op(
    "left singular vector", "m n -> m 1", (), value=lambda np, A, data: _at(np, _svd(np, A)[0], _rank(data)),
    analytic=False, law="no rule", noun=r"\text{the left singular vector of } #1 \text{ for }\sigma#2", letters=("u",),
)  # fmt: skip
RIGHT_VECTOR = Op(
    "right singular vector", "m n -> n 1", (), value=lambda np, A, data: _at(np, _svd(np, A)[2], _rank(data)),
    analytic=False, law="no rule", noun=r"\text{the right singular vector of } #1 \text{ for }\sigma#2", letters=("v",),
)  # fmt: skip

LARGEST = ("max",)
RANK = Dim.of("r")  # how many columns the matrices of singular vectors have


def spectral_norm(A: Expr) -> Expr:
    """The largest singular value, as a norm."""
    return scale(abs(A.data), spectral_norm(A.args[0])) if A.op is SCALE else node(SPECTRAL, (A,))


SPECTRAL = Op(
    "spectral norm", "m n -> 1 1", (r"\|#1\|_{\mathrm{op}}",), value=lambda np, A, data: _svd(np, A)[1][..., :1, None],
    differential=lambda A, dA, data=None: _singular_value_differential(A, dA, LARGEST),
    normal=spectral_norm, python="np.linalg.norm({0}, 2)",
    condition=r"\text{the largest singular value of } #1 \text{ is simple}",
    real=True, analytic=False, law="differential of the spectral norm",
)  # fmt: skip


def nuclear_norm(A: Expr) -> Expr:
    """‖A‖_*, the sum of the singular values."""
    return scale(abs(A.data), nuclear_norm(A.args[0])) if A.op is SCALE else node(NUCLEAR, (A,))


def singular_vectors(op: Op, A: Expr) -> Expr:
    """U or V of the thin singular value decomposition A = UΣVᵀ."""
    shape: Shape = (A.shape[op is RIGHT_VECTORS], RANK)
    return node(op, (A,), None, shape)


def _nuclear_differential(A: Expr, dA: Expr, data: Any = None) -> Expr:
    U, V = (singular_vectors(op, A) for op in (LEFT_VECTORS, RIGHT_VECTORS))
    return frobenius(product(U, transpose(V)), dA)


LEFT_VECTORS: Op = Op(
    "left singular vectors", "", (), value=lambda np, A, data: _svd(np, A)[0], analytic=False, law="no rule",
    normal=lambda A, data=None: singular_vectors(LEFT_VECTORS, A), letters=("U",),
    noun=r"\text{the left singular vectors of } #1", python="np.linalg.svd({0}, full_matrices=False)[0]",
)  # fmt: skip
RIGHT_VECTORS: Op = Op(
    "right singular vectors", "", (), value=lambda np, A, data: _svd(np, A)[2], analytic=False, law="no rule",
    normal=lambda A, data=None: singular_vectors(RIGHT_VECTORS, A), letters=("V",),
    noun=r"\text{the right singular vectors of } #1", python="np.linalg.svd({0}, full_matrices=False)[2].T",
)  # fmt: skip
NUCLEAR = Op(
    "nuclear norm", "m n -> 1 1", (r"\|#1\|_*",), value=lambda np, A, data: _svd(np, A)[1].sum(-1)[..., None, None],
    differential=_nuclear_differential, normal=nuclear_norm,
    condition=r"#1 \text{ has full rank}", python="np.linalg.norm({0}, 'nuc')",
    real=True, analytic=False, law="differential of the nuclear norm",
)  # fmt: skip
