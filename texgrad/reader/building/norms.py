"""Norms and pairings: what the subscripts of norms mean."""

from __future__ import annotations

from fractions import Fraction

from texgrad.algebra import NUMBER, Expr, number
from texgrad.operators import (
    absolute,
    conjugate_transpose,
    frobenius,
    is_complex,
    max_norm,
    maximum,
    norm,
    ones,
    power,
    power_norm,
    product,
    spectral_norm,
    sum_of_row_norms,
)
from texgrad.reader.building.core import Building
from texgrad.reader.tree import Tree
from texgrad.shapes import ONE, shape_of
from texgrad.source import fail


def build_norm(builder: Building, tree: Tree) -> Expr:
    """A norm; of a matrix, ‖X‖₂ is what the words call it, else the spectral norm, and ‖X‖₂² the Frobenius norm."""
    body, scope = builder.build(tree.args[0]), builder.typing.scope
    if tree.data != "2" or ONE in body.shape or scope.strict:
        return norm(body)
    called = scope.norms or ("Frobenius" if id(tree) in builder.squared else "spectral")
    if not scope.norms:
        builder.typing.notes[f"the {called} norm"] = None
    return norm(body) if called == "Frobenius" else spectral_norm(body)


def build_max_norm(builder: Building, tree: Tree) -> Expr:
    r"""The largest absolute value; of a matrix, ‖X‖_∞ is the largest sum of absolute values in a row."""
    body = builder.build(tree.args[0])
    if tree.data != r"\infty" or ONE in body.shape or builder.typing.scope.strict:
        return max_norm(body)
    builder.typing.notes["the row-sum norm"] = None
    return maximum(product(absolute(body), ones(shape_of(body.shape[1]))))


def build_row_norms(builder: Building, tree: Tree) -> Expr:
    r"""`\|X\|_{2,1}`: the sum of the norms of the rows, which for some authors are the columns."""
    builder.typing.notes["the norms of rows"] = None
    return sum_of_row_norms(builder.build(tree.args[0]))


def build_pairing(builder: Building, tree: Tree) -> Expr:
    """A:B, or the inner product of real vectors; of complex ones, authors differ on which is conjugated."""
    A, B = (builder.build(a) for a in tree.args)
    if tree.data == r"\langle" and (is_complex(A) or is_complex(B)):
        raise fail("unsupported", "an inner product of complex vectors", tree.span, "write a^H b, or b^H a")
    return frobenius(A, B)


def build_norm_by(builder: Building, tree: Tree) -> Expr:
    """A p-norm, or the norm weighted with a matrix."""
    body, by = (builder.build(a) for a in tree.args)
    if by.scalar:
        if by.op is NUMBER and by.data < 1:
            help = "it counts entries, or is no norm: leave it out, or take ‖·‖_1"
            raise fail("unsupported", f"a norm with the subscript {by.data} is not known", tree.span, help)
        return power_norm(body, by)
    return power(product(conjugate_transpose(body), by, body), number(Fraction(1, 2)))
