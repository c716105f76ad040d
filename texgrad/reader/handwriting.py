"""The hand in which the answer about one function is written: the author's, as requests and formulas show it."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from texgrad.immutable import immutable
from texgrad.notation import Style, line_of
from texgrad.operators import MEAN_SIZE, TRANSPOSE, VEC
from texgrad.reader.apart import own_name
from texgrad.reader.building import Builder
from texgrad.reader.complete import Complete
from texgrad.reader.conjugates import only_real, spelt
from texgrad.reader.hand import style_of
from texgrad.reader.named import read_name
from texgrad.reader.picked import families
from texgrad.reader.points import point_of
from texgrad.reader.request import asks, derives
from texgrad.reader.seen import Seen
from texgrad.reader.spelt import spells
from texgrad.reader.statements import Formula, extent
from texgrad.reader.tree import Tree
from texgrad.source import TexgradError
from texgrad.wanted import Wanted

_VEC = re.compile(r"\\(?:operatorname|mathrm|mathsf|text)\{vec\}")
_TURNED = re.compile(r"vec\}?.*?(?<=\))\s*('|\^\s*(?:\{[^{}]*\}|\\\w+|\w))\s*$")  # (\operatorname{vec} X)'
_TWICE = re.compile(  # \nabla\nabla^T, \nabla_x\nabla_x^T
    r"(?:\\nabla|∇)(?![a-zA-Z]).*?(?:\\nabla|∇)\s*(?:_\s*(?:\{[^{}]*\}|\\?\w)\s*)?('|\^\s*(?:\{[^{}]*\}|\\\w+|\w))"
)
MOST_LOOKED = 100  # formulas that show the author's hand, the nearest ones


@immutable
class Page:
    """The formulas of a page; parsing: what their trees depend on besides their items."""

    formulas: Sequence[Formula]
    parsing: Hashable


def handwriting(whole: Complete, page: Page, builder: Builder, wanted: Iterable[Wanted]) -> Style:
    """The hand of the author, whose page this is."""
    members, target = whole.subject.members, whole.subject.target
    function = whole.tree if whole.needed else whole.survey
    parsed = [(target.formula, function), *((d.formula, t) for d, t in whole.needed.values())]
    near = page.formulas[-MOST_LOOKED:]
    built = {formula.source.offset for formula in (*(f for f, _ in parsed), *(ask.formula for ask, _ in members))}
    others = _others(whole, near, built, page.parsing)
    style = style_of(near, [*parsed, *others], builder.built, [ask.template for ask, _ in members],
                     _transposes(whole), builder.typing.meant, whole.problem.common, target.name)  # fmt: skip
    if whole.field.complex:
        texts = [ask.formula.text(*ask.variable.span) for ask, _ in members if ask.variable is not None]
        style = replace(style, templates={**dict(filter(None, map(spelt, texts))), **style.templates})
    if any(w.vectorised for w in wanted) and (spelt_vec := _vec_in(ask.latex for ask, _ in members)):
        style = replace(style, templates={VEC.name: spelt_vec, **style.templates})
    points = {name.full: ask.formula.text(*extent(at)) for ask, _ in members
              if (at := point_of(ask)) and (name := read_name(at)) is not None}  # fmt: skip
    style = replace(style, symbols={**points, **style.symbols}) if points else style
    if apart := sorted(whole.lookup.said.apart):
        called = {x for x, latex in style.symbols.items() if latex.endswith(")")}  # K(\theta) beside K_j
        own = {own_name(x): style.symbols.get(x, x) if x not in called else x for x in apart}
        style = replace(style, symbols={**own, **style.symbols})
    lines = {line_of(line.kind, line.matrix): f"{line.latex}_#2" for line in whole.subject.said.lines.values()}
    if lines:
        shown = {line.matrix: line.latex for line in whole.subject.said.lines.values()}
        symbols = {x: latex for x, latex in style.symbols.items() if shown.get(x) != latex}
        style = replace(style, templates={**style.templates, **lines}, symbols=symbols)
    if own := families(whole.subject.said.picked):
        style = replace(style, symbols={**style.symbols, **own})
    means = {f"mean {MEAN_SIZE}_{k}|": sign for k, sign in enumerate(whole.signs, 1)}
    return replace(style, templates={**style.templates, **means}) if means else style


def _vec_in(requests: Iterable[str]) -> str:
    """How requests spell vec, or nothing."""
    found = next(filter(None, map(_VEC.search, requests)), None)
    return f"{found[0]}(#1)" if found else ""


def _transposes(whole: Complete) -> list[str]:
    """How requests spell the transposes of their variables."""
    variables = zip(whole.subject.members, whole.variables.first, strict=True)
    marks = [(ask.formula, v.mark) for (ask, _), (v, _) in variables]
    scripts = [(f"#1{formula.text(*mark)}", formula.macros) for formula, mark in marks if mark is not None]
    twice = ((ask.latex, ask.formula.macros) for ask, _ in whole.subject.members if ask.order == 2)
    scripts += [(f"#1{found[1]}", macros) for text, macros in twice if (found := _TWICE.match(text))]
    scripts += [(f"#1{found[1]}", whole.subject.target.formula.macros) for text in whole.problem.wrt
                if (found := _TURNED.search(text))]  # fmt: skip
    return [t for t, macros in scripts if t != "#1" and (not macros or spells(t, TRANSPOSE, None, macros))]


def _others(whole: Complete, formulas: Iterable[Formula], built: Collection[int],
            parsing: Hashable) -> Iterator[tuple[Formula, Tree | Seen]]:  # fmt: skip
    """The document's other formulas, for the sake of their style; those that cannot be parsed say nothing.

    built: where the formulas stand whose trees were typed. What others show is the same for every question.
    """
    parse = whole.parse
    given = parsing, frozenset(parse.asked), frozenset(parse.free)
    for formula in formulas:
        if formula.macros or formula.source.offset in built or parse.meaning is not only_real:
            yield from ((formula, tree) for tree in _sides(whole, formula))
        else:
            yield formula, formula.latest("shown", given, partial(_shown, whole, formula))


def _shown(whole: Complete, formula: Formula) -> Seen:
    """What a formula shows in which no node is typed."""
    seen = Seen()
    for tree in _sides(whole, formula):
        seen.read(formula, tree)
    return seen


def _sides(whole: Complete, formula: Formula) -> Iterator[Tree]:
    """The trees of the sides of a formula that are no derivatives, and can be parsed."""
    target = whole.subject.target
    for statement in formula.statements:
        for side in statement.sides:
            own = formula is target.formula and side == target.items
            if own or asks(side) or derives(side, formula):
                continue
            try:
                tree = whole.parse(side)
            except TexgradError:
                continue
            yield tree
