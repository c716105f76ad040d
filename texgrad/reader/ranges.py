"""Shapes of what runs over indices: sums, products, entries, rows and columns."""

from __future__ import annotations

from texgrad.reader.arithmetic import Arithmetic
from texgrad.reader.indexed import LIMITS, Limit, ended
from texgrad.reader.names import Reference, parse_size
from texgrad.reader.symbols import Misfit
from texgrad.reader.tree import Tree
from texgrad.reader.types import SCALAR_FORM, Form
from texgrad.shapes import ONE
from texgrad.source import fail


class Ranges(Arithmetic):
    """The shapes of what indices run over."""

    def sum_over(self, tree: Tree) -> Form:
        """A sum over indices, which are bound in its body."""
        names, above, _, span, limit = tree.data[:5]
        if limit is None and (limit := ended(names, above, self.indices, span)) is not None:
            above = ()
        size = parse_size(above) if above else None
        if above and size is None:
            raise fail("unsupported", "the upper end of this sum", tree.span, r"write a size, as in \sum_{i=1}^n")
        bound = tuple((n, None) for n in names) if limit is None else self.limited(limit)
        saved = self.indices
        fresh = self.sizes.new() if size is None else size
        single = limit is not None
        own = {n: fresh if single or size is not None else self.sizes.new() for n, _ in bound}
        for name, but in bound:
            if but is not None and but[1] in saved and not self.sizes.unify(own[name], saved[but[1]]):
                raise Misfit(tree, f"{name} and {but[1]} do not run over the same range")
        self.indices = {**saved, **own}
        form = self.whole(tree.args[0])
        self.summed[id(tree)] = tuple((n, self.indices[n], but) for n, but in bound)
        self.indices = saved
        return form

    def limited(self, limit: Limit) -> tuple[tuple[str, tuple[str, str] | None], ...]:
        """The indices that are bound where two are compared: the one that is new here, or both."""
        first, second = limit.first, limit.second
        to_second, to_first = LIMITS[limit.sign]
        if first in self.indices and second not in self.indices:
            return ((second, (to_first, first)),)
        if second in self.indices:
            return ((first, (to_second, second)),)
        return (first, None), (second, (to_first, first))

    def product_over(self, tree: Tree) -> Form:
        """A product of scalars over indices."""
        form = self.sum_over(tree)
        if form != SCALAR_FORM:
            raise Misfit(tree, f"a product of {self.sizes.show(form)} over an index", "write the factors out")
        return form

    def entry(self, tree: Tree) -> Form:
        """An entry of a compound."""
        form = self.shape(tree.args[0])
        at = tuple(i.text for i in tree.data if i.text != ",")
        self.in_scope(tree, at)
        self.located(tree, form, at)
        self.references[id(tree)] = Reference("entry", "", at)
        return SCALAR_FORM

    def line(self, tree: Tree) -> Form:
        """A row or a column."""
        rows, cols = self.shape(tree.args[0])
        kind, at = tree.data
        self.in_scope(tree, (at,))
        if ONE in (rows, cols):
            raise Misfit(tree, f"a {kind} of {self.sizes.show((rows, cols))}")
        if not self.sizes.unify(self.indices[at], rows if kind == "row" else cols):
            raise Misfit(tree, f"the index {at} does not run over the {kind}s of {self.sizes.show((rows, cols))}")
        return (ONE, cols) if kind == "row" else (rows, ONE)

    def in_scope(self, tree: Tree, at: tuple[str, ...]) -> None:
        """Complain about indices that are bound nowhere."""
        if any(i not in self.indices for i in at):
            message = f"the index {', '.join(i for i in at if i not in self.indices)} is bound nowhere"
            raise fail("undeclared", message, tree.span, "sum over it, or declare it: 'index of n'")
