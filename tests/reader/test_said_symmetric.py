"""Every way of saying that a matrix is symmetric, and ways of saying so of a case only, or of something else."""

from __future__ import annotations

import pytest

from texgrad import build_text

SYMMETRIC: tuple[str, ...] = (
    r"Let $f(x)=x^TAx$ for symmetric $A$. $$\nabla f(x)=?$$",
    r"Let $f(x)=x^TAx$ for a symmetric matrix $A$. $$\nabla f(x)=?$$",
    r"$$\nabla_x(x^TAx)=?$$ for a symmetric matrix $A$.",
    r"$$\nabla_x(x^TAx)=?$$ for symmetric $A$.",
    r"$$\nabla_x(x^TAx)=?$$ where $A$ and $B$ are symmetric.",
    r"$$\nabla_x(x^TAx)=?$$ with symmetric $A$.",
    r"What is $\nabla_x(x^TAx)=?$ when $A$ is symmetric?",
    r"What is $\nabla_x(x^TAx)=?$ if $A$ is symmetric?",
    r"If $A$ is symmetric, what is $\nabla_x(x^TAx)=?$",
    r"Assume $A=A^\top$. $\nabla_x(x^TAx)=?$",
    r"Assume that $A$ is a real symmetric $n\times n$ matrix. $\nabla_x(x^TAx)=?$",
    r"Assume that the $n\times n$ matrix $A$ is real and symmetric. $\nabla_x(x^TAx)=?$",
    r"Here $A$ denotes the (symmetric) covariance matrix. $\nabla_x(x^TAx)=?$",
    r"with $A$ the (symmetric) covariance matrix; $\nabla_x(x^TAx)=?$",
    r"with $A$ the sample covariance matrix, $\nabla_x(x^TAx)=?$",
    r"where $A$ is the covariance matrix of the data. $\nabla_x(x^TAx)=?$",
    r"where $A$ is the graph Laplacian. $\nabla_x(x^TAx)=?$",
    r"where $A\in\mathbb S^n$. $\nabla_x(x^TAx)=?$",
    r"where $A\in\mathrm{Sym}(n)$. $\nabla_x(x^TAx)=?$",
    r"where $A\in\mathrm{Sym}_n(\mathbb R)$. $\nabla_x(x^TAx)=?$",
    r"where $A\in S_n(\mathbb R)$. $\nabla_x(x^TAx)=?$",
    r"where $A\in\mathcal S_{++}^n$. $\nabla_x(x^TAx)=?$",
    r"where $A\in\mathbb{S}_+^{n\times n}$. $\nabla_x(x^TAx)=?$",
    r"where $0\prec A\in\mathbb R^{n\times n}$. $\nabla_x(x^TAx)=?$",
    r"where $A\in\mathbb R^{n\times n}$, $A\succ0$. $\nabla_x(x^TAx)=?$",
    r"where $A\in\mathbb R^{n\times n}$ (symmetric). $\nabla_x(x^TAx)=?$",
    r"where $A\in\mathbb R^{n\times n}$ is s.p.d. $\nabla_x(x^TAx)=?$",
    r"where $A\in\mathbb R^{n\times n}$ is SPD and $x\in\mathbb R^n$. $\nabla_x(x^TAx)=?$",
    r"where $A\in\mathbb R^{n\times n}$ is a scatter matrix. $\nabla_x(x^TAx)=?$",
    r"Note that $A$ is assumed symmetric. $\nabla_x(x^TAx)=?$",
    r"$A$ is assumed to be symmetric. $\nabla_x(x^TAx)=?$",
    r"We may assume w.l.o.g. that $A$ is symmetric. $\nabla_x(x^TAx)=?$",
    r"W.l.o.g. $A$ is symmetric. $\nabla_x(x^TAx)=?$",
    r"$\nabla_x(x^TAx)=?$ (Here, $A$ is symmetric.)",
    r"$\nabla_x(x^TAx)=?$ ($A$ symmetric)",
    r"$\nabla_x(x^TAx)=?$, $A^T=A$.",
    r"Sei $A$ symmetrisch. $\nabla_x(x^TAx)=?$",
    r"Sei $A\in\mathbb R^{n\times n}$ symmetrisch und positiv definit. $\nabla_x(x^TAx)=?$",
    r"Für symmetrisches $A\in\mathbb R^{n\times n}$ gilt $\nabla_x(x^TAx)=?$",
    r"mit der symmetrischen Matrix $A$: $\nabla_x(x^TAx)=?$",
    r"wobei $A$ symmetrisch ist. $\nabla_x(x^TAx)=?$",
    r"wobei $A$ eine symmetrische, positiv definite Matrix ist. $\nabla_x(x^TAx)=?$",
    r"Dabei ist $A$ die Kovarianzmatrix von $x$. $\nabla_x(x^TAx)=?$",
    r"A is a symmetric n x n matrix and x is an n x 1 vector. $\nabla_x(x^TAx)=?$",
    r"The Hessian $A$ is symmetric. $\nabla_x(x^TAx)=?$",
    r"Let $A=A^T\in\mathbb R^{n\times n}$. $\nabla_x(x^TAx)=?$",
    r"Let $A^{\intercal}=A$ and $x\in\mathbb R^n$. $\nabla_x(x^TAx)=?$",
    r"Since $A$ is symmetric, $\nabla_x(x^TAx)=?$",
    r"As $A$ is symmetric we get $\nabla_x(x^TAx)=?$",
    r"Let $A$ be the Gram matrix of the data. $\nabla_x(x^TAx)=?$",
    r"Let $A$ be a correlation matrix. $\nabla_x(x^TAx)=?$",
)  # fmt: skip
OTHERWISE: tuple[str, ...] = (
    r"If $A$ is symmetric, the answer is short. $\nabla_x(x^TAx)=?$",
    r"For symmetric $A$ the gradient is $2Ax$. $\nabla_x(x^TAx)=?$",
    r"$\nabla_x(x^TAx)=?$ For symmetric $A$ it is known.",
    r"$\nabla_x(x^TAx)=?$ And what is it if $A$ is symmetric?",
    r"$\nabla_x(x^TAx)=?$ and what changes if $A$ is symmetric?",
    r"The cross-covariance matrix $A$. $\nabla_x(x^TAx)=?$",
    r"Let $A\in\mathbb R^{n\times n}$ be a matrix that is not symmetric. $\nabla_x(x^TAx)=?$",
    r"Let $A$ be the Laplace transform. $\nabla_x(x^TAx)=?$",
    r"where $A\in M_n(\mathbb R)$. $\nabla_x(x^TAx)=?$",
    r"with $A$ the transition matrix. $\nabla_x(x^TAx)=?$",
    r"Let $f(x)=x^TBx$ for symmetric $B$. $\nabla_x(x^TAx)=?$",
)  # fmt: skip


@pytest.mark.parametrize("text", SYMMETRIC)
def test_said_to_be_symmetric(text: str) -> None:
    built, diagnostics = build_text(text)
    assert not diagnostics
    assert "&= 2Ax\n" in built, built


@pytest.mark.parametrize("text", OTHERWISE)
def test_not_said_to_be_symmetric(text: str) -> None:
    built, diagnostics = build_text(text)
    assert not diagnostics
    assert "&= (A+A^T)x\n" in built, built


@pytest.mark.parametrize(
    "words",
    [
        r"Let $\Sigma$ be the covariance.",
        r"Returns have mean $\mu$ and covariance $\Sigma$.",
        r"where $\Sigma$ denotes the covariance of the returns",
    ],
)
def test_a_covariance_is_symmetric(words: str) -> None:
    new, _ = build_text(words + "\n\n$$\\nabla_w\\frac12w^\\top\\Sigma w=?$$\n")
    assert r"\nabla_w f &= \Sigma w" in new


@pytest.mark.parametrize(
    "words",
    [
        r"where $\mu$ and $\Sigma$ are the mean and covariance of $x$",
        r"where $\Sigma$ is the cross-covariance",
        r"where $\Sigma$ is the covariance between $x$ and $y$",
        r"where $\Sigma$ is the covariance of $x$ and $y$",
    ],
)
def test_words_about_two_things_make_nothing_symmetric(words: str) -> None:
    new, _ = build_text(words + "\n\n$$\\nabla_w\\frac12w^\\top\\Sigma w=?$$\n")
    assert r"\nabla_w f &= \frac12(\Sigma+\Sigma^\top)w" in new
