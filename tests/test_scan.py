"""What the scan finds in a text, and how long it takes."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from texgrad.ask import groups
from texgrad.ask_formulas import bare_derivatives, questions
from texgrad.document import Document
from texgrad.formats import FORMATS, named, of_path
from texgrad.scan import scan
from texgrad.source import Diagnostic, Lines, Span, TexgradError, picture

F = r"\frac{\partial f}{\partial X}"


def read(text: str, format: str = "markdown") -> Document:
    return scan(text, named(format))


def latex(text: str, format: str = "markdown") -> list[str]:
    return [formula.latex for formula in read(text, format).formulas]


MATH = {
    "$a$ and $$b$$ and \\(c\\) and \\[d\\] and \\\\(e\\\\) and \\\\[f\\\\]": list("abcdef"),
    "\\begin{align*}\na \\\\ b\n\\end{align*} $c$": ["\\begin{align*}\na \\\\ b\n\\end{align*}", "c"],
    "costs $5 and $6, or \\$7 and $x$": ["x"],
    "inner spaces $ \\theta $ and $ x $ but not 5 $ and 6 $ here": [" \\theta ", " x "],
    "$$\na\n\nb\n$$": ["\na\n\nb\n"],
    "open $$ a\n\nb $$ c $d$": ["d"],
    "open $a\n\n$b$": ["b"],
    "open $a\\\n\n$b$": ["b"],
    "$\\text{for any $C$} x$": ["\\text{for any $C$} x"],
    "$c = \\$1$": ["c = \\$1"],
    "$a\nb$": ["a\nb"],
    "`$a$` ``b`$c$`` $d$": ["d"],
    "```\n$a$\n```\n~~~ x\n$b$\n~~~~\n$c$": ["c"],
    "- a\n\n  ```\n  $a$\n  ```\n\n     $b$\n\n      $code$\n\nt\n\n    $c$\n\n$d$": ["b", "d"],
    "<!-- $a$ --> $b$ <pre>$c$</pre> <code>$d$</code> $e$": ["b", "e"],
    "\\$a$b$": ["b"],
    "$$a % x$\nb$$": ["a     \nb"],
    "> $$\n> a > b\n> $$\n": ["\n  a > b\n  "],
    "---\nt: $a$\n---\n$b$": ["b"],
    "+++\nt: $a$\n+++\n$b$": ["b"],
    "\ufeff---\r\nt: $a$\r\n---\r\n$b\r\nc$": ["b \nc"],
    "| $a$ | $b$ |\n|--|--|\n": ["a", "b"],
    "\\newcommand{\\x}{$a$} $b$": ["b"],
}
TEX = {
    "$a$ $$b$$ \\(c\\) \\[d\\]": list("abcd"),
    "% $a$\n$b$ 5\\% $c$": ["b", "c"],
    "\\verb|$a$| \\lstinline{$b$} $c$": ["c"],
    "\\begin{verbatim}\n$a$\n\\end{verbatim}\\begin{minted}{tex}\n$b$\n\\end{minted}$c$": ["c"],
    "\\begin{comment}$a$\\end{comment}$b$\\end{document}$c$": ["b"],
    "\\[ a % \\]\n b \\\\[2em] c \\]": [" a     \n b \\\\[2em] c "],
    "\\newcommand{\\be}{\\begin{equation}} $a$": ["a"],
    "\\begin{eqnarray*} a &=& b \\end{eqnarray*}": ["\\begin{eqnarray*} a &=& b \\end{eqnarray*}"],
}


@pytest.mark.parametrize("text", MATH)
def test_math_in_markdown(text: str) -> None:
    assert latex(text) == MATH[text]


@pytest.mark.parametrize("text", TEX)
def test_math_in_latex(text: str) -> None:
    assert latex(text, "latex") == TEX[text]


@given(st.text("ab$\\\n\r`<>!-% {}[]()#*_^\ufeff\udc80", max_size=60), st.sampled_from(sorted(FORMATS)))
def test_latex_is_as_long_as_its_span(text: str, format: str) -> None:
    try:
        document = read(text, format)
    except TexgradError:
        return
    last = 0
    for formula in document.formulas:
        assert len(formula.latex) == formula.span.end - formula.span.start
        assert last <= formula.outer.start <= formula.span.start <= formula.span.end <= formula.outer.end
        last = formula.outer.end
    edges = [offset for paragraph in document.paragraphs for offset in paragraph.span]
    assert edges == sorted(edges)


def test_words_around_and_sections() -> None:
    text = "# One $a$\n\nLet $X$ be\n> an $n\\times p$ matrix. Then $y$\n\n## Two\n$z$\n\nThree $w$\n=====\n\n$v$"
    formulas = read(text).formulas
    assert [(f.prose, f.after) for f in formulas[1:4]] == [
        ("Let ", " be an "),
        (" be an ", " matrix"),
        (" matrix. Then ", ""),
    ]
    assert [f.section for f in formulas] == [(1,), (1,), (1,), (1,), (1, 2), (3,), (3,)]
    assert [f.in_heading for f in formulas] == [True, False, False, False, False, True, False]


def test_latex_sections_and_environments() -> None:
    text = "\\section{A $a$}\n\\subsection{B}\n$b$\n\\begin{align*}c\\end{align*}\n\\section*{C}\n$$d$$\n"
    found = [(f.section, f.environment, f.display) for f in read(text, "latex").formulas]
    assert found == [((1,), "", False), ((1, 2), "", False), ((1, 2), "align*", True), ((3,), "", True)]


def test_comments_and_macros() -> None:
    text = (
        f'<!-- texgrad style=trace wrt="X, Y" explain: {F} -->\n'
        "<!-- texgrad let:\nX \\in Y -->\n<!-- texgrad a=b: -->\n"
        "<!-- about texgrad: no --><!-- texgrad is good -->\n\\newcommand{\\R}{\\mathbb{R}}\n\\def\\p#1{\\partial #1}\n"
    )
    document = read(text)
    assert [(c.kind, dict(c.options), c.latex) for c in document.comments] == [
        ("derive", {"style": "trace", "wrt": "X, Y", "explain": "yes"}, F),
        ("let", {}, "X \\in Y"),
        ("set", {"a": "b"}, ""),
    ]
    assert all(text[c.span.start : c.span.end] == c.latex for c in document.comments)
    assert [m.text for m in document.macros] == ["\\newcommand{\\R}{\\mathbb{R}}", "\\def\\p#1{\\partial #1}"]
    tex = read(f"a % texgrad env=align*: {F}\n%texgrad let: X\n% nothing\n", "latex").comments
    assert [(c.kind, c.latex) for c in tex] == [("derive", F), ("let", "X")]


ASKED = {
    rf"{F} = ?": [F],
    rf"{F} =\;?.": [F],
    rf"{F} = ??": [F],
    rf"{F} \stackrel{{?}}{{=}}": [F],
    rf"{F} = \Large ?": [F],
    rf"{F} = \text{{?}},": [F],
    rf"{F} = {{\Large ?}}": [F],
    rf"{F}=?\;\;and\;\;\nabla_Y f=?": [F, r"\nabla_Y f"],
    rf"\begin{{aligned}} {F} &= ? \\ \nabla f &=\; ? \end{{aligned}}": [F, r"\nabla f"],
    rf"\eqalign{{ {F} &= ? \cr }}": [F],
    r"f(X) = \|AX\|^2, \quad \nabla f(x,y) = ?": [r"\nabla f(x,y)"],
    r"f = \begin{pmatrix} a & b \\ c & d\end{pmatrix}, \nabla f = ?": [r"\nabla f"],
    rf"\boxed{{{F} = ?}}": [F],
    rf"{F},\quad \nabla_Y f = ?": [F, r"\nabla_Y f"],
    rf"{F} \text{{ and }} \partial_Y f = ?": [F, r"\partial_Y f"],
    rf"\begin{{aligned}} {F}, \nabla_{{Y}} f &= ? \end{{aligned}}": [F, r"\nabla_{Y} f"],
    rf"{F} = A,\ \nabla_Y f = ?": [r"\nabla_Y f"],
    r"\frac{\partial}{\partial X} f = A,\ \nabla_Y f = ?": [r"\nabla_Y f"],
    rf"{F}, f(X) = X, \nabla_Y f = ?": [r"\nabla_Y f"],
    r"\partial f/\partial X_{i,j},\ \partial f/\partial Y_{k,l} = ?": [
        r"\partial f/\partial X_{i,j}", r"\partial f/\partial Y_{k,l}"
    ],
    rf"{F} = ? + 1": [],
    rf"{F} \stackrel{{?}}{{=}} X": [],
    rf"{F} = 2": [],
}
BARE = {
    F: [F],
    rf"{F}.": [F],
    rf"{F},\quad \nabla_Y g": [F, r"\nabla_Y g"],
    r"\frac{\partial}{\partial X} \operatorname{tr}(X)": [r"\frac{\partial}{\partial X} \operatorname{tr}(X)"],
    r"\partial f/\partial X": [r"\partial f/\partial X"],
    r"D_X f": [r"D_X f"],
    r"\nabla^2_x f": [r"\nabla^2_x f"],
    r"\frac{\mathrm d f}{\mathrm d x}": [r"\frac{\mathrm d f}{\mathrm d x}"],
    r"\frac{\partial^2 f}{\partial x\,\partial x^\top}": [r"\frac{\partial^2 f}{\partial x\,\partial x^\top}"],
    rf"{F} = 2X": [],
    r"\frac{\partial}{\partial X}": [],
    r"\nabla": [],
    r"\nabla^2": [],
    r"\frac{d}{2}": [],
    r"\frac{d_1}{d_2}": [],
    r"d_1/d_2": [],
    r"-\eta \nabla f": [],
    r"\partial M : M": [],
    rf"{F} \leq 1": [],
}


@pytest.mark.parametrize("formula", ASKED)
def test_questions(formula: str) -> None:
    assert [formula[start:end] for start, end in questions(formula)] == ASKED[formula]


@pytest.mark.parametrize("formula", BARE)
def test_bare_derivatives(formula: str) -> None:
    assert [formula[start:end] for start, end in bare_derivatives(formula)] == BARE[formula]


def test_a_question_through_a_macro_is_one_about_a_derivative() -> None:
    text = "$\\def\\p{\\partial}\\def\\grad#1#2{\\frac{\\p #1}{\\p #2}}$We ask $\\grad{f}{X} = ?$ and $x = ?$"
    (group,) = groups(read(text), {})[0]
    assert [request.latex for request in group.requests] == ["\\grad{f}{X}"]
    assert text[group.requests[0].offset :].startswith("\\grad{f}{X} =")


HOSTILE = (
    "$a ",
    "$$ x\n\n",
    "\\[ ",
    "\\begin{align} ",
    "` ``",
    "<!-- ",
    "<pre> ",
    "$\\text{ ",
    "\\newcommand{\\a}{",
    "$ ^ ",
    "\\",
    "> ",
    "- ",
    "$=?",
    " ",
    "<!-- texgrad a=b ",
    "x\n=\n",
    "\\begin{verbatim} ",
    "\\verb|",
    "%",
    "{",
    "$\\nabla f ",
    "{{< ",
    "{% highlight ",
    "{% highlight x %} ",
    ":::\n",
    "```{note}\n",
    "```math\n",
    "](",
    "<a b='",
    "<div>\n",
    "\\iffalse ",
    "\\iffalse \\fi ",
    "$`",
    "{math}`",
    "{/* ",
    "%%",
    "- > ",
    "| a |\n",
    "\\\\(",
)


@pytest.mark.parametrize("format", sorted(FORMATS))
@pytest.mark.parametrize("unit", HOSTILE)
def test_time_grows_with_the_text(unit: str, format: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        start = time.process_time()
        groups(read(text, format), {"derive": "all"})
        return time.process_time() - start

    small = min(seconds(20_000) for _ in range(2))
    assert min(seconds(160_000) for _ in range(2)) < 0.3 + 24 * small


def test_formats_by_name_and_path() -> None:
    assert of_path("a/b.MD") is FORMATS["markdown"] and of_path("x.tex") is FORMATS["latex"] and of_path("x.py") is None
    with pytest.raises(TexgradError):
        named("word")


def test_picture_is_drawn_as_agreed() -> None:
    line = r"L(W) = \lVert WX - Y\rVert_F^2 + \lambda \lVert W\rVert_F^2"
    text = "a\n\nb\r\n\rc\n" + line + "\n"
    at = text.index("WX")
    drawn = picture(Diagnostic("shape", "sizes differ", Span(at, at + 2), "write XW"), text, "posts/ridge.md")
    assert drawn.split("\n") == [
        "error[shape]: sizes differ",
        "  --> posts/ridge.md:6:15",
        "   |",
        " 6 | " + line,
        "   |               ^^",
        "   = help: write XW",
    ]


def test_picture_of_odd_lines() -> None:
    def rows(text: str, start: int, end: int) -> list[str]:
        return picture(Diagnostic("x", "m", Span(start, end)), text, "p").split("\n")[3:]

    assert rows("\tab", 1, 2) == [" 1 |     ab", "   |     ^"]
    assert rows("中a中b", 1, 3) == [" 1 | 中a中b", "   |   ^^^"]
    assert rows("ab\ncd", 1, 5) == [" 1 | ab", "   |  ^"]
    assert rows("ab", 2, 2) == [" 1 | ab", "   |   ^"]
    assert rows("", 0, 0) == [" 1 |", "   | ^"]
    long = "x" * 500 + "YY" + "z" * 500
    shown, carets = rows(long, 500, 502)
    assert len(shown) < 110 and shown[carets.index("^") : carets.rindex("^") + 1] == "YY"


@given(st.text(max_size=300), st.integers(0, 320), st.integers(0, 320))
def test_picture_never_fails(text: str, start: int, length: int) -> None:
    drawn = picture(Diagnostic("x", "m", Span(start, start + length), "h"), text, "p")
    assert drawn.count("\n") == 5


@given(st.text("a\r\n\u2028", max_size=20))
def test_places_are_those_of_an_editor(text: str) -> None:
    lines = Lines(text)
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert [lines.line(n + 1) for n in range(len(rows))] == rows
