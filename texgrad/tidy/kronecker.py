"""Identities of Kronecker products, vec, commutation and block matrices, and of the trace of an outer product."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Mapping

from texgrad.algebra import NUMBER, SCALE, SUM, ZERO, Expr, Op, add, holds, is_zero, scale, split
from texgrad.operators import (
    BLOCK,
    COMMUTATION,
    DET,
    DIMENSION,
    INDEXED_SUM,
    KRONECKER,
    LOGDET,
    NORM,
    TRACE,
    TRANSPOSE,
    VEC,
    det,
    dimension,
    factors,
    identity,
    indexed_sum,
    inverse,
    kronecker,
    logdet,
    norm,
    power,
    product,
    trace,
    transpose,
    vec,
)
from texgrad.operators.blocks import block_product
from texgrad.operators.kronecker import mixed
from texgrad.shapes import ONE
from texgrad.tidy.neighbours import met


def _mixed_products(e: Expr) -> Expr | None:
    """(A⊗B)(C⊗D) = AC⊗BD."""
    return met(e, lambda A, B: mixed(A, B) or _with_vector(A, B))


def _met_sum(e: Expr) -> Expr | None:
    """(A⊗B)((C⊗D)K + E⊗F) = (AC⊗BD)K + AE⊗BF, where every term begins with such a product, and from the right."""
    return met(e, _into_terms)


def _into_terms(A: Expr, B: Expr) -> Expr | None:
    for K, whole, end in ((A, B, 0), (B, A, -1)):
        if K.op is KRONECKER and whole.op is SUM and all(_meets(K, t, end) for t in whole.args):
            return add(*(product(K, t) if end == 0 else product(t, K) for t in whole.args))
    return None


def _meets(K: Expr, t: Expr, end: int) -> bool:
    """Whether a term begins, or ends, with a Kronecker product that makes one with K."""
    chain = factors(split(t)[1])[1]
    first, second = (K, chain[end]) if end == 0 else (chain[end], K)
    both = bool(chain) and chain[end].op is KRONECKER
    return both and first.args[0].shape[1] == second.args[0].shape[0]


def _with_vector(A: Expr, B: Expr) -> Expr | None:
    """(C⊗v)B = CB⊗v and (v⊗C)B = v⊗CB for a column v, B(C⊗w) = BC⊗w and B(w⊗C) = w⊗BC for a row w."""
    if A.op is KRONECKER:
        C, v = A.args
        if ONE in (C.shape[1], v.shape[1]):
            return kronecker(product(C, B), v) if v.shape[1] == ONE else kronecker(C, product(v, B))
    elif B.op is KRONECKER:
        C, w = B.args
        if ONE in (C.shape[0], w.shape[0]):
            return kronecker(product(A, C), w) if w.shape[0] == ONE else kronecker(C, product(A, w))
    return None


def _vec_product(e: Expr) -> Expr | None:
    """(Bᵀ⊗A) vec(X) = vec(AXB), and transposed."""
    return met(e, _vec_met)


def _vec_met(K: Expr, v: Expr) -> Expr | None:
    if K.op is KRONECKER and v.op is VEC and K.args[1].shape[1] == v.args[0].shape[0]:
        return vec(product(K.args[1], v.args[0], transpose(K.args[0])))
    C = K.args[0].args[0] if K.op is TRANSPOSE and K.args[0].op is VEC else None
    if v.op is KRONECKER and C is not None and v.args[1].shape[0] == C.shape[0]:
        return transpose(vec(product(transpose(v.args[1]), C, v.args[0])))
    return None


def trace_turned(e: Expr) -> Expr | None:
    """tr(abᵀ) = bᵀa, tr(Aabᵀ) = bᵀAa; None for all else."""
    if e.op is not TRACE:
        return None
    chain = factors(e.args[0])[1]
    k = next((k for k in range(len(chain) - 1) if chain[k].shape[1] == ONE), None)
    return None if k is None else product(*chain[k + 1 :], *chain[: k + 1])


_ADDED = (SUM, SCALE, NUMBER, ZERO)  # what a sum of several terms takes apart, or is


def kronecker_drawn(e: Expr) -> Expr | None:
    """A⊗B + A⊗C = A⊗(B + C)."""
    drawn: Expr | None = None
    while e.op is SUM and (made := _drawn_once(e)) is not None:
        e = drawn = made
    return drawn


def _drawn_once(e: Expr) -> Expr | None:
    """The sum with the first terms put together that have a factor in common, as many as have the same number."""
    parts = [split(t) for t in e.args]
    there: dict[Hashable, list[int]] = {}
    for k, (_, body) in enumerate(parts):
        for key in _sides(body):
            there.setdefault(key, []).append(k)
    several = all(a.op not in _ADDED for _, body in parts if body.op is KRONECKER for a in body.args)
    for k, (own, body) in enumerate(parts):
        found = [(there[key], side) for side, key in enumerate(_sides(body))]
        later = [(at[bisect_right(at, k) :], side) for at, side in found if at[-1] > k]
        if not later:
            continue
        others, side = min(later)
        alike = abs(own) == abs(parts[others[0]][0])
        end = next((n for n, j in enumerate(others) if abs(parts[j][0]) != abs(own)), len(others))
        others = others[:end] if alike and several else others[:1]
        first, last = (1, [1 if parts[j][0] == own else -1 for j in others]) if alike else (own, [parts[others[0]][0]])
        mine = scale(first, body.args[1 - side])
        inner = add(mine, *(scale(n, parts[j][1].args[1 - side]) for n, j in zip(last, others, strict=True)))
        sides = (body.args[0], inner) if side == 0 else (inner, body.args[1])
        gone = {k, *others}
        rest = [t for i, t in enumerate(e.args) if i not in gone]
        return add(*rest[:k], scale(own if alike else 1, kronecker(*sides)), *rest[k:])
    return None


def _sides(body: Expr) -> tuple[Hashable, ...]:
    """What two terms A⊗B must have in common to be put together, by their first factors or by their second ones."""
    if body.op is not KRONECKER:
        return ()
    A, B = body.args
    return (0, A, B.shape, body.shape), (1, B, A.shape, body.shape)


def _commuted_kronecker(e: Expr) -> Expr | None:
    """K(A⊗B)K = B⊗A and KK = I, for commutation matrices K; a vector on one side needs only one of them."""
    scalars, chain = factors(e)
    for k in range(len(chain) - 1):
        window = chain[k : k + 3]
        if window[0].op is COMMUTATION and window[1].op is COMMUTATION and window[0].data == window[1].data[::-1]:
            return product(*scalars, *chain[:k], identity(window[0].shape[0]), *chain[k + 2 :])
        if len(window) == 3 and window[0].op is window[2].op is COMMUTATION and window[1].op is KRONECKER:
            A, B = window[1].args
            swapped = (A.shape[0], B.shape[0]) == window[0].data[::-1] and (A.shape[1], B.shape[1]) == window[2].data
            if swapped:
                return product(*scalars, *chain[:k], kronecker(B, A), *chain[k + 3 :])
        swapped_pair = _commuted_pair(*window[:2])
        if swapped_pair is not None:
            return product(*scalars, *chain[:k], swapped_pair, *chain[k + 2 :])
    return None


def _commuted_pair(first: Expr, second: Expr) -> Expr | None:
    """(A⊗B)K = B⊗A where A or B is a row, K(A⊗B) = B⊗A where one is a column."""
    side = 0 if first.op is KRONECKER else 1
    whole, K = (first, second) if side == 0 else (second, first)
    if whole.op is not KRONECKER or K.op is not COMMUTATION:
        return None
    A, B = whole.args
    sizes = (A.shape[1], B.shape[1]) if side == 0 else (B.shape[0], A.shape[0])
    return kronecker(B, A) if ONE in (A.shape[side], B.shape[side]) and K.data == sizes else None


def _block_products(e: Expr) -> Expr | None:
    """[A B][C; D] = AC + BD."""
    return met(e, lambda A, B: block_product(A, B) if A.op is B.op is BLOCK else None)


def _into_sum(e: Expr) -> Expr | None:
    """(A⊗B) Σₖ (aₖ⊗bₖ)cₖᵀ = Σₖ (Aaₖ⊗Bbₖ)cₖᵀ, and transposed."""
    return met(e, _into_body) if holds(e, INDEXED_SUM) else None


def _into_body(A: Expr, B: Expr) -> Expr | None:
    for K, whole, end in ((A, B, 0), (B, A, -1)):
        if K.op is KRONECKER and whole.op is INDEXED_SUM and factors(whole.args[0])[1][end].op is KRONECKER:
            (body,) = whole.args
            return indexed_sum(product(K, body) if end == 0 else product(body, K), whole.data)
    return None


def inverse_of_blocks(e: Expr) -> Expr | None:
    """The inverse of a matrix with square blocks on its diagonal and zeros elsewhere, block by block."""
    if e.args[0].op is not BLOCK:
        return None
    A = e.args[0]
    n, cols = A.data
    diagonal = {k * cols + k for k in range(n)}
    square = all(A.args[k].shape[0] == A.args[k].shape[1] for k in diagonal) and n == cols
    if not square or not all(k in diagonal or is_zero(a) for k, a in enumerate(A.args)):
        return None
    return BLOCK(*(inverse(a) if k in diagonal else a for k, a in enumerate(A.args)), data=A.data)


def trace_of_kronecker(e: Expr) -> Expr | None:
    """tr(A⊗B) = tr(A) tr(B) for square A and B."""
    if e.op is not TRACE:
        return None
    if e.args[0].op is SUM:
        parts = [split(trace(t)) for t in e.args[0].args]
        done = [trace_of_kronecker(body) for _, body in parts]
        return add(*(scale(own, d or body) for (own, body), d in zip(parts, done, strict=True))) if any(done) else None
    if e.args[0].op is not KRONECKER or any(a.shape[0] != a.shape[1] for a in e.args[0].args):
        return None
    first, second = map(trace, e.args[0].args)
    return product(second, first) if second.op is DIMENSION else product(first, second)


def determinant_of_kronecker(e: Expr) -> Expr | None:
    """|A⊗B| = |A|ⁿ|B|ᵐ for A m×m and B n×n."""
    if e.op not in (DET, LOGDET) or e.args[0].op is not KRONECKER:
        return None
    A, B = e.args[0].args
    if A.shape[0] != A.shape[1] or B.shape[0] != B.shape[1]:
        return None
    m, n = dimension(A.shape[0]), dimension(B.shape[0])
    if e.op is LOGDET:
        return add(product(n, logdet(A)), product(m, logdet(B)))
    return product(power(det(A), n), power(det(B), m))


def norm_of_kronecker(e: Expr) -> Expr | None:
    """‖A⊗B‖ = ‖A‖‖B‖."""
    return product(*map(norm, e.args[0].args)) if e.op is NORM and e.args[0].op is KRONECKER else None


# rules for products -> the operator that has to stand in one
OF_KRONECKER_PRODUCTS: Mapping[Callable[[Expr], Expr | None], tuple[Op, ...]] = {
    _mixed_products: (KRONECKER,), _met_sum: (KRONECKER,), _vec_product: (KRONECKER,),
    _commuted_kronecker: (COMMUTATION,), _block_products: (BLOCK,), _into_sum: (KRONECKER,),
}  # fmt: skip
