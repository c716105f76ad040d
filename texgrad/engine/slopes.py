"""Slopes of elementwise functions that the table does not hold: SymPy differentiates, node by node, never as text."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from texgrad.algebra import Expr, Op, add, number, scale
from texgrad.operators import COS, COSH, EXP, LOG, SIN, SINH, TAN, TANH, hadamard, ones, power
from texgrad.remembered import remembered

FUNCTIONS: dict[str, Op] = {
    "exp": EXP, "log": LOG, "sin": SIN, "cos": COS, "tan": TAN, "sinh": SINH, "cosh": COSH, "tanh": TANH,
}  # fmt: skip


@remembered(256)
def _derivative(name: str) -> Any:
    import sympy

    x = sympy.Symbol("x", real=True)
    return sympy.simplify(sympy.diff(getattr(sympy, name)(x), x))


def slope_by_sympy(op: Op, argument: Expr) -> Expr:
    """f' at `argument` for the elementwise operator whose SymPy function is `op.sympy`."""
    return _converted(_derivative(op.sympy), argument)


def _converted(e: Any, argument: Expr) -> Expr:
    """A SymPy expression in one variable as an expression of ours, entry by entry."""
    if e.is_Symbol:
        return argument
    if e.is_Rational:
        return scale(Fraction(int(e.p), int(e.q)), ones(argument.shape))
    parts = [_converted(a, argument) for a in e.args]
    if e.is_Add:
        return add(*parts)
    if e.is_Mul:
        return hadamard(*parts)
    if e.is_Pow and e.exp.is_Rational:
        return power(parts[0], number(Fraction(int(e.exp.p), int(e.exp.q))))
    return FUNCTIONS[e.func.__name__](parts[0])
