"""Moving operators off the Frobenius product: <G, L(dX)> becomes <L*G, dX>, and the gradient is read off."""

from __future__ import annotations

from texgrad.algebra import SCALE, SUM, Expr, add, number, scale, terms, transform
from texgrad.engine.differentials import passed
from texgrad.engine.scope import Scope
from texgrad.operators import (
    COLUMNS,
    DIFFERENTIAL,
    DIFFERENTIAL_KEY,
    ENTRY,
    FROBENIUS,
    INDEXED_SUM,
    PRODUCT,
    TRANSPOSE,
    WHOLE_LINE,
    apart_from,
    factors,
    frobenius,
    indexed_sum,
    part_of,
    product,
    transpose,
)
from texgrad.shapes import ONE, Index


class NotMovable(Exception):
    """A differential stands inside an operator that does not leave the Frobenius product."""

    def __init__(self, inside: Expr) -> None:
        super().__init__(inside.op.name)


def carries(e: Expr) -> bool:
    """Whether a differential stands in `e`."""
    return DIFFERENTIAL_KEY in e.free


def bare(e: Expr) -> bool:
    """Whether `e` is a differential itself, transposed or not."""
    return e.op is DIFFERENTIAL or (e.op is TRANSPOSE and e.args[0].op is DIFFERENTIAL)


def adjoint(G: Expr, L: Expr) -> Expr:
    """<G, L> with everything around the differentials in L moved to the side of G; transposes of dX stay."""
    if bare(L):
        return frobenius(G, L)
    if L.op is SCALE:
        return scale(L.data, adjoint(G, L.args[0]))
    if L.op is SUM:
        return add(*(adjoint(G, part) for part in L.args))
    if L.op is INDEXED_SUM:
        L = apart_from(L, G)
        return indexed_sum(adjoint(G, L.args[0]), L.data)
    if L.op is COLUMNS:
        L = apart_from(L, G)
        return indexed_sum(adjoint(part_of(G, Index(WHOLE_LINE, G.shape[0]), L.data), L.args[0]), L.data)
    if L.op.moves is None:
        raise NotMovable(L)
    moves = L.op.moves(G, *L.args) if L.data is None else L.op.moves(G, *L.args, data=L.data)
    return add(*(adjoint(moves[k], a) for k, a in enumerate(L.args) if carries(a)))


def _row_form(chain: tuple[Expr, ...]) -> bool:
    """Whether a scalar chain ends in the differential of a vector, as gᵀdx does."""
    return bool(chain) and chain[-1].op is DIFFERENTIAL and not any(map(carries, chain[:-1]))


def _moved_term(t: Expr) -> Expr:
    if not carries(t) or t.op is DIFFERENTIAL:
        return t
    if t.op is SCALE:
        return add(*(scale(t.data, part) for part in terms(moved(t.args[0]))))
    if t.op is INDEXED_SUM:
        return indexed_sum(moved(t.args[0]), t.data)
    if t.op is FROBENIUS:
        return t if bare(t.args[1]) else adjoint(*t.args)
    if t.op is PRODUCT:
        scalars, chain = factors(t)
        if scalars:
            return _scaled(t.args)
        if _row_form(chain):
            return t
        if chain[0].op is TRANSPOSE and chain[0].args[0].op is DIFFERENTIAL and not any(map(carries, chain[1:])):
            return transpose_scalar(chain)
    return adjoint(number(1), t)


def transpose_scalar(chain: tuple[Expr, ...]) -> Expr:
    """A scalar chain read from right to left: dxᵀAx = xᵀAᵀdx."""
    return product(*(transpose(f) for f in reversed(chain)))


def _scaled(args: tuple[Expr, ...]) -> Expr:
    """A product of scalars of which one carries a differential; sums in it are multiplied out."""
    others = [a for a in args if not carries(a)]
    carrier = next(a for a in args if carries(a))
    return add(*(product(*others, part) for part in terms(moved(carrier))))


def steps_last(e: Expr) -> Expr:
    """`e` with the differentials of numbers behind what they are multiplied with, as ordinary calculus has them."""

    def change(t: Expr) -> Expr | None:
        carriers = [a for a in t.args if carries(a)]
        if len(carriers) != 1 or not _step(carriers[0]):
            return None
        return product(*(a for a in t.args if a is not carriers[0]), carriers[0])

    return transform(e, change, DIFFERENTIAL.bit, PRODUCT.bit)


def _step(e: Expr) -> bool:
    """Whether it is the differential of a number, or an entry of one."""
    return e.scalar and (e.args[0] if e.op is ENTRY else e).op is DIFFERENTIAL


def moved(e: Expr) -> Expr:
    """The scalar `e` with the differential in every term moved to the end of its Frobenius product or row."""
    return add(*(_moved_term(t) for t in terms(e)))


def move(e: Expr, scope: Scope) -> Expr:
    """`moved`, with d passed through the sums that then stand bare."""
    after = moved(e)
    return after if after is e else passed(after, scope)


def flip(e: Expr) -> Expr:
    """A:dXᵀ as Aᵀ:dX, in every term."""
    if e.op is SUM:
        return add(*map(flip, e.args))
    if e.op is SCALE:
        return scale(e.data, flip(e.args[0]))
    if e.op is INDEXED_SUM:
        return indexed_sum(flip(e.args[0]), e.data)
    if e.op is PRODUCT and e.args[0].scalar:
        return product(*(flip(a) if carries(a) else a for a in e.args))
    if e.op is FROBENIUS and e.args[1].op is TRANSPOSE and carries(e.args[1]):
        return frobenius(transpose(e.args[0]), e.args[1].args[0])
    return e


def gradients(e: Expr) -> dict[Expr, list[tuple[Expr, bool]]]:
    """For every variable, the gradient that each term of a moved differential gives, and whether it is in row form."""
    found: dict[Expr, list[tuple[Expr, bool]]] = {}
    for t in terms(e):
        for variable, G, row in _contributions(t):
            found.setdefault(variable, []).append((G, row))
    return found


def _contributions(t: Expr) -> list[tuple[Expr, Expr, bool]]:
    if not carries(t):
        raise NotMovable(t)
    if t.op is DIFFERENTIAL:
        return [(t.args[0], number(1), False)]
    if t.op is SCALE:
        inner = [c for part in terms(t.args[0]) for c in _contributions(part)]
        return [(v, scale(t.data, G), row) for v, G, row in inner]
    if t.op is INDEXED_SUM:
        inner = [c for part in terms(t.args[0]) for c in _contributions(part)]
        return [(v, indexed_sum(G, t.data), row) for v, G, row in inner]
    if t.op is FROBENIUS and t.args[1].op is DIFFERENTIAL:
        return [(t.args[1].args[0], t.args[0], False)]
    if t.op is PRODUCT:
        scalars, chain = factors(t)
        if not scalars and _row_form(chain):
            return [(chain[-1].args[0], transpose(product(*chain[:-1])), True)]
        others = [a for a in t.args if not carries(a)]
        carrier = next(a for a in t.args if carries(a))
        inner = [c for part in terms(carrier) for c in _contributions(part)]
        return [(v, product(*others, G), row) for v, G, row in inner]
    raise NotMovable(t)


def paired(G: Expr, variable: Expr, row: bool, d: Expr) -> Expr:
    """G:dX, or gᵀdx in row form."""
    if row and variable.shape[1] == ONE:
        return product(transpose(G), d)
    return frobenius(G, d)
