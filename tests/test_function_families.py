"""Families of functions without a formula, f_j(x), and those with parameters: f_\\theta(x), p(x|z), f(x; w)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import texgrad
from tests.differences import answered, slope

X = np.array([0.3, -0.7, 1.1])
SLOPES = np.array([[1.0, 2.0, -1.0], [0.5, -0.3, 0.2], [0.1, 0.4, 2.0], [-1.0, 0.6, 0.7]])
FUNCTIONS = [lambda x, s=s: 2.0 + np.sin(x @ s) for s in SLOPES]
GRADIENTS = [lambda x, s=s: np.cos(x @ s) * s for s in SLOPES]


def answer_to(request: str, **declared: str) -> str:
    """The LaTeX of the only answer."""
    (found,) = texgrad.derive(request, declare=declared).results
    return found.latex


def test_a_sum_over_the_members_is_not_as_many_times_one_of_them() -> None:
    request = r"\frac{\partial}{\partial x}\sum_{j=1}^m\log f_j(x)"
    assert answer_to(request, x="n") == r"\sum_{j=1}^m\frac{\nabla f_j(x)}{f_j(x)}"
    found = answered(request, {"x": X, "f": FUNCTIONS, "df": GRADIENTS, "m": 4}, declare={"x": "n"})
    assert found == pytest.approx(sum(g(X) / f(X) for f, g in zip(FUNCTIONS, GRADIENTS, strict=True)))


def test_half_the_sum_of_squared_residuals() -> None:
    answer = answer_to(r"\nabla_x\,\frac12\sum_{i=1}^m r_i(x)^2", x="n")
    assert answer == r"\sum_{i=1}^m r_i(x)\nabla r_i(x)"


@pytest.mark.parametrize("letter", [r"\phi", "g", "h", "k"])
def test_basis_functions_are_numbers_with_an_index(letter: str) -> None:
    request = rf"\frac{{\partial}}{{\partial c_m}}\sum_i\left(y_i-\sum_j c_j{letter}_j(x_i)\right)^2"
    assert answer_to(request) == rf"-2\sum_i\left(y_i-\sum_jc_j{letter}_j(x_i)\right){letter}_m(x_i)"


def test_the_index_of_the_function_moves_with_that_of_its_weight() -> None:
    request = r"\frac{\partial}{\partial w_j}\sum_n\left(y_n-\sum_j w_j\phi_j(x_n)\right)^2"
    assert answer_to(request) == r"-2\sum_n\left(y_n-\sum_kw_k\phi_k(x_n)\right)\phi_j(x_n)"


def test_members_that_were_declared_as_functions() -> None:
    post = "Let $f_i:\\mathbb R^n\\to\\mathbb R$.\n\n$$\\frac{\\partial}{\\partial x}\\sum_j c_jf_j(Ax) = ?$$\n"
    built, _ = texgrad.build_text(post)
    assert r"\frac{\partial g}{\partial x} &= A^\top\sum_j c_j\nabla f_j(Ax)" in built


def test_a_label_that_is_a_variable_is_a_parameter() -> None:
    request = r"\frac{\partial}{\partial t}\sum_i(y_i-f_t(x_i))^2"
    assert answer_to(request) == r"-2\sum_i(y_i-f_t(x_i))\partial_tf_t(x_i)"


def test_a_declared_function_depends_on_the_parameter_below_its_name() -> None:
    post = (
        r"Let $f_\theta:\mathbb{R}^d\to\mathbb{R}$ be a network with parameters $\theta\in\mathbb R^p$ and "
        r"$$L(\theta) = \frac1n\sum_{i=1}^n (y_i-f_\theta(x_i))^2+\lambda\|\theta\|^2.$$" + "\n\n"
        r"$$\nabla_\theta L = ?$$" + "\n"
    )
    built, _ = texgrad.build_text(post)
    fit = r"-\frac{2}{n}\sum_{i=1}^n (y_i-f_\theta(x_i))\nabla_\theta f_\theta(x_i)"
    assert rf"\nabla_\theta L &= {fit}+2\lambda\theta" in built


def test_a_reward_is_a_number() -> None:
    post = r"Let $J(\theta)=\sum_\tau p_\theta(\tau)R(\tau)$. $$\nabla_\theta J(\theta)=?$$" + "\n"
    built, _ = texgrad.build_text(post)
    assert r"\sum_\tau R(\tau)\nabla_\theta p_\theta(\tau)" in built


def test_a_function_and_one_of_its_entries_are_not_added() -> None:
    with pytest.raises(texgrad.TexgradError, match="scalar"):
        texgrad.derive(r"\frac{\partial}{\partial c}\left(\sum_j c_jf_j(x)+f(x)\right)")


def test_a_log_linear_model_sums_over_another_label() -> None:
    request = r"\nabla_w\left(w^\top\phi(x,y)-\log\sum_{y'}e^{w^\top\phi(x,y')}\right)"
    share = r"\frac{\sum_{y'}e^{w^\top\phi(x,y')}\phi(x,y')}{\sum_{y'}e^{w^\top\phi(x,y')}}"
    assert answer_to(request) == rf"\phi(x,y)-{share}"


def test_what_depends_on_a_label_in_a_set_has_no_name_that_does_not_tell() -> None:
    lines = texgrad.derive(r"\nabla_w\log\sum_{y\in\mathcal Y}\exp(w^\top f(x,y))").latex()
    assert r"\text{Let }" not in lines


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (r"\nabla_\theta\log p_\theta(x)", r"\frac{\nabla_\theta p_\theta(x)}{p_\theta(x)}"),
        (r"\nabla_\theta\log p(x\mid\theta)", r"\frac{\nabla_\theta p(x\mid\theta)}{p(x\mid\theta)}"),
        (r"\nabla_x\log q_\phi(z|x)", r"\frac{\nabla_xq_\phi(z|x)}{q_\phi(z|x)}"),
        (r"\nabla_\theta\sum_a\pi_\theta(a|s)Q(s,a)", r"\sum_aQ(s,a)\nabla_\theta\pi_\theta(a|s)"),
        (r"\nabla_\theta\log\pi_\theta(a|s)Q(s,a)",
         r"Q(s,a)\nabla_\theta\log\pi_\theta(a|s)"),
        (r"\nabla_w\sum_i\rho_\tau(y_i-w^Tx_i)", r"-\sum_i\rho_\tau'(y_i-w^Tx_i)\,x_i"),
        (r"\nabla_w\sum_iL_\delta(y_i-w^Tx_i)", r"-\sum_iL_\delta'(y_i-w^Tx_i)\,x_i"),
        (r"\nabla_w f_\theta(Aw)", r"A^\top\nabla f_\theta(Aw)"),
        (r"\nabla_w\sum_i(y_i-f(x_i;w))^2", r"-2\sum_i(y_i-f(x_i;w))\nabla_wf(x_i;w)"),
        (r"\nabla_\theta\left(\log p(D|\theta)+\log p(\theta)\right)",
         r"\nabla_\theta\log p(D|\theta)+\nabla\log p(\theta)"),
    ],
)  # fmt: skip
def test_functions_with_parameters(request_: str, answer: str) -> None:
    assert answer_to(request_) == answer


def test_the_gradient_by_the_parameters_of_a_network_is_right() -> None:
    request = r"\nabla_\theta\,\tfrac12\sum_{i=1}^n\|f_\theta(x_i)-y_i\|^2"
    declare = {r"\theta": "p", "x": "family n of d", "y": "family n of m"}
    rng = np.random.default_rng(5)
    M, A = rng.normal(size=(2, 4)), rng.normal(size=(2, 3))

    def f(x: Any, theta: Any) -> Any:
        return np.tanh(A @ x + M @ theta)

    def df(x: Any, theta: Any) -> Any:
        return (1 - f(x, theta) ** 2)[:, None] * np.hstack([A, M])

    values = {"theta": rng.normal(size=4), "x": rng.normal(size=(5, 3)), "y": rng.normal(size=(5, 2)), "f": f, "df": df}
    found = answered(request, values, declare=declare)

    def loss(v: Any) -> Any:
        return sum(np.sum((f(x, v["theta"]) - y) ** 2) for x, y in zip(v["x"], v["y"], strict=True)) / 2

    assert found == pytest.approx(slope(loss, values, "theta"), rel=1e-6)


def test_a_function_has_always_as_many_arguments() -> None:
    with pytest.raises(texgrad.TexgradError, match="with 1 and with 2 arguments"):
        texgrad.derive(r"\frac{\partial}{\partial x}(f(x,y)+f(x))")


@pytest.mark.parametrize(
    "equation",
    [
        r"p(x,z) = p(x|z)p(z)",
        r"\log p(x) = \log p(x|z)+\log p(z)-\log p(z|x)",
        r"\nabla_\theta J(\theta) = \sum_a\nabla_\theta\pi_\theta(a|s)Q(s,a)"
        r" = \sum_a\pi_\theta(a|s)\nabla_\theta\log\pi_\theta(a|s)Q(s,a)",
        r"\log f(x)g(x) = g(x)\log f(x)",
    ],
)
def test_laws_of_densities_are_not_called_wrong(equation: str) -> None:
    assert all(v.status != "fails" for v in texgrad.verify_text(f"$${equation}$$\n"))
    assert all(v.status != "fails" for v in texgrad.verify_chain([equation]))


@pytest.mark.parametrize(
    "equation, status",
    [
        (r"f(x)+\sum_{i=1}^p\nu_ih_i(x) = f(x)+\nu^\top h(x)", "holds"),
        (r"\tfrac12\sum_{i=1}^m r_i(x)^2 = \tfrac12\|r(x)\|^2", "holds"),
        (r"\tfrac12\sum_{i=1}^m r_i(x)^2 = \|r(x)\|^2", "fails"),
        (r"\nabla f(x) = \sum_{i=1}^m r_i(x)\nabla r_i(x) = J(x)^\top r(x)", "unchecked"),
    ],
)
def test_members_are_the_entries_of_the_function_without_an_index(equation: str, status: str) -> None:
    assert texgrad.verify_chain([equation])[0].status == status
