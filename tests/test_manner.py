"""The manner of the lines: d of every name worked out once, names for what the author's definitions hold, brackets."""

from __future__ import annotations

from typing import Any

import pytest

from tests.latextokens import tokens
from texgrad import derive


def lines(expression: str, *wrt: str, **more: Any) -> list[tuple[str, ...]]:
    """What stands to the right of the lines of a derivation, without spaces."""
    made = derive(expression, wrt=list(wrt) or None, **more)
    return [tokens(line.latex.split("&", 1)[1].removeprefix("=")) for line in made.lines]


def names(expression: str, *wrt: str, **more: Any) -> list[tuple[str, ...]]:
    """What the names of a derivation stand for."""
    return [tokens(d) for d in derive(expression, wrt=list(wrt) or None, **more).definitions]


COVARIANCE = r"\log\det(WW^T+\sigma^2I)+\operatorname{tr}((WW^T+\sigma^2I)^{-1}S)"
NETWORK: dict[str, Any] = {"definitions": [r"h=\tanh(W_1x+b)"]}
LAYERS: dict[str, Any] = {"definitions": [r"h=\sigma(W_1x)", r"\hat y=\sigma(W_2h)"]}


def test_the_differential_of_a_name_waits_until_all_that_speaks_of_the_name_is_worked_out() -> None:
    found = lines(COVARIANCE, "W", assume={"S": ["symmetric"]})
    assert tokens(r"K^{-1}:dK - S:K^{-1}\,dK\,K^{-1}") in found
    assert tokens(r"\Delta:dK") in found and tokens(r"\Delta:(dW\,W^T + W\,dW^T)") in found
    assert found[-1] == tokens(r"2\Delta W")


@pytest.mark.parametrize(
    ("asked", "wrt", "collected"),
    [
        (r"-y^\top\log\operatorname{softmax}(Wx+b)", "W", r"((\mathbf 1^\top y)p-y):dz"),
        (r"-y\log\sigma(w^Tx)-(1-y)\log(1-\sigma(w^Tx))", "w", r"(\sigma(z)-y)\,dz"),
        (r"\sum_{i=1}^m\left[-y_i\log\sigma(\theta^Tx_i)-(1-y_i)\log(1-\sigma(\theta^Tx_i))\right]", r"\theta",
         r"\sum_{i=1}^m(\sigma(z_i)-y_i)\,dz_i"),
        (r"y^T(K+\sigma^2I)^{-1}y+\log\det(K+\sigma^2I)", "K", r"(S^{-T}-S^{-T}yy^TS^{-T}):dS"),
    ],
)
def test_terms_of_one_differential_are_collected_before_it_is_worked_out(asked: str, wrt: str, collected: str) -> None:
    assert tokens(collected) in lines(asked, wrt)


def test_divisors_are_kept_for_what_the_differential_brings_in() -> None:
    loss = r"-y^\top\log h-(\mathbf 1-y)^\top\log(\mathbf 1-h)"
    found = lines(loss, "w", definitions=[r"h=\sigma(Xw)"], declare={"X": "n x p", "w": "p", "y": "n"})
    assert found[-1] == tokens(r"X^\top(h-y)")


def test_arguments_in_the_definitions_of_the_author_are_named() -> None:
    assert names(r"L=\frac12\|W_2h-y\|^2", "W_1", "b", **NETWORK) == [
        tokens("z = W_1x+b"), tokens(r"h = \tanh(z)"), tokens("e = W_2h-y"),
        tokens(r"\delta = W_2^\top e\odot(1-h\odot h)"),
    ]  # fmt: skip
    assert tokens(r"\delta:(dW_1\,x + db)") in lines(r"L=\frac12\|W_2h-y\|^2", "W_1", "b", **NETWORK)


def test_after_the_last_layer_every_layer_has_its_name() -> None:
    found = lines(r"L=\frac12\|\hat y-y\|^2", "W_1", "W_2", **LAYERS)
    assert found[-2:] == [tokens(r"\delta_1x^\top"), tokens(r"\delta_2h^\top")]


def test_the_function_in_python_speaks_of_no_name_of_the_derivation() -> None:
    code = derive(r"L=\frac12\|\hat y-y\|^2", wrt=["W_1"], **LAYERS).results[0].python
    assert code.startswith("def gradient(") and "z" not in code.split(")")[0]


def test_the_argument_of_a_softmax_is_named_with_its_constant_divisor() -> None:
    found = names(r"\operatorname{tr}(G^\top\operatorname{softmax}(QK^\top/\sqrt d)V)", "Q")
    assert found[1:] == [tokens(r"P = \operatorname{softmax}(Z)")]


def test_the_logarithm_of_a_normal_density_is_split_before_names_are_given() -> None:
    found = lines(r"\log\mathcal{N}(x\mid\mu,\Sigma)", r"\mu", r"\Sigma")
    assert names(r"\log\mathcal{N}(x\mid\mu,\Sigma)", r"\Sigma") == [tokens(r"w = x-\mu")]
    assert not any(r"\det" in line for line in found[1:])
    assert found[-1] == tokens(r"\frac12(\Sigma^{-1}(x-\mu)(x-\mu)^\top\Sigma^{-1}-\Sigma^{-1})")


@pytest.mark.parametrize("covariance", [r"\Sigma", r"\Sigma_2"])
def test_covariances_of_divergences_are_symmetric(covariance: str) -> None:
    found = lines(rf"\mathrm{{KL}}(\mathcal{{N}}(\mu,{covariance})\|\mathcal{{N}}(0,I))", covariance)
    assert found[-1] == tokens(rf"\frac12(I-{covariance}^{{-1}})")
    assert (r"\det", "I") not in zip(found[0], found[0][1:], strict=False)


def test_the_diagonal_of_a_sum_of_diagonal_matrices_is_taken() -> None:
    found = lines(r"\frac12\log\det(I+\operatorname{Diag}(x))-\operatorname{tr}(\operatorname{Diag}(x))", "x")
    assert r"\operatorname{diag}" not in found[-1]


def printed(expression: str, *wrt: str, **more: Any) -> str:
    """The block of a derivation."""
    return derive(expression, wrt=list(wrt) or None, **more).latex()


@pytest.mark.parametrize(
    ("asked", "wrt", "shown", "hidden"),
    [
        (r"\frac{1}{2n}\|Xw-y\|^2", "w", r"\frac{1}{2n}\|e\|^2", r"{2n}{"),
        (r"\frac{\|Xw-y\|^2}{2n}", "w", r"\frac{\|e\|^2}{2n}", r"\frac{1}{2n}\|"),
        (r"\exp(-\frac{1}{2\sigma^2}\|x-\mu\|^2)", "x", r"-\frac{1}{\sigma^2}\exp\left(", r"\frac{\exp"),
    ],
)
def test_norms_and_functions_stand_beside_a_fraction_where_their_author_has_them(
    asked: str, wrt: str, shown: str, hidden: str
) -> None:
    text = printed(asked, wrt)
    assert shown in text and hidden not in text


@pytest.mark.parametrize(
    ("asked", "wrt", "shown"),
    [
        (r"\log\sum_{i=1}^m\exp(a_i^\top x+b_i)", "x", r"f &= \log\sum_{i=1}^m\exp(z_i)"),
        (r"\log\frac{a^Tx}{b^Tx}+c^Tx", "x", r"f &= \log\frac{a^Tx}{b^Tx}+c^Tx"),
        (r"\log\left(\sum_{i=1}^m\exp(a_i^\top x+b_i)\right)", "x", r"f &= \log\left(\sum_{i=1}^m\exp(z_i)\right)"),
        (r"(\log\sum_i e^{x_i})^2", "x", r"f &= \left(\log\sum_i e^{x_i}\right)^2"),
    ],
)
def test_a_sum_or_a_fraction_stands_bare_behind_a_function_that_its_author_writes_without_brackets(
    asked: str, wrt: str, shown: str
) -> None:
    assert shown in printed(asked, wrt)


def test_a_condition_is_not_cut_at_a_sign_where_a_remark_follows_it() -> None:
    text = printed(r"y^T(K+\sigma^2I)^{-1}y+\log\det(K+\sigma^2I)", "K", assume={"K": ["symmetric"]})
    assert r"&\qquad \text{where } K+\sigma^2I \text{ is invertible}" in text
    assert r"&\qquad \text{(the entries of } K \text{ taken as independent)}" in text


def test_the_logarithm_of_a_determinant_has_the_bars_of_the_author() -> None:
    density = r"\frac{1}{(2\pi)^{d/2}|\Sigma|^{1/2}}\exp\left(-\frac12(x-\mu)^\top\Sigma^{-1}(x-\mu)\right)"
    text = printed(r"\nabla_\mu\log p", definitions=[f"p={density}"], assume={r"\Sigma": ["symmetric"]})
    assert r"-\frac12\log|\Sigma|" in text and r"\det" not in text


def test_a_matrix_stands_before_its_transpose() -> None:
    assert lines(r"(x^TAx)x", "x")[-1] == tokens("xx^T(A+A^T)+(x^TAx)I")
    assert lines(r"\langle A, X^TX\rangle", "X")[-1] == tokens("X(A+A^T)")
    tied = lines(r"\operatorname{tr}(AX)", "X", assume={"X": ["symmetric"]}, convention="symmetric-structured")
    assert tied[-1] == tokens(r"A+A^\top-I\odot A")


def test_answers_beside_one_another_speak_of_the_same_names() -> None:
    found = lines(r"\frac12\|W_2\tanh(W_1x+b)+c-y\|^2", "W_1", "c")
    assert found[-2:] == [tokens(r"(W_2^\top e\odot(1-h\odot h))x^\top"), tokens("e")]


def test_a_product_of_a_number_and_its_exponential_is_not_divided_by_the_number() -> None:
    found = lines(r"f = x^TAx\,e^{x^TAx}", "x", assume={"A": ["symmetric"]})
    assert tokens(r"e^{z}(1+z)\,dz") in found and found[-1] == tokens(r"2e^{x^TAx}(1+x^TAx)Ax")


def test_a_vector_needs_no_vec() -> None:
    text = printed("Y = xx^T", "x", declare={"x": "m"})
    assert r"\frac{\partial\operatorname{vec}Y}{\partial x^T}" in text and r"\operatorname{vec}x" not in text


def test_an_identity_in_a_kronecker_product_has_its_size() -> None:
    text = printed(r"Y = X\otimes B", "X", declare={"X": "m x n", "B": "p x q"})
    assert r"(I_{mn}\otimes\operatorname{vec}(B))" in text


def test_a_greek_name_is_bold_where_vectors_are() -> None:
    loss = r"\frac12\|\mathbf{W}\tanh(\mathbf{V}\mathbf{x}+\mathbf{b})-\mathbf{y}\|^2"
    text = printed(loss, r"\mathbf{V}", r"\mathbf{b}")
    assert r"\boldsymbol{\delta}:d\mathbf{b}" in text and r"\mathbf{\delta}" not in text
