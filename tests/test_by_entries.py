"""Matrices that are defined by their entries: kernels, outer products, correlations, and derivatives through them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.differences import Function, answered, slope
from texgrad import derive

RNG = np.random.default_rng(17)
N, D = 4, 2
VALUES: dict[str, Any] = {
    "t": RNG.normal(size=N), "theta": 1.3, "y": RNG.normal(size=N), "x": RNG.normal(size=(N, D)), "ell": 0.9,
    "u": RNG.normal(size=N), "v": RNG.normal(size=3), "B": RNG.normal(size=(3, N)), "z": RNG.normal(size=N), "i": 2,
    "alpha": RNG.normal(size=N), "rho": 0.4, "s": RNG.random(N), "sigma": 1.2,
}  # fmt: skip


def distances(x: Any) -> Any:
    x = np.reshape(x, (len(x), -1))
    return ((x[:, None] - x[None]) ** 2).sum(-1)


def kernel(v: dict[str, Any]) -> Any:
    return v["sigma"] ** 2 * np.exp(-distances(v["x"]) / (2 * v["ell"] ** 2)) + 0.1 * np.eye(N)


KERNEL = r"K_{ij}=\sigma^2\exp\left(-\frac{\|x_i-x_j\|^2}{2\ell^2}\right)+\frac1{10}\delta_{ij}"
CASES: tuple[tuple[str, str, str, Function], ...] = (
    (r"\frac{\partial}{\partial\theta}\left(y^T\Sigma^{-1}y+\log\det\Sigma\right)",
     r"\Sigma_{ij}=\exp(-|t_i-t_j|/\theta)", "theta",
     lambda v: v["y"] @ np.linalg.inv(np.exp(-np.sqrt(distances(v["t"])) / v["theta"])) @ v["y"]
     + np.linalg.slogdet(np.exp(-np.sqrt(distances(v["t"])) / v["theta"]))[1]),
    (r"\frac{\partial}{\partial\ell}\left(\frac12y^TK^{-1}y+\frac12\log\det K\right)", KERNEL, "ell",
     lambda v: (v["y"] @ np.linalg.inv(kernel(v)) @ v["y"] + np.linalg.slogdet(kernel(v))[1]) / 2),
    (r"\frac{\partial}{\partial\sigma}y^TK^{-1}y", KERNEL, "sigma",
     lambda v: v["y"] @ np.linalg.inv(kernel(v)) @ v["y"]),
    (r"\frac{\partial}{\partial u}\operatorname{tr}(AB)", "A_{ij}=u_iv_j", "u",
     lambda v: np.trace(np.outer(v["u"], v["v"]) @ v["B"])),
    (r"\nabla_u\|A\|_F^2", "A_{ij}=u_i+v_j", "u", lambda v: ((v["u"][:, None] + v["v"]) ** 2).sum()),
    (r"\frac{\partial}{\partial\rho}y^TAz", r"A_{ij}=\rho^{|i-j|}", "rho",
     lambda v: v["y"] @ v["rho"] ** np.abs(np.subtract.outer(np.arange(N), np.arange(N))) @ v["z"]),
    (r"\nabla_s y^TAy", r"A_{kl}=\frac{s_ks_l}{1+s_ks_l}", "s",
     lambda v: v["y"] @ (np.outer(v["s"], v["s"]) / (1 + np.outer(v["s"], v["s"]))) @ v["y"]),
)  # fmt: skip


@pytest.mark.parametrize(("request_", "definition", "name", "f"), CASES, ids=[case[0] for case in CASES])
def test_derivatives_through_entries(request_: str, definition: str, name: str, f: Function) -> None:
    got = answered(request_, VALUES, definitions=[definition])
    assert np.allclose(got, slope(f, VALUES, name), rtol=1e-5, atol=1e-7)


def test_by_a_member_of_what_the_entries_are_made_of() -> None:
    def f(v: dict[str, Any]) -> Any:
        return v["alpha"] @ np.exp(-distances(v["x"])) @ v["alpha"]

    request = r"\frac{\partial}{\partial x_i}\alpha^TK\alpha"
    got = answered(request, VALUES, definitions=[r"K_{ij}=\exp(-\|x_i-x_j\|^2)"])
    assert np.allclose(got, slope(f, VALUES, "x")[2], rtol=1e-5)


def test_what_stays_when_the_indices_change_places_is_symmetric() -> None:
    d = derive(r"\frac{\partial}{\partial\theta}y^TK^{-1}y", definitions=[r"K_{ij}=\exp(-\theta\|x_i-x_j\|^2)"])
    assert "K^{-1}" in d.latex() and "K^{-T}" not in d.latex() and r"K^{-\top}" not in d.latex()
    unlike = r"K_{ij}=\exp(-\theta u_i-u_j)+\delta_{ij}"
    other = derive(r"\frac{\partial}{\partial\theta}y^TK^{-1}y", definitions=[unlike])
    assert "K^{-T}" in other.latex()


def test_the_derivative_of_the_matrix_is_that_of_its_entries() -> None:
    d = derive(r"\frac{\partial K}{\partial\theta}", definitions=[r"K_{ij}=e^{-\theta|t_i-t_j|}"])
    assert d.results[0].latex == r"-e^{-\theta|t_i-t_j|}|t_i-t_j|"
