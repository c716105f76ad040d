"""Answers kept by their full input, one small file each, across posts and runs; a damaged one is lost, no more."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from texgrad.document import Answer, Document, Group
from texgrad.jobs import Job, job_of
from texgrad.project_state import cache_folder, fingerprint
from texgrad.remembered import remembered
from texgrad.source import Diagnostic, Span, TexgradError

NEVER = frozenset(("internal", "too-large"))  # faults that may be others the next time
KEPT = 4  # programs of which answers are kept
FULL = 100  # answers in one of the 256 folders


def solve(document: Document, group: Group, options: Mapping[str, str]) -> Answer:
    """The answer of the derivation service, which is loaded when the first request comes."""
    return _answer(job_of(document, group, options))


def recall(document: Document, group: Group, options: Mapping[str, str]) -> Answer:
    """The answer as it was given before, or else that of the service, to be kept when `keep` is called."""
    job = job_of(document, group, options)
    path = _path(job)
    known = _new.get(path) or _read(path)
    if known is not None:
        try:
            return _restored(known, job)
        except (KeyError, IndexError, TypeError, ValueError):
            path.unlink(missing_ok=True)
    try:
        answer = _answer(job)
    except TexgradError as error:
        _keep_fault(path, error, job)
        raise
    if not answer.diagnostics:
        _new[path] = {"block": list(answer.block)}
    return answer


def keep() -> None:
    """Keep the new answers: once the post is written, for which nobody waits longer than for its derivations."""
    for path, fields in _new.items():
        _write(path, fields)
    _new.clear()


_new: dict[Path, Mapping[str, Any]] = {}


def _answer(job: Job) -> Answer:
    """What the service answers."""
    from texgrad.service import answer

    return answer(job)


_mark = remembered(1)(fingerprint)


def _path(job: Job) -> Path:
    """The file of one answer."""
    name = hashlib.sha256(job.key().encode("utf-8", "surrogatepass")).hexdigest()
    return Path(cache_folder(), "answers", _mark(), name[:2], name[2:])


def _read(path: Path) -> dict[str, Any] | None:
    """What a file holds, if it is whole."""
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        if head.decode() == _digest(body):
            found = json.loads(body)
            return found if isinstance(found, dict) else None
    except (OSError, ValueError):
        pass
    return None


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _write(path: Path, fields: Mapping[str, Any]) -> None:
    """Keep something, in one step; half of a folder that is full goes, the oldest first."""
    body = json.dumps(fields).encode()
    new = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        if not path.parent.parent.exists():
            _retire(path.parent.parent.parent)
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(_digest(body).encode() + b"\n" + body)
        new.replace(path)
        if len(os.listdir(path.parent)) > FULL:
            for old in sorted(path.parent.iterdir(), key=lambda name: name.stat().st_mtime)[: FULL // 2]:
                old.unlink(missing_ok=True)
    except OSError:
        pass


def _retire(folder: Path) -> None:
    """Remove the answers of all but the last few programs that kept any."""
    programs = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime) if folder.exists() else []
    for old in programs[: -KEPT + 1]:
        shutil.rmtree(old, ignore_errors=True)


def _restored(fields: Mapping[str, Any], job: Job) -> Answer:
    """The answer that was kept, or the error, with its places where the sources of the question stand now."""
    if "block" in fields:
        return Answer(tuple(map(str, fields["block"])))
    raise TexgradError(tuple(_shown(job, *one) for one in fields["faults"]))


def _shown(job: Job, source: int | None, start: int, end: int, *said: str) -> Diagnostic:
    """A diagnostic at a place in one of the sources."""
    code, message, help, severity = said
    span = None if source is None else Span(start, end).shifted(job.sources[source].offset)
    return Diagnostic(code, message, span, help, severity)


def _keep_fault(path: Path, error: TexgradError, job: Job) -> None:
    """Keep an error, if its places are places in the sources."""
    told = [(*place, one.code, one.message, one.help, one.severity)
            for one in error.diagnostics for place in _places(one.span, job)]  # fmt: skip
    whole = len(told) == len(error.diagnostics) and not any(one.also for one in error.diagnostics)
    if whole and NEVER.isdisjoint(one.code for one in error.diagnostics):
        _new[path] = {"faults": told}


def _places(span: Span | None, job: Job) -> Iterator[tuple[int | None, int, int]]:
    """The number of the first source that holds a span, and where it stands there."""
    if span is None:
        yield None, 0, 0
        return
    for number, source in enumerate(job.sources):
        if source.offset <= span.start and span.end <= source.offset + len(source.latex):
            yield number, span.start - source.offset, span.end - source.offset
            return
