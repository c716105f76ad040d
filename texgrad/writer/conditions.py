r"""Sums over indices that fulfil conditions, which stand below the sign: `\sum_{j:(i,j)\in\Omega}`."""

from __future__ import annotations

import re
from typing import NamedTuple

from texgrad.algebra import Expr, add, number, scale, split, terms
from texgrad.notation import COLON, Style
from texgrad.operators import INDEXED_SUM, ONES, STEP, conditions_of
from texgrad.shapes import Index
from texgrad.writer.pen import Pen
from texgrad.writer.spellings import filled, spelling_of
from texgrad.writer.text import Text, row

FIRST = re.compile(r"#1\s*\\in(?![A-Za-z])\s*")
OUTSIDE = re.compile(r"#1\s*\\not\\?in(?![A-Za-z])")
TUPLE = re.compile(r"\(?\s*#1(?:\s*,\s*#\d)+\s*\)?\s*\\in(?![A-Za-z])\s*")
SIGN = re.compile(r"\s*_\s*(?:\{.*|\S).*")


class Conditioned(NamedTuple):
    """A sum of `body` over indices under conditions on them."""

    indices: tuple[Index, ...]
    conditions: tuple[Expr, ...]
    body: Expr

    def text(self, w: Pen) -> Text:
        """Its text; the number of members of a set where each of them counts 1."""
        below = [self._below(c, w.style) for c in self.conditions]
        if self.body is number(1) and len(below) == 1 and (members := self._set(self.conditions[0], w.style)):
            return row(("|", members, "|"), barred=True)
        head = "" if any(self._told(c, w.style) for c in self.conditions) else self._head() + r":\,"
        others = [f"{i.name}{i.but[0]} {i.but[1]}" for i in self.indices if i.but is not None]
        sign = SIGN.sub("", spelling_of(w.style, INDEXED_SUM.name)) or r"\sum"
        pieces = (f"{sign}_{{{head}{','.join((*below, *others))}}}", w.fit(self.body, COLON))
        return row(pieces, COLON, tall=True, greedy=True)

    def _head(self) -> str:
        """The indices that are summed over, where no condition tells them."""
        names = ",".join(i.name for i in self.indices)
        return f"({names})" if len(self.indices) > 1 else names

    def _told(self, condition: Expr, style: Style) -> bool:
        """Whether the condition tells by itself which indices are summed over."""
        first = len(self.indices) == 1 and condition.data.indices[0].name == self.indices[0].name
        outside = first and OUTSIDE.match(latex_of(condition, style)) is not None
        return outside or bool(self._set(condition, style))

    def _set(self, condition: Expr, style: Style) -> str:
        """The set of which all members are summed over; "" where the condition is another one."""
        latex, at = latex_of(condition, style), condition.data.indices
        found = (TUPLE if len(self.indices) > 1 else FIRST).match(latex)
        own = at if len(self.indices) > 1 else at[:1]
        if found is None or {i.name for i in own} != {i.name for i in self.indices}:
            return ""
        return named(latex[found.end() :], at)

    def _below(self, condition: Expr, style: Style) -> str:
        latex = latex_of(condition, style)
        if len(self.indices) == 1 and condition.data.name.startswith("(") and not latex.startswith("("):
            latex = condition.data.name  # of \sum_{u,i\in S} the sum over u alone, with (u,i) in S
        return named(latex, condition.data.indices)


def latex_of(condition: Expr, style: Style) -> str:
    """A condition with marks for its indices, as its author writes it."""
    return style.templates.get(condition.data.name, condition.data.name)


def named(latex: str, at: tuple[Index, ...]) -> str:
    r"""The LaTeX with indices in place of their marks, x for that of what lies in a set, `x\in C`."""
    for k, index in enumerate(at, 1):
        latex = latex.replace(f"#{k}", index.shown.partition(r"\in")[0])
    return latex


def by_conditions(e: Expr) -> tuple[Conditioned, ...]:
    """The sum over an index with its terms gathered by the conditions that they have on it; none where none has one."""
    groups: dict[tuple[tuple[Index, ...], tuple[Expr, ...]], list[Expr]] = {}
    own, body = split(e.args[0])
    outer, whole = conditions_of(body, e.data)
    for t in terms(whole):
        inner, rest = conditions_of(t, e.data)
        indices: tuple[Index, ...] = (e.data,)
        if not (outer or inner) and e.data.but is None and (joint := _joint(t, e.data)) is not None:
            indices, inner, rest = joint.indices, joint.conditions, joint.body
        groups.setdefault((indices, (*outer, *inner)), []).append(scale(own, rest))
    found = tuple(Conditioned(i, c, add(*parts)) for (i, c), parts in groups.items())
    return found if any(f.conditions for f in found) else ()


def opposite(e: Expr) -> tuple[bool, Expr]:
    """Whether what is summed has a minus in front, and what is summed without it."""
    return (True, scale(-1, e)) if split(e)[0] < 0 else (False, e)


def _joint(e: Expr, first: Index) -> Conditioned | None:
    """The sums within sums over `first` that one condition on all their indices is below, as one sum."""
    indices = [first]
    factor, body = split(e)
    while body.op is INDEXED_SUM and body.data.but is None:
        indices.append(body.data)
        conditions, rest = conditions_of(body.args[0], body.data)
        if conditions:
            names = {i.name for i in conditions[0].data.indices}
            fits = len(conditions) == 1 and TUPLE.match(conditions[0].data.name) and names.issuperset(
                i.name for i in indices)
            return Conditioned(tuple(indices), conditions, scale(factor, rest)) if fits else None
        own, body = split(body.args[0])
        factor *= own
    return None


def indicator(e: Expr, style: Style) -> Text:
    """1 where a condition is fulfilled, in the author's way or in the font of his ones."""
    template = style.templates.get(STEP.name, "")
    font = template.partition("[")[0] if "[" in template else re.sub(r"_.*", "", spelling_of(style, ONES.name))
    return filled(font + "[#1]", named(latex_of(e, style), e.data.indices))
