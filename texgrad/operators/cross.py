"""The cross product of vectors with three entries, and the matrix [a]× with [a]×b = a × b."""

from __future__ import annotations

from typing import Any

from texgrad.algebra import Expr, Op, is_zero, node, number, scale, split, zero
from texgrad.operators.constants import basis
from texgrad.operators.kronecker import kronecker
from texgrad.operators.products import factors, product
from texgrad.operators.selected import column
from texgrad.operators.sums import BOUND, indexed_sum
from texgrad.shapes import Dim, Index, Shape, ShapeError, shape_of, show

THREE = Dim.of(3)
SPACE: Shape = shape_of(3)
_AXIS = Index(BOUND + "x", THREE)


def cross(a: Expr, b: Expr) -> Expr:
    """The cross product, numbers in front; ShapeError where the vectors do not have three entries."""
    for vector in (a, b):
        if vector.shape != SPACE:
            raise ShapeError(f"the cross product of {show(vector.shape)}, which has no three entries")
    front: list[Expr] = []
    bodies: list[Expr] = []
    for vector in (a, b):
        own, body = split(vector)
        scalars, chain = factors(body)
        front += [number(own), *scalars]
        bodies.append(product(*chain))
    first, second = bodies
    if first is second or is_zero(first) or is_zero(second):
        return zero(SPACE)
    return product(*front, node(CROSS, (first, second)))


def cross_matrix(a: Expr) -> Expr:
    """The skew-symmetric matrix [a]× of the cross product with a from the left."""
    if a.shape != SPACE:
        raise ShapeError(f"the matrix of a cross product with {show(a.shape)}, which has no three entries")
    own, body = split(a)
    return scale(own, zero((THREE, THREE)) if is_zero(body) else node(CROSS_MATRIX, (body,), None, (THREE, THREE)))


def _cross_value(np: Any, a: Any, b: Any, data: Any = None) -> Any:
    return np.cross(a, b, axis=-2)


def _matrix_value(np: Any, a: Any, data: Any = None) -> Any:
    return np.cross(np.eye(3), a.swapaxes(-1, -2))


def _matrix_moves(G: Expr, a: Expr, data: Any = None) -> tuple[Expr, ...]:
    e = basis(_AXIS)
    return (indexed_sum(cross(e, column(G, _AXIS)), _AXIS),)


def _met(A: Expr, B: Expr) -> Expr | None:
    """[a]×b = a × b."""
    return cross(A.args[0], B) if A.op is CROSS_MATRIX and B.shape == SPACE else None


def _matrix_vec(a: Expr) -> Expr:
    e = basis(_AXIS)
    return indexed_sum(kronecker(e, scale(-1, cross_matrix(e))), _AXIS)


CROSS = Op(
    "cross product", "n 1, n 1 -> n 1", (r"#1 \times #2",), value=_cross_value,
    moves=lambda G, a, b, data=None: (cross(b, G), cross(G, a)),
    vec=lambda K, a, b, data=None: (scale(-1, cross_matrix(b)), cross_matrix(a)),
    normal=cross, conjugated=lambda mark, e: cross(*map(mark, e.args)),
    python="np.cross({0}, {1})", law="product rule",
)  # fmt: skip
CROSS_MATRIX = Op(
    "matrix of a cross product", "n 1 -> n n", (r"[#1]_\times",), value=_matrix_value, moves=_matrix_moves,
    vec=lambda K, a, data=None: (_matrix_vec(a),), normal=cross_matrix,
    turned=lambda transpose, e: scale(-1, cross_matrix(e.args[0])),
    conjugated=lambda mark, e: cross_matrix(mark(e.args[0])),
    beside=_met, python="np.cross(np.eye(3), {0})", meaning=r"[a]_\times b=a\times b", law="linearity",
)  # fmt: skip
