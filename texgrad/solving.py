"""From a problem to its solutions: read, asked of the engine, derived, checked and written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace

from texgrad.alike import under_signs
from texgrad.engine.structure import STRUCTURES
from texgrad.engine.wirtinger import CONVENTIONS
from texgrad.reader import Problem, Reading, read, read_all
from texgrad.solution import Solution
from texgrad.solution_questions import question_of, untied
from texgrad.solution_scores import with_scores
from texgrad.solution_ways import checked
from texgrad.source import TexgradError, guarded


def solve(
    problem: Problem, style: str = "differential", taken: Iterable[str] = (), convention: str | None = None,
    layout: str = "auto",
) -> Solution:  # fmt: skip
    """Read, derive, check and write what is asked of one function.

    Raises TexgradError only: a fault of ours is one too, `internal`.
    """
    with guarded("deriving"):
        problem, convention = _spoken(problem, convention)
        return _each(problem, lambda p: (read(p),), style, taken, convention, layout)[0]


def solve_all(
    problem: Problem, style: str = "differential", taken: Iterable[str] = (), convention: str | None = None,
    layout: str = "auto",
) -> tuple[Solution, ...]:  # fmt: skip
    """The same for every function that is asked about, in the order of the questions."""
    with guarded("deriving"):
        problem, convention = _spoken(problem, convention)
        return _each(problem, read_all, style, taken, convention, layout)


def _each(
    problem: Problem, reader: Callable[[Problem], tuple[Reading, ...]], style: str, taken: Iterable[str],
    convention: str | None, layout: str,
) -> tuple[Solution, ...]:  # fmt: skip
    """The solution of every reading; long sums of terms that are alike are first tried under signs of sums."""
    alike = under_signs(problem)
    if alike is not None:
        with suppress(TexgradError):
            found = reader(alike.problem)
            return tuple(_solved(r, style, taken, convention, layout, alike.members) for r in found)
    return tuple(_solved(reading, style, taken, convention, layout) for reading in reader(problem))


def _spoken(problem: Problem, convention: str | None) -> tuple[Problem, str | None]:
    """A convention of complex numbers as what it asks for; others as they are, with what they assume."""
    if convention is not None and convention in CONVENTIONS:
        return replace(problem, part=CONVENTIONS[convention]), None
    if convention is not None and convention in STRUCTURES:
        return replace(problem, tied=STRUCTURES[convention].assumed), convention
    return problem, convention


def _solved(
    reading: Reading, style: str, taken: Iterable[str], convention: str | None, layout: str,
    members: Mapping[str, int] | None = None,
) -> Solution:  # fmt: skip
    reading = with_scores(reading)
    question = question_of(reading, taken, layout)
    free = None if convention is not None else untied(question, reading)
    derivation, verified = checked(question, style, convention, free)
    solution = Solution(reading, derivation, verified, style, members or {})
    _ = solution.lines
    return solution
