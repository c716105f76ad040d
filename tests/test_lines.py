"""What lines say and leave unsaid, as a good answerer writes them: squares of norms, constants, signs, fractions."""

from __future__ import annotations

import pytest

import texgrad

VECTORS = {"x": "n", "y": "n", "a": "n", r"\mu": "n"}
COLON = r"\text{where } "


def rows(request_: str, wrt: str | list[str] | None, **declared: str) -> list[str]:
    """The rows of the derivation."""
    latex = texgrad.derive(request_, wrt=wrt, declare={**VECTORS, **declared}).latex()
    return [row.strip().removesuffix(r"\\").strip() for row in latex.splitlines()[1:-1]]


@pytest.mark.parametrize(
    "request_, differential",
    [
        (r"\exp(-\gamma\|x-y\|^2)", r"df &= -2\gamma\exp(-\gamma\|e\|^2)\,e:de"),
        (r"\log\|x-y\|^2", r"df &= \frac{2}{\|e\|^2}\,e:de"),
        (r"\sqrt{1+\|x-y\|^2}", r"df &= \frac{1}{\sqrt{1+\|e\|^2}}\,e:de"),
    ],
)
def test_squares_of_norms_stay_as_they_are_within_functions(request_: str, differential: str) -> None:
    lines = rows(request_, "x")
    assert any(line.startswith(differential) for line in lines), lines
    assert not any(r"d\|" in line for line in lines)
    assert r"\|e\|" not in lines[-1]


def test_constant_numbers_stand_before_a_differential() -> None:
    lines = rows(r"\log\det(2\pi\Sigma)", r"\Sigma", **{r"\Sigma": "n x n"})
    assert lines[1].startswith(r"df &= \Sigma^{-\top}:d\Sigma")


def test_a_product_of_letters_has_no_name() -> None:
    assert rows(r"\log(2\pi\sigma^2)", r"\sigma^2") == [
        r"f &= \log(2\pi\sigma^2)",
        r"df &= \frac{1}{\sigma^2}\,d\sigma^2",
        r"\frac{\partial f}{\partial\sigma^2} &= \frac{1}{\sigma^2}",
    ]


def test_the_sum_of_a_rule_with_a_minus_sign_takes_its_number_at_once() -> None:
    lines = rows(r"\frac{\|y-X\beta\|^2}{2\sigma^2}", [r"\beta", r"\sigma^2"], X="n x p")
    assert lines[2] == r"df &= \frac{1}{2\sigma^2}\,d(e:e)-\frac{1}{2\sigma^4}\,(e:e)d\sigma^2"


@pytest.mark.parametrize(
    "request_", [r"\log\det X", r"a^\top X^{-1}a", r"\|X\|_F^2", r"\operatorname{tr}(XX)", r"\exp(-\|Xa\|^2)"]
)
def test_the_colon_is_explained_where_it_is_first_written(request_: str) -> None:
    lines = rows(request_, "X", X="n x n")
    first = next(k for k, line in enumerate(lines) if ":" in line)
    explained = [k for k, line in enumerate(lines) if COLON in line and ":" in line.partition(COLON)[2]]
    assert explained and explained[0] in (first, first + 1) and len(explained) == 1


def test_divisors_stand_in_the_order_of_the_last() -> None:
    lines = rows(r"\frac{a^\top x}{\|a\|\|x\|}", "x")
    assert r"\frac{(a^\top x)x}{\|a\|\,\|x\|^3}" in lines[-1]


def test_only_short_fractions_are_set_small() -> None:
    lines = rows(r"\log\sum_k\exp(-\tfrac12\|x-\mu_k\|^2)", "x", **{r"\mu": "family K of n"})
    assert lines[-1] == (
        r"\frac{\partial f}{\partial x} &= -\frac{\sum_k\exp\left(-\tfrac12\|x-\mu_k\|^2\right)\,(x-\mu_k)}"
        r"{\sum_k\exp\left(-\tfrac12\|x-\mu_k\|^2\right)}"
    )


@pytest.mark.parametrize(
    "request_, differential",
    [
        (r"\log\frac{\det(A+X)}{\det X}", r"df &= \frac{1}{\det(S)}\,d\det(S)-\frac{1}{\det(X)}\,d\det(X)"),
        (r"\log(\|Xa\|^2\,\det X)", r"df &= \frac{2}{\|"),
    ],
)
def test_the_logarithm_of_a_product_has_a_rate_for_each_factor(request_: str, differential: str) -> None:
    lines = rows(request_, "X", X="n x n", A="n x n")
    assert any(line.startswith(differential) for line in lines), lines


def test_the_pairing_of_two_vecs_is_one_of_matrices() -> None:
    lines = rows(r"\operatorname{vec}(X)^\top(A\otimes B)\operatorname{vec}(X)", "X", X="n x p", A="p x p", B="n x n")
    assert r"= B^\top XA:X" in lines[0]
    assert not any(r"\operatorname{vec}" in line for line in lines[1:])


def test_a_residual_is_not_named_by_the_small_letter_of_a_matrix_beside_it() -> None:
    assert rows(r"(Ax-b)^\top W(Ax-b)", "x", A="m x n", W="m x m", b="m")[0] == r"\text{Let } r &= Ax-b"


def test_conditions_are_said_in_one_sentence() -> None:
    (last,) = rows(r"\log\frac{\det(A+X)}{\det X}", "X", X="n x n", A="n x n")[-1:]
    assert last.endswith(r"\text{where } A+X \text{ is invertible and } X \text{ is invertible}")
    (last,) = rows(r"\|x\|_1", "x")[-1:]
    assert last.endswith(r"\text{where no entry of } x \text{ is } 0")
    assert r"X^{-1} \text{ is" not in rows(r"\det(X^{-1})", "X", X="n x n")[-1]


def test_what_an_expanded_factor_gives_stands_last() -> None:
    assert rows(r"\|x\|_2\,\|y\|_2", "x")[1].startswith(r"df &= \frac{\|y\|_2}{\|x\|_2}\,x:dx")


def test_the_step_of_a_number_stands_last_in_second_derivatives_too() -> None:
    lines = rows(r"\nabla^2_w\sum_{i=1}^n\log(1+e^{-y_iw^\top x_i})", None, x="family n of d", y="n", w="d")
    assert any(line.endswith(r"y_ix_i\,dz_i") for line in lines)


def test_all_members_that_are_asked_for_are_the_only_ones() -> None:
    latex = texgrad.derive(r"\sum_{k=1}^d(\mu_k^2+\sigma_k^2)", wrt=[r"\mu_j", r"\sigma_j"]).latex()
    assert r"\text{(only } d\mu_j, d\sigma_j\ne 0\text{)}" in latex


@pytest.mark.parametrize("inner", [r"\operatorname{diag}(Q)", r"\log(u)", "u^2", r"\operatorname{tr}(Q)"])
def test_the_factorial_of_all_but_letters_has_brackets(inner: str) -> None:
    """`f(x)!` is read as f of x!."""
    shapes = {"Q": "n x n", "u": "scalar", "a": "scalar" if "tr" in inner or "u" in inner else "n"}
    (first, *_) = rows(rf"a^\top({inner})!" if shapes["a"] == "n" else rf"a({inner})!", "a", **shapes)
    assert f"({inner})!" in first


def test_a_transposed_differential_is_that_of_the_variable_not_of_its_difference_from_a_constant() -> None:
    lines = rows(r"(x-a)^\top P(x-y)", "x", P="n x n")
    assert lines[1] == r"df &= dx^\top P(x-y)+(x-a)^\top P\,dx"
