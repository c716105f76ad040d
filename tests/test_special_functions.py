"""Functions with kinks, special functions, softmax, norms, eigenvalues: the answers, where they hold, what is not."""

from __future__ import annotations

from typing import Any

import pytest

import texgrad

Known = dict[str, Any]

ANSWERS: list[tuple[str, str, Known, str]] = [
    (r"\|Ax-b\|_1", "x", {}, r"A^\top\operatorname{sign}(Ax-b)"),
    (r"\mathbf{1}^\top\max(0, Xa)", "X", {}, r"\mathbf{1}[Xa>0]\,a^\top"),
    ("[1-y^Tx]_+", "x", {}, r"-\mathbf 1[1-y^Tx>0]\,y"),
    ("(1-y^Tx)_+^2", "x", {}, "-2(1-y^Tx)_+y"),
    (r"\mathbf 1^T|Ax-b|", "x", {}, r"A^T\operatorname{sign}(Ax-b)"),
    (r"\log|a^Tx|", "x", {}, r"\frac{a}{a^Tx}"),
    ("|a^Tx|^3", "x", {}, "3(a^Tx)|a^Tx|a"),
    (r"\sum_{i=1}^n |y_i-w^Tx_i|", "w", {}, r"-\sum_{i=1}^n \operatorname{sign}(y_i-w^Tx_i)\,x_i"),
    (r"\mathbf 1^T\operatorname{softplus}(Xw)", "w", {}, r"X^T\sigma(Xw)"),
    (r"a^T\Phi(Xw)", "w", {}, r"X^T(a\odot\phi(Xw))"),
    (r"\log\Gamma(\mathbf 1^T\alpha)-\mathbf 1^T\log\Gamma(\alpha)", r"\alpha", {"declare": {r"\alpha": "K"}},
     r"\psi(\mathbf 1^T\alpha)\,\mathbf 1-\psi(\alpha)"),
    (r"\sum_iy_iw^Tx_i-e^{w^Tx_i}-\log y_i!", "w", {}, r"\sum_i(y_i-e^{w^Tx_i})x_i"),
    (r"k\log\lambda-\lambda-\log k!", "k", {}, r"\log\lambda-\psi(k+1)"),
    ("(n+1)!x", "n", {}, r"(n+1)!\psi(n+2)\,x"),
    (r"\psi^T\log\Gamma(Ax)", "x", {"declare": {r"\psi": "n", "x": "m"}}, r"A^T(\psi\odot\operatorname{digamma}(Ax))"),
    (r"\log_{10}(a^Tx)", "x", {}, r"\frac{a}{\log(10)\,a^Tx}"),
    (r"\mathbf 1^T\operatorname{arcsinh}(x)", "x", {}, r"1\oslash\sqrt{1+x^2}"),
    (r"-y^\top\log\operatorname{softmax}(z)", "z", {}, r"(\mathbf 1^\top y)\operatorname{softmax}(z)-y"),
    (r"-y^\top\log\operatorname{softmax}(z)", "z", {"assume": {"y": "one-hot"}}, r"\operatorname{softmax}(z)-y"),
    (r"v^\top\operatorname{softmax}(z)", "z", {},
     r"p\odot v-pp^\top v"),
    (r"\operatorname{tr}(Y^\top\log\operatorname{softmax}(XW))", "W", {"assume": {"Y": "one-hot rows"}},
     r"X^\top(Y-\operatorname{softmax}(XW))"),
    (r"\operatorname{logsumexp}(Az)", "z", {}, r"A^\top\operatorname{softmax}(Az)"),
    (r"\log\mathbf 1^T\exp(z)", "z", {}, r"\operatorname{softmax}(z)"),
    (r"\max_i x_i", "x", {}, "e_{i^*}"),
    (r"\max_i (Ax)_i", "x", {}, r"A^\top e_{i^*}"),
    (r"\|x\|_p", "x", {}, r"\|x\|_{p}^{1-p}(x\odot|x|^{p-2})"),
    (r"\|Ax\|_4^4", "x", {}, r"4A^\top(Ax)^3"),
    (r"\|Ax-b\|_p^p", "x", {}, r"pA^\top((Ax-b)\odot|Ax-b|^{p-2})"),
    (r"\|Ax-b\|_\infty", "x", {}, r"A^\top(\operatorname{sign}(Ax-b)\odot e_{i^*})"),
    (r"\|X\|_*", "X", {}, r"UV^\top"),
    (r"\|X\|_{\mathrm{op}}", "X", {}, r"u_{\max}v_{\max}^\top"),
    (r"\|x\|_{\Sigma^{-1}}^2", "x", {"assume": {r"\Sigma": "symmetric"}}, r"2\Sigma^{-1}x"),
    (r"\|x\|_1^2", "x", {}, r"2\|x\|_1\operatorname{sign}(x)"),
    (r"\lambda_{\max}(A)", "A", {"assume": {"A": "symmetric"}}, r"v_{\max}v_{\max}^\top"),
    (r"\lambda(X)", "X", {}, r"\frac{uv^\top}{u^\top v}"),
    (r"\lambda_1(A)+\lambda\|A\|_F^2", "A", {"declare": {r"\lambda": "scalar"}, "assume": {"A": "symmetric"}},
     r"v_1v_1^\top+2\lambda A"),
    (r"\sigma_2(X)+\sigma^2\|X\|_F^2", "X", {"declare": {r"\sigma": "scalar"}}, r"u_2v_2^\top+2\sigma^2X"),
    (r"\operatorname{tr}(\lambda_1(A))", "A", {"declare": {r"\lambda": "m", "A": "n x n"}}, r"\lambda_1I"),
    (r"\lambda_{\max}(X^TX)", "X", {}, r"2Xv_{\max}v_{\max}^T"),
    (r"\sum_{i=1}^n\log\lambda_i(A)", "A", {}, r"A^{-\top}"),
    (r"\sum_i\lambda_i(X)", "X", {}, "I"),
    (r"\sum_i\sigma_i(X)", "X", {}, r"UV^\top"),
    (r"\sigma_{\max}(\sigma_{\max}(X)Y)", "X", {"declare": {"X": "n x m", "Y": "p x q"}},
     r"(w_{\max}^\top Yq_{\max})u_{\max}v_{\max}^\top"),
    (r"\sigma_1(AXB)", "X", {}, r"A^\top u_1v_1^\top B^\top"),
    (r"-y^\top\log\sigma(Xw)-(\mathbf 1-y)^\top\log(\mathbf 1-\sigma(Xw))", "w", {}, r"X^\top(\sigma(Xw)-y)"),
    (r"\sum_{i,j}V_{ij}\log\frac{V_{ij}}{(WH)_{ij}}", "W", {"declare": {"V": "n x m", "W": "n x r", "H": "r x m"}},
     r"-(V\oslash WH)H^\top"),
]  # fmt: skip
CONDITIONS = [
    (r"\|Ax-b\|_1", "x", r"\text{no entry of } Ax-b \text{ is } 0"), (r"\max(0, a^Tx)", "x", r"a^Tx \ne 0"),
    (r"\lambda_{\max}(A)", "A", r"\text{this eigenvalue of } A \text{ is simple}"), (r"\|x\|_p", "x", r"x \ne 0"),
    (r"\|X\|_*", "X", r"X \text{ has full rank}"),
    (r"\max_i x_i", "x", r"\text{the largest entry of } x \text{ is unique}"),
]  # fmt: skip
SMOOTH = [r"\max(0, a^Tx)^2", r"\|\max(0, Ax)\|_2^2", r"|a^Tx|^3", r"\|x\|_4^4"]
REFUSED = [(r"\|x\|_0", "x"), (r"\|X\|_{1,2}", "X"), (r"\|x\|_{\mathcal H}", "x"), (r"\max(x,y,z)", "x")]


@pytest.mark.parametrize(("function", "variable", "known", "answer"), ANSWERS)
def test_answers(function: str, variable: str, known: Known, answer: str) -> None:
    assert texgrad.derive(function, variable, **known).results[0].latex == answer


@pytest.mark.parametrize(("function", "variable", "condition"), CONDITIONS)
def test_where_the_derivative_exists(function: str, variable: str, condition: str) -> None:
    assert texgrad.derive(function, variable).results[0].conditions == (condition,)


@pytest.mark.parametrize("function", SMOOTH)
def test_powers_above_one_have_no_kink(function: str) -> None:
    assert texgrad.derive(function, "x").results[0].conditions == ()


@pytest.mark.parametrize(("function", "variable"), REFUSED)
def test_refusals(function: str, variable: str) -> None:
    with pytest.raises(texgrad.TexgradError):
        texgrad.derive(function, variable)


def test_what_only_words_can_name_is_said() -> None:
    block = texgrad.derive(r"\sigma_1(X)", "X").latex()
    assert r"\text{with } u_1\text{ the left singular vector of } X \text{ for }\sigma_1" in block


def test_a_function_the_author_did_not_use_is_explained_once() -> None:
    block = texgrad.derive(r"a^T\Phi(Xw)", "w").latex()
    assert block.count(r"\phi(t)=\tfrac{1}{\sqrt{2\pi}}e^{-t^2/2}") == 1


def test_a_letter_of_the_author_is_not_used_for_a_function() -> None:
    answer = texgrad.derive(r"\log\sigma^2+\mathbf 1^T\log(1+e^{-Xw})", "w").results[0].latex
    assert answer == r"-X^T\operatorname{sigmoid}(-Xw)"


def test_the_indicator_is_set_as_the_author_sets_ones() -> None:
    answer = texgrad.derive(r"\mathbb{1}^\top\max(0, Wx)", "W").results[0].latex
    assert answer == r"\mathbb{1}[Wx>0]\,x^\top"


def test_a_letter_before_brackets_is_a_factor_where_no_matrix_stands_in_them() -> None:
    assert texgrad.derive(r"\lambda_1(x-a)^T(x-a)", "x").results[0].latex == r"2\lambda_1(x-a)"


def test_the_exponential_of_a_defined_function_is_written_as_there() -> None:
    answer = texgrad.derive("a^Tg(Xw)", "w", definitions=["g(t)=e^{-t}"]).results[0].latex
    assert answer == r"-X^T(a\odot e^{-Xw})"


def test_signs_in_a_chain_are_no_factors_beside_a_number() -> None:
    answer = texgrad.derive(r"n\|\operatorname{softmax}(x)\|_1", "x", {"x": "n"}).results[0]
    assert answer.latex.startswith("n(") and answer.shape == ("n",)
