"""Matrix, Hadamard and Frobenius product, and the entrywise power: each is built of the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from texgrad.algebra import (
    COMPLEX,
    NUMBER,
    SCALE,
    SYMBOL,
    ZERO,
    Each,
    Expr,
    Op,
    add,
    is_zero,
    node,
    number,
    scale,
    split,
    subtract,
    zero,
)
from texgrad.operators.constants import DIFFERENTIAL_KEY, IDENTITY, ONES, identity, ones
from texgrad.operators.imaginary import IMAGINARY, imaginary
from texgrad.operators.stacking import Stacking
from texgrad.operators.transposes import TRANSPOSE, same_turned, transpose, transposed
from texgrad.shapes import ONE, SCALAR, Rational, ShapeError, show

# --- product ----------------------------------------------------------------------------------------------------------


def factors(e: Expr) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
    """The scalar factors and the matrix chain of a product without numeric factor."""
    if e.op is not PRODUCT:
        return ((e,), ()) if e.scalar else ((), (e,))
    return _sides(e.args)


def _sides(args: tuple[Expr, ...]) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
    """The scalars, which stand in front, and the matrices."""
    if not args or not args[0].scalar:
        return (), args
    if args[-1].scalar:
        return args, ()
    cut = next(k for k, a in enumerate(args) if not a.scalar)
    return args[:cut], args[cut:]


def product(*args: Expr) -> Expr:
    """The product in normal form: number, scalars, matrix chain, each in the order given.

    A chain that closes to a scalar, such as xᵀAx, becomes one scalar factor. Identities go, neighbours are joined by
    the rules of their operators, as A⁻¹A is, equal scalar factors become powers. ShapeError where inner sizes differ.
    """
    if len(args) == 1:
        return args[0]
    number_part: Rational = 1
    scalars: list[Expr] = []
    chain: list[Expr] = []
    dropped: Expr | None = None
    for arg in args:
        body = arg
        if arg.op is SCALE or arg.op is NUMBER:
            own, body = split(arg)
            number_part *= own
            if body.op is NUMBER:
                continue
        if body.op is ZERO:
            number_part = 0
        if body.scalar:
            scalars += (body.op is PRODUCT and _sides(body.args)[0]) or (body,)
            continue
        own_scalars, own_chain = factors(body)
        scalars += own_scalars
        for factor in own_chain:
            dropped = _append(chain, factor, dropped)
            if chain and chain[0].shape[0] == ONE and factor.shape[1] == ONE:
                scalars.append(_plain(chain))
                chain, dropped = [], None
    if dropped is not None and not chain:
        chain = [dropped]
    if not number_part:
        return zero((chain[0].shape[0], chain[-1].shape[1]) if chain else SCALAR)
    if len(scalars) > 1:
        own, scalars = _merged(scalars)
        if own != 1:
            number_part *= own
    factors_left = scalars + chain
    if not factors_left:
        return number(number_part)
    return _plain(factors_left) if number_part == 1 else scale(number_part, _plain(factors_left))


def _plain(args: list[Expr]) -> Expr:
    if len(args) == 1:
        return args[0]
    shape = (args[0].shape[0], args[-1].shape[1]) if not args[-1].scalar else SCALAR
    if args[0].scalar and not args[-1].scalar:
        first = next(a for a in args if not a.scalar)
        shape = (first.shape[0], args[-1].shape[1])
    return node(PRODUCT, tuple(args), None, shape)


def _append(chain: list[Expr], factor: Expr, dropped: Expr | None) -> Expr | None:
    """Put the factor behind the chain; the identity that stands for the chain where nothing is left of it, if any."""
    last = chain[-1] if chain else dropped
    if last is not None and last.shape[1] != factor.shape[0]:
        raise ShapeError(
            f"the product of {show(last.shape)} and {show(factor.shape)}: inner sizes differ, "
            f"{last.shape[1]} and {factor.shape[0]}"
        )
    if factor.op is IDENTITY:
        return factor
    joined = _joined(chain[-1], factor) if chain else None
    if joined is None:
        chain.append(factor)
        return dropped
    chain.pop()
    if joined.op is IDENTITY:
        return joined
    chain += joined.args if joined.op is PRODUCT else (joined,)
    return dropped


def _joined(a: Expr, b: Expr) -> Expr | None:
    """What two neighbours make by the rule of either, of transposes what the matrices make; None where they stay."""
    if a.op is TRANSPOSE and b.op is TRANSPOSE:
        joined = _joined(b.args[0], a.args[0])
        return None if joined is None else transpose(joined)
    first, second = a.op.beside, b.op.beside
    joined = None if first is None else first(a, b)
    return joined if second is None or joined is not None else second(a, b)


def _merged(scalars: list[Expr]) -> tuple[Rational, list[Expr]]:
    """Powers of equal scalar factors put together where the first stands, divisors last."""
    exponents = _exponents(scalars)
    if len(exponents) == len(scalars):
        return 1, sorted(scalars, key=_rank)
    number_part: Rational = 1
    merged: list[Expr] = []
    for base, exponent in exponents.items():
        own, body = split(power(base, exponent))
        number_part *= own
        if body.op is not NUMBER:
            merged.append(body)
    return number_part, sorted(merged, key=_rank)


def _exponents(parts: list[Expr]) -> dict[Expr, Expr]:
    """The exponent of every base in a product of powers, those of divisors where the last stands."""
    found: dict[Expr, Expr] = {}
    for part in parts:
        base, exponent = part.args if part.op is POWER else (part, number(1))
        total = add(found[base], exponent) if base in found else exponent
        if total.op is NUMBER and total.data < 0:
            found.pop(base, None)
        found[base] = total
    return found


def _rank(e: Expr) -> int:
    """Where a scalar factor stands: the imaginary unit first, divisors last."""
    return -1 if e.op is IMAGINARY else reciprocal(e)


def reciprocal(e: Expr) -> bool:
    """Whether it is a power with a negative number for its exponent."""
    return e.op is POWER and e.args[1].op is NUMBER and e.args[1].data < 0


def squared(e: Expr) -> tuple[Expr, ...]:
    """The factors of e∘e, twice the same; of what is no square, itself."""
    two = e.op is POWER and e.args[1].op is NUMBER and e.args[1].data == 2
    return (e.args[0],) * 2 if two else (e,)


def _product_value(np: Any, *arrays: Any, data: Any = None) -> Any:
    total = arrays[0]
    for a in arrays[1:]:
        plain = total.shape[-2:] == (1, 1) or a.shape[-2:] == (1, 1)
        total = total * a if plain else total @ a
    return total


def _product_moves(G: Expr, *args: Expr, data: Any = None) -> Sequence[Expr]:
    scalars, chain = _sides(args)

    def at(k: int) -> Expr:
        if k < len(scalars):
            rest = (*scalars[:k], *scalars[k + 1 :])
            return product(*rest, frobenius(G, product(*chain)) if chain else G)
        k -= len(scalars)
        before = (transpose(product(*chain[:k])),) if k else ()
        after = (transpose(product(*chain[k + 1 :])),) if k + 1 < len(chain) else ()
        return product(*scalars, *before, G, *after)

    return Each(len(args), at)


def _product_vec(K: Stacking, *args: Expr, data: Any = None) -> Sequence[Expr]:
    scalars, chain = _sides(args)

    def at(k: int) -> Expr:
        if k < len(scalars):
            rest = (*scalars[:k], *scalars[k + 1 :])
            return product(*rest, K.vec(product(*chain))) if chain else product(*rest)
        k -= len(scalars)
        before = product(*chain[:k]) if k else identity(chain[k].shape[0])
        after = product(*chain[k + 1 :]) if k + 1 < len(chain) else identity(chain[k].shape[1])
        return product(*scalars, K.kronecker(transpose(after), before))

    return Each(len(args), at)


def _turned(transpose: Callable[[Expr], Expr], e: Expr) -> Expr:
    """The transpose of a product: the factors' transposes in reverse order."""
    scalars, chain = factors(e)
    return product(*scalars, *(transpose(f) for f in reversed(chain)))


def _symmetric(symmetric: Callable[[Expr], bool], e: Expr) -> bool:
    """Factors that mirror each other about a symmetric one, as in AᵀSA, or a projection AA⁺; scalars aside."""
    arrays = [a for a in e.args if not a.scalar]
    if len(arrays) == 2 and _projection(*arrays):
        return True
    while len(arrays) > 1 and transpose(arrays[0]) is arrays[-1]:
        arrays = arrays[1:-1]
    return not arrays or (len(arrays) == 1 and symmetric(arrays[0]))


def _projection(A: Expr, B: Expr) -> bool:
    """Whether one is the pseudo-inverse of the other, so that their product is a symmetric projection."""
    return (A.op.projects and A.args[0] is B) or (B.op.projects and B.args[0] is A)


PRODUCT = Op(
    "product", "", ("#1 #2", r"#1 \cdot #2", "#1 * #2"),
    value=_product_value, moves=_product_moves, vec=_product_vec, normal=product,
    turned=_turned, symmetric=_symmetric, law="product rule", source="Matrix Cookbook (37)",
)  # fmt: skip


# --- Hadamard product, entrywise power --------------------------------------------------------------------------------


def hadamard(*args: Expr) -> Expr:
    """The Hadamard product: flattened, scalars in front, divisors last, ones absorbed; of scalars, the product."""
    if all(a.scalar for a in args):
        return product(*args)
    front: list[Expr] = []
    kept: list[Expr] = []
    shape = next(a.shape for a in args)
    for arg in args:
        if arg.shape != shape:
            raise ShapeError(f"Hadamard product of {show(shape)} and {show(arg.shape)}")
        own, body = split(arg)
        if own != 1:
            front.append(number(own))
        scalars, chain = factors(body)
        if scalars and chain:
            front += scalars
            body = product(*chain)
        kept += body.args if body.op is HADAMARD else (body,)
    if any(map(is_zero, kept)):
        return zero(shape)
    kept = [k for k in kept if not all_ones(k)]
    if any(k.op is POWER for k in kept):
        kept = _merged_entrywise(kept)
    kept = sorted(kept, key=reciprocal) or [ones(shape)]
    body = kept[0] if len(kept) == 1 else node(HADAMARD, tuple(kept))
    return product(*front, body)


def all_ones(e: Expr) -> bool:
    """Whether every entry is 1."""
    return e.op is ONES or (e.op is PRODUCT and all(a.op is ONES for a in e.args))


def _merged_entrywise(args: list[Expr]) -> list[Expr]:
    """Entrywise powers of equal factors put together where the first stands, if that rids the product of one."""
    exponents = _exponents(args)
    if len(exponents) == len(args):
        return args
    merged = (power(base, exponent) for base, exponent in exponents.items())
    return [m for m in merged if m.op is not ONES]


def _hadamard_moves(G: Expr, *args: Expr, data: Any = None) -> Sequence[Expr]:
    in_place = all(a.op is SYMBOL or a.op is HADAMARD for a in args if DIFFERENTIAL_KEY not in a.free)

    def at(k: int) -> Expr:
        return hadamard(*args[:k], G, *args[k + 1 :]) if in_place else hadamard(G, *args[:k], *args[k + 1 :])

    return Each(len(args), at)


def _hadamard_vec(K: Stacking, *args: Expr, data: Any = None) -> Sequence[Expr]:
    return Each(len(args), lambda k: K.diagonal_matrix(K.vec(hadamard(*args[:k], *args[k + 1 :]))))


def _hadamard_value(np: Any, *arrays: Any, data: Any = None) -> Any:
    total = arrays[0]
    for array in arrays[1:]:
        total = total * array
    return total


HADAMARD = Op(
    "Hadamard product", "m n, ... -> m n", (r"#1 \odot #2", r"#1 \circ #2"), value=_hadamard_value,
    moves=_hadamard_moves, vec=_hadamard_vec, normal=hadamard,
    turned=lambda transpose, e: hadamard(*map(transpose, e.args)) if transposed(e.args) else None,
    symmetric=lambda symmetric, e: all(map(symmetric, e.args)) or same_turned(e.args),
    law="product rule, entry by entry",
    source="Matrix Cookbook (38)",
)  # fmt: skip


def power(base: Expr, exponent: Expr) -> Expr:
    """The power of every entry; for scalars the ordinary power, in normal form."""
    own, body = split(exponent)
    whole = body.op is NUMBER and own.denominator == 1
    if exponent.op is NUMBER and not own:
        return ones(base.shape)
    if exponent.op is NUMBER and own == 1:
        return base
    if whole and base.op is IMAGINARY:
        return imaginary(int(own))
    if whole and base.op is NUMBER and (base.data or own > 0):
        return number(Fraction(base.data) ** int(own))
    if whole and base.op is SCALE:
        return scale(Fraction(base.data) ** int(own), power(base.args[0], exponent))
    if whole and base.op is HADAMARD and own < 0:
        return hadamard(*(power(factor, exponent) for factor in base.args))
    if exponent is number(-1) and base.op is PRODUCT and base.args[-1].scalar:
        return product(*(power(factor, exponent) for factor in base.args))
    if base.op is POWER and (whole or nonnegative(base.args[0])):
        return power(base.args[0], product(base.args[1], exponent))
    if base.op is ONES or base is number(1):
        return base
    return node(POWER, (base, exponent))


def nonnegative(e: Expr) -> bool:
    """Whether no entry is negative, as far as its outermost operator tells."""
    real = e.op.nonnegative and not e.ops & COMPLEX.bit
    return real or (e.op is SYMBOL and not e.data.assume.isdisjoint(("positive", "nonnegative")))


def _power_value(np: Any, A: Any, p: Any, data: Any = None) -> Any:
    return A**p


def _power_differential(A: Expr, p: Expr, dA: Expr, dp: Expr, data: Any = None) -> Expr:
    base = product(p, hadamard(power(A, subtract(p, number(1))), dA))
    if is_zero(dp):
        return base
    return add(base, product(dp, hadamard(LOG(A), power(A, p))))


POWER = Op(
    "power", "m n, 1 1 -> m n", ("#1^{#2}",), value=_power_value, differential=_power_differential,
    normal=power, python="{0}**{1}", law="power rule",
)  # fmt: skip


LOG = Op(
    "logarithm", "m n -> m n", (r"\log(#1)", r"\ln(#1)", r"\log #1", r"\ln #1"),
    value=lambda np, A, data: np.log(A), slope=lambda A: power(A, number(-1)), python="np.log({0})",
    law="derivative of the logarithm",
)  # fmt: skip


# --- Frobenius product ------------------------------------------------------------------------------------------------


def frobenius(A: Expr, B: Expr) -> Expr:
    """A:B = tr(AᵀB), numbers and scalars in front, what has a differential on the right; of scalars, the product."""
    if A.shape != B.shape:
        raise ShapeError(f"Frobenius product of {show(A.shape)} and {show(B.shape)}")
    if A.scalar:
        return product(A, B)
    if is_zero(A) or is_zero(B):
        return zero(SCALAR)
    a, A = split(A)
    b, B = split(B)
    (s, left), (t, right) = factors(A), factors(B)
    if s or t:
        return product(number(a * b), *s, *t, frobenius(product(*left), product(*right)))
    if DIFFERENTIAL_KEY in A.free and DIFFERENTIAL_KEY not in B.free:
        A, B = B, A
    return scale(a * b, node(FROBENIUS, (A, B)))


FROBENIUS = Op(
    "Frobenius product", "m n, m n -> 1 1", ("#1 : #2", r"\langle #1, #2 \rangle"),
    value=lambda np, A, B, data: (A * B).sum((-1, -2), keepdims=True),
    moves=lambda g, A, B, data=None: (product(g, B), product(g, A)),
    vec=lambda K, A, B, data=None: (transpose(K.vec(B)), transpose(K.vec(A))),
    normal=frobenius, python="np.sum({0} * {1})", law="product rule",
    source="Matrix Cookbook (37)",
)  # fmt: skip
