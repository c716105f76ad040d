"""Functions of matrices and vectors: determinants, traces, spectra, diagonals, and functions without a formula."""

from __future__ import annotations

from dataclasses import replace

from texgrad.algebra import SYMBOL, Expr, Op, add, scale, split, terms, zero
from texgrad.operators import (
    DET,
    FUNCTIONS_OF_MATRICES,
    LOG,
    LOGDET,
    MATRIX_LOG,
    TRACE,
    Function,
    absolute,
    det,
    diagonal,
    diagonal_matrix,
    eigenvalue,
    factors,
    of_matrix,
    ones,
    product,
    singular_value,
    unknown_function,
    unvec,
)
from texgrad.reader.building.core import Building
from texgrad.reader.building.sums import build_size_of_set
from texgrad.reader.fields import fitting
from texgrad.reader.tree import Tree
from texgrad.shapes import ONE, SCALAR, ShapeError, show
from texgrad.source import fail


def build_bars(builder: Building, tree: Tree) -> Expr:
    """A determinant or an absolute value, or its logarithm."""
    if id(tree) in builder.typing.fulfilled:
        return build_size_of_set(builder, tree)
    body = builder.build(tree.args[0])
    if ONE in body.shape or body.shape[0] != body.shape[1]:
        return absolute(body) if tree.op == "bars" else LOG(absolute(body))
    return det(body) if tree.op == "bars" else LOGDET(body)


def build_det(builder: Building, tree: Tree) -> Expr:
    r"""A determinant; in `\det A(1+v^Tu)` the number in brackets is multiplied with it."""
    body = tree.args[0]
    factors_in = list(body.args) if body.op == "product" and not body.fenced else [body]
    cut = len(factors_in)
    while cut > 1 and factors_in[cut - 1].op == "sum" and factors_in[cut - 1].fenced:
        if builder.shape(factors_in[cut - 1]) != SCALAR:
            break
        cut -= 1
    if cut == len(factors_in) or builder.shape(body) == SCALAR:
        return DET(builder.build(body))
    return product(*map(builder.build, factors_in[cut:]), DET(product(*map(builder.build, factors_in[:cut]))))


def build_logdet(builder: Building, tree: Tree) -> Expr:
    """The logarithm of a determinant."""
    body = builder.build(tree.args[0])
    return LOG(body) if body.scalar else LOGDET(body)


def build_logarithm(builder: Building, tree: Tree) -> Expr:
    """The logarithm of a positive definite matrix, whose entries may be negative, is meant as one of the matrix."""
    body = builder.build(tree.args[0])
    definite = body.op is SYMBOL and "positive definite" in body.data.assume
    return MATRIX_LOG(body) if definite or _of_the_matrix(builder, tree, body) else LOG(body)


def build_function(builder: Building, tree: Tree) -> Expr:
    """A function that works entry by entry, or one of the matrix."""
    body = builder.build(tree.args[0])
    assert isinstance(tree.op, Op)
    return FUNCTIONS_OF_MATRICES[tree.op](body) if _of_the_matrix(builder, tree, body) else tree.op(body)


def _of_the_matrix(builder: Building, tree: Tree, body: Expr) -> bool:
    """Whether it stands in a trace where functions are those of matrices, which is said where it could be doubted."""
    meant = builder.decided(tree) == "of the matrix" and body.shape[0] == body.shape[1] != ONE
    if meant and body.op is SYMBOL:
        builder.typing.notes["functions of matrices"] = None
    return meant


def build_trace(builder: Building, tree: Tree) -> Expr:
    """A trace."""
    body = builder.build(tree.args[0])
    meant = add(*(_function_of_matrix(t) for t in terms(body)))
    if any(_doubtful(builder, f) for t in terms(meant) for f in factors(split(t)[1])[1]):
        builder.typing.notes["functions by entries"] = None
    if meant.op.elementwise and not meant.scalar:
        raise fail("unsupported", "a function of a matrix that is not meant by entries", tree.span)
    return TRACE(meant)


def _doubtful(builder: Building, e: Expr) -> bool:
    """Whether it is a function of a matrix that could be meant as one of the matrix or of its entries."""
    if e.op not in FUNCTIONS_OF_MATRICES or e.args[0].op is not SYMBOL or ONE in e.shape:
        return False
    known = builder.typing.scope.declared.get(e.args[0].data.name)
    return known is None or known.shape is None or known.shape[0] == known.shape[1]


def _function_of_matrix(e: Expr) -> Expr:
    """In a trace, f(X), or Xf(X) with the same X, which is meant as a function of the matrix X."""
    own, body = split(e)
    scalars, chain = factors(body)
    found = [FUNCTIONS_OF_MATRICES.get(f.op) for f in chain]
    bases = {f.args[0] if op is not None else f for f, op in zip(chain, found, strict=True)}
    if len(bases) != 1 or not any(found):
        return e
    meant = (f if op is None else op(f.args[0]) for f, op in zip(chain, found, strict=True))
    return scale(own, product(*scalars, *meant))


def build_spectral(builder: Building, tree: Tree) -> Expr:
    """An eigenvalue or a singular value."""
    letter, which = tree.data
    body = builder.build(tree.args[1])
    if builder.decided(tree) == "product":
        return product(builder.build(tree.args[0]), body)
    chosen = (builder.indices.get(which, which),)
    return eigenvalue(body, chosen) if letter == r"\lambda" else singular_value(body, chosen)


def build_unknown(builder: Building, tree: Tree) -> Expr:
    """A function without a formula, or its derivative."""
    name, order, below = tree.data
    if builder.decided(tree) == "of the matrix":
        made = of_matrix(Function(name, SCALAR, SCALAR, order=order), builder.build(tree.args[0]))
        builder.symbols.setdefault(name, made)
        return made
    at = tuple(builder.indices[i.text] for i in below)
    argument = builder.build(tree.args[0])
    if name in builder.given:
        return unknown_function(replace(builder.given[name].data, order=order, indices=at), argument)
    shape = builder.shape(tree)
    declared = builder.typing.scope.declared.get(name)
    assume = fitting(declared.assume, shape) if declared else frozenset()
    function = Function(name, SCALAR if order else shape, argument.shape, assume, order, at)
    made = unknown_function(function, argument)
    if builder.symbols.get(name, made).op is SYMBOL:
        raise fail("undeclared", f"{name} stands for a function and for a variable", tree.span,
                   "give one another name")  # fmt: skip
    builder.symbols.setdefault(name, made)
    return made


def build_unvec(builder: Building, tree: Tree) -> Expr:
    """A matrix made of a vector."""
    body, shape = builder.build(tree.args[0]), builder.shape(tree)
    if body.shape[0] != shape[0] * shape[1]:
        raise ShapeError(f"unvec of {show(body.shape)} as {show(shape)}")
    return unvec(body, shape)


def build_constant(builder: Building, tree: Tree) -> Expr:
    """Ones or zeros."""
    shape = builder.shape(tree)
    return ones(shape) if tree.op == "ones" else zero(shape)


def build_diagonal(builder: Building, tree: Tree) -> Expr:
    """diag of a vector is a matrix, of a matrix a vector."""
    body = builder.build(tree.args[0])
    return diagonal_matrix(body) if body.shape[1] == ONE else diagonal(body)
