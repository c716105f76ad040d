"""What is reported of a function that is typed and built: its derivatives, its symbols, its copy without ties."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from texgrad.algebra import Expr, postorder
from texgrad.operators import HERMITIAN, TRANSPOSE
from texgrad.operators.transposes import SYMMETRIC
from texgrad.reader.apart import shown
from texgrad.reader.building import Builder
from texgrad.reader.infer import Typing
from texgrad.reader.names import Declared
from texgrad.reader.points import extra
from texgrad.reader.problem import SymbolInfo, Untied
from texgrad.reader.request import Asked
from texgrad.reader.targets import Target
from texgrad.reader.tree import Tree
from texgrad.reader.variables import Varied, of_a_family
from texgrad.shapes import ONE, Index, Shape
from texgrad.source import fail
from texgrad.wanted import Wanted


def wanted(ask: Asked, target: Target, found: Varied, second: Varied | None, builder: Builder, part: str,
           shape: Shape) -> Wanted:  # fmt: skip
    """One derivative that is wanted, of a function of that shape.

    part: that of a complex variable which is asked for beside the text.
    """
    made, at = varied(found, builder)
    other, other_at = (None, ()) if second is None else varied(second, builder)
    second_part = second[0].part if second is not None else variable_part(found, part)
    if other is made and at == other_at and second_part == variable_part(found, part):
        other = None
    above = tuple(
        i._replace(size=size) if i.fixed else i
        for i, size in zip(map(builder.shifted, target.entry), shape, strict=False)
    )
    variable = found[0]
    vectorised = variable.vectorised or target.vectorised
    part = variable_part(found, part) if "complex" in made.data.assume else ""
    if HERMITIAN in made.data.assume and part:  # its conjugate is its transpose
        if part != "conjugate" or at:
            raise fail("unsupported", f"this derivative by the Hermitian {made.data.name}", ask.span,
                       f"ask for the one by {made.data.name} or its conjugate")  # fmt: skip
        variable, part = replace(variable, transposed=not variable.transposed), ""
    second_part = second_part if "complex" in made.data.assume else ""
    return Wanted(made, ask.latex, ask.order, at, above, variable.transposed, vectorised, variable.half, other,
                  other_at, ask.form, extra(ask, made, builder), part, second_part=second_part)  # fmt: skip


def variable_part(found: Varied, part: str) -> str:
    """The part of a complex variable that a derivative is by."""
    return found[0].part or part


def varied(found: Varied, builder: Builder) -> tuple[Expr, tuple[Index, ...]]:
    """The symbol that a variable is, and the indices below it that are no family's."""
    variable, entry = found
    known = builder.typing.scope.declared.get(variable.name.base, Declared())
    at = tuple(builder.shifted(i) for i in entry)
    if known.indexed and not entry and not variable.name.sub:
        raise of_a_family(variable)
    if entry and not known.indexed:
        at = tuple(builder.placed(variable.name.base, axis, i) for axis, i in enumerate(at))
    if entry and known.indexed:
        return builder.symbol(variable.name.base, at[:1]), at[1:]
    return builder.symbol(variable.name.base if entry else variable.name.full), at


def info(key: str, name: str, expr: Expr, typing: Typing) -> SymbolInfo:
    """What is reported of a symbol, of which `name` is the Python name."""
    declared = typing.scope.declared.get(key)
    chosen = "inferred" if typing.kinds.get(key) else "convention"
    known = declared is not None and declared.shape is not None
    origin = "declared" if known or key in typing.scope.functions else chosen
    dims = () if expr.scalar and not expr.data.indices else (*(i.size for i in expr.data.indices), *expr.shape)
    while dims and dims[-1] is ONE:
        dims = dims[:-1]
    sizes = tuple(map(str, dims))
    return SymbolInfo(shown(key, expr), name, sizes, origin, tuple(sorted(expr.data.assume)), expr)


def untied(
    function: Tree, order: Iterable[tuple[str, Tree]], wanted: Iterable[Wanted], typing: Typing
) -> Untied | None:
    """The function and its definitions with copies of symmetric variables, if their transposes stand in it."""
    tied = {w.variable for w in wanted if not SYMMETRIC.isdisjoint(w.variable.data.assume)
            and w.order == 1 and not w.half}  # fmt: skip
    if not tied or len(tied) != len({w.variable for w in wanted}):
        return None
    builder = Builder(typing, free={v.data.name for v in tied})
    definitions = tuple(builder.define(name, tree) for name, tree in order)
    expression = builder.whole(function)
    copies = {builder.symbol(v.data.name, v.data.indices): v for v in tied}
    parts = [p for e in (expression, *(d for _, d in definitions)) for p in postorder(e)]
    hidden = any(p.op is TRANSPOSE and p.args[0] in copies for p in parts)
    return Untied(expression, definitions, copies) if hidden else None
