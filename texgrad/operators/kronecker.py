"""Columns stacked: vec and unvec, Kronecker products, their partial traces, the commutation matrix."""

from __future__ import annotations

from typing import Any

from texgrad.algebra import SCALE, SUM, Expr, Op, add, is_zero, node, scale, split, zero
from texgrad.operators.constants import IDENTITY, ONES, dimension, identity, ones
from texgrad.operators.products import factors, product
from texgrad.operators.stacking import Stacking
from texgrad.operators.traces import diagonal_matrix, trace
from texgrad.operators.transposes import transpose
from texgrad.shapes import ONE, SCALAR, Dim, Shape, shape_of


def vec(A: Expr) -> Expr:
    """The columns of A stacked into a vector; a column vector is its own vec, and unvec(a) has the vec a."""
    if A.shape[1] == ONE:
        return A
    if A.shape[0] == ONE:
        return transpose(A)
    if A.op is SCALE:
        return scale(A.data, vec(A.args[0]))
    if A.op is UNVEC:
        return A.args[0]
    return ones(shape_of(A.shape[0] * A.shape[1])) if A.op is ONES else node(VEC, (A,))


def _vec_value(np: Any, A: Any, data: Any = None) -> Any:
    return A.swapaxes(-1, -2).reshape(*A.shape[:-2], -1, 1)


def _vec_moves(g: Expr, A: Expr, data: Any = None) -> tuple[Expr, ...]:
    return (unvec(g, A.shape),)


VEC = Op(
    "vec", "m n -> m*n 1", (r"\operatorname{vec}(#1)", r"\operatorname{vec} #1"), value=_vec_value,
    moves=_vec_moves, vec=lambda K, A, data=None: (identity(A.shape[0] * A.shape[1]),),
    normal=vec, python="{0}.reshape(-1, order='F')", law="linearity",
)  # fmt: skip


def _unvec_value(np: Any, a: Any, data: tuple[int, int]) -> Any:
    rows, cols = data
    return a.reshape(*a.shape[:-2], cols, rows).swapaxes(-1, -2)


def unvec(a: Expr, shape: Shape) -> Expr:
    """The matrix of that shape whose columns, stacked, are the vector a."""
    if is_zero(a):
        return zero(shape)
    if a.op is SCALE:
        return scale(a.data, unvec(a.args[0], shape))
    return a.args[0] if a.op is VEC and a.args[0].shape == shape else node(UNVEC, (a,), shape, shape)


UNVEC = Op(
    "unvec", "", (r"\operatorname{unvec}(#1)",), value=_unvec_value,
    moves=lambda G, a, data=None: (vec(G),), vec=lambda K, a, data=None: (identity(a.shape[0]),),
    normal=lambda a, data: unvec(a, data),
    python="{0}.reshape({shape}, order='F')", law="linearity",
)  # fmt: skip


def kronecker(A: Expr, B: Expr) -> Expr:
    """The Kronecker product; numbers leave, a scalar factor is an ordinary one."""
    if A.scalar or B.scalar or (A.shape[1] == ONE and B.shape[0] == ONE):
        return product(A, B)
    if A.shape[0] == ONE and B.shape[1] == ONE:
        return product(B, A)
    a, A = split(A)
    b, B = split(B)
    if A.op is IDENTITY and B.op is IDENTITY:
        return scale(a * b, identity(A.shape[0] * B.shape[0]))
    if is_zero(A) or is_zero(B):
        return zero((A.shape[0] * B.shape[0], A.shape[1] * B.shape[1]))
    return scale(a * b, node(KRONECKER, (A, B)))


def _kronecker_value(np: Any, A: Any, B: Any, data: Any = None) -> Any:
    wide = np.einsum("...ij,...kl->...ikjl", A, B)
    return wide.reshape(*wide.shape[:-4], A.shape[-2] * B.shape[-2], A.shape[-1] * B.shape[-1])


def mixed(A: Expr, B: Expr) -> Expr | None:
    """(C⊗D)(E⊗F) = CE⊗DF, where the sizes fit; None for any other two matrices."""
    if A.op is KRONECKER and B.op is KRONECKER and A.args[0].shape[1] == B.args[0].shape[0]:
        return kronecker(product(A.args[0], B.args[0]), product(A.args[1], B.args[1]))
    return None


def _kronecker_moves(G: Expr, A: Expr, B: Expr, data: Any = None) -> tuple[Expr, Expr]:
    (m, n), (p, q) = A.shape, B.shape
    left, right = kronecker(identity(n), transpose(B)), kronecker(transpose(A), identity(p))
    own, body = split(G)
    if q == ONE:
        by_first = product(kronecker(identity(m), transpose(B)), body)
    elif p == ONE:
        by_first = product(body, left)
    else:
        by_first = partial_trace(2, mixed(body, left) or product(body, left), (m, n), p)
    if n == ONE:
        by_second = product(right, body)
    elif m == ONE:
        by_second = product(body, kronecker(transpose(A), identity(q)))
    else:
        by_second = partial_trace(1, mixed(right, body) or product(right, body), (p, q), n)
    return scale(own, by_first), scale(own, by_second)


def _kronecker_vec(K: Stacking, A: Expr, B: Expr, data: Any = None) -> tuple[Expr, Expr]:
    (m, n), (p, q) = A.shape, B.shape
    swap = kronecker(kronecker(identity(n), commutation(q, m)), identity(p))
    return product(swap, kronecker(identity(m * n), vec(B))), product(swap, kronecker(vec(A), identity(p * q)))


KRONECKER = Op(
    "Kronecker product", "m n, p q -> m*p n*q", (r"#1 \otimes #2",), value=_kronecker_value, moves=_kronecker_moves,
    vec=_kronecker_vec, normal=kronecker,
    turned=lambda transpose, e: kronecker(*map(transpose, e.args)),
    symmetric=lambda symmetric, e: all(map(symmetric, e.args)), python="np.kron({0}, {1})",
    law="product rule for Kronecker products", source="Matrix Cookbook (39)",
)  # fmt: skip


def partial_trace(over: int, A: Expr, shape: Shape, size: Dim) -> Expr:
    """tr₂(B⊗C) = tr(C) B and tr₁(B⊗C) = tr(B) C: the trace over one factor of a Kronecker product, of that `size`.

    shape: that of the other factor, which is the shape of the result.
    """
    if is_zero(A):
        return zero(shape)
    if A.op is SUM:
        return add(*(partial_trace(over, t, shape, size) for t in A.args))
    own, body = split(A)
    if own != 1:
        return scale(own, partial_trace(over, body, shape, size))
    scalars, chain = factors(body)
    if scalars:
        return product(*scalars, partial_trace(over, product(*chain), shape, size))
    if A.op is IDENTITY:
        return product(dimension(size), identity(shape[0]))
    if A.op is KRONECKER and A.args[over - 1].shape == (size, size):
        return product(trace(A.args[over - 1]), A.args[2 - over])
    if shape == SCALAR or size == ONE:
        return trace(A) if shape == SCALAR else A
    return node(PARTIAL_TRACE, (A,), (over, *shape, size), shape)


def _partial_trace_value(np: Any, A: Any, data: tuple[int, int, int, int]) -> Any:
    over, rows, cols, size = data
    if over == 2:
        return np.einsum("...ikjk->...ij", A.reshape(*A.shape[:-2], rows, size, cols, size))
    return np.einsum("...kikj->...ij", A.reshape(*A.shape[:-2], size, rows, size, cols))


def _partial_trace_moves(G: Expr, A: Expr, data: tuple[int, Dim, Dim, Dim]) -> tuple[Expr]:
    other = identity(data[3])
    return (kronecker(G, other) if data[0] == 2 else kronecker(other, G),)


PARTIAL_TRACE = Op(
    "partial trace", "", (), value=_partial_trace_value, moves=_partial_trace_moves,
    normal=lambda A, data: partial_trace(data[0], A, (data[1], data[2]), data[3]), law="linearity",
)  # fmt: skip


def _commutation_value(np: Any, data: tuple[int, int]) -> Any:
    rows, cols = data
    return np.eye(rows * cols).reshape(1, cols, rows, -1).swapaxes(1, 2).reshape(1, rows * cols, -1)


COMMUTATION = Op(
    "commutation matrix", value=_commutation_value, turned=lambda transpose, e: commutation(*reversed(e.data)),
)  # fmt: skip


def commutation(m: Dim, n: Dim) -> Expr:
    """K_mn with vec(Aᵀ) = K_mn vec(A) for A m×n (Magnus & Neudecker, ch. 3.7)."""
    size = m * n
    return identity(size) if ONE in (m, n) else node(COMMUTATION, (), (m, n), (size, size))


STACKING = Stacking(vec, kronecker, commutation, diagonal_matrix)
