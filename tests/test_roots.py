"""Roots of powers, which are the numbers themselves only where these are not negative."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.differences import answered, slope
from texgrad import derive


@pytest.mark.parametrize(
    ("request_", "worth"),
    [
        (r"(x^4)^{1/4}", lambda x: np.abs(x)),
        (r"(x^4)^{0.25}", lambda x: np.abs(x)),
        (r"\sqrt{x^2}", lambda x: np.abs(x)),
        (r"(x^4)^{1/2}", lambda x: x**2),
        (r"(x^2)^{3/2}", lambda x: np.abs(x) ** 3),
    ],
)
@pytest.mark.parametrize("x", [1.7, -1.3])
def test_the_root_of_an_even_power_of_a_negative_number(request_: str, worth: Any, x: float) -> None:
    values = {"x": x}
    found = answered(rf"\frac{{d}}{{dx}}{request_}", values, declare={"x": "scalar"})
    assert np.allclose(found, slope(lambda v: worth(v["x"]), values, "x"), rtol=1e-6)


def test_the_power_of_a_root_is_the_number() -> None:
    assert derive(r"\|x\|_p^p", "x").results[0].latex == derive(r"(\|x\|_p)^p", "x").results[0].latex
    assert derive(r"(x^{1/p})^p", "x", declare={"x": "scalar", "p": "scalar"}).results[0].latex == "1"


def test_the_root_of_a_power_with_a_letter_is_not_the_number() -> None:
    assert derive(r"(x^p)^{1/p}", "x", declare={"x": "scalar", "p": "scalar"}).results[0].latex != "1"
