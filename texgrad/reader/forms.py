r"""Requests that are no plain derivative: `df = ?`, `Df(X)[H]`, `\left.\frac{d}{dt}f(X+tH)\right|_{t=0}`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from itertools import chain

from texgrad.reader.brackets import opening, unfenced
from texgrad.reader.calls import DIFFERENTIALS
from texgrad.reader.identifiers import python_name
from texgrad.reader.items import Item, Items
from texgrad.reader.lettered import lettered
from texgrad.reader.named import read_name
from texgrad.reader.request import INDICES, Asked, asked, derivative
from texgrad.reader.statements import Formula, Statement, extent, trimmed
from texgrad.reader.tree import Name
from texgrad.reader.variables import Variable

UPRIGHT_D = r"\mathrm{d}"
ALONG = ("D_", "D _", r"\nabla_", r"\nabla _", r"\partial_", "∇_")
_LEFT, _RIGHT = re.compile(r"\\left(?![A-Za-z])"), re.compile(r"\\right(?![A-Za-z])")
BARS = frozenset(("bar", "close bar"))
TOTAL, DIRECTION, AT, FLOW = "total", "direction", "at", "flow"
DOT = r"\dot{"


def asked_in(statement: Statement) -> list[Asked]:
    """What a statement asks for."""
    found = _special(statement)
    return asked(statement) if found is None else [found]


def _special(statement: Statement) -> Asked | None:
    for k, side in enumerate(statement.sides):
        items = trimmed(side)
        question = k + 1 == len(statement.sides) == len(statement.relations)
        if question and (flow := _flow(items, statement.formula)) is not None:
            return flow
        if len(items) < 2:
            continue
        question = question or (not statement.relations and items[0].text == UPRIGHT_D)
        found = _at_a_point(items, statement.formula) or _directional(items, statement.formula)
        if found is None and question:
            found = lettered(items, statement.formula)
        total = question and _d(items[0]) and items[1].kind not in ("_", "^")
        if found is None and total and derivative(items, statement.formula) is None:
            found = _asked(items[1:], items, statement.formula, TOTAL, ())
        if found is not None:
            return found
    return None


def _flow(items: Items, formula: Formula) -> Asked | None:
    r"""`\dot V` or `\dot V(x)`, the derivative along the flow that the text defines."""
    head = items[0] if items else None
    if head is None or not head.text.startswith(DOT) or (len(items) > 1 and items[1].text != "("):
        return None
    return _asked((head._replace(text=head.text[len(DOT) : -1]), *items[1:]), items, formula, FLOW, ())


def along_flow(ask: Asked, name: str) -> Asked:
    r"""The derivative of what moves with x as that along `\dot x`."""
    here = Item("name", f"{DOT}{name}}}", *ask.span)
    return replace(ask, form=DIRECTION, variable=Variable(Name(name), False, False, ask.span), extra=(here,))


def total_of(items: Items, formula: Formula) -> Asked | None:
    """The total differential, where a formula that should ask for something begins with a d; None for any other."""
    whole = trimmed(items)
    if len(whole) < 2 or not _d(whole[0]) or whole[1].kind in ("_", "^"):
        return None
    return _asked(whole[1:], whole, formula, TOTAL, ())


def direction(ask: Asked, parameters: tuple[str, ...], present: Iterable[Collection[str]]) -> Asked | None:
    r"""`D_vf(x)` and `\nabla_vf` as the derivative along v, where v is none of the letters in the function of x.

    `\partial_if` is that by the entry x_i. present: the letters of formulas in which v is looked for.
    """
    variable = ask.variable
    if variable is None or ask.form or ask.order != 1 or len(parameters) != 1 or not ask.latex.startswith(ALONG):
        return None
    name = variable.name
    own = python_name(name.base)
    if name.sub or name.label or any(own in map(python_name, letters) for letters in chain((parameters,), present)):
        return None
    here = Item("name", name.base, *variable.span)
    if name.full in INDICES:
        return replace(ask, variable=replace(variable, name=Name(parameters[0], (here,))))
    whole = replace(variable, name=Name(parameters[0]), transposed=False, mark=None)
    return replace(ask, form=DIRECTION, variable=whole, extra=(here,))


def _d(item: Item) -> bool:
    return item.kind == "name" and item.text in DIFFERENTIALS


def _asked(function: Items, whole: Items, formula: Formula, form: str, extra: Items) -> Asked:
    span = extent(whole)
    return Asked(unfenced(function), None, 1, formula.text(*span), span, formula, form=form, extra=extra)


def _point(script: Item) -> bool:
    """Whether what stands below says what a variable is."""
    return [i.text for i in script.body[0]].count("=") == 1


def _like(items: Items, ask: Asked) -> bool:
    r"""Whether items are 0, or the variable with something below or above it: `|_{x_0}`, `|_{\hat x}`."""
    if [i.text for i in items] == ["0"]:
        return True
    name = read_name(items)
    if ask.variable is None or name is None:
        return name is not None and bool(name.sub or name.base.endswith("}"))
    letter = ask.variable.name.base
    return name.full != letter and (name.base == letter or name.base.endswith(f"{{{letter}}}"))


def _at_a_point(items: Items, formula: Formula) -> Asked | None:
    """A derivative, and behind a bar the point: `|_{t=0}`."""
    called = _called_at(items, formula) if items[0].kind == "frac" and items[1].text == "(" else None
    if called is not None or len(items) < 3:
        return called
    derives = items[0].kind in ("frac", "partial", "nabla", "name")
    for k in range(1, len(items) - 2) if derives else ():  # \frac{d}{dt}|_{t=0} f
        if items[k].kind in BARS and items[k + 1].kind == "_" and _point(items[k + 1]):
            items = (*items[:k], *items[k + 2 :], *items[k : k + 2])
            break
    bar, script = items[-2:]
    if script.kind != "_" or not (_point(script) if bar.text in ("]", ")") else bar.kind in BARS):
        return None
    if bar.kind in BARS and not _point(script) and sum(i.text == bar.text for i in items[:-2]) % 2:
        return None  # the bar closes a norm
    inside = items[:-1] if bar.kind == "fence" else items[:-2]
    ask = derivative(unfenced(inside), formula) if bar.kind in BARS or unfenced(inside) != inside else None
    if ask is None or not (_point(script) or _like(script.body[0], ask)):
        return None
    span = extent(items)
    latex = formula.text(*span)
    if len(_RIGHT.findall(latex)) > len(_LEFT.findall(latex)):
        latex = rf"\left.{latex}"  # which stands before all items
    return replace(ask, latex=latex, span=span, form=AT, extra=script.body[0])


def _called_at(items: Items, formula: Formula) -> Asked | None:
    r"""`\frac{\partial f}{\partial x}(x_0)`: the argument behind the fraction is the variable or the point."""
    inner = unfenced(items[1:])
    point = read_name(inner) if inner != items[1:] else None
    ask = derivative(items[:1], formula) if point is not None or [i.text for i in inner] == ["0"] else None
    if ask is None or ask.variable is None or not ask.function:
        return None
    span = extent(items)
    found = replace(ask, latex=formula.text(*span), span=span)
    plain = point is not None and python_name(point.full) == python_name(ask.variable.name.full)
    return found if plain else replace(found, form=AT, extra=inner)


def _directional(items: Items, formula: Formula) -> Asked | None:
    """`Df(X)[H]`, `Df(X)(H)`: the last bracket holds the direction."""
    head = _d(items[0]) or items[0][:2] in (("name", "D"), ("name", r"\mathrm{D}"))
    if not head or items[-1].text not in ("]", ")") or items[1].kind in ("_", "^"):
        return None
    start = opening(items, len(items) - 1)
    if start is None or start < 2 or (items[-1].text != "]" and items[start - 1].text != ")"):
        return None
    return _asked(items[1:start], items, formula, DIRECTION, items[start + 1 : -1])
