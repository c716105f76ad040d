"""Normal densities: their covariance matrices are symmetric, whatever is not said of them."""

from __future__ import annotations

import pytest

from texgrad import derive


@pytest.mark.parametrize(
    ("request_", "wrt", "answer"),
    [
        (r"\log\mathcal N(x\mid\mu,\Sigma)", r"\mu", r"\Sigma^{-1}(x-\mu)"),
        (r"\log\mathcal N(x\mid\mu,\Sigma)", r"\Sigma",
         r"\frac12(\Sigma^{-1}(x-\mu)(x-\mu)^\top\Sigma^{-1}-\Sigma^{-1})"),
        (r"\log\mathcal N(x\mid\mu,\Lambda^{-1})", r"\mu", r"\Lambda(x-\mu)"),
        (r"\log\mathcal N(x\mid\mu,\Lambda^{-1})", r"\Lambda", r"\frac12(\Lambda^{-1}-(x-\mu)(x-\mu)^\top)"),
        (r"\log\mathcal N(x\mid\mu_1,\Sigma_1)", r"\mu_1", r"\Sigma_1^{-1}(x-\mu_1)"),
        (r"\log\mathcal N(x\mid\mu,\sigma^2)", r"\mu", r"\frac{1}{\sigma^2}(x-\mu)"),
        (r"\sum_i\log\sum_k\pi_k\mathcal N(x_i|\mu_k,\Sigma_k)", r"\mu_k",
         r"\Sigma_k^{-1}\sum_i\frac{q_{k,i}(x_i-\mu_k)}{\sum_mq_{m,i}}"),
    ],
)  # fmt: skip
def test_answers_use_that_covariances_are_symmetric(request_: str, wrt: str, answer: str) -> None:
    assert derive(request_, wrt).results[0].latex == answer


def test_a_matrix_in_a_quadratic_form_of_its_own_is_not_taken_for_a_covariance() -> None:
    assert derive(r"x^TS^{-1}x", "x").results[0].latex == "(S^{-1}+S^{-T})x"
