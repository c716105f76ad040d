"""Random functions of complex variables are derived; every line holds, and the answers are differences of the function.

TEXGRAD_EXAMPLES sets how many are tried (40 where it is not set).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.expressions import INDICES, expressions
from texgrad.algebra import SYMBOL, Expr, add, holds, number, postorder, substitute, symbol
from texgrad.check_values import Evaluator, Unchecked
from texgrad.check_worlds import directed, world
from texgrad.engine.answers import put_back
from texgrad.engine.derivation import Question
from texgrad.notation import Style
from texgrad.operators import (
    DERIVATIVE,
    IMAGINARY,
    UNKNOWN_FUNCTION,
    absolute,
    conjugate,
    conjugate_transpose,
    differential,
    imaginary,
    is_complex,
    power,
    product,
    real_part,
    transpose,
)
from texgrad.reader import read_expression
from texgrad.shapes import SCALAR
from texgrad.solution_ways import checked
from texgrad.source import TexgradError
from texgrad.wanted import Wanted
from texgrad.writer.latex import write

EXAMPLES = int(os.environ.get("TEXGRAD_EXAMPLES", "40"))
QUIET = settings(
    max_examples=EXAMPLES, deadline=None, derandomize="TEXGRAD_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)  # fmt: skip
# ways in which a function of complex symbols becomes one of them and their conjugates
WRAPPED: tuple[Callable[[Expr, Expr], Expr], ...] = (
    lambda e, c: e,
    lambda e, c: product(e, c),
    lambda e, c: real_part(add(e, c)),
    lambda e, c: power(absolute(e), number(2)),
    lambda e, c: add(product(imaginary(), e), conjugate(c)),
)


def complexified(e: Expr, symbols: Mapping[str, Expr], data: Any) -> tuple[Expr, list[Expr]]:
    """The function of complex symbols in place of some, with conjugates in it, and those symbols."""
    plain = [s for s in symbols.values() if not s.data.indices and not s.data.assume]
    assume(plain)
    chosen = data.draw(st.lists(st.sampled_from(plain), min_size=1, max_size=2, unique=True))
    made = {s: symbol(s.data.name, s.shape, ("complex",)) for s in chosen}
    turned = {s: conjugate(c) for s, c in made.items()}
    wrap = data.draw(st.sampled_from(WRAPPED))
    return wrap(substitute(e, made), substitute(e, turned)), list(made.values())


@given(data=st.data())
@QUIET
def test_both_derivatives_by_a_complex_variable(data: Any) -> None:
    drawn, symbols = data.draw(expressions((SCALAR,), depth=4, differentials=False))
    e, variables = complexified(drawn, symbols, data)
    assume(is_complex(e) or holds(e, IMAGINARY) or any(v.data.name in e.free for v in variables))
    wanted = tuple(Wanted(v, part=part) for v in variables for part in ("", "conjugate"))
    taken = frozenset(p.data.name for p in postorder(e) if p.op in (SYMBOL, UNKNOWN_FUNCTION))
    field = ("complex",) if is_complex(e) else ()
    question = Question(symbol("f_0", e.shape, field), e, wanted, taken=taken | {"f_0"} | set(INDICES))
    try:
        derivation, _ = checked(question, "differential")
    except TexgradError as refused:
        assert {d.code for d in refused.diagnostics} <= {"unsupported", "too-large", "not-differentiable"}, e
        return
    own = {n.symbol: n.definition for n in derivation.names} | {question.name: e}
    for result in derivation.results:
        agrees(e, result.wanted, put_back(result.expression, own))
    assert all(line.left is None or line.left.op is DERIVATIVE or line.right for line in derivation.lines)


def agrees(e: Expr, wanted: Wanted, G: Expr) -> None:
    """The answer is worth ½(D f[E] ∓ i D f[iE]) at every entry, at some point where both have a value."""
    v = wanted.variable
    for attempt in range(8):
        made = world((e, G), frozenset((v.data.name,)), {}, attempt)
        with np.errstate(all="ignore"):
            try:
                worth = Evaluator(made)(G)
                found, halves = by_differences(e, v, made, 1j if wanted.part else -1j)
            except (np.linalg.LinAlgError, Unchecked):
                continue
        worth, found = np.broadcast_arrays(worth, found)
        if np.isfinite(worth).all() and np.isfinite(found).all():
            size = max(1e-3, halves, float(np.abs(worth).max()))
            assert np.abs(worth - found).max() < 1e-5 * size, (e, wanted, G)
            return


def by_differences(e: Expr, v: Expr, made: Any, unit: complex) -> tuple[Any, float]:
    """½(D f[E] ± i D f[iE]) at every entry E, and how large the two are that may cancel in it."""
    shape = made.values[v.data.name].shape
    out, halves = np.zeros(shape, dtype=complex), 0.0
    for at in np.ndindex(*shape[1:]):
        steps = []
        for step in (1.0, 1j):
            E = np.zeros(shape, dtype=complex)
            E[(slice(None), *at)] = step
            steps.append(Evaluator(directed(made, {v.data.name: E}))(differential(e)))
        first, second = np.broadcast_arrays(*steps)
        halves = max(halves, float(np.abs(first).max()), float(np.abs(second).max()))
        out[(slice(None), *at)] = ((first + unit * second) / 2)[..., 0, 0]
    return out, halves


@given(data=st.data())
@QUIET
def test_what_holds_conjugates_reads_back(data: Any) -> None:
    drawn, symbols = data.draw(expressions(depth=3, differentials=False))
    whole = [s for s in symbols.values() if not s.data.indices and not s.data.assume]
    assume(whole)
    made = {s: symbol(s.data.name, s.shape, ("complex",)) for s in whole}
    turn = data.draw(st.sampled_from((conjugate, conjugate_transpose, lambda c: c)))
    e = turn(substitute(drawn, made))
    known = {**symbols, **{s.data.name: s for s in made.values()}}
    latex = write(e, Style())
    try:
        back = read_expression(latex, known, INDICES)
    except TexgradError:
        return
    if back.shape != e.shape:
        return
    made_world = world((e, back), frozenset(), {})
    try:
        with np.errstate(all="ignore"):
            a, b = np.broadcast_arrays(Evaluator(made_world)(e), Evaluator(made_world)(back))
    except Unchecked:
        return
    assert not np.isfinite(a).all() or np.allclose(a, b), latex


def test_transposes_of_conjugates_are_conjugates_of_transposes() -> None:
    A = symbol("A", SCALAR, ("complex",))
    assert transpose(conjugate(A)) is conjugate(transpose(A)) is conjugate_transpose(A)
