"""Numbers below names: entries x_1 and X_{12} as variables and in functions, and where they are something else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.differences import Function, answered, second, slope
from texgrad import TexgradError, derive

RNG = np.random.default_rng(11)
VALUES: dict[str, Any] = {
    "x": RNG.normal(size=4), "A": RNG.normal(size=(4, 4)), "b": RNG.normal(size=4),
    "X": RNG.normal(size=(3, 3)) + 3 * np.eye(3), "mu": 0.4, "lambda_": 0.7, "y": RNG.normal(size=4),
}  # fmt: skip


def both(v: dict[str, Any]) -> Any:
    return v["x"] @ v["A"] @ v["x"]


# request by an entry, the entry, the function in NumPy
ENTRIES: tuple[tuple[str, str, tuple[int, ...], Function], ...] = (
    (r"\frac{\partial}{\partial x_1}x^TAx", "x", (0,), both),
    (r"\partial_{x_{3}} x^\top Ax", "x", (2,), both),
    (r"\frac{\partial \|Ax-b\|^2}{\partial x_2}", "x", (1,), lambda v: np.sum((v["A"] @ v["x"] - v["b"]) ** 2)),
    (r"\frac{\partial}{\partial X_{11}}\log\det X", "X", (0, 0), lambda v: np.log(np.linalg.det(v["X"]))),
    (r"\frac{\partial}{\partial X_{12}}\operatorname{tr}(X^3)", "X", (0, 1),
     lambda v: np.trace(v["X"] @ v["X"] @ v["X"])),
    (r"\frac{\partial}{\partial X_{2,3}}\operatorname{tr}(X^{-1})", "X", (1, 2),
     lambda v: np.trace(np.linalg.inv(v["X"]))),
    (r"\frac{\partial}{\partial x_2}\log\sum_i e^{x_i}", "x", (1,), lambda v: np.log(np.exp(v["x"]).sum())),
    (r"\frac{\partial}{\partial x_1}\sum_{i,j}a_{ij}x_ix_j", "x", (0,), lambda v: both({**v, "A": v["a"]})),
    (r"\frac{\partial}{\partial x_2}(Ax)_1", "x", (1,), lambda v: (v["A"] @ v["x"])[0]),
)  # fmt: skip
# request, options, the variable, the function in NumPy
INSIDE: tuple[tuple[str, dict[str, Any], str, Function], ...] = (
    (r"\nabla_x(\|x\|^2+\lambda x_1^2)", {}, "x", lambda v: v["x"] @ v["x"] + v["lambda_"] * v["x"][0] ** 2),
    (r"\nabla_x x_2x^TAx", {}, "x", lambda v: v["x"][1] * both(v)),
    (r"\frac{\partial}{\partial A}x_1x^TAx", {}, "A", lambda v: v["x"][0] * both(v)),
    (r"\frac{\partial}{\partial X}(X_{11}+\det X)", {}, "X", lambda v: v["X"][0, 0] + np.linalg.det(v["X"])),
    (r"\frac{\partial}{\partial X}X_{12}X_{21}\operatorname{tr}(X)", {}, "X",
     lambda v: v["X"][0, 1] * v["X"][1, 0] * np.trace(v["X"])),
    (r"\frac{\partial}{\partial X}(X^{-1})_{12}", {}, "X", lambda v: np.linalg.inv(v["X"])[0, 1]),
    (r"\nabla_x(\sum_{i=1}^nx_i^4+x_1x_2)", {}, "x", lambda v: np.sum(v["x"] ** 4) + v["x"][0] * v["x"][1]),
    (r"\nabla_x(x_1+x_3)^2", {"declare": {"x": "n"}}, "x", lambda v: (v["x"][0] + v["x"][2]) ** 2),
    (r"\nabla_x(x_1^2x_4+\sin(x_1x_3))", {}, "x", lambda v: v["x"][0] ** 2 * v["x"][3] + np.sin(v["x"][0] * v["x"][2])),
    (r"\frac{\partial}{\partial x}\begin{bmatrix}x_1^2x_4\\5x_1+\sin x_2\end{bmatrix}", {}, "x",
     lambda v: np.array([v["x"][0] ** 2 * v["x"][3], 5 * v["x"][0] + np.sin(v["x"][1])])),
    (r"\frac{\partial y_1}{\partial x}", {"definitions": ["y=Ax"]}, "x", lambda v: (v["A"] @ v["x"])[0]),
    (r"\nabla_x y_1y_2", {"definitions": ["y=Ax"]}, "x", lambda v: (v["A"] @ v["x"])[0] * (v["A"] @ v["x"])[1]),
)  # fmt: skip


@pytest.mark.parametrize(("request_", "name", "at", "f"), ENTRIES, ids=lambda p: p if isinstance(p, str) else "")
def test_a_derivative_by_a_numbered_entry(request_: str, name: str, at: tuple[int, ...], f: Function) -> None:
    values = {**VALUES, "a": VALUES["A"]}
    assert np.allclose(answered(request_, values), slope(f, values, name, at), rtol=1e-6)


@pytest.mark.parametrize(("request_", "options", "name", "f"), INSIDE, ids=lambda p: p if isinstance(p, str) else "")
def test_numbered_entries_inside_a_function(request_: str, options: dict[str, Any], name: str, f: Function) -> None:
    assert np.allclose(answered(request_, VALUES, **options), slope(f, VALUES, name), rtol=1e-6)


def test_members_by_number_of_what_is_summed() -> None:
    values = {"w": RNG.normal(size=3), "x": RNG.normal(size=(5, 3))}

    def f(v: dict[str, Any]) -> Any:
        return ((v["w"] - v["x"]) ** 2).sum()

    got = answered(r"\frac{\partial}{\partial x_1}\sum_{i=1}^n\|w-x_i\|^2", values)
    assert np.allclose(got, slope(f, values, "x")[0], rtol=1e-6)


def test_second_derivatives_by_two_numbered_entries() -> None:
    def f(v: dict[str, Any]) -> Any:
        return (v["x"] @ v["x"]) ** 2 + both(v)

    got = answered(r"\frac{\partial^2}{\partial x_1\partial x_3}\left((x^Tx)^2+x^TAx\right)", VALUES)
    assert np.allclose(got, second(f, VALUES, "x", (0,), (2,)), rtol=1e-5)


def test_a_gradient_of_few_numbers_is_written_out() -> None:
    d = derive(r"\nabla f(x)", definitions=[r"f(x)=x_1^2+3x_1x_2"])
    assert d.results[0].latex == r"\begin{bmatrix}2x_1+3x_2\\3x_1\end{bmatrix}"


@pytest.mark.parametrize("latex", [r"\|x-x_1\|^2", "x_1^Tx", "(x^Tx_1)^2", r"\|x-x_0\|^2+x^Tx_2"])
def test_other_vectors_with_numbers_below_stay_vectors(latex: str) -> None:
    d = derive(latex, "x")
    assert "e_1" not in d.latex()
    assert all(len(s["shape"]) == 1 for s in d.as_dict()["symbols"])


def test_blocks_of_the_variable_are_refused() -> None:
    with pytest.raises(TexgradError, match="block") as refusal:
        derive(r"\log\det\Sigma-\log\det\Sigma_{11}", r"\Sigma")
    assert refusal.value.diagnostics[0].code == "unsupported"


TABLE = {"y": RNG.normal(size=5), "x": RNG.normal(size=(5, 2)), "beta_0": 0.3, "beta_1": 0.7, "beta_2": -0.4,
         "w_1": 0.7, "w_2": -0.4, "X": RNG.normal(size=(5, 3))}  # fmt: skip


def residuals(v: dict[str, Any], *names: str) -> Any:
    return v["y"] - v["x"] @ np.array([v[n] for n in names])


@pytest.mark.parametrize(("request_", "name", "f"), [
    (r"\frac{\partial}{\partial\beta_2}\sum_i(y_i-\beta_0-\beta_1x_{i1}-\beta_2x_{i2})^2", "beta_2",
     lambda v: ((residuals(v, "beta_1", "beta_2") - v["beta_0"]) ** 2).sum()),
    (r"\frac{\partial}{\partial w_1}\sum_{i=1}^n(y_i-w_1x_{i1}-w_2x_{i,2})^2", "w_1",
     lambda v: (residuals(v, "w_1", "w_2") ** 2).sum()),
    (r"\frac{\partial}{\partial X}\sum_{i=1}^nX_{i1}X_{i3}", "X", lambda v: v["X"][:, 0] @ v["X"][:, 2]),
])  # fmt: skip
def test_an_index_and_a_number_are_an_entry(request_: str, name: str, f: Function) -> None:
    assert np.allclose(answered(request_, TABLE), slope(f, TABLE, name), rtol=1e-6)


def test_a_number_beside_an_index_that_is_no_place_is_refused() -> None:
    with pytest.raises(TexgradError, match="beside such a number"):
        derive(r"\sum_{i=1}^n(y_i-w_1x_{i0})^2", "w_1")
