"""A chain of lines, read in every manner that makes sense until it holds, and the verdict on each line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from texgrad.algebra import Expr, postorder
from texgrad.operators import DERIVATIVE
from texgrad.reader import Equations, Manner, Problem, Session, Source, read_equations
from texgrad.source import Diagnostic, TexgradError
from texgrad.verify.judge import Worlds
from texgrad.verify.lines import Finding, Judge, summed
from texgrad.verify.verdicts import FAILS, NEEDS, UNCHECKED, Verdict

MANNERS = (
    Manner(), Manner(whole=True), Manner(layout="numerator"), Manner(layout="denominator"),
    Manner(whole=True, layout="numerator"),
)  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """One reading of a chain and what was found about its lines."""

    read: Equations
    worlds: Worlds
    findings: Mapping[int, list[Finding]]

    @property
    def faults(self) -> int:
        """How many lines do not hold."""
        return sum(any(f.verdict.status in (FAILS, NEEDS) for f in found) for found in self.findings.values())


def verify_chain(
    lines: Sequence[str],
    declare: Mapping[str, str] | None = None,
    assume: Mapping[str, Sequence[str] | str] | None = None,
    definitions: Sequence[str] = (),
    macros: Mapping[str, str | Sequence[object]] | None = None,
) -> list[Verdict]:
    """One verdict for every line of a chain of equations.

    A line that starts with `=` or `&=` is judged against the line above it, any other within itself; a name that stands
    alone before the first `=` is defined by its line, unless it is defined already. The other arguments are those of
    `derive`. Raises TexgradError where they are not what they should be; a line that cannot be read is `unchecked`.
    """
    properties = {k: (v,) if isinstance(v, str) else tuple(v) for k, v in (assume or {}).items()}
    problem = Problem((), (), (), (), declare or {}, properties, tuple(definitions), macros or {})
    return judge(problem, sources(lines))


def sources(lines: Sequence[str]) -> list[Source]:
    """The lines with their places in the text that they make together."""
    out, at = [], 0
    for line in lines:
        out.append(Source(line, at))
        at += len(line) + 1
    return out


def judge(problem: Problem, lines: Sequence[Source]) -> list[Verdict]:
    """The verdicts on lines, in the manner of reading in which most hold; what goes wrong makes them `unchecked`."""
    Session(replace(problem, definitions=()))  # raises where the problem itself is wrong
    try:
        return _judge(problem, lines)
    except TexgradError as error:
        found = error.diagnostics[0]
    except RecursionError:
        found = Diagnostic("too-large", "the formula nests too deep")
    except Exception as error:  # a fault of ours says nothing about the equations
        found = Diagnostic("internal", f"a fault of texgrad's own: {type(error).__name__}")
    return [Verdict(UNCHECKED, k, found.message, None, found.code, None, found.help) for k in range(len(lines))]


def _judge(problem: Problem, lines: Sequence[Source]) -> list[Verdict]:
    best: Judged | None = None
    for manner in MANNERS:
        judged = _judged(problem, lines, manner)
        if best is None or judged.faults < best.faults:
            best = judged
        if not best.faults or not _several(best):
            break
    assert best is not None
    return [_verdict(best, k) for k in range(len(lines))]


def _verdict(judged: Judged, line: int) -> Verdict:
    reason = judged.read.reasons.get(line)
    if reason is not None:
        return Verdict(UNCHECKED, line, reason.message, None, reason.code, reason.span, reason.help)
    return summed(line, judged.findings.get(line, []))


def _several(judged: Judged) -> bool:
    """Whether the lines can be read in more than one manner."""
    sides = (s.expr for e in judged.read.equations for s in e.sides if s.expr is not None)
    return any(p.op is DERIVATIVE for p in postorder(*sides))


def _judged(problem: Problem, lines: Sequence[Source], manner: Manner) -> Judged:
    read = read_equations(problem, lines, manner)
    worlds = Worlds(_sides(read), {s.data.name: d for s, d in read.known.definitions}, read.known.assume)
    return Judged(read, worlds, Judge(read, worlds).findings())


def _sides(read: Equations) -> Iterator[Expr]:
    return (s.expr for e in read.equations for s in e.sides if s.expr is not None)
