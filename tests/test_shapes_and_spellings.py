"""unvec, block diagonals, powers of functions, norms of matrices, Jacobians of Diag: read, answered, written, run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.differences import called
from texgrad import TexgradError, build_text, derive

RNG = np.random.default_rng(3)
VALUES: dict[str, Any] = {
    "X": RNG.normal(size=(3, 3)), "A": RNG.normal(size=(2, 3)), "B": RNG.normal(size=(6, 4)), "a": RNG.normal(size=2),
    "b": RNG.normal(size=3), "x": RNG.uniform(0.1, 0.9, size=3), "t": 0.7, "theta": RNG.normal(size=6),
    "S": np.diag([1.0, 2.0, 3.0]) + 0.1, "lambda_": 0.3,
}  # fmt: skip
X, A, B, a, b, x, S = (VALUES[n] for n in ("X", "A", "B", "a", "b", "x", "S"))
DECLARE = {"X": "n x n", "A": "m x n", "a": "m", "b": "n", "x": "n", "t": "scalar", "S": "n x n"}
U, _, Vt = np.linalg.svd(A @ X)
ANSWERS: tuple[tuple[str, str, dict[str, str], str, Any], ...] = (
    (r"a^T\operatorname{unvec}(\theta)b", r"\theta", {}, r"\operatorname{vec}(ab^T)", np.outer(b, a).ravel()),
    (r"a^T\operatorname{vec}^{-1}(\theta)b", r"\theta", {}, r"\operatorname{vec}(ab^T)", np.outer(b, a).ravel()),
    (r"\log\det\operatorname{blkdiag}(X,X)", "X", {}, r"2X^{-\top}", 2 * np.linalg.inv(X).T),
    (r"b^T\sin^{-1}(x)", "x", {}, r"b\oslash\sqrt{1-x^2}", b / np.sqrt(1 - x**2)),
    (r"\operatorname{tr}^2(X)", "X", {}, r"2\operatorname{tr}(X)I", 2 * np.trace(X) * np.eye(3)),
    (r"\|AX\|_2", "X", {}, r"A^\top u_{\max}v_{\max}^\top", A.T @ np.outer(U[:, 0], Vt[0])),
    (r"\|AX\|_2^2", "X", {}, r"2A^\top AX", 2 * A.T @ A @ X),
    (r"A\operatorname{Diag}(x)b", "x", {}, r"A\operatorname{Diag}(b)", A * b),
    (
        r"\operatorname{Diag}(x)S", "x", {}, r"\sum_{r=1}^n S^\top e_re_r^\top\otimes e_r",
        np.stack([np.kron(S.T[:, r], np.eye(3)[r]) for r in range(3)], axis=1),
    ),
    (r"\operatorname{tr}(S^t)", "t", {}, r"\operatorname{tr}(S^t\log(S))", None),
    (r"\frac{\lambda}{2}b^TXb", "X", {r"\lambda": "scalar"}, r"\frac{\lambda}{2}bb^T", 0.15 * np.outer(b, b)),
)  # fmt: skip


@pytest.mark.parametrize(("function", "variable", "declare", "latex", "value"), ANSWERS)
def test_answers(function: str, variable: str, declare: dict[str, str], latex: str, value: Any) -> None:
    (answer,) = derive(function, variable, declare={**DECLARE, **declare}).results
    assert answer.latex == latex
    if value is None:
        return
    sizes = {"m": 2, "n": 3}
    assert np.allclose(called(answer.python, {**sizes, **VALUES}), value)


@pytest.mark.parametrize(
    ("function", "answer"),
    [
        (r"\|[S\;X]\|_F^2", "2X"), (r"\|\left[X\ S\right]\|_F^2", "2X"), (r"b^T[S\;+\;X]b", "bb^T"),
        (r"\operatorname{tr}[S\;X]", r"S^\top"), (r"b^T[S\,X]b", "S^Tbb^T"),
    ],
)  # fmt: skip
def test_a_wide_space_in_square_brackets_stands_between_blocks(function: str, answer: str) -> None:
    assert derive(function, "X", declare=DECLARE).results[0].latex == answer


def test_the_second_derivative_of_what_is_asked_as_a_first_one() -> None:
    solution = derive(r"\frac{\partial x^TXx}{\partial x}", declare=DECLARE, order=2)
    assert solution.results[0].latex == "X+X^T"
    assert r"\frac{\partial^2 f}{\partial x\,\partial x^T} &= X+X^T" in solution.latex()


@pytest.mark.parametrize(
    ("words", "answer"),
    [("its spectral norm", r"2\|X\|_2u_{\max}v_{\max}^\top"), ("its Frobenius norm", "2X"), ("its norm", "2X")],
)
def test_the_words_say_which_norm_of_a_matrix_is_meant(words: str, answer: str) -> None:
    post = f"Let $X$ be a matrix and $\\|X\\|_2$ {words}.\n\n$$\\frac{{\\partial\\|X\\|_2^2}}{{\\partial X}} = ?$$\n"
    built, diagnostics = build_text(post)
    assert not diagnostics
    assert f"&= {answer}" in built
    assert ("read as the Frobenius norm" in built) == (words == "its norm")


def test_several_functions_are_called_after_their_variables() -> None:
    source = derive(r"\|AX\|_F^2", ["A", "X"]).python()
    assert "def gradient_A(" in source
    assert "def gradient_X(" in source


def test_a_macro_is_one_argument_of_a_fraction() -> None:
    assert derive(r"\frac3\h t^2", "t", macros={r"\h": "12"}).results[0].latex == r"\frac12t"


@pytest.mark.parametrize(
    ("function", "code"),
    [(r"\operatorname{tr}((AX)^X2)", "unsupported"), (r"\operatorname{tr}(AX(t)XB)", "undeclared")],
)
def test_what_cannot_be_is_refused(function: str, code: str) -> None:
    with pytest.raises(TexgradError) as raised:
        derive(function, "X")
    assert [d.code for d in raised.value.diagnostics] == [code]


@pytest.mark.parametrize(
    ("function", "answer"),
    [
        (r"\sum_{i<j}\|x_i-x_j\|^2", r"2\sum_{j\ne k} (x_k-x_j)"),
        (r"\sum_{i,j}w_{ij}\|x_i-x_j\|^2", r"2\sum_j (w_{kj}+w_{jk})(x_k-x_j)"),
        (r"\sum_{i<j}w_{ij}\|x_i-x_j\|^2", r"2\sum_{j>k} w_{kj}(x_k-x_j)-2\sum_{i<k} w_{ik}(x_i-x_k)"),
        (r"\sum_{i\ne j}\frac{1}{\|x_i-x_j\|}", r"-2\sum_{j\ne k} \frac{x_k-x_j}{\|x_k-x_j\|^3}"),
        (r"\sum_{i<j}(x_i^Tx_j-1)^2", r"2\sum_{j\ne k} (x_k^Tx_j-1)x_j"),
    ],
)
def test_sums_over_pairs_by_one_member(function: str, answer: str) -> None:
    declare = {"x": "family n of d", "w": "n x n"}
    (found,) = derive(rf"\frac{{\partial}}{{\partial x_k}}{function}", declare=declare).results
    assert found.latex == answer
