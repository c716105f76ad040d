r"""Gradients and Hessians at a point that does not vary are given, as in `f(y) + \nabla f(y)^\top(x-y)`."""

from __future__ import annotations

import numpy as np
import pytest

import texgrad
from tests.differences import called
from texgrad.source import TexgradError

MODEL = r"f(x)+\nabla f(x)^\top d+\frac12d^\top\nabla^2f(x)d"


@pytest.mark.parametrize(
    ("latex", "wrt", "answer"),
    [
        (r"f(y)+\nabla f(y)^\top(x-y)+\frac L2\|x-y\|^2", "x", r"\nabla f(y)+L(x-y)"),
        (r"\nabla f(x_0)^T(x-x_0)+\frac12(x-x_0)^T\nabla^2f(x_0)(x-x_0)", "x", r"\nabla f(x_0)+\nabla^2f(x_0)(x-x_0)"),
        (r"\langle\nabla f(x_k),x-x_k\rangle+\frac12\|x-x_k\|^2", "x", r"\nabla f(x_k)+x-x_k"),
        (MODEL, "d", r"\nabla f(x)+\nabla^2f(x)d"),
        (r"\nabla f(x)^Td+\frac\lambda2\|d\|^2", "d", r"\nabla f(x)+\lambda d"),
        (r"a^Td+\nabla_x f(x,y)^Td", "d", r"a+\nabla_x f(x,y)"),
    ],
)
def test_a_model_around_a_point(latex: str, wrt: str, answer: str) -> None:
    found = texgrad.derive(latex, wrt).results[0].latex
    assert found.replace(" ", "") == answer.replace(" ", "")


def test_they_are_parameters_in_python() -> None:
    rng = np.random.default_rng(1)
    H = rng.normal(size=(3, 3))
    values = {"nabla_f_x": rng.normal(size=3), "nabla_2_f_x": H + H.T, "d": rng.normal(size=3)}
    found = called(texgrad.derive(MODEL, "d").results[0].python, values)
    assert np.allclose(found, values["nabla_f_x"] + values["nabla_2_f_x"] @ values["d"])


@pytest.mark.parametrize(
    ("latex", "wrt", "definitions"),
    [
        (r"\nabla D(x)^Tw+w^Tw", "w", (r"D(x)=w^T\tanh(Vx)",)),  # what it is of holds the variable
        (r"\nabla f(y)^Tx+x^Tx", "x", ("y=Ax",)),
        (r"\sum_k\nabla f(x_k)^Tw", "w", ()),  # one for each index
    ],
)
def test_what_varies_is_not_given(latex: str, wrt: str, definitions: tuple[str, ...]) -> None:
    with pytest.raises(TexgradError) as caught:
        texgrad.derive(latex, wrt, definitions=definitions)
    assert caught.value.diagnostics[0].code == "unsupported"
