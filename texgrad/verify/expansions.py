r"""Equations up to some order: both sides are compared by their Taylor polynomials in what is small."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from texgrad.algebra import Expr
from texgrad.reader import Side
from texgrad.verify.judge import Worlds
from texgrad.verify.worth import Worth

NODES = 8  # an even number, so that none is 0: a quotient has no value there
REACH = 0.02  # how far the outermost one is
EXACTLY = 1e-9  # what is smaller, relative to the values, is taken for 0


class Expanded(Worlds):
    """Worlds in which a side is worth its Taylor polynomial of a degree below an order in a variable."""

    variable = ""
    order = 0

    def assuming(self, more: Mapping[str, frozenset[str]]) -> Expanded:
        """The same where more holds of some symbols."""
        return made_of(super().assuming(more), self.variable, self.order)

    def evaluated(self, worth: Worth, e: Expr) -> Any:
        """The polynomial at the value of the variable, at all points; None where there is none."""
        np, world = self.np, worth.world
        if self.variable not in world.values or self.variable in world.definitions:
            return None
        small = world.values[self.variable]
        nodes = np.linspace(-REACH, REACH, NODES)
        found = []
        for node in nodes:
            values = {**world.values, self.variable: node * small}
            found.append(super().evaluated(Worth(replace(world, values=values), worth.fixed, self.effort), e))
        if any(f is None for f in found):
            return None
        stacked = np.stack([np.broadcast_to(f, max((g.shape for g in found), key=len)) for f in found])
        scaled = np.linalg.solve(np.vander(nodes / REACH, increasing=True), stacked.reshape(len(nodes), -1))
        size = abs(stacked).max()
        scaled[abs(scaled) < EXACTLY * size] = 0.0
        powers = (1 / REACH) ** np.arange(self.order)
        return (powers @ scaled[: self.order]).reshape(stacked.shape[1:])


    def _partly(self, attempt: int, left: Expr, right: Expr) -> str:
        """Where a side has no value at some points, nothing is said."""
        return ""


def expanded(worlds: Worlds, *sides: Side) -> Worlds | None:
    """The worlds in which sides are compared of which some leave out something; None where nothing can be said."""
    left_out = [s.remainder for s in sides if s.remainder is not None]
    if not left_out:
        return worlds
    variables = {r.variable for r in left_out}
    if len(variables) > 1 or not all(r.order for r in left_out):
        return None
    return made_of(worlds, variables.pop(), min(r.order for r in left_out))


def made_of(worlds: Worlds, variable: str, order: int) -> Expanded:
    """The same worlds with polynomials in a variable."""
    made = Expanded(worlds.sides, worlds.definitions, worlds.assume, worlds.varied, worlds.indices, worlds.effort)
    made.variable, made.order = variable, order
    return made
