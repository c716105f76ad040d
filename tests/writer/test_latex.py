"""Expressions are written the way a good mathematician writes them, in the author's notation."""

from __future__ import annotations

from fractions import Fraction

import pytest

from texgrad.algebra import Expr, add, number, scale, subtract, symbol
from texgrad.notation import Style
from texgrad.operators import (
    EXP,
    LOG,
    SIGMOID,
    TANH,
    basis,
    derivative,
    diagonal_matrix,
    differential,
    entry,
    frobenius,
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
    single_entry,
    transpose,
    vec,
)
from texgrad.shapes import SCALAR, Dim, Index, shape_of
from texgrad.writer.latex import write

HALF = Fraction(1, 2)
TOP = Style(templates={"Hadamard product": r"#1\circ #2"})
TEE = Style(templates={"transpose": "#1^T", "Hadamard product": r"#1\odot #2"})


def matrix(name: str, *sizes: str, assume: tuple[str, ...] = ()) -> Expr:
    return symbol(name, shape_of(*sizes), assume)


def d(e: Expr) -> Expr:
    return differential(e)


def half(e: Expr) -> Expr:
    return scale(HALF, e)


def square(e: Expr) -> Expr:
    return power(e, number(2))


def over(e: Expr) -> Expr:
    return power(e, number(-1))


def same(e: Expr, expected: str, style: Style = TEE) -> None:
    assert write(e, style).replace(" ", "") == expected.replace(" ", "")


# --- the gold derivations ---------------------------------------------------------------------------------------------

X, A, M1 = matrix("X", "n", "k"), matrix("A", "m", "k"), matrix("M", "n", "m")
W, R, M = matrix("W", "n", "m"), matrix("R", "n", "m"), matrix("M", "n", "m")
U, V = matrix("U", "k", "n"), matrix("V", "k", "m")
WM = hadamard(W, M)
i, j, k = Index("i", Dim.of("n")), Index("j", Dim.of("k")), Index("k", Dim.of("n"))
S = matrix(r"\Sigma", "n", "n", assume=("symmetric",))
w, x, mu = matrix("w", "n"), matrix("x", "n"), matrix(r"\mu", "n")
xi, yi, zi = symbol("x", shape_of("p"), (), (i,)), symbol("y", SCALAR, (), (i,)), symbol("z", SCALAR, (), (i,))
v = matrix("w", "p")
W1, W2, b = matrix("W_1", "h", "p"), matrix("W_2", "q", "h"), matrix("b", "h")
e, h, z, x0 = matrix("e", "q"), matrix("h", "h"), matrix("z", "h"), matrix("x", "p")
delta = matrix(r"\delta", "h")
f, r, B, c = symbol("f"), matrix("r", "q"), matrix("A", "q", "p"), matrix("b", "q")
p, one = matrix("p", "n"), ones(shape_of("n"))
P = matrix("P", "q", "r")
Y = matrix("X", "n", "p")


GOLD = [
    (half(square(norm(product(X, transpose(A))))), r"\frac12\|XA^T\|_F^2", TEE),
    (half(frobenius(M1, M1)), r"\frac12 M:M", TEE),
    (frobenius(M1, product(d(X), transpose(A))), r"M:dX\,A^T", TEE),
    (frobenius(product(X, transpose(A), A), d(X)), r"XA^TA:dX", TEE),
    (derivative(f, X), r"\frac{\partial f}{\partial X}", TEE),
    (derivative(f, entry(X, i, j)), r"\frac{\partial f}{\partial X_{ij}}", TEE),
    (entry(product(X, transpose(A), A), i, j), r"(XA^TA)_{ij}", TEE),
    (frobenius(product(X, transpose(A), A), single_entry(i, j)), r"XA^TA:E_{ij}", TEE),
    (square(norm(hadamard(W, subtract(R, product(transpose(U), V))))), r"\|W\circ(R-U^\top V)\|_F^2", TOP),
    (
        scale(2, frobenius(M, hadamard(W, d(subtract(R, product(transpose(U), V)))))),
        r"2M:W\circ d(R-U^\top V)",
        TOP,
    ),
    (scale(-2, frobenius(WM, d(product(transpose(U), V)))), r"-2(W\circ M):d(U^\top V)", TOP),
    (
        scale(-2, frobenius(WM, add(product(transpose(d(U)), V), product(transpose(U), d(V))))),
        r"-2(W\circ M):(dU^\top V + U^\top dV)",
        TOP,
    ),
    (
        add(
            scale(-2, frobenius(product(WM, transpose(V)), transpose(d(U)))),
            scale(-2, frobenius(product(U, WM), d(V))),
        ),
        r"-2(W\circ M)V^\top:dU^\top - 2U(W\circ M):dV",
        TOP,
    ),
    (
        add(
            scale(-2, product(V, transpose(hadamard(W, W, R)))),
            scale(2, product(V, transpose(hadamard(W, W, product(transpose(U), V))))),
        ),
        r"-2V(W\circ W\circ R)^\top + 2V(W\circ W\circ U^\top V)^\top",
        TOP,
    ),
    (product(hadamard(X, single_entry(i, j)), ones(shape_of("k"))), r"(X\odot E_{ij})\mathbf 1", TEE),
    (product(entry(X, i, j), basis(i), transpose(basis(j))), r"X_{ij}e_ie_j^T", TEE),
    (
        frobenius(product(basis(k), ones((Dim.of(1), Dim.of("k")))), hadamard(X, X)),
        r"e_k\mathbf 1^T:X\odot X",
        TEE,
    ),
    (
        product(kronecker(ones((Dim.of(1), Dim.of("p"))), identity(Dim.of("n"))), diagonal_matrix(vec(Y))),
        r"(\mathbf 1_p^T\otimes I_n)\operatorname{Diag}(\operatorname{vec}(X))",
        Style(templates={"transpose": "#1^T", "identity": "I_#1", "ones": r"\mathbf 1_#1"}),
    ),
    (
        add(half(logdet(S)), half(product(transpose(subtract(x, mu)), inverse(S), subtract(x, mu)))),
        r"\frac12\log\det\Sigma + \frac12(x-\mu)^T\Sigma^{-1}(x-\mu)",
        TEE,
    ),
    (
        add(half(frobenius(inverse(S), d(S))), half(frobenius(product(w, transpose(w)), d(inverse(S))))),
        r"\frac12\Sigma^{-1}:d\Sigma + \frac12 ww^T:d\Sigma^{-1}",
        TEE,
    ),
    (
        subtract(
            half(frobenius(inverse(S), d(S))),
            half(frobenius(product(w, transpose(w)), product(inverse(S), d(S), inverse(S)))),
        ),
        r"\frac12\Sigma^{-1}:d\Sigma - \frac12 ww^T:\Sigma^{-1}\,d\Sigma\,\Sigma^{-1}",
        TEE,
    ),
    (
        half(frobenius(subtract(inverse(S), product(inverse(S), w, transpose(w), inverse(S))), d(S))),
        r"\frac12\left(\Sigma^{-1}-\Sigma^{-1}ww^T\Sigma^{-1}\right):d\Sigma",
        Style(templates={"transpose": "#1^T"}, brackets=r"\left("),
    ),
    (
        indexed_sum(LOG(add(number(1), EXP(scale(-1, product(yi, transpose(xi), v))))), i),
        r"\sum_{i=1}^n\log(1+\exp(-y_ix_i^\top w))",
        TOP,
    ),
    (
        scale(-1, indexed_sum(product(EXP(scale(-1, zi)), over(add(number(1), EXP(scale(-1, zi)))), d(zi)), i)),
        r"-\sum_{i=1}^n\frac{\exp(-z_i)}{1+\exp(-z_i)}\,dz_i",
        TOP,
    ),
    (
        scale(-1, indexed_sum(product(SIGMOID(scale(-1, zi)), yi, transpose(xi), d(v)), i)),
        r"-\sum_{i=1}^n\sigma(-z_i)\,y_ix_i^\top dw",
        TOP,
    ),
    (half(square(norm(subtract(product(W2, TANH(z)), e)))), r"\frac12\|W_2\tanh(z)-e\|_2^2", TEE),
    (frobenius(e, add(product(d(W2), h), product(W2, d(h)))), r"e:(dW_2\,h + W_2\,dh)", TEE),
    (
        add(
            frobenius(product(e, transpose(h)), d(W2)),
            frobenius(product(transpose(W2), e), hadamard(subtract(ones(h.shape), hadamard(h, h)), d(z))),
        ),
        r"eh^T:dW_2 + W_2^Te:(1-h\odot h)\odot dz",
        TEE,
    ),
    (frobenius(delta, add(product(d(W1), x0), d(b))), r"\delta:(dW_1\,x + db)", TEE),
    (frobenius(product(delta, transpose(x0)), d(W1)), r"\delta x^T:dW_1", TEE),
    (product(number(2), f, d(f)), r"2f\,df", TEE),
    (product(over(f), frobenius(r, d(r))), r"\frac{1}{f}\,r:dr", TEE),
    (
        product(over(norm(subtract(product(B, x0), c))), transpose(B), subtract(product(B, x0), c)),
        r"\frac{A^T(Ax-b)}{\|Ax-b\|_2}",
        TEE,
    ),
    (product(over(product(transpose(one), EXP(x))), EXP(x)), r"\frac{\exp(x)}{\mathbf 1^T\exp(x)}", TEE),
    (subtract(hadamard(p, d(x)), product(p, transpose(p), d(x))), r"p\odot dx - pp^Tdx", TEE),
    (
        product(subtract(diagonal_matrix(p), product(p, transpose(p))), d(x)),
        r"(\operatorname{Diag}(p)-pp^T)dx",
        TEE,
    ),
    (product(A, d(matrix("X", "k", "q")), P), r"A\,dX\,P", TEE),
    (kronecker(transpose(P), A), r"P^T\otimes A", TEE),
]


@pytest.mark.parametrize(("expression", "expected", "style"), GOLD)
def test_a_line_of_the_gold_derivations(expression: Expr, expected: str, style: Style) -> None:
    same(expression, expected, style)
