r"""Derivatives written with nablas come back with the author's nabla: `\nabla^2_x f`, `∇²f`, `\nabla_x\nabla_yf`."""

from __future__ import annotations

import pytest

from texgrad import derive


@pytest.mark.parametrize(
    ("request_", "left", "answer"),
    [
        (r"\nabla^2 \|x\|^4", r"\nabla^2 f", r"4(2xx^\top+\|x\|^2\,I)"),
        (r"\nabla^2_x \|x\|^4", r"\nabla^2_x f", r"4(2xx^\top+\|x\|^2\,I)"),
        (r"\nabla_{x}^{2} \|x\|^4", r"\nabla^2_{x} f", r"4(2xx^\top+\|x\|^2\,I)"),
        (r"\nabla_{xx} \|x\|^4", r"\nabla^2_x f", r"4(2xx^\top+\|x\|^2\,I)"),
        (r"\nabla^2_{xx} \|x\|^4", r"\nabla^2_x f", r"4(2xx^\top+\|x\|^2\,I)"),
        (r"\nabla_x\nabla_x \|x\|^4", r"\nabla^2_x f", r"4(2xx^\top+\|x\|^2\,I)"),
        (r"\nabla\nabla^\top \|x\|^4", r"\nabla^2 f", r"4(2xx^\top+\|x\|^2\,I)"),
        (r"∇² \|x\|^4", "∇² f", r"4(2xx^\top+\|x\|^2\,I)"),
        (r"∇²_x \|x\|^4", "∇²_x f", r"4(2xx^\top+\|x\|^2\,I)"),
        (r"\nabla^2_{xy} x^TAy", r"\nabla^2_{xy} f", "A"),
        (r"\nabla_x\nabla_y x^TAy", r"\nabla^2_{xy} f", "A"),
        (r"\nabla^2_{\alpha b} \alpha^TAb", r"\nabla^2_{\alpha b} f", "A"),
        (r"∇_x∇_y x^TAy", "∇²_{xy} f", "A"),
    ],
)
def test_second_derivatives(request_: str, left: str, answer: str) -> None:
    solution = derive(request_)
    assert solution.latex().splitlines()[-2] == f"{left} &= {answer}"


def test_the_letter_is_laid_out_as_the_command() -> None:
    command, letter = derive(r"\nabla_x Ax").results[0], derive("∇_x Ax").results[0]
    assert command.latex == letter.latex


@pytest.mark.parametrize("request_", [r"\nabla_X X^{-1}", r"\nabla_X X^2", r"\nabla_X e^X", r"\nabla_X AX"])
def test_a_capital_letter_stays_a_matrix_where_the_gradient_is_none_of_a_number(request_: str) -> None:
    assert r"\otimes" in derive(request_).results[0].latex
