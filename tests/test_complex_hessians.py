"""Second derivatives by complex variables and their conjugates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.differences import Function, answered, second
from texgrad import derive

RNG = np.random.default_rng(8)
N = 3


def _complex(*shape: int) -> Any:
    return RNG.normal(size=shape) + 1j * RNG.normal(size=shape)


VALUES: dict[str, Any] = {"z": _complex(N), "A": _complex(N, N), "b": _complex(N), "R": _complex(N, N)}
VALUES["R"] = VALUES["R"] + VALUES["R"].conj().T


def square(v: dict[str, Any]) -> Any:
    return (np.abs(v["z"]) ** 2).sum()


# request, the function in NumPy, whether rows and columns belong to the conjugate
CASES: tuple[tuple[str, Function, bool, bool], ...] = (
    (r"\frac{\partial^2}{\partial z\partial z^H}z^HAz", lambda v: v["z"].conj() @ v["A"] @ v["z"], False, True),
    (r"\frac{\partial^2}{\partial z^*\partial z^T}z^HAz", lambda v: v["z"].conj() @ v["A"] @ v["z"], True, False),
    (r"\frac{\partial^2}{\partial z\partial z^T}(z^TAz+z^Hz)", lambda v: v["z"] @ v["A"] @ v["z"] + square(v),
     False, False),
    (r"\frac{\partial^2}{\partial z\partial z^H}\|Az-b\|^2",
     lambda v: (np.abs(v["A"] @ v["z"] - v["b"]) ** 2).sum(), False, True),
    (r"\frac{\partial^2}{\partial z\partial z^H}(z^Hz)^2", lambda v: square(v) ** 2, False, True),
    (r"\frac{\partial^2}{\partial z\partial z^T}(z^Hz)^2", lambda v: square(v) ** 2, False, False),
    (r"\frac{\partial^2}{\partial z\partial z^H}\log(1+z^Hz)", lambda v: np.log(1 + square(v)), False, True),
)  # fmt: skip


def wirtinger(f: Function, row: bool, column: bool) -> Any:
    """The matrix of second derivatives, from differences along real and imaginary parts."""
    split = {**VALUES, "p": np.concatenate([VALUES["z"].real, VALUES["z"].imag])}

    def of_parts(part: str) -> Function:
        def g(v: dict[str, Any]) -> Any:
            worth = f({**v, "z": v["p"][:N] + 1j * v["p"][N:]})
            return getattr(np.asarray(worth, dtype=complex), part)

        return g

    def whole(i: int, j: int) -> complex:
        real, imaginary = (second(of_parts(part), split, "p", (i,), (j,)) for part in ("real", "imag"))
        return complex(real + 1j * imaginary)

    H = np.array([[whole(i, j) for j in range(2 * N)] for i in range(2 * N)])
    left, right = (np.hstack([np.eye(N), (1j if c else -1j) * np.eye(N)]) / 2 for c in (row, column))
    return left @ H @ right.T


@pytest.mark.parametrize(("request_", "f", "row", "column"), CASES, ids=lambda p: p if isinstance(p, str) else "")
def test_complex_hessians(request_: str, f: Function, row: bool, column: bool) -> None:
    got = answered(request_, VALUES, assume={"z": ["complex"]})
    assert np.allclose(got, wirtinger(f, row, column), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("request_", "answer"), [
    (r"\frac{\partial^2}{\partial z\partial z^*}|z|^2", "1"),
    (r"\frac{\partial^2}{\partial z\,\partial\bar z}|z|^2", "1"),
    (r"\frac{\partial^2}{\partial z^2}z^3\bar z", r"6\bar{z}z"),
])  # fmt: skip
def test_second_derivatives_by_one_complex_number(request_: str, answer: str) -> None:
    assert derive(request_, declare={"z": "scalar"}, assume={"z": ["complex"]}).results[0].latex == answer


def test_the_transposed_conjugate_stands_below() -> None:
    d = derive(r"\frac{\partial^2 f}{\partial z\,\partial z^H}", definitions=["f=z^HRz"], assume={"R": ["Hermitian"]})
    assert d.lines[-1].latex.startswith(r"\frac{\partial^2 f}{\partial z\,\partial z^H} &= ")
