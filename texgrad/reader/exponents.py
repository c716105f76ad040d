"""Exponents: those with too many digits are refused, and letters in those of matrices are whole numbers."""

from __future__ import annotations

from texgrad.algebra import NUMBER, SYMBOL, Expr, split, transform
from texgrad.operators import POWER, dimension
from texgrad.reader.tree import Tree
from texgrad.shapes import Dim
from texgrad.source import fail

WHOLE_NUMBERS = frozenset("ijklmnpqrsNKM")  # letters that an exponent of a matrix takes for a whole number
MAX_POWER_DIGITS = 200


def bounded(base: Expr, exponent: Expr, tree: Tree) -> None:
    """Refuse powers whose numbers would have more digits than anyone writes."""
    if exponent.op is not NUMBER:
        return
    own, body = split(base)
    inner = body.args[1].data if body.op is POWER and body.args[1].op is NUMBER else 1
    if abs(exponent.data * inner) > 10**MAX_POWER_DIGITS:
        raise fail("too-large", "a power with too many digits", tree.span)
    if exponent.data.denominator != 1 or abs(own) == 1 or not own:
        return
    digits = len(str(own.numerator)) + len(str(own.denominator))
    if abs(exponent.data) * digits > MAX_POWER_DIGITS:
        raise fail("too-large", "a power with too many digits", tree.span)


def counted(exponent: Expr) -> Expr:
    """The exponent of a matrix, with the names of whole numbers in it as sizes."""

    def change(part: Expr) -> Expr | None:
        whole = part.op is SYMBOL and part.scalar and not part.data.indices and (
            "integer" in part.data.assume or part.data.name in WHOLE_NUMBERS)  # fmt: skip
        return dimension(Dim.of(part.data.name)) if whole else None

    return transform(exponent, change)
