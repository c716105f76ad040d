"""A real `texgrad watch`: every way of saving a post ends in the tree that `build` makes, and nothing else is built."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from tests.soak import soak
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


def until(condition: Callable[[], object], what: str, seconds: float = 15) -> None:
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
        try:
            until(lambda: re.search(r'[ "](watching|polling)[ "]', self.said()) or self.ended(), "it never starts")
        except AssertionError:
            self.process.kill()
            raise

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


def backup_elsewhere(path: Path, text: str) -> None:
    os.replace(path, path.parent.parent / f"{path.name}~")
    path.write_text(text)


def emptied_and_closed(path: Path, text: str) -> None:
    path.write_text("")
    time.sleep(0.1)
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


WAYS = (
    in_place, by_rename, from_outside, backup_first, backup_elsewhere, emptied_and_closed, emptied_first, removed_first,
)  # fmt: skip


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


@MODES
def test_links_stand_for_what_they_lead_to(watch: Start, mode: str, tmp_path: Path) -> None:
    """As in `build`: those within the folder are built, those that lead out of it are not."""
    outside = tmp_path / "outside.md"
    outside.write_text(POST.format(2))
    watching = watch({"a.md": POST.format(3)}, mode=mode)
    folder = watching.folder
    (folder / "note.txt").write_text(POST.format(4))
    (folder / ".hidden.md").write_text(POST.format(5))
    for name, target in (("b.md", "a.md"), ("c.md", "note.txt"), ("d.md", ".hidden.md"), ("e.md", str(outside))):
        (folder / name).symlink_to(target)
    watching.holds({"note.txt": POST.format(4), ".hidden.md": POST.format(5)})
    (folder / "b.md").write_text(POST.format(6))
    watching.holds({"a.md": POST.format(6)})
    assert outside.read_text() == POST.format(2) and (folder / "c.md").is_symlink()


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


@pytest.mark.parametrize("function, wanted", [("exp", False), ("arctan", True), ("tanh", False)])
def test_sympy_is_loaded_at_start_where_a_post_needs_it(watch: Start, function: str, wanted: bool) -> None:
    code = (
        "import sys, threading, time\n"
        "def tell():\n"
        "    while 'numpy' not in sys.modules or any(one.name.endswith('(load)') for one in threading.enumerate()):\n"
        "        time.sleep(0.05)\n"
        "    print('SymPy is', 'here' if 'sympy' in sys.modules else 'not here', flush=True)\n"
        "threading.Thread(target=tell, daemon=True).start()\n"
        "from texgrad.cli import main\nsys.exit(main())"
    )
    watching = watch({"a.md": f"$\\nabla_x \\{function}(x) \\neq 1$\n"}, code=code)
    until(lambda: "SymPy is" in watching.said(), "nothing is loaded")
    assert ("SymPy is here" in watching.said()) is wanted


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


# --- a built copy of the tree, and the author's next step -------------------------------------------------------------


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


def mirrored(source: Path, output: Path, scratch: Path, *arguments: str) -> bool:
    """Whether a tree is what `build -o` makes of the sources."""
    shutil.rmtree(scratch, ignore_errors=True)
    command = [sys.executable, "-m", "texgrad", "build", "--quiet", *arguments, "-o", str(scratch), str(source)]
    assert subprocess.run(command, capture_output=True, check=False).returncode in (0, 3)
    return files(output) == files(scratch)


@MODES
def test_a_mirror_follows_its_tree(watch: Start, mode: str, tmp_path: Path) -> None:
    options = ("--poll",) if mode == "poll" else ()
    site = tmp_path / "site"
    (site / "theirs").mkdir(parents=True)
    (site / "theirs/x.md").write_text("not ours")
    watching = watch({"a.md": POST.format(2), "b.md": PLAIN}, "posts", "-o", "site", "--copy", *options)
    folder = watching.folder
    assert (site / "a.md").read_text() == built(POST.format(2)) and watching.read("a.md") == POST.format(2)
    (folder / "deep/er").mkdir(parents=True)
    (folder / "deep/er/c.md").write_text(POST.format(3))
    (folder / "style.css").write_text("x")
    until(lambda: (site / "deep/er/c.md").exists() and (site / "style.css").exists(), "new files are mirrored")
    until(lambda: (site / "deep/er/c.md").read_text() == built(POST.format(3)), "new posts are built")
    (folder / "a.md").unlink()
    (folder / "style.css").rename(folder / "sheet.css")
    shutil.move(folder / "deep/er", folder / "moved")
    until(lambda: not (site / "a.md").exists(), "what is deleted goes")
    until(lambda: (site / "moved/c.md").exists() and not (site / "deep").exists(), "what is moved moves")
    until(lambda: (site / "sheet.css").exists() and not (site / "style.css").exists(), "what is renamed is renamed")
    time.sleep(RESTS)
    assert (site / "theirs/x.md").read_text() == "not ours"
    shutil.rmtree(site / "theirs")
    assert mirrored(folder, site, tmp_path / "fresh", "--copy")
    assert watching.interrupt() < 5


def test_a_mirror_takes_out_what_went_while_nobody_watched(watch: Start, tmp_path: Path) -> None:
    watching = watch({"a.md": POST.format(2), "b.md": PLAIN}, "posts", "-o", "site")
    watching.interrupt()
    (watching.folder / "a.md").unlink()
    again = Watch(watching.folder, "posts", "-o", "site")
    until(lambda: list(files(tmp_path / "site")) == ["b.md"], "what is gone goes")
    again.interrupt()


def test_nothing_is_written_out_of_the_mirror(watch: Start, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "mine.md").write_text("mine")
    (tmp_path / "site/a.md").symlink_to(tmp_path / "mine.md")
    watching = watch({"a.md": POST.format(2), "b.md": POST.format(3)}, "posts", "-o", "site")
    until(lambda: "leads out of" in watching.complaints(), "the link is refused")
    assert (tmp_path / "mine.md").read_text() == "mine" and (tmp_path / "site/b.md").exists()


@pytest.mark.parametrize("place", ["posts", "."])
def test_a_changed_site_file_rebuilds_the_posts(watch: Start, place: str) -> None:
    posts = {"a.md": POST.format(2), "b.md": POST.format(3)}
    watching = watch(posts)
    site = watching.folder.parent / place / "texgrad.toml"
    site.write_text('env = "align*"\n')
    until(lambda: all(r"\begin{align*}" in watching.read(name) for name in posts), "the option holds")
    site.write_text("enf = 1\n")
    (watching.folder / "a.md").write_text(POST.format(4))
    until(lambda: "did you mean env?" in watching.complaints(), "the fault is told")
    site.write_text("[macros]\n'\\X' = 'X'\n")
    (watching.folder / "a.md").write_text(POST.format(4).replace("partial X", r"partial \X"))
    until(lambda: r"\begin{aligned}" in watching.read("a.md"), "the macro is known")
    (watching.folder / ".gitignore").write_text("b.md\n")
    time.sleep(0.3)
    (watching.folder / "b.md").write_text(POST.format(5))
    time.sleep(RESTS)
    assert watching.read("b.md") == POST.format(5)


def test_the_next_step_is_given_what_has_changed(watch: Start, tmp_path: Path) -> None:
    step = 'printf "%s\\n" "$@" >> ../log; echo "$TEXGRAD_CHANGED" >> ../variable; sleep 0.2; test ! -e ../fail'
    watching = watch({"a.md": POST.format(2), "b.md": PLAIN}, "posts", "--on-change", f"cd posts; {step}")
    log = tmp_path / "log"
    until(lambda: log.exists() and log.read_text() == "posts/a.md\n", "the first build is told")
    for name in ("a.md", "b.md"):
        by_rename(watching.folder / name, POST.format(3))
    until(lambda: sorted(set(log.read_text().split()[1:])) == ["posts/a.md", "posts/b.md"], "the saves are told")
    assert sorted(set((tmp_path / "variable").read_text().split())) == ["posts/a.md", "posts/b.md"]
    (tmp_path / "fail").touch()
    (watching.folder / "b.md").unlink()
    until(lambda: "the command ended with status 1" in watching.complaints(), "a failure is told")
    assert log.read_text().split()[-1] == "posts/b.md"
    time.sleep(RESTS)
    told = log.read_text()
    time.sleep(1.2)
    assert log.read_text() == told
    assert watching.interrupt() < 5


def test_json_lines(watch: Start) -> None:
    watching = watch({"a.md": POST.format(2)}, "posts", "--json")
    (watching.folder / "b.md").write_text(BAD)
    until(lambda: '"b.md"' in watching.said().replace("posts/", ""), "the problem is told")
    events = [json.loads(line) for line in watching.said().splitlines()]
    assert [event["event"] for event in events] == ["built", "ready", "watching", "built"]
    assert events[0]["answered"] == 1 and events[0]["changed"] and events[3]["diagnostics"][0]["line"] == 1
    assert watching.complaints() == ""


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_a_changed_branch_of_two_thousand_posts(watch: Start, tmp_path: Path) -> None:
    first = {f"{number:04}.md": PLAIN for number in range(2000)}
    second = {name: (POST if number % 100 == 0 else "# {}\n").format(number) for number, name in enumerate(first, 200)}
    watching = watch(first)
    git = ["git", "-C", str(watching.folder), "-c", "user.name=a", "-c", "user.email=a@b"]

    def run(*command: str) -> None:
        subprocess.run([*git, *command], check=True, capture_output=True)

    run("init", "-q")
    run("add", "-A")
    run("commit", "-qm", "first")
    run("checkout", "-qb", "other")
    for name, source in second.items():
        (watching.folder / name).write_text(source)

    def done() -> bool:
        return all(watching.read(name) == built(source) for name, source in second.items())

    until(done, "all is built", 60)
    for name, source in second.items():
        (watching.folder / name).write_text(source)
    run("commit", "-qam", "second")
    time.sleep(1)
    run("checkout", "-qf", "master")
    until(lambda: all(watching.read(name) == PLAIN for name in first), "the old branch stands", 60)
    run("checkout", "-q", "other")
    until(done, "all is built again", 60)
    assert watching.complaints() == ""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="sizes are read from /proc")
@pytest.mark.parametrize("mirror", [False, True])
def test_a_short_soak(mirror: bool) -> None:
    early, late = soak(5, mirror)
    assert late[0] < early[0] + 60 and late[1] <= early[1] + 4 and late[2] <= early[2] + 2


@MODES
def test_a_changed_file_of_macros_rebuilds_the_posts_that_input_it(tmp_path: Path, watch: Start, mode: str) -> None:
    """Also where it is not in the folder that is watched, and where it comes and goes."""
    (tmp_path / "texgrad.toml").write_text("")
    outside = tmp_path / "macros.tex"
    ask = "\\input{%s}\n\\[ \\frac{\\partial}{\\partial x} \\va^\\top x = ? \\]\n"
    one = watch({"a.tex": ask % "../macros", "b.tex": ask % "inner", "inner.tex": "", "c.tex": "plain"}, mode=mode)
    assert one.read("a.tex") == ask % "../macros" and one.read("b.tex") == ask % "inner"
    outside.write_text("\\def\\va{c}")
    until(lambda: "&= \\va" in one.read("a.tex"), "a macro outside is not seen")
    (one.folder / "inner.tex").write_text("\\def\\va{c}")
    until(lambda: "&= \\va" in one.read("b.tex"), "a macro inside is not seen")
    outside.unlink()
    time.sleep(RESTS)
    (one.folder / "inner.tex").unlink()
    until(lambda: one.complaints().count("\\va") > 2, "the lost macros are not noticed")
    assert one.lines("c.tex") == 0
