"""What random functions brought to light, kept small."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest

from tests.differences import compiled
from tests.engine.test_random import REFUSED, derivation_holds
from tests.expressions import COLUMN, MEMBER, ROW, SYMBOLS, N
from texgrad import derive
from texgrad.algebra import Expr, add, number, scale
from texgrad.check_worlds import world
from texgrad.operators import (
    COSH,
    EXP,
    LOG,
    LOG_GAMMA,
    LOGSUMEXP,
    LOWER,
    MATRIX_LOG,
    PSEUDOINVERSE,
    SIN,
    TANH,
    det,
    dimension,
    entry,
    frobenius,
    hadamard,
    indexed_sum,
    inverse,
    matrix_power,
    norm,
    ones,
    power,
    product,
    single_entry,
    singular_value,
    spectral_norm,
    symmetric,
    trace,
    transpose,
)
from texgrad.operators.parts import UPPER

a, t, X, Q, R, S, K, L, T, g = (SYMBOLS[name] for name in ("a", "t", "X", "Q", "R", "S", "K", "L", "O", "g"))
x, y, u = (SYMBOLS[name] for name in ("x", r"\mathbf{y}", "u"))
NESTED = matrix_power(add(matrix_power(S, dimension(N)), K), dimension(N))
THRICE = hadamard(Q, Q, transpose(Q))


@pytest.mark.parametrize(
    ("e", "by", "style"),
    [
        pytest.param(LOGSUMEXP(product(add(X, scale(-1, ones(X.shape))), u)), X, "differential", id="𝟏𝟏ᵀp is 𝟏"),
        pytest.param(det(THRICE), Q, "differential", id="Q∘Q∘Qᵀ is not symmetric"),
        pytest.param(entry(hadamard(X, single_entry(ROW, COLUMN)), ROW, COLUMN), X, "differential", id="E∘E"),
        pytest.param(indexed_sum(product(g, a), MEMBER), a, "component", id="no component of a scalar"),
        pytest.param(trace(indexed_sum(product(g, R), MEMBER)), R, "component", id="an index that a sum binds"),
        pytest.param(indexed_sum(product(g, a), MEMBER), a, "perturbation", id="a sum over an index multiplied out"),
        pytest.param(trace(add(S, scale(-1, add(S, K)))), S, "perturbation", id="nothing of first order"),
        pytest.param(product(frobenius(K, K), t), K, "perturbation", id="the increment of a symmetric variable"),
        pytest.param(frobenius(S, K), K, "perturbation", id="a symmetric variable in a Frobenius product"),
        pytest.param(add(a, power(t, frobenius(S, S))), a, "differential", id="a large constant"),
        pytest.param(trace(MATRIX_LOG(LOWER(L))), L, "differential", id="a triangular variable stays one"),
        pytest.param(LOG(LOG(COSH(X))), X, "differential", id="close to where no derivative is"),
        pytest.param(SIN(power(a, add(a, trace(S)))), a, "differential", id="wild at large values"),
        pytest.param(power(entry(inverse(S), ROW, ROW), a), S, "differential", id="badly conditioned"),
        pytest.param(transpose(add(transpose(Q), LOG(Q), Q)), Q, "differential", id="two commutation matrices are I"),
        pytest.param(norm(NESTED), S, "differential", id="the sum of a power's rule in that of another"),
        pytest.param(norm(inverse(NESTED)), S, "differential", id="and of negative ones"),
        pytest.param(trace(product(L, NESTED, K, NESTED)), S, "component", id="and of two of them"),
        pytest.param(product(NESTED, x), S, "differential", id="and in a Jacobian"),
        pytest.param(LOG_GAMMA(trace(UPPER(T))), T, "component", id="at a pole: reflections have trace 0"),
        pytest.param(power(trace(T), number(-1)), T, "component", id="and without a gamma function"),
    ],
)  # fmt: skip
def test_it_is_derived(e: Expr, by: Expr, style: str) -> None:
    assert derivation_holds(e, [by], style=style) == ""


def test_a_scalar_chain_is_a_factor_wherever_it_stands() -> None:
    s = product(transpose(x), y)
    assert product(S, s) is product(s, S) is product(transpose(x), y, S)
    assert product(X, s, transpose(X), x) is product(s, X, transpose(X), x)


def test_a_product_is_symmetric_when_factors_match_one_by_one() -> None:
    assert not symmetric(THRICE)
    assert symmetric(hadamard(Q, transpose(Q)))
    assert symmetric(add(Q, transpose(Q)))


def test_a_pseudo_inverse_of_doubtful_rank_is_no_wrong_line() -> None:
    assert derivation_holds(trace(PSEUDOINVERSE(TANH(product(x, transpose(x))))), [x]) in REFUSED | {""}


def test_sums_in_one_another_are_bounded() -> None:
    e = NESTED
    for _ in range(5):
        e = matrix_power(add(e, K), dimension(N))
    assert derivation_holds(norm(e), [S]) == "too-large"


def test_a_pseudo_inverse_of_what_overflows_comes_back() -> None:
    """LAPACK never came back from these singular values."""
    assert derivation_holds(norm(PSEUDOINVERSE(EXP(EXP(EXP(scale(5, X)))))), [X]) == "unsupported"


@pytest.mark.parametrize("e", [spectral_norm(T), singular_value(T, ("max",)), singular_value(T, ("1",))], ids=repr)
def test_a_singular_value_among_equal_ones_has_no_derivative(e: Expr) -> None:
    assert derivation_holds(e, [T]) == "unsupported"


def test_orthogonal_matrices_are_rotations_and_reflections() -> None:
    made = world([T], frozenset(), {})
    values = made.values["O"]
    assert np.allclose(values @ values.swapaxes(-1, -2), np.eye(values.shape[-1]))
    assert {round(float(d)) for d in np.linalg.det(values)} == {1, -1}


@pytest.mark.parametrize("style", ["differential", "perturbation", "component", "trace"])
def test_every_style_knows_what_the_authors_names_stand_for(style: str) -> None:
    """The check took what a name stands for as fixed where the function was multiplied out."""
    known = {"definitions": [r"M = XA^\top", r"N = XBX^\top"], "style": style}
    solution = derive(r"\frac12\|M - C\|_F^2 + \operatorname{tr}N", "X", **known)
    (plain,) = derive(r"\frac12\|XA^\top - C\|_F^2 + \operatorname{tr}(XBX^\top)", "X").results
    rng = np.random.default_rng(1)
    X, A, B, C = (rng.standard_normal(shape) for shape in ((2, 3), (4, 3), (3, 3), (2, 4)))
    (result,) = solution.results
    made = (_function(r.python)(**_named(r.python, X=X, A=A, B=B, C=C)) for r in (result, plain))
    assert np.allclose(*made)


def test_the_perturbation_way_moves_one_variable_after_the_other() -> None:
    request_ = r"\frac{\partial f}{\partial U}, \frac{\partial f}{\partial V}"
    answers = [r.latex for r in derive(request_, definitions=[r"f = \|R-UV^T\|_F^2"], style="perturbation").results]
    assert answers == ["2(UV^T-R)V", "2(VU^T-R^T)U"]


def _function(source: str) -> Any:
    return compiled(source)


def _named(source: str, **values: Any) -> dict[str, Any]:
    """The values that the function asks for; M is what it stands for."""
    values["M"] = values["X"] @ values["A"].T
    return {name: values[name] for name in inspect.signature(_function(source)).parameters}
