"""Traces turned round and put together: tr(M⁻¹BM⁻¹) = tr(M⁻²B), tr(MA) − tr(M) = tr(M(A − I))."""

from __future__ import annotations

from texgrad.algebra import SUM, Expr, add, number, scale, split
from texgrad.operators import INVERSE, MATRIX_POWER, TRACE, factors, identity, product, trace
from texgrad.tidy.kronecker import trace_turned

WORTH = 6  # leaves and operators of a common factor, from which on traces with it are put together


def powers_met(e: Expr) -> Expr | None:
    """tr(M⁻¹BM⁻¹) = tr(M⁻²B), for powers of one matrix at both ends."""
    chain = factors(e.args[0])[1]
    if len(chain) < 3 or _base(chain[0]) is not _base(chain[-1]) or not (_is_power(chain[0]) or _is_power(chain[-1])):
        return None
    return trace(product(chain[-1], *chain[:-1]))


def _is_power(f: Expr) -> bool:
    return f.op in (INVERSE, MATRIX_POWER)


def _base(f: Expr) -> Expr:
    while _is_power(f):
        f = f.args[0]
    return f


def outer_traced(e: Expr) -> Expr | None:
    """tr(A(xyᵀ + zwᵀ)B) = yᵀBAx + wᵀBAz, for a sum of such terms alone."""
    chain = factors(e.args[0])[1]
    places = [k for k, f in enumerate(chain) if f.op is SUM]
    if len(places) != 1:
        return None
    (k,) = places
    parts: list[Expr] = []
    for own, t in map(split, chain[k].args):
        turned = trace_turned(trace(product(*chain[:k], t, *chain[k + 1 :])))
        if turned is None:
            return None
        parts.append(scale(own, turned))
    return add(*parts)


def traces_joined(e: Expr) -> Expr | None:
    """tr(MA) − tr(M) = tr(M(A − I)), for a long M at the beginning or end of both."""
    found = [(k, own, *_traced(body)) for k, (own, body) in enumerate(map(split, e.args))]
    traces = [(k, own, scalars, chain) for k, own, scalars, chain in found if chain]
    for n, (k, own, scalars, chain) in enumerate(traces):
        for j, other, others, second in traces[n + 1 :]:
            if abs(own) != abs(other) or scalars != others:
                continue
            joined = _joined(chain, second, number(1 if own == other else -1))
            if joined is not None:
                whole = scale(own, product(*scalars, trace(joined)))
                return add(*(whole if i == k else t for i, t in enumerate(e.args) if i != j))
    return None


def _traced(body: Expr) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
    """The scalar factors of a trace, and the chain of matrices in it; no chain where there is no trace."""
    scalars, chain = factors(body)
    whole = (*scalars, *chain)
    traces = [f for f in whole if f.op is TRACE]
    if len(traces) != 1:
        return (), ()
    return tuple(f for f in whole if f is not traces[0]), factors(traces[0].args[0])[1]


def _joined(first: tuple[Expr, ...], second: tuple[Expr, ...], sign: Expr) -> Expr | None:
    """AM + BM or MA + MB as a product with the common factor M, for the chains of two traces."""
    if any(f.op is SUM for f in (*first[1:], *second[1:])):
        return None
    for side in (0, -1):
        M = first[side]
        if M.length < WORTH or M not in (second[0], second[-1]):
            continue
        own, other = (_beside(chain, M) for chain in (first, second))
        return product(M, add(own, product(sign, other)))
    return None


def _beside(chain: tuple[Expr, ...], M: Expr) -> Expr:
    """A where tr(AM) or tr(MA) is the trace of the chain."""
    rest = chain[1:] if chain[0] is M else chain[:-1]
    return product(*rest) if rest else identity(M.shape[0])
