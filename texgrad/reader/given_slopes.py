r"""Gradients and Hessians at a point that does not vary, as in `f(y) + \nabla f(y)^\top(x-y)`: they are given."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from texgrad.reader.names import GRADIENT
from texgrad.reader.nested import letters
from texgrad.reader.said import Definition
from texgrad.reader.tree import Name, SlopeName, Tree, Unknown, rewritten, walk

_NAME = re.compile(r"(\\[a-zA-Z]+(?:\{\w+\})?|[a-zA-Z])(?:_(?:\{([^{}]*)\}|(\w)))?")


def moving(function: Tree, varied: Collection[str], defined: Collection[str]) -> Tree:
    """The function with gradients and Hessians of functions without a formula in place of those that vary as they are.

    varied: the names by which is differentiated. defined: the names of functions that have a formula.
    """

    def change(tree: Tree) -> Tree | None:
        name = tree.data
        if tree.op != "name" or not isinstance(name, SlopeName) or name.call.data in defined:
            return None
        own = {t.data.full for t in walk(name.call.args[0]) if t.op == "name"}
        if own.isdisjoint(varied):
            return None
        return Tree("unknown", name.call.args, Unknown(name.call.data, name.order), tree.start, tree.end)

    return rewritten(function, change)


def is_hessian(name: Name) -> bool:
    """Whether it is a second derivative."""
    return "^" in name.base.split(" ")[0]


def varies(name: Name, varied: Collection[str], bound: Collection[str], apart: Collection[str],
           definitions: Iterable[Definition]) -> bool:  # fmt: skip
    """Whether a gradient at a point depends on what varies, or is another one for each index of a sum.

    varied: the names by which is differentiated. bound: indices of sums. apart: the names, with what stands below them,
    that are vectors of their own beside a variable of the same letter.
    """
    waiting: list[str] = []
    for letter, braced, plain in _NAME.findall(name.base.removeprefix(GRADIENT)):
        below = braced or plain
        if any(i in bound for i in below):
            return True
        full = f"{letter}_{{{below}}}" if len(below) > 1 else f"{letter}_{below}" if below else letter
        if full in varied or (letter in varied and full not in apart):
            return True
        waiting += [full] if below else [full, letter]
    right = {d.name.full: d.right for d in definitions}
    seen: set[str] = set()
    while waiting:
        top = waiting.pop()
        if top in seen or top not in right:
            continue
        seen.add(top)
        inner = letters((right[top],))
        if not inner.isdisjoint(varied):
            return True
        waiting += inner
    return False
