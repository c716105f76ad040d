"""What a request is about: the function behind it, and the variable of a gradient that names none."""

from __future__ import annotations

from texgrad.immutable import immutable
from texgrad.reader.items import Items
from texgrad.reader.names import IDENTITY
from texgrad.reader.request import Asked
from texgrad.reader.statements import Formula
from texgrad.reader.survey import Survey
from texgrad.reader.tree import Name
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


def only(ask: Asked, target: Target, survey: Survey) -> Name:
    """The variable of a gradient that names none: the parameter of the function, or the only name in it.

    Entries that a sum runs over are of the vector that they stand in.
    """
    if len(target.parameters) == 1:
        return Name(target.parameters[0])
    named = (name for name in survey.names if not IDENTITY.fullmatch(name.base))
    whole = (Name(n.base, label=n.label) if any(i.text in survey.bound for i in n.sub) else n for n in named)
    names = {name.full: name for name in whole}
    if target.parameters or len(names) != 1:
        raise fail("unsupported", "the gradient with respect to what?", ask.span, r"write \nabla_x")
    return names.popitem()[1]
