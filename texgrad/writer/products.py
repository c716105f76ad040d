"""Products as they are written: sign and number, fraction, scalar factors, then the chain of matrices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from texgrad.algebra import NUMBER, SUM, SYMBOL, Expr, scale, split
from texgrad.notation import APPLIED, ATOM, CIRCLE, COLON, JUXTAPOSED, Style
from texgrad.operators import (
    DIFFERENTIAL,
    DIFFERENTIAL_KEY,
    DIMENSION,
    ENTRY,
    FROBENIUS,
    HADAMARD,
    INDEXED_PRODUCT,
    INDEXED_SUM,
    INVERSE,
    NORM,
    PARTIAL,
    POWER,
    PRODUCT,
    TABLE,
    TRACE,
    TRANSPOSE,
    UNKNOWN_FUNCTION,
    counts_members,
    factors,
    inverse,
    power,
    reciprocal,
)
from texgrad.shapes import Rational, magnitude
from texgrad.writer.numbers import fraction, integer, rational, whole
from texgrad.writer.pen import Pen
from texgrad.writer.text import Text, bracketed, fitted, row, script

# what stands to the right of a fraction rather than above its line
SUMMED = frozenset((INDEXED_SUM, INDEXED_PRODUCT))
OUTSIDE = SUMMED | {FROBENIUS, TRACE}
SIMPLE = frozenset((SYMBOL, NUMBER, DIMENSION, ENTRY))

LETTERS = re.compile(r"[A-Za-z]+")
WORDS = frozenset(word for op in TABLE for text in op.spellings for word in re.findall(r"[A-Za-z]{2,}", text))


class Factor(NamedTuple):
    """A factor and how it is written where it stands."""

    e: Expr | None
    text: Text
    plain: bool = True  # no brackets were put round it


def term(coefficient: Rational, body: Expr, w: Pen) -> Text:
    """`coefficient · body` for a coefficient that is not negative."""
    if body.op is NUMBER:
        return rational(coefficient * body.data, w.style)
    scalars, chain = factors(body)
    if not chain and any(s.op in SUMMED for s in scalars):  # a sum would reach over the differential before it
        scalars = (*(s for s in scalars if not _step(s)), *filter(_step, scalars))
    powers = [s for s in scalars if s.op is POWER]
    divide = any(map(reciprocal, powers))
    divisors = {s for s in powers if _divides(s, divide)}
    above = [s for s in scalars if s not in divisors]
    below = [power(s.args[0], scale(-1, s.args[1])) for s in powers if s in divisors]
    if coefficient == 1 and not below and len(above) + len(chain) == 1:
        return w.text(body)
    first: list[Factor] = []
    sloping = w.style.slashes and (not chain or (_sum_of_letters(chain) and all(map(_simple, below))))
    if sloping and (below or whole(coefficient, w.style) is None) and not any(
        _outside(s, w) for s in (*above, *chain)
    ):
        return _sloped(coefficient, (*above, *chain), below, w)
    if below:
        past = w.style.beside and any(map(_simple, below))
        cut = next((k for k, s in enumerate(above) if _outside(s, w) or (past and not _simple(s))), len(above))
        top, rest, tail = above[:cut], above[cut:], list(chain)
        plain = all(map(_simple, below)) and not (w.style.arrays and _sum_of_letters(chain))
        tiny = any(f.op is SUM and "frac" in str(w.text(f)) for f in chain)
        if chain and not rest and not plain and not tiny and not _differs(chain):
            top, tail = top + tail, []
        first = [Factor(None, _over(coefficient, top, below, w))]
        above, chain = rest, tuple(tail)
    elif coefficient != 1:
        cut = next((k for k, s in enumerate(above) if not _letter(s)), len(above))
        if w.style.numerators and cut and whole(coefficient, w.style) is None:
            first = [Factor(None, _over(coefficient, above[:cut], [], w))]
            above = above[cut:]
        else:
            first = [Factor(None, rational(coefficient, w.style))]
    parts = (*above, *chain)
    if above and chain and _step(above[-1]) and not _differs(chain):
        parts = (*above[:-1], *chain, above[-1])
    return _in_a_row(first, parts, bool(chain), w)


def signed(e: Expr, w: Pen) -> tuple[bool, Text]:
    """Whether a term is subtracted, and the term without its sign."""
    own, body = split(e)
    return own < 0, term(magnitude(own), body, w)


def _divides(e: Expr, others: bool) -> bool:
    """Whether a power is written below a line: 1/x, and (2π)^{−n/2} where others are or letters raise a number."""
    if e.args[1].op is NUMBER:
        return reciprocal(e)
    return split(e.args[1])[0] < 0 and (others or not e.args[0].free)


def _sum_of_letters(chain: Sequence[Expr]) -> bool:
    return len(chain) == 1 and split(chain[0])[1].op in (SUM, SYMBOL)


def _simple(e: Expr) -> bool:
    return e.op in SIMPLE or (e.op is POWER and _simple(e.args[0])) or counts_members(e)


def _outside(e: Expr, w: Pen) -> bool:
    """Whether it stands beside a fraction; an inner product in angles stands above its line."""
    if e.op in (FROBENIUS, TRACE) and DIFFERENTIAL_KEY not in e.free:
        return e.op is FROBENIUS and w.text(e).level != ATOM
    return e.op in OUTSIDE or DIFFERENTIAL_KEY in e.free


def _letter(e: Expr) -> bool:
    """Whether it is a scalar that stands above the line of a fraction: a letter, an entry or a power of one."""
    return _simple(e) and DIFFERENTIAL_KEY not in e.free


def _differs(chain: Sequence[Expr]) -> bool:
    return any(DIFFERENTIAL_KEY in f.free for f in chain)


def _over(coefficient: Rational, top: Sequence[Expr], below: Sequence[Expr], w: Pen) -> Text:
    return fraction(*_sides(coefficient, top, below, w), w.style)


def _sloped(coefficient: Rational, top: Sequence[Expr], below: Sequence[Expr], w: Pen) -> Text:
    """`x/T`, all factors above."""
    over, under = _sides(coefficient, top, below, w)
    return row((fitted(over, JUXTAPOSED, w.style), "/", fitted(under, APPLIED, w.style)), JUXTAPOSED)


def _sides(
    coefficient: Rational, top: Sequence[Expr], below: Sequence[Expr], w: Pen
) -> tuple[Text, Text]:
    """What stands above and below the line of a fraction."""

    def side(count: Rational, parts: Sequence[Expr]) -> Text:
        if not parts:
            return rational(count, w.style)
        if count == 1 and len(parts) == 1:
            return w.text(parts[0])
        first = [Factor(None, rational(count, w.style))] if count != 1 else []
        return _in_a_row(first, parts, any(not p.scalar for p in parts), w)

    over, under = (coefficient, 1) if whole(coefficient, w.style) is not None else coefficient.as_integer_ratio()
    return side(over, top), side(under, below)


def _in_a_row(first: list[Factor], parts: Sequence[Expr], chained: bool, w: Pen) -> Text:
    row_of = list(first)
    grouped = _powers(parts)
    for k, (e, count) in enumerate(grouped):
        last = k + 1 == len(grouped)
        symbolic = bool(row_of) and (len(row_of) > 1 or not row_of[0].text.head.isdigit())
        row_of.append(_factor(e, count, last, chained, symbolic, w))
    signs = _unspelt(row_of, [_between(a, b, w.style) for a, b in pairwise(row_of)])
    pieces: list[str | Text] = []
    for sign, factor in zip(["", *signs], row_of, strict=True):
        pieces += (sign, factor.text) if sign else (factor.text,)
    level = JUXTAPOSED if len(row_of) > 1 else ATOM
    return row(pieces, min(level, row_of[-1].text.level), greedy=row_of[-1].text.greedy)


def _unspelt(row_of: Sequence[Factor], signs: list[str]) -> list[str]:
    r"""The signs between factors, with a space where letters would spell a function, as t times r would tr."""
    if len(row_of) < 2:
        return signs
    runs: list[tuple[int, str]] = []  # where a run of letters starts, and what it spells
    goes_on = False
    for k, factor in enumerate(row_of):
        found = LETTERS.match(factor.text.head)
        letters = found[0] if found else ""
        if goes_on and letters and not signs[k - 1]:
            runs[-1] = (runs[-1][0], runs[-1][1] + letters)
        else:
            runs.append((k, letters))
        goes_on = factor.text.pieces == (letters,)
    ends = [*(start for start, _ in runs[1:]), len(row_of)]
    spelt = {start for (start, word), end in zip(runs, ends, strict=True) if word in WORDS and end - start > 1}
    return [r"\," if k in spelt else sign for k, sign in enumerate(signs)]


def _powers(parts: Sequence[Expr]) -> list[tuple[Expr, int]]:
    """Equal neighbours counted, so that XX is written X²."""
    out: list[tuple[Expr, int]] = []
    for e in parts:
        if out and out[-1][0] is e and not e.scalar:
            out[-1] = (e, out[-1][1] + 1)
        else:
            out.append((e, 1))
    return out


def _factor(e: Expr, count: int, last: bool, chained: bool, symbolic: bool, w: Pen) -> Factor:
    text = w.text(e)
    if count > 1 and (e.op is INVERSE or (e.op is TRANSPOSE and e.args[0].op is INVERSE)):
        base = fitted(w.text(inverse(e)), ATOM, w.style)
        return Factor(e, row((base, script("^", integer(-count))), APPLIED), base.level < ATOM)
    if count > 1:
        base = fitted(text, ATOM, w.style)
        return Factor(e, row((base, script("^", integer(count))), APPLIED), base is text)
    if e.op is PRODUCT:  # a chain that closes to a scalar
        bare = last and not chained
    elif e.op in (FROBENIUS, INDEXED_SUM, INDEXED_PRODUCT):
        bare = text.level == ATOM or (last and text.level == COLON)
    elif text.level == CIRCLE:
        bare = last and e.op is HADAMARD and not symbolic and not text.head.isdigit()
    else:
        bare = text.level >= APPLIED and (last or not text.greedy)
        bare = bare or (text.level == JUXTAPOSED and e.op is DIMENSION)
    return Factor(e, text if bare else bracketed(text, w.style), bare)


# words that LaTeX does not set apart from what stands before them, as it does \operatorname{tr}
_UPRIGHT = re.compile(r"(?:\\(?:mathrm|text|textrm|mathsf|textsf|mbox)\s*\{|\{\\rm\s+)[A-Za-z]{2,}\}")


def _between(a: Factor, b: Factor, style: Style) -> str:
    """What stands between two factors: nothing, a thin space, or a sign where they would run into one another."""
    if b.text.head[0].isdigit() or str(a.text.tail) == style.differential:
        return r"\cdot "
    if b.e is not None and b.e.op is not SYMBOL and b.text.head[0] in "\\{" and _UPRIGHT.match(str(b.text)):
        return r"\,"
    if a.e is None:
        spaced = b.e is not None and (b.e.op is FROBENIUS or _has_differential(b.e))
        return r"\," if spaced and a.text.tail == "}" else ""
    sign = style.templates.get(PRODUCT.name, "#1#2")[2:-2]
    if sign.strip() and not (a.e.scalar or (b.e is not None and b.e.scalar)):
        return sign
    if b.plain and b.e is not None and _has_differential(b.e):
        apart = a.plain or (a.e.scalar and b.e.scalar and not a.text.tail.startswith(r"\right"))
        return "" if a.e.op is TRANSPOSE or not apart else r"\,"
    lowered = a.e.op is UNKNOWN_FUNCTION and "_" in a.e.data.name  # \rho_\delta'(r)
    called = (a.e.op.elementwise or a.e.op is PARTIAL or lowered) and a.text.tail.endswith((")", "]"))
    if a.plain and (_step(a.e) or _increment(a.e) or _is_norm(a.e) or called or _is_root(a)):
        return r"\,"
    return ""


def _is_norm(e: Expr) -> bool:
    return e.op is NORM or (e.op is POWER and e.args[0].op is NORM)


def _is_root(a: Factor) -> bool:
    return a.e is not None and a.e.op is POWER and a.text.head.startswith(r"\sqrt")


def _has_differential(e: Expr) -> bool:
    inner = e.args[0] if e.op is TRANSPOSE else e
    return _step(inner) or _increment(inner)


def _step(e: Expr) -> bool:
    """Whether it is a differential, or an entry of one that is written dx_i."""
    return e.op is DIFFERENTIAL or (e.op is ENTRY and e.args[0].op is DIFFERENTIAL and e.args[0].args[0].op is SYMBOL)


def _increment(e: Expr) -> bool:
    """Whether it is an increment, such as ΔX."""
    return e.op is SYMBOL and e.data.name.startswith("\\Delta ")
