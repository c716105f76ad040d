"""Functions of matrices: tr f(X) has the gradient f'(X)ᵀ, f(tA) the derivative A f'(tA), all others one along dA."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from texgrad.algebra import NUMBER, Expr, add, number, scale, split, subtract, terms
from texgrad.operators import (
    DIAGONAL_MATRIX,
    INVERSE,
    MATRIX_LOG,
    MATRIX_POWER,
    TRACE,
    UNKNOWN_OF_MATRIX,
    factors,
    frechet,
    identity,
    inverse,
    kronecker,
    matrix_power,
    of_matrix,
    product,
    trace,
    transpose,
    unvec,
    vec,
)
from texgrad.operators.inverses import countable

Differential = Callable[[Expr], Expr]
HALF = Fraction(1, 2)


def is_function(e: Expr) -> bool:
    """Whether `e` is a function of a matrix that is no polynomial: an exponential, a root, …"""
    return _is_power(e) and not (e.op is MATRIX_POWER and countable(e.args[1]))


def _is_power(e: Expr) -> bool:
    return e.op.prime is not None or e.op in (MATRIX_POWER, UNKNOWN_OF_MATRIX)


def _base(e: Expr) -> Expr:
    """The matrix that a factor is a function of: itself, or the base of a power, an inverse, an exponential."""
    return e.args[0] if e.op is INVERSE or _is_power(e) else e


def _raised(e: Expr, varies: Callable[[Expr], bool]) -> bool:
    """Whether it is a power with an exponent that varies."""
    return e.op is MATRIX_POWER and varies(e.args[1])


def _slope(e: Expr) -> Expr:
    """f'(A) for a factor f(A)."""
    A = _base(e)
    if e.op.prime is not None:
        return e.op.prime(A)
    if e.op is UNKNOWN_OF_MATRIX:
        return of_matrix(e.data.derived(), A)
    if e.op is MATRIX_POWER:
        return product(e.args[1], matrix_power(A, subtract(e.args[1], number(1))))
    return scale(-1, product(inverse(A), inverse(A))) if e.op is INVERSE else identity(A.shape[0])


def traced(body: Expr, d: Differential, varies: Callable[[Expr], bool]) -> Expr | None:
    """d tr(f(A)g(A)) = tr((f'g + fg')(A) dA) where a function of a matrix stands in the trace; None elsewhere."""
    found = [_traced_term(t, d, varies) for t in terms(body)]
    if None in found or not any(_is_power(f) for t in terms(body) for f in factors(split(t)[1])[1]):
        return None
    return add(*(t for t in found if t is not None))


def _traced_term(t: Expr, d: Differential, varies: Callable[[Expr], bool]) -> Expr | None:
    own, body = split(t)
    scalars, chain = factors(body)
    if not any(_is_power(f) and varies(f) for f in chain):
        return trace(d(t))
    A = _base(next(f for f in chain if _is_power(f)))
    if any(map(varies, scalars)) or any(_base(f) is not A or _raised(f, varies) for f in chain):
        return None
    if len(chain) > 1 and len(set(chain)) == 1:  # functions of one matrix commute
        slope = scale(len(chain), product(_slope(chain[0]), *chain[1:]))
    else:
        slope = add(*(product(*chain[:k], _slope(f), *chain[k + 1 :]) for k, f in enumerate(chain)))
    return product(number(own), *scalars, trace(product(slope, d(A))))


def root(e: Expr, d: Differential) -> Expr:
    """dS = unvec((Sᵀ⊗I + I⊗S)⁻¹ vec dA) for the root S of A, as S dS + dS S = dA says."""
    one = identity(e.shape[0])
    whole = add(kronecker(transpose(e), one), kronecker(one, e))
    return unvec(product(inverse(whole), vec(d(e.args[0]))), e.shape)


def half_power(e: Expr, d: Differential) -> Expr | None:
    """d A^{-1/2} = −A^{-1/2} d(A^{1/2}) A^{-1/2}, d A^{3/2} = dA A^{1/2} + A d(A^{1/2}), …; None for other powers."""
    if e.op is not MATRIX_POWER or e.args[1].op is not NUMBER or e.args[1].data.denominator != 2:
        return None
    base, exponent = e.args[0], e.args[1].data
    if exponent < 0:
        return scale(-1, product(e, d(matrix_power(base, number(-exponent))), e))
    if exponent < 1:
        return root(e, d)
    whole, half = (matrix_power(base, number(p)) for p in (exponent - HALF, HALF))
    return add(product(d(whole), half), product(whole, d(half)))


def along_scalar(e: Expr, d: Differential, varies: Callable[[Expr], bool]) -> Expr | None:
    """d f(sA) = ds A f'(sA) and d Aˢ = ds log(A) Aˢ, where only the scalar s varies; None elsewhere."""
    if _raised(e, varies):
        return None if varies(e.args[0]) else product(d(e.args[1]), MATRIX_LOG(e.args[0]), e)
    own, body = split(e.args[0])
    scalars, chain = factors(body)
    if any(map(varies, chain)) or not scalars:
        return None
    return product(number(own), d(product(*scalars)), product(*chain), _slope(e))


def along_matrix(e: Expr, d: Differential, varies: Callable[[Expr], bool]) -> Expr | None:
    """d f(A) as a Fréchet derivative along dA, where nothing else varies; None elsewhere."""
    if _raised(e, varies):
        return None
    return frechet((e.op,) if e.data is None else (e.op, e.data), e.args[0], d(e.args[0]), *e.args[1:])


def along_diagonal(e: Expr, d: Differential, varies: Callable[[Expr], bool]) -> Expr | None:
    """d f(D) = f'(D) dD for a function of a diagonal matrix, which commutes with its differential."""
    return None if _raised(e, varies) else product(_slope(e), d(e.args[0]))


def differential_of(
    e: Expr, d: Differential, varies: Callable[[Expr], bool], meant: Callable[[Expr], Expr]
) -> Expr | None:
    """d of a trace or of a function of a matrix, as far as there is a rule; None where others are to be tried.

    meant: what a name stands for.
    """
    if e.op is TRACE:
        return traced(e.args[0], d, varies)
    if not is_function(e):
        return None
    if meant(e.args[0]).op is DIAGONAL_MATRIX and (known := along_diagonal(e, d, varies)) is not None:
        return known
    return along_scalar(e, d, varies) or half_power(e, d) or along_matrix(e, d, varies)

