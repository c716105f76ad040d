"""Sums over an index, entries, and the differential itself: operators whose data names an index or nothing."""

from __future__ import annotations

from typing import Any

from texgrad.algebra import NUMBER, SCALE, SUM, SYMBOL, Expr, Op, add, is_zero, node, number, scale
from texgrad.operators.blocks import BLOCK
from texgrad.operators.constants import (
    BASIS,
    DIFFERENTIAL_KEY,
    DIMENSION,
    IDENTITY,
    INDEX_VALUE,
    SINGLE,
    basis,
    single_entry,
)
from texgrad.operators.inverses import MATRIX_POWER, matrix_power
from texgrad.operators.products import HADAMARD, PRODUCT, all_ones, factors, product
from texgrad.operators.stacking import Stacking
from texgrad.operators.sums import INDEXED_SUM, indexed_sum
from texgrad.operators.traces import DIAGONAL_MATRIX
from texgrad.operators.transposes import TRANSPOSE, transpose
from texgrad.shapes import ONE, SCALAR, Index


def entry(A: Expr, *at: Index) -> Expr:
    """The entry (i, j) of a matrix, or i of a vector."""
    if A.op is SCALE:
        return scale(A.data, entry(A.args[0], *at))
    if A.op is SUM:
        return add(*(entry(a, *at) for a in A.args))
    if A.op is TRANSPOSE and len(at) == 2:
        return entry(A.args[0], at[1], at[0])
    if A.op is PRODUCT and A.args[0].scalar:
        scalars, chain = factors(A)
        return product(*scalars, entry(product(*chain), *at))
    if A.op is PRODUCT and len(at) == 2 and all(a.op is TRANSPOSE and a.shape[0] != ONE != a.shape[1] for a in A.args):
        return entry(product(*(a.args[0] for a in reversed(A.args))), at[1], at[0])
    if (apart := _entry_apart(A, at)) is not None:
        return apart
    if A.op is INDEXED_SUM and A.data.name not in [i.name for i in at]:
        return indexed_sum(entry(A.args[0], *at), A.data)
    if A.op is MATRIX_POWER and A.args[0].op is TRANSPOSE and len(at) == 2:
        return entry(matrix_power(A.args[0].args[0], A.args[1]), at[1], at[0])
    if all_ones(A):
        return number(1)
    if A.op is BASIS:
        return kronecker_delta(A.data[0], at[0])
    if A.op is SINGLE:
        return product(kronecker_delta(A.data[0], at[0]), kronecker_delta(A.data[1], at[1]))
    return node(ENTRY, (A,), at)


def _entry_apart(A: Expr, at: tuple[Index, ...]) -> Expr | None:
    """(abᵀ)ᵢⱼ = aᵢbⱼ, (A∘B)ᵢⱼ = AᵢⱼBᵢⱼ, Diag(a)ᵢⱼ = aᵢδᵢⱼ, Iᵢⱼ = δᵢⱼ, and what stands there in a table."""
    if A.op is HADAMARD:
        return product(*(entry(a, *at) for a in A.args))
    if A.op is BLOCK and all(i.fixed for i in at) and all(cell.scalar for cell in A.args):
        row, column = (*(int(i.name) - 1 for i in at), 0)[:2]
        cells = A.args[row * A.data[1] :]
        return cells[column]
    if len(at) < 2:
        return None
    if A.op is IDENTITY:
        return kronecker_delta(*at)
    if A.op is DIAGONAL_MATRIX:
        return product(entry(A.args[0], at[0]), kronecker_delta(*at))
    cut = next((k for k, a in enumerate(A.args) if a.shape[1] == ONE), None) if A.op is PRODUCT else None
    if cut is None:
        return None
    a, b = product(*A.args[: cut + 1]), product(*A.args[cut + 1 :])
    return product(entry(a, at[0]), entry(transpose(b), at[1]))


def kronecker_delta(i: Index, j: Index) -> Expr:
    """δ_ij: 1 where the indices agree and 0 elsewhere."""
    if i.fixed and j.fixed:
        return number(int(i.name == j.name))
    return number(int(i.shift == j.shift)) if i.name == j.name else node(DELTA, (), (i, j), SCALAR)


DELTA = Op("Kronecker delta", value=lambda np, data: np.full((1, 1, 1), float(data[0] == data[1])))


def _entry_value(np: Any, A: Any, data: tuple[int, ...]) -> Any:
    row, col = (*data, 0)[:2]
    return A[..., row : row + 1, col : col + 1]


def _entry_moves(g: Expr, A: Expr, data: tuple[Index, ...]) -> tuple[Expr, ...]:
    return (product(g, basis(*data) if len(data) == 1 else single_entry(*data)),)


def _entry_vec(K: Stacking, A: Expr, data: tuple[Index, ...]) -> tuple[Expr, ...]:
    return (transpose(K.kronecker(basis(data[1]), basis(data[0])) if data[1:] else basis(*data)),)


ENTRY = Op(
    "entry", "m n -> 1 1", ("(#1)_{ij}", "[#1]_{ij}"), value=_entry_value, moves=_entry_moves,
    vec=_entry_vec,
    normal=lambda A, data: entry(A, *data), conjugated=lambda mark, e: mark(e), law="linearity",
)  # fmt: skip


def differential(A: Expr) -> Expr:
    """dA, not yet worked out: numbers, transposes and the indices of an entry stand outside."""
    if A.op in (NUMBER, DIMENSION, INDEX_VALUE) or is_zero(A):
        return scale(0, A)
    if A.op is SCALE:
        return scale(A.data, differential(A.args[0]))
    if A.op is TRANSPOSE:
        return transpose(differential(A.args[0]))
    if A.op is ENTRY and A.args[0].op is SYMBOL:
        return ENTRY(differential(A.args[0]), data=A.data)
    return node(DIFFERENTIAL, (A,))


DIFFERENTIAL = Op(
    "differential", "m n -> m n", ("d #1", r"\mathrm{d} #1"), normal=differential,
    marks=frozenset((DIFFERENTIAL_KEY,)),
)  # fmt: skip


# --- what stands on the left of a derivation's lines ------------------------------------------------------------------

STACKED, STACKED_TURNED = "stacked", "stacked transposed"  # kinds of derivatives of numbers by vec x and by (vec x)ᵀ
DERIVATIVE = Op("derivative", spellings=(r"\frac{\partial #1}{\partial #2}",))
EVALUATION = Op("evaluation", spellings=(r"\left.#1\right|_{#2=#3}",))
APPLICATION = Op("application", spellings=("#1(#2)",))


def derivative(f: Expr, x: Expr, kind: str = "") -> Expr:
    """The derivative of f by x as a name; `kind` is "", `hessian`, `transposed` (by xᵀ), `vec`, or one by vec x."""
    shape = f.shape if not f.scalar or kind in ("hessian", "transposed") else x.shape
    if kind == STACKED:
        shape = (x.shape[0] * x.shape[1], ONE)
    elif kind == STACKED_TURNED:
        shape = (ONE, x.shape[0] * x.shape[1])
    return node(DERIVATIVE, (f, x), kind, shape)


def mixed_derivative(f: Expr, x: Expr, y: Expr) -> Expr:
    """The second derivative of a scalar f by x and y as a name: rows belong to x, columns to y."""
    shape = (x.shape[0] * x.shape[1], y.shape[0] * y.shape[1])
    return node(DERIVATIVE, (f, x, y), "mixed", shape if f.scalar else f.shape)


def directional_derivative(f: Expr, x: Expr, direction: Expr) -> Expr:
    """The derivative of f by x along a direction, as a name."""
    return node(DERIVATIVE, (f, x, direction), "directional", f.shape)


def evaluated(e: Expr, x: Expr, point: Expr) -> Expr:
    """What e is worth where x is the point, as a name."""
    return node(EVALUATION, (e, x, point), None, e.shape)


def application(f: Expr, x: Expr) -> Expr:
    """f(x) as a name, of the shape of f."""
    return node(APPLICATION, (f, x), None, f.shape)
