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


@pytest.mark.parametrize(
    ("function", "answer"),
    [
        (r"\log\frac{1}{\sigma\sqrt{2\pi}}\exp\left(-\frac{(x-\mu)^2}{2\sigma^2}\right)", r"\frac{x-\mu}{\sigma^2}"),
        (r"\log \sigma^{-1}\exp(-\mu^2)", r"-2\mu"),
        (r"\ln\sqrt{\frac{\tau}{2\pi}}\exp(-\tau\mu^2)", r"-2\tau\mu"),
        (r"\log\left(\frac1\sigma\right)\exp(\mu)", r"\log\left(\frac{1}{\sigma}\right)\,\exp(\mu)"),
        (r"\log\frac{1}{\mu}+\exp(\mu)", r"-\frac{1}{\mu}+\exp(\mu)"),
    ],
)
def test_the_logarithm_of_a_density_is_that_of_all_of_it(function: str, answer: str) -> None:
    derivation = derive(function, wrt=r"\mu", declare={"x": "scalar"})
    assert derivation.results[0].latex == answer


def test_a_product_of_products_is_no_product_in_a_product() -> None:
    function = r"\log\prod_{i=1}^n (x-a_i)\prod_{j=1}^m (x-b_j)"
    derivation = derive(function, wrt="x", declare={"x": "scalar"})
    assert derivation.results[0].latex == r"\sum_{i=1}^n \frac{1}{x-a_i}+\sum_{j=1}^m \frac{1}{x-b_j}"
