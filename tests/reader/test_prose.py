"""What the words of a document say of its names, and how far it holds."""

from __future__ import annotations

import pytest

from texgrad import build_text

# a document, and what its answer must hold
ANSWERS: tuple[tuple[str, str], ...] = (
    ("Here $T$ counts the steps.\n\n$$\\frac{\\partial}{\\partial x} x^TAx = ?$$\n", "&= (A+A^T)x"),
    ("Let $T \\in \\mathbb{R}$.\n\n$$\\frac{\\partial}{\\partial x} x^TAx = ?$$\n", "&= (A+A^T)x"),
    ("Let $T, b \\in \\mathbb{R}$.\n\n$$\\frac{\\partial}{\\partial b} b^T = ?$$\n", "&= Tb^{T-1}"),
    ("The functions $g$ and $h$.\n\n$$\\frac{d}{dx}(g(x)+h(x)) = ?$$\n", "&= \\nabla g(x)+\\nabla h(x)"),
    ("Let $\\sigma(s)=1/(1+e^{-s})$ and use $\\sigma$.\n\n$$\\frac{d}{ds} \\log\\sigma(s) = ?$$\n", "&= 1-\\sigma(s)"),
    # letters of which nothing is said are numbers where nothing asks for more
    ("$$\\frac{d}{dx} e^x = ?$$\n", "&= e^x\n"),
    ("$$\\frac{\\partial}{\\partial x_2}(2x_1+3x_2) = ?$$\n", "&= 3\n"),
    ("$$\\frac{d}{dx} Ax = ?$$\n", "&= A\n"),
    ("$$\\frac{\\partial}{\\partial \\mathbf x} \\exp(\\mathbf x) = ?$$\n", "\\operatorname{Diag}(\\exp(\\mathbf x))"),
    # another section may speak of other things
    ("## A\n\nLet $A=\\begin{bmatrix}1&2\\\\3&4\\end{bmatrix}$.\n\n## B\n\nLet $X\\in\\mathbb{R}^{n\\times n}$.\n\n"
     "$$\\frac{\\partial}{\\partial X}\\operatorname{tr}(AX) = ?$$\n", "&= A^\\top"),
    # what is nearer counts more: the section itself, what stands above, other sections
    ("Let $f(x)=a^Tx$.\n\n## A\n\nLet $f(x)=b^Tx$.\n\n## B\n\n$$\\nabla f = ?$$\n", "&= a\n"),
    ("## A\n\nLet $f(x)=b^Tx$.\n\n## B\n\n$$\\nabla f = ?$$\n", "&= b\n"),
    ("Let $f(x)=a^Tx$.\n\n## A\n\n$$\\nabla f = ?$$\n\nwhere $f(x)=c^Tx$.\n", "&= c\n"),
    ("Let $f(x)=a^Tx$. $$\\nabla f = ?$$ Now let $f(x)=c^Tx$.\n", "&= a\n"),
    # words are no sizes
    ("$x$ and $\\mathbf{X}$ denote $scalar$, $\\mathbf{matrix}$.\n\n$$\\frac{d\\ln|\\mathbf{X}|}{d\\mathbf{X}} = ?$$\n",
     "&= \\mathbf{X}^{-"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "holds"), ANSWERS, ids=[text[:50] for text, _ in ANSWERS])
def test_answers(text: str, holds: str) -> None:
    built, diagnostics = build_text(text)
    assert not diagnostics
    assert holds in built[len(text) // 2 :], built
