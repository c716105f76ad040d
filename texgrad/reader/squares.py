r"""Squares and inverses that are symbols of their own: `\sigma^2`, `\Sigma^{-1}`, by which people differentiate."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction

from texgrad.operators import INVERSE
from texgrad.reader.items import Items, canonical
from texgrad.reader.names import letters_below
from texgrad.reader.tails import bound_in
from texgrad.reader.tree import Name, Tree
from texgrad.shapes import lowest
from texgrad.source import Span, fail

# letters of what is positive, and whose square has the definition
SPREADS = frozenset((r"\sigma", r"\tau", r"\omega", r"\nu", r"\rho", "s", "r", "R"))
SQUARE = re.compile(r"(.*)\^2((?:_.*)?)")
INVERTED = "^{-1}"


def squared_name(items: Items) -> Name | None:
    r"""The symbol that `\sigma^2`, `\sigma_n^2` or `\Sigma^{-1}` is; None for other items."""
    if not items or items[0].kind != "name" or len(items) > 3:
        return None
    scripts = {i.kind: i.body[0] for i in items[1:] if i.kind in ("_", "^")}
    if len(items) != 1 + len(scripts):
        return None
    above, below = canonical(scripts.get("^", ())), scripts.get("_", ())
    if above == "-1" and not below:
        return Name(items[0].text + INVERTED)
    return Name(items[0].text + "^2", below) if above == "2" else None


def squares_among(names: Iterable[str]) -> dict[str, Name]:
    """The squares and inverses among names, by the names that are squared or inverted."""
    named = tuple(names)
    found = ((SQUARE.fullmatch(name), name) for name in named)
    squares = {m[1] + m[2]: Name(name) for m, name in found if m}
    return squares | {name.removesuffix(INVERTED): Name(name) for name in named if name.endswith(INVERTED)}


def of_members(asked: Iterable[Name], nodes: Collection[Tree]) -> dict[str, Name]:
    r"""The squares of the other members of families, `\sigma_m^2` below a sum over m, where one is asked about."""
    bases = {name.base for name in asked if name.sub and name.base.endswith("^2")}
    if not bases:
        return {}
    bound = bound_in(nodes)
    names = (t.data for t in nodes if t.op == "name" and f"{t.data.base}^2" in bases)
    return {n.full: Name(f"{n.base}^2", n.sub) for n in names if not set(bound).isdisjoint(letters_below(n))}


def exponent(tree: Tree) -> Fraction:
    """The exponent of a power, where it is a number; 1 for a name alone."""
    if tree.op is INVERSE:
        return Fraction(-1)
    if tree.op != "power":
        return Fraction(1)
    above, sign = tree.args[1], 1
    while above.op == "sum" and len(above.args) == 1:
        above, sign = above.args[0], sign * above.data[0]
    if above.op == "quotient" and all(a.op == "number" for a in above.args) and above.args[1].data:
        return Fraction(sign * above.args[0].data, above.args[1].data)
    return sign * above.data if above.op == "number" else Fraction(1)


def with_squares(tree: Tree, squares: Mapping[str, Name]) -> Tree | None:
    """A power of a name whose square or inverse is a symbol, as a power of that symbol; None for other trees."""
    power = tree.op in ("power", INVERSE)
    base = tree.args[0] if power else tree
    if base.op != "name" or base.data.full not in squares:
        return None
    raised = exponent(tree) if power else Fraction(1)
    inverted = squares[base.data.full].full.endswith(INVERTED)
    if not inverted and raised % 2 and base.data.base not in SPREADS:
        name = squares[base.data.full].full
        help = f"ask for the derivative by {base.data.full}"
        raise fail("unsupported", f"{base.data.full} stands here besides {name}", tree.span, help)
    square = Tree("name", (), squares[base.data.full], tree.start, tree.end)
    half = -raised if inverted else lowest(Fraction(raised) / 2)  # a spread is positive, and the root of its square
    if half != 1:
        square.core = Span(tree.start, tree.start)  # its spelling does not stand here
    if half == 1:
        return square
    if half == -1:
        return Tree(INVERSE, (square,), None, tree.start, tree.end)
    number = Tree("number", (), abs(half), tree.start, tree.end)
    above = number if half > 0 else Tree("sum", (number,), (-1,), tree.start, tree.end)
    return Tree("power", (square, above), None, tree.start, tree.end)
