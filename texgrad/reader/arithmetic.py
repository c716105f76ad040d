"""Shapes of sums, quotients, powers and blocks, and what the digits 0 and 1 must mean for them to fit."""

from __future__ import annotations

from texgrad.algebra import SUM
from texgrad.reader.multiplied import Products
from texgrad.reader.names import Reference
from texgrad.reader.symbols import Misfit
from texgrad.reader.tree import Name, Tree, is_euler
from texgrad.reader.types import SCALAR_FORM, Form, Size
from texgrad.shapes import ONE, Dim
from texgrad.source import Span

DIGIT_ONES, ENTRYWISE_POWER, UNDERSTOOD = 4, 3, 1


def unseen(tree: Tree) -> Tree:
    """The tree, as one that the author did not write."""
    tree.core = Span(tree.start, tree.start)
    return tree


class Arithmetic(Products):
    """The shapes that sums, products and powers ask for."""

    def _single_entry(self, tree: Tree, base: Tree, exponent: Tree) -> Form | None:
        """J^{ij}, where i and j are indices and J is nothing else."""
        raise NotImplementedError

    def total(self, tree: Tree) -> Form:
        """A sum; the digit 1 next to matrices stands for ones, a number inside an inverse for its multiple of I."""
        form: Form | None = None
        first: Tree | None = None
        scalars: list[Tree] = []
        for term in tree.args:
            unit = term.op == "ones" and not term.data and id(tree) in self.squares
            if term.op == "number" or unit:
                scalars.append(term)
                self.results[id(term)] = SCALAR_FORM
                continue
            own = self.shape(term)
            if own == SCALAR_FORM and id(tree) in self.squares:
                scalars.append(term)
            elif form is None:
                form, first = own, term
            elif SCALAR_FORM in (form, own) and form != own and self._bars_by_entries(tree):
                return self.total(tree)
            elif SCALAR_FORM in (form, own) and form != own and self._ones_understood(tree):
                self.penalty += DIGIT_ONES
                self.notes["the ones understood"] = None
                return self.total_by_entries(tree)
            elif not self.sizes.unify_forms(form, own):
                raise Misfit(term, f"the sum of {self.sizes.show(form)} and {self.sizes.show(own)}: the sizes differ",
                             "declare the sizes, or check the transposes", first, SUM)  # fmt: skip
        if form is None:
            return SCALAR_FORM
        if form == SCALAR_FORM or not scalars:
            return form
        if id(tree) in self.squares and self.sizes.unify(*form):
            return self.with_identity(tree, scalars, form)
        for term in scalars:
            if term.op == "number" and not term.data:
                self.decided[id(term)] = "zero"
                self.results[id(term)] = form
                continue
            if term.op != "number" or term.data != 1:
                raise Misfit(term, f"the sum of {self.sizes.show(form)} and a number: the sizes differ",
                             r"write \mathbf 1 for ones, I for the identity", op=SUM)  # fmt: skip
            self.decided[id(term)] = "ones"
            self.results[id(term)] = form
            self.penalty += DIGIT_ONES
        return form

    def _ones_understood(self, tree: Tree) -> bool:
        r"""Whether the numbers in a sum with vectors are declared or defined ones, as the mean \mu in `x-\mu`."""
        forms = [self.shape(term) for term in tree.args]
        numbers = [term for term, form in zip(tree.args, forms, strict=True) if form == SCALAR_FORM]
        names = [t.data.full if t.op == "name" else "" for t in numbers]
        declared = [self.scope.declared.get(name) for name in names]
        known = all(
            name in self.scope.defined if d is None else d.shape == SCALAR_FORM
            for name, d in zip(names, declared, strict=True)
        )  # fmt: skip
        return known and not self.scope.strict and all(form[1] == ONE for form in forms)

    def _bars_by_entries(self, tree: Tree) -> bool:
        """Whether a sum of vectors has terms |v| or |v|² that were taken for norms; they are taken by entries then."""
        bars = [t.args[0] if t.op == "power" else t for t in tree.args]
        found = {id(b) for b in bars if b.op == "bars"} - self.by_entries
        self.by_entries |= found
        for seen in (*bars, *tree.args):
            self.ready.pop(id(seen), None)
        for key in found:
            self.meant.pop(key, None)
        return bool(found)

    def with_identity(self, tree: Tree, scalars: list[Tree], form: Form) -> Form:
        """A sum of numbers and a square matrix, the identity understood."""
        terms: list[Tree] = []
        for term in tree.args:
            if term not in scalars:
                terms.append(term)
                continue
            unit = unseen(Tree("name", (), Name("I"), term.start, term.end))
            self.references[id(unit)] = Reference("identity")
            terms.append(self.multiple(term, unit, form))
        self.penalty += UNDERSTOOD
        self.notes["the identity understood"] = None
        return self.replaced(tree, Tree("sum", tuple(terms), tree.data, tree.start, tree.end), form)

    def total_by_entries(self, tree: Tree) -> Form:
        """A sum of entries, to each of which numbers are added."""
        forms = [self.shape(a) for a in tree.args]
        form = next((f for f in forms if f != SCALAR_FORM), SCALAR_FORM)
        if form == SCALAR_FORM:
            return self.replaced(tree, Tree("sum", tree.args, tree.data, tree.start, tree.end), form)
        terms: list[Tree] = []
        for term, own in zip(tree.args, forms, strict=True):
            if own != SCALAR_FORM and not self.sizes.unify_forms(form, own):
                message = f"the sum of the entries of {self.sizes.show(form)} and {self.sizes.show(own)}"
                raise Misfit(term, message, op=SUM)
            terms.append(term if own != SCALAR_FORM else self.multiple(term, unseen(Tree(
                "ones", (), (), term.start, term.end)), form))  # fmt: skip
        return self.replaced(tree, Tree("sum", tuple(terms), tree.data, tree.start, tree.end), form)

    def multiple(self, term: Tree, unit: Tree, form: Form) -> Tree:
        """A number times the identity or ones of this shape; `unit` alone for the number 1."""
        self.results[id(unit)] = form
        if term.op == "ones" or (term.op == "number" and term.data == 1):
            return unit
        made = Tree("product", (term, unit), ("", ""), term.start, term.end)
        self.results[id(made)] = form
        return made

    def quotient_by_entries(self, tree: Tree) -> Form:
        """The quotient of entries, or of a number and entries."""
        above, below = (self.shape(a) for a in tree.args)
        if SCALAR_FORM in (above, below):
            return below if above == SCALAR_FORM else above
        return self.same(tree)

    def quotient(self, tree: Tree) -> Form:
        """A fraction with a scalar below."""
        above, below = tree.args
        form = self.shape(above)
        under = self.shape(below)
        if under != SCALAR_FORM and ONE in under and not self.scope.strict and form in (SCALAR_FORM, under):
            self.penalty += ENTRYWISE_POWER
            made = Tree("quotient by entries", tree.args, tree.data, tree.start, tree.end)
            if above.op == "number" and above.data == 1:
                self.decided[id(above)] = "number"
            return self.replaced(tree, made, under)
        if under != SCALAR_FORM:
            raise Misfit(
                below, f"division by {self.sizes.show(under)}", r"write \oslash for entries, ^{-1} for an inverse"
            )
        return form

    def same(self, tree: Tree) -> Form:
        """Arguments of one shape, which is the result's; the digit 1 over something stands for ones."""
        if len(tree.args) == 2 and tree.args[0].op == "number" and tree.args[0].data == 1:
            form = self.shape(tree.args[1])
            self.decided[id(tree.args[0])] = "ones"
            self.results[id(tree.args[0])] = form
            return form
        form = self.shape(tree.args[0])
        for arg in tree.args[1:]:
            if not self.sizes.unify_forms(form, self.shape(arg)):
                raise Misfit(arg, f"{tree.op} of {self.sizes.show(form)} and another shape")
        return form

    def blocks(self, tree: Tree) -> Form:
        """A matrix of blocks; the digits 0 and 1 stand for blocks of zeros and of ones, unless all are numbers."""
        rows, cols = tree.data
        size_of_all = ONE if all(cell.op == "number" for cell in tree.args) else None
        heights: list[Size | None] = [size_of_all] * rows
        widths: list[Size | None] = [size_of_all] * cols
        for k, cell in enumerate(tree.args):
            if cell.op == "number" and cell.data in (0, 1):
                continue
            form = self.shape(cell)
            for sizes, at, size in ((heights, k // cols, form[0]), (widths, k % cols, form[1])):
                known = sizes[at]
                if known is None:
                    sizes[at] = size
                elif not self.sizes.unify(known, size):
                    raise Misfit(cell, f"a block of {self.sizes.show(form)}, which does not fit beside the others")
        sides = [[self.of_zeros() if size is None else size for size in sizes] for sizes in (heights, widths)]
        for k, cell in enumerate(tree.args):
            side = self.results.setdefault(id(cell), (sides[0][k // cols], sides[1][k % cols]))
            if cell.op == "number" and cell.data == 1 and side != SCALAR_FORM:
                self.decided[id(cell)] = "ones"
                self.penalty += DIGIT_ONES
        return self.together(sides[0]), self.together(sides[1])

    def of_zeros(self) -> Size:
        """How high a row of blocks is that are all 0."""
        return ONE if self.choose("a row of zeros", ((0, "one"), (1, "more"))) == "one" else self.sizes.new()

    def together(self, sizes: list[Size]) -> Size:
        """The sum of the sizes, as far as they are known."""
        total = Dim.of(0)
        for size in map(self.sizes.find, sizes):
            if not isinstance(size, Dim):
                if len(sizes) == 1:
                    return size
                unknown = self.sizes.new()
                self.sizes.totals.append((unknown, sizes))
                return unknown
            total = total + size
        if len(sizes) > 1:
            self.sizes.totals.append((total, sizes))
        return total

    def half_of(self, tree: Tree) -> Form:
        """vech of a square matrix."""
        form = self.shape(tree.args[0])
        if not self.sizes.unify(*form):
            raise Misfit(tree, f"vech of {self.sizes.show(form)}, which is not square")
        size = self.sizes.find(form[0])
        return (size.triangular() if isinstance(size, Dim) else self.sizes.new()), ONE

    def kronecker_sum(self, tree: Tree) -> Form:
        """A ⊕ B = A ⊗ I + I ⊗ B, of square matrices."""
        forms = [self.shape(a) for a in tree.args]
        for form, arg in zip(forms, tree.args, strict=True):
            if form == SCALAR_FORM or not self.sizes.unify(*form):
                raise Misfit(arg, f"the Kronecker sum of {self.sizes.show(form)}, which is not square")
        size = (forms[0][0], forms[1][0])
        return size, size

    def power(self, tree: Tree) -> Form:
        """A power of a number, of a square matrix, or of the entries of a vector."""
        base, exponent = tree.args
        euler = is_euler(base) and not self.scope.own(base.data.full)
        if euler and (exponent.op != "number" or exponent.data < 0):
            self.decided[id(tree)] = "exp"
            form = self.shape(exponent)
            if ONE not in form and not self.scope.strict:
                self.sizes.unify(*form)  # the exponential of a matrix; one that is not square is refused later
            return form
        if single := self._single_entry(tree, base, exponent):
            return single
        form = self.shape(base)
        above = self.shape(exponent)
        if above != SCALAR_FORM:
            raise Misfit(exponent, f"an exponent of shape {self.sizes.show(above)}")
        if form != SCALAR_FORM:
            if form[1] == ONE or form[0] == ONE:
                self.penalty += ENTRYWISE_POWER
            elif not self.sizes.unify(*form) and not self.scope.strict:
                raise Misfit(tree, f"a power of {self.sizes.show(form)}, which is not square",
                             r"write ^{\circ 2} for a power of the entries")  # fmt: skip
        return form

    def power_by_entries(self, tree: Tree) -> Form:
        """A power of every entry."""
        form = self.shape(tree.args[0])
        if self.shape(tree.args[1]) != SCALAR_FORM:
            raise Misfit(tree.args[1], "an exponent that is no number")
        return form
