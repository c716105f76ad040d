"""A real `texgrad watch`: every way of saving a post ends in the tree that `build` makes, and nothing else is built."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from texgrad import build_text, changes

POST = r"""# Post {0}

Let $X\in\mathbb R^{{n\times p}}$ and $A\in\mathbb R^{{m\times p}}$.

$$f(X) = {0}\|XA^T\|_F^2$$

$$\frac{{\partial f}}{{\partial X}} = ?$$
"""
BAD = "Let $f(X) = \\|X$ be $\\frac{\\partial f}{\\partial X} = ?$\n"
PLAIN = "# Nothing to do\n"
RESTS = 0.6  # longer than a changed file ever waits
MODES = pytest.mark.parametrize("mode", ["events", "poll"])


def until(condition: Callable[[], bool], what: str, seconds: float = 15) -> None:
    """Wait for something that must come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.005)


@cache
def built(source: str) -> str:
    return build_text(source)[0]


class Watch:
    """A watching process and what it has printed."""

    def __init__(self, folder: Path, *arguments: str, code: str = "") -> None:
        self.folder = folder
        self.out, self.err = folder.parent / "stdout", folder.parent / "stderr"
        start = ["-c", code] if code else ["-m", "texgrad"]
        with self.out.open("wb") as out, self.err.open("wb") as err:
            command = [sys.executable, *start, "watch", *(arguments or (folder.name,))]
            self.process = subprocess.Popen(command, cwd=folder.parent, stdout=out, stderr=err)
        until(lambda: " watching " in self.said() or " polling " in self.said() or self.ended(), "it never starts")

    def ended(self) -> bool:
        return self.process.poll() is not None

    def said(self) -> str:
        return self.out.read_text()

    def complaints(self) -> str:
        return self.err.read_text()

    def lines(self, name: str, word: str = "") -> int:
        """How many rebuilds of a post were reported."""
        return sum(f"/{name}: " in line and word in line for line in self.said().splitlines())

    def holds(self, posts: Mapping[str, str]) -> None:
        """Wait until every post is what `build` makes of its source, and see that it stays so."""
        wanted = {name: built(source) for name, source in posts.items()}

        def there() -> bool:
            return all(self.read(name) == text for name, text in wanted.items())

        until(there, "the tree is not what build makes")
        time.sleep(RESTS)
        assert there()

    def read(self, name: str) -> str:
        path = self.folder / name
        return path.read_text() if path.exists() else ""

    def interrupt(self) -> float:
        """Press Ctrl-C; returns how long the end took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(10) == 0
        assert "Traceback" not in self.complaints()
        return time.monotonic() - began


Start = Callable[..., Watch]


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Start]:
    """Starts a watch of posts that are built first."""
    running: list[Watch] = []

    def start(posts: Mapping[str, str], *arguments: str, mode: str = "events", code: str = "") -> Watch:
        folder = tmp_path / "posts"
        folder.mkdir()
        for name, source in posts.items():
            (folder / name).write_text(source)
        options = ("--poll",) if mode == "poll" else ()
        running.append(Watch(folder, *(arguments or (folder.name, *options)), code=code))
        return running[-1]

    yield start
    for one in running:
        if not one.ended():
            one.process.kill()
            one.process.wait()


# --- ways of saving ---------------------------------------------------------------------------------------------------


def in_place(path: Path, text: str) -> None:
    path.write_text(text)


def by_rename(path: Path, text: str) -> None:
    new = path.with_name(f".{path.name}.swp")
    new.write_text(text)
    os.replace(new, path)


def from_outside(path: Path, text: str) -> None:
    new = path.parent.parent / "outside.md"
    new.write_text(text)
    os.replace(new, path)


def backup_first(path: Path, text: str) -> None:
    os.replace(path, path.with_name(f"{path.name}~"))
    path.write_text(text)


def emptied_first(path: Path, text: str) -> None:
    with path.open("w") as file:
        file.flush()
        time.sleep(0.15)
        file.write(text)


def removed_first(path: Path, text: str) -> None:
    path.unlink()
    time.sleep(0.15)
    path.write_text(text)


def slowly(path: Path, text: str) -> None:
    with path.open("w") as file:
        for part in (text, "\nMore\n", "and more.\n"):
            file.write(part)
            file.flush()
            time.sleep(0.15)


WAYS = (in_place, by_rename, from_outside, backup_first, emptied_first, removed_first)


@MODES
def test_a_saved_post_is_built_once(watch: Start, mode: str) -> None:
    watching = watch({"a.md": POST.format(2), "b.md": PLAIN}, mode=mode)
    assert watching.read("a.md") == built(POST.format(2)) and watching.lines("a.md", "written (1 derivation)") == 1
    for count, way in enumerate(WAYS, 3):
        way(watching.folder / "a.md", POST.format(count))
        watching.holds({"a.md": POST.format(count), "b.md": PLAIN})
        assert watching.lines("a.md", "written") == count - 1, way
    assert watching.lines("b.md") == 0
    assert watching.complaints() == ""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there the system tells that a file was closed")
def test_a_file_that_is_still_written_is_left_alone(watch: Start) -> None:
    watching = watch({"a.md": POST.format(2)})
    slowly(watching.folder / "a.md", POST.format(3))
    watching.holds({"a.md": POST.format(3) + "\nMore\nand more.\n"})
    assert watching.lines("a.md") == 2


@MODES
def test_the_last_of_many_saves_counts(watch: Start, mode: str) -> None:
    watching = watch({"a.md": PLAIN}, mode=mode)
    for number in range(2, 80):
        (watching.folder / "a.md").write_text(POST.format(number))
        time.sleep(0.003 * (number % 8))
    watching.holds({"a.md": POST.format(79)})


# --- trees ------------------------------------------------------------------------------------------------------------


@MODES
def test_new_folders_moves_and_deletions(watch: Start, mode: str, tmp_path: Path) -> None:
    watching = watch({"a.md": POST.format(2), "b.md": POST.format(3)}, mode=mode)
    folder = watching.folder
    (folder / "new/deep").mkdir(parents=True)
    (folder / "new/deep/c.md").write_text(POST.format(4))
    (tmp_path / "tree/deep").mkdir(parents=True)
    (tmp_path / "tree/deep/d.tex").write_text(r"$\nabla_x \|x\|^2 = ?$")
    (tmp_path / "tree").rename(folder / "tree")
    (folder / "a.md").unlink()
    until(lambda: "texgrad:end" in watching.read("tree/deep/d.tex"), "a tree moved in is built")
    (folder / "b.md").rename(folder / "new/e.md")
    (folder / "new").rename(folder / "old")
    (folder / "old/e.md").write_text(POST.format(5))
    watching.holds({"old/deep/c.md": POST.format(4), "old/e.md": POST.format(5)})
    assert not (folder / "a.md").exists() and not (folder / "b.md").exists()
    (folder / "a.md").write_text(POST.format(2))
    watching.holds({"a.md": POST.format(2)})
    assert watching.complaints() == ""


@MODES
def test_a_burst_over_many_files(watch: Start, mode: str) -> None:
    sources = {f"{number:03}.md": (POST if number % 10 == 0 else "# {}\n").format(number) for number in range(200)}
    watching = watch(dict.fromkeys(sources, PLAIN), mode=mode)
    for name, source in sources.items():
        (watching.folder / name).write_text(source)
    watching.holds(sources)
    assert sum(".md: " in line for line in watching.said().splitlines()) == len(sources)
    assert watching.interrupt() < 5


def test_a_folder_that_vanishes_and_returns(watch: Start) -> None:
    watching = watch({"a.md": POST.format(2)})
    shutil.rmtree(watching.folder)
    watching.folder.mkdir()
    (watching.folder / "a.md").write_text(POST.format(3))
    watching.holds({"a.md": POST.format(3)})
    watching.folder.rename(watching.folder.with_name("elsewhere"))
    time.sleep(1.2)
    watching.folder.mkdir()
    time.sleep(0.3)
    (watching.folder / "a.md").write_text(POST.format(4))
    watching.holds({"a.md": POST.format(4)})


def test_one_file_is_watched_and_no_other(watch: Start) -> None:
    watching = watch({"a.md": PLAIN, "b.md": PLAIN}, "posts/a.md")
    (watching.folder / "b.md").write_text(POST.format(2))
    by_rename(watching.folder / "a.md", POST.format(3))
    watching.holds({"a.md": POST.format(3)})
    assert watching.read("b.md") == POST.format(2)


def test_what_is_hidden_unchanged_or_no_post_is_left_alone(watch: Start) -> None:
    watching = watch({"a.md": POST.format(2), "b.md": PLAIN})
    quiet = watching.said()
    for name in (".hidden.md", ".git/x.md", "note.txt", "#a.md#", "4913"):
        path = watching.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(POST.format(3))
    (watching.folder / "a.md").touch()
    (watching.folder / "a.md").write_text(watching.read("a.md"))
    (watching.folder / "b.md").chmod(0o600)
    (watching.folder / ".#a.md").symlink_to("nobody@nowhere.1:2")
    time.sleep(1.0)
    assert watching.said() == quiet
    assert watching.read(".hidden.md") == watching.read("note.txt") == POST.format(3)


# --- errors, and the end ----------------------------------------------------------------------------------------------


def test_an_error_leaves_the_others_served(watch: Start) -> None:
    watching = watch({"a.md": POST.format(2), "b.md": PLAIN})
    (watching.folder / "b.md").write_text(BAD)
    until(lambda: "= help:" in watching.complaints(), "the problem is shown")
    assert watching.read("b.md") == BAD and watching.lines("b.md", "1 problem") == 1
    assert "--> posts/b.md:1:" in watching.complaints() and "^" in watching.complaints()
    (watching.folder / "a.md").write_text(POST.format(3))
    (watching.folder / "c.md").write_bytes(b"\xff\x00\xfe" * 1000)
    watching.holds({"a.md": POST.format(3)})
    (watching.folder / "b.md").write_text(POST.format(4))
    watching.holds({"b.md": POST.format(4)})


def test_a_derivation_edited_by_hand_is_left_alone(watch: Start) -> None:
    watching = watch({"a.md": POST.format(2)})
    edited = watching.read("a.md").replace("aligned}\n\\", "aligned}\n% mine\n\\", 1)
    (watching.folder / "a.md").write_text(edited)
    until(lambda: "error[edited]" in watching.complaints(), "the edit is noticed")
    assert watching.read("a.md") == edited


@MODES
def test_the_interrupt_key_ends_it_at_once(watch: Start, mode: str) -> None:
    watching = watch({"a.md": PLAIN}, mode=mode)
    assert watching.interrupt() < 2


def test_the_interrupt_key_ends_it_in_the_middle_of_work(watch: Start) -> None:
    sources = {f"{number:03}.md": POST.format(number) for number in range(2, 32)}
    watching = watch(dict.fromkeys(sources, PLAIN))
    for name, source in sources.items():
        (watching.folder / name).write_text(source)
    until(lambda: " written" in watching.said(), "work has begun")
    assert watching.interrupt() < 2
    for name, source in sources.items():
        assert watching.read(name) in (source, built(source))
    assert sorted(path.name for path in watching.folder.iterdir()) == sorted(sources)


def test_polling_where_the_system_gives_no_events(watch: Start) -> None:
    code = (
        "import errno, os, sys, texgrad.watch as watch\n"
        "def full(*_): raise OSError(errno.ENOSPC, 'inotify watch limit reached')\n"
        "watch.observer = full\n"
        "from texgrad.cli import main\nsys.exit(main())"
    )
    watching = watch({"a.md": PLAIN}, code=code)
    (watching.folder / "a.md").write_text(POST.format(3))
    watching.holds({"a.md": POST.format(3)})
    assert watching.complaints() == "texgrad: inotify watch limit reached; the files are polled instead\n"


def test_file_systems_without_events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/sda / ext4 rw 0 0\nhost:/x /home/me nfs4 rw 0 0\nme@host: /home/me/far fuse.sshfs rw 0 0\n")
    monkeypatch.setattr(changes, "MOUNTS", mounts)
    found = [changes.eventless(Path(path)) for path in ("/home/me/a", "/home/me/far/b", "/home/you", "/")]
    assert found == [True, True, False, False]


def test_once_and_quiet(watch: Start) -> None:
    once = watch({"a.md": POST.format(2), "b.md": BAD}, "--once", "--quiet", "posts")
    assert once.process.wait(10) == 3
    assert once.read("a.md") == built(POST.format(2)) and once.said() == ""
    assert "--> posts/b.md:1:" in once.complaints()


def test_a_path_that_is_not_there(watch: Start) -> None:
    gone = watch({}, "nowhere")
    assert gone.process.wait(10) == 2
    assert gone.complaints() == "texgrad: there is no file or folder nowhere; check the spelling of the path\n"
