"""`texgrad watch`: posts are built once, then each again when it is saved, until the interrupt key."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import NoReturn, TextIO

from watchdog.observers.api import BaseObserver

from texgrad.changes import Event, Identity, Root, alive, eventless, identity, observer
from texgrad.formats import of_path
from texgrad.project import USAGE, Report, Settings, content_digest, fault, posts, process
from texgrad.project import run as build
from texgrad.project_tree import single
from texgrad.source import TexgradError

SAVED = 0.01  # a file that was closed or moved into place rests for so long before it is built
QUIET = 0.05  # a file of which only a change is reported
LONGEST = 0.5  # but one that is saved again and again waits no longer than this
HELD = 0.5  # a file that is written and not closed yet, where closing is reported
CHECK = 1.0  # how often the observer and the folders themselves are looked after
# whether there are no events -> how often all files are looked at, and the part of the time that this may take
RESCAN = {False: (30.0, 0.002), True: (0.25, 0.05)}
CLOSES = sys.platform.startswith("linux")
# kind of event -> how long the file rests
REST = {"closed": SAVED, "moved": SAVED, "created": QUIET, "modified": HELD if CLOSES else QUIET}


@dataclass
class _Pending:
    """A changed file: its name in what is printed, when it was first seen changed, and when it is to be built.

    `looks` tells whether it has changed since, where no event does.
    """

    shown: Path
    first: float
    due: float
    looks: Identity | None = None


def run(paths: Sequence[Path], settings: Settings, poll: bool = False, once: bool = False, quiet: bool = False) -> int:
    """Build the posts of `paths`, then each that changes; ends by KeyboardInterrupt, or after the build if `once`."""
    watch = _Watch([Root(path, path.resolve(), path.is_dir()) for path in paths], settings, quiet)
    try:
        status = watch.build()
    except TexgradError as error:
        diagnostic = error.diagnostics[0]
        _print(f"texgrad: {diagnostic.message}; {diagnostic.help}", sys.stderr)
        return USAGE
    if once:
        return status
    Thread(target=_load, daemon=True).start()
    watch.serve(poll)


def _load() -> None:
    """Load what the first derivation needs; if that fails, the first derivation will say so."""
    with contextlib.suppress(Exception):
        import_module("texgrad.service")
        import_module("numpy")


class _Watch:
    """The state of a watch: what each file held when it was last read or written, and what is still to be built."""

    def __init__(self, roots: Sequence[Root], settings: Settings, quiet: bool) -> None:
        self.roots = roots
        self.settings = settings
        self.quiet = quiet
        self.queue: SimpleQueue[Event] = SimpleQueue()
        self.observer: BaseObserver | None = None
        self.poll = False
        self.folders: tuple[Identity | None, ...] = ()
        self.held: dict[Path, bytes] = {}
        self.looks: dict[Path, Identity] = {}
        self.pending: dict[Path, _Pending] = {}
        self.check_at = self.rescan_at = 0.0

    def build(self) -> int:
        """The first build, of all posts; returns its exit status."""
        began = at = time.perf_counter()
        found = {post.source.resolve(): post for root in self.roots for post in posts([root.given])}
        status = 0
        for real, report in zip(found, build(list(found.values()), self.settings), strict=True):
            self.held[real] = report.left
            now = time.perf_counter()
            if report.changed or report.pictures:
                self.say(report, now - at)
            at, status = now, max(status, report.status)
        self.note(f"{_count(len(found), 'post')} built, {_milliseconds(time.perf_counter() - began)}")
        return status

    def serve(self, poll: bool) -> NoReturn:
        """Build what changes, for ever."""
        self.poll = poll or any(eventless(root.real) for root in self.roots)
        try:
            self.observe()
            self.note(f"{'polling' if self.poll else 'watching'} {', '.join(str(root.given) for root in self.roots)}")
            while True:
                self.receive(min((entry.due for entry in self.pending.values()), default=self.check_at))
                now = time.monotonic()
                for real in [real for real, entry in self.pending.items() if entry.due <= now]:
                    self.receive(now)
                    if self.pending[real].due <= time.monotonic():
                        self.changed(real, self.pending.pop(real))
                if now >= self.check_at:
                    self.check()
                if now >= self.rescan_at:
                    self.rescan()
        finally:
            if self.observer is not None:
                self.observer.stop()

    # --- what has changed ---------------------------------------------------------------------------------------------

    def receive(self, until: float) -> None:
        """Take note of the events there are; without any, wait for one, but not longer than something else is due."""
        wait = min(until, self.check_at, self.rescan_at) - time.monotonic()
        with contextlib.suppress(Empty):
            event = self.queue.get(timeout=wait) if wait > 0 else self.queue.get_nowait()
            while True:
                self.take(event)
                event = self.queue.get_nowait()

    def take(self, event: Event) -> None:
        """A file is built when it has rested; a new folder may hold files whose events came too early to be seen."""
        path = Path(event.path)
        if event.kind == "deleted":
            if any(path == root.watched for root in self.roots):
                self.folders = ()
        elif not event.folder:
            rest = REST[event.kind]
            self.put(path, rest, bounded=rest < HELD)
        elif event.kind != "modified" and any(root.shown(path) for root in self.roots):
            for here, _, names in os.walk(path):
                for name in names:
                    self.put(Path(here, name), QUIET)

    def put(self, path: Path, rest: float, bounded: bool = True, looks: Identity | None = None) -> None:
        """Put a file on the list of those to build, if it is a post of a root."""
        if of_path(path) is None:
            return
        real = path.resolve() if path.is_symlink() else path
        shown = next(filter(None, (root.shown(real) for root in self.roots)), None)
        if shown is None:
            return
        now = time.monotonic()
        first = self.pending[real].first if real in self.pending else now
        due = min(now + rest, max(now, first + LONGEST)) if bounded else now + rest
        self.pending[real] = _Pending(shown, first, due, looks)

    def changed(self, real: Path, entry: _Pending) -> None:
        """Build a file that has rested, unless it holds what it held before."""
        looks = identity(real)
        if looks is None:
            return
        now = time.monotonic()
        if entry.looks not in (None, looks) and now < entry.first + LONGEST:
            self.pending[real] = _Pending(entry.shown, entry.first, now + QUIET, looks)
            return
        self.looks[real] = looks
        began = time.perf_counter()
        with contextlib.suppress(OSError):
            if content_digest(real.read_bytes()) == self.held.get(real):
                return
        try:
            report = process(single(entry.shown), self.settings)
        except TexgradError as error:
            report = fault(entry.shown, error)
        self.held[real] = report.left
        self.say(report, time.perf_counter() - began)

    # --- looking after the sources of events --------------------------------------------------------------------------

    def observe(self) -> None:
        """Start to observe the roots that are there, then look at every file: none has changed unseen before that."""
        if self.observer is not None:
            self.observer.stop()
            self.observer = None
        self.folders = self.standing()
        if not self.poll:
            try:
                self.observer = observer(self.roots, self.queue)
            except FileNotFoundError:
                self.folders = ()
            except OSError as error:
                self.poll = True
                _print(f"texgrad: {error.strerror or error}; the files are polled instead", sys.stderr)
        self.check_at = time.monotonic() + CHECK
        self.rescan()

    def check(self) -> None:
        """Observe anew when the observer has died or a folder was replaced by another of its name."""
        self.check_at = time.monotonic() + CHECK
        if self.standing() != self.folders or not (self.poll or alive(self.observer)):
            self.observe()

    def standing(self) -> tuple[Identity | None, ...]:
        """Which folders the names of the roots stand for at present."""
        return tuple(identity(root.watched, content=False) for root in self.roots)

    def rescan(self) -> None:
        """Look for files that do not look as they did when they were last read."""
        began = time.monotonic()
        standing = dict(self.files())
        for real, looks in standing.items():
            if self.looks.get(real) != looks and real not in self.pending:
                self.put(real, QUIET, looks=looks)
        for gone in self.held.keys() - standing.keys():
            del self.held[gone]
            self.looks.pop(gone, None)
        now = time.monotonic()
        pause, share = RESCAN[self.poll]
        self.rescan_at = now + max(pause, (now - began) / share)

    def files(self) -> Iterator[tuple[Path, Identity]]:
        """All posts of the roots and how they look; a root that is not there has none."""
        for root in self.roots:
            with contextlib.suppress(TexgradError, OSError):
                for post in posts([root.real]):
                    real = post.source.resolve()
                    looks = identity(real)
                    if looks is not None:
                        yield real, looks

    # --- what is printed ----------------------------------------------------------------------------------------------

    def say(self, report: Report, seconds: float) -> None:
        """One line for a post, and a picture of every problem."""
        done = [f"written ({_count(report.counts.answered, 'derivation')})" if report.changed else "unchanged"]
        done += [_count(len(report.pictures), "problem")] if report.pictures else []
        self.note(f"{report.path}: {', '.join(done)}, {_milliseconds(seconds)}")
        for drawn in report.pictures:
            _print(drawn, sys.stderr)

    def note(self, text: str) -> None:
        """A line with the time before it, unless only problems are asked for."""
        if not self.quiet:
            _print(f"{time.strftime('%H:%M:%S')} {text}", sys.stdout)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def _print(text: str, stream: TextIO) -> None:
    """A line on a stream, whatever its encoding, at once."""
    encoding = stream.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), file=stream, flush=True)
