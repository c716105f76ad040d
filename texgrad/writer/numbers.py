"""Numbers and sizes: integers, fractions, and dimensions such as n, mp or n + 1."""

from __future__ import annotations

import re

from texgrad.notation import ADDITIVE, ATOM, JUXTAPOSED, Style
from texgrad.shapes import Dim, Rational
from texgrad.writer.text import Text, row, single

PLACES = 9  # of a decimal
SMALL = 20  # characters that a half of a small fraction may have
_FRACTION = re.compile(r"\\[dt]?frac\{")
_LARGE = re.compile(r"[+\-|]|\\[lr]?[Vv]ert")  # in sums and norms


def integer(value: int) -> Text:
    """A whole number."""
    return row((str(value),), ATOM if value >= 0 else ADDITIVE)


def fraction(top: Text, bottom: Text, style: Style) -> Text:
    """`top` over `bottom`; one half and its like without braces; long ones are not set small."""
    if single(top) == "1" and single(bottom).isdigit():
        return row((style.fraction + "1" + single(bottom),), JUXTAPOSED, tall=True)
    sign = r"\frac" if style.fraction == r"\tfrac" and not (_short(top) and _short(bottom)) else style.fraction
    return row((sign, "{", top, "}{", bottom, "}"), JUXTAPOSED, tall=True)


def is_fraction(text: Text) -> bool:
    r"""Whether it is a fraction with a line, `\frac{a}{b}`, and nothing else."""
    latex = str(text)
    found = _FRACTION.match(latex)
    if found is None:
        return False
    depth, halves = 1, 0
    for k in range(found.end(), len(latex)):
        depth += (latex[k] == "{") - (latex[k] == "}")
        halves += depth == 0
        if halves == 2:
            return k + 1 == len(latex)
    return False


def _short(text: Text) -> bool:
    """Whether it can be set small: a few letters that are not tall, no sum and no norm."""
    return not text.tall and len(str(text)) <= SMALL and not _LARGE.search(str(text))


def whole(value: Rational, style: Style) -> Text | None:
    """A number that is not negative and no fraction: a whole one, or a decimal such as 0.044715; None for others."""
    if value.denominator == 1:
        return integer(value.numerator)
    rest, places = value.denominator, 0
    while rest % 2 == 0 or rest % 5 == 0:
        rest, places = rest // (10 if rest % 10 == 0 else 5 if rest % 5 == 0 else 2), places + 1
    if rest > 1 or not style.decimals or value.denominator < style.decimals or places > PLACES:
        return None
    digits = str(value.numerator * 10**places // value.denominator).zfill(places + 1)
    return row((f"{digits[:-places]}.{digits[-places:]}".rstrip("0"),), ATOM)


def rational(value: Rational, style: Style) -> Text:
    """A number that is not negative, as a factor."""
    if (shown := whole(value, style)) is not None:
        return shown
    return fraction(integer(value.numerator), integer(value.denominator), style)


def sloping(value: Rational) -> Text:
    """A number as an exponent: `-1`, `3/2`."""
    return row((str(value),), ADDITIVE)


def size(dim: Dim) -> Text:
    """A size as people write it: n + 1, n(n + 1)/2."""
    if any(count.denominator > 1 for _, count in dim.terms):
        return row((str(dim),), ADDITIVE)
    pieces: list[str] = []
    for monomial, count in reversed(dim.terms):
        if pieces or count < 0:
            pieces.append("-" if count < 0 else "+")
        if abs(count) != 1 or not monomial:
            pieces.append(str(abs(count)))
        pieces += monomial
    level = ADDITIVE if len(dim.terms) > 1 else JUXTAPOSED if len(pieces) > 1 else ATOM
    return row(pieces or ["0"], level)
