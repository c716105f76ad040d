"""Derivations that texgrad makes, each with one random slip: what is numerically false is found at its line.

Whether a slip makes a line false is decided apart from the checker, by reading the line over the solution's own symbols
and evaluating it. TEXGRAD_EXAMPLES sets how many slips are tried (100 where it is not set).
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest

from tests.readback import Readback, close
from texgrad import TexgradError, derive, verify_chain
from texgrad.solution import Solution

EXAMPLES = int(os.environ.get("TEXGRAD_EXAMPLES", "100"))
SHAPES = {"A": "n x m", "B": "m x n", "X": "m x m", "S": "m x m", "C": "n x n", "x": "m", "b": "n", "a": "m", "w": "m"}
FUNCTIONS = (
    (r"\|Ax-b\|_2^2", "x"), (r"x^TXx", "x"), (r"x^TXx", "X"), (r"\operatorname{tr}(X^TSX)", "X"), (r"\log\det X", "X"),
    (r"\operatorname{tr}(ASA^TC)", "S"), (r"a^TX^{-1}x", "X"), (r"\frac12\|AX\|_F^2", "X"), (r"\|C-AB\|_F^2", "B"),
    (r"\operatorname{tr}(X^{-1}S)", "X"), (r"\log\det(X^TX)", "X"), (r"(a^Tx)(x^TXx)", "x"), (r"\|AXB-C\|_F^2", "X"),
    (r"\exp(-\frac12x^TSx)", "x"), (r"\|x\|_2", "x"), (r"\|A\odot A\|_F^2", "A"), (r"b^TAXa", "A"),
    (r"\log(1+\exp(a^Tx))", "x"),
    (r"\operatorname{tr}(XSX)", "X"), (r"x^TX^TSXx", "X"), (r"\det(X^TSX)", "X"), (r"\operatorname{tr}(A^TCAX)", "A"),
)  # fmt: skip


class Chain(NamedTuple):
    """The lines of a derivation and what they are about."""

    solution: Solution
    lines: tuple[str, ...]
    definitions: tuple[str, ...]


@cache
def chain(function: str, variable: str) -> Chain:
    """The derivation of a gradient, without the words in it."""
    solution = derive(function, variable, declare=SHAPES)
    lines = [re.sub(r"\\q?quad.*|\\text\{Let \} ", "", line.latex) for line in solution.lines]
    said = json.loads(solution.to_json())
    kept = tuple(line for line in lines if "\\text" not in line)
    return Chain(solution, kept, (*(d["latex"] for d in said["definitions"]), f"f = {said['expression']}"))


SLIPS = {
    "transpose lost": lambda text: _each(r"\^T", text, ""),
    "transpose added": lambda text: _each(r"(?<![\\a-zA-Z{])([A-Zaxb])(?![\^'_}\w])", text, r"\1^T"),
    "sign": lambda text: _each(r"(?<=[^\s=({])\+", text, "-"),
    "other sign": lambda text: _each(r"(?<=[^\s=({&])-(?!1)", text, "+"),
    "factor lost": lambda text: _each(r"(?<![\d{^_])2(?![\d}])", text, ""),
    "half lost": lambda text: _each(r"\\frac12", text, ""),
    "order": lambda text: _each(r"(?<![\\a-zA-Z])([A-Z])([A-Z])(?![a-zA-Z^])", text, r"\2\1"),
    "inverse lost": lambda text: _each(r"\^\{-1\}", text, ""),
    "inverse transpose": lambda text: _each(r"\^\{-1\}", text, "^{-T}"),
    "term lost": lambda text: _each(r"(?<=[^\s=({])[+-][^+\-():]+(?=$)", text, ""),
}


def _each(pattern: str, text: str, new: str) -> Iterator[str]:
    """The text with one match replaced, for every match behind the relation."""
    start = text.find("=") + 1
    for found in re.finditer(pattern, text):
        if found.start() >= start:
            yield text[: found.start()] + found.expand(new) + text[found.end() :]


def slips(made: Chain) -> list[tuple[int, str]]:
    """All slips on the lines that go on from the one above."""
    out = [(k, other) for k, line in enumerate(made.lines) if k and line.startswith("&=")
           for slip in SLIPS.values() for other in slip(line)]  # fmt: skip
    return list(dict.fromkeys(out))


def is_false(made: Chain, line: int, text: str) -> bool | None:
    """Whether a line is worth something else than the one above; None where it cannot be read."""
    read = Readback(made.solution)
    try:
        above, own = (read.value(read.sides(latex)[-1]) for latex in (made.lines[line - 1], text))
    except TexgradError:
        return None
    return not close(above, own)


@pytest.mark.parametrize(("function", "variable"), FUNCTIONS)
def test_the_derivation_holds(function: str, variable: str) -> None:
    made = chain(function, variable)
    verdicts = verify_chain(made.lines, SHAPES, definitions=made.definitions)
    assert [(v.status, v.message, made.lines[v.line]) for v in verdicts if v.status != "holds"] == []


def test_slips_are_found_where_they_are() -> None:
    draw = random.Random(7)
    every = [(made, *slip) for f in FUNCTIONS for made in [chain(*f)] for slip in slips(made)]
    drawn = draw.sample(every, min(EXAMPLES, len(every)))
    missed, false = [], 0
    for made, line, text in drawn:
        lines = [*made.lines[:line], text, *made.lines[line + 1 :]]
        verdicts = verify_chain(lines, SHAPES, definitions=made.definitions)
        assert not any(v.status in ("fails", "needs") for v in verdicts[:line]), (lines, verdicts)
        wrong = is_false(made, line, text)
        false += wrong is True
        if wrong is not None and (verdicts[line].status in ("fails", "needs")) != wrong:
            missed.append((made.lines[line - 1], text, wrong, verdicts[line]))
    assert missed == []
    assert false > len(drawn) / 2
