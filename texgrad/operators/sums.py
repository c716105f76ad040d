"""Sums over an index."""

from __future__ import annotations

from texgrad.algebra import (
    SUM,
    SYMBOL,
    Expr,
    Op,
    add,
    index_key,
    is_zero,
    node,
    number,
    of_argument,
    scale,
    split,
    subtract,
    symbol,
)
from texgrad.operators.constants import dimension
from texgrad.operators.products import PRODUCT, product
from texgrad.operators.transposes import transposed
from texgrad.shapes import SCALAR, Index

BOUND = "?"  # what the name of a sum's index begins with until a letter is chosen for it
MARKS = ("r", "s", "t", "u")
# the index of an expectation, which is a mean over values that nothing shows, and how many of these there are
MEAN, MEAN_SIZE = r"\omega\in ", r"|\omega"
# i < k says the same as k > i
TURNED = {"<": ">", ">": "<", r"\le": r"\ge", r"\ge": r"\le"}


def is_mean(index: Index) -> bool:
    """Whether an index counts the values that a mean is taken of."""
    return str(index.size).startswith(MEAN_SIZE)


def indexed_sum(body: Expr, index: Index) -> Expr:
    """The sum of `body` over all values of `index`; what does not depend on it stands in front."""
    own, body = split(body)
    if is_zero(body):
        return body
    if body.op is SUM and (conditions := conditions_of(body, index))[0]:
        return scale(own, indexed_sum(product(*conditions[0], conditions[1]), index))
    if index_key(index) not in body.free and index.but is None:
        return scale(own, product(dimension(index.values), body))
    if index_key(index) not in body.free and index.but is not None and index.but[0] == r"\ne" and not any(index.ends):
        return scale(own, product(subtract(dimension(index.size), number(1)), body))
    return scale(own, node(INDEXED_SUM, (body,), index, body.shape))


INDEXED_SUM = Op(
    "sum over an index", "m n -> m n", (r"\sum_{i} #1",), normal=lambda A, data: indexed_sum(A, data), binds=True,
    turned=lambda transpose, e: indexed_sum(transpose(e.args[0]), e.data) if transposed(e.args) else None,
    symmetric=of_argument, law="linearity",
)  # fmt: skip


# --- conditions on indices --------------------------------------------------------------------------------------------

MEMBER = "condition on indices"  # what is assumed of such a symbol


def membership(template: str, at: tuple[Index, ...]) -> Expr:
    r"""1 where the indices `at` fulfil a condition such as `(#1,#2)\in\Omega`, and 0 elsewhere."""
    return symbol(template, SCALAR, ("0/1", MEMBER), at)


def is_membership(e: Expr) -> bool:
    """Whether it is 1 or 0 by a condition on indices."""
    return e.op is SYMBOL and MEMBER in e.data.assume


def conditions_of(e: Expr, index: Index) -> tuple[tuple[Expr, ...], Expr]:
    """The conditions on an index that are factors of `e`, or of all terms of it, and `e` without them."""
    own, body = split(e)
    if body.op is SUM:
        parts = [conditions_of(t, index) for t in body.args]
        first = parts[0][0]
        alike = first and all(set(found) == set(first) for found, _ in parts)
        return (first, scale(own, add(*(rest for _, rest in parts)))) if alike else ((), e)
    key, args = index_key(index), body.args if body.op is PRODUCT else (body,)
    found = tuple(a for a in args if a.scalar and key in a.free and is_membership(a))
    return (found, scale(own, product(number(1), *(a for a in args if a not in found)))) if found else ((), e)


def counts_members(e: Expr) -> bool:
    """Whether it is the number of members of a set."""
    while e.op is INDEXED_SUM:
        e = e.args[0]
        if is_membership(e):
            return True
    return False
