"""The definitions that equations need: of members and entries too, and of what is called without a parameter."""

from __future__ import annotations

from collections.abc import Collection

from texgrad.reader.calls import name_called
from texgrad.reader.capture import letters_in
from texgrad.reader.lookup import Lookup
from texgrad.reader.names import subscript
from texgrad.reader.needed import Needed, Usage
from texgrad.reader.parsing import Parser
from texgrad.reader.said import Definition
from texgrad.reader.slopes import Slopes
from texgrad.reader.subject import Subject
from texgrad.reader.summation import Convention
from texgrad.reader.tree import OVERS, Name, Tree, rewritten
from texgrad.source import fail


class Explained(Needed):
    """What equations need; factors: what is defined without a parameter and stands before brackets is a factor."""

    def __init__(self, subject: Subject, lookup: Lookup, parse: Parser, usage: Usage, convention: Convention,
                 slopes: Slopes, factors: bool) -> None:  # fmt: skip
        super().__init__(subject, lookup, parse, usage)
        self.convention, self.slopes, self.factors = convention, slopes, factors

    def family_definition(self, name: Name) -> Definition | None:
        """A definition for another index; one for this very index is that of a symbol, where no sum runs over it."""
        alone = self.convention.plain and self.bound.isdisjoint(subscript(name))
        return None if alone and self.lookup.definition(name.full) else super().family_definition(name)

    def need(self, name: str, above: tuple[str, ...]) -> None:
        """Note the definition of a name, or of what it is an entry of."""
        base = name.split("_")[0]
        super().need(name if base == name or self.lookup.definition(name) is not None else base, above)

    def worth(self, found: Definition) -> Tree:
        """What something is defined as, with the sums that have no sign where no others stand."""
        tree = super().worth(found)
        plain = self.convention.plain and not found.name.sub and not found.parameters and not tree.holds & OVERS
        return self.convention.summed(tree) if plain else tree

    def called(self, node: Tree, above: tuple[str, ...]) -> Tree:
        """A call of something that was defined without a parameter: the parameter is the name that stands in it."""
        found = self.lookup.definition(node.data)
        member = name_called(node) if found is None and len(node.args) == 1 else None
        family = self.family_definition(member) if member is not None and member.sub else None
        if member is not None and family is not None and not family.parameters:
            name = self.complete(Tree("name", (), member, node.start, node.end), above)
            return Tree("product", (name, self.complete(node.args[0], above)), ("", ""), node.start, node.end)
        below = found is not None and any("_" in p for p in found.parameters)
        if found is not None and below and _indexed_elsewhere(found, node, self.slopes.names(self.parse(found.right))):
            raise fail("unsupported", f"{node.data} takes other arguments", node.span)
        if found is None or found.parameters or len(node.args) != 1:
            return super().called(node, above)
        (argument,) = node.args
        first = argument.args[0] if argument.op == "sum" else argument
        name = self.complete(Tree("name", (), name_called(node), node.start, node.end), above)
        if first is argument and first.op == "name":
            return name
        applied = first.op == "name" and first.data.full in self.slopes.names(self.parse(found.right))
        if self.factors or not applied:
            return Tree("product", (name, self.complete(argument, above)), ("", ""), node.start, node.end)
        own = first.data.full

        def moved(tree: Tree) -> Tree | None:
            if tree.op != "name" or tree.data.full == own:
                return argument if tree.op == "name" else None
            inner = self.slopes.meaning(tree.data.full) if own in self.slopes.names(tree) else []
            return rewritten(inner[0], moved) if inner else None

        return self.inline(found, moved, (*above, node.data), letters_in((argument,)))


def _indexed_elsewhere(found: Definition, node: Tree, names: Collection[str]) -> bool:
    """Whether arguments have other indices than parameters that do not stand in the function: p(w_j) for p(w_o)."""
    given = zip(found.parameters, node.args, strict=False)
    return any("_" in p and p not in names and (a.op != "name" or a.data.full != p) for p, a in given)
