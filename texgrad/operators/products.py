"""Products and what belongs to them: transpose, inverse, Hadamard, Frobenius and Kronecker product, trace, vec."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from texgrad.algebra import (
    COMPLEX,
    NUMBER,
    SCALE,
    SUM,
    SYMBOL,
    Each,
    Expr,
    Op,
    add,
    index_key,
    is_zero,
    node,
    number,
    scale,
    split,
    subtract,
    zero,
)
from texgrad.operators.callables import Function
from texgrad.operators.imaginary import IMAGINARY, imaginary
from texgrad.shapes import ONE, SCALAR, Dim, Index, Rational, Shape, ShapeError, shape_of, show

# --- constants --------------------------------------------------------------------------------------------------------

IDENTITY = Op("identity", python="np.eye({rows})", value=lambda np, data: np.eye(data)[None])
ONES = Op("ones", python="np.ones({shape})", value=lambda np, data: np.ones(data)[None])
BASIS = Op("basis vector")
SINGLE = Op("single-entry matrix")
DIMENSION = Op("dimension", value=lambda np, data: np.full((1, 1, 1), float(data)))
INDEX_VALUE = Op("index value", value=lambda np, data: np.full((1, 1, 1), data[0] + 1.0))


def identity(n: Dim) -> Expr:
    """The n×n identity matrix; the number 1 where n is 1."""
    return number(1) if n == ONE else node(IDENTITY, (), n, (n, n))


def ones(shape: Shape) -> Expr:
    """The vector or matrix of ones; the number 1 for scalars."""
    return number(1) if shape == SCALAR else node(ONES, (), shape, shape)


def basis(i: Index) -> Expr:
    """The standard basis vector e_i."""
    return node(BASIS, (), (i,), shape_of(i.size))


def single_entry(i: Index, j: Index) -> Expr:
    """The single-entry matrix E_ij = e_i e_jᵀ (Matrix Cookbook 9.7.1: J^ij)."""
    return node(SINGLE, (), (i, j), (i.size, j.size))


def dimension(size: Dim) -> Expr:
    """A size as a scalar, such as the n that Σᵢ 1 is."""
    return node(DIMENSION, (), size, SCALAR)


def index_value(i: Index) -> Expr:
    """An index as a number, such as the r of Xʳ; it counts from 1."""
    return node(INDEX_VALUE, (), (i,), SCALAR)


# --- product ----------------------------------------------------------------------------------------------------------


def factors(e: Expr) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
    """The scalar factors and the matrix chain of a product without numeric factor."""
    if e.op is not PRODUCT:
        return ((e,), ()) if e.scalar else ((), (e,))
    if e.scalar and not e.args[0].scalar:
        return (), e.args
    cut = sum(a.scalar for a in e.args)
    return e.args[:cut], e.args[cut:]


def product(*args: Expr) -> Expr:
    """The product in normal form: number, scalars, matrix chain, each in the order given.

    A chain that closes to a scalar, such as xᵀAx, becomes one scalar factor. Identities go, A⁻¹A goes, equal scalar
    factors become powers.
    """
    if len(args) == 1:
        return args[0]
    number_part: Rational = 1
    scalars: list[Expr] = []
    chain: list[Expr] = []
    dropped: Expr | None = None
    for arg in args:
        own, body = split(arg)
        if own != 1:
            number_part *= own
        if body.op is NUMBER:
            continue
        own_scalars, own_chain = factors(body)
        if body.scalar:
            scalars += own_scalars or (body,)
            continue
        scalars += own_scalars
        for factor in own_chain:
            last = chain[-1] if chain else dropped
            if last is not None and last.shape[1] != factor.shape[0]:
                raise ShapeError(
                    f"the product of {show(last.shape)} and {show(factor.shape)}: inner sizes differ, "
                    f"{last.shape[1]} and {factor.shape[0]}"
                )
            if factor.op is IDENTITY:
                dropped = factor
            elif chain and _cancel(chain[-1], factor):
                dropped = identity(chain.pop().shape[0])
            elif chain and (joined := _joined(chain[-1], factor)) is not None:
                chain.pop()
                if joined.op is IDENTITY:
                    dropped = joined
                else:
                    chain += joined.args if joined.op is PRODUCT else (joined,)
            else:
                chain.append(factor)
                if chain[0].shape[0] == ONE and factor.shape[1] == ONE:
                    scalars.append(_plain(chain))
                    chain, dropped = [], None
    if dropped is not None and not chain:
        chain = [dropped]
    shape = SCALAR if not chain else (chain[0].shape[0], chain[-1].shape[1])
    if not number_part or any(map(is_zero, scalars)) or any(map(is_zero, chain)):
        return zero(shape)
    own, scalars = _merged(scalars)
    if own != 1:
        number_part *= own
    if len(scalars) + len(chain) == 0:
        return number(number_part)
    if chain == [] and len(scalars) == 1:
        return scale(number_part, scalars[0])
    return scale(number_part, _plain(scalars + chain))


def _plain(args: list[Expr]) -> Expr:
    if len(args) == 1:
        return args[0]
    shape = (args[0].shape[0], args[-1].shape[1]) if not args[-1].scalar else SCALAR
    if args[0].scalar and not args[-1].scalar:
        first = next(a for a in args if not a.scalar)
        shape = (first.shape[0], args[-1].shape[1])
    return node(PRODUCT, tuple(args), None, shape)


def _cancel(a: Expr, b: Expr) -> bool:
    if a.op is TRANSPOSE and b.op is TRANSPOSE:
        a, b = b.args[0], a.args[0]
    return (a.op is INVERSE and a.args[0] is b) or (b.op is INVERSE and b.args[0] is a)


def _joined(a: Expr, b: Expr) -> Expr | None:
    """Powers of one matrix side by side as one power."""
    if MATRIX_POWER not in (a.op, b.op):
        return None
    (base, first), (other, second) = map(_as_power, (a, b))
    return matrix_power(base, add(first, second)) if base is other else None


def _as_power(e: Expr) -> tuple[Expr, Expr]:
    """Base and exponent of a matrix that may be a power or an inverse."""
    if e.op is MATRIX_POWER:
        return e.args[0], e.args[1]
    if e.op is INVERSE:
        return e.args[0], number(-1)
    if e.op is TRANSPOSE and e.args[0].op is INVERSE:
        return transpose(e.args[0].args[0]), number(-1)
    return e, number(1)


def _merged(scalars: list[Expr]) -> tuple[Rational, list[Expr]]:
    """Powers of equal scalar factors put together where the first stands, divisors last."""
    if len(scalars) < 2:
        return 1, scalars
    exponents: dict[Expr, Expr] = {}
    for s in scalars:
        base, exponent = s.args if s.op is POWER else (s, number(1))
        exponents[base] = add(exponents[base], exponent) if base in exponents else exponent
    number_part: Rational = 1
    merged: list[Expr] = []
    for base, exponent in exponents.items():
        own, body = split(power(base, exponent))
        number_part *= own
        if body.op is not NUMBER:
            merged.append(body)
    return number_part, sorted(merged, key=_rank)


def _rank(e: Expr) -> int:
    """Where a scalar factor stands: the imaginary unit first, divisors last."""
    return -1 if e.op is IMAGINARY else reciprocal(e)


def reciprocal(e: Expr) -> bool:
    """Whether it is a power with a negative number for its exponent."""
    return e.op is POWER and e.args[1].op is NUMBER and e.args[1].data < 0


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


def _product_vec(*args: Expr, data: Any = None) -> Sequence[Expr]:
    scalars, chain = _sides(args)

    def at(k: int) -> Expr:
        if k < len(scalars):
            rest = (*scalars[:k], *scalars[k + 1 :])
            return product(*rest, vec(product(*chain))) if chain else product(*rest)
        k -= len(scalars)
        before = product(*chain[:k]) if k else identity(chain[k].shape[0])
        after = product(*chain[k + 1 :]) if k + 1 < len(chain) else identity(chain[k].shape[1])
        return product(*scalars, kronecker(transpose(after), before))

    return Each(len(args), at)


def _sides(args: tuple[Expr, ...]) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
    cut = sum(a.scalar for a in args)
    return args[:cut], args[cut:]


PRODUCT = Op(
    "product", "", ("#1 #2", r"#1 \cdot #2", r"#1 \times #2", "#1 * #2"),
    value=_product_value, moves=_product_moves, vec=_product_vec, normal=lambda *args, data=None: product(*args),
    law="product rule", source="Matrix Cookbook (37)",
)  # fmt: skip


# --- sums over an index -----------------------------------------------------------------------------------------------


def indexed_sum(body: Expr, index: Index) -> Expr:
    """The sum of `body` over all values of `index`; what does not depend on it stands in front."""
    own, body = split(body)
    if is_zero(body):
        return body
    if index_key(index) not in body.free and index.but is None:
        return scale(own, product(dimension(index.size), body))
    if index_key(index) not in body.free and index.but is not None and index.but[0] == r"\ne":
        return scale(own, product(subtract(dimension(index.size), number(1)), body))
    return scale(own, node(INDEXED_SUM, (body,), index, body.shape))


INDEXED_SUM = Op(
    "sum over an index", "m n -> m n", (r"\sum_{i} #1",), normal=lambda A, data: indexed_sum(A, data), binds=True,
    law="linearity",
)  # fmt: skip


# --- transpose --------------------------------------------------------------------------------------------------------


def transpose(e: Expr) -> Expr:
    """The transpose: products turn round, symmetric matrices stay, numbers and scalars leave."""
    if e.scalar or symmetric(e):
        return e
    if e.op is SCALE:
        return scale(e.data, transpose(e.args[0]))
    if e.op is TRANSPOSE:
        return e.args[0]
    if e.op is PRODUCT:
        return _turned(e)
    if e.op is SUM and all(split(a)[1].op is TRANSPOSE for a in e.args):
        return add(*map(transpose, e.args))
    if is_zero(e) or e.op is ONES:
        return (zero if is_zero(e) else ones)((e.shape[1], e.shape[0]))
    if e.op is SINGLE:
        return single_entry(e.data[1], e.data[0])
    if e.op.name == "block matrix":
        rows, cols = e.data
        return e.op(*(transpose(e.args[i * cols + j]) for j in range(cols) for i in range(rows)), data=(cols, rows))
    if e.op is COMMUTATION:
        return commutation(e.data[1], e.data[0])
    if e.op is MATRIX_POWER:
        return matrix_power(transpose(e.args[0]), e.args[1])
    if e.op is KRONECKER or (e.op is HADAMARD and all(a.op is TRANSPOSE for a in e.args)):
        return e.op(*map(transpose, e.args))
    return node(TRANSPOSE, (e,))


def _turned(e: Expr) -> Expr:
    """The transpose of a product: the factors' transposes in reverse order."""
    scalars, chain = factors(e)
    return product(*scalars, *(transpose(f) for f in reversed(chain)))


DEFINITE = "definite"  # what is kept of a positive definite matrix whose entries are not tied: it is invertible
SYMMETRIC = frozenset({"symmetric", "positive definite", "diagonal", "negative definite"})


def symmetric(e: Expr) -> bool:
    """Whether its transpose is known to be the matrix itself: by assumption, or as XᵀX and A + Aᵀ are."""
    if e.shape[0] != e.shape[1]:
        return False
    if e.op is SYMBOL:
        return not SYMMETRIC.isdisjoint(e.data.assume)
    if isinstance(e.data, Function):
        hessian = e.data.order == 2 and e.data.shape == SCALAR
        return hessian or not SYMMETRIC.isdisjoint(e.data.assume)
    if e.op in (INVERSE, SCALE, MATRIX_POWER) or e.op.prime is not None:
        return symmetric(e.args[0])
    if e.op is SUM and all(map(symmetric, e.args)):
        return True
    arrays = [a for a in e.args if not a.scalar] if e.op is PRODUCT else []
    if len(arrays) == 1:
        return symmetric(arrays[0])
    if e.op is PRODUCT and len(e.args) == 2 and _pseudoinverses(*e.args):
        return True
    if e.op in (SUM, HADAMARD) and all(map(_plain_term, e.args)):
        return Counter(map(_transposed_term, e.args)) == Counter(e.args)
    return e.op in (IDENTITY, DIAGONAL_MATRIX) or (_plain_term(e) and _transposed_term(e) is e)


def _pseudoinverses(A: Expr, B: Expr) -> bool:
    """Whether one is the pseudo-inverse of the other, so that their product is a symmetric projection."""
    return (A.op.name == "pseudo-inverse" and A.args[0] is B) or (B.op.name == "pseudo-inverse" and B.args[0] is A)


def _plain_term(e: Expr) -> bool:
    """Whether it is a product of symbols and their transposes, with or without a number."""
    body = split(e)[1]
    chain = body.args if body.op is PRODUCT else (body,)
    return all((f.args[0] if f.op is TRANSPOSE else f).op in (SYMBOL, IDENTITY) for f in chain)


def _transposed_term(e: Expr) -> Expr:
    own, body = split(e)
    if body.op is PRODUCT and not body.scalar:
        return scale(own, _turned(body))
    if body.op is SYMBOL:
        return e if symmetric(body) else scale(own, node(TRANSPOSE, (body,)))
    return scale(own, body.args[0]) if body.op is TRANSPOSE else e


TRANSPOSE = Op(
    "transpose", "m n -> n m",
    (r"#1^\top", "#1^T", "#1'", r"#1^\intercal", r"#1^\mathsf{T}", r"#1^\mathrm{T}", r"#1^\text{T}"),
    value=lambda np, A, data: A.swapaxes(-1, -2), moves=lambda G, A, data=None: (transpose(G),),
    vec=lambda A, data=None: (commutation(*A.shape),), normal=lambda A, data=None: transpose(A), python="{0}.T",
    law="transpose", source="Matrix Cookbook (44)",
)  # fmt: skip


# --- inverse ----------------------------------------------------------------------------------------------------------


def inverse(e: Expr) -> Expr:
    """The inverse; numbers leave, a scalar's inverse is its power −1, (A⁻¹)⁻¹ is A, (Aᵀ)⁻¹ is (A⁻¹)ᵀ."""
    if e.scalar:
        return power(e, number(-1))
    if e.op is SCALE:
        return scale(Fraction(1) / e.data, inverse(e.args[0]))
    if e.op is INVERSE:
        return e.args[0]
    if e.op is PRODUCT and e.args[0].scalar:
        scalars, chain = factors(e)
        return product(*(power(s, number(-1)) for s in scalars), inverse(product(*chain)))
    if e.op is IDENTITY:
        return e
    if e.op is TRANSPOSE:
        return transpose(inverse(e.args[0]))
    if e.op is MATRIX_POWER:
        return matrix_power(e.args[0], scale(-1, e.args[1]))
    if e.op is KRONECKER and all(a.shape[0] == a.shape[1] for a in e.args):
        return kronecker(*map(inverse, e.args))
    return node(INVERSE, (e,))


def _inverse_differential(A: Expr, dA: Expr, data: Any = None) -> Expr:
    return scale(-1, product(inverse(A), dA, inverse(A)))


ILL_CONDITIONED = 1e5


def _inverse_value(np: Any, A: Any, data: Any = None) -> Any:
    return np.linalg.inv(regular(np, A))


def regular(np: Any, A: Any) -> Any:
    """The matrices themselves, and NaN in place of those that are too close to singular to compute with."""
    return np.where(np.linalg.cond(A)[..., None, None] < ILL_CONDITIONED, A, np.nan)


INVERSE = Op(
    "inverse", "n n -> n n", ("#1^{-1}",), value=_inverse_value,
    differential=_inverse_differential, normal=lambda A, data=None: inverse(A), condition=r"#1 \text{ is invertible}",
    python="np.linalg.inv({0})", law="differential of the inverse", source="Matrix Cookbook (40)",
)  # fmt: skip


# --- matrix power -----------------------------------------------------------------------------------------------------

FEW_FACTORS = 12  # up to which a power is written out as a product


def matrix_power(base: Expr, exponent: Expr) -> Expr:
    """A to the power p; a small whole power is a product, that of an inverse has the opposite exponent."""
    if base.scalar:
        return power(base, exponent)
    if base.op is IDENTITY:
        return base
    if exponent.op is NUMBER and exponent.data.denominator == 1 and abs(exponent.data) <= FEW_FACTORS:
        count = int(exponent.data)
        factor = base if count > 0 else inverse(base)
        return product(*[factor] * abs(count)) if count else identity(base.shape[0])
    if base.op is INVERSE:
        return matrix_power(base.args[0], scale(-1, exponent))
    if base.op is TRANSPOSE and base.args[0].op is INVERSE:
        return matrix_power(transpose(base.args[0].args[0]), scale(-1, exponent))
    if base.op is MATRIX_POWER and whole(exponent) is not None:
        return matrix_power(base.args[0], product(base.args[1], exponent))
    return node(MATRIX_POWER, (base, _ordered(exponent)))


def _ordered(exponent: Expr) -> Expr:
    """n − r − 1: sizes first, then indices, numbers last, positive ones before negative ones."""
    if exponent.op is not SUM:
        return exponent
    last = (DIMENSION, SYMBOL, INDEX_VALUE, NUMBER)
    parts = [split(t) for t in exponent.args]
    parts.sort(key=lambda t: (t[1].op is NUMBER, t[0] < 0, last.index(t[1].op) if t[1].op in last else 0))
    return node(SUM, tuple(scale(own, body) for own, body in parts))


def whole(exponent: Expr) -> Dim | None:
    """The exponent as a size, if it is a sum of sizes and whole numbers; indices count as nothing."""
    total = Dim.of(0)
    for t in exponent.args if exponent.op is SUM else (exponent,):
        own, body = split(t)
        if own.denominator != 1 or body.op not in (NUMBER, DIMENSION, INDEX_VALUE):
            return None
        if body.op is not INDEX_VALUE:
            total = total + Dim.of(int(own)) * (body.data if body.op is DIMENSION else Dim.of(1))
    return total


def countable(exponent: Expr) -> bool:
    """Whether the power is a product of as many factors as a size says."""
    parts = exponent.args if exponent.op is SUM else (exponent,)
    return whole(exponent) is not None and all(split(t)[1].op is not INDEX_VALUE for t in parts)


BOUND = "?"  # what the name of a sum's index begins with until a letter is chosen for it
MARKS = ("r", "s", "t", "u")


def _matrix_power_differential(A: Expr, p: Expr, dA: Expr, dp: Expr, data: Any = None) -> Expr:
    size = whole(p)
    assert size is not None
    one = number(1)
    negative = bool(size.terms) and size.terms[-1][1] < 0
    name = next(BOUND + mark for mark in MARKS if index_key(Index(BOUND + mark, size)) not in A.free | p.free)
    index = Index(name, size * Dim.of(-1) if negative else size)
    r = index_value(index)
    if negative:
        after = add(p, r, scale(-1, one))
        return scale(-1, indexed_sum(product(matrix_power(A, scale(-1, r)), dA, matrix_power(A, after)), index))
    before, after = subtract(r, one), subtract(p, r)
    return indexed_sum(product(matrix_power(A, before), dA, matrix_power(A, after)), index)


def _matrix_power_value(np: Any, A: Any, p: Any, data: Any = None) -> Any:
    exponent = float(p.flat[0])
    if p.size == 1 and exponent.is_integer():
        return np.linalg.matrix_power(regular(np, A) if exponent < 0 else A, int(exponent))
    return spectral(np, A, lambda w: w ** p[..., 0])


def spectral(np: Any, A: Any, function: Any) -> Any:
    """A function of matrices, worked out on their eigenvalues; NaN where it is not real."""
    values, vectors = np.linalg.eig(np.asarray(A, dtype=complex))
    vectors = regular(np, vectors)
    result = (vectors * function(values)[..., None, :]) @ np.linalg.inv(vectors)
    real = np.abs(result.imag).max((-1, -2), keepdims=True) < 1e-9 * (1 + np.abs(result).max((-1, -2), keepdims=True))
    return result if np.iscomplexobj(A) else np.where(real, result.real, np.nan)


MATRIX_POWER = Op(
    "matrix power", "n n, 1 1 -> n n", (), value=_matrix_power_value, differential=_matrix_power_differential,
    normal=lambda A, p, data=None: matrix_power(A, p), law="differential of a power",
    source="Magnus & Neudecker, ch. 8",
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
    bases = [a.args[0] if a.op is POWER else a for a in args]
    if len(set(bases)) == len(bases):
        return args
    exponents: dict[Expr, Expr] = {}
    for base, a in zip(bases, args, strict=True):
        own = a.args[1] if a.op is POWER else number(1)
        exponents[base] = add(exponents[base], own) if base in exponents else own
    merged = (power(base, exponent) for base, exponent in exponents.items())
    return [m for m in merged if m.op is not ONES]


def _hadamard_moves(G: Expr, *args: Expr, data: Any = None) -> Sequence[Expr]:
    in_place = all(a.op is SYMBOL or a.op is HADAMARD for a in args if DIFFERENTIAL_KEY not in a.free)

    def at(k: int) -> Expr:
        return hadamard(*args[:k], G, *args[k + 1 :]) if in_place else hadamard(G, *args[:k], *args[k + 1 :])

    return Each(len(args), at)


def _hadamard_vec(*args: Expr, data: Any = None) -> Sequence[Expr]:
    return Each(len(args), lambda k: diagonal_matrix(vec(hadamard(*args[:k], *args[k + 1 :]))))


def _hadamard_value(np: Any, *arrays: Any, data: Any = None) -> Any:
    total = arrays[0]
    for array in arrays[1:]:
        total = total * array
    return total


HADAMARD = Op(
    "Hadamard product", "m n, ... -> m n", (r"#1 \odot #2", r"#1 \circ #2"), value=_hadamard_value,
    moves=_hadamard_moves, vec=_hadamard_vec, normal=lambda *args, data=None: hadamard(*args),
    law="product rule, entry by entry", source="Matrix Cookbook (38)",
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
    if base.op is POWER and (whole or _nonnegative(base.args[0])):
        return power(base.args[0], product(base.args[1], exponent))
    if base.op is ONES or base is number(1):
        return base
    return node(POWER, (base, exponent))


def _nonnegative(e: Expr) -> bool:
    real = e.op.name in ("norm", "exponential") and not e.ops & COMPLEX.bit
    return real or (e.op is SYMBOL and "positive" in e.data.assume)


def _power_value(np: Any, A: Any, p: Any, data: Any = None) -> Any:
    return A**p


def _power_differential(A: Expr, p: Expr, dA: Expr, dp: Expr, data: Any = None) -> Expr:
    base = product(p, hadamard(power(A, subtract(p, number(1))), dA))
    if is_zero(dp):
        return base
    return add(base, product(dp, hadamard(LOG(A), power(A, p))))


POWER = Op(
    "power", "m n, 1 1 -> m n", ("#1^{#2}",), value=_power_value, differential=_power_differential,
    normal=lambda A, p, data=None: power(A, p), python="{0}**{1}", law="power rule",
)  # fmt: skip


LOG = Op(
    "logarithm", "m n -> m n", (r"\log(#1)", r"\ln(#1)", r"\log #1", r"\ln #1"),
    value=lambda np, A, data: np.log(A), slope=lambda A: power(A, number(-1)), python="np.log({0})",
    law="derivative of the logarithm",
)  # fmt: skip


# --- Frobenius product, trace -----------------------------------------------------------------------------------------


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


DIFFERENTIAL_KEY = "#d"

FROBENIUS = Op(
    "Frobenius product", "m n, m n -> 1 1", ("#1 : #2", r"\langle #1, #2 \rangle"),
    value=lambda np, A, B, data: (A * B).sum((-1, -2), keepdims=True),
    moves=lambda g, A, B, data=None: (product(g, B), product(g, A)),
    vec=lambda A, B, data=None: (transpose(vec(B)), transpose(vec(A))),
    normal=lambda A, B, data=None: frobenius(A, B), python="np.sum({0} * {1})", law="product rule",
    source="Matrix Cookbook (37)",
)  # fmt: skip


def trace(A: Expr) -> Expr:
    """The trace; numbers and scalar factors leave, a scalar is its own trace."""
    if A.scalar:
        return A
    own, body = split(A)
    scalars, chain = factors(body)
    if is_zero(body):
        return zero(SCALAR)
    inner = product(*chain)
    if inner.op is IDENTITY:
        return product(number(own), *scalars, dimension(inner.data))
    if inner.scalar:
        return product(number(own), *scalars, inner)
    return product(number(own), *scalars, node(TRACE, (inner,)))


TRACE = Op(
    "trace", "n n -> 1 1",
    (r"\operatorname{tr}(#1)", r"\operatorname{Tr}(#1)", r"\operatorname{trace}(#1)", r"\tr #1", r"\Tr #1", "tr(#1)"),
    value=lambda np, A, data: np.trace(A, axis1=-2, axis2=-1)[..., None, None],
    moves=lambda g, A, data=None: (product(g, identity(A.shape[0])),),
    vec=lambda A, data=None: (transpose(vec(identity(A.shape[0]))),),
    normal=lambda A, data=None: trace(A), python="np.trace({0})", law="linearity of the trace",
    source="Matrix Cookbook (36)",
)  # fmt: skip


# --- diagonals --------------------------------------------------------------------------------------------------------


def _diagonal_matrix_value(np: Any, x: Any, data: Any = None) -> Any:
    return x * np.eye(x.shape[-2])


DIAGONAL_MATRIX = Op(
    "Diag", "n 1 -> n n", (r"\operatorname{Diag}(#1)",), value=_diagonal_matrix_value,
    moves=lambda G, x, data=None: (diagonal(G),), vec=lambda x, data=None: (_diagonal_picked(x.shape[0]),),
    python="np.diag({0})", law="linearity",
)  # fmt: skip

DIAGONAL = Op(
    "diag", "n n -> n 1", (r"\operatorname{diag}(#1)",),
    value=lambda np, A, data: np.diagonal(A, axis1=-2, axis2=-1)[..., None].copy(),
    moves=lambda g, A, data=None: (diagonal_matrix(g),),
    vec=lambda A, data=None: (_diagonal_picked(A.shape[0], turned=True),), python="np.diag({0})", law="linearity",
)  # fmt: skip


def _diagonal_picked(n: Dim, turned: bool = False) -> Expr:
    """Σₖ (eₖ⊗eₖ)eₖᵀ, which makes vec(Diag(x)) of x; its transpose makes diag(A) of vec(A)."""
    k = Index(BOUND + MARKS[0], n)
    body = product(kronecker(basis(k), basis(k)), transpose(basis(k)))
    return indexed_sum(transpose(body) if turned else body, k)


def diagonal_matrix(x: Expr) -> Expr:
    """The diagonal matrix with the vector x on its diagonal."""
    return identity(x.shape[0]) if x.op is ONES else x if x.scalar else node(DIAGONAL_MATRIX, (x,))


def diagonal(A: Expr) -> Expr:
    """The vector of the diagonal entries of a square matrix."""
    if A.op is DIAGONAL_MATRIX:
        return A.args[0]
    return ones(shape_of(A.shape[0])) if A.op is IDENTITY else node(DIAGONAL, (A,))


# --- vec and Kronecker ------------------------------------------------------------------------------------------------


def vec(A: Expr) -> Expr:
    """The columns of A stacked into a vector; a column vector is its own vec, and unvec(a) has the vec a."""
    if A.shape[1] == ONE:
        return A
    if A.shape[0] == ONE:
        return transpose(A)
    if A.op is SCALE:
        return scale(A.data, vec(A.args[0]))
    if A.op is UNVEC:
        return A.args[0]
    return ones(shape_of(A.shape[0] * A.shape[1])) if A.op is ONES else node(VEC, (A,))


def _vec_value(np: Any, A: Any, data: Any = None) -> Any:
    return A.swapaxes(-1, -2).reshape(*A.shape[:-2], -1, 1)


def _vec_moves(g: Expr, A: Expr, data: Any = None) -> tuple[Expr, ...]:
    return (unvec(g, A.shape),)


VEC = Op(
    "vec", "m n -> m*n 1", (r"\operatorname{vec}(#1)", r"\operatorname{vec} #1"), value=_vec_value,
    moves=_vec_moves, vec=lambda A, data=None: (identity(A.shape[0] * A.shape[1]),),
    normal=lambda A, data=None: vec(A), python="{0}.reshape(-1, order='F')", law="linearity",
)  # fmt: skip


def _unvec_value(np: Any, a: Any, data: tuple[int, int]) -> Any:
    rows, cols = data
    return a.reshape(*a.shape[:-2], cols, rows).swapaxes(-1, -2)


def unvec(a: Expr, shape: Shape) -> Expr:
    """The matrix of that shape whose columns, stacked, are the vector a."""
    if is_zero(a):
        return zero(shape)
    if a.op is SCALE:
        return scale(a.data, unvec(a.args[0], shape))
    return a.args[0] if a.op is VEC and a.args[0].shape == shape else node(UNVEC, (a,), shape, shape)


UNVEC = Op(
    "unvec", "", (r"\operatorname{unvec}(#1)",), value=_unvec_value,
    moves=lambda G, a, data=None: (vec(G),), normal=lambda a, data: unvec(a, data),
    python="{0}.reshape({shape}, order='F')", law="linearity",
)  # fmt: skip


def kronecker(A: Expr, B: Expr) -> Expr:
    """The Kronecker product; numbers leave, a scalar factor is an ordinary one."""
    if A.scalar or B.scalar or (A.shape[1] == ONE and B.shape[0] == ONE):
        return product(A, B)
    if A.shape[0] == ONE and B.shape[1] == ONE:
        return product(B, A)
    a, A = split(A)
    b, B = split(B)
    if A.op is IDENTITY and B.op is IDENTITY:
        return scale(a * b, identity(A.shape[0] * B.shape[0]))
    if is_zero(A) or is_zero(B):
        return zero((A.shape[0] * B.shape[0], A.shape[1] * B.shape[1]))
    return scale(a * b, node(KRONECKER, (A, B)))


def _kronecker_value(np: Any, A: Any, B: Any, data: Any = None) -> Any:
    wide = np.einsum("...ij,...kl->...ikjl", A, B)
    return wide.reshape(*wide.shape[:-4], A.shape[-2] * B.shape[-2], A.shape[-1] * B.shape[-1])


def mixed(A: Expr, B: Expr) -> Expr:
    """AB; of two Kronecker products the Kronecker product of the products, where their sizes fit."""
    if A.op is KRONECKER and B.op is KRONECKER and A.args[0].shape[1] == B.args[0].shape[0]:
        return kronecker(product(A.args[0], B.args[0]), product(A.args[1], B.args[1]))
    return product(A, B)


def _kronecker_moves(G: Expr, A: Expr, B: Expr, data: Any = None) -> tuple[Expr, Expr]:
    (m, n), (p, q) = A.shape, B.shape
    left, right = kronecker(identity(n), transpose(B)), kronecker(transpose(A), identity(p))
    own, body = split(G)
    if q == ONE:
        by_first = product(kronecker(identity(m), transpose(B)), body)
    elif p == ONE:
        by_first = product(body, left)
    else:
        by_first = partial_trace(2, mixed(body, left), (m, n), p)
    if n == ONE:
        by_second = product(right, body)
    elif m == ONE:
        by_second = product(body, kronecker(transpose(A), identity(q)))
    else:
        by_second = partial_trace(1, mixed(right, body), (p, q), n)
    return scale(own, by_first), scale(own, by_second)


def _kronecker_vec(A: Expr, B: Expr, data: Any = None) -> tuple[Expr, Expr]:
    (m, n), (p, q) = A.shape, B.shape
    swap = kronecker(kronecker(identity(n), commutation(q, m)), identity(p))
    return product(swap, kronecker(identity(m * n), vec(B))), product(swap, kronecker(vec(A), identity(p * q)))


KRONECKER = Op(
    "Kronecker product", "m n, p q -> m*p n*q", (r"#1 \otimes #2",), value=_kronecker_value, moves=_kronecker_moves,
    vec=_kronecker_vec, normal=lambda A, B, data=None: kronecker(A, B), python="np.kron({0}, {1})",
    law="product rule for Kronecker products", source="Matrix Cookbook (39)",
)  # fmt: skip


def partial_trace(over: int, A: Expr, shape: Shape, size: Dim) -> Expr:
    """tr₂(B⊗C) = tr(C) B and tr₁(B⊗C) = tr(B) C: the trace over one factor of a Kronecker product, of that `size`.

    shape: that of the other factor, which is the shape of the result.
    """
    if is_zero(A):
        return zero(shape)
    if A.op is SUM:
        return add(*(partial_trace(over, t, shape, size) for t in A.args))
    own, body = split(A)
    if own != 1:
        return scale(own, partial_trace(over, body, shape, size))
    scalars, chain = factors(body)
    if scalars:
        return product(*scalars, partial_trace(over, product(*chain), shape, size))
    if A.op is IDENTITY:
        return product(dimension(size), identity(shape[0]))
    if A.op is KRONECKER and A.args[over - 1].shape == (size, size):
        return product(trace(A.args[over - 1]), A.args[2 - over])
    if shape == SCALAR or size == ONE:
        return trace(A) if shape == SCALAR else A
    return node(PARTIAL_TRACE, (A,), (over, *shape, size), shape)


def _partial_trace_value(np: Any, A: Any, data: tuple[int, int, int, int]) -> Any:
    over, rows, cols, size = data
    if over == 2:
        return np.einsum("...ikjk->...ij", A.reshape(*A.shape[:-2], rows, size, cols, size))
    return np.einsum("...kikj->...ij", A.reshape(*A.shape[:-2], size, rows, size, cols))


def _partial_trace_moves(G: Expr, A: Expr, data: tuple[int, Dim, Dim, Dim]) -> tuple[Expr]:
    other = identity(data[3])
    return (kronecker(G, other) if data[0] == 2 else kronecker(other, G),)


PARTIAL_TRACE = Op(
    "partial trace", "", (), value=_partial_trace_value, moves=_partial_trace_moves,
    normal=lambda A, data: partial_trace(data[0], A, (data[1], data[2]), data[3]), law="linearity",
)  # fmt: skip


def _commutation_value(np: Any, data: tuple[int, int]) -> Any:
    rows, cols = data
    return np.eye(rows * cols).reshape(1, cols, rows, -1).swapaxes(1, 2).reshape(1, rows * cols, -1)


COMMUTATION = Op("commutation matrix", "", (), value=_commutation_value)


def commutation(m: Dim, n: Dim) -> Expr:
    """K_mn with vec(Aᵀ) = K_mn vec(A) for A m×n (Magnus & Neudecker, ch. 3.7)."""
    size = m * n
    return identity(size) if ONE in (m, n) else node(COMMUTATION, (), (m, n), (size, size))
