"""Derivatives inside equations: the variables of those that do not name one as the function does."""

from __future__ import annotations

import re
from collections.abc import Mapping

from texgrad.reader.derivatives import Slope
from texgrad.reader.lookup import Lookup
from texgrad.reader.parsing import Parser
from texgrad.reader.tree import Name, Tree, rewritten, walk
from texgrad.source import TexgradError, fail

_FONT = re.compile(r"\\[a-zA-Z]+\{([^{}]*)\}")
USUAL = ("x", "w", r"\theta", r"\beta", "z", "X", "W")


class Slopes:
    """Finds the variables of the derivatives.

    squares: the names that stand for squares of others. variable: that of a bare ∇, if it is known.
    """

    def __init__(self, lookup: Lookup, parse: Parser, squares: Mapping[str, Name], variable: str) -> None:
        self.lookup, self.parse, self.squares, self.variable = lookup, parse, squares, variable
        self.spoken_of: dict[str, frozenset[str]] = {}  # by the definitions of names

    def resolved(self, tree: Tree) -> Tree:
        """The tree with a variable that is known for every derivative in it."""

        def change(node: Tree) -> Tree | None:
            if node.op != "derivative":
                return None
            body = rewritten(node.args[0], change)
            slope: Slope = node.data
            if slope.variable.op == "variable":
                name = self._unnamed(body)
                slope = slope._replace(variable=Tree("name", (), name, node.start, node.start))
            else:
                slope = slope._replace(variable=self._known(slope.variable, body))
            return Tree("derivative", (body, *node.args[1:]), slope, node.start, node.end)

        return rewritten(tree, change)

    def _unnamed(self, body: Tree) -> Name:
        """The variable of a gradient that names none: the parameter of the function, or the one usual letter."""
        if self.variable:
            return Name(self.variable)
        found = self.lookup.definition(body.data.full) if body.op == "name" else None
        if found is not None and len(found.parameters) == 1:
            return Name(found.parameters[0])
        names = self.names(body)
        if len(names) == 1:
            return Name(names.pop())
        for letter in USUAL:
            usual = sorted(n for n in names if without_font(n) == letter)
            if usual:
                return Name(usual[0])
        raise fail("unsupported", "the gradient with respect to what?", body.span, r"write \nabla_x")

    def _known(self, variable: Tree, body: Tree) -> Tree:
        """The variable as it is called in the function."""
        name: Name = variable.data
        present = self.names(body)
        if name.full in present or (name.sub and name.base in present):
            return variable
        twins = sorted(n for n in present if without_font(n) == without_font(name.full))
        if len(twins) == 1:
            return Tree("name", (), Name(twins[0]), *variable.span)
        own = {t.data.full for t in walk(body) if t.op == "name"}
        declared = self.lookup.said.declared.keys()
        if not present or not own >= present or not present | {name.full} <= declared:
            message = f"{name.full} does not occur in the function"
            raise fail("undeclared", message, variable.span, "define the function")
        return variable

    def names(self, body: Tree) -> set[str]:
        """The names in a tree and in the definitions that it needs, those that are entries by their letter too."""
        found: set[str] = set()
        waiting = [self._within(body)]
        while waiting:
            for name in waiting.pop() - found:
                found.add(name)
                called = self.lookup.said.functions.get(name)
                if called is not None and called.of:
                    found.add(called.of)
                if name not in self.spoken_of:
                    self.spoken_of[name] = frozenset().union(*map(self._within, self.meaning(name)))
                waiting.append(self.spoken_of[name])
        return found

    def _within(self, body: Tree) -> frozenset[str]:
        """The names in a tree."""
        found: set[str] = set()
        waiting = [body]
        while waiting:
            for t in walk(waiting.pop()):
                if t.op == "derivative":
                    waiting.append(t.data.variable)
                elif t.op == "call":
                    found.add(t.data)
                elif t.op == "name":
                    found |= {t.data.full, t.data.base}
        return frozenset(found | {self.squares[n].full for n in found if n in self.squares})

    def meaning(self, name: str) -> list[Tree]:
        """What a name is defined as, if that can be read."""
        made = self.lookup.definition(name)
        if made is None and "_" in name:
            base = name.partition("_")[0]
            made = next((d for count in (1, 2) for d in self.lookup.said.families(base, count)), None)
        try:
            return [] if made is None else [self.parse(made.right)]
        except TexgradError:
            return []


def without_font(name: str) -> str:
    r"""A name without fonts and accents: `\hat{\mathbf{w}}` is a kind of `w`."""
    while (plain := _FONT.sub(r"\1", name)) != name:
        name = plain
    return name
