"""Declarations that contradict each other: a matrix that is n×p, and in the same section p×n."""

from __future__ import annotations

import re
from collections.abc import Iterator

from texgrad.document import Document
from texgrad.problem import Source
from texgrad.reader import shapes_said
from texgrad.shapes import ONE, Shape, show
from texgrad.source import Lines
from texgrad.verify.verdicts import FAILS, Verdict

_OTHERWISE = re.compile(r"\b(?:or|if|when|instead|otherwise|alternatively|oder|wenn|swap|transpos\w*)\b", re.I)
# what introduces letters anew
_ANEW = re.compile(
    r"\b(?:given|let|suppose|consider|assume|assuming|for|any|theorem|lemma|proposition|corollary|definition|example"
    r"|exercise|problem|property|rule|seien?|sei|soit|пусть)\b", re.I,
)  # fmt: skip


def contradictions(document: Document) -> Iterator[Verdict]:
    """A verdict on every declaration that turns round one before it, unless the words say that this is another case."""
    declaring = [f for f in document.formulas if r"\in" in f.latex]
    sources = [Source(f.latex, f.span.start) for f in declaring]
    lines = Lines(document.text)
    said: dict[tuple[tuple[int, ...], str], tuple[Shape, int]] = {}
    for formula, found in zip(declaring, shapes_said(sources, [m.text for m in document.macros]), strict=True):
        for name, shape in found:
            before, at = said.setdefault((formula.section, name), (shape, formula.span.start))
            if before != shape[::-1] or shape[0] == shape[1] or ONE in shape:
                continue
            paragraph = document.text[document.text.rfind("\n\n", 0, formula.span.start) + 1 : formula.span.start]
            if not (_OTHERWISE.search(formula.prose[-60:]) or _ANEW.search(paragraph)):
                message = f"{name} is {show(shape)} here, and was declared {show(before)} in line {lines.place(at)[0]}"
                yield Verdict(FAILS, 0, message, None, "shape", formula.span, "call one of them otherwise")
