"""What lines say and leave unsaid, as a good answerer writes them: squares of norms, constants, signs, fractions."""

from __future__ import annotations

import re

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
    assert lines[2] == r"df &= \frac{1}{2\sigma^2}\,d(e:e)-\frac{1}{2\sigma^4}\,(e:e)\,d\sigma^2"


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
    lines = rows(r"\log(\lambda+\tfrac12\|x-\mu\|^2)", "x", **{r"\lambda": "scalar"})
    assert lines[-1] == r"\frac{\partial f}{\partial x} &= \frac{x-\mu}{\lambda+\tfrac12\|x-\mu\|^2}"


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


def test_differentials_of_numbers_stand_apart_from_brackets() -> None:
    lines = rows(r"(y-\sigma(w^\top x+b))^2", ["w", "b"], w="n", y="scalar", b="scalar")
    assert any(r"(1-\sigma(z))\,dz" in line for line in lines)
    assert r"\sqrt{a^\top x}\,x" in rows(r"\frac{\sqrt{a^\top x}}{1+\|x\|^2}", "x")[-1]
    assert r"\mathbf 1[1-y_iw^\top x_i>0]\,y_ix_i" in rows(
        r"\sum_{i=1}^n\max(0,1-y_iw^\top x_i)", "w", w="p", x="family n of p", y="family n of scalar"
    )[-1]  # fmt: skip


def test_brackets_that_had_to_grow_are_no_habit() -> None:
    lines = rows(r"\sum_{i=1}^n\exp\left(-\frac{(t-t_i)^2}{2h^2}\right)", "t", t="scalar", h="scalar")
    assert all(r"\left(t" not in line for line in lines)


@pytest.mark.parametrize("request_", [r"\|X^{-1}\|_F^2", r"\det(X)^k", r"\det(X)^2"])
def test_the_power_of_an_inverse_asks_for_one_too(request_: str) -> None:
    assert rows(request_, "X", X="n x n", k="scalar")[-1].endswith(r"\qquad \text{where } X \text{ is invertible}")


def test_the_square_of_the_sum_of_absolute_values_has_kinks() -> None:
    assert rows(r"\|x\|_1^2", "x")[-1].endswith(r"\text{where no entry of } x \text{ is } 0")
    assert r"\text{where" not in rows(r"\|x\|_2^4", "x")[-1]


def test_what_words_explain_is_told_in_one_breath_and_a_long_note_in_several_rows() -> None:
    lines = rows(r"\lambda_{\max}(X)", "X", X="n x n")
    assert lines[-3:-1] == [
        r"&\qquad \text{where } A:B=\operatorname{tr}(A^\top B),",
        r"&\qquad \text{with } u_{\max}\text{ the left eigenvector of } X \text{ for }\lambda_{\max}\text{ and } "
        r"v_{\max}\text{ the unit eigenvector of } X \text{ for }\lambda_{\max}",
    ]
    lines = rows(r"a^\top\Sigma^{-1}a", r"\Sigma", **{r"\Sigma": "n x n"})
    symmetric = texgrad.derive(
        r"a^\top\Sigma^{-1}a", wrt=r"\Sigma", declare={"a": "n"}, assume={r"\Sigma": "symmetric"}
    )
    assert r"is invertible}\ \text{(the entries of" in symmetric.latex()


def test_a_brief_perturbation_holds_nearly() -> None:
    brief = texgrad.derive(r"\frac12\|XA^T\|_F^2", wrt="X", style="perturbation").latex(detail="brief")
    assert r"f(X+\Delta X) &\approx f(X)+" in brief


def test_laws_are_named_in_the_authors_signs_and_sources_once() -> None:
    text = texgrad.derive(r"\|W\circ(R-U^TV)\|_F^2", wrt=["U", "V"]).latex(detail="full", explain=True)
    assert text.count("[Matrix Cookbook (37)]") == 1 and r"A:B^T = A^T :B" in text
    assert r"\text{product rule, entry by entry}" in text and r"\langle" not in text


DENSITY = r"\frac{1}{(2\pi)^{n/2}|\Sigma|^{1/2}}\exp(-\frac12(x-\mu)^\top\Sigma^{-1}(x-\mu))"


def test_the_differential_of_a_density_speaks_of_the_density() -> None:
    known = {"x": "n", r"\mu": "n"}
    answer = texgrad.derive(DENSITY, wrt=[r"\mu", r"\Sigma"], declare=known, assume={r"\Sigma": "symmetric"})
    mean, scatter = answer.results
    assert mean.latex == r"f\Sigma^{-1}(x-\mu)"
    assert scatter.latex == r"\frac{f}{2}(\Sigma^{-1}(x-\mu)(x-\mu)^\top\Sigma^{-1}-\Sigma^{-1})"
    assert r"f &= \frac{\exp\left(-\frac{z}{2}\right)}{(2\pi)^{n/2}|\Sigma|^{1/2}} \\" in answer.latex()
    hessian = texgrad.derive(DENSITY, wrt="x", order=2, declare=known, assume={r"\Sigma": "symmetric"}).results[0]
    assert re.search(r"(?<![A-Za-z\\])f", hessian.latex) is None


def test_the_densities_of_a_mixture_have_a_name() -> None:
    lines = rows(r"\log\sum_k\pi_k\exp(-\frac12\|x-\mu_k\|^2)", "x", **{r"\mu": "family K of n"})
    assert lines[0] == r"\text{Let } e_k &= x-\mu_k,\quad q_k = \pi_k\exp\left(-\frac12\|e_k\|^2\right)"
    assert lines[-1] == r"\frac{\partial f}{\partial x} &= -\frac{\sum_kq_k(x-\mu_k)}{\sum_kq_k}"


def test_a_condition_speaks_of_the_member_that_is_asked_about() -> None:
    request_ = r"\sum_{k=1}^K\log\det(2\pi\Sigma_k)"
    known = {r"\Sigma": "family K of n x n"}
    assert r"where } \Sigma_j \text{ is invertible" in texgrad.derive(request_, r"\Sigma_j", declare=known).latex()


@pytest.mark.parametrize(
    ("request_", "wrt", "answer"),
    [
        (r"(y-\sigma(w^\top x+b))^2", "w", r"-2(y-\sigma(z))\sigma(z)\,(1-\sigma(z))x"),
        (r"\sigma(w^\top x)(1-\sigma(w^\top x))", "w", r"\sigma(z)\,(1-\sigma(z))(1-2\sigma(z))x"),
        (r"\frac{\exp(a^\top x)}{1+\exp(a^\top x)}", "x", r"\sigma(a^\top x)\,(1-\sigma(a^\top x))a"),
        (r"(a^\top x)^2(b^\top x)^3", "x", r"(a^\top x)(b^\top x)^2(2(b^\top x)a+3(a^\top x)b)"),
        (r"t\exp(-t^2)", "t", r"\exp(-t^2)\,(1-2t^2)"),
        (r"-\frac n2\log\sigma^2-\frac{\|y\|^2}{2\sigma^2}", r"\sigma^2",
         r"-\frac{n}{2\sigma^2}+\frac{\|y\|^2}{2\sigma^4}"),
        (r"\phi\left(\frac{x-\mu}{s}\right)", "x", r"\frac{1}{s}\nabla\phi\left(\frac{x-\mu}{s}\right)"),
        (r"\|Ax\|^2/\|x\|^2", "x", r"\frac{2A^\top Ax}{\|x\|^2}-\frac{2\|Ax\|^2\,x}{\|x\|^4}"),
        (r"\frac1n\sum_{i=1}^n\exp(-\frac{(t-t_i)^2}{h^2})", "t",
         r"-\frac{2}{nh^2}\sum_{i=1}^n\exp\left(-\frac{(t-t_i)^2}{h^2}\right)\,(t-t_i)"),
    ],
)  # fmt: skip
def test_answers_are_left_as_a_person_leaves_them(request_: str, wrt: str, answer: str) -> None:
    numbers = dict.fromkeys("bhst" if "w^" in request_ else "hst", "scalar")
    known = {"x": "n", "w": "n", "y": "scalar" if "w^" in request_ else "n", **numbers}
    assert texgrad.derive(request_, wrt, declare=known).results[0].latex == answer


@pytest.mark.parametrize(("function", "slope"), [("softmax", r"\operatorname{Diag}(p)-pp^\top"),
                                                 ("tanh", r"\operatorname{Diag}(1-y\odot y)")])  # fmt: skip
def test_a_function_comes_back_in_its_jacobian_by_its_name(function: str, slope: str) -> None:
    of = r"\tanh" if function == "tanh" else r"\operatorname{softmax}"
    lines = rows(rf"{of}(x)", "x")
    name = "p" if function == "softmax" else "y"
    assert lines[0] == rf"{name} &= {of}(x)" and lines[-1] == rf"\frac{{\partial {name}}}{{\partial x}} &= {slope}"


def test_the_logarithm_of_a_quotient_takes_one_line() -> None:
    lines = rows(r"\sum_ip_i\log\frac{p_i}{q_i}", "q", p="n", q="n")
    assert lines[1:3] == [r"df &= p^\top d\log(p\oslash q)", r"&= -p^\top(dq\oslash q)"]
    factors = rows(r"\sum_{ij}(V_{ij}\log\frac{V_{ij}}{(WH)_{ij}}-V_{ij}+(WH)_{ij})", "W")
    assert len(factors) == 9 and factors[1].startswith(r"&= V:\log(V\oslash WH)-")


def test_what_is_alike_is_paired_alike() -> None:
    lines = rows(r"x^\top\operatorname{Diag}(x)Ax", "x", A="n x n")
    assert r"&= 2(x\odot Ax):dx+(x\odot x):A\,dx" in lines


def test_the_logarithm_of_a_softmax_is_differentiated_at_once() -> None:
    lines = rows(r"-y^\top\log\operatorname{softmax}(Wx+b)", ["W", "b"], W="m x n", y="m", b="m")
    assert lines[2:5] == [
        r"df &= -y^\top d\log p",
        r"&= -y^\top(dz-(p^\top dz)\mathbf 1)",
        r"&= \delta:dz \qquad \text{with } \delta = (\mathbf 1^\top y)p-y,\quad "
        r"\text{where } A:B=\operatorname{tr}(A^\top B)",
    ]


def test_a_sum_of_absolute_values_of_what_is_never_negative_is_a_sum() -> None:
    lines = rows(r"\|\max(0,Ax-y)\|_1", "x", A="m x n", y="m")
    assert lines[1:3] == [r"f &= \|h\|_1 = \mathbf 1^\top h", r"df &= \mathbf 1^\top\,dh"]
    answer, _, condition = lines[-1].partition(r" \qquad ")
    assert answer == r"\frac{\partial f}{\partial x} &= A^\top\mathbf 1[Ax-y>0]"
    assert condition == r"\text{where no entry of } Ax-y \text{ is } 0"


def test_the_density_of_the_member_asked_about_keeps_its_name() -> None:
    known = {"x": "family n of d", r"\mu": "family K of d"}
    request_ = r"\sum_i\log\sum_k\pi_k\exp(-\frac12\|x_i-\mu_k\|^2)"
    answer = texgrad.derive(request_, r"\mu_j", declare=known).results[0]
    assert answer.latex == r"\sum_i\frac{q_{j,i}(x_i-\mu_j)}{\sum_kq_{k,i}}"
    assert answer.python.startswith("def gradient(pi, x, mu, j):") and "np.pi" not in answer.python


def test_no_fraction_stands_above_the_line_of_another_beside_vectors() -> None:
    answer = texgrad.derive(r"\frac{a^\top X^\top Yb}{\|Xa\|\,\|Yb\|}", "a").results[0].latex
    assert answer.startswith(r"\frac{1}{\|Yb\|}X^\top\left(\frac{Yb}{\|Xa\|}-")
