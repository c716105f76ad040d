"""Sizes in generated Python: every named size is read off a parameter's shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from math import lcm

from texgrad.algebra import Expr
from texgrad.shapes import ONE, Dim

Axis = tuple[Dim, str]


def axes(symbols: Iterable[Expr], identifier: Callable[[str], str]) -> Iterator[Axis]:
    """Every size that a parameter has, and the code that reads it; a family has one axis more for each index."""
    for s in symbols:
        dims = [i.size for i in s.data.indices] + [d for d in s.shape if d != ONE]
        for k, dim in enumerate(dims):
            yield dim, f"{identifier(s.data.name)}.shape[{k}]"


def solved(name: str, dim: Dim, code: str) -> str:
    """The size `name` from `code`, the size `dim`, where that is a·name + b; nothing elsewhere."""
    terms = dict(dim.terms)
    factor, constant = terms.pop((name,), 0), terms.pop((), 0)
    if terms or factor <= 0:
        return ""
    shifted = f"{code} {'-' if constant > 0 else '+'} {abs(constant)}" if constant else code
    if factor == 1:
        return shifted
    return f"({shifted}) // {factor}" if constant else f"{code} // {factor}"


def source(name: str, known: Iterable[Axis]) -> str:
    """The code that reads the size `name`, from the plainest axis that has it; nothing where none has."""
    found = [(dim.terms != (((name,), 1),), solved(name, dim, code)) for dim, code in known]
    return min((f for f in found if f[1]), key=lambda f: f[0], default=(False, ""))[1]


def polynomial(dim: Dim, identifier: Callable[[str], str]) -> str:
    """A size in Python; that of vech is a whole number, too."""
    divisor = lcm(*(Fraction(count).denominator for _, count in dim.terms))
    if divisor > 1:
        return f"({polynomial(dim * Dim.of(divisor), identifier)}) // {divisor}"
    parts: list[str] = []
    for monomial, count in reversed(dim.terms):
        factors = [str(abs(count))] if abs(count) != 1 or not monomial else []
        sign = "- " if parts and count < 0 else "+ " if parts else "-" if count < 0 else ""
        parts.append(sign + " * ".join(factors + [identifier(n) for n in monomial]))
    return " ".join(parts) or "0"
