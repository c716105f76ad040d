"""The reader: LaTeX to trees with places, trees to typed expressions and the author's style."""

from __future__ import annotations

from texgrad.reader.problem import Problem, Reading, Source, SymbolInfo, Wanted
from texgrad.reader.read import read, read_all
from texgrad.reader.strict import read_equation, read_expression

__all__ = [
    "Problem", "Reading", "Source", "SymbolInfo", "Wanted", "read", "read_all", "read_equation", "read_expression",
]  # fmt: skip
