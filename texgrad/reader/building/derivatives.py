"""Derivatives as parts of formulas."""

from __future__ import annotations

from texgrad.algebra import SYMBOL, Expr, node
from texgrad.operators import DERIVATIVE, ENTRY, directional_derivative, transpose, vec
from texgrad.reader.building.core import Building
from texgrad.reader.derivatives import DENOMINATOR, GRADIENT, NUMERATOR, Slope
from texgrad.reader.tree import Tree
from texgrad.shapes import ONE
from texgrad.source import fail


def build_derivative(builder: Building, tree: Tree) -> Expr:
    """A derivative; its data says whether rows belong to the variable."""
    slope: Slope = tree.data
    f, x = builder.build(tree.args[0]), builder.build(slope.variable)
    if x.op is not SYMBOL and not (x.op is ENTRY and x.args[0].op is SYMBOL):
        raise fail("unsupported", "a derivative by something that is no variable", tree.span)
    layout = builder.decided(tree)
    shape = builder.shape(tree)
    if len(tree.args) > 1:
        return directional_derivative(f, x, builder.build(tree.args[1]))
    second = () if slope.order == 1 else (x if slope.second is None else builder.build(slope.second),)
    if f.scalar or x.scalar or slope.order == 2:
        turned = f.scalar and not x.scalar and (layout == NUMERATOR) != slope.transposed and slope.order == 1
        if slope.vectorised and slope.order == 1:
            stacked = vec(node(DERIVATIVE, (f, x), GRADIENT, x.shape))
            return transpose(stacked) if turned else stacked
        if turned:
            return transpose(node(DERIVATIVE, (f, x), GRADIENT, shape[::-1]))
        return node(DERIVATIVE, (f, x, *second), GRADIENT, shape)
    if f.shape[0] == ONE:  # a row: its columns stay columns
        return node(DERIVATIVE, (transpose(f), x), DENOMINATOR, shape)
    kind = NUMERATOR if layout != DENOMINATOR or slope.transposed else DENOMINATOR
    return node(DERIVATIVE, (vec(f), x), kind, shape)
