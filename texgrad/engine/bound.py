"""Letters for the indices of sums that a rule brings in, such as the r of d Xⁿ = Σᵣ Xʳ⁻¹ dX Xⁿ⁻ʳ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from texgrad.algebra import Expr, node, postorder, substitute
from texgrad.engine.derivation import Derivation, changed
from texgrad.engine.letters import index_letters
from texgrad.operators import INDEXED_SUM, reindexed
from texgrad.operators.sums import BOUND
from texgrad.shapes import Index


def indices_named(derivation: Derivation) -> Derivation:
    """The derivation with a letter in place of every index that has none; no letter that means something in it."""
    if not any(e.ops & INDEXED_SUM.bit for e in _expressions(derivation)):
        return derivation
    sums = (p for p in postorder(*_expressions(derivation), only=INDEXED_SUM.bit) if p.op is INDEXED_SUM)
    waiting = dict.fromkeys(p.data.name for p in sums if p.data.name.startswith(BOUND))
    if not waiting:
        return derivation
    parts = postorder(*_expressions(derivation))
    taken = {n.symbol.data.name for n in derivation.names} | {key[1:] for p in parts for key in p.free if key[0] == "#"}
    letters = [x for x in index_letters(derivation.question, "rs") if x not in taken]
    own = {old: letter for old in waiting if (letter := _letter_for(old, derivation, parts))}
    own = {old: letter for old, letter in own.items() if [*own.values()].count(letter) == 1}
    others = zip((old for old in waiting if old not in own), letters, strict=False)
    for old, new in (*own.items(), *others):
        derivation = _renamed(derivation, old, new)
    return derivation


def _letter_for(old: str, derivation: Derivation, parts: Iterable[Expr]) -> str:
    """The author's letter for what a sum counts, where it means nothing else in the sum or around it; else none."""
    sums = [p for p in parts if p.op is INDEXED_SUM]
    own = [p for p in sums if p.data.name == old]
    wanted = derivation.question.wanted
    asked = {i.name for w in wanted for i in (*w.entry, *w.function_entry, *w.variable.data.indices)}
    counted = (p.data for p in postorder(derivation.question.expression) if p.op is INDEXED_SUM)
    for index in dict.fromkeys(i for i in counted if i.size == own[0].data.size and not i.name.startswith(BOUND)):
        outer = (p for p in sums if p.data.name == index.name)
        within = any(part in own for p in outer for part in postorder(p.args[0]))
        if index.name not in asked and not within and not any("#" + index.name in p.args[0].free for p in own):
            return str(index.name)
    return ""


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
