"""What runs over indices: products, sums that leave one out, rows and columns, members of families, scope."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from tests.differences import called, compiled, slope
from texgrad import TexgradError, derive, verify_chain
from texgrad.algebra import Expr, number, subtract, symbol
from texgrad.notation import Style
from texgrad.operators import (
    EXP,
    basis,
    column,
    diagonal_matrix,
    entry,
    indexed_product,
    indexed_sum,
    norm,
    power,
    product,
    reindexed,
    row,
    transpose,
)
from texgrad.operators import kronecker_delta as delta
from texgrad.reader import read_expression
from texgrad.shapes import Dim, Index, shape_of
from texgrad.source import Span
from texgrad.tidy import stacked
from texgrad.writer.latex import write

RNG = np.random.default_rng(3)
N, M, D = 4, 3, 2
VALUES: Mapping[str, Any] = {
    "x": 0.5 + RNG.random(N), "A": RNG.normal(size=(N, N)), "X": RNG.normal(size=(N, M)), "u": RNG.normal(size=M),
    "mu": RNG.normal(size=(M, D)), "s": RNG.normal(size=D), "p": 0.5 + RNG.random(M), "z": RNG.normal(size=(N, D)),
    "w": RNG.normal(size=D), "y": RNG.random(N), "j": 1, "k": 2,
    "C": RNG.random((N, M)) < 0.5, "S": RNG.normal(size=(M, D, D)),
}  # fmt: skip
SHAPES = {
    "x": "n", "A": "n x n", "X": "n x m", "u": "m", "mu": "family m of d", "s": "d", "p": "m", "z": "family n of d",
    "w": "d", "y": "n", "j": "index of m", "k": "index of n", "S": "family m of d x d",
}  # fmt: skip
Function = Callable[[dict[str, Any]], Any]
# request, the names declared, the variable and what of it varies, the function in NumPy
CASES: tuple[tuple[str, str, Any, Function], ...] = (
    (r"\frac{\partial}{\partial x}\prod_{i=1}^n x_i", "x", ..., lambda v: v["x"].prod()),
    (r"\nabla_x\prod_i(1+x_i^2)", "x", ..., lambda v: (1 + v["x"] ** 2).prod()),
    (r"\nabla_x\log\prod_{i=1}^n x_i", "x", ..., lambda v: np.log(v["x"].prod())),
    (
        r"\nabla_x\sum_{i=1}^n\sum_{j\ne i}A_{ij}x_ix_j", "xA", ...,
        lambda v: v["x"] @ (v["A"] - np.diag(np.diag(v["A"]))) @ v["x"],
    ),
    (
        r"\nabla_x\sum_{i=1}^n\sum_{j\neq i}\frac{A_{ij}}{(x_i-x_j)^2}", "xA", ...,
        lambda v: sum(v["A"][i, j] / (v["x"][i] - v["x"][j]) ** 2 for i in range(N) for j in range(N) if i != j),
    ),
    (
        r"\nabla_x\sum_{i<j}A_{ij}(x_i-x_j)^2", "xA", ...,
        lambda v: sum(v["A"][i, j] * (v["x"][i] - v["x"][j]) ** 2 for j in range(N) for i in range(j)),
    ),
    (
        r"\nabla_x\sum_{1\le i<j\le n}x_ix_j", "x", ...,
        lambda v: sum(v["x"][i] * v["x"][j] for j in range(N) for i in range(j)),
    ),
    (r"\nabla_X\sum_{i=1}^n\|X_{i,:}\|_2", "X", ..., lambda v: np.linalg.norm(v["X"], axis=1).sum()),
    (r"\nabla_X\sum_{j=1}^mu_j\|X_{:,j}\|^2", "Xu", ..., lambda v: (v["u"] * (v["X"] ** 2).sum(0)).sum()),
    (r"\nabla_X\sum_{i=1}^n x_iX_{i\cdot}u", "Xxu", ..., lambda v: v["x"] @ v["X"] @ v["u"]),
    (r"\nabla_x\sum_{j=1}^n\delta_{kj}x_j^2", "xk", ..., lambda v: v["x"][v["k"]] ** 2),
    (
        r"\frac{\partial}{\partial\mu_j}\sum_{k=1}^mp_k\|s-\mu_k\|^2", r"\mu,s,p,j", 1,
        lambda v: (v["p"] * ((v["s"] - v["mu"]) ** 2).sum(1)).sum(),
    ),
    (
        r"\frac{\partial}{\partial\mu_j}\sum_{i=1}^n\sum_{j=1}^m p_j\|z_i-\mu_j\|^2", r"\mu,z,p,j", 1,
        lambda v: sum(v["p"][j] * ((v["z"][i] - v["mu"][j]) ** 2).sum() for i in range(N) for j in range(M)),
    ),
    (
        r"\frac{\partial}{\partial\mu_j}\log\sum_{k=1}^mp_k\exp(-\|s-\mu_k\|^2)", r"\mu,s,p,j", 1,
        lambda v: np.log((v["p"] * np.exp(-((v["s"] - v["mu"]) ** 2).sum(1))).sum()),
    ),
    (
        r"\frac{\partial}{\partial\mu_j}\sum_{i=1}^m\sum_{k\ne i}\|\mu_i-\mu_k\|^2", r"\mu,j", 1,
        lambda v: sum(((a - b) ** 2).sum() for a in v["mu"] for b in v["mu"]),
    ),
    (
        r"\frac{\partial}{\partial S_j}\log\det\left(I+\sum_{k=1}^mp_kS_kS_k^\top\right)", r"S,p,j", 1,
        lambda v: np.linalg.slogdet(np.eye(D) + np.einsum("k,kij,klj->il", v["p"], v["S"], v["S"]))[1],
    ),
    (
        r"\nabla_w\sum_{i=1}^n y_i\log\sigma(w^\top z_i) + (1-y_i)\log(1-\sigma(w^\top z_i)) - \|w\|^2", "y,w,z", ...,
        lambda v: (lambda q: (v["y"] * np.log(q) + (1 - v["y"]) * np.log(1 - q)).sum())(
            1 / (1 + np.exp(-v["z"] @ v["w"]))) - v["w"] @ v["w"],
    ),
    (
        r"\nabla_w\frac1n\sum_{i=1}^n(w^\top z_i)^2 - 2 y_iw^\top z_i", "y,w,z", ...,
        lambda v: ((v["z"] @ v["w"]) ** 2 - 2 * v["y"] * (v["z"] @ v["w"])).mean(),
    ),
    (
        r"\frac{\partial}{\partial\mu_j}\sum_{k=1}^m\sum_{z_i\in C_k}p_k\|z_i-\mu_k\|^2", r"\mu,z,p,j", 1,
        lambda v: sum(v["C"][i, k] * v["p"][k] * ((v["z"][i] - v["mu"][k]) ** 2).sum() for i, k in np.ndindex(N, M)),
    ),
    (
        r"\frac{\partial}{\partial x_k}\frac12\sum_{j=1}^n(x_j^2-1-\log x_j^2)", "x,k", 2,
        lambda v: (v["x"] ** 2 - 1 - np.log(v["x"] ** 2)).sum() / 2,
    ),
    (r"\frac{\partial}{\partial x_k}\sum_{i=1}^nx_i\sum_{j=1}^nA_{ij}x_i^j", "x,k,A", 2, lambda v: sum(
        v["x"][i] * v["A"][i, j] * v["x"][i] ** (j + 1) for i, j in np.ndindex(N, N))),
    (r"\frac{\partial}{\partial x_k}\log\sum_{j=1}^n e^{x_j}", "x,k", 2, lambda v: np.log(np.exp(v["x"]).sum())),
    (
        r"\frac{\partial}{\partial x_k}\sum_{i=1}^n\Big(y_i-\sum_{j=1}^nA_{ij}x_j\Big)^2", "x,k,y,A", 2,
        lambda v: ((v["y"] - v["A"] @ v["x"]) ** 2).sum(),
    ),
    (
        r"\frac{\partial}{\partial x_k}\frac{e^{x_k}}{\sum_{j=1}^n e^{x_j}}", "x,k", 2,
        lambda v: np.exp(v["x"][v["k"]]) / np.exp(v["x"]).sum(),
    ),
)  # fmt: skip


@pytest.mark.parametrize(("request_", "names", "member", "worth"), CASES, ids=[c[0] for c in CASES])
def test_answers(request_: str, names: str, member: Any, worth: Function) -> None:
    known = [n.strip("\\") for n in (names.split(",") if "," in names else names)]
    answer = derive(request_, declare={n: SHAPES[n] for n in known}).results[0]
    made = called(answer.python, VALUES)
    name = known[0] if member is not ... else request_[len(r"\nabla_")] if "nabla" in request_ else "x"
    wanted = slope(worth, VALUES, name)[member]
    assert np.shape(made) == wanted.shape
    assert np.allclose(made, wanted, rtol=1e-6, atol=1e-7), answer.python


# a request for an entry of what is only summed by entries, the lines between f and the answer, and the answer
BY_ENTRIES: tuple[tuple[str, int, str], ...] = (
    (r"\frac{\partial}{\partial x_k}\frac12\sum_{j=1}^n(x_j^2-\log x_j^2)", 3, r"x_k-\frac{1}{x_k}"),
    (r"\frac{\partial}{\partial x_k}\sum_{j=1}^n x_j\log x_j", 3, r"\log x_k+1"),
    (r"\frac{\partial}{\partial x_k}\log\sum_{j=1}^n e^{x_j}", 3, r"\frac{e^{x_k}}{\sum_{j=1}^n e^{x_j}}"),
    (r"\frac{\partial}{\partial x_k}\sum_{i=1}^n\sum_{j=1}^nA_{ij}x_ix_j", 3, r"\sum_{j=1}^nx_j(A_{kj}+A_{jk})"),
    (r"\frac{\partial y_i}{\partial x_k}\text{ where } y_i=x_i^2+\sum_{j=1}^n x_j", 3, r"2x_i\delta_{ik}+1"),
)


@pytest.mark.parametrize(("request_", "between", "answer"), BY_ENTRIES, ids=[r for r, *_ in BY_ENTRIES])
def test_what_is_asked_and_written_by_entries_is_derived_by_entries(request_: str, between: int, answer: str) -> None:
    solution = derive(request_, declare={"x": "n"})
    assert solution.results[0].latex == answer
    assert len(solution.lines) == between + 2
    assert not any(sign in line.latex for line in solution.lines for sign in (r"\odot", r"\mathbf 1", "dx)"))


# a quotient that has a name with an index, the entry asked for, and its derivative in terms of itself
IN_ITSELF: tuple[tuple[str, str, str], ...] = (
    (r"p_i=\frac{e^{z_i}}{\sum_{k=1}^K e^{z_k}}", "z_j", r"p_i(\delta_{ij}-p_j)"),
    (r"p_i=\frac{e^{z_i}}{\sum_{k=1}^K e^{z_k}}", "z_i", "p_i(1-p_i)"),
    (r"p_i=\frac{w_i}{\sum_{k=1}^K w_k}", "w_j", r"\frac{\delta_{ij}-p_i}{\sum_{k=1}^K w_k}"),
    (r"q_j=\frac{(1+d_j)^{-1}}{\sum_k(1+d_k)^{-1}}", "d_j", r"\frac{q_j^2-q_j}{1+d_j}"),
)


@pytest.mark.parametrize(("definition", "variable", "answer"), IN_ITSELF, ids=[f"{d} by {v}" for d, v, _ in IN_ITSELF])
def test_a_named_quotient_is_differentiated_in_terms_of_itself(definition: str, variable: str, answer: str) -> None:
    name = definition.partition("=")[0]
    solution = derive(rf"\frac{{\partial {name}}}{{\partial {variable}}}", definitions=[definition])
    assert solution.results[0].latex == answer and solution.lines[-1].latex.endswith(f"= {answer}")
    gradient = compiled(solution.results[0].python)
    i, j, x = 2, 1, 0.5 + RNG.random(4)
    given = inspect.signature(gradient).parameters
    at = {"i": i, "j": j}
    made = gradient(*(at.get(p, x) for p in given))
    own, to = at[name[-1]], at[variable[-1]]
    term = {"e": np.exp, "w": lambda v: v, "(": lambda v: 1 / (1 + v)}[definition.split("{")[1][0]]

    def worth(v: Any) -> float:
        return float(term(v[own]) / term(v).sum())

    step = 1e-6 * np.eye(4)[to]
    assert np.isclose(made, (worth(x + step) - worth(x - step)) / 2e-6, rtol=1e-5)


def test_a_vector_that_stands_somewhere_without_its_index_stays_one() -> None:
    request_ = r"\frac{\partial}{\partial x_k}(x^\top Ax+\sum_{j=1}^n x_j^2)"
    assert derive(request_).results[0].latex == r"((A+A^\top)x)_k+2x_k"


def test_the_indices_of_a_delta_have_one_range() -> None:
    assert derive(r"\nabla_x \sum_j\delta_{ij}x_j", declare={"x": "n"}).results[0].latex == "e_i"


@pytest.mark.parametrize(
    ("request_", "declare", "place"),
    [
        (r"\nabla_x x_i\sum_i x_i^2", {"x": "n"}, "x_i"),
        (r"\nabla_x \log\sum_{i}\exp(x_i) - x_i", {"x": "n"}, "x_i"),
        (r"\nabla_x x^\top (Ax)_q x", {"x": "n"}, "(Ax)_q"),
        (r"\nabla_X \|X_{i,:}\|^2", {"X": "n x m"}, "X_{i,:}"),
    ],
)
def test_an_index_that_is_bound_nowhere_is_shown(request_: str, declare: dict[str, str], place: str) -> None:
    with pytest.raises(TexgradError) as refused:
        derive(request_, declare=declare)
    (found,) = refused.value.diagnostics
    places = [Span(at, at + len(place)) for at in (request_.index(place), request_.rindex(place))]
    assert found.code == "undeclared" and "bound nowhere" in found.message and found.span in places


@pytest.mark.parametrize(
    ("request_", "declare"),
    [
        (r"\frac{\partial}{\partial X_{ij}}(X^{-1})_{kl}", {"X": "n x n"}),
        (r"\nabla_z\left[\log\sum_{j=1}^K\exp(z_j) - z_c\right]", {"z": "K", "c": "index of K"}),
        (r"\frac{\partial}{\partial x_i}\sum_{k}x_k^2", {"x": "n"}),
    ],
)
def test_indices_that_the_request_names_or_that_are_declared_are_free(request_: str, declare: dict[str, str]) -> None:
    assert derive(request_, declare=declare).results


def test_members_of_one_family_at_several_places_are_no_functions() -> None:
    declare = {"a": "family m of n", "v": "n", "r": "index of m"}
    f = r"v^\top a_r - \log\sum_{j=1}^m\exp(v^\top a_j)"
    answer = derive(f, wrt="v", declare=declare)
    assert answer.results[0].shape == ("n",)


def test_a_sum_ends_before_what_does_not_need_its_index() -> None:
    function = r"\sum_{i=1}^n z_i^\top w + \|w\|^2 + b_i z_i^\top w + \lambda"
    text = derive(rf"\nabla_w {function}", declare={"z": "family n of d"})
    assert r"\sum_{i=1}^n (z_i^\top w+\|w\|^2+b_iz_i^\top w)+\lambda" in text.latex()


i, j, k = (Index(name, Dim.of("n")) for name in "ijk")
other = j._replace(but=(r"\ne", "i"))
x, A, X = symbol("x", shape_of("n")), symbol("A", shape_of("n", "n")), symbol("X", shape_of("n", "m"))
PRINTED: tuple[tuple[Expr, str], ...] = (
    (indexed_product(entry(x, i), i), r"\prod_{i=1}^n x_i"),
    (product(indexed_product(EXP(entry(x, i)), i), x), r"\left(\prod_{i=1}^n \exp(x_i)\right)x"),
    (indexed_sum(product(entry(A, i, j), entry(x, j)), other), r"\sum_{j\ne i} A_{ij}x_j"),
    (indexed_sum(entry(A, i, j), j._replace(but=(">", "i"))), r"\sum_{j>i} A_{ij}"),
    (product(row(A, i), x), "A_{i,:}x"),
    (product(transpose(x), column(product(A, X), Index("k", Dim.of("m")))), r"x^\top(AX)_{:,k}"),
)


@pytest.mark.parametrize(("e", "latex"), PRINTED, ids=[latex for _, latex in PRINTED])
def test_what_is_written_reads_back(e: Expr, latex: str) -> None:
    assert write(e, Style()) == latex
    indices = {"i": i, "k": Index("k", Dim.of("m"))}
    assert read_expression(latex, {"x": x, "A": A, "X": X}, indices) is e


def test_another_value_of_an_index() -> None:
    body = indexed_sum(product(entry(A, i, j), entry(x, j)), j)
    assert reindexed(body, i, k) is indexed_sum(product(entry(A, k, j), entry(x, j)), j)
    clash = reindexed(body, i, j)
    assert clash.data.name not in "ij" and clash.free >= {"#j"}
    assert reindexed(body, j, k) is body
    limited = indexed_sum(entry(x, j), other)
    assert reindexed(limited, i, k).data.but == (r"\ne", "k")


def test_sums_as_products_of_matrices() -> None:
    assert stacked(indexed_sum(product(entry(x, i), basis(i)), i)) is x
    assert stacked(indexed_sum(product(entry(x, i), basis(i), row(X, i)), i)) is product(diagonal_matrix(x), X)
    assert stacked(indexed_sum(product(entry(x, i), column(A, i)), i)) is product(A, x)
    assert stacked(indexed_sum(product(delta(i, k), entry(x, i), x), i)) is product(entry(x, k), x)
    unequal = product(subtract(number(1), delta(i, k)), power(entry(x, i), number(-1)))
    assert stacked(indexed_sum(unequal, i)).data.but == (r"\ne", "k")
    lengths = stacked(indexed_sum(product(power(norm(row(X, i)), number(-1)), basis(i), row(X, i)), i))
    assert lengths.op is product(diagonal_matrix(x), X).op and lengths.args[-1] is X


def test_the_normal_density_needs_no_definition() -> None:
    declare = {"rho": "K", "s": "n", "mu": "family K of n", "Sigma": "family K of n x n"}
    request = r"\frac{\partial}{\partial\mu_j}\ln\sum_{k=1}^K\rho_k\mathcal{N}(s\mid\mu_k,\Sigma_k)"
    solution = derive(request, declare=declare)
    assert r"\ln\sum_{k=1}^K" in solution.latex() and r"\mathcal" not in solution.latex()
    rng = np.random.default_rng(0)
    A = rng.normal(size=(3, 2, 2))
    given = {"rho": rng.random(3), "s": rng.normal(size=2), "mu": rng.normal(size=(3, 2)), "j": 1,
             "Sigma": A @ A.swapaxes(1, 2) + np.eye(2)}  # fmt: skip

    def f(mean: np.ndarray) -> float:
        r, S = given["s"] - mean, given["Sigma"]
        forms = np.einsum("ki,kij,kj->k", r, np.linalg.inv(S), r)
        return float(np.log((given["rho"] * np.exp(-forms / 2) / np.sqrt(np.linalg.det(2 * np.pi * S))).sum()))

    made = called(solution.results[0].python, given)
    steps = [np.array([[0, 0], e, [0, 0]]) * 1e-6 for e in np.eye(2)]
    assert np.allclose(made, [(f(given["mu"] + h) - f(given["mu"] - h)) / 2e-6 for h in steps], atol=1e-6)


def test_a_divergence_of_matrices() -> None:
    request = r"\nabla_W\sum_{i,j}\left(V_{ij}\log\frac{V_{ij}}{(WH)_{ij}} - V_{ij} + (WH)_{ij}\right)"
    answer = derive(request, declare={"V": "n x m", "W": "n x k", "H": "k x m"}, assume={"V": "positive"}).results[0]
    rng = np.random.default_rng(0)
    given = {"V": 1 + rng.random((3, 4)), "W": 1 + rng.random((3, 2)), "H": 1 + rng.random((2, 4))}
    made = called(answer.python, given)
    assert np.allclose(made, (1 - given["V"] / (given["W"] @ given["H"])) @ given["H"].T)


@pytest.mark.parametrize(("request_", "worth", "answer"), [
    (r"\log\sum_{k=1}^ne^{x_k}", lambda x: np.log(np.sum(np.exp(x))),
     r"e^{x_i}\left(\frac{\delta_{ij}}{\sum_{k=1}^ne^{x_k}}-\frac{e^{x_j}}{\left(\sum_{k=1}^ne^{x_k}\right)^2}\right)"),
    (r"\prod_{k=1}^nx_k", np.prod,
     r"\left(\prod_{k=1}^nx_k\right)\left(\frac{1}{x_ix_j}-\frac{\delta_{ij}}{x_i^2}\right)"),
    (r"\sum_{k=1}^nx_k\log x_k", lambda x: np.sum(x * np.log(x)), r"\frac{\delta_{ij}}{x_i}"),
    (r"e^{a^\top x}", lambda x: np.exp(np.arange(4) @ x), r"e^{a^\top x}a_ia_j"),
], ids=["softmax", "product", "entropy", "exponential"])  # fmt: skip
def test_second_derivatives_by_two_entries(request_: str, worth: Callable[[Any], float], answer: str) -> None:
    declare = {"x": "n", "a": "n", "i": "index of n", "j": "index of n"}
    result = derive(rf"\frac{{\partial^2}}{{\partial x_i\,\partial x_j}}{request_}", declare=declare).results[0]
    assert result.latex == answer
    x, units, step = np.array([0.7, 1.1, 0.4, 1.6]), np.eye(4), 1e-3
    for i, j in ((0, 1), (2, 2), (3, 1)):
        values = {"x": x, "a": np.arange(4.0), "i": i, "j": j}
        made = called(result.python, values)
        e, d = step * units[i], step * units[j]
        numeric = (worth(x + e + d) - worth(x + e - d) - worth(x - e + d) + worth(x - e - d)) / (4 * step**2)
        assert made == pytest.approx(numeric, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize(
    "function, components",
    [
        (r"\sum_{i=1}^N A_iX_iB_i", "(A_i)_{lr}(B_i)_{sj}"),
        (r"\sum_{i=1}^N X_i^2", r"\delta_{lr}(X_i)_{sj}+(X_i)_{lr}\delta_{sj}"),
        (r"\sum_{i=1}^N X_i^{-1}", "-(X_i^{-1})_{lr}(X_i^{-1})_{sj}"),
    ],
)
def test_the_components_of_a_derivative_by_a_member_have_indices_of_their_own(function: str, components: str) -> None:
    family = "family N of n x n"
    latex = derive(function, wrt="X_i", declare={"X": family, "A": family, "B": family}).latex()
    assert rf"\frac{{\partial Y_{{lj}}}}{{\partial(X_i)_{{rs}}}} &= {components}" in latex


def test_two_indices_beside_one_are_an_entry_of_a_member() -> None:
    answer = derive(r"\frac{\partial}{\partial\theta}\sum_{i=1}^m(\theta^Tx_i)x_{ij}").results[0]
    assert answer.latex == r"\sum_{i=1}^mx_{ij}x_i"
    given = {r"\theta": "n"}, [r"J(\theta)=\frac12\sum_{i=1}^m(\theta^Tx_i-y_i)^2"]
    claim = r"\frac{\partial J}{\partial\theta_j}=\sum_{i=1}^m(\theta^Tx_i-y_i)x_{ij}"
    assert verify_chain([claim], given[0], definitions=given[1])[0].status == "holds"
    assert verify_chain([claim.replace("=", "=2", 1)], given[0], definitions=given[1])[0].status == "fails"


def test_a_member_beside_a_sum_over_all_is_said_to_be_among_them() -> None:
    among = r"\text{where } o \text{ is among the } k \text{ of the sum}"
    sampling = r"-\log\sigma(u_o^\top v)-\sum_{k=1}^K\log\sigma(-u_k^\top v)"
    softmax = r"-u_o^\top v+\log\sum_{k=1}^K\exp(u_k^\top v)"
    for function in (softmax, sampling):
        assert among in derive(function, "u_o").latex()
    assert "among" not in derive(r"\sum_{k=1}^K\exp(u_k^\top v)", "u_o").latex()


@pytest.mark.parametrize("function", [r"x^\top x-x^\top x", r"\operatorname{tr}(xx^\top-xx^\top)"])
def test_a_function_that_is_0_has_the_gradient_0(function: str) -> None:
    assert derive(function, "x").results[0].latex == "0"
