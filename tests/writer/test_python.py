"""Generated NumPy: the source runs, and works out what the expression is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, reject, settings

import texgrad
from tests.differences import compiled
from tests.expressions import SYMBOLS, expressions
from texgrad.algebra import SYMBOL, Expr, add, number, postorder, scale, subtract, symbol
from texgrad.check_values import Evaluator
from texgrad.check_worlds import World, world
from texgrad.operators import (
    EXP,
    LOG,
    SIGMOID,
    TANH,
    UNKNOWN_FUNCTION,
    Function,
    basis,
    commutation,
    diagonal,
    diagonal_matrix,
    differential,
    dimension,
    entry,
    frobenius,
    hadamard,
    identity,
    indexed_sum,
    inverse,
    kronecker,
    logdet,
    norm,
    ones,
    power,
    product,
    single_entry,
    trace,
    transpose,
    unknown_function,
    vec,
)
from texgrad.shapes import SCALAR, Dim, Index, shape_of
from texgrad.writer.python import function

X, A, S = symbol("X", shape_of("n", "k")), symbol("A", shape_of("m", "k")), symbol("S", shape_of("n", "n"))
x, y, u = symbol("x", shape_of("n")), symbol("y", shape_of("n")), symbol("u", shape_of("k"))
t, s = symbol(r"\lambda"), symbol("s")
i, j = Index("i", Dim.of("n")), Index("j", Dim.of("k"))
xi, yi = symbol("p", shape_of("k"), (), (i,)), symbol("q", SCALAR, (), (i,))
DOT = product(yi, transpose(xi), u)
R = subtract(product(X, u), y)


NAMES = {
    r"\lambda": "lambda_", r"\mathbf{y}": "bold_y", r"\mathbf{C}": "C", r"\hat{z}": "z_hat", r"\Theta": "Theta",
    r"\Sigma": "Sigma", r"\Omega": "Omega",
}  # fmt: skip


def run(e: Expr, *parameters: Expr) -> tuple[str, np.ndarray, np.ndarray]:
    """The source, what it returns, and what the expression is worth."""
    source = function(e, NAMES, parameters)
    here = world((e, *parameters), frozenset(), {}, 4)
    worth = Evaluator(here)(e)
    gradient = compiled(source)
    head = source[source.index("(") + 1 : source.index(")")]
    values = {n: v[0] for n, v in here.values.items()}
    squeezed: dict[str, object] = {}
    for part in postorder(e, *parameters):
        if part.op is SYMBOL:
            value = values[part.data.name]
            axes = tuple(k - 2 for k in (0, 1) if part.shape[k] == Dim.of(1))
            squeezed[NAMES.get(part.data.name, part.data.name)] = value.squeeze(axes)
    given = {**here.sizes, **here.indices, **squeezed, **functions(e, here)}
    result = gradient(*(given[p] for p in head.split(", ") if p))  # type: ignore[operator]
    flat = worth[0].squeeze(tuple(k for k in (0, 1) if e.shape[k] == Dim.of(1)))
    return source, np.asarray(result), flat


def functions(e: Expr, here: World) -> dict[str, object]:
    """The functions without a formula in `e`, and their derivatives, under the names of their parameters."""
    return {f"{('', 'd', 'd2')[p.data.order]}{p.data.name}": _callable(p, here) for p in postorder(e)
            if p.op is UNKNOWN_FUNCTION}  # fmt: skip


def _callable(p: Expr, here: World) -> Callable[[np.ndarray], np.ndarray]:
    x = symbol("?", p.data.argument)
    call = unknown_function(p.data, x)
    axes = tuple(k for k in (0, 1) if p.shape[k] == Dim.of(1))

    def worth(at: np.ndarray) -> np.ndarray:
        column = np.reshape(at, (1, *(d.value(here.sizes) for d in x.shape)))
        found: np.ndarray = Evaluator(replace(here, values={**here.values, "?": column}))(call)[0].squeeze(axes)
        return found

    return worth


CASES = [
    product(X, transpose(A), A),
    scale(-2, product(S, X)),
    product(t, x, transpose(u)),
    product(S, x, transpose(y), S, x, transpose(u)),
    product(power(add(t, number(3)), number(-1)), transpose(X), R),
    product(power(norm(R), number(-1)), transpose(X), R),
    product(s, t, power(s, number(-3))),
    product(number(7), power(s, number(-1))),
    scale(-1, product(transpose(x), S, y)),
    product(product(transpose(x), y), S),
    subtract(ones(x.shape), hadamard(TANH(x), TANH(x))),
    add(scale(3, ones(X.shape)), X),
    ones(shape_of("n", "k")),
    identity(Dim.of("n")),
    hadamard(X, power(EXP(X), number(-1)), X),
    hadamard(product(S, X), add(X, X)),
    power(add(hadamard(x, x), ones(x.shape)), number(2)),
    power(EXP(s), t),
    power(add(power(s, number(2)), number(1)), number(-1)),
    frobenius(product(S, X), X),
    frobenius(x, y),
    product(dimension(Dim.of("n") * Dim.of("k")), frobenius(X, X)),
    trace(product(S, S)),
    logdet(add(product(X, transpose(X)), identity(Dim.of("n")))),
    inverse(S),
    product(inverse(S), x),
    diagonal(product(S, diagonal_matrix(x))),
    kronecker(x, S),
    kronecker(transpose(x), S),
    kronecker(x, transpose(y)),
    kronecker(x, y),
    kronecker(add(S, S), X),
    vec(product(S, X)),
    commutation(Dim.of("n"), Dim.of("k")),
    entry(product(S, X), i, j),
    product(entry(X, i, j), basis(i)),
    hadamard(X, single_entry(i, j)),
    indexed_sum(product(SIGMOID(scale(-1, DOT)), yi, xi), i),
    scale(-1, indexed_sum(product(EXP(DOT), power(add(number(1), EXP(DOT)), number(-1)), yi, xi), i)),
    indexed_sum(indexed_sum(product(entry(X, i, j), yi, power(entry(X, i, j), number(2))), j), i),
    indexed_sum(product(yi, transpose(xi), LOG(EXP(product(transpose(A), A, u)))), i),
    product(SIGMOID(s), SIGMOID(t)),
    product(transpose(unknown_function(Function("H", shape_of("n"), shape_of("k"), order=1), u)), y),
    product(unknown_function(Function("Y", shape_of("n", "k"), SCALAR, order=2), s), u),
]


@pytest.mark.parametrize("e", CASES, ids=repr)
def test_the_source_is_worth_the_expression(e: Expr) -> None:
    source, result, worth = run(e, X, A, x, y)
    assert result.shape == worth.shape, source
    assert np.allclose(result, worth, rtol=1e-9, atol=1e-12), source


@given(expressions(differentials=False))
@settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_random_expressions_are_worth_what_their_source_returns(drawn: tuple[Expr, dict[str, Expr]]) -> None:
    with np.errstate(all="ignore"):
        try:
            source, result, worth = run(drawn[0], *(SYMBOLS[name] for name in ("X", "A", "x")))
        except np.linalg.LinAlgError:
            reject()
    assume(np.isfinite(worth).all() and np.abs(worth).max() < 1e8)
    assert result.shape == worth.shape, source
    assert np.allclose(result, worth, rtol=1e-6, atol=1e-9), source


def test_what_comes_back_is_worked_out_once() -> None:
    source = run(hadamard(TANH(product(S, x)), add(TANH(product(S, x)), x)))[0]
    assert source.count("np.tanh") == 1


def test_what_a_sum_repeats_is_worked_out_once_a_term_and_what_does_not_vary_before_it() -> None:
    slope = product(EXP(DOT), power(add(number(1), EXP(DOT)), number(-1)))
    source = run(indexed_sum(product(slope, transpose(xi), TANH(product(transpose(A), A, u))), i))[0]
    assert source.count("np.exp") == 1
    assert source.index("np.tanh") > source.index("return")


def test_habits_of_numpy() -> None:
    assert function(product(X, transpose(A), A), {}) == "def gradient(X, A):\n    return X @ A.T @ A\n"
    assert function(product(x, transpose(u)), {"x": "a"}, name="f") == "def f(a, u):\n    return np.outer(a, u)\n"
    assert "x @ y" in function(product(transpose(x), y), {})
    assert "lambda_ *" in function(product(t, x), {})


def test_parameters_come_in_the_order_of_the_problem_and_only_those_needed() -> None:
    assert function(product(transpose(X), R), {}, (u, x, y, X)).startswith("def gradient(u, y, X):")


def test_a_size_is_read_off_a_parameter_or_is_one() -> None:
    assert function(ones(shape_of("n")), {}, (X,)) == ("def gradient(X):\n    n = X.shape[0]\n    return np.ones(n)\n")
    assert function(ones(shape_of("n")), {}) == "def gradient(n):\n    return np.ones(n)\n"
    B = symbol("B", shape_of(Dim.of("n") + Dim.of(1), Dim.of(2) * Dim.of("p")))
    assert "n = B.shape[0] - 1" in function(ones(shape_of("n")), {}, (B,))
    assert "p = B.shape[1] // 2" in function(ones(shape_of("p")), {}, (B,))


def test_a_differential_is_a_parameter_and_that_of_a_compound_has_no_counterpart() -> None:
    assert function(product(differential(X), u), {}) == "def gradient(u, dX):\n    return dX @ u\n"
    with pytest.raises(ValueError, match="differential"):
        function(differential(inverse(S)), {})


def test_a_difference_of_sizes_is_bracketed_in_a_product() -> None:
    made = texgrad.derive(r"\det(S^{n-1})", "S", {"S": "n x n"}).results[0].python
    assert "(n - 1) *" in made or "* (n - 1)" in made
