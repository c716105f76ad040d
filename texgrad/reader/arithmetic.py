"""Shapes of sums, products, quotients and powers, and what a sign or the digit 1 must mean for them to fit."""

from __future__ import annotations

from itertools import pairwise

from texgrad.operators import CROSS, FROBENIUS, HADAMARD, TRANSPOSE
from texgrad.reader.names import Reference
from texgrad.reader.symbols import Misfit, Symbols
from texgrad.reader.tree import Name, Tree, deepest_first, is_euler
from texgrad.reader.types import SCALAR_FORM, Form, Size
from texgrad.shapes import ONE, Dim
from texgrad.source import Span

LONE_ONES = 5  # ones that only stretch a number
NUMBER_BEHIND = 4  # a number that stands behind a matrix
DIGIT_ONES, ENTRYWISE_POWER, UNDERSTOOD = 4, 3, 1
AS_PRODUCT, BY_ENTRIES = range(2)
# what a sign can mean besides the matrix product, and what it costs to take it so wherever it stands
SIGNS = {
    "*": (HADAMARD, ((0, AS_PRODUCT), (2, BY_ENTRIES))), r"\star": (HADAMARD, ((0, BY_ENTRIES), (2, AS_PRODUCT))),
    r"\cdot": (FROBENIUS, ((0, AS_PRODUCT),)), ".": (FROBENIUS, ((0, AS_PRODUCT),)),
}  # fmt: skip
CROSS_SIGN = r"\times"
DIGIT = ((0, "number"), (1, "ones"))


def unseen(tree: Tree) -> Tree:
    """The tree, as one that the author did not write."""
    tree.core = Span(tree.start, tree.start)
    return tree


class Arithmetic(Symbols):
    """The shapes that the signs of arithmetic ask for."""

    def shape(self, tree: Tree) -> Form:
        """The shape of a tree."""
        raise NotImplementedError

    def whole(self, tree: Tree) -> Form:
        """The shape of a tree that may be high."""
        for part in deepest_first(tree):
            self.ready[id(part)] = self.shape(part)
        return self.shape(tree)

    def _single_entry(self, tree: Tree, base: Tree, exponent: Tree) -> Form | None:
        """J^{ij}, where i and j are indices and J is nothing else."""
        raise NotImplementedError

    def replaced(self, tree: Tree, meaning: Tree, form: Form) -> Form:
        """Note what a tree turned out to mean."""
        self.meant[id(tree)] = meaning
        self.results[id(meaning)] = form
        return form

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
                             "declare the sizes, or check the transposes", first)  # fmt: skip
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
                             r"write \mathbf 1 for ones, I for the identity")  # fmt: skip
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
                raise Misfit(term, f"the sum of the entries of {self.sizes.show(form)} and {self.sizes.show(own)}")
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

    # --- products -------------------------------------------------------------------------------------------------

    def product(self, tree: Tree) -> Form:
        """Factors side by side; a sign between them can also be an inner product or a product of the entries."""
        if CROSS_SIGN in tree.data and (crossed := self.crossed(tree)) is not None:
            return crossed
        self.by_entries.update(id(b) for a, b in pairwise(tree.args) if b.op == "bars" and a.op is TRANSPOSE)
        forms = [self.factor(tree, k) for k in range(len(tree.args))]
        chosen = {sign: self.choose(f"sign {sign}", self.meanings(sign)) for sign in tree.data if sign in SIGNS}
        if not chosen:
            return self.chain(tree.args, forms)
        if BY_ENTRIES not in chosen.values():
            known = list(self.sizes.known)
            try:
                return self.chain(tree.args, forms)
            except Misfit:
                self.sizes.known = known
        return self.segmented(tree, forms, chosen)

    def crossed(self, tree: Tree) -> Form | None:
        r"""Factors of which some have a \times between them between vectors; None where none is."""
        cuts = [k for k, sign in enumerate(tree.data) if sign in SIGNS or sign == CROSS_SIGN]
        parts: list[Tree] = []
        signs: list[str] = []
        for start, end in zip([0, *cuts], [*cuts, len(tree.args)], strict=True):
            part = self.part(tree.args[start:end], ("", *tree.data[start + 1 : end]))
            if start in cuts and tree.data[start] == CROSS_SIGN:
                parts[-1] = self.across(parts[-1], part)
            else:
                parts.append(part)
                signs.append(tree.data[start])
        if not any(part.op is CROSS for part in parts):
            return None
        whole = self.part(tuple(parts), tuple(signs))
        return self.replaced(tree, whole, self.shape(whole))

    def part(self, factors: tuple[Tree, ...], signs: tuple[str, ...]) -> Tree:
        """The product of some of the factors, or the only one."""
        if len(factors) == 1:
            return factors[0]
        return Tree("product", factors, signs, factors[0].start, max(f.end for f in factors))

    def across(self, left: Tree, right: Tree) -> Tree:
        """What stands on both sides of the sign as one product, and what product that is."""
        forms = [self.shape(side) for side in (left, right)]
        if not all(form[1] == ONE and form != SCALAR_FORM for form in forms):
            return self.part((left, right), ("", ""))
        for side, form in zip((right, left), forms[::-1], strict=True):
            if not self.sizes.unify(form[0], Dim.of(3)):
                raise Misfit(side, f"the cross product of {self.sizes.show(form)}: a vector without three entries",
                             r"leave the sign out, or write \odot for the product of entries")  # fmt: skip
        return Tree(CROSS, (left, right), CROSS_SIGN, left.start, right.end)

    def meanings(self, sign: str) -> tuple[tuple[int, int], ...]:
        """What a sign can mean, the likeliest first."""
        return SIGNS[r"\star"][1] if sign == "*" and self.scope.by_entries else SIGNS[sign][1]

    def factor(self, tree: Tree, k: int) -> Form:
        """The shape of a factor; a 1 that stands next to another factor may be a vector of ones."""
        factor = tree.args[k]
        if factor.op != "number" or factor.data != 1 or self.scope.strict or "".join(tree.data):
            return self.shape(factor)
        if self.choose("the digit 1", DIGIT) == "number":
            return self.shape(factor)
        self.decided[id(factor)] = "ones"
        self.results[id(factor)] = (self.sizes.new(), ONE)
        self.notes["ones"] = None
        return self.results[id(factor)]

    def chain(self, factors: tuple[Tree, ...], forms: list[Form]) -> Form:
        """Factors side by side: scalars stand anywhere, matrices must fit, a chain that closes is a scalar."""
        chain: Form | None = None
        before: Tree | None = None
        for factor, own in zip(factors, forms, strict=True):
            if own == SCALAR_FORM:
                self.penalty += NUMBER_BEHIND * (chain is not None and chain[1] != ONE and self.hardly_behind(factor))
                continue
            if chain is None:
                chain = own
            elif not self.sizes.unify(chain[1], own[0]):
                left, right = self.sizes.show(chain), self.sizes.show(own)
                inner = f"{self.sizes.show((chain[1], ONE))} and {self.sizes.show((own[0], ONE))}"
                inner = inner.replace("scalar", "1")
                raise Misfit(factor, f"the product of {left} and {right}: inner sizes differ, {inner}",
                             "declare the sizes, or check the transposes", before)  # fmt: skip
            else:
                chain = chain[0], own[1]
            if chain == SCALAR_FORM:
                chain = None
            before = factor
        if chain is not None and len(factors) > 1 and forms.count(SCALAR_FORM) == len(forms) - 1:
            self.penalty += sum(f.op is TRANSPOSE and f.args[0].op == "ones" for f in factors) * LONE_ONES
        return chain or SCALAR_FORM

    def hardly_behind(self, factor: Tree) -> bool:
        r"""Whether a factor is a Greek letter, which behind a matrix is hardly a number: the β of `Y - X\beta`."""
        if factor.op == "unknown" and not self.scope.strict:
            return str(factor.data.name).startswith("\\") and factor.data.name not in self.scope.functions
        if factor.op != "name" or self.scope.strict or not factor.data.full.startswith("\\"):
            return False
        return self.references[id(factor)].role == "symbol" and not self.scope.knows(factor.data.full)

    def segmented(self, tree: Tree, forms: list[Form], chosen: dict[str, int]) -> Form:
        """Products joined by signs that are more than juxtaposition, from left to right."""
        cuts = [k for k, sign in enumerate(tree.data) if sign in SIGNS]
        left: Tree | None = None
        form = SCALAR_FORM
        for start, end in zip([0, *cuts], [*cuts, len(forms)], strict=True):
            factors = tree.args[start:end]
            right = factors[0]
            own = self.chain(factors, forms[start:end])
            if len(factors) > 1:
                signs = ("", *tree.data[start + 1 : end])
                right = Tree("product", factors, signs, factors[0].start, factors[-1].end)
                self.results[id(right)] = own
            if left is None:
                left, form = right, own
                continue
            left, form = self.joined(left, form, tree.data[start], right, own, chosen[tree.data[start]])
        assert left is not None
        return self.replaced(tree, left, form)

    def joined(self, left: Tree, form: Form, sign: str, right: Tree, own: Form, mode: int) -> tuple[Tree, Form]:
        """Two factors with a sign between them, and the shape of the result."""
        other = SIGNS[sign][0]
        scalars = SCALAR_FORM in (form, own)
        known = list(self.sizes.known)
        if scalars or (mode == AS_PRODUCT and self.sizes.unify(form[1], own[0])):
            made = Tree("product", (left, right), ("", sign), left.start, right.end)
            result = own if form == SCALAR_FORM else form if scalars else (form[0], own[1])
        elif self.sizes.unify_forms(form, own):
            made = Tree(other, (left, right), sign, left.start, right.end)
            result = SCALAR_FORM if other is FROBENIUS else form
        else:
            self.sizes.known = known
            raise Misfit(right, f"{sign} between {self.sizes.show(form)} and {self.sizes.show(own)}: the sizes differ",
                         "declare the sizes, or check the transposes")  # fmt: skip
        self.results[id(made)] = result
        return made, result

    def product_by_entries(self, tree: Tree) -> Form:
        """The product of entries, numbers among them."""
        forms = [self.shape(a) for a in tree.args]
        form = next((f for f in forms if f != SCALAR_FORM), SCALAR_FORM)
        for own, arg in zip(forms, tree.args, strict=True):
            if own != SCALAR_FORM and not self.sizes.unify_forms(form, own):
                raise Misfit(arg, f"the product of the entries of {self.sizes.show(form)} and {self.sizes.show(own)}")
        return form

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
        """A matrix of blocks; the digits 0 and 1 stand for blocks of zeros and of ones."""
        rows, cols = tree.data
        heights: list[Size | None] = [None] * rows
        widths: list[Size | None] = [None] * cols
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
