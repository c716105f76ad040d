"""Functions without a formula: X(t), and their derivatives ∂X/∂t, X'(2t), ∇g(Ax), ∇²g(x), J_u(Ax)."""

from __future__ import annotations

import re

from texgrad.algebra import SYMBOL, Expr
from texgrad.notation import ADDITIVE, APPLIED, ATOM, BELOW, MARK, Style, arguments
from texgrad.operators import BLOCK, UNKNOWN_FUNCTION
from texgrad.shapes import SCALAR
from texgrad.writer.leaves import of_family, subscripted
from texgrad.writer.pen import Pen
from texgrad.writer.spellings import filled
from texgrad.writer.text import Text, bracketed, raised_at_end, row, script

BARE = "#1"  # how an author spells functions who leaves their arguments out
LOGARITHM = re.compile(r"\\l(?:og|n)(?![A-Za-z])")
TOP = re.compile(r"(?P<d>\\partial|\\mathrm\s*\{?d\}?|\{\\rm d\}|d)\s*(?=#1|\{#1\})")
VARIABLE = re.compile(r"#2|\{#2\}")


def unknown_function(w: Pen, e: Expr) -> Text:
    """The text of the function at its argument."""
    function, plain, style = e.data, e.args[0].op is SYMBOL, w.style
    name, argument = _called(w, e)
    if not function.order:
        return name if plain and _bare(style) else _applied(name, argument, style)
    named = plain and _bare(style) and function.order == 1 and "frac" in style.derivative
    if function.argument != SCALAR and function.shape == SCALAR and not named:
        nabla = r"\nabla" if function.order == 1 else rf"\nabla^{function.order}"
        applied = name if plain and _bare(style) else _applied(name, argument, style)
        return row((nabla, applied), applied.level, greedy=applied.greedy)
    if plain:
        text = filled(fraction(style.derivative, function.order), name, argument, level=APPLIED)
        return text._replace(tall=True)
    if function.argument != SCALAR:
        return _applied(row(("J", script("_", name))), argument, style)
    return _applied(_primed(name, function.order), argument, style)


def of_matrix(w: Pen, e: Expr) -> Text:
    """f(A), f'(A): a function of a matrix, and not of its entries."""
    return _applied(_primed(of_family(e.data.name, e.data.indices, w.style), e.data.order), w.text(e.args[0]), w.style)


def partial(w: Pen, e: Expr) -> Text:
    r"""The derivative by one of several arguments: `\partial_2f(y, z)`, `\nabla_2f(u, v)`, `\nabla_\theta f_\theta(x)`.

    The argument has its number, but for a variable beside or as a parameter, and for the only one in the brackets.
    """
    called, own, style = e.args[0], e.args[0].args[0].args[e.data[0]], w.style
    name, argument = _called(w, called)
    others = (a for k, a in enumerate(called.args[0].args) if k != e.data[0])
    below, signs = _signs(called, style)
    apart = below or any(sign.strip(", ") for sign in signs)
    named = apart and own.op is SYMBOL and not any(own.data.name in a.free for a in others)
    applied = _applied(name, argument, style)
    if named and called.data.shape != SCALAR:
        return filled(fraction(style.derivative, 1), applied, w.text(own), level=APPLIED)._replace(tall=True)
    alone = below and len(signs) == 1 and not e.data[0] and called.data.shape == SCALAR
    if alone and not named and e.scalar:
        return _applied(_primed(name, 1), argument, style)
    sign = r"\partial" if e.scalar or called.data.shape != SCALAR else r"\nabla"
    if not (alone and not named):
        sign += str(script("_", w.text(own) if named else row((str(e.data[0] + 1),))))
    return row((sign, applied), applied.level, greedy=applied.greedy)


def _called(w: Pen, e: Expr) -> tuple[Text, Text]:
    """The name of the function, and its argument: a list where it is a column of several."""
    name, given = of_family(e.data.name, e.data.indices, w.style), e.args[0]
    if given.op is not BLOCK or given.data[1] != 1:
        return name, w.text(given)
    cells = [w.fit(a, ADDITIVE) for a in given.args]
    below, signs = _signs(e, w.style)
    if below:
        name = subscripted(name, str(cells.pop()), "_" in str(name))
    return name, row([piece for pair in zip(signs, cells, strict=True) for piece in pair])


def _signs(e: Expr, style: Style) -> tuple[bool, list[str]]:
    """Whether the last argument of the function stands below its name, and what stands before each of the others."""
    known = style.templates.get(arguments(e.data.name), "")
    below, signs = known.startswith(BELOW), known.removeprefix(BELOW).split(MARK)
    count = len(e.args[0].args) - below
    return below, signs if len(signs) == count else ["", *[", "] * (count - 1)]


def _primed(name: Text, order: int) -> Text:
    """The name of a function with as many primes as it is differentiated."""
    raised = raised_at_end(str(name))
    return row(("{", name, "}", "'" * order) if raised else (name, "'" * order))


def _bare(style: Style) -> bool:
    return style.templates.get(UNKNOWN_FUNCTION.name) == BARE


def _applied(name: Text, argument: Text, style: Style) -> Text:
    inner = bracketed(argument, style) if argument.tall else row(("(", argument, ")"))
    reaching = LOGARITHM.match(name.head) is not None  # over what follows, as the logarithm in \log p(x) does
    return row((name, inner), APPLIED if reaching else ATOM, greedy=reaching)


def fraction(template: str, order: int) -> str:
    r"""The author's fraction for a derivative, or `\frac{\partial #1}{\partial #2}`, of that order."""
    found = template if "frac" in template and TOP.search(template) else Style().derivative
    if order == 1:
        return found
    return VARIABLE.sub(lambda m: f"{m[0]}^{order}", TOP.sub(lambda m: f"{m['d']}^{order} ", found))
