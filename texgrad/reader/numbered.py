r"""Numbers below names: `x_1` is the first entry of x where x stands, too, and `X_{12}` an entry of X."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from texgrad.reader.counting import counted
from texgrad.reader.names import MATRIX_KIND, Declared, ranks, subscript
from texgrad.reader.said import Definition
from texgrad.reader.tree import Name, Tree
from texgrad.shapes import ONE, Dim, Shape

Place = tuple[str, tuple[str, ...]]  # what a name is an entry of, and which one
LARGEST = 20  # place that a number below a name can mean


def numbers_below(name: Name, matrix: bool) -> tuple[str, ...]:
    """The numbers below a name that can be places, from 1; the two digits below a matrix are two of them."""
    texts = tuple(i.text for i in name.sub if i.text != ",")
    if name.label or any(i.kind != "number" and i.text != "," for i in name.sub):
        return ()
    if matrix and len(texts) == 1 and len(texts[0]) == 2:
        texts = tuple(texts[0])
    return texts if all(t.isdigit() and 0 < int(t) <= LARGEST for t in texts) else ()


def like_matrix(base: str, known: Declared | None) -> bool:
    """Whether a name is a matrix: by what is said of it, or else by its letter."""
    if known is not None and known.shape is not None:
        return ONE not in known.shape
    return ranks(base)[0][1] == MATRIX_KIND


def place_in(name: Name, whole: Collection[str], declared: Mapping[str, Declared]) -> Place | None:
    """Of what a name with numbers below it is an entry, if of anything among `whole`, and at which place."""
    known = declared.get(name.base)
    array = known is not None and known.shape is not None and known.shape[0] != ONE
    if name.base not in whole and not array:
        upper = name.base.upper()
        if len(name.base) > 1 or upper not in whole or upper == name.base:
            return None
        at = numbers_below(name, True)  # x_{12} is an entry of X
        return (upper, at) if len(at) == 2 else None
    matrix = like_matrix(name.base, known)
    at = numbers_below(name, matrix)
    return (name.base, at) if len(at) == 1 + matrix else None


def entries_by_number(
    names: Collection[Name], bound: Collection[str], declared: Mapping[str, Declared], own: Collection[str],
    variables: Collection[str],
) -> dict[str, Place]:  # fmt: skip
    """The names that are entries by number, each with what it is an entry of, and its place.

    own: names that something is said of, which are no entries. variables: what derivatives are by.
    """
    numbered = [n for n in names if n.sub and n.full not in own]
    if not any(i.kind == "number" for n in numbered for i in n.sub):
        return {}
    whole = {n.base for n in names if not n.sub and not n.label} | counted(names, bound) | {*variables}
    found = ((n, place_in(n, whole, declared)) for n in numbered)
    return {n.full: place for n, place in found if place is not None}


def block_among(nodes: Iterable[Tree], bases: Collection[str], declared: Mapping[str, Declared]) -> Tree | None:
    r"""A matrix `\Sigma_{11}` beside the matrix \Sigma, where the derivative is by that; None where there is none."""
    named = (t for t in nodes if t.op == "name" and t.data.full not in declared and t.data.base in bases)
    return next((t for t in named if (place := place_in(t.data, bases, declared)) and len(place[1]) > 1), None)


def sizes_shown(found: Iterable[Place]) -> dict[str, Shape]:
    """How many entries each name has of which all that is said is in the numbers below it."""
    largest: dict[str, tuple[int, int]] = {}
    for base, at in found:
        rows, cols = largest.get(base, (0, 0))
        largest[base] = max(rows, int(at[0])), max(cols, int(at[1]) if at[1:] else 1)
    return {base: (Dim.of(rows), Dim.of(cols)) for base, (rows, cols) in largest.items()}


def defined_by_entries(definitions: Sequence[Definition], name: str) -> Definition | None:
    r"""The definition of the entries of a matrix, `K_{ij} = \exp(-|t_i-t_j|)`."""
    named = (d for d in reversed(definitions) if d.name.base == name and not d.name.label and not d.parameters)
    return next((d for d in named if len(set(subscript(d.name))) == 2 == len(d.name.sub)), None)
