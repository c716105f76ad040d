"""Norm, determinant and its logarithm: scalars of a matrix that are smooth but not linear."""

from __future__ import annotations

from typing import Any

from texgrad.algebra import SCALE, SYMBOL, Expr, Op, add, node, number, of_argument, scale
from texgrad.operators.conjugates import CONJUGATE, HALF, conjugate, hermitian
from texgrad.operators.constants import IDENTITY, identity
from texgrad.operators.inverses import finite, inverse, regular
from texgrad.operators.products import frobenius, power, product
from texgrad.operators.traces import trace
from texgrad.operators.transposes import TRANSPOSE, transpose


def norm(A: Expr) -> Expr:
    """The Frobenius norm of a matrix, the Euclidean norm of a vector; numbers leave with their absolute value."""
    if A.op is SCALE:
        return scale(abs(A.data), norm(A.args[0]))
    return norm(A.args[0]) if A.op in (TRANSPOSE, CONJUGATE) else node(NORM, (A,))


def _norm_value(np: Any, A: Any, data: Any = None) -> Any:
    return np.sqrt((A * A.conj()).sum((-1, -2), keepdims=True).real)


def paired_with_conjugate(A: Expr, dA: Expr) -> Expr:
    """½(A^*:dA + A:dA^*), the real part of A^*:dA."""
    return scale(HALF, add(frobenius(conjugate(A), dA), frobenius(A, conjugate(dA))))


NORM = Op(
    "norm", "m n -> 1 1", (r"\|#1\|", r"\|#1\|_F", r"\|#1\|_2"), value=_norm_value,
    differential=lambda A, dA, data=None: product(power(norm(A), number(-1)), frobenius(A, dA)),
    normal=norm, condition=r"#1 \ne 0", real=True, nonnegative=True,
    complex_differential=lambda A, dA, data=None: product(power(norm(A), number(-1)), paired_with_conjugate(A, dA)),
    analytic=False,
    python="np.linalg.norm({0})", law="differential of the norm", source="Matrix Cookbook (129)",
)  # fmt: skip


def det(A: Expr) -> Expr:
    """The determinant of a square matrix."""
    return A if A.scalar else number(1) if A.op is IDENTITY else node(DET, (A,))


def logdet(A: Expr) -> Expr:
    """The logarithm of the absolute value of the determinant; of a complex matrix, that of the determinant itself."""
    return node(LOGDET, (A,))


DET = Op(
    "determinant", "n n -> 1 1", (r"\det(#1)", r"\det #1", "|#1|"),
    value=lambda np, A, data: np.linalg.det(regular(np, A))[..., None, None],
    differential=lambda A, dA, data=None: product(det(A), trace(product(inverse(A), dA))),
    normal=det, condition=r"#1 \text{ is invertible}", python="np.linalg.det({0})",
    conjugated=lambda mark, e: e if hermitian(e.args[0]) else mark(e), law="Jacobi's formula",
    source="Matrix Cookbook (42)",
)  # fmt: skip

def _logdet_value(np: Any, A: Any, data: Any = None) -> Any:
    phase, size = np.linalg.slogdet(regular(np, A))
    return (size + np.log(phase) if np.iscomplexobj(A) else size)[..., None, None]


LOGDET = Op(
    "log-determinant", "n n -> 1 1", (r"\log\det #1", r"\log\det(#1)", r"\ln\det #1", r"\log|#1|", r"\ln|#1|",
     r"\operatorname{logdet}(#1)"),
    value=_logdet_value,
    differential=lambda A, dA, data=None: frobenius(transpose(inverse(A)), dA),
    condition=r"#1 \text{ is invertible}", python="np.linalg.slogdet({0})[1]",
    law="differential of the log-determinant", source="Matrix Cookbook (43)",
)  # fmt: skip


def _adjugate_differential(A: Expr, dA: Expr, data: Any = None) -> Expr:
    B = inverse(A)
    inner = add(product(trace(product(B, dA)), B), scale(-1, product(B, dA, B)))
    return product(det(A), inner)


ADJUGATE = Op(
    "adjugate", "n n -> n n", (r"\operatorname{adj}(#1)",),
    value=lambda np, A, data: np.linalg.det(A)[..., None, None] * np.linalg.inv(regular(np, A)),
    differential=_adjugate_differential, symmetric=of_argument, condition=r"#1 \text{ is invertible}",
    python="np.linalg.det({0}) * np.linalg.inv({0})", law="differential of the adjugate",
    source="Magnus & Neudecker, ch. 8.6",
)  # fmt: skip

def _cofactors_differential(A: Expr, dA: Expr, data: Any = None) -> Expr:
    B = inverse(A)
    turned = product(transpose(B), transpose(dA), transpose(B))
    return product(det(A), add(product(trace(product(B, dA)), transpose(B)), scale(-1, turned)))


COFACTORS = Op(
    "matrix of cofactors", "n n -> n n", (r"\operatorname{cof}(#1)",),
    value=lambda np, A, data: np.linalg.det(A)[..., None, None] * np.linalg.inv(regular(np, A)).swapaxes(-1, -2),
    differential=_cofactors_differential, symmetric=of_argument,
    condition=r"#1 \text{ is invertible}", python="np.linalg.det({0}) * np.linalg.inv({0}).T",
    law="differential of the adjugate", source="Magnus & Neudecker, ch. 8.6",
)  # fmt: skip


def _pseudoinverse_value(np: Any, A: Any, data: Any = None) -> Any:
    """NaN where the rank is in doubt: there neither the value nor differences of it say anything."""
    sizes = np.linalg.svd(finite(np, A), compute_uv=False)
    largest = sizes.max(-1, keepdims=True)
    doubtful = ((sizes < 1e-6 * largest) & (sizes > 1e-13 * largest)).any(-1)
    return np.where(doubtful[..., None, None], np.nan, np.linalg.pinv(A))


def _pseudoinverse_differential(A: Expr, dA: Expr, data: Any = None) -> Expr:
    """Golub and Pereyra's formula; two of its terms are zero where the columns, or the rows, are independent."""
    P, T = PSEUDOINVERSE(A), transpose(dA)
    (m, n), assume = A.shape, A.data.assume if A.op is SYMBOL else ()
    columns, rows = "full column rank" in assume, "full row rank" in assume
    outer = inverse(product(transpose(A), A)) if columns else product(P, transpose(P))
    inner = inverse(product(A, transpose(A))) if rows else product(transpose(P), P)
    parts = [scale(-1, product(P, dA, P))]
    if not rows:
        parts.append(product(outer, T, add(identity(m), scale(-1, product(A, P)))))
    if not columns:
        parts.append(product(add(identity(n), scale(-1, product(P, A))), T, inner))
    return add(*parts)


PSEUDOINVERSE = Op(
    "pseudo-inverse", "m n -> n m", ("#1^+", r"#1^\dagger"), value=_pseudoinverse_value,
    differential=_pseudoinverse_differential, symmetric=of_argument,
    projects=True, analytic=False, condition=r"#1 \text{ has constant rank}", python="np.linalg.pinv({0})",
    law="differential of the pseudo-inverse", source="Golub & Pereyra (1973)",
)  # fmt: skip
