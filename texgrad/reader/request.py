"""What a formula asks: the derivative notations, with the function and the variables named in them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from texgrad.immutable import immutable
from texgrad.notation import is_nabla
from texgrad.reader.brackets import unfenced
from texgrad.reader.differentiation import fraction, is_d, multiplies, prefix, primed_call
from texgrad.reader.items import Item, Items, canonical, is_prime
from texgrad.reader.problem import Source
from texgrad.reader.spelt import PLACES, filled, items_of
from texgrad.reader.statements import Formula, Statement, extent, trimmed
from texgrad.reader.templates import inserted
from texgrad.reader.variables import Variable
from texgrad.source import Span, TexgradError

_TWICE = re.compile(r"(\\nabla|∇).*\1")
MOST_FACTORS = 4  # signs and numbers before a derivative
INDICES = frozenset("ijkl")  # below a D, these number a variable


@immutable
class Asked:
    """One derivative that was asked: its function (None: the one the problem is about), variable, order and wording.

    second: the other variable of a mixed second derivative, that of the columns. form: what is asked for if it is no
    plain derivative (see `forms`), with `extra` to it.
    """

    function: Items
    variable: Variable | None
    order: int
    latex: str
    span: Span
    formula: Formula
    template: str = ""
    second: Variable | None = None
    form: str = ""
    extra: Items = ()


def derivative(items: Items, formula: Formula) -> Asked | None:
    """The derivative that one side of an equation is, or None."""
    items = trimmed(items)
    if not items or multiplies(items):
        return None
    found = fraction(items, formula.macros) or prefix(items, formula.macros) or primed_call(items)
    if found is None:
        return None
    function, variables, order, used = found
    rest = items[used:]
    operator_form = not function
    if rest and function:
        return None
    function = function or rest
    first, *others = sorted(variables, key=lambda v: v.transposed) if variables else (None,)
    second = others[0] if others else None
    if first is not None and second is not None:
        first = replace(first, transposed=False, mark=first.mark or second.mark)
        alike = second.name.full == first.name.full and second.part == first.part
        second = None if alike else replace(second, transposed=False)
    span = extent(items)
    primed = any(map(is_prime, items[1:3])) and items[0].kind == "name"
    template = "" if primed else _template(formula, items[:used], function, first, operator_form)
    if formula.macros and not _means_derivative(template, formula):
        template = ""
    if order == 2:
        plain = is_nabla(template) or (template.startswith(r"\frac") and len(variables) == 1)
        template = re.sub(r"\s*\^\s*(?:2|\{\s*2\s*\})|²", "", template) if plain else ""
        if _TWICE.match(template) or (is_nabla(template) and len(variables) == 2):
            nabla = "∇" if "∇" in template else r"\nabla"
            template = rf"{nabla}_#2 #1" if "#2" in template else f"{nabla} #1"
    return Asked(unfenced(function), first, order, formula.text(*span), span, formula, template, second)


def _template(formula: Formula, head: Items, function: Items, below: Variable | None, operator_form: bool) -> str:
    """How the author writes a derivative, `#1` the function, `#2` the variable; "" where that cannot be said."""
    span = extent(head)
    text = formula.text(*span)
    place = extent(function) if function else span
    if place != span and span.start <= place.start and place.end <= span.end:
        operator_form = False  # a macro holds both
    marks = [] if below is None else [(below.span, "#2")]
    if not operator_form:
        marks.append((extent(function), "#1"))
    for place, mark in sorted(marks, reverse=True):
        start, end = place.start - span.start, place.end - span.start
        if not 0 <= start < end <= len(text):
            return ""
        lowered = mark == "#2" and end - start == 1 and unicodedata.decomposition(text[start]).startswith("<sub>")
        text = inserted(text, start, end, f"_{mark}" if lowered else mark)  # ∇ₓ
    if not operator_form:
        return text if text.count("#") == len(marks) else ""
    if head[0].kind != "frac":
        return text + " #1"
    above = head[0].body[0]
    at = above[0].end - span.start
    if any(i.kind != "^" for i in above[1:]) or above[0].end > head[0].body[1][0].start or not 0 < at < len(text):
        return ""
    inner = text[text.find("{") + 1 : at]
    closed = 0
    while closed < inner.count("{") - inner.count("}") and text[at + closed] == "}":  # {\rm d}
        closed += 1
    at += closed
    after = text[at:].lstrip() if text[at:].lstrip().startswith("}") else text[at:]  # \frac{\partial }{\partial x}
    return text[:at] + (" #1" if above[0].text[-1].isalpha() and not closed else "#1") + after


def _means_derivative(template: str, formula: Formula) -> bool:
    """Whether a template, read again, is the derivative of its first mark by its second, and no more."""
    text = filled(template)
    items = items_of(text, formula.macros)
    found = derivative(items, Formula(Source(text), items)) if items else None
    function, below = PLACES["#1"], PLACES["#2"]
    if found is None or canonical(found.function) != function:
        return False
    return (found.variable is None) == ("#2" not in template) and (
        found.variable is None or found.variable.name.full == below
    )


def _multiplied(side: Items, formula: Formula) -> Asked | None:
    """The derivative that a side is, without a sign or a number before it."""
    found = derivative(side, formula)
    start = 0
    while found is None and start < MOST_FACTORS and start + 1 < len(side) and _factor(side[start]):
        start += 1
        found = derivative(side[start:], formula)
    return found


def _factor(item: Item) -> bool:
    """Whether an item is a sign, a number or a fraction of numbers."""
    if item.kind == "frac":
        return all(i.kind == "number" for part in item.body for i in part)
    return item.kind == "number" or item.text in ("-", "+", r"\cdot")


def asked(statement: Statement) -> list[Asked]:
    r"""The derivatives that a statement asks for: the first side that is one, in `D_jS_i = \frac{…}{…}` the second."""
    found = [ask for side in statement.sides if (ask := _multiplied(side, statement.formula)) is not None]
    if len(found) > 1 and (below := found[0].variable) is not None and below.name.full in INDICES:
        found = found[1:]
    return found[:1]


def asks(side: Items) -> bool:
    """Whether a side of an equation begins with a derivative."""
    return bool(side) and (side[0].kind in ("partial", "nabla") or (side[0].kind == "frac" and bool(
        side[0].body[0]) and is_d(side[0].body[0][0])))  # fmt: skip


def derives(side: Items, formula: Formula) -> bool:
    """Whether a side of an equation is a derivative, one such as f'(x) too."""
    try:
        return derivative(side, formula) is not None
    except TexgradError:
        return True


def is_derivative(statement: Statement) -> bool:
    """Whether the left side is a derivative or a differential, so that the statement defines no name."""
    return asks(statement.sides[0])
