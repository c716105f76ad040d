"""A build of ten thousand posts of which a hundred ask, cold, unchanged and with one changed, beside git and grep."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

POSTS, ASKING, ROUNDS = 10_000, 100, 7
PROSE = "Words about nothing in particular, with $x$ and $y$ in them, and a price of 3 dollars. Is that so? " * 100
ASK = "\n\n$$\n\\frac{{\\partial}}{{\\partial X}} \\operatorname{{tr}}(A_{{{0}}} X) = ?\n$$\n"
BUILD = [sys.executable, "-c", "import sys; from texgrad.cli import main; sys.exit(main())", "build"]


def write_tree(root: Path, posts: int = POSTS) -> None:
    """A tree of posts of 10 KB under git."""
    for k in range(posts):
        folder = root / str(2000 + k // 500) / f"{k // 100 % 5:02}"
        folder.mkdir(parents=True, exist_ok=True)
        asks = ASK.format(k % ASKING) if k % (POSTS // ASKING) == 0 else ""
        (folder / f"post-{k}.md").write_text(f"# Post {k}\n\n{PROSE}{asks}")
    git = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@b", "-c", "gc.auto=0"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "posts"]):
        subprocess.run([*git, *command], check=True)


def timed(command: list[str]) -> float:
    """Seconds that a command takes."""
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - began


def spent(command: list[str]) -> tuple[float, float]:
    """Seconds of processor time, and the largest memory in MB, that a command takes, its children's included."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=-3, stderr=-3);"
        "u = resource.getrusage(resource.RUSAGE_CHILDREN); print(u.ru_utime + u.ru_stime, u.ru_maxrss)"
    )
    shown = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True, check=True).stdout
    seconds, size = shown.split()
    return float(seconds), int(size) / 1024


def tree() -> None:
    """Print the table."""
    work = Path(tempfile.mkdtemp())
    os.environ["TEXGRAD_CACHE_DIR"] = str(work / "cache")
    try:
        root = work / "posts"
        write_tree(root)
        build = [*BUILD, str(root)]
        cold = timed(build)
        subprocess.run(["git", "-C", str(root), "add", "-A"], check=True)
        timed(build)
        post = root / "2000/00/post-7.md"

        def one_changed() -> float:
            post.write_bytes(post.read_bytes() + b"x\n")
            return timed(build)

        parts: dict[str, Callable[[], float]] = {
            "git status": lambda: timed(["git", "-C", str(root), "status", "--short"]),
            "grep -rl": lambda: timed(["grep", "-rl", "texgrad:", str(root), "--exclude-dir=.git"]),
            "unchanged": lambda: timed(build),
            "one changed": one_changed,
            "nothing known": lambda: timed([*build, "--no-cache", "--check", "-j", "1"]),
        }
        times: dict[str, list[float]] = {name: [] for name in parts}
        for _ in range(ROUNDS):
            for name, part in parts.items():
                times[name].append(part())
        size = sum(path.stat().st_size for path in root.rglob("*.md")) / 1e6
        print(f"{POSTS} posts, {size:.0f} MB, {ASKING} ask; median and least of {ROUNDS} rounds in ms, all interleaved")
        print(f"{'cold':<14}{cold * 1000:8.0f}")
        for name, found in times.items():
            ratio = min(found) / min(times["git status"])
            print(f"{name:<14}{median(found) * 1000:8.0f}{min(found) * 1000:8.0f}   {ratio:.1f} times git status")
        for name, command in (("git status", ["git", "-C", str(root), "status"]), ("unchanged", build)):
            seconds, _ = spent(command)
            print(f"processor time, {name}: {seconds * 1000:.0f} ms")
        small = work / "small"
        write_tree(small, 1000)
        for folder in (small, root):
            shutil.rmtree(work / "cache")
            print(f"memory of a cold build of {folder.name}: {spent([*BUILD, '-j', '1', str(folder)])[1]:.0f} MB")
    finally:
        shutil.rmtree(work)
