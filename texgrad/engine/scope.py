"""What varies and what names stand for, and d of it, left to be worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from texgrad.algebra import SUM, SYMBOL, Expr, scale, split, zero
from texgrad.engine.chains import Pair
from texgrad.immutable import immutable, lazy
from texgrad.operators import (
    BOTTOM,
    BOTTOM_INDEX,
    CONJUGATE,
    ENTRY,
    PEAK,
    PRODUCT,
    TOP,
    TOP_INDEX,
    TRANSPOSE,
    differential,
    entry,
    product,
    transpose,
)

STEADY = frozenset((TOP, BOTTOM, TOP_INDEX, BOTTOM_INDEX, PEAK))  # what stays the same nearly everywhere


@immutable
class Scope:
    """What varies (names of variables) and what names stand for; sides: names beside the factors of long products."""

    variables: frozenset[str]
    definitions: Mapping[str, Expr]
    sides: Mapping[Expr, tuple[Pair, ...]] = field(default_factory=dict)

    @lazy
    def varying(self) -> frozenset[str]:
        """The variables and every name whose definition depends on one."""
        found = set(self.variables)
        for name, definition in self.definitions.items():
            if not definition.free.isdisjoint(found) and definition.op not in STEADY:
                found.add(name)
        return frozenset(found)

    def varies(self, e: Expr) -> bool:
        """Whether `e` depends on a variable otherwise than by jumps."""
        return e.op not in STEADY and not e.free.isdisjoint(self.varying)

    def meant(self, e: Expr) -> Expr:
        """What a name stands for; `e` itself if it is none."""
        while e.op is SYMBOL and e.data.name in self.definitions:
            e = self.definitions[e.data.name]
        return e

    def named(self, symbol: Expr, definition: Expr) -> Scope:
        """This scope with one more name."""
        new = Scope(self.variables, {**self.definitions, symbol.data.name: definition}, self.sides)
        new.__dict__["varying"] = self.varying | ({symbol.data.name} if self.varies(definition) else set())
        return new

    def is_variable(self, e: Expr) -> bool:
        """Whether `e` is one of the variables itself, or the conjugate of one."""
        if e.op is CONJUGATE:
            e = e.args[0]
        return e.op is SYMBOL and e.data.name in self.variables


def pending(e: Expr, scope: Scope) -> Expr:
    """d e, left to be worked out; zero where nothing varies, and done at once for aᵀx and cX."""
    if not scope.varies(e):
        return zero(e.shape)
    if e.op is ENTRY and scope.is_variable(e.args[0]):  # dx_i
        return entry(differential(e.args[0]), *e.data)
    if e.op is TRANSPOSE:
        return transpose(pending(e.args[0], scope))
    if e.op is SUM:
        varied = [t for t in e.args if scope.varies(t)]
        if len(varied) == 1 and scope.is_variable(split(varied[0])[1]):
            return differential(varied[0])
    own, body = split(e)
    row = row_times(body, scope)
    return differential(e) if row is None else scale(own, row)


def row_times(e: Expr, scope: Scope) -> Expr | None:
    """aᵀdx, for aᵀx and xᵀa, and c dX for a constant number c times X."""
    if e.op is not PRODUCT or e.scalar == e.args[0].scalar:
        return None
    varied = [k for k, a in enumerate(e.args) if scope.varies(a)]
    if not e.scalar and not all(a.scalar for a in e.args[:-1]):
        return None
    if varied == [len(e.args) - 1] and scope.is_variable(e.args[-1]):
        return product(*e.args[:-1], differential(e.args[-1]))
    if varied == [0] and e.args[0].op is TRANSPOSE and scope.is_variable(e.args[0].args[0]):
        return product(*(transpose(a) for a in reversed(e.args[1:])), differential(e.args[0].args[0]))
    return None
