"""Vectors and matrices whose sizes are small numbers, written out entry by entry: x₂e₁ + x₁e₂ is (x₂, x₁)."""

from __future__ import annotations

from texgrad.algebra import SYMBOL, Expr, bits, postorder
from texgrad.operators import BASIS, BLOCK, ENTRY, SINGLE, block, entry
from texgrad.shapes import ONE, Dim, Index
from texgrad.tidy.expanding import expanded
from texgrad.tidy.forms import final

MOST = 16  # entries
APART = bits(BASIS, SINGLE, BLOCK)


def tabulated(G: Expr) -> Expr:
    """The table of the entries of `G`, where its sizes are small numbers and basis vectors stand in it; else `G`."""
    if not G.ops & APART or G.scalar or G.op is BLOCK or any(d.names for d in G.shape):
        return G
    rows, cols = (d.value({}) for d in G.shape)
    if rows * cols > MOST:
        return G
    whole = expanded(G)
    cells = [[final(entry(whole, *_place(G, i, j))) for j in range(cols)] for i in range(rows)]
    plain = all(not cell.ops & APART and _of_letters(cell) for row in cells for cell in row)
    return block(cells) if plain else G


def _place(G: Expr, i: int, j: int) -> tuple[Index, ...]:
    """The indices of an entry; one below a vector."""
    rows, cols = (Index(str(k + 1), Dim.of(size.value({}))) for k, size in zip((i, j), G.shape, strict=True))
    return (rows,) if G.shape[1] == ONE else (cols,) if G.shape[0] == ONE else (rows, cols)


def _of_letters(e: Expr) -> bool:
    """Whether all entries in it are those of names."""
    return all(p.args[0].op is SYMBOL for p in postorder(e) if p.op is ENTRY)
