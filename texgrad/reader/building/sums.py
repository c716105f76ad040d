"""Indices: sums, products and extremes over them, rows, columns and entries at them."""

from __future__ import annotations

from texgrad.algebra import Expr
from texgrad.operators import column, entry, indexed_product, indexed_sum, maximum, minimum, row
from texgrad.reader.building.core import Building
from texgrad.reader.tree import Tree
from texgrad.source import fail
from texgrad.tidy import along, summed_spectrum


def build_sum_over(builder: Building, tree: Tree) -> Expr:
    """A sum or a product over indices."""
    saved = builder.indices
    own = [(builder.index(n, size), but) for n, size, but in builder.typing.summed[id(tree)]]
    builder.indices = {**saved, **{index.name: index for index, _ in own}}
    made = builder.whole(tree.args[0])
    for index, but in reversed(own):
        spectrum = summed_spectrum(made, index) if tree.op == "sum over" and but is None else None
        if spectrum is not None:
            made = spectrum
            continue
        made = (indexed_sum if tree.op == "sum over" else indexed_product)(made, index._replace(but=but))
    builder.indices = saved
    return made


def build_extreme_over(builder: Building, tree: Tree) -> Expr:
    """The largest or the smallest of what an index counts."""
    ((name, size, _),) = builder.typing.summed[id(tree)]
    saved, index = builder.indices, builder.index(name, size)
    builder.indices = {**saved, name: index}
    whole = along(builder.whole(tree.args[0]), index)
    builder.indices = saved
    if whole is None:
        raise fail("unsupported", f"an extreme over {name} of what is no entry of a vector", tree.span)
    return maximum(whole) if tree.op == "max over" else minimum(whole)


def build_line(builder: Building, tree: Tree) -> Expr:
    """A row or a column."""
    kind, at = tree.data
    return (row if kind == "row" else column)(builder.build(tree.args[0]), builder.indices[at])


def build_entry(builder: Building, tree: Tree) -> Expr:
    """An entry of a compound."""
    at = builder.typing.references[id(tree)].indices
    return entry(builder.build(tree.args[0]), *(builder.indices[i] for i in at))
