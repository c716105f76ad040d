"""Functions of one number that an author defines, `s(a) = 1/(1+e^{-a})`, applied to the entries of vectors."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from texgrad.algebra import Op
from texgrad.operators import EXP, INVERSE, LOG, SIGMOID
from texgrad.reader.tree import Tree, bracketed, is_euler, rewritten, walk
from texgrad.reader.vocabulary import EULER
from texgrad.source import Span

BY_ENTRIES = {"product": "product by entries", "quotient": "quotient by entries", "power": "power by entries",
              "sum": "sum by entries"}  # fmt: skip


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
    of = _logistic_of(body)
    return of is not None and of.op == "name" and bool(of.data.full == parameter)


def _logistic_of(body: Tree) -> Tree | None:
    """The z of which a formula is the logistic function, 1/(1 + e^{−z}) or e^z/(1 + e^z); None for other formulas."""
    if body.op is INVERSE:
        above, below = None, body.args[0]
    elif body.op == "quotient":
        above, below = body.args
    else:
        return None
    if below.op != "sum" or below.data != (1, 1) or sum(_one(t) for t in below.args) != 1:
        return None
    found = _exponential(next(t for t in below.args if not _one(t)))
    if found is None:
        return None
    z, sign = found
    if above is None or _one(above):
        return z if sign == -1 else None
    numerator = _exponential(above)
    return z if sign == 1 and numerator is not None and numerator[1] == 1 and alike(z, numerator[0]) else None


def _one(tree: Tree) -> bool:
    return tree.op == "number" and bool(tree.data == 1)


def _exponential(tree: Tree) -> tuple[Tree, int] | None:
    """What e is raised to, and the sign before it."""
    if not (tree.op == "power" and is_euler(tree.args[0])) and tree.op is not EXP:
        return None
    z, sign = tree.args[-1], 1
    if z.op == "sum" and len(z.args) == 1:
        (z,), (sign,) = z.args, z.data
    return z, int(sign)


def alike(first: Tree, second: Tree) -> bool:
    """Whether two trees are the same but for their places."""
    pairs = [(first, second)]
    while pairs:
        a, b = pairs.pop()
        named = a.op == "name" == b.op
        same = a.data.full == b.data.full if named else a.data == b.data
        if a.op != b.op or not same or len(a.args) != len(b.args):
            return False
        pairs += zip(a.args, b.args, strict=True)
    return True


def with_logistic(tree: Tree) -> Tree:
    r"""The tree with σ for what is logistic, where it stands as in `y\log p+(1-y)\log(1-p)`."""
    if not any(node.op is LOG and _rest(node.args[0]) is not None for node in walk(tree)):
        return tree

    def change(node: Tree) -> Tree | None:
        if node.op is not LOG:
            return None
        body = node.args[0]
        part = _rest(body)
        of = _logistic_of(body if part is None else part)
        if of is None:
            return None
        made = Tree(SIGMOID, (with_logistic(of),), None, body.start, body.end)
        made.core = Span(body.start, body.start)  # it is not spelt like that there
        made = made if part is None else Tree("sum", (body.args[0], made), body.data, body.start, body.end)
        return Tree(LOG, (made,), node.data, node.start, node.end)

    return rewritten(tree, change)


def _rest(tree: Tree) -> Tree | None:
    """The p of 1 − p, if it is logistic."""
    rest = tree.op == "sum" and tree.data == (1, -1) and _one(tree.args[0])
    return tree.args[1] if rest and _logistic_of(tree.args[1]) is not None else None


def by_entries(tree: Tree) -> Tree:
    """A formula for a number as the same formula for every entry."""
    args = tuple(by_entries(a) for a in tree.args)
    if tree.op == "root":
        half = Tree("number", (), Fraction(1, 2), tree.start, tree.end)
        return Tree("power by entries", (*args, half), None, tree.start, tree.end)
    if tree.op == "power" and is_euler(args[0]):
        return Tree(EXP, args[1:], None, tree.start, tree.end)
    made = bracketed(tree, tree.start, tree.end, tree.fenced)
    made.args = args
    if isinstance(tree.op, str):
        made.op = BY_ENTRIES.get(tree.op, tree.op)
    return made
