"""Named identities lhs = rhs, used to put a line into the form that a person would leave it in."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from texgrad.algebra import NUMBER, SUM, SYMBOL, Expr, Op, add, bits, number, scale, split, transform
from texgrad.immutable import immutable, lazy
from texgrad.operators import (
    ABS,
    BASIS,
    DET,
    DIAGONAL_MATRIX,
    DIFFERENTIAL,
    DIFFERENTIAL_KEY,
    DIMENSION,
    ENTRY,
    EXP,
    FROBENIUS,
    HADAMARD,
    KRONECKER,
    LOG,
    LOGDET,
    NORM,
    ONES,
    POWER,
    PRODUCT,
    SIGMOID,
    SIGN,
    SINGLE,
    SOFTMAX,
    STEP,
    SUM_NORM,
    TRACE,
    TRANSPOSE,
    VEC,
    basis,
    conjugate,
    det,
    dimension,
    entry,
    factors,
    frobenius,
    hadamard,
    is_complex,
    kronecker_delta,
    logdet,
    nonnegative,
    norm,
    ones,
    power,
    product,
    single_entry,
    symmetric,
    trace,
    transpose,
)
from texgrad.shapes import ONE
from texgrad.tidy.diagonals import differential_out
from texgrad.tidy.logarithms import logarithm_of_softmax, logarithm_split
from texgrad.tidy.pieces import pieces_joined
from texgrad.tidy.probabilities import divisor_met


@immutable
class Identity:
    """lhs = rhs: `apply` gives the right side where the node is of the form of the left, and None elsewhere.

    holds: operators of which the left side holds one, so that an expression without them need not be looked at.
    needs: their bits.
    """

    name: str
    apply: Callable[[Expr], Expr | None]
    holds: tuple[Op, ...]

    @lazy
    def needs(self) -> int:
        return bits(*self.holds)


def _sum_of_nonnegative(e: Expr) -> Expr | None:
    """‖A‖₁ = 𝟏:A, or 𝟏ᵀa for a vector, where no entry is negative."""
    if e.op is not SUM_NORM or not nonnegative(e.args[0]):
        return None
    (A,) = e.args
    return product(transpose(ones(A.shape)), A) if A.shape[1] == ONE else frobenius(ones(A.shape), A)


def _square_of_norm(e: Expr) -> Expr | None:
    """‖A‖² = A:A, also inside even powers."""
    if e.op is not POWER or e.args[0].op is not NORM or e.args[1].op is not NUMBER:
        return None
    half = Fraction(e.args[1].data) / 2
    A = e.args[0].args[0]
    if A.op.prime is not None and symmetric(A):  # there is a rule for functions of a matrix in a trace
        return power(trace(product(A, A)), number(half)) if half.denominator == 1 else None
    return power(frobenius(A, conjugate(A)), number(half)) if half.denominator == 1 else None


def _square_of_modulus(e: Expr) -> Expr | None:
    """|z|² = z z^*, entry by entry, also inside even powers."""
    if e.op is not POWER or e.args[0].op is not ABS or e.args[1].op is not NUMBER or not is_complex(e.args[0].args[0]):
        return None
    half, z = Fraction(e.args[1].data) / 2, e.args[0].args[0]
    return power(hadamard(z, conjugate(z)), number(half)) if half.denominator == 1 else None


def _trace_of_product(e: Expr) -> Expr | None:
    """tr(AᵀB) = A:B."""
    if e.op is not TRACE or e.args[0].op is not PRODUCT:
        return None
    _, chain = factors(e.args[0])
    if len(chain) < 2 or chain[0].op is not TRANSPOSE:
        return None
    return frobenius(chain[0].args[0], product(*chain[1:]))


def _trace_of_kronecker(e: Expr) -> Expr | None:
    """tr(A⊗B) = tr(A) tr(B) for square A and B."""
    if e.op is not TRACE:
        return None
    if e.args[0].op is SUM:
        parts = [split(trace(t)) for t in e.args[0].args]
        done = [_trace_of_kronecker(body) for _, body in parts]
        return add(*(scale(own, d or body) for (own, body), d in zip(parts, done, strict=True))) if any(done) else None
    if e.args[0].op is not KRONECKER or any(a.shape[0] != a.shape[1] for a in e.args[0].args):
        return None
    first, second = map(trace, e.args[0].args)
    return product(second, first) if second.op is DIMENSION else product(first, second)


def _determinant_of_kronecker(e: Expr) -> Expr | None:
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


def _norm_of_kronecker(e: Expr) -> Expr | None:
    """‖A⊗B‖ = ‖A‖‖B‖."""
    return product(*map(norm, e.args[0].args)) if e.op is NORM and e.args[0].op is KRONECKER else None


def _logistic(e: Expr) -> Expr | None:
    """exp(u)/(1 + exp(u)) = exp(u)σ(−u) = σ(u), its square, and 1/(1 + exp(u)) = σ(−u), as factors, entry by entry."""
    if not (e.op is HADAMARD or (e.op is PRODUCT and e.args[0].scalar)):
        return None
    for factor in e.args:
        u = one_plus_exp(factor.args[0]) if factor.op is POWER and factor.args[1] in (number(-1), number(-2)) else None
        if u is None:
            continue
        rest = list(e.args)
        rest.remove(factor)
        if factor.args[1] is number(-2):
            square = power(EXP(u), number(2))
            if square not in rest:
                continue
            rest[rest.index(square)] = power(SIGMOID(u), number(2))
            return e.op(*rest)
        if EXP(u) in rest:
            rest[rest.index(EXP(u))] = SIGMOID(u)
            return e.op(*rest)
        return e.op(SIGMOID(scale(-1, u)), *rest)
    for factor in e.args:
        if factor.op is SIGMOID and EXP(scale(-1, factor.args[0])) in e.args:
            u = scale(-1, factor.args[0])
            rest = [a for a in e.args if a is not factor and a is not EXP(u)]
            return e.op(SIGMOID(u), *rest)
    return None


def one_plus_exp(e: Expr) -> Expr | None:
    """u where `e` is 1 + exp(u)."""
    if e.op is SUM and len(e.args) == 2:
        rest = [a for a in e.args if a is not number(1) and a.op is not ONES]
        if len(rest) == 1 and rest[0].op is EXP:
            return rest[0].args[0]
    return None


def _ones_hadamard(e: Expr) -> Expr | None:
    """𝟏ᵀ(u∘v) = uᵀv."""
    if e.op is not PRODUCT:
        return None
    scalars, chain = factors(e)
    for k in range(len(chain) - 1):
        vector = chain[k + 1].op is HADAMARD and chain[k + 1].shape[1] == ONE
        if vector and chain[k].op is ONES and chain[k].shape[0] == ONE:
            u, *rest = sorted(chain[k + 1].args, key=lambda a: DIFFERENTIAL_KEY in a.free)
            return product(*scalars, *chain[:k], transpose(u), hadamard(*rest), *chain[k + 2 :])
    return None


def _single_entries(e: Expr) -> Expr | None:
    """X∘E_ij = x_ij E_ij, X:E_ij = x_ij."""
    if e.op is HADAMARD and any(a.op is SINGLE for a in e.args):
        single = next(a for a in e.args if a.op is SINGLE)
        others = [a for a in e.args if a is not single]
        return product(entry(hadamard(*others), *single.data), single) if others else single
    if e.op is FROBENIUS and e.args[1].op is SINGLE:
        return entry(e.args[0], *e.args[1].data)
    return None


def _single_as_outer(e: Expr) -> Expr | None:
    """E_ij = e_i e_jᵀ."""
    return product(basis(e.data[0]), transpose(basis(e.data[1]))) if e.op is SINGLE else None


def _basis_times_ones(e: Expr) -> Expr | None:
    """eᵀ𝟏 = 1."""
    if e.op is not PRODUCT or not any(_is_basis(a) for a in e.args):
        return None
    scalars, chain = factors(e)
    for k in range(len(chain) - 1):
        if _is_basis(chain[k]) and chain[k + 1].op is ONES and chain[k + 1].shape[1] == ONE:
            return product(*scalars, *chain[:k], *chain[k + 2 :]) if len(chain) > 2 or scalars else number(1)
    return None


def _basis_picks(e: Expr) -> Expr | None:
    """e_jᵀx = x_j."""
    if e.op is not PRODUCT or not any(_is_basis(a) for a in e.args):
        return None
    scalars, chain = factors(e)
    for k in range(len(chain) - 1):
        if _is_basis(chain[k]) and chain[k + 1].op is SYMBOL and chain[k + 1].shape[1] == ONE:
            picked = entry(chain[k + 1], *chain[k].args[0].data)
            return product(picked, *scalars, *chain[:k], *chain[k + 2 :])
    return None


def _is_basis(e: Expr) -> bool:
    return e.op is TRANSPOSE and e.args[0].op is BASIS


def _row_selected(e: Expr) -> Expr | None:
    """X∘(e_k 𝟏ᵀ) = E_kk X."""
    if e.op is not HADAMARD:
        return None
    for a in e.args:
        if a.op is PRODUCT and len(a.args) == 2 and a.args[0].op is BASIS and a.args[1].op is ONES:
            rest = hadamard(*(b for b in e.args if b is not a))
            k = a.args[0].data[0]
            return product(single_entry(k, k), rest)
    return None


def _entry_of_product(e: Expr) -> Expr | None:
    """(A E_ij B)_kl = A_ki B_jl."""
    if e.op is not ENTRY or len(e.data) != 2:
        return None
    own, body = split(e.args[0])
    if body.op not in (PRODUCT, SINGLE):
        return None
    scalars, chain = factors(body)
    places = [k for k, f in enumerate(chain) if f.op is SINGLE]
    if len(places) != 1:
        return None
    at = places[0]
    (row, col), (i, j) = e.data, chain[at].data
    left = entry(product(*chain[:at]), row, i) if at else kronecker_delta(row, i)
    right = entry(product(*chain[at + 1 :]), j, col) if at + 1 < len(chain) else kronecker_delta(j, col)
    return scale(own, product(*scalars, left, right))


def _vecs(e: Expr) -> Expr | None:
    """vec(A)ᵀvec(B) = A:B."""
    scalars, chain = factors(e)
    if len(chain) != 2 or chain[1].op is not VEC or chain[0].op is not TRANSPOSE or chain[0].args[0].op is not VEC:
        return None
    return product(*scalars, frobenius(chain[0].args[0].args[0], chain[1].args[0]))


def _scalar_behind(e: Expr) -> Expr | None:
    """(aᵀdx) v = v aᵀdx."""
    if e.op is not PRODUCT or e.scalar or e.shape[1] != ONE:
        return None
    scalars, chain = factors(e)
    for s in scalars:
        if s.op is PRODUCT and s.args[-1].op is DIFFERENTIAL and not s.args[0].scalar:
            return product(*(a for a in scalars if a is not s), *chain, *s.args)
    return None


SQUARED_MODULUS = Identity("|z|² = z z^*", _square_of_modulus, (ABS,))
SQUARED_NORM = Identity("definition of the norm", _square_of_norm, (NORM,))
NORM_AS_SUM = Identity("‖A‖₁ = 𝟏:A where A ≥ 0", _sum_of_nonnegative, (SUM_NORM,))
TRACE_AS_FROBENIUS = Identity("tr(AᵀB) = A:B", _trace_of_product, (TRACE,))
VECS_AS_FROBENIUS = Identity("vec(A)ᵀvec(B) = A:B", _vecs, (VEC,))
LOGISTIC = Identity("definition of the logistic function", _logistic, (EXP,))
ONES_HADAMARD = Identity("𝟏ᵀ(u∘v) = uᵀv", _ones_hadamard, (ONES,))
SINGLE_ENTRIES = Identity("X∘E_ij = x_ij E_ij", _single_entries, (SINGLE,))
SINGLE_AS_OUTER = Identity("E_ij = e_i e_jᵀ", _single_as_outer, (SINGLE,))
BASIS_TIMES_ONES = Identity("eᵀ𝟏 = 1", _basis_times_ones, (BASIS,))
SCALAR_BEHIND = Identity("(aᵀdx) v = v aᵀdx", _scalar_behind, (DIFFERENTIAL,))
DIAGONAL_TURNED = Identity("Diag(a)b = Diag(b)a", differential_out, (DIAGONAL_MATRIX,))
ENTRY_OF_PRODUCT = Identity("(A E_ij B)_kl = A_ki B_jl", _entry_of_product, (ENTRY,))
DIVISORS = Identity("(a⊘p):p = 𝟏ᵀa", divisor_met, (POWER,))
PIECES = Identity("|u| sign(u) = u", pieces_joined, (ABS, SIGN, STEP))
LOG_OF_EXP = Identity("log(eᵘ/s) = u − log s", logarithm_split, (LOG,))
LOG_OF_SOFTMAX = Identity("log softmax(z)ᵢ = zᵢ − log Σ eᶻ", logarithm_of_softmax, (SOFTMAX,))
BASIS_PICKS = Identity("e_jᵀx = x_j", _basis_picks, (BASIS,))
ROW_SELECTED = Identity("X∘(e_k 𝟏ᵀ) = E_kk X", _row_selected, (BASIS,))

TRACE_OF_KRONECKER = Identity("tr(A⊗B) = tr(A) tr(B)", _trace_of_kronecker, (KRONECKER,))
DETERMINANT_OF_KRONECKER = Identity("|A⊗B| = |A|ⁿ|B|ᵐ", _determinant_of_kronecker, (KRONECKER,))
NORM_OF_KRONECKER = Identity("‖A⊗B‖ = ‖A‖‖B‖", _norm_of_kronecker, (KRONECKER,))
OF_KRONECKER = (TRACE_OF_KRONECKER, DETERMINANT_OF_KRONECKER, NORM_OF_KRONECKER)

# all of them, for the page of rules
IDENTITIES = (
    SQUARED_NORM, SQUARED_MODULUS, NORM_AS_SUM, TRACE_AS_FROBENIUS, VECS_AS_FROBENIUS, LOGISTIC, ONES_HADAMARD,
    SINGLE_ENTRIES, SINGLE_AS_OUTER, BASIS_TIMES_ONES, BASIS_PICKS, PIECES, DIVISORS, LOG_OF_EXP, LOG_OF_SOFTMAX,
    ROW_SELECTED, ENTRY_OF_PRODUCT, SCALAR_BEHIND, DIAGONAL_TURNED, *OF_KRONECKER,
)  # fmt: skip


def apply(
    e: Expr, *identities: Identity, mark: int = 0, where: Callable[[Expr], bool] | None = None
) -> tuple[Expr, tuple[str, ...]]:
    """`e` with the identities applied wherever they fit, and the names of those that did.

    mark: a bit of `Expr.stays` for just these identities, where they are applied line after line.
    where: which parts they are applied to, if not to all.
    """
    only = 0
    for identity in identities:
        only |= identity.needs
    if not e.ops & only:
        return e, ()
    used: list[str] = []

    def change(part: Expr) -> Expr | None:
        for identity in identities:
            new = identity.apply(part) if part.ops & identity.needs else None
            if new is not None and new is not part and (where is None or where(part)):
                used.append(identity.name)
                return new
        return None

    new = transform(e, change, only, mark=mark)
    return new, tuple(dict.fromkeys(used))
