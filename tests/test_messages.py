"""Typical mistakes: the message says what is wrong in plain words, points at it, and says what to write."""

from __future__ import annotations

import pytest

import texgrad
from texgrad.source import Diagnostic

SIZES = r"Let $A\in\mathbb R^{m\times n}$, $x\in\mathbb R^m$." + "\n\n"


def complaints(text: str) -> tuple[Diagnostic, ...]:
    """What is said of a post."""
    return texgrad.build_text(text + "\n", format="markdown")[1]


@pytest.mark.parametrize(
    ("text", "message", "at", "help"),
    [
        (SIZES + r"$$\nabla_x \|Ax\|^2 = ?$$", "inner sizes differ", "x", "the first one transposed would fit"),
        (SIZES + r"$$\nabla_x \|Ax-A\|^2 = ?$$", "", "", "would fit"),
        (r"Let $W\in\mathbb R^{n\times k}$, $X\in\mathbb R^{m\times n}$." + "\n\n" + r"$$\nabla_W \|WX\|^2 = ?$$",
         "inner sizes differ", "X", "the other order would fit"),
        (r"$$\nabla_x \frac{x^\top A x = ?$$", "this brace is never closed", "{", "close it"),
        (r"$$\nabla_x \begin{pmatrix} x_1 \\ x_2 = ?$$", "this environment is never closed", r"\begin{pmatrix}", ""),
        (r"$$\nabla_x \left(Ax-b\right = ?$$", "followed by nothing", r"\right", r"\right)"),
        (r"$$\nabla_w \|Xw - y\|^2 + \lambda \|w|_1 = ?$$", "nothing stands before _", "_1", r"ends with \|"),
        (r"$$\nabla_x x^\top A x \le 1 = ?$$", r"\le cannot stand here", r"\le", "one side"),
        (r"$$\nabla_x \|x\|_0 = ?$$", "a norm with the subscript 0 is not known", r"\|x\|_0", ""),
        (r"$$\nabla_X X^{1/3} = ?$$", "cannot be read off", r"\nabla_X X^{1/3}", "ask for the differential, d(…)"),
        (r"$$\nabla_X \det(X) = ?$$ where $X\in\mathbb R^{n\times p}$", "which is not square", r"\det(X)", ""),
    ],
)  # fmt: skip
def test_mistakes(text: str, message: str, at: str, help: str) -> None:
    (found,) = complaints(text)
    assert message in found.message and help in found.help
    assert found.span is not None and (not at or text[found.span.start : found.span.end] == at)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 70000, r"\nabla_x x^{" + "9" * 400 + "}", "x^2 = 3", r"\nabla_x {}", r"\nabla_x \sin",
        r"\frac{d}{d\operatorname{vec}} x", r"\frac{\partial}{\partial(x+y)} x^\top y",
        r"\frac{\partial^2 f}{\partial x}", r"\nabla_x " + "(" * 3000 + "x" + ")" * 3000,
        r"\frac{\partial h}{\partial X}", r"\nabla_X \sqrt{X}b", r"\nabla_x \frac{d}{dt}", "",
        r"\nabla_x \begin{vmatrix}", r"\frac{d}{dx}", r"\nabla_x \|", r"\nabla_x \foo{x}",
        r"\nabla_x 3^{10^9}x", r"\nabla_x 0^{-1}x",
    ],
)  # fmt: skip
def test_every_message_names_a_way_out(text: str) -> None:
    with pytest.raises(texgrad.TexgradError) as raised:
        texgrad.derive(text, wrt=None if r"\frac" in text or r"\nabla" in text else "x")
    for found in raised.value.diagnostics:
        assert found.message and found.help and not found.help.endswith((" ", ": "))


@pytest.mark.parametrize(
    ("declaration", "unclear"),
    [
        ("A symetric", "A symetric"), ("X in R^{n x p}", "X in R^{n x p}"),
        (r"X \in \mathbb R^{n \times p}, A symetric", "A symetric"), (r"X \in \mathbb R^{n \times}", None),
        (r"X, Y \in \mathbb R^{n \times p}", ""), (r"X \in \mathbb R^{n \times p}, A symmetric", ""),
        (r"A symmetric, positive definite", ""), (r"\lambda > 0", ""), ("M = XA^T", ""),
        (r"x_i \in \mathbb R^d", ""), ("t scalar", ""), ("S is diagonal", ""), ("y one-hot", ""),
        (r"z \in \mathbb C^n", ""),
    ],
)  # fmt: skip
def test_a_comment_that_declares_nothing_is_no_secret(declaration: str, unclear: str | None) -> None:
    text = f"<!-- texgrad let: {declaration} -->\n\n$$\\nabla_x x^\\top Ax=?$$"
    said = [one for one in complaints(text) if one.severity == "warning"]
    if unclear is None:
        unclear = declaration
    assert [text[one.span.start : one.span.end] for one in said if one.span] == ([unclear] if unclear else [])


def test_a_byte_of_another_encoding_is_called_so() -> None:
    (found,) = complaints(b"$$\\nabla_x x^T\xff Ax = ?$$".decode("utf-8", "surrogateescape"))
    assert found.message == "the byte FF is no UTF-8" and "UTF-8" in found.help


def test_what_several_questions_see_is_said_once() -> None:
    question = "$$\\nabla_x x^\\top Ax=?$$\n\n"
    text = f"<!-- texgrad let: A symetric -->\n\n{question}Again.\n\n{question}"
    assert len(complaints(text)) == 1
