"""Functions that work entry by entry; each states its slope, or names the SymPy function that knows it."""

from __future__ import annotations

from typing import Any

from texgrad.algebra import Expr, Op, scale, subtract
from texgrad.operators.products import hadamard, ones


def _sigmoid_value(np: Any, A: Any, data: Any = None) -> Any:
    return 1 / (1 + np.exp(-A))


def elementwise(name: str, spelling: str, numpy: str, **known: Any) -> Op:
    """An entry for the function that NumPy calls `numpy`, spelt `spelling` before its argument."""
    return Op(
        name, "m n -> m n", (spelling + "(#1)", spelling + " #1"),
        value=lambda np, A, data: getattr(np, numpy)(A), python=f"np.{numpy}({{0}})",
        law=f"derivative of {spelling}", **known,
    )  # fmt: skip


def _one_minus_square(f: Expr) -> Expr:
    return subtract(ones(f.shape), hadamard(f, f))


EXP: Op = elementwise("exponential", r"\exp", "exp", slope=lambda A: EXP(A))
TANH: Op = elementwise(
    "hyperbolic tangent", r"\tanh", "tanh", slope=lambda A: _one_minus_square(TANH(A)),
    letters=("h", "a", "g"), argument_letters=("z", "u", "t"),
)  # fmt: skip
SIGMOID: Op = Op(
    "sigmoid", "m n -> m n", (r"\sigma(#1)", r"\operatorname{sigmoid}(#1)"), value=_sigmoid_value,
    slope=lambda A: hadamard(SIGMOID(A), subtract(ones(A.shape), SIGMOID(A))), python="1/(1 + np.exp(-{0}))",
    letters=("s", "a", "h"), argument_letters=("z", "u", "t"), law=r"derivative of the sigmoid function",
)  # fmt: skip
SIN: Op = elementwise("sine", r"\sin", "sin", slope=lambda A: COS(A))
COS: Op = elementwise("cosine", r"\cos", "cos", slope=lambda A: scale(-1, SIN(A)))
TAN = elementwise("tangent", r"\tan", "tan", sympy="tan")
SINH: Op = elementwise("hyperbolic sine", r"\sinh", "sinh", slope=lambda A: COSH(A))
COSH: Op = elementwise("hyperbolic cosine", r"\cosh", "cosh", slope=lambda A: SINH(A))
ARCSIN = elementwise("inverse sine", r"\arcsin", "arcsin", sympy="asin")
ARCCOS = elementwise("inverse cosine", r"\arccos", "arccos", sympy="acos")
ARCTAN = elementwise("inverse tangent", r"\arctan", "arctan", sympy="atan")
