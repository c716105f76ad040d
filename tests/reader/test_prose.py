"""What the words of a document say of its names, and how far it holds."""

from __future__ import annotations

import pytest

from texgrad import build_text
from texgrad.problem import Problem, Source
from texgrad.reader import Session
from texgrad.shapes import ONE, SCALAR, Shape

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
    # what stands below a nabla is a number, and not made a vector by what another section says
    ("## A\n\nLet $\\mu\\in\\mathbb R^k$.\n\n## B\n\n"
     "$E=\\sum_{i=1}^n\\max(0,1-y_iw^Tx_i)+\\mu\\|w\\|^2$, so $\\nabla_w E=?$\n",
     "\\mathbf 1[1-y_iw^Tx_i>0]\\,y_ix_i+2\\mu w"),
    # nor is a number transposed, or a vector of ones put beside one, because another section speaks of the entries of x
    ("## A\n\nLet $x\\in\\mathbb R^n$.\n\n## B\n\n"
     "$$\\frac{\\partial}{\\partial w}\\sum_{i=1}^m\\max(0,1-y_i(w^Tx_i+b)) = ?$$\n",
     "-\\sum_{i=1}^m\\mathbf 1[1-y_i(w^Tx_i+b)>0]\\,y_ix_i"),
    ("## A\n\nLet $z\\in\\mathbb R^n$.\n\n## B\n\n$$\\frac{\\partial}{\\partial z}\\frac{1}{1+e^{-z}} = ?$$\n", "Diag"),
    # words are no sizes
    ("$x$ and $\\mathbf{X}$ denote $scalar$, $\\mathbf{matrix}$.\n\n$$\\frac{d\\ln|\\mathbf{X}|}{d\\mathbf{X}} = ?$$\n",
     "&= \\mathbf{X}^{-"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "holds"), ANSWERS, ids=[text[:50] for text, _ in ANSWERS])
def test_answers(text: str, holds: str) -> None:
    built, diagnostics = build_text(text)
    assert not diagnostics
    assert holds in built[len(text) // 2 :], built


# what is said, and the shape and properties of each name by it
SAID: tuple[tuple[str, dict[str, str]], ...] = (
    ("Let $A$ be an $n\\times m$ matrix and $x$ a vector of length $m$.", {"A": "n x m", "x": "m"}),
    ("where $\\Sigma$ is the covariance matrix.", {"\\Sigma": "symmetric"}),
    ("Let $S$ be a sample covariance matrix.", {"S": "symmetric"}),
    ("$C$ is the cross-covariance matrix of $x$ and $y$.", {}),
    ("$v$ is a column of the orthogonal matrix that was found.", {}),
    ("$A$ is an $n \\times m$ matrix, $b$ is an $n$-dimensional vector.", {"A": "n x m", "b": "n"}),
    ("Here $X$ is the $n\\times p$ design matrix and $y \\in \\mathbb{R}^n$.", {"X": "n x p", "y": "n"}),
    ("Let $x$ be a vector in $\\mathbb{R}^d$ and $M$ a matrix in $\\mathbb R^{d\\times k}$.", {"x": "d", "M": "d x k"}),
    ("$A$ is $m$ by $n$, $x$ is $n$ by $1$.", {"A": "m x n", "x": "n"}),
    ("$A$ is a real symmetric matrix of order $n$.", {"A": "n x n, symmetric"}),
    ("$\\Sigma$ is a $p\\times p$ positive definite covariance matrix.",
     {"\\Sigma": "p x p, positive definite, symmetric"}),
    ("where $A$ and $B$ are $n \\times n$ symmetric matrices", {"A": "n x n, symmetric", "B": "n x n, symmetric"}),
    ("Both $P$ and $Q$ are of size $n \\times k$.", {"P": "n x k", "Q": "n x k"}),
    ("$X$ has dimensions $n\\times d$ and $w$ has dimension $d$.", {"X": "n x d", "w": "d"}),
    ("$X$ ($n \\times p$) and $y$ ($n\\times 1$).", {"X": "n x p", "y": "n"}),
    ("the $n\\times p$ matrix $X$ and the $p$-vector $\\beta$", {"X": "n x p", "\\beta": "p"}),
    ("Given $A \\in \\mathbb{R}^{n\\times n}$ and $C$, with $C$ symmetric.", {"A": "n x n", "C": "symmetric"}),
    ("a column vector $x$ with $n$ entries", {"x": "n"}),
    ("$X$ is n by p and $Y$ is n x q.", {"X": "n x p", "Y": "n x q"}),
    ("$X$ is an (n x d) matrix.", {"X": "n x d"}),
    ("Let $L$ be an $n\\times n$ lower triangular matrix.", {"L": "n x n, lower triangular"}),
    ("where $y$ is a one-hot vector and $p$ is a probability vector", {"y": "one-hot", "p": "probability vector"}),
    ("with $P$ a positive definite matrix", {"P": "positive definite, symmetric"}),
    ("$P$ is negative definite.", {"P": "negative definite, symmetric"}),
    ("Let $S \\in \\mathbb{S}^n_{++}$.", {"S": "n x n, positive definite, symmetric"}),
    ("with $\\dim X=n\\times p$", {"X": "n x p"}),
    ("$x \\in M_{n,1}(\\mathbb{R})$, $A \\in M_n(\\mathbb R)$", {"x": "n", "A": "n x n"}),
    ("$B\\in \\mathcal{M}_{m\\times n}(\\mathbb{R})$", {"B": "m x n"}),
    ("$X\\in\\mathbb{R}^{n\\times(p+1)}$, $y \\in \\mathbb{R}^{2n}$", {"X": "n x p+1", "y": "2n"}),
    ("$A_{n\\times m}$ and $x_{m\\times 1}$", {"A": "n x m", "x": "m"}),
    ("$\\mathbf{t}\\in\\{0,1\\}^N$ and $p\\in[0,1]^n$", {"\\mathbf{t}": "N", "p": "n"}),
    ("$W$ has shape $(d, k)$.", {"W": "d x k"}),
    ("$\\theta$ is a $k$-dimensional parameter vector, $\\lambda$ a scalar.", {"\\theta": "k", "\\lambda": "scalar"}),
    ("$x \\in \\mathbb{R}^{d}$; $\\alpha,\\beta\\in\\mathbb R$", {"x": "d", "\\alpha": "scalar", "\\beta": "scalar"}),
    ("Let $\\{x_i\\}_{i=1}^n$ be vectors in $\\mathbb{R}^d$.", {"x_i": "d"}),
    ("Introduce a symmetric matrix of multipliers $M\\in\\mathbb{R}^{k\\times k}$.", {"M": "k x k, symmetric"}),
    ("the Laplacian $L$ (which is symmetric) and the kernel $K$ (symmetric!)", {"L": "symmetric", "K": "symmetric"}),
    ("The matrices $A$ and $B$ are given. Both are symmetric $d\\times d$ matrices.",
     {"A": "d x d, symmetric", "B": "d x d, symmetric"}),
    ("$A$ is the scatter within and $B$ is the one between; both are symmetric.", {"A": "symmetric", "B": "symmetric"}),
    ("for the Gram matrix $K$ and with symmetric weights $S$", {"K": "symmetric", "S": "symmetric"}),
    ("with covariances $U$ and $V$ (both positive definite)",
     {"U": "positive definite, symmetric", "V": "positive definite, symmetric"}),
    ("Let $m, s\\in\\mathbb{R}^d$ with $s > 0$ entry by entry.", {"m": "d", "s": "d, positive"}),
    ("We may assume without loss of generality that $A$ is symmetric.", {"A": "symmetric"}),
    ("The design matrix $X$ has $n$ rows and $p$ columns.", {"X": "n x p"}),
    ("- $X$: the $n\\times p$ design matrix\n- $A$ — symmetric matrix", {"X": "n x p", "A": "symmetric"}),
    ("| $X$ | $n\\times p$ |\n| $w$ | weights | $p\\times 1$ |\n| $a$ | $b$ |", {"X": "n x p", "w": "p"}),
    # what is no declaration
    ("The orthogonal projection $P$ and the positive part $x$ have a vector of ones.", {}),
    ("If $A$ is symmetric, this is simpler. For symmetric $S$, too.", {}),
    ("where $A$ is not symmetric, $B$ is skew-symmetric and $C$ is nonsymmetric", {}),
    ("the determinant of $A$ is positive", {}),
    ("$w$ is an eigenvector of the covariance matrix", {}),
    ("Compress $x$ by multiplying it by the matrix.", {}),
    ("each column of $D$ is orthogonal to the others", {}),
    ("For the check one may take $P$ diagonal.", {}),
    ("$n$ is the number of samples", {}),
    # another language is one more table
    ("Sei $A$ eine symmetrische $n\\times n$-Matrix und $x$ ein Vektor der Länge $n$.",
     {"A": "n x n, symmetric", "x": "n"}),
)  # fmt: skip


@pytest.mark.parametrize(("text", "names"), SAID, ids=[text[:60] for text, _ in SAID])
def test_what_words_say(text: str, names: dict[str, str]) -> None:
    pieces = text.split("$")
    places = range(1, len(pieces), 2)
    context = tuple(Source(pieces[k], 10 * k, pieces[k - 1], pieces[k + 1]) for k in places)
    said = Session(Problem((Source("f = 1", 999),), context)).said
    found = {name: ", ".join(([_sizes(d.shape)] if d.shape else []) + sorted(d.assume))
             for name, d in said.declared.items() if d.shape or d.assume}  # fmt: skip
    families = {name for name, d in said.declared.items() if d.indexed}
    assert {name: worth for name, worth in found.items() if name not in families} == names


def _sizes(shape: Shape) -> str:
    return "scalar" if shape == SCALAR else " x ".join(str(size) for size in shape if size != ONE)


# what functions are called, and by which letters
NAMED: tuple[tuple[str, str], ...] = (
    (r"Let $z_i = \sigma(a_i) = \frac{e^{a_i}}{\sum_{k=1}^n e^{a_k}}$. $$\frac{\partial z_i}{\partial a_j} = ?$$",
     r"\delta_{ij}"),
    (r"The sigmoid $\sigma(z) = \frac{1}{1+e^{-z}}$. $$\nabla_w \log\sigma(w^Tx) = ?$$", r"(1-\sigma(w^Tx))x"),
    (r"Another $\sigma(z) = z^2$. $$\nabla_w \log\sigma(w^Tx) = ?$$", r"\frac{2x}{w^Tx}"),
    ("## A\n\nHere $b(w,x) = (w+x)^2$.\n\n## B\n\n$$\\frac{d}{dx}(bx) = ?$$", "&= b\n"),
    ("## A\n\nHere is $M = XA^T$.\n\n## B\n\n$$\\frac{\\partial}{\\partial X}\\|M\\|_F^2 = ?$$", "&= 2MA\n"),
    (r"$$\frac{\partial}{\partial a}\left(a_i-\sum_{k=1}^n a_k^2\right) = ?$$", "&= e_i-2a\n"),
    (r"$f(x)=x^TAx$ $$\nabla f(x) = ?$$", r"\nabla f(x) &= (A+A^T)x"),
    (r"$$y = \textbf{w}^T\textbf{x},\quad \textbf{x} = \textbf{B}\textbf{z}$$ $$\nabla_{\textbf{B}}y = ?$$",
     r"\textbf{w}\textbf{z}^T"),
    (r"$p(x) = \exp(-\frac{x}{2})$ $$\frac{d}{dx} p(2x) = ?$$", r"&= -\exp(-x)"),
    (r"$\mathrm{Id}$ is the $d\times d$ identity matrix. $$\frac{\partial}{\partial A} \|A-\mathrm{Id}\|_F^2 = ?$$",
     r"2(A-\mathrm{Id})"),
    (r"$\ f(W):=‖XW−Y‖^2_F=tr((XW−Y)^⊤(XW−Y))$ $$\nabla_{\mathrm W} f (\mathrm W) = ?$$",
     r"\nabla_{\mathrm W} f (\mathrm W) &= 2X^⊤(XW-Y)"),
    (r"Let $M = XA^T$ and $f(\theta) = \|M\|_F^2+\theta$. $$\nabla_X f(\theta) = ?$$", "&= 2MA"),
    (r"$$d(XW)/d(W) = ?$$", "dY_{kl}/dW_{ij}"),
    (r"$$\nabla \det A = ?$$", r"&= (\det A)A^{-\top}"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "holds"), NAMED, ids=[text[:60] for text, _ in NAMED])
def test_names(text: str, holds: str) -> None:
    built, diagnostics = build_text(text + "\n")
    assert not diagnostics
    assert holds in built, built


def test_a_matrix_that_depends_on_a_vector_is_no_number() -> None:
    text = "$A(x) \\in \\mathbb{R}^{n \\times n}$, $p(x) = x^t A(x) x$ $$\\frac{d p(x)}{d x} = ?$$\n"
    assert [d.code for d in build_text(text)[1]] == ["shape"]


def test_a_number_below_a_letter_that_counts_is_one_of_its_values() -> None:
    built, _ = build_text("$$\\frac{\\partial}{\\partial w_i}\\left(w_1-\\sum_{k=1}^n w_k^2\\right) = ?$$\n")
    assert r"\frac{\partial f}{\partial w_i} &= \delta_{1i}-2w_i" in built


def test_a_number_below_a_letter_that_counts_from_zero_is_refused() -> None:
    _, diagnostics = build_text("$$\\frac{\\partial}{\\partial w_i}\\left(w_0-\\sum_{k=0}^n w_k^2\\right) = ?$$\n")
    assert [d.code for d in diagnostics] == ["unsupported"]


def test_a_function_given_by_its_logarithm() -> None:
    text = (
        "$$\\ln p(x|\\mu,\\Sigma)=-\\frac{1}{2}\\ln|\\Sigma|-\\frac12(x-\\mu)^T\\Sigma^{-1}(x-\\mu)$$\n\n"
        "$$\\frac{\\partial\\ln p(x|\\mu,\\Sigma)}{\\partial\\mu} = ?$$\n"
    )
    built, diagnostics = build_text(text)
    assert not diagnostics
    assert r"\frac12(\Sigma^{-1}+\Sigma^{-T})(x-\mu)" in built
