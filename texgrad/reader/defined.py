"""Definitions: a name, or a name with parameters, that a statement sets equal to something."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

from texgrad.reader.brackets import outside, split, unfenced
from texgrad.reader.densities import BETWEEN, SEPARATORS, divergence
from texgrad.reader.identifiers import python_name
from texgrad.reader.items import Item, Items, canonical, spelling, transposes, worded
from texgrad.reader.named import read_name
from texgrad.reader.names import parse_sizes, subscript
from texgrad.reader.nested import letters
from texgrad.reader.phrases import PHRASES
from texgrad.reader.said import Definition
from texgrad.reader.squares import SPREADS, squared_name
from texgrad.reader.statements import Statement, extent
from texgrad.reader.tree import Name
from texgrad.reader.vocabulary import CLOSES, DOTS, EXPECTATIONS, FUNCTION_LETTERS
from texgrad.source import Span, TexgradError, fail

_EXPLICIT = re.compile(rf"(?:\b(?:{PHRASES['let']})\b[^.]{{0,30}}|\bas:|:=|,)\s*$", re.I)
_ORDERS = frozenset((">", r"\gt", r"\ge", r"\geq", r"\geqslant", r"\succ", r"\succeq", r"\succcurlyeq"))


def member_at(items: Items) -> int:
    r"""Where a sign of membership stands outside all brackets, else the end."""
    return next((k for k, item in outside(items) if item.text == r"\in"), len(items))


def _told(items: Items) -> int:
    r"""Where that ends which a name is set equal to: before `\in` and `> 0`."""
    return next((k for k, item in outside(items) if k and (item.text == r"\in" or item.text in _ORDERS)), len(items))


def equal_transpose(statement: Statement) -> tuple[Name, tuple[str, ...]] | None:
    r"""What `A = A^T`, `A^T = -A`, `A = A^T \succ 0` or `a_{ij} = a_{ji}` says of a matrix."""
    if len(statement.sides) != 2 or statement.relations != ("=",):
        return None
    left, right = statement.sides
    cut = next((k for k, i in enumerate(right) if i.text in _ORDERS or i.text == r"\in"), len(right))
    if not cut:
        return None
    (first, turned, minus), (second, also_turned, also_minus) = _turned(left), _turned(right[:cut])
    if first is None or second is None or turned == also_turned:
        if first is None or second is None or not _swapped(first, second):
            return None
        first = second = Name(first.base)
    if first.full != second.full:
        return None
    definite = ("positive definite",) if right[cut:] and canonical(right[cut + 1 :]) == "0" else ()
    return first, ("symmetric" if minus == also_minus else "skew-symmetric", *definite)


def _swapped(first: Name, second: Name) -> bool:
    """Whether two names are entries of one matrix, the other way round: `w_{ij}` and `w_{ji}`."""
    rows, columns = subscript(first), subscript(second)
    return first.base == second.base and len(rows) == 2 and rows[0] != rows[1] and rows == columns[::-1]


def _turned(side: Items) -> tuple[Name | None, bool, bool]:
    """The name that a side is, whether transposed, and whether with a minus."""
    minus = side[0].text == "-"
    body = side[1:] if minus else side
    turned = len(body) > 1 and transposes(body[-1])
    return read_name(body[:-1] if turned else body), turned, minus


def enumerated(items: Items) -> bool:
    r"""Whether items list what there is, `(x_1, \dots, x_n)`."""
    return bool(items) and items[0].kind == "fence" and any(i.text in DOTS for i in items)




def of_entries(name: Name, right: Items) -> bool:
    r"""Whether a side says how the entries of a name are called, `A = [a_{ij}]`, and nothing else."""
    entry = entries_of(right)
    return entry is not None and python_name(entry.base).lower() == python_name(name.base).lower()


def entries_of(right: Items) -> Name | None:
    r"""The name that stands in brackets with letters below it, `(a_{ij})_{ij}`; None where nothing else does."""
    inner = right[:-1] if len(right) > 1 and right[-1].kind == "_" else right
    side = inner[: member_at(inner)]
    entry = read_name(unfenced(side)) if unfenced(side) != side else None
    return entry if entry is not None and subscript(entry) else None


def definition(statement: Statement, before: str = "") -> Definition | None:
    """The definition that a statement is: a name, or a name with parameters, set equal to something."""
    if len(statement.sides) < 2 or not statement.relations or statement.relations[0] == r"\approx":
        return None
    left, right = statement.sides[:2]
    left, right = worded(left, {spelling(left)}), right[: _told(right)]
    parameters: tuple[str, ...] = ()
    if len(left) > 4 and left[-1].kind == "_" and left[-2].text == ")" and parse_sizes(left[-1].body[0]) is not None:
        left = left[:-1]  # the size of the value
    if len(left) > 3 and left[0].kind in ("name", "word") and left[-1].text == ")":
        opening = next((k for k, i in enumerate(left) if i.kind == "fence" and i.text in CLOSES), 0)
        dotted = any(i.text in DOTS for i in left[opening:])  # V(x_1, \dots, x_n)
        parts = () if dotted else split(left[opening + 1 : -1], BETWEEN)
        found = [read_name(p) or (squared_name(p) if p and p[0].text in SPREADS else None) for p in parts]
        if not opening or (any(f is None for f in found) and not divergence(left[opening:])):
            return None
        parameters = tuple(f.full for f in found if f is not None) if None not in found else ()
        left = left[:opening]
    name = Name(left[0].text) if len(left) == 1 and left[0].kind == "word" else read_name(left)
    if name is None and left[0].text in SPREADS and not parameters:
        name = squared_name(left)
    if name is None or not any(i.kind not in ("number", "op") for i in right):
        return None
    if enumerated(right) or equal_transpose(statement) is not None or (not parameters and of_entries(name, right)):
        return None
    span = Span(extent(statement.sides[0]).start, extent(right).end)
    explicit = statement.relations[0] == ":=" or bool(_EXPLICIT.search(before))
    return Definition(name, parameters, right, statement.formula.text(*span), statement.formula, span, explicit,
                      statement.sides[2:])  # fmt: skip


def by_telling_side(found: Definition, known: Collection[str]) -> Definition:
    r"""The definition by the first side that says what it is: in `\ell(\theta) = \log L(\theta) = \sum_i …` the last.

    known: the names that have definitions.
    """
    for k, right in enumerate((found.right, *found.more)):
        if not _abstract(right, found.more[k:], known):
            cut = member_at(right)
            return found if not k and cut == len(right) else replace(found, right=right[:cut], more=found.more[k:])
    return found


def side_with(found: Definition, letter: str) -> Definition:
    """The definition by its first side, or by a later one where a letter stands only in that."""
    if letter in found.letters:
        return found
    right = next((side for side in found.more if letter in letters((side,)) and not averaged(side)), found.right)
    return replace(found, right=right[: member_at(right)])


def averaged(items: Items) -> bool:
    """Whether an integral or an expectation stands in a side."""
    named = any(e.text == "E" and b.text == "[" for e, b in pairwise(items))
    return named or any(i.kind == "int" or i.text in EXPECTATIONS for i in items)


def _abstract(items: Items, more: Sequence[Items], known: Collection[str]) -> bool:
    """Whether a side is an integral, an expectation, or calls what has no formula and is gone in the last side."""
    if not more:
        return False
    if averaged(items):
        return True
    for k, item in enumerate(items[:-1]):
        called = item.kind == "name" and items[k + 1].text == "(" and item.text not in FUNCTION_LETTERS
        if called and item.text not in known and all(i.text != item.text for i in more[-1]):
            inner = items[k + 2 : next((m for m in range(k, len(items)) if items[m].text == ")"), len(items))]
            if inner and all(i.kind in ("name", "_", "^") or i.text in SEPARATORS for i in inner):
                return True
    return False


LOGARITHMS = frozenset(("log", "ln"))
LINKS = {"log": "exp", "ln": "exp", "logit": "sigmoid"}  # and their inverses


def of_logarithm(statement: Statement) -> Definition | None:
    r"""What `\log p(x) = …` says of p: its right side is the logarithm."""
    left, *others = statement.sides
    if not others or len(left) < 2 or left[0].kind != "word" or left[0].text not in LOGARITHMS:
        return None
    return definition(replace(statement, sides=(left[1:], others[0]), relations=statement.relations[:1]))


def of_link(statement: Statement) -> Definition | None:
    r"""What a link says of a mean, `\mu_i = \exp(x_i^T\beta)` of `\log\mu_i = x_i^T\beta`."""
    left, right = statement.sides[0], statement.sides[-1]
    if len(statement.sides) != 2 or len(left) < 2 or left[0].text not in LINKS:
        return None
    name, place = read_name(unfenced(left[1:])), left[0]
    if name is None or not name.sub:
        return None
    opening, closing = (Item("fence", sign, place.start, place.end) for sign in "()")
    inverse = Item("word", LINKS[place.text], place.start, place.end)
    return definition(replace(statement, sides=(unfenced(left[1:]), (inverse, opening, *right, closing))))


def circular(found: Definition) -> TexgradError:
    r"""The refusal of what is defined by itself, as in `p = Sp + v`."""
    message = f"{found.name.full} stands on both sides of its definition, which is an equation to be solved"
    help = f"solve it for {found.name.full}, or give what stands on the right another name"
    return fail("unsupported", message, found.span, help)


def in_chain(statement: Statement) -> list[Definition]:
    r"""The functions that a chain such as `z_i = s(a_i) = \frac{…}{…}` defines behind its first sign."""
    inner = (
        definition(Statement(statement.formula, statement.sides[k:], statement.relations[k:]))
        for k in range(1, len(statement.sides) - 1)
    )
    return [found for found in inner if found is not None and found.parameters]
