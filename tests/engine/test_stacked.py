"""Derivatives of numbers by vec X are vectors, and those by its transpose are rows."""

from __future__ import annotations

import pytest

import texgrad


@pytest.mark.parametrize("style", ["differential", "trace", "perturbation"])
@pytest.mark.parametrize(
    ("variable", "answer"),
    [
        (r"\operatorname{vec}X", r"2\operatorname{vec}(XA^TA)"),
        (r"(\operatorname{vec}X)^T", r"2\operatorname{vec}(XA^TA)^T"),
        (r"\operatorname{vec}(X)", r"2\operatorname{vec}(XA^TA)"),
    ],
)  # fmt: skip
def test_the_answer_is_stacked(variable: str, answer: str, style: str) -> None:
    f = r"\|XA^T\|_F^2"
    for request, wrt in ((f, variable), (rf"\frac{{\partial}}{{\partial {variable}}}{f}", None)):
        derivation = texgrad.derive(request, wrt=wrt, style=style)
        (result,) = derivation.results
        assert (result.latex, result.shape) == (answer, ("mn",))
        assert result.python.endswith(".reshape(-1, order='F')\n")


def test_it_is_called_what_it_is_asked_for() -> None:
    request = r"\frac{\partial f}{\partial (\operatorname{vec} X)^\top} = ?, \nabla_{\operatorname{vec}(X)} f = ?"
    text, said = texgrad.build_text(f"Let $f(X) = a^\\top Xb$.\n\n$$\n{request}\n$$\n")
    assert not said
    assert r"\frac{\partial f}{\partial X} &= ab^\top" in text
    assert r"\frac{\partial f}{\partial (\operatorname{vec} X)^\top} &= \operatorname{vec}(ab^\top)^\top" in text
    assert r"\nabla_{\operatorname{vec}(X)} f &= \operatorname{vec}(ab^\top)" in text
