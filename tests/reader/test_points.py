r"""Derivatives at a point: `\nabla f(x_0)` is that of f by x, taken at x_0, and is called what the author calls it."""

from __future__ import annotations

import pytest

import texgrad

POST = (
    "Let $h(x)=x^\\top Bx$, $F(X)=\\|XA^\\top\\|_F^2$, $u(t) = e^{2t}$, $y(x) = \\tanh(Cx)$,\n"
    "$s(x) = \\sum_i (a_i^\\top x)^2$, $G(Z) = \\operatorname{tr}(ZBZ)$,\n"
    "$\\phi(\\mathbf v) = \\mathbf v^\\top\\mathbf v$.\n\n"
)


def last(question: str) -> str:
    """The last line of the answer to a question, or what is said instead."""
    text, said = texgrad.build_text(f"{POST}$$\n{question} = ?\n$$\n")
    return said[0].message if said else text.split("\\end{aligned}")[-2].rsplit("\n", 2)[-2]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (r"\nabla h(x_0)", r"(B+B^\top)x_0"), (r"\nabla_x h(x_0)", r"(B+B^\top)x_0"),
        (r"\nabla h(\hat x)", r"(B+B^\top)\hat x"), (r"\nabla h(x^*)", r"(B+B^\top)x^*"),
        (r"\nabla h(a)", r"(B+B^\top)a"), (r"\nabla h(\mathbf 0)", "0"), (r"\nabla^2 h(x^*)", r"B+B^\top"),
        (r"H_h(x_0)", r"B+B^\top"), (r"Dh(x_0)", r"(B+B^\top)x_0"), (r"h_x(x_0)", r"(B+B^\top)x_0"),
        (r"\frac{\partial h(x_0)}{\partial x}", r"(B+B^\top)x_0"),
        (r"\frac{\partial h}{\partial x}(x_0)", r"(B+B^\top)x_0"),
        (r"\frac{\partial h}{\partial x}(x)", r"(B+B^\top)x"), (r"\nabla_X F(X_k)", r"2X_kA^\top A"),
        (r"u'(t_0)", r"2e^{2t_0}"), (r"\nabla s(x_k)", r"2\sum_i (a_i^\top x_k)a_i"),
        (r"\nabla G(I)", r"B^\top+B^\top"), (r"\nabla\phi(\mathbf v_1)", r"2\mathbf v_1"),
        (r"\nabla\phi(v)", r"2\mathbf v"), (r"J_y(x_0)", r"\operatorname{Diag}(1-\tanh(Cx_0)\odot\tanh(Cx_0))C"),
        (r"\nabla h(x)^\top", r"x^\top(B+B^\top)"), (r"\nabla h^\top", r"x^\top(B+B^\top)"),
        (r"\nabla h(x_0)^\top", r"x_0^\top(B+B^\top)"),
    ],
)  # fmt: skip
def test_it_is_called_what_it_is_asked_for(question: str, answer: str) -> None:
    left, right = last(question).split(" &= ")
    assert left == question and right in (answer, answer.replace(r"B^\top+B^\top", r"2B^\top"))


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (r"\nabla s(a_i)", "a point with the index i, over which the function sums"),
        (r"\nabla s\Big|_{x=a_i}", "a point with the index i, over which the function sums"),
        (r"\nabla h(2x)", "a gradient at a point that has no name"),
        (r"\nabla h(x+y)", "a gradient at a point that has no name"),
    ],
)
def test_what_would_mean_something_else_is_refused(question: str, message: str) -> None:
    assert last(question) == message


def test_no_line_before_the_point_speaks_of_it() -> None:
    text = texgrad.build_text(POST + "$$\nJ_y(0) = ?\n$$\n")[0]
    assert text.count("J_y(0)") == 2
