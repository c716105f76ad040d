"""Derivations that texgrad makes, each with one random slip: what is numerically false is found at its line.

Whether a slip makes a line false is decided apart from the checker, by reading the line over the solution's own symbols
and evaluating it. TEXGRAD_EXAMPLES sets how many random functions are tried (30 where it is not set), and
TEXGRAD_SEED which ones.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest

from tests.readback import Readback, close
from texgrad import TexgradError, derive, verify_chain
from texgrad.solution import Solution

EXAMPLES = int(os.environ.get("TEXGRAD_EXAMPLES", "30"))
SEED = int(os.environ.get("TEXGRAD_SEED", "7"))
SLIPS_OF_THESE = 100  # how many slips in the derivations of FUNCTIONS are tried
SHAPES = {"A": "n x m", "B": "m x n", "X": "m x m", "S": "m x m", "C": "n x n", "x": "m", "b": "n", "a": "m", "w": "m"}
FUNCTIONS = (
    (r"\|Ax-b\|_2^2", "x"), (r"x^TXx", "x"), (r"x^TXx", "X"), (r"\operatorname{tr}(X^TSX)", "X"), (r"\log\det X", "X"),
    (r"\operatorname{tr}(ASA^TC)", "S"), (r"a^TX^{-1}x", "X"), (r"\frac12\|AX\|_F^2", "X"), (r"\|C-AB\|_F^2", "B"),
    (r"\operatorname{tr}(X^{-1}S)", "X"), (r"\log\det(X^TX)", "X"), (r"(a^Tx)(x^TXx)", "x"), (r"\|AXB-C\|_F^2", "X"),
    (r"\exp(-\frac12x^TSx)", "x"), (r"\|x\|_2", "x"), (r"\|A\odot A\|_F^2", "A"), (r"b^TAXa", "A"),
    (r"\log(1+\exp(a^Tx))", "x"),
    (r"\operatorname{tr}(XSX)", "X"), (r"x^TX^TSXx", "X"), (r"\det(X^TSX)", "X"), (r"\operatorname{tr}(A^TCAX)", "A"),
    (r"\|B^TX\|_F^2-\frac12\|XSS\|_F^2", "X"),
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
    "term lost": lambda text: _each(r"(?<=[^\s=({])[+-][^+\-():|]+(?=$)", text, ""),
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
    """Whether a line is worth something else than the one above; None where one of them has no value that says so."""
    read = Readback(made.solution)
    try:
        texts = (made.lines[line - 1], made.lines[line], text)
        above, right, own = (read.value(read.sides(latex)[-1]) for latex in texts)
    except TexgradError:
        return None
    if above.shape[1:] != own.shape[1:]:
        return True
    above, right, own = np.broadcast_arrays(above, right, own)
    here = np.isfinite(above).all(axis=(1, 2)) & np.isfinite(own).all(axis=(1, 2))
    here &= [close(a, b) for a, b in zip(above, right, strict=True)]  # where numbers are exact enough to tell
    size = np.abs(above[here]).max(initial=0.0)
    return None if not size else not close(above[here] / size, own[here] / size)


@pytest.mark.parametrize(("function", "variable"), FUNCTIONS)
def test_the_derivation_holds(function: str, variable: str) -> None:
    made = chain(function, variable)
    verdicts = verify_chain(made.lines, SHAPES, definitions=made.definitions)
    assert [(v.status, v.message, made.lines[v.line]) for v in verdicts if v.status != "holds"] == []


def wrong_about(made: Chain, line: int, text: str) -> str:
    """What is said amiss of a derivation with a slip; "" where it is right, or nobody can tell."""
    lines = [*made.lines[:line], text, *made.lines[line + 1 :]]
    verdicts = verify_chain(lines, SHAPES, definitions=made.definitions)
    found = verdicts[line].status in FOUND
    early = any(v.status in FOUND for v in verdicts[:line])
    false = is_false(made, line, text)
    amiss = early or (false is not None and found != false)
    return f"{made.lines[line - 1]} | {text} | false: {false} | {verdicts[line]}" if amiss else ""


def test_slips_are_found_where_they_are() -> None:
    draw = random.Random(7)
    every = [(made, *slip) for f in FUNCTIONS for made in [chain(*f)] for slip in slips(made)]
    drawn = draw.sample(every, min(SLIPS_OF_THESE, len(every)))
    assert [said for slip in drawn if (said := wrong_about(*slip))] == []
    assert sum(is_false(*slip) is True for slip in drawn) > len(drawn) / 2


# --- random functions -------------------------------------------------------------------------------------------------

FOUND = ("fails", "needs")
BETWEEN = {"mm": ("X", "S"), "mn": ("B",), "nm": ("A",), "nn": ("C",)}  # matrices by their sizes
OF_SIZE = {"m": ("x", "a", "w"), "n": ("b",)}


def matrices(draw: random.Random, start: str, end: str, most: int) -> str:
    """A product of matrices from one size to another, some transposed."""
    out, at = [], start
    while not out or at != end or (len(out) < most and draw.random() < 0.4):
        to = end if len(out) + 1 >= most else draw.choice("mn")
        if draw.random() < 0.3:
            out.append(f"{draw.choice(BETWEEN[to + at])}^T")
        else:
            out.append(draw.choice(BETWEEN[at + to]))
        at = to
    return "".join(out)


def term(draw: random.Random) -> str:
    """A scalar."""
    size, other = draw.choice("mn"), draw.choice("mn")
    u, v, square = draw.choice(OF_SIZE[size]), draw.choice(OF_SIZE[other]), matrices(draw, "m", "m", 2)
    return draw.choice((
        rf"\operatorname{{tr}}({matrices(draw, size, size, 4)})",
        f"{u}^T{matrices(draw, size, other, 3)}{v}",
        rf"\|{matrices(draw, size, other, 2)}{v}-{u}\|_2^2",
        rf"\|{matrices(draw, size, other, 3)}\|_F^2",
        rf"\log\det({square})",
        rf"\operatorname{{tr}}(X^{{-1}}{square})",
        "a^TX^{-1}x",
        rf"\log(1+\exp({u}^T{matrices(draw, size, other, 1)}{v}))",
    ))


def function(draw: random.Random) -> tuple[str, str]:
    """A function, and a variable in it."""
    first, second = term(draw), term(draw)
    scaled = rf"{draw.choice(('2', '3', chr(92) + 'frac12'))}{second}"
    latex = draw.choice((first, first, rf"{first}+{second}", rf"{first}-{scaled}", rf"({first})({second})",
                         rf"\exp(-\frac12{first})"))  # fmt: skip
    letters = sorted({c for c in re.sub(r"\\[a-zA-Z]+|\^T", "", latex) if c in SHAPES})
    return latex, draw.choice([c for c in letters if c in "XxAS"] or letters)


def test_slips_in_derivations_of_random_functions_are_found() -> None:
    draw = random.Random(SEED)
    amiss, tried = [], 0
    while tried < EXAMPLES:
        latex, variable = function(draw)
        try:
            made = chain.__wrapped__(latex, variable)
        except TexgradError:  # too large, or not differentiable
            continue
        tried += 1
        verdicts = verify_chain(made.lines, SHAPES, definitions=made.definitions)
        amiss += [f"{latex}: {made.lines[v.line]} | {v}" for v in verdicts if v.status in FOUND]
        found = slips(made)
        if found and (said := wrong_about(made, *draw.choice(found))):
            amiss.append(f"{latex} by {variable}: {said}")
    assert amiss == []
