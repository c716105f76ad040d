"""Typed trees to expressions, through the constructors of the operator table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from fractions import Fraction

from texgrad.algebra import NUMBER, SYMBOL, Expr, Op, add, number, scale, split, symbol, terms, zero
from texgrad.operators import (
    DIAGONAL,
    DIAGONAL_MATRIX,
    EXP,
    FROBENIUS,
    FUNCTIONS_OF_MATRICES,
    HADAMARD,
    HERMITIAN,
    INVERSE,
    LOG,
    LOGDET,
    MATRIX_EXP,
    MATRIX_LOG,
    NORM,
    TRACE,
    UNVEC,
    Function,
    absolute,
    basis,
    block,
    column,
    commutation,
    det,
    diagonal,
    diagonal_matrix,
    differential,
    dimension,
    duplication,
    eigenvalue,
    elimination,
    entry,
    factors,
    hadamard,
    hermitian,
    identity,
    imaginary,
    index_value,
    indexed_product,
    indexed_sum,
    inverse,
    is_complex,
    kronecker,
    kronecker_delta,
    matrix_power,
    maximum,
    minimum,
    ones,
    pi,
    power,
    product,
    row,
    single_entry,
    singular_value,
    transpose,
    unknown_function,
    unvec,
)
from texgrad.reader.derivatives import build_derivative
from texgrad.reader.exponents import MAX_POWER_DIGITS, bounded, counted
from texgrad.reader.fields import fitting, untied
from texgrad.reader.infer import Typing
from texgrad.reader.names import Reference
from texgrad.reader.norms import build_norm, build_norm_by, build_pairing
from texgrad.reader.tree import Tree, deepest_first
from texgrad.shapes import ONE, Dim, Index, ShapeError, shape_of, show
from texgrad.source import fail
from texgrad.tidy import along, summed_spectrum

HALVES = {"duplication": duplication, "elimination": elimination}


class Builder:
    """Builds expressions from the trees of one typing; `symbols` holds those made so far, in order of appearance.

    free: names of symmetric matrices whose entries are taken as independent.
    """

    def __init__(self, typing: Typing, given: Mapping[str, Expr] | None = None, free: Collection[str] = ()) -> None:
        self.typing = typing
        self.free = free
        self.given = given or {}
        self.symbols: dict[str, Expr] = {}
        self.made: dict[tuple[str, tuple[Index, ...]], Expr] = {}
        self.ready: dict[int, Expr] = {}
        self.built: list[tuple[Tree, Expr]] = []
        self.squared: set[int] = set()
        self.indices: dict[str, Index] = {n: Index(n, typing.sizes.size(s)) for n, s in typing.indices.items()}

    def whole(self, tree: Tree) -> Expr:
        """The expression that a tree means, which may be high."""
        for part in deepest_first(tree, self.typing.meant):
            self.ready[id(part)] = self.build(part)
        return self.build(tree)

    def build(self, tree: Tree) -> Expr:
        """The expression that a tree means."""
        ready = self.ready.get(id(tree))
        if ready is not None:
            return ready
        if id(tree) in self.typing.meant:
            made = self.build(self.typing.meant[id(tree)])
            self.built.append((tree, made))
            return made
        rule = FORMS.get(tree.op) if isinstance(tree.op, str) else OPERATORS.get(tree.op)
        try:
            if rule is None:
                assert isinstance(tree.op, Op)
                made = self.of_matrix(tree.op(*[self.build(a) for a in tree.args]))
            else:
                made = rule(self, tree)
        except ShapeError as error:
            raise fail("shape", str(error), tree.span) from None
        except (OverflowError, ZeroDivisionError, ValueError) as error:
            raise fail("unsupported", f"a number that cannot be worked out: {error}", tree.span) from None
        self.built.append((tree, made))
        return made

    def symbol(self, key: str, at: tuple[Index, ...] = ()) -> Expr:
        """The symbol `key`, or the member of the family `key` with these indices."""
        made = self.made.get((key, at))
        if made is None:
            made = self.made[key, at] = self._symbol(key, at)
        return made

    def _symbol(self, key: str, at: tuple[Index, ...]) -> Expr:
        if key in self.given:
            known = self.given[key]
            return symbol(known.data.name, known.shape, known.data.assume, at) if at else known
        declared = self.typing.scope.declared.get(key)
        shape = self.typing.sizes.shape(self.typing.forms[key])
        if key in self.symbols and self.symbols[key].op is not SYMBOL:
            raise fail("undeclared", f"{key} stands for a function and for a variable", None, "give one another name")
        assume = fitting(declared.assume, shape) if declared else frozenset()
        assume = self.typing.scope.field.assumed(key, shape, assume)
        made = symbol(key, shape, untied(assume) if key in self.free else assume, at)
        self.symbols.setdefault(key, made)
        return made

    def define(self, key: str, tree: Tree) -> tuple[Expr, Expr]:
        """The symbol `key` and what it is defined as; it is complex, and Hermitian, where that is."""
        worth = self.whole(tree)
        if is_complex(worth):
            square = HERMITIAN if worth.shape[0] == worth.shape[1] and hermitian(worth) else "complex"
            made = self.made[key, ()] = symbol(key, worth.shape, ("complex", square))
            self.symbols.setdefault(key, made)
        return self.symbol(key), worth

    def name(self, tree: Tree) -> Expr:
        """A name, as it was resolved."""
        found = self.typing.references[id(tree)]
        at = tuple(self.indices[i] for i in found.indices if i in self.indices)
        if found.role == "identity":
            return identity(self.typing.sizes.size(self.typing.results[id(tree)][0]))
        if found.role == "ones":
            return ones(self.typing.sizes.shape(self.typing.results[id(tree)]))
        if found.role == "size":
            return dimension(Dim.of(found.key))
        if found.role == "index":
            return index_value(self.indices[found.key])
        if found.role == "pi":
            return pi()
        if found.role == "imaginary":
            return imaginary()
        if found.role == "commutation":
            return commutation(Dim.of(found.indices[0]), Dim.of(found.indices[1]))
        if found.role in HALVES:
            return HALVES[found.role](Dim.of(found.indices[0]))
        if found.role in ("basis", "single", "delta"):
            return self.basic(found)
        if found.role == "member":
            return self.symbol(found.key, at)
        if found.role == "member component":
            return entry(self.symbol(found.key, at[:1]), *at[1:])
        made = self.symbol(found.key)
        return entry(made, *at) if found.role == "component" else made

    def basic(self, found: Reference) -> Expr:
        """A basis vector or a single-entry matrix."""
        at = tuple(self.indices[i] for i in found.indices)
        if found.role == "delta":
            return kronecker_delta(at[0], at[1])
        return basis(at[0]) if len(at) == 1 else single_entry(at[0], at[1])

    def number(self, tree: Tree) -> Expr:
        """A number; the digit 1 may stand for ones."""
        if self.typing.decided.get(id(tree)) == "ones":
            return ones(self.typing.sizes.shape(self.typing.results[id(tree)]))
        return number(tree.data)

    def total(self, tree: Tree) -> Expr:
        """A sum."""
        built = [self.build(a) for a in tree.args]
        return add(*[e if sign == 1 else scale(sign, e) for sign, e in zip(tree.data, built, strict=True)])

    def quotient(self, tree: Tree) -> Expr:
        """A fraction."""
        above, below = [self.build(a) for a in tree.args]
        if below.op is NUMBER and below.data:
            return scale(Fraction(1, below.data), above)
        return product(above, power(below, number(-1)))

    def product(self, tree: Tree) -> Expr:
        """A product."""
        made = product(*[self.build(a) for a in tree.args])
        own = split(made)[0]
        if own != 1 and max(abs(own.numerator), own.denominator) > 10**MAX_POWER_DIGITS:
            raise fail("too-large", "a number with too many digits", tree.span)
        return made

    def product_by_entries(self, tree: Tree) -> Expr:
        """A product of entries, numbers among them."""
        made = [self.build(a) for a in tree.args]
        arrays = [e for e in made if not e.scalar]
        numbers = [e for e in made if e.scalar]
        return product(*numbers, hadamard(*arrays)) if arrays else product(*numbers)

    def quotient_by_entries(self, tree: Tree) -> Expr:
        """A quotient of entries."""
        above, below = (self.build(a) for a in tree.args)
        if above.scalar or below.scalar:
            return product(above, power(below, number(-1)))
        return hadamard(above, power(below, number(-1)))

    def blocks(self, tree: Tree) -> Expr:
        """A matrix of blocks."""
        size, cols = self.typing.sizes.size, tree.data[1]
        cells: list[Expr] = []
        for cell in tree.args:
            if cell.op == "number" and not cell.data:
                rows, columns = self.typing.results[id(cell)]
                cells.append(zero((size(rows), size(columns))))
            else:
                cells.append(self.build(cell))
        return block([cells[k : k + cols] for k in range(0, len(cells), cols)])

    def hadamard(self, tree: Tree) -> Expr:
        """A Hadamard product, or the Khatri–Rao product (A ⊗ 1) ∘ (1 ⊗ B), column by column a Kronecker product."""
        args = [self.build(a) for a in tree.args]
        if self.typing.decided.get(id(tree)) != "Khatri-Rao":
            return hadamard(*args)
        A, B = args
        columns = [ones(shape_of(e.shape[0])) for e in args]
        return hadamard(kronecker(A, columns[1]), kronecker(columns[0], B))

    def kronecker_sum(self, tree: Tree) -> Expr:
        """A ⊕ B = A ⊗ I + I ⊗ B."""
        A, B = (self.build(a) for a in tree.args)
        return add(kronecker(A, identity(B.shape[0])), kronecker(identity(A.shape[0]), B))

    def power(self, tree: Tree) -> Expr:
        """A power."""
        decided = self.typing.decided.get(id(tree))
        if decided == "single":
            return self.basic(self.typing.references[id(tree)])
        if decided == "exp":
            above = self.build(tree.args[1])
            if ONE in above.shape:
                return EXP(above)
            if above.shape[0] != above.shape[1]:
                raise fail(
                    "shape", "the exponential of a matrix that is not square", tree.span,
                    r"write \exp(X) for that of the entries",
                )  # fmt: skip
            return MATRIX_EXP(above)
        if tree.args[1].op == "number" and tree.args[1].data % 2 == 0:
            self.squared.add(id(tree.args[0]))
        base, exponent = (self.build(a) for a in tree.args)
        bounded(base, exponent, tree)
        if base.shape[0] != base.shape[1] or base.scalar:
            return power(base, exponent)
        return matrix_power(base, counted(exponent))

    def power_by_entries(self, tree: Tree) -> Expr:
        """A power of every entry."""
        base, exponent = (self.build(a) for a in tree.args)
        bounded(base, exponent, tree)
        return power(base, exponent)

    def inverse(self, tree: Tree) -> Expr:
        """An inverse, transposed or not."""
        base = self.build(tree.args[0])
        made = power(base, number(-1)) if ONE in base.shape else inverse(base)
        return transpose(made) if tree.op == "inverse transpose" else made

    def root(self, tree: Tree) -> Expr:
        """A square root."""
        base = self.build(tree.args[0])
        if ONE not in base.shape and not self.typing.scope.strict:
            if base.shape[0] == base.shape[1]:
                return matrix_power(base, number(Fraction(1, 2)))
            raise fail("unsupported", "the root of a matrix", tree.span)
        return power(base, number(Fraction(1, 2)))

    def bars(self, tree: Tree) -> Expr:
        """A determinant or an absolute value, or its logarithm."""
        body = self.build(tree.args[0])
        if ONE in body.shape or body.shape[0] != body.shape[1]:
            return absolute(body) if tree.op == "bars" else LOG(absolute(body))
        return det(body) if tree.op == "bars" else LOGDET(body)

    def logdet(self, tree: Tree) -> Expr:
        """The logarithm of a determinant."""
        body = self.build(tree.args[0])
        return LOG(body) if body.scalar else LOGDET(body)

    def trace(self, tree: Tree) -> Expr:
        """A trace."""
        body = self.build(tree.args[0])
        meant = add(*(self.function_of_matrix(t) for t in terms(body)))
        if meant.op.elementwise and not meant.scalar:
            raise fail("unsupported", "a function of a matrix that is not meant by entries", tree.span)
        return TRACE(meant)

    def of_matrix(self, e: Expr) -> Expr:
        """The logarithm of a positive definite matrix, whose entries may be negative, is meant as one of the matrix."""
        A = e.args[0] if e.op is LOG else e
        definite = A is not e and A.op is SYMBOL and "positive definite" in A.data.assume
        return MATRIX_LOG(A) if definite and not self.typing.scope.strict else e

    def function_of_matrix(self, e: Expr) -> Expr:
        """In a trace, f(X), or Xf(X) with the same X, which is meant as a function of the matrix X."""
        own, body = split(e)
        scalars, chain = factors(body)
        found = [FUNCTIONS_OF_MATRICES.get(f.op) for f in chain]
        bases = {f.args[0] if op is not None else f for f, op in zip(chain, found, strict=True)}
        if len(bases) != 1 or not any(found):
            return e
        meant = (f if op is None else op(f.args[0]) for f, op in zip(chain, found, strict=True))
        return scale(own, product(*scalars, *meant))

    def sum_over(self, tree: Tree) -> Expr:
        """A sum or a product over indices."""
        saved = self.indices
        own = [(Index(n, self.typing.sizes.size(size)), but) for n, size, but in self.typing.summed[id(tree)]]
        self.indices = {**saved, **{index.name: index for index, _ in own}}
        made = self.whole(tree.args[0])
        for index, but in reversed(own):
            spectrum = summed_spectrum(made, index) if tree.op == "sum over" and but is None else None
            if spectrum is not None:
                made = spectrum
                continue
            made = (indexed_sum if tree.op == "sum over" else indexed_product)(made, index._replace(but=but))
        self.indices = saved
        return made

    def line(self, tree: Tree) -> Expr:
        """A row or a column."""
        kind, at = tree.data
        return (row if kind == "row" else column)(self.build(tree.args[0]), self.indices[at])

    def unknown(self, tree: Tree) -> Expr:
        """A function without a formula, or its derivative."""
        name, order = tree.data
        argument = self.build(tree.args[0])
        if name in self.given:
            return unknown_function(replace(self.given[name].data, order=order), argument)
        shape = self.typing.sizes.shape(self.typing.results[id(tree)])
        declared = self.typing.scope.declared.get(name)
        assume = fitting(declared.assume, shape) if declared else frozenset()
        function = Function(name, shape, argument.shape, assume)
        made = unknown_function(function, argument)
        if self.symbols.get(name, made).op is SYMBOL:
            raise fail("undeclared", f"{name} stands for a function and for a variable", tree.span,
                       "give one another name")  # fmt: skip
        self.symbols.setdefault(name, made)
        return made

    def extreme_over(self, tree: Tree) -> Expr:
        """The largest or the smallest of what an index counts."""
        ((name, size, _),) = self.typing.summed[id(tree)]
        saved, index = self.indices, Index(name, self.typing.sizes.size(size))
        self.indices = {**saved, name: index}
        whole = along(self.whole(tree.args[0]), index)
        self.indices = saved
        if whole is None:
            raise fail("unsupported", f"an extreme over {name} of what is no entry of a vector", tree.span)
        return maximum(whole) if tree.op == "max over" else minimum(whole)

    def spectral(self, tree: Tree) -> Expr:
        """An eigenvalue or a singular value."""
        letter, which = tree.data
        body = self.build(tree.args[1])
        if self.typing.decided.get(id(tree)) == "product":
            return product(self.build(tree.args[0]), body)
        chosen = (self.indices.get(which, which),)
        return eigenvalue(body, chosen) if letter == r"\lambda" else singular_value(body, chosen)

    def entry(self, tree: Tree) -> Expr:
        """An entry of a compound."""
        at = self.typing.references[id(tree)].indices
        return entry(self.build(tree.args[0]), *(self.indices[i] for i in at))

    def unvec(self, tree: Tree) -> Expr:
        """A matrix made of a vector."""
        body, shape = self.build(tree.args[0]), self.typing.sizes.shape(self.typing.results[id(tree)])
        if body.shape[0] != shape[0] * shape[1]:
            raise ShapeError(f"unvec of {show(body.shape)} as {show(shape)}")
        return unvec(body, shape)

    def constant(self, tree: Tree) -> Expr:
        """Ones or zeros."""
        shape = self.typing.sizes.shape(self.typing.results[id(tree)])
        return ones(shape) if tree.op == "ones" else zero(shape)

    def diagonal(self, tree: Tree) -> Expr:
        """diag of a vector is a matrix, of a matrix a vector."""
        body = self.build(tree.args[0])
        return diagonal_matrix(body) if body.shape[1] == ONE else diagonal(body)


Rule = Callable[[Builder, Tree], Expr]
FORMS: dict[str, Rule] = {
    "name": Builder.name, "number": Builder.number, "sum": Builder.total, "quotient": Builder.quotient,
    "quotient by entries": Builder.quotient_by_entries,
    "Kronecker sum": Builder.kronecker_sum, "blocks": Builder.blocks, "power": Builder.power, "bars": Builder.bars,
    "power by entries": Builder.power_by_entries, "root": Builder.root,
    "inverse transpose": Builder.inverse, "log bars": Builder.bars, "sum over": Builder.sum_over,
    "product over": Builder.sum_over, "line": Builder.line,
    "entry": Builder.entry, "ones": Builder.constant, "zeros": Builder.constant, "unknown": Builder.unknown,
    "product by entries": Builder.product_by_entries,
    "product": Builder.product,
    "max over": Builder.extreme_over, "min over": Builder.extreme_over,
    "norm by": build_norm_by, "spectral": Builder.spectral, "derivative": build_derivative,
    "differential": lambda self, tree: differential(self.build(tree.args[0])),
}  # fmt: skip
OPERATORS: dict[Op, Rule] = {
    DIAGONAL: Builder.diagonal, DIAGONAL_MATRIX: Builder.diagonal, INVERSE: Builder.inverse, HADAMARD: Builder.hadamard,
    LOGDET: Builder.logdet, NORM: build_norm, UNVEC: Builder.unvec, FROBENIUS: build_pairing, TRACE: Builder.trace,
}  # fmt: skip
