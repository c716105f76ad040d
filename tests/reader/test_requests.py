"""The ways of asking for a derivative, and the ways of saying what a name is."""

from __future__ import annotations

import pytest

import texgrad
from texgrad import derive
from texgrad.reader import Problem, Reading, Source, read, read_all
from texgrad.shapes import Dim, shape_of, show
from texgrad.source import TexgradError

FORMS = [
    r"\frac{\partial f}{\partial X}",
    r"\frac{\partial f}{\partial X} = ?",
    r"\frac{\partial f}{\partial X} = \Large ?",
    r"\frac{\partial f}{\partial X} \stackrel{?}{=}",
    r"\dfrac{\partial f(X)}{\partial X}",
    r"\frac{\partial}{\partial X} f",
    r"\frac{d f}{d X}",
    r"\frac{\mathrm d f}{\mathrm d X}",
    r"\frac{\mathrm{d}}{\mathrm{d}X} f(X)",
    r"\nabla_X f",
    r"\nabla f(X)",
    r"\partial_X f",
    r"D_X f",
    r"\partial f/\partial X",
    r"{\partial f \over \partial X} = ??",
    r"\frac{∂ f}{∂ X}",
    r"\begin{aligned} \frac{\partial f}{\partial X} &= \;? \end{aligned}",
    r"\eqalign{ \frac{\partial f}{\partial X} &= ? }",
]


@pytest.mark.parametrize("latex", FORMS)
def test_forms_of_asking(latex: str) -> None:
    found = read(Problem((Source(latex, 50),), (Source(r"f(X) = \operatorname{tr}(X^TAX)"),)))
    assert [w.variable.data.name for w in found.wanted] == ["X"]
    assert found.expression.scalar and found.name is not None and found.name.data.name == "f"


@pytest.mark.parametrize("latex", [
    r"\frac{\partial^2 f}{\partial x\,\partial x^\top}", r"\nabla^2 f(x)", r"\nabla_x^2 f",
                                   r"\frac{d^2}{dx^2} f", r"\frac{\partial^2}{\partial x\partial x'} f"])  # fmt: skip
def test_second_derivatives(latex: str) -> None:
    found = read(Problem((Source(latex, 50),), (Source(r"f(x) = x^\top A x"),)))
    assert [(w.variable.data.name, w.order) for w in found.wanted] == [("x", 2)]


def test_an_operator_without_brackets_takes_the_whole_sum() -> None:
    found = read(Problem((Source(r"\frac{\partial}{\partial x} x^TAx + b^Tx + c"),)))
    assert len(found.expression.args) == 3


def test_an_entry_of_the_function() -> None:
    found = read(Problem((Source(r"\frac{\partial y_k}{\partial A}", 50),), (Source(r"y = (X\odot A)\mathbf 1"),)))
    assert [i.name for i in found.wanted[0].function_entry] == ["k"]


def test_two_functions_are_two_readings() -> None:
    problem = Problem((Source(r"\nabla_x x^Tx"), Source(r"\nabla_y y^Ty")))
    assert len(read_all(problem)) == 2
    with pytest.raises(TexgradError, match="several functions"):
        read(problem)


def shapes(found: Reading) -> dict[str, str]:
    return {s.latex: show(s.expr.shape) for s in found.symbols}


def test_declarations_beside_the_text() -> None:
    found = read(
        Problem(
            (Source(r"\nabla_\beta \sum_i (y_i - \mathbf{x}_i^T\beta)^2 + \lambda\|\beta\|^2 + t"),),
            declare={"x": "family n of p", "y": "n", "beta": "p", "t": "scalar", r"\lambda": "scalar"},
            assume={"lambda": ["positive"]},
        )
    )
    assert shapes(found) == {"y": "n", r"\mathbf{x}": "p", r"\beta": "p", r"\lambda": "scalar", "t": "scalar"}
    assert {s.latex: s.assume for s in found.symbols}[r"\lambda"] == ("positive",)
    assert next(s.expr for s in found.symbols if s.latex == r"\mathbf{x}").data.indices[0].size == Dim.of("n")


@pytest.mark.parametrize(
    "context",
    [
        [Source(r"X, A \in \mathbb R^{n \times n}, A \text{ symmetric}", 0, "Let ")],
        [Source("X", 0, "where ", " is an n×n matrix and "),
         Source("A", 30, " is an n×n matrix and ", " is symmetric.")],
        [Source("X", 0, "", " and "), Source("A", 5, " and ", " are "),
         Source(r"n\times n", 9, " are ", " symmetric matrices")],
    ],
)  # fmt: skip
def test_declarations_in_words(context: list[Source]) -> None:
    found = read(Problem((Source(r"\nabla_X \tr(A^TX)", 99),), tuple(context)))
    known = {s.latex: s for s in found.symbols}
    assert known["X"].shape == ("n", "n") and known["X"].origin == "declared"
    assert "symmetric" in known["A"].assume


def test_a_definition_counts_only_where_it_is_needed() -> None:
    context = (Source("y = 3", 0), Source("M = XB", 10, "Let "), Source(r"\frac{\partial g}{\partial X} = M", 30))
    found = read(Problem((Source(r"\nabla_X \|X-Y\|_F^2", 99),), context))
    assert found.definitions == ()


def test_a_definition_for_every_index_is_put_in_place() -> None:
    context = (Source(r"z_i = y_ix_i^\top w", 0, "Let "), Source(r"f = \sum_{j=1}^n\exp(z_j)", 30))
    found = read(Problem((Source(r"\nabla_w f", 99),), context))
    assert {s.latex for s in found.symbols} == {"y", "x", "w"}


def test_calls_put_their_arguments_in() -> None:
    context = (Source("g(u) = u^Tu", 0, "with "), Source("f(x) = g(Ax)", 30))
    found = read(Problem((Source(r"\nabla f(x)", 99),), context))
    same = read(Problem((Source(r"\nabla_x (Ax)^T(Ax)"),)))
    assert found.expression is same.expression


@pytest.mark.parametrize(
    ("latex", "kinds"),
    [
        (r"\|XA^T\|_F^2", {"X": "m×n", "A": "p×n"}),
        (r"w^\top x + b", {"w": "m", "x": "m", "b": "scalar"}),
        (r"\frac{1}{n}\|y-X\theta\|^2 + \lambda\|\theta\|^2",
         {"y": "m", "X": "m×p", r"\theta": "p", r"\lambda": "scalar"}),
        (r"\mathbf{1}^T X \mathbf{1}", {"X": "m×n"}),
        (r"\sum_{i=1}^n\left(e^{x_i^\top\beta} - y_i x_i^\top\beta\right)", {r"\beta": "m", "y": "scalar"}),
        (r"\|(B^\top\otimes A)\operatorname{vec}(X)\|^2", {"X": "q×m", "A": "p×q", "B": "m×n"}),
        (r"\log|\Sigma| + \tr(\Sigma^{-1}S)", {r"\Sigma": "m×m", "S": "m×m"}),
    ],
)  # fmt: skip
def test_kinds_by_convention(latex: str, kinds: dict[str, str]) -> None:
    variable = next(iter(kinds))
    found = shapes(read(Problem((Source(latex),), wrt=(variable,))))
    assert {k: v for k, v in found.items() if k in kinds} == kinds


def test_sizes_avoid_the_names_in_use() -> None:
    found = read(Problem((Source(r"\|mX\|^2"),), wrt=("X",)))
    assert next(s.expr for s in found.symbols if s.latex == "X").shape == shape_of("n", "p")


def test_the_words_around_a_declaration_name_its_properties() -> None:
    context = (
        Source(r"K\in\mathbb{R}^{n\times n}", 0, "Let ", " be a symmetric kernel matrix, "),
        Source(r"S\in\mathbb{R}^{n\times n}", 40, "and a positive definite ", ". A diagonal one would do."),
    )
    reading = read(Problem((Source(r"\nabla_x (x^\top K x + x^\top S x)"),), context))
    assume = {s.latex: s.assume for s in reading.symbols}
    assert assume["K"] == ("symmetric",)
    assert "positive definite" in assume["S"] and "diagonal" not in assume["S"]


def test_a_property_of_square_matrices_makes_a_square_matrix() -> None:
    reading = read(Problem((Source(r"\operatorname{tr}(S^TS)"),), wrt=("S",), assume={"S": ["symmetric"]}))
    (info,) = reading.symbols
    assert info.shape[0] == info.shape[1]


def said(*pieces: str) -> dict[str, tuple[str, ...]]:
    """Sizes and properties after a text whose formulas stand between dollars, for a product of what it speaks of."""
    words, formulas = pieces[0].split("$")[::2], pieces[0].split("$")[1::2]
    context = tuple(Source(f, 10 * k, words[k], words[k + 1]) for k, f in enumerate(formulas))
    found = read(Problem((Source(pieces[1], 900),), context))
    return {s.latex: (show(s.expr.shape), *s.assume) for s in found.symbols}


@pytest.mark.parametrize(("text", "names"), [
    (r"Here $A$ is an $n\times n$ symmetric matrix, $b$ is a constant vector and $x$ is an $n$-dimensional vector.",
     {"A": ("n×n", "symmetric"), "b": ("n",), "x": ("n",)}),
    (r"Let $x, b$ all be $n \times 1$ vectors and $A$ an arbitrary $n\times n$ kernel matrix.",
     {"A": ("n×n",), "b": ("n",), "x": ("n",)}),
    (r"Consider a vector $x$ of length $n$, the matrix $A$ and the $n$-dimensional vector $b$.",
     {"A": ("n×n",), "b": ("n",), "x": ("n",)}),
    (r"The matrix $A$ is diagonal and $b$ is a vector; $x\in\mathbb R^n$.",
     {"A": ("n×n", "diagonal"), "b": ("n",), "x": ("n",)}),
    (r"For a positive definite $n\times n$ matrix $A$ and vectors $x$ and $b$ in question.",
     {"A": ("n×n", "positive definite", "symmetric"), "b": ("n",), "x": ("n",)}),
    (r"With $A_{n\times n}$ and $x_{n\times 1}$.", {"A": ("n×n",), "b": ("n",), "x": ("n",)}),
])  # fmt: skip
def test_what_the_words_say(text: str, names: dict[str, tuple[str, ...]]) -> None:
    found = said(text, r"\nabla_x\left(x^TAx + b^Tx\right)")
    assert found == names


def test_a_letter_with_other_sizes_is_another_thing() -> None:
    context = (Source("A", 0, "Let ", " be a symmetric matrix."), Source("A", 9, "Now ", " is an "),
               Source(r"n\times m", 20, " is an ", " matrix."))  # fmt: skip
    found = read(Problem((Source(r"\nabla_x \|Ax\|^2", 99),), context))
    assert {s.latex: (show(s.expr.shape), *s.assume) for s in found.symbols} == {"A": ("n×m",), "x": ("m",)}


def test_the_norm_in_a_logarithm_is_spelt_without_the_logarithm() -> None:
    answer = texgrad.derive(r"\log|Ax|", "x", declare={"A": "n x n", "x": "n"}).results[0].latex
    assert answer == r"\frac{A^\top Ax}{\|Ax\|_2^2}"

# a family is defined for one letter, and asked about for another; entries stand behind the brackets
MEMBERS: tuple[tuple[str, str], ...] = (
    (r"$$\sigma(z)_i=\frac{e^{z_i}}{\sum_{j=1}^Ke^{z_j}}$$ $$\frac{\partial\sigma(z)_i}{\partial z_j}=?$$",
     r"= \sigma(z)_i(\delta_{ij}-\sigma(z)_j)"),
    (r"$$p_j=\frac{e^{a_j}}{\sum_{k=1}^Ne^{a_k}}$$ $$\frac{\partial p_i}{\partial a_j}=?$$", r"= p_i(\delta_{ij}-p_j)"),
    (r"$$S_j=\frac{e^{a_j}}{\sum_{k=1}^Ne^{a_k}}$$ $$D_jS_i=\frac{\partial S_i}{\partial a_j}=?$$",
     r"= S_i(\delta_{ij}-S_j)"),
    (r"$$h_j=\tanh(w_j^Tx+b_j)$$ $$\frac{\partial h_k}{\partial x}=?$$", r"&= (1-\tanh(w_k^Tx+b_k)^2)w_k"),
    (r"$$h_i=\sum_k W_{ik}x_k$$ $$\frac{\partial h_k}{\partial x_j}=?$$", r"&= W_{kj}"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "holds"), MEMBERS)
def test_members_of_a_family(text: str, holds: str) -> None:
    built, diagnostics = texgrad.build_text(text)
    assert not diagnostics
    assert holds in built, built


# the answer in full
ANSWERS: tuple[tuple[str, str], ...] = (
    (r"$h_\theta(x)=\theta^Tx$, $J(\theta)=\frac{1}{2m}\sum_{i=1}^m(h_\theta(x^{(i)})-y^{(i)})^2$, $\nabla_\theta J=?$",
     r"&= \frac{1}{m}\sum_{i=1}^m(\theta^Tx^{(i)}-y^{(i)})x^{(i)}"),
    (r"$\pi_i=\frac{\exp(x_i'\theta)}{1+\exp(x_i'\theta)}$, "
     r"$\log L(\theta)=\sum_i[y_i\log\pi_i+(1-y_i)\log(1-\pi_i)]$. $$\frac{\partial\log L}{\partial\theta}=?$$",
     r"&= \sum_i(y_i-\sigma(x_i'\theta))x_i"),
    (r"$f(\lambda)=\sum_i(x_i\log\lambda-\lambda)$, $\frac{\partial f}{\partial\lambda}=?$",
     r"&= \frac{1}{\lambda}\sum_ix_i-n"),
    (r"$f(w)=∑ᵢ(yᵢ − wᵀxᵢ)²$, $\nabla f=?$", r"&= -2∑_{i} (y_i-wᵀx_i)x_i"),
    (r"Let $K_y=K+\sigma_n^2I$, $\frac{\partial}{\partial\sigma_n^2}y^TK_y^{-1}y=?$", r"&= -y^T(K+\sigma_n^2I)^{-2}y"),
    (r"$f(x)=a^Tx$, $$\partial_if(x)=?$$", r"\partial_if(x) &= a_i"),
    # one sign for two sums
    (r"$$\frac{\partial}{\partial u_i}\sum_{i,j}(x_{ij}-u_i^\top v_j)^2=?$$",
     r"&= -2\sum_j (x_{ij}-u_i^\top v_j)v_j" + "\n"),
    (r"$$\frac{\partial}{\partial u_i}\sum_{i,j}(x_{ij}-u_i^\top v_j)^2=?$$",
     r"f &= \sum_{k,j} (x_{kj}-u_k^\top v_j)^2"),
    (r"$$\frac{\partial}{\partial A}\sum_{i,j=1}^nA_{ij}\|y_i-y_j\|^2=?$$", r"&= \sum_{i,j=1}^n \|y_i-y_j\|^2\,E_{ij}"),
    (r"$$\frac{\partial}{\partial A}\sum_{i=1}^n\sum_{j=1}^nA_{ij}\|y_i-y_j\|^2=?$$",
     r"&= \sum_{i=1}^n\sum_{j=1}^n\|y_i-y_j\|^2\,E_{ij}"),
    (r"Let $f(x)=x^TAx$. $$-\nabla f(x)=?$$", r"\nabla f(x) &= (A+A^T)x"),
    (r"$$\left.\frac{\mathrm d}{\mathrm dt}\right|_{t=0}\log\det(A+tB)=?$$", r"\operatorname{tr}(A^{-1}B)"),
    (r"$$\frac{d}{dt}\Big|_{t=0}\|x+tv\|^2=?$$", r"&= 2x^\top v"),
    (r"$z_k=\sum_jW_{kj}h_j$, $p_k=\frac{e^{z_k}}{\sum_le^{z_l}}$, $L=-\log p_c$, $\frac{\partial L}{\partial z_k}=?$",
     r"\frac{e^{z_k}}{\sum_le^{z_l}}"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "holds"), ANSWERS)
def test_answers_in_full(text: str, holds: str) -> None:
    built, diagnostics = texgrad.build_text(text)
    assert not diagnostics
    assert holds in built, built


@pytest.mark.parametrize(("latex", "wrt", "answer"), [
    (r"d(AX^{-1}B)", "X", r"-AX^{-1}\,dX\,X^{-1}B"), (r"d\log\det X", "X", r"\operatorname{tr}(X^{-1}\,dX)"),
    (r"d(X\otimes Y)", "X", r"dX\otimes Y"),
])  # fmt: skip
def test_a_d_before_brackets_is_a_differential(latex: str, wrt: str, answer: str) -> None:
    """It was a factor where the variable was given apart, so that the answer was that of d times a Jacobian."""
    assert derive(latex, wrt=wrt).results[0].latex == answer


def test_a_d_that_is_declared_is_a_factor() -> None:
    assert derive(r"d(x^Tx)", wrt="x", declare={"d": "scalar"}).results[0].latex == "2dx"
