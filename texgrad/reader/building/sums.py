"""Indices: sums, products and extremes over them, rows, columns and entries at them."""

from __future__ import annotations

from texgrad.algebra import Expr, holds
from texgrad.operators import (
    EIGENVALUE,
    ENTRY,
    column,
    columns,
    entry,
    indexed_product,
    indexed_sum,
    maximum,
    minimum,
    product,
    row,
    transpose,
    vec,
)
from texgrad.reader.building.core import Building
from texgrad.reader.notations import ALL_VALUES
from texgrad.reader.tree import Tree
from texgrad.shapes import Dim, Index
from texgrad.source import fail
from texgrad.tidy import PIECES, along, apply, multiplied_spectrum, summed_spectrum
from texgrad.tidy.spectra import counts_all_values


def build_sum_over(builder: Building, tree: Tree) -> Expr:
    """A sum or a product over indices."""
    ends = builder.typing.partial.get(id(tree), (0, 0))
    own = [(builder.index(n, size), but) for n, size, but in builder.typing.summed[id(tree)]]
    with builder.counting(index for index, _ in own):
        made = product(*_fulfilled(builder, tree), builder.whole(tree.args[0]))
    for index, but in reversed(own):
        whole = summed_spectrum if tree.op == "sum over" else multiplied_spectrum
        every = but is None and not any(ends) and _all_values(builder, tree, made, index)
        spectrum = whole(made, index) if every else None
        if spectrum is not None:
            made = spectrum
            continue
        made = (indexed_sum if tree.op == "sum over" else indexed_product)(made, index._replace(but=but, ends=ends))
    return made


def _all_values(builder: Building, tree: Tree, body: Expr, index: Index) -> bool:
    """Whether an index counts all eigenvalues or singular values in the body, and not the first k of them."""
    sizes = [size for n, size, _ in builder.typing.summed[id(tree)] if n == index.name]
    unsaid = not isinstance(builder.typing.sizes.find(sizes[0]), Dim)
    if unsaid or str(index.size) in ALL_VALUES or counts_all_values(body, index):
        return True
    if holds(body, EIGENVALUE):
        raise fail("unsupported", "a sum over some eigenvalues, of which nothing says how they are ordered", tree.span,
                   "sum over all of them")  # fmt: skip
    return False


def build_array_over(builder: Building, tree: Tree) -> Expr:
    """The matrix with these entries."""
    i, j = (builder.index(n, size) for n, size, _ in builder.typing.summed[id(tree)])
    with builder.counting((i, j)):
        body, _ = apply(builder.whole(tree.args[0]), PIECES)
    return columns(transpose(columns(body, i)), j)


def _fulfilled(builder: Building, tree: Tree) -> list[Expr]:
    """1 or 0 for each condition on the indices of a sum."""
    return [
        builder.condition(template, tuple(builder.indices[i] for i in at))
        for template, at in builder.typing.fulfilled.get(id(tree), ())
    ]


def build_size_of_set(builder: Building, tree: Tree) -> Expr:
    """The number of members of a set, as the sum over them of 1."""
    own = [builder.index(n, size) for n, size, _ in builder.typing.summed[id(tree)]]
    with builder.counting(own):
        made = product(*_fulfilled(builder, tree))
    for index in reversed(own):
        made = indexed_sum(made, index)
    return made


def _all_entries(body: Expr, indices: list[Index]) -> Expr | None:
    """vec(A) where the body is Aᵢⱼ, or a function of it entry by entry, for these indices."""
    if body.op.elementwise and (inner := _all_entries(body.args[0], indices)) is not None:
        return body.op(inner)
    return vec(body.args[0]) if body.op is ENTRY and set(body.data) == set(indices) and len(indices) == 2 else None


def build_extreme_over(builder: Building, tree: Tree) -> Expr:
    """The largest or the smallest of what an index counts."""
    own = [builder.index(n, size) for n, size, _ in builder.typing.summed[id(tree)]]
    with builder.counting(own):
        body = builder.whole(tree.args[0])
    whole = along(body, own[0]) if len(own) == 1 else _all_entries(body, own)
    if whole is None and len(own) == 1:
        whole = transpose(columns(body, own[0]))
    if whole is None:
        names = " and ".join(index.name for index in own)
        raise fail("unsupported", f"an extreme over {names} of what is no entry of a vector or matrix", tree.span,
                   r"write \max(Ax), with a matrix whose rows are what the index counts")  # fmt: skip
    return maximum(whole) if tree.op == "max over" else minimum(whole)


def build_line(builder: Building, tree: Tree) -> Expr:
    """A row or a column."""
    kind, at = tree.data
    return (row if kind == "row" else column)(builder.build(tree.args[0]), builder.located(tree, 0, at))


def build_entry(builder: Building, tree: Tree) -> Expr:
    """An entry of a compound."""
    at = builder.typing.references[id(tree)].indices
    return entry(builder.build(tree.args[0]), *(builder.located(tree, axis, i) for axis, i in enumerate(at)))
