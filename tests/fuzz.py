"""Fuzzing of the reader: `python -m tests.fuzz [seconds]`; guided by coverage where atheris is there, else at random.

atheris is the extra `fuzz` (`pip install -e '.[fuzz]'`). What it finds is left in the folder for temporary files as
`crash-…`, `timeout-…` or `oom-…`; `one(Path(…).read_bytes())` shows it again.

What is fed in: bytes, of which the first says what is asked for and the others are the formula. Nothing but
`TexgradError` may come out, and no input may take longer than `SECONDS`.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

try:
    import atheris
except ImportError:
    atheris = None

with nullcontext() if atheris is None else atheris.instrument_imports(include=["texgrad.reader"]):
    from tests import wild
    from tests.hostile import BOMBS, TOKENS
    from texgrad.reader import Problem, Source, read_all
    from texgrad.source import TexgradError, picture

SECONDS = 20  # of computing; what instruments the code makes it ten times slower
LONGEST = 10_000
WRT = ("x", "X", r"\mathbf{x}", "W", r"\Sigma", r"\sigma^2", "")
WORDS: tuple[dict[str, str], ...] = ({}, {"x": "n", "A": "n x n"}, {"x": "family n of p"},
                                    {"X": "n x p", "i": "index of n"})  # fmt: skip


def one(data: bytes) -> None:
    """Read one input."""
    if not data:
        return
    wrt, declare = WRT[data[0] % len(WRT)], WORDS[data[0] // len(WRT) % len(WORDS)]
    latex = data[1:].decode("utf-8", "surrogateescape")
    began = time.process_time()
    try:
        read_all(Problem((Source(latex, 5),), wrt=(wrt,) if wrt else (), declare=declare))
    except TexgradError as error:
        for found in error.diagnostics:
            assert found.message and picture(found, latex, "post.md")
            assert found.span is None or 0 <= found.span.start <= found.span.end <= len(latex) + 5
    assert time.process_time() - began < SECONDS


def seeds() -> list[bytes]:
    """The formulas of the cases, and what nobody means well."""
    texts = [case["expression"] for case in wild.cases()] + [bomb[:LONGEST] for bomb in BOMBS.values()]
    return [bytes([k % 256]) + text.encode("utf-8", "surrogatepass") for k, text in enumerate(texts)]


def mutated(rng: random.Random, pool: list[bytes]) -> bytes:
    """An input made of others: pieces joined, tokens put in, left out, or repeated."""
    data = bytearray(rng.choice(pool))
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(data) + 1)
        end = min(len(data), at + rng.choice((0, 0, 1, 3, 20)))
        token = rng.choice(TOKENS).encode("utf-8", "surrogatepass")
        data[at:end] = rng.choice((token, rng.randbytes(1), bytes(data[at:end]) * 3, rng.choice(pool)[1:40]))
    return bytes(data[:LONGEST])


def at_random(seconds: float) -> int:
    """Inputs until the time is up; how many there were."""
    rng, pool, count = random.Random(0), seeds(), 0
    for data in pool:
        one(data)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        one(mutated(rng, pool))
        count += 1
    return count


def guided(seconds: float) -> None:
    """Inputs that atheris finds by the code they reach."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        for k, data in enumerate(seeds()):
            (corpus / str(k)).write_bytes(data)
        words = Path(folder, "words")
        quoted = ("".join(f"\\x{byte:02x}" for byte in token.encode("utf-8", "surrogatepass")) for token in TOKENS)
        words.write_text("\n".join(f'"{word}"' for word in quoted))
        limits = [f"-max_total_time={seconds:.0f}", f"-max_len={LONGEST}", "-timeout=300", "-len_control=20"]
        files = [f"-dict={words}", f"-artifact_prefix={tempfile.gettempdir()}/"]
        atheris.Setup([sys.argv[0], str(corpus), *limits, *files], one)
        atheris.Fuzz()


if __name__ == "__main__":
    wanted = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    if atheris is None:
        print(f"{at_random(wanted)} inputs")
    else:
        guided(wanted)
