"""What is written reads back as the same expression, for random expressions over the whole operator table."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis import strategies as st

from tests.expressions import INDICES, KNOWN, expressions
from texgrad.algebra import ZERO, Expr, postorder, split, terms
from texgrad.notation import Style
from texgrad.operators import (
    ABS,
    CONJUGATE,
    CONJUGATE_TRANSPOSE,
    CROSS,
    CROSS_MATRIX,
    DET,
    IDENTITY,
    IMAGINARY_PART,
    LOG,
    ONES,
    PARTIAL,
    PARTIAL_TRACE,
    PRODUCT,
    REAL_PART,
    SUM,
    TABLE,
    TRACE,
    UNVEC,
    factors,
)
from texgrad.reader import read_expression
from texgrad.shapes import ONE
from texgrad.writer.latex import write

SIZES = {"ones": r"\mathbf 1_{#1\times #2}", "identity": "I_{#1}"}
HANDS = {
    "plain": Style(templates=SIZES),
    "T": Style(templates={**SIZES, "transpose": "#1^T", "Hadamard product": r"#1 \circ #2", "product": r"#1 \cdot #2"}),
    "braces": Style(
        templates={
            **SIZES,
            "transpose": r"#1^{\top}",
            "squared matrix norm": r"\left\|#1\right\|^2_F",
            "trace": r"{\rm tr}(#1)",
            "determinant": r"\det #1",
            "logarithm": r"\ln #1",
            "Frobenius product": r"\langle #1, #2\rangle",
            "sum over an index": r"\sum_{#2} #1",
        },
        differential=r"\mathrm{d}",
        fraction=r"\dfrac",
        brackets=r"\left(",
    ),
    "prime": Style(templates={**SIZES, "transpose": "#1'", "matrix norm": r"\lVert #1\rVert"}),
}
ROOMY = settings(deadline=None, suppress_health_check=list(HealthCheck))


def readable(e: Expr) -> bool:
    """Whether the text has one meaning: a zero shows no shape, log det is one operator, tr(exp(A)) means two things,
    and so does log|X| of a matrix."""
    return not any(
        p.op in (ZERO, UNVEC)
        or (p.op.elementwise and p.args[0].op is ABS and ONE not in p.shape)
        or (p.op is LOG and p.args[0].op is DET)
        or (p.op is TRACE and of_entries(p.args[0]))
        for p in postorder(e)
    )


def of_entries(e: Expr) -> bool:
    """Whether a function of the entries of a matrix is a term or a factor of it."""
    return any(f.op.elementwise for t in terms(e) for f in (split(t)[1], *factors(split(t)[1])[1]))


@pytest.mark.parametrize("hand", HANDS)
@given(expressions())
@ROOMY
def test_what_is_written_reads_back(hand: str, drawn: tuple[Expr, dict[str, Expr]]) -> None:
    e, symbols = drawn
    assume(readable(e))
    latex = write(e, HANDS[hand])
    assert read_expression(latex, {**KNOWN, **symbols}, INDICES) is e, latex


@given(st.data())
@ROOMY
def test_constants_without_sizes_read_back_where_their_neighbours_tell_them(data: st.DataObject) -> None:
    e, symbols = data.draw(expressions(differentials=False, depth=3))
    assume(readable(e))
    constants = {p for p in postorder(e) if p.op in (ONES, IDENTITY)}
    owners = [p for p in postorder(e) if not constants.isdisjoint(p.args)]
    assume(all(p.op is SUM and not constants.issuperset(p.args) for p in owners) and e not in constants)
    assume(not any(p.op is PRODUCT for p in owners))
    latex = write(e, Style())
    assert read_expression(latex, {**KNOWN, **symbols}, INDICES) is e, latex


class Reached(Exception):
    """Nothing is missing any more."""


def test_random_expressions_reach_the_whole_table() -> None:
    own = [op for op in TABLE if not op.noun and (op.entrywise is None or op.spellings != op.entrywise.spellings)]
    left = {PARTIAL_TRACE, CONJUGATE, CONJUGATE_TRANSPOSE, REAL_PART, IMAGINARY_PART,  # hidden sizes, complex numbers
            CROSS, CROSS_MATRIX, PARTIAL}  # vectors with three entries; only derivatives hold it
    missing = {op.name for op in own if op not in left}

    @settings(ROOMY, max_examples=1000, database=None, phases=(Phase.generate,))
    @given(expressions())
    def look(drawn: tuple[Expr, dict[str, Expr]]) -> None:
        missing.difference_update(p.op.name for p in postorder(drawn[0]))
        if not missing:
            raise Reached

    for number in range(12):
        if missing:
            with suppress(Reached):
                seed(number)(look)()
    assert not missing
