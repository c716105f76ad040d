"""Two sides that do not come out equal: why that may be no slip, and whether it is sure to be one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from texgrad.algebra import SYMBOL, Expr, bits, postorder
from texgrad.immutable import immutable, lazy
from texgrad.operators import (
    ABS,
    DERIVATIVE,
    DET,
    DIFFERENTIAL,
    EVALUATION,
    INDEX_VALUE,
    INDEXED_SUM,
    KRONECKER,
    LOGDET,
    TRACE,
    TRANSPOSE,
    VEC,
)
from texgrad.reader import Known, Side
from texgrad.verify.doubts import (
    absent,
    bare_differentials,
    bared,
    begins_with_d,
    by_dependent,
    called_by_variable,
    changed_identity,
    counts,
    differential_alone,
    expectation,
    functions_in,
    in_parts,
    inverts,
    is_call,
    is_law,
    leaves,
    nameless,
    of_a_set,
    of_blocks,
    of_differentials,
    of_number,
    other_pairing,
    own_adjoint,
    property_of_call,
    reaching,
    remote,
    sign_of_size,
)
from texgrad.verify.judge import EVEN, OTHER, SOMETIMES, TURNED, UNKNOWN

LAWFUL = bits(KRONECKER, VEC, TRACE, DET, LOGDET, INDEXED_SUM)  # what stands in laws rather than in conditions
NAMELESS = re.compile(r"n_\{\d+\}")  # a size that nothing determines


@immutable
class Case:
    """A side, the one that it is compared with, and how they compare.

    left, right: what these are worth. first: whether the equation begins with them. gap: whether a side before could
    not be read. doubtful: as for `judge`. seen: the symbols of the sides before.
    """

    known: Known
    above: Side
    side: Side
    left: Expr
    right: Expr
    how: str
    first: bool
    gap: bool
    doubtful: bool
    seen: frozenset[str]

    @property
    def free(self) -> frozenset[str]:
        """The symbols and indices in both sides."""
        return self.left.free | self.right.free

    @property
    def indexed(self) -> bool:
        """Whether an index is free in a side."""
        return any(n.startswith("#") for n in self.free)

    @lazy
    def leaves(self) -> tuple[frozenset[str], frozenset[str]]:
        """The symbols in either side, those of the definitions in it too."""
        return leaves(self.known, self.left), leaves(self.known, self.right)

    @lazy
    def new(self) -> list[str]:
        """The symbols that come in with the side."""
        fresh = self.right.free - self.left.free - self.seen - self.known.defined
        return sorted(n for n in fresh if not n.startswith("#"))

    @lazy
    def claimed(self) -> bool:
        """Whether the equation must hold: its left side is a derivative, or what has a definition."""
        e = self.left
        while e.op is EVALUATION or (e.op not in (DERIVATIVE, DIFFERENTIAL) and len(e.args) == 1):
            e = e.args[0]
        named = e.op is SYMBOL and e.data.name in self.known.defined
        value = is_call(self.above) and not is_call(self.side)
        return e.op in (DERIVATIVE, DIFFERENTIAL) or ((named or value) and not self.doubtful)

    @lazy
    def identity(self) -> bool:
        """Whether the equation is meant for all values: no condition is of that kind; in a text that is not told."""
        before, after = self.leaves
        lawful = (self.left.ops | self.right.ops) & LAWFUL
        if self.doubtful or self.left.free.isdisjoint(self.known.declared):
            return False
        if before != after:  # one letter for another
            return bool((before < after or after < before) and lawful)
        return len(self.free) > 2 or bool(lawful) or inverts(self.left) or not self.free.isdisjoint(self.known.defined)

    @property
    def conditional(self) -> bool:
        """Whether it may be a condition, which what follows then uses."""
        return self.first and not self.claimed

    @property
    def condition(self) -> bool:
        """Whether it is one: the sides are made of other things, and nothing says that they must be equal."""
        return self.conditional and not self.identity and self.leaves[0] != self.leaves[1]

    @property
    def strong(self) -> bool:
        """Whether it must hold, as far as can be told from its sides and the names in them."""
        before, after = self.leaves
        lost = before - after - self.known.declared
        if not (self.claimed or self.identity or not self.first) or not all(n.startswith("#") for n in lost):
            return False
        return not (self.doubtful and self._loose)

    @property
    def _loose(self) -> bool:
        """Whether the words of a text may say what makes the sides equal: they are made of other things."""
        before, after = self.leaves
        more = _sums(self.right) - _sums(self.left)
        unlike = counts(self.left) != counts(self.right) or reaching(self.above) or reaching(self.side)
        odd = bool(self.new or self.known.odd & self.free) or unlike or remote(self.known, self.left, self.right)
        return odd or more < 0 or (not self.claimed and (before != after or more > 0))


def _sums(e: Expr) -> int:
    """How many sums over an index an expression holds; one that vanishes, or comes in, may be known to be 1."""
    return sum(p.op is INDEXED_SUM for p in postorder(e))


# what keeps an equation from being judged: the reason, and when it holds, or the name that it speaks of
Excuses = Sequence[tuple[str, Callable[[Case], bool | str]]]


def excuse(case: Case, excuses: Excuses) -> tuple[str, str] | None:
    """The first of the excuses that holds, and the name that it speaks of."""
    for reason, holds in excuses:
        found = holds(case)
        if found:
            return reason, found if isinstance(found, str) else ""
    return None


def _no_value(case: Case) -> bool:
    """No value, or shapes that nothing tells."""
    return case.how == UNKNOWN or (case.how == EVEN and case.doubtful) or (case.how == OTHER and _unlike(case))


def _unlike(case: Case) -> bool:
    """Whether two sides differ in shape, where one counts entries or nothing was said of the shapes.

    Where one has the shape of the other's transpose, it was compared with that as well.
    """
    left, right = case.left, case.right
    if left.shape in (right.shape, right.shape[::-1]):
        return False
    if any(NAMELESS.match(name) for e in (left, right) for size in e.shape for name in size.names):
        return True
    if case.indexed and left.scalar != right.scalar:
        return False
    return case.indexed or not case.free <= case.known.declared | case.known.defined


def _said_otherwise(case: Case) -> bool:
    """Whether the signs in two sides, in a text, can mean something else than they were read as."""
    sides = case.left, case.right
    odd = any(expectation(case.known, e) or of_number(case.known, e) for e in sides) or bare_differentials(*sides)
    return case.doubtful and (odd or changed_identity(case.above) or changed_identity(case.side))


def _of_its_own(case: Case) -> bool:
    """Whether a side has signs that can mean something else anywhere: brackets of another product, blocks, sets."""
    return any(other_pairing(side) or of_blocks(side) or of_a_set(side) for side in (case.above, case.side))


def _of_letters(case: Case) -> bool:
    """A letter set equal to another one."""
    return case.how in (TURNED, OTHER) and all(bared(e).op in (SYMBOL, INDEX_VALUE) for e in (case.left, case.right))


def _uncalled(case: Case) -> str:
    """A function without a formula that only one of the sides calls."""
    unknown = functions_in(case.left) ^ functions_in(case.right)
    return min(unknown, default="")


def _value(case: Case) -> bool:
    """Whether something that need not be so is set equal to a number."""
    return case.doubtful and not case.right.free and not case.claimed


def _naming(case: Case) -> bool:
    """Whether an equation begins with a differential or with calls of functions on both sides."""
    calls = is_call(case.above) and is_call(case.side)
    return case.doubtful and case.first and (begins_with_d(case.above) or calls)


def _renamed(case: Case) -> bool:
    """Whether an equation begins with the differentials of two things, which says what the first one is called."""
    return case.first and differential_alone(case.above) and differential_alone(case.side)


def _of_one_size(case: Case) -> bool:
    """Whether a sign belongs to the determinant of a matrix of one size only."""
    return bool((case.left.ops | case.right.ops) & DET.bit) and (sign_of_size(case.above) or sign_of_size(case.side))


def _of_known_sign(case: Case) -> bool:
    """Whether the absolute values in one side only can be of numbers whose sign the words of a text tell."""
    return case.doubtful and not case.claimed and bool((case.left.ops ^ case.right.ops) & ABS.bit)


def _unexplained(case: Case) -> str:
    """The name that the side is, if nothing explains it; f' = y' says what f is."""
    parsed = case.side.parsed
    primed = parsed is not None and parsed.op is TRANSPOSE and parsed.data == "'"
    alone: str = case.right.data.name if primed and case.right.op is SYMBOL else nameless(case.known, bared(case.right))
    return alone if case.doubtful and (primed or alone not in case.left.free) else ""


def _new(case: Case) -> str:
    """The first of the symbols that come in, where not all of them are declared."""
    return case.new[0] if case.new and not set(case.new) <= case.known.declared else ""


def _in_parts(case: Case) -> bool:
    """Whether something stands in one side in parts, or a derivative is by what depends on another variable."""
    return in_parts(case.known, *case.leaves) or any(by_dependent(case.known, e) for e in (case.right, case.left))


def _law(case: Case) -> bool:
    """Whether it is a differential equation, or a function of a differential."""
    return case.doubtful and (is_law(case.known, case.left, case.right) or of_differentials(case.side))


# where the sides differ, are transposes, or agree at some points only
UNJUDGED: Excuses = (
    ("evaluation", _no_value),
    ("condition", _of_its_own),
    ("condition", _said_otherwise),
    ("condition", _of_letters),
    ("points", lambda case: case.how == SOMETIMES and (case.doubtful or not case.indexed)),
)
# where the sides differ
NO_CLAIM: Excuses = (
    ("absent", lambda case: absent(case.known, case.left)),
    ("new", _uncalled),
    ("condition", _value),
    ("condition", _naming),
    ("condition", _renamed),
    ("condition", _of_one_size),
    ("condition", _of_known_sign),
    ("condition", lambda case: own_adjoint(case.left, case.right)),
    ("condition", lambda case: case.doubtful and property_of_call(case.above, case.side)),
    ("condition", lambda case: called_by_variable(case.above) or called_by_variable(case.side)),
    ("above", lambda case: case.gap),
)
# where the sides differ, and what is right may stand below
NO_SLIP: Excuses = (
    ("undefined", _unexplained),
    ("new", _new),
    ("condition", _in_parts),
    ("condition", _law),
)
