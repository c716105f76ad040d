"""The files of a watch that have changed, and when each is to be built: when it has rested, and its writer is done."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from texgrad.immutable import immutable
from texgrad.project_walk import LEFT
from texgrad.watch_tree import Tree

if TYPE_CHECKING:
    from texgrad.project_walk import Look

SAVED = 0.002  # a file that was closed or moved into place rests for so long before it is built
QUIET = 0.05  # a file of which only a change is reported, and one that has just been built
LONGEST = 0.5  # but one that is saved again and again waits no longer than this, nor does an empty one
HELD = 0.5  # a file that is written and not closed yet, where closing is reported
AGAIN = 0.1  # so long a file has just been built: who saves it more often does not wait for each of the results
CLOSES = sys.platform.startswith("linux")
# kind of event -> how long the file rests
REST = {"closed": SAVED, "moved": SAVED, "created": QUIET, "modified": HELD if CLOSES else QUIET}


@immutable
class Entry:
    """A changed file: its tree, when it was first seen changed, and when it is to be built.

    `looks` tells whether it has changed since, where no event does.
    """

    tree: Tree
    first: float
    due: float
    looks: Look | None = None


class Waiting:
    """The changed files by real path, in the order in which they were first seen changed."""

    def __init__(self) -> None:
        self.entries: dict[Path, Entry] = {}
        self.last, self.last_at = Path(), 0.0

    def __bool__(self) -> bool:
        return bool(self.entries)

    def __contains__(self, real: Path) -> bool:
        return real in self.entries

    def put(self, tree: Tree, path: Path, rest: float, looks: Look | None = None) -> None:
        """Put a file on the list, if it may be a post."""
        if path.name.startswith(LEFT[0]) or not tree.named(path):
            return
        now, real = time.monotonic(), tree.meant(path)
        first = self.entries[real].first if real in self.entries else now
        if real == self.last and now < self.last_at + AGAIN:
            rest = max(rest, QUIET)
        due = now + rest if rest >= HELD else min(now + rest, max(now, first + LONGEST))
        self.entries[real] = Entry(tree, first, due, looks)

    def until(self, latest: float) -> float:
        """When the next file is due, or `latest` where none is waiting."""
        return min((entry.due for entry in self.entries.values()), default=latest)

    def due(self, now: float) -> list[Path]:
        """The files that have rested."""
        return [real for real, entry in self.entries.items() if entry.due <= now]

    def taken(self, real: Path, now: float) -> Entry | None:
        """Take a file off the list, if it is still due."""
        return self.entries.pop(real) if self.entries[real].due <= now else None

    def again(self, real: Path, entry: Entry, looks: Look) -> bool:
        """Put a file back that has changed unseen or is empty, which it may be between two steps of its writer.

        looks: how it looks now. Returns whether it was put back.
        """
        now = time.monotonic()
        unfinished = entry.looks not in (None, looks) or not looks[0]
        if unfinished and now < entry.first + LONGEST:
            self.entries[real] = Entry(entry.tree, entry.first, now + QUIET, looks)
            return True
        return False

    def built(self, real: Path) -> None:
        """Note that a file has been built now."""
        self.last, self.last_at = real, time.monotonic()
