"""The author's macros: read, traced to the source, and kept in the answer's spellings."""

from __future__ import annotations

import pytest

from texgrad import derive
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
    "document command": r"\NewDocumentCommand{\tran}{m}{#1^T}\frac{\partial}{\partial A} \operatorname{tr}(\tran{X}A)",
    "document command with a default": r"\NewDocumentCommand\de{O{A} m}{\frac{\partial #2}{\partial #1}}"
    r"\de{\operatorname{tr}(X^TA)}",
    "document command with an option": r"\NewDocumentCommand\de{o m}{\frac{\partial #2}{\partial\IfValueT{#1}{#1}}}"
    r"\de[A]{\operatorname{tr}(X^TA)}",
    "document command with a star": r"\RenewDocumentCommand\tr{s m}{\IfBooleanTF{#1}{\operatorname{tr}\left(#2\right)}"
    r"{\operatorname{tr}#2}}\frac{\partial}{\partial A} \tr*{X^TA}",
    "operator with a star": r"\DeclareMathOperator*{\spur}{tr}\frac{\partial}{\partial A} \spur(X^TA)",
    "paired delimiters": r"\DeclarePairedDelimiter\of()\frac{\partial}{\partial A} \operatorname{tr}\of*{X^TA}",
    "paired delimiters with a body": r"\DeclarePairedDelimiterX\of[2](){#1^T#2}"
    r"\frac{\partial}{\partial A} \operatorname{tr}\of[\big]{X}{A}",
    "ensuremath": r"\newcommand{\mX}{\ensuremath{X}}\frac{\partial}{\partial A} \operatorname{tr}(\mX^TA)",
    "prefixes": r"\long\def\tof(#1){\operatorname{tr}\left(#1\right)}\frac{\partial}{\partial A} \tof({X^TA})",
    "let a font": r"\let\vec\mathrm\let\T\top\frac{\partial}{\partial A} \operatorname{tr}(X^\T A)",
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


@pytest.mark.parametrize(("definition", "use"), [
    (r"\newcommand{\q}[1]{#1^TA#1}", r"\q{x}"), (r"\newcommand{\q}{\|Ax-b\|^2}", r"\q"),
    (r"\def\q#1{\|#1^T\|^2}", r"\q{Ax}"), (r"\def\q#1{2\|#1\|^2}", r"\q{Ax}"),
    (r"\def\q{\|x\|^2}", r"\q"), (r"\def\q(#1){\exp(-#1)}", r"\q(b^Tx)"),
])  # fmt: skip
def test_a_macro_that_means_more_than_an_operator_is_no_spelling_of_it(definition: str, use: str) -> None:
    style = read(Problem((Source(definition + r"\nabla_x " + use),))).style
    assert not any(r"\q" in text for text in (*style.templates.values(), *style.symbols.values()))
    assert "#1" not in style.templates.values()


@pytest.mark.parametrize(("definition", "use", "template"), [
    (r"\NewDocumentCommand\grad{o m}{\nabla\IfValueT{#1}{_{#1}} #2}", r"\grad[x]{x^TAx}", r"\grad[#2]{#1}"),
    (r"\def\pd#1#2{\frac{\partial #1}{\partial #2}}", r"\pd{x^TAx}{x}", r"\pd{#1}{#2}"),
    (r"\newcommand{\pd}[2][x]{\frac{\partial #2}{\partial #1}}", r"\pd{x^TAx}", r"\frac{\partial #1}{\partial #2}"),
    (r"\def\p{\partial}", r"\frac{\p}{\p x} x^TAx", r"\frac{\p #1}{\p #2}"),
])  # fmt: skip
def test_derivatives_are_written_with_the_macro_that_asked(definition: str, use: str, template: str) -> None:
    assert read(Problem((Source(definition + use),))).style.derivative == template


def test_brackets_of_a_macro() -> None:
    answer = derive(r"\def\LR#1{\left(#1\right)}\nabla_x x^T\LR{A+B}x").results[0].latex
    assert answer == r"\LR{A+B+\LR{A+B}^T}x"


def test_tables_of_katex_and_mathjax() -> None:
    table = {"\\R": "\\mathbb{R}", "vx": ["\\mathbf{x}", 0], "\\sq": "#1^2",
             "\\norm": ["\\left\\|#2\\right\\|_{#1}", 2, "2"]}  # fmt: skip
    style = read(Problem((Source(r"\nabla_{\vx} \sq{\norm{A\vx}}"),), macros=table)).style
    assert style.symbols == {r"\mathbf{x}": r"\vx"} and style.templates["squared vector norm"] == r"\sq{\norm{#1}}"


@pytest.mark.parametrize(("latex", "near"), [
    (r"\newcommand{\vtheta}{\boldsymbol\theta}\nabla_{\vtheta}\|A\vthta\|^2", r"\vtheta"),
    (r"\newcommand{\vtheta}{\boldsymbol\theta}\nabla_{\vthta}\|A\vtheta\|^2", r"\vtheta"),
    (r"\DeclareMathOperator{\spur}{tr}\nabla_X\spurr(X)", r"\spur"),
])  # fmt: skip
def test_a_macro_of_the_author_is_suggested(latex: str, near: str) -> None:
    with pytest.raises(TexgradError) as caught:
        read(Problem((Source(latex),)))
    found = caught.value.diagnostics[0]
    assert (found.code, found.help) == ("unknown-macro", f"did you mean {near}?")


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
