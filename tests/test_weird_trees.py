"""Trees as nobody makes them on purpose: every command ends, says what is wrong, and goes on with the rest."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ASK = "$$\\nabla_x x^\\top x = ?$$\n"


def texgrad(*args: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A command that ends by itself and never shows a traceback."""
    command = [sys.executable, "-m", "texgrad", *args]
    given = {**os.environ, **environment}
    done = subprocess.run(command, cwd=cwd, env=given, capture_output=True, timeout=120, stdin=-3, check=False)
    assert b"Traceback" not in done.stderr
    return done


def test_pipes_and_sockets_are_no_posts(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a.md").write_text(ASK)
    os.mkfifo(tree / "pipe.md")
    with socket.socket(socket.AF_UNIX) as here:
        before = os.getcwd()
        os.chdir(tree)
        here.bind("socket.md")
        os.chdir(before)
    done = texgrad("build", "tree", cwd=tmp_path)
    assert done.returncode == 0 and "texgrad:begin" in (tree / "a.md").read_text()
    assert b"no regular file" in texgrad("build", "tree/pipe.md", cwd=tmp_path).stderr
    (tree / "a.md").unlink()
    os.mkfifo(tree / "a.md")  # under the name of a post that is known
    assert texgrad("build", "tree", cwd=tmp_path).returncode in (0, 3)
    assert texgrad("watch", "--once", "tree", cwd=tmp_path).returncode in (0, 3)
    (tmp_path / "out").mkdir()
    (tree / "b.md").write_text(ASK)
    os.mkfifo(tmp_path / "out/b.md")
    assert texgrad("build", "--copy", "-o", "out", "tree", cwd=tmp_path).returncode == 0
    assert "texgrad:begin" in (tmp_path / "out/b.md").read_text()


def test_names_and_links_of_all_kinds(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "in.md").mkdir(parents=True)
    names = ["new\nline.md", "Case.md", "case.md", "in.md/a.md", os.fsdecode(b"bad\xff.md"), "- x $y.md"]
    for name in names:
        (tree / name).write_text(ASK)
    (tree / os.fsdecode(b"wrong\xff\n.md")).write_text("Bad $\\nabla_q f(x) = ?$\n")
    for name, target in {"loop": ".", "up": "..", "none.md": "nowhere.md"}.items():
        (tree / name).symlink_to(target)
    done = texgrad("build", "tree", cwd=tmp_path, LANG="C", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode == 3 and all("texgrad:begin" in (tree / name).read_text() for name in names)
    for form in ("json", "github"):
        assert texgrad("build", "--format", form, "tree", cwd=tmp_path).returncode == 3


def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number}.md").write_text(ASK + "words\n" * 2000)
    for options in ("--diff", "--format json", "--check 2>&1", "--diff -j 2"):
        line = f"{sys.executable} -m texgrad build {options} . | head -c 10"
        done = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, timeout=120, check=True)
        assert b"Traceback" not in done.stderr and b"Exception" not in done.stderr, done.stderr


@pytest.mark.parametrize("home", ["", "/nowhere/at/all", "/dev/null"])
def test_without_a_home_nothing_is_remembered(tmp_path: Path, home: str) -> None:
    (tmp_path / "a.md").write_text(ASK)
    done = texgrad("build", ".", cwd=tmp_path, HOME=home, XDG_CACHE_HOME="", TEXGRAD_CACHE_DIR="/dev/null/cache")
    assert done.returncode == 0 and "texgrad:begin" in (tmp_path / "a.md").read_text()
