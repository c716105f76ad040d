"""How answers are judged and turned round before they are printed."""

from __future__ import annotations

from texgrad.algebra import SUM, SYMBOL, Expr, add, occurrences, split
from texgrad.operators import HADAMARD
from texgrad.tidy import length

LONG = 60  # leaves and operators that an answer may have before names are kept in it


def once(full: Expr) -> bool:
    """Whether an answer with everything written out says nothing twice, so that names would not shorten it."""
    count = occurrences(full)
    return length(full) <= LONG and all(count[e] < 2 for e in count if length(e) > 3)


def positive_first(G: Expr) -> Expr:
    """p − y for −y + p, where y is a single letter."""
    own, first = split(G.args[0]) if G.op is SUM else (1, G)
    if own >= 0 or first.op is not SYMBOL or split(G.args[1])[0] < 0:
        return G
    return add(*G.args[1:], G.args[0])


def awkward(definition: Expr) -> bool:
    """Whether it cannot be put back as a plain parenthesis: a Hadamard product with a sum in it."""
    body = split(definition)[1]
    return body.op is HADAMARD and any(split(a)[1].op is SUM for a in body.args)
