"""Matrices put together from blocks: [A B; C D]."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from texgrad.algebra import Each, Expr, Op, add, is_zero, node, zero
from texgrad.operators.constants import identity
from texgrad.operators.products import product
from texgrad.operators.stacking import Stacking
from texgrad.operators.transposes import transpose
from texgrad.shapes import Dim, ShapeError, show


def block(rows: Sequence[Sequence[Expr]]) -> Expr:
    """The matrix of these blocks; ShapeError where they do not fit side by side and one above the other."""
    heights = [row[0].shape[0] for row in rows]
    widths = [cell.shape[1] for cell in rows[0]]
    for row, height in zip(rows, heights, strict=True):
        if len(row) != len(widths):
            raise ShapeError(f"rows of {len(widths)} and of {len(row)} blocks")
        for cell, width in zip(row, widths, strict=True):
            if cell.shape != (height, width):
                raise ShapeError(f"a block of {show(cell.shape)} where {show((height, width))} is needed")
    cells = tuple(cell for row in rows for cell in row)
    shape = (_total(heights), _total(widths))
    if len(cells) == 1:
        return cells[0]
    if all(map(is_zero, cells)):
        return zero(shape)
    return node(BLOCK, cells, (len(heights), len(widths)), shape)


def _total(sizes: Sequence[Dim]) -> Dim:
    total = Dim.of(0)
    for size in sizes:
        total = total + size
    return total


def block_rows(e: Expr) -> list[tuple[Expr, ...]]:
    """The rows of blocks of a block matrix."""
    _, cols = e.data
    return [e.args[k : k + cols] for k in range(0, len(e.args), cols)]


def _rebuilt(cells: Sequence[Expr], counts: tuple[int, int]) -> Expr:
    return block([cells[k : k + counts[1]] for k in range(0, len(cells), counts[1])])


def _block_value(np: Any, *arrays: Any, data: tuple[int, int]) -> Any:
    lead = max(a.shape[0] for a in arrays)
    cells = [np.broadcast_to(a, (lead, *a.shape[1:])) for a in arrays]
    rows = [np.concatenate(cells[k : k + data[1]], axis=-1) for k in range(0, len(cells), data[1])]
    return np.concatenate(rows, axis=-2)


def selector(sizes: Sequence[Dim], at: int) -> Expr:
    """[0 I 0], which picks the block `at` among blocks of these sizes; its transpose puts a block there."""
    own = sizes[at]
    return block([[identity(own) if k == at else zero((own, size)) for k, size in enumerate(sizes)]])


def _sides(args: tuple[Expr, ...], data: tuple[int, int]) -> tuple[list[Dim], list[Dim]]:
    return [a.shape[0] for a in args[:: data[1]]], [a.shape[1] for a in args[: data[1]]]


def _block_moves(G: Expr, *args: Expr, data: tuple[int, int]) -> Sequence[Expr]:
    heights, widths = _sides(args, data)

    def at(k: int) -> Expr:
        i, j = divmod(k, data[1])
        return product(selector(heights, i), G, transpose(selector(widths, j)))

    return Each(len(args), at)


def _block_vec(K: Stacking, *args: Expr, data: tuple[int, int]) -> Sequence[Expr]:
    heights, widths = _sides(args, data)

    def at(k: int) -> Expr:
        i, j = divmod(k, data[1])
        return K.kronecker(transpose(selector(widths, j)), transpose(selector(heights, i)))

    return Each(len(args), at)


def _turned(transpose: Callable[[Expr], Expr], e: Expr) -> Expr:
    return block([[transpose(cell) for cell in column] for column in zip(*block_rows(e), strict=True)])


BLOCK = Op(
    "block matrix", "", (), value=_block_value, moves=_block_moves, vec=_block_vec,
    normal=lambda *args, data: _rebuilt(args, data), turned=_turned, law="linearity",
)  # fmt: skip


def block_product(A: Expr, B: Expr) -> Expr | None:
    """The product of two block matrices, block by block; None where their blocks do not fit."""
    left, right = block_rows(A), block_rows(B)
    if [a.shape[1] for a in left[0]] != [row[0].shape[0] for row in right]:
        return None
    return block([[_dot(row, [r[j] for r in right]) for j in range(len(right[0]))] for row in left])


def _dot(row: Sequence[Expr], column: Sequence[Expr]) -> Expr:
    return add(*(product(a, b) for a, b in zip(row, column, strict=True)))
