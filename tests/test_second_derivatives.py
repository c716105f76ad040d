"""Second derivatives of matrices along time, and of numbers by two entries of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.differences import Function, Values, answered, second, slope
from texgrad import TexgradError, derive

RNG = np.random.default_rng(21)
N = 3
COEFFICIENTS = RNG.normal(size=(4, N, N))


def _matrix(t: Any, order: int) -> Any:
    """4I + C₀ + C₁t + C₂ sin t + C₃t²/2, or a derivative of it."""
    C = COEFFICIENTS
    parts = ((4 * np.eye(N) + C[0] + C[1] * t + C[2] * np.sin(t) + C[3] * t**2 / 2), C[1] + C[2] * np.cos(t) + C[3] * t,
             C[3] - C[2] * np.sin(t))  # fmt: skip
    return parts[order]


VALUES: dict[str, Any] = {
    "t": 0.3, "s": 0.2, "A": RNG.normal(size=(N, N)) + 3 * np.eye(N), "B": RNG.normal(size=(N, N)),
    "C": RNG.normal(size=(N, N)), "b": RNG.normal(size=N), "x": RNG.normal(size=N),
    "X": lambda t: _matrix(t, 0), "dX": lambda t: _matrix(t, 1), "d2X": lambda t: _matrix(t, 2),
}  # fmt: skip
ALONG: tuple[tuple[str, Function], ...] = (
    (r"\frac{d^2}{dt^2}X(t)^{-1}", lambda v: np.linalg.inv(v["X"](v["t"]))),
    (r"\frac{d^2}{dt^2}X(t)^TX(t)", lambda v: v["X"](v["t"]).T @ v["X"](v["t"])),
    (r"\frac{d^2}{dt^2}\log\det X(t)", lambda v: np.log(np.linalg.det(v["X"](v["t"])))),
    (r"\frac{d^2}{dt^2}(A+tB)^{-1}b", lambda v: np.linalg.inv(v["A"] + v["t"] * v["B"]) @ v["b"]),
    (r"\frac{d^2}{dt^2}BX(t)b", lambda v: v["B"] @ v["X"](v["t"]) @ v["b"]),
)


@pytest.mark.parametrize(("request_", "f"), ALONG, ids=lambda p: p if isinstance(p, str) else "")
def test_second_derivatives_along_time(request_: str, f: Function) -> None:
    assert np.allclose(answered(request_, VALUES), second(f, VALUES, "t", (), ()), rtol=1e-5)


def test_a_mixed_second_derivative_of_a_matrix() -> None:
    def f(v: Values) -> Any:
        return np.linalg.inv(v["A"] + v["s"] * v["B"] + v["t"] * v["C"])

    got = answered(r"\frac{\partial^2}{\partial s\,\partial t}(A+sB+tC)^{-1}", VALUES)
    assert np.allclose(got, second(f, VALUES, "s", (), (), "t"), rtol=1e-5)


def test_the_exponential_of_a_multiple_twice() -> None:
    assert derive(r"\frac{d^2}{dt^2}e^{tA}").results[0].latex == "A^2e^{tA}"


def test_second_derivatives_by_time_are_written_as_the_author_does() -> None:
    assert r"\frac{d^2 Y}{dt^2} &= " in derive(r"\frac{d^2}{dt^2}X(t)^{-1}").latex()


PAIR = {"i": 0, "j": 2, "k": 1, "l": 2}
ENTRIES: tuple[tuple[str, Function], ...] = (
    (r"\log\det A", lambda v: np.log(np.linalg.det(v["A"]))),
    (r"\det A", lambda v: np.linalg.det(v["A"])),
    (r"\operatorname{tr}(A^{-1})", lambda v: np.trace(np.linalg.inv(v["A"]))),
    (r"\operatorname{tr}(A^TBA)", lambda v: np.trace(v["A"].T @ v["B"] @ v["A"])),
    (r"\operatorname{tr}(ABAC)", lambda v: np.trace(v["A"] @ v["B"] @ v["A"] @ v["C"])),
    (r"\|\tanh(Ax)\|^2", lambda v: np.sum(np.tanh(v["A"] @ v["x"]) ** 2)),
    (r"b^TA^{-1}b", lambda v: v["b"] @ np.linalg.inv(v["A"]) @ v["b"]),
)


@pytest.mark.parametrize(("latex", "f"), ENTRIES, ids=lambda p: p if isinstance(p, str) else "")
def test_second_derivatives_by_two_entries(latex: str, f: Function) -> None:
    got = answered(r"\frac{\partial^2}{\partial A_{ij}\partial A_{kl}}" + latex, {**VALUES, **PAIR})
    assert np.allclose(got, second(f, VALUES, "A", (0, 2), (1, 2)), rtol=1e-4, atol=1e-6)


def test_second_derivatives_by_numbered_entries() -> None:
    def f(v: Values) -> Any:
        return np.log(np.linalg.det(v["A"]))

    got = answered(r"\frac{\partial^2}{\partial A_{12}\partial A_{31}}\log\det A", VALUES)
    assert np.allclose(got, second(f, VALUES, "A", (0, 1), (2, 0)), rtol=1e-4, atol=1e-6)


def test_by_an_entry_of_a_matrix_and_one_of_a_vector() -> None:
    def f(v: Values) -> Any:
        return v["x"] @ v["A"] @ v["x"]

    got = answered(r"\frac{\partial^2}{\partial x_k\partial A_{ij}}x^TAx", {**VALUES, **PAIR})
    assert np.allclose(got, slope(lambda v: slope(f, v, "x", (1,)), VALUES, "A", (0, 2)), atol=1e-6)
    assert derive(r"\frac{\partial^2}{\partial A_{ij}\partial A_{kl}}\log\det A").results[0].latex == (
        "-(A^{-1})_{li}(A^{-1})_{jk}")  # fmt: skip


def test_what_is_a_tensor_is_refused() -> None:
    with pytest.raises(TexgradError, match="is a tensor"):
        derive(r"\frac{\partial^2}{\partial x\,\partial x^T}\tanh(Ax)")
