r"""What equations say of their unknowns: `Ax = b` that x is `A^{-1}b`, `A = LL^T` that L is a Cholesky factor."""

from __future__ import annotations

from texgrad.reader.brackets import outside, unfenced
from texgrad.reader.items import Items, transposes
from texgrad.reader.named import read_name
from texgrad.reader.said import Definition
from texgrad.reader.statements import Formula, Statement, extent

SUMMING = frozenset(("+", "-"))


def solved(statement: Statement, unknown: str = "") -> str:
    """LaTeX of what a linear equation says of the name that ends, or begins, its left side; "" where it says nothing.

    unknown: the name that is looked for, which may also be the right side; where it is not said, the one that ends the
    left side.
    """
    if len(statement.sides) != 2 or statement.relations != ("=",):
        return ""
    left, right = statement.sides
    if unknown and (name := read_name(right)) is not None and name.full == unknown:
        return f"{_text(statement.formula, right)} = {_text(statement.formula, left)}"
    if any(item.text in SUMMING for _, item in outside(left)):
        return ""
    for k in range(len(left) - 1, 0, -1):
        if (name := read_name(left[k:])) is not None and unknown in ("", name.full) and _factors(left[:k]):
            return f"{_text(statement.formula, left[k:])} = {_inverse(statement, left[:k])}{_factor(statement, right)}"
    for k in range(1, len(left)) if unknown else ():
        if (name := read_name(left[:k])) is not None and name.full == unknown and _factors(left[k:]):
            return f"{_text(statement.formula, left[:k])} = {_factor(statement, right)}{_inverse(statement, left[k:])}"
    return ""


def factored(found: Definition) -> str:
    r"""LaTeX of what `A = LL^T`, or `A = R^TR`, says of the factor; "" for any other definition."""
    right, whole = found.right, f"\\operatorname{{chol}}({_written(found)})"
    if found.parameters or not any(map(transposes, right)):
        return ""
    at = next(k for k, item in enumerate(right) if transposes(item))
    if at == len(right) - 1:
        first, second = right[: at // 2], right[at // 2 : at]
        mark = ""
    else:
        first, second = right[:at], right[at + 1 :]
        mark = _text(found.formula, right[at : at + 1])
    name, again = read_name(first), read_name(second)
    if name is None or again is None or name.full != again.full or name.full == found.name.full:
        return ""
    return f"{_text(found.formula, first)} = {whole}{mark}"


def _written(found: Definition) -> str:
    """How the author writes the name that is defined."""
    return found.latex.partition("=")[0].rstrip(" :&")


def _factors(items: Items) -> bool:
    """Whether there is a name among the factors beside the unknown, and no relation or call."""
    return any(i.kind in ("name", "fence") for i in items) and not any(i.kind in ("word", "sum") for i in items)


def _inverse(statement: Statement, items: Items) -> str:
    text = _text(statement.formula, items)
    return f"{text}^{{-1}}" if len(items) == 1 or unfenced(items) != items else f"({text})^{{-1}}"


def _factor(statement: Statement, items: Items) -> str:
    text = _text(statement.formula, items)
    return f"({text})" if any(item.text in SUMMING for _, item in outside(items)) else text


def _text(formula: Formula, items: Items) -> str:
    return formula.text(*extent(items))
