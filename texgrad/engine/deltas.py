"""Names for what stands before the differential of a name, where the next line would write it again."""

from __future__ import annotations

from texgrad.algebra import SYMBOL, Expr, add, scale, split, substitute, terms
from texgrad.engine.adjoints import paired
from texgrad.engine.answers import SWELLING
from texgrad.engine.derivation import Note
from texgrad.engine.differentials import opened
from texgrad.engine.letters import new_name
from texgrad.engine.state import State
from texgrad.operators import DIFFERENTIAL, FROBENIUS, INDEXED_SUM, PRODUCT, differential, indexed_sum, product
from texgrad.tidy import gathered


def shortened(state: State, e: Expr) -> tuple[State, Expr, Note]:
    """A line with names for what the next one would write again, and what is said of them."""
    note: list[str | Expr] = []
    for t in terms(e):
        G, target = _target(t)
        if G is None or target is None or (target.scalar and not state.layered):
            continue
        if G.length < (6 if _branches(target, state) else SWELLING):
            continue
        name = new_name("delta", G, state.question, state.names, like=target)
        state = state.with_name(name)
        note += ["with", name.symbol]
        written = t if target.scalar else G
        e = substitute(e, {written: _scaled(t, name.symbol, target) if target.scalar else name.symbol})
    return state, e, tuple(note)


def _scaled(t: Expr, G: Expr, z: Expr) -> Expr:
    """The term G dz of a scalar z, as `t` is one."""
    own, body = split(t)
    if body.op is INDEXED_SUM:
        return scale(own, indexed_sum(_scaled(body.args[0], G, z), body.data))
    return scale(own, product(G, differential(z)))


def joined(e: Expr, state: State) -> Expr:
    """Several terms G:dz of one name z made one, where what stands before dz is to get a name."""
    groups: dict[Expr, list[Expr]] = {}
    for t in terms(e):
        G, target = _whole_target(t)
        if G is not None and target is not None and not (target.scalar or state.scope.is_variable(target)):
            groups.setdefault(target, []).append(t)
    for target, members in groups.items():
        if len(members) > 1 and sum(t.length for t in members) >= (6 if _branches(target, state) else SWELLING):
            G = add(*(scale(split(t)[0], G) for t in members if (G := _whole_target(t)[0]) is not None))
            rest = [t for t in terms(e) if t not in members]
            e = add(*rest, scaled_pair(gathered(G), target, False))
    return e


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
