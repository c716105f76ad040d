r"""What shows that names with an index are vectors, of which there are many: `u_i^Tv_j`, `\|x_n-\mu_k\|`, `Wh_i`."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from texgrad.operators import FROBENIUS, NORM, TRANSPOSE
from texgrad.reader.names import letters_below, ranks
from texgrad.reader.tree import Name, Tree

MATRICES = (ranks("A"), ranks("N"))  # the kinds of a capital letter


def vectors(nodes: Iterable[Tree]) -> set[str]:
    """The letters that have one index, and stand where no number stands."""
    return {name.base for name in _vectors(nodes) if len(letters_below(name)) == 1 and not name.label}


def _vectors(nodes: Iterable[Tree]) -> Iterable[Name]:
    for tree in nodes:
        if tree.op in (TRANSPOSE, NORM, FROBENIUS):
            yield from (name for argument in tree.args for name in _terms(argument))
        elif tree.op == "product":
            for before, after in pairwise(tree.args):
                if before.op is TRANSPOSE or _matrix(before):
                    yield from _terms(after)


def _terms(tree: Tree) -> Iterable[Name]:
    """The names that are terms of a sum, or the name that it is."""
    return (t.data for t in (tree.args if tree.op == "sum" else (tree,)) if t.op == "name")


def _matrix(tree: Tree) -> bool:
    """Whether a factor is a capital letter without an index."""
    return tree.op == "name" and not tree.data.sub and ranks(tree.data.full) in MATRICES
