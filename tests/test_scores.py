r"""The slope of the logarithm of a density or policy without a formula is its score, `\nabla_\theta\log p`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.differences import called, slope
from texgrad import derive

RNG = np.random.default_rng(5)
VALUES: dict[str, Any] = {"w": RNG.normal(size=4), "x": RNG.normal(size=(4, 2)), "theta": RNG.normal(size=2)}


def log_density(x: np.ndarray, theta: np.ndarray) -> float:
    return float(-np.sum((x - theta) ** 2) - np.sum(np.tanh(theta)))


def score(x: np.ndarray, theta: np.ndarray) -> np.ndarray:
    return np.concatenate([-2 * (x - theta), 2 * (x - theta) - 1 / np.cosh(theta) ** 2])


@pytest.mark.parametrize(
    ("function", "answer"),
    [
        (r"\sum_i w_i\log p(x_i;\theta)", r"\sum_i w_i\nabla_\theta\log p(x_i;\theta)"),
        (r"\sum_i w_i\ln p(x_i\mid\theta)", r"\sum_i w_i\nabla_\theta\ln p(x_i\mid\theta)"),
        (r"\sum_i w_i\log\pi_\theta(x_i)", r"\sum_i w_i\nabla_\theta\log\pi_\theta(x_i)"),
    ],
)
def test_scores(function: str, answer: str) -> None:
    result = derive(rf"\nabla_\theta {function}").results[0]
    assert result.latex == answer
    (name,) = (word for word in result.python.split("(")[1].split(")")[0].split(", ") if word.startswith("dlog_"))
    expected = slope(
        lambda v: sum(w * log_density(x, v["theta"]) for w, x in zip(v["w"], v["x"], strict=True)), VALUES, "theta"
    )
    assert np.allclose(np.ravel(called(result.python, VALUES | {name: score})), expected)


def test_the_prior_beside_a_likelihood_of_the_same_letter_has_a_score_too() -> None:
    result = derive(r"\nabla_\theta\left(\log p(x\mid\theta)+\log p(\theta)\right)").results[0]
    assert result.latex == r"\nabla_\theta\log p(x\mid\theta)+\nabla\log p(\theta)"


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (r"\nabla_\theta\log p_\theta(x)", r"\frac{\nabla_\theta p_\theta(x)}{p_\theta(x)}"),  # what was asked
        (r"\nabla_\theta\sum_x p_\theta(x)\log p_\theta(x)", r"\sum_x (\log p_\theta(x)+1)\nabla_\theta p_\theta(x)"),
        (r"\nabla_x\sum_i\log g(a_i^Tx)", r"\sum_i\frac{g'(a_i^Tx)a_i}{g(a_i^Tx)}"),
    ],
)
def test_quotients_stay_where_the_logarithm_is_all_or_not_all(request_: str, answer: str) -> None:
    assert derive(request_).results[0].latex == answer


@pytest.mark.parametrize(
    ("function", "answer"),
    [
        (r"\left(\log p_\theta(x)\right)^2", r"2\left(\log p_\theta(x)\right)\nabla_\theta\log p_\theta(x)"),
        (r"\log p_\theta(x)\log q_\theta(x)",
         r"(\log q_\theta(x))\nabla_\theta\log p_\theta(x)+(\log p_\theta(x))\nabla_\theta\log q_\theta(x)"),
    ],
)  # fmt: skip
def test_a_logarithm_does_not_reach_over_what_stands_behind_it(function: str, answer: str) -> None:
    assert derive(rf"\nabla_\theta {function}").results[0].latex == answer
