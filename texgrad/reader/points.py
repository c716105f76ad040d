"""The direction in which, or the point at which, a derivative is wanted."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from texgrad.algebra import Expr, scale, symbol, zero
from texgrad.operators import identity, ones
from texgrad.reader.brackets import unfenced
from texgrad.reader.building.core import Building
from texgrad.reader.forms import AT
from texgrad.reader.identifiers import python_name
from texgrad.reader.items import Items, transposes
from texgrad.reader.named import read_name
from texgrad.reader.names import IDENTITY, Declared
from texgrad.reader.request import Asked
from texgrad.reader.sides import is_zero_side
from texgrad.reader.statements import extent
from texgrad.reader.tree import Name
from texgrad.reader.variables import Variable
from texgrad.shapes import show
from texgrad.source import fail

NABLA = re.compile(r"\s*(?:\\nabla|∇)")


def point_of(ask: Asked) -> Items:
    """The items of the point at which a derivative is wanted; none where it is wanted at no point."""
    cut = next((k for k, i in enumerate(ask.extra) if i.text == "="), -1)
    return ask.extra[cut + 1 :] if ask.form == AT else ()


def placed_at(ask: Asked, parameters: Callable[[str], tuple[str, ...]]) -> Asked:
    r"""`\nabla f(x_0)` as the derivative of f at that point, where f is a function of x; other requests as they are.

    `\nabla f(x)^\top` is the gradient turned. parameters: those of the function of a name. Raises `unsupported` for
    `\nabla f(2x)`.
    """
    if ask.form:
        return ask
    bare = replace(ask, extra=()) if ask.extra else ask
    turned = len(ask.function) > 1 and transposes(ask.function[-1]) and NABLA.match(ask.latex) is not None
    head = ask.function[:-1] if turned else ask.function
    cut = next((k for k, item in enumerate(head) if item.kind == "fence"), len(head))
    inner = ask.extra or unfenced(head[cut:])  # the one of Df(x_0)
    name, by = read_name(head[:cut]) if cut else None, ask.variable
    own = parameters(name.full) if name is not None else ()
    if len(own) != 1 or (turned and ask.order != 1) or (inner and inner == head[cut:]):
        return bare
    if by is None or ask.extra or (inner and by.span.start >= extent(inner).start):  # f'(x_0)
        by = Variable(Name(own[0]), by is not None and by.transposed, False, ask.span)
    elif by.name.full != own[0]:
        return bare
    point = read_name(inner) if inner else Name(own[0])
    elsewhere = point is None or python_name(point.full) != python_name(own[0])
    if point is None and not is_zero_side(inner):
        if ask.variable is None and all(item.text != "," for item in inner):  # it is that of f, and no other
            raise fail("unsupported", "a gradient at a point that has no name", extent(inner), "give it a name, y = …")
        return bare
    if not elsewhere and not turned:
        return bare
    template = ask.template if "#2" in ask.template or not ask.extra else ""
    by = replace(by, transposed=by.transposed ^ turned)
    form, at = (AT, inner) if elsewhere else ("", ())
    return replace(bare, function=head[:cut], variable=by, template=template, form=form, extra=at)


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
        if is_zero_side(items):
            return zero(variable.shape)
        if len(items) == 1 and items[0].kind == "number":
            return scale(Fraction(items[0].text), ones(variable.shape))
    name = read_name(items)
    if name is None:
        raise fail("unsupported", "a direction or a point that has no name", extent(items), "give it a name")
    over = builder.typing.scope.bound
    if bound := next((i.text for i in name.sub if i.text in over), ""):
        message = f"a point with the index {bound}, over which the function sums"
        raise fail("unsupported", message, extent(items), f"write another letter than {bound}")
    if IDENTITY.fullmatch(name.full) and name.full not in builder.symbols and len({*variable.shape}) == 1:
        return identity(variable.shape[0])
    declared = builder.typing.scope.declared.get(name.full, Declared())
    made = builder.symbols.get(name.full) or symbol(name.full, declared.shape or variable.shape, declared.assume)
    if made.shape != variable.shape:
        message = f"{name.full} is {show(made.shape)}, and {variable.data.name} is {show(variable.shape)}"
        raise fail("shape", message, extent(items), f"declare {name.full} like {variable.data.name}")
    return builder.symbols.setdefault(name.full, made)
