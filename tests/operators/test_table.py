"""Every entry of the operator table obeys the laws; no operator is named here, so none can be added untested."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from typing import Any

import numpy as np
import pytest

from tests.differences import compiled
from tests.operators.examples import EXAMPLES, LEAF_EXAMPLES, Example, evaluator, examples
from tests.operators.laws import DIFFERENCES, LAWS, close, differentiable, turned_like_its_value
from texgrad import TexgradError, derive
from texgrad.algebra import SYMBOL, Expr, Op, node, number, postorder, scale, substitute, symbol
from texgrad.check_values import Evaluator
from texgrad.notation import Style, pattern
from texgrad.operators import (
    INDEXED_SUM,
    LEAVES,
    MATRIX_POWER,
    TABLE,
    Function,
    differential,
    entry,
    indexed_sum,
    power,
    product,
    trace,
    transpose,
)
from texgrad.reader import read_expression
from texgrad.shapes import ONE, Dim, Index
from texgrad.writer.latex import write
from texgrad.writer.python import function
from texgrad.writer.spellings import filled as put_in

COMPUTED = [e.expr for e in EXAMPLES if not e.op.marks] + list(LEAF_EXAMPLES.values())


def filled(example: Example, spelling: str) -> tuple[Expr, str]:
    """The expression that a spelling with the example's arguments means, and its text."""
    count = len(pattern(example.op, spelling).arguments)
    args = example.args[:count]
    texts = [write(a, Style()) for a in args]
    return example.op(*args, data=example.data), str(put_in(spelling, *texts))


def shared(op: Op) -> bool:
    """Whether it is spelt as the operator that works entry by entry, which is what is read outside of a trace."""
    return op.entrywise is not None and op.spellings == op.entrywise.spellings


SPELLINGS = [(op, spelling) for op in TABLE for spelling in op.spellings if not shared(op)]


@pytest.mark.parametrize("op", TABLE, ids=repr)
def test_every_operator_has_an_example_and_one_rule_of_calculus(op: Op) -> None:
    assert examples(op)
    ways = [op.moves, op.differential, op.slope, op.prime, op.sympy or None]
    assert sum(way is not None for way in ways) <= 1
    assert op.law or op.marks


@pytest.mark.parametrize("example", EXAMPLES, ids=repr)
def test_a_sum_over_an_index_is_worth_the_sum_of_its_terms(example: Example) -> None:
    index = Index("z", Dim.of("Z"))
    members = {
        s: symbol(s.data.name, s.shape, s.data.assume, (*s.data.indices, index)) for s in example.args if s.op is SYMBOL
    }
    body = substitute(example.plain(), members)
    for term in (body, differential(body)) if example.op.value else ():
        whole = evaluator(indexed_sum(term, index), term)
        world = whole.world
        each = [Evaluator(replace(world, indices={**world.indices, "z": k}))(term) for k in range(world.sizes["Z"])]
        assert close(whole(node(INDEXED_SUM, (term,), index, term.shape)), sum(each), DIFFERENCES)


NO_RULE = [
    op for op in TABLE
    if not (differentiable(op) or shared(op) or op.noun or op.prime) and op.value and examples(op)[0].expr.op is op
]  # fmt: skip


@pytest.mark.parametrize("op", NO_RULE, ids=repr)
def test_an_operator_without_a_rule_of_calculus_is_refused(op: Op) -> None:
    e = examples(op)[0].expr
    text = rf"f = \operatorname{{tr}}({write(product(e, symbol('Q', e.shape[::-1])), Style())})"
    declare = {p.data.name: " x ".join(map(str, p.shape)) for p in postorder(e) if p.op is SYMBOL}
    with pytest.raises(TexgradError) as refused:
        derive(text, wrt=examples(op)[0].args[0].data.name, declare=declare)
    assert [d.code for d in refused.value.diagnostics] == ["unsupported"]


@pytest.mark.parametrize("op", [op for op in TABLE if op.prime], ids=repr)
def test_the_trace_of_a_function_of_a_matrix(op: Op) -> None:
    """It reads back as what it is, and its gradient is f'(A)ᵀ by finite differences."""
    A = examples(op)[0].args[0]
    e = trace(op(A))
    assert read_expression(write(e, Style()), {A.data.name: A}) is e
    assert op.prime is not None
    d = trace(product(op.prime(A), differential(A)))
    evaluate = evaluator(e)
    assert close(evaluate(d), evaluate(differential(e)), 1e-6)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
@pytest.mark.parametrize("example", EXAMPLES, ids=repr)
def test_law(example: Example, law: Callable[[Example], None]) -> None:
    law(example)


@pytest.mark.parametrize("op", LEAVES, ids=repr)
def test_every_leaf_has_the_shape_of_its_value_and_is_transposed_like_it(op: Op) -> None:
    e = LEAF_EXAMPLES[op]
    evaluate = evaluator(e)
    assert evaluate(e).shape[1:] == tuple(d.value(evaluate.world.sizes) for d in e.shape)
    turned_like_its_value(e)


@pytest.mark.parametrize(("op", "spelling"), SPELLINGS, ids=repr)
def test_every_spelling_reads_back(op: Op, spelling: str) -> None:
    """It reads back, or is refused where its shape makes it mean something else; a shape is never written."""
    read = [reading(e, spelling) for e in examples(op) if e.data is None or e.data != e.shape]
    assert all(found in (e, None) for e, found in read), read
    assert any(found for _, found in read) or not read


def reading(example: Example, spelling: str) -> tuple[Expr, Expr | None]:
    """What a spelling means, and what it is read as; None where it is refused."""
    e, text = filled(example, spelling)
    symbols = {p.data.name: p for p in postorder(e) if p.op is SYMBOL}
    data = example.data if isinstance(example.data, tuple) else ()
    try:
        found = read_expression(text, symbols, {i.name: i for i in data if isinstance(i, Index)})
        return e, None if found.op is MATRIX_POWER else found  # a power of a square matrix is not one of its entries
    except TexgradError:
        return e, None


def test_no_two_operators_share_a_spelling_on_the_same_shape() -> None:
    meanings = sorted(
        (text, repr([a.shape for a in e.args]), repr(e))
        for op, spelling in SPELLINGS
        for example in examples(op)
        for e, text in [filled(example, spelling)]
    )
    for key, group in groupby(meanings, key=lambda m: m[:2]):
        assert len({m[2] for m in group}) == 1, key


@pytest.mark.parametrize("entries", [(0, 0), (-1, 0), (0, -1), (slice(None), slice(None))], ids=repr)
@pytest.mark.parametrize("e", COMPUTED, ids=repr)
def test_what_overflowed_is_computed_with_in_silence(
    e: Expr, entries: tuple[Any, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    """LAPACK writes to the standard output, or never comes back, where it is given infinite entries."""
    evaluate = evaluator(e)
    for array in evaluate.world.values.values():
        array[(slice(None), *entries)] = np.inf
    with np.errstate(all="ignore"), suppress(np.linalg.LinAlgError):
        assert evaluate(e).ndim == 3
    assert capfd.readouterr() == ("", "")


def multiplied(e: Expr) -> Expr:
    """The transpose between two matrices."""
    return product(symbol("left", (Dim.of("m"), e.shape[1])), transpose(e), symbol("right", (e.shape[0], Dim.of("n"))))


def at_the_first_place(e: Expr) -> Expr:
    """An entry, or a scalar itself."""
    index = Index("1", Dim.of(1))
    return e if e.scalar else entry(e, *(index for d in e.shape if d != ONE))


WITHIN = (lambda e: e, lambda e: scale(-1, e), lambda e: power(e, number(-1)), multiplied, at_the_first_place)


@pytest.mark.parametrize("within", WITHIN, ids=("alone", "negative", "below", "multiplied", "entry"))
@pytest.mark.parametrize("e", COMPUTED, ids=repr)
def test_the_generated_python_is_worth_the_operator(e: Expr, within: Callable[[Expr], Expr]) -> None:
    """By itself, and within others, which have to put it in brackets."""
    alone, e = e, within(e)
    evaluate = evaluator(e, alone)
    own = evaluate(alone)[0]
    with np.errstate(divide="ignore"):
        worth = evaluate(e)[0]
    if not np.isfinite(worth).all():
        return
    source = function(e, {})
    gradient = compiled(source)
    symbols = {p.data.name: evaluate(p)[0] if not p.data.indices else evaluate.world.values[p.data.name][0]
               for p in postorder(e) if p.op is SYMBOL}  # fmt: skip
    shapes = {p.data.name: p.shape for p in postorder(e) if p.op is SYMBOL}
    arrays = {n: a.squeeze(tuple(k - 2 for k in (0, 1) if shapes[n][k] == ONE)) for n, a in symbols.items()}
    functions = {
        prefix + p.data.name: lambda x: own.squeeze()
        for p in postorder(e) if isinstance(p.data, Function) for prefix in ("", "d")
    }  # fmt: skip
    known = {**evaluate.world.sizes, **evaluate.world.indices, **arrays, **functions}
    names = [n for n in source[source.index("(") + 1 : source.index(")")].split(", ") if n]
    made = gradient(*(known[n] for n in names))
    made = np.asarray(made, dtype=worth.dtype).reshape(worth.shape)
    assert close(made[None], worth[None]), source
