"""Functions of one number that an author defines, `s(a) = 1/(1+e^{-a})`, applied to the entries of vectors."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from texgrad.algebra import Op
from texgrad.operators import EXP
from texgrad.reader.tree import Tree, bracketed, walk

BY_ENTRIES = {"product": "product by entries", "quotient": "quotient by entries", "power": "power by entries",
              "sum": "sum by entries"}  # fmt: skip
EULER = ("e", r"\mathrm{e}")


def of_a_number(body: Tree, parameter: str, numbers: Collection[str]) -> bool:
    """Whether a formula makes sense for a number in the place of its parameter, and names nothing but numbers."""
    if parameter.rsplit("{", 1)[-1][:1].isupper():
        return False
    for tree in walk(body):
        elementwise = isinstance(tree.op, Op) and tree.op.elementwise
        if tree.op == "name":
            if tree.data.full not in (parameter, r"\pi", *EULER, *numbers):
                return False
        elif not elementwise and tree.op not in ("number", "root", "call", *BY_ENTRIES):
            return False
    return True


def by_entries(tree: Tree) -> Tree:
    """A formula for a number as the same formula for every entry."""
    args = tuple(by_entries(a) for a in tree.args)
    if tree.op == "root":
        half = Tree("number", (), Fraction(1, 2), tree.start, tree.end)
        return Tree("power by entries", (*args, half), None, tree.start, tree.end)
    if tree.op == "power" and args[0].op == "name" and args[0].data.full in EULER:
        return Tree(EXP, args[1:], None, tree.start, tree.end)
    made = bracketed(tree, tree.start, tree.end, tree.fenced)
    made.args = args
    if isinstance(tree.op, str):
        made.op = BY_ENTRIES.get(tree.op, tree.op)
    return made
