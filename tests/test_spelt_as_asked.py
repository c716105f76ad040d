r"""vec(X'X)^{-1}, vech of what is symmetric, e^{\circ X}, sums of diagonal matrices, norms in Jacobians."""

from __future__ import annotations

import numpy as np
import pytest

import texgrad
from tests.differences import answered, slope, stacked

RNG = np.random.default_rng(2)


@pytest.mark.parametrize(
    ("function", "worth"),
    [
        (r"\operatorname{vec}(X'X)^{-1}", lambda X: np.linalg.inv(X.T @ X)),
        (r"\operatorname{vec}(AX)^{-1}", lambda X: np.linalg.inv(np.arange(15).reshape(3, 5) ** 0.5 @ X)),
        (r"\operatorname{vec}(X)^{+}", np.linalg.pinv),
    ],
)
def test_the_inverse_behind_vec_is_that_of_the_matrix(function: str, worth: object) -> None:
    assert callable(worth)
    values = {"X": RNG.normal(size=(5, 3)), "A": np.arange(15).reshape(3, 5) ** 0.5}
    request = rf"\frac{{\partial{function}}}{{\partial(\operatorname{{vec}}X)'}}"
    expected = stacked(slope(lambda v: worth(v["X"]), values, "X"), 2, 2)
    assert np.allclose(answered(request, values), expected, atol=1e-6)


@pytest.mark.parametrize("square", ["XX'", "X'X", "XX", "X^2"])
def test_a_transpose_of_what_vech_stacks_is_no_other_matrix(square: str) -> None:
    solution = texgrad.derive(rf"\frac{{\partial\operatorname{{vech}}({square})}}{{\partial(\operatorname{{vech}}X)'}}")
    assert solution.results[0].latex == r"L_m(X\otimes I_m+I_m\otimes X)D_m"


def test_the_exponential_of_entries() -> None:
    values = {"X": RNG.normal(size=(4, 3)), "A": RNG.normal(size=(2, 4))}
    found = answered(r"\mathbf1^Te^{\circ AX}\mathbf1", values, wrt="X")
    assert np.allclose(found, slope(lambda v: np.sum(np.exp(v["A"] @ v["X"])), values, "X"), atol=1e-8)


@pytest.mark.parametrize(
    ("latex", "answer"),
    [
        (r"(1-z)\odot a+z\odot b", r"\operatorname{Diag}(b-a)"),
        (r"x\odot(Ax)+b\odot x", r"\operatorname{Diag}(Ax+b)+\operatorname{Diag}(x)A"),
        (r"a\odot x-b\odot x\odot x", r"\operatorname{Diag}(a-2b\odot x)"),
    ],
)
def test_diagonal_matrices_are_added(latex: str, answer: str) -> None:
    assert texgrad.derive(latex, "z" if "z" in latex else "x").results[0].latex == answer


@pytest.mark.parametrize(
    ("latex", "answer"),
    [
        (r"e^{-\|x\|^2/2}x", r"e^{-\|x\|^2/2}(I-xx^\top)"),
        (r"\frac{x}{1+\|x\|^2}", r"\frac{I}{1+\|x\|^2}-\frac{2xx^\top}{(1+\|x\|^2)^2}"),
    ],
)
def test_norms_are_written_as_their_author_writes_them(latex: str, answer: str) -> None:
    assert texgrad.derive(latex, "x").results[0].latex == answer
