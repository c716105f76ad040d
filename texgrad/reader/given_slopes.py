r"""Gradients and Hessians at a point that does not vary, as in `f(y) + \nabla f(y)^\top(x-y)`: they are given."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from texgrad.reader.names import GRADIENT
from texgrad.reader.nested import letters
from texgrad.reader.said import Definition
from texgrad.reader.tree import Name, Tree

_NAME = re.compile(r"(\\[a-zA-Z]+(?:\{\w+\})?|[a-zA-Z])(?:_(?:\{([^{}]*)\}|(\w)))?")


def slopes_among(trees: Iterable[Tree]) -> list[Tree]:
    """The gradients and Hessians at points among the nodes of trees."""
    return [t for t in trees if t.op == "name" and t.data.base.startswith(GRADIENT)]


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
