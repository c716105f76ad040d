"""The operator table: one entry an operator, holding its spellings, worth, shape rule and calculus.

A new operator is one entry in one of the modules here, and its name in `TABLE`; the tests range over `TABLE`.
"""

from __future__ import annotations

from texgrad.algebra import NUMBER, SCALE, SUM, SYMBOL, ZERO, Op
from texgrad.operators.blocks import BLOCK, block
from texgrad.operators.callables import Function, NoDerivative
from texgrad.operators.cholesky import CHOLESKY, COPYLTU, LOW
from texgrad.operators.columns import COLUMNS, columns
from texgrad.operators.conjugates import (
    CONJUGATE,
    CONJUGATE_TRANSPOSE,
    HERMITIAN,
    IMAGINARY_PART,
    REAL_PART,
    conjugate,
    conjugate_transpose,
    hermitian,
    is_complex,
    parts_joined,
    real_part,
)
from texgrad.operators.constants import (
    BASIS,
    DIFFERENTIAL_KEY,
    DIMENSION,
    IDENTITY,
    INDEX_VALUE,
    ONES,
    SINGLE,
    basis,
    dimension,
    identity,
    index_value,
    ones,
    single_entry,
)
from texgrad.operators.cross import CROSS, CROSS_MATRIX
from texgrad.operators.elementwise import (
    ARCCOS,
    ARCOSH,
    ARCSIN,
    ARCTAN,
    ARSINH,
    ARTANH,
    COS,
    COSH,
    COT,
    COTH,
    CSC,
    EXP,
    LOG2,
    LOG10,
    SEC,
    SIGMOID,
    SIN,
    SINH,
    SOFTPLUS,
    TAN,
    TANH,
)
from texgrad.operators.extremes import (
    BOTTOM,
    BOTTOM_INDEX,
    MAXIMUM,
    MINIMUM,
    TOP,
    TOP_INDEX,
    listed,
    maximum,
    minimum,
    place,
)
from texgrad.operators.frechet import FRECHET, INTEGRAL, INTEGRAL_MATRIX, frechet
from texgrad.operators.functions import (
    FUNCTIONS_OF_MATRICES,
    MATRIX_COS,
    MATRIX_COSH,
    MATRIX_EXP,
    MATRIX_LOG,
    MATRIX_SIN,
    MATRIX_SINH,
    MATRIX_TANH,
    UNKNOWN_OF_MATRIX,
    of_matrix,
)
from texgrad.operators.halves import DUPLICATION, ELIMINATION, VECH, duplication, elimination, vech
from texgrad.operators.imaginary import IMAGINARY, imaginary
from texgrad.operators.indexed import (
    APPLICATION,
    DELTA,
    DERIVATIVE,
    DIFFERENTIAL,
    ENTRY,
    EVALUATION,
    application,
    derivative,
    differential,
    directional_derivative,
    entry,
    evaluated,
    kronecker_delta,
    mixed_derivative,
)
from texgrad.operators.inverses import INVERSE, MATRIX_POWER, inverse, matrix_power
from texgrad.operators.kronecker import (
    COMMUTATION,
    KRONECKER,
    PARTIAL_TRACE,
    UNVEC,
    VEC,
    commutation,
    kronecker,
    unvec,
    vec,
)
from texgrad.operators.norms import MAX_NORM, PEAK, POWER_NORM, SUM_NORM, max_norm, power_norm, sum_norm
from texgrad.operators.parts import DIAGONAL_SUMS, LOWER, UPPER
from texgrad.operators.pieces import ABS, LARGER, NEGATIVE_PART, RELU, SIGN, SMALLER, STEP, absolute, larger, smaller
from texgrad.operators.products import (
    FROBENIUS,
    HADAMARD,
    LOG,
    POWER,
    PRODUCT,
    all_ones,
    factors,
    frobenius,
    hadamard,
    nonnegative,
    power,
    product,
    reciprocal,
    squared,
)
from texgrad.operators.row_norms import ROW_NORMS, SUM_OF_ROW_NORMS, row_norms, sum_of_row_norms
from texgrad.operators.selected import (
    COLUMN,
    INDEXED_PRODUCT,
    ROW,
    WHOLE_LINE,
    apart_from,
    column,
    indexed_product,
    of_member,
    part_of,
    reindexed,
    row,
)
from texgrad.operators.smooth import ADJUGATE, COFACTORS, DET, LOGDET, NORM, PSEUDOINVERSE, det, logdet, norm
from texgrad.operators.softmax import LOGSUMEXP, SOFTMAX, logsumexp, softmax
from texgrad.operators.special import (
    DIGAMMA,
    ERF,
    FACTORIAL,
    GAMMA,
    GELU,
    LOG_GAMMA,
    NORMAL_CDF,
    NORMAL_PDF,
    PI,
    SILU,
    TRIGAMMA,
    pi,
)
from texgrad.operators.spectra import (
    EIGENVALUE,
    EIGENVECTOR,
    LEFT_EIGENVECTOR,
    LEFT_VECTOR,
    LEFT_VECTORS,
    NUCLEAR,
    RIGHT_VECTOR,
    RIGHT_VECTORS,
    SINGULAR_VALUE,
    SPECTRAL,
    eigenvalue,
    nuclear_norm,
    singular_value,
    spectral_norm,
)
from texgrad.operators.sums import (
    INDEXED_SUM,
    MEAN,
    MEAN_SIZE,
    conditions_of,
    counts_members,
    indexed_sum,
    is_mean,
    is_membership,
    membership,
)
from texgrad.operators.traces import DIAGONAL, DIAGONAL_MATRIX, TRACE, diagonal, diagonal_matrix, trace
from texgrad.operators.transposes import TRANSPOSE, symmetric, transpose
from texgrad.operators.unknown import PARTIAL, UNKNOWN_FUNCTION, of_several, partial, unknown_function

LEAVES: tuple[Op, ...] = (
    SYMBOL, NUMBER, ZERO, IDENTITY, ONES, BASIS, SINGLE, DIMENSION, COMMUTATION, DELTA, INDEX_VALUE, DUPLICATION,
    ELIMINATION, PI, IMAGINARY,
)  # fmt: skip
TABLE: tuple[Op, ...] = (
    SUM, SCALE, PRODUCT, TRANSPOSE, INVERSE, MATRIX_POWER, HADAMARD, POWER, FROBENIUS, TRACE, DIAGONAL_MATRIX,
    DIAGONAL, VEC, VECH, UNVEC, BLOCK, KRONECKER, CROSS, CROSS_MATRIX, PARTIAL_TRACE,
    ADJUGATE, PSEUDOINVERSE, NORM, DET, LOGDET, LOG, EXP,
    TANH, SIGMOID, SIN, COS, TAN, SINH, COSH, ARCSIN, ARCCOS, ARCTAN, MATRIX_EXP, MATRIX_LOG, MATRIX_SIN, MATRIX_COS,
    MATRIX_SINH, MATRIX_COSH, MATRIX_TANH, LOWER, UPPER, DIAGONAL_SUMS, INDEXED_SUM, ENTRY, DIFFERENTIAL,
    UNKNOWN_FUNCTION, PARTIAL, ROW, COLUMN, INDEXED_PRODUCT, COT, SEC, CSC, COTH, ARSINH, ARCOSH, ARTANH, LOG2, LOG10,
    SOFTPLUS, ABS, SIGN, RELU, NEGATIVE_PART, STEP, LARGER, SMALLER, ERF, NORMAL_CDF, NORMAL_PDF, GAMMA, LOG_GAMMA,
    DIGAMMA, FACTORIAL, SILU, GELU,
    TRIGAMMA, SOFTMAX, LOGSUMEXP, MAXIMUM, TOP, TOP_INDEX, MINIMUM, BOTTOM, BOTTOM_INDEX, SUM_NORM, POWER_NORM,
    MAX_NORM, PEAK, EIGENVALUE, EIGENVECTOR, LEFT_EIGENVECTOR, SINGULAR_VALUE, LEFT_VECTOR, RIGHT_VECTOR, SPECTRAL,
    NUCLEAR, CONJUGATE, CONJUGATE_TRANSPOSE, REAL_PART, IMAGINARY_PART, CHOLESKY, LOW, COPYLTU,
    ROW_NORMS, SUM_OF_ROW_NORMS, COFACTORS,
)  # fmt: skip
MEANT: tuple[Op, ...] = tuple(op for op in (*TABLE, FRECHET) if op.meaning)  # which an equation explains to readers

__all__ = [
    "ABS", "ADJUGATE", "APPLICATION", "ARCOSH", "BASIS", "BLOCK", "BOTTOM", "BOTTOM_INDEX", "CHOLESKY", "COLUMN",
    "COLUMNS", "COMMUTATION", "CONJUGATE", "CONJUGATE_TRANSPOSE", "COS", "COSH", "CROSS", "CROSS_MATRIX", "DELTA",
    "DERIVATIVE", "DET", "DIAGONAL", "DIAGONAL_MATRIX", "DIFFERENTIAL", "DIFFERENTIAL_KEY", "DIMENSION", "DUPLICATION",
    "EIGENVALUE", "EIGENVECTOR", "ELIMINATION", "ENTRY", "EVALUATION", "EXP", "FACTORIAL", "FRECHET", "FROBENIUS",
    "FUNCTIONS_OF_MATRICES", "GAMMA", "HADAMARD", "HERMITIAN", "IDENTITY", "IMAGINARY", "IMAGINARY_PART",
    "INDEXED_PRODUCT", "INDEXED_SUM", "INDEX_VALUE", "INTEGRAL", "INTEGRAL_MATRIX", "INVERSE", "KRONECKER", "LARGER",
    "LEAVES", "LEFT_EIGENVECTOR", "LEFT_VECTOR", "LEFT_VECTORS", "LOG", "LOG2", "LOG10", "LOGDET", "LOGSUMEXP",
    "LOG_GAMMA", "MATRIX_EXP", "MATRIX_LOG", "MATRIX_POWER", "MAXIMUM", "MAX_NORM", "MEAN", "MEANT", "MEAN_SIZE",
    "MINIMUM", "NEGATIVE_PART", "NORM", "NUCLEAR", "ONES", "PARTIAL", "PARTIAL_TRACE", "PEAK", "PI", "POWER",
    "POWER_NORM", "PRODUCT", "PSEUDOINVERSE", "REAL_PART", "RELU", "RIGHT_VECTOR", "RIGHT_VECTORS", "ROW", "ROW_NORMS",
    "SIGMOID", "SIGN", "SIN", "SINGLE", "SINGULAR_VALUE", "SINH", "SMALLER", "SOFTMAX", "SPECTRAL", "STEP", "SUM_NORM",
    "SUM_OF_ROW_NORMS", "TABLE", "TAN", "TANH", "TOP", "TOP_INDEX", "TRACE", "TRANSPOSE", "TRIGAMMA",
    "UNKNOWN_FUNCTION", "UNKNOWN_OF_MATRIX", "UNVEC", "VEC", "VECH", "WHOLE_LINE", "Function", "NoDerivative",
    "absolute", "all_ones", "apart_from", "application", "basis", "block", "column", "columns", "commutation",
    "conditions_of", "conjugate", "conjugate_transpose", "counts_members", "derivative", "det", "diagonal",
    "diagonal_matrix", "differential", "dimension", "directional_derivative", "duplication", "eigenvalue",
    "elimination", "entry", "evaluated", "factors", "frechet", "frobenius", "hadamard", "hermitian", "identity",
    "imaginary", "index_value", "indexed_product", "indexed_sum", "inverse", "is_complex", "is_mean", "is_membership",
    "kronecker", "kronecker_delta", "larger", "listed", "logdet", "logsumexp", "matrix_power", "max_norm", "maximum",
    "membership", "minimum", "mixed_derivative", "nonnegative", "norm", "nuclear_norm", "of_matrix", "of_member",
    "of_several", "ones", "part_of", "partial", "parts_joined", "pi", "place", "power", "power_norm", "product",
    "real_part", "reciprocal", "reindexed", "row", "row_norms", "single_entry", "singular_value", "smaller", "softmax",
    "spectral_norm", "squared", "sum_norm", "sum_of_row_norms", "symmetric", "trace", "transpose", "unknown_function",
    "unvec", "vec", "vech",
]  # fmt: skip
