"""Named identities lhs = rhs, used to put a line into the form that a person would leave it in."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from texgrad.algebra import NUMBER, SUM, Expr, Op, bits, number, scale, transform
from texgrad.immutable import immutable, lazy
from texgrad.operators import (
    ABS,
    BASIS,
    DIAGONAL_MATRIX,
    DIFFERENTIAL,
    DIFFERENTIAL_KEY,
    ENTRY,
    EXP,
    HADAMARD,
    KRONECKER,
    LOG,
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
    conjugate,
    factors,
    frobenius,
    hadamard,
    is_complex,
    nonnegative,
    ones,
    power,
    product,
    symmetric,
    trace,
    transpose,
)
from texgrad.shapes import ONE
from texgrad.tidy.diagonals import differential_out
from texgrad.tidy.kronecker import determinant_of_kronecker, norm_of_kronecker, trace_of_kronecker
from texgrad.tidy.logarithms import logarithm_of_softmax, logarithm_split
from texgrad.tidy.pieces import pieces_joined
from texgrad.tidy.probabilities import divisor_met
from texgrad.tidy.units import (
    basis_picks,
    basis_times_ones,
    entry_around_single,
    row_selected,
    single_as_outer,
    single_entries,
)


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
        """The bits of the operators that an expression has to hold for it."""
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
SINGLE_ENTRIES = Identity("X∘E_ij = x_ij E_ij", single_entries, (SINGLE,))
SINGLE_AS_OUTER = Identity("E_ij = e_i e_jᵀ", single_as_outer, (SINGLE,))
BASIS_TIMES_ONES = Identity("eᵀ𝟏 = 1", basis_times_ones, (BASIS,))
SCALAR_BEHIND = Identity("(aᵀdx) v = v aᵀdx", _scalar_behind, (DIFFERENTIAL,))
DIAGONAL_TURNED = Identity("Diag(a)b = Diag(b)a", differential_out, (DIAGONAL_MATRIX,))
ENTRY_OF_PRODUCT = Identity("(A E_ij B)_kl = A_ki B_jl", entry_around_single, (ENTRY,))
DIVISORS = Identity("(a⊘p):p = 𝟏ᵀa", divisor_met, (POWER,))
PIECES = Identity("|u| sign(u) = u", pieces_joined, (ABS, SIGN, STEP))
LOG_OF_EXP = Identity("log(eᵘ/s) = u − log s", logarithm_split, (LOG,))
LOG_OF_SOFTMAX = Identity("log softmax(z)ᵢ = zᵢ − log Σ eᶻ", logarithm_of_softmax, (SOFTMAX,))
BASIS_PICKS = Identity("e_jᵀx = x_j", basis_picks, (BASIS,))
ROW_SELECTED = Identity("X∘(e_k 𝟏ᵀ) = E_kk X", row_selected, (BASIS,))

TRACE_OF_KRONECKER = Identity("tr(A⊗B) = tr(A) tr(B)", trace_of_kronecker, (KRONECKER,))
DETERMINANT_OF_KRONECKER = Identity("|A⊗B| = |A|ⁿ|B|ᵐ", determinant_of_kronecker, (KRONECKER,))
NORM_OF_KRONECKER = Identity("‖A⊗B‖ = ‖A‖‖B‖", norm_of_kronecker, (KRONECKER,))
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
