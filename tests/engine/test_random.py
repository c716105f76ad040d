"""Random well-shaped functions are derived, and every line of the derivation is worth what it claims.

TEXGRAD_EXAMPLES sets how many are tried (150 where it is not set).
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.expressions import INDICES, LETTERS, expressions
from texgrad.algebra import SYMBOL, Expr, postorder, symbol
from texgrad.engine.derivation import Question
from texgrad.operators import UNKNOWN_FUNCTION
from texgrad.shapes import ONE, SCALAR
from texgrad.solution_ways import checked
from texgrad.source import TexgradError
from texgrad.wanted import Wanted

EXAMPLES = int(os.environ.get("TEXGRAD_EXAMPLES", "150"))
QUIET = settings(
    max_examples=EXAMPLES, deadline=None, derandomize="TEXGRAD_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)  # fmt: skip
VECTORS = tuple(s for s in LETTERS if s[0] != ONE and s[1] == ONE)
MATRICES = tuple(s for s in LETTERS if ONE not in s)
# refusals that say something of the function; `internal` is not among them
REFUSED = {"unsupported", "not-differentiable", "too-large"}


def question(e: Expr, variables: list[Expr], order: int = 1) -> Question:
    """What is asked: the derivative of the expression, called f, by the variables."""
    wanted = tuple(Wanted(v, order=order) for v in variables)
    taken = frozenset(p.data.name for p in postorder(e) if p.op in (SYMBOL, UNKNOWN_FUNCTION))
    return Question(symbol("f_0", e.shape), e, wanted, taken=taken | {"f_0"} | set(INDICES))


def derivation_holds(e: Expr, variables: list[Expr], style: str = "differential", order: int = 1) -> str:
    """Derive and check; gives the code of the refusal where there is one."""
    try:
        derivation, verified = checked(question(e, variables, order), style)
    except TexgradError as refused:
        (diagnostic,) = refused.diagnostics
        assert diagnostic.code in REFUSED, (e, variables, diagnostic.message)
        return diagnostic.code
    assert [r.wanted.variable for r in derivation.results] == variables
    assert verified.points >= 3
    assert verified.worst < 1e-4
    return ""


def some_of(data: Any, symbols: dict[str, Expr]) -> list[Expr]:
    """One or two of the symbols that are no members of families."""
    whole = [s for s in symbols.values() if not s.data.indices]
    assume(whole)
    found: list[Expr] = data.draw(st.lists(st.sampled_from(whole), min_size=1, max_size=2, unique=True))
    return found


@given(data=st.data())
@QUIET
def test_gradients_of_scalar_functions(data: Any) -> None:
    e, symbols = data.draw(expressions((SCALAR,), differentials=False))
    derivation_holds(e, some_of(data, symbols))


@given(data=st.data())
@QUIET
def test_derivatives_of_vectors_and_matrices(data: Any) -> None:
    e, symbols = data.draw(expressions((*VECTORS, *MATRICES), depth=4, differentials=False))
    derivation_holds(e, some_of(data, symbols)[:1])


@given(data=st.data())
@settings(QUIET, max_examples=max(EXAMPLES // 3, 1))
def test_second_derivatives(data: Any) -> None:
    e, symbols = data.draw(expressions((SCALAR,), depth=4, differentials=False))
    derivation_holds(e, some_of(data, symbols)[:1], order=2)


@given(data=st.data())
@settings(QUIET, max_examples=max(EXAMPLES // 3, 1))
def test_perturbations_and_components(data: Any) -> None:
    e, symbols = data.draw(expressions((SCALAR,), depth=4, differentials=False))
    style = data.draw(st.sampled_from(("perturbation", "component", "trace")))
    derivation_holds(e, some_of(data, symbols)[:1], style=style)
