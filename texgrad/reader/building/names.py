"""Names: each is built by the role in which it was resolved."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from texgrad.algebra import Expr
from texgrad.operators import (
    basis,
    column,
    commutation,
    dimension,
    duplication,
    elimination,
    entry,
    identity,
    imaginary,
    index_value,
    kronecker_delta,
    ones,
    pi,
    row,
    single_entry,
    transpose,
)
from texgrad.reader.building.core import Building
from texgrad.reader.names import Reference, unshifted
from texgrad.reader.tree import Tree
from texgrad.shapes import Dim, Index
from texgrad.source import fail


def build_name(builder: Building, tree: Tree) -> Expr:
    """A name, as it was resolved."""
    found = builder.typing.references[id(tree)]
    if found.role == "symbol":
        return builder.symbol(found.key)
    constant = CONSTANTS.get(found.role)
    if constant is not None:
        return constant(builder, tree)
    return build_reference(builder, found)


def build_reference(builder: Building, found: Reference) -> Expr:
    """What a resolved name stands for, its shape aside: a symbol where its role is no other."""
    at = tuple(builder.shifted(i) for i in found.indices if i.isdigit() or unshifted(i)[0] in builder.indices)
    role = ROLES.get(found.role)
    return builder.symbol(found.key) if role is None else role(builder, found, at)


def counting(builder: Building, name: str) -> Index:
    """The index that counts here under a name."""
    if name not in builder.indices:
        raise fail("undeclared", f"the index {name} is bound nowhere", None, "sum over it, or call it otherwise")
    return builder.indices[name]


def _component(member: Expr, at: tuple[Index, ...]) -> Expr:
    """An entry of a member of a family."""
    return entry(member, *(i._replace(size=size) if i.fixed else i for i, size in zip(at, member.shape, strict=False)))


CONSTANTS: Mapping[str, Callable[[Building, Tree], Expr]] = {
    "identity": lambda builder, tree: identity(builder.shape(tree)[0]),
    "ones": lambda builder, tree: ones(builder.shape(tree)),
}
ROLES: Mapping[str, Callable[[Building, Reference, tuple[Index, ...]], Expr]] = {
    "size": lambda builder, found, at: dimension(Dim.of(found.key)),
    "index": lambda builder, found, at: index_value(counting(builder, found.key)),
    "pi": lambda builder, found, at: pi(),
    "imaginary": lambda builder, found, at: imaginary(),
    "commutation": lambda builder, found, at: commutation(Dim.of(found.indices[0]), Dim.of(found.indices[1])),
    "duplication": lambda builder, found, at: duplication(Dim.of(found.indices[0])),
    "elimination": lambda builder, found, at: elimination(Dim.of(found.indices[0])),
    "basis": lambda builder, found, at: basis(at[0]),
    "single": lambda builder, found, at: single_entry(at[0], at[1]),
    "delta": lambda builder, found, at: kronecker_delta(at[0], at[1]),
    "member": lambda builder, found, at: builder.symbol(found.key, at),
    "member component": lambda builder, found, at: _component(builder.symbol(found.key, at[:1]), at[1:]),
    "row": lambda builder, found, at: row(builder.symbol(found.key), builder.placed(found.key, 0, at[0])),
    "column": lambda builder, found, at: column(builder.symbol(found.key), builder.placed(found.key, 1, at[0])),
    "turned row": lambda builder, found, at: transpose(
        row(builder.symbol(found.key), builder.placed(found.key, 0, at[0]))),
    "component": lambda builder, found, at: builder.entry_of(found.key, at),
}
