"""The laws that every operator of the table obeys, checked numerically and without naming any operator.

Each law takes an example and raises AssertionError where it does not hold; a law that says nothing about an operator
(the adjoint of one that is not linear) holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from tests.operators.examples import Example, evaluator, fresh, of_complex
from texgrad.algebra import SYMBOL, Expr, Op, add, node, number, scale, symbol, zero
from texgrad.check_values import Evaluator
from texgrad.engine.differentials import PASSED, expand
from texgrad.engine.scope import Scope
from texgrad.engine.slopes import slope_by_sympy
from texgrad.operators import TRANSPOSE, differential, frobenius, hadamard, identity, ones, product, transpose, vec
from texgrad.operators.kronecker import STACKING
from texgrad.shapes import ONE, SCALAR

EXACT = 1e-10
DIFFERENCES = 1e-6


def close(a: Any, b: Any, tolerance: float = EXACT) -> bool:
    """Whether two stacks of values agree in shape and value."""
    if a.shape[1:] != b.shape[1:]:
        return False
    a, b = np.broadcast_arrays(a, b)
    return bool(np.isfinite(a).all() and np.abs(a - b).max() <= tolerance * max(1.0, np.abs(a).max(), np.abs(b).max()))


def agree(evaluate: Evaluator, a: Expr, b: Expr, tolerance: float = EXACT) -> None:
    """Two expressions are worth the same."""
    assert close(evaluate(a), evaluate(b), tolerance), (a, b)


def replaced(args: tuple[Expr, ...], k: int, new: Expr) -> tuple[Expr, ...]:
    """The arguments with another one at place k."""
    return (*args[:k], new, *args[k + 1 :])


# --- value and shape --------------------------------------------------------------------------------------------------


def shape_rule(example: Example) -> None:
    """The shape that the rule states is that of the value."""
    for e in (example.plain(), example.expr):
        evaluate = evaluator(e)
        assert evaluate(e).shape[1:] == tuple(d.value(evaluate.world.sizes) for d in e.shape), e
    assert example.expr.shape == example.plain().shape


def normal_form(example: Example) -> None:
    """Normal form is worth what the plain node is, whatever the arguments are."""
    for args in _telling_arguments(example):
        plain = example.plain(*args)
        normal = example.op(*args, data=example.data) if example.op.rule or example.op.normal else plain
        assert normal.shape == plain.shape, plain
        worth = _finite(plain, normal)
        assert worth is None or close(*worth), (normal, plain)


def _finite(*expressions: Expr) -> list[Any] | None:
    """The values, where there are any: no logarithm of a negative number, no singular inverse."""
    evaluate = evaluator(*expressions)
    try:
        with np.errstate(all="ignore"):
            values = [evaluate(e) for e in expressions]
    except np.linalg.LinAlgError:
        return None
    return values if np.isfinite(values[0]).all() else None


def _telling_arguments(example: Example) -> Iterator[tuple[Expr, ...]]:
    """The arguments as they are, and each of them in turn something that normal form does something with."""
    yield example.args
    for k, a in enumerate(example.args):
        for special in _special(a) if a.op is SYMBOL else ():
            yield replaced(example.args, k, special)
    doubled = tuple(scale(-2, a) if a.op is SYMBOL else a for a in example.args)
    yield doubled


def _special(a: Expr) -> Iterator[Expr]:
    rows, cols = a.shape
    t, B, Bt = fresh(SCALAR, a.shape, (cols, rows))
    yield scale(-2, a)
    yield add(a, scale(3, B))
    yield hadamard(a, B)
    yield product(t, a)
    if rows != ONE or cols != ONE:
        yield transpose(Bt)
        yield ones(a.shape)
        yield product(a, transpose(a), B) if cols != ONE else product(B, transpose(B), a)
    if rows == cols != ONE:
        yield scale(2, identity(rows))
        yield add(identity(rows), symbol("K", a.shape, ("symmetric",)))
    if a.shape == SCALAR:
        yield number(3)


def transposition(example: Example) -> None:
    """The transpose in normal form is worth the plain one, whatever the arguments are, symmetric ones too."""
    for args in (*_telling_arguments(example), tuple(map(_tied, example.args))):
        e = example.plain(*args)
        turned_like_its_value(example.op(*args, data=example.data) if example.op.rule or example.op.normal else e)


def turned_like_its_value(e: Expr) -> None:
    """The transpose in normal form is worth the plain one."""
    worth = _finite(node(TRANSPOSE, (e,)), transpose(e))
    assert worth is None or close(*worth), e


def _tied(a: Expr) -> Expr:
    """A symmetric matrix in place of a square one."""
    square = a.op is SYMBOL and a.shape[0] == a.shape[1] != ONE
    return symbol(a.data.name, a.shape, ("symmetric",)) if square else a


def neighbours(example: Example) -> None:
    """Beside its arguments and beside itself it makes, in normal form, what multiplying makes; transposed as well."""
    e = example.expr
    for other in (*example.args, e):
        for a, b in ((e, other), (other, e), (transpose(e), transpose(other)), (transpose(other), transpose(e))):
            if not (a.scalar or b.scalar) and a.shape[1] == b.shape[0]:
                worth = _finite(product(a, b), a, b)
                assert worth is None or close(worth[0], worth[1] @ worth[2], 1e-8), (a, b)
                turned_like_its_value(product(a, b))


# --- linear operators -------------------------------------------------------------------------------------------------


def _change(example: Example, k: int, args: tuple[Expr, ...], step: Expr) -> Callable[[Evaluator], Any]:
    """op(.., A + step, ..) − op(.., A, ..), worked out numerically."""

    def worth(evaluate: Evaluator) -> Any:
        after = example.plain(*replaced(args, k, add(args[k], step)))
        return evaluate(after) - evaluate(example.plain(*args))

    return worth


def linearity(example: Example) -> None:
    """An operator with adjoints is linear in each argument, or in all of them together."""
    if example.op.moves is None:
        return
    args = example.args
    still = [evaluator(z)(z) for z in (example.plain(*replaced(args, k, zero(a.shape))) for k, a in enumerate(args))]
    together = example.plain(*(zero(a.shape) for a in args))
    assert not evaluator(together)(together).any()
    multilinear = not any(value.any() for value in still)
    for k, a in enumerate(args):
        B, *moved = fresh(a.shape, *(x.shape for x in args))
        whole = example.plain(*replaced(args, k, add(scale(2, a), scale(-3, B))))
        evaluate = evaluator(whole, *args)
        if multilinear:
            parts = 2 * evaluate(example.plain()) - 3 * evaluate(example.plain(*replaced(args, k, B)))
            assert close(evaluate(whole), parts), (example, k)
        else:
            change = _change(example, k, args, B)(evaluate)
            assert close(change, _change(example, k, tuple(moved), B)(evaluator(whole, *args, *moved))), (example, k)


def adjoint(example: Example) -> None:
    """⟨G, op(.., dA, ..)⟩ = ⟨moves, dA⟩ for every argument."""
    if example.op.moves is None:
        return
    plain = example.plain()
    G = symbol("G", plain.shape)
    moves = _rule(example.op.moves, (G, *example.args), example.data)
    assert len(moves) == len(example.args)
    for k, a in enumerate(example.args):
        (step,) = fresh(a.shape)
        evaluate = evaluator(G, plain, step)
        left = (evaluate(G) * _change(example, k, example.args, step)(evaluate)).sum((-1, -2), keepdims=True)
        assert moves[k].shape == a.shape
        assert close(left, evaluate(frobenius(moves[k], step)), DIFFERENCES), (example, k, moves[k])


def vectorised(example: Example) -> None:
    """vec(op(.., dA, ..)) = V vec(dA) for every argument."""
    if example.op.vec is None:
        return
    plain = example.plain()
    matrices = _rule(partial(example.op.vec, STACKING), example.args, example.data)
    assert len(matrices) == len(example.args)
    for k, a in enumerate(example.args):
        (step,) = fresh(a.shape)
        evaluate = evaluator(plain, step)
        change = _change(example, k, example.args, step)(evaluate)
        stacked = change.swapaxes(-1, -2).reshape(*change.shape[:-2], -1, 1)
        assert close(stacked, evaluate(product(matrices[k], vec(step))), DIFFERENCES), (example, k, matrices[k])


def _rule(rule: Callable[..., Sequence[Expr]], args: tuple[Expr, ...], data: Any) -> Sequence[Expr]:
    return rule(*args) if data is None else rule(*args, data=data)


# --- differentials ----------------------------------------------------------------------------------------------------


def differentiable(op: Op) -> bool:
    """Whether the table says how it is differentiated, or it is passed through as a sum over an index is."""
    rules = op.moves or op.differential or op.complex_differential or op.elementwise
    return bool(rules or op.binds or op in PASSED)


def differential_rule(example: Example) -> None:
    """The differential agrees with finite differences, where all arguments vary and where one does."""
    if not differentiable(example.op):
        return
    _differential_rule(example)
    if example.op.complex_differential is not None:
        _differential_rule(of_complex(example))


def _differential_rule(example: Example) -> None:
    e = example.expr
    names = [a.data.name for a in example.args if a.op is SYMBOL]
    for varying in (frozenset(names), *(frozenset((n,)) for n in names)):
        evaluate = evaluator(e, varying=varying)
        worked_out = expand(e, Scope(varying, {}))
        assert worked_out.shape == e.shape
        agree(evaluate, worked_out, differential(e), DIFFERENCES)


def slope(example: Example) -> None:
    """The slope of an elementwise operator, stated or SymPy's, agrees with central differences entry by entry."""
    if not example.op.elementwise:
        return
    (A,) = example.args
    stated = example.op.slope(A) if example.op.slope else slope_by_sympy(example.op, A)
    evaluate = evaluator(A)
    value, h = example.op.value, 1e-5
    assert value is not None
    x = evaluate(A)
    rise = (value(np, x + h, data=None) - value(np, x - h, data=None)) / (2 * h)
    assert stated.shape == A.shape
    assert close(evaluate(stated), rise, DIFFERENCES), (example, stated)


LAWS: tuple[Callable[[Example], None], ...] = (
    shape_rule, normal_form, transposition, neighbours, linearity, adjoint, vectorised, differential_rule, slope,
)  # fmt: skip
