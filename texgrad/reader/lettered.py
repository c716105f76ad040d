r"""Derivatives that a letter stands for: `H_f(x)`, `J_f(x)`, `Df(x)`, `f_x`, `f_{xy}`, where they are asked for."""

from __future__ import annotations

from dataclasses import replace

from texgrad.reader.brackets import unfenced
from texgrad.reader.items import Item, Items
from texgrad.reader.named import read_name
from texgrad.reader.request import Asked
from texgrad.reader.statements import Formula, extent
from texgrad.reader.templates import inserted
from texgrad.reader.tree import Name
from texgrad.reader.variables import Variable, variable
from texgrad.reader.vocabulary import CLOSES

HESSIANS = frozenset(("H", r"\mathbf{H}", r"\mathrm{H}", r"\boldsymbol{H}", r"\mathcal{H}", "Hess", "Hessian"))
JACOBIANS = frozenset(("J", r"\mathbf{J}", r"\mathrm{J}", r"\boldsymbol{J}", r"\mathcal{J}", "Jac", "Jacobian"))
SLOPES = frozenset(("D", r"\mathrm{D}", r"\mathbf{D}"))
PARTIALS = frozenset("xyztuvwpq")  # letters below a function by which it is differentiated, f_x


def lettered(items: Items, formula: Formula) -> Asked | None:
    """What such a side asks for; None where it is something else."""
    head, rest = items[0], items[1:]
    if head.kind not in ("name", "word") or not rest:
        return None
    if head.text in HESSIANS | JACOBIANS | SLOPES:
        function, rest = _function(rest)
        argument = _argument(rest)
        if not function or argument is None:
            return None
        found = _variable(argument, head.text in JACOBIANS)
        asked = _asked(function, found, 2 if head.text in HESSIANS else 1, None, items, formula)
        return replace(asked, extra=argument)
    below = rest[0].body[0] if rest[0].kind == "_" else ()
    if not below or len(below) > 2 or not all(i.kind == "name" and i.text in PARTIALS for i in below):
        return None
    argument = _argument(rest[1:])
    if argument is None:
        return None
    first, *second = (_variable((i,)) for i in below)
    if second and second[0] is not None and first is not None and second[0].name.full == first.name.full:
        second = []
    asked = _asked((head,), first, len(below), second[0] if second else None, items, formula)
    return replace(asked, extra=argument)


def _function(items: Items) -> tuple[Items, Items]:
    """The name of the function behind the letter, or below it, and what comes after it."""
    if items[0].kind == "_":
        return items[0].body[0], items[1:]
    if items[0].kind == "fence":  # H(f)(x)
        return (), items
    return items[:1], items[1:]


def _argument(items: Items) -> Items | None:
    """The names in the brackets that are all that is left; None where more is."""
    inner = unfenced(items)
    if not items:
        return ()
    if inner == items or items[0].text not in CLOSES:
        return None
    return inner


def _variable(items: Items, transposed: bool = False) -> Variable | None:
    """The one variable that an argument is; None for none or several."""
    name: Name | None = read_name(items) if items else None
    if name is None:
        return None
    found = variable(items)
    return Variable(found.name, transposed, False, found.span)


def _asked(function: Items, below: Variable | None, order: int, second: Variable | None, items: tuple[Item, ...],
           formula: Formula) -> Asked:  # fmt: skip
    span = extent(items)
    latex = formula.text(*span)
    template = ""
    if items[0].text in JACOBIANS | SLOPES:
        marks = [(extent(function), "#1"), *([(below.span, "#2")] if below is not None else ())]
        template = latex
        for place, mark in sorted(marks, reverse=True):
            template = inserted(template, place.start - span.start, place.end - span.start, mark)
        template = template if len(marks) == template.count("#") and not formula.macros else ""
    return Asked(unfenced(function), below, order, latex, span, formula, template, second)
