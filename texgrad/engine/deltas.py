"""Names for what stands before the differential of a name, where the next line would write it again."""

from __future__ import annotations

from collections.abc import Callable

from texgrad.algebra import SCALE, SUM, SYMBOL, Expr, add, postorder, scale, split, substitute, terms
from texgrad.engine.adjoints import paired
from texgrad.engine.answers import SWELLING, positive_first, sign_inside
from texgrad.engine.derivation import Note
from texgrad.engine.differentials import opened
from texgrad.engine.letters import new_name
from texgrad.engine.scope import Scope
from texgrad.engine.state import State
from texgrad.operators import (
    DIAGONAL_MATRIX,
    DIFFERENTIAL,
    FROBENIUS,
    INDEXED_SUM,
    POWER,
    PRODUCT,
    differential,
    indexed_sum,
    product,
)
from texgrad.shapes import ONE
from texgrad.tidy import final


def shortened(state: State, e: Expr) -> tuple[State, Expr, Note]:
    """A line with names for what the next one would write again, and what is said of them."""
    note: list[str | Expr] = []
    for t in terms(e):
        G, target = _target(t)
        if G is None or target is None or (target.scalar and not state.layered):
            continue
        if G.length < (6 if _branches(target, state) or _after_another(G, state) else SWELLING):
            continue
        name = new_name("delta", G, state.question, state.names, like=target)
        state = state.with_name(name)
        note += ["with", name.symbol]
        written = t if target.scalar else G
        e = substitute(e, {written: _scaled(t, name.symbol, target) if target.scalar else name.symbol})
    return state, e, tuple(note)


def _after_another(G: Expr, state: State) -> bool:
    """Whether what stands before the differential of a layer speaks of the name of what stood before another one."""
    spoken = (n for n in state.names if n.symbol.data.name in G.free)
    return any(n.symbol in state.said and not n.definition.op.noun for n in spoken)


def _scaled(t: Expr, G: Expr, z: Expr) -> Expr:
    """The term G dz of a scalar z, as `t` is one."""
    own, body = split(t)
    if body.op is INDEXED_SUM:
        return scale(own, indexed_sum(_scaled(body.args[0], G, z), body.data))
    return scale(own, product(G, differential(z)))


def joined(e: Expr, state: State) -> Expr:
    """Several terms G:dz of one name z made one, where what stands before dz is to get a name."""
    return _one_each(e, state.scope, lambda z, members: not z.scalar and _swells(z, members, state))


def _swells(z: Expr, members: list[Expr], state: State) -> bool:
    return sum(t.length for t in members) >= (6 if _branches(z, state) else SWELLING) and not _diagonal(state)


def met(e: Expr, state: State) -> Expr:
    """Several terms G:dz or G dz of one name z made one, also under the sign of a sum: d of each name stands once."""
    if e.op is SCALE and e.args[0].op is INDEXED_SUM:
        inner = met(e.args[0], state)
        return e if inner is e.args[0] else sign_inside(scale(e.data, inner), state.question)
    if e.op is INDEXED_SUM:
        return indexed_sum(met(e.args[0], state), e.data)
    return _one_each(e, state.scope, lambda z, members: _gains(z, state)) if e.op is SUM else e


def _diagonal(state: State) -> bool:
    """Whether diagonals of matrices will be taken."""
    return any(n.definition.ops & DIAGONAL_MATRIX.bit and state.scope.varies(n.definition) for n in state.names)


def _gains(z: Expr, state: State) -> bool:
    """Whether what stands before dz is better left together.

    It is not where a number, a diagonal or one factor varies, as each term gets shorter for itself then: G:I is a
    trace, S⁻¹ with S = XA comes apart.
    """
    if z.scalar or z.shape[1] == ONE:
        return True
    if all(v.scalar for v in state.question.variables) or _diagonal(state):
        return False
    return state.scope.meant(z).op is not PRODUCT or len(terms(opened(differential(z), state.scope))) > 1


def _one_each(e: Expr, scope: Scope, wanted: Callable[[Expr, list[Expr]], bool]) -> Expr:
    """The sum with one term in place of several G:dz of the same name z, where that is wanted."""
    groups: dict[Expr, list[Expr]] = {}
    for t in terms(e):
        if split(t)[1].op is not INDEXED_SUM and (z := _whole_target(t)[1]) is not None and not scope.is_variable(z):
            groups.setdefault(z, []).append(t)
    for z, members in groups.items():
        if len(members) > 1 and wanted(z, members) and not any(map(_dividing, members)):
            G = add(*(scale(split(t)[0], G) for t in members if (G := _whole_target(t)[0]) is not None))
            G = positive_first(final(G))
            pair = product(G, differential(z)) if z.scalar else scaled_pair(G, z, False)
            e = add(*(pair if t is members[0] else t for t in terms(e) if t is members[0] or t not in members))
    return e


def _dividing(t: Expr) -> bool:
    """Whether a term divides entry by entry, by what the differential of the name is likely to bring in."""
    return t.ops & POWER.bit != 0 and any(p.op is POWER and not p.scalar for p in postorder(t, only=POWER.bit))


def _whole_target(t: Expr) -> tuple[Expr | None, Expr | None]:
    """G and z of a term G:dz, where numbers that stand before it belong to G."""
    body = split(t)[1]
    if body.op is not PRODUCT or body.args[-1].op is not FROBENIUS or not body.scalar:
        return _target(t)
    G, target = _target(body.args[-1])
    return (None if G is None else product(*body.args[:-1], G)), target


def _target(t: Expr) -> tuple[Expr | None, Expr | None]:
    """G and z of a term G:dz whose z is a name, or of G dz or Σ G dz whose z is one of a scalar."""
    body = split(t)[1]
    if body.op is FROBENIUS and body.args[1].op is DIFFERENTIAL and body.args[1].args[0].op is SYMBOL:
        return body.args[0], body.args[1].args[0]
    if body.op is INDEXED_SUM:
        body = split(body.args[0])[1]
    d = body.args[-1] if body.op is PRODUCT else body
    if d.op is DIFFERENTIAL and d.args[0].op is SYMBOL and d.scalar and body is not d:
        return product(*body.args[:-1]), d.args[0]
    return None, None


def _branches(target: Expr, state: State) -> bool:
    """Whether what stands before the differential of the name `target` is written several times from here on."""
    if state.scope.is_variable(target):
        return False
    return state.layered or len(terms(opened(differential(target), state.scope))) > 1


def scaled_pair(G: Expr, variable: Expr, row: bool) -> Expr:
    """G:dX with the number of G in front; row: gᵀdx."""
    own, body = split(G)
    return scale(own, paired(body, variable, row, differential(variable)))
