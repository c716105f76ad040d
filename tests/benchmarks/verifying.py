"""How many documents a second `texgrad verify` checks, the shares of reading and of evaluating, and the slowest one.

The documents are the samples with their markers taken out, and those of the folder in TEXGRAD_POSTS where it is set.
Times are those of the processor. No document may take longer than two seconds.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time
from typing import Any
from unittest.mock import patch

from texgrad import TexgradError, verify_text
from texgrad.verify import chains
from texgrad.verify.judge import Worlds

ROOT = Path(__file__).parents[2]
MARKERS = re.compile(r"<!-- texgrad:(?:begin|end)[^>]*-->|% texgrad:(?:begin|end).*")
FORMATS = {".md": "markdown", ".markdown": "markdown", ".Rmd": "markdown", ".qmd": "markdown", ".tex": "latex"}
MOST = 2.0


class Clock:
    """What is spent in some functions, those within one another counted once."""

    def __init__(self) -> None:
        self.spent, self.depth = 0.0, 0

    def timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, whose time is added."""

        def run(*args: Any, **given: Any) -> Any:
            start, self.depth = process_time(), self.depth + 1
            try:
                return function(*args, **given)
            finally:
                self.depth -= 1
                self.spent += 0.0 if self.depth else process_time() - start

        return run


def documents(folder: Path) -> Iterator[Path]:
    """The documents below a folder, in order."""
    yield from sorted(p for p in folder.rglob("*") if p.suffix in FORMATS and p.is_file())


def verifying() -> None:
    """Print the figures for the samples, and for a folder of posts."""
    folder = os.environ.get("TEXGRAD_POSTS")
    _figures("samples", [*documents(ROOT / "samples")])
    if folder:
        _figures("posts", [*documents(Path(folder))])


def _verified(paths: list[Path]) -> tuple[Counter[str], list[tuple[float, Path]]]:
    """How many equations have which verdict, and how long each document takes."""
    counts: Counter[str] = Counter()
    times: list[tuple[float, Path]] = []
    for path in paths:
        text = MARKERS.sub("", path.read_bytes().decode("utf-8", "surrogateescape"))
        start = process_time()
        try:
            counts.update(v.status for v in verify_text(text, FORMATS[path.suffix]))
        except TexgradError:
            continue
        times.append((process_time() - start, path))
    return counts, times


def _figures(name: str, paths: list[Path]) -> None:
    reading, evaluating = Clock(), Clock()
    read = patch.object(chains, "read_equations", reading.timed(chains.read_equations))
    with read, patch.object(Worlds, "compared", evaluating.timed(Worlds.compared)):
        counts, times = _verified(paths)
    whole = sum(t for t, _ in times)
    seconds, slowest = max(times)
    print(f"verifying: {name}: {len(times)} documents, {len(times) / whole:.1f} a second; "
          f"reading {reading.spent / whole:.0%}, comparing {evaluating.spent / whole:.0%}; "
          f"slowest {seconds:.2f} s ({slowest.name}), {sum(t > MOST for t, _ in times)} over {MOST:.0f} s; "
          + ", ".join(f"{status} {count}" for status, count in sorted(counts.items())))  # fmt: skip
