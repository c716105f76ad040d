"""One example of every operator, made from its signature: arguments with values, and the data that it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count
from typing import Any

import numpy as np

from texgrad.algebra import SYMBOL, Expr, Op, node, number, postorder, scale, subtract, symbol, zero
from texgrad.check_draws import PROPERTIES
from texgrad.check_values import Evaluator
from texgrad.check_worlds import directed, world
from texgrad.operators import (
    ARCOSH,
    BASIS,
    BLOCK,
    CHOLESKY,
    COMMUTATION,
    CONJUGATE,
    CONJUGATE_TRANSPOSE,
    CROSS,
    CROSS_MATRIX,
    DELTA,
    DIMENSION,
    DUPLICATION,
    EIGENVALUE,
    EIGENVECTOR,
    ELIMINATION,
    ENTRY,
    IDENTITY,
    IMAGINARY,
    IMAGINARY_PART,
    INDEX_VALUE,
    INDEXED_PRODUCT,
    INDEXED_SUM,
    LEFT_EIGENVECTOR,
    LEFT_VECTOR,
    MATRIX_POWER,
    NEGATIVE_PART,
    ONES,
    PARTIAL,
    PARTIAL_TRACE,
    PI,
    PRODUCT,
    REAL_PART,
    RIGHT_VECTOR,
    SCALE,
    SINGLE,
    SINGULAR_VALUE,
    TABLE,
    UNKNOWN_FUNCTION,
    UNVEC,
    VECH,
    Function,
    basis,
    commutation,
    dimension,
    duplication,
    elimination,
    identity,
    imaginary,
    index_value,
    kronecker_delta,
    ones,
    pi,
    single_entry,
)
from texgrad.operators import COLUMN as COLUMN_OP
from texgrad.operators import ROW as ROW_OP
from texgrad.shapes import Dim, Index, Shape, shape_of

M, N, P, Q = (Dim.of(name) for name in "mnpq")
ROW, COLUMN = Index("i", M), Index("j", N)
MEMBER = Index("i", Dim.of("r"))
SPACE = shape_of(3)


@dataclass(frozen=True)
class Example:
    """An operator with symbols for its arguments; `shape` where no signature states it."""

    op: Op
    args: tuple[Expr, ...]
    data: Any = None
    shape: Shape | None = None

    def plain(self, *args: Expr) -> Expr:
        """The plain node over the arguments, or over others."""
        return node(self.op, args or self.args, self.data, self.shape)

    @property
    def expr(self) -> Expr:
        """The expression in normal form."""
        return self.op(*self.args, data=self.data) if self.op.rule or self.op.normal else self.plain()

    def __repr__(self) -> str:
        return f"{self.op.name}({', '.join(map(repr, self.args))})"


def letter(shape: Shape, k: int, indices: tuple[Index, ...] = ()) -> Expr:
    """The k-th symbol of a shape: scalars from a, vectors from u, matrices from A."""
    start = "a" if shape == (Dim.of(1),) * 2 else "u" if Dim.of(1) in shape else "A"
    return symbol(chr(ord(start) + k), shape, (), indices)


def _sized(patterns: tuple[tuple[str, str], ...]) -> list[Shape]:
    return [shape_of(*(1 if size == "1" else size for size in p)) for p in patterns]


def _letters(*shapes: Shape) -> tuple[Expr, ...]:
    return tuple(letter(s, k) for k, s in enumerate(shapes))


def _from_signature(op: Op) -> list[Example]:
    """Its arguments with all sizes different, and with all sizes equal; three of them where any number may stand."""
    assert op.rule is not None
    patterns = op.rule.arguments + op.rule.arguments[-1:] * (2 * op.rule.variadic)
    same = tuple((a if a == "1" else "n", b if b == "1" else "n") for a, b in patterns)
    data = DATA.get(op, lambda *args: None)
    columns = tuple((a, "1") for a, b in patterns)
    vectors = op.elementwise or op.rule.variadic
    return [
        Example(op, _letters(*_sized(p)), data(*_letters(*_sized(p))))
        for p in dict.fromkeys((patterns, same, columns) if vectors else (patterns, same))
    ]


# what operators need besides their arguments
DATA: Mapping[Op, Callable[..., Any]] = {
    SCALE: lambda A: Fraction(-3, 2), ENTRY: lambda A: (Index("i", A.shape[0]), Index("j", A.shape[1])),
    ROW_OP: lambda A: (Index("i", A.shape[0]),), COLUMN_OP: lambda A: (Index("j", A.shape[1]),),
    **dict.fromkeys(
        (EIGENVALUE, EIGENVECTOR, LEFT_EIGENVECTOR, SINGULAR_VALUE, LEFT_VECTOR, RIGHT_VECTOR), lambda A: ("max",)),
}  # fmt: skip
# operators without a signature, or whose argument is special
SPECIAL: Mapping[Op, tuple[Example, ...]] = {
    PRODUCT: (
        Example(PRODUCT, _letters(*_sized((("m", "n"), ("n", "p"), ("p", "q")))), None, shape_of("m", "q")),
        Example(PRODUCT, _letters(*_sized((("n", "n"), ("n", "1")))), None, shape_of("n")),
        Example(PRODUCT, (letter(shape_of(), 0), letter(shape_of("m", "n"), 0)), None, shape_of("m", "n")),
        Example(PRODUCT, (letter(shape_of(), 0), letter(shape_of(), 1)), None, shape_of()),
    ),
    MATRIX_POWER: tuple(
        Example(MATRIX_POWER, (letter((N, N), 0), p))
        for p in (dimension(M), scale(-1, dimension(M)), subtract(dimension(N), number(1)), number(13))
    ),
    PARTIAL_TRACE: (
        Example(PARTIAL_TRACE, (letter((M * P, N * P), 0),), (2, M, N, P), (M, N)),
        Example(PARTIAL_TRACE, (letter((M * P, M * N), 0),), (1, P, N, M), (P, N)),
    ),
    BLOCK: (
        Example(BLOCK, _letters(*_sized((("m", "n"), ("m", "p"), ("q", "n"), ("q", "p")))), (2, 2), (M + Q, N + P)),
        Example(BLOCK, _letters(*_sized((("m", "n"), ("m", "1")))), (1, 2), (M, N + Dim.of(1))),
        Example(BLOCK, _letters(*_sized((("m", "1"), ("n", "1")))), (2, 1), (M + N, Dim.of(1))),
    ),
    CROSS: (Example(CROSS, _letters(SPACE, SPACE), None, SPACE),),
    CROSS_MATRIX: (Example(CROSS_MATRIX, _letters(SPACE), None, (Dim.of(3), Dim.of(3))),),
    PARTIAL: (Example(PARTIAL, (letter((M + N, Dim.of(1)), 0),), (1, M, N), shape_of("n")),),
    CHOLESKY: (Example(CHOLESKY, (symbol("A", (N, N), ("symmetric",)),)),),
    VECH: (Example(VECH, (letter((N, N), 0),), None, (N.triangular(), Dim.of(1))),),
    UNVEC: (Example(UNVEC, (letter((M * N, Dim.of(1)), 0),), (M, N), (M, N)),),
    UNKNOWN_FUNCTION: tuple(
        Example(UNKNOWN_FUNCTION, (letter(f.argument, 0),), f, f.worth)
        for shape, argument, order in (
            (shape_of(), shape_of(), 0), (shape_of("m", "n"), shape_of(), 0), (shape_of(), shape_of("m", "n"), 0),
            (shape_of("m"), shape_of("n"), 0), (shape_of("m", "n"), shape_of(), 1), (shape_of(), shape_of("n"), 1),
        )
        for f in (Function("g", shape, argument, order=order),)
    ),
    **{op: tuple(Example(op, (symbol("A", shape, ("complex",)),)) for shape in (shape_of("m", "n"), shape_of("n")))
       for op in (CONJUGATE, CONJUGATE_TRANSPOSE, REAL_PART, IMAGINARY_PART)},
    INDEXED_PRODUCT: (Example(INDEXED_PRODUCT, (letter(shape_of(), 0, (MEMBER,)),), MEMBER),),
    **{op: tuple(Example(op, (symbol("A", shape, (where,)),)) for shape in (shape_of("m", "n"), shape_of("n")))
       for op, where in ((ARCOSH, "greater than 1"), (NEGATIVE_PART, "less than 0"))},
    INDEXED_SUM: (Example(INDEXED_SUM, (letter(shape_of("m", "n"), 0, (MEMBER,)),), MEMBER),),
}
LEAF_EXAMPLES: Mapping[Op, Expr] = {
    IDENTITY: identity(N), ONES: ones((M, N)), BASIS: basis(ROW), SINGLE: single_entry(ROW, COLUMN),
    DIMENSION: dimension(M), COMMUTATION: commutation(M, N), DELTA: kronecker_delta(ROW, Index("k", M)),
    INDEX_VALUE: index_value(ROW), DUPLICATION: duplication(N), ELIMINATION: elimination(N),
    PI: pi(), IMAGINARY: imaginary(),
    SYMBOL: letter((M, N), 0), number(1).op: number(Fraction(2, 3)), zero((M, N)).op: zero((M, N)),
}  # fmt: skip


def examples(op: Op) -> list[Example]:
    """Examples of an operator of the table."""
    return list(SPECIAL[op]) if op in SPECIAL else _from_signature(op)


def of_complex(example: Example) -> Example:
    """The example with a complex first argument."""
    first, *others = example.args
    return replace(example, args=(symbol(first.data.name, first.shape, ("complex",)), *others))


EXAMPLES = [e for op in TABLE for e in examples(op)]


def evaluator(*expressions: Expr, varying: frozenset[str] | None = None) -> Evaluator:
    """A world for the symbols of the expressions: all values within (0, 1), square matrices far from singular."""
    rng = np.random.default_rng(0)
    made = world(expressions, frozenset(), {})
    values: dict[str, Any] = dict(made.values)
    directions: dict[str, Any] = {}
    for leaf in sorted({p for p in postorder(*expressions) if p.op is SYMBOL}, key=lambda e: e.data.name):
        shape = values[leaf.data.name].shape
        array = 0.2 + 0.6 * rng.random(shape)
        if leaf.shape[0] == leaf.shape[1] != Dim.of(1):
            array = 0.35 * array + 0.5 * np.eye(shape[-1])
        if "greater than 1" in leaf.data.assume:
            array = array + 1
        if "less than 0" in leaf.data.assume:
            array = -array
        if "symmetric" in leaf.data.assume:
            array = PROPERTIES["symmetric"](np, array)
        values[leaf.data.name] = array
        if varying is None or leaf.data.name in varying:
            directions[leaf.data.name] = rng.uniform(-1, 1, shape)
        if "complex" in leaf.data.assume:
            values[leaf.data.name] = array + 1j * rng.uniform(-1, 1, shape)
            if leaf.data.name in directions:
                directions[leaf.data.name] = directions[leaf.data.name] + 1j * rng.uniform(-1, 1, shape)
    return Evaluator(directed(replace(made, values=values), directions))


def fresh(*shapes: Shape) -> tuple[Expr, ...]:
    """Symbols of these shapes that no example uses."""
    numbers = count(1)
    return tuple(symbol(f"Z_{next(numbers)}", s) for s in shapes)
