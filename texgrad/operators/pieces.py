"""Functions that work entry by entry and have kinks: absolute value, sign, positive part, step, the larger of two."""

from __future__ import annotations

from typing import Any

from texgrad.algebra import NUMBER, SCALE, Expr, Op, add, is_zero, node, number, scale, subtract, zero
from texgrad.operators.conjugates import CONJUGATE, HALF, conjugate
from texgrad.operators.constants import ones
from texgrad.operators.products import hadamard, power

KINK = "entries of #1 are not 0"  # where these functions have no derivative


def absolute(A: Expr) -> Expr:
    """|A| entry by entry; numbers leave with their absolute value."""
    if A.op is SCALE:
        return scale(abs(A.data), absolute(A.args[0]))
    if A.op is NUMBER:
        return number(abs(A.data))
    if A.op is CONJUGATE:
        return absolute(A.args[0])
    return A if A.op in (ABS, RELU, STEP) else node(ABS, (A,))


def sign(A: Expr) -> Expr:
    """The signs of the entries; positive numbers go, negative ones leave a minus."""
    if A.op is NUMBER:
        return number((A.data > 0) - (A.data < 0))
    return scale(-1 if A.data < 0 else 1, sign(A.args[0])) if A.op is SCALE else node(SIGN, (A,))


def positive_part(A: Expr) -> Expr:
    """max(0, A) entry by entry; positive numbers leave."""
    if A.op is SCALE and A.data > 0:
        return scale(A.data, positive_part(A.args[0]))
    if A.op is NUMBER:
        return number(max(A.data, 0))
    return zero(A.shape) if is_zero(A) else A if A.op in (ABS, RELU, STEP) else node(RELU, (A,))


def negative_part(A: Expr) -> Expr:
    """min(0, A) entry by entry; positive numbers leave."""
    if A.op is SCALE and A.data > 0:
        return scale(A.data, negative_part(A.args[0]))
    if A.op is NUMBER:
        return number(min(A.data, 0))
    return zero(A.shape) if is_zero(A) or A.op in (ABS, RELU, STEP) else node(NEGATIVE_PART, (A,))


def step(A: Expr) -> Expr:
    """1 where the entries of A are positive and 0 elsewhere; positive numbers go."""
    if A.op is NUMBER or is_zero(A):
        return zero(A.shape) if is_zero(A) or A.data < 0 else number(1)
    return step(scale(1 if A.data > 0 else -1, A.args[0])) if A.op is SCALE and abs(A.data) != 1 else node(STEP, (A,))


def larger(A: Expr, B: Expr) -> Expr:
    """The larger of the entries of A and B."""
    if is_zero(A) or is_zero(B):
        return positive_part(B if is_zero(A) else A)
    if A is B:
        return A
    return node(LARGER, (A, B))


def smaller(A: Expr, B: Expr) -> Expr:
    """The smaller of the entries of A and B."""
    if is_zero(A) or is_zero(B):
        return negative_part(B if is_zero(A) else A)
    return A if A is B else node(SMALLER, (A, B))

def phase(A: Expr) -> Expr:
    """A/|A| entry by entry, for complex numbers what the sign is for real ones."""
    return hadamard(A, power(absolute(A), number(-1)))


def _modulus_differential(A: Expr, dA: Expr, data: Any = None) -> Expr:
    """d|A| = ½(A^*∘dA + A∘dA^*)/|A|."""
    twice = add(hadamard(conjugate(A), dA), hadamard(A, conjugate(dA)))
    return scale(HALF, hadamard(power(absolute(A), number(-1)), twice))


ABS = Op(
    "absolute value", "m n -> m n", (r"\operatorname{abs}(#1)",), value=lambda np, A, data: np.abs(A),
    slope=sign, normal=absolute, condition=KINK, python="np.abs({0})",
    real=True, analytic=False, nonnegative=True,
    complex_differential=_modulus_differential, law="derivative of the absolute value",
)  # fmt: skip
SIGN = Op(
    "sign", "m n -> m n", (r"\operatorname{sign}(#1)", r"\operatorname{sgn}(#1)"),
    value=lambda np, A, data: np.sign(A), slope=lambda A: zero(A.shape), normal=sign,
    condition=KINK, python="np.sign({0})", analytic=False, law="the sign is constant",
)  # fmt: skip
RELU: Op = Op(
    "positive part", "m n -> m n", (r"\max(0, #1)", r"\operatorname{ReLU}(#1)", "(#1)_+"),
    value=lambda np, A, data: np.maximum(A, 0), slope=step, normal=positive_part,
    condition=KINK, python="np.maximum({0}, 0)", letters=("h", "a", "g"),
    analytic=False, nonnegative=True, law="derivative of the positive part",
)  # fmt: skip
NEGATIVE_PART: Op = Op(
    "negative part", "m n -> m n", (r"\min(0, #1)",),
    value=lambda np, A, data: np.minimum(A, 0), slope=lambda A: step(scale(-1, A)), normal=negative_part,
    condition=KINK, python="np.minimum({0}, 0)", analytic=False, law="derivative of the negative part",
)  # fmt: skip
STEP = Op(
    "step", "m n -> m n", (r"\mathbf 1[#1 > 0]",), value=lambda np, A, data: np.heaviside(A, 0.0),
    slope=lambda A: zero(A.shape), normal=step, condition=KINK,
    python="np.heaviside({0}, 0)", analytic=False, law="the step is constant",
)  # fmt: skip


def _choice_differential(sign: int) -> Any:
    """dA where A is chosen and dB elsewhere, so that nothing is lost where they are the same for a while."""

    def differential(A: Expr, B: Expr, dA: Expr, dB: Expr, data: Any = None) -> Expr:
        if is_zero(dA):
            return hadamard(step(subtract(B, A) if sign > 0 else subtract(A, B)), dB)
        chosen = step(subtract(A, B) if sign > 0 else subtract(B, A))
        return add(hadamard(chosen, dA), hadamard(subtract(ones(A.shape), chosen), dB))

    return differential


LARGER: Op = Op(
    "larger of two", "m n, m n -> m n", (r"\max(#1, #2)",), value=lambda np, A, B, data: np.maximum(A, B),
    differential=_choice_differential(1), condition=KINK, normal=larger,
    python="np.maximum({0}, {1})", analytic=False, law="derivative of the maximum",
)  # fmt: skip
SMALLER: Op = Op(
    "smaller of two", "m n, m n -> m n", (r"\min(#1, #2)",), value=lambda np, A, B, data: np.minimum(A, B),
    differential=_choice_differential(-1), condition=KINK, normal=smaller,
    python="np.minimum({0}, {1})", analytic=False, law="derivative of the minimum",
)  # fmt: skip
