r"""Sides of equations that are taken at a point: `\left.\frac{d}{dt}f(X+tH)\right|_{t=0}`."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from texgrad.algebra import SYMBOL, Expr, scale, zero
from texgrad.operators import evaluated, ones
from texgrad.reader.items import Items
from texgrad.reader.named import read_name

HEADS = frozenset(("frac", "nabla", "partial"))  # what may stand alone before the bar


class Point(NamedTuple):
    """A variable and what it is to be."""

    variable: Items
    value: Items


def pointed(items: Items) -> tuple[Items, Point | None]:
    """A side without the bar that says at what it is to be taken, and that point."""
    for k, item in enumerate(items[:-1]):
        below = items[k + 1]
        last = k + 2 == len(items) or (k == 1 and items[0].kind in HEADS)
        if k and last and item.kind in ("bar", "close bar") and below.kind == "_":
            cut = next((n for n, i in enumerate(below.body[0]) if i.text == "="), None)
            if cut is not None:
                return (*items[:k], *items[k + 2 :]), Point(below.body[0][:cut], below.body[0][cut + 1 :])
    return items, None


def taken(e: Expr, point: Point | None, symbols: Mapping[str, Expr]) -> Expr:
    """An expression at a point; as it is where the point is given by a name that stands nowhere else."""
    below = None if point is None else read_name(point.variable)
    x = None if below is None else symbols.get(below.full)
    if point is None or x is None or x.op is not SYMBOL or x.data.indices:
        return e
    name = read_name(point.value)
    if len(point.value) == 1 and point.value[0].kind in ("number", "zeros"):
        number = Fraction(point.value[0].text) if point.value[0].kind == "number" else Fraction(0)
        return evaluated(e, x, scale(number, ones(x.shape)) if number else zero(x.shape))
    value = None if name is None else symbols.get(name.full)
    return e if value is None or value.shape != x.shape else evaluated(e, x, value)
