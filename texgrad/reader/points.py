"""The direction in which, or the point at which, a derivative is wanted."""

from __future__ import annotations

from fractions import Fraction

from texgrad.algebra import Expr, scale, symbol, zero
from texgrad.operators import ones
from texgrad.reader.building.core import Building
from texgrad.reader.forms import AT
from texgrad.reader.items import Items
from texgrad.reader.named import read_name
from texgrad.reader.names import Declared
from texgrad.reader.request import Asked
from texgrad.reader.statements import extent
from texgrad.shapes import show
from texgrad.source import fail


def point_of(ask: Asked) -> Items:
    """The items of the point at which a derivative is wanted; none where it is wanted at no point."""
    cut = next((k for k, i in enumerate(ask.extra) if i.text == "="), -1)
    return ask.extra[cut + 1 :] if ask.form == AT else ()


def extra(ask: Asked, variable: Expr, builder: Building) -> Expr | None:
    """The direction in which, or the point at which, a derivative is wanted."""
    if not ask.extra:
        return None
    items = ask.extra
    if ask.form == AT:
        cut = next((k for k, i in enumerate(items) if i.text == "="), -1)
        below = read_name(items[:cut]) if cut >= 0 else None
        if cut >= 0 and (below is None or below.full != variable.data.name):
            raise fail("unsupported", "a point that is not one of the variable", ask.span, "write |_{t=0}")
        items = items[cut + 1 :]
        if len(items) == 1 and items[0].kind == "number":
            value = scale(Fraction(items[0].text), ones(variable.shape))
            return zero(variable.shape) if items[0].text == "0" else value
    name = read_name(items)
    if name is None:
        raise fail("unsupported", "a direction or a point that has no name", extent(items), "give it a name")
    declared = builder.typing.scope.declared.get(name.full, Declared())
    made = builder.symbols.get(name.full) or symbol(name.full, declared.shape or variable.shape, declared.assume)
    if made.shape != variable.shape:
        message = f"{name.full} is {show(made.shape)}, and {variable.data.name} is {show(variable.shape)}"
        raise fail("shape", message, extent(items), f"declare {name.full} like {variable.data.name}")
    return builder.symbols.setdefault(name.full, made)
