"""The worth of a side of an equation: differentials and derivatives are differences, at random points.

A derivative inside a formula is evaluated like a differential: by fourth-order central differences of the function,
for every entry of the variable at once. Differences nest, so that second derivatives need nothing of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from texgrad.algebra import SYMBOL, Expr, postorder
from texgrad.check_draws import assumed
from texgrad.check_values import Evaluator, Places, Unchecked
from texgrad.check_worlds import STENCIL, STEP, World, world
from texgrad.effort import Effort
from texgrad.operators import DERIVATIVE, ENTRY, EVALUATION, Function
from texgrad.reader.derivatives import DENOMINATOR

LARGEST_VARIABLE = 64  # entries of a variable by which derivatives are taken
MOST_POINTS = 40_000
SLOPE, VALUE = 2, 2  # what a difference costs for each symbol, and the value of one expression, in characters read


# what no other matrix can be
OF_SQUARES = frozenset((
    "symmetric", "skew-symmetric", "Hermitian", "positive definite", "negative definite", "lower triangular",
    "upper triangular",
))  # fmt: skip


class TooLarge(Exception):
    """A derivative that would take too many evaluations."""


class Worth(Evaluator):
    """Evaluates expressions with derivatives in them, within an effort.

    fixed: the names of functions, which have no points.
    """

    together = frozenset((SYMBOL,))

    def __init__(self, world: World, fixed: frozenset[str], effort: Effort) -> None:
        super().__init__(world)
        self.fixed, self.effort = fixed, effort

    def _value(self, root: Expr, indices: Places, memo: dict[Expr, Any]) -> Any:
        before = len(memo)
        found = super()._value(root, indices, memo)
        if not self.effort.spend(VALUE * (len(memo) - before)):
            raise TooLarge
        return found

    def _needs(self, e: Expr) -> tuple[Expr, ...]:
        return () if e.op in (DERIVATIVE, EVALUATION) else super()._needs(e)

    def _worth(self, e: Expr, arrays: list[Any], indices: Places, memo: dict[Expr, Any]) -> Any:
        if e.op is EVALUATION:
            return self._taken(e, indices)
        return self._derivative(e, indices) if e.op is DERIVATIVE else super()._worth(e, arrays, indices, memo)

    def _taken(self, e: Expr, indices: Places) -> Any:
        """The worth of an expression where a variable is something else."""
        inner, x, point = e.args
        name, value = x.data.name, self._value(point, indices, {})
        if name in self.world.definitions:
            raise Unchecked(f"{name} is defined")
        moved = {**self.world.values, name: self.np.broadcast_to(value, self.world.values[name].shape)}
        return Worth(replace(self.world, values=moved), self.fixed, self.effort)._value(inner, indices, {})

    def _differential(self, e: Expr, indices: Places) -> Any:
        if e.op is SYMBOL and e.data.name not in self.world.definitions:
            return super()._differential(e, indices)
        moved = {n: d[None] for n, d in self.world.directions.items()}
        if not moved:
            return 0 * self._value(e, indices, {})
        return self._slopes(e, moved, indices)[:, 0]

    def _derivative(self, e: Expr, indices: Places) -> Any:
        """The derivative of a function by a variable or by one of its entries, a second one of the first."""
        f, x, *others = e.args
        base = _base(x)
        inner, units = self._cut(base, indices)
        units = self._one(x, units, indices)
        if e.data == "directional":
            way = self._value(others[0], indices, {})
            return inner._slopes(f, {base.data.name: way[None]}, indices)[:, 0]
        if others:
            return self._second(inner, f, x, units, others[0], indices)
        slopes = inner._slopes(f, {base.data.name: units}, indices)
        if x.scalar:
            return slopes[:, 0]
        if f.scalar:
            return slopes[..., 0, 0].reshape(len(slopes), *units.shape[-2:])
        stacked = slopes[..., 0][:, _stacking(units)]
        return stacked if e.data == DENOMINATOR else stacked.swapaxes(1, 2)

    def _second(self, inner: Worth, f: Expr, x: Expr, units: Any, y: Expr, indices: Places) -> Any:
        """The derivatives by y of the derivatives by x, of which one is a scalar or both are vectors."""
        others = inner._one(y, inner._cut(_base(y), indices)[1], indices)
        found = []
        for unit in units:
            first = partial(_along, f=f, directions={_base(x).data.name: unit[None]}, indices=indices)
            found.append(inner._slopes(first, {_base(y).data.name: others}, indices))
        if x.scalar:
            return found[0][:, 0]
        return self.np.stack(found, axis=1)[..., 0, 0][:, _stacking(units)][..., _stacking(others)]

    def _one(self, x: Expr, units: Any, indices: Places) -> Any:
        """The single-entry directions, or only that of x where it is an entry."""
        if x.op is not ENTRY:
            return units
        unit = self.np.zeros((1, 1, *units.shape[2:]))
        unit[(..., *(*(i.at(indices) for i in x.data), 0)[:2])] = 1.0
        return unit

    def _cut(self, x: Expr, indices: Places) -> tuple[Worth, Any]:
        """An evaluator in which x is a variable, and the single-entry directions of x."""
        np, name = self.np, x.data.name
        if name not in self.world.definitions:
            inner, array = self, self.world.values[name]
        else:
            array = self._value(x, indices, {})
            array = np.broadcast_to(array, (self._points(), *array.shape[1:])).copy()
            kept = {n: d for n, d in self.world.definitions.items() if n != name}
            inner = Worth(replace(self.world, values={**self.world.values, name: array}, definitions=kept),
                          self.fixed, self.effort)  # fmt: skip
        rows, cols = array.shape[-2:]
        if rows * cols > LARGEST_VARIABLE:
            raise TooLarge
        units = np.zeros((rows * cols, 1, *array.shape[1:]))
        at = tuple(i.at(indices) for i in x.data.indices)
        units[(slice(None), 0, *at)] = np.eye(rows * cols).reshape(-1, rows, cols)
        return inner, units

    def _points(self) -> int:
        return max((len(a) for n, a in self.world.values.items() if n not in self.fixed), default=1)

    def _slopes(self, e: Expr | Callable[[Worth], Any], directions: Mapping[str, Any], indices: Places) -> Any:
        """The derivatives of e along directions, axes (points, directions, rows, cols)."""
        np, h, points = self.np, self.world.step, self._points()
        count = len(next(iter(directions.values()), ()))
        if points * count * len(STENCIL) > MOST_POINTS or not self.effort.spend(SLOPE * (1 + len(self.world.values))):
            raise TooLarge
        values, copies = {}, count * len(STENCIL)
        for name, array in self.world.values.items():
            if name in directions:
                wide = np.broadcast_to(directions[name], (count, points, *array.shape[1:]))
                values[name] = np.concatenate([array + k * h * wide for k, _ in STENCIL]).reshape(-1, *array.shape[1:])
            else:
                values[name] = array if name in self.fixed else np.concatenate([array] * copies)
        tiled = {n: np.concatenate([d] * copies) for n, d in self.world.directions.items()}
        inner = Worth(replace(self.world, values=values, directions=tiled), self.fixed, self.effort)
        stacked = inner._value(e, indices, {}) if isinstance(e, Expr) else e(inner)
        if stacked.shape[0] == 1:
            return np.zeros((1, count, *stacked.shape[1:]))
        quarters = stacked.reshape(len(STENCIL), count, points, *stacked.shape[1:])
        slope = sum(weight * quarter for (_, weight), quarter in zip(STENCIL, quarters, strict=True)) / h
        return slope.swapaxes(0, 1)


def _stacking(units: Any) -> list[int]:
    """The places of single-entry directions in the order of vec."""
    rows, cols = units.shape[-2:]
    return [i * cols + j for j in range(cols) for i in range(rows)] if len(units) == rows * cols else [0]


def _base(x: Expr) -> Expr:
    """The variable, or what it is an entry of."""
    return x.args[0] if x.op is ENTRY else x


def _along(worth: Worth, f: Expr, directions: Mapping[str, Any], indices: Places) -> Any:
    """The derivative of f along one direction."""
    return worth._slopes(f, directions, indices)[:, 0]


def varying(sides: Iterable[Expr], definitions: Mapping[str, Expr], varied: frozenset[str]) -> frozenset[str]:
    """The variables that differentials are about: those `varied` by a d of their own, or all symbols."""
    leaves = {e.data.name for e in postorder(*sides, *definitions.values()) if e.op is SYMBOL} - definitions.keys()
    return frozenset(varied - definitions.keys() or leaves)


def _fitting(array: Any, assume: frozenset[str]) -> frozenset[str]:
    """What can hold of an array: words about a product may speak of symmetry beside the name of a factor."""
    return assume if array.shape[-1] == array.shape[-2] else assume - OF_SQUARES


def drawn(
    sides: Iterable[Expr], definitions: Mapping[str, Expr], assume: Mapping[str, frozenset[str]],
    varied: frozenset[str], attempt: int, effort: Effort,
) -> Worth:  # fmt: skip
    """An evaluator at random points, at which what is assumed of each symbol holds; its differences cost effort."""
    import numpy as np

    sides = tuple(sides)
    made = world(sides, varying(sides, definitions, varied), definitions, attempt, STEP)
    functions = frozenset(e.data.name for e in postorder(*sides) if isinstance(e.data, Function))
    given = assume.keys() - functions
    values = {n: assumed(np, a, _fitting(a, assume[n])) if n in given else a for n, a in made.values.items()}
    for name in values.keys() & made.sizes.keys():  # a number that also counts something
        if values[name].shape[1:] == (1, 1):
            values[name] = np.full_like(values[name], made.sizes[name])
    return Worth(replace(made, values=values), functions, effort)


