"""Functions without a formula: how they are read, differentiated, written, read back, and run as NumPy."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from tests.differences import called, compiled
from texgrad import TexgradError, derive
from texgrad.algebra import Expr, add, postorder, symbol
from texgrad.notation import Style
from texgrad.operators import UNKNOWN_FUNCTION, Function, block, product, transpose, unknown_function
from texgrad.reader import Problem, Source, read, read_expression
from texgrad.shapes import ONE, SCALAR, Dim, shape_of
from texgrad.writer.latex import write

N, M = Dim.of("n"), Dim.of("m")
SIZES = {"n": 3, "m": 4, "p": 2, "q": 5, "d": 3}
# request, declarations, the answer, the answer in NumPy
ANSWERS: tuple[tuple[str, Mapping[str, str], str, Callable[..., Any]], ...] = (
    (
        r"\frac{\partial}{\partial t}X(t)^{-1}",
        {"X": "n x n function of t", "t": "scalar"},
        r"-X(t)^{-1}\frac{\partial X}{\partial t}X(t)^{-1}",
        lambda v: -np.linalg.inv(v["X"](v["t"])) @ v["dX"](v["t"]) @ np.linalg.inv(v["X"](v["t"])),
    ),
    (
        r"\frac{d}{dt}\mathbf X(t)\mathbf Y(t)",
        {"X": "n x m function of t", "Y": "m x p function of t", "t": "scalar"},
        r"\frac{d \mathbf X}{dt}\mathbf Y(t)+\mathbf X(t)\frac{d \mathbf Y}{dt}",
        lambda v: v["dX"](v["t"]) @ v["Y"](v["t"]) + v["X"](v["t"]) @ v["dY"](v["t"]),
    ),
    (
        r"\nabla_x f(Ax)",
        {"f": "scalar function of u", "u": "m", "A": "m x n", "x": "n"},
        r"A^\top\nabla f(Ax)",
        lambda v: v["A"].T @ v["df"](v["A"] @ v["x"]),
    ),
    (
        r"\frac{\partial}{\partial x}A\,g(x)",
        {"A": "m x p", "g": "p function of x", "x": "n"},
        r"A\frac{\partial g}{\partial x}",
        lambda v: v["A"] @ v["dg"](v["x"]),
    ),
    (
        r"\frac{\partial}{\partial x}\|g(Ax)\|^2",
        {"A": "m x n", "g": "p function of z", "z": "m", "x": "n"},
        r"2A^\top J_g(Ax)^\top g(Ax)",
        lambda v: 2 * v["A"].T @ v["dg"](v["A"] @ v["x"]).T @ v["g"](v["A"] @ v["x"]),
    ),
    (
        r"\frac{\partial^2}{\partial t^2}a(3t)",
        {"a": "scalar function of t", "t": "scalar"},
        "9a''(3t)",
        lambda v: 9 * v["d2a"](3 * v["t"]),
    ),
)


def values(declare: Mapping[str, str]) -> dict[str, Any]:
    """Arrays for what is declared; a function is A₀ + A₁x + A₂ sin(x)."""
    rng = np.random.default_rng(1)
    out: dict[str, Any] = {}
    shapes = {k: [SIZES[d] for d in v.split(" function")[0].split(" x ") if d != "scalar"] for k, v in declare.items()}
    for name, said in declare.items():
        if "function of" not in said:
            out[name] = rng.normal(size=shapes[name])
            continue
        sides = shapes.get(said.split()[-1], [])
        A, B = (rng.normal(size=[*shapes[name], *sides]) for _ in range(2))
        base = rng.normal(size=shapes[name]) + (4 * np.eye(3) if shapes[name] == [3, 3] else 0)
        axes = len(sides)
        out[name] = lambda x, A=A, B=B, base=base, axes=axes: (
            base + np.tensordot(A, x, axes) + np.tensordot(B, np.sin(x), axes)
        )
        out["d" + name] = lambda x, A=A, B=B: A + B * np.cos(x)
        out["d2" + name] = lambda x, B=B: -B * np.sin(x)
    return out


@pytest.mark.parametrize(("request_", "declare", "latex", "worth"), ANSWERS, ids=[a[0] for a in ANSWERS])
def test_answers(request_: str, declare: dict[str, str], latex: str, worth: Callable[..., Any]) -> None:
    answer = derive(request_, declare=declare).results[0]
    assert answer.latex == latex
    known = values(declare)
    made = called(answer.python, known)
    assert np.allclose(made, worth(known))


@pytest.mark.parametrize(
    ("request_", "functions"),
    [
        (r"\nabla_x u(x)^\top v(x)", {"u": "vector", "v": "vector"}),
        (r"\frac{\partial}{\partial t}\operatorname{tr}(X(t)A)", {"X": "matrix"}),
        (r"\frac{\partial}{\partial x}f(Ax+b)", {"f": "scalar"}),
        (r"\frac{\partial}{\partial A}\log\phi(Ax)", {r"\phi": "scalar"}),
    ],
)
def test_what_is_called_and_not_defined_is_a_function(request_: str, functions: dict[str, str]) -> None:
    reading = read(Problem((Source(request_),)))
    found = {p.data.name: p for p in postorder(reading.expression) if p.op is UNKNOWN_FUNCTION}
    kinds = {k: "scalar" if e.scalar else "vector" if e.shape[1] == ONE else "matrix" for k, e in found.items()}
    assert kinds == functions


@pytest.mark.parametrize(
    ("request_", "declare", "latex", "worth"),
    [
        (
            r"\nabla_w\sum_{i=1}^n(y_i-w^\top\phi(x_i,t_i))^2", {},
            r"-2\sum_{i=1}^n(y_i-w^\top\phi(x_i,t_i))\phi(x_i,t_i)",
            lambda v: sum((b - v["w"] @ v["phi"](x, t)) ** 2 for b, x, t in zip(v["y"], v["x"], v["t"], strict=True)),
        ),
        (
            r"\nabla_w\log\frac{e^{w^\top\phi(s,a)}}{\sum_b e^{w^\top\phi(s,b)}}", {},
            r"\phi(s,a)-\frac{\sum_b e^{w^\top\phi(s,b)}\phi(s,b)}{\sum_b e^{w^\top\phi(s,b)}}", None,
        ),
        (
            r"\frac{\partial}{\partial\alpha_j}\sum_{i=1}^n\alpha_i\sum_{j=1}^n\alpha_jk(x_i,x_j)", {},
            r"\sum_{m=1}^n\alpha_m(k(x_j,x_m)+k(x_m,x_j))", None,
        ),
    ],
)
def test_a_function_may_have_several_arguments(request_: str, declare: dict[str, str], latex: str, worth: Any) -> None:
    answer = derive(request_, declare=declare).results[0]
    assert answer.latex == latex
    if worth is None:
        return
    rng = np.random.default_rng(2)
    known = {"w": rng.normal(size=3), "y": rng.normal(size=4), "x": rng.normal(size=(4, 2)), "t": rng.normal(size=4)}
    known["phi"] = lambda x, t: np.array([x.sum() + t, x[0] * t, np.sin(x[1])])
    made = called(answer.python, known)
    steps = 1e-5 * np.eye(3)
    wanted = [(worth({**known, "w": known["w"] + h}) - worth({**known, "w": known["w"] - h})) / 2e-5 for h in steps]
    assert np.allclose(made, wanted, atol=1e-7)


@pytest.mark.parametrize("K", [r"K(\theta)", r"K_\theta", r"K_{\theta}"])
def test_what_depends_on_parameters_is_differentiated_by_one_of_them(K: str) -> None:
    request_ = rf"\frac{{\partial}}{{\partial\theta_i}}\Big(-\frac12y^\top {K}^{{-1}}y-\frac12\log|{K}|\Big)"
    answer = derive(request_).results[0]
    slope = rf"\frac{{\partial {K}}}{{\partial\theta_i}}"
    latex = rf"\frac12(y^\top {K}^{{-1}}{slope}{K}^{{-1}}y-\operatorname{{tr}}({K}^{{-1}}{slope}))"
    assert re.sub(r"\\(?:left|right|big|Big)(?![A-Za-z])", "", answer.latex) == latex
    gradient = compiled(answer.python)
    rng = np.random.default_rng(4)
    A, B, y = 4 * np.eye(3) + rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), rng.normal(size=3)

    def f(t: float) -> float:
        return -y @ np.linalg.inv(A + np.sin(t) * B) @ y / 2 - np.log(abs(np.linalg.det(A + np.sin(t) * B))) / 2

    made = gradient(y, 0.3, lambda t: A + np.sin(t) * B, lambda t: np.cos(t) * B)
    assert np.isclose(made, (f(0.3 + 1e-5) - f(0.3 - 1e-5)) / 2e-5)


def test_parameters_that_stand_by_themselves_are_a_vector() -> None:
    with pytest.raises(TexgradError):
        derive(r"\frac{\partial}{\partial\theta_j}(\operatorname{tr}(A(\theta)B)+\theta^\top\theta)")


def test_a_set_of_arrows_declares_a_function() -> None:
    context = (Source(r"f:\mathbb{R}^n\to\mathbb{R}"), Source(r"g : \mathbb R^n \rightarrow \mathbb R^m", 60))
    reading = read(Problem((Source(r"\nabla_x f(x)\|g(x)\|^2", 200),), context))
    found = {p.data.name: p.data for p in postorder(reading.expression) if p.op is UNKNOWN_FUNCTION}
    assert found["f"].shape == SCALAR and found["f"].argument == shape_of("n") == found["g"].argument
    assert found["g"].shape == shape_of("m")


def test_an_argument_that_the_author_leaves_out_is_left_out() -> None:
    solution = derive(r"\frac{d}{dt}\log\det X", declare={"X": "n x n function of t", "t": "scalar"})
    assert solution.results[0].latex == r"\operatorname{tr}\left(X^{-1}\frac{d X}{dt}\right)"
    assert "X(" not in solution.latex() and "dX(t)" in solution.results[0].python


@pytest.mark.parametrize(
    ("request_", "declare", "code"),
    [
        (r"\frac{\partial}{\partial x}g(x)", {"g": "m function of u", "u": "p", "x": "n"}, "shape"),
        (r"\nabla_x^2 u(x)^\top a", {"u": "m function of x", "x": "n", "a": "m"}, "unsupported"),
        (r"\nabla_x k(x,y)", {"x": "n", "y": "n"}, "undeclared"),
    ],
)
def test_refusals(request_: str, declare: dict[str, str], code: str) -> None:
    with pytest.raises(TexgradError) as refused:
        derive(request_, declare=declare)
    assert refused.value.diagnostics[0].code == code


t, x, A = symbol("t"), symbol("x", shape_of("n")), symbol("A", shape_of("n", "n"))
X = Function("X", shape_of("n", "m"), SCALAR)
g = Function("g", SCALAR, shape_of("n"))
u = Function("u", shape_of("m"), shape_of("n"))
pair = block([[add(product(A, x), x)], [t]])
h = Function("h", SCALAR, pair.shape)
PRINTED: tuple[tuple[Expr, str], ...] = (
    (unknown_function(X, t), "X(t)"),
    (unknown_function(X.derived(), t), r"\frac{\partial X}{\partial t}"),
    (unknown_function(X.derived().derived(), t), r"\frac{\partial^2 X}{\partial t^2}"),
    (unknown_function(X.derived(), product(t, t)), "X'(t^2)"),
    (transpose(unknown_function(X.derived(), t)), r"\left(\frac{\partial X}{\partial t}\right)^\top"),
    (unknown_function(g.derived(), x), r"\nabla g(x)"),
    (transpose(unknown_function(g.derived(), product(A, x))), r"\nabla g(Ax)^\top"),
    (unknown_function(g.derived().derived(), x), r"\nabla^2g(x)"),
    (unknown_function(u.derived(), x), r"\frac{\partial u}{\partial x}"),
    (product(unknown_function(u.derived(), product(A, x)), x), "J_u(Ax)x"),
    (unknown_function(h, pair), "h(Ax+x, t)"),
)


@pytest.mark.parametrize(("e", "latex"), PRINTED, ids=[latex for _, latex in PRINTED])
def test_functions_are_written_and_read_back(e: Expr, latex: str) -> None:
    symbols = {"t": t, "x": x, "A": A, "X": unknown_function(X, t), "g": unknown_function(g, x),
               "u": unknown_function(u, x), "h": unknown_function(h, pair)}  # fmt: skip
    assert write(e, Style()) == latex
    assert read_expression(latex, symbols) is e
