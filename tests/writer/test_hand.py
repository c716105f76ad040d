"""The author's notation is used, and what he never wrote is worked out from what he did."""

from __future__ import annotations

from fractions import Fraction

import pytest

from texgrad.algebra import Expr, add, number, scale, symbol
from texgrad.notation import Style
from texgrad.operators import (
    EXP,
    TANH,
    commutation,
    derivative,
    differential,
    dimension,
    entry,
    hadamard,
    identity,
    indexed_sum,
    inverse,
    kronecker,
    logdet,
    norm,
    ones,
    power,
    product,
    trace,
    transpose,
)
from texgrad.shapes import SCALAR, Dim, Index, shape_of
from texgrad.writer.latex import write

A, B, S = symbol("A", shape_of("m", "n")), symbol("B", shape_of("m", "n")), symbol("S", shape_of("n", "n"))
W = symbol("W^{(1)}", shape_of("n", "n"))
x, y = symbol("x", shape_of("n")), symbol("y", shape_of("n"))
a, b, d, r, t = (symbol(name) for name in "abdrt")
sigma = symbol(r"\sigma")
i, j = Index("i", Dim.of("n")), Index("j", Dim.of("n"))
xi, gi = symbol("x", shape_of("p"), (), (i,)), symbol("g", SCALAR, (), (i,))


def p(e: Expr, exponent: int | Fraction) -> Expr:
    return power(e, number(exponent))


def hand(**templates: str) -> Style:
    return Style(templates={key.replace("_", " "): value for key, value in templates.items()})


CASES = [
    # the transpose of an inverse follows the transpose
    (transpose(inverse(S)), hand(transpose="#1^T"), r"S^{-T}"),
    (transpose(inverse(S)), hand(transpose=r"#1^{\top}"), r"S^{-\top}"),
    (transpose(inverse(S)), hand(transpose="#1^\\mathsf{T}"), r"S^{-\mathsf{T}}"),
    (transpose(inverse(S)), hand(inverse_transpose=r"#1^{-t}"), r"S^{-t}"),
    # norms follow one another
    (p(norm(A), 2), hand(matrix_norm=r"\lVert #1\rVert_F"), r"\lVert A\rVert_F^2"),
    (norm(A), hand(squared_matrix_norm=r"\|#1\|^2_F"), r"\|A\|_F"),
    (norm(x), hand(squared_matrix_norm=r"\left\|#1\right\|_F^2"), r"\left\|x\right\|_2"),
    (p(norm(x), 2), hand(vector_norm=r"||#1||"), r"||x||^2"),
    (p(norm(x), 3), hand(), r"\|x\|_2^3"),
    # scripts are never doubled
    (transpose(W), hand(transpose="#1^T"), r"{W^{(1)}}^T"),
    (transpose(hadamard(S, S)), hand(transpose="#1'"), r"(S\odot S)'"),
    (p(EXP(a), 2), hand(exponential="e^{#1}"), r"(e^{a})^2"),
    (p(TANH(a), 2), hand(), r"\tanh(a)^2"),
    (transpose(xi), hand(transpose="#1^T"), r"x_i^T"),
    (entry(W, i, j), hand(), r"W^{(1)}_{ij}"),
    (entry(S, i, j), hand(entry="[#1]_{#2}"), r"[S]_{ij}"),
    # numbers, signs and fractions
    (scale(Fraction(-1, 2), x), hand(), r"-\frac12x"),
    (scale(Fraction(3, 2), x), Style(fraction=r"\tfrac"), r"\tfrac{3}{2}x"),
    (add(a, scale(-1, b), scale(Fraction(-1, 3), t)), hand(), r"a-b-\frac13t"),
    (product(dimension(Dim.of("n")), p(scale(2, p(sigma, 2)), -1)), hand(), r"\frac{n}{2\sigma^2}"),
    (product(a, p(b, -1), p(t, -2)), hand(), r"\frac{a}{bt^2}"),
    (p(add(a, b), Fraction(1, 2)), hand(), r"\sqrt{a+b}"),
    (p(a, Fraction(-1, 2)), hand(), r"\frac{1}{\sqrt{a}}"),
    (scale(3, power(number(2), a)), hand(), r"3\cdot2^a"),
    (p(a, Fraction(3, 2)), hand(), r"a^{3/2}"),
    (product(p(dimension(Dim.of("n")), -1), indexed_sum(xi, i)), hand(), r"\frac{1}{n}\sum_{i=1}^nx_i"),
    # factors that would run into one another
    (product(t, r), hand(), r"t\,r"),
    (product(d, x), hand(), r"d\cdotx"),
    (product(transpose(x), y, S), hand(), r"(x^\topy)S"),
    (product(S, S, x), hand(), r"S^2x"),
    (product(S, S, x), hand(product=r"#1 \cdot #2"), r"S^2\cdotx"),
    # products of one rank
    (hadamard(A, p(B, -1)), hand(), r"A\oslashB"),
    (p(S, 2), hand(Hadamard_product=r"#1 \circ #2"), r"S^{\circ2}"),
    (kronecker(S, kronecker(S, A)), hand(), r"S\otimes(S\otimesA)"),
    (kronecker(kronecker(S, A), S), hand(), r"S\otimesA\otimesS"),
    # functions and brackets
    (logdet(add(S, identity(Dim.of("n")))), hand(), r"\log\det(S+I)"),
    (logdet(inverse(add(S, W))), hand(), r"\log\det((S+W^{(1)})^{-1})"),
    (trace(inverse(S)), hand(trace=r"{\rm tr}(#1)"), r"{\rmtr}(S^{-1})"),
    (TANH(indexed_sum(gi, i)), hand(), r"\tanh\left(\sum_{i=1}^ng_i\right)"),
    (product(a, add(x, y)), Style(brackets=r"\left("), r"a\left(x+y\right)"),
    (norm(product(norm(x), y)), hand(), r"\|(\|x\|_2\,y)\|_2"),
    # constants
    (ones(shape_of("n")), hand(ones=r"\mathbf{1}_#1"), r"\mathbf{1}_n"),
    (ones((Dim.of(1), Dim.of("n"))), hand(transpose="#1^T"), r"\mathbf1^T"),
    (ones(shape_of("m", "n")), hand(), r"\mathbf1_{m\timesn}"),
    (commutation(Dim.of("m"), Dim.of("n")), hand(), r"K_{m,n}"),
    # differentials and derivatives
    (differential(A), Style(differential=r"\mathrm{d}"), r"\mathrm{d}A"),
    (transpose(differential(A)), hand(), r"dA^\top"),
    (differential(inverse(S)), hand(), r"dS^{-1}"),
    (inverse(differential(S)), hand(), r"(dS)^{-1}"),
    (differential(logdet(S)), hand(), r"d\log\detS"),
    (derivative(a, x), Style(derivative=r"\nabla_{#2} #1"), r"\nabla_{x}a"),
    (derivative(a, x, "hessian"), hand(), r"\frac{\partial^2a}{\partialx\,\partialx^\top}"),
    # the author's letters and his sum sign
    (product(A, x), Style(symbols={"A": r"\A", "x": r"\mathbf x"}), r"\A\mathbfx"),
    (indexed_sum(xi, i), hand(sum_over_an_index=r"\sum_{#2} #1"), r"\sum_{i}x_i"),
]


@pytest.mark.parametrize(("e", "style", "expected"), CASES, ids=[case[2] for case in CASES])
def test_the_hand(e: Expr, style: Style, expected: str) -> None:
    assert write(e, style).replace(" ", "") == expected.replace(" ", "")


def test_a_control_word_does_not_run_into_a_letter() -> None:
    assert write(product(sigma, a), Style()) == r"\sigma a"
    assert write(product(transpose(A), A), Style()) == r"A^\top A"


def test_a_name_stands_for_what_it_names() -> None:
    assert write(p(norm(x), -1), Style(), {norm(x): "f"}) == r"\frac{1}{f}"


def test_depth_costs_no_stack_and_time_is_linear() -> None:
    e = x
    for _ in range(20_000):
        e = TANH(e)
    assert write(e, Style()) == r"\tanh(" * 20_000 + "x" + ")" * 20_000
