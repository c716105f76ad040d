"""The operator table: one entry an operator, holding its spellings, worth, shape rule and calculus.

A new operator is one entry in one of the modules here, and its name in `TABLE`; the tests range over `TABLE`.
"""

from __future__ import annotations

from texgrad.algebra import NUMBER, SCALE, SUM, SYMBOL, ZERO, Op
from texgrad.operators.elementwise import (
    ARCCOS,
    ARCSIN,
    ARCTAN,
    COS,
    COSH,
    EXP,
    SIGMOID,
    SIN,
    SINH,
    TAN,
    TANH,
)
from texgrad.operators.indexed import (
    APPLICATION,
    DELTA,
    DERIVATIVE,
    DIFFERENTIAL,
    DIMENSION,
    ENTRY,
    INDEXED_SUM,
    application,
    derivative,
    differential,
    dimension,
    entry,
    indexed_sum,
    kronecker_delta,
)
from texgrad.operators.products import (
    BASIS,
    COMMUTATION,
    DIAGONAL,
    DIAGONAL_MATRIX,
    DIFFERENTIAL_KEY,
    FROBENIUS,
    HADAMARD,
    IDENTITY,
    INVERSE,
    KRONECKER,
    LOG,
    ONES,
    POWER,
    PRODUCT,
    SINGLE,
    TRACE,
    TRANSPOSE,
    UNVEC,
    VEC,
    basis,
    commutation,
    diagonal,
    diagonal_matrix,
    factors,
    frobenius,
    hadamard,
    identity,
    inverse,
    kronecker,
    ones,
    power,
    product,
    reciprocal,
    single_entry,
    symmetric,
    trace,
    transpose,
    vec,
)
from texgrad.operators.smooth import DET, LOGDET, NORM, det, logdet, norm

LEAVES: tuple[Op, ...] = (SYMBOL, NUMBER, ZERO, IDENTITY, ONES, BASIS, SINGLE, DIMENSION, COMMUTATION, DELTA)
TABLE: tuple[Op, ...] = (
    SUM, SCALE, PRODUCT, TRANSPOSE, INVERSE, HADAMARD, POWER, FROBENIUS, TRACE, DIAGONAL_MATRIX, DIAGONAL, VEC, UNVEC,
    KRONECKER, NORM, DET, LOGDET, LOG, EXP, TANH, SIGMOID, SIN, COS, TAN, SINH, COSH, ARCSIN, ARCCOS, ARCTAN,
    INDEXED_SUM, ENTRY, DIFFERENTIAL,
)  # fmt: skip

__all__ = [
    "APPLICATION", "DELTA", "kronecker_delta", "DERIVATIVE", "application", "derivative",
    "ARCCOS", "ARCSIN", "ARCTAN", "BASIS", "COMMUTATION", "COS", "COSH", "DET", "DIAGONAL", "DIAGONAL_MATRIX",
    "DIFFERENTIAL", "DIFFERENTIAL_KEY", "DIMENSION", "ENTRY", "EXP", "FROBENIUS", "HADAMARD", "IDENTITY",
    "INDEXED_SUM", "INVERSE", "KRONECKER", "LEAVES", "LOG", "LOGDET", "NORM", "ONES", "POWER", "PRODUCT", "SIGMOID",
    "SIN", "SINGLE", "SINH", "TABLE", "TAN", "TANH", "TRACE", "TRANSPOSE", "UNVEC", "VEC", "basis", "commutation",
    "det", "diagonal", "diagonal_matrix", "differential", "dimension", "entry", "factors", "frobenius", "hadamard",
    "identity", "indexed_sum", "inverse", "kronecker", "logdet", "norm", "ones", "power", "product", "reciprocal",
    "single_entry", "symmetric", "trace", "transpose", "vec",
]  # fmt: skip
