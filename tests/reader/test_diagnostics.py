"""What cannot be read is refused with a word, a place and a reason, and never with another exception."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from texgrad.reader import Problem, Source, read, read_expression
from texgrad.source import TexgradError

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
    began = time.perf_counter()
    problem = Problem((Source(request, 3),), (Source(context, 90, "Let "),), wrt=("X",), declare={"x": "family n of p"})
    for attempt in (lambda: read(problem), lambda: read_expression(request, {})):
        try:
            attempt()
        except TexgradError as error:
            for found in error.diagnostics:
                assert found.span is None or 0 <= found.span.start <= found.span.end
    assert time.perf_counter() - began < 5


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_survived(text: str) -> None:
    with pytest.raises(TexgradError):
        read(Problem((Source(text),)))
