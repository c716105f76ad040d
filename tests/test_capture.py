r"""Indices of definitions are their own: `q_{ij} = …/\sum_{k\ne i}…` means the same for whichever i it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import texgrad
from tests.differences import answered, slope

N = 5
RNG = np.random.default_rng(8)
VALUES: dict[str, Any] = {"p": RNG.random((N, N)), "y": RNG.normal(size=(N, 3)), "b": RNG.normal(size=3), "i": 2}
OTHERS = 1 - np.eye(N)

Values = dict[str, Any]


def near(v: Values) -> Any:
    """1/(1 + ‖y_i − y_j‖²) of all pairs."""
    return 1 / (1 + np.sum((v["y"][:, None] - v["y"][None]) ** 2, axis=-1))


def alike(v: Values) -> Any:
    """exp(y_i'y_j) of all pairs."""
    return np.exp(v["y"] @ v["y"].T)


def cross_entropy(q: Callable[[Values], Any]) -> Callable[[Values], Any]:
    """Σ p log q."""
    return lambda v: np.sum(v["p"] * np.log(q(v)))


NEAR = r"(1+\|y_#-y_@\|^2)^{-1}"
ALIKE = r"\exp(y_#^Ty_@)"


def ratio(kernel: str, over: str, first: str, second: str) -> str:
    """q_ij with a sum below the bar."""
    top, below = kernel.replace("#", "i").replace("@", "j"), kernel.replace("#", first).replace("@", second)
    return rf"q_{{ij}}=\frac{{{top}}}{{\sum_{{{over}}}{below}}}"


CASES = [
    (ratio(NEAR, r"k\ne l", "k", "l"), lambda v: near(v) / np.sum(near(v) * OTHERS)),
    (ratio(NEAR, r"k\ne i", "i", "k"), lambda v: near(v) / np.sum(near(v) * OTHERS, axis=1, keepdims=True)),
    (ratio(ALIKE, "k", "i", "k"), lambda v: alike(v) / np.sum(alike(v), axis=1, keepdims=True)),
    (ratio(ALIKE, r"k\ne i", "i", "k"), lambda v: alike(v) / np.sum(alike(v) * OTHERS, axis=1, keepdims=True)),
]


@pytest.mark.parametrize(("stated", "worth"), CASES)
@pytest.mark.parametrize("at", ["ij", "jk", "kl"])
def test_pairs_of_a_table_that_is_defined(stated: str, worth: Callable[[Values], Any], at: str) -> None:
    request = rf"\sum_{{{at}}}p_{{{at}}}\log q_{{{at}}}"
    found = answered(request, VALUES, wrt="y_i", definitions=[stated])
    assert np.allclose(found, slope(cross_entropy(worth), VALUES, "y")[2], atol=1e-8)


@pytest.mark.parametrize(
    ("request_", "stated", "worth"),
    [
        (r"\sum_jz_j^Tb", r"z_i=\sum_{j\ne i}y_j", lambda v: np.sum((np.sum(v["y"], 0) - v["y"]) @ v["b"])),
        (r"\sum_kg(b^Ty_k)", r"g(t)=\sum_k(t-y_k^Tb)^2",
         lambda v: np.sum(((v["y"] @ v["b"])[:, None] - v["y"] @ v["b"]) ** 2)),
    ],
)  # fmt: skip
def test_sums_of_a_definition_beside_sums_around_it(request_: str, stated: str, worth: Callable[[Values], Any]) -> None:
    found = answered(request_, VALUES, wrt="y_i", definitions=[stated])
    assert np.allclose(found, slope(worth, VALUES, "y")[2], atol=1e-8)


@pytest.mark.parametrize(
    ("request_", "worth"),
    [
        (r"\sum_{kj}p_{kj}\log\left((1+\|y_k-y_j\|^2)\sum_{l\ne k}\frac1{1+\|y_k-y_l\|^2}\right)",
         cross_entropy(lambda v: np.sum(near(v) * OTHERS, axis=1, keepdims=True) / near(v))),
        (r"\sum_{kj}p_{kj}\log\frac{\exp(y_k^Ty_j)}{\sum_{r\ne k}\exp(y_k^Ty_r)}",
         cross_entropy(lambda v: alike(v) / np.sum(alike(v) * OTHERS, axis=1, keepdims=True))),
    ],
)  # fmt: skip
def test_named_members_other_than_the_one_that_is_defined(request_: str, worth: Callable[[Values], Any]) -> None:
    assert np.allclose(answered(request_, VALUES, wrt="y_i"), slope(worth, VALUES, "y")[2], atol=1e-8)


def test_letters_of_the_function_are_not_lent() -> None:
    written = texgrad.derive(r"\sum_{ij}p_{ij}\log q_{ij}", "y_i", definitions=[CASES[2][0]]).latex()
    assert r"\sum_p" not in written and r"\sum_m" in written
