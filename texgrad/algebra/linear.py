"""Numbers, zeros, and the operations of a vector space in normal form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from texgrad.algebra.expressions import Expr, Op, node
from texgrad.shapes import SCALAR, Rational, Shape, ShapeError, lowest, show

# --- numbers ----------------------------------------------------------------------------------------------------------

NUMBER = Op("number", value=lambda np, data: np.full((1, 1, 1), float(data)))
ZERO = Op("zero", value=lambda np, data: np.zeros((1, *data)), turned=lambda transpose, e: zero(e.shape[::-1]))


def number(value: Rational) -> Expr:
    """The rational number `value`."""
    value = value if type(value) is int else lowest(value)
    return _small.get(value) or node(NUMBER, (), value, SCALAR)


# the numbers that every derivation needs, kept alive
_small: dict[Rational, Expr] = {value: node(NUMBER, (), value, SCALAR) for value in range(-2, 3)}


def zero(shape: Shape) -> Expr:
    """The zero of that shape; for scalars, the number 0."""
    return number(0) if shape == SCALAR else node(ZERO, (), shape, shape)


def is_zero(e: Expr) -> bool:
    """Whether it is the zero of its shape."""
    return e.op is ZERO or (e.op is NUMBER and not e.data)


# --- the vector-space operations in normal form -----------------------------------------------------------------------


def split(e: Expr) -> tuple[Rational, Expr]:
    """The numeric factor of `e` and the rest: e = factor · rest; a number is its own factor, with rest 1."""
    if e.op is SCALE:
        return e.data, e.args[0]
    if e.op is NUMBER:
        return e.data, _small[1]
    return 1, e


def scale(factor: Rational, e: Expr) -> Expr:
    """`factor · e` with the factor in lowest terms and in front; sums are not multiplied out."""
    total, body = factor if type(factor) is int else lowest(factor), e
    if e.op is SCALE or e.op is NUMBER:
        own, body = split(e)
        total = lowest(own * total)
    whole = type(total) is int  # only then can it be 0 or 1, and fractions are slow to compare
    if (whole and not total) or body.op is ZERO:
        return zero(e.shape)
    if body.op is NUMBER:
        return number(total)
    return body if whole and total == 1 else node(SCALE, (body,), total, body.shape)


def add(*terms: Expr) -> Expr:
    """The sum: nested sums are flattened, equal terms are collected where the first stands, zeros go."""
    if len(terms) == 1:
        return terms[0]
    shape = terms[0].shape
    total: dict[Expr, Rational] = {}
    kept: dict[Expr, Expr] = {}  # each body with its number
    for term in terms:
        if term.shape != shape:
            raise ShapeError(f"sum of {show(shape)} and {show(term.shape)}")
        for part in term.args if term.op is SUM else (term,):
            factor, body = split(part)
            if not factor or body.op is ZERO:
                continue
            if body in total:
                factor += total[body]
                part = scale(factor, body)
            total[body], kept[body] = factor, part
    parts = tuple([part for body, part in kept.items() if total[body]])
    if not parts:
        return zero(shape)
    return parts[0] if len(parts) == 1 else node(SUM, parts, None, shape)


def subtract(a: Expr, b: Expr) -> Expr:
    """a − b."""
    return add(a, scale(-1, b))


def terms(e: Expr) -> tuple[Expr, ...]:
    """The terms of a sum, or the expression itself."""
    return e.args if e.op is SUM else (e,)


def termwise(e: Expr, change: Callable[[Expr], Expr | None]) -> Expr | None:
    """The sum of what `change` makes of every term without its number; None where it makes nothing of one."""
    parts: list[Expr] = []
    for t in terms(e):
        own, body = split(t)
        done = change(body)
        if done is None:
            return None
        parts.append(scale(own, done))
    return add(*parts)


def of_argument(symmetric: Callable[[Expr], bool], e: Expr) -> bool:
    """The rule for symmetry of an operator that keeps it."""
    return symmetric(e.args[0])


def _sum_value(np: Any, *arrays: Any, data: Any = None) -> Any:
    total = arrays[0]
    for array in arrays[1:]:
        total = total + array
    return total


SCALE = Op(
    "scalar multiple", "m n -> m n", value=lambda np, A, data: float(data) * A,
    moves=lambda G, A, data: (scale(data, G),), normal=lambda A, data: scale(data, A), symmetric=of_argument,
    turned=lambda transpose, e: scale(e.data, transpose(e.args[0])), law="linearity",
    source="Matrix Cookbook (34), (35)",
)
SUM = Op(
    "sum", "m n, ... -> m n", ("#1 + #2",), value=_sum_value,
    moves=lambda G, *args, data=None: (G,) * len(args), normal=add, law="linearity",
    source="Matrix Cookbook (34), (35)",
)  # fmt: skip
