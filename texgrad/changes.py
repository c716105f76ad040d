"""Where changed files become known: events of the system, the folders they are asked for in, and how files look."""

from __future__ import annotations

import contextlib
import logging
import os
import warnings
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from texgrad.immutable import immutable

# what is asked for: that files are read, and by whom, costs nothing
CHANGES = [
    FileCreatedEvent, FileModifiedEvent, FileClosedEvent, FileMovedEvent, FileDeletedEvent,
    DirCreatedEvent, DirMovedEvent, DirDeletedEvent,
]  # fmt: skip
# a file that is moved away holds all later events back until it is known whether it is moved into another place;
# the library waits half a second for this, but the system tells both at once
PAIRED = 0.02
LOST = "lost"  # more happened than the system kept; what, nobody knows
MOUNTS = Path("/proc/self/mounts")
# file systems that do not report what is changed from elsewhere
EVENTLESS = ("nfs", "cifs", "smb", "9p", "fuse", "vboxsf", "drvfs", "virtiofs", "afs", "ncpfs")

Identity = tuple[int, ...]


class Event(NamedTuple):
    """One change: its kind, and the path that it leaves behind, or takes away."""

    kind: str
    folder: bool
    path: str


class _Handler(FileSystemEventHandler):
    """Puts changes into a queue and does nothing else: an exception would end the observer, a read cause events."""

    def __init__(self, queue: SimpleQueue[Event]) -> None:
        self.queue = queue

    def dispatch(self, event: FileSystemEvent) -> None:
        """Called for every event, in the observer's thread."""
        kind, path = event.event_type, event.src_path
        if kind == "moved":
            kind, path = ("moved", event.dest_path) if event.dest_path else ("deleted", path)
        self.queue.put(Event(kind, event.is_directory, os.fsdecode(path)))


class _Losses(logging.Handler):
    """Turns a warning of the library, which says in its log only that events were lost, into an event."""

    def __init__(self, queue: SimpleQueue[Event]) -> None:
        super().__init__(logging.WARNING)
        self.queue = queue

    def emit(self, record: logging.LogRecord) -> None:
        """Called in the observer's thread."""
        self.queue.put(Event(LOST, True, ""))


def losses(queue: SimpleQueue[Event]) -> None:
    """Have events of the kind `LOST` put into `queue`, rather than warnings of the library printed."""
    logging.getLogger("watchdog").addHandler(_Losses(queue))
    warnings.filterwarnings("ignore", module=r"watchdog\.")


@immutable
class Root:
    """A path to watch: as it was given, and what it stands for."""

    given: Path
    real: Path
    folder: bool

    @property
    def watched(self) -> Path:
        """The folder in which events are asked for."""
        return self.real if self.folder else self.real.parent

    def shown(self, path: Path) -> Path | None:
        """How a real path is called in what is printed; None for one outside this root or hidden in it."""
        if not self.folder:
            return self.given if path == self.real else None
        if not path.is_relative_to(self.real):
            return None
        inner = path.relative_to(self.real)
        return None if any(part.startswith(".") for part in inner.parts) else self.given / inner


def observer(roots: Iterable[Root], queue: SimpleQueue[Event]) -> BaseObserver:
    """A running observer that puts changes below the roots that are there into `queue`; raises OSError."""
    found = _native()
    for folder, deep in {root.watched: root.folder for root in sorted(roots, key=lambda root: root.folder)}.items():
        if folder.is_dir():
            found.schedule(_Handler(queue), str(folder), recursive=deep, event_filter=CHANGES)
    found.start()
    return found


def _native() -> BaseObserver:
    """The observer of the system; that of Linux tells files that are moved in from those that are begun."""
    make: Callable[..., BaseObserver] = Observer
    if getattr(Observer, "__name__", "") != "InotifyObserver":
        return make()
    for module, name in _GROUPERS:
        with contextlib.suppress(ImportError):
            getattr(import_module(module), name).delay = PAIRED
    return make(generate_full_events=True)


# where the library pairs the two halves of a rename, in its version 7 and before
_GROUPERS = (
    ("watchdog.observers.inotify_move_event_grouper", "InotifyMoveEventGrouper"),
    ("watchdog.observers.inotify_buffer", "InotifyBuffer"),
)


def alive(found: BaseObserver | None) -> bool:
    """Whether an observer still reports changes."""
    return found is not None and found.is_alive() and all(emitter.is_alive() for emitter in found.emitters)


def identity(path: Path) -> Identity | None:
    """What tells a file or folder from another of its name."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino)


def eventless(path: Path) -> bool:
    """Whether the file system that holds `path` is one that does not report all changes."""
    try:
        rows = [line.split() for line in MOUNTS.read_text(errors="replace").splitlines()]
    except OSError:
        return False
    kinds = {Path(row[1]): row[2] for row in rows if len(row) > 2}
    kind = next((kinds[here] for here in (path, *path.parents) if here in kinds), "")
    return kind.startswith(EVENTLESS)
