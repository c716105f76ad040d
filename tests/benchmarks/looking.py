"""How fast files are looked at and read: MB/s of the look at the bytes over prose, beside grep, and of the scan."""

from __future__ import annotations

import os
import random
import re
import subprocess
import tempfile
from functools import partial
from pathlib import Path
from time import process_time

from tests.benchmarks.timing import interleaved
from tests.posts import POSTS
from texgrad.ask import groups, look
from texgrad.formats import named
from texgrad.scan import scan

WORDS = re.findall(r"\S+", "the of gradient and a matrix in to we is that loss it for with data are by (see) x, y;")
PROSE = 40_000_000
BOOK = 2_000_000


def prose(size: int) -> str:
    """Sentences, some with math, a question now and then."""
    chance = random.Random(1)
    parts = []
    while size > 0:
        words = " ".join(chance.choices(WORDS, k=chance.randint(4, 30)))
        math = chance.choice(("", "", " $x = y$", " $$f(x) = x^2$$", "\n```\na = b?c:d\n```\n"))
        parts.append(words.capitalize() + math + chance.choice(".....?\n"))
        size -= len(parts[-1])
    return " ".join(parts)


def book(size: int) -> str:
    """Chapters of LaTeX with formulas and no question."""
    chapter = "\\chapter{A}\n" + prose(4_000).replace("?", ".").replace("```", "") + "\n"
    chapter += "\\begin{align}\n" + "a &= \\frac{1}{2} x^\\top A x + \\|b\\|_2^2 \\\\\n" * 20 + "c &= d\n\\end{align}\n"
    return (chapter * (size // len(chapter) + 1))[:size]


def looking() -> None:
    """One row a task."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = prose(PROSE // 100)
        for number in range(100):
            (folder / f"{number}.md").write_text(text)
        posts = sorted(folder.iterdir())

        def grep() -> None:
            subprocess.run(["grep", "-rl", "texgrad", name], check=False, capture_output=True)

        def pattern() -> None:
            subprocess.run(["grep", "-rlP", r"=\s*\?", name], check=False, capture_output=True)

        def ours() -> None:
            assert not any(look(post.read_bytes()) for post in posts)

        tasks = {"grep -r, a word": grep, "grep -rP, a pattern": pattern, "the look": ours}
        report(interleaved(tasks, rounds=5, clock=processor), PROSE)
    latex = book(BOOK)
    data = latex.encode()
    report(interleaved({"the look at a LaTeX book": lambda: look(data)}, rounds=5), BOOK)
    half, whole = latex[: BOOK // 2], latex
    print("Reading")
    rows = {
        "half a LaTeX book": partial(read, half, "latex"),
        "a LaTeX book": partial(read, whole, "latex"),
    }
    times = interleaved(rows, rounds=3, clock=process_time)
    report(times, BOOK, {"half a LaTeX book": BOOK // 2})
    for dialect in ("commonmark", "jekyll", "pandoc", "myst"):
        post = (POSTS[dialect] + "\n\n" + prose(20_000)) * 20
        report(interleaved({dialect: partial(read, post, dialect)}, rounds=3, clock=process_time), len(post))


def processor() -> float:
    """Seconds of processor time, those of child processes included."""
    return sum(os.times()[:4])


def read(text: str, dialect: str) -> None:
    """The scan of a text, and the search for what it asks."""
    groups(scan(text, named(dialect)), {})


def report(times: dict[str, float], size: int, other: dict[str, int] | None = None) -> None:
    """Seconds and megabytes a second."""
    for name, seconds in times.items():
        amount = (other or {}).get(name, size)
        print(f"{name:24s}{seconds * 1e3:10.1f} ms{amount / seconds / 1e6:10.1f} MB/s")
