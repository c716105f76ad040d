"""What derivatives by a complex variable are worth: combinations of the changes along V and along iV.

Along a complex direction V, with D the directional derivative, ∂f/∂Z applied to V is ½(D f[V] − i D f[iV]) and ∂f/∂Z^*
applied to V^* is ½(D f[V] + i D f[iV]) (Kreutz-Delgado, The complex gradient operator and the CR-calculus, 2009).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from texgrad.algebra import COMPLEX, SYMBOL, Expr
from texgrad.engine.wirtinger import COMPLEX_GRADIENT, complex_variable
from texgrad.operators import CONJUGATE, IMAGINARY_PART, REAL_PART, conjugate, differential

Along = Callable[[Any], Any]  # what changes along a direction, for the direction


def by_complex(x: Expr) -> bool:
    """Whether a derivative by `x` is one by a complex variable, its conjugate, or one of its parts."""
    return bool(x.ops & COMPLEX.bit) and complex_variable(variable_of(x))


def variable_of(x: Expr) -> Expr:
    """The symbol of the variable."""
    while x.op is not SYMBOL:
        (x,) = x.args
    return x


def applied(x: Expr, kind: str, change: Along, direction: Any) -> tuple[Any, Any, Expr]:
    """What the derivative by `x` gives for a step, the direction of that step, and the step as an expression."""
    Z = differential(variable_of(x))
    if x.op is REAL_PART or x.op is IMAGINARY_PART:
        step = direction.real
        return change(step if x.op is REAL_PART else 1j * step), step, Z
    first, second = change(direction), change(1j * direction)
    if kind == COMPLEX_GRADIENT:
        return first + 1j * second, direction, conjugate(Z)
    turned = x.op is CONJUGATE
    return (first + (1j if turned else -1j) * second) / 2, direction, conjugate(Z) if turned else Z
