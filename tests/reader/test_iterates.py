"""A letter above a name: the mark of an iterate where it is subtracted from the name alone, else an exponent."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.differences import Function, answered, slope

RNG = np.random.default_rng(5)
X: Any = np.eye(3) + 0.2 * RNG.random((3, 3))
VALUES: dict[str, Any] = {"X": X, "A": RNG.random((3, 3)), "k": 3, "n": 3, "x": RNG.random(4), "x_k": RNG.random(4)}
POWER = np.linalg.matrix_power


@pytest.mark.parametrize(
    ("latex", "name", "f"),
    [
        (r"\|x-x^k\|^2", "x", lambda v: ((v["x"] - v["x_k"]) ** 2).sum()),
        (r"\|x^k-x\|^2", "x", lambda v: ((v["x"] - v["x_k"]) ** 2).sum()),
        (r"\|-x^k+x\|^2", "x", lambda v: ((v["x"] - v["x_k"]) ** 2).sum()),
        (r"\|x^k+x\|^2", "x", lambda v: ((v["x"] + v["x"] ** 3) ** 2).sum()),
        (r"\|X+X^k\|_F^2", "X", lambda v: ((v["X"] + POWER(v["X"], 3)) ** 2).sum()),
        (r"\|-X-X^k\|_F^2", "X", lambda v: ((v["X"] + POWER(v["X"], 3)) ** 2).sum()),
        (r"\operatorname{tr}(X^k+X)", "X", lambda v: np.trace(v["X"] + POWER(v["X"], 3))),
        (r"\operatorname{tr}\left(AX^k-X\right)", "X", lambda v: np.trace(v["A"] @ POWER(v["X"], 3) - v["X"])),
        (r"\operatorname{tr}(X^k-X)", "X", lambda v: np.trace(POWER(v["X"], 3) - v["X"])),
        (r"\det(2A-X^n+X)", "X", lambda v: np.linalg.det(2 * v["A"] - POWER(v["X"], 3) + v["X"])),
        (r"\log\det[X-X^k]", "X", lambda v: np.linalg.slogdet(v["X"] - POWER(v["X"], 3))[1]),
    ],
    ids=lambda p: p if isinstance(p, str) else "",
)
def test_it_is_a_mark_or_an_exponent(latex: str, name: str, f: Function) -> None:
    declare = {"X": "n x n", "A": "n x n", "x": "m"}
    found = answered(latex, VALUES, wrt=name, declare=declare)
    assert np.allclose(found, slope(f, VALUES, name), rtol=1e-6)
