"""Numbers, sizes and shapes: polynomials in named sizes, pairs of them, indices, symbols and shape rules.

Shapes are pairs of symbolic sizes; a scalar is 1×1, a vector n×1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, NamedTuple
from weakref import WeakValueDictionary

from texgrad.remembered import remembered

Rational = int | Fraction  # a number, an int where it is whole: those are cheap to hash, to multiply and to compare


def lowest(value: Rational) -> Rational:
    """The number as an int where it is whole."""
    return value.numerator if type(value) is Fraction and value.denominator == 1 else value


def magnitude(value: Rational) -> Rational:
    """|value|."""
    return -value if value < 0 else value


Monomial = tuple[str, ...]


class Dim:
    """A size: a polynomial in named sizes, such as `n`, `mp`, `n + 1` or `n(n + 1)/2`; equal sizes are one object."""

    __slots__ = ("__weakref__", "terms")

    terms: tuple[tuple[Monomial, Rational], ...]
    _known: ClassVar[WeakValueDictionary[tuple[tuple[Monomial, Rational], ...], Dim]] = WeakValueDictionary()

    def __new__(cls, terms: tuple[tuple[Monomial, Rational], ...]) -> Dim:
        """The one size with these terms."""
        known = cls._known.get(terms)
        if known is not None:
            return known
        made = super().__new__(cls)
        made.terms = terms
        return cls._known.setdefault(terms, made)

    def __repr__(self) -> str:
        return f"Dim({self.terms})"

    @staticmethod
    def of(value: Dim | str | int) -> Dim:
        """The size named `value`, or the number `value`."""
        if isinstance(value, Dim):
            return value
        if isinstance(value, int):
            return Dim((((), value),)) if value else Dim(())
        return Dim((((value,), 1),))

    @staticmethod
    def _collected(terms: Iterable[tuple[Monomial, Rational]]) -> Dim:
        total: dict[Monomial, Rational] = {}
        for monomial, count in terms:
            total[monomial] = total.get(monomial, 0) + count
        return Dim(tuple(sorted((m, c) for m, c in total.items() if c)))

    def __add__(self, other: Dim) -> Dim:
        return Dim._collected(self.terms + other.terms)

    def __mul__(self, other: Dim) -> Dim:
        return Dim._collected(
            (tuple(sorted(m + k)), c * d) for m, c in self.terms for k, d in other.terms
        )

    def less(self, other: Dim) -> Dim | None:
        """The size with `other` taken away; None where that is not all in it."""
        left = Dim._collected((*self.terms, *((m, -c) for m, c in other.terms)))
        return left if left.terms and all(c > 0 for _, c in left.terms) else None

    def over(self, factor: Dim) -> Dim | None:
        """The size that this one is, times a factor such as `n`; None where it is no such product."""
        ((monomial, count), *others) = factor.terms or (((), 0),)
        out: list[tuple[Monomial, Rational]] = []
        for names, own in self.terms:
            rest = list(names)
            for name in monomial:
                if name not in rest:
                    return None
                rest.remove(name)
            out.append((tuple(rest), own))
        return Dim._collected(out) if count == 1 and not others else None

    def triangular(self) -> Dim:
        """n(n + 1)/2, which is how many entries the lower triangle of an n×n matrix has."""
        return Dim(tuple((m, Fraction(c, 2)) for m, c in (self * (self + ONE)).terms))

    @property
    def names(self) -> tuple[str, ...]:
        """The named sizes in it, each once, in order of appearance."""
        return tuple(dict.fromkeys([name for monomial, _ in self.terms for name in monomial]))

    def value(self, sizes: Mapping[str, int]) -> int:
        """Its number where `sizes` gives every name one."""
        total: Rational = 0
        for monomial, count in self.terms:
            for name in monomial:
                count *= sizes[name]
            total += count
        return int(total)

    def __str__(self) -> str:
        if len(self.terms) == 1 and self.terms[0][1] == 1:
            return "".join(self.terms[0][0]) or "1"
        if len(self.terms) == 2 and self is Dim.of(self.names[0]).triangular():
            return f"{self.names[0]}({self.names[0]}+1)/2"

        def term(monomial: Monomial, count: Rational) -> str:
            return "".join(([] if count == 1 and monomial else [str(count)]) + list(monomial))

        return "+".join(term(m, c) for m, c in reversed(self.terms)).replace("+-", "-") or "0"


ONE = Dim.of(1)
_USUAL = tuple(map(Dim.of, "abcdhklmnpqrsuvNM"))  # what nearly every formula needs, kept alive
Shape = tuple[Dim, Dim]
SCALAR: Shape = (ONE, ONE)


def shape_of(*sizes: Dim | str | int) -> Shape:
    """The shape with these sizes: none for a scalar, one for a vector, two for a matrix."""
    rows, cols = (*(Dim.of(s) for s in sizes), ONE, ONE)[:2]
    return rows, cols


def show(shape: Shape) -> str:
    """A shape as people say it: `scalar`, `n`, `n×p`."""
    if shape == SCALAR:
        return "scalar"
    return str(shape[0]) if shape[1] == ONE else f"{shape[0]}×{shape[1]}"


class ShapeError(Exception):
    """Operands whose shapes do not fit; the message says which and why."""


class Index(NamedTuple):
    r"""An index such as the i of x_i, with the size of the range it runs over.

    but: in a sum or product, which values count, such as `("\ne", "i")` for all but that of i.
    shift: how far behind the index its value lies, −1 for that of x_{t-1}. first: how many members come before that
    of 1, one for a family that begins with x_0. ends: how many values of its range a sum leaves out, at either end.
    """

    name: str
    size: Dim
    but: tuple[str, str] | None = None
    shift: int = 0
    first: int = 0
    ends: tuple[int, int] = (0, 0)

    def at(self, values: Mapping[str, int]) -> int:
        """The place in an array, where `values` gives every index its value, from 0."""
        return values[self.name] + self.shift + self.first

    def moved(self, other: Index) -> Index:
        """The same with another index in the place of its own."""
        return self._replace(name=other.name, shift=self.shift + other.shift)

    @property
    def values(self) -> Dim:
        """How many values a sum or product has."""
        return self.size + Dim.of(-sum(self.ends)) if any(self.ends) else self.size

    @property
    def shown(self) -> str:
        """The index as it is written below a name."""
        return f"{self.name}{self.shift:+d}" if self.shift else self.name

    @property
    def drawn(self) -> bool:
        r"""Whether it counts what a set holds, which is written as itself: the x of `\sum_{x\in C}\|x\|`."""
        return r"\in" in self.name

    @property
    def fixed(self) -> bool:
        """Whether it is a number, as in x_1, and no letter."""
        return self.name.isdigit()

    @property
    def whole(self) -> bool:
        """Whether a sum or product has all values of its range."""
        return self.but is None and not any(self.ends)


class Symbol(NamedTuple):
    """What a leaf stands for: its LaTeX, its shape, what is assumed of it, and its indices if it is one of a family."""

    name: str
    shape: Shape
    assume: frozenset[str] = frozenset()
    indices: tuple[Index, ...] = ()


@dataclass(frozen=True, eq=False)
class Signature:
    """A shape rule such as `m n, n p -> m p`; a name stands for any size, `1` for one, `m*p` for a product."""

    arguments: tuple[tuple[str, str], ...]
    result: tuple[str, str]
    variadic: bool
    alike: bool  # whether all arguments have one shape, about which nothing is said

    @staticmethod
    def parse(text: str) -> Signature:
        """The rule that `text` states; `...` after the last argument means any number of the same shape."""
        left, right = text.split("->")
        parts = [p.split() for p in left.split(",") if p.strip()]
        variadic = bool(parts) and parts[-1] == ["..."]
        arguments = tuple((p[0], p[1]) for p in parts[: len(parts) - variadic])
        rows, cols = right.split()
        names = set(arguments[0]) - {"1"} if arguments else ()
        return Signature(arguments, (rows, cols), variadic, len(set(arguments)) == 1 and len(names) == 2)

    def apply(self, shapes: tuple[Shape, ...], name: str) -> Shape:
        """The shape of the result; ShapeError where the arguments do not fit."""
        return (_known if len(shapes) <= 8 else _applied)(self, shapes, name)


def _applied(rule: Signature, shapes: tuple[Shape, ...], name: str) -> Shape:
    """The shape that a rule gives for arguments of these shapes."""
    wanted = rule.arguments
    if rule.alike and (rule.variadic or len(shapes) == len(wanted)) and all(s == shapes[0] for s in shapes):
        (first, second), (rows, cols) = wanted[0], rule.result
        given = {first: shapes[0][0], second: shapes[0][1], "1": ONE}
        return _size(rows, given), _size(cols, given)
    if rule.variadic:
        wanted = wanted + wanted[-1:] * (len(shapes) - len(wanted))
    if len(wanted) != len(shapes):
        raise ShapeError(f"{name} takes {len(wanted)} arguments, not {len(shapes)}")
    bound: dict[str, Dim] = {"1": ONE}
    for pattern, shape in zip(wanted, shapes, strict=True):
        for size, dim in zip(pattern, shape, strict=True):
            known = bound.setdefault(size, dim)
            if known is not dim:
                raise ShapeError(f"{name} of {' and '.join(map(show, shapes))}: {bound[size]} is not {dim}")

    rows, cols = rule.result
    return _size(rows, bound), _size(cols, bound)


_known = remembered()(_applied)


def _size(pattern: str, bound: Mapping[str, Dim]) -> Dim:
    """The size that a pattern such as `m*p` stands for."""
    if pattern in bound:
        return bound[pattern]
    product = ONE
    for factor in pattern.split("*"):
        product = product * bound[factor]
    return product
