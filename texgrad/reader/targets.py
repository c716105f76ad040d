"""What a request is about: the function behind it, and the variable of a gradient that names none."""

from __future__ import annotations

from collections.abc import Iterable

from texgrad.immutable import immutable
from texgrad.reader.items import Items
from texgrad.reader.names import IDENTITY
from texgrad.reader.request import Asked
from texgrad.reader.statements import Formula
from texgrad.reader.tree import Name, Tree
from texgrad.source import fail


@immutable
class Target:
    """The function behind a request: its name, if the author gave it one, its items, and what of it is asked."""

    name: str
    items: Items
    formula: Formula
    entry: tuple[str, ...] = ()
    vectorised: bool = False
    parameters: tuple[str, ...] = ()


def only(ask: Asked, target: Target, nodes: list[Tree]) -> Name:
    """The variable of a gradient that names none: the parameter of the function, or the only name in it."""
    if len(target.parameters) == 1:
        return Name(target.parameters[0])
    named: Iterable[Name] = (t.data for t in nodes if t.op == "name")
    names = {name.full: name for name in named if not IDENTITY.fullmatch(name.base)}
    if target.parameters or len(names) != 1:
        raise fail("unsupported", "the gradient with respect to what?", ask.span, r"write \nabla_x")
    return names.popitem()[1]
