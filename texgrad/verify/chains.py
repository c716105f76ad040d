"""A chain of lines, read in every manner that makes sense until it holds, and the verdict on each line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from texgrad.algebra import Expr, postorder
from texgrad.arguments import posed, texts
from texgrad.effort import Effort
from texgrad.immutable import immutable
from texgrad.operators import DERIVATIVE
from texgrad.reader import Earlier, Equations, Manner, Problem, Session, Source, define, read_equations
from texgrad.reader.symbols import OutOfRange
from texgrad.reader.tree import walk
from texgrad.shapes import ShapeError
from texgrad.source import Diagnostic, TexgradError
from texgrad.verify.explain import Explainer
from texgrad.verify.judge import Worlds
from texgrad.verify.layouts import mixed_failing
from texgrad.verify.lines import Finding, Judge, gravest, summed, unchecked
from texgrad.verify.policy import STRICT, Policy
from texgrad.verify.verdicts import FAILS, HOLDS, NEEDS, UNCHECKED, Verdict

DOUBTFUL = frozenset(("evaluation", "condition", "points", "new"))
Rows = Mapping[tuple[int, int], Verdict]  # by line and row


@immutable
class Judged:
    """One reading of a chain and what was found about its lines."""

    read: Equations
    worlds: Worlds
    findings: Mapping[tuple[int, int], list[Finding]]

    @property
    def faults(self) -> int:
        """How many lines do not hold."""
        return sum(any(f.verdict.status in (FAILS, NEEDS) for f in found) for found in self.findings.values())

    @property
    def unread(self) -> int:
        """How many sides could not be read, which is no way to be right."""
        sides = sum(s.reason is not None for e in self.read.equations for s in e.sides)
        return sides + len(self.read.reasons)

    def holds(self, place: tuple[int, int], against: Sequence[str] = ()) -> bool:
        """Whether what stands at a place holds, or has no verdict `against` it where such are given."""
        statuses = [f.verdict.status for f in self.findings.get(place, ())]
        return all(s not in against if against else s == HOLDS for s in statuses) and bool(statuses)

    @property
    def doubts(self) -> int:
        """How many lines do not hold, or were compared with something else than what they say."""
        verdicts = (f.verdict for found in self.findings.values() for f in found)
        return self.faults + sum(v.reason in DOUBTFUL for v in verdicts)

    def better(self, other: Judged, doubtful: bool, alone: bool) -> bool:
        """Whether more holds than in another reading; where these are doubtful, less that fails is enough.

        alone: it leaves definitions out, which counts only if what failed with them holds without them.
        """
        if self.unread > other.unread:
            return False
        if alone:
            return all(self.holds(place) for place in other.findings if not other.holds(place, (FAILS, NEEDS)))
        if doubtful:
            return (self.faults, self.doubts) < (other.faults, other.doubts)
        return self.doubts < other.doubts and self.faults <= other.faults


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
    given = posed((), (), declare, assume, definitions, macros)
    lines = texts("lines", lines)
    found: dict[int, list[Verdict]] = {}
    for (line, _), verdict in sorted(judge(given, sources(lines)).items()):
        found.setdefault(line, []).append(verdict)
    return [gravest(found[k]) if k in found else unchecked(k, "no claim") for k in range(len(lines))]


def sources(lines: Sequence[str]) -> list[Source]:
    """The lines with their places in the text that they make together."""
    out, at = [], 0
    for line in lines:
        out.append(Source(line, at))
        at += len(line) + 1
    return out


def judge(
    problem: Problem, lines: Sequence[Source], policy: Policy = STRICT, effort: Effort | None = None
) -> Rows:
    """The verdicts on the rows of lines, in the manner of reading in which most hold, within an effort.

    What cannot be read is `unchecked`. Raises TexgradError where the problem itself is wrong.
    """
    session = Session(replace(problem, definitions=()))
    for latex in problem.definitions:
        define(session, latex)
    try:
        return _judge(session, lines, policy, effort or Effort())
    except TexgradError as error:
        found = error.diagnostics[0]
    except ShapeError as error:
        found = Diagnostic("shape", str(error))
    except RecursionError:
        found = Diagnostic("too-large", "the formula nests too deep")
    except Exception as error:  # a fault of ours says nothing about the equations
        found = Diagnostic("internal", f"a fault of texgrad's own: {type(error).__name__}")
    return {(k, 0): unread(k, found) for k in range(len(lines))}


def _judge(session: Session, lines: Sequence[Source], policy: Policy, effort: Effort) -> Rows:
    best: Judged | None = None
    earlier = Earlier()
    size = sum(len(line.latex) for line in lines)
    for manner in policy.manners:
        if best is not None and not _worth_trying(manner, best):
            continue
        if not effort.spend(size + size // 3) and best is not None:
            break
        try:
            judged = _judged(session, lines, _like(manner, best), policy.doubtful, effort, earlier)
        except (TexgradError, ShapeError):
            if best is None:
                raise
            continue
        if best is None or (judged is not None and judged.better(best, policy.doubtful, manner.alone)):
            best = judged
    assert best is not None
    around = [source.latex for source in session.problem.context]
    explain = Explainer(best.read, best.worlds, lines, policy, effort, around).explained
    verdicts = {place: summed(place[0], [*map(explain, found)]) for place, found in best.findings.items()}
    for first, own in _apart(best.read):
        chosen = [k for k in range(len(lines)) if k in own]
        if 0 < len(chosen) < len(lines):
            found = _judge(session, [lines[k] for k in chosen], policy, effort)
            anew = {(chosen[k], row): replace(v, line=chosen[k]) for (k, row), v in found.items()}
            verdicts |= {place: v for place, v in anew.items() if place[0] >= first}
    spans = {(e.line, e.row): e.sides[0].extent for e in reversed(best.read.equations) if e.sides}
    verdicts = {place: replace(v, span=v.span or spans.get(place)) for place, v in verdicts.items()}
    if effort.left <= 0:  # what was not tried could hold
        verdicts = {place: _untried(v) for place, v in verdicts.items()}
    return verdicts | {(k, 0): unread(k, reason) for k, reason in best.read.reasons.items()}


def _untried(verdict: Verdict) -> Verdict:
    """The verdict where not all could be tried that might make an equation hold."""
    if verdict.status not in (FAILS, NEEDS) and verdict.reason != "evaluation":
        return verdict
    return unchecked(verdict.line, "too-large", span=verdict.span)


def _apart(read: Equations) -> Iterator[tuple[int, set[int]]]:
    """Statements to be read anew, since their indices have other ranges than the same letters have elsewhere.

    Of each the first line, and all that it rests on: its lines, and those before that define something.
    """
    starts = sorted({e.line for e in read.equations if not e.goes_on})
    past = max((e.line for e in read.equations), default=0) + 1
    defining = {e.line for e in read.equations if e.defines}
    odd = {e.line for e in read.equations for s in e.sides if isinstance(s.misfit, OutOfRange)}
    for first, end in pairwise([*starts, past]):
        own = set(range(first, end))
        if odd & own:
            yield first, own | {k for k in defining if k < first}


def _worth_trying(manner: Manner, best: Judged) -> bool:
    """Whether another manner of reading could say more than the best one so far."""
    if manner.alone:
        return best.faults > 0 and bool(best.read.known.definitions)
    if manner.factors:
        trees = (s.parsed for e in best.read.equations for s in e.sides if s.parsed is not None)
        return best.faults > 0 and any(t.op == "call" for tree in trees for t in walk(tree))
    if manner.fresh:
        heads = (e.sides[0].parsed for e in best.read.equations if len(e.sides) > 1 and not e.goes_on)
        return best.faults > 0 and any(t is not None and t.op == "name" for t in heads)
    return best.doubts > 0 if manner.anew or manner.plain else best.faults > 0 and _several(best)


def _like(manner: Manner, before: Judged | None) -> Manner:
    """The manner, with the shapes of an earlier reading where only the layout differs."""
    if before is None or not manner.layout:
        return manner
    known = before.read.known
    free = {n: e.shape for n, e in known.symbols.items() if n not in known.defined and not e.data.indices}
    return replace(manner, shapes=free)


def unread(line: int, why: Diagnostic) -> Verdict:
    """The verdict on a line that could not be read."""
    return Verdict(UNCHECKED, line, why.message, None, why.code, why.span, why.help)


def _several(judged: Judged) -> bool:
    """Whether the lines can be read in more than one manner."""
    sides = (s.expr for e in judged.read.equations for s in e.sides if s.expr is not None)
    return any(p.op is DERIVATIVE for p in postorder(*sides))


def _judged(
    session: Session, lines: Sequence[Source], manner: Manner, doubtful: bool, effort: Effort, earlier: Earlier
) -> Judged | None:
    """The lines read in a manner and judged; None where it makes no difference to earlier ones."""
    read = read_equations(session, lines, manner, earlier, effort)
    if read is None:
        return None
    known = read.known
    definitions = {s.data.name: d for s, d in known.definitions}
    worlds = Worlds(_sides(read), definitions, known.assume, known.varied, known.indices, effort)
    return Judged(read, worlds, mixed_failing(Judge(read, worlds, doubtful).findings(), worlds))


def _sides(read: Equations) -> Iterator[Expr]:
    return (s.expr for e in read.equations for s in e.sides if s.expr is not None)
