"""Shapes of untyped trees, by unification of sizes."""

from __future__ import annotations

from collections.abc import Callable

from texgrad.algebra import Op
from texgrad.operators import (
    CONJUGATE,
    CONJUGATE_TRANSPOSE,
    CROSS,
    CROSS_MATRIX,
    DET,
    DIAGONAL,
    DIAGONAL_MATRIX,
    FROBENIUS,
    HADAMARD,
    INVERSE,
    LOG,
    LOGDET,
    NORM,
    POWER,
    TRACE,
    TRANSPOSE,
    UNVEC,
    VEC,
    VECH,
    Function,
)
from texgrad.reader.arithmetic import ENTRYWISE_POWER, unseen
from texgrad.reader.derivatives import derivative_form, equations_form
from texgrad.reader.names import SCALAR_KIND, Called, Declared, Reference, capital, of_density, parse_sizes, ranks
from texgrad.reader.notations import ALL_VALUES, EXTREMES
from texgrad.reader.ranges import Ranges
from texgrad.reader.symbols import Misfit, OutOfRange
from texgrad.reader.traced import functions_of_matrices, unknown_functions
from texgrad.reader.tree import EXPECTATION, Tree
from texgrad.reader.types import SCALAR_FORM, Form, Size
from texgrad.shapes import ONE, SCALAR, Dim
from texgrad.source import fail

DOUBTFUL_ON_SCALARS = {TRANSPOSE: 3, NORM: 3, TRACE: 3, DET: 2, LOGDET: 2, HADAMARD: 4, DIAGONAL_MATRIX: 4, DIAGONAL: 4,
                       FROBENIUS: 4}  # fmt: skip
GRADIENT_OF_MATRIX = 2  # with the sign of a gradient, of functions of which nothing is said
GRADIENT_BY_NUMBER = 9
TURNED_LETTER = 4  # a Greek letter with a transpose: it costs more to take it for a number than to take two for vectors
MATRIX_ARGUMENT, VECTOR_ARGUMENT = 6, 3  # of a function of which nothing is said, the latter in a sum over an index
SQUARE = frozenset((DET, LOGDET, TRACE))


class Typing(Ranges):
    """One attempt at typing: the shape of every form of expression."""

    def shape(self, tree: Tree) -> Form:
        """The shape of a tree; Misfit where there is none."""
        place = id(tree)
        if place in self.ready:
            return self.ready[place]
        form = self.results[place] = (FORMS.get(tree.op) or Typing.operator)(self, tree)
        return form

    def operator(self, tree: Tree) -> Form:
        """An operator of the table, by its signature."""
        op = tree.op
        assert isinstance(op, Op)
        if op in SQUARE:
            self.squares.update(id(a) for a in tree.args)
        return self.signed(tree, op, [self.shape(a) for a in tree.args])

    def traced(self, tree: Tree) -> Form:
        """A trace: functions in it are meant as those of square matrices, as far as the sizes allow it."""
        if not self.scope.strict:
            (body,) = tree.args
            self.of_matrices.update(id(t) for t in unknown_functions(body))
            self.shape(body)
            for t in functions_of_matrices(body):
                if ONE not in (form := self.shape(t)) and self.sizes.unify(*form):
                    self.decided[id(t)] = "of the matrix"
        return self.operator(tree)

    def columnwise(self, tree: Tree) -> Form:
        """A Hadamard product; of two matrices with the same columns and other rows, the Khatri–Rao product."""
        self.by_entries.update(id(a) for a in tree.args)
        forms = [self.shape(a) for a in tree.args]
        if len(forms) == 2 and tree.data == r"\odot":
            first, second = forms
            rows = self.sizes.find(first[0]), self.sizes.find(second[0])
            known = all(isinstance(size, Dim) and size != ONE for size in rows) and rows[0] != rows[1]
            if known and first[1] != ONE and self.sizes.unify(first[1], second[1]):
                self.decided[id(tree)] = "Khatri-Rao"
                return rows, first[1]
        return self.signed(tree, HADAMARD, forms)

    def signed(self, tree: Tree, op: Op, forms: list[Form]) -> Form:
        """The shape that the signature of an operator gives for arguments of these shapes."""
        if op in (HADAMARD, FROBENIUS):
            forms = [self.all_of_one(a, f, forms) for a, f in zip(tree.args, forms, strict=True)]
        if op.rule is None:
            raise fail("unsupported", f"{op.name} cannot be read", tree.span)
        if all(f == SCALAR_FORM for f in forms):
            self.penalty += DOUBTFUL_ON_SCALARS.get(op, 0)
        patterns = op.rule.arguments
        if op.rule.variadic:
            patterns = patterns + patterns[-1:] * (len(forms) - len(patterns))
        bound: dict[str, Size] = {"1": ONE}
        for pattern, form, arg in zip(patterns, forms, tree.args, strict=True):
            for letter, size in zip(pattern, form, strict=True):
                if letter not in bound:
                    bound[letter] = size
                elif not self.sizes.unify(bound[letter], size):
                    shapes = " and ".join(self.sizes.show(f) for f in forms)
                    square = len(forms) == 1 and pattern[0] == pattern[1]
                    why = f"the {op.name} of {shapes}, which is not square" if square else (
                        f"the {op.name} of {shapes}: the sizes do not fit")  # fmt: skip
                    raise Misfit(arg if len(forms) > 1 else tree, why, op=op)

        def result(pattern: str) -> Size:
            size: Size = ONE
            for letter in reversed(pattern.split("*")) if op is VEC else pattern.split("*"):
                size = bound[letter] if size == ONE else size if bound[letter] == ONE else (size, bound[letter])
            return size

        return result(op.rule.result[0]), result(op.rule.result[1])

    def all_of_one(self, tree: Tree, form: Form, forms: list[Form]) -> Form:
        """The shape of a factor by entries; the digit 1 beside an array stands for ones."""
        other = next((f for f in forms if f != SCALAR_FORM), SCALAR_FORM)
        if tree.op != "number" or tree.data != 1 or other == SCALAR_FORM:
            return form
        self.decided[id(tree)] = "ones"
        if tree.start < tree.end:
            self.notes["ones"] = None
        self.results[id(tree)] = other
        return other

    def transposed(self, tree: Tree) -> Form:
        """A transpose; the digit 1 transposed is a row of ones."""
        arg = tree.args[0]
        if arg.op == "number" and arg.data == 1:
            self.decided[id(arg)] = "ones"
            self.results[id(arg)] = (self.sizes.new(), ONE)
            self.notes["ones"] = None
            return ONE, self.results[id(arg)][0]
        rows, cols = self.shape(arg)
        if rows == ONE == cols:
            if tree.data == "t":
                raise Misfit(tree, "a number with t above it: no transpose", "declare t, or write ^T")
            role = self.references[id(arg)].role if arg.op == "name" else ""
            if role == "component" and len(self.references[id(arg)].indices) == 1 and not self.scope.strict:
                message = f"{arg.data.full} with a transpose is no entry of the vector {arg.data.base}"
                raise Misfit(tree, message, "give the vectors another letter")
            if role == "symbol" and self.hardly_number(arg.data.full):
                raise Misfit(tree, f"{arg.data.full} with a transpose would have to be a number", "declare the sizes")
            difference = arg.op == "sum" and len(arg.args) > 1 and all(a.op == "name" for a in arg.args)
            turned = TURNED_LETTER * (role == "symbol" and not self.scope.strict)
            self.penalty += DOUBTFUL_ON_SCALARS[TRANSPOSE] + difference + turned  # (m_1-m_2)^T
        return cols, rows

    def hardly_number(self, name: str) -> bool:
        """Whether nothing says that a name is a number, and its letter does not either."""
        return not self.scope.strict and not self.scope.knows(name) and ranks(name)[0][1] != SCALAR_KIND

    def transpose_or_power(self, tree: Tree) -> Form:
        """`x^T` where T is something itself: a power of a number, where T is one, and else a transpose."""
        base, exponent = tree.args
        if self.shape(base) == SCALAR_FORM and self.shape(exponent) == SCALAR_FORM:
            made = Tree("power", tree.args, POWER, tree.start, tree.end)
        elif tree.data == "T":
            made = Tree(TRANSPOSE, (base,), tree.data, tree.start, tree.end)
        else:
            made = Tree("inverse transpose", (base,), None, tree.start, tree.end)
        self.notes["T as an exponent" if made.op == "power" else "T as a transpose"] = None
        return self.replaced(tree, made, self.shape(made))

    def starred(self, tree: Tree) -> Form:
        """A star: the conjugate, or the conjugate transpose, the same throughout a formula."""
        first, second = (CONJUGATE, CONJUGATE_TRANSPOSE)[:: -1 if self.scope.field.starred else 1]
        rows, cols = form = self.shape(tree.args[0])
        meant = CONJUGATE if form == SCALAR_FORM else self.choose("^*", ((0, first), (1, second)))
        meaning = Tree(meant, tree.args, None, tree.start, tree.end)
        meaning.core = tree.core
        return self.replaced(tree, meaning, form if meant is CONJUGATE else (cols, rows))

    def diagonal(self, tree: Tree) -> Form:
        """diag of a vector is a matrix, of a matrix a vector."""
        rows, cols = self.shape(tree.args[0])
        if cols == ONE:
            return rows, rows
        if not self.sizes.unify(rows, cols):
            raise Misfit(tree, f"the diagonal of {self.sizes.show((rows, cols))}, which is not square")
        return rows, ONE

    def inverse(self, tree: Tree) -> Form:
        """An inverse: of a square matrix, or the power −1 of a number or of the entries of a vector."""
        self.squares.add(id(tree.args[0]))
        form = self.shape(tree.args[0])
        if form == SCALAR_FORM:
            return form
        if form[1] == ONE:
            self.penalty += ENTRYWISE_POWER
            return form
        if not self.sizes.unify(*form):
            raise Misfit(tree, f"the inverse of {self.sizes.show(form)}, which is not square")
        return (form[1], form[0]) if tree.op == "inverse transpose" else form

    def _single_entry(self, tree: Tree, base: Tree, exponent: Tree) -> Form | None:
        """J^{ij}, where i and j are indices and J is nothing else."""
        if base.op != "name" or base.data.full not in ("J", "E") or self.scope.knows(base.data.full):
            return None
        parts = exponent.args if exponent.op == "product" else ()
        names = tuple(p.data.full for p in parts if p.op == "name")
        if len(names) != 2 or len(parts) != 2 or any(n not in self.indices for n in names):
            return None
        found = Reference("single", base.data.full, names)
        self.references[id(tree)] = found
        self.decided[id(tree)] = "single"
        return self.basis(tree, found)

    def bars(self, tree: Tree) -> Form:
        """Bars: a determinant of a square matrix, the norm of a vector, absolute values of other things."""
        if tree.op == "bars" and (sized := self.size_of_set(tree)) is not None:
            return sized
        self.squares.add(id(tree.args[0]))
        form = self.shape(tree.args[0])
        entries = self.scope.strict or id(tree) in self.by_entries
        if form != SCALAR_FORM and ONE in form and not entries and tree.op == "log bars":
            entries = self.choose("bars in a logarithm", ((0, "norm"), (1, "entries"))) == "entries"
        if form != SCALAR_FORM and ONE in form and tree.op == "bars" and entries:
            return form
        if form != SCALAR_FORM and ONE in form and entries:
            inner = unseen(Tree("bars", tree.args, None, tree.start, tree.end))
            self.results[id(inner)] = form
            return self.replaced(tree, Tree(LOG, (inner,), None, tree.start, tree.end), form)
        if form != SCALAR_FORM and ONE in form:
            norm = Tree(NORM, tree.args, "", tree.start, tree.end)
            if tree.op == "log bars":  # its place is that of the logarithm
                norm = unseen(norm)
            self.results[id(norm)] = SCALAR_FORM
            meaning = norm if tree.op == "bars" else Tree(LOG, (norm,), None, tree.start, tree.end)
            return self.replaced(tree, meaning, SCALAR_FORM)
        if form != SCALAR_FORM and not self.sizes.unify(*form):
            if tree.op == "bars":
                return form
            raise Misfit(tree, f"bars around {self.sizes.show(form)}", r"write \| for a norm")
        return SCALAR_FORM

    def unvec(self, tree: Tree) -> Form:
        """A matrix of which the columns, one below the other, are a vector."""
        (argument,) = tree.args
        form, rows, cols = self.shape(argument), self.sizes.new(), self.sizes.new()
        if form == SCALAR_FORM or not (self.sizes.unify(form[1], ONE) and self.sizes.unify(form[0], (rows, cols))):
            raise Misfit(argument, f"unvec of {self.sizes.show(form)}")
        return rows, cols

    def norm_by(self, tree: Tree) -> Form:
        """A norm whose subscript is a number, or a matrix that weights it."""
        body, by = tree.args
        form, below = self.shape(body), self.shape(by)
        if below != SCALAR_FORM:
            weight = by.args[0] if by.op is INVERSE else by
            if weight.op == "name" and not self.scope.knows(weight.data.full) and below[1] == ONE:
                raise Misfit(by, "a norm with a vector for its subscript")
            if not (self.sizes.unify(below[0], form[0]) and self.sizes.unify(below[1], form[0]) and form[1] == ONE):
                raise Misfit(tree, f"the norm of {self.sizes.show(form)} weighted with {self.sizes.show(below)}")
        return SCALAR_FORM

    def spectral(self, tree: Tree) -> Form:
        """An eigenvalue or a singular value of a matrix; before other brackets, a factor."""
        head, body = tree.args
        form = self.shape(body)
        letter, which = tree.data
        said = self.scope.declared.get(letter, Declared())
        if ONE in form or (which not in EXTREMES and (said.indexed or said.shape not in (None, SCALAR))):
            self.decided[id(tree)] = "product"
            self.shape(head)
            return form
        if letter == r"\lambda" and not self.sizes.unify(*form):
            raise Misfit(tree, f"{letter} of {self.sizes.show(form)}")
        own = self.indices.get(which) if letter == r"\lambda" else None
        some = isinstance(own, Dim) and str(own) not in ALL_VALUES
        if own is not None and not some and not self.sizes.unify(own, form[0]):
            raise OutOfRange(tree, f"the index {which} does not run over the eigenvalues of {self.sizes.show(form)}")
        return SCALAR_FORM

    def ones(self, tree: Tree) -> Form:
        """Ones or zeros: a vector, unless sizes below say otherwise."""
        return (parse_sizes(tree.data) if tree.data else None) or (self.sizes.new(), ONE)

    def unknown(self, tree: Tree) -> Form:
        """A function without a formula, or its derivative."""
        name, order, at = tree.data
        said = self.scope.called(name)
        if id(tree) in self.of_matrices and (form := self.of_matrix(tree, said)) is not None:
            return form
        of = self.scope.declared.get(said.of, Declared())
        argument = self.shape(tree.args[0])
        if name not in self.arguments and said.argument is None and tree.args[0].op != "name":
            self.penalty += MATRIX_ARGUMENT if ONE not in argument else 0
            self.penalty += VECTOR_ARGUMENT if self.indices and argument != SCALAR_FORM else 0
        given = tree.args[0].args if tree.args[0].op == "blocks" else tree.args
        if self.scope.gradient:
            varied = [a for a in given if a.op == "name" and a.data.full in self.scope.varied]
            self.penalty += GRADIENT_BY_NUMBER * sum(self.shape(a) == SCALAR_FORM for a in varied)
        if self.taking.setdefault(name, len(given)) != len(given):
            raise Misfit(tree, f"{name} is called with {len(given)} and with {self.taking[name]} arguments")
        if at and at[0].text not in self.indices:
            raise Misfit(tree, f"{at[0].text} counts the functions {name} elsewhere, and nothing counts it here")
        over = self.range_of(at[0].text) if at else None
        others = self.members.setdefault(name, over)
        if (others is None) != (over is None):
            raise Misfit(tree, f"{name} stands by itself and as one of a family of functions")
        if others is not None and over is not None and not self.sizes.unify(others, over):
            raise OutOfRange(tree, f"the index {at[0].text} does not run over the functions {name}")
        whole = self.scope.strict or len(given) == 1  # a text tells the first argument, and no parameters
        first = argument if whole else self.shape(given[0])
        takes = said.argument or of.shape or first
        wanted = self.arguments.setdefault(name, takes if whole else argument)
        for said_to_be, found in ((takes, first), (wanted, argument)):
            if not self.sizes.unify_forms(said_to_be, found):
                shapes = f"{self.sizes.show(said_to_be)}, not {self.sizes.show(found)}"
                raise Misfit(tree.args[0], f"{name} takes {shapes}", "check the argument")
        shape = said.shape or (SCALAR_FORM if of_density(name) else self.form(f"{name}()"))
        if id(tree) in self.of_matrices and shape == SCALAR_FORM and capital(name) and said.shape is None:
            raise Misfit(tree, f"a number {name} in a trace", "declare what the function is worth")
        self.penalty += GRADIENT_OF_MATRIX if self.scope.gradient and shape[1] != ONE else 0
        if shape[1] != ONE and wanted != SCALAR_FORM:
            raise Misfit(tree.args[0], f"a matrix {name} that depends on {self.sizes.show(wanted)}")
        if not order:
            return shape
        if not self.scope.strict:
            return self.slope_of(tree, shape, argument)
        known = Function(name, self.sizes.shape(shape), self.sizes.shape(argument), order=order)
        return known.worth

    def slope_of(self, tree: Tree, shape: Form, argument: Form) -> Form:
        """The shape of a gradient or a Hessian, of a number that depends on a vector, or for a gradient on a matrix."""
        name, order, _ = tree.data
        if not self.sizes.unify_forms(shape, SCALAR_FORM):
            raise Misfit(tree, f"the gradient of {name}, which is {self.sizes.show(shape)}")
        self.penalty += GRADIENT_BY_NUMBER * (argument == SCALAR_FORM)
        return argument if order == 1 else (argument[0], argument[0])

    def of_matrix(self, tree: Tree, said: Called) -> Form | None:
        """The shape of a function of a matrix of which nothing is said; None where it is no such function."""
        if said.shape is not None or said.argument is not None or len(tree.args) != 1 or tree.args[0].op == "blocks":
            return None
        form = self.shape(tree.args[0])
        if ONE in form or not self.sizes.unify(*form):
            return None
        self.decided[id(tree)] = "of the matrix"
        return form

    def in_space(self, tree: Tree) -> Form:
        """A cross product, or the matrix of one: of vectors with three entries."""
        for argument in tree.args:
            form = self.shape(argument)
            if form[1] != ONE or not self.sizes.unify(form[0], Dim.of(3)):
                raise Misfit(argument, f"the cross product of {self.sizes.show(form)}: no vector with three entries")
        return Dim.of(3), ONE if tree.op is CROSS else Dim.of(3)

    def call(self, tree: Tree) -> Form:
        """A call of a function that was not put in its place."""
        raise fail("unsupported", f"{tree.data} is called here with arguments other than its own", tree.span)

    def expectation(self, tree: Tree) -> Form:
        """An expectation, which only functions that are asked about may hold."""
        raise fail("unsupported", "an expectation", tree.span, "write the function without it")


Rule = Callable[[Typing, Tree], Form]
FORMS: dict[Op | str, Rule] = {
    "name": Typing.name, EXPECTATION: Typing.expectation,
    **dict.fromkeys(("number", "pi"), lambda self, tree: SCALAR_FORM),
    "sum": Typing.total, "product": Typing.product,
    "quotient": Typing.quotient, "quotient by entries": Typing.quotient_by_entries, "power": Typing.power,
    "bars": Typing.bars, "Kronecker sum": Typing.kronecker_sum, "blocks": Typing.blocks,
    "power by entries": Typing.power_by_entries, "root": Typing.same, "inverse transpose": Typing.inverse,
    "log bars": Typing.bars, "sum over": Typing.sum_over,
    "product over": Typing.product_over, "line": Typing.line, "entry": Typing.entry, "ones": Typing.ones,
    "zeros": Typing.ones, "product by entries": Typing.product_by_entries,
    "sum by entries": Typing.total_by_entries, "differential": Typing.same, "call": Typing.call,
    "unknown": Typing.unknown, "transpose or power": Typing.transpose_or_power,
    "array over": Typing.array_over,
    "max over": Typing.product_over, "min over": Typing.product_over, "norm by": Typing.norm_by,
    "spectral": Typing.spectral, "derivative": derivative_form, "equations": equations_form, "star": Typing.starred,
    TRANSPOSE: Typing.transposed, DIAGONAL: Typing.diagonal, DIAGONAL_MATRIX: Typing.diagonal, INVERSE: Typing.inverse,
    VECH: Typing.half_of, UNVEC: Typing.unvec, HADAMARD: Typing.columnwise, CROSS: Typing.in_space,
    CROSS_MATRIX: Typing.in_space, TRACE: Typing.traced,
}  # fmt: skip
