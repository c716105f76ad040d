"""What a formula asks: the derivative notations, with the function and the variables named in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from texgrad.immutable import immutable
from texgrad.reader.brackets import closing, turn, unfenced
from texgrad.reader.calls import DIFFERENTIALS
from texgrad.reader.conjugates import CONJUGATING, PARTS
from texgrad.reader.items import Item, Items, canonical, is_prime, transposes, unknown_macro
from texgrad.reader.named import read_name
from texgrad.reader.problem import Source
from texgrad.reader.spelt import PLACES, filled, items_of
from texgrad.reader.squares import squared_name
from texgrad.reader.statements import Formula, Statement, extent, trimmed
from texgrad.reader.templates import inserted
from texgrad.reader.tree import Name
from texgrad.reader.vocabulary import SCRIPTS
from texgrad.source import Span, TexgradError, fail

_TWICE = re.compile(r"\\nabla.*\\nabla")
MOST_FACTORS = 4  # signs and numbers before a derivative
INDICES = frozenset("ijkl")  # below a D, these number a variable


@immutable
class Variable:
    """What stands below in a derivative: a name, perhaps with indices, transposed (`mark`: where), as vec or vech.

    part: `conjugate`, `real` or `imaginary`, where not the variable itself but that of it is meant.
    """

    name: Name
    transposed: bool
    vectorised: bool
    span: Span
    mark: Span | None = None
    half: bool = False
    part: str = ""


def of_a_family(variable: Variable) -> TexgradError:
    """The complaint that all members of a family are asked about at once."""
    help = f"ask for the derivative by one of them, {variable.name.base}_k"
    return fail("unsupported", f"{variable.name.base} is a family", variable.span, help)


Varied = tuple[Variable, tuple[str, ...]]  # what is asked about, and the indices that it carries


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


def _is_d(item: Item) -> bool:
    return item.kind == "partial" or (item.kind == "name" and item.text in DIFFERENTIALS)


def _order(items: Items, at: int) -> tuple[int, int]:
    """The order written above a d or ∇, and the place after it."""
    if at < len(items) and items[at].kind == "^":
        text = canonical(items[at].body[0])
        if text in ("1", "2"):
            return int(text), at + 1
        raise fail(
            "unsupported", f"derivatives of order {text}", Span(items[at].start, items[at].end), "ask for order 1 or 2"
        )
    return 1, at


def variable(items: Items, owner: Item | None = None, macros: Iterable[str] = ()) -> Variable:
    """The variable that items name: `X`, `X_{ij}`, `x^\\top`, `(\\operatorname{vec} X)^T`."""
    if not items:
        raise fail("syntax", "a derivative with respect to what?", Span(owner.start, owner.end) if owner else None)
    span = extent(items)
    bare = Variable(Name(""), False, False, span)
    body = unfenced(items)
    while (found := _without_script(body, bare) or _without_word(body, bare)) is not None:
        body, bare = unfenced(found[0]), found[1]
    name = read_name(body) or squared_name(body)
    if name is None:
        if unknown := next((i for i in body if i.kind == "unknown"), None):
            raise unknown_macro(unknown, macros)
        raise fail(
            "unsupported", "a derivative with respect to something that is no variable", span, "name one variable"
        )
    return replace(bare, name=name)


def _without_script(items: Items, bare: Variable) -> tuple[Items, Variable] | None:
    """The items without the transpose or conjugate above them, and what it says; None where there is none."""
    if [i.kind for i in items[1:]] == ["^", "_"]:
        items = (items[0], items[2], items[1])
    script = items[-1] if len(items) > 1 and items[-1].kind == "^" else None
    above = canonical(script.body[0]) if script is not None else ""
    if script is None or above not in SCRIPTS:
        return None
    if above in CONJUGATING:
        return items[:-1], replace(bare, part="conjugate", transposed=bare.transposed ^ CONJUGATING[above])
    if not transposes(script):
        return None
    return items[:-1], replace(bare, transposed=not bare.transposed, mark=Span(script.start, script.end))


def _without_word(items: Items, bare: Variable) -> tuple[Items, Variable] | None:
    """The items without the vec, vech or Re before them, and what it says; None where there is none."""
    word = items[0].text if items and items[0].kind == "word" else ""
    if word in PARTS:
        return items[1:], replace(bare, part=PARTS[word])
    if word == "vech":
        return items[1:], replace(bare, half=True)
    return (items[1:], replace(bare, vectorised=True)) if word in ("vec", "Vec") else None


def _below(items: Items, above: int) -> list[tuple[Items, int]] | None:
    """The variables of the lower half, `\\partial x\\,\\partial x^\\top`, `dx^2`; None where it is none.

    above: the order that stands above; below a first derivative, `\\sigma^2` is one symbol.
    """
    if not items or not _is_d(items[0]):
        return None
    out: list[tuple[Items, int]] = []
    current: list[Item] = []
    depth = 0
    for item in items[1:]:
        depth += turn(item)
        if _is_d(item) and not depth and current:
            out.append((tuple(current), 1))
            current = []
        elif item.kind == "op" and not depth:
            return None
        else:
            current.append(item)
    if not current:
        return None
    order = 1
    if above > 1 and current[-1].kind == "^" and canonical(current[-1].body[0]) == "2":
        current, order = current[:-1], 2
    return [*out, (tuple(current), order)]


def fraction(items: Items, macros: Iterable[str] = ()) -> tuple[Items, list[Variable], int, int] | None:
    """A derivative written as a fraction at the start of `items`: function, variables, order, items used."""
    head = items[0]
    used = 1
    if head.kind == "frac":
        above, below = head.body
    elif _is_d(head):
        cut = next(
            (k for k, i in enumerate(items) if i.text == "/" and k + 1 < len(items) and _is_d(items[k + 1])), None
        )
        if cut is None:
            return None
        used = len(items)
        if all(i.kind == "^" for i in items[1:cut]) and items[cut + 2 : cut + 3]:  # d/dx f
            used = cut + 3
            while used < len(items) and items[used].kind in ("_", "^"):
                used += 1
        elif head.kind == "name" and read_name(unfenced(items[cut + 2 :])) is None:
            return None
        above, below = items[:cut], items[cut + 1 : used]
    else:
        return None
    if not above or not _is_d(above[0]):
        return None
    order, at = _order(above, 1)
    variables = _below(below, order)
    if variables is None:
        if below and all(map(_is_d, below)):
            raise fail("syntax", "a derivative with respect to what?", extent(below), r"write \partial X below")
        if above[0].kind == "partial" and below:  # the lower ∂ is missing, as some authors have it
            variables = [(below, 1)]
        else:
            return None
    wanted = sum(n for _, n in variables)
    if wanted != order:
        raise fail("unsupported", f"∂ stands {wanted} times below and {order} times above", extent(items[:used]))
    return above[at:], [variable(v, head, macros) for v, _ in variables], order, used


def prefix(items: Items, macros: Iterable[str] = ()) -> tuple[Items, list[Variable], int, int] | None:
    """`\\nabla_w f`, `\\nabla^2_x f`, `\\partial_X f`, `D_X f`: function, variables, order, items used."""
    head = items[0]
    if head.kind not in ("nabla", "partial") and head[:2] != ("name", "D"):
        return None
    order, at = 1, 1
    below: Items = ()
    while at < len(items) and items[at].kind in ("_", "^"):
        if items[at].kind == "_":
            below, at = items[at].body[0], at + 1
        else:
            order, at = _order(items, at)
    if order == 1 and (twice := _again(items, at)):  # \nabla\nabla f
        order, at = 2, twice
    if not below and head.kind != "nabla":
        return None
    if head.kind == "name" and _label(below):  # D_{KL}
        return None
    names = [i for i in below if i.text != ","]
    if order == 2 and len(names) == 2 and all(i.kind == "name" for i in names):
        return (), [variable((i,), head, macros) for i in names], order, at
    return (), [variable(below, head, macros)] if below else [], order, at


def _again(items: Items, at: int) -> int:
    r"""Where a second \nabla ends that follows the first one, with what stands below and above it; 0 without one."""
    at += at < len(items) and items[at].text in (r"\otimes", r"\cdot")
    if items[0].kind != "nabla" or at >= len(items) or items[at].kind != "nabla":
        return 0
    end = next((k for k in range(at + 1, len(items)) if items[k].kind != "_" and not transposes(items[k])), len(items))
    behind = [i.kind for i in items[at + 1 : end]]
    return 0 if behind == ["_"] else end  # \nabla_x\nabla_x may be typed twice


def _multiplies(items: Items) -> bool:
    r"""Whether items begin with the gradient at a point as a factor, as in `\nabla f(y)^\top(x-y)`."""
    at = 1
    while at < len(items) and items[at].kind == "^":
        at += 1
    opened = items[0].kind == "nabla" and at + 1 < len(items) and items[at].kind == "name" and items[at + 1].text == "("
    end = closing(items, at + 1) if opened else None
    return end is not None and end + 2 < len(items) and transposes(items[end + 1])


def _label(below: Items) -> bool:
    """Whether what stands below a D is a word that tells it from others: KL, \\mathrm{KL}."""
    letters = [i.text for i in below]
    return any(i.kind in ("word", "text") for i in below) or (len(letters) > 1 and all(x.isupper() for x in letters))


def _primed(items: Items) -> tuple[Items, list[Variable], int, int] | None:
    """`f'(x)` and `f''(x)`: function, variables, order, items used."""
    start = 2 if len(items) > 2 and items[1].kind == "_" else 1
    end = next((k for k in range(start, len(items)) if not is_prime(items[k])), len(items))
    marks, inner = end - start, unfenced(items[end:])
    whole = marks in (1, 2) and items[0].kind == "name" and inner != items[end:]
    if not whole or read_name(inner) is None:
        return None
    return (*items[:start], *items[end:]), [variable(inner)], marks, len(items)


def derivative(items: Items, formula: Formula) -> Asked | None:
    """The derivative that one side of an equation is, or None."""
    items = trimmed(items)
    if not items or _multiplies(items):
        return None
    found = fraction(items, formula.macros) or prefix(items, formula.macros) or _primed(items)
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
        plain = template.startswith(r"\nabla") or (template.startswith(r"\frac") and len(variables) == 1)
        template = re.sub(r"\s*\^\s*(?:2|\{\s*2\s*\})", "", template) if plain else ""
        if _TWICE.match(template):
            template = r"\nabla_{#2} #1" if "#2" in template else r"\nabla #1"
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
    return text[:at] + (" #1" if above[0].text[-1].isalpha() and not closed else "#1") + text[at:]


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
        side[0].body[0]) and _is_d(side[0].body[0][0])))  # fmt: skip


def derives(side: Items, formula: Formula) -> bool:
    """Whether a side of an equation is a derivative, one such as f'(x) too."""
    try:
        return derivative(side, formula) is not None
    except TexgradError:
        return True


def is_derivative(statement: Statement) -> bool:
    """Whether the left side is a derivative or a differential, so that the statement defines no name."""
    return asks(statement.sides[0])
