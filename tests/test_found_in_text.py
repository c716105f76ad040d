"""What random documents brought to light, kept small: answers are run, lines are read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.differences import Values, answered, called, compiled, slope
from texgrad import TexgradError, build_text, derive

RNG = np.random.default_rng(8)
VALUES: dict[str, Any] = {
    "A": RNG.normal(size=(3, 3)), "B": RNG.normal(size=(3, 3)), "b": RNG.normal(size=3), "x": RNG.normal(size=3),
    "y": RNG.normal(size=3), "d": RNG.uniform(0.5, 2.0, size=3),
}  # fmt: skip


def lines(request: str, **options: Any) -> list[str]:
    """The lines of a derivation."""
    return [line.latex for line in derive(request, **options).lines]


@pytest.mark.parametrize("word", [r"\mathrm{diag}\left(Bb\right)", r"\left(\operatorname{diag}(Bb)\right)"])
def test_a_transposed_diagonal_matrix_is_written_with_its_word(word: str) -> None:
    """Its transpose is the matrix itself; the superscript was taken for the spelling of the word."""
    first, *_ = lines(rf"\frac{{\partial}}{{\partial b}}{word}^{{\intercal}} A", declare={"A": "n x n", "B": "n x n"})
    assert "diag" in first and r"db\right)^{\intercal}" not in first


def test_a_spelling_of_one_operator_is_none_of_another() -> None:
    request = r"\frac{\partial}{\partial b}\left(\mathrm{diag}(Bb)\right)^T(A\odot B)x"
    sizes = {"A": "n x n", "B": "n x n", "b": "n", "x": "n"}
    assert lines(request, declare=sizes)[-1].endswith(r"\mathrm{diag}((A\odot B)x)B")
    J = answered(request, VALUES, declare=sizes)

    def f(v: Values) -> Any:
        return np.diag(v["B"] @ v["b"]) @ (v["A"] * v["B"]) @ v["x"]

    assert np.allclose(J, slope(f, VALUES, "b"))


WORDED = (r"\max(Ax)", r"\min(Ax)^2", r"\|Ax\|_\infty", r"\|\operatorname{diag}(x)A\|_2",
          r"\|\operatorname{diag}(x)A\|_*", r"\max((A+\operatorname{diag}(x))^{-1}b)")  # fmt: skip
SIZES = {"A": "n x n", "x": "n", "b": "n", "v": "n", "c": "n"}


@pytest.mark.parametrize("function", WORDED)
@pytest.mark.parametrize(
    "request_",
    [r"\frac{\partial}{\partial x}(F)", "d(F) = ?", r"\left.\frac{\partial}{\partial x}(F)\right|_{x=c}", "DG(x)[v]",
     r"\left.\frac{d}{dt}G(x+tv)\right|_{t=0}"],
)  # fmt: skip
def test_what_only_words_can_say_has_a_name_in_every_formula(function: str, request_: str) -> None:
    said = {name: size for name, size in SIZES.items() if name in (request_ + function).replace("partial", "")}
    asked = request_.replace("F", function)
    definitions = [f"G(x) = {function}"] if "G" in request_ else []
    d = derive(asked, "x" if asked.endswith("?") else None, said, definitions=definitions)
    formulas = [*(line.latex for line in d.lines), *(r.latex for r in d.results)]
    assert not any(r"\text" in text for text in formulas)
    assert any(r"\text{ the " in line.note or "which is 1" in line.note for line in d.lines)


@pytest.mark.parametrize(
    ("function", "H"),
    [
        (r"\max(Ax)^2", lambda A, x: 2 * np.outer(A[np.argmax(A @ x)], A[np.argmax(A @ x)])),
        (r"\min(Ax)^2", lambda A, x: 2 * np.outer(A[np.argmin(A @ x)], A[np.argmin(A @ x)])),
        (r"\|Ax\|_\infty^2", lambda A, x: 2 * np.outer(*[A[np.argmax(abs(A @ x))]] * 2)),
        (r"\|x\|_1^2", lambda A, x: 2 * np.outer(np.sign(x), np.sign(x))),
    ],
)
def test_extremes_have_second_derivatives(function: str, H: Any) -> None:
    request = rf"\nabla_x^2({function})"
    sizes = {name: size for name, size in SIZES.items() if name in function}
    assert np.allclose(answered(request, VALUES, declare=sizes), H(VALUES["A"], VALUES["x"]))
    assert all("text" not in text for text in lines(request, declare=sizes))


def test_the_smallest_entry_is_written_as_its_author_does() -> None:
    first, second, *_ = lines(r"\frac{\partial}{\partial x}\min(x)", declare={"x": "n"})
    assert first == r"f &= \min_i x_i"
    assert second == r"df &= e_{i^*}^\top dx"


def test_members_that_only_words_can_name_bear_one_index() -> None:
    request = r"\frac{\partial}{\partial W}\sum_i \max(Wx_i)"
    assert lines(request)[-1] == r"\frac{\partial f}{\partial W} &= \sum_i p_ix_i^\top"


def test_the_smaller_of_two_says_where_it_has_no_derivative() -> None:
    d = derive(r"\frac{\partial}{\partial x}\min(a^\top x, b^\top x)")
    assert d.results[0].conditions == (r"a^\top x \ne b^\top x",)
    values = {"a": VALUES["b"], "b": VALUES["d"], "x": VALUES["x"]}
    G = answered(r"\frac{\partial}{\partial x}\min(a^\top x, b^\top x)", values)
    assert np.allclose(G, slope(lambda v: min(v["a"] @ v["x"], v["b"] @ v["x"]), values, "x"))


@pytest.mark.parametrize("i", ["i", "k"])
def test_a_sum_keeps_its_index_apart_from_both_entries(i: str) -> None:
    """The second entry's letters were taken for free ones: 2δ_ki Σ_k (a_k)_j(a_k)_l."""
    request = rf"\frac{{\partial^2}}{{\partial X_{{ij}}\partial X_{{kl}}}}\sum_{i} \|Xa_{i}\|^2"
    declare = {"X": "n x n", "a": "family m of n"}
    (*_, last) = lines(request, declare=declare)
    assert not any(rf"\sum_{letter}" in last for letter in "ijkl")
    a = RNG.normal(size=(4, 3))
    for at in ((0, 1, 0, 2), (0, 1, 1, 2)):
        values = {"a": a, **dict(zip("ijkl", at, strict=True))}
        expected = 2 * (at[0] == at[2]) * (a[:, at[1]] @ a[:, at[3]])
        assert np.isclose(answered(request, values, declare=declare), expected)


def test_the_index_of_a_name_is_no_letter_for_another_one() -> None:
    texts = lines(r"\frac{\partial (Xa_k)}{\partial X_{ij}}", declare={"X": "n x n", "a_k": "n"})
    assert not any(text.startswith("y_k") for text in texts)


@pytest.mark.parametrize("function", [r"\|X\|_2", r"\sigma_1(X)", r"\|X\|_{\max}"])
def test_what_is_largest_twice_has_no_derivative(function: str) -> None:
    with pytest.raises(TexgradError) as refused:
        derive(rf"\frac{{\partial}}{{\partial X}}{function}", assume={"X": ["skew-symmetric"]}, declare={"X": "n x n"})
    assert refused.value.diagnostics[0].code == "unsupported"


@pytest.mark.parametrize("function", ["AXB", "X^{-1}", r"\operatorname{diag}(X)", "Xa", "X^T"])
def test_what_is_analytic_does_not_vary_with_the_conjugate(function: str) -> None:
    sizes = {"X": "n x n", "A": "n x n", "B": "n x n", "a": "n"}
    declare = {name: size for name, size in sizes.items() if name in function}
    d = derive(rf"\frac{{\partial {function}}}{{\partial X^*}}", declare=declare, assume={"X": ["complex"]})
    assert d.results[0].latex == "0"


def test_a_symmetric_matrix_in_a_product_with_its_transpose() -> None:
    """By single entries X² is another function than XᵀX, so that no line claims its components."""
    d = derive(r"\frac{\partial X^TX}{\partial X}", declare={"X": "n x n"}, assume={"X": ["symmetric"]})
    assert not any("X_{ij}" in line.latex for line in d.lines)
    gradient = compiled(d.results[0].python)
    X, E = (M + M.T for M in (VALUES["A"], VALUES["B"]))
    assert np.allclose(gradient(X) @ E.ravel(order="F"), (E @ X + X @ E).ravel(order="F"))


@pytest.mark.parametrize("function", ["AXB", "X^{-1}", r"\sigma(X)", "Xb", r"\operatorname{vech}(X)"])
def test_a_jacobian_at_a_point(function: str) -> None:
    sizes = {"X": "n x n", "A": "n x n", "B": "n x n", "b": "n"}
    declare = {name: size for name, size in sizes.items() if name in function} | {"C": "n x n"}
    request = rf"\frac{{\partial {function}}}{{\partial X}}"
    values = {**VALUES, "n": 3, **dict.fromkeys("CX", VALUES["A"] + 3 * np.eye(3))}
    there = answered(rf"\left.{request}\right|_{{X=C}}", values, declare=declare)
    assert np.allclose(there, answered(request, values, declare=declare))


def test_a_function_with_named_parts_along_a_line() -> None:
    request = r"\left.\frac{d}{dt}G(x+tv)\right|_{t=0}"
    G = r"G(x) = \frac{x^TAx}{x^Tx}"
    values = {**VALUES, "v": VALUES["y"]}
    sizes = {"A": "n x n", "x": "n", "v": "n"}
    found = answered(request, values, definitions=[G], declare=sizes)

    def f(t: float) -> Any:
        q = values["x"] + t * values["v"]
        return q @ values["A"] @ q / (q @ q)

    assert np.isclose(found, (f(1e-5) - f(-1e-5)) / 2e-5)


@pytest.mark.parametrize("function", [r"H(x\odot y)", r"H\left(x-y\right)", r"H\,\left(x\odot y\right)"])
def test_a_matrix_called_h_is_no_function(function: str) -> None:
    """It was unknown to brackets, so that it could be the conjugate transpose in superscripts."""
    said = r"Let $x, y \in \mathbb{R}^p$ and $H \in \mathbb{R}^{m \times p}$."
    built, _ = build_text(rf"{said} $$\frac{{\partial}}{{\partial x}}{function} = ?$$")
    assert "texgrad:begin" in built
    assert r"\nabla" not in built


def test_a_matrix_called_h_weights_a_norm_and_turns_others() -> None:
    sizes = {"H": "n x n", "x": "n"}
    norm = lines(r"\frac{\partial}{\partial x}\|x\|_H^2", declare=sizes, assume={"H": ["symmetric"]})
    assert norm[-1].endswith("2Hx")
    adjoint = lines(r"\frac{\partial}{\partial x^*}x^HHx", declare=sizes, assume={"x": ["complex"]})
    assert adjoint[-1].endswith("&= Hx")
    assert lines(r"\frac{\partial}{\partial t}t^H", declare={"H": "scalar", "t": "scalar"})[-1].endswith("Ht^{H-1}")


def test_powers_of_diagonal_matrices_are_those_of_their_entries() -> None:
    request = r"\frac{\partial}{\partial d} x^T\operatorname{diag}(d)^{-1/2}A\operatorname{diag}(d)^{-1/2}y"
    sizes = {"A": "n x n", "x": "n", "y": "n", "d": "n"}
    assert not any("otimes" in text for text in lines(request, declare=sizes))

    def f(v: Values) -> Any:
        return (v["x"] / np.sqrt(v["d"])) @ v["A"] @ (v["y"] / np.sqrt(v["d"]))

    assert np.allclose(answered(request, VALUES, declare=sizes), slope(f, VALUES, "d"))


@pytest.mark.parametrize("style", ["differential", "component"])
@pytest.mark.parametrize("known", ["symmetric", "diagonal", "positive definite"])
def test_an_entry_of_a_tied_variable_beside_its_transpose(known: str, style: str) -> None:
    """Along a single entry FᵀKF is no longer FKF, which the lines say of a symmetric F."""
    request = rf"\frac{{\partial}}{{\partial {'F_{ij}' if style == 'differential' else 'F'}}}\operatorname{{tr}}(F^TKF)"
    d = derive(request, declare={"F": "n x n", "K": "n x n"}, assume={"F": [known], "K": ["symmetric"]}, style=style)
    F, K = (np.diag(VALUES["d"]), VALUES["A"] + VALUES["A"].T)
    arguments = {"F": F, "K": K, "i": 1, "j": 1}
    found = called(d.results[0].python, arguments)
    assert np.isclose(found if style == "differential" else found[1, 1], (2 * K @ F)[1, 1])


def test_the_member_of_a_family_of_names_keeps_its_name() -> None:
    texts = lines(r"\frac{\partial}{\partial b_k}\sum_i \max(b_i)", declare={"b": "family m of n", "k": "index of m"})
    assert texts[-1].endswith("&= p_k")


def test_brackets_grow_round_derivatives() -> None:
    texts = lines(r"\frac{\partial^2 \det X}{\partial\operatorname{vec}(X)\,\partial(\operatorname{vec}X)^T}")
    assert any(text.startswith(r"\operatorname{vec}\left(d\frac{\partial f}{\partial X}\right)") for text in texts)
    assert texts[-1].startswith(r"\frac{\partial^2 f}{\partial\operatorname{vec}X\,\partial(\operatorname{vec}X)^T} &=")


def test_the_logistic_function_of_a_vector_by_an_entry() -> None:
    r"""Read like K(\theta) by \theta_k, it was a function of which nothing was known."""
    last = lines(r"\frac{\partial}{\partial y_k}\sigma(y)^Tb", declare={"y": "n", "b": "n"})[-1]
    assert r"\partial\sigma" not in last
    G = answered(r"\frac{\partial}{\partial y_k}\sigma(y)^Tb", {**VALUES, "k": 1}, declare={"y": "n", "b": "n"})
    assert np.isclose(G, slope(lambda v: v["b"] @ (1 / (1 + np.exp(-v["y"]))), VALUES, "y", (1,)))
