"""A look at a folder: its files as one stat shows them, without what is hidden, ignored or links to somewhere else.

This module and `project_state` load next to nothing, so that an unchanged tree is known as such at once.
"""

from __future__ import annotations

import os
import stat
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Protocol

    Look = list[int]
    Chooser = Callable[[str, bool], bool]

    class Named(Protocol):
        """A folder as it was before: how it looked, and the names of its posts."""

        @property
        def look(self) -> Look:
            """How it looked."""

        @property
        def names(self) -> list[str]:
            """The names of its posts."""


# files that tell how others are read; a change in one of them may concern all
CONFIGS = frozenset(
    ("texgrad.toml", "pyproject.toml", ".gitignore", "_config.yml", "_config.yaml", "_config.toml", "hugo.toml",
     "hugo.yaml", "hugo.json", "config.toml", "config.yaml", "_quarto.yml", "_quarto.yaml", "myst.yml", "_toc.yml",
     "mkdocs.yml", "mkdocs.yaml", "conf.py", "_bookdown.yml", "docusaurus.config.js", "docusaurus.config.ts")
)  # fmt: skip
EXCLUDED = ".git/info/exclude"
FRESH = 50_000_000  # nanoseconds within which a file may change again without looking changed
LEFT = (".texgrad-", "~")  # how the name of an unfinished file begins and ends


def look_of(found: os.stat_result) -> Look:
    """What tells a file from itself before a change."""
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def look(path: str) -> Look | None:
    """How a file looks, if it is there."""
    try:
        return look_of(os.stat(path))
    except OSError:
        return None


class Listing:
    """The posts of one folder: their names, and how each looks; `look` is that of the folder, none where it is not
    known that its list of names was at rest. `numbers` holds one look after the other."""

    __slots__ = ("look", "names", "numbers")

    def __init__(self, look: Look, names: list[str], numbers: list[int]) -> None:
        self.look, self.names, self.numbers = look, names, numbers

    @property
    def looks(self) -> list[Look]:
        """How each post looks."""
        return [self.numbers[at : at + 3] for at in range(0, len(self.numbers), 3)]

    @property
    def mark(self) -> int:
        """A number that changes with the looks."""
        return hash(tuple(self.numbers))


class Survey:
    """What a folder holds, by path below it: its folders, the files that tell how to read posts, what was passed over.

    `faults` tells what could not be read, and why; `left` what a build that was killed left behind.
    """

    def __init__(self) -> None:
        self.folders: dict[str, Listing] = {}
        self.configs: dict[str, Look] = {}
        self.skipped: dict[str, int] = {}
        self.faults: dict[str, str] = {}
        self.left: list[str] = []


def survey(
    root: str,
    endings: tuple[str, ...],
    known: Mapping[str, Named],
    configs: Iterable[str],
    skipped: Mapping[str, int],
    skips: Chooser,
    output: str | None = None,
) -> Survey:
    """Look at all of a folder. One that looks as in `known` holds the same names, so that only its files are looked at.

    endings: of the names of posts, in lower case, all if there is none. configs: those that are known. skips: decides
    about what is neither known nor among `skipped`. output: a real path that is passed over.
    """
    walk = _Walk(root, endings, known, skipped, skips, output)
    for path in (*above(walk.real), *(path for path in configs if not os.path.isabs(path))):
        if found := look(os.path.join(walk.base, path)):
            walk.seen.configs[path] = found
    walk.through()
    for path in skipped:
        if path[: path.rfind("/", 0, -1) + 1] in walk.seen.folders:
            walk.seen.skipped.setdefault(path, 1)
    return walk.seen


class _Walk:
    """A walk through a folder: what was `seen`, and the folders that are still to be looked at."""

    def __init__(
        self, root: str, endings: tuple[str, ...], known: Mapping[str, Named], skipped: Mapping[str, int],
        skips: Chooser, output: str | None,
    ) -> None:  # fmt: skip
        self.endings, self.known, self.skipped, self.skips, self.output = endings, known, skipped, skips, output
        self.real = os.path.realpath(root)
        self.base, self.inside = (path if path.endswith(os.sep) else path + os.sep for path in (root, self.real))
        self.recent = time.time_ns() - FRESH
        self.below: dict[str, list[str]] = {}
        for path in known:
            if path:
                self.below.setdefault(path[: path.rfind("/", 0, -1) + 1], []).append(path)
        self.seen = Survey()
        self.todo = [""]

    def through(self) -> None:
        """Look at every folder."""
        while self.todo:
            folder = self.todo.pop()
            try:
                own = look_of(os.stat(self.base + folder))
                if self.unchanged(folder, own):
                    continue
            except OSError:
                own = []
            self.read(folder, [] if not own or own[1] > self.recent or own[2] > self.recent else own)

    def unchanged(self, folder: str, own: Look) -> bool:
        """Whether a folder holds the names that it held; then its posts are looked at.

        Raises OSError where one of them is gone.
        """
        listing = self.known.get(folder)
        if listing is None or listing.look != own:
            return False
        here = self.base + folder
        stats = map(os.stat, [here + name for name in listing.names])
        numbers = [n for one in stats for n in (one.st_size, one.st_mtime_ns, one.st_ctime_ns)]
        self.seen.folders[folder] = Listing(own, listing.names, numbers)
        self.todo += self.below.get(folder, ())
        return True

    def read(self, folder: str, own: Look) -> None:
        """Read the list of names of one folder."""
        posts = frozenset(self.known[folder].names) if folder in self.known else frozenset[str]()
        listing = Listing(own, [], [])
        try:
            entries = sorted(os.scandir(self.base + folder), key=lambda entry: entry.name)
        except OSError as error:
            self.seen.faults[folder] = error.strerror or str(error)
            return
        for entry in entries:
            path = folder + entry.name
            if entry.name in CONFIGS:
                self.seen.configs[path] = look(entry.path) or []
            if entry.name[0] == ".":
                if entry.name.startswith(LEFT[0]) and entry.name.endswith(LEFT[1]):
                    self.seen.left.append(entry.path)
                continue
            try:
                if entry.is_dir(follow_symlinks=False):
                    self.folder(path + "/")
                elif not self.endings or entry.name.lower().endswith(self.endings):
                    self.post(entry, path, entry.name in posts, listing)
            except FileNotFoundError:  # it has gone meanwhile, or is a link to nothing
                continue
            except OSError as error:
                self.seen.faults[path] = error.strerror or str(error)
        self.seen.folders[folder] = listing

    def folder(self, path: str) -> None:
        """Note a folder, to be looked at or passed over."""
        if self.output is not None and self.inside + path[:-1].replace("/", os.sep) == self.output:
            return
        if path in self.known or (path not in self.skipped and not self.skips(path, True)):
            self.todo.append(path)
        else:
            self.seen.skipped[path] = 1

    def post(self, entry: os.DirEntry[str], path: str, known: bool, listing: Listing) -> None:
        """Note a file with the name of a post in the list of its folder."""
        if not known and (path in self.skipped or self.skips(path, False)):
            self.seen.skipped[path] = 1
        elif not entry.is_symlink() or os.path.realpath(entry.path).startswith(self.inside):
            found = entry.stat()
            if stat.S_ISREG(found.st_mode):  # who reads a pipe waits for ever
                listing.numbers += look_of(found)
                listing.names.append(entry.name)


def above(real: str) -> Iterator[str]:
    """The files above a folder that may tell how its posts are read, up to the root of the repository it is in."""
    here = real
    while True:
        yield os.path.join(here, EXCLUDED)
        if os.path.exists(os.path.join(here, ".git")):
            return
        parent = os.path.dirname(here)
        if parent == here:
            return
        here = parent
        for name in CONFIGS:
            yield os.path.join(here, name)
