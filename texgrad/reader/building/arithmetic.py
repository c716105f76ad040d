"""Sums, products, fractions and powers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from texgrad.algebra import NUMBER, Expr, add, number, scale, split, zero
from texgrad.operators import (
    EXP,
    MATRIX_EXP,
    POWER,
    block,
    hadamard,
    identity,
    inverse,
    kronecker,
    matrix_power,
    ones,
    power,
    product,
    reciprocal,
    transpose,
)
from texgrad.reader.building.core import Building
from texgrad.reader.building.names import build_reference
from texgrad.reader.exponents import MAX_POWER_DIGITS, bounded, counted
from texgrad.reader.tree import Tree
from texgrad.shapes import ONE, Shape, shape_of
from texgrad.source import fail

OF_ONE: Mapping[str | None, Callable[[Shape], Expr]] = {"zero": zero, "ones": ones}  # what a digit can stand for


def build_number(builder: Building, tree: Tree) -> Expr:
    """A number; the digit 1 may stand for ones, and 0 for zeros."""
    made = OF_ONE.get(builder.decided(tree))
    return number(tree.data) if made is None else made(builder.shape(tree))


def build_total(builder: Building, tree: Tree) -> Expr:
    """A sum."""
    built = [builder.build(a) for a in tree.args]
    return add(*[e if sign == 1 else scale(sign, e) for sign, e in zip(tree.data, built, strict=True)])


def build_quotient(builder: Building, tree: Tree) -> Expr:
    """A fraction."""
    above, below = [builder.build(a) for a in tree.args]
    if below.op is NUMBER and below.data:
        return scale(Fraction(1, below.data), above)
    return product(above, power(below, number(-1)))


def build_product(builder: Building, tree: Tree) -> Expr:
    """A product."""
    made = product(*[builder.build(a) for a in tree.args])
    own = split(made)[0]
    if own != 1 and max(abs(own.numerator), own.denominator) > 10**MAX_POWER_DIGITS:
        raise fail("too-large", "a number with too many digits", tree.span)
    return made


def build_product_by_entries(builder: Building, tree: Tree) -> Expr:
    """A product of entries, numbers among them."""
    made = [builder.build(a) for a in tree.args]
    arrays = [e for e in made if not e.scalar]
    numbers = [e for e in made if e.scalar]
    return product(*numbers, hadamard(*arrays)) if arrays else product(*numbers)


def build_quotient_by_entries(builder: Building, tree: Tree) -> Expr:
    """A quotient of entries."""
    above, below = (builder.build(a) for a in tree.args)
    if above.scalar or below.scalar:
        return product(above, power(below, number(-1)))
    return hadamard(above, power(below, number(-1)))


def build_blocks(builder: Building, tree: Tree) -> Expr:
    """A matrix of blocks."""
    size, cols = builder.typing.sizes.size, tree.data[1]
    cells: list[Expr] = []
    for cell in tree.args:
        if cell.op == "number" and not cell.data:
            rows, columns = builder.typing.results[id(cell)]
            cells.append(zero((size(rows), size(columns))))
        else:
            cells.append(builder.build(cell))
    return block([cells[k : k + cols] for k in range(0, len(cells), cols)])


def build_hadamard(builder: Building, tree: Tree) -> Expr:
    """A Hadamard product, or the Khatri–Rao product (A ⊗ 1) ∘ (1 ⊗ B), column by column a Kronecker product."""
    args = [builder.build(a) for a in tree.args]
    if builder.decided(tree) != "Khatri-Rao":
        return hadamard(*args)
    A, B = args
    columns = [ones(shape_of(e.shape[0])) for e in args]
    return hadamard(kronecker(A, columns[1]), kronecker(columns[0], B))


def build_kronecker_sum(builder: Building, tree: Tree) -> Expr:
    """A ⊕ B = A ⊗ I + I ⊗ B."""
    A, B = (builder.build(a) for a in tree.args)
    return add(kronecker(A, identity(B.shape[0])), kronecker(identity(A.shape[0]), B))


def build_power(builder: Building, tree: Tree) -> Expr:
    """A power."""
    decided = builder.decided(tree)
    if decided == "single":
        return build_reference(builder, builder.typing.references[id(tree)])
    if decided == "exp":
        above = builder.build(tree.args[1])
        if ONE in above.shape:
            return EXP(above)
        if above.shape[0] != above.shape[1]:
            raise fail(
                "shape", "the exponential of a matrix that is not square", tree.span,
                r"write \exp(X) for that of the entries",
            )  # fmt: skip
        return MATRIX_EXP(above)
    if tree.args[1].op == "number" and tree.args[1].data % 2 == 0:
        builder.squared.add(id(tree.args[0]))
    base, exponent = (builder.build(a) for a in tree.args)
    bounded(base, exponent, tree)
    root = base.op is POWER and base.scalar and base.args[1] is power(exponent, number(-1))
    if root and not reciprocal(exponent) and (exponent.op is not NUMBER or exponent.data.denominator == 1):
        return base.args[0]  # the p-th power of a p-th root; the root of a power need not be the number
    if base.shape[0] != base.shape[1] or base.scalar:
        return power(base, exponent)
    return matrix_power(base, counted(exponent))


def build_power_by_entries(builder: Building, tree: Tree) -> Expr:
    """A power of every entry."""
    base, exponent = (builder.build(a) for a in tree.args)
    bounded(base, exponent, tree)
    return power(base, exponent)


def build_inverse(builder: Building, tree: Tree) -> Expr:
    """An inverse, transposed or not."""
    base = builder.build(tree.args[0])
    made = power(base, number(-1)) if ONE in base.shape else inverse(base)
    return transpose(made) if tree.op == "inverse transpose" else made


def build_root(builder: Building, tree: Tree) -> Expr:
    """A square root."""
    base = builder.build(tree.args[0])
    if ONE not in base.shape and not builder.typing.scope.strict:
        if base.shape[0] == base.shape[1]:
            return matrix_power(base, number(Fraction(1, 2)))
        raise fail("unsupported", "the root of a matrix", tree.span)
    return power(base, number(Fraction(1, 2)))
