"""Formulas that nest hundreds of levels deep are read like any other, and what nests deeper than that is refused."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from fractions import Fraction
from types import FrameType
from typing import Any

import pytest

from texgrad.algebra import Expr, add, number, postorder, symbol
from texgrad.operators import SIN, TANH, hadamard, power, product
from texgrad.reader import Problem, Reading, Source, read
from texgrad.shapes import Dim
from texgrad.source import TexgradError

N = Dim.of("n")
X, A = (symbol(name, (N, Dim.of("p"))) for name in "XA")
t = symbol("t")
DECLARED = {"X": "n x p", "A": "n x p", "x": "n", "t": "scalar"}


def reading(latex: str, wrt: str, **options: Any) -> Reading:
    """The reading of a function of one variable."""
    return read(Problem((Source(latex, 3),), wrt=(wrt,), declare=DECLARED, **options))


def nested(step: Callable[[Expr], Expr], start: Expr, levels: int) -> Expr:
    """A function applied again and again."""
    for _ in range(levels):
        start = step(start)
    return start


def one_over(e: Expr) -> Expr:
    """1/(1 + e)."""
    return power(add(number(1), e), number(-1))


@pytest.mark.parametrize("levels", [5, 13, 17, 40, 480])
@pytest.mark.parametrize(("before", "core", "after", "step", "start"), [
    (r"\tanh(", "X", ")", TANH, X),
    (r"\tanh\left(", "X", r"\right)", TANH, X),
    (r"\sin{", "t", "}", SIN, t),
    (r"\frac{1}{1+", "t", "}", one_over, t),
    (r"\sqrt{1+", "t", "}", lambda e: power(add(number(1), e), number(Fraction(1, 2))), t),
    (r"A\odot\sin(", "X", ")", lambda e: hadamard(A, SIN(e)), X),
    (r"[1+t\sin(", "t", ")]", lambda e: add(number(1), product(t, SIN(e))), t),
])  # fmt: skip
def test_deep_formulas_are_what_they_say(
    before: str, core: str, after: str, step: Callable[[Expr], Expr], start: Expr, levels: int
) -> None:
    found = reading(before * levels + core + after * levels, start.data.name)
    assert found.expression is nested(step, start, levels)


def test_deep_formulas_below_a_sum_know_its_index() -> None:
    levels = 100
    found = reading(r"\sum_i" + r"\sin(" * levels + "a_ix_i" + ")" * levels, "x")
    assert sum(p.op is SIN for p in postorder(found.expression)) == levels


@pytest.mark.parametrize("levels", [10, 400])
def test_chains_of_definitions(levels: int) -> None:
    chain = tuple(rf"h_{{{k}}} = \tanh(W_{{{k}}}h_{{{k - 1}}})" for k in range(levels, 1, -1))
    found = reading(rf"\|h_{{{levels}}}\|^2", "x", definitions=(r"h_1 = \tanh(W_1x)", *chain))
    assert [s.data.name.strip("h_{}") for s, _ in found.definitions] == [str(k) for k in range(1, levels + 1)]


def test_functions_without_a_formula_in_one_another() -> None:
    found = reading(r"f(" * 200 + "t" + ")" * 200, "t")
    assert sum(1 for _ in postorder(found.expression)) == 201


def test_nested_hadamard_products_take_no_more_time_than_others() -> None:
    began = time.process_time()
    found = reading(r"\|" + r"A\odot(A+" * 40 + "X" + ")" * 40 + r"\|^2", "X")
    assert X in postorder(found.expression)
    assert time.process_time() - began < 2


def deepest(latex: str) -> int:
    """How deep the stack gets while a formula is read."""
    depth = most = 0

    def look(frame: FrameType, event: str, arg: object) -> None:
        nonlocal depth, most
        depth += {"call": 1, "return": -1}.get(event, 0)
        most = max(most, depth)

    sys.setprofile(look)
    try:
        reading(latex, "X")
    finally:
        sys.setprofile(None)
    return most


def test_nothing_recurses_deeply() -> None:
    formulas = [r"\tanh(" * levels + "X" + ")" * levels for levels in (60, 400)]
    first, second = map(deepest, formulas)
    assert second < first + 20


@pytest.mark.parametrize("text", ["{" * 1100 + "X" + "}" * 1100, "(" * 1100 + "X" + ")" * 1100,
                                  "{" * 100_000 + "X" + "}" * 100_000])  # fmt: skip
def test_what_nests_without_end_is_refused(text: str) -> None:
    with pytest.raises(TexgradError) as caught:
        reading(text, "X")
    assert caught.value.diagnostics[0].code == "too-large"
