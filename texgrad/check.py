"""The check that every line of a derivation is worth what it claims, at random points.

Points, sizes and directions depend on nothing but the symbols, so a run can be repeated.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any

from texgrad.algebra import SYMBOL, Expr, add, holds, postorder, substitute, transform, within
from texgrad.check_pairings import PAIRINGS
from texgrad.check_values import TOLERANCE, Evaluator, Unchecked, difference, differences
from texgrad.check_wirtinger import applied, by_complex, variable_of
from texgrad.check_worlds import ATTEMPTS, POINTS, STEP, World, directed, meeting, nearby, world
from texgrad.engine.answers import put_back
from texgrad.engine.derivation import INCREMENT, Derivation
from texgrad.engine.structure import HALVES, STRUCTURES
from texgrad.immutable import immutable
from texgrad.operators import (
    APPLICATION,
    COLUMN,
    DELTA,
    DERIVATIVE,
    ENTRY,
    EVALUATION,
    ROW,
    derivative,
    differential,
    entry,
    of_member,
    transpose,
    vec,
)

GROSS = 1e-4  # an error that no inexact difference explains, unless it shrinks with the step
FINER = STEP / 256
LEAST, MOST_WORK = 4, 100_000  # attempts, and what may be written out in all the lines of all attempts
ANY_SIGN = frozenset(("normal", "mixed"))  # where a line must hold that seemed wrong elsewhere


class WrongLine(Exception):
    """A line is not worth what it claims; `line` is its number, `sides` what was compared."""

    def __init__(self, line: int, error: float, sides: tuple[Any, Any]) -> None:
        super().__init__(f"line {line + 1} is off by {error:.1e}")
        self.line = line
        self.error = error
        self.sides = sides

    def confirms(self, np: Any, other: WrongLine) -> bool:
        """Whether the other found the same with another step: sides far from each other, not from themselves."""
        pairs = list(zip(self.sides, other.sides, strict=True))
        if self.line != other.line or any(a.shape != b.shape for a, b in pairs):
            return False
        return all(difference(np, a, b) < self.error / 4 for a, b in pairs)


@immutable
class Verified:
    """At how many points every line was checked, and the worst relative error, rounded up to a power of ten."""

    points: int
    worst: float


def verify(derivation: Derivation) -> Verified:
    """Evaluate every line of a derivation; raises WrongLine, or Unchecked where no line can be evaluated."""
    import numpy as np

    suspect: WrongLine | None = None
    inexact: WrongLine | None = None
    meetings = _meetings(derivation)
    overflows: list[str] = []  # after which a wrong worth says nothing
    for attempt, manner in enumerate(ATTEMPTS[: max(LEAST, MOST_WORK // max(derivation.written, 1))]):
        overflows.clear()
        try:
            with np.errstate(all="ignore", over="call", call=lambda kind, _: overflows.append(kind)):
                worst = _worst(derivation, attempt)
                if worst is not None:
                    worst = max((worst, *(_worst(derivation, attempt, pairs) or 0.0 for pairs in meetings)))
        except np.linalg.LinAlgError:
            continue
        except WrongLine as wrong:
            if overflows:
                continue
            if wrong.error > GROSS and suspect is not None:
                raise
            suspect, inexact = (wrong, inexact) if wrong.error > GROSS else (suspect, wrong)
            continue
        if worst is not None and (suspect is None or manner in ANY_SIGN):
            return Verified(POINTS, 10.0 ** math.ceil(math.log10(max(worst, 1e-16))))
    refuted = suspect or inexact
    if refuted is not None:
        raise refuted
    raise Unchecked("no point was found at which the lines can be evaluated")


Pairs = tuple[tuple[str, str], ...]
MOST_DELTAS = 4  # whose indices meet, one delta after the other


def _meetings(derivation: Derivation) -> list[Pairs]:
    """Which indices are to have one value in turn: elsewhere the Kronecker deltas of them hide what stands beside."""
    sides = [side for line in derivation.lines for side in line.right if holds(side, DELTA)]
    deltas = dict.fromkeys(p.data for p in postorder(*sides, only=DELTA.bit) if p.op is DELTA)
    pairs = [(one.name, other.name) for one, other in deltas if not (one.fixed or other.fixed)][:MOST_DELTAS]
    return [*((pair,) for pair in pairs), *([tuple(pairs)] if len(pairs) > 1 else ())]


def _worst(derivation: Derivation, attempt: int, pairs: Pairs = ()) -> float | None:
    """The worst error in one world; what seems wrong is inexact if its worth changes with the step, or nearby."""
    import numpy as np

    try:
        return _Checker(derivation, attempt, pairs=pairs).worst()
    except WrongLine as coarse:
        try:
            return _Checker(derivation, attempt, FINER, pairs).worst()
        except WrongLine as fine:
            if fine.confirms(np, coarse):
                raise
            return None


class _Checker:
    """Checks the lines of one derivation in one world."""

    def __init__(self, derivation: Derivation, attempt: int, step: float = STEP, pairs: Pairs = ()) -> None:
        self.derivation = derivation
        question = derivation.question
        variables = frozenset(v.data.name for v in (*question.variables, *question.moving))
        sides = [s for line in derivation.lines for s in (*line.right, *((line.left,) if line.left else ()))]
        drawn = meeting(world(sides, variables, derivation.definitions, attempt, step), pairs)
        self.drawn = self.world = drawn if step == STEP else nearby(drawn)
        if any(v.data.indices for v in question.variables):
            own = self._where_move(question.variables).directions
            self.world = directed(self.drawn, {**self.drawn.directions, **own})
        self.evaluate = Evaluator(self._where_move(question.moving))
        self.known: dict[Expr, Expr] = {}
        self.families = {n.symbol.data.name: n for n in derivation.names if n.symbol.data.indices}
        self.claimed: Expr = derivation.question.name  # the last derivative that was
        self.claims: dict[tuple[Expr, str], list[tuple[int, Expr, Expr]]] = {}
        self.compared: list[tuple[int, Any, Any]] = []

    def _where_move(self, variables: Iterable[Expr]) -> World:
        """The world in which only these symbols have a direction, and of a family only the member that is meant."""
        directions: dict[str, Any] = {}
        for v in variables:
            name, kept = v.data.name, (slice(None), *(i.at(self.drawn.indices) for i in v.data.indices))
            whole = directions[name] = self.drawn.directions[name]
            if v.data.indices:
                directions[name] = 0.0 * whole
                directions[name][kept] = whole[kept]
        return directed(self.drawn, directions)

    def worst(self) -> float | None:
        """The worst relative error; None where a line has no finite value here."""
        try:
            self._compare()
        finally:  # a wrong line says more than one behind it that has no value
            errors = differences(self.evaluate.np, [(a, b) for _, a, b in self.compared])
            for (number, a, b), error in zip(self.compared, errors, strict=True):
                if math.isfinite(error) and error > TOLERANCE:
                    raise WrongLine(number, error, (a, b))
        return max(errors, default=0.0) if all(map(math.isfinite, errors)) else None

    def _compare(self) -> None:
        """Evaluate every line, and note what has to be the same."""
        before: Any = None
        for number, line in enumerate(self.derivation.lines):
            if line.relation == "≈":
                self._approximation(number, self.derivation.lines[number - 1].right[-1], line.right[0])
                before = self._value(line.right[-1])
                continue
            values = [self._value(side) for side in line.right]
            for a, b in pairwise(values):
                self._same(number, a, b)
            if line.left is None:
                self._same(number, before, values[0])
            elif line.left.op is DERIVATIVE:
                self._claim(number, line.left, line.right[-1])
            else:
                self._same(number, self._value(line.left), values[0])
            before = values[-1]
        for (f, kind), claims in self.claims.items():
            self._settle(f, kind, claims)

    def _of_members(self, e: Expr) -> dict[Expr, Expr]:
        """The named members of families other than those whose definitions are given, u_{j,l} beside u_{k,l}."""
        named = (s for s in within(e) if s.op is SYMBOL and s.data.name in self.families)
        other = ((s, self.families[s.data.name]) for s in named)
        return {s: of_member(n.definition, n.symbol, s) for s, n in other if s is not n.symbol}

    def _value(self, e: Expr, evaluate: Evaluator | None = None) -> Any:
        e = substitute(e, self.known) if self.known else e
        if not e.free.isdisjoint(self.families):
            e = substitute(e, self._of_members(e))
        if holds(e, APPLICATION, EVALUATION):
            e = transform(e, self._applied)
        if not holds(e, DERIVATIVE):
            return (evaluate or self.evaluate)(e)
        partials = [p for p in postorder(e) if p.op is DERIVATIVE and p.args[1].op is ENTRY]
        if not partials:
            return (evaluate or self.evaluate)(e)
        x = partials[0].args[1]
        e = substitute(e, {p: differential(p.args[0]) for p in partials})
        if not by_complex(x):
            return self._along(x)(e)
        return applied(x.args[0], "", lambda step: self._along(x, step)(e), self.evaluate.np.ones(()))[0]

    def _applied(self, e: Expr) -> Expr | None:
        """f(argument) as the function itself with its argument put in, a value at a point as what stands there."""
        if e.op is EVALUATION:
            question = self.derivation.question
            own = {n.symbol: n.definition for n in self.derivation.names} | {question.name: question.expression}
            return substitute(put_back(e.args[0], own), {e.args[1]: e.args[2]})
        if e.op is not APPLICATION:
            return None
        (variable, *_) = self.derivation.question.variables
        body = self.derivation.question.expression
        for symbol, definition in reversed(self.derivation.question.definitions):
            body = substitute(body, {symbol: definition})
        return substitute(body, {variable: e.args[1]})

    def _along(self, x: Expr, step: Any = 1.0) -> Evaluator:
        """The evaluator whose direction is the single-entry one of the entry `x`, so that dE is ∂E/∂x."""
        symbol = variable_of(x.args[0]).data
        member, at = ([i.at(self.world.indices) for i in own] for own in (symbol.indices, x.data))
        direction = self.evaluate.np.zeros_like(self.world.values[symbol.name])
        direction[(slice(None), *member, *(*at, 0)[:2])] = step
        return Evaluator(directed(self.world, {symbol.name: direction}))

    def _same(self, number: int, a: Any, b: Any) -> None:
        self.compared.append((number, a, b))

    def _approximation(self, number: int, before: Expr, after: Expr) -> None:
        """A first-order claim: both sides agree where the increments vanish, and so do their differentials there."""
        np = self.evaluate.np
        steps = {n: v for n, v in self.world.values.items() if n.startswith(INCREMENT)}
        still = replace(self.world, values={**self.world.values, **{n: np.zeros_like(v) for n, v in steps.items()}})
        along = Evaluator(directed(still, steps))
        a, b = transform(before, self._applied), transform(after, self._applied)
        self._same(number, along(a), along(b))
        self._same(number, along(differential(a)), along(differential(b)))

    def _claim(self, number: int, left: Expr, right: Expr) -> None:
        f, x, *others = left.args
        if left.data == "mixed" and by_complex(x):
            self._wirtinger(number, self.known[derivative(f, x)], others[0], left.data, right)
            return
        whole = self.known.get(derivative(f, x.args[0], "gradient")) if x.op is ENTRY else None
        if left.data == "mixed" and whole is not None and others[0].op is ENTRY:
            step = differential(entry(whole, *x.data))
            self._same(number, self._along(others[0])(step), self._value(right))
            return
        if left.data == "mixed" and (x.op is ENTRY or others[0].op is ENTRY):
            at = [i for e in (x, *others) if e.op is ENTRY for i in e.data]
            picked = entry(self.claimed if x.op is ENTRY else transpose(self.claimed), *at)
            self._same(number, self._value(picked), self._value(right))
            return
        if left.data == "directional":
            along = Evaluator(directed(self.world, {x.data.name: self._value(others[0])}))
            self._same(number, self._value(differential(f), along), self._value(right))
            return
        if left.data in STRUCTURES:
            self._structured(number, f, x, left.data, right)
            return
        if x.op is ENTRY:
            self._same(number, self._value(left), self._value(right))
            return
        if x.op in (ROW, COLUMN):
            whole = next(G for key, G in self.known.items() if key.args == (f, x.args[0]))
            self._same(number, self._value(x.op(whole, data=x.data)), self._value(right))
            return
        self.known[left] = self.claimed = right
        if by_complex(x):
            self._wirtinger(number, f, x, left.data, right)
            return
        self.claims.setdefault((f, left.data), []).append((number, left, right))

    def _wirtinger(self, number: int, f: Expr, x: Expr, kind: str, right: Expr) -> None:
        """The claimed derivative by a complex variable, applied to a step, is what f changes by along it."""
        name = variable_of(x).data.name
        base = f.args[0] if f.op is ENTRY else f
        whole = entry(differential(base), *f.data) if f.op is ENTRY else differential(base)

        def change(direction: Any) -> Any:
            return self._value(whole, Evaluator(directed(self.world, {name: direction})))

        fits = PAIRINGS[kind](right, differential(variable_of(x))).shape == whole.shape
        whole = whole if fits else vec(whole)
        worth, direction, step = applied(x, kind, change, self.world.directions[name])
        paired = PAIRINGS[kind](right, step)
        self._same(number, worth, self._value(paired, Evaluator(directed(self.world, {name: direction}))))

    def _structured(self, number: int, f: Expr, x: Expr, convention: str, right: Expr) -> None:
        """The derivative by tied entries is, at every place, the differential of f along what that entry moves."""
        np, name = self.evaluate.np, x.data.name
        n, claimed = self.world.values[name].shape[-1], self._value(right)
        half, structure = convention in HALVES.values(), STRUCTURES[convention]
        for i, j in zip(*np.triu_indices(n), strict=True) if half else np.ndindex(n, n):
            direction = np.zeros_like(self.world.values[name])
            direction[:] = structure.direction(np, n, *((j, i) if half else (i, j)))
            if structure.onto is not None:
                direction = structure.onto(np, self.world.values[name], direction)
            along = Evaluator(directed(self.world, {name: direction}))
            at = (i * n - i * (i - 1) // 2 + j - i, 0) if half else (i, j)
            self._same(number, along(differential(f))[..., 0, 0], claimed[(..., *at)])

    def _settle(self, f: Expr, kind: str, claims: list[tuple[int, Expr, Expr]]) -> None:
        """The claimed derivatives, each applied to the direction of its variable, add up to the differential of f."""
        base, (_, first, _) = f.args[0] if f.op is ENTRY else f, claims[0]
        second = kind in ("hessian", "mixed")
        kinds = ("gradient", "scalar")
        d = next(d for k in kinds if (d := self.known.get(derivative(f, first.args[1], k)))) if second else base
        d = differential(d)
        whole = entry(d, *f.data) if f.op is ENTRY else d
        parts = [PAIRINGS[kind](right, differential(left.args[-1])) for _, left, right in claims]
        whole = whole if parts[0].shape == whole.shape else vec(whole)
        varied = {left.args[-1] for _, left, _ in claims}
        moving = set(self.derivation.question.moving)
        along = self.evaluate if varied == moving else Evaluator(self._where_move(varied))
        self._same(claims[0][0], self._value(whole, along), self._value(add(*parts), along))
