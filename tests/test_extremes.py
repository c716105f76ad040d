"""The largest and the smallest of what an index counts: the term that is chosen, and where it is the only one."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

import numpy as np
import pytest

from tests.differences import compiled
from texgrad import derive

STEP = 1e-6
SIZES = {"a": (5, 3), "b": (5,), "x": (3,), "c": (4, 3), "X": (2, 3), "u": (5, 2), "theta": (3,), "phi": (5, 3)}

CASES: list[tuple[str, str, str, str, Callable[..., Any]]] = [
    (r"\nabla_x \max_i a_i^Tx", "x", "a_{i^*}", r"the largest } a_i^Tx \text{ is unique", lambda a, x: max(a @ x)),
    (r"\nabla_x \min_i(a_i^Tx+b_i)", "x", "a_{i^*}", r"the smallest } a_i^Tx+b_i \text{ is unique",
     lambda a, x, b: min(a @ x + b)),
    (r"\nabla_x \max_{i=1,\dots,n} |a_i^Tx-b_i|", "x", r"\operatorname{sign}(a_{i^*}^Tx-b_{i^*})\,a_{i^*}",
     r"the largest } |a_i^Tx-b_i| \text{ is unique", lambda a, x, b: max(abs(a @ x - b))),
    (r"\nabla_x \left(\max_i a_i^Tx\right)^2", "x", r"2\left(\max_i a_i^Tx\right)a_{i^*}",
     r"the largest } a_i^Tx \text{ is unique", lambda a, x: max(a @ x) ** 2),
    (r"\nabla_X \max_i u_i^TXa_i", "X", "u_{i^*}a_{i^*}^T", r"the largest } u_i^TXa_i \text{ is unique",
     lambda u, X, a: max(np.einsum("ij,jk,ik->i", u, X, a))),
    (r"\nabla_\theta \max_i\theta^T\phi_i", "theta", r"\phi_{i^*}", r"the largest } \theta^T\phi_i \text{ is unique",
     lambda theta, phi: max(phi @ theta)),
    (r"\nabla_x \min_j\|x-c_j\|^2", "x", r"2(x-c_{j^*})", r"the smallest } \|x-c_j\|^2 \text{ is unique",
     lambda x, c: min(np.sum((x - c) ** 2, axis=1))),
    (r"\nabla_x \min_i x_i", "x", "e_{i^*}", r"the smallest entry of } x \text{ is unique", lambda x: min(x)),
]  # fmt: skip


def values(names: list[str]) -> dict[str, Any]:
    """A random array for each name."""
    return {name: np.random.default_rng(len(name) + ord(name[0])).standard_normal(SIZES[name]) for name in names}


@pytest.mark.parametrize(("request_", "by", "answer", "unique", "f"), CASES, ids=[case[0] for case in CASES])
def test_the_answer_its_condition_and_its_source(
    request_: str, by: str, answer: str, unique: str, f: Callable[..., Any]
) -> None:
    (result,) = derive(request_).results
    assert result.latex == answer
    assert any(unique in condition for condition in result.conditions)
    gradient = compiled(result.python)
    given = values(sorted({*signature(gradient).parameters, *signature(f).parameters}))
    made = gradient(**{name: given[name] for name in signature(gradient).parameters})
    own = {name: given[name] for name in signature(f).parameters}
    for at in np.ndindex(made.shape):
        step = np.zeros(made.shape)
        step[at] = STEP
        rise = f(**{**own, by: own[by] + step}) - f(**{**own, by: own[by] - step})
        assert np.isclose(made[at], rise / (2 * STEP), atol=1e-5)


def test_the_chosen_index_is_explained_where_it_first_stands() -> None:
    text = derive(r"\nabla_w \max_i(1-y_iw^Tx_i)").latex()
    assert r"df &= d(1-y_{i^*}w^Tx_{i^*}) \qquad \text{with } i^*\text{ the index of the largest } 1-y_iw^Tx_i" in text


def test_the_centres_of_clusters() -> None:
    """By one of the members, only those count that are nearest to it."""
    (result,) = derive(r"\frac{\partial}{\partial c_j} \sum_i\min_j\|x_i-c_j\|^2").results
    assert result.latex == r"-2\sum_i\mathbf 1[k_i^*=j](x_i-c_j)"
    gradient = compiled(result.python)
    rng = np.random.default_rng(1)
    x, c = rng.standard_normal((6, 2)), rng.standard_normal((3, 2))

    def f(c: Any) -> Any:
        return sum(min(np.sum((p - q) ** 2) for q in c) for p in x)

    for j, k in np.ndindex(3, 2):
        step = np.zeros((3, 2))
        step[j, k] = STEP
        assert np.isclose(gradient(x=x, c=c, j=j)[k], (f(c + step) - f(c - step)) / (2 * STEP), atol=1e-5)


def test_the_second_derivative_is_that_of_the_chosen_term() -> None:
    (result,) = derive(r"\nabla_x^2 \max_i(x^TA_ix)").results
    assert result.latex == "A_{i^*}+A_{i^*}^T"


def test_the_first_singular_values_are_not_all_of_them() -> None:
    (first,) = derive(r"\frac{\partial}{\partial X} \sum_{i=1}^k \sigma_i(X)").results
    assert first.latex == r"\sum_{i=1}^k u_iv_i^\top"
    (every,) = derive(r"\frac{\partial}{\partial X} \sum_{i=1}^n \sigma_i(X)").results
    assert every.latex == r"UV^\top"
    gradient = compiled(first.python)
    X = np.random.default_rng(0).standard_normal((4, 3))
    made = gradient(X=X, k=2)
    for at in np.ndindex(4, 3):
        step = np.zeros((4, 3))
        step[at] = STEP
        high, low = (np.linalg.svd(X + sign * step, compute_uv=False)[:2].sum() for sign in (1, -1))
        assert np.isclose(made[at], (high - low) / (2 * STEP), atol=1e-5)


def test_greek_letters_with_a_transpose_are_vectors() -> None:
    solution = derive(r"\nabla_\theta (y-\theta^T\phi(x))^2")
    assert solution.results[0].latex == r"-2(y-\theta^T\phi(x))\phi(x)"
