"""Functions that work entry by entry; each states its slope, or names the SymPy function that knows it."""

from __future__ import annotations

from typing import Any

from texgrad.algebra import Expr, Op, number, scale, subtract
from texgrad.operators.constants import ones
from texgrad.operators.products import LOG, hadamard, power, product


def _sigmoid_value(np: Any, A: Any, data: Any = None) -> Any:
    return 1 / (1 + np.exp(-A))


def elementwise(name: str, spelling: str, numpy: str, **known: Any) -> Op:
    """An entry for the function that NumPy calls `numpy`, spelt `spelling` before its argument."""
    known.setdefault("value", lambda np, A, data: getattr(np, numpy)(A))
    known.setdefault("python", f"np.{numpy}({{0}})")
    law = f"derivative of {spelling}" if "{" not in spelling else f"derivative of the {name}"
    return Op(name, "m n -> m n", (spelling + "(#1)", spelling + " #1"), law=law, **known)


def _one_minus_square(f: Expr) -> Expr:
    return subtract(ones(f.shape), hadamard(f, f))


EXP: Op = elementwise("exponential", r"\exp", "exp", slope=lambda A: EXP(A), nonnegative=True)
TANH: Op = elementwise(
    "hyperbolic tangent", r"\tanh", "tanh", slope=lambda A: _one_minus_square(TANH(A)),
    letters=("h", "a", "g"),
)  # fmt: skip
SIGMOID: Op = Op(
    "sigmoid", "m n -> m n", (r"\sigma(#1)", r"\operatorname{sigmoid}(#1)"), value=_sigmoid_value,
    slope=lambda A: hadamard(SIGMOID(A), subtract(ones(A.shape), SIGMOID(A))), python="1/(1 + np.exp(-{0}))",
    letters=("s", "a", "h"), nonnegative=True, law=r"derivative of the sigmoid function",
    meaning=r"\sigma(t)=\frac{1}{1+e^{-t}}",
)  # fmt: skip
SOFTPLUS = elementwise(
    "softplus", r"\operatorname{softplus}", "", value=lambda np, A, data: np.logaddexp(0, A),
    slope=lambda A: SIGMOID(A), python="np.logaddexp(0, {0})", analytic=False, nonnegative=True,
    letters=("h", "a", "g"),
)  # fmt: skip

# --- trigonometric and hyperbolic functions and their inverses --------------------------------------------------------

SIN: Op = elementwise("sine", r"\sin", "sin", slope=lambda A: COS(A))
COS: Op = elementwise("cosine", r"\cos", "cos", slope=lambda A: scale(-1, SIN(A)))
TAN = elementwise("tangent", r"\tan", "tan", sympy="tan")
COT: Op = elementwise(
    "cotangent", r"\cot", "", value=lambda np, A, data: 1 / np.tan(A), python="1/np.tan({0})",
    slope=lambda A: scale(-1, power(SIN(A), number(-2))),
)  # fmt: skip
SEC: Op = elementwise(
    "secant", r"\sec", "", value=lambda np, A, data: 1 / np.cos(A), python="1/np.cos({0})",
    slope=lambda A: hadamard(SEC(A), TAN(A)),
)  # fmt: skip
CSC: Op = elementwise(
    "cosecant", r"\csc", "", value=lambda np, A, data: 1 / np.sin(A), python="1/np.sin({0})",
    slope=lambda A: scale(-1, hadamard(CSC(A), COT(A))),
)  # fmt: skip
SINH: Op = elementwise("hyperbolic sine", r"\sinh", "sinh", slope=lambda A: COSH(A))
COSH: Op = elementwise("hyperbolic cosine", r"\cosh", "cosh", slope=lambda A: SINH(A))
COTH: Op = elementwise(
    "hyperbolic cotangent", r"\coth", "", value=lambda np, A, data: 1 / np.tanh(A), python="1/np.tanh({0})",
    slope=lambda A: scale(-1, power(SINH(A), number(-2))),
)  # fmt: skip
ARCSIN = elementwise("inverse sine", r"\arcsin", "arcsin", sympy="asin")
ARCCOS = elementwise("inverse cosine", r"\arccos", "arccos", sympy="acos")
ARCTAN = elementwise("inverse tangent", r"\arctan", "arctan", sympy="atan")
ARSINH = elementwise("inverse hyperbolic sine", r"\operatorname{arsinh}", "arcsinh", sympy="asinh")
ARCOSH = elementwise("inverse hyperbolic cosine", r"\operatorname{arcosh}", "arccosh", sympy="acosh")
ARTANH = elementwise("inverse hyperbolic tangent", r"\operatorname{artanh}", "arctanh", sympy="atanh")


def _to_base(base: int, name: str) -> Op:
    """The logarithm to a base, with the slope 1/(x log base)."""
    return Op(
        name, "m n -> m n", (rf"\log_{{{base}}}(#1)", rf"\log_{{{base}}} #1"),
        value=lambda np, A, data: np.log(A) / np.log(base), python=f"np.log{base}({{0}})",
        slope=lambda A: product(power(LOG(number(base)), number(-1)), power(A, number(-1))),
        law="derivative of the logarithm",
    )  # fmt: skip


LOG2 = _to_base(2, "binary logarithm")
LOG10 = _to_base(10, "decimal logarithm")
