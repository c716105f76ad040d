r"""Sums that the author named put back under their names: with `\bar x = \frac1n\sum_i x_i`, a Σᵢ xᵢ is n x̄."""

from __future__ import annotations

from collections.abc import Iterable

from texgrad.algebra import Expr, number, split, substitute
from texgrad.operators import ENTRY, INDEXED_SUM, factors, frobenius, ones, power, product, transpose
from texgrad.tidy import MULTILINEAR, expanded, final, stacked

OVER = MULTILINEAR | {INDEXED_SUM}


def under_names(e: Expr, definitions: Iterable[tuple[Expr, Expr]]) -> Expr:
    """`e` with the sums that numbers are defined by put back under the names of these, where that makes it shorter."""
    worth: dict[Expr, Expr] = {}
    for name, definition in definitions:
        own, body = split(definition)
        scalars, chain = factors(body)
        sums = [s for s in (*scalars, *chain) if s.op is INDEXED_SUM]
        if len(chain) > len(sums) or len(sums) != 1 or name.data.indices:
            continue
        others = (power(s, number(-1)) for s in scalars if s is not sums[0])
        whole = product(power(number(own), number(-1)), *others, name)
        (inner,) = sums[0].args
        worth |= {sums[0]: whole, stacked(sums[0]): whole}
        if inner.op is ENTRY and inner.data == (sums[0].data,):
            x, one = inner.args[0], ones(inner.args[0].shape)
            forms = (product(transpose(x), one), product(transpose(one), x), frobenius(x, one), frobenius(one, x))
            worth |= dict.fromkeys(forms, whole)
    if not worth:
        return e
    found = final(substitute(expanded(e, OVER), worth))
    return found if found.length < e.length else e
