"""Functions of several arguments without a formula: derivatives by one argument."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.differences import called, slope
from texgrad import derive

RNG = np.random.default_rng(4)
N, M, P = 3, 4, 5
VALUES: dict[str, Any] = {
    "w": RNG.normal(size=N), "x": RNG.normal(size=(P, N)), "y": RNG.normal(size=P), "A": RNG.normal(size=(M, N)),
    "b": RNG.normal(size=M), "a": RNG.normal(size=N), "c": RNG.normal(size=N),
}  # fmt: skip
WEIGHTS = RNG.normal(size=20)


def f(*args: Any) -> Any:
    """Some function of its arguments, one below the other."""
    u = np.concatenate([np.atleast_1d(a) for a in args])
    return np.sin(u @ WEIGHTS[: len(u)]) + 0.3 * u @ u


def df(*args: Any) -> Any:
    """Its gradient by all of them."""
    u = np.concatenate([np.atleast_1d(a) for a in args])
    return np.cos(u @ WEIGHTS[: len(u)]) * WEIGHTS[: len(u)] + 0.6 * u


CASES = (
    (r"\nabla_w\sum_{i=1}^p\ell(y_i,w^Tx_i)", {"y": "p", "x": "family p of n", "w": "n"}, "w",
     r"\partial_2\ell(y_i,w^Tx_i)",
     lambda v: sum(f(v["y"][i], v["w"] @ v["x"][i]) for i in range(P))),
    (r"\nabla_w\sum_{i=1}^p\ell(w^Tx_i,y_i)", {"y": "p", "x": "family p of n", "w": "n"}, "w",
     r"\partial_1\ell(w^Tx_i,y_i)",
     lambda v: sum(f(v["w"] @ v["x"][i], v["y"][i]) for i in range(P))),
    (r"\nabla_w g(Aw,b)", {"b": "m"}, "w", r"A^\top\nabla_1g(Aw,b)", lambda v: f(v["A"] @ v["w"], v["b"])),
    (r"\nabla_w h(a^Tw,\|w\|^2)", {"w": "n"}, "w", r"\partial_1h(a^Tw,\|w\|^2)\,a+2\partial_2h(a^Tw,\|w\|^2)\,w",
     lambda v: f(v["a"] @ v["w"], v["w"] @ v["w"])),
)  # fmt: skip


@pytest.mark.parametrize(("request_", "declare", "name", "part", "of"), CASES, ids=[case[0] for case in CASES])
def test_derivatives_by_one_of_several_arguments(
    request_: str, declare: dict[str, str], name: str, part: str, of: Any
) -> None:
    d = derive(request_, declare=declare)
    assert part in d.results[0].latex
    assert "bmatrix" not in d.latex()
    given = {**VALUES, **dict.fromkeys(("dell", "dg", "dh"), df), **dict.fromkeys(("ell", "g", "h"), f)}
    got = called(d.results[0].python, given)
    assert np.allclose(got, slope(of, VALUES, name), rtol=1e-6)


def test_the_hessian_of_a_function_of_two_numbers() -> None:
    d = derive(r"\nabla^2_w h(a^Tw,c^Tw)", declare={"w": "n"})
    assert r"\nabla^2h(a^Tw,c^Tw)" in d.results[0].latex


def test_the_chain_rule_along_time() -> None:
    d = derive(r"\frac{d}{dt}f(x(t),t)", declare={"x": "scalar function of t"})
    assert d.results[0].latex == r"\partial_1f(x(t),t)\,\frac{d x}{dt}+\partial_2f(x(t),t)"
