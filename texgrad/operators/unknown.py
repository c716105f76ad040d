"""Functions without a formula, such as X(t), g(x) and u(Ax): only their shapes are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from texgrad.algebra import Expr, Op, node
from texgrad.operators.blocks import BLOCK, selector
from texgrad.operators.callables import Function, cubic
from texgrad.operators.constants import identity
from texgrad.operators.products import frobenius, product
from texgrad.operators.transposes import SYMMETRIC, transpose
from texgrad.shapes import ONE, SCALAR, ShapeError, shape_of, show


def unknown_function(function: Function, argument: Expr) -> Expr:
    """The function, differentiated as often as it says, at the argument."""
    if argument.shape != function.argument:
        raise ShapeError(f"{function.name} takes {show(function.argument)}, not {show(argument.shape)}")
    return node(UNKNOWN_FUNCTION, (argument,), function, function.worth)


def _value(np: Any, x: Any, data: tuple[Function, Any]) -> Any:
    """A₀ + A₁x + A₂(x²/2 + x³/6), or its derivative; `data`: the function with numbers for its sizes, and the A."""
    function, (constant, slope, curve) = data
    order = function.order
    flat = x.swapaxes(-1, -2).reshape(x.shape[0], 1, 1, -1)
    linear = flat if not order else np.full_like(flat, order == 1)
    parts = slope * linear + curve * cubic(flat, order)
    if not order:
        return constant[..., 0] + parts.sum(-1)
    if function.argument == SCALAR:
        return parts[..., 0]
    if function.shape != SCALAR:
        return parts[:, :, 0]
    rows, cols = (d.value({}) for d in function.argument)
    gradient = parts.reshape(-1, cols, rows).swapaxes(-1, -2)
    return gradient if order == 1 else gradient * np.eye(rows)


def _differential(x: Expr, dx: Expr, data: Function) -> Expr:
    """f'(x) dx, ∇f(x):dx, ∇²f(x) dx or J dx."""
    slope = unknown_function(data.derived(), x)
    if data.shape == SCALAR and data.argument != SCALAR and data.order == 0:
        return frobenius(slope, dx)
    return product(slope, dx)


def _symmetric(symmetric: Callable[[Expr], bool], e: Expr) -> bool:
    """By assumption, or as the Hessian of a scalar function."""
    hessian = e.data.order == 2 and e.data.shape == SCALAR
    return hessian or not SYMMETRIC.isdisjoint(e.data.assume)


UNKNOWN_FUNCTION: Op = Op(
    "unknown function", member=True, value=_value, differential=_differential,
    normal=lambda x, data: unknown_function(data, x), symmetric=_symmetric,
    conjugated=lambda mark, e: mark(e), analytic=False, law="chain rule",
)  # fmt: skip


# --- functions of several arguments -----------------------------------------------------------------------------------


def of_several(e: Expr) -> bool:
    """Whether it is a function worth a number or a vector, or its first derivative, at several arguments."""
    if e.op is not UNKNOWN_FUNCTION or e.data.shape[1] != ONE or e.data.order > 1:
        return False
    return e.args[0].op is BLOCK and e.args[0].data[1] == 1


def partial(slope: Expr, k: int) -> Expr:
    """The derivative by the argument k, counted from 0, as a part of the gradient or Jacobian at several arguments."""
    return partial_of(slope, (k, *(cell.shape[0] for cell in slope.args[0].args)))


def partial_of(slope: Expr, data: Any) -> Expr:
    """The part `k` of a gradient, or those columns of a Jacobian; `data`: k and the sizes of all parts."""
    k, *sizes = data
    if of_several(slope):
        return node(PARTIAL, (slope,), data, shape_of(sizes[k]) if slope.data.shape == SCALAR else
                    (slope.shape[0], sizes[k]))  # fmt: skip
    if slope.shape[1] != ONE:
        return product(slope, transpose(_selector(data)))
    return product(_selector(data), slope)


def _selector(data: Any) -> Expr:
    k, *sizes = data
    return selector(sizes, k)


def _part_value(np: Any, slope: Any, data: tuple[int, ...]) -> Any:
    k, *sizes = data
    part = slice(sum(sizes[:k]), sum(sizes[: k + 1]))
    return slope[..., part, :] if slope.shape[-1] == 1 else slope[..., part]


def _part_moves(G: Expr, slope: Expr, data: Any) -> tuple[Expr, ...]:
    picked = _selector(data)
    return (product(G, picked) if slope.shape[1] != ONE else product(transpose(picked), G),)


def _part_vec(K: Any, slope: Expr, data: Any) -> tuple[Expr, ...]:
    picked = _selector(data)
    return (K.kronecker(picked, identity(slope.shape[0])) if slope.shape[1] != ONE else picked,)


PARTIAL: Op = Op(
    "partial derivative", value=_part_value, moves=_part_moves, vec=_part_vec,
    normal=lambda slope, data: partial_of(slope, data), law="linearity",
)  # fmt: skip
