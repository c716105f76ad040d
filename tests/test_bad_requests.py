"""Bad requests: what is refused says why, points at the token that is to blame, and shows a way out."""

from __future__ import annotations

from typing import Any

import pytest

import texgrad
from texgrad.source import TexgradError

# expression, variable, options -> code, the text above the caret ("" where the fault stands outside the expression)
CASES: list[tuple[str, Any, dict[str, Any], str, str]] = [
    (r"\|WX-Y\|_F^2", "X", {"declare": {"W": "n x k", "X": "m x p", "Y": "n x p"}}, "shape", "X"),
    ("x^TAy", "x", {"declare": {"x": "n", "A": "m x n", "y": "n"}}, "shape", "A"),
    (r"\operatorname{tr}(X^TA)", "X", {"declare": {"X": "n x p", "A": "p x n"}}, "shape", "A"),
    ("A+b", "A", {"declare": {"A": "n x n", "b": "n"}}, "shape", "b"),
    (r"\det(X)", "X", {"declare": {"X": "n x p"}}, "shape", r"\det(X)"),
    (r"\log\det X", "X", {"declare": {"X": "n x p"}}, "shape", r"\log\det X"),
    ("X^{-1}", "X", {"declare": {"X": "n x p"}}, "shape", "X^{-1}"),
    (r"\|x\|_1+y", "x", {"declare": {"x": "n", "y": "n"}}, "shape", "y"),
    (r"x\odot A", "x", {"declare": {"x": "n", "A": "n x p"}}, "shape", "A"),
    (r"\frac{A}{B}", "A", {"declare": {"A": "n x n", "B": "n x n"}}, "shape", "B"),
    ("X^2", "X", {"declare": {"X": "n x p"}}, "shape", "X^2"),
    (r"\sum_i x_j", "x", {}, "undeclared", "x_j"),
    (r"x_i+\sum_i y_i", "x", {"declare": {"x": "n", "y": "n"}}, "undeclared", "x_i"),
    (r"\log\Gamma_p(\nu/2)", r"\nu", {}, "undeclared", r"\Gamma_p(\nu/2)"),
    (r"\sum_{t=1}^T\|x_t\|^2", "x", {"declare": {"x": "family T of n"}}, "unsupported", ""),
    (r"\sum_{i=1}^n x_{2i-1}", "x", {}, "unsupported", "x_{2i-1}"),
    (r"\sum_{i=n}^m x_i", "x", {}, "unsupported", "i=n"),
    (r"\sum x_iy_j", "x", {}, "unsupported", r"\sum"),
    (r"\operatorname{foo}(X)", "X", {}, "unsupported", r"\operatorname{foo}"),
    (r"\foo{X}", "X", {}, "unknown-macro", r"\foo"),
    (r"\operatorname{sigmod}(Xw)", "w", {}, "unsupported", r"\operatorname{sigmod}"),
    (r"\mathrm{relu}(x", "x", {}, "syntax", "("),
    ("(x+y", "x", {}, "syntax", "("),
    ("x+y)", "x", {}, "syntax", ")"),
    (r"\left(x+y", "x", {}, "syntax", r"\left("),
    ("[x+y)", "x", {}, "syntax", ")"),
    (r"\|x+y", "x", {}, "syntax", r"\|"),
    ("|x+y", "x", {}, "syntax", "|"),
    (r"\frac{x}", "x", {}, "syntax", r"\frac"),
    (r"\frac{}{x}", "x", {}, "syntax", r"\frac{}{x}"),
    ("x^", "x", {}, "syntax", "^"),
    ("x_", "x", {}, "syntax", "_"),
    ("x^{2", "x", {}, "syntax", "{"),
    ("x+*y", "x", {}, "syntax", "*"),
    ("+", "x", {}, "syntax", "+"),
    ("", "x", {}, "syntax", ""),
    ("x^Ty", None, {}, "syntax", "x^Ty"),
    (r"\int_0^1 x dx", "x", {}, "unsupported", r"\int"),
    (r"\lim_{t\to 0} tx", "x", {}, "unsupported", r"\lim"),
    ("x>0", "x", {}, "syntax", ">"),
    (r"x \in \mathbb R", "x", {}, "syntax", r"\in"),
    ("f(x)", "x", {}, "undeclared", "f(x)"),
    ("g(x,y)", "x", {}, "undeclared", "g(x,y)"),
    (r"\mathbb E[x^2]", "x", {}, "unsupported", r"\mathbb E"),
    (r"\operatorname{rank}(X)", "X", {}, "not-differentiable", r"\operatorname{rank}"),
    (r"\lfloor x\rfloor", "x", {}, "not-differentiable", r"\lfloor"),
    (r"\begin{cases} x & \text{if } A \\ 0 & \text{else}\end{cases}", "x", {},
     "unsupported", r"\begin{cases} x & \text{if } A \\ 0 & \text{else}\end{cases}"),
    ("x!!", "x", {}, "unsupported", "!"),
    (r"\|X\|_{1,2}", "X", {}, "unsupported", r"\|X\|_{1,2}"),
    (r"\binom{n}{x}", "x", {}, "unsupported", r"\binom"),
    (r"\sqrt[3]{x}", "x", {}, "unsupported", r"\sqrt"),
    (r"\text{loss}(x)", "x", {}, "undeclared", r"\text{loss}(x)"),
    (r"\nabla_x (\nabla_x x^Tx)", "x", {}, "unsupported", r"\nabla"),
    (r"\frac{\partial^3 f}{\partial x^3}", "x", {}, "unsupported", "^3"),
    (r"\frac{\partial f}{\partial X_{ij}", "X", {}, "syntax", "{"),
    (r"\frac{\partial f}{\partial}", "x", {}, "syntax", r"\partial"),
    (r"\frac{\partial}{\partial x} x^TAx", "A", {}, "syntax", r"\frac{\partial}{\partial x} x^TAx"),
    (r"\frac{\partial}{\partial x} x^TAx", ["x", "A"], {}, "syntax", r"\frac{\partial}{\partial x} x^TAx"),
    (r"\frac{\partial f}{\partial x} = ?", None, {}, "undeclared", r"\frac{\partial f}{\partial x}"),
    (r"\nabla f", "x", {}, "undeclared", r"\nabla f"),
    ("X^TX", "X", {"declare": {"X": "n and p"}}, "config", ""),
    ("X^TX", "X", {"declare": {"X": "n x"}}, "config", ""),
    ("X^TX", "X", {"declare": {"X": "-1 x p"}}, "config", ""),
    ("X^TX", "X", {"assume": {"X": "symetric"}}, "config", ""),
    ("x^Tx", "x", {"order": 3}, "config", ""),
    ("x^Tx", "x", {"style": "nice"}, "config", ""),
    ("Ax", "x", {"order": 2}, "unsupported", ""),
    ("x^Tx", "x", {"convention": "symmetric-structured"}, "unsupported", ""),
    ("x^Tx", "x", {"convention": "foo"}, "unsupported", ""),
    (r"\|M\|^2", "X", {"definitions": ["M"]}, "syntax", ""),
    (r"\|M\|^2", "X", {"definitions": ["X+Y = Z"]}, "syntax", ""),
    (r"\a x", "x", {"macros": {r"\a": r"\a\a"}}, "too-large", r"\a"),
    (r"\norm{x", "x", {"macros": {r"\norm": ['\\|#1\\|', 1]}}, "syntax", r"\norm"),
    (r"\norm", "x", {"macros": {r"\norm": ['\\|#1\\|', 1]}}, "syntax", r"\norm"),
    (r"\operatorname{sign}(x)^Tx+\operatorname{round}(x)", "x", {}, "not-differentiable", r"\operatorname{round}"),
    ("A^{x}", "x", {"declare": {"A": "n x n", "x": "n"}}, "shape", "x"),
    ("e^{A}", "A", {"declare": {"A": "n x p"}}, "shape", "e^{A}"),
    ("x^Ty^Tz", "x", {"declare": {"x": "n", "y": "n", "z": "n"}}, "shape", "y^T"),
    ("xy", "x", {"declare": {"x": "n", "y": "n"}}, "shape", "y"),
    (r"\operatorname{diag}(X)", "X", {"declare": {"X": "n x p"}}, "shape", r"\operatorname{diag}(X)"),
    (r"\|X\|_{1,2}", "X", {}, "unsupported", r"\|X\|_{1,2}"),
    (r"\|X\|_{\infty}+\|X\|_q", "X", {"declare": {"X": "n x p", "q": "n"}}, "shape", r"\|X\|_q"),
    (r"\lambda_{\max}(X)", "X", {"declare": {"X": "n x p"}}, "shape", r"\lambda_{\max}(X)"),
    ("X_{ij}", "X", {"declare": {"X": "n"}}, "undeclared", "X_{ij}"),
    (r"\sum_{(u,i)\in K}(r_{ui}-b_u-b_i-q_i^Tp_u)^2", "b_i", {}, "undeclared", "b_u"),
    ("x_{ij}^2", "x", {"declare": {"x": "n"}}, "undeclared", "x_{ij}"),
    (r"\delta_{ij}x_i", "x", {}, "undeclared", "x_i"),
    (r"x \times y", "x", {"declare": {"x": "n", "y": "n"}}, "shape", "y"),
    (r"A\otimes", "A", {}, "syntax", r"\otimes"),
    ("$x^Tx$", "x", {}, "syntax", "$"),
    (r"\begin{pmatrix} x & y \\ z \end{pmatrix}", "x", {}, "syntax", r"\begin{pmatrix} x & y \\ z \end{pmatrix}"),
]  # fmt: skip


@pytest.mark.parametrize(("latex", "wrt", "options", "code", "token"), CASES, ids=[c[0] for c in CASES])
def test_a_bad_request_is_explained(latex: str, wrt: Any, options: dict[str, Any], code: str, token: str) -> None:
    with pytest.raises(TexgradError) as caught:
        texgrad.derive(latex, wrt, **options)
    (found,) = caught.value.diagnostics
    assert found.code == code
    assert ("" if found.span is None else latex[found.span.start : found.span.end]) == token
    assert found.message and found.help


def test_a_request_may_name_the_variable_that_is_given_beside_it() -> None:
    assert texgrad.derive(r"\frac{\partial}{\partial x} x^TAx", "x").results
    assert texgrad.derive(r"\frac{\partial^2 x^TAx}{\partial x\partial x^T}", "x").results
    assert texgrad.derive(r"\nabla_\Sigma\log\det\Sigma", r"\Sigma").results
    assert texgrad.derive(r"\nabla x^TAx", "x").results


# formulas that nothing closes: the text, the format, and what opens the formula, "" where it asks for nothing
UNCLOSED = [
    ("Let $f(x)=x^Tx$.\n\n$$\\nabla f(x) = ?\n\nand so on, for $5.\n", "markdown", "$$"),
    ("Let $f(x)=x^Tx$. Then $\\nabla f(x) = ? and so on.\n", "markdown", "$"),
    ("Let $f(x)=x^Tx$.\n\\[\n\\nabla f(x) = ?\n\nand $x$\n", "latex", "\\["),
    ("Let $f(x)=x^Tx$.\n\\begin{align*}\n\\nabla f(x) = ?\n\nand $x$\n", "latex", "\\begin{align*}"),
    ("It costs $5 = ?\n\nor \\[ more.\n", "markdown", ""),
    ("$\n$$\\nabla x^Tx = ?$$\n", "markdown", ""),
]


@pytest.mark.parametrize(("text", "format", "opening"), UNCLOSED)
def test_a_formula_that_asks_and_is_never_closed_is_told(text: str, format: str, opening: str) -> None:
    built, diagnostics = texgrad.build_text(text, format=format)
    assert [text[d.span.start : d.span.end] for d in diagnostics if d.span] == ([opening] if opening else [])
    assert all(d.code == "syntax" and d.severity == "error" and "never closed" in d.message for d in diagnostics)
    assert built == text or not opening


@pytest.mark.parametrize("text", [
    "$p = aSp + v$. $$\\frac{\\partial p}{\\partial v} = ?$$\n",
    "$p = aSp + v$ and $L = p^Tv$. $$\\frac{\\partial L}{\\partial v} = ?$$\n",
])  # fmt: skip
def test_what_is_defined_by_itself_is_refused(text: str) -> None:
    (found,) = texgrad.build_text(text)[1]
    assert (found.code, found.span and text[found.span.start : found.span.end]) == ("unsupported", "p = aSp + v")


def test_the_gradient_of_a_name_that_nothing_defines_is_refused() -> None:
    for text in ("$$\\nabla f = ?$$\n", "$$df = ?$$\n"):
        (found,) = texgrad.build_text(text)[1]
        assert found.code == "undeclared" and "not defined" in found.message


def test_a_definition_that_cannot_be_read_is_named_where_it_is_missed() -> None:
    text = "Let $f(x) = \\|x^ \\|^2$. $$\\nabla f = ?$$\n"
    (found,) = texgrad.build_text(text)[1]
    assert found.span is not None and text[found.span.start : found.span.end] == "^"
