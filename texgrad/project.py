"""Each post from bytes to bytes, many of them in worker processes; no post's fault stops the others."""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from functools import partial
from itertools import chain, islice
from pathlib import Path

from texgrad.ask import look
from texgrad.document import Solver
from texgrad.formats import named
from texgrad.immutable import immutable
from texgrad.project_answers import keep, recall, solve
from texgrad.project_inputs import Inputs, inputs
from texgrad.project_reports import Finding, Report, finding
from texgrad.project_rules import USAGE
from texgrad.project_tree import Post, posts
from texgrad.project_write import replace
from texgrad.source import Diagnostic, TexgradError, after, fail
from texgrad.weave import Counts, Woven, clean, weave

__all__ = ["USAGE", "Post", "Report", "Settings", "build_text", "content_digest", "posts", "process", "run", "solve"]

DONE, OUTDATED, _, UNANSWERED, EDITED, INTERNAL = range(6)
_STATUS = {"edited": EDITED, "internal": INTERNAL}
_NOTHING = Counts()
_MANY = 64
_BATCH = 1000  # posts that are known at a time
_ATTEMPTS = 3


@immutable
class Settings:
    """What a run does with its posts: `output` is a folder for the built tree, `options` are those of requests."""

    command: str = "build"
    check: bool = False
    diff: bool = False
    force: bool = False
    copy: bool = False
    output: Path | None = None
    jobs: int | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    cache: bool = False

    @property
    def writes(self) -> bool:
        """Whether the run writes files at all."""
        return not (self.check or self.diff)


def run(found: Iterable[Post], settings: Settings) -> Iterator[Report]:
    """Build or clean each post, in worker processes where there are many; the reports come in the posts' order."""
    rest = iter(found)
    batches = iter(lambda: list(islice(rest, _BATCH)), [])
    first = next(batches, [])
    jobs = settings.jobs or (os.cpu_count() or 1 if len(first) >= _MANY else 1)
    work = partial(process, settings=settings)
    if jobs == 1 or len(first) < 2:
        yield from map(work, chain(first, rest))
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(min(jobs, len(first)), initializer=_uninterrupted) as pool:
        try:
            for batch in chain([first], batches):
                with _interrupt_later():  # as workers start here
                    reports = pool.map(work, batch, chunksize=max(1, min(32, len(batch) // (4 * jobs))))
                yield from reports
        except (KeyboardInterrupt, GeneratorExit):
            pool.shutdown(cancel_futures=True)
            raise


@contextmanager
def _interrupt_later() -> Iterator[None]:
    """The interrupt key waits: a process that is being made would meet it in the middle, and complain."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _uninterrupted() -> None:
    """The interrupt key is for the process that has the workers; they end what they are at."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def build_text(
    text: str, format: str = "markdown", options: Mapping[str, str] | None = None
) -> tuple[str, tuple[Diagnostic, ...]]:
    """`text` with its derivations written in, and what is to be said about them, with spans in `text`.

    format: `markdown`, `latex`, or a dialect, such as `jekyll`, `hugo`, `pandoc`, `myst`, `mdx` or `rst`.
    options: as in the front matter of a post, `{"style": "trace", "declare": "X: n x p"}`.
    Raises TexgradError with the code `config` for a format that there is not.
    """
    woven = weave(text, named(format), options or {}, solve)
    return woven.text, woven.diagnostics


def process(post: Post, settings: Settings, solver: Solver | None = None) -> Report:
    """Read, build or clean, and write one post; whatever goes wrong is in the report."""
    try:
        return _process(post, settings, solver or (recall if settings.cache else solve))
    except OSError as error:
        help = "see to the permissions, and to the space that is left"
        said = Diagnostic("config", f"{error.strerror or error}", help=help)
        return _fault(post, said, UNANSWERED)
    except TexgradError as error:
        return fault(post.source, error, post.target)
    except Exception as error:
        message = f"{type(error).__name__}: {error}".replace("\n", " ")
        return _fault(post, Diagnostic("internal", message, help="please report this; nothing was written"), INTERNAL)
    finally:
        keep()


def fault(path: Path, error: TexgradError, target: Path | None = None) -> Report:
    """The report of a file that is no post, or that could not be read or written."""
    return _fault(Post(path, target or path), error.diagnostics[0], UNANSWERED)


def _fault(post: Post, diagnostic: Diagnostic, status: int) -> Report:
    """The report of a post that could not be read, built or written."""
    return Report(post.source, post.target, status, findings=(finding(diagnostic, "", str(post.source)),))


def _findings(woven: Woven, data: bytes, path: Path, written: bool) -> tuple[Finding, ...]:
    """What is said of a post, at the places where its reader finds it: those in the new text where that was written."""
    said = woven.diagnostics
    if written:
        said = tuple(after(diagnostic, woven.edits) for diagnostic in said)
    text = woven.text if written else data.decode("utf-8", "surrogateescape") if said else ""
    return tuple(finding(diagnostic, text, str(path)) for diagnostic in said)


def _process(post: Post, settings: Settings, solver: Solver) -> Report:
    """One post, again from the start when someone else writes it meanwhile."""
    in_place = post.target == post.source
    for _ in range(_ATTEMPTS):
        if post.source.exists() and not post.source.is_file():
            raise fail("config", "it is no regular file", help="texgrad reads files and folders")
        data = post.source.read_bytes()
        standing = data if in_place else _bytes(post.target)
        woven, needs = _woven(data, post, settings, solver)
        if woven is None:
            new, woven = data, Woven("", (), _NOTHING)
        else:
            new = woven.text.encode("utf-8", "surrogateescape")
        changed = new != standing
        if changed and settings.writes:
            _confine(post)
            if not replace(post.target, new, post.source, data if in_place else None):
                continue
        findings = _findings(woven, data, post.source, written=changed and settings.writes and in_place)
        status = _status(woven.diagnostics, changed and settings.check)
        diff = unified(standing or b"", new, str(post.target)) if changed and settings.diff else ""
        left = content_digest(new if settings.writes and in_place else data)
        rests = settings.writes or not changed
        return Report(post.source, post.target, status, changed, woven.counts, findings, diff, left, rests, needs)
    raise fail("config", "the file keeps changing while it is built", help="build it again when it rests")


def _confine(post: Post) -> None:
    """Raises `config` for a target that is the source, or that a link leads out of the folder for the built tree."""
    if post.within is None:
        return
    if not post.target.resolve().is_relative_to(post.within.resolve()):
        raise fail("config", f"{post.target} leads out of {post.within}", help="remove that link")
    if post.target.exists() and post.target.samefile(post.source):
        raise fail("config", "what is built would replace its source", help="name another folder, or leave out -o")


def content_digest(data: bytes) -> bytes:
    """A digest that tells contents of a file apart."""
    return hashlib.sha256(data).digest()


def _woven(data: bytes, post: Post, settings: Settings, solver: Solver) -> tuple[Woven | None, tuple[str, ...]]:
    """The built or cleaned post, or nothing where a look at the bytes tells that there is nothing to do; and the other
    files on which that depends."""
    options = {**post.options, **settings.options}
    building = settings.command == "build"
    everything = building and options.get("derive") == "all"
    if not look(data, everything):
        return None, ()
    text = data.decode("utf-8", "surrogateescape")
    format = post.format(data)
    if format is None:
        return None, ()
    found = inputs(text, post.source, format) if building else Inputs()
    if found.macros:
        options["macros"] = found.macros + "\n" + options.get("macros", "")
    woven = weave(text, format, options, solver, settings.force) if building else clean(text, format, settings.force)
    return woven, found.files


def _status(diagnostics: Iterable[Diagnostic], outdated: bool) -> int:
    """The exit status that the faults of a post ask for."""
    faults = (_STATUS.get(fault.code, UNANSWERED) for fault in diagnostics if fault.severity == "error")
    return max(faults, default=OUTDATED if outdated else DONE)


def _bytes(path: Path) -> bytes | None:
    """What a file holds, if it is there."""
    return path.read_bytes() if path.is_file() else None


def unified(old: bytes, new: bytes, name: str) -> str:
    """The unified diff of two files, true to their bytes."""
    before, after = (data.decode("utf-8", "surrogateescape") for data in (old, new))
    name = name.lstrip("/")
    rows = difflib.unified_diff(_rows(before), _rows(after), f"a/{name}", f"b/{name}")
    return "".join(row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n" for row in rows)


def _rows(text: str) -> list[str]:
    """The lines of a text with their ends; only LF ends a line of a diff."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)
