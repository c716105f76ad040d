"""Derivatives and equations as parts of formulas: how they are typed."""

from __future__ import annotations

from typing import NamedTuple

from texgrad.reader.arithmetic import Arithmetic
from texgrad.reader.symbols import Misfit
from texgrad.reader.tree import Tree
from texgrad.reader.types import SCALAR_FORM, Form
from texgrad.shapes import ONE
from texgrad.source import TexgradError, fail

# how derivatives are laid out, and what it costs: gradients like their variable and Jacobians dy = J dx; all with a
# column for every entry of the variable; all with a row for it
GRADIENT, NUMERATOR, DENOMINATOR = "gradient", "numerator", "denominator"
LAYOUTS = ((0, GRADIENT), (1, NUMERATOR), (1, DENOMINATOR))
MISFIT, UNLIKE, TURNED = 40, 20, 12


class Slope(NamedTuple):
    """By what something is differentiated: the variable, another one for the columns of a second derivative.

    transposed: ∂x^T below; vectorised: the variable is stacked.
    """

    variable: Tree
    second: Tree | None = None
    order: int = 1
    transposed: bool = False
    vectorised: bool = False


def derivative_form(typing: Arithmetic, tree: Tree) -> Form:
    """The shape of a derivative in the layout chosen."""
    slope: Slope = tree.data
    f, x = typing.shape(tree.args[0]), typing.shape(slope.variable)
    forced = typing.scope.layout
    layout = typing.choose("layout", ((0, forced),) if forced else LAYOUTS)
    typing.decided[id(tree)] = layout
    if slope.vectorised:
        x = ((x[1], x[0]), ONE) if ONE not in x else x
    if slope.order == 2:
        return _second_form(typing, tree, f, x)
    if len(tree.args) > 1:  # along a direction
        if not typing.sizes.unify_forms(typing.shape(tree.args[1]), x):
            raise Misfit(tree, "the direction is no step of the variable")
        return f
    if f == SCALAR_FORM:
        return x[::-1] if (layout == NUMERATOR) != slope.transposed else x
    if x == SCALAR_FORM:
        return f
    if f[0] == ONE and x[1] == ONE:
        return x[0], f[1]
    if f[1] != ONE or x[1] != ONE:
        raise fail("unsupported", "a derivative that is no matrix", tree.span)
    return (f[0], x[0]) if layout != DENOMINATOR or slope.transposed else (x[0], f[0])


def _second_form(typing: Arithmetic, tree: Tree, f: Form, x: Form) -> Form:
    """The shape of a second derivative."""
    slope: Slope = tree.data
    y = x if slope.second is None else typing.shape(slope.second)
    if x == SCALAR_FORM == y:
        return f
    if f != SCALAR_FORM or x[1] != ONE or y[1] != ONE:
        raise fail("unsupported", "a second derivative that is no matrix", tree.span)
    return x[0], y[0]


def equations_form(typing: Arithmetic, tree: Tree) -> Form:
    """The sides of equations, typed one after the other; what does not fit is noted and costs something.

    data: for every side the number of the one that it is set equal to, or −1.
    """
    for number in range(len(tree.args)):
        equation_side(typing, tree, number)
    return SCALAR_FORM


def equation_side(typing: Arithmetic, tree: Tree, number: int) -> None:
    """One side of equations, after those before it."""
    form = _tried(typing, tree.args[number])
    typing.sides[number] = form
    left = typing.sides.get(tree.data[number])
    if form is not None and left is not None:
        _alike(typing, left, form)


def _tried(typing: Arithmetic, side: Tree) -> Form | None:
    """The shape of a side; None where it has none."""
    known = list(typing.sizes.known)
    try:
        return typing.shape(side)
    except (Misfit, TexgradError) as misfit:
        typing.sizes.known = known + [None] * (len(typing.sizes.known) - len(known))
        typing.misfits[id(side)] = misfit
        typing.penalty += MISFIT
        return None


def _alike(typing: Arithmetic, left: Form, form: Form) -> None:
    """Make the sides of an equation of one shape, if that can be."""
    known = list(typing.sizes.known)
    if typing.sizes.unify_forms(left, form):
        return
    typing.sizes.known = list(known)
    if SCALAR_FORM not in (left, form) and typing.sizes.unify_forms(left, form[::-1]):
        typing.penalty += TURNED
        return
    typing.sizes.known = known
    typing.penalty += UNLIKE
