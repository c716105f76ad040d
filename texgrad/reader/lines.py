r"""Matrices beside members of their letter: `\|U\|_F^2` is the sum of all `\|u_i\|^2`, be they rows or columns."""

from __future__ import annotations

from collections.abc import Collection

from texgrad.operators import NORM
from texgrad.reader.conditions import Range
from texgrad.reader.names import subscript
from texgrad.reader.tree import Name, Tree, bracketed, rewritten, walk
from texgrad.source import Span


def capital_of(letter: str) -> str:
    r"""The capital of a letter in its font, `\mathbf{U}` of `\mathbf{u}`; "" where it is none that has one."""
    opening, brace, rest = letter.rpartition("{")
    inner = rest.rstrip("}")
    if len(inner) != 1 or not inner.islower():
        return ""
    return f"{opening}{brace}{inner.upper()}{rest[1:]}"


def by_members(tree: Tree, bases: Collection[str]) -> Tree:
    """The formula with the squared norms of matrices as sums over the members that are asked about."""
    wholes = {whole: base for base in bases if (whole := capital_of(base))}
    if not wholes:
        return tree
    names = [t.data for t in walk(tree) if t.op == "name"]
    below = {n.base: subscript(n)[0] for n in names if n.base in bases and len(subscript(n)) == 1}

    def change(node: Tree) -> Tree | None:
        if node.op != "power" or node.args[0].op is not NORM or (node.args[0].data or "F") != "F":
            return None
        (inner,), above = node.args[0].args, node.args[1]
        base = wholes.get(inner.data.full, "") if inner.op == "name" else ""
        if above.op != "number" or above.data != 2 or base not in below:
            return None
        here, letter = node.start, below[base]
        index = next(i for n in names if n.base == base for i in n.sub)
        member = Tree("name", (), Name(base, (index._replace(text=letter),)), here, here)
        square = Tree("power", (Tree(NORM, (member,), "2", here, here), above), None, here, here)
        over = Range((letter,), (), here, Span(here, here))
        return bracketed(Tree("sum over", (square,), over, here, here), here, here)

    return rewritten(tree, change)
