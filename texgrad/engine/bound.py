"""Letters for the indices of sums that a rule brings in, such as the r of d Xⁿ = Σᵣ Xʳ⁻¹ dX Xⁿ⁻ʳ."""

from __future__ import annotations

from collections.abc import Iterator

from texgrad.algebra import Expr, node, postorder, substitute
from texgrad.engine.derivation import Derivation, changed
from texgrad.engine.letters import index_letters
from texgrad.operators import INDEXED_SUM, reindexed
from texgrad.operators.sums import BOUND
from texgrad.shapes import Index


def settled(derivation: Derivation) -> Derivation:
    """The derivation with a letter in place of every index that has none; no letter that means something in it."""
    if not any(e.ops & INDEXED_SUM.bit for e in _expressions(derivation)):
        return derivation
    parts = postorder(*_expressions(derivation))
    waiting = dict.fromkeys(p.data.name for p in parts if p.op is INDEXED_SUM and p.data.name.startswith(BOUND))
    if not waiting:
        return derivation
    taken = {n.symbol.data.name for n in derivation.names} | {key[1:] for p in parts for key in p.free if key[0] == "#"}
    letters = [x for x in index_letters(derivation.question, "rs") if x not in taken]
    for old, new in zip(waiting, letters, strict=False):
        derivation = _renamed(derivation, old, new)
    return derivation


def _expressions(d: Derivation) -> Iterator[Expr]:
    for line in d.lines:
        yield from line.right
        yield from (line.left,) if line.left is not None else ()
        yield from (part for part in line.note if isinstance(part, Expr))
    yield from (n.definition for n in d.names)
    yield from (r.expression for r in d.results)


def _renamed(d: Derivation, old: str, new: str) -> Derivation:
    known: dict[Expr, Expr] = {}
    for p in postorder(*_expressions(d)):
        if p.op is INDEXED_SUM and p.data.name == old:
            index = Index(new, p.data.size)
            body = reindexed(substitute(p.args[0], known), p.data, index)
            known[p] = node(INDEXED_SUM, (body,), index, p.shape)

    return changed(d, lambda e: substitute(e, known))
