"""Derivatives of NumPy functions by central differences, and answers called with the values of their symbols."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from texgrad import derive

Values = Mapping[str, Any]
Function = Callable[[dict[str, Any]], Any]
STEP = 1e-3


def slope(f: Function, values: Values, name: str, at: tuple[int, ...] | None = None) -> Any:
    """The derivative of `f` by the value `name`, axes of the function first; `at`: by one entry of it only."""
    x = np.asarray(values[name], dtype=float)
    places = [at] if at is not None else list(np.ndindex(x.shape))
    found = [_along(f, values, name, place) for place in places]
    return found[0] if at is not None else np.moveaxis(np.reshape(found, (*x.shape, *np.shape(found[0]))), range(
        x.ndim), range(-x.ndim, 0))  # fmt: skip


def _along(f: Function, values: Values, name: str, place: tuple[int, ...]) -> Any:
    def moved(k: int) -> Any:
        x = np.array(values[name], dtype=float)
        x[place] += k * STEP
        return np.asarray(f({**values, name: x}))

    return (8 * (moved(1) - moved(-1)) - moved(2) + moved(-2)) / (12 * STEP)


def second(f: Function, values: Values, name: str, at: tuple[int, ...], to: tuple[int, ...], other: str = "") -> Any:
    """The second derivative by two entries, the second one of the value `other` where that is given."""
    return slope(lambda v: slope(f, v, other or name, to), values, name, at)


def compiled(source: str) -> Callable[..., Any]:
    """The function that the source of an answer defines."""
    scope: dict[str, Any] = {"np": np}
    exec(source, scope)
    function: Callable[..., Any] = scope["gradient"]
    return function


def called(source: str, values: Values) -> Any:
    """What the function of that source is worth, called with those of the values that it asks for."""
    function = compiled(source)
    return function(*(values[p] for p in inspect.signature(function).parameters))


def answered(request: str, values: Values, **options: Any) -> Any:
    """What the function of the first answer is worth at these values."""
    return called(derive(request, **options).results[0].python, values)


def stacked(J: Any, function: int, variable: int) -> Any:
    """The derivative with `function` axes of the function and `variable` axes of the variable as one matrix."""
    J = np.asarray(J)
    rows = int(np.prod(J.shape[:function]))
    turned = np.transpose(J, (*range(function)[::-1], *range(function, function + variable)[::-1]))
    return turned.reshape(rows, -1)
