"""Derivatives by a variable whose entries are tied to one another: from the gradient with independent entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from texgrad.algebra import Expr, add, scale
from texgrad.engine.derivation import Derivation, Line, Question, Result
from texgrad.engine.gradient import derive_gradient
from texgrad.engine.jacobian import derive_jacobian
from texgrad.immutable import immutable
from texgrad.operators import (
    TRANSPOSE,
    derivative,
    duplication,
    elimination,
    hadamard,
    identity,
    product,
    transpose,
    vec,
    vech,
)
from texgrad.operators.parts import DIAGONAL_SUMS, LOWER, UPPER
from texgrad.tidy import final

HALF_JACOBIAN = "half jacobian"  # the kind of derivative that a Jacobian by vech X is
HALVES = {False: "vech", True: "vech-triangular"}  # the conventions by vech X, of symmetric X and of triangular X


@immutable
class Structure:
    """A way in which the entries of a matrix are tied.

    answer: the gradient G by independent entries -> the derivative by the tied ones.
    direction: (numpy, n, i, j) -> how the matrix changes with its (i, j) entry.
    at: (answer, variable) -> the derivative, where it depends on the variable; onto: (numpy, value, direction) -> the
    direction along which it stays what it is. assumed: what the convention assumes of the variable.
    """

    answer: Callable[[Expr], Expr]
    direction: Callable[[Any, int, int, int], Any]
    source: str = ""
    assumed: str = "square"
    at: Callable[[Expr, Expr], Expr] | None = None
    onto: Callable[[Any, Any, Any], Any] | None = None


def _on_diagonal(G: Expr) -> Expr:
    return hadamard(identity(G.shape[0]), G)


def _symmetric(G: Expr) -> Expr:
    pair = (transpose(G), G) if G.op is TRANSPOSE else (G, transpose(G))
    return add(*pair, scale(-1, _on_diagonal(G)))


def _single(np: Any, n: int, i: int, j: int) -> Any:
    E = np.zeros((n, n))
    E[i, j] = 1.0
    return E


def _symmetric_direction(np: Any, n: int, i: int, j: int) -> Any:
    return np.maximum(_single(np, n, i, j), _single(np, n, j, i))


def _toeplitz_direction(np: Any, n: int, i: int, j: int) -> Any:
    return np.eye(n, k=j - i)


STRUCTURES: Mapping[str, Structure] = {
    "symmetric-structured": Structure(_symmetric, _symmetric_direction, "Matrix Cookbook (138)"),
    "vech": Structure(
        lambda G: product(transpose(duplication(G.shape[0])), vec(G)), _symmetric_direction,
        "Magnus & Neudecker, ch. 3.8",
    ),
    "vech-triangular": Structure(vech, _single, "Magnus & Neudecker, ch. 3.8"),
    "symmetric-tangent": Structure(
        lambda G: scale(Fraction(1, 2), add(G, transpose(G))),
        lambda np, n, i, j: (_single(np, n, i, j) + _single(np, n, j, i)) / 2,
    ),
    "skew-tangent": Structure(
        lambda G: scale(Fraction(1, 2), add(G, scale(-1, transpose(G)))),
        lambda np, n, i, j: (_single(np, n, i, j) - _single(np, n, j, i)) / 2,
    ),
    "orthogonal-tangent": Structure(
        lambda G: G, _single, "Edelman, Arias & Smith (1998)", "orthogonal",
        lambda G, Q: scale(Fraction(1, 2), add(G, scale(-1, product(Q, transpose(G), Q)))),
        lambda np, Q, E: (E - Q @ E.swapaxes(-1, -2) @ Q) / 2,
    ),
    "diagonal-structured": Structure(
        _on_diagonal, lambda np, n, i, j: _single(np, n, i, j) * np.eye(n), "Matrix Cookbook (142)"
    ),
    "skew-structured": Structure(
        lambda G: add(G, scale(-1, transpose(G))), lambda np, n, i, j: _single(np, n, i, j) - _single(np, n, j, i)
    ),
    "lower-triangular-structured": Structure(LOWER, lambda np, n, i, j: np.tril(_single(np, n, i, j))),
    "upper-triangular-structured": Structure(UPPER, lambda np, n, i, j: np.triu(_single(np, n, i, j))),
    "toeplitz-structured": Structure(DIAGONAL_SUMS, _toeplitz_direction, "Matrix Cookbook (143)"),
    "symmetric-toeplitz-structured": Structure(
        lambda G: _symmetric(DIAGONAL_SUMS(G)),
        lambda np, n, i, j: np.maximum(_toeplitz_direction(np, n, i, j), _toeplitz_direction(np, n, j, i)),
        "Matrix Cookbook (144)",
    ),
}


def half_convention(variable: Expr) -> str:
    """What the entries of vech X stand for: all of a symmetric X, or the lower triangle of a triangular one."""
    return HALVES["lower triangular" in variable.data.assume]


def derive_half(question: Question) -> Derivation:
    """The Jacobian by vec X, and after it that by vech X, for a vector or a matrix of a symmetric or triangular X."""
    wanted = tuple(replace(w, half=False, vectorised=True, transposed=False) for w in question.wanted)
    plain = derive_jacobian(replace(question, wanted=wanted))
    lines = list(plain.lines)
    results: list[Result] = []
    for r, w in zip(plain.results, question.wanted, strict=True):
        n, convention = w.variable.shape[0], half_convention(w.variable)
        whole = duplication(n) if convention == "vech" else transpose(elimination(n))
        answer = final(product(r.expression, whole))
        left = derivative(question.name, w.variable, HALF_JACOBIAN)
        lines.append(Line(left, (answer,), rules=("vech",), note=(convention, w.variable)))
        results.append(replace(r, wanted=w, expression=answer))
    return Derivation(question, plain.names, tuple(lines), tuple(results))


def derive_structured(question: Question, convention: str) -> Derivation:
    """The gradient, and after it the derivative by a variable of the structure that the convention names."""
    plain = derive_gradient(question)
    structure = STRUCTURES[convention]
    lines = list(plain.lines)
    results: list[Result] = []
    for r in plain.results:
        tied = structure.answer(r.expression)
        answer = final(structure.at(tied, r.wanted.variable) if structure.at else tied)
        left = derivative(question.name, r.wanted.variable, convention)
        lines.append(Line(left, (answer,), rules=(convention,), note=(convention, r.wanted.variable)))
        results.append(replace(r, expression=answer))
    return Derivation(question, plain.names, tuple(lines), tuple(results))
