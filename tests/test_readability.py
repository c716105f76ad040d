"""Answers of ordinary requests: as short as a person would write them, and right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.benchmarks.readability import BOUND, Case, cases, golds, length, rows, solve
from tests.differences import called

SIZES = {"n": 4, "m": 3, "p": 5, "k": 2, "d": 3, "q": 6, "T": 4, "J": 5}


def _softmax(x: Any) -> Any:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def _expm(A: Any) -> Any:
    values, V = np.linalg.eig(A)
    return (V @ np.diag(np.exp(values)) @ np.linalg.inv(V)).real


ENVIRONMENT = {
    "np": np, "inv": np.linalg.inv, "tr": np.trace, "logdet": lambda A: np.linalg.slogdet(A)[1], "exp": np.exp,
    "sig": lambda x: 1 / (1 + np.exp(-x)), "norm": np.linalg.norm, "softmax": _softmax, "softrows": _softmax,
    "expm": _expm, "sum": sum, "range": range, "len": len, "abs": np.abs, "max": max,
}  # fmt: skip
# a random array made into one with a property
MAKERS = {
    "positive definite": lambda A: A @ A.T / len(A) + np.eye(len(A)), "symmetric": lambda A: (A + A.T) / 2,
    "positive": lambda A: np.abs(A) + 0.5, "0/1": lambda A: np.where(A > 0, 1.0, 0.0),
    "probability rows": lambda A: np.abs(A) / np.abs(A).sum(1, keepdims=True),
}  # fmt: skip
STEP = 1e-3


def python_name(latex: str) -> str:
    """What a symbol is called in Python."""
    name = latex.lstrip("\\")
    return name + "_" if name == "lambda" else name


def drawn(case: Case, seed: int) -> dict[str, Any]:
    """Random values for the names of a case, and its sizes."""
    rng = np.random.default_rng(seed)
    values: dict[str, Any] = dict(SIZES)
    for latex, said in case["declare"].items():
        count, _, shape = said.removeprefix("family ").partition(" of ") if "family" in said else ("", "", said)
        names = [*count.split(), *(s for s in shape.split(" x ") if s != "scalar")]
        A = rng.standard_normal([SIZES[s] for s in names])
        for word in case["assume"].get(latex, ()):
            A = MAKERS[word](A)
        values[python_name(latex)] = A if names else float(A)
    return values


def differences(f: str, name: str, values: dict[str, Any], order: int) -> Any:
    """The derivative of f by the named variable, by central differences; the entries of f come first."""
    base = np.asarray(values[name], float)

    def at(change: Any) -> Any:
        moved = {**values, name: base + change}
        if order == 2:
            return differences(f, name, moved, 1)
        return np.asarray(eval(f, {**ENVIRONMENT, **moved}), float)

    parts = []
    for place in np.ndindex(*base.shape):
        E = np.zeros(base.shape)
        E[place] = STEP
        parts.append((8 * (at(E) - at(-E)) - at(2 * E) + at(-2 * E)) / (12 * STEP))
    return np.moveaxis(np.array(parts), 0, -1).reshape((*parts[0].shape, *base.shape))


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_answers_are_the_closed_forms(case: Case) -> None:
    function = solve(case).results[0].python
    for seed in (0, 1):
        values = drawn(case, seed)
        closed = np.asarray(eval(case["grad"], {**ENVIRONMENT, **values}), float)
        numeric = differences(case["f"], case["var"], values, case["order"])
        assert np.allclose(closed, numeric, rtol=1e-5, atol=1e-5)
        ours = called(function, values)
        assert np.shape(ours) == closed.shape
        assert np.allclose(ours, closed, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_answers_are_no_longer_than_the_closed_forms(case: Case) -> None:
    (row,) = rows([case])
    assert row.ratio <= BOUND, row.latex


def test_golds_are_no_longer_than_their_closed_forms() -> None:
    assert all(row.ratio <= BOUND for row in golds())


def test_a_transpose_is_as_long_in_every_hand() -> None:
    assert length("A'B") == length("A^TB") == length(r"A^{\top}B") == 3
    assert length(r"\frac{1}{2}\left(A+B\right)") == length(r"\frac12(A+B)") == 8
