"""The largest and the smallest entry of a vector, or of the numbers that an index counts, and where it stands."""

from __future__ import annotations

from typing import Any

from texgrad.algebra import SCALE, Expr, Op, node, number, scale, split, zero
from texgrad.operators.columns import COLUMNS
from texgrad.operators.products import factors, product
from texgrad.operators.transposes import TRANSPOSE, transpose
from texgrad.shapes import Index


def listed(x: Expr) -> tuple[Expr, Index] | None:
    """The number and the index over which the vector lists it; None for any other vector."""
    own, body = split(x)
    scalars, chain = factors(body)
    if len(chain) != 1 or chain[0].op is not TRANSPOSE or chain[0].args[0].op is not COLUMNS:
        return None
    (row,) = chain[0].args
    return (product(number(own), *scalars, row.args[0]), row.data) if row.args[0].scalar else None


def maximum(x: Expr) -> Expr:
    """The largest entry of a vector; positive numbers leave."""
    return _extreme(MAXIMUM, x)


def minimum(x: Expr) -> Expr:
    """The smallest entry of a vector; positive numbers leave."""
    return _extreme(MINIMUM, x)


def _extreme(op: Op, x: Expr) -> Expr:
    if x.op is SCALE and x.data > 0:
        return scale(x.data, _extreme(op, x.args[0]))
    return x if x.scalar else node(op, (x,))


def place(e: Expr) -> Expr:
    """1 where the largest or the smallest entry stands, and 0 elsewhere: as a basis vector, or by its index."""
    (x,) = e.args
    return (PLACES if listed(x) is None else INDICES)[e.op](x)


def _place(best: str, **known: Any) -> Op:
    """An entry for where the extreme stands."""
    return Op(
        **known, signature="n 1 -> n 1", analytic=False, law="the place of the extreme is constant",
        differential=lambda x, dx, data=None: zero(x.shape),
        value=lambda np, x, data: (np.arange(x.shape[-2])[:, None] == getattr(x, best)(-2, keepdims=True)) * 1.0,
        python=f"np.eye(len({{0}}))[np.{best}({{0}})]",
    )  # fmt: skip


def _entry(word: str, numpy: str) -> tuple[Op, Op, Op]:
    """The entries for an extreme, for its place as a basis vector, and as an index."""
    extreme = Op(
        f"{word} entry", "n 1 -> 1 1", (rf"\{numpy}(#1)",),
        value=lambda np, x, data: getattr(x, numpy)(-2, keepdims=True),
        differential=lambda x, dx, data=None: product(transpose(place(node(extreme, (x,)))), dx),
        normal=lambda x, data=None: _extreme(extreme, x), python=f"np.{numpy}({{0}})", analytic=False,
        condition=rf"\text{{the {word} entry of }} #1 \text{{ is unique}}", law=f"differential of the {numpy}imum",
    )  # fmt: skip
    basis = _place("arg" + numpy, name=f"basis vector of the {word} entry", letters=("e_{i^*}", "peak"),
                   noun=rf"\text{{the basis vector of the {word} entry of }} #1")  # fmt: skip
    index = _place("arg" + numpy, name=f"index of the {word}", letters=("#^*",),
                   noun=rf"\text{{the index of the {word} }} #1")  # fmt: skip
    return extreme, basis, index


MAXIMUM, TOP, TOP_INDEX = _entry("largest", "max")
MINIMUM, BOTTOM, BOTTOM_INDEX = _entry("smallest", "min")
PLACES = {MAXIMUM: TOP, MINIMUM: BOTTOM}
INDICES = {MAXIMUM: TOP_INDEX, MINIMUM: BOTTOM_INDEX}
