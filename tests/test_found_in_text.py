"""What random documents brought to light, kept small: answers are run, lines are read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.differences import answered, slope
from texgrad import derive

RNG = np.random.default_rng(8)
VALUES: dict[str, Any] = {
    "A": RNG.normal(size=(3, 3)), "B": RNG.normal(size=(3, 3)), "b": RNG.normal(size=3), "x": RNG.normal(size=3),
    "y": RNG.normal(size=3), "d": RNG.uniform(0.5, 2.0, size=3),
}  # fmt: skip


def lines(request: str, **options: Any) -> list[str]:
    """The lines of a derivation."""
    return [line.latex for line in derive(request, **options).lines]


@pytest.mark.parametrize("word", [r"\mathrm{diag}\left(Bb\right)", r"\left(\operatorname{diag}(Bb)\right)"])
def test_a_transposed_diagonal_matrix_is_written_with_its_word(word: str) -> None:
    """Its transpose is the matrix itself; the superscript was taken for the spelling of the word."""
    first, *_ = lines(rf"\frac{{\partial}}{{\partial b}}{word}^{{\intercal}} A", declare={"A": "n x n", "B": "n x n"})
    assert "diag" in first and r"db\right)^{\intercal}" not in first


def test_a_spelling_of_one_operator_is_none_of_another() -> None:
    request = r"\frac{\partial}{\partial b}\left(\mathrm{diag}(Bb)\right)^T(A\odot B)x"
    sizes = {"A": "n x n", "B": "n x n", "b": "n", "x": "n"}
    assert lines(request, declare=sizes)[-1].endswith(r"\mathrm{diag}((A\odot B)x)B")
    J = answered(request, VALUES, declare=sizes)
    f = lambda v: np.diag(v["B"] @ v["b"]) @ (v["A"] * v["B"]) @ v["x"]  # noqa: E731
    assert np.allclose(J, slope(f, VALUES, "b"))
