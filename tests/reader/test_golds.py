"""Each gold problem reads to the expression that its author means, whatever hand wrote it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from texgrad.algebra import Expr, add, number, scale, subtract, symbol
from texgrad.operators import (
    EXP,
    LOG,
    LOGDET,
    TANH,
    entry,
    frobenius,
    hadamard,
    indexed_sum,
    inverse,
    norm,
    ones,
    power,
    product,
    transpose,
)
from texgrad.reader import Problem, Reading, Source, read
from texgrad.shapes import Dim, Index, shape_of


def squared(e: Expr) -> Expr:
    return power(norm(e), number(2))


def half(e: Expr) -> Expr:
    return scale(Fraction(1, 2), e)


def ask(request: str, *context: str, **more: Any) -> Reading:
    return read(Problem((Source(request, 500),), tuple(Source(c, 20 * k) for k, c in enumerate(context)), **more))


M, N, P, Q = "m", "n", "p", "q"


def test_g1_needs_no_declaration() -> None:
    found = ask(r"\frac{\partial f}{\partial X} = ?", r"f = \frac12\|XA^T\|_F^2")
    X, A = symbol("X", shape_of(M, N)), symbol("A", shape_of(P, N))
    assert found.expression is half(squared(product(X, transpose(A))))
    assert found.name is symbol("f")
    (wanted,) = found.wanted
    assert wanted.variable is X and wanted.latex == r"\frac{\partial f}{\partial X}" and not wanted.entry


def test_g1_component_keeps_the_authors_names() -> None:
    found = ask(r"\frac{\partial f}{\partial X_{ij}}", "M = XA^T", r"f = \frac12 M:M")
    X, A, name = symbol("X", shape_of(M, N)), symbol("A", shape_of(P, N)), symbol("M", shape_of(M, P))
    assert found.expression is half(frobenius(name, name))
    assert found.definitions == ((name, product(X, transpose(A))),)
    assert found.wanted[0].entry == (Index("i", Dim.of(M)), Index("j", Dim.of(N)))


def test_g3_both_derivatives_of_one_heading_share_a_reading() -> None:
    f = r"\left\|\mathbf{W} \circ \left(\mathbf{R}-\mathbf{U}^{\top} \mathbf{V}\right)\right\|_ {F}^{2}"
    requests = (rf"\frac{{\partial{f}}}{{\partial \mathbf{{U}}}}", rf"\frac{{\partial{f}}}{{\partial \mathbf{{V}}}}")
    found = read(Problem(tuple(Source(r, 300 * k) for k, r in enumerate(requests))))
    W, R = (symbol(rf"\mathbf{{{x}}}", shape_of(M, N)) for x in "WR")
    U, V = symbol(r"\mathbf{U}", shape_of(P, M)), symbol(r"\mathbf{V}", shape_of(P, N))
    assert found.expression is squared(hadamard(W, subtract(R, product(transpose(U), V))))
    assert [w.variable for w in found.wanted] == [U, V]
    assert tuple(w.latex for w in found.wanted) == requests
    templates = found.style.templates
    assert templates["squared matrix norm"] == r"\left\|#1\right\|_ {F}^{2}"
    assert templates["transpose"] == r"#1^{\top}"
    assert templates["Hadamard product"] == r"#1 \circ #2"


def test_g4_with_the_declarations_of_the_question() -> None:
    found = ask(
        r"\frac{\partial y}{\partial \mathbf{A}} = \;?",
        r"y = (\mathbf{X} \odot \mathbf{A}) \mathbf{1}_p",
        r"\mathbf{X}\in \mathbb{R}^{n \times p}",
        r"\mathbf{A}\in \mathbb{R}^{n \times p}",
    )
    X, A = (symbol(rf"\mathbf{{{x}}}", shape_of(N, P)) for x in "XA")
    assert found.expression is product(hadamard(X, A), ones(shape_of(P)))
    assert {s.origin for s in found.symbols} == {"declared"}
    assert found.style.templates["ones"] == r"\mathbf{1}_#1"


def test_g5_what_the_words_say_of_a_matrix() -> None:
    context = (Source(r"\Sigma", 0, "where ", " is symmetric."),)
    request = r"\frac{\partial}{\partial\Sigma}\left[\frac12\log\det\Sigma + \frac12(x-\mu)^T\Sigma^{-1}(x-\mu)\right]"
    found = read(Problem((Source(request, 90),), context))
    S = symbol(r"\Sigma", shape_of(M, M), ("symmetric",))
    w = subtract(symbol("x", shape_of(M)), symbol(r"\mu", shape_of(M)))
    assert found.expression is add(half(LOGDET(S)), half(product(transpose(w), inverse(S), w)))
    assert found.wanted[0].variable is S
    assert found.style.derivative == r"\frac{\partial #1}{\partial #2}"


def test_g6_families_are_found_by_their_index() -> None:
    found = ask(r"\nabla_w f=\;?", r"f = \sum_{i=1}^n\log\left(1+\exp(-y_ix_i^\top w)\right)")
    i = Index("i", Dim.of(N))
    y, x, w = symbol("y", indices=(i,)), symbol("x", shape_of(M), (), (i,)), symbol("w", shape_of(M))
    inside = add(number(1), EXP(scale(-1, product(y, transpose(x), w))))
    assert found.expression is indexed_sum(LOG(inside), i)
    assert {s.name: s.shape for s in found.symbols} == {"y": ("n",), "x": ("n", "m"), "w": ("m",)}
    assert found.style.derivative == r"\nabla_#2 #1"


def test_g7_three_derivatives_in_one_formula() -> None:
    request = (
        r"\frac{\partial f}{\partial W_1},\ \frac{\partial f}{\partial W_2} \text{ and } \frac{\partial f}{\partial b}"
    )
    found = ask(request, r"f = \frac12\|W_2\tanh(W_1x+b)-y\|_2^2")
    W2, W1 = symbol("W_2", shape_of(M, N)), symbol("W_1", shape_of(N, P))
    x, b, y = symbol("x", shape_of(P)), symbol("b", shape_of(N)), symbol("y", shape_of(M))
    assert found.expression is half(squared(subtract(product(W2, TANH(add(product(W1, x), b))), y)))
    assert [w.variable for w in found.wanted] == [W1, W2, b]


@pytest.mark.parametrize(
    "latex", [r"f = \|Ax-b\|_2", r"f(x) := \lVert Ax - b\rVert_{2}", r"||Ax-b||", r"f &= \big\|Ax-b\big\|"]
)
def test_g8_in_many_hands(latex: str) -> None:
    found = read(Problem((Source(latex),), wrt=("x",)))
    A, x, b = symbol("A", shape_of(M, N)), symbol("x", shape_of(N)), symbol("b", shape_of(M))
    assert found.expression is norm(subtract(product(A, x), b))
    assert found.wanted[0].variable is x and found.wanted[0].latex == ""


def test_g9_a_hessian_of_components() -> None:
    found = ask(r"\nabla^2_x \log\sum_i\exp(x_i)")
    i = Index("i", Dim.of(M))
    assert found.expression is LOG(indexed_sum(EXP(entry(symbol("x", shape_of(M)), i)), i))
    assert found.wanted[0].order == 2


@pytest.mark.parametrize(
    "request_", [r"\frac{\partial\operatorname{vec}Y}{\partial(\operatorname{vec}X)^\top}",
                 r"\frac{\partial \operatorname{vec}(AXB)}{\partial (\operatorname{vec} X)'}"],
)  # fmt: skip
def test_g10_the_vectorised_jacobian(request_: str) -> None:
    found = ask(request_, "Y = AXB")
    A, X, B = symbol("A", shape_of(M, N)), symbol("X", shape_of(N, P)), symbol("B", shape_of(P, Q))
    assert found.expression is product(A, X, B)
    assert found.wanted[0].vectorised and found.wanted[0].transposed and found.wanted[0].variable is X


def test_a_font_around_several_letters_is_none_of_each_letter_s_spelling() -> None:
    found = read(Problem((Source(r"\nabla_{\mathbf w} \|\mathbf{Xw}-{\bf y z}\|^2"),)))
    assert not {r"\mathbf{X}", r"\mathbf{w}", r"\mathbf{y}", r"\mathbf{z}"} & found.style.symbols.keys()
