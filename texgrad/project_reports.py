"""What became of each post, as text, as JSON and in the form that GitHub turns into annotations."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from texgrad.immutable import immutable
from texgrad.source import Diagnostic, Lines, picture
from texgrad.weave import Counts

_NOTHING = Counts()


class Finding(NamedTuple):
    """A diagnostic with its place in a file, lines and columns from 1, all 0 where it has none; `picture` shows it."""

    path: str
    code: str
    severity: str
    message: str
    help: str
    line: int
    column: int
    end_line: int
    end_column: int
    picture: str


def finding(diagnostic: Diagnostic, text: str, path: str) -> Finding:
    """The finding for a diagnostic about `text`, which stands in the file `path`."""
    place = end = (0, 0)
    if diagnostic.span is not None:
        lines = Lines(text)
        start = min(max(diagnostic.span.start, 0), len(text))
        place, end = lines.place(start), lines.place(min(max(diagnostic.span.end, start), len(text)))
    said = (diagnostic.code, diagnostic.severity, diagnostic.message, diagnostic.help)
    return Finding(path, *said, *place, *end, picture(diagnostic, text, path))


@immutable
class Report:
    """What became of one post that is written to `target`; `diff` is how that changes.

    `left` is the digest of what the run leaves in the post's file, as `content_digest` counts it, if it came so far;
    `rests` tells that a build would change nothing now. `needs` are other files on which it depends what is written.
    """

    path: Path
    target: Path
    status: int
    changed: bool = False
    counts: Counts = _NOTHING
    findings: tuple[Finding, ...] = ()
    diff: str = ""
    left: bytes = b""
    rests: bool = False
    needs: tuple[str, ...] = ()

    @property
    def pictures(self) -> tuple[str, ...]:
        """The diagnostics as they are shown to people."""
        return tuple(one.picture for one in self.findings)


def record(report: Report) -> dict[str, Any]:
    """A report as plain values."""
    said = [{**one._asdict(), "picture": None} for one in report.findings]
    return {
        "path": str(report.path),
        "target": str(report.target),
        "status": report.status,
        "changed": report.changed,
        "asked": report.counts.asked,
        "answered": report.counts.answered,
        "diagnostics": [{key: value for key, value in one.items() if value is not None} for one in said],
    }


def as_json(reports: Iterable[Report], status: int, summary: Mapping[str, object]) -> str:
    """A run as one JSON document: its summary, and the posts that changed or of which there is something to say."""
    told = [record(report) for report in reports if report.changed or report.findings]
    return json.dumps({"status": status, "summary": dict(summary), "posts": told}, indent=2, ensure_ascii=True) + "\n"


def as_text(found: Finding) -> str:
    """A finding for people."""
    return found.picture


_LEVELS: Mapping[str, str] = {"note": "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def as_github(found: Finding) -> str:
    """A finding as a workflow command, which GitHub shows beside the line."""
    places = {"line": found.line, "endLine": found.end_line, "col": found.column, "endColumn": found.end_column}
    given: dict[str, object] = {"file": found.path, **(places if found.line else {}), "title": f"texgrad {found.code}"}
    if found.line != found.end_line:  # columns go with a single line only
        given = {key: value for key, value in given.items() if key not in ("col", "endColumn")}
    properties = ",".join(f"{key}={str(value).translate(_PROPERTY)}" for key, value in given.items())
    text = f"{found.message} ({found.help})" if found.help else found.message
    return f"::{_LEVELS.get(found.severity, found.severity)} {properties}::{text.translate(_DATA)}"


FORMS: Mapping[str, Callable[[Finding], str]] = {"text": as_text, "github": as_github}
