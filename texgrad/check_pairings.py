"""What a derivative of each kind gives when it is applied to a direction."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from texgrad.algebra import Expr
from texgrad.engine.structure import HALF_JACOBIAN
from texgrad.engine.wirtinger import COMPLEX_GRADIENT
from texgrad.operators import frobenius, product, transpose, vec, vech
from texgrad.operators.indexed import STACKED, STACKED_TURNED
from texgrad.operators.tensors import double_contraction


def _jacobian_pairing(J: Expr, dX: Expr) -> Expr:
    return product(J, vec(dX))


# kind of a derivative -> what it gives when applied to a direction
PAIRINGS: Mapping[str, Callable[[Expr, Expr], Expr]] = {
    "": frobenius,
    "gradient": frobenius,
    "component": frobenius,
    COMPLEX_GRADIENT: frobenius,
    HALF_JACOBIAN: lambda J, dX: product(J, vech(dX)),
    "component of function": frobenius,
    "transposed": lambda G, dX: frobenius(transpose(G), dX),
    STACKED: lambda g, dX: frobenius(g, vec(dX)),
    STACKED_TURNED: _jacobian_pairing,
    "turned": lambda J, dx: product(transpose(J), dx),
    "scalar": lambda G, dt: product(G, dt),
    "jacobian": _jacobian_pairing,
    "vec": _jacobian_pairing,
    "hessian": _jacobian_pairing,
    "mixed": _jacobian_pairing,
    "tensor": double_contraction,
}
