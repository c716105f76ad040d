"""Every printed line of a solution read back from its LaTeX and evaluated, apart from the writer and the line check.

What is known is what the solution says of itself: its symbols, its definitions and its function. Derivatives on the
left of a line are worth finite differences of the function.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product as pairs
from typing import Any

import numpy as np

from texgrad.algebra import Expr, symbol
from texgrad.check_values import Evaluator
from texgrad.check_worlds import directed, world
from texgrad.operators import differential
from texgrad.reader import read_equation, read_expression
from texgrad.shapes import ONE, Dim, Index, Shape, shape_of
from texgrad.solution import Solution

NONE: Mapping[str, Index] = {}


class Readback:
    """The lines of one solution as numbers.

    function: what the lines call it. families: the index of each symbol that is a family. indices: those that stand
    free in the lines. extra: other names in the lines, such as an increment.
    """

    def __init__(
        self, solution: Solution, function: str = "f", families: Mapping[str, Index] = NONE,
        indices: Iterable[Index] = (), extra: Iterable[Expr] = (),
    ) -> None:  # fmt: skip
        said = json.loads(solution.to_json())
        self.indices = {i.name: i for i in (*indices, *families.values())}
        self.symbols = {e.data.name: e for e in extra}
        for s in said["symbols"]:
            at = (families[s["latex"]],) if s["latex"] in families else ()
            self.symbols[s["latex"]] = symbol(s["latex"], _shape(s["shape"][len(at) :]), s["assume"], at)
        known = tuple(self.symbols.values())
        self.definitions: dict[str, Expr] = {}
        for d in said["definitions"]:
            self._define(*d["latex"].split(" = ", 1))
        self.body = self.read(said["expression"])
        self._named(function, self.body)
        varying = {name.rstrip("}").rsplit("_{", 1)[0] for name in said["wrt"]}
        made = world((self.body, *known), frozenset((*varying, *(e.data.name for e in extra))), self.definitions)
        at_one = {i.name: 1 % i.size.value(made.sizes) for i in self.indices.values()}
        self.world = replace(made, indices={**made.indices, **at_one})
        self.value = Evaluator(self.world)

    def _define(self, name: str, body: str) -> None:
        member = re.fullmatch(r"(.+)_([a-z])", name)
        if member and member[2] in self.indices:
            self._named(member[1], self.read(body), (self.indices[member[2]],))
        else:
            self._named(name, self.read(body))

    def _named(self, name: str, body: Expr, at: tuple[Index, ...] = ()) -> None:
        self.symbols[name] = symbol(name, body.shape, (), at)
        self.definitions[name] = body

    def read(self, latex: str) -> Expr:
        """A formula over what is known."""
        return read_expression(latex, self.symbols, self.indices)

    def sides(self, latex: str) -> list[Expr]:
        """The sides of an equation."""
        return read_equation(latex, self.symbols, self.indices)

    def derivative(self, e: Expr, variable: str) -> Any:
        """∂e/∂x by finite differences, axes (point, *axes of e, *axes of x)."""
        x = self.symbols[variable]
        shape = tuple(d.value(self.world.sizes) for d in x.shape)
        parts = []
        for at in pairs(*map(range, shape)):
            direction = np.zeros((1, *shape))
            direction[(0, *at)] = 1.0
            direction = np.broadcast_to(direction, self.world.values[variable].shape)
            parts.append(Evaluator(directed(self.world, {variable: direction}))(differential(e)))
        stacked = np.stack(np.broadcast_arrays(*parts), axis=-1)
        return stacked.reshape(*stacked.shape[:-1], *shape)


def _shape(sizes: list[str]) -> Shape:
    return shape_of(*(Dim.of(int(s)) if s.isdigit() else _size(s) for s in sizes))


def _size(text: str) -> Dim:
    total = ONE
    for letter in text:
        total = total * Dim.of(letter)
    return total


def close(a: Any, b: Any, tolerance: float = 1e-6) -> bool:
    """Whether two stacks of values agree, in shape too."""
    if a.shape[1:] != b.shape[1:]:
        return False
    a, b = np.broadcast_arrays(a, b)
    return bool(np.isfinite(a).all() and np.abs(a - b).max() <= tolerance * max(1.0, np.abs(b).max()))
