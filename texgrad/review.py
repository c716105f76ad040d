"""Posts whose equations are checked: reports as text, JSON and GitHub annotations, and slips mended in place."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace as with_fields
from pathlib import Path

from texgrad.immutable import immutable
from texgrad.project import DONE, INTERNAL, UNANSWERED, Post, posts, unified
from texgrad.project_reports import FORMS, Finding, Report, finding
from texgrad.project_rules import unreadable
from texgrad.project_write import replace
from texgrad.source import Diagnostic, Edit, Lines, TexgradError, splice
from texgrad.verify.documents import verify_text
from texgrad.verify.verdicts import FAILS, HOLDS, LAYOUT, NEEDS, UNCHECKED, Verdict

FAILING = 1  # the exit status when an equation fails
SEVERITY: Mapping[str, str] = {FAILS: "error", NEEDS: "warning", LAYOUT: "note"}


@immutable
class Review:
    """What was found in one post; `faults` say why it could not be read, and `failed` is the exit status of that."""

    path: Path
    text: str = ""
    verdicts: tuple[Verdict, ...] = ()
    faults: tuple[Finding, ...] = ()
    failed: int = DONE
    diff: str = ""

    @property
    def status(self) -> int:
        """The exit status that it asks for."""
        return self.failed or (FAILING if any(v.status == FAILS for v in self.verdicts) else DONE)


def reviews(paths: Iterable[Path], fix: bool = False) -> Iterator[Review]:
    """What is found in all posts among `paths` and in the folders among them, and what stands in the way of others."""
    faults: list[Report] = []
    for post in posts(paths, take=faults.append):
        yield review(post, post.options, fix)
    for report in faults:
        yield Review(report.path, faults=report.findings, failed=report.status)


def review(post: Post, options: Mapping[str, str], fix: bool = False) -> Review:
    """The verdicts on the equations of one post; `fix` mends what a single slip explains, and shows the difference."""
    path, text = post.source, ""
    try:
        data = path.read_bytes()
        format = post.format(data)
        text = data.decode("utf-8", "surrogateescape")
        verdicts = tuple(verify_text(text, format.name, options)) if format is not None else ()
        edits = mends(verdicts) if fix else []
        if not edits:
            return Review(path, text, verdicts)
        new = splice(text, edits).encode("utf-8", "surrogateescape")
        if not replace(path, new, path, data):
            return Review(path, text, verdicts)
        left = tuple(_after(v, edits) for v in verdicts)
        return Review(path, text, left, diff=unified(data, new, str(path)))
    except OSError as error:
        report = unreadable(str(path), error)
        return Review(path, faults=report.findings, failed=report.status)
    except TexgradError as error:
        said = error.diagnostics[0]
        failed = INTERNAL if said.code == "internal" else UNANSWERED
        return Review(path, faults=(finding(said, text, str(path)),), failed=failed)


def _after(verdict: Verdict, edits: Sequence[Edit]) -> Verdict:
    """What is said of an equation after the edits."""
    mended = verdict.status == FAILS and verdict.edits and set(verdict.edits) <= set(edits)
    return with_fields(verdict, status=HOLDS, message="mended", suggestion=None, edits=()) if mended else verdict


def mends(verdicts: Iterable[Verdict]) -> list[Edit]:
    """The edits that mend what fails, those that touch the same place left out."""
    out: list[Edit] = []
    for verdict in verdicts:
        if verdict.status == FAILS and all(e.span.start >= o.span.end for e in verdict.edits for o in out):
            out += sorted(verdict.edits, key=lambda e: e.span)
    return out


def diagnostic(verdict: Verdict) -> Diagnostic | None:
    """How a verdict is shown in the post; None where there is nothing to be said."""
    severity = SEVERITY.get(verdict.status)
    if severity is None:
        return None
    code = verdict.reason if verdict.status == FAILS and verdict.reason else verdict.status
    help = f"write {verdict.suggestion.strip()}" if verdict.suggestion else verdict.help
    return Diagnostic(code, verdict.message, verdict.span, help, severity)


def shown(found: Review, format: str) -> list[str]:
    """What is printed about one post: pictures, or annotations for GitHub."""
    said = [finding(d, found.text, str(found.path)) for d in map(diagnostic, found.verdicts) if d is not None]
    return [FORMS[format](one) for one in (*found.faults, *said)]


def as_json(reviews: Sequence[Review]) -> str:
    """All verdicts, with the places where they stand."""
    out = []
    for found in reviews:
        lines = Lines(found.text)
        for v in found.verdicts:
            row, column = lines.place(v.span.start if v.span else 0)
            out.append({"path": str(found.path), "line": row, "column": column, "status": v.status,
                        "reason": v.reason, "message": v.message, "suggestion": v.suggestion})  # fmt: skip
        for fault in found.faults:
            out.append({"path": fault.path, "line": fault.line or 1, "column": fault.column or 1, "status": "error",
                        "reason": fault.code, "message": fault.message, "suggestion": None})  # fmt: skip
    return json.dumps(out, ensure_ascii=False, indent=1) + "\n"


def summary(reviews: Iterable[Review]) -> str:
    """How many equations there are, and what became of them."""
    verdicts = [v for found in reviews for v in found.verdicts]
    counts = Counter(v.status for v in verdicts)
    reasons = Counter(v.reason for v in verdicts if v.status == UNCHECKED)
    words = {HOLDS: ("holds", "hold"), FAILS: ("fails", "fail"), NEEDS: ("needs a condition", "need a condition"),
             LAYOUT: ("holds up to transposition", "hold up to transposition")}  # fmt: skip
    parts = [f"{counts[status]} {word[counts[status] > 1]}" for status, word in words.items() if counts[status]]
    if reasons:
        why = ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items(), key=lambda r: (-r[1], r[0])))
        parts.append(f"{counts[UNCHECKED]} unchecked ({why})")
    return f"{len(verdicts)} equation{'s' * (len(verdicts) != 1)}: {', '.join(parts) or 'none'}"
