"""The imaginary unit and its powers."""

from __future__ import annotations

from texgrad.algebra import COMPLEX, Expr, Op, node, number, scale
from texgrad.shapes import SCALAR

IMAGINARY = Op(
    "imaginary unit", value=lambda np, data: np.full((1, 1, 1), 1j), python="1j", bit=COMPLEX.bit, spellings=("i",),
)  # fmt: skip


def imaginary(exponent: int = 1) -> Expr:
    """The imaginary unit to a whole power: i, −1, −i or 1."""
    unit = node(IMAGINARY, (), None, SCALAR) if exponent % 2 else number(1)
    return scale(-1 if exponent % 4 > 1 else 1, unit)
