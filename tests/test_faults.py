"""Whatever happens to a build, every post is as it was or as it is to be, and the next build completes.

TEXGRAD_LONG=1 kills two hundred builds instead of a few.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from texgrad.cli import main
from texgrad.project_state import cache_folder

KINDS = (
    r"\frac{\partial}{\partial x} a^\top x = ?",
    r"\frac{\partial}{\partial X} \operatorname{tr}(AX) = ?",
    r"\frac{\partial}{\partial x} x^\top x = ?",
)
TEXTS = tuple(f"# Post\n\nText about {k}.\n\n$$\n{latex}\n$$\n\nThe end.\n".encode() for k, latex in enumerate(KINDS))
KILLS = 200 if os.environ.get("TEXGRAD_LONG") else 8


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, ...]:
    """The built texts; building them fills the cache of answers, so that the builds to be disturbed mainly write."""
    folder = tmp_path_factory.mktemp("results")
    for k, text in enumerate(TEXTS):
        (folder / f"{k}.md").write_bytes(text)
    assert main(["build", str(folder)]) == 0
    built = tuple((folder / f"{k}.md").read_bytes() for k in range(len(TEXTS)))
    assert all(b"texgrad:begin" in text for text in built)
    return built


def tree(folder: Path, count: int) -> list[Path]:
    """A tree of posts that ask."""
    files = [folder / f"{k % 10}" / f"{k}.md" for k in range(count)]
    for k, file in enumerate(files):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(TEXTS[k % len(TEXTS)])
    return files


def start(folder: Path, *args: str, **more: Any) -> subprocess.Popen[bytes]:
    """A build of a folder in a process group of its own."""
    code = "import sys; from texgrad.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "build", str(folder), *args]
    return subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True, **more)


def new_ones(files: list[Path], results: tuple[bytes, ...]) -> list[Path]:
    """The files that are as they are to be; all others must be as they were."""
    new = []
    for k, file in enumerate(files):
        data = file.read_bytes()
        if data == results[k % len(results)]:
            new.append(file)
        else:
            assert data == TEXTS[k % len(TEXTS)], file
    return new


def leftovers(folder: Path) -> list[Path]:
    return [path for path in folder.rglob(".texgrad-*")]


def test_a_build_killed_at_any_moment(tmp_path: Path, results: tuple[bytes, ...]) -> None:
    files = tree(tmp_path, 500)
    began = time.monotonic()
    assert start(tmp_path).wait() == 0
    usual = time.monotonic() - began
    assert len(new_ones(files, results)) == len(files)
    moments = random.Random(1)
    reached = set()
    for _ in range(KILLS):
        for k, file in enumerate(files):
            file.write_bytes(TEXTS[k % len(TEXTS)])
        with start(tmp_path, "-j", "2") as build:
            time.sleep(moments.uniform(0, 1.1 * usual))
            os.killpg(build.pid, signal.SIGKILL)
        reached.add(len(new_ones(files, results)))
    assert len(reached) > 2
    for left in leftovers(tmp_path):
        os.utime(left, (1, 1))
    assert start(tmp_path).wait() == 0
    assert len(new_ones(files, results)) == len(files) and not leftovers(tmp_path)


def test_the_interrupt_key_ends_a_build_in_order(tmp_path: Path, results: tuple[bytes, ...]) -> None:
    files = tree(tmp_path, 300)
    stopped = 0
    for moment in (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0):
        with start(tmp_path, "-j", "2") as build:
            time.sleep(moment)
            os.killpg(build.pid, signal.SIGINT)
            _, said = build.communicate()
        if build.returncode == 130:
            assert b"Traceback" not in said and b"interrupted" in said
            stopped += 1
        new = new_ones(files, results)
        assert not leftovers(tmp_path)
        if new:
            break
    assert stopped or new
    assert start(tmp_path).wait() == 0 and len(new_ones(files, results)) == len(files)


def test_several_builds_at_once(tmp_path: Path, results: tuple[bytes, ...]) -> None:
    files = tree(tmp_path, 120)
    builds = [start(tmp_path, "-j", "1") for _ in range(4)]
    assert [build.wait() for build in builds] == [0] * 4
    assert len(new_ones(files, results)) == len(files) and not leftovers(tmp_path)


def test_a_full_disk(tmp_path: Path, results: tuple[bytes, ...]) -> None:
    files = tree(tmp_path, 12)
    bound = max(map(len, TEXTS)) + 10
    with start(tmp_path, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (bound, bound))) as build:
        _, said = build.communicate()
    assert build.returncode == 3 and b"File too large" in said and b"Traceback" not in said
    assert new_ones(files, results) == [] and not leftovers(tmp_path)
    assert start(tmp_path).wait() == 0 and len(new_ones(files, results)) == len(files)


def test_a_disk_that_is_really_full(tmp_path: Path, results: tuple[bytes, ...]) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(tmp_path)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        files = tree(tmp_path, 4)
        (tmp_path / "rest").write_bytes(b"")
        with pytest.raises(OSError), (tmp_path / "rest").open("wb", buffering=0) as file:
            while True:
                file.write(bytes(1024))
        with start(tmp_path) as build:
            _, said = build.communicate()
        assert build.returncode == 3 and b"No space left" in said
        assert new_ones(files, results) == [] and not leftovers(tmp_path)
        (tmp_path / "rest").unlink()
        assert start(tmp_path).wait() == 0 and len(new_ones(files, results)) == len(files)
    finally:
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Path]:
    """A folder in which nothing can be written."""
    folder = tmp_path / "closed"
    tree(folder, 3)
    if os.geteuid():
        for inner in [folder, *folder.iterdir()]:
            inner.chmod(0o555)
        yield folder
        for inner in [folder, *folder.iterdir()]:
            inner.chmod(0o755)
        return
    for command in (["mount", "--bind"], ["mount", "-o", "remount,ro,bind"]):
        if subprocess.run([*command, str(folder), str(folder)], capture_output=True, check=False).returncode:
            pytest.skip("nothing is closed to this user")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_folder_that_cannot_be_written(closed: Path, results: tuple[bytes, ...]) -> None:
    with start(closed) as build:
        _, said = build.communicate()
    assert build.returncode == 3 and said.count(b"error[config]") == 3 and b"Traceback" not in said
    assert new_ones([closed / f"{k}/{k}.md" for k in range(3)], results) == []


def test_a_post_that_is_write_protected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = tree(tmp_path, 2)
    first.chmod(0o444)
    assert main(["build", str(tmp_path)]) == 3
    assert "write-protected" in capsys.readouterr().err
    assert first.read_bytes() == TEXTS[0] and b"texgrad:begin" in second.read_bytes()


def test_owner_and_mode_are_kept(tmp_path: Path, results: tuple[bytes, ...]) -> None:
    (post,) = tree(tmp_path, 1)
    post.chmod(0o640)
    if not os.geteuid():
        os.chown(post, 12345, 12345)
    before = post.stat()
    assert main(["build", str(tmp_path)]) == 0
    after = post.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert post.read_bytes() == results[0]


def test_an_author_who_saves_all_the_time_loses_nothing(tmp_path: Path) -> None:
    """Saves in place and by renaming, while builds go on: what is saved last is what the post holds, built or not."""
    (post,) = tree(tmp_path, 1)
    stop = Event()
    saves = 0

    def save() -> None:
        nonlocal saves
        while not stop.is_set():
            saves += 1
            text = TEXTS[0] + f"\nsave {saves}\n".encode()
            if saves % 2:
                new = tmp_path / "x.tmp"
                new.write_bytes(text)
                new.replace(post)
            else:
                post.write_bytes(text)
            time.sleep(random.Random(saves).uniform(0.001, 0.02))

    author = Thread(target=save)
    author.start()
    try:
        for _ in range(40):
            main(["build", "--quiet", str(tmp_path)])
            stop.wait(0.02)
    finally:
        stop.set()
        author.join()
    assert f"save {saves}\n".encode() in post.read_bytes()
    assert main(["build", str(tmp_path)]) == 0
    data = post.read_bytes()
    assert f"save {saves}\n".encode() in data and data.count(b"texgrad:begin") == 1


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def garbled(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for at in random.Random(len(data)).sample(range(len(data)), min(len(data), 20)):
        data[at] ^= 0x15
    path.write_bytes(bytes(data))


def listed(path: Path) -> None:
    head = path.read_bytes().split(b"\n", 1)[0].split()
    import zlib

    body = b"[1, 2]"
    path.write_bytes(b" ".join([*head[:-1], str(zlib.crc32(body)).encode()]) + b"\n" + body)


def foldered(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("spoil", [truncated, emptied, garbled, listed, foldered], ids=lambda f: f.__name__)
def test_a_spoilt_cache_does_no_harm(
    tmp_path: Path, results: tuple[bytes, ...], spoil: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEXGRAD_CACHE_DIR", str(tmp_path / "cache"))
    files = tree(tmp_path / "posts", 12)
    build = ["build", str(tmp_path / "posts")]
    assert main(build) == 0 and main(build) == 0
    kept = [path for path in Path(cache_folder()).rglob("*") if path.is_file()]
    assert len(kept) == 1 + len(KINDS)
    for path in kept:
        spoil(path)
    for k, file in enumerate(files):
        file.write_bytes(TEXTS[k % len(TEXTS)])
    assert main(build) == 0 and main(build) == 0 and main([*build, "--check"]) == 0
    assert len(new_ones(files, results)) == len(files)


def test_a_cache_that_cannot_be_written(
    tmp_path: Path, results: tuple[bytes, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TEXGRAD_CACHE_DIR", str(tmp_path / "file"))
    files = tree(tmp_path / "posts", 3)
    assert main(["build", str(tmp_path / "posts")]) == 0 and len(new_ones(files, results)) == 3
