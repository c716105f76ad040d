"""Large functions: lines and answers grow with what is asked, and so does the time; nothing recurses deeply."""

from __future__ import annotations

import sys
import time
from typing import Any

import pytest

import texgrad
from texgrad.source import TexgradError

Problem = tuple[str, dict[str, Any]]


def chain(n: int) -> Problem:
    """tr(A₁XA₂X…AₙX)."""
    return r"\operatorname{tr}(" + "".join(f"A_{{{k}}}X" for k in range(1, n + 1)) + ")", {"wrt": "X"}


def squares(n: int) -> Problem:
    """Σ ‖AᵢX − Bᵢ‖², every term written out."""
    return "+".join(rf"\|A_{{{k}}}X-B_{{{k}}}\|_F^2" for k in range(1, n + 1)), {"wrt": "X"}


def uneven(n: int) -> Problem:
    """Such a sum whose numbers keep it from being written under one sign."""
    return "+".join(rf"\|A_{{{k}}}X-B_{{{n - k}}}\|_F^2" for k in range(n)), {"wrt": "X"}


def nested(n: int) -> Problem:
    """tanh(tanh(…tanh(x)…))."""
    return "1^T" + r"\tanh(" * n + "x" + ")" * n, {"wrt": "x", "declare": {"x": "d"}}


def number(n: int) -> Problem:
    """The same of a number."""
    return r"\sin(" * n + "t^2" + ")" * n, {"wrt": "t", "declare": {"t": "scalar"}}


def network(n: int) -> str:
    """The loss of n layers."""
    inner = "x"
    for k in range(1, n):
        inner = rf"\tanh(W_{{{k}}}{inner})"
    return rf"\|W_{{{n}}}{inner}-y\|^2"


def by_input(n: int) -> Problem:
    """A network by its input."""
    return network(n), {"wrt": "x", "declare": {"x": "d"}}


def by_middle(n: int) -> Problem:
    """A network by the weights in its middle."""
    return network(n), {"wrt": f"W_{{{n // 2}}}", "declare": {"x": "d"}}


def by_all(n: int) -> Problem:
    """A network by all its weights."""
    return network(n), {"wrt": [f"W_{{{k}}}" for k in range(1, n + 1)], "declare": {"x": "d"}}


FAMILIES = (chain, squares, uneven, nested, number, by_input, by_middle, by_all)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.__name__)
def test_text_grows_with_the_question(family: Any) -> None:
    sizes = []
    for n in (12, 24, 48):
        latex, options = family(n)
        solution = texgrad.derive(latex, **options)
        sizes.append(len(solution.latex()) + sum(len(r.latex) for r in solution.results))
    assert sizes[2] < 2.6 * sizes[1] < 2.6 * 2.6 * sizes[0]


@pytest.mark.parametrize(("family", "n"), [(chain, 64), (chain, 1000), (squares, 1000), (uneven, 1000), (nested, 100),
                                           (number, 100), (by_input, 100), (by_middle, 100),
                                           (by_all, 100)])  # fmt: skip
def test_large_functions_take_bounded_time(family: Any, n: int) -> None:
    latex, options = family(n)
    began = time.process_time()
    solution = texgrad.derive(latex, **options)
    assert solution.latex() and solution.results[0].latex
    assert time.process_time() - began < 5


@pytest.mark.parametrize("family", [nested, number, by_input, by_all], ids=lambda f: f.__name__)
def test_depth_needs_no_stack(family: Any) -> None:
    latex, options = family(150)
    texgrad.derive(*family(3)[:1], **family(3)[1])  # what is loaded at first is loaded by recursion
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len_of_stack() + 330)
    try:
        assert texgrad.derive(latex, **options).latex()
    finally:
        sys.setrecursionlimit(limit)


def len_of_stack() -> int:
    """How many frames there are now."""
    frame, count = sys._getframe(), 0
    while frame.f_back is not None:
        frame, count = frame.f_back, count + 1
    return count


def test_a_product_rule_that_nobody_reads_is_refused() -> None:
    with pytest.raises(TexgradError) as caught:
        texgrad.derive(r"(x^Tx)" * 3 + "".join(rf"(a_{{{k}}}^Tx)" for k in range(150)), "x")
    assert caught.value.diagnostics[0].code == "too-large"


def test_more_than_anybody_reads_is_refused() -> None:
    powers = "+".join(f"X^{{{k}}}" for k in range(1, 1200))
    began = time.process_time()
    with pytest.raises(TexgradError) as caught:
        texgrad.derive(rf"\operatorname{{tr}}({powers})", "X")
    assert caught.value.diagnostics[0].code == "too-large"
    assert time.process_time() - began < 5


CHAINED = (r"\sin(a_{%d})", r"\frac{1}{1+a_{%d}}", "a_{%d}^2+1", r"\log(1+a_{%d})", r"\exp(-a_{%d}) x^Tx", "2a_{%d}")
MOST_SHOWN = 400_000  # characters of an answer


def defined(n: int, step: str) -> str:
    """A document with n definitions, each of which uses the one before."""
    steps = "".join(f", $a_{{{k}}} = {step % (k - 1)}$" for k in range(2, n + 1))
    return rf"Let $x\in\mathbb R^n$, $a_1 = x^Tx${steps}.\n\n$$\frac{{\partial a_{{{n}}}}}{{\partial x}} = ?$$\n"


@pytest.mark.parametrize("step", CHAINED)
def test_chained_definitions_are_answered_or_refused(step: str) -> None:
    short = texgrad.build_text(defined(12, step), format="markdown")
    assert not short[1] and "texgrad:begin" in short[0]
    document = defined(300, step)
    began = time.process_time()
    built, found = texgrad.build_text(document, format="markdown")
    assert time.process_time() - began < 5
    assert len(built) - len(document) < MOST_SHOWN
    assert ("texgrad:begin" in built) == (not found)


def test_requests_beside_one_another_share_what_is_read() -> None:
    document = "".join(rf"$$\nabla_x x^TA_{{{k}}}x = ?$$" + "\n\n" for k in range(120))
    began = time.process_time()
    built, found = texgrad.build_text(document, format="markdown")
    assert built.count("texgrad:begin") == 120 and not found
    assert time.process_time() - began < 5


PAGES = {
    "questions about definitions": "".join(
        rf"Let $f_{{{k}}}(x)=x^TA_{{{k}}}x$." + "\n\n" + rf"$$\nabla_x f_{{{k}}} = ?$$" + "\n\n" for k in range(60)
    ),
    "definitions that nobody asks for": ", ".join(rf"$g_{{{k}}}(x)=x$" for k in range(600))
    + "\n\n" + r"$$\nabla_x \|Ax-b\|^2 = ?$$",
    "definitions of one another": "Let $a_1 = A_1x$" + "".join(
        rf", $a_{{{k}}} = A_{{{k}}}a_{{{k - 1}}}$" for k in range(2, 350)
    ) + "\n\n" + r"$$\frac{\partial}{\partial x}\|a_{349}\|^2 = ?$$",
    "many terms that are defined": "Let $a=x^Tx$ and $$f = " + "+".join(["a"] * 1500) + "$$\n\n$$\\nabla_x f = ?$$\n",
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_definitions_are_looked_up_and_not_gone_through(page: str) -> None:
    began = time.process_time()
    built, found = texgrad.build_text(PAGES[page], format="markdown")
    assert "texgrad:begin" in built and not found
    assert time.process_time() - began < 5


def test_questions_that_say_nothing_change_no_answer_far_away() -> None:
    asked = r"$$\nabla_x (x^TAx + b^Tx) = ?$$" + "\n\n"
    alone, _ = texgrad.build_text(asked, format="markdown")
    other = r"$$\nabla_X \operatorname{tr}(AX) = ?$$" + "\n\n"
    many, _ = texgrad.build_text(asked + other + asked * 60, format="markdown")
    assert many.count("texgrad:begin") == 62 and many.startswith(alone.rstrip("\n"))


CROWDED = {
    "questions": "".join(rf"$$\nabla_x x^TA_{{{k}}}x = ?$$" + "\n\n" for k in range(320)),
    "functions and questions": "".join(
        rf"Let $f_{{{k}}}(x)=x^TA_{{{k}}}x$." + "\n\n" + rf"$$\nabla_x f_{{{k}}} = ?$$" + "\n\n" for k in range(170)
    ),
}


@pytest.mark.parametrize("page", CROWDED)
def test_a_page_that_asks_too_much_is_answered_in_part_and_says_so(page: str) -> None:
    text = CROWDED[page]
    built, (found,) = texgrad.build_text(text, format="markdown")
    written, asked = built.count("texgrad:begin"), text.count("= ?")
    assert found.code == "too-large" and f"{asked - written} derivatives" in found.message
    assert found.span is not None and text[: found.span.start].count("= ?") == written > 60
    assert texgrad.build_text(built, format="markdown")[0] == built


LONG_LINES = {
    "sums over indices of their own": "+".join(rf"\sum_{{i}} a_{{i}}^{{({k})}}x_{{i}}^2" for k in range(350)),
    "spaces": "x" + " " * 20_000 + "^Tx",
    "factors": r"\operatorname{tr}(" + "AX" * 5000 + ")",
    "Kronecker products": "+".join(rf"A_{{{k}}}x" for k in range(900)) + "+"
    + "+".join(rf"x^TB_{{{k}}}" for k in range(900)),
    "macros": r"\def\q#1#2{\|A_{#1}#2-b_{#1}\|^2}" + "+".join(rf"\q{{{k}}}{{x}}" for k in range(400)),
}


@pytest.mark.parametrize("line", LONG_LINES)
def test_long_formulas_are_answered_or_refused_soon(line: str) -> None:
    began = time.process_time()
    try:
        assert texgrad.derive(LONG_LINES[line], "X" if "X" in LONG_LINES[line] else "x").results
    except TexgradError as error:
        assert error.diagnostics[0].code == "too-large"
    assert time.process_time() - began < 5
