r"""Functions written by their entries, `\sum_{ij}(R_{ij}-\sum_kU_{ik}V_{jk})^2`: derived as those of whole matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.differences import Function, answered, slope
from texgrad import derive

RNG = np.random.default_rng(31)
N, M, K = 4, 3, 2
VALUES: dict[str, Any] = {
    "R": RNG.normal(size=(N, M)), "U": RNG.normal(size=(N, K)), "V": RNG.normal(size=(M, K)),
    "X": RNG.normal(size=(N, M)), "b": RNG.normal(size=N),
    "c": RNG.normal(size=M), "y": RNG.normal(size=N), "w": RNG.normal(size=M), "mu": 0.7, "lambda_": 0.3,
    "D": RNG.normal(size=(N, N)), "u": RNG.random(N) + 0.5,
}  # fmt: skip
BIASED = r"\sum_{i,j}(R_{ij}-\mu-\sum_kU_{ik}V_{jk}-b_i-c_j)^2+\lambda\sum_ib_i^2"

WEIGHTED = r"\sum_{i,j}(R_{ij}-b_ic_j\sum_kU_{ik}V_{jk})^2"


def biased(v: dict[str, Any]) -> Any:
    E = v["R"] - v["mu"] - v["U"] @ v["V"].T - v["b"][:, None] - v["c"]
    return (E**2).sum() + v["lambda_"] * (v["b"] ** 2).sum()


def weighted(v: dict[str, Any]) -> Any:
    return ((v["R"] - v["b"][:, None] * (v["U"] @ v["V"].T) * v["c"]) ** 2).sum()


CASES: tuple[tuple[str, str, Function], ...] = (
    (rf"\frac{{\partial}}{{\partial U}}({BIASED})", "U", biased),
    (rf"\frac{{\partial}}{{\partial b}}({BIASED})", "b", biased),
    (rf"\frac{{\partial}}{{\partial c}}({BIASED})", "c", biased),
    (rf"\frac{{\partial}}{{\partial\mu}}({BIASED})", "mu", biased),
    (rf"\frac{{\partial}}{{\partial V}}{WEIGHTED}", "V", weighted),
    (rf"\frac{{\partial}}{{\partial c}}{WEIGHTED}", "c", weighted),
    (r"\nabla_w\sum_i(y_i-\sum_jX_{ij}w_j)^2", "w", lambda v: ((v["y"] - v["X"] @ v["w"]) ** 2).sum()),
    (r"\nabla_w\sum_i\log(1+\exp(-y_i\sum_jX_{ij}w_j))", "w",
     lambda v: np.log1p(np.exp(-v["y"] * (v["X"] @ v["w"]))).sum()),
    (r"\nabla_u\sum_{i,j}(D_{ij}-(u_i-u_j)^2)^2", "u",
     lambda v: ((v["D"] - np.subtract.outer(v["u"], v["u"]) ** 2) ** 2).sum()),
    (r"\nabla_u\sum_{i,j}D_{ij}\log(u_iu_j)", "u", lambda v: (v["D"] * np.log(np.outer(v["u"], v["u"]))).sum()),
    (r"\nabla_u\sum_{i,j}D_{ij}(u_i-u_j)^2", "u", lambda v: (v["D"] * np.subtract.outer(v["u"], v["u"]) ** 2).sum()),
    (r"\nabla_u\sum_{i,j}\exp(-(u_i-u_j)^2)", "u", lambda v: np.exp(-(np.subtract.outer(v["u"], v["u"]) ** 2)).sum()),
    (r"\nabla_u\sum_{i,j}\log(1+\exp(u_i-u_j))", "u",
     lambda v: np.log1p(np.exp(np.subtract.outer(v["u"], v["u"]))).sum()),
    (r"\nabla_w\sum_iy_i\exp(\sum_jX_{ij}w_j)", "w", lambda v: v["y"] @ np.exp(v["X"] @ v["w"])),
)  # fmt: skip


@pytest.mark.parametrize(("request_", "name", "f"), CASES, ids=[case[0] for case in CASES])
def test_the_answer_is_right_and_of_whole_matrices(request_: str, name: str, f: Function) -> None:
    assert np.allclose(answered(request_, VALUES), slope(f, VALUES, name), rtol=1e-5, atol=1e-7)
    answer = derive(request_).results[0].latex
    assert "_" not in answer and r"\sum" not in answer


def test_a_factorisation_with_biases_reads_as_one_with_matrices() -> None:
    latex = derive(r"\sum_{i,j}(R_{ij}-\sum_kU_{ik}V_{jk}-b_i-c_j)^2", wrt=["U", "b"]).latex()
    assert r"\text{Let } M &= R-UV^\top-b\mathbf 1^\top-\mathbf 1c^\top" in latex
    assert "= M:M" in latex
    assert r"&= -2MV:dU" in latex


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        (r"\frac{\partial}{\partial X}\sum_{ij}X_{ij}^2", r"f &= \sum_{ij} X_{ij}^2 = X:X"),
        (r"\frac{\partial}{\partial x}\sum_i x_i^2", r"f &= \sum_i x_i^2 = x:x"),
        (r"\frac{\partial}{\partial X}\sum_{i,j}X_{ij}^3", r"\frac{\partial f}{\partial X} &= 3X^{\odot2}"),
        (r"\frac{\partial}{\partial X}\sum_{i,j}X_{ij}^{p+1}", r"\frac{\partial f}{\partial X} &= (p+1)X^{\odot p}"),
    ],
)
def test_powers_of_entries_are_told_from_powers_of_matrices(request_: str, line: str) -> None:
    assert line in derive(request_).latex()


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (r"\nabla\log\sum_{i=1}^n\exp(x_i)", r"\operatorname{softmax}(x)"),
        (r"\nabla\sum_ix_i\log x_i", r"\log x+1"),
        (r"\nabla\sum_{i\ne j}x_ix_j", r"2(\mathbf 1^\top x)\mathbf 1-2x"),
    ],
)
def test_a_gradient_that_names_nothing_is_by_the_vector_and_not_by_an_entry(request_: str, answer: str) -> None:
    assert derive(request_).results[0].latex == answer


def test_what_is_named_is_named_wherever_it_stands() -> None:
    latex = derive(r"\|Ax-b\|^2+c^T(Ax-b)", wrt="x").latex()
    assert "= e:e+c^Te" in latex


def test_the_logarithm_of_one_plus_an_exponential_has_the_logistic_function_for_its_slope() -> None:
    rows = derive(r"\mathbf 1^T\log(\mathbf 1+\exp(-y\odot Xw))", wrt="w").latex().splitlines()
    assert r"\text{Let } z &= y\odot Xw \\" in rows
    assert any(row.startswith(r"&= -\mathbf 1^T(\sigma(-z)\odot dz)") for row in rows)
