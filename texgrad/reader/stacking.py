"""Numbers yᵢ that run beside the entries of a vector are taken for the entries of a vector y, as people mean them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace

from texgrad.reader.names import Declared, subscript
from texgrad.reader.survey import Survey
from texgrad.reader.symbols import Symbols
from texgrad.reader.types import SCALAR_FORM
from texgrad.shapes import ONE, SCALAR


def asked_by_entry(
    variables: Iterable[str], survey: Survey, declared: Mapping[str, Declared]
) -> dict[str, Declared]:
    """Vectors that are asked about by an entry, and of which only entries xᵢ are summed: they are taken for numbers."""
    out: dict[str, Declared] = {}
    for base in variables:
        own = [subscript(name) for name in survey.names if name.base == base]
        known = declared.get(base, Declared())
        vector = known.shape is None or known.shape[1] == ONE
        summed = any(i in survey.bound for below in own for i in below)
        if vector and not known.indexed and summed and all(len(below) == 1 for below in own):
            family = known.family if known.shape is None else known.shape[0]
            out[base] = replace(known, shape=SCALAR, family=family, indexed=True, kind=None)
    return out


def stack_numbers(typing: Symbols, variables: Container[str]) -> None:
    """Make a vector of every family of numbers that runs over the entries of one; variables stay what they are."""
    lengths = set(map(typing.sizes.find, typing.lengths))
    for key, size in tuple(typing.families.items()):
        declared = typing.scope.declared.get(key)
        numbers = typing.forms[key] == SCALAR_FORM and (declared is None or declared.shape in (None, SCALAR))
        places = [place for place, r in typing.references.items() if r.key == key]
        along = all(typing.references[p].role == "member" and len(typing.references[p].indices) == 1 for p in places)
        if numbers and along and key not in variables and typing.sizes.find(size) in lengths:
            typing.notes["numbers as entries"] = None
            typing.forms[key] = (typing.families.pop(key), ONE)
            typing.references.update({p: replace(typing.references[p], role="component") for p in places})
