"""Sizes as unknowns: unification of shapes, in which an unknown size is never 1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count

from texgrad.shapes import ONE, Dim, Shape

Size = int | Dim | tuple["Size", "Size"]  # an unknown, a known size, a product of two sizes
Form = tuple[Size, Size]
SCALAR_FORM: Form = (ONE, ONE)
LETTERS = ["m", "n", "p", "q", "k", "l", "r", "s", "d", "h", "u", "v", "a", "b", "c"]


class Sizes:
    """Unknown sizes and what is known of them."""

    def __init__(self) -> None:
        self.known: list[Size | None] = []
        self.totals: list[tuple[Size, list[Size]]] = []  # sizes that are sums
        self.uneven = 0  # how many sums of as many sizes have others

    def copied(self) -> Sizes:
        """The same, of which more can be learnt."""
        made = Sizes()
        made.known, made.totals, made.uneven = self.known.copy(), self.totals.copy(), self.uneven
        return made

    def new(self) -> Size:
        """One more unknown size."""
        self.known.append(None)
        return len(self.known) - 1

    def find(self, size: Size) -> Size:
        """The size as far as it is known."""
        known = self.known
        while type(size) is int:
            value = known[size]
            if value is None:
                return size
            if type(value) is int and known[value] is not None:
                known[size] = known[value]  # the next search takes half as many steps
            size = value
        return size

    def unify(self, a: Size, b: Size) -> bool:
        """Make two sizes the same; False where that cannot be.

        Of a product the factors are learnt in their order: in (B ⊗ A) vec(X), X has as many rows as A has columns.
        """
        a, b = self.find(a) if type(a) is int else a, self.find(b) if type(b) is int else b
        if type(a) is tuple and type(b) is tuple and (self._open(a) or self._open(b)):
            return self.unify(a[0], b[0]) and self.unify(a[1], b[1])
        if type(a) is tuple or type(b) is tuple:
            a, b = self.plain(a), self.plain(b)
        if a == b:
            return True
        if type(a) is int:
            return self._learnt(a, b)
        if type(b) is int:
            return self._learnt(b, a)
        if type(a) is tuple and type(b) is tuple:
            return self.unify(a[0], b[0]) and self.unify(a[1], b[1])
        if type(a) is tuple and isinstance(b, Dim):
            return self._divided(b, *a)
        return type(b) is tuple and isinstance(a, Dim) and self._divided(a, *b)

    def _open(self, product: tuple[Size, Size]) -> bool:
        """Whether nothing is known of the factors of a product, two of them."""
        first, second = map(self.find, product)
        return type(first) is int and type(second) is int and first != second

    def _divided(self, whole: Dim, *parts: Size) -> bool:
        """Learn a factor of a product from the other one; where that is no help the constructors decide."""
        first, second = map(self.find, parts)
        unknown, factor = (first, second) if type(first) is int else (second, first)
        rest = whole.over(factor) if type(unknown) is int and isinstance(factor, Dim) else None
        return rest is None or rest == ONE or type(unknown) is not int or self._learnt(unknown, rest)

    def _learnt(self, unknown: int, value: Size) -> bool:
        """Note what an unknown size is; False where it would be 1, or a part of itself."""
        if value == ONE or self._holds(value, unknown):
            return False
        self.known[unknown] = value
        return True

    def settle(self) -> bool:
        """Work out sizes that are sums, or parts of known ones; False where the same size is two different sums."""
        seen: dict[Size, list[Size]] = {}
        for total, parts in self.totals:
            whole = self.find(total)
            earlier = seen.setdefault(whole, parts)
            again = type(whole) is int and earlier is not parts and len(earlier) == len(parts)  # [A B][x; y]
            if again and not all(self.unify(a, b) for a, b in zip(earlier, parts, strict=True)):
                return False
            if isinstance(whole, Dim) and len(earlier) == len(parts) and earlier is not parts:
                pairs = [(self.find(a), self.find(b)) for a, b in zip(earlier, parts, strict=True)]
                fits = all(a == b or type(a) is int or type(b) is int for a, b in pairs)
                if fits and not all(self.unify(a, b) for a, b in pairs):
                    return False
                self.uneven += not fits
        for total, parts in self.totals:
            known = [size for size in map(self.find, parts) if isinstance(size, Dim)]
            rest = [size for size in map(self.find, parts) if not isinstance(size, Dim)]
            whole = self.find(total)
            if not rest:
                if not self.unify(total, sum(known, Dim.of(0))):
                    return False
            elif len(rest) == 1 and isinstance(whole, Dim):
                left = whole.less(sum(known, Dim.of(0)))
                if left is None or not self.unify(rest[0], left):
                    return False
        return True


    def plain(self, size: Size) -> Size:
        """The size as far as it is known, a product of known sizes worked out."""
        size = self.find(size)
        if type(size) is tuple:
            left, right = self.plain(size[0]), self.plain(size[1])
            return left * right if isinstance(left, Dim) and isinstance(right, Dim) else (left, right)
        return size

    def _holds(self, value: Size, unknown: Size) -> bool:
        value = self.find(value)
        return value == unknown or (type(value) is tuple and any(self._holds(v, unknown) for v in value))

    def unify_forms(self, a: Form, b: Form) -> bool:
        """Make two shapes the same."""
        return self.unify(a[0], b[0]) and self.unify(a[1], b[1])

    def named(self) -> Iterator[str]:
        """The letters that sizes have."""
        return (name for size in self.known if isinstance(size, Dim) for name in size.names)

    def name_unknowns(self, forms: Iterable[Form], taken: set[str], letters: Sequence[str] = LETTERS) -> None:
        """Give every unknown size in `forms` a letter that is not taken, those that are sums the sum of theirs."""
        free = (c for c in chain(letters, (f"n_{{{k}}}" for k in count(1))) if c not in taken)

        def name(size: Size) -> None:
            for part in self._parts(size):
                if type(part) is int:
                    self.known[part] = Dim.of(next(free))

        sums = {self.find(total) for total, _ in self.totals}
        for size in chain.from_iterable(forms):
            if not isinstance(size, Dim) and self.find(size) not in sums:
                name(size)
        for total, parts in self.totals:
            for part in parts:
                name(part)
            whole = self.find(total)
            if type(whole) is int:
                self.known[whole] = sum(map(self.size, parts[1:]), self.size(parts[0]))

    def keep(self, sizes: Iterable[Size]) -> None:
        """Give sizes that nothing determines, and that have no letter, their names for good."""
        for size in sizes:
            for part in self._parts(size):
                if type(part) is int:
                    self.known[part] = self.size(part)

    def _parts(self, size: Size) -> list[Size]:
        size = self.find(size)
        return [*self._parts(size[0]), *self._parts(size[1])] if type(size) is tuple else [size]

    def size(self, size: Size) -> Dim:
        """The size, which must be known by now; one that nothing determines gets a name of its own."""
        size = self.find(size) if type(size) is int else size
        if type(size) is tuple:
            return self.size(size[0]) * self.size(size[1])
        return size if isinstance(size, Dim) else Dim.of(f"n_{{{size}}}")

    def shape(self, form: Form) -> Shape:
        """The shape, in known sizes."""
        return self.size(form[0]), self.size(form[1])

    def show(self, form: Form) -> str:
        """A shape as people say it; unknown sizes get letters for the occasion."""

        def text(size: Size) -> str:
            size = self.find(size)
            if isinstance(size, tuple):
                return text(size[0]) + text(size[1])
            return str(size) if isinstance(size, Dim) else LETTERS[size % len(LETTERS)]

        if form == SCALAR_FORM:
            return "scalar"
        return text(form[0]) if form[1] == ONE else f"{text(form[0])}×{text(form[1])}"
