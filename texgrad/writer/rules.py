"""The page of rules: the operators with spellings, shapes, law, source and condition, and the identities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from texgrad.algebra import SCALE, SUM, Expr, Op, symbol
from texgrad.notation import Style
from texgrad.operators import (
    BLOCK,
    COLUMN,
    CROSS,
    CROSS_MATRIX,
    ENTRY,
    INDEXED_PRODUCT,
    INDEXED_SUM,
    MATRIX_POWER,
    PARTIAL,
    PARTIAL_TRACE,
    PRODUCT,
    ROW,
    TABLE,
    UNKNOWN_FUNCTION,
    UNVEC,
    VECH,
    Function,
    differential,
    dimension,
    frobenius,
    hadamard,
    product,
    trace,
)
from texgrad.operators.sums import BOUND
from texgrad.shapes import ONE, SCALAR, Dim, Index, Shape, Signature, shape_of
from texgrad.tidy import IDENTITIES
from texgrad.writer.latex import write

STYLE = Style()
# shape rules of the operators that hold none, because they take any number of factors or keep the shape themselves
SHOWN: Mapping[Op, str] = {PRODUCT: "m n, n p -> m p", UNVEC: "m*n 1 -> m n", PARTIAL_TRACE: "m*p n*p -> m n",
                            CROSS: "3, 3 -> 3", CROSS_MATRIX: "3 -> 3 3"}  # fmt: skip
FIRST, SECOND = Index("i", Dim.of("m")), Index("j", Dim.of("n"))
VECTOR, SPACE = shape_of("n"), shape_of(3)
DATA: Mapping[Op, object] = {
    BLOCK: (1, 2),
    PARTIAL_TRACE: (2, Dim.of("m"), Dim.of("n"), Dim.of("p")),
    ENTRY: (FIRST, SECOND), INDEXED_SUM: FIRST, INDEXED_PRODUCT: FIRST, ROW: (FIRST,),
    COLUMN: (SECOND,), UNKNOWN_FUNCTION: Function("g", SCALAR, VECTOR),
    PARTIAL: (1, Dim.of("m"), Dim.of("n")),
    **dict.fromkeys((op for op in TABLE if "eigen" in op.name or "singular v" in op.name), ("max",)),
}  # fmt: skip
ARGUMENTS: Mapping[Op, tuple[Expr, ...]] = {
    CROSS: (symbol("a", SPACE), symbol("b", SPACE)), CROSS_MATRIX: (symbol("a", SPACE),),
    PARTIAL: (symbol("g", (Dim.of("m") + Dim.of("n"), ONE)),),
    UNKNOWN_FUNCTION: (symbol("x", VECTOR),), VECH: (symbol("A", shape_of("n", "n")),),
    BLOCK: (symbol("A", shape_of("m", "n")), symbol("B", shape_of("m", "p"))),
}  # fmt: skip


def table() -> str:
    """Every operator with how it is written, the shapes it takes, its derivative, and where the law stands.

    The identities by which lines go on from one another come last.
    """
    return "\n".join("\n".join((*entry, "")) for entry in (*map(_entry, TABLE), _identities()))


def _identities() -> Iterator[str]:
    yield "## identities\n"
    yield from (f"- {identity.name}" for identity in IDENTITIES)


def _entry(op: Op) -> Iterator[str]:
    yield f"## {op.name}\n"
    facts = {
        "written": ", ".join(f"`{s}`" for s in op.spellings),
        "shapes": _shapes(op),
        "derivative": _derivative(op),
        "law": op.law,
        "source": op.source,
        "where": f"`{op.condition.replace('#1', 'A')}`" if op.condition else "",
    }
    yield from (f"- {fact}: {value}" for fact, value in facts.items() if value)


def _shapes(op: Op) -> str:
    def pair(sizes: str) -> str:
        rows, _, cols = sizes.strip().partition(" ")
        return f"{rows}×{cols}" if cols else rows

    text = SHOWN.get(op, op.signature)
    arguments, _, result = text.partition("->")
    return f"{', '.join(map(pair, arguments.split(',')))} → {pair(result)}" if text else ""


def _derivative(op: Op) -> str:
    arguments = _arguments(op)
    steps = [differential(a) for a in arguments]
    data = DATA.get(op)
    if op.slope is not None:
        return _equation(_plain(op, arguments, data), hadamard(op.slope(arguments[0]), steps[0]))
    if op.prime is not None:
        (A,) = arguments
        return _equation(trace(op(A)), trace(product(op.prime(A), steps[0])))
    if op.sympy:
        return f"f' from SymPy's `{op.sympy}`"
    if op.differential is not None:
        return _equation(_plain(op, arguments, data), op.differential(*arguments, *steps, data=data))
    if op.moves is None or op in (SCALE, SUM, UNVEC):
        return ""
    return "; ".join(_moves(op, arguments, steps, data))


def _moves(op: Op, arguments: list[Expr], steps: list[Expr], data: object) -> Iterator[str]:
    """⟨G, op(.., dA, ..)⟩ = ⟨moved, dA⟩ for every argument of a linear operator."""
    assert op.moves is not None
    G = _named(2, _plain(op, arguments, data).shape)
    for k, moved in enumerate(op.moves(G, *arguments, data=data)):
        varied = _plain(op, [*arguments[:k], steps[k], *arguments[k + 1 :]], data)
        yield f"`{write(frobenius(G, varied), STYLE)} = {write(frobenius(moved, steps[k]), STYLE)}`".replace(BOUND, "")


def _equation(e: Expr, d: Expr) -> str:
    return f"`{write(differential(e), STYLE)} = {write(d, STYLE)}`".replace(BOUND, "")


def _plain(op: Op, arguments: list[Expr], data: object) -> Expr:
    return op(*arguments) if data is None else op(*arguments, data=data)


def _arguments(op: Op) -> list[Expr]:
    """A symbol for every argument, of the shape that the rule asks for."""
    if op in ARGUMENTS:
        return list(ARGUMENTS[op])
    text = SHOWN.get(op, op.signature)
    if not text:
        return []
    if op is MATRIX_POWER:
        return [_named(0, (Dim.of("n"), Dim.of("n"))), dimension(Dim.of("k"))]
    rule = Signature.parse(text)
    shapes = [_shape(pair) for pair in rule.arguments + rule.arguments[-1:] * rule.variadic]
    return [_named(k, shape) for k, shape in enumerate(shapes)]


def _named(k: int, shape: Shape) -> Expr:
    """The symbol for the argument with that number: a capital for a matrix."""
    return symbol("abg"[k] if ONE in shape else "ABG"[k], shape)


def _shape(pair: tuple[str, str]) -> Shape:
    rows, cols = (_size(p) for p in pair)
    return rows, cols


def _size(text: str) -> Dim:
    total = Dim.of(1)
    for factor in text.split("*"):
        total = total * Dim.of(1 if factor == "1" else factor)
    return total
