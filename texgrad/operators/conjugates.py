"""Complex numbers: the conjugate, the conjugate transpose, real and imaginary part.

Products, traces and Frobenius products are bilinear here, without hidden conjugates: A:B = tr(AᵀB). The conjugate is an
operator like any other, taken inside as far as that leaves it short; what holds nothing complex is its own conjugate.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from texgrad.algebra import COMPLEX, SCALE, SUM, SYMBOL, Expr, Op, add, node, postorder, rebuild, scale, split, zero
from texgrad.operators.constants import DIFFERENTIAL_KEY
from texgrad.operators.imaginary import IMAGINARY, imaginary
from texgrad.operators.indexed import DIFFERENTIAL, differential
from texgrad.operators.products import FROBENIUS, PRODUCT, factors, product
from texgrad.operators.traces import TRACE, trace
from texgrad.operators.transposes import TRANSPOSE, transpose

HERMITIAN = "Hermitian"
HALF = Fraction(1, 2)


def is_complex(e: Expr) -> bool:
    """Whether it need not be real: it holds a complex symbol, and is not known to be its own conjugate."""
    return bool(e.ops & COMPLEX.bit) and conjugate(e) is not e


def conjugate(e: Expr) -> Expr:
    """The complex conjugate: real expressions are their own, that of a Hermitian matrix is its transpose."""
    op = e.op
    if not e.ops & COMPLEX.bit or op.real:
        return e
    if op is CONJUGATE:
        return e.args[0]
    if op is SYMBOL:
        return transpose(e) if HERMITIAN in e.data.assume else node(CONJUGATE, (e,))
    if op is IMAGINARY:
        return scale(-1, e)
    if op is DIFFERENTIAL:
        return differential(conjugate(e.args[0]))
    if op is SUM:
        return _of_sum(e)
    if op is PRODUCT and e.scalar and not e.args[0].scalar:
        return _shorter(e, _inside(e), product(*(conjugate_transpose(f) for f in reversed(e.args))))
    if op is TRACE:
        return _shorter(e, _inside(e), trace(conjugate_transpose(e.args[0])))
    if op is FROBENIUS:
        inside = tuple(map(conjugate, e.args))
        return e if inside == e.args[::-1] else FROBENIUS(*inside)
    if op.conjugated is not None and DIFFERENTIAL_KEY not in e.free:
        return op.conjugated(_marked, e)
    return _inside(e)


def _marked(e: Expr) -> Expr:
    return node(CONJUGATE, (e,))


def _inside(e: Expr) -> Expr:
    return rebuild(e, tuple(map(conjugate, e.args)))


def _of_sum(e: Expr) -> Expr:
    """The conjugate of a sum: left as it is where taking it inside makes it longer."""
    inside = add(*map(conjugate, e.args))
    if inside is e or DIFFERENTIAL_KEY in e.free:
        return inside
    if inside is add(*map(transpose, e.args)):
        return transpose(e)
    return inside if _marks(inside) <= _marks(e) else node(CONJUGATE, (e,))


def _shorter(e: Expr, straight: Expr, turned: Expr) -> Expr:
    """The scalar `e` itself if it is real, otherwise the one of two forms of its conjugate with fewer marks."""
    if turned is e or straight is e:
        return e
    return turned if _marks(turned) < _marks(straight) else straight


def _marks(e: Expr) -> int:
    """How many transposes and conjugates are written, a conjugate transpose counting as one."""
    count = 0
    for part in postorder(e):
        count += part.op in (TRANSPOSE, CONJUGATE)
        count -= part.op is TRANSPOSE and part.args[0].op is CONJUGATE
    return count


def conjugate_transpose(e: Expr) -> Expr:
    """Aᴴ, the transpose of the conjugate."""
    return transpose(conjugate(e))


def hermitian(e: Expr) -> bool:
    """Whether Aᴴ = A is known."""
    return conjugate(e) is transpose(e)


def real_part(e: Expr) -> Expr:
    """Re A, entry by entry."""
    if e.op is SCALE:
        return scale(e.data, real_part(e.args[0]))
    e = e.args[0] if e.op is CONJUGATE else e
    return node(REAL_PART, (e,)) if is_complex(e) else e


def imaginary_part(e: Expr) -> Expr:
    """Im A, entry by entry."""
    if e.op is SCALE:
        return scale(e.data, imaginary_part(e.args[0]))
    if e.op is CONJUGATE:
        return scale(-1, imaginary_part(e.args[0]))
    return node(IMAGINARY_PART, (e,)) if is_complex(e) else zero(e.shape)


def parts_joined(e: Expr) -> Expr | None:
    """A + A^* = 2 Re A and A − A^* = 2i Im A, also with i before both; None where there is no such pair."""
    if e.op is not SUM or not e.ops & CONJUGATE.bit:
        return None
    terms = list(e.args)
    for k, t in enumerate(terms):
        own, body = split(t)
        unit, inner = _without_unit(body)
        for sign in (1, -1):
            other = scale(sign * own, product(*unit, conjugate(inner)))
            if other in terms[k + 1 :] and other is not t:
                terms.remove(other)
                if _marks(conjugate(inner)) < _marks(inner):
                    inner, own = conjugate(inner), own * sign
                part = real_part(inner) if sign > 0 else product(imaginary(), imaginary_part(inner))
                terms[k] = scale(2 * own, product(*unit, part))
                joined = add(*terms)
                return parts_joined(joined) or joined
    return None


def _without_unit(e: Expr) -> tuple[tuple[Expr, ...], Expr]:
    """The imaginary unit among the factors of `e`, if it is there, and the rest."""
    scalars, chain = factors(e)
    units = tuple(s for s in scalars if s.op is IMAGINARY)
    return units, product(*(s for s in scalars if s.op is not IMAGINARY), *chain) if units else e


def _part(name: str, word: str, sign: int, value: Any, python: str, normal: Any) -> Op:
    def differential(A: Expr, dA: Expr, data: Any = None) -> Expr:
        half = scale(HALF, add(dA, scale(sign, conjugate(dA))))
        return half if sign > 0 else product(imaginary(-1), half)

    return Op(
        name, "m n -> m n", (rf"\operatorname{{{word}}}(#1)", rf"\operatorname{{{word}}} #1"), value=value,
        complex_differential=differential, normal=normal, python=python, real=True,
        analytic=False, law=f"definition of the {name}", source="Matrix Cookbook (229)",
    )  # fmt: skip


REAL_PART = _part("real part", "Re", 1, lambda np, A, data: A.real, "np.real({0})", real_part)
IMAGINARY_PART = _part("imaginary part", "Im", -1, lambda np, A, data: A.imag, "np.imag({0})", imaginary_part)
CONJUGATE = Op(
    "conjugate", "m n -> m n", ("#1^*",), value=lambda np, A, data: A.conj(),
    normal=conjugate, python="np.conj({0})",
    law="conjugate of the differential", source="Matrix Cookbook, ch. 4.1",
)  # fmt: skip
CONJUGATE_TRANSPOSE = Op(
    "conjugate transpose", "m n -> n m", ("#1^H", r"#1^\mathrm{H}"),
    value=lambda np, A, data: A.conj().swapaxes(-1, -2),
    normal=conjugate_transpose, python="np.conj({0}).T",
    law="conjugate of the differential", source="Matrix Cookbook, ch. 4.1",
)  # fmt: skip
