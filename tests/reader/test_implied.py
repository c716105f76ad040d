"""What equations say of their unknowns: the solutions of linear systems, and Cholesky factors."""

from __future__ import annotations

import pytest

from texgrad import TexgradError, build_text, derive

SYSTEM = "Let $x$ solve $Ax = b$ with $A \\in \\mathbb{R}^{n \\times n}$.\n\n"
FACTOR = "Let $A = LL^T$ be the Cholesky decomposition of $A$.\n\n"
SQUARES = "We solve $Ax = b$ by least squares, that is, with $f(x) = \\|Ax - b\\|^2$.\n\n"


@pytest.mark.parametrize(("text", "asked", "line"), [
    (SYSTEM, r"\frac{\partial x}{\partial b}", r"\frac{\partial x}{\partial b} &= A^{-1}"),
    (SYSTEM, r"\frac{\partial x}{\partial A}", r"{\partial(\operatorname{vec}A)^\top} &= -x^\top\otimes A^{-1}"),
    (SYSTEM, r"\frac{\partial x}{\partial A}", r"\frac{\partial x_k}{\partial A} &= -A^{-\top}e_kx^\top"),
    ("Suppose $AX = B$.\n\n", r"\frac{\partial X}{\partial B}", r"&= I_n\otimes A^{-1}"),
    ("Suppose $XA = B$.\n\n", r"\frac{\partial X}{\partial B}", r"&= A^{-\top}\otimes I_m"),
    ("We have $Wx = y$.\n\n", r"\frac{\partial y}{\partial x}", r"\frac{\partial y}{\partial x} &= W"),
    (FACTOR, r"\frac{\partial L}{\partial A}", r"dL &= L\operatorname{low}(L^{-1}\,dA\,L^{-T})"),
    (SQUARES, r"\frac{\partial f}{\partial x}", r"\frac{\partial f}{\partial x} &= 2A^\top(Ax-b)"),
    (SQUARES, r"\frac{\partial f}{\partial A}", r"\frac{\partial f}{\partial A} &= 2(Ax-b)x^\top"),
])  # fmt: skip
def test_what_an_equation_says(text: str, asked: str, line: str) -> None:
    """Of a name that nothing else defines; a variable is what it is."""
    built, diagnostics = build_text(f"{text}$$\n{asked} = ?\n$$\n")
    assert not diagnostics
    assert line in built


@pytest.mark.parametrize("equation", ["Ax + y = b", "A = b + LL^T + c", r"Ax \approx b", "x^TAx = b"])
def test_equations_that_say_nothing_of_an_unknown(equation: str) -> None:
    with pytest.raises(TexgradError):
        derive(r"\frac{\partial x}{\partial b}", definitions=[equation])


@pytest.mark.parametrize(("asked", "answer"), [
    (r"\frac{\partial y}{\partial x}", "W"), (r"\frac{\partial x}{\partial y}", "W^{-1}"),
    (r"\frac{\partial}{\partial W}c^\top x", r"-W^{-\top}cx^\top"),
])  # fmt: skip
def test_an_equation_is_solved_for_what_is_asked(asked: str, answer: str) -> None:
    assert derive(asked, definitions=["Wx = y"]).results[0].latex == answer


def test_a_definition_stays_one_where_the_factor_is_varied() -> None:
    answer = derive(r"\frac{\partial}{\partial L}\log\det A", definitions=["A = LL^T"]).results[0]
    assert answer.latex == r"2A^{-1}L"
