"""Special functions, entry by entry: error function, normal distribution, gamma and its logarithm's derivatives."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from texgrad.algebra import Expr, Op, add, node, number, scale, subtract
from texgrad.operators.constants import ones
from texgrad.operators.elementwise import EXP, SIGMOID
from texgrad.operators.products import hadamard, power, product
from texgrad.shapes import SCALAR

PI = Op("pi", value=lambda np, data=None: np.full((1, 1, 1), np.pi))


def pi() -> Expr:
    """The number π."""
    return node(PI, (), None, SCALAR)


def _each(function: Callable[[float], float]) -> Callable[..., Any]:
    """A function of one number, over arrays; NaN where it has no value."""

    def safe(x: float) -> float:
        try:
            return function(x)
        except (ValueError, OverflowError):
            return math.nan

    return lambda np, A, data=None: np.vectorize(safe, otypes=[float])(A)


def _digamma(x: float) -> float:
    """ψ(x) for x > 0: recurrence up to 8, then the asymptotic series."""
    total = 0.0
    if x <= 0:
        return math.nan
    while x < 8:
        total, x = total - 1 / x, x + 1
    y = 1 / (x * x)
    series = y * (1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y * (1 / 132 - y * 691 / 32760)))))
    return total + math.log(x) - 0.5 / x - series


def _trigamma(x: float) -> float:
    """ψ'(x) for x > 0, in the same way."""
    total = 0.0
    if x <= 0:
        return math.nan
    while x < 8:
        total, x = total + 1 / (x * x), x + 1
    y = 1 / (x * x)
    series = y * (1 / 6 - y * (1 / 30 - y * (1 / 42 - y * (1 / 30 - y * (5 / 66 - y * 691 / 2730)))))
    return total + (1 + 0.5 / x + series) / x


def _normal_cdf(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def _function(name: str, spelling: str, value: Any, python: str, *also: str, **known: Any) -> Op:
    return Op(
        name, "m n -> m n", (spelling + "(#1)", *also), value=value, python=python,
        analytic=False, law=f"derivative of the {name}", **known,
    )  # fmt: skip


def _bell(A: Expr) -> Expr:
    """exp(−A²)."""
    return EXP(scale(-1, power(A, number(2))))


ERF: Op = _function(
    "error function", r"\operatorname{erf}", _each(math.erf), "scipy.special.erf({0})",
    slope=lambda A: scale(2, product(power(pi(), number(Fraction(-1, 2))), _bell(A))),
)  # fmt: skip
NORMAL_PDF: Op = _function(
    "normal density", r"\phi", lambda np, A, data: np.exp(-A * A / 2) / np.sqrt(2 * np.pi),
    "np.exp(-{0}**2/2)/np.sqrt(2*np.pi)", r"\operatorname{normpdf}(#1)",
    slope=lambda A: scale(-1, hadamard(A, NORMAL_PDF(A))),
    meaning=r"\phi(t)=\tfrac{1}{\sqrt{2\pi}}e^{-t^2/2}",
)  # fmt: skip
NORMAL_CDF = _function(
    "normal distribution function", r"\Phi", _each(_normal_cdf), "scipy.special.ndtr({0})",
    r"\operatorname{normcdf}(#1)", slope=lambda A: NORMAL_PDF(A),
)  # fmt: skip
GAMMA: Op = _function(
    "gamma function", r"\Gamma", _each(math.gamma), "scipy.special.gamma({0})",
    slope=lambda A: hadamard(GAMMA(A), DIGAMMA(A)),
)  # fmt: skip
FACTORIAL: Op = Op(
    "factorial", "m n -> m n", ("#1!",), value=_each(lambda x: math.gamma(x + 1)),
    slope=lambda A: hadamard(FACTORIAL(A), DIGAMMA(add(A, ones(A.shape)))), python="scipy.special.gamma({0} + 1)",
    analytic=False, law="x! = Γ(x + 1)",
)  # fmt: skip
LOG_GAMMA = Op(
    "logarithm of the gamma function", "m n -> m n",
    (r"\log\Gamma(#1)", r"\ln\Gamma(#1)", r"\operatorname{lgamma}(#1)", r"\operatorname{gammaln}(#1)"),
    value=_each(math.lgamma), python="scipy.special.gammaln({0})", slope=lambda A: DIGAMMA(A),
    analytic=False, law="derivative of the logarithm of the gamma function",
)  # fmt: skip
DIGAMMA: Op = Op(
    "digamma", "m n -> m n", (r"\psi(#1)", r"\operatorname{digamma}(#1)"), value=_each(_digamma),
    python="scipy.special.digamma({0})", slope=lambda A: TRIGAMMA(A),
    analytic=False, law="derivative of the digamma function",
    meaning=r"\psi=(\log\Gamma)'",
)  # fmt: skip
TRIGAMMA: Op = Op(
    "trigamma", "m n -> m n", (r"\operatorname{trigamma}(#1)",), value=_each(_trigamma),
    python="scipy.special.polygamma(1, {0})", analytic=False, law="no rule",
)  # fmt: skip
# activations of neural networks
SILU: Op = _function(
    "sigmoid linear unit", r"\operatorname{SiLU}", lambda np, A, data: A / (1 + np.exp(-A)), "{0}/(1 + np.exp(-{0}))",
    r"\operatorname{swish}(#1)", meaning=r"\operatorname{SiLU}(t)=t\,\sigma(t)",
    slope=lambda A: add(SIGMOID(A), hadamard(SILU(A), subtract(ones(A.shape), SIGMOID(A)))),
)  # fmt: skip
GELU: Op = _function(
    "Gaussian error linear unit", r"\operatorname{GELU}", _each(lambda x: x * _normal_cdf(x)),
    "{0}*scipy.special.ndtr({0})", meaning=r"\operatorname{GELU}(t)=t\,\Phi(t)",
    slope=lambda A: add(NORMAL_CDF(A), hadamard(A, NORMAL_PDF(A))),
)  # fmt: skip
