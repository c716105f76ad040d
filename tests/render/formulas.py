"""All generated displays that must render: the blocks of the samples, and the gold derivations in every environment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.golds import GOLDS
from texgrad import derive
from texgrad.document import Document
from texgrad.formats import of_path
from texgrad.formats_patterns import MACRO
from texgrad.options import ENVIRONMENTS
from texgrad.scan import scan

ROOT = Path(__file__).parents[2]
SAMPLES = sorted(path for path in (ROOT / "samples").iterdir() if path.is_file())
# environments that a renderer does not have
LACKS = {"katex": (r"\begin{eqnarray", r"\eqalign"), "pdflatex": (r"\eqalign",)}
# what KaTeX lacks or LaTeX has in preambles only -> what all renderers have
MACROS = (
    (re.compile(r"\\DeclareMathOperator\{(\\\w+)\}\{([^{}]*)\}"), r"\\def\1{\\operatorname{\2}}"),
    (re.compile(r"\\newcommand\{(\\\w+)\}\[1\]"), r"\\def\1#1"),
    (re.compile(r"\\newcommand\{(\\\w+)\}(?=\{)"), r"\\def\1"),
)
DOLLARS = re.compile(r"\A\$\$\n(.*)\n\$\$\Z", re.DOTALL)


class Display(NamedTuple):
    """One display without its delimiters, and the macros of the document that it stands in."""

    name: str
    macros: str
    latex: str

    def suits(self, renderer: str) -> bool:
        """Whether the renderer has the environment."""
        return not any(name in self.latex for name in LACKS.get(renderer, ()))


def document(path: Path) -> Document:
    """A sample, scanned."""
    format = of_path(path)
    assert format is not None
    return scan(path.read_bytes().decode(), format)


def displays() -> list[Display]:
    """Every display, each renderer's pick to be made with `suits`."""
    return [*_of_samples(), *_of_golds()]


def _of_samples() -> Iterator[Display]:
    for path in SAMPLES:
        page = document(path)
        macros = "".join(found[0] for found in re.finditer(MACRO, page.text))
        for pattern, plain in MACROS:
            macros = pattern.sub(plain, macros)
        for number, block in enumerate(page.blocks, 1):
            text = "\n".join(block.lines)
            bare = DOLLARS.match(text)
            yield Display(f"{path.name} {number}", macros, bare[1] if bare else text)


def _of_golds() -> Iterator[Display]:
    for name, gold in GOLDS.items():
        solution = derive(gold.expression, **gold.arguments)
        for environment in ENVIRONMENTS:
            yield Display(f"{name} {environment}", "", solution.latex(env=environment))
        yield Display(f"{name} explained", "", solution.latex(detail="full", explain=True))
