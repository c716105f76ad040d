"""The reader: LaTeX to trees with places, trees to typed expressions and the author's style."""

from __future__ import annotations

from texgrad.reader.earlier import Earlier
from texgrad.reader.equations import define, read_equations
from texgrad.reader.problem import Problem, Reading, Source, SymbolInfo
from texgrad.reader.read import Session, read, read_all
from texgrad.reader.shapes_said import shapes_said
from texgrad.reader.sides import Equation, Equations, Known, Manner, Side, is_zero_side
from texgrad.reader.slopes import without_font
from texgrad.reader.strict import read_equation, read_expression
from texgrad.reader.unsaid import unsaid

__all__ = [
    "Earlier", "Equation", "Equations", "Known", "Manner", "Problem", "Reading", "Session", "Side", "Source",
    "SymbolInfo", "define", "is_zero_side", "read", "read_all", "read_equation", "read_equations", "read_expression",
    "shapes_said", "unsaid", "without_font",
]  # fmt: skip
