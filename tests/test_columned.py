"""Matrices that are put together of vectors: the vectors are their columns or rows where one asks about the matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.differences import called
from texgrad import build_text, derive

STEP = 1e-6
RNG = np.random.default_rng(3)
A, B, X, x = RNG.standard_normal((3, 3)), RNG.standard_normal((4, 3)), RNG.standard_normal((3, 4)), np.ones(3)

COLUMNS, ROWS = r"X = [x_1, \dots, x_n]", r"X=\begin{bmatrix}x_1^T\\\vdots\\x_n^T\end{bmatrix}"
CASES = [
    (r"\sum_i\|Ax_i-b_i\|^2", COLUMNS, r"2A^\top\sum_i(Ax_i-b_i)e_i^\top",
     lambda X: sum(np.sum((A @ X[:, i] - B[i]) ** 2) for i in range(4))),
    (r"\sum_i x_i^TAx_i", r"X=\begin{bmatrix}x_1&\cdots&x_n\end{bmatrix}", "(A+A^T)X",
     lambda X: np.trace(X.T @ A @ X)),
    (r"\sum_i x_i^TAx_i", ROWS, r"X(A+A^\top)", lambda X: np.trace(X @ A @ X.T)),
    (r"\sum_{i,j}\|x_i-x_j\|^2", r"X=(x_1,x_2,\ldots,x_n)", r"4nX-4X\mathbf 1\mathbf 1^\top",
     lambda X: sum(np.sum((p - q) ** 2) for p in X.T for q in X.T)),
]  # fmt: skip


@pytest.mark.parametrize(("latex", "definition", "answer", "f"), CASES, ids=[c[0] + c[1] for c in CASES])
def test_by_the_matrix(latex: str, definition: str, answer: str, f: Any) -> None:
    (result,) = derive(rf"\frac{{\partial}}{{\partial X}} {latex}", definitions=[definition]).results
    assert result.latex == answer
    at = X.T if definition == ROWS else X
    known = {"A": A, "X": at, "b": B, "n": 4}
    made = called(result.python, known)
    for k in np.ndindex(at.shape):
        step = np.zeros(at.shape)
        step[k] = STEP
        assert np.isclose(made[k], (f(at + step) - f(at - step)) / (2 * STEP), atol=1e-4)


def test_by_a_column_of_a_function_of_the_matrix() -> None:
    solution = derive(r"\frac{\partial}{\partial x_i} \|AX-B\|_F^2", definitions=[COLUMNS])
    assert solution.results[0].latex == r"2A^\top(AX-B)_{:,i}"
    assert r"\frac{\partial f}{\partial x_i}" in solution.latex()


def test_the_columns_keep_their_letter_in_every_line() -> None:
    text = derive(r"\frac{\partial}{\partial X} \sum_i\|Ax_i-b_i\|^2", definitions=[COLUMNS]).latex()
    assert r"&= 2\sum_iA^\top r_i:dx_i" in text
    assert "X_{" not in text
    assert len(set(text.split("\n"))) == len(text.split("\n"))


def test_vectors_that_are_not_asked_about_by_their_matrix_stay_what_they_are() -> None:
    (result,) = derive(r"\frac{\partial}{\partial x_i} \sum_j\|x_j-\mu\|^2", definitions=[COLUMNS]).results
    assert result.latex == r"2(x_i-\mu)"
    (vector,) = derive(r"\frac{\partial}{\partial x} \|Ax\|^2", definitions=[r"x=(x_1,\dots,x_n)^T"]).results
    assert vector.latex == r"2A^\top Ax"


def test_the_matrix_of_entries_is_none_of_rows() -> None:
    (result,) = derive(r"\operatorname{tr}(AX)", wrt="x", definitions=["X_{ij}=x_i+y_j"]).results
    assert result.latex == r"A^\top\mathbf 1"


def test_what_a_matrix_depends_on_is_a_definition_too() -> None:
    (result,) = derive(r"\frac{\partial}{\partial\theta} \log\det K", definitions=[r"K=K(\theta)"]).results
    assert result.latex == r"\operatorname{tr}\left(K^{-1}\frac{\partial K}{\partial\theta}\right)"


def test_in_a_post() -> None:
    said = "Let $W = [w_1, \\dots, w_k]$ and $f = \\sum_j\\|w_j-c\\|^2$."
    post = said + "\n\n$$\n\\frac{\\partial f}{\\partial W} = ?\n$$\n"
    text, diagnostics = build_text(post, format="markdown")
    assert not diagnostics
    assert r"\frac{\partial f}{\partial W} &= " in text
