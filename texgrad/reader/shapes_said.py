"""The shapes that a formula gives to names, for those who compare what a document says in several places."""

from __future__ import annotations

from collections.abc import Sequence

from texgrad.reader.declare import declared
from texgrad.reader.definitions import collect
from texgrad.reader.problem import Source
from texgrad.reader.statements import read_formula
from texgrad.shapes import Shape
from texgrad.source import TexgradError


def shapes_said(sources: Sequence[Source], macros: Sequence[str]) -> list[list[tuple[str, Shape]]]:
    r"""For every formula the names in it that it declares, `X \in \mathbb{R}^{n\times p}`, and their shapes."""
    known = collect(list(macros), {})
    out: list[list[tuple[str, Shape]]] = []
    for source in sources:
        try:
            found = declared(read_formula(source, known))
        except TexgradError:
            found = []
        out.append([(name.full, shape) for name, shape, _ in found if shape is not None])
    return out
