"""`texgrad watch`: posts are built once, then each again when it is saved, until the interrupt key."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from dataclasses import field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import NoReturn

from watchdog.observers.api import BaseObserver

from texgrad.changes import LOST, Event, Identity, alive, eventless, identity, losses, observer
from texgrad.immutable import immutable
from texgrad.project import USAGE, Post, Settings, content_digest, fault, process
from texgrad.project_walk import CONFIGS, look
from texgrad.source import TexgradError
from texgrad.terminal import counted
from texgrad.watch_loading import load
from texgrad.watch_tree import Tree
from texgrad.watch_waiting import QUIET, REST, Entry, Waiting
from texgrad.watch_words import Command, Words, milliseconds

CHECK = 1.0  # how often the observer, the folders themselves and the files above them are looked after
RUNNING = 0.05  # how often, while the author's command runs
# whether there are no events -> how often all files are looked at, and the part of the time that this may take
RESCAN = {False: (30.0, 0.002), True: (0.25, 0.05)}


@immutable
class Manner:
    """How a watch goes about: whether it polls, ends after the first build, and what it says, runs and verifies."""

    poll: bool = False
    once: bool = False
    words: Words = field(default_factory=Words)
    command: str | None = None
    verify: bool = False


def run(paths: Sequence[Path], settings: Settings, manner: Manner) -> int:
    """Build the posts of `paths`, then each that changes; ends by KeyboardInterrupt, or after the build if `once`."""
    watch = _Watch([Tree(path, settings) for path in paths], settings, manner)
    try:
        status = watch.build()
    except TexgradError as error:
        diagnostic = error.diagnostics[0]
        manner.words.trouble(f"{diagnostic.message}; {diagnostic.help}")
        return USAGE
    if manner.once:
        return status
    posts = [tree.root.real / path for tree in watch.trees for path in tree.looks or ("",)]
    Thread(target=load, args=(posts,), daemon=True).start()
    watch.serve()


class _Watch:
    """The state of a watch: what each file held when it was last read or written, and what is still to be built."""

    def __init__(self, trees: Sequence[Tree], settings: Settings, manner: Manner) -> None:
        self.trees, self.settings, self.words, self.manner = trees, settings, manner.words, manner
        self.command = Command(manner.command, manner.words)
        self.queue: SimpleQueue[Event] = SimpleQueue()
        losses(self.queue)
        self.observer: BaseObserver | None = None
        self.poll = manner.poll
        # kinds of events after which a file may be gone that is to be taken out of the built tree
        self.telling = ("deleted", "moved") if settings.output else ("deleted",)
        self.folders: tuple[Identity | None, ...] = ()
        self.held: dict[Path, bytes] = {}
        self.waiting = Waiting()
        self.check_at = self.rescan_at = 0.0

    def build(self) -> int:
        """The first build, of all posts; returns its exit status."""
        began = at = time.perf_counter()
        status = 0
        for tree in self.trees:
            for report in tree.build():
                if report.left:
                    self.held[report.path.resolve()] = report.left
                now = time.perf_counter()
                if report.changed or report.findings:
                    self.words.built(report, now - at)
                self.verify(report.path)
                if report.changed:
                    self.command.add(report.target)
                at, status = now, max(status, report.status)
        for tree in self.trees:
            for path in tree.looks if tree.root.folder else ():
                real = tree.root.real / path
                if real not in self.held:
                    with contextlib.suppress(OSError):
                        self.held[real] = content_digest(real.read_bytes())
        number = sum(len(tree.looks) if tree.root.folder else 1 for tree in self.trees)
        self.words.state("ready", f"{counted(number, 'post')} built, {milliseconds(time.perf_counter() - began)}")
        self.command.step(self.given())
        return status

    def given(self) -> list[Path]:
        """The paths that are watched, as they were given."""
        return [tree.root.given for tree in self.trees]

    def serve(self) -> NoReturn:
        """Build what changes, for ever."""
        self.poll = self.poll or any(eventless(tree.root.real) for tree in self.trees)
        try:
            self.observe()
            shown = ", ".join(map(str, self.given()))
            self.words.state("watching", f"{'polling' if self.poll else 'watching'} {shown}")
            while True:
                self.receive(self.waiting.until(self.check_at))
                now = time.monotonic()
                for real in self.waiting.due(now):
                    self.receive(now)
                    if entry := self.waiting.taken(real, time.monotonic()):
                        self.changed(real, entry)
                if now >= self.check_at:
                    self.check()
                if now >= self.rescan_at:
                    self.rescan()
                if not self.waiting and self.command.step(self.given()):
                    self.check_at = min(self.check_at, time.monotonic() + RUNNING)
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
        """A file is built when it has rested; where names come and go, all is looked at: some events come too early."""
        if event.kind == LOST:
            self.soon()
            return
        path = Path(event.path)
        if not event.folder and any([tree.touched(event.path) for tree in self.trees]):
            self.check_at = min(self.check_at, time.monotonic() + QUIET)
        tree = next((tree for tree in self.trees if path == tree.root.watched or tree.root.shown(path)), None)
        if event.kind == "deleted" and tree is not None and path == tree.root.watched:
            self.folders = ()
        if tree is None:
            known = path.name in CONFIGS and any(path.is_relative_to(tree.root.watched) for tree in self.trees)
            if known and not event.folder:
                self.soon()
        elif event.kind in self.telling or path.name in CONFIGS or (event.folder and event.kind != "modified"):
            self.soon()
        if tree is not None and not event.folder and event.kind != "deleted":
            self.waiting.put(tree, path, REST[event.kind])

    def soon(self) -> None:
        """Look at all files soon."""
        self.rescan_at = min(self.rescan_at, time.monotonic() + QUIET)

    def changed(self, real: Path, entry: Entry) -> None:
        """Build a file that has rested, unless it holds what it held before."""
        looks = look(str(real))
        if looks is None or not real.is_file() or self.waiting.again(real, entry, looks):
            return
        began = time.perf_counter()
        with contextlib.suppress(OSError):
            if content_digest(real.read_bytes()) == self.held.get(real):
                entry.tree.noted(real)
                return
        try:
            post = entry.tree.post(real)
            if post is None:
                return
            entry.tree.noted(real)
            report = process(post, self.settings)
        except TexgradError as error:
            report = fault(entry.tree.root.shown(real) or real, error)
        if not report.left and not real.exists():
            return
        if report.left:
            self.held[real] = report.left
        self.waiting.built(real)
        entry.tree.needing(entry.tree.below(real), report.needs)
        self.words.built(report, time.perf_counter() - began)
        self.verify(real)
        self.command.add(report.target)

    def verify(self, path: Path) -> None:
        """Say which equations of a post fail, if that is wanted; the build does not depend on it."""
        if not self.manner.verify or not path.exists():
            return
        from texgrad.review import review, shown

        for text in shown(review(Post(path, path), self.settings.options), "text"):
            self.words.trouble(text)

    # --- looking after the sources of events --------------------------------------------------------------------------

    def observe(self) -> None:
        """Start to observe the roots that are there, then look at every file: none has changed unseen before that."""
        if self.observer is not None:
            self.observer.stop()
            self.observer = None
        self.folders = self.standing()
        if not self.poll:
            try:
                self.observer = observer([tree.root for tree in self.trees], self.queue)
            except FileNotFoundError:
                self.folders = ()
            except OSError as error:
                self.poll = True
                self.words.trouble(f"{error.strerror or error}; the files are polled instead")
        self.check_at = time.monotonic() + CHECK
        self.rescan()

    def check(self) -> None:
        """Observe anew when the observer has died or a folder was replaced by another of its name; look at all files
        when one has changed above them that tells how they are read; build posts that input one which has changed."""
        self.check_at = time.monotonic() + CHECK
        if self.standing() != self.folders or not (self.poll or alive(self.observer)):
            self.observe()
        elif any(tree.above() != tree.outer for tree in self.trees):
            self.rescan()
        for tree in self.trees:
            for real in tree.stale():
                self.held.pop(real, None)
                self.waiting.put(tree, real, QUIET)

    def standing(self) -> tuple[Identity | None, ...]:
        """Which folders the names of the roots stand for at present."""
        return tuple(identity(tree.root.watched) for tree in self.trees)

    def rescan(self) -> None:
        """Look for files that do not look as they did when they were last read, and for those that are gone."""
        began = time.monotonic()
        for tree in self.trees:
            news = tree.news()
            for real, looks in news.changed.items():
                if news.all:
                    self.held.pop(real, None)
                if real not in self.waiting:
                    self.waiting.put(tree, real, QUIET, looks)
            for post in news.gone:
                self.held.pop(tree.root.real / post.source.relative_to(tree.root.given), None)
                if tree.remove(post):
                    self.words.removed(post.target)
                self.command.add(post.target)
        now = time.monotonic()
        pause, share = RESCAN[self.poll]
        self.rescan_at = now + max(pause, (now - began) / share)
