r"""What shows that names with an index are vectors or matrices, of which there are many: `u_i^Tv_j`, `Wh_i`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import chain, pairwise

from texgrad.operators import (
    CONJUGATE_TRANSPOSE,
    DET,
    DIAGONAL,
    DIAGONAL_MATRIX,
    FROBENIUS,
    INVERSE,
    LOGDET,
    NORM,
    TRACE,
    TRANSPOSE,
)
from texgrad.reader.names import IDENTITY, letters_below, ranks
from texgrad.reader.survey import Survey
from texgrad.reader.tree import Name, Tree, walk

MATRICES = (ranks("A"), ranks("N"))  # the kinds of a capital letter
CAPITALS = (ranks("A"), ranks(r"\mathbf{A}"))  # the kinds of those that are matrices where nothing else is known


def arrays_among(nodes: Collection[Tree]) -> set[str]:
    """The letters that have one index, and stand where no number stands."""
    names = chain(_vectors(nodes), _matrices(nodes))
    return {name.base for name in names if len(letters_below(name)) == 1 and not name.label}


def turned(survey: Survey) -> set[str]:
    r"""The letters with one index that is bound, and a transpose: `a_i^Tz` are no entries of a vector a."""
    if not survey.bound:
        return set()
    arguments = (t.args[0] for op in (TRANSPOSE, CONJUGATE_TRANSPOSE) for t in survey.kinds.get(op, ()))
    names = (t.data for t in arguments if t.op == "name" and not t.data.label)
    return {n.base for n in names if len(below := letters_below(n)) == 1 and below[0] in survey.bound}


def is_array(name: str, survey: Survey) -> bool:
    r"""Whether a name stands where no number stands, as the \pi of `(\mu-\pi)^T\Sigma^{-1}(\mu-\pi)` does."""
    if name not in {n.full for n in survey.names}:
        return False
    inside = (t.args for op in (TRANSPOSE, NORM, FROBENIUS) for t in survey.kinds.get(op, ()))
    return any(found.full == name for args in inside for argument in args for found in _terms(argument))


def traced_letters(survey: Survey) -> set[str]:
    r"""Greek letters that are matrices: where a trace holds no others, and the \rho of `\operatorname{Tr}(\rho H)`."""
    found: set[str] = set()
    for tree in survey.kinds.get(TRACE, ()):
        names = [t.data for t in walk(tree) if t.op == "name"]
        greek = {n.full for n in names if n.full[1:].islower() and n.full[:1] == "\\" and n.full[1:].isalpha()}
        found |= greek if len(greek) == len({n.full for n in names}) else greek & {r"\rho"}
    if not found:
        return found
    added = {name.full for t in survey.kinds.get("sum", ()) for name in _terms(t)}  # \rho I + (1-\rho)J
    scaled = {a.data.full for t in survey.kinds.get("product", ()) for a, b in pairwise(t.args)
              if a.op == "name" and b.op == "name" and IDENTITY.fullmatch(b.data.base)}  # fmt: skip
    return found - added - scaled


def letters_on_diagonals(survey: Survey) -> set[str]:
    r"""Greek letters that are vectors, for they or their squares make a diagonal: `\operatorname{diag}(\sigma^2)`."""
    inside = (t.args[0] for op in (DIAGONAL_MATRIX, DIAGONAL) for t in survey.kinds.get(op, ()))
    bases = (a.args[0] if a.op == "power" else a for a in inside)
    return {b.data.full for b in bases if b.op == "name" and b.data.full[:1] == "\\" and b.data.full[1:].islower()}


def _matrices(nodes: Iterable[Tree]) -> Iterable[Name]:
    r"""The names in `\log\det\Sigma_k` and `x^T\Sigma_k^{-1}x`, and capital ones in `x^TA_ky` and `\|A_kx\|`."""
    for tree in nodes:
        if tree.op in (TRACE, DET, LOGDET):
            yield from _terms(tree.args[0])
        elif tree.op == "product":
            for before, middle in pairwise(tree.args[:-1]):
                if before.op is TRANSPOSE:
                    yield from _terms(middle.args[0]) if middle.op is INVERSE else _capitals(middle)
        if tree.op in (TRACE, NORM):
            terms = tree.args[0].args if tree.args[0].op == "sum" else tree.args[:1]
            yield from (n for t in terms if t.op == "product" for factor in t.args for n in _capitals(factor))


def _capitals(tree: Tree) -> Iterable[Name]:
    """The name that a factor is, if it is a capital letter."""
    return (tree.data,) if tree.op == "name" and ranks(tree.data.base) in CAPITALS else ()


def _vectors(nodes: Iterable[Tree]) -> Iterable[Name]:
    for tree in nodes:
        if tree.op in (TRANSPOSE, NORM, FROBENIUS):
            yield from (name for argument in tree.args for name in _terms(argument))
        elif tree.op == "product":
            for before, after in pairwise(tree.args):
                if before.op is TRANSPOSE or _matrix(before):
                    yield from _terms(after)


def _terms(tree: Tree) -> Iterable[Name]:
    """The names that are terms of a sum, or of sums in it, or the name that it is."""
    waiting = [tree]
    for one in waiting:
        waiting += one.args if one.op == "sum" else ()
    return (t.data for t in waiting if t.op == "name")


def _matrix(tree: Tree) -> bool:
    """Whether a factor is a capital letter without an index."""
    return tree.op == "name" and not tree.data.sub and ranks(tree.data.full) in MATRICES
