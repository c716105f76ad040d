r"""Letters that are labels, numbers and vectors by what stands around them: gates, means, samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import texgrad
from tests.differences import answered, slope

LSTM = [r"c=f\odot c_0+i\odot g", r"f=\sigma(W_fx)"]


def test_a_letter_that_is_defined_is_a_label_below_another() -> None:
    solution = texgrad.derive(r"\|o\odot\tanh(c)-y\|^2", "W_f", definitions=LSTM)
    assert solution.results[0].latex.endswith(r"x^\top") and len(solution.results[0].shape) == 2


def test_names_are_written_as_they_stand_in_their_own_definition() -> None:
    gates = [r"h_t=(1-z_t)\odot h_{t-1}+z_t\odot\tilde h_t", r"z_t=\sigma(W_zx_t+U_zh_{t-1})"]
    solution = texgrad.derive("h_t", "W_z", definitions=gates)
    assert "h_{t-1}" in solution.latex() and solution.results[0].wrt == "W_z"


@pytest.mark.parametrize("mean", [r"\mu=\frac1n\mathbf 1^Tx", r"\mu=\frac1n\sum_i x_i", r"\mu=\frac{\mathbf 1^Tx}{n}"])
def test_a_mean_beside_the_vector_is_taken_from_every_entry(mean: str) -> None:
    solution = texgrad.derive(r"x-\mu", "x", definitions=[mean])
    assert solution.results[0].latex.startswith(r"I-\frac{1}{n}\mathbf 1\mathbf 1^")


def test_samples_beside_another_vector_of_their_letter() -> None:
    solution = texgrad.derive(r"\log\sigma(u^Tv)+\sum_{k=1}^K\log\sigma(-u^Tv_k)", "u")
    assert solution.results[0].latex == r"(1-\sigma(u^Tv))v-\sum_{k=1}^K\sigma(u^Tv_k)\,v_k"
    assert texgrad.derive(r"u^Tv+\sum_{k=1}^Ku^Tv_k", "u").results[0].latex == r"v+\sum_{k=1}^Kv_k"


def test_layer_norm() -> None:
    stated = [r"\mu=\frac1n\mathbf 1^Tx", r"\sigma=\sqrt{\frac1n\|x-\mu\|^2}"]
    values = {"x": np.array([0.3, -1.2, 2.0, 0.7])}
    found = answered(r"\frac{x-\mu}{\sigma}", values, wrt="x", definitions=stated, declare={"x": "n"})
    assert np.allclose(found, slope(normed, values, "x"), atol=1e-7)


def normed(values: dict[str, Any]) -> Any:
    """The layer norm of x."""
    return (values["x"] - values["x"].mean()) / values["x"].std()


def test_what_members_add_up_to_is_no_matrix_of_them() -> None:
    function = r"\sum_{i=1}^n\log(1+p_ih_i)-\mu\left(\sum_{i=1}^np_i-P\right)"
    assert texgrad.derive(function, "p_i").results[0].latex == r"\frac{h_i}{1+p_ih_i}-\mu"
    with pytest.raises(texgrad.TexgradError):
        texgrad.derive(r"\sum_iu_i^Tb+\operatorname{tr}(UA)", "u_i")
