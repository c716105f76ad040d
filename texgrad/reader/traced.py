"""Functions in a trace: which are meant as functions of a matrix, and not of its entries."""

from __future__ import annotations

from collections.abc import Iterator

from texgrad.algebra import Op
from texgrad.operators import CONJUGATE_TRANSPOSE, COS, EXP, LOG, SIN, TRANSPOSE
from texgrad.reader.tree import Tree

OF_MATRICES: frozenset[Op | str] = frozenset((EXP, LOG, SIN, COS, "root"))  # no activation function is among them
TURNED = frozenset((TRANSPOSE, CONJUGATE_TRANSPOSE, "star", "transpose or power"))


def factors_in(tree: Tree) -> Iterator[tuple[Tree, ...]]:
    """The factors of each term."""
    waiting = [tree]
    while waiting:
        t = waiting.pop()
        if t.op == "sum":
            waiting += t.args
        else:
            yield t.args if t.op == "product" else (t,)


def functions_of_matrices(body: Tree) -> list[Tree]:
    """The functions in a trace of which no neighbour is transposed, as one would be of which the entries are meant."""
    found: list[Tree] = []
    for chain in factors_in(body):
        for k, t in enumerate(chain):
            if t.op in OF_MATRICES and TURNED.isdisjoint((chain[k - 1].op, chain[(k + 1) % len(chain)].op)):
                found.append(t)
    return found


def unknown_functions(body: Tree) -> list[Tree]:
    """The calls of functions without a formula that are factors in a trace."""
    return [t for chain in factors_in(body) for t in chain if t.op == "unknown" and not t.data.at]
