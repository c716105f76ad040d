"""The numeric worth of any expression at several random points at once; a leading axis runs over the points.

A differential dE is worth the derivative of E along a random direction, taken by fourth-order central differences of E
itself: no rule of calculus is used, so a wrong rule cannot hide.
"""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

from texgrad.algebra import COMPLEX, SHIFTED, SYMBOL, Expr, Op
from texgrad.check_worlds import LARGEST, STENCIL, WEIGHTS, World, displaced, drawn_size, indices_of
from texgrad.operators import (
    BASIS,
    COLUMNS,
    DIFFERENTIAL,
    DIFFERENTIAL_KEY,
    INDEX_VALUE,
    INDEXED_PRODUCT,
    INDEXED_SUM,
    SINGLE,
    Function,
    is_complex,
)
from texgrad.shapes import Dim, Index, Symbol, shape_of

# which values of an index count, by how it stands to another one
COUNTS: Mapping[str, Callable[[int, int], bool]] = {
    r"\ne": operator.ne, ">": operator.gt, "<": operator.lt, r"\ge": operator.ge, r"\le": operator.le,
}  # fmt: skip
# how the terms over an index are combined; their axis comes first
COMBINED: Mapping[Op, Callable[[Any, Any], Any]] = {
    INDEXED_SUM: lambda np, terms: reduce(operator.add, terms),
    INDEXED_PRODUCT: lambda np, terms: reduce(operator.mul, terms),
    COLUMNS: lambda np, terms: np.concatenate(np.broadcast_arrays(*terms), axis=-1),
}
MARKS = frozenset((DIFFERENTIAL_KEY, SHIFTED))  # among what is free in an expression, but no index
TOLERANCE = 1e-6
EPSILON = sys.float_info.epsilon
SMALL = 1e-3  # what errors are relative to at least
REMEMBERED = 500  # for how many values of the indices what was worked out is kept


class Unchecked(Exception):
    """No random point was found at which every line has a value."""


def real_arguments(e: Expr, arrays: list[Any]) -> list[Any]:
    """The arguments of an operator of real numbers, those that are known to be real without imaginary parts."""
    known = [not is_complex(a) for a in e.args]
    if not (all(known) or e.op.real or e.op.complex_differential):
        raise Unchecked(f"the {e.op.name} of complex numbers")
    return [array.real if real else array for real, array in zip(known, arrays, strict=True)]


# the value of each index, or all values of the one that is summed over: their axis is then within the one of the points
Place = int | tuple[int, ...]
Places = Mapping[str, Place]


def _member(family: Any, at: tuple[Index, ...], indices: Places) -> Any:
    """The member of a family, whose axes for its indices are the second and those behind it."""
    if not at:
        return family
    places = [_place(i, indices) for i in at]
    member = family[(slice(None), *places)]
    return member.reshape(-1, *member.shape[-2:]) if any(type(place) is list for place in places) else member


def _place(index: Index, indices: Places) -> int | list[int]:
    """Where the member of that index stands, or those of all its values."""
    value = indices[index.name]
    return index.at({index.name: value}) if isinstance(value, int) else [index.at({index.name: v}) for v in value]


class Evaluator:
    """Evaluates expressions in one world; what was worked out once is remembered by node."""

    together = frozenset((SYMBOL, DIFFERENTIAL))  # operators without a value of their own, at all values of an index

    def __init__(self, world: World, shifted: bool = False) -> None:
        import numpy

        self.np = numpy
        self.world = world
        self.shifted = shifted
        self._shift: Evaluator | None = None
        self._displaced: dict[str, Any] = {}
        self._memos: dict[frozenset[tuple[str, Place]], dict[Expr, Any]] = {}

    def __call__(self, e: Expr) -> Any:
        """The array of values of `e`, one for each point."""
        indices = dict(self.world.indices)
        return self._value(e, indices, self._memo(indices))

    def _memo(self, indices: Places) -> dict[Expr, Any]:
        """What was worked out where the indices have these values."""
        if len(self._memos) > REMEMBERED:
            return {}
        return self._memos.setdefault(frozenset(indices.items()), {})

    def _value(self, root: Expr, indices: Places, memo: dict[Expr, Any]) -> Any:
        stack = [root]
        while stack:
            e = stack.pop()
            if e in memo:
                continue
            value, data = e.op.value, e.data
            wanted = self._needs(e) if value is None else e.args
            if missing := [a for a in wanted if a not in memo]:
                stack += (e, *missing)
                continue
            arrays = [memo[a] for a in wanted]
            if e.ops & COMPLEX.bit and not e.op.analytic:
                arrays = real_arguments(e, arrays)
            if value is None:
                memo[e] = self._worth(e, arrays, indices, memo)
            else:
                memo[e] = value(self.np, *arrays, data=None if data is None else self._data(data, indices))
        return memo[root]

    def _needs(self, e: Expr) -> tuple[Expr, ...]:
        """What has to be known before an expression whose operator has no value of its own."""
        if e.op is SYMBOL and e.data.name in self.world.definitions:
            return (self.world.definitions[e.data.name],)
        return () if e.op is DIFFERENTIAL or e.op.binds else e.args

    def _worth(self, e: Expr, arrays: list[Any], indices: Places, memo: dict[Expr, Any]) -> Any:
        """The worth of an expression whose operator has no value of its own."""
        np = self.np
        if e.op is SYMBOL:
            if not arrays:
                return self._symbol(e.data, indices)
            return arrays[0] if "complex" in e.data.assume else arrays[0].real
        if e.op is DIFFERENTIAL:
            return self._differential(e.args[0], indices)
        if e.op.binds:
            return self._over_index(e, indices, memo)
        assert e.op in (BASIS, SINGLE), e.op
        array = np.zeros((1, self._size(e.shape[0]), self._size(e.shape[1])))
        array[(0, *(*self._data(e.data, indices), 0)[:2])] = 1.0
        return array

    def _symbol(self, s: Symbol, indices: Places) -> Any:
        return _member(self._shifted(s.name) if self.shifted else self.world.values[s.name], s.indices, indices)

    def _shifted(self, name: str) -> Any:
        if name not in self._displaced:
            self._displaced[name] = displaced(self.world, name)
        return self._displaced[name]

    def _size(self, dim: Dim) -> int:
        return drawn_size(dim, self.world.sizes)

    def _data(self, data: Any, indices: Places) -> Any:
        if isinstance(data, Dim):
            return self._size(data)
        if isinstance(data, Index):
            return _place(data, indices)
        if isinstance(data, Function):
            return self._function(data), _member(self.world.values[data.name], data.indices, indices)
        return tuple(self._data(d, indices) for d in data) if isinstance(data, tuple) else data

    def _function(self, f: Function) -> Function:
        """The function with numbers for its sizes."""
        shape, argument = (shape_of(*map(self._size, sizes)) for sizes in (f.shape, f.argument))
        return replace(f, shape=shape, argument=argument)

    def _over_index(self, e: Expr, indices: Places, memo: dict[Expr, Any]) -> Any:
        """A sum or a product over an index; the terms are worked out at once where that can be."""
        body, size, combine = e.args[0], e.data.size, COMBINED[e.op]
        if not size.names and size.value({}) > LARGEST and body.ops & INDEX_VALUE.bit:
            raise Unchecked(f"a sum of more than {LARGEST} terms that counts them")
        values = self._counted(e.data, indices)
        if not values:
            return self.np.full((1, *map(self._size, e.shape)), float(e.op is not INDEXED_SUM))
        parts, at_once = self._fixed(body, e.data.name, indices)
        if at_once and e.op is not COLUMNS:
            terms = self._everywhere(body, e.data.name, values, indices, memo, parts)
            terms = self.np.repeat(terms, len(values), axis=0) if len(terms) == 1 else terms
            return combine(self.np, terms.reshape(-1, len(values), *terms.shape[1:]).swapaxes(0, 1))
        fixed = {part: self._value(part, indices, memo) for part in parts}
        return combine(self.np, [self._term(body, {**indices, e.data.name: value}, fixed) for value in values])

    def _counted(self, index: Index, indices: Places) -> tuple[int, ...]:
        """The values that an index has in a sum or product."""
        values = range(index.ends[0], self._size(index.size) - index.ends[1])
        if index.but is None:
            return tuple(values)
        counts, other = COUNTS[index.but[0]], indices[index.but[1]]
        assert isinstance(other, int), other  # where sums stand in each other, the outer one takes a value at a time
        return tuple([value for value in values if counts(value, other)])

    def _term(self, body: Expr, indices: Places, fixed: Mapping[Expr, Any]) -> Any:
        """What is combined, where the indices have these values and the worth of its fixed parts is known."""
        known = self._memo(indices)
        known.update(fixed)
        return self._value(body, indices, known)

    def _everywhere(
        self, body: Expr, name: str, values: tuple[int, ...], indices: Places, memo: dict[Expr, Any],
        parts: Iterable[Expr],
    ) -> Any:  # fmt: skip
        """What is combined, for all values of the index: their axis is within that of the points."""
        fixed = {}
        for part in parts:
            array = self._value(part, indices, memo)
            fixed[part] = array if len(array) == 1 else self.np.repeat(array, len(values), axis=0)
        return self._term(body, {**indices, name: values}, fixed)

    def _fixed(self, body: Expr, name: str, indices: Places) -> tuple[list[Expr], bool]:
        """The largest parts that do not depend on the index; whether the rest can be had for all its values at once.

        That can be where the index stands below symbols only: an operator that needs it takes one value at a time.
        """
        key, found, at_once, stack = "#" + name, list[Expr](), True, [body]
        while stack:
            e = stack.pop()
            varies = key in e.free
            if not varies and all(other[1:] in indices or other in MARKS for other in e.free if other[0] == "#"):
                found.append(e)
                continue
            if varies and at_once and e.op is not SYMBOL:
                own = e.op.value is not None or e.op in self.together
                at_once = own and (e.data is None or all(i.name != name for i in indices_of(e)))
                at_once = at_once and (e.op is not DIFFERENTIAL or self._fixed(e.args[0], name, indices)[1])
            stack += e.args if e.op.value is not None else self._needs(e)
        return found, at_once

    def _differential(self, e: Expr, indices: Places) -> Any:
        np = self.np
        if e.op is SYMBOL and e.data.name not in self.world.definitions:
            if e.data.name not in self.world.directions:
                return np.zeros((1, self._size(e.shape[0]), self._size(e.shape[1])))
            return _member(self.world.directions[e.data.name], e.data.indices, indices)
        if self._shift is None:
            self._shift = Evaluator(self.world, shifted=True)
        stacked = self._shift._stacked(e, indices)
        if stacked.shape[0] == 1:
            return np.zeros((1, *stacked.shape[1:]))
        quarters = stacked.reshape(len(STENCIL), -1)
        slope = np.dot(WEIGHTS, quarters).reshape(-1, *stacked.shape[1:]) / self.world.step
        noise = EPSILON * np.abs(stacked).max() / self.world.step
        return slope if noise <= TOLERANCE * max(np.abs(slope).max(), SMALL) else np.full_like(slope, np.nan)

    def _stacked(self, e: Expr, indices: Places) -> Any:
        """The values of `e` at all steps, also where an index has several values."""
        several = next(((name, place) for name, place in indices.items() if isinstance(place, tuple)), None)
        if several is None:
            return self._value(e, indices, self._memo(indices))
        outer = {other: place for other, place in indices.items() if other != several[0]}
        return self._everywhere(e, *several, outer, self._memo(outer), self._fixed(e, several[0], outer)[0])


def differences(np: Any, pairs: Sequence[tuple[Any, Any]]) -> list[float]:
    """The `difference` of each pair; those of the same shapes are compared together."""
    groups: dict[Any, list[int]] = {}
    for k, (a, b) in enumerate(pairs):
        groups.setdefault((a.shape, b.shape), []).append(k)
    found = dict.fromkeys(range(len(pairs)), 0.0)
    for members in groups.values():
        a, b = (np.array([pairs[k][side] for k in members]) for side in (0, 1))
        sizes = zip(members, *(np.abs(x).reshape(len(members), -1).max(1).tolist() for x in (a, b, a - b)), strict=True)
        found.update((k, _relative(max(of_a, of_b), error)) for k, of_a, of_b, error in sizes)
    return [*found.values()]


def difference(np: Any, a: Any, b: Any) -> float:
    """The largest difference of two stacks of values, relative to their size; infinite where one is not finite."""
    size = max(float(np.abs(a).max()), float(np.abs(b).max()))
    error = float(np.abs(a - b).max())
    return _relative(size, error)


def _relative(size: float, error: float) -> float:
    return error / max(size, SMALL) if math.isfinite(error) and math.isfinite(size) else math.inf
