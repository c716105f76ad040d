"""Reading back what was printed: expressions and equations over known symbols, with differentials and indices."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from texgrad.algebra import COMPLEX, SYMBOL, Expr
from texgrad.operators import UNKNOWN_FUNCTION
from texgrad.reader.building import Builder
from texgrad.reader.calls import name_called
from texgrad.reader.conjugates import conjugated, superscripts
from texgrad.reader.definitions import collect
from texgrad.reader.fields import Field
from texgrad.reader.functions import together
from texgrad.reader.grammar import parse
from texgrad.reader.items import Items
from texgrad.reader.names import Called, Declared, Scope
from texgrad.reader.primes import PRIME, with_primes
from texgrad.reader.problem import Source
from texgrad.reader.solve import solve
from texgrad.reader.squares import squares_among, with_squares
from texgrad.reader.statements import read_formula
from texgrad.reader.tree import Tree, Unknown, rewritten
from texgrad.shapes import Dim, Index
from texgrad.source import fail

Macros = Mapping[str, str | Sequence[object]]
NO_INDICES: Mapping[str, Index] = {}
NO_MACROS: Macros = {}


def read_expression(
    latex: str, symbols: Mapping[str, Expr], indices: Mapping[str, Index] = NO_INDICES, macros: Macros = NO_MACROS
) -> Expr:
    """The expression that `latex` is, where every name in it is known."""
    sides = read_equation(latex, symbols, indices, macros)
    if len(sides) != 1:
        raise fail("syntax", "an equation where an expression was expected")
    return sides[0]


def read_equation(
    latex: str, symbols: Mapping[str, Expr], indices: Mapping[str, Index] = NO_INDICES, macros: Macros = NO_MACROS
) -> list[Expr]:
    """The sides of an equation such as `a &= b = c`, where every name in it is known."""
    try:
        formula = read_formula(Source(latex), collect([latex], macros) if macros or "\\" in latex else {})
        found = formula.statements
        primed = {name.removesuffix(PRIME) for name in symbols if name.endswith(PRIME)}
        sides: list[Items] = [with_primes(side, primed) for statement in found for side in statement.sides]
        return [_expression(side, symbols, indices) for side in sides]
    except RecursionError:
        raise fail("too-large", "the formula nests too deep") from None


def _function(tree: Tree, functions: Collection[str]) -> Tree | None:
    """A call of a function without a formula."""
    if tree.op != "call":
        return None
    argument = together([rewritten(a, lambda t: _function(t, functions)) for a in tree.args])
    name = name_called(tree, functions)
    return Tree("unknown", (argument,), Unknown(name.base, 0, name.sub), tree.start, tree.end)


def _expression(items: Items, symbols: Mapping[str, Expr], indices: Mapping[str, Index]) -> Expr:
    declared: dict[str, Declared] = {}
    functions: dict[str, Called] = {}
    sizes: set[str] = {n for i in indices.values() for n in i.size.names}
    for name, expr in symbols.items():
        if expr.op is UNKNOWN_FUNCTION:
            functions[name] = Called(expr.data.shape, expr.data.argument)
        family = expr.data.indices[0].size if expr.op is SYMBOL and expr.data.indices else None
        declared[name] = Declared(expr.shape, frozenset(), family, family is not None)
        sizes.update(n for size in expr.shape for n in size.names)
        sizes.update(family.names if family is not None else ())
    free: dict[str, Dim | None] = {n: i.size for n, i in indices.items()}
    held = any(e.ops & COMPLEX.bit for e in symbols.values())
    scope = Scope(declared, functions, free, set(symbols), sizes - set(symbols), set(), True, field=Field(held))
    squares = squares_among(symbols)
    tree = rewritten(parse(items, functions, superscripts(symbols), True), lambda t: _function(t, functions))
    tree = conjugated(tree, symbols, symbols, False) if held else tree
    tree = rewritten(tree, lambda t: with_squares(t, squares)) if squares else tree
    typing = solve(scope, [], tree)
    return Builder(typing, symbols).whole(tree)
