"""Printed lines are read back: differentials, indices, basis elements, and the same expression as was written."""

from __future__ import annotations

from fractions import Fraction

import pytest

from texgrad.algebra import Expr, add, number, scale, subtract, symbol
from texgrad.operators import (
    EXP,
    LOG2,
    LOG10,
    TANH,
    basis,
    det,
    differential,
    dimension,
    entry,
    frobenius,
    hadamard,
    identity,
    indexed_sum,
    inverse,
    kronecker,
    norm,
    ones,
    power,
    product,
    single_entry,
    transpose,
    vec,
)
from texgrad.reader import read_equation, read_expression
from texgrad.shapes import Dim, Index, shape_of
from texgrad.source import TexgradError

N, P = shape_of("n", "p"), shape_of("n")
X, A, U, V = symbol("X", N), symbol("A", N), symbol("U", shape_of("p", "n")), symbol("V", shape_of("p", "p"))
S, x, t, f = symbol(r"\Sigma", shape_of("n", "n")), symbol("x", P), symbol("t"), symbol("f")
i, j, k = Index("i", Dim.of("n")), Index("j", Dim.of("p")), Index("k", Dim.of("n"))
y = symbol("y", indices=(i,))
KNOWN = {e.data.name: e for e in (X, A, U, V, S, x, t, f, y)}
INDICES = {m.name: m for m in (i, j, k)}
LINES: list[tuple[str, Expr]] = [
    ("dX", differential(X)),
    (r"\mathrm{d}X", differential(X)),
    (r"\mathrm dX\,U", product(differential(X), U)),
    (r"d(AU)", differential(product(A, U))),
    (r"d\Sigma^{-1}", differential(inverse(S))),
    (r"dU^\top V", product(transpose(differential(U)), V)),
    (r"2f\,df", scale(2, product(f, differential(f)))),
    (r"-2(A\circ X):-d(U^TV)", scale(2, frobenius(hadamard(A, X), differential(product(transpose(U), V))))),
    (r"\operatorname{vec}(dX)", vec(differential(X))),
    (r"e_k^\top X", product(transpose(basis(k)), X)),
    (r"X:E_{ij} + X:J^{ij} + X:J_{ij}", scale(3, frobenius(X, single_entry(i, j)))),
    (r"(XU)_{ik}", entry(product(X, U), i, k)),
    (r"[X]_{ij} + X_{ij}", scale(2, entry(X, i, j))),
    (r"1-\tanh(X)\odot\tanh(X)", subtract(ones(N), hadamard(TANH(X), TANH(X)))),
    (r"\frac{1}{\|x\|}x", product(power(norm(x), number(-1)), x)),
    (r"\sum_{i=1}^n y_i x_i", indexed_sum(product(y, entry(x, i)), i)),
    (r"nt", product(dimension(Dim.of("n")), t)),
    (r"U^T\otimes X", kronecker(transpose(U), X)),
    (r"x^{2}", power(x, number(2))),
    (r"\Sigma^{\circ 2}", power(S, number(2))),
    (r"\Sigma^2", product(S, S)),
    (r"A\oslash X", hadamard(A, power(X, number(-1)))),
    (r"1\oslash X", power(X, number(-1))),
    (r"\sqrt{x^\top x}e^{t}", product(power(product(transpose(x), x), number(Fraction(1, 2))), EXP(t))),
    (r"\mathbf 1_n^\top x + I_n:\Sigma", add(product(transpose(ones(P)), x), frobenius(identity(Dim.of("n")), S))),
]  # fmt: skip


@pytest.mark.parametrize(("latex", "meant"), LINES, ids=[line for line, _ in LINES])
def test_printed_forms(latex: str, meant: Expr) -> None:
    assert read_expression(latex, KNOWN, INDICES) is meant


def test_the_sides_of_a_line() -> None:
    sides = read_equation(r"df &= 2X:dX = 2\operatorname{tr}(X^TdX)", KNOWN)
    assert len(sides) == 3 and sides[0] is differential(f) and sides[1] is scale(2, frobenius(X, differential(X)))


@pytest.mark.parametrize("latex", ["XA", "X + t", "Q", "dQ", r"X_{ab}", "g(X)", "X = A"])
def test_strictness(latex: str) -> None:
    with pytest.raises(TexgradError):
        read_expression(latex, KNOWN)


def test_a_logarithm_to_a_base_takes_a_determinant_too() -> None:
    S = symbol("S", shape_of("n", "n"))
    assert read_expression(r"\log_2\det S", {"S": S}) is LOG2(det(S))
    assert read_expression(r"\log_{10}|S|", {"S": S}) is LOG10(det(S))
