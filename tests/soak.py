"""`python -m tests.soak SECONDS [mirror]`: a watch under random edits ends as a fresh build does, and stays small."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TEXTS = (
    "# Plain {0}\n\nWords.\n",
    "# Post {0}\n\n$$f(X) = {0}\\|XA^T\\|_F^2, \\quad \\frac{{\\partial f}}{{\\partial X}} = ?$$\n",
    "# Post {0}\n\nLet $g(x) = {0}x^\\top x$.\n\n> $$\\nabla g = ?$$\n",
    "# Bad {0}\n\n$$\\frac{{\\partial q}}{{\\partial x}} = ?$$\n",
)
TEXGRAD = [sys.executable, "-m", "texgrad"]


class Author:
    """Somebody who edits a folder at random; the seed fixes what is done."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root, self.chance = root, random.Random(seed)
        self.count = 0

    def post(self) -> Path:
        """A path of a post."""
        depth = self.chance.randint(0, 2)
        folders = [self.chance.choice("abc") for _ in range(depth)]
        return self.root.joinpath(*folders, f"{self.chance.randint(0, 15)}.md")

    def step(self) -> None:
        """One edit."""
        self.count += 1
        path, other = self.post(), self.post()
        text = self.chance.choice(TEXTS).format(self.count % 7 + 2)
        kind = self.chance.choices(range(6), (8, 8, 2, 2, 1, 1))[0]
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if kind == 0:
                path.write_text(text)
            elif kind == 1:
                new = path.with_name(f".{path.name}.swp")
                new.write_text(text)
                new.replace(path)
            elif kind == 2:
                path.unlink(missing_ok=True)
            elif kind == 3 and path.exists():
                other.parent.mkdir(parents=True, exist_ok=True)
                path.replace(other)
            elif kind == 4 and path.parent != self.root:
                path.parent.rename(path.parent.with_name(self.chance.choice("abc") + str(self.count % 3)))
            elif kind == 5:
                site = self.root / "texgrad.toml"
                site.write_text(self.chance.choice(('env = "split"\n', 'env = "aligned"\n', "")))
        except OSError:  # the folder of this name is there already, or was moved just now
            pass


def contents(root: Path) -> dict[str, bytes]:
    """All posts of a folder."""
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*.md"))}


def fresh(root: Path, output: Path, mirror: bool) -> dict[str, bytes]:
    """What a build that remembers nothing makes of a folder."""
    shutil.rmtree(output, ignore_errors=True)
    options = ["--quiet", "--no-cache", "-j", "1", "-o", str(output)]
    subprocess.run([*TEXGRAD, "build", *options, str(root)], stderr=subprocess.DEVNULL, check=False)
    return contents(output)


def sizes(process: int) -> tuple[int, int, int]:
    """Memory in MB, open files and threads of a process."""
    words = Path(f"/proc/{process}/statm").read_text().split()
    files, threads = (len(os.listdir(f"/proc/{process}/{name}")) for name in ("fd", "task"))
    return int(words[1]) * 4 // 1024, files, threads


def soak(seconds: float, mirror: bool = False, seed: int = 1) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """Run it; returns the sizes of the watch early and late. Raises AssertionError where the tree is another."""
    work = Path(tempfile.mkdtemp())
    root, site = work / "posts", work / "site"
    root.mkdir()
    (work / ".git").mkdir()  # no site file above
    author = Author(root, seed)
    environment = {**os.environ, "TEXGRAD_CACHE_DIR": str(work / "cache")}
    command = [*TEXGRAD, "watch", "--json", *(("-o", str(site)) if mirror else ()), str(root)]
    with (work / "said").open("wb") as said, subprocess.Popen(command, stdout=said, env=environment) as process:
        try:
            while b'"watching"' not in (work / "said").read_bytes():
                time.sleep(0.05)
            began = time.monotonic()
            early = (0, 0, 0)
            while time.monotonic() < began + seconds:
                author.step()
                time.sleep(author.chance.choice((0, 0.001, 0.02, 0.2)))
                if early == (0, 0, 0) and time.monotonic() > began + seconds / 4:
                    early = sizes(process.pid)
            end = time.monotonic() + 40
            result = site if mirror else root
            while contents(result) != (wanted := fresh(root, work / "fresh", mirror)):
                assert time.monotonic() < end, differences(contents(result), wanted)
                time.sleep(1)
            late = sizes(process.pid)
            assert process.poll() is None
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    assert not [path for path in work.rglob(".texgrad-*")]
    print(f"{author.count} edits in {seconds:.0f} s; memory, files, threads: {early} early, {late} late")
    shutil.rmtree(work)
    return early, late


def differences(found: dict[str, bytes], wanted: dict[str, bytes]) -> str:
    """Which posts are not as they should be."""
    names = sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))
    return "; ".join(f"{name}: {found.get(name)!r} is to be {wanted.get(name)!r}" for name in names[:3])


if __name__ == "__main__":
    # a shell that runs this in the background has children ignore the interrupt key, and theirs, too
    signal.signal(signal.SIGINT, signal.default_int_handler)
    soak(float(sys.argv[1]), "mirror" in sys.argv[2:])
