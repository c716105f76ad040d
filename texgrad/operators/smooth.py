"""Norm, determinant and its logarithm: scalars of a matrix that are smooth but not linear."""

from __future__ import annotations

from typing import Any

from texgrad.algebra import SCALE, Expr, Op, node, number, scale
from texgrad.operators.products import TRANSPOSE, frobenius, inverse, power, product, regular, trace, transpose


def norm(A: Expr) -> Expr:
    """The Frobenius norm of a matrix, the Euclidean norm of a vector; numbers leave with their absolute value."""
    if A.op is SCALE:
        return scale(abs(A.data), norm(A.args[0]))
    return norm(A.args[0]) if A.op is TRANSPOSE else node(NORM, (A,))


def _norm_value(np: Any, A: Any, data: Any = None) -> Any:
    return np.sqrt((A * A).sum((-1, -2), keepdims=True))


NORM = Op(
    "norm", "m n -> 1 1", (r"\|#1\|", r"\|#1\|_F", r"\|#1\|_2"), value=_norm_value,
    differential=lambda A, dA, data=None: product(power(norm(A), number(-1)), frobenius(A, dA)),
    normal=lambda A, data=None: norm(A), condition=r"#1 \ne 0", argument_letters=("r", "e", "u"),
    python="np.linalg.norm({0})", law="differential of the norm", source="Matrix Cookbook (130)",
)  # fmt: skip


def det(A: Expr) -> Expr:
    """The determinant of a square matrix."""
    return A if A.scalar else node(DET, (A,))


def logdet(A: Expr) -> Expr:
    """The logarithm of the absolute value of the determinant of a square matrix."""
    return node(LOGDET, (A,))


DET = Op(
    "determinant", "n n -> 1 1", (r"\det(#1)", r"\det #1", "|#1|"),
    value=lambda np, A, data: np.linalg.det(regular(np, A))[..., None, None],
    differential=lambda A, dA, data=None: product(det(A), trace(product(inverse(A), dA))),
    normal=lambda A, data=None: det(A), condition=r"#1 \text{ is invertible}", python="np.linalg.det({0})",
    law="Jacobi's formula", source="Matrix Cookbook (46)",
)  # fmt: skip

LOGDET = Op(
    "log-determinant", "n n -> 1 1", (r"\log\det #1", r"\log\det(#1)", r"\ln\det #1", r"\log|#1|", r"\ln|#1|",
     r"\operatorname{logdet}(#1)"),
    value=lambda np, A, data: np.linalg.slogdet(regular(np, A))[1][..., None, None],
    differential=lambda A, dA, data=None: frobenius(transpose(inverse(A)), dA),
    condition=r"#1 \text{ is invertible}", python="np.linalg.slogdet({0})[1]",
    law="differential of the log-determinant", source="Matrix Cookbook (43)",
)  # fmt: skip
