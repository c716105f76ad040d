"""Means, variances and standard scores: sums that have a name come back under it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.differences import Function, answered, slope
from texgrad import derive

MEAN = r"\bar x=\frac1n\sum_{i=1}^nx_i"
VALUES: dict[str, Any] = {"x": np.random.default_rng(2).normal(size=5), "j": 3, "k": 1}
CASES: tuple[tuple[str, str, Function, str], ...] = (
    (r"\frac1n\sum_{i=1}^n(x_i-\bar x)^2", "x_j", lambda v: v["x"].var(), r"\frac{2}{n}(x_j-\bar x)"),
    (r"\sqrt{\frac1n\sum_{i=1}^n(x_i-\bar x)^2}", "x_j", lambda v: v["x"].std(), ""),
    (r"\frac1{n-1}\sum_{i=1}^n(x_i-\bar x)^2", "x", lambda v: v["x"].var(ddof=1), r"\frac{2(x-\bar x\mathbf 1)}{n-1}"),
)


@pytest.mark.parametrize(("latex", "by", "f", "answer"), CASES, ids=lambda p: p if isinstance(p, str) else "")
def test_sums_of_squared_deviations(latex: str, by: str, f: Function, answer: str) -> None:
    d = derive(latex, by, definitions=[MEAN])
    expected = slope(f, VALUES, "x")
    assert np.allclose(answered(latex, VALUES, wrt=by, definitions=[MEAN]), expected[3] if by == "x_j" else expected)
    assert d.results[0].latex == answer if answer else r"\bar x" in d.results[0].latex
