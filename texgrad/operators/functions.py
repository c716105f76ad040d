"""Functions of square matrices: exponential, logarithm, sine, …, worked out on eigenvalues and not on entries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from texgrad.algebra import Expr, Op, node, of_argument, scale, subtract
from texgrad.operators.callables import Function, cubic
from texgrad.operators.constants import identity
from texgrad.operators.elementwise import COS, COSH, EXP, SIN, SINH, TANH
from texgrad.operators.inverses import inverse, spectral
from texgrad.operators.products import LOG, product


def matrix_function(of: Op, numpy: str, scipy: str, prime: Callable[[Expr], Expr], **known: Any) -> Op:
    """An entry for the function of matrices that belongs to the elementwise one `of`."""
    known.setdefault("spellings", of.spellings)
    return Op(
        "matrix " + of.name, "n n -> n n", entrywise=of, prime=prime, symmetric=of_argument,
        value=lambda np, A, data: spectral(np, A, getattr(np, numpy)), python=f"scipy.linalg.{scipy}({{0}})",
        law="differential of the trace of a function", source="Matrix Cookbook (128)", **known,
    )  # fmt: skip


MATRIX_EXP: Op = matrix_function(EXP, "exp", "expm", lambda A: MATRIX_EXP(A), spellings=("e^{#1}",))
MATRIX_LOG: Op = matrix_function(
    LOG, "log", "logm", inverse, condition=r"#1 \text{ has no eigenvalue} \le 0",
)  # fmt: skip
MATRIX_SIN: Op = matrix_function(SIN, "sin", "sinm", lambda A: MATRIX_COS(A))
MATRIX_COS: Op = matrix_function(COS, "cos", "cosm", lambda A: scale(-1, MATRIX_SIN(A)))
MATRIX_SINH: Op = matrix_function(SINH, "sinh", "sinhm", lambda A: MATRIX_COSH(A))
MATRIX_COSH: Op = matrix_function(COSH, "cosh", "coshm", lambda A: MATRIX_SINH(A))
MATRIX_TANH: Op = matrix_function(
    TANH, "tanh", "tanhm", lambda A: subtract(identity(A.shape[0]), product(MATRIX_TANH(A), MATRIX_TANH(A)))
)
FUNCTIONS_OF_MATRICES: dict[Op, Op] = {
    op.entrywise: op
    for op in (MATRIX_EXP, MATRIX_LOG, MATRIX_SIN, MATRIX_COS, MATRIX_SINH, MATRIX_COSH, MATRIX_TANH)
    if op.entrywise is not None
}


# --- a function of which only the name is known -----------------------------------------------------------------------


def of_matrix(function: Function, A: Expr) -> Expr:
    """f(A), or a derivative f'(A), for a function of numbers without a formula."""
    return node(UNKNOWN_OF_MATRIX, (A,), function, A.shape)


def cubic_on(w: Any, data: Any) -> Any:
    """The function, or its derivative, at numbers, one row of them for every point."""
    function, coefficients = data
    constant, slope, curve = (c.reshape(len(c), *(1,) * (w.ndim - 1)) for c in coefficients)
    line = constant + slope * w if not function.order else slope * (function.order == 1)
    return line + curve * cubic(w, function.order)


UNKNOWN_OF_MATRIX: Op = Op(
    "unknown function of a matrix", member=True, normal=lambda A, data: of_matrix(data, A), symmetric=of_argument,
    value=lambda np, A, data: spectral(np, A, lambda w: cubic_on(w, data)), analytic=False,
    law="differential of the trace of a function", source="Matrix Cookbook (128)",
)  # fmt: skip
