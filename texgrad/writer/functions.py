"""Functions without a formula: X(t), and their derivatives ∂X/∂t, X'(2t), ∇g(Ax), ∇²g(x), J_u(Ax)."""

from __future__ import annotations

import re

from texgrad.algebra import SYMBOL, Expr
from texgrad.notation import ADDITIVE, APPLIED, ATOM, Style
from texgrad.operators import BLOCK, UNKNOWN_FUNCTION
from texgrad.shapes import SCALAR
from texgrad.writer.leaves import of_family
from texgrad.writer.pen import Pen
from texgrad.writer.spellings import filled
from texgrad.writer.text import Text, bracketed, raised_at_end, row, script

BARE = "#1"  # how an author spells functions who leaves their arguments out
TOP = re.compile(r"(?P<d>\\partial|\\mathrm\s*\{?d\}?|\{\\rm d\}|d)\s*(?=#1|\{#1\})")
BELOW = re.compile(r"#2|\{#2\}")


def unknown_function(e: Expr, argument: Text, style: Style) -> Text:
    """The text of the function at an argument whose text is given."""
    function, plain = e.data, e.args[0].op is SYMBOL
    name = of_family(function.name, function.indices, style)
    if not function.order:
        return name if plain and _bare(style) else _applied(name, argument, style)
    named = plain and _bare(style) and function.order == 1 and "frac" in style.derivative
    if function.argument != SCALAR and function.shape == SCALAR and not named:
        nabla = r"\nabla" if function.order == 1 else rf"\nabla^{function.order}"
        return row((nabla, name if plain and _bare(style) else _applied(name, argument, style)))
    if plain:
        text = filled(fraction(style.derivative, function.order), name, argument, level=APPLIED)
        return text._replace(tall=True)
    if function.argument != SCALAR:
        return _applied(row(("J", script("_", name))), argument, style)
    primes = "'" * function.order
    raised = raised_at_end(str(name))
    return _applied(row(("{", name, "}", primes) if raised else (name, primes)), argument, style)


def partial(e: Expr, argument: Text, style: Style) -> Text:
    r"""The derivative by one of several arguments: `\partial_2\ell(y, z)`, or `\nabla_2 f(u, v)` by a vector."""
    function = e.args[0].data
    sign = r"\partial" if e.scalar else r"\nabla"
    below = script("_", row((str(e.data[0] + 1),)))
    return _applied(row((sign, below, of_family(function.name, function.indices, style))), argument, style)


def argument_text(w: Pen, e: Expr) -> Text:
    """The text of an argument; a column of several is a list of them."""
    if e.op is not BLOCK or e.data[1] != 1:
        return w.text(e)
    return row([piece for k, a in enumerate(e.args) for piece in ((", " if k else ""), w.fit(a, ADDITIVE))])


def _bare(style: Style) -> bool:
    return style.templates.get(UNKNOWN_FUNCTION.name) == BARE


def _applied(name: Text, argument: Text, style: Style) -> Text:
    inner = bracketed(argument, style) if argument.tall else row(("(", argument, ")"))
    return row((name, inner), ATOM)


def fraction(template: str, order: int) -> str:
    r"""The author's fraction for a derivative, or `\frac{\partial #1}{\partial #2}`, of that order."""
    found = template if "frac" in template and TOP.search(template) else Style().derivative
    if order == 1:
        return found
    return BELOW.sub(lambda m: f"{m[0]}^{order}", TOP.sub(lambda m: f"{m['d']}^{order} ", found))
