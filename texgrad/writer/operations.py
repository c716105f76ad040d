"""Sums and products in the author's signs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from texgrad.algebra import SYMBOL, Expr, node, number, postorder, split, substitute
from texgrad.notation import ADDITIVE, APPLIED, CIRCLE, COLON, DOUBLE_SUM, JUXTAPOSED
from texgrad.operators import (
    DIFFERENTIAL,
    HADAMARD,
    IDENTITY,
    INDEXED_SUM,
    KRONECKER,
    ONES,
    POWER,
    power,
    reciprocal,
    reindexed,
)
from texgrad.shapes import ONE, Dim
from texgrad.writer.conditions import SIGN, Conditioned, by_conditions, opposite
from texgrad.writer.leaves import of_family, sized_identity
from texgrad.writer.numbers import size
from texgrad.writer.pen import Pen
from texgrad.writer.products import signed
from texgrad.writer.spellings import filled, spelling, spelling_of
from texgrad.writer.text import Text, bracketed, fitted, row

LETTERS = "jklmpqrs"
NAMED_SIZE = re.compile(r"[A-Za-z]'?|\\[A-Za-z]+|[A-Za-z]_\w")
UPPER_LIMIT = re.compile(r"=[01](?=\})|\^(?:#3|\{#3\})")


def sum_text(w: Pen, e: Expr) -> Text:
    """A sum, a minus before its first term where that has one."""
    pieces: list[str | Text] = []
    units = any(_entrywise(split(t)[1]) for t in e.args)
    for k, part in enumerate(e.args):
        own, body = split(part)
        if units and body.op is ONES and abs(own) == 1:
            minus, text = own < 0, row(("1",))
        else:
            minus, text = signed(part, w)
        if k or minus:
            pieces.append("-" if minus else "+")
        pieces.append(fitted(text, COLON, w.style))
    return row(pieces, ADDITIVE)


def _entrywise(e: Expr) -> bool:
    return e.op.elementwise or e.op in (HADAMARD, POWER)


def product_text(w: Pen, e: Expr) -> Text:
    """A product, or a multiple by a number."""
    minus, text = signed(e, w)
    if not minus:
        return text
    return row(("-", fitted(text, COLON, w.style)), ADDITIVE, greedy=text.greedy)


def frobenius_text(w: Pen, e: Expr) -> Text:
    """A Frobenius product, by a colon or in angle brackets."""
    spelt = spelling(w.style, e)
    if spelt.level != COLON:
        return filled(spelt.text, *map(w.text, e.args))
    left, right = w.fit(e.args[0], JUXTAPOSED), w.fit(e.args[1], CIRCLE)
    left = bracketed(left, w.style) if left.greedy else left
    return filled(spelt.text, left, right, level=COLON, greedy=right.greedy)


def circle_text(w: Pen, e: Expr) -> Text:
    """Hadamard and Kronecker products: equal rank, so one inside the other is put in brackets."""
    spelt, quotient = spelling(w.style, e), spelling_of(w.style, "Hadamard quotient")
    total: Text | None = None
    for k, factor in enumerate(e.args):
        divides = e.op is HADAMARD and reciprocal(factor)
        template = quotient if divides else spelt.text
        text = w.text(denominator(factor) if divides else factor)
        if factor.op is IDENTITY and e.op is KRONECKER:
            text = sized_identity(factor, w.style)
        kept = e.op is KRONECKER and factor.op is KRONECKER and k == 0
        text = text if kept else fitted(text, JUXTAPOSED, w.style)
        if text.greedy and k + 1 < len(e.args):
            text = bracketed(text, w.style)
        if total is None:
            total = filled(template, "1", text, level=CIRCLE) if divides else text
        else:
            total = filled(template, total, text, level=CIRCLE, greedy=text.greedy)
    assert total is not None
    return total


def denominator(e: Expr) -> Expr:
    """What is divided by."""
    return power(e.args[0], number(-e.args[1].data))


def unshadowed(e: Expr) -> Expr:
    """The sum with other letters for sums in it that bind the same one: nobody can tell them apart."""
    index, (body,) = e.data, e.args
    if not body.ops & INDEXED_SUM.bit:
        return e
    inner = [p for p in postorder(body, only=INDEXED_SUM.bit) if p.op is INDEXED_SUM]
    clashing = [p for p in inner if p.data.name == index.name]
    used = {index.name, *(p.data.name for p in inner), *(name.lstrip("#") for name in body.free)} if clashing else set()
    moved: dict[Expr, Expr] = {}
    for p in clashing:
        letter = next((x for x in LETTERS if x not in used), index.name)
        new = p.data._replace(name=letter)
        inside = reindexed(substitute(p.args[0], moved), p.data._replace(but=None), new._replace(but=None))
        moved[p] = node(INDEXED_SUM, (inside,), new, p.shape)
    return node(e.op, (substitute(body, moved),), index, e.shape) if moved else e


def over_index_text(w: Pen, e: Expr) -> Text:
    """The author's sign, `#2` the index and `#3` its size; without a size where that has no proper name."""
    e = unshadowed(e)
    if e.op is INDEXED_SUM and (parts := by_conditions(e)):
        return conditioned_text(w, parts)
    if (double := w.style.templates.get(DOUBLE_SUM, "")) and _paired(e, "#3" in double):
        inner = e.args[0]
        pieces = filled(double, w.fit(inner.args[0], COLON), e.data.name, size(e.data.size), inner.data.name).pieces
        return row(pieces, COLON, tall=True, greedy=True)
    if sign := w.style.templates.get(f"mean {e.data.size}", ""):
        return row(filled(sign, w.text(e.args[0])).pieces)
    body, index = w.fit(e.args[0], COLON if e.op is INDEXED_SUM else JUXTAPOSED), e.data
    if index.but is not None:
        sign, other = index.but
        template = spelling_of(w.style, e.op.name + " with others")
        if sign != r"\ne":
            sign += " " * sign.startswith("\\")
            template = ("\\sum" if e.op is INDEXED_SUM else "\\prod") + f"_{{#2{sign}#3}} #1"
        return row(filled(template, body, index.name, other).pieces, COLON, tall=True, greedy=True)
    template = w.style.templates.get(f"{e.op.name} {index.size}", "") or spelling_of(w.style, e.op.name)
    if any(index.ends):
        low, high = index.ends
        upper = size(index.size + Dim.of(-high)) if all(map(NAMED_SIZE.fullmatch, index.size.names)) else ""
        template = SIGN.sub("", template) + f"_{{#2={1 + low}}}" + "^#3" * bool(upper) + "#1"
        return row(filled(template, body, index.name, upper).pieces, COLON, tall=True, greedy=True)
    if r"\in" in index.name:
        template = SIGN.sub("", template) + "_{#2}#1"
    if not all(map(NAMED_SIZE.fullmatch, index.size.names)):
        template = UPPER_LIMIT.sub("", template)
    last = size(index.size) if "#2=0" not in template.replace(" ", "") else _last_from_zero(index.size)
    return row(filled(template, body, index.name, last).pieces, COLON, tall=True, greedy=True)


def _paired(e: Expr, alike: bool) -> bool:
    """Whether a sum is one over two indices, of one range where they have to be `alike`."""
    inner = e.args[0]
    if not e.op is INDEXED_SUM is inner.op or by_conditions(inner):
        return False
    plain = all(i.but is None and not any(i.ends) and not i.drawn for i in (e.data, inner.data))
    return plain and (not alike or e.data.size == inner.data.size)


def _last_from_zero(count: Dim) -> str | Text:
    """The last of so many numbers that begin with 0."""
    less = count.less(ONE)
    return f"{size(count)}-1" if less is None else size(less)


def _picked(w: Pen, part: Conditioned) -> Text | None:
    r"""The member `w_{y_i}` that a sum with the condition `y_i=m` leaves, where the author writes it so."""
    inner = part.body.args[0] if part.body.op is DIFFERENTIAL else part.body
    if inner.op is not SYMBOL or len(part.conditions) != 1 or inner.data.indices != part.indices:
        return None
    condition = part.conditions[0].data
    letter, _, right = condition.name.partition("_#1=")
    family = f"{inner.data.name}_{{{letter}}}"
    if right != "#2" or condition.indices[1:] != part.indices or family not in w.style.symbols:
        return None
    member = of_family(family, condition.indices[:1], w.style)
    if inner is part.body:
        return member
    return row((w.style.differential, fitted(member, APPLIED, w.style)), APPLIED)


def conditioned_text(w: Pen, parts: Sequence[Conditioned]) -> Text:
    """Sums over indices under conditions, one after the other."""
    if len(parts) == 1:
        return _picked(w, parts[0]) or parts[0].text(w)
    pieces: list[str | Text] = []
    for part in parts:
        minus, body = opposite(part.body)
        pieces += ["-" if minus else "+" if pieces else "", part._replace(body=body).text(w)]
    return row(pieces, ADDITIVE, tall=True, greedy=True)
