"""What was built from what: a file in the cache folder that may be lost, spoilt or old without any harm."""

from __future__ import annotations

import marshal
import os
import sys
import zlib

from texgrad import __version__
from texgrad.project_walk import Listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Look = list[int]

FOLDER = "TEXGRAD_CACHE_DIR"
_FORM = 5
_KEPT = 64  # folders of which the state is kept


def cache_folder() -> str:
    """Where caches are: below what TEXGRAD_CACHE_DIR or else XDG_CACHE_HOME names, or where the system has them."""
    if given := os.environ.get(FOLDER):
        return given
    home = os.path.expanduser("~")
    usual = {"win32": os.path.join(home, "AppData", "Local"), "darwin": os.path.join(home, "Library", "Caches")}
    base = os.environ.get("XDG_CACHE_HOME") or usual.get(sys.platform, os.path.join(home, ".cache"))
    return os.path.join(base, "texgrad")


def fingerprint() -> str:
    """A word that changes with this program: its version, its files and the Python that runs them."""
    todo, marks = [os.path.dirname(os.path.abspath(__file__))], [__version__, sys.version]
    while todo:
        with os.scandir(todo.pop()) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    found = entry.stat()
                    marks.append(f"{entry.path} {found.st_size} {found.st_mtime_ns}")
                elif entry.is_dir() and not entry.name.startswith("_"):
                    todo.append(entry.path)
    return f"{zlib.crc32('|'.join(sorted(marks)).encode()):08x}-{__version__}"


class Kept:
    """A folder as the last build left it; `text` holds the looks, which are read where `mark` tells of a change."""

    __slots__ = ("look", "mark", "names", "text")

    def __init__(self, look: Look, names: list[str], mark: int, text: str) -> None:
        self.look, self.names, self.mark, self.text = look, names, mark, text

    @property
    def looks(self) -> list[Look]:
        """How each post looked."""
        return Listing(self.look, self.names, list(map(int, self.text.split()))).looks

    @staticmethod
    def of(listing: Listing) -> Kept:
        """What is kept of a folder."""
        return Kept(listing.look, listing.names, listing.mark, " ".join(map(str, listing.numbers)))


class State:
    """What a build of a folder left: how it looked then, where it wrote, and what it had to say.

    `folders` holds the looks of the posts that are at rest, which a build would leave as they are, and none for others;
    `targets` are the files written from them where these are others; `needs` holds by post how other files looked on
    which it depends, nothing where one is not there; `told` holds what is not plain of a post: its
    status, its counts and its diagnostics.
    """

    def __init__(self, fields: dict[str, Any] | None = None) -> None:
        fields = fields or {}
        self.configs: dict[str, Look] = fields.get("configs", {})
        self.folders = {path: Kept(*parts) for path, parts in fields.get("folders", {}).items()}
        self.skipped: dict[str, int] = fields.get("skipped", {})
        self.endings: list[str] | None = fields.get("endings")
        self.targets: dict[str, Look] = fields.get("targets", {})
        self.needs: dict[str, dict[str, Look]] = fields.get("needs", {})
        self.told: dict[str, list[Any]] = fields.get("told", {})

    def fields(self) -> dict[str, Any]:
        """All of it as plain values."""
        folders = {path: [one.look, one.names, one.mark, one.text] for path, one in self.folders.items()}
        return {**vars(self), "folders": folders}


def state_file(*key: object) -> str:
    """Where the state of one folder is kept under one set of options."""
    words = repr(key)
    return os.path.join(cache_folder(), "state", f"{zlib.crc32(words.encode()):08x}{zlib.adler32(words.encode()):08x}")


def load(path: str, mark: str) -> State:
    """The state in a file; an empty one where it is missing, damaged or that of another program.

    It is in the form in which Python keeps its own code, which is read many times as fast as JSON.
    """
    try:
        with open(path, "rb") as file:
            head, body = file.readline().split(), file.read()
        if head == _head(mark, body):
            return State(marshal.loads(body))
    except (OSError, ValueError, TypeError, AttributeError, EOFError):
        pass
    return State()


def _head(mark: str, body: bytes) -> list[bytes]:
    """The words before the fields of a state."""
    return [str(_FORM).encode(), mark.encode(), str(zlib.crc32(body)).encode()]


def save(path: str, mark: str, state: State) -> None:
    """Keep a state, in one step; where that cannot be done it is not kept. The oldest of too many go."""
    body = marshal.dumps(state.fields())
    folder, new = os.path.dirname(path), f"{path}.{os.getpid()}"
    try:
        os.makedirs(folder, exist_ok=True)
        with open(new, "wb") as file:
            file.write(b" ".join(_head(mark, body)) + b"\n" + body)
        os.replace(new, path)
        names = [os.path.join(folder, name) for name in os.listdir(folder)]
        for old in sorted(names, key=os.path.getmtime)[:-_KEPT]:
            os.unlink(old)
    except OSError:
        pass
