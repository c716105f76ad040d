"""Paths to posts, and each post from bytes to bytes; no post's fault stops the others."""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import stat
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

from texgrad.formats import FORMATS, Format, named, of_path
from texgrad.jobs import job_of
from texgrad.scan import Answer, Document, Group, Solver
from texgrad.source import Diagnostic, TexgradError, fail, picture
from texgrad.weave import Counts, Woven, clean, weave

DONE, OUTDATED, USAGE, UNANSWERED, EDITED, INTERNAL = range(6)
_STATUS = {"edited": EDITED, "internal": INTERNAL}
_ASKS = re.compile(rb"texgrad|[={][^?]{0,200}\?")
_NOTHING = Counts()
_MANY = 64
_ATTEMPTS = 3


@dataclass(frozen=True)
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

    @property
    def writes(self) -> bool:
        """Whether the run writes files at all."""
        return not (self.check or self.diff)


@dataclass(frozen=True)
class Post:
    """One file to read, and the one to write; they are the same unless the tree is built elsewhere."""

    source: Path
    target: Path


@dataclass(frozen=True)
class Report:
    """What became of one post; `pictures` shows its diagnostics, `diff` how it changes.

    `left` is the digest of what the run leaves in the post's file, as `content_digest` counts it, if it came so far.
    """

    path: Path
    status: int
    changed: bool = False
    counts: Counts = _NOTHING
    pictures: tuple[str, ...] = ()
    diff: str = ""
    left: bytes = b""


def posts(paths: Iterable[Path], output: Path | None = None, others: bool = False) -> list[Post]:
    """The posts among `paths` and in the folders among them, sorted; hidden files, links out of a folder and what
    stands in `output` already left out.

    With `others`, files of no known format come along. Raises `config` for a path that is not there or no post.
    """
    found: dict[Path, Post] = {}
    built = output.resolve() if output else None
    for path in paths:
        if path.is_dir():
            files = [(file, file.relative_to(path)) for file in _walk(path) if others or of_path(file)]
        elif not path.exists():
            raise fail("config", f"there is no file or folder {path}", help="check the spelling of the path")
        elif of_path(path) is None:
            endings = ", ".join(ending for row in FORMATS.values() for ending in row.endings)
            raise fail("config", f"{path} is in no format that texgrad reads", help=f"it reads {endings}")
        else:
            files = [(path, Path(path.name))]
        for file, relative in files:
            if not (built and file.resolve().is_relative_to(built)):
                found.setdefault(file.resolve(), Post(file, output / relative if output else file))
    return sorted(found.values(), key=lambda post: post.source)


def _walk(folder: Path) -> Iterator[Path]:
    """The files below a folder that are neither hidden nor links to somewhere else."""
    root = folder.resolve()
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            file = Path(here, name)
            if not name.startswith(".") and (not file.is_symlink() or file.resolve().is_relative_to(root)):
                yield file


def run(found: Sequence[Post], settings: Settings) -> Iterator[Report]:
    """Build or clean each post, in worker processes where there are many; the reports come in the posts' order."""
    jobs = settings.jobs or (os.cpu_count() or 1 if len(found) >= _MANY else 1)
    work = partial(process, settings=settings)
    if jobs == 1 or len(found) < 2:
        yield from map(work, found)
        return
    with ProcessPoolExecutor(min(jobs, len(found))) as pool:
        yield from pool.map(work, found, chunksize=max(1, min(32, len(found) // (4 * jobs))))


def solve(document: Document, group: Group, options: Mapping[str, str]) -> Answer:
    """The answer of the derivation service, which is loaded when the first request comes."""
    job = job_of(document, group, options)
    from texgrad.service import answer

    return answer(job)


def build_text(
    text: str, format: str = "markdown", options: Mapping[str, str] | None = None
) -> tuple[str, tuple[Diagnostic, ...]]:
    """`text` with its derivations written in, and what is to be said about them, with spans in `text`.

    Raises `config` for a format that has no row.
    """
    woven = weave(text, named(format), options or {}, solve)
    return woven.text, woven.diagnostics


def process(post: Post, settings: Settings, solver: Solver = solve) -> Report:
    """Read, build or clean, and write one post; whatever goes wrong is in the report."""
    try:
        return _process(post, settings, solver)
    except OSError as error:
        return _fault(post, Diagnostic("config", f"{error.strerror or error}"), UNANSWERED)
    except TexgradError as error:
        return _fault(post, error.diagnostics[0], UNANSWERED)
    except Exception as error:
        message = f"{type(error).__name__}: {error}".replace("\n", " ")
        return _fault(post, Diagnostic("internal", message, help="please report this; nothing was written"), INTERNAL)


def _fault(post: Post, diagnostic: Diagnostic, status: int) -> Report:
    """The report of a post that could not be read, built or written."""
    return Report(post.source, status, pictures=(picture(diagnostic, "", str(post.source)),))


def _process(post: Post, settings: Settings, solver: Solver) -> Report:
    """One post, again from the start when someone else writes it meanwhile."""
    for _ in range(_ATTEMPTS):
        data = post.source.read_bytes()
        standing = data if post.target == post.source else _bytes(post.target)
        format = of_path(post.source)
        woven = _woven(data, format, settings, solver)
        if woven is None:
            new, woven = data, Woven("", (), _NOTHING)
        else:
            new = woven.text.encode("utf-8", "surrogateescape")
        changed = new != standing
        pictures: tuple[str, ...] = ()
        if woven.diagnostics:
            text = data.decode("utf-8", "surrogateescape")
            pictures = tuple(picture(diagnostic, text, str(post.source)) for diagnostic in woven.diagnostics)
        if changed and settings.writes:
            in_place = post.target == post.source
            if not replace(post.target, new, post.source, data if in_place else None):
                continue
        status = _status(woven.diagnostics, changed and settings.check)
        diff = unified(standing or b"", new, str(post.target)) if changed and settings.diff else ""
        left = content_digest(new if settings.writes and post.target == post.source else data)
        return Report(post.source, status, changed, woven.counts, pictures, diff, left)
    raise fail("config", "the file keeps changing while it is built", help="build it again when it rests")


def content_digest(data: bytes) -> bytes:
    """A digest that tells contents of a file apart."""
    return hashlib.sha256(data).digest()


def _woven(
    data: bytes,
    format: Format | None,
    settings: Settings,
    solver: Solver,
) -> Woven | None:
    """The built or cleaned post, or nothing where a look at the bytes tells that there is nothing to do."""
    building = settings.command == "build"
    everything = building and settings.options.get("derive") == "all"
    if format is None or not (everything or _ASKS.search(data)):
        return None
    text = data.decode("utf-8", "surrogateescape")
    if building:
        return weave(text, format, settings.options, solver, settings.force)
    return clean(text, format, settings.force)


def _status(diagnostics: Iterable[Diagnostic], outdated: bool) -> int:
    """The exit status that the faults of a post ask for."""
    faults = (_STATUS.get(fault.code, UNANSWERED) for fault in diagnostics if fault.severity == "error")
    return max(faults, default=OUTDATED if outdated else DONE)


def _bytes(path: Path) -> bytes | None:
    """What a file holds, if it is there."""
    return path.read_bytes() if path.exists() else None


def replace(path: Path, data: bytes, like: Path, expected: bytes | None = None) -> bool:
    """Write a file in one step, so that no reader sees half of it; links stay links, and the mode is that of `like`.

    expected: what the file must still hold. False where somebody else has written it meanwhile, whose bytes then stand.
    """
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_nlink > 1:
        if expected is not None and path.read_bytes() != expected:
            return False
        with path.open("r+b") as file:
            file.write(data)
            file.truncate()
        return True
    new = path.with_name(f".{path.name}.texgrad~")
    try:
        _prepare(new, data, like)
        if expected is None:
            os.replace(new, path)
            return True
        with path.open("rb") as old:
            if path.read_bytes() != expected:
                return False
            os.replace(new, path)
            if old.read() == expected:
                return True
            late = _settled(old)
            if path.read_bytes() == data:
                _prepare(new, late, like)
                os.replace(new, path)
            return False
    finally:
        new.unlink(missing_ok=True)


def _prepare(new: Path, data: bytes, like: Path) -> None:
    """A file with these bytes on the disk, with the mode of `like`."""
    with new.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    new.chmod(stat.S_IMODE(like.stat().st_mode))


def _settled(file: BinaryIO) -> bytes:
    """What a file that has just been replaced holds: who had it open may have written into it, and may still do."""
    file.seek(0)
    content = file.read()
    for _ in range(100):
        if time.time() - os.fstat(file.fileno()).st_mtime > 0.02:
            break
        time.sleep(0.01)
        file.seek(0)
        content = file.read()
    return content


def unified(old: bytes, new: bytes, name: str) -> str:
    """The unified diff of two files, true to their bytes."""
    before, after = (data.decode("utf-8", "surrogateescape") for data in (old, new))
    name = name.lstrip("/")
    rows = difflib.unified_diff(_rows(before), _rows(after), f"a/{name}", f"b/{name}")
    return "".join(row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n" for row in rows)


def _rows(text: str) -> list[str]:
    """The lines of a text with their ends; only LF ends a line of a diff."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)
