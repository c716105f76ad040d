"""What cannot be read is refused with a word, a place and a reason, and never with another exception."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import texgrad
from texgrad.reader import Problem, Source, read, read_expression
from texgrad.source import TexgradError, picture

CASES = [
    (r"\lVert WX - Y\rVert_F^2", {"W": "n x k", "X": "m x n", "Y": "n x n"}, "shape", "X"),
    (r"\|X + Y\|^2", {"X": "n x m", "Y": "m x n"}, "shape", "Y"),
    (r"\operatorname{tr}(X)", {"X": "n x m"}, "shape", r"\operatorname{tr}(X)"),
    (r"\log X + \alhpa", {}, "unknown-macro", r"\alhpa"),
    (r"\operatorname{erfinv}(X)", {}, "unsupported", r"\operatorname{erfinv}"),
    (r"g(X)", {}, "undeclared", "g(X)"),
    (r"(X + Y", {}, "syntax", "("),
    (r"X + Y)", {}, "syntax", ")"),
    (r"\frac{X}{", {}, "syntax", "{"),
    (r"X +", {}, "syntax", "+"),
    (r"\|X\|_{H^1}", {}, "unsupported", r"\|X\|_{H^1}"),
    (r"X^*X", {}, "unsupported", "X^*"),
    (r"\operatorname{tr}(X + X^H)", {"X": "n x m"}, "shape", "X^H"),
    (r"\mathbb{E}[X]", {}, "unsupported", r"\mathbb{E}"),
    (r"\gamma^t\operatorname{tr}(X)", {r"\gamma": "scalar"}, "shape", r"\gamma^t"),
    (r"\operatorname{tr}(Ae^X)", {"X": "n x p", "A": "p x n"}, "shape", "e^X"),
    ("X\0", {}, "syntax", "\0"),
    ("X\ud800", {}, "syntax", "\ud800"),
    ("{" * 100_000, {}, "too-large", None),
    (r"\sqrt" * 50 + "X", {}, "too-large", r"\sqrt"),
    ("(" * 1500 + "X" + ")" * 1500, {}, "too-large", None),
    ("9" * 40 + "X", {}, "too-large", "9" * 40),
    (r"\|X\|^{99999999}(2)^{99999999}", {}, "too-large", "(2)^{99999999}"),
]  # fmt: skip


# what goes wrong in posts: the formula, the code, what the caret stands under, and the way out
POSTS = [
    (r"\nabla_x \frac{1{2} x^TAx", "syntax", "{", "close it, or remove it"),
    (r"\nabla_x \frac{1}{2 x^TAx", "syntax", "{", "close it, or remove it"),
    (r"\nabla_x x^TAx}", "syntax", "}", "remove }"),
    (r"\nabla_x \color{red}{x^TAx", "syntax", "{", "close it, or remove it"),
    (r"\nabla_x (x^TAx))", "syntax", ")", "close it, or remove it"),
    (r"\nabla_x (x^TAx", "syntax", "(", "write )"),
    (r"\nabla_x \left( x^TAx", "syntax", r"\left(", "write )"),
    (r"\nabla_x [x^TAx)", "syntax", ")", "close it, or remove it"),
    (r"\nabla_x \|x\|^2 + \lambda\|x_2^2", "syntax", r"\|", "close it, or remove it"),
    (r"\nabla_x \langle x, Ax", "syntax", r"\langle", r"write \rangle"),
    (r"\begin{aligned} f &= x^TAx \nabla_x f", "syntax", r"\begin{aligned}", "close it, or remove it"),
    (r"\begin{align} \nabla_x x^TAx \end{aligned}", "syntax", r"\end{aligned}", r"write \end{align}"),
    (r"\nabla_x x^TAx \end{aligned}", "syntax", r"\end{aligned}", r"remove \end{aligned}"),
    (r"\nabla_x x^TAx $", "syntax", "$", "remove it"),
    (r"\nabla_x x^TAx \begin", "syntax", r"\begin", r"remove \begin"),
    ("\\nabla_x x^TAx \\", "syntax", "\\", "remove \\"),
    (r"\nabla_x x^TA^", "syntax", "^", "write ^{…}, or remove ^"),
    (r"\nabla_x x^TA_", "syntax", "_", "write _{…}, or remove _"),
    (r"\nabla_x \|Ax^ \|^2", "syntax", "^", "write ^{…}, or remove ^"),
    (r"\nabla_x \left\|Ax^\right\|^2", "syntax", "^", "write ^{…}, or remove ^"),
    (r"\nabla_x (a^Tx_)^2", "syntax", "_", "write _{…}, or remove _"),
    (r"\nabla_{w_{y_i}} \sum_je^{w_j^Tx-w_{y_i}^Tx}", "unsupported", "w_j",
     r"write a letter for the index, or leave it out of the sum: j \ne y_{i}"),
    (r"\nabla_x x^TA\frac", "syntax", r"\frac", r"write \frac{…}, or remove \frac"),
    (r"\nabla_x x^TAx\right", "syntax", r"\right", r"write a bracket behind it, \right), or remove it"),
    (r"\nabla_x x^TAx +", "syntax", "+", "write what follows +, or remove it"),
    (r"\nabla_x x^TAx\odot", "syntax", r"\odot", r"write what follows \odot, or remove it"),
    (r"\nabla_x + * x", "syntax", "*", "write a factor before it"),
    (r"\nabla_x #1^TA#1", "syntax", "#", "arguments stand only in definitions of macros"),
    (r"\nabla_x", "syntax", r"\nabla_x", "write the function behind the operator"),
    (r"\nabla_x ()", "syntax", r"\nabla_x ()", "write the function behind the operator"),
    (r"\nabla_x \operatorname{tr}", "syntax", r"\operatorname{tr}", "write tr(…)"),
    (r"\nabla_x \log", "syntax", r"\log", "write log(…)"),
    (r"\frac{\partial}{\partial} x^TAx", "syntax", r"\partial", r"write \partial X below"),
    (r"\frac{\partial f}{\partial x}", "undeclared", r"\frac{\partial f}{\partial x}", "define it: $f = …$"),
    (r"\frac{\partial x^TAx}{\partial (x+y)}", "unsupported", "(x+y)", "name one variable"),
    (r"\frac{\partial x^TAx}{\partial y}", "undeclared", "y", "the function depends on x, A"),
    (r"\nabla_z x^TAx", "undeclared", "z", "the function depends on x, A"),
    (r"\frac{\partial^3 f}{\partial x^3}", "unsupported", "^3", "ask for order 1 or 2"),
    (r"\nabla_x (\nabla_x x^TAx)", "unsupported", r"\nabla", "ask for one derivative, of a whole function"),
    (r"frac{\partial}{\partial X} tr(AX)", "syntax", None, r"did you mean \frac?"),
    (r"\frac{partial}{partial X} tr(AX)", "syntax", None, r"did you mean \partial?"),
    (r"x^TAx + b^Tx", "syntax", None, r"ask: \frac{\partial f}{\partial X}"),
    (r"\nabla_x x\^TAx", "unknown-macro", r"\^", "did you mean ^?"),
    (r"\nabla_x \lamdba x^Tx", "unknown-macro", r"\lamdba", r"did you mean \lambda?"),
    (r"\nabla_X \opertorname{tr}(X)", "unknown-macro", r"\opertorname", r"did you mean \operatorname?"),
    (r"\nabla_{\mathbff{x}} x^Tx", "unknown-macro", r"\mathbff", r"did you mean \mathbf?"),
    (r"\nabla_{\bx} \|A\bx\|^2", "unknown-macro", r"\bx", r"define it: \newcommand{\bx}{…}"),
    (r"\nabla_x \frc{1}{2}x^Tx", "unknown-macro", r"\frc", r"did you mean \frac?"),
    (r"\nabla_x \lVrt x\rVert", "unknown-macro", r"\lVrt", r"did you mean \lVert?"),
    (r"\nabla_x \mathrm{sigmod}(w^Tx)", "unsupported", r"\mathrm{sigmod}", "did you mean sigmoid?"),
    (r"\nabla_x \textbf{where x is}", "syntax", None, None),
    (r"\nabla_x \int_0^1 x^Tx\,dt", "unsupported", r"\int", "leave it out, or give what it is a name and define that"),
    (r"\nabla_x \sqrt[3]{x^Tx}", "unsupported", r"\sqrt", "write a power"),
    (r"\nabla_x \mathbb{E}[y\mid x]x", "unsupported", r"\mathbb{E}", "give it a name of its own"),
    (r"\nabla_x \|x\|_{1,2}", "unsupported", r"\|x\|_{1,2}", None),
    (r"A\otimes A\otimes A\otimes A\otimes A\otimes A\otimes x = \nabla_x", "syntax", None, None),
    (r"\nabla_x x^{2^{2^{2^{2^{2}}}}}", "too-large", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("latex", "code", "place", "help"), POSTS, ids=[p[0].replace("\\", "/") for p in POSTS])
def test_what_goes_wrong_in_posts(latex: str, code: str, place: str | None, help: str | None) -> None:
    with pytest.raises(TexgradError) as caught:
        read(Problem((Source(latex, 7),)))
    found = caught.value.diagnostics[0]
    assert found.code == code
    if place is not None:
        assert found.span is not None and latex[found.span.start - 7 : found.span.end - 7] == place
    if help is not None:
        assert found.help == help
    assert "\n" in picture(found.shifted(-7), latex, "post.md")


def test_shapes_name_both_sides_and_a_way_out() -> None:
    for latex in (r"\operatorname{tr}(X)", r"\log\det X", "X^{-1}", r"X\odot X^T", "X + X^T", "XX", "X^2", "X/X"):
        with pytest.raises(TexgradError) as caught:
            read(Problem((Source(latex),), wrt=("X",), declare={"X": "n x m"}))
        found = caught.value.diagnostics[0]
        assert found.code == "shape" and found.span is not None and found.help
        assert "n×m" in found.message or "m×n" in found.message


def test_long_names_are_cut_in_messages() -> None:
    with pytest.raises(TexgradError) as caught:
        read(Problem((Source(r"\nabla_x \a" + "a" * 9000),)))
    assert len(caught.value.diagnostics[0].message) < 400


@pytest.mark.parametrize(("latex", "near"), [
    (r"\operatorname{simgoid}(X)", "sigmoid"), (r"\operatorname{trce}(X)", "trace"), (r"\Sigam X", r"\Sigma"),
    (r"\|W_1x\|^2", "W_1"),
])  # fmt: skip
def test_near_names_are_suggested(latex: str, near: str) -> None:
    with pytest.raises(TexgradError) as caught:
        read(Problem((Source(latex),), wrt=("W_2",)))
    assert caught.value.diagnostics[0].help == f"did you mean {near}?"


def test_the_caret_stands_under_the_macro() -> None:
    source = r"\newcommand{\norm}[1]{\left\|#1\right\|}\norm{AB}^2"
    with pytest.raises(TexgradError) as caught:
        read(Problem((Source(source, 5),), wrt=("A",), declare={"A": "n x m", "B": "n x k"}))
    found = caught.value.diagnostics[0]
    assert found.code == "shape" and found.span is not None
    assert source[found.span.start - 5 : found.span.end - 5] == "B"


@pytest.mark.parametrize(
    ("latex", "declare", "code", "place"), CASES, ids=[c[0][:20].encode("ascii", "replace") for c in CASES]
)
def test_refusals(latex: str, declare: dict[str, str], code: str, place: str | None) -> None:
    with pytest.raises(TexgradError) as caught:
        read(Problem((Source(latex, 7),), wrt=("X",), declare=declare))
    found = caught.value.diagnostics[0]
    assert found.code == code and found.message
    if place is not None:
        assert found.span is not None and latex[found.span.start - 7 : found.span.end - 7] == place


def test_the_message_names_the_sizes_and_a_way_out() -> None:
    declare = {"W": "n x k", "X": "m x n", "Y": "n x n"}
    with pytest.raises(TexgradError, match="the product of n×k and m×n: inner sizes differ, k and m") as caught:
        read(Problem((Source(r"\|WX-Y\|"),), wrt=("X",), declare=declare))
    assert caught.value.diagnostics[0].help


def test_did_you_mean() -> None:
    with pytest.raises(TexgradError) as caught:
        read(Problem((Source(r"\alhpa X"),), wrt=("X",)))
    assert r"\alpha" in caught.value.diagnostics[0].help


def test_other_peoples_prose_is_passed_over() -> None:
    context = (Source("{{{", 0), Source(r"\foo(x)", 10), Source(r"X \in \mathbb{R}^{n\times p}", 20), Source("\0", 60))
    found = read(Problem((Source(r"\nabla_X \|X\|_F^2", 70),), context))
    assert found.symbols[0].shape == ("n", "p")


PIECES = st.sampled_from(
    [
        r"\frac",
        r"\partial",
        r"{",
        r"}",
        r"{}",
        r"(",
        r")",
        r"[",
        r"]",
        r"\left(",
        r"\right)",
        r"\left",
        r"\right",
        r"|",
        r"||",
        r"\|",
        r"_F^2",
        r"X",
        r"A",
        r"x",
        r"w",
        r"d",
        r"e",
        r"i",
        r"j",
        r"n",
        r"1",
        r"2",
        r"^",
        r"_",
        r"^T",
        r"^\top",
        r"^{-1}",
        r"'",
        r"+",
        r"-",
        r"=",
        r"&",
        r"\\",
        r":",
        r"\circ",
        r"\odot",
        r"\otimes",
        r"\sum_{i=1}^n",
        r"\log",
        r"\tr",
        r"\operatorname{vec}",
        r"\mathbf{1}",
        r"\mathbf",
        r"\text{if}",
        r"\rm",
        r"\sigma(",
        r"\Sigma",
        r"\nabla_X",
        r"\begin{aligned}",
        r"\end{aligned}",
        r"\def\a#1{#1\a}",
        r"\a",
        r"\over",
        r"\sqrt",
        r"\hat",
        r"\langle",
        r"\rangle",
        r",",
        r";",
        r"?",
        r".",
        r"/",
        r"*",
        r"%",
        r"$",
        r"#",
        r"\in",
        r"\mathbb{R}^n",
        r"\mid",
        r"x_i",
        r"X_{ij}",
        r"\det",
        r"f(X)=",
        r"\frac{\partial",
        r"f}{\partial",
        r"X}",
        r"M=XA^T",
        r"^{(i)}",
        r"^{99}",
        r"\let\c=\d",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=14).map(" ".join), st.lists(PIECES, max_size=8).map("".join))
def test_nothing_but_texgrad_errors(request: str, context: str) -> None:
    began = time.process_time()
    problem = Problem((Source(request, 3),), (Source(context, 90, "Let "),), wrt=("X",), declare={"x": "family n of p"})
    for attempt in (lambda: read(problem), lambda: read_expression(request, {})):
        try:
            attempt()
        except TexgradError as error:
            for found in error.diagnostics:
                assert found.span is None or 0 <= found.span.start <= found.span.end
    assert time.process_time() - began < 5


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_survived(text: str) -> None:
    with pytest.raises(TexgradError):
        read(Problem((Source(text),)))


def test_a_conflict_of_shapes_names_the_declarations() -> None:
    text = "Let $W \\in \\mathbb{R}^{n \\times k}$, and $X$ an $m\\times n$ matrix. $$\\nabla_W \\|WX\\|_F = ?$$\n"
    _, (found,) = texgrad.build_text(text, format="markdown")
    assert found.code == "shape"
    assert [(what, text[place.start : place.end]) for what, place in found.also] == [
        ("W is declared as n×k", "W"), ("X is declared as m×n", "X"),
    ]  # fmt: skip
    drawn = picture(found, text, "post.md").splitlines()
    assert drawn[-3:-1] == ["   = W is declared as n×k at post.md:1:6", "   = X is declared as m×n at post.md:1:43"]
