"""Names that stand for derivatives, G = ∂L/∂O: taken as given, where they do not speak of what varies."""

from __future__ import annotations

import pytest

import texgrad

SAID = r"\text{(a name that stands for a derivative taken as given)}"


@pytest.mark.parametrize(
    "before, request_, answer",
    [
        (r"Let $G = \frac{\partial L}{\partial O}$ and $O=AV$.", r"\nabla_V\langle G, AV\rangle", r"A^\top G"),
        (r"With $\delta = \partial L/\partial z$ known,", r"\nabla_W\,\delta^T(Wx+b)", r"\delta x^T"),
        (r"Let $g=\nabla f(x)$.", r"\nabla_d\left(g^Td+\frac12 d^Td\right)", "g+d"),
        (r"Let $g_k=\nabla f(x_k)$.", r"\nabla_d\left(g_k^Td+\frac12 d^Td\right)", "g_k+d"),
    ],
)  # fmt: skip
def test_a_name_for_a_derivative_is_taken_as_given(before: str, request_: str, answer: str) -> None:
    new, diagnostics = texgrad.build_text(f"{before}\n\n$${request_} = ?$$\n")
    assert not diagnostics
    assert f"= {answer}\n" in new
    assert SAID in new


@pytest.mark.parametrize("before", [r"Let $g=\nabla f(x)$.", r"Let $g=\frac{\partial f}{\partial x}$."])
def test_one_of_what_varies_is_refused(before: str) -> None:
    text = f"{before}\n\n$$\\frac{{\\partial}}{{\\partial x}}g^Tx = ?$$\n"
    new, (diagnostic,) = texgrad.build_text(text)
    assert new == text
    assert "derivative inside a formula" in diagnostic.message
