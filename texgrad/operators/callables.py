"""What is known of a function without a formula, such as X(t) or g(x): its name, its shapes, what is assumed of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from texgrad.immutable import immutable
from texgrad.shapes import ONE, SCALAR, Index, Shape, ShapeError, show


class NoDerivative(ShapeError):
    """A derivative that is neither a vector nor a matrix."""


@immutable
class Function:
    """A function without a formula: its name, the shapes of its value and of its argument, and what is assumed of it.

    order: how often it is differentiated. indices: of a member of a family of functions, f_j.
    """

    name: str
    shape: Shape
    argument: Shape
    assume: frozenset[str] = frozenset()
    order: int = 0
    indices: tuple[Index, ...] = ()

    def derived(self) -> Function:
        """Its derivative."""
        return replace(self, order=self.order + 1)

    @property
    def worth(self) -> Shape:
        """The shape of its value, differentiated as it is: the gradient and Hessian of a scalar, else a Jacobian."""
        if self.argument == SCALAR or not self.order:
            return self.shape
        if self.order == 1 and self.shape == SCALAR:
            return self.argument
        if self.order == 1 and self.shape[1] == ONE == self.argument[1]:
            return self.shape[0], self.argument[0]
        if self.order == 2 and self.shape == SCALAR and self.argument[1] == ONE:
            return self.argument[0], self.argument[0]
        which = {1: "first", 2: "second", 3: "third"}.get(self.order, f"{self.order}th")
        raise NoDerivative(f"the {which} derivative of {self.name}, whose argument is {show(self.argument)}")


def cubic(x: Any, order: int) -> Any:
    """x²/2 + x³/6 and its derivatives."""
    return (x**2 / 2 + x**3 / 6, x + x**2 / 2, 1 + x, 1 + 0 * x, 0 * x)[min(order, 4)]
