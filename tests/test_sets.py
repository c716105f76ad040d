r"""Sums over what lies in a set or fulfils a condition: pairs, neighbours, classes, members of data sets."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from tests.differences import called, compiled
from texgrad import TexgradError, derive
from texgrad.solution import Solution

N, M, D = 4, 5, 3
RNG = np.random.default_rng(11)
Values = dict[str, Any]


def mask(*shape: int) -> Any:
    """A random set, with some members and some that are none."""
    chosen = RNG.random(shape) < 0.5
    chosen.flat[0], chosen.flat[-1] = True, False
    return chosen.astype(float)


VALUES: Mapping[str, Any] = {
    "u": RNG.normal(size=(N, D)), "v": RNG.normal(size=(M, D)), "R": RNG.normal(size=(N, M)), "Omega": mask(N, M),
    "x": RNG.normal(size=(N, D)), "y": RNG.normal(size=N), "w": RNG.normal(size=D), "S": mask(N), "T": mask(N),
    "E": mask(N, N), "K": mask(N, M), "mu": RNG.normal(size=D), "i": 1, "j": 2, "k": 3, "lambda_": 0.7,
    "b": RNG.normal(size=N), "c": RNG.normal(size=M), "A": RNG.normal(size=(D, D)), "condition": mask(N),
    "C": mask(N, 3), "m": RNG.normal(size=(3, D)), "D": mask(N, M, M), "X": RNG.normal(size=(N, M)),
}  # fmt: skip


def pairs(name: str, v: Values) -> Any:
    """The members of a set of pairs."""
    return np.argwhere(v[name])


def factored(v: Values) -> float:
    """Σ (R_ij − uᵢᵀvⱼ)² over Ω."""
    return float(sum((v["R"][i, j] - v["u"][i] @ v["v"][j]) ** 2 for i, j in pairs("Omega", v)))


def distances(v: Values) -> float:
    """Σ ‖xᵢ − xⱼ‖² over E."""
    return float(sum(((v["x"][i] - v["x"][j]) ** 2).sum() for i, j in pairs("E", v)))


def sigmoid(t: Any) -> Any:
    """1/(1 + e^{-t})."""
    return 1 / (1 + np.exp(-t))


# f, the variable, the answer, which of the values varies and at which member, f in NumPy
CASES: tuple[tuple[str, str, str, str, Any, Callable[[Values], Any]], ...] = (
    (r"\sum_{(i,j)\in\Omega}(R_{ij}-u_i^Tv_j)^2", "u_i",
     r"-2\sum_{j:\,(i,j)\in\Omega}(R_{ij}-u_i^Tv_j)v_j", "u", "i", factored),
    (r"\sum_{(i,j)\in\Omega}(R_{ij}-u_i^Tv_j)^2+\lambda\sum_j\|v_j\|^2", "v_j",
     r"-2\sum_{i:\,(i,j)\in\Omega}(R_{ij}-u_i^Tv_j)u_i+2\lambda v_j", "v", "j",
     lambda v: factored(v) + v["lambda_"] * (v["v"] ** 2).sum()),
    (r"\sum_{j:(i,j)\in\Omega}(R_{ij}-u_i^Tv_j)^2", "u_i",
     r"-2\sum_{j:\,(i,j)\in\Omega}(R_{ij}-u_i^Tv_j)v_j", "u", "i", factored),
    (r"\frac{1}{|\Omega|}\sum_{(i,j)\in\Omega}(R_{ij}-u_i^TAv_j)^2", "A",
     r"-\frac{2}{|\Omega|}\sum_{(i,j)\in\Omega}(R_{ij}-u_i^TAv_j)u_iv_j^T", "A", ...,
     lambda v: np.mean([(v["R"][i, j] - v["u"][i] @ v["A"] @ v["v"][j]) ** 2 for i, j in pairs("Omega", v)])),
    (r"\sum_{(i,j)\in\mathcal K}(R_{ij}-b_i-c_j)^2", "b_i",
     r"-2\sum_{j:\,(i,j)\in\mathcal K}(R_{ij}-b_i-c_j)", "b", "i",
     lambda v: sum((v["R"][i, j] - v["b"][i] - v["c"][j]) ** 2 for i, j in pairs("K", v))),
    (r"\sum_{(i,j)\in E}\|x_i-x_j\|^2", "x_k",
     r"2\sum_{j:\,(k,j)\in E}(x_k-x_j)-2\sum_{i:\,(i,k)\in E}(x_i-x_k)", "x", "k", distances),
    (r"\sum_{(i,j)\in\Omega}(X_{ij}-R_{ij})^2", "X",
     r"2\sum_{(i,j)\in\Omega}(X_{ij}-R_{ij})E_{ij}", "X", ...,
     lambda v: (v["Omega"] * (v["X"] - v["R"]) ** 2).sum()),
    (r"\sum_{i\in S}\log\sigma(w^Tx_i)+\sum_{i\in T}\log(1-\sigma(w^Tx_i))", "w",
     r"\sum_{i\in S}(1-\sigma(w^Tx_i))x_i-\sum_{i\in T}\sigma(w^Tx_i)\,x_i", "w", ...,
     lambda v: v["S"] @ np.log(sigmoid(v["x"] @ v["w"])) + v["T"] @ np.log(1 - sigmoid(v["x"] @ v["w"]))),
    (r"\sum_{i:\,y_i=1}\log\sigma(w^Tx_i)", "w", r"\sum_{i:\,y_i=1}(1-\sigma(w^Tx_i))x_i", "w", ...,
     lambda v: v["condition"] @ np.log(sigmoid(v["x"] @ v["w"]))),
    (r"\frac{1}{|S|}\sum_{i\in S}(w^Tx_i-y_i)^2", "w", r"\frac{2}{|S|}\sum_{i\in S}(w^Tx_i-y_i)x_i", "w", ...,
     lambda v: v["S"] @ (v["x"] @ v["w"] - v["y"]) ** 2 / v["S"].sum()),
    (r"\sum_{i\in S}\|x_i-\mu\|^2", "x_i", r"2\mathbf 1[i\in S](x_i-\mu)", "x", "i",
     lambda v: v["S"] @ ((v["x"] - v["mu"]) ** 2).sum(1)),
    (r"\sum_{i\in S}\sum_{j\in S}\|x_i-x_j\|^2", "x_k", r"4\mathbf 1[k\in S]\sum_{j\in S}(x_k-x_j)", "x", "k",
     lambda v: sum(((a - b) ** 2).sum() for a in v["x"][v["S"] > 0] for b in v["x"][v["S"] > 0])),
    (r"\sum_{(i,j,k)\in D}b_i\log\sigma(v_j^Tv_k)", "b_i", r"\sum_{(j,k):\,(i,j,k)\in D}\log\sigma(v_j^Tv_k)", "b", "i",
     lambda v: sum(v["b"][i] * np.log(sigmoid(v["v"][j] @ v["v"][k])) for i, j, k in pairs("D", v))),
    (r"\sum_{(x,y)\in D}(w^Tx-y)^2", "w", r"2\sum_{(x,y)\in D}(w^Tx-y)x", "w", ...,
     lambda v: ((v["x"] @ v["w"] - v["y"]) ** 2).sum()),
    (r"\frac{1}{|D|}\sum_{x\in D}\|x-\mu\|^2", r"\mu", r"-\frac{2}{|D|}\sum_{x\in D}(x-\mu)", "mu", ...,
     lambda v: ((v["x"] - v["mu"]) ** 2).sum(1).mean()),
    (r"\sum_{k=1}^K\sum_{x\in C_k}\|x-m_k\|^2", "m_k", r"-2\sum_{x\in C_k}(x-m_k)", "m", "k",
     lambda v: (v["C"] * ((v["x"][:, None] - v["m"]) ** 2).sum(-1)).sum()),
)  # fmt: skip


def gradient(solution: Solution, values: Values) -> Any:
    """What the answer's own NumPy function gives."""
    return called(solution.results[0].python, values)


@pytest.mark.parametrize(("f", "wrt", "answer", "name", "at", "worth"), CASES, ids=[c[0] for c in CASES])
def test_answers(f: str, wrt: str, answer: str, name: str, at: Any, worth: Callable[[Values], Any]) -> None:
    solution = derive(f, wrt=wrt)
    assert solution.results[0].latex == answer
    values = dict(VALUES) | {"k": 2 if name == "m" else 3}
    place = values[at] if isinstance(at, str) else at
    wanted = np.zeros(np.shape(values[name][place]))
    for where in np.ndindex(wanted.shape):
        step = np.zeros_like(values[name])
        step[where if place is ... else (place, *where)] = 1e-5
        up, down = (worth(values | {name: values[name] + sign * step}) for sign in (1, -1))
        wanted[where] = (up - down) / 2e-5
    assert np.allclose(gradient(solution, values), wanted, atol=1e-5)


def test_neighbours() -> None:
    solution = derive(r"\sum_i\|x_i-\frac{1}{|N(i)|}\sum_{j\in N(i)}x_j\|^2", wrt="x_i")
    values = dict(VALUES) | {"N": np.maximum(VALUES["E"], np.roll(np.eye(N), 1, 0))}
    near = values["N"].T  # near[i, j]: whether j is a neighbour of i

    def worth(x: Any) -> Any:
        return ((x - near @ x / near.sum(1, keepdims=True)) ** 2).sum()

    wanted = np.zeros(D)
    for k in range(D):
        step = np.zeros((N, D))
        step[values["i"], k] = 1e-5
        wanted[k] = (worth(values["x"] + step) - worth(values["x"] - step)) / 2e-5
    assert np.allclose(gradient(solution, values), wanted, atol=1e-6)
    assert r"\sum_{k:\,i\in N(k)}" in solution.results[0].latex


def test_what_is_all_there_is_needs_no_name() -> None:
    """A set that only says what the index counts is no argument of the function."""
    solution = derive(r"\sum_{i\in S}\tanh(Wx_i)^T\tanh(Wx_i)", wrt="W")
    assert "S" not in inspect.signature(_function(solution)).parameters
    tensor = derive(r"\sum_{i\in S}\tanh(Wx_i)", wrt="W")
    assert not any(r"l\in S" in line.latex for line in tensor.lines)


def _function(solution: Solution) -> Any:
    return compiled(solution.results[0].python)


@pytest.mark.parametrize(
    ("f", "wrt", "code", "message"),
    [
        (r"\sum_{i,j\in\Omega}(R_{ij}-u_i^Tv_j)^2", "u_i", "unsupported", "over what lies in a set"),
        (r"\sum_{\{i,j\}\in E}\|x_i-x_j\|^2", "x_i", "unsupported", "over what lies in a set"),
        (r"\sum_{i:\,y_iw^Tx_i<1}(1-y_iw^Tx_i)", "w", "not-differentiable", "depends on the variable"),
        (r"\sum_{(i,j)\in\Omega}(R_{ij}-u_i^Tv_j)^2+\|U\|_F^2", "U", "undeclared", "row or a column of U"),
        (r"\sum_{(i,j)\in\Omega}(R_{ij}-u_i^Tv_j)^2+\|UA\|_F^2", "u_i", "undeclared", "row or a column of U"),
        (r"\frac{1}{|S|}\prod_{i\in S}w^Tx_i", "w", "unsupported", "part of a range"),
        (r"x^Tx+\sum_{(x,y)\in D}(w^Tx-y)^2", "w", "undeclared", "in a sum over it and outside"),
    ],
)  # fmt: skip
def test_refusals(f: str, wrt: str, code: str, message: str) -> None:
    with pytest.raises(TexgradError) as refused:
        derive(f, wrt=wrt)
    (diagnostic,) = refused.value.diagnostics
    assert (diagnostic.code, message in diagnostic.message) == (code, True)
