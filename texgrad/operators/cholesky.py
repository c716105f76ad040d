"""The Cholesky factor of a positive definite matrix, and what its differential is made of."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from texgrad.algebra import Expr, Op, add, node, number, scale, split
from texgrad.operators.constants import IDENTITY, identity, ones
from texgrad.operators.inverses import finite, inverse
from texgrad.operators.parts import LOWER
from texgrad.operators.products import factors, hadamard, product
from texgrad.operators.traces import diagonal_matrix
from texgrad.operators.transposes import TRANSPOSE, symmetric, transpose

HALF = Fraction(1, 2)


def cholesky(A: Expr) -> Expr:
    """The lower triangular L with a positive diagonal and LLᵀ = A."""
    return A if A.op is IDENTITY else node(CHOLESKY, (A,))


def _value(np: Any, A: Any, data: Any = None) -> Any:
    return np.linalg.cholesky(finite(np, A + A.swapaxes(-1, -2)) / 2)


def _differential(A: Expr, dA: Expr, data: Any = None) -> Expr:
    """dL = L low(L⁻¹ dA L⁻ᵀ), for LLᵀ = A gives L⁻¹dL + (L⁻¹dL)ᵀ = L⁻¹ dA L⁻ᵀ."""
    L = cholesky(A)
    return product(L, low(product(inverse(L), dA, transpose(inverse(L)))))


def _multiplied(a: Expr, b: Expr) -> Expr | None:
    """LLᵀ is the matrix itself."""
    return a.args[0] if b.op is TRANSPOSE and b.args[0] is a else None


CHOLESKY: Op = Op(
    "Cholesky factor", "n n -> n n", (r"\operatorname{chol}(#1)",), value=_value, differential=_differential,
    normal=cholesky, beside=_multiplied, condition=r"#1 \text{ is positive definite}", letters=("L",),
    python="np.linalg.cholesky({0})", analytic=False, law="differential of the Cholesky factor",
    source="Murray (2016), Differentiation of the Cholesky decomposition",
)  # fmt: skip


def _unscaled(op: Op, S: Expr) -> Expr:
    """A linear operator in normal form: numbers and scalars leave."""
    own, body = split(S)
    scalars, chain = factors(body)
    return product(number(own), *scalars, node(op, (product(*chain),))) if chain else node(op, (S,))


def low(S: Expr) -> Expr:
    """The lower triangle of a symmetric matrix with half its diagonal, so that low(S) + low(S)ᵀ = S."""
    return _unscaled(LOW, S)


def copied(M: Expr) -> Expr:
    """The symmetric matrix with the lower triangle of M."""
    return M if symmetric(M) else _unscaled(COPYLTU, M)


def _low_value(np: Any, S: Any, data: Any = None) -> Any:
    S = (S + S.swapaxes(-1, -2)) / 2
    return np.tril(S) - S * np.eye(S.shape[-1]) / 2


def _low_vec(K: Any, S: Expr, data: Any = None) -> tuple[Expr, ...]:
    """½ Diag(vec(tril(𝟏𝟏ᵀ) − ½I))(I + K): the mask of the lower half, of the symmetric part."""
    n, _ = S.shape
    mask = diagonal_matrix(K.vec(add(LOWER(ones((n, n))), scale(-HALF, identity(n)))))
    return (scale(HALF, product(mask, add(identity(n * n), K.commutation(n, n)))),)


LOW: Op = Op(
    "lower half", "n n -> n n", (r"\operatorname{low}(#1)",), value=_low_value, normal=low,
    moves=lambda G, S, data=None: (scale(HALF, copied(G)),), vec=_low_vec, analytic=False,
    meaning=r"\operatorname{low}(S)=\operatorname{tril}(S)-\tfrac12I\odot S",
    python="(lambda S: (np.tril(S + S.T) - np.diag(np.diag(S))) / 2)({0})", law="linearity",
)  # fmt: skip


def _copied_value(np: Any, M: Any, data: Any = None) -> Any:
    return np.tril(M) + np.tril(M, -1).swapaxes(-1, -2)


def _copied_moves(G: Expr, M: Expr, data: Any = None) -> tuple[Expr, ...]:
    """Both places of an entry below the diagonal count."""
    return (add(LOWER(add(G, transpose(G))), scale(-1, hadamard(identity(G.shape[0]), G))),)


COPYLTU: Op = Op(
    "lower triangle copied to the upper one", "n n -> n n", (r"\operatorname{copyltu}(#1)",), value=_copied_value,
    normal=copied, moves=_copied_moves, symmetric=lambda symmetric, e: True, analytic=False,
    meaning=r"\operatorname{copyltu}(M)_{ij}=M_{\max(i,j)\,\min(i,j)}",
    python="(lambda M: np.tril(M) + np.tril(M, -1).T)({0})", law="linearity",
)  # fmt: skip
