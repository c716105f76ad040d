"""Shapes of what runs over indices: sums, products, entries, rows and columns."""

from __future__ import annotations

from texgrad.reader.arithmetic import Arithmetic
from texgrad.reader.conditions import Limit, items_of_set, marked, member, set_of
from texgrad.reader.indexed import LIMITS, counted_size, ended, shortened
from texgrad.reader.items import Items
from texgrad.reader.names import INDEX_LETTERS, Reference, index_names, parse_size, unshifted
from texgrad.reader.numbered import numbers_below
from texgrad.reader.symbols import Condition, Misfit, OutOfRange
from texgrad.reader.tree import Name, Tree
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
        start, short = int(tree.data.first or 1), 0
        size = counted_size(tree.data) if above else None
        if start == 0 and self.scope.from_zero:
            start = 1
        elif above:
            above, short = shortened(above)
            size = parse_size(above)
        if above and size is None:
            raise fail("unsupported", "the upper end of this sum", tree.span, r"write a size, as in \sum_{i=1}^n")
        bound = tuple((n, None) for n in names) if limit is None else self.limited(limit)
        if tree.op in ("max over", "min over") and (start != 1 or short):
            raise fail("unsupported", "an extreme over a part of a range", tree.span, "name its members")
        saved, ends = self.indices, self.ends
        fresh = self.sizes.new() if size is None else size
        single = limit is not None
        own = {n: fresh if single or size is not None else self.sizes.new() for n, _ in bound}
        for name, but in bound:
            if but is not None and but[1] in saved and not self.sizes.unify(own[name], saved[but[1]]):
                raise OutOfRange(tree, f"{name} and {but[1]} do not run over the same range")
        self.indices = {**saved, **own}
        self.ends = {**ends, **{n: (start - 1, short) for n, _ in bound}}
        if self.scope.masked and tree.data.conditions and tree.op != "sum over":
            raise fail("unsupported", "a product or an extreme over a part of a range", tree.span, "name its members")
        if self.scope.masked:
            self.fulfilled[id(tree)] = tuple(self.fulfilling(tree, c) for c in tree.data.conditions)
        form = self.whole(tree.args[0])
        self.summed[id(tree)] = tuple((n, self.indices[n], but) for n, but in bound)
        self.indices, self.ends = saved, ends
        self.partial[id(tree)] = (start - 1, short)
        return form

    def array_over(self, tree: Tree) -> Form:
        """The matrix whose entries are given for two indices."""
        saved = self.indices
        own = {name: self.sizes.new() for name in tree.data.names}
        self.indices = {**saved, **own}
        form = self.whole(tree.args[0])
        self.summed[id(tree)] = tuple((name, size, None) for name, size in own.items())
        self.indices = saved
        if form != SCALAR_FORM:
            raise Misfit(tree, f"entries that are {self.sizes.show(form)}, and no numbers")
        rows, cols = own.values()
        self.lengths += (rows, cols)  # what these indices count are entries of vectors
        return rows, cols

    def fulfilling(self, tree: Tree, condition: Items) -> Condition:
        """A condition on indices, each of which has one range wherever the condition stands."""
        template, places = marked(condition, self.indices)
        at = tuple(dict.fromkeys(name for name, _ in places))
        self.from_one(tree, at)
        sizes = self.sets.setdefault(template, tuple(self.sizes.new() for _ in at))
        for name, size in zip(at, sizes, strict=True):
            if not self.sizes.unify(self.indices[name], size):
                raise OutOfRange(tree, f"{name} does not run over what it ran over before in {set_of(condition)}")
        self.conditions.setdefault(template, condition)
        return template, at

    def size_of_set(self, tree: Tree) -> Form | None:
        r"""The number of members of a set: `|\Omega|`, `|N(i)|`; None where no set stands between the bars."""
        items = items_of_set(tree.args[0])
        if items and f"|{items[0].text}|" in self.scope.sizes:
            made = Tree("name", (), Name(f"|{items[0].text}|"), tree.start, tree.end)
            return self.replaced(tree, made, self.shape(made))
        if not items or not self.scope.masked or (pairs := self.scope.sets.get(items[0].text)) is None:
            return None
        free = [x for x in "klmrstuvpq" if x not in self.indices]
        names = free[: 1 + pairs]
        saved, self.indices = self.indices, {**self.indices, **{n: self.sizes.new() for n in names}}
        template, at = self.fulfilling(tree, member(names, items))
        self.summed[id(tree)] = tuple((n, self.indices[n], None) for n in names)
        self.fulfilled[id(tree)] = ((template, at),)
        self.indices = saved
        return SCALAR_FORM

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
        at = index_names(tree.data, INDEX_LETTERS) or numbers_below(Name("", tree.data), form[1] != ONE) or tuple(
            i.text for i in tree.data if i.text != ",")  # fmt: skip
        self.in_scope(tree, tuple(unshifted(i)[0] for i in at))
        for axis, index in enumerate(at):
            self.reached(f"entry {id(tree)}", axis, index, tree)
        self.located(tree, form, at)
        self.references[id(tree)] = Reference("entry", "", at)
        return SCALAR_FORM

    def line(self, tree: Tree) -> Form:
        """A row or a column."""
        rows, cols = self.shape(tree.args[0])
        kind, at = tree.data
        self.in_scope(tree, (at,))
        self.reached(f"entry {id(tree)}", 0, at, tree)
        if ONE in (rows, cols):
            raise Misfit(tree, f"a {kind} of {self.sizes.show((rows, cols))}")
        if not self.sizes.unify(self.indices[at], rows if kind == "row" else cols):
            raise OutOfRange(tree, f"the index {at} does not run over the {kind}s of {self.sizes.show((rows, cols))}")
        return (ONE, cols) if kind == "row" else (rows, ONE)

    def in_scope(self, tree: Tree, at: tuple[str, ...]) -> None:
        """Complain about indices that are bound nowhere."""
        if missing := [i for i in at if i not in self.indices and not i.isdigit()]:
            message = f"the index {', '.join(missing)} is bound nowhere"
            raise fail("undeclared", message, tree.span, "sum over it, or declare it: 'index of n'")
