r"""The divergence of two normal densities, `\mathrm{KL}(\mathcal{N}(\mu,\Sigma)\|\mathcal{N}(0,I))`, written out.

It is ½(tr(Σ₂⁻¹Σ₁ − I) + (μ₂ − μ₁)ᵀΣ₂⁻¹(μ₂ − μ₁) + log det Σ₂ − log det Σ₁).
"""

from __future__ import annotations

import re
from fractions import Fraction

from texgrad.algebra import Op
from texgrad.operators import INVERSE, LOGDET, TRACE, TRANSPOSE
from texgrad.reader.brackets import closing, outside, split
from texgrad.reader.cursor import Cursor
from texgrad.reader.densities import BARS, COVARIANCE, NORMAL
from texgrad.reader.items import Item, Items, canonical
from texgrad.reader.tree import Name, Tree
from texgrad.source import Span

_LETTERS = frozenset(("D", r"\mathcal{D}", r"\mathbb{D}", r"\mathrm{D}"))
_KULLBACK = frozenset(("KL", r"\mathrm{KL}", "K L"))
DIVERGENCES = _LETTERS | _KULLBACK
_NORMAL = NORMAL | {"N", r"\mathrm{N}"}
_ZERO = frozenset(("0", r"\mathbf{0}", r"\boldsymbol{0}", r"\vec{0}"))
_IDENTITY = re.compile(r"(?:I|\\(?:mathbf|mathbb|boldsymbol|bm)\{[I1]\})(?:_.*)?")
_Sides = tuple[tuple[Items, ...], tuple[Items, ...]]


def divergence_of_normals(cursor: Cursor, item: Item) -> Tree | None:
    """The divergence whose sign is `item`; None where this is no divergence of two normal densities."""
    below = cursor.peek()
    scripted = below is not None and below.kind == "_"
    named = item.text in _KULLBACK and not scripted
    lettered = item.text in _LETTERS and below is not None and scripted and canonical(below.body[0]) in _KULLBACK
    start = cursor.at + scripted
    if not (named or lettered) or start >= len(cursor.items) or cursor.items[start].text not in ("(", "["):
        return None
    end = closing(cursor.items, start)
    sides = None if end is None else _sides(cursor.items[start + 1 : end])
    if sides is None or end is None or not {item.text, "KL"}.isdisjoint(cursor.functions):
        return None
    made = _written_out(cursor, item, sides)
    cursor.at = end + 1
    made.end = cursor.items[end].end
    return made


def _sides(inner: Items) -> _Sides | None:
    """Mean and covariance on either side of the double bar."""
    bars = [k for k, item in outside(inner) if item.text in BARS]
    if len(bars) != 1:
        return None
    first, second = _normal(inner[: bars[0]]), _normal(inner[bars[0] + 1 :])
    return None if first is None or second is None else (first, second)


def _normal(side: Items) -> tuple[Items, ...] | None:
    side = tuple(i for i in side if i.text != r"\quad")
    if len(side) < 4 or side[0].text not in _NORMAL or side[1].text != "(" or closing(side, 1) != len(side) - 1:
        return None
    parts = split(side[2:-1], (",", ";"))
    return parts if len(parts) == 2 and all(parts) and canonical(parts[1]) != "1" else None


def _written_out(cursor: Cursor, item: Item, sides: _Sides) -> Tree:
    """What it is; every part is read anew where it stands, for trees that are read apart are typed apart."""
    (mean, covariance), (other_mean, other) = sides
    place = Span(item.start, item.start)

    def made(op: str | Op, *args: Tree, data: object = None) -> Tree:
        tree = Tree(op, args, data, *place)
        tree.fenced = True
        return tree

    def part(items: Items) -> Tree:
        return made("sum", cursor.inner(items, item), data=(1,)) if len(items) > 1 else cursor.inner(items, item)

    def difference() -> Tree:
        means = [m for m in (other_mean, mean) if canonical(m) not in _ZERO]
        return made("sum", *map(part, means), data=(1, -1)) if len(means) == 2 else part(means[0])

    ratio = made("product", made(INVERSE, part(other)), part(covariance), data=("", ""))
    terms = [made(TRACE, made("sum", ratio, made("name", data=Name("I")), data=(1, -1)))]
    if not {canonical(mean), canonical(other_mean)} <= _ZERO:
        form = made(TRANSPOSE, difference()), made(INVERSE, part(other), data=COVARIANCE), difference()
        terms.append(made("product", *form, data=("", "", "")))
    terms += [] if _IDENTITY.fullmatch(canonical(other)) else [made(LOGDET, part(other), data=COVARIANCE)]
    terms.append(made(LOGDET, part(covariance), data=COVARIANCE))
    total = made("sum", *terms, data=(*(1,) * (len(terms) - 1), -1))
    return made("product", made("number", data=Fraction(1, 2)), total, data=("", ""))
