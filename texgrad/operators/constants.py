"""Constants: the identity, ones, basis vectors and single-entry matrices, sizes and indices as numbers."""

from __future__ import annotations

from texgrad.algebra import Expr, Op, node, number
from texgrad.shapes import ONE, SCALAR, Dim, Index, Shape, shape_of

DIFFERENTIAL_KEY = "#d"  # what stands among the free symbols of an expression that holds a differential

IDENTITY = Op(
    "identity", python="np.eye({rows})", value=lambda np, data: np.eye(data)[None], symmetric=lambda symmetric, e: True,
)  # fmt: skip
ONES = Op(
    "ones", python="np.ones({shape})", value=lambda np, data: np.ones(data)[None],
    turned=lambda transpose, e: ones(e.shape[::-1]),
)  # fmt: skip
BASIS = Op("basis vector")
SINGLE = Op("single-entry matrix", turned=lambda transpose, e: single_entry(*reversed(e.data)))
DIMENSION = Op("dimension", value=lambda np, data: np.full((1, 1, 1), float(data)))
INDEX_VALUE = Op("index value", value=lambda np, data: np.full((1, 1, 1), data[0] + 1.0))


def identity(n: Dim) -> Expr:
    """The n×n identity matrix; the number 1 where n is 1."""
    return number(1) if n == ONE else node(IDENTITY, (), n, (n, n))


def ones(shape: Shape) -> Expr:
    """The vector or matrix of ones; the number 1 for scalars."""
    return number(1) if shape == SCALAR else node(ONES, (), shape, shape)


def basis(i: Index) -> Expr:
    """The standard basis vector e_i."""
    return node(BASIS, (), (i,), shape_of(i.size))


def single_entry(i: Index, j: Index) -> Expr:
    """The single-entry matrix E_ij = e_i e_jᵀ (Matrix Cookbook 9.7.1: J^ij)."""
    return node(SINGLE, (), (i, j), (i.size, j.size))


def dimension(size: Dim) -> Expr:
    """A size as a scalar, such as the n that Σᵢ 1 is."""
    return node(DIMENSION, (), size, SCALAR)


def index_value(i: Index) -> Expr:
    """An index as a number, such as the r of Xʳ; it counts from 1."""
    return node(INDEX_VALUE, (), (i,), SCALAR)
