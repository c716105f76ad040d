"""One member of a family as the variable: of all dμₖ only dμⱼ is not zero, so that a sum over k is its term for j."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from texgrad.algebra import (
    SCALE,
    SUM,
    SYMBOL,
    Expr,
    Index,
    add,
    index_key,
    number,
    postorder,
    scale,
    split,
    substitute,
    subtract,
    terms,
)
from texgrad.engine.adjoints import NotMovable, carries
from texgrad.operators import (
    DIFFERENTIAL,
    INDEXED_SUM,
    PRODUCT,
    indexed_sum,
    kronecker_delta,
    product,
    reindexed,
)


def families(variables: Iterable[Expr]) -> Mapping[str, Index]:
    """The families of which a single member is a variable, and its index."""
    return {v.data.name: v.data.indices[0] for v in variables if v.data.indices}


def selected(e: Expr, variables: Iterable[Expr], definitions: Mapping[Expr, Expr]) -> Expr:
    """The differential `e`, worked out down to the variables, with the terms of the wanted members only."""
    wanted = families(variables)
    return _selected(e, wanted, definitions) if wanted else e


def _selected(e: Expr, wanted: Mapping[str, Index], definitions: Mapping[Expr, Expr]) -> Expr:
    done: list[Expr] = []
    for t in terms(e):
        own, body = split(t)
        carrier = next((a for a in body.args if carries(a)), None) if body.op is PRODUCT else None
        if not carries(body):
            done.append(t)
        elif body.op is SUM:
            done.append(scale(own, _selected(body, wanted, definitions)))
        elif carrier is not None and carrier.op in (SUM, SCALE, INDEXED_SUM):
            others = [a for a in body.args if a is not carrier]
            done.append(product(number(own), *others, _selected(carrier, wanted, definitions)))
        elif body.op is INDEXED_SUM:
            inner = terms(_selected(body.args[0], wanted, definitions))
            done += (scale(own, _term(part, body.data, wanted, definitions)) for part in inner)
        else:
            done.append(t)
    return add(*done)


def _term(part: Expr, index: Index, wanted: Mapping[str, Index], definitions: Mapping[Expr, Expr]) -> Expr:
    """The sum over `index` of a term that is linear in one differential."""
    key = index_key(index)
    at = next((wanted[d.args[0].data.name] for d in postorder(part) if d.op is DIFFERENTIAL and key in d.free
               and d.args[0].op is SYMBOL and d.args[0].data.name in wanted), None)  # fmt: skip
    if at is None:
        return indexed_sum(part, index)
    done = reindexed(substitute(part, definitions), index, at)
    if index.but is None:
        return done
    sign, other = index.but
    if sign != r"\ne":
        raise NotMovable(indexed_sum(part, index))
    return product(subtract(number(1), kronecker_delta(Index(other, index.size), at)), done)
