r"""Scores: the logarithm of a density or policy without a formula stays one, `\nabla_\theta\log p(x;\theta)`.

Nobody writes the slope of `\sum_t R_t\log\pi_\theta(a_t\mid s_t)` as a quotient. Where such a function stands within
logarithms only, the logarithm is the function that has no formula.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from texgrad.algebra import Expr, bits, node, postorder, transform
from texgrad.notation import BELOW, MARK, Style, arguments
from texgrad.operators import LOG, UNKNOWN_FUNCTION, Function
from texgrad.reader import Reading

HELD = bits(LOG), bits(UNKNOWN_FUNCTION)


def with_scores(reading: Reading) -> Reading:
    """The reading with the logarithms of densities as functions of their own, where more than one is asked about."""
    if not all(reading.expression.ops & bit for bit in HELD) or reading.untied is not None:
        return reading
    wholes = (reading.expression, *(d for _, d in reading.definitions))
    logs = {f: _logarithm(f, reading.style) for f in _densities(wholes, reading.style)}
    if not logs:
        return reading

    def change(e: Expr) -> Expr | None:
        f = e.args[0].data if e.args[0].op is UNKNOWN_FUNCTION else None
        return _called(e.args[0], logs[f]) if f in logs else None

    expression, *definitions = (transform(e, change, HELD[0], HELD[0]) for e in wholes)
    if expression.op is UNKNOWN_FUNCTION:
        return reading
    symbols = (
        replace(s, name=f"log_{s.name}", expr=_called(s.expr, logs[s.expr.data])) if s.expr.data in logs else s
        for s in reading.symbols
    )
    names = (name for name, _ in reading.definitions)
    return replace(
        reading, expression=expression, definitions=tuple(zip(names, definitions, strict=True)),
        symbols=tuple(symbols), style=_style(reading.style, logs),
    )  # fmt: skip


def _densities(wholes: tuple[Expr, ...], style: Style) -> Iterator[Function]:
    r"""The functions of parameters or conditions, `p(x;\theta)`, `\pi_\theta(a|s)`, that stand in logarithms only."""
    parts = postorder(*wholes)
    inside = {e.args[0] for e in parts if e.op is LOG}
    calls = [e for e in parts if e.op is UNKNOWN_FUNCTION]
    bare = {e.data.name for e in calls if e not in inside or e.data.order or not e.scalar}
    bare |= {a.data.name for e in parts if e.op is not LOG for a in e.args if a.op is UNKNOWN_FUNCTION}
    found = tuple(dict.fromkeys(e.data for e in calls if e.data.name not in bare))
    letters = {_shown(f, style) for f in found if _conditional(style.templates.get(arguments(f.name), ""))}
    return (f for f in found if _shown(f, style) in letters)


def _conditional(signs: str) -> bool:
    """Whether a parameter stands below the function, or something but commas between its arguments."""
    return signs.startswith(BELOW) or bool(signs.replace(MARK, "").strip(", "))


def _shown(f: Function, style: Style) -> str:
    """The letter of the function, the same for the p(θ) beside a p(x | θ)."""
    return style.symbols.get(f.name, f.name)


def _logarithm(f: Function, style: Style) -> Function:
    return replace(f, name=f"{_word(style)} {f.name}")


def _word(style: Style) -> str:
    """The author's word for the logarithm."""
    word, mark, rest = style.templates.get(LOG.name, "").partition("#1")
    return word.strip() if mark and not rest and word.strip() in (r"\ln", r"\log") else r"\log"


def _called(e: Expr, f: Function) -> Expr:
    return node(UNKNOWN_FUNCTION, e.args, f, e.shape)


def _style(style: Style, logs: Mapping[Function, Function]) -> Style:
    """The author's hand, in which the new functions are called by the old names."""
    symbols, templates = dict(style.symbols), dict(style.templates)
    for f, log in logs.items():
        shown = _shown(f, style)
        symbols[log.name] = _word(style) + (shown if shown.startswith("\\") else f" {shown}")
        if arguments(f.name) in templates:
            templates[arguments(log.name)] = templates[arguments(f.name)]
    return replace(style, symbols=symbols, templates=templates)
