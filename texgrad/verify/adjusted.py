r"""Sides compared at points of a kind of which a text only speaks: unit vectors, skew matrices, means `\bar x`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from texgrad.algebra import SYMBOL, Expr
from texgrad.effort import Effort
from texgrad.reader import Equations, without_font
from texgrad.shapes import ONE
from texgrad.verify.judge import SAME, Worlds
from texgrad.verify.worth import Worth

SKEW, UNIT = "skew-symmetric", "normalised"  # what is only tried where the text speaks of such
Values = dict[str, Any]  # arrays by the names of symbols


class Adjusted(Worlds):
    """Worlds of which the values are changed."""

    def __init__(self, worlds: Worlds, change: Callable[[Any, Values], Values]) -> None:
        super().__init__(worlds.sides, worlds.definitions, worlds.assume, worlds.varied, worlds.indices, worlds.effort)
        self.change = change

    def world(self, attempt: int) -> Worth:
        """The world of an attempt, changed."""
        if attempt not in self.made:
            drawn = super().world(attempt)
            values = {**drawn.world.values, **self.change(self.np, dict(drawn.world.values))}
            self.made[attempt] = Worth(replace(drawn.world, values=values), drawn.fixed, self.effort)
        return self.made[attempt]


def means(read: Equations, worlds: Worlds, left: Expr, right: Expr) -> Worlds | None:
    r"""The worlds in which `\bar x`, of which nothing is said, is the mean of the members x_i; None without such."""
    symbols = {n: e for n, e in read.known.symbols.items() if e.op is SYMBOL}
    found: dict[str, str] = {}
    for name in sorted(left.free | right.free):
        if name in symbols and name not in read.known.defined and name.startswith(r"\bar{"):
            members = (n for n, e in symbols.items() if len(e.data.indices) == 1 and e.shape == symbols[name].shape)
            for member in members:
                if member != name and without_font(member) == without_font(name[5:-1]):
                    found[name] = member
    if not found:
        return None
    return Adjusted(worlds, lambda np, values: {
        n: values[x].mean(axis=1) for n, x in found.items() if n in values and values[x].ndim == values[n].ndim + 1
    })  # fmt: skip


def _units(read: Equations, left: Expr, right: Expr) -> list[list[str]]:
    """Vectors, and numbers of one letter that may be the components of a vector."""
    free = sorted((left.free | right.free) & read.known.symbols.keys() - read.known.defined)
    symbols = {n: e for n in free if (e := read.known.symbols[n]).op is SYMBOL and not e.data.indices}
    groups: dict[str, list[str]] = {}
    for name, e in symbols.items():
        if e.scalar and "_" in name:
            groups.setdefault(name.split("_")[0], []).append(name)
        elif e.shape[1] == ONE != e.shape[0]:
            groups[name] = [name]
    return [g for base, g in groups.items() if len(g) > 1 or g == [base]]


def _normalised(groups: list[list[str]]) -> Callable[[Any, Values], Values]:
    def change(np: Any, values: Values) -> Values:
        out: Values = {}
        for names in groups:
            present = [n for n in names if n in values]
            size = sum((values[n] ** 2).sum(axis=(-2, -1), keepdims=True) for n in present)
            out |= {n: values[n] / np.sqrt(size) for n in present}
        return out

    return change


def _attempts(
    read: Equations, worlds: Worlds, left: Expr, right: Expr, stated: Callable[[str], bool]
) -> Iterator[Worlds]:
    """The worlds in which holds of what the text speaks."""
    if stated(f"matrices {SKEW}"):
        for name in sorted(left.free | right.free):
            e = read.known.symbols.get(name)
            if e is not None and e.op is SYMBOL and e.shape[0] == e.shape[1] != ONE:
                yield worlds.assuming({name: frozenset((SKEW, *worlds.assume.get(name, ())))})
    if stated(f"vectors {UNIT}"):
        groups = _units(read, left, right)
        for chosen in (*([g] for g in groups), groups):
            if chosen:
                yield Adjusted(worlds, _normalised(chosen))


def as_spoken(
    read: Equations, worlds: Worlds, left: Expr, right: Expr, stated: Callable[[str], bool], effort: Effort
) -> bool:
    """Whether two sides agree where a matrix is skew, or vectors are of unit length, of which a text speaks."""
    attempts = _attempts(read, worlds, left, right, stated)
    return any(effort.left > 0 and w.compared(left, right) == SAME for w in attempts)
