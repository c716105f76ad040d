"""Definitions of what is its own transpose, as far as one can see."""

from __future__ import annotations

from collections.abc import Callable

from texgrad.operators import symmetric
from texgrad.reader.building import Builder
from texgrad.reader.items import Items
from texgrad.reader.names import Scope
from texgrad.reader.said import Definition
from texgrad.reader.solve import solve
from texgrad.reader.tree import Tree, walk
from texgrad.shapes import ONE
from texgrad.source import TexgradError


def own_transpose(found: Definition, scope: Scope, parse: Callable[[Items], Tree]) -> bool:
    r"""Whether a definition is its own transpose, such as `K = \sigma^2R + \tau I` with a symmetric R."""
    try:
        right = parse(found.right)
        if any(t.op == "derivative" and t.data.variable.op == "variable" for t in walk(right)):
            return False
        worth = Builder(solve(scope, (), right)).whole(right)
    except TexgradError:
        return False
    return ONE not in worth.shape and symmetric(worth)
