"""Numbers with an index are the entries of a vector where they stand beside entries of one, and a family elsewhere."""

from __future__ import annotations

import pytest

from texgrad import derive


@pytest.mark.parametrize(
    ("request_", "wrt", "answer"),
    [
        (r"\sum_i a_i x_i", "x", "a"),
        (r"\sum_i a_i (x_i-b_i)^2", "x", r"2a\odot(x-b)"),
        (r"\sum_{i=1}^n c_i(Ax)_i", "x", r"A^\top c"),
        (r"\sum_i (y_i-w^Tx_i)^2", "w", r"-2\sum_i (y_i-w^Tx_i)x_i"),
        (r"\sum_i (y_i-x_i)^2", "x_i", "-2(y_i-x_i)"),
    ],
)
def test_the_answer_speaks_of_the_vector(request_: str, wrt: str, answer: str) -> None:
    assert derive(request_, wrt).results[0].latex == answer


def test_it_is_said_how_the_numbers_were_read() -> None:
    assert "entries of a vector" in derive(r"\sum_i a_i x_i", "x").latex(explain=True)
    assert "entries of a vector" not in derive(r"\sum_i (y_i-w^Tx_i)^2", "w").latex(explain=True)


BLOCKS = (r"\|[X\ \mathbf 1][w;b]-y\|^2", r"\|[X,\mathbf 1]\begin{bmatrix}w\\b\end{bmatrix}-y\|^2")


@pytest.mark.parametrize("f", BLOCKS)
def test_blocks_meet_one_another(f: str) -> None:
    assert derive(f, "w").results[0].latex == r"2X^\top(Xw+b\mathbf 1-y)"
    assert derive(f, "b", declare={"X": "n x p"}).results[0].latex == r"2\mathbf 1^\top(Xw+b\mathbf 1-y)"
