"""Half of a symmetric matrix: vech, and the duplication and elimination matrices (Magnus & Neudecker, ch. 3.8)."""

from __future__ import annotations

from typing import Any

from texgrad.algebra import SCALE, Expr, Op, node, scale
from texgrad.operators.kronecker import unvec
from texgrad.operators.products import product
from texgrad.operators.transposes import transpose
from texgrad.shapes import ONE, Dim, ShapeError, show


def _duplication_value(np: Any, data: int) -> Any:
    cols, rows = np.triu_indices(data)
    eye = np.eye(data * data)
    return np.maximum(eye[:, rows + data * cols], eye[:, cols + data * rows])[None]


def _elimination_value(np: Any, data: int) -> Any:
    cols, rows = np.triu_indices(data)
    return np.eye(data * data)[rows + data * cols][None]


DUPLICATION = Op("duplication matrix", value=_duplication_value)
ELIMINATION = Op("elimination matrix", value=_elimination_value)


def duplication(n: Dim) -> Expr:
    """D_n with vec(A) = D_n vech(A) for symmetric A n×n (Magnus & Neudecker, ch. 3.8)."""
    return node(DUPLICATION, (), n, (n * n, n.triangular()))


def elimination(n: Dim) -> Expr:
    """L_n with vech(A) = L_n vec(A) for A n×n."""
    return node(ELIMINATION, (), n, (n.triangular(), n * n))


def vech(A: Expr) -> Expr:
    """The columns of the lower triangle of a square matrix, stacked."""
    if A.shape[0] != A.shape[1]:
        raise ShapeError(f"vech of {show(A.shape)}, which is not square")
    if A.op is SCALE:
        return scale(A.data, vech(A.args[0]))
    return A if A.scalar else node(VECH, (A,), None, (A.shape[0].triangular(), ONE))


def _vech_value(np: Any, A: Any, data: Any = None) -> Any:
    cols, rows = np.triu_indices(A.shape[-1])
    return A[..., rows, cols][..., None]


VECH = Op(
    "vech", "", (r"\operatorname{vech}(#1)", r"\operatorname{vech} #1"), value=_vech_value,
    moves=lambda g, A, data=None: (unvec(product(transpose(elimination(A.shape[0])), g), A.shape),),
    vec=lambda K, A, data=None: (elimination(A.shape[0]),), normal=vech,
    python="{0}.T[np.triu_indices(len({0}))]", law="linearity of vech", source="Magnus & Neudecker, ch. 3.8",
)  # fmt: skip
