"""Names that stand for derivatives, G = ∂L/∂O, expectations and integrals: taken as given."""

from __future__ import annotations

import pytest

import texgrad

SAID = r"\text{(names of derivatives, expectations and integrals taken as given)}"


@pytest.mark.parametrize(
    "before, request_, answer",
    [
        (r"Let $G = \frac{\partial L}{\partial O}$ and $O=AV$.", r"\nabla_V\langle G, AV\rangle", r"A^\top G"),
        (r"With $\delta = \partial L/\partial z$ known,", r"\nabla_W\,\delta^T(Wx+b)", r"\delta x^T"),
        (r"Let $g=\nabla f(x)$.", r"\nabla_d\left(g^Td+\frac12 d^Td\right)", "g+d"),
        (r"Let $m=\mathbb{E}[y]$.", r"\nabla_w\left(m^Tw+\frac12w^Tw\right)", "m+w"),
        (r"Let $m=E[y]$.", r"\nabla_w\left(m^Tw+\frac12w^Tw\right)", "m+w"),
        (r"Let $C=\int y y^T p(y)\,dy$.", r"\nabla_w\operatorname{tr}(C)w^Tw", r"2\operatorname{tr}(C)w"),
        (r"Let $g_k=\nabla f(x_k)$.", r"\nabla_d\left(g_k^Td+\frac12 d^Td\right)", "g_k+d"),
    ],
)  # fmt: skip
def test_a_name_for_what_cannot_be_written_out_is_taken_as_given(before: str, request_: str, answer: str) -> None:
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


def test_an_expectation_of_what_varies_is_derived() -> None:
    text = "Let $m=\\mathbb{E}[wy]$.\n\n$$\\nabla_w m^Tw = ?$$\n"
    new, diagnostics = texgrad.build_text(text)
    assert diagnostics == ()
    assert r"\nabla_w f &= \mathbb{E}[y]w+m" in new
