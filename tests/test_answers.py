"""Answers in documents: the names they introduce, what stands on the left, and what is said beside the lines."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tests.differences import compiled
from texgrad import TexgradError, build_text, derive


def built(text: str) -> str:
    new, diagnostics = build_text(text)
    assert not diagnostics
    return new


NORM = "Let $f(x) = \\frac12\\|Ax-b\\|_2^2$ with $A \\in \\mathbb{R}^{m \\times n}$.\n\n"
ASK = "$$\\frac{\\partial f}{\\partial x} = ?$$\n"


@pytest.mark.parametrize(
    ("before", "name"),
    [
        ("", "e"),
        ("Call the rate $e$.\n\n", "r"),
        ("\\begin{equation*}\nc = \\mathrm{the cost}\n\\end{equation*}\n\n", "e"),
    ],
)
def test_a_name_is_no_letter_that_stands_before(before: str, name: str) -> None:
    assert rf"\text{{Let }} {name} &= Ax-b" in built(before + NORM + ASK)


def test_words_about_an_answer_do_not_rename_what_it_introduces() -> None:
    assert r"\text{Let } e &= Ax-b" in built(NORM + ASK + "\nHere $e$ is the error.\n")


def test_the_frobenius_product_is_explained_in_letters_that_mean_nothing_else() -> None:
    assert r"C:D=\operatorname{tr}(C^\top D)" in built(NORM + ASK)
    text = built("Let $g(\\mathbf{X}) = \\|\\mathbf{X}^{T}\\mathbf{U}\\|_F^2$.\n\n$$\\nabla_{\\mathbf{X}} g = ?$$\n")
    assert r"\mathbf{A}:\mathbf{B}=\operatorname{tr}(\mathbf{A}^{T}\mathbf{B})" in text


def test_a_derivative_is_called_what_it_is() -> None:
    text = "Let $y = (X\\odot A)\\mathbf 1$.\n\n$$\\frac{\\partial y}{\\partial A} = ?$$\n"
    lefts = [line.split(" &=")[0] for line in built(text).splitlines() if line.startswith(r"\frac{\partial")]
    assert len(lefts) == len(set(lefts)) == 4
    text = "Let $Y = AXB$.\n\n$$\\frac{\\partial Y}{\\partial X} = ?$$\n"
    assert r"\frac{\partial Y}{\partial X} &=" not in built(text)


def test_a_gradient_by_a_symmetric_variable_says_what_it_counts() -> None:
    text = "The matrix $S$ is symmetric and $f = \\log\\det S$.\n\n$$\\frac{\\partial f}{\\partial S} = ?$$\n"
    assert r"\text{(the entries of } S \text{ taken as independent)}" in built(text)
    assert "independent" not in built(text.replace("symmetric", "square"))


def test_a_set_in_braces_declares() -> None:
    text = "$\\def\\R#1{{\\mathbb R}^{#1}}$Let $X, A\\in\\R{n\\times p}$, and $y = (X\\odot A)\\mathbf 1$.\n\n"
    assert r"\sum_{k=1}^n" in built(text + "$$\\frac{\\partial y}{\\partial A} = ?$$\n")


@pytest.mark.parametrize(
    ("formula", "declare"),
    [(r"y = (X\odot A)\mathbf 1", {"X": "n x p", "A": "n x p"}), (r"y = (A\odot A)x", {"x": "p", "A": "n x p"})],
)
def test_a_tensor_comes_with_a_function_that_returns_it(formula: str, declare: dict[str, str]) -> None:
    answer = derive(formula, wrt="A", declare=declare).results[0]
    assert answer.layout == "tensor" and answer.shape == ("n", "n", "p")
    function = compiled(answer.python)
    rng = np.random.default_rng(0)
    values = {"X": rng.normal(size=(3, 2)), "A": rng.normal(size=(3, 2)), "x": rng.normal(size=2)}
    names = answer.python[answer.python.index("(") + 1 : answer.python.index(")")].split(", ")
    rows = values["X"] if "X" in declare else 2 * values["A"] * values["x"]
    assert np.allclose(function(*(values[n] for n in names)), np.einsum("ij,jk->ijk", np.eye(3), rows))


def test_laws_beside_the_lines_are_latex() -> None:
    text = derive(r"\|XA^T\|_F^2", wrt="X").latex(explain=True)
    assert text.isascii() and r"\text{product rule}\text{ [" in text
    assert r"\qquad \text{factors moved to the left side}" in text
    text = derive(r"y = (X\odot A)\mathbf 1", wrt="A").latex(explain=True)
    assert r"E_{ij} = e_i e_j^\top" in text and r"(X\odot A)\mathbf 1 = \operatorname{diag}(AX^\top)" in text


@pytest.mark.parametrize(
    "formula",
    [
        r"f(x) = \|Ax\|_2^2, \qquad \frac{\partial f}{\partial x} = \;?",
        r"\begin{aligned} f(x) &= \|Ax\|_2^2 \\ \frac{\partial f}{\partial x} &= \;? \end{aligned}",
        r"f = \|Ax\|_2^2,\quad \boxed{\nabla_x f = ?}",
        r"\nabla_x f = ?,\quad f = \|Ax\|_2^2",
    ],
)
def test_a_formula_may_define_what_it_asks(formula: str) -> None:
    assert "2A^" in built(f"$$\n{formula}\n$$\n")


def test_options_stand_in_the_comment_that_asks() -> None:
    ask = NORM + "<!-- texgrad {}: \\nabla_x f -->\n"
    plain = built(ask.replace(" {}", ""))
    assert r"\text{product rule}" in built(ask.replace("{}", "explain")) and "product rule" not in plain
    assert r"\begin{split}" in built(ask.replace("{}", "env=split"))
    for option, message in (("stile=component", "there is no option stile"), ("style=long", "style is 'long'")):
        text = ask.replace("{}", option)
        new, (diagnostic,) = build_text(text)
        assert new == text and diagnostic.code == "config" and diagnostic.message == message
        assert diagnostic.span is not None and text[slice(*diagnostic.span)].startswith("<!-- texgrad")


def test_a_sum_too_long_to_check_is_refused_in_time() -> None:
    with pytest.raises(TexgradError) as caught:
        derive(r"a^TX^{1000000}b", "X")
    assert caught.value.diagnostics[0].code == "unsupported"


def test_sizes_of_any_number_are_checked_at_small_ones() -> None:
    solution = derive(r"\|Wx-y\|^2", "W", declare={"W": "10 x 100000", "x": "100000", "y": "10"})
    assert solution.results[0].latex == "2(Wx-y)x^\\top"
    assert solution.results[0].shape == ("10", "100000")


def test_functions_asked_about_together_are_answered_one_after_the_other() -> None:
    text = "Let $f = x^TAx$, $g=\\|x\\|^2$.\n$$\\frac{\\partial f}{\\partial x} = ?,\\quad \\nabla_x g = ?$$\n"
    built, diagnostics = build_text(text)
    assert not diagnostics
    assert built.count("texgrad:begin") == 1 and built.count(r"\begin{aligned}") == 2
    assert r"\frac{\partial f}{\partial x} &= (A+A^T)x" in built and r"\nabla_x g &= 2x" in built
    assert build_text(built) == (built, ())


@pytest.mark.parametrize("euler", ["e", r"\mathrm{e}"])
def test_a_name_is_no_letter_of_the_authors_spellings(euler: str) -> None:
    solution = derive(rf"{euler}^{{-\|x-y\|^2}}", "x")
    assert any(d.endswith("= x-y") for d in solution.definitions)
    assert not any(re.match(r"e\b", d) for d in solution.definitions)


@pytest.mark.parametrize(
    ("request_", "wrt", "answer"),
    [
        (r"\mathbf 1^T e^{z}", "z_k", "e^{z_k}"),
        (r"\sum_{i}\log(1+e^{-x_i})", "x_k", r"-\sigma(-x_k)"),
        (r"\frac12\sum_i\Bigl(\sum_j X_{ij}\Bigr)^2", "X_{kl}", r"\sum_jX_{kj}"),
    ],
)
def test_a_component_is_written_by_components(request_: str, wrt: str, answer: str) -> None:
    assert derive(request_, wrt).results[-1].latex == answer


def test_families_of_one_kind_have_letters_of_their_own() -> None:
    solution = derive(r"-\log\sigma(u_o^\top v)-\sum_{k=1}^K\log\sigma(-u_k^\top v)", "v")
    left = [d.split(" = ")[0] for d in solution.definitions]
    assert len(left) == 2 and all(re.fullmatch(r"[a-z]_[ok]", name) for name in left), left


def test_the_differential_of_d_is_not_written_dd() -> None:
    lines = derive(r"\frac12 x^T\operatorname{Diag}(d)x", "d").lines
    assert any(r"\mathrm{d}d" in line.latex for line in lines) and not any("dd" in line.latex for line in lines)


@pytest.mark.parametrize("logdet", [r"\log\det(S)", r"\ln|S|", r"\log\left|S\right|", r"\log\det S"])
def test_the_power_of_a_log_determinant_is_none_of_the_determinant(logdet: str) -> None:
    found = derive(rf"({logdet})^2", "S").as_dict()["expression"]
    assert found == rf"({logdet})^2"
    assert derive(found, "S").results[0].latex == derive(rf"({logdet})^2", "S").results[0].latex
