r"""What the author named put back under its name: with `\bar x = \frac1n\sum_i x_i`, a Σᵢ xᵢ is n x̄; A⁻¹b is x."""

from __future__ import annotations

from collections.abc import Iterable

from texgrad.algebra import Expr, number, split, substitute, transform
from texgrad.operators import (
    ENTRY,
    INDEXED_SUM,
    INVERSE,
    PRODUCT,
    factors,
    frobenius,
    ones,
    power,
    product,
    transpose,
)
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


def solutions_under_names(e: Expr, definitions: Iterable[tuple[Expr, Expr]]) -> Expr:
    """`e` with x for A⁻¹b, wherever these factors stand side by side, and xᵀ for bᵀA⁻ᵀ, where x is defined so."""
    known: dict[tuple[Expr, ...], Expr] = {}
    for name, definition in definitions if e.ops & INVERSE.bit else ():
        scalars, chain = factors(definition)
        if len(chain) > 1 and not scalars and any(f.op is INVERSE for f in chain) and not name.data.indices:
            known |= {chain: name, tuple(map(transpose, reversed(chain))): transpose(name)}

    def change(part: Expr) -> Expr | None:
        scalars, chain = factors(part)
        for own, name in known.items():
            for k in range(len(chain) - len(own) + 1):
                if chain[k : k + len(own)] == own:
                    return product(*scalars, *chain[:k], name, *chain[k + len(own) :])
        return None

    return transform(e, change, INVERSE.bit, PRODUCT.bit) if known else e
