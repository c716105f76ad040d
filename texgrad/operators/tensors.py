"""Third-order tensors, which a vector by a matrix gives: the dyadic product and the tensor ℋ of three equal indices."""

from __future__ import annotations

from typing import Any

from texgrad.algebra import Expr, Op, node
from texgrad.shapes import Dim, ShapeError


def _shaped(op: Op, args: tuple[Expr, ...], data: Any, shape: tuple[Dim, ...]) -> Expr:
    return node(op, args, data, shape)  # type: ignore[arg-type]  # all other shapes are pairs


def _hyperdiagonal_value(np: Any, data: int) -> Any:
    eye = np.eye(data)
    return np.einsum("ij,jk->ijk", eye, eye)[None]


HYPERDIAGONAL = Op(
    "tensor of equal indices", spellings=(r"\mathcal H",), value=_hyperdiagonal_value,
    python="np.fromfunction(lambda i, j, k: 1.0 * (i == j) * (j == k), {shape})",
)  # fmt: skip


def dyadic(a: Expr, B: Expr) -> Expr:
    """a ⋆ B, with components a_i B_jk, for a vector a and a matrix B."""
    return _shaped(DYADIC, (a, B), None, (a.shape[0], *B.shape))


def contraction(H: Expr, X: Expr) -> Expr:
    """HX: the last index of the tensor summed with the first of the matrix."""
    *_, last = H.shape
    if last != X.shape[0]:
        raise ShapeError(f"contraction: {last} is not {X.shape[0]}")
    return _shaped(CONTRACTION, (H, X), None, (*H.shape[:2], X.shape[1]))


def double_contraction(H: Expr, A: Expr) -> Expr:
    """H:A, a vector: the last two indices of the tensor summed with those of the matrix."""
    return _shaped(DOUBLE_CONTRACTION, (H, A), None, (H.shape[0], Dim.of(1)))


DYADIC = Op(
    "dyadic product", spellings=(r"#1 \star #2",),
    value=lambda np, a, B, data: np.einsum("...i,...jk->...ijk", a[..., 0], B),
    normal=dyadic,
    python="np.multiply.outer({0}, {1})",
)  # fmt: skip
CONTRACTION = Op(
    "contraction", spellings=("#1 #2",), value=lambda np, H, X, data: np.einsum("...ijk,...kl->...ijl", H, X),
    normal=contraction,
    python="np.tensordot({0}, {1}, 1)",
)  # fmt: skip
DOUBLE_CONTRACTION = Op(
    "double contraction", spellings=("#1:#2",),
    value=lambda np, H, A, data: np.einsum("...ijk,...jk->...i", H, A)[..., None],
    normal=double_contraction,
    python="np.tensordot({0}, {1}, 2)",
)  # fmt: skip


def hyperdiagonal(n: Dim) -> Expr:
    """ℋ with ℋ_ijk = 1 where i = j = k and 0 elsewhere; n×n×n."""
    return _shaped(HYPERDIAGONAL, (), n, (n, n, n))
