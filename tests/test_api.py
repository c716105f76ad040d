"""The public function, its JSON, the NumPy code of its answers, and what it raises."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import texgrad
from tests.differences import compiled
from texgrad import TexgradError, derive

Array = np.ndarray[Any, Any]
HALF_NORM = r"\frac12\|XA^T\|_F^2"

# --- JSON -------------------------------------------------------------------------------------------------------------

JSON_TYPES: Mapping[str, Any] = {
    "expression": str, "wrt": [str], "order": int, "style": str,
    "symbols": [{"latex": str, "name": str, "shape": [str], "origin": str, "assume": [str]}],
    "definitions": [{"latex": str}],
    "lines": [{"latex": str, "rules": [str], "note": str}],
    "results": [{"wrt": str, "latex": str, "shape": [str], "layout": str, "conditions": [str], "python": str}],
    "verified": {"points": int, "worst": float},
    "diagnostics": [],
}  # fmt: skip


def fits(value: object, kind: Any) -> bool:
    """Whether a JSON value is of a kind: a type, a list of one, or a dictionary with just these keys."""
    if isinstance(kind, list):
        return isinstance(value, list) and all(fits(v, k) for v in value for k in kind)
    if isinstance(kind, dict):
        return isinstance(value, dict) and set(value) == set(kind) and all(fits(value[k], kind[k]) for k in kind)
    return type(value) is kind


@pytest.mark.parametrize(
    ("latex", "options"),
    [
        (HALF_NORM, {"wrt": "X"}),
        (HALF_NORM, {"wrt": "X_{ij}", "style": "perturbation"}),
        (r"f = \|Ax-b\|_2", {"wrt": "x", "assume": {"A": ["symmetric"]}, "declare": {"A": "n x n"}}),
        (r"Y = AXB", {"wrt": "X"}),
        (r"f = \log\sum_i\exp(x_i)", {"wrt": "x", "order": 2}),
        (r"f = \|M\|_F^2", {"wrt": "X", "definitions": ["M = XA - B"]}),
        (r"y = (X\odot A)\mathbf 1_p", {"wrt": "A", "declare": {"X": "n x p", "A": "n x p"}}),
    ],
)
def test_the_json_has_every_key_with_its_type(latex: str, options: Mapping[str, Any]) -> None:
    made = derive(latex, **options)
    said = json.loads(made.to_json())
    assert fits(said, JSON_TYPES)
    assert said["order"] == options.get("order", 1)
    assert said["style"] == options.get("style", "differential")
    assert said["wrt"] == [options["wrt"]]
    assert [line["latex"] for line in said["lines"]] == [line.latex for line in made.lines]
    assert [r["latex"] for r in said["results"]] == [r.latex for r in made.results]
    assert {s["origin"] for s in said["symbols"]} <= {"declared", "inferred", "convention"}
    assert said["verified"]["points"] >= 3
    assert 0 < said["verified"]["worst"] < 1e-5


def test_the_json_of_a_gradient() -> None:
    said = json.loads(derive(HALF_NORM, wrt="X", declare={"X": "n x p"}).to_json())
    assert said["results"] == [
        {
            "wrt": "X", "latex": "XA^TA", "shape": ["n", "p"], "layout": "gradient", "conditions": [],
            "python": "def gradient(X, A):\n    return X @ A.T @ A\n",
        }
    ]  # fmt: skip
    symbols = {s["latex"]: s for s in said["symbols"]}
    assert symbols["X"] == {"latex": "X", "name": "X", "shape": ["n", "p"], "origin": "declared", "assume": []}
    assert symbols["A"]["shape"][1] == "p"
    assert symbols["A"]["origin"] != "declared"
    assert said["definitions"] == [{"latex": "M = XA^T"}]


@pytest.mark.parametrize(
    ("latex", "options", "layout", "shape"),
    [
        (HALF_NORM, {"wrt": "X", "declare": {"X": "n x p"}}, "gradient", ("n", "p")),
        (HALF_NORM, {"wrt": "X_{ij}"}, "component", ()),
        ("y = Ax", {"wrt": "x", "declare": {"A": "m x n"}}, "jacobian", ("m", "n")),
        (r"y = (X\odot A)\mathbf 1_p", {"wrt": "A", "declare": {"A": "n x p"}}, "tensor", ("n", "n", "p")),
        ("f = x^Tx", {"wrt": "x", "declare": {"x": "n"}, "order": 2}, "jacobian", ("n", "n")),
        (r"f = t\,a^Ta", {"wrt": "t", "declare": {"t": "scalar"}}, "gradient", ()),
    ],
)
def test_layout_and_shape(latex: str, options: Mapping[str, Any], layout: str, shape: tuple[str, ...]) -> None:
    (answer,) = derive(latex, **options).results
    assert (answer.layout, answer.shape) == (layout, shape)


# --- forms of a request -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latex", "options"),
    [
        (HALF_NORM, {"wrt": "X"}),
        (HALF_NORM, {"wrt": ["X"]}),
        (HALF_NORM, {"wrt": ("X",)}),
        ("f(X) = " + HALF_NORM, {"wrt": "X"}),
        ("f &= " + HALF_NORM, {"wrt": "X"}),
        (r"\frac{\partial}{\partial X} " + HALF_NORM, {}),
        (rf"\nabla_X {HALF_NORM}", {}),
        (r"\frac{\partial f}{\partial X} = ?", {"definitions": ["f = " + HALF_NORM]}),
        (r"\half\fro{XA^T}^2", {"wrt": "X", "macros": {"\\half": "\\frac12", "\\fro": ["\\|#1\\|_F", 1]}}),
    ],
)
def test_the_same_question_in_many_forms(latex: str, options: Mapping[str, Any]) -> None:
    (answer,) = derive(latex, **options).results
    assert (answer.wrt, answer.latex) == ("X", "XA^TA")


def test_several_variables_share_one_derivation() -> None:
    made = derive(r"\|XW-Y\|_F^2", wrt=["W", "X"])
    assert [r.wrt for r in made.results] == ["W", "X"]
    assert sum(line.latex.startswith("f &") for line in made.lines) == 1
    assert made.python().count("def gradient") == 2


@pytest.mark.parametrize("key", [r"\Sigma", "Sigma"])
def test_names_are_given_as_latex_or_as_python(key: str) -> None:
    made = derive(r"x^T\Sigma x", wrt="x", declare={key: "d x d", "x": "d"}, assume={key: ["symmetric"]})
    assert made.results[0].latex == r"2\Sigma x"
    assert made.results[0].python.startswith("def gradient(x, Sigma)")


@pytest.mark.parametrize("key", [r"\mathbf{x}", r"\mathbf x", "x"])
def test_fonts_do_not_stand_in_the_way_of_a_name(key: str) -> None:
    made = derive(r"\mathbf{a}^\top\mathbf{x}", wrt=r"\mathbf x", declare={key: "k"})
    assert made.results[0].shape == ("k",)
    assert made.results[0].latex == r"\mathbf{a}"
    assert "def gradient(a)" in made.results[0].python


def test_a_single_property_may_stand_without_a_list() -> None:
    assert derive("x^TSx", wrt="x", assume={"S": "symmetric"}).results[0].latex == "2Sx"


def test_the_transposed_jacobian_where_it_is_asked() -> None:
    (plain,) = derive("y = Ax", wrt="x").results
    (transposed,) = derive(r"\frac{\partial (a^Tx)}{\partial x^T}").results
    assert plain.latex == "A"
    assert transposed.latex == "a^T"


def test_a_name_of_the_author_stays_in_the_answer() -> None:
    made = derive(r"\frac{\partial f}{\partial X}", definitions=[r"f = \frac12\|M\|_F^2", "M = XA^T"])
    assert made.results[0].latex == "MA"
    assert made.results[0].python == "def gradient(X, A):\n    return X @ A.T @ A\n"


def test_the_parts_of_a_solution() -> None:
    made = derive(HALF_NORM, wrt="X")
    aligned = made.latex()
    assert aligned.startswith("\\begin{aligned}\n")
    assert aligned.endswith("\n\\end{aligned}")
    assert made.latex(env="align*").startswith(r"\begin{align*}")
    assert made.markdown().splitlines()[0] == "$$"
    assert made.lines[1].latex == "df &= M:dM"
    assert made.lines[1].rules
    assert len(made.latex(detail="brief")) < len(aligned) < len(made.latex(detail="full"))
    assert "Magnus" in made.latex(explain=True) or "Cookbook" in made.latex(explain=True)


# --- the NumPy code ---------------------------------------------------------------------------------------------------


class Case(NamedTuple):
    """A function as LaTeX and as NumPy; `shapes` name -> sizes, `x_i` a family of vectors indexed x[i]."""

    latex: str
    wrt: str
    shapes: Mapping[str, str]
    worth: Callable[..., Any]
    options: Mapping[str, Any] = {}


def sigmoid(x: Any) -> Any:
    """1/(1 + e⁻ˣ)."""
    return 1 / (1 + np.exp(-x))


def symmetric(S: Array) -> Array:
    """A positive definite matrix made of any square one."""
    made: Array = S @ S.T + np.eye(len(S))
    return made


CASES = [
    Case(HALF_NORM, "X", {"X": "n p", "A": "m p"}, lambda X, A: 0.5 * np.sum((X @ A.T) ** 2)),
    Case(r"\operatorname{tr}(AXB)", "X", {"A": "m n", "X": "n p", "B": "p m"}, lambda A, X, B: np.trace(A @ X @ B)),
    Case(r"\operatorname{tr}(X^TAX)", "X", {"A": "n n", "X": "n p"}, lambda A, X: np.trace(X.T @ A @ X)),
    Case(r"a^TX^{-1}b", "X", {"a": "n", "X": "n n", "b": "n"}, lambda a, X, b: a @ np.linalg.inv(X) @ b),
    Case(r"\log\det X", "X", {"X": "n n"}, lambda X: np.linalg.slogdet(X)[1]),
    Case(r"\det(X)", "X", {"X": "n n"}, lambda X: np.linalg.det(X)),
    Case(r"\|W\circ(R-U^TV)\|_F^2", "U", {"W": "m n", "R": "m n", "U": "p m", "V": "p n"},
         lambda W, R, U, V: np.sum((W * (R - U.T @ V)) ** 2)),
    Case(r"\|W\circ(R-U^TV)\|_F^2", "V", {"W": "m n", "R": "m n", "U": "p m", "V": "p n"},
         lambda W, R, U, V: np.sum((W * (R - U.T @ V)) ** 2)),
    Case(r"\|Ax-b\|_2", "x", {"A": "m n", "x": "n", "b": "m"}, lambda A, x, b: np.linalg.norm(A @ x - b)),
    Case(r"\frac12\|W_2\tanh(W_1x+b)-y\|_2^2", "W_1", {"W_2": "m n", "W_1": "n p", "x": "p", "b": "n", "y": "m"},
         lambda W_2, W_1, x, b, y: 0.5 * np.sum((W_2 @ np.tanh(W_1 @ x + b) - y) ** 2)),
    Case(r"\frac12\|W_2\tanh(W_1x+b)-y\|_2^2", "b", {"W_2": "m n", "W_1": "n p", "x": "p", "b": "n", "y": "m"},
         lambda W_2, W_1, x, b, y: 0.5 * np.sum((W_2 @ np.tanh(W_1 @ x + b) - y) ** 2)),
    Case(r"\sum_{i=1}^n\log(1+\exp(-y_ix_i^Tw))", "w", {"y": "n", "x": "n p", "w": "p"},
         lambda y, x, w: np.sum(np.log(1 + np.exp(-y * (x @ w)))),
         {"declare": {"x": "family n of p", "y": "family n of scalar", "w": "p"}}),
    Case(r"\frac12\log\det\Sigma+\frac12(x-\mu)^T\Sigma^{-1}(x-\mu)", "Sigma", {"x": "n", "mu": "n", "Sigma": "n n"},
         lambda x, mu, Sigma: 0.5 * np.linalg.slogdet(Sigma)[1] + 0.5 * (x - mu) @ np.linalg.solve(Sigma, x - mu)),
    Case(r"\frac12(x-\mu)^T\Sigma^{-1}(x-\mu)", "mu", {"x": "n", "mu": "n", "Sigma": "n n"},
         lambda x, mu, Sigma: 0.5 * (x - mu) @ np.linalg.solve(Sigma, x - mu)),
    Case(r"\frac{x^TAx}{x^Tx}", "x", {"A": "n n", "x": "n"}, lambda A, x: x @ A @ x / (x @ x)),
    Case(r"e^{-\frac{x^Tx}{2\sigma^2}}", "x", {"x": "n", "sigma": ""}, lambda x, sigma: np.exp(-(x @ x) / 2 / sigma**2),
         {"declare": {r"\sigma": "scalar"}}),
    Case(r"e^{-\frac{x^Tx}{2\sigma^2}}", "sigma", {"x": "n", "sigma": ""},
         lambda x, sigma: np.exp(-(x @ x) / 2 / sigma**2), {"declare": {r"\sigma": "scalar"}}),
    Case(r"\mathbf 1^T\sin(Ax)", "x", {"A": "m n", "x": "n"}, lambda A, x: np.sum(np.sin(A @ x))),
    Case(r"\mathbf 1^T\arctan(Ax)", "x", {"A": "m n", "x": "n"}, lambda A, x: np.sum(np.arctan(A @ x))),
    Case(r"\|X\odot X\|_F", "X", {"X": "n p"}, lambda X: np.linalg.norm(X * X), {"declare": {"X": "n x p"}}),
    Case(r"\|Y-XB\|_F^2+\lambda\|B\|_F^2", "B", {"Y": "n q", "X": "n p", "B": "p q", "lambda_": ""},
         lambda Y, X, B, lambda_: np.sum((Y - X @ B) ** 2) + lambda_ * np.sum(B**2)),
    Case(r"a^T\operatorname{Diag}(x)\,b", "x", {"a": "n", "x": "n", "b": "n"}, lambda a, x, b: np.sum(a * x * b)),
    Case(r"a^T\operatorname{diag}(AX)", "X", {"a": "n", "A": "n p", "X": "p n"}, lambda a, A, X: a @ np.diag(A @ X)),
    Case(r"y = Ax", "x", {"A": "m n", "x": "n"}, lambda A, x: A @ x),
    Case(r"y = \tanh(Ax)", "x", {"A": "m n", "x": "n"}, lambda A, x: np.tanh(A @ x)),
    Case(r"Y = AXB", "X", {"A": "m n", "X": "n p", "B": "p q"}, lambda A, X, B: A @ X @ B),
    Case(r"Y = X^{-1}", "X", {"X": "n n"}, lambda X: np.linalg.inv(X)),
    Case(r"\frac{x}{\|x\|}", "x", {"x": "n"}, lambda x: x / np.linalg.norm(x)),
]  # fmt: skip


def slope(worth: Callable[[Array], Any], x: Array) -> Array:
    """Central differences: the gradient of a scalar in the shape of x; else the Jacobian of the stacked columns."""
    h = 1e-5
    columns = []
    for at in np.ndindex(x.shape[::-1]):
        step = np.zeros_like(x)
        step[at[::-1]] = h
        columns.append(np.asarray((worth(x + step) - worth(x - step)) / (2 * h)).T.ravel())
    stacked = np.stack(columns, axis=-1)
    return stacked.reshape(x.shape[::-1]).T if np.ndim(worth(x)) == 0 else stacked


def arrays(shapes: Mapping[str, str], seed: int) -> dict[str, Array]:
    """Random arrays of random sizes."""
    rng = np.random.default_rng(seed)
    sizes = {name: int(rng.integers(2, 6)) for name in "mnpq"}
    made = {n: rng.standard_normal(tuple(sizes[d] for d in dims.split())) for n, dims in shapes.items()}
    made = {n: symmetric(a) if n == "Sigma" else a for n, a in made.items()}
    return {n: np.asarray(abs(a) + 0.5) if not a.shape else a for n, a in made.items()}


def python_names(latex: str) -> str:
    """What a variable of a case is called in LaTeX."""
    return {"Sigma": r"\Sigma", "mu": r"\mu", "sigma": r"\sigma", "lambda_": r"\lambda"}.get(latex, latex)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.wrt}: {c.latex}")
def test_the_code_of_an_answer_agrees_with_central_differences(case: Case) -> None:
    declare = {python_names(n): " x ".join(d.split()) or "scalar" for n, d in case.shapes.items()}
    made = derive(case.latex, wrt=python_names(case.wrt), **{"declare": declare, **case.options})
    gradient = compiled(made.results[0].python)
    parameters = inspect.signature(gradient).parameters
    for seed in range(3):
        values = arrays(case.shapes, seed)
        got = np.asarray(gradient(**{p: values[p] for p in parameters}))
        expected = slope(lambda x, values=values: case.worth(**{**values, case.wrt: x}), values[case.wrt])
        assert got.shape == expected.shape, made.results[0].python
        assert np.allclose(got, expected, rtol=1e-5, atol=1e-6), made.results[0].python


def test_the_code_of_a_component_takes_its_indices() -> None:
    made = derive(HALF_NORM, wrt="X_{ij}")
    gradient = compiled(made.results[0].python)
    values = arrays({"X": "n p", "A": "m p"}, 1)
    assert np.isclose(gradient(**values, i=1, j=0), (values["X"] @ values["A"].T @ values["A"])[1, 0])


# --- errors -----------------------------------------------------------------------------------------------------------

ODD: list[tuple[str, dict[str, Any]]] = [
    ("", {}),
    ("", {"wrt": "X"}),
    ("x^2", {}),
    (r"\frac{\partial f}{\partial X}", {}),
    (r"\frac{\partial }{\partial }", {}),
    ("}{", {"wrt": "x"}),
    (r"\frac{1}{", {"wrt": "x"}),
    (r"\begin{aligned}x", {"wrt": "x"}),
    (r"\unknown{x}", {"wrt": "x"}),
    ("A + b", {"wrt": "b", "declare": {"A": "n x n", "b": "m"}}),
    ("AB", {"wrt": "A", "declare": {"A": "n x m", "B": "n x m"}}),
    ("x^2", {"wrt": "y"}),
    ("x x", {"wrt": "x_k"}),
    ("x^Tx", {"wrt": "x_{ij}"}),
    (r"\operatorname{tr} X", {"wrt": "X_k"}),
    ("x^2", {"wrt": ""}),
    ("x^2", {"wrt": []}),
    ("x^2", {"wrt": "x", "style": "nonsense"}),
    ("x^2", {"wrt": "x", "order": 7}),
    ("x^2", {"wrt": "x", "order": 0}),
    ("x^2", {"wrt": "x", "declare": {"x": "what is this"}}),
    ("x^2", {"wrt": "x", "declare": {"": "n"}}),
    ("x^2", {"wrt": "x", "declare": {"x": ""}}),
    ("x^2", {"wrt": "x", "assume": {"x": ["green"]}}),
    ("x^2", {"wrt": "x", "assume": {"y": ["symmetric"]}}),
    ("x^2", {"wrt": "x", "convention": "nonsense"}),
    ("x^2", {"wrt": "x", "definitions": ["no definition"]}),
    ("x^2", {"wrt": "x", "definitions": ["x = y", "y = x"]}),
    ("f", {"wrt": "x", "definitions": ["f = f + x"]}),
    (r"\a", {"wrt": "x", "macros": {"\\a": "\\a\\a"}}),
    (r"\a", {"wrt": "x", "macros": {"\\a": "\\b\\b", "\\b": "\\a\\a"}}),
    ("{" * 5000 + "x" + "}" * 5000, {"wrt": "x"}),
    ("(" * 2000 + "x" + ")" * 2000, {"wrt": "x"}),
    (r"\frac{" * 800 + "x" + "}{x}" * 800, {"wrt": "x"}),
    (r"\tanh " * 3000 + "x", {"wrt": "x"}),
    ("x" + "^{x" * 1000 + "}" * 1000, {"wrt": "x"}),
    ("x^{999999999999}", {"wrt": "x"}),
    ("10^{10^{10}} x", {"wrt": "x"}),
    (r"\int_0^1 x\,dx", {"wrt": "x"}),
    ("x \0 y", {"wrt": "x"}),
    ("\ud800", {"wrt": "x"}),
    ("ℝ ∂ ∇", {"wrt": "x"}),
    (r"\sum_{i=1}^n", {"wrt": "x"}),
    ("a:b:c:d", {"wrt": "a"}),
    (r"\|x", {"wrt": "x"}),
    ("1/0", {"wrt": "x"}),
    ("0^{-1} x", {"wrt": "x"}),
    ("y = 0 A b", {"wrt": "A", "declare": {"A": "m x n", "b": "n"}}),
    (r"x_k 0 \log\det X A", {"wrt": "A"}),
]


def answered_or_refused(latex: str, options: Mapping[str, Any]) -> None:
    """An answer, or TexgradError with a diagnostic that says what and why; never anything else."""
    try:
        made = derive(latex, **options)
        assert json.loads(made.to_json())["results"]
        assert made.latex()
    except TexgradError as refused:
        assert refused.diagnostics
        for d in refused.diagnostics:
            assert d.code in CODES, d
            assert d.message


CODES = {
    "shape", "undeclared", "syntax", "unknown-macro", "not-differentiable", "unsupported", "too-large", "config",
}  # fmt: skip


@pytest.mark.parametrize(("latex", "options"), ODD, ids=lambda v: repr(v)[:40])
def test_odd_input_is_answered_or_refused(latex: str, options: dict[str, Any]) -> None:
    answered_or_refused(latex, options)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("expression", None), ("expression", 5), ("wrt", 3), ("wrt", [3]), ("wrt", {"X": 1}), ("declare", 3),
        ("declare", {"X": 3}), ("declare", ["X: n"]), ("assume", {"X": 3}), ("assume", {3: "symmetric"}),
        ("definitions", 3), ("definitions", [3]), ("macros", 3), ("macros", {"a": 5}),
    ],
)  # fmt: skip
def test_an_argument_of_another_type_is_refused_by_its_name(name: str, value: Any) -> None:
    with pytest.raises(TexgradError) as refused:
        derive(**{"expression": HALF_NORM, "wrt": "X", name: value})
    (d,) = refused.value.diagnostics
    assert d.code == "config" and d.message.startswith(name) and d.help


@pytest.mark.parametrize(
    "expression",
    ["\frac12 x^Tx", "\nabla_x x^Tx", "\text{tr}(xx^T)", "\alpha x^Tx", "\beta x^Tx", "x^\top x", "\theta x^Tx",
     "\rho x^Tx", "\varphi x^Tx"],
)  # fmt: skip
def test_a_backslash_that_python_took_is_missed(expression: str) -> None:
    with pytest.raises(TexgradError, match="config") as refused:
        derive(expression, wrt="x")
    assert "r before the quote" in refused.value.diagnostics[0].help


def test_white_space_between_the_parts_of_a_formula_is_no_command() -> None:
    assert derive("x^T\tx +\n\ta^T\r\n\tx", wrt="x").results[0].latex == "2x+a"


@pytest.mark.parametrize(
    ("declared", "shape"),
    [("n x p", ("n", "p")), ("nxp", ("n", "p")), ("3x4", ("3", "4")), ("n by p", ("n", "p")), ("(n, p)", ("n", "p")),
     ("n,p", ("n", "p")), ("n × p", ("n", "p")), ("matrix", ("m", "n")), ("vector", ("m",)), ("max", ("max",))],
)  # fmt: skip
def test_the_ways_to_say_a_shape(declared: str, shape: tuple[str, ...]) -> None:
    assert derive(r"\|X\|_F^2", wrt="X", declare={"X": declared}).results[0].shape == shape


def test_several_variables_in_one_text_are_told_apart_from_what_is_no_variable() -> None:
    with pytest.raises(TexgradError) as refused:
        derive(r"\|Ax-b\|^2", wrt="x, b")
    assert refused.value.diagnostics[0].help == "name one variable at a time"


def test_one_definition_may_stand_without_a_list() -> None:
    assert derive("A:M", wrt="X", definitions="M = BX").results[0].latex == r"B^\top A"


WORDS = (
    r"x X A^T \Sigma \frac {1} {2} { } ^ _ ^T ^{-1} ( ) [ ] \left( \right) \| | + - = & \\ \tanh \log \exp "
    r"\sum_{i=1}^n \operatorname{tr} \det \odot \circ \otimes : , . ? ' d \partial \nabla_x \mathbf{x} x_i W_1 "
    r"\sqrt \begin{aligned} \end{aligned} \text{if} \cdot / 2 0 1 \vec \top \Delta \mathbb{R} \in \% \lambda"
)
PIECES = st.sampled_from(WORDS.split(" "))
FUZZ = settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@given(st.lists(PIECES, max_size=14).map(" ".join))
@example(r"\frac { } { }")
@FUZZ
def test_pieces_of_latex_are_answered_or_refused(latex: str) -> None:
    answered_or_refused(latex, {"wrt": "x"})


@given(st.text(max_size=30))
@FUZZ
def test_any_text_is_answered_or_refused(text: str) -> None:
    answered_or_refused(text, {"wrt": "X"})
    answered_or_refused(HALF_NORM, {"wrt": text})


@given(st.text(max_size=12), st.text(max_size=12))
@FUZZ
def test_any_declaration_is_answered_or_refused(key: str, value: str) -> None:
    answered_or_refused(HALF_NORM, {"wrt": "X", "declare": {key: value}})
    answered_or_refused(HALF_NORM, {"wrt": "X", "assume": {key: [value]}})
    answered_or_refused(HALF_NORM, {"wrt": "X", "macros": {key: value}, "definitions": [key + "=" + value]})


# --- the same everywhere ----------------------------------------------------------------------------------------------

ALL = r"""
import texgrad
for latex, options in [
    (r"\|W\circ(R-U^\top V)\|_F^2", {"wrt": ["U", "V"]}),
    (r"f = \frac12\|W_2\tanh(W_1x+b)-y\|_2^2", {"wrt": ["W_2", "W_1", "b"]}),
    (r"f = \frac12\log\det\Sigma + \frac12(x-\mu)^T\Sigma^{-1}(x-\mu)", {"wrt": r"\Sigma"}),
    (r"f = \log\sum_i\exp(x_i)", {"wrt": "x", "order": 2}),
    (r"f = \sum_{i=1}^n\log(1+\exp(-y_ix_i^\top w)) + \frac\lambda2\|w\|^2", {"wrt": "w"}),
]:
    print(texgrad.derive(latex, **options).to_json())
"""


def run(code: str, *arguments: str, **environment: str) -> str:
    """What a fresh Python prints."""
    env = {"PATH": "", "PYTHONPATH": str(Path(texgrad.__file__).parent.parent), **environment}
    command = [sys.executable, "-c", code, *arguments]
    made = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return made.stdout


def test_the_same_text_whatever_the_hash_seed() -> None:
    assert len({run(ALL, PYTHONHASHSEED=seed) for seed in ("0", "1", "2026")}) == 1


LOADED = """
import sys
from texgrad.cli import main
try:
    code = main(sys.argv[1:])
except SystemExit as end:
    code = end.code
assert not code, code
print(*sorted(sys.modules))
"""


def loaded(*arguments: str) -> set[str]:
    """The modules that a command has loaded when it ends."""
    return {name.split(".")[0] for name in run(LOADED, *arguments).splitlines()[-1].split()}


def test_the_version_loads_nothing_heavy() -> None:
    assert loaded("--version").isdisjoint({"numpy", "sympy", "pylatexenc"})


def test_building_posts_without_requests_loads_no_engine(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A post\n\nWith $x^2$ and\n\n$$\\frac{\\partial f}{\\partial x} = 2x$$\n")
    (tmp_path / "b.tex").write_text("\\documentclass{article}\\begin{document}$x$\\end{document}\n")
    assert loaded("build", "-j", "1", str(tmp_path)).isdisjoint({"numpy", "sympy"})
