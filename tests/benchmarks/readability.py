"""How long answers are: LaTeX tokens of `results[0].latex` beside those of the closed form that a person would write.

`python -m tests.benchmarks.readability [FILE…]` prints the table for the golds and `tests/data/readability.jsonl`, or
for other files of such cases. A transpose counts alike whichever mark writes it, for an author who used none set none.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import texgrad
from tests.golds import GOLDS
from tests.latextokens import tokens
from texgrad.solution import Solution

DATA = Path(__file__).parents[1] / "data" / "readability.jsonl"
BOUND = 1.3
Case = Mapping[str, Any]
# the closed forms of the golds; what they name is named by the derivation, too
CLOSED: Mapping[str, str] = {
    "G1": r"XA^TA",
    "G1 component": r"(XA^TA)_{ij}",
    "G2": r"XA^TA",
    "G3": r"-2V(W\circ W\circ R)^\top + 2V(W\circ W\circ U^\top V)^\top",
    "G4": r"\mathcal HX",
    "G5": r"\frac12\left(\Sigma^{-1}-\Sigma^{-1}(x-\mu)(x-\mu)^T\Sigma^{-1}\right)",
    "G6": r"-\sum_{i=1}^n\sigma(-y_ix_i^\top w)\,y_ix_i",
    "G7": r"eh^T",
    "G8": r"\frac{A^T(Ax-b)}{\|Ax-b\|_2}",
    "G9": r"\operatorname{Diag}(p)-pp^T",
    "G10": r"B^T\otimes A",
}


class Row(NamedTuple):
    """One request: how long our answer is and how long the closed form; no length where it is refused."""

    name: str
    ours: int | None
    closed: int
    latex: str

    @property
    def ratio(self) -> float:
        """How many times as long ours is; infinite where there is none."""
        return float("inf") if self.ours is None else self.ours / self.closed


def cases(path: Path = DATA) -> tuple[Case, ...]:
    """The cases in a file, one JSON object a line."""
    return tuple(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def solve(case: Case) -> Solution:
    """The answer of texgrad to a case."""
    return texgrad.derive(
        case["request"], declare=case["declare"], assume=case["assume"], order=case["order"],
        convention=case.get("convention"),
    )  # fmt: skip


def length(latex: str) -> int:
    r"""How many tokens a formula has; `A'`, `A^T` and `A^{\top}` are as long as each other."""
    found = tokens(latex)
    turned = sum(a == "^" and b in ("T", r"\top", r"\intercal") for a, b in pairwise(found))
    return len(found) - turned


def golds() -> Iterable[Row]:
    """A row for every gold."""
    for name, gold in GOLDS.items():
        latex = texgrad.derive(gold.expression, **gold.arguments).results[0].latex
        yield Row(name, length(latex), length(CLOSED[name]), latex)


def rows(some: Iterable[Case]) -> Iterable[Row]:
    """A row for every case."""
    for case in some:
        try:
            latex = solve(case).results[0].latex
        except texgrad.TexgradError as error:
            yield Row(case["id"], None, length(case["answer"]), str(error))
        else:
            yield Row(case["id"], length(latex), length(case["answer"]), latex)


def table(found: Iterable[Row]) -> str:
    """The rows as text, the longest answers first, and what they come to."""
    ordered = sorted(found, key=lambda r: -r.ratio)
    lines = [f"{'request':34}{'ours':>6}{'closed':>8}{'ratio':>8}   answer"]
    for r in ordered:
        ours = "" if r.ours is None else str(r.ours)
        lines.append(f"{r.name:34}{ours:>6}{r.closed:>8}{r.ratio:>8.2f}   {r.latex}")
    answered = [r.ratio for r in ordered if r.ours is not None]
    over = sum(ratio > BOUND for ratio in answered)
    lines.append(
        f"{len(ordered)} requests, {len(ordered) - len(answered)} refused; ratio: median {median(answered):.2f}, "
        f"worst {max(answered):.2f}, {over} above {BOUND}"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    paths = [Path(name) for name in sys.argv[1:]]
    print(table([*golds(), *rows(cases())] if not paths else [r for path in paths for r in rows(cases(path))]))
