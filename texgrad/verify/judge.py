"""Two sides of an equation compared: equal at every point, at none, or the transposes of one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from texgrad.algebra import SHIFTED, Expr, bits, is_zero
from texgrad.check_values import SMALL, TOLERANCE, Unchecked, difference
from texgrad.check_worlds import SIGNED, SQUARE, STEP
from texgrad.effort import Effort
from texgrad.operators import DERIVATIVE, DIFFERENTIAL
from texgrad.verify.worth import TooLarge, Worth, drawn

SAME, TURNED, OTHER, UNKNOWN, SOMETIMES = "same", "turned", "other", "unknown", "sometimes"
NIL, FAINT = "nil", "faint"  # both sides are 0, or so small that their difference says little
EVEN = "even"  # the same where all sizes are equal, and elsewhere one side has no value
ENOUGH, MOST = 2, 12  # worlds in which two sides are compared, and worlds that are tried
WORLD, VOTE = 2, 8  # what it costs to draw one for each symbol, and to compare values in one
TINY = 1e-4  # values below it say little
NOTHING = 1e-8  # what is smaller at all points is 0
SCALED = 1e-6  # how far a multiple may be off
COMMON = frozenset(Fraction(n, 4) for n in (-4, 8, 16, 2, 1))  # numbers that are missing for other reasons, too
PLAIN = 1e-2  # how far sides must be apart where not all can be tried
SHAKE, STABLE = 1e-9, 1e-5
FINER, INEXACT = STEP / 16, 1e-5  # the step of finer differences, and how much the value may depend on the step
DIFFERENCES = bits(DIFFERENTIAL, DERIVATIVE)


class Worlds:
    """Random worlds for the sides of one chain, made when they are asked for."""

    def __init__(
        self, sides: Iterable[Expr], definitions: Mapping[str, Expr], assume: Mapping[str, frozenset[str]],
        varied: frozenset[str], indices: Sequence[str], effort: Effort,
    ) -> None:  # fmt: skip
        import numpy

        self.np = numpy
        self.sides = tuple(sides)
        self.definitions = definitions
        self.assume = assume
        self.varied = varied
        self.indices = indices
        self.effort = effort
        self.made: dict[int, Worth] = {}
        self.moved: dict[int, Worth] = {}
        self.found: dict[tuple[int, Expr], Any] = {}
        self.narrower: dict[frozenset[tuple[str, frozenset[str]]], Worlds] = {}

    def assuming(self, more: Mapping[str, frozenset[str]]) -> Worlds:
        """The same where more holds of some symbols, made once."""
        key = frozenset(more.items())
        if key not in self.narrower:
            assume = {**self.assume, **more}
            made = Worlds(self.sides, self.definitions, assume, self.varied, self.indices, self.effort)
            self.narrower[key] = made
        return self.narrower[key]

    def world(self, attempt: int) -> Worth:
        """The world of an attempt."""
        if attempt not in self.made:
            with self.np.errstate(all="ignore"):
                self.made[attempt] = drawn(
                    self.sides, self.definitions, self.assume, self.varied, attempt, self.effort
                )
            self.effort.spend(WORLD * (1 + len(self.made[attempt].world.values)))
        return self.made[attempt]

    def value(self, attempt: int, e: Expr) -> Any:
        """What a side is worth in a world; None where it has no finite value."""
        key = (attempt, e)
        if key not in self.found:
            self.found[key] = self.evaluated(self.world(attempt), e)
        return self.found[key]

    def evaluated(self, worth: Worth, e: Expr) -> Any:
        """The value at all points, or None."""
        try:
            with self.np.errstate(all="ignore"):
                array = worth(e)
        except (self.np.linalg.LinAlgError, Unchecked, ValueError, LookupError, TooLarge):
            return None
        return array if array.size and self.np.isfinite(array).all() else None

    def known(self, e: Expr, *others: Expr) -> tuple[int, Any]:
        """The first attempt at which all of these have values, and that of the first; None where there is none."""
        for attempt in (*range(MOST), *SIGNED, *SQUARE):
            if all(self.value(attempt, one) is not None for one in (e, *others)):
                return attempt, self.value(attempt, e)
        return 0, None

    def apart(self, left: Expr, right: Expr) -> tuple[int, Any, Any] | None:
        """The first attempt at which two sides of one shape have values that differ, and these at the worst point."""
        np = self.np
        for attempt in (*range(MOST), *SIGNED, *SQUARE):
            a, b = self.value(attempt, left), self.value(attempt, right)
            if a is None or b is None or a.shape[1:] != b.shape[1:] or self.equal(a, b):
                continue
            a, b = np.broadcast_arrays(a, b)
            size = np.maximum(abs(a), abs(b)).max(axis=(1, 2)) + SMALL
            worst = int((abs(a - b).max(axis=(1, 2)) / size).argmax())
            a, b = (np.where(abs(v) < NOTHING * size[worst], 0.0, v) for v in (a[worst], b[worst]))
            return attempt, a, b
        return None

    def vanishes(self, e: Expr) -> bool:
        """Whether an expression is 0 everywhere, as far as differences tell."""
        values = [self.value(k, e) for k in range(ENOUGH)]
        return all(v is not None and float(abs(v).max()) < NOTHING for v in values)

    def slopes(self, e: Expr) -> Any:
        """The slopes of a function that is taken of each entry, where an expression is its Jacobian; None elsewhere."""
        if e.op is not DERIVATIVE or e.args[0].shape != e.args[1].shape or e.args[0].scalar:
            return None
        _, value = self.known(e)
        if value is None or value.shape[-1] != value.shape[-2] or value.shape[-1] == 1:
            return None
        slopes = self.np.diagonal(value, axis1=1, axis2=2)
        apart = value - slopes[..., None] * self.np.eye(value.shape[-1])
        return slopes[..., None] if float(abs(apart).max()) < NOTHING * float(abs(value).max()) else None

    def by_entries(self, left: Expr, right: Expr) -> bool:
        """Whether a side is the slopes of which the other side is the Jacobian."""
        slopes, value = self.slopes(left), self.value(self.known(left)[0], right)
        return slopes is not None and value is not None and value.shape == slopes.shape and self.equal(slopes, value)

    def ratio(self, left: Expr, right: Expr) -> Fraction | None:
        """The simple number, other than those that slips come to first, that one side is of the other everywhere."""
        found: set[Fraction] = set()
        for attempt in range(ENOUGH):
            a, b = self.value(attempt, left), self.value(attempt, right)
            if a is None or b is None or a.shape[1:] != b.shape[1:] or not float(abs(b).max()):
                return None
            times = float((a * b).sum() / (b * b).sum())
            near = Fraction(times).limit_denominator(12) if abs(times) < 100 else Fraction(0)
            if not near or difference(self.np, a, float(near) * b) > SCALED:
                return None
            found.add(near)
        return found.pop() if len(found) == 1 and not found & COMMON else None

    def finer(self, attempt: int, e: Expr) -> Any:
        """The value with differences over smaller steps."""
        key = (-1 - attempt, e)
        if key not in self.found:
            worth = self.world(attempt)
            self.found[key] = self.evaluated(Worth(replace(worth.world, step=FINER), worth.fixed, self.effort), e)
        return self.found[key]

    def stable(self, attempt: int, e: Expr) -> bool:
        """Whether the value hardly changes when the point does."""
        other = self.evaluated(self.shaken(attempt), e)
        return other is not None and difference(self.np, self.value(attempt, e), other) < STABLE

    def shaken(self, attempt: int) -> Worth:
        """The world of an attempt with all points a little moved."""
        if attempt not in self.moved:
            worth, rng = self.world(attempt), self.np.random.default_rng(attempt)
            self.effort.spend(len(worth.world.values))
            values = {n: a if n in worth.fixed else a * (1 + SHAKE * rng.standard_normal(a.shape))
                      for n, a in worth.world.values.items()}  # fmt: skip
            self.moved[attempt] = Worth(replace(worth.world, values=values), worth.fixed, self.effort)
        return self.moved[attempt]

    def compared(self, left: Expr, right: Expr) -> str:
        """How two sides compare."""
        for attempts in (range(MOST), SIGNED, SQUARE):
            try:
                how = self._polled(attempts, left, right)
            except TooLarge:
                return UNKNOWN
            if how != UNKNOWN:
                return EVEN if how == SAME and attempts is SQUARE else how
        return UNKNOWN

    def _polled(self, attempts: Iterable[int], left: Expr, right: Expr) -> str:
        """How two sides compare in the worlds of some attempts."""
        votes: list[str] = []
        nothing = faint = 0  # worlds in which both are 0, or so small that they say little
        for attempt in attempts:
            vote = self._vote(attempt, left, right)
            nothing += vote == NIL
            faint += vote == FAINT
            if vote not in ("", NIL, FAINT):
                votes.append(vote)
            if len(votes) == ENOUGH and len(set(votes)) == 1:
                return votes[0]
        if len(set(votes)) == 1:
            return votes[0]
        if nothing and not (votes or faint):
            return SAME if is_zero(left) or is_zero(right) else UNKNOWN
        return SOMETIMES if SAME in votes else OTHER if votes else UNKNOWN

    def _vote(self, attempt: int, left: Expr, right: Expr) -> str:
        self.effort.spend(VOTE)
        a, b = self.value(attempt, left), self.value(attempt, right)
        if a is None or b is None:
            return self._partly(attempt, left, right)
        if left.scalar != right.scalar:
            return self._component(attempt, left, a, b) if left.scalar else self._component(attempt, right, b, a)
        if a.shape[1:] == b.shape[1:] and self.equal(a, b):
            return self._same(a, b)
        if (left.ops | right.ops) & DIFFERENCES:
            c, d = self.finer(attempt, left), self.finer(attempt, right)
            if c is None or d is None:
                return ""
            if a.shape[1:] == b.shape[1:] and self.equal(c, d):
                return self._same(c, d)
            if max(difference(self.np, a, c), difference(self.np, b, d)) > INEXACT:
                return ""
        if not (self.stable(attempt, left) and self.stable(attempt, right)):
            return ""
        turned = b.swapaxes(-1, -2)
        return TURNED if a.shape[1:] == turned.shape[1:] and self.equal(a, turned) else OTHER

    def _same(self, a: Any, b: Any) -> str:
        """The vote of two stacks of values that agree, unless they are so small that this says little."""
        size = max(float(abs(a).max()), float(abs(b).max()))
        if not size:
            return NIL
        if size > TINY or self.equal(a / size, b / size):
            return SAME
        return FAINT if abs(a).max() and abs(b).max() else ""

    def _partly(self, attempt: int, left: Expr, right: Expr) -> str:
        """How two sides compare at the points of a world at which both have a value."""
        worth = self.world(attempt)
        try:
            with self.np.errstate(all="ignore"):
                a, b = self.np.broadcast_arrays(worth(left), worth(right))
        except (self.np.linalg.LinAlgError, Unchecked, ValueError, LookupError, TooLarge):
            return ""
        here = self.np.isfinite(a).all(axis=(1, 2)) & self.np.isfinite(b).all(axis=(1, 2))
        if not a[here].size:
            return ""
        if self.equal(a[here], b[here]):
            return self._same(a[here], b[here])
        return OTHER if difference(self.np, a[here], b[here]) > PLAIN else ""

    def _component(self, attempt: int, e: Expr, component: Any, whole: Any) -> str:
        """How an expression with free indices compares with the array whose entries it gives."""
        if SHIFTED in e.free:
            return ""
        names = sorted(n[1:] for n in e.free if n.startswith("#") and n != "#d")
        names.sort(key=lambda n: self.indices.index(n) if n in self.indices else len(self.indices))
        at = [self.world(attempt).world.indices[n] for n in names]
        if whole.ndim != 3:
            return ""
        if not 0 < len(at) < 3 or any(i >= size for i, size in zip(at, whole.shape[1:], strict=False)):
            return OTHER
        picked = whole[(slice(None), *(*at, 0)[:2])][:, None, None]
        alike = self.equal(component, picked)
        diagonal = len(at) == 2 and at[0] == at[1]  # where a transpose is the same
        return ("" if diagonal else SAME) if alike else OTHER

    def equal(self, a: Any, b: Any) -> bool:
        """Whether two stacks of values agree."""
        return difference(self.np, a, b) <= TOLERANCE
