"""One letter for two things: the point `x` beside the samples `x_i`."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import texgrad
from tests.differences import answered, slope

KERNEL_SUM = r"\sum_{i=1}^n\alpha_i e^{-\gamma\|x-x_i\|^2}"


def answer(text: str) -> str:
    """The last row of the derivation that a document gets."""
    new, diagnostics = texgrad.build_text(text)
    assert not diagnostics, diagnostics
    return next(line for line in reversed(new.splitlines()) if " &= " in line)


@pytest.mark.parametrize(
    "text, expected",
    [
        (r"$$\nabla_x\frac1n\sum_{i=1}^n\exp\left(-\frac{\|x-x_i\|^2}{2h^2}\right)=?$$",
         r"-\frac{1}{nh^2}\sum_{i=1}^n\exp\left(-\frac{\|x-x_i\|^2}{2h^2}\right)\,(x-x_i)"),
        (r"Let $f(x)=\sum_{i=1}^n\alpha_ik(x,x_i)$. $$\nabla f(x)=?$$", r"\sum_{i=1}^n\alpha_i\nabla_1k(x,x_i)"),
        (r"Let $f(x)=\sum_{i=1}^n\alpha_ik(x_i,x)$. $$\nabla f(x)=?$$", r"\sum_{i=1}^n\alpha_i\nabla_2k(x_i,x)"),
        (r"$$\nabla_x\frac1n\sum_{i=1}^n K(x-x_i)=?$$", r"\frac{1}{n}\sum_{i=1}^n \nabla K(x-x_i)"),
        (r"$$\nabla_x\sum_{i=1}^n K_h(x_i-x)=?$$", r"-\sum_{i=1}^n \nabla K_h(x_i-x)"),
        (r"$$\nabla_x\sum_i\alpha_i(x_i^\top x+c)^p=?$$", r"p\sum_i\alpha_i(x_i^\top x+c)^{p-1}x_i"),
        (r"$$\frac{\partial}{\partial\mathbf x}\sum_iw_i\|\mathbf x-\mathbf x_i\|^2=?$$",
         r"2\sum_iw_i(\mathbf x-\mathbf x_i)"),
        (r"$x_1,\dots,x_n\in\mathbb R^d$ and $x\in\mathbb R^d$. $$\nabla_x\sum_{i=1}^n\|x-x_i\|=?$$",
         r"\sum_{i=1}^n\frac{x-x_i}{\|x-x_i\|} \qquad \text{where } x \ne x_i"),
        (r"$$\frac{\partial}{\partial x_j}\sum_{i=1}^n\|x-x_i\|^2=?$$", r"-2(x-x_j)"),
        (r"$$\frac{d}{dx}\sum_i(x-x_i)^2=?$$", r"2\sum_i(x-x_i)"),
    ],
)  # fmt: skip
def test_members_of_a_letter_are_no_entries_beside_it(text: str, expected: str) -> None:
    assert answer(text).split(" &= ")[1] == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        (r"$$\nabla_x\left(\sum_ix_i^2+a^Tx\right)=?$$", "2x+a"),
        (r"Let $p=\operatorname{softmax}(z)$. $$\frac{\partial p_i}{\partial z_j}=?$$", None),
        (r"$$\frac{\partial}{\partial x_k}\sum_i(\bar x-x_i)^2=?$$", None),
        (r"$$\nabla_x\|W(x-a)\|^2=?$$ where $W\in\mathbb R^{m\times n}$, $x-x_0$ and $K(x)$", "2W^\\top W(x-a)"),
    ],
)
def test_entries_stay_entries(text: str, expected: str | None) -> None:
    last = answer(text).split(" &= ")[1]
    assert expected is None or last == expected


def test_a_matrix_that_multiplies_the_difference_is_no_kernel() -> None:
    assert answer(r"$$\nabla_x\sum_{i=1}^n\|W(x-x_i)\|^2=?$$").endswith(r"2W^\top W\sum_{i=1}^n(x-x_i)")
    declared = r"Let $K\in\mathbb R^{m\times d}$. $$\nabla_x\sum_{i=1}^n\|K(x-x_i)\|^2=?$$"
    assert answer(declared).endswith(r"2K^\top K\sum_{i=1}^n(x-x_i)")


def test_both_have_names_of_their_own_in_code() -> None:
    solution = texgrad.derive(KERNEL_SUM, wrt="x", declare={"x": "d"})
    known = {s["latex"]: s["name"] for s in json.loads(solution.to_json())["symbols"]}
    assert known["x"] == "x" and known["x_i"] == "x_i"
    draw = np.random.default_rng(3).standard_normal
    values = {"alpha": draw(4), "gamma": 0.3, "x": draw(3), "x_i": draw((4, 3))}

    def f(v: dict[str, Any]) -> Any:
        return v["alpha"] @ np.exp(-v["gamma"] * np.sum((v["x"] - v["x_i"]) ** 2, axis=1))

    made = answered(KERNEL_SUM, values, wrt="x", declare={"x": "d"})
    assert np.allclose(made, slope(f, values, "x"), rtol=1e-7)


def test_verify_tells_them_apart() -> None:
    text = r"Let $f(x)=\sum_{i=1}^n\|x-x_i\|^2$. $$\nabla f(x)=2\sum_{i=1}^n(x-x_i)$$ $$\nabla f(x)=\sum_i(x-x_i)$$"
    assert [v.status for v in texgrad.verify_text(text)][1:] == ["holds", "fails"]
