"""Functions of one number that an author defines, `s(a) = 1/(1+e^{-a})`, applied to the entries of vectors."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from texgrad.algebra import Op
from texgrad.operators import EXP, INVERSE
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


def logistic(body: Tree, parameter: str) -> bool:
    """Whether a formula is 1/(1 + e^{−z}) or e^z/(1 + e^z) of its parameter z, the logistic function."""
    if body.op is INVERSE:
        above, below = None, body.args[0]
    elif body.op == "quotient":
        above, below = body.args
    else:
        return False
    if below.op != "sum" or below.data != (1, 1) or sum(_one(t) for t in below.args) != 1:
        return False
    sign = _exponential(next(t for t in below.args if not _one(t)), parameter)
    return sign == -1 if above is None or _one(above) else sign == 1 == _exponential(above, parameter)


def _one(tree: Tree) -> bool:
    return tree.op == "number" and bool(tree.data == 1)


def _exponential(tree: Tree, parameter: str) -> int:
    """1 for e^z, −1 for e^{−z}, 0 for anything else."""
    euler = tree.op == "power" and tree.args[0].op == "name" and tree.args[0].data.full in EULER
    if not euler and tree.op is not EXP:
        return 0
    z, sign = tree.args[-1], 1
    if z.op == "sum" and len(z.args) == 1:
        (z,), (sign,) = z.args, z.data
    return int(sign) if z.op == "name" and z.data.full == parameter else 0


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
