"""One member of a family as the variable: of all dμₖ only dμⱼ is not zero, so that a sum over k is its term for j."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from texgrad.algebra import (
    SCALE,
    SUM,
    SYMBOL,
    Expr,
    add,
    index_key,
    is_zero,
    number,
    postorder,
    scale,
    split,
    substitute,
    subtract,
    symbol,
    terms,
    transform,
    zero,
)
from texgrad.engine.adjoints import NotMovable, carries
from texgrad.engine.answers import is_density
from texgrad.engine.derivation import Name
from texgrad.operators import (
    CONJUGATE,
    DIFFERENTIAL,
    INDEXED_SUM,
    PRODUCT,
    indexed_sum,
    kronecker_delta,
    product,
    reindexed,
)
from texgrad.operators.sums import TURNED
from texgrad.shapes import Index


def families(variables: Iterable[Expr]) -> Mapping[str, Index]:
    """The families of which a single member is a variable, and its index."""
    return {v.data.name: v.data.indices[0] for v in variables if v.data.indices}


def selected(e: Expr, variables: Iterable[Expr], definitions: Mapping[Expr, Expr]) -> Expr:
    """The differential `e`, worked out down to the variables, with the terms of the wanted members only."""
    wanted = families(variables)
    return add(*(_met(t, wanted, definitions) for t in terms(_selected(e, wanted, definitions)))) if wanted else e


def density_of_member(name: Name, definition: Expr, variables: Iterable[Expr]) -> Name | None:
    """The name qⱼ for the density named qₖ of the wanted member; None for other names."""
    wanted = families(variables)
    places = {p.data.indices[0] for p in postorder(definition) if p.op is SYMBOL and p.data.name in wanted}
    own = name.symbol.data
    dense = name.introduced and name.symbol.scalar and is_density(definition)
    if not dense or len(places) != 1 or len(set(wanted.values())) != 1 or own.indices[:1] != tuple(places):
        return None
    at = next(iter(wanted.values()))
    letters = f"{{{at.name},#1}}" if own.indices[1:] else at.name  # the other indices stand beside it
    member = symbol(f"{own.name}_{letters}", name.symbol.shape, own.assume, own.indices[1:])
    return Name(member, reindexed(definition, own.indices[0], at), introduced=False)


def _met(t: Expr, wanted: Mapping[str, Index], definitions: Mapping[Expr, Expr]) -> Expr:
    """The term with δᵢⱼdxᵢ for dxⱼ, where j is another free index, which may be worth the same as the wanted i."""

    def change(d: Expr) -> Expr | None:
        s = d.args[0].args[0] if d.args[0].op is CONJUGATE else d.args[0]
        at = wanted.get(s.data.name) if s.op is SYMBOL else None
        if at is None or s.data.indices[0] == at or index_key(s.data.indices[0]) not in t.free:
            return None
        if s.data.indices[0].name == at.name:  # x_{t-1} beside x_t
            return zero(d.shape)
        if s.data.indices[0].shift or any(i.shift for i in s.data.indices):
            raise NotMovable(d)
        same = reindexed(d, s.data.indices[0], at)
        alone = substitute(t, {other: zero(other.shape) for other in moving if other is not d})
        if is_zero(reindexed(substitute(alone, definitions), s.data.indices[0], at)):
            return zero(d.shape)
        return product(kronecker_delta(s.data.indices[0], at), same)

    moving = [d for d in postorder(t) if d.op is DIFFERENTIAL]
    return transform(t, change, DIFFERENTIAL.bit, DIFFERENTIAL.bit)


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
            done += (product(number(own), *others, t) for t in terms(_selected(carrier, wanted, definitions)))
        elif body.op is INDEXED_SUM:
            done += (scale(own, part) for part in _of_sum(body, wanted, definitions))
        else:
            done.append(t)
    return add(*done)


def _of_sum(e: Expr, wanted: Mapping[str, Index], definitions: Mapping[Expr, Expr]) -> list[Expr]:
    """The terms of a sum over i; of the dxⱼ in a sum over j > i within it only that with j = k is left, where i < k."""
    done: list[Expr] = []
    inner: list[Expr] = []
    for t in terms(e.args[0]):
        own, nested = split(t)
        but = nested.data.but if nested.op is INDEXED_SUM else None
        if but is None or but[0] not in TURNED or but[1] != e.data.name or e.data.but is not None:
            inner += terms(_selected(t, wanted, definitions))
            continue
        for part in terms(_selected(nested.args[0], wanted, definitions)):
            at = _member(part, nested.data, wanted)
            if at is None:
                inner.append(scale(own, indexed_sum(part, nested.data)))
                continue
            moved = reindexed(substitute(part, definitions), nested.data, at)
            done.append(scale(own, indexed_sum(moved, e.data._replace(but=(TURNED[but[0]], at.name)))))
    return [*(_term(part, e.data, wanted, definitions) for part in inner), *done]


def _member(part: Expr, index: Index, wanted: Mapping[str, Index]) -> Index | None:
    """The index of the wanted member that the differential in a term is of, where it stands with this index."""
    key = index_key(index)
    moving = (d.args[0] for d in postorder(part) if d.op is DIFFERENTIAL and key in d.free)
    symbols = (v.args[0] if v.op is CONJUGATE else v for v in moving)
    return next((at_member(s, wanted) for s in symbols if s.op is SYMBOL and s.data.name in wanted), None)


def at_member(s: Expr, wanted: Mapping[str, Index]) -> Index:
    """What the index of the member `s` has to be for it to be the wanted one: t + 1 where s is x_{t-1}."""
    at = wanted[s.data.name]
    return at._replace(shift=at.shift - s.data.indices[0].shift)


def _term(part: Expr, index: Index, wanted: Mapping[str, Index], definitions: Mapping[Expr, Expr]) -> Expr:
    """The sum over `index` of a term that is linear in one differential."""
    at = _member(part, index, wanted)
    if at is None:
        return indexed_sum(part, index)
    key = index_key(index)  # what is the same for all members keeps its name
    own = {name: body for name, body in definitions.items() if key in name.free | body.free and not body.op.noun}
    done = reindexed(substitute(part, own), index, at)
    if index.but is None:
        return done
    sign, other = index.but
    if sign != r"\ne":
        raise NotMovable(indexed_sum(part, index))
    return product(subtract(number(1), kronecker_delta(Index(other, index.size), at)), done)
