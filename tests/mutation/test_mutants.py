"""Rules of the table broken on purpose: the laws see every one, and no derivation with one of them is ever shown.

A mutant replaces one field of one entry by a function that counts its calls, so that it is certain that the broken rule
is the one that ran.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from tests.operators.examples import examples
from tests.operators.laws import LAWS
from texgrad import TexgradError, derive
from texgrad.algebra import Expr, Op, add, is_zero, number, scale, symbol
from texgrad.operators import (
    COS,
    COSH,
    DET,
    DIAGONAL,
    DIAGONAL_MATRIX,
    ENTRY,
    EXP,
    FROBENIUS,
    HADAMARD,
    INVERSE,
    LOG,
    LOGDET,
    NORM,
    POWER,
    PRODUCT,
    SIGMOID,
    SIN,
    SINH,
    TABLE,
    TANH,
    TRACE,
    TRANSPOSE,
    det,
    differential,
    frobenius,
    hadamard,
    identity,
    inverse,
    kronecker,
    norm,
    power,
    product,
    trace,
    transpose,
    vec,
)
from texgrad.shapes import ShapeError
from texgrad.solution_ways import forget

SQUARE = {name: "n x n" for name in "ABCWXY"} | {"x": "n", "y": "n", "a": "n", "t": "scalar"}
# operators with a slope that is not 0 everywhere, as those of the sign and the step are
SLOPED = [op for op in TABLE if op.slope and not is_zero(op.slope(symbol("x")))]


def still(op: Op) -> bool:
    """Whether its differential is 0 everywhere, as of the place where the largest entry stands: no sign can be lost."""
    rule = op.differential
    return rule is not None and all(
        is_zero(rule(*e.args, *map(differential, e.args), data=e.data)) for e in examples(op)
    )  # fmt: skip


# a problem whose answer needs the rule: field, operator -> the formula, by X unless it says otherwise
PROBLEMS: Mapping[tuple[str, str], str] = {
    ("moves", "product"): r"\|AXB-C\|_F^2",
    ("moves", "Hadamard product"): r"\|W\odot X\|_F^2",
    ("moves", "trace"): r"\|\operatorname{tr}(X)a-x\|_2^2",
    ("moves", "Diag"): r"\operatorname{tr}(A\operatorname{Diag}(Xa))",
    ("moves", "diag"): r"a^T\operatorname{diag}(AX)",
    ("vec", "product"): r"Y = AXB",
    ("vec", "Hadamard product"): r"Y = W\odot X",
    ("vec", "transpose"): r"Y = A(W\odot X)^T",
    ("vec", "Frobenius product"): r"Y = \|X\|_F^2A",
    ("vec", "trace"): r"Y = \operatorname{tr}(X)A",
    ("differential", "inverse"): r"\operatorname{tr}(AX^{-1})",
    ("differential", "power"): r"\operatorname{tr}(AX)^3",
    ("differential", "norm"): r"\|AX\|_F + t",
    ("differential", "determinant"): r"\det(AX)",
    ("differential", "log-determinant"): r"\log\det(AX)",
    **{("slope", op.name): op.spellings[-1].replace("#1", "(a^TXy)" if op.spellings[-1][0] == "#" else "a^TXy")
       for op in SLOPED},
}  # fmt: skip

Rule = Callable[..., Any]


@dataclass(frozen=True)
class Mutant:
    """One field of one operator, and the broken rule made from the right one."""

    op: Op
    field: str
    name: str
    broken: Callable[[Rule], Rule]

    def __repr__(self) -> str:
        return f"{self.op.name}.{self.field}: {self.name}"


def result(change: Callable[[Expr], Expr]) -> Callable[[Rule], Rule]:
    """What the right rule gives, changed: each of its expressions where it gives several."""

    def broken(right: Rule) -> Rule:
        def rule(*args: Any, **data: Any) -> Any:
            found = right(*args, **data)
            return change(found) if isinstance(found, Expr) else tuple(change(found[k]) for k in range(len(found)))

        return rule

    return broken


def instead(rule: Rule) -> Callable[[Rule], Rule]:
    """Another rule."""
    return lambda right: rule


LOST_SIGN = result(lambda e: scale(-1, e))
WRONG_FACTOR = result(lambda e: scale(2, e))


def _product_moves(left: Callable[[Expr], Expr], right: Callable[[Expr], Expr]) -> Rule:
    """How factors of a product leave, with something else than the transpose on either side."""

    def moves(G: Expr, *args: Expr, data: Any = None) -> Sequence[Expr]:
        return [
            product(*(left(a) for a in reversed(args[:k])), G, *(right(a) for a in reversed(args[k + 1 :])))
            for k in range(len(args))
        ]

    return moves


def _product_vec(swap: bool, turn: bool) -> Rule:
    def matrices(_: object, *args: Expr, data: Any = None) -> Sequence[Expr]:
        found = []
        for k, a in enumerate(args):
            before = product(*args[:k]) if k else identity(a.shape[0])
            after = product(*args[k + 1 :]) if k + 1 < len(args) else identity(a.shape[1])
            after = transpose(after) if turn else after
            found.append(kronecker(before, after) if swap else kronecker(after, before))
        return found

    return matrices


def _same(e: Expr) -> Expr:
    return e


BY_HAND: Sequence[tuple[Op, str, str, Callable[[Rule], Rule]]] = (
    (PRODUCT, "moves", "no transpose on the left", instead(_product_moves(_same, transpose))),
    (PRODUCT, "moves", "no transpose on the right", instead(_product_moves(transpose, _same))),
    (PRODUCT, "moves", "transposes the gradient", lambda right: lambda G, *args: right(transpose(G), *args)),
    (PRODUCT, "vec", "swapped factors", instead(_product_vec(True, True))),
    (PRODUCT, "vec", "no transpose", instead(_product_vec(False, False))),
    (HADAMARD, "moves", "forgets the other factor", lambda right: lambda G, *args: (G,) * len(args)),
    (HADAMARD, "moves", "transposes the gradient", result(transpose)),
    (HADAMARD, "vec", "forgets the other factor",
     instead(lambda _, *args, data=None: (identity(args[0].shape[0] * args[0].shape[1]),) * len(args))),
    (TRANSPOSE, "moves", "dropped transpose", instead(lambda G, A, data=None: (G,))),
    (TRANSPOSE, "vec", "no commutation", instead(lambda _, A, data=None: (identity(A.shape[0] * A.shape[1]),))),
    (FROBENIUS, "vec", "swapped factors", instead(lambda _, A, B, data=None: (transpose(vec(A)), transpose(vec(B))))),
    (FROBENIUS, "moves", "swapped factors", lambda right: lambda g, A, B, data=None: right(g, B, A)),
    (TRACE, "moves", "forgets the factor", instead(lambda g, A, data=None: (identity(A.shape[0]),))),
    (DIAGONAL, "moves", "a matrix of equal rows", instead(lambda g, A, data=None: (product(g, transpose(g)),))),
    (INVERSE, "differential", "dropped inverse", instead(lambda A, dA, data=None: scale(-1, product(inverse(A), dA)))),
    (INVERSE, "differential", "a transpose too many",
     instead(lambda A, dA, data=None: scale(-1, product(transpose(inverse(A)), dA, inverse(A))))),
    (POWER, "differential", "exponent not lowered",
     instead(lambda A, p, dA, dp, data=None: product(p, hadamard(power(A, p), dA)))),
    (POWER, "differential", "forgets the exponent",
     instead(lambda A, p, dA, dp, data=None: hadamard(power(A, add(p, number(-1))), dA))),
    (NORM, "differential", "not divided by the norm", instead(lambda A, dA, data=None: frobenius(A, dA))),
    (NORM, "differential", "divided by its square",
     instead(lambda A, dA, data=None: product(power(norm(A), number(-2)), frobenius(A, dA)))),
    (DET, "differential", "forgets the determinant", instead(lambda A, dA, data=None: trace(product(inverse(A), dA)))),
    (DET, "differential", "dropped inverse", instead(lambda A, dA, data=None: product(det(A), trace(product(A, dA))))),
    (LOGDET, "differential", "dropped transpose", instead(lambda A, dA, data=None: frobenius(inverse(A), dA))),
    (LOGDET, "differential", "dropped inverse", instead(lambda A, dA, data=None: frobenius(transpose(A), dA))),
    (LOGDET, "differential", "the determinant's",
     instead(lambda A, dA, data=None: product(det(A), trace(product(inverse(A), dA))))),
    (TANH, "slope", "forgets the square", instead(lambda A: add(power(A, number(0)), scale(-1, TANH(A))))),
    (TANH, "slope", "plus for minus", instead(lambda A: add(power(A, number(0)), hadamard(TANH(A), TANH(A))))),
    (SIGMOID, "slope", "forgets a factor", instead(lambda A: SIGMOID(A))),
    (LOG, "slope", "not inverted", instead(lambda A: A)),
    (LOG, "slope", "inverted twice", instead(lambda A: power(A, number(-2)))),
    (EXP, "slope", "of the slope", instead(lambda A: power(EXP(A), number(2)))),
    (SIN, "slope", "itself", instead(lambda A: SIN(A))),
    (COS, "slope", "itself", instead(lambda A: COS(A))),
    (SINH, "slope", "itself", instead(lambda A: SINH(A))),
    (COSH, "slope", "itself", instead(lambda A: COSH(A))),
    (DIAGONAL_MATRIX, "moves", "a sum of rows", instead(lambda G, x, data=None: (product(G, x),))),
    (ENTRY, "moves", "mirrored", lambda right: lambda g, A, data: right(g, A, data=data[::-1])),
)  # fmt: skip
MUTANTS = [Mutant(*m) for m in BY_HAND] + [
    Mutant(op, field, name, broken)
    for op in TABLE
    for field in ("moves", "vec", "differential", "complex_differential", "slope")
    if getattr(op, field) is not None
    if field != "slope" or op in SLOPED
    if field != "differential" or not still(op)
    for name, broken in (("lost sign", LOST_SIGN), ("wrong factor", WRONG_FACTOR))
]


@contextmanager
def planted(mutant: Mutant) -> Iterator[list[int]]:
    """The table with the broken rule in it; gives the list of its calls, and puts the right rule back at the end."""
    right = getattr(mutant.op, mutant.field)
    broken = mutant.broken(right)
    calls: list[int] = []

    def counted(*args: Any, **data: Any) -> Any:
        calls.append(len(args))
        return broken(*args, **data)

    object.__setattr__(mutant.op, mutant.field, counted)
    forget()
    try:
        yield calls
    finally:
        object.__setattr__(mutant.op, mutant.field, right)


def lawful(op: Op) -> bool:
    """Whether all laws hold for all examples of an operator; a rule that cannot be evaluated breaks them too."""
    for example in examples(op):
        for law in LAWS:
            try:
                law(example)
            except (AssertionError, ShapeError, np.linalg.LinAlgError):
                return False
    return True


def test_there_are_enough_mutants() -> None:
    assert len({repr(m) for m in MUTANTS}) == len(MUTANTS) >= 30
    assert {(m.field, m.op.name) for m in MUTANTS} >= set(PROBLEMS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=repr)
def test_the_laws_see_a_broken_rule(mutant: Mutant) -> None:
    with planted(mutant) as calls:
        assert not lawful(mutant.op)
        assert calls
    assert lawful(mutant.op)


# the engine takes a trace off the Frobenius product with the factor 1 only
OUT_OF_REACH = {"trace.moves: forgets the factor"}
ASKED = [m for m in MUTANTS if (m.field, m.op.name) in PROBLEMS and repr(m) not in OUT_OF_REACH]


@pytest.mark.parametrize("mutant", ASKED, ids=repr)
def test_a_derivation_with_a_broken_rule_is_not_shown(mutant: Mutant) -> None:
    latex = PROBLEMS[mutant.field, mutant.op.name]
    with planted(mutant) as calls:
        with pytest.raises(TexgradError) as refused:
            shown = derive(latex, wrt="X", declare=SQUARE)
            raise AssertionError(f"{len(calls)} calls, and shown: {shown.latex()}")
        assert calls
    assert [d.code for d in refused.value.diagnostics] == ["internal"]
    assert derive(latex, wrt="X", declare=SQUARE).results
