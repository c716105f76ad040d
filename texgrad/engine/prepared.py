"""The form in which a function is differentiated: norms and traces as Frobenius products."""

from __future__ import annotations

from texgrad.algebra import COMPLEX, SCALE, SUM, Expr, add, rebuild, split, transform
from texgrad.engine.differentials import calculus
from texgrad.engine.scope import Scope
from texgrad.operators import (
    DIAGONAL_MATRIX,
    FROBENIUS,
    HADAMARD,
    INDEXED_SUM,
    MAXIMUM,
    MINIMUM,
    NORM,
    ONES,
    POWER,
    PRODUCT,
    TRACE,
    TRANSPOSE,
    factors,
    frobenius,
    hadamard,
    product,
    transpose,
)
from texgrad.shapes import ONE
from texgrad.tidy import (
    LOG_OF_EXP,
    NORM_AS_SUM,
    OF_KRONECKER,
    SQUARED_MODULUS,
    SQUARED_NORM,
    TRACE_AS_FROBENIUS,
    VECS_AS_FROBENIUS,
    apply,
    simplified,
    vectorised,
    with_totals,
)

PAIRINGS = (TRACE_AS_FROBENIUS, NORM_AS_SUM, SQUARED_NORM, SQUARED_MODULUS, VECS_AS_FROBENIUS)


def prepared(body: Expr, scope: Scope) -> tuple[Expr, tuple[str, ...]]:
    """The function in the form in which it is differentiated: norms and traces as Frobenius products."""
    plain, logs = apply(simplified(_opened(body, scope)), LOG_OF_EXP)
    whole = with_totals(vectorised(_diagonals_as_vectors(plain, scope)))
    whole = apply(whole if whole is body else simplified(whole), *OF_KRONECKER)[0]
    setup, rules = _outermost(whole, scope)
    return _quadratic(setup, scope), (*logs, *(rules if whole in (body, plain) else ("sum as a product", *rules)))


def _outermost(e: Expr, scope: Scope) -> tuple[Expr, tuple[str, ...]]:
    """Squares of norms and traces as Frobenius products; functions of numbers keep the squares of norms."""
    if e.op in (SUM, SCALE, INDEXED_SUM) or (e.op is PRODUCT and e.args[-1].scalar):
        parts = [_outermost(a, scope) for a in e.args]
        rules = dict.fromkeys(rule for _, own in parts for rule in own)
        return rebuild(e, tuple(new for new, _ in parts)), tuple(rules)
    if e.op in (MAXIMUM, MINIMUM):  # what is largest has to stay as its name has it
        return e, ()
    kept = e.scalar and calculus(e) and not (e.op is POWER and e.args[0].op is NORM) and not e.ops & COMPLEX.bit
    # constants stay as the author wrote them
    return apply(e, *(PAIRINGS[:1] if kept else PAIRINGS), where=scope.varies)


def _opened(e: Expr, scope: Scope) -> Expr:
    """The vector (I − xxᵀ)b as b − xxᵀb, where x varies."""
    if e.op in (SUM, SCALE):
        return e.op(*(_opened(a, scope) for a in e.args), data=e.data)
    scalars, chain = factors(e)
    if len(chain) < 2 or e.scalar or chain[-1].shape[1] != ONE:
        return e
    for k, f in enumerate(chain[:-1]):
        outer = f.op is SUM and any(_is_outer(factors(split(t)[1])[1]) for t in f.args)
        if outer and scope.varies(f):
            return add(*(_opened(product(*scalars, *chain[:k], t, *chain[k + 1 :]), scope) for t in f.args))
    return e


def _is_outer(chain: tuple[Expr, ...]) -> bool:
    """Whether a row vector stands behind a column."""
    return any(f.shape[1] == ONE for f in chain[:-1])


def _diagonals_as_vectors(e: Expr, scope: Scope) -> Expr:
    """Diag(x)b as x∘b, where x varies."""

    def change(part: Expr) -> Expr | None:
        scalars, chain = factors(part)
        if not chain or chain[-1].shape[1] != ONE:
            return None
        for k in range(len(chain) - 2, -1, -1):
            if chain[k].op is DIAGONAL_MATRIX and scope.varies(chain[k]):
                chain = (*chain[:k], hadamard(chain[k].args[0], product(*chain[k + 1 :])))
        return product(*scalars, *chain)

    return transform(e, change, DIAGONAL_MATRIX.bit, PRODUCT.bit)


def _quadratic(e: Expr, scope: Scope) -> Expr:
    """aᵀF(X)b as abᵀ:F(X) and tr(AF(X)B) as AᵀBᵀ:F(X), where only the matrix F(X) varies."""
    if e.op in (SUM, SCALE, INDEXED_SUM):
        return e.op(*(_quadratic(a, scope) for a in e.args), data=e.data)
    if e.op is TRACE:
        return _paired(e, e.args[0].args if e.args[0].op is PRODUCT else (), scope)
    if e.op is not PRODUCT or not e.scalar:
        return e
    scalars, chain = factors(e)
    return product(*(_quadratic(s, scope) for s in scalars)) if scalars else _paired(e, chain, scope)


def _paired(e: Expr, chain: tuple[Expr, ...], scope: Scope) -> Expr:
    """A scalar chain or the trace of one as a Frobenius product with the one matrix in it that varies."""
    varied = [k for k, f in enumerate(chain) if scope.varies(f)]
    if len(varied) != 1 or ONE in chain[varied[0]].shape:
        return e
    (k,) = varied
    sides = (chain[:k], chain[k + 1 :])
    return _ones_met(frobenius(product(*(transpose(product(*side)) for side in sides if side)), chain[k]))


def _ones_met(e: Expr) -> Expr:
    """𝟏𝟏ᵀ:A∘B = A:B."""
    ones, A = e.args if e.op is FROBENIUS else (e, e)
    if A.op is not HADAMARD or ones.op is not PRODUCT or any(_bare(f).op is not ONES for f in ones.args):
        return e
    return frobenius(A.args[0], hadamard(*A.args[1:]))


def _bare(e: Expr) -> Expr:
    return e.args[0] if e.op is TRANSPOSE else e
