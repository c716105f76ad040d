"""The numeric worth of any expression at several random points at once; a leading axis runs over the points.

A differential dE is worth the derivative of E along a random direction, taken by fourth-order central differences of E
itself: no rule of calculus is used, so a wrong rule cannot hide.
"""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

from texgrad.algebra import COMPLEX, SYMBOL, Expr, index_key
from texgrad.check_worlds import LARGEST, POINTS, STENCIL, WEIGHTS, World, displaced, drawn_size
from texgrad.operators import BASIS, COLUMNS, DIFFERENTIAL, INDEX_VALUE, INDEXED_SUM, SINGLE, Function, is_complex
from texgrad.shapes import Dim, Index, Symbol, shape_of

# which values of an index count, by how it stands to another one
COUNTS: Mapping[str, Callable[[int, int], bool]] = {
    r"\ne": operator.ne, ">": operator.gt, "<": operator.lt, r"\ge": operator.ge, r"\le": operator.le,
}  # fmt: skip
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


def _member(family: Any, at: tuple[Index, ...], indices: Mapping[str, int]) -> Any:
    """The member of a family, whose axes for its indices are the second and those behind it."""
    return family[(slice(None), *(i.at(indices) for i in at))] if at else family


class Evaluator:
    """Evaluates expressions in one world; what was worked out once is remembered by node."""

    def __init__(self, world: World, shifted: bool = False) -> None:
        import numpy

        self.np = numpy
        self.world = world
        self.shifted = shifted
        self._shift: Evaluator | None = None
        self._displaced: dict[str, Any] = {}
        self._memos: dict[frozenset[tuple[str, int]], dict[Expr, Any]] = {}

    def __call__(self, e: Expr) -> Any:
        """The array of values of `e`, one for each point."""
        indices = dict(self.world.indices)
        return self._value(e, indices, self._memo(indices))

    def _memo(self, indices: dict[str, int]) -> dict[Expr, Any]:
        """What was worked out where the indices have these values."""
        if len(self._memos) > REMEMBERED:
            return {}
        return self._memos.setdefault(frozenset(indices.items()), {})

    def _value(self, root: Expr, indices: dict[str, int], memo: dict[Expr, Any]) -> Any:
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

    def _worth(self, e: Expr, arrays: list[Any], indices: dict[str, int], memo: dict[Expr, Any]) -> Any:
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
        array[(0, *(*(i.at(indices) for i in e.data), 0)[:2])] = 1.0
        return array

    def _symbol(self, s: Symbol, indices: dict[str, int]) -> Any:
        return _member(self._shifted(s.name) if self.shifted else self.world.values[s.name], s.indices, indices)

    def _shifted(self, name: str) -> Any:
        if name not in self._displaced:
            self._displaced[name] = displaced(self.world, name)
        return self._displaced[name]

    def _size(self, dim: Dim) -> int:
        return drawn_size(dim, self.world.sizes)

    def _data(self, data: Any, indices: dict[str, int]) -> Any:
        if isinstance(data, Dim):
            return self._size(data)
        if isinstance(data, Index):
            return data.at(indices)
        if isinstance(data, Function):
            return self._function(data), _member(self.world.values[data.name], data.indices, indices)
        return tuple(self._data(d, indices) for d in data) if isinstance(data, tuple) else data

    def _function(self, f: Function) -> Function:
        """The function with numbers for its sizes."""
        shape, argument = (shape_of(*map(self._size, sizes)) for sizes in (f.shape, f.argument))
        return replace(f, shape=shape, argument=argument)

    def _over_index(self, e: Expr, indices: dict[str, int], memo: dict[Expr, Any]) -> Any:
        """A sum or a product over an index."""
        key = index_key(e.data)
        parts: list[Any] = []
        if not e.data.size.names and e.data.size.value({}) > LARGEST and e.args[0].ops & INDEX_VALUE.bit:
            raise Unchecked(f"a sum of more than {LARGEST} terms that counts them")
        fixed = {part: self._value(part, indices, memo) for part in self._fixed(e.args[0], key, indices)}
        for value in range(e.data.ends[0], self._size(e.data.size) - e.data.ends[1]):
            if e.data.but is not None and not COUNTS[e.data.but[0]](value, indices[e.data.but[1]]):
                continue
            inner = {**indices, e.data.name: value}
            known = self._memo(inner)
            known.update(fixed)
            parts.append(self._value(e.args[0], inner, known))
        if not parts:
            return self.np.full((1, *map(self._size, e.shape)), float(e.op is not INDEXED_SUM))
        if e.op is COLUMNS:
            return self.np.concatenate(self.np.broadcast_arrays(*parts), axis=-1)
        return reduce(operator.add if e.op is INDEXED_SUM else operator.mul, parts)

    def _fixed(self, body: Expr, key: str, indices: dict[str, int]) -> Iterator[Expr]:
        """The largest parts of what is summed that do not depend on the index."""
        stack = [body]
        while stack:
            e = stack.pop()
            if key not in e.free and all(name[1:] in indices for name in e.free if name[0] == "#"):
                yield e
            elif e.op.value is not None:
                stack += e.args

    def _differential(self, e: Expr, indices: dict[str, int]) -> Any:
        np = self.np
        if e.op is SYMBOL and e.data.name not in self.world.definitions:
            if e.data.name not in self.world.directions:
                return np.zeros((1, self._size(e.shape[0]), self._size(e.shape[1])))
            return _member(self.world.directions[e.data.name], e.data.indices, indices)
        if self._shift is None:
            self._shift = Evaluator(self.world, shifted=True)
        stacked = self._shift._value(e, indices, self._shift._memo(indices))
        if stacked.shape[0] == 1:
            return np.zeros((1, *stacked.shape[1:]))
        quarters = stacked.reshape(len(STENCIL), -1)
        slope = np.dot(WEIGHTS, quarters).reshape(POINTS, *stacked.shape[1:]) / self.world.step
        noise = EPSILON * np.abs(stacked).max() / self.world.step
        return slope if noise <= TOLERANCE * max(np.abs(slope).max(), SMALL) else np.full_like(slope, np.nan)


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
