"""Shapes of products: factors side by side, and signs between them that can mean several products."""

from __future__ import annotations

from itertools import pairwise

from texgrad.operators import CROSS, FROBENIUS, HADAMARD, PRODUCT, TRANSPOSE
from texgrad.reader.symbols import Misfit, Symbols
from texgrad.reader.tree import Tree, deepest_first
from texgrad.reader.types import SCALAR_FORM, Form
from texgrad.shapes import ONE, Dim

LONE_ONES = 5  # ones that only stretch a number
NUMBER_BEHIND = 4  # a number that stands behind a matrix
AS_PRODUCT, BY_ENTRIES = range(2)
# what a sign can mean besides the matrix product, and what it costs to take it so wherever it stands
SIGNS = {
    "*": (HADAMARD, ((0, AS_PRODUCT), (2, BY_ENTRIES))), r"\star": (HADAMARD, ((0, BY_ENTRIES), (2, AS_PRODUCT))),
    r"\cdot": (FROBENIUS, ((0, AS_PRODUCT),)), ".": (FROBENIUS, ((0, AS_PRODUCT),)),
}  # fmt: skip
CROSS_SIGN = r"\times"
DIGIT = ((0, "number"), (1, "ones"))


class Products(Symbols):
    """The shapes that the factors of products ask for."""

    def shape(self, tree: Tree) -> Form:
        """The shape of a tree."""
        raise NotImplementedError

    def whole(self, tree: Tree) -> Form:
        """The shape of a tree that may be high."""
        for part in deepest_first(tree):
            self.ready[id(part)] = self.shape(part)
        return self.shape(tree)

    def replaced(self, tree: Tree, meaning: Tree, form: Form) -> Form:
        """Note what a tree turned out to mean."""
        self.meant[id(tree)] = meaning
        self.results[id(meaning)] = form
        return form

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

    def otherwise(self, left: Form, right: Form) -> str:
        """What may be meant by two factors whose sizes do not fit."""
        (a, b), (c, d) = ((self.sizes.show((s, ONE)) for s in form) for form in (left, right))
        ways = [
            way for way, fits in (
                ("the first one transposed", a == c), ("the second one transposed", b == d != "scalar"),
                ("the other order", d == a != "scalar"),
            ) if fits
        ]  # fmt: skip
        if not ways:
            return "declare the sizes, or check the transposes"
        return f"{' or '.join(ways)} would fit; or declare other sizes"

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
                message = f"the product of {left} and {right}: inner sizes differ, {inner}"
                raise Misfit(factor, message, self.otherwise(chain, own), before, PRODUCT)
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
            left, form = self.joined(left, tree.data[start], right, chosen[tree.data[start]])
        assert left is not None
        return self.replaced(tree, left, form)

    def joined(self, left: Tree, sign: str, right: Tree, mode: int) -> tuple[Tree, Form]:
        """Two factors with a sign between them, and the shape of the result."""
        other = SIGNS[sign][0]
        form, own = self.results[id(left)], self.results[id(right)]
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
                message = f"the product of the entries of {self.sizes.show(form)} and {self.sizes.show(own)}"
                raise Misfit(arg, message, op=PRODUCT)
        return form
