"""The author's macros: read, traced to the source, and kept in the answer's spellings."""

from __future__ import annotations

import pytest

from texgrad.reader import Problem, Source, read
from texgrad.source import TexgradError

PLAIN = read(Problem((Source(r"\frac{\partial}{\partial A} \operatorname{tr}\left(X^TA\right)"),)))

HANDS = {
    "def": r"\def\LR#1{\left(#1\right)}\def\p{\partial}\frac{\p}{\p A} \operatorname{tr}\LR{X^TA}",
    "def after use": r"\def\grad#1#2{\frac{\p #1}{\p #2}}\def\p{\partial}\grad{}{A} \operatorname{tr}(X^TA)",
    "delimited": r"\def\tof(#1){\operatorname{tr}\left(#1\right)}\frac{\partial}{\partial A} \tof(X^TA)",
    "newcommand": r"\newcommand{\tran}[1]{#1^T}\frac{\partial}{\partial A} \operatorname{tr}(\tran{X}A)",
    "optional": r"\newcommand{\de}[2][A]{\frac{\partial #2}{\partial #1}}\de{\operatorname{tr}(X^TA)}",
    "operator": r"\DeclareMathOperator{\spur}{tr}\frac{\partial}{\partial A} \spur(X^TA)",
    "let": r"\let\d=\partial \frac{\d}{\d A} \operatorname{tr}(X^TA)",
    "provide": r"\providecommand{\T}{^T}\frac{\partial}{\partial A} \operatorname{tr}(X\T A)",
    "let to itself": r"\let\old\frac\renewcommand{\frac}[2]{\old{#1}{#2}}\frac{\partial}{\partial A}"
    r" \operatorname{tr}(X^TA)",
}


@pytest.mark.parametrize("latex", HANDS.values(), ids=HANDS)
def test_every_way_of_defining(latex: str) -> None:
    assert read(Problem((Source(latex),))).expression is PLAIN.expression


def test_macros_of_a_preamble_and_of_a_site() -> None:
    request = Source(r"\nabla_\vx \|\mA\vx\|^2")
    preamble = read(Problem((request,), macro_sources=(r"\def\vx{\mathbf{x}} \newcommand\mA{\mathbf A}",)))
    site = read(Problem((request,), macros={r"\vx": r"\mathbf{x}", "mA": [r"\mathbf{A}", 0]}))
    assert preamble.expression is site.expression
    assert preamble.style.symbols == {r"\mathbf{A}": r"\mA", r"\mathbf{x}": r"\vx"}


def test_templates_keep_macros_with_arguments() -> None:
    context = (Source(r"\def\trace#1{\operatorname{Tr}\left(#1\right)}\def\o{{\tt1}}f = \trace{A^TX} + \o^TX\o", 0),)
    style = read(Problem((Source(r"\frac{\partial f}{\partial X}", 99),), context)).style
    assert style.templates["trace"] == r"\trace{#1}"
    assert style.templates["ones"] == r"\o"


def test_a_mistake_inside_a_macro_points_at_its_use() -> None:
    source = Source(r"\def\bad#1{#1 + \foo}\nabla_x \bad{x}", 40)
    with pytest.raises(TexgradError) as caught:
        read(Problem((source,)))
    (found,) = caught.value.diagnostics
    assert found.code == "unknown-macro" and found.span is not None
    assert source.latex[found.span.start - 40 : found.span.end - 40] == r"\bad{x}"


@pytest.mark.parametrize("latex", [r"\def\a{\a\a}\a", r"\def\a{\a}\a", r"\def\a#1{\a{#1#1}}\a x"])
def test_bombs_are_refused(latex: str) -> None:
    with pytest.raises(TexgradError) as caught:
        read(Problem((Source(latex),), wrt=("x",)))
    assert caught.value.diagnostics[0].code == "too-large"


def test_nonsense_definitions_are_passed_over() -> None:
    found = read(Problem((Source(r"\nabla_x x^Tx"),), macro_sources=(r"\newcommand{\mathbf{x}}{\mathbf{x}} \def",)))
    assert found.expression.scalar
