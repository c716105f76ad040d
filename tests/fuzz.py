"""Fuzzing: `python -m tests.fuzz [read|derive|weave|verify] [seconds]`, by coverage where atheris is, else at random.

The word `random` behind that has it at random in any case, which tries many more inputs.
atheris is the extra `fuzz` (`pip install -e '.[fuzz]'`). What it finds is left in the folder for temporary files as
`crash-…`, `timeout-…` or `oom-…`; `python -m tests.fuzz weave crash-…` shows it again.

What is fed in: bytes, of which the first says what is asked for, or of what kind the document is, and the others are
the formula or the document. Nothing but `TexgradError` may come out, no input may take longer than `SECONDS`, and what
is built is built again the same and is cleaned to what it was.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from pathlib import Path

try:
    import atheris
except ImportError:
    atheris = None
if "random" in sys.argv:
    atheris = None

with nullcontext() if atheris is None else atheris.instrument_imports(include=["texgrad"]):
    import texgrad
    from tests import wild
    from tests.hostile import BOMBS, TOKENS
    from texgrad.formats import named
    from texgrad.reader import Problem, Source, read_all
    from texgrad.solution_ways import forget
    from texgrad.source import TexgradError, picture
    from texgrad.weave import clean

SECONDS = 20  # of computing; what instruments the code makes it ten times slower
LONGEST = 10_000
SHORT = 500  # of what nobody means well, where the code is instrumented
WRT = ("x", "X", r"\mathbf{x}", "W", r"\Sigma", r"\sigma^2", "")
WORDS: tuple[dict[str, str], ...] = ({}, {"x": "n", "A": "n x n"}, {"x": "family n of p"},
                                    {"X": "n x p", "i": "index of n"})  # fmt: skip
FORMATS = ("markdown", "latex", "myst", "rst", "mdx")
SHAPES = ("{}\n", "# Post\n\nLet ${}$.\n\n$${}=?$$\n", "> $$\n> {} = ?\n> $$\n>\n> - $${}$$\n", "$f = {}$ and $${}=?$$",
          "<!-- texgrad: {} -->\n", "1. \\[ {} = ? \\]\n\n   ```\n   $$ {} = ? $$\n   ```\n",
          "\\begin{{align*}}\nf &= {} \\\\\n&= {}\n\\end{{align*}}\n", "% texgrad: {}\n")  # fmt: skip
SIGNS = ("\n", "\r\n", "\r", "\n\n", "$$", "$", "> ", "- ", "    ", "\t", "```", "~~~", "<!--", "-->", "= ?", "??", "=",
         "<!-- texgrad: ", "<!-- texgrad let: ", "<!-- texgrad:begin 0123456789 -->", "<!-- texgrad:end -->", "# ",
         "% texgrad: ", "% texgrad:begin 0123456789", "% texgrad:end", "\\begin{align}", "\\end{align}", "---\n",
         "\ufeff", "\0", r"\label{a}", r"\tag{1}", "Let ", "where ", " is symmetric", "| ", "\\[", "\\]")  # fmt: skip


def derive(data: bytes) -> None:
    """A formula: its derivation is written, or refused for a reason that is not ours."""
    latex, wrt, declare = _formula(data)
    with suppress(TexgradError):
        try:
            solution = texgrad.derive(latex, wrt or None, declare)
        except TexgradError as error:
            assert all(found.code != "internal" for found in error.diagnostics), error
            raise
        assert solution.latex() and json.loads(json.dumps(solution.to_json()))
        for result in solution.results:
            compile(result.python, "answer", "exec")


def read(data: bytes) -> None:
    """A formula: it is read, or refused at a place in it."""
    latex, wrt, declare = _formula(data)
    try:
        read_all(Problem((Source(latex, 5),), wrt=(wrt,) if wrt else (), declare=declare))
    except TexgradError as error:
        for found in error.diagnostics:
            assert found.message and picture(found, latex, "post.md")
            assert found.span is None or 0 <= found.span.start <= found.span.end <= len(latex) + 5


def _formula(data: bytes) -> tuple[str, str, dict[str, str]]:
    wrt, declare = WRT[data[0] % len(WRT)], WORDS[data[0] // len(WRT) % len(WORDS)]
    return data[1:].decode("utf-8", "surrogateescape"), wrt, declare


def weave(data: bytes) -> None:
    """A document: built twice it is what it is built once, and cleaned what it was."""
    text, format = data[1:].decode("utf-8", "surrogateescape"), FORMATS[data[0] % len(FORMATS)]
    bare = clean(text, named(format), force=True).text
    built, said = texgrad.build_text(bare, format)
    assert all(found.code != "internal" for found in said), said
    assert all(found.span is None or 0 <= found.span.start <= found.span.end <= len(bare) for found in said)
    assert texgrad.build_text(built, format)[0] == built
    assert clean(built, named(format)).text == bare


def verify(data: bytes) -> None:
    """A document: every verdict has its place, and what is to be mended can be."""
    text, format = data[1:].decode("utf-8", "surrogateescape"), FORMATS[data[0] % len(FORMATS)]
    with suppress(TexgradError):
        for verdict in texgrad.verify_text(text, format):
            assert verdict.reason != "internal" and 0 <= verdict.line <= len(text)
            assert verdict.span is None or 0 <= verdict.span.start <= verdict.span.end <= len(text)
            assert all(0 <= edit.span.start <= edit.span.end <= len(text) for edit in verdict.edits)


TARGETS: Mapping[str, Callable[[bytes], None]] = {"read": read, "derive": derive, "weave": weave, "verify": verify}
TOKENS_OF = {name: (*TOKENS, *SIGNS) if name in ("weave", "verify") else TOKENS for name in TARGETS}


def one(target: str, data: bytes) -> None:
    """One input, within its time."""
    if not data:
        return
    began = time.process_time()
    TARGETS[target](data)
    assert time.process_time() - began < SECONDS
    forget()


def seeds(target: str) -> list[bytes]:
    """The formulas of the cases, alone or in documents, and what nobody means well."""
    texts = [case["expression"] for case in wild.cases()]
    if TOKENS_OF[target] is not TOKENS:
        texts = [SHAPES[k % len(SHAPES)].format(text, texts[k - 1]) for k, text in enumerate(texts)]
        samples = sorted(path for path in Path("samples").glob("*") if path.suffix in (".md", ".tex"))
        texts += [path.read_bytes().decode() for path in samples]
    texts += [bomb[: LONGEST if atheris is None else SHORT] for bomb in BOMBS.values()]
    return [bytes([k % 256]) + text.encode("utf-8", "surrogatepass") for k, text in enumerate(texts)]


def mutated(rng: random.Random, pool: list[bytes], tokens: tuple[str, ...] | list[str]) -> bytes:
    """An input made of others: pieces joined, tokens put in, left out, or repeated."""
    data = bytearray(rng.choice(pool))
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(data) + 1)
        end = min(len(data), at + rng.choice((0, 0, 1, 3, 20)))
        token = rng.choice(tokens).encode("utf-8", "surrogatepass")
        data[at:end] = rng.choice((token, rng.randbytes(1), bytes(data[at:end]) * 3, rng.choice(pool)[1:40]))
    return bytes(data[:LONGEST])


def at_random(target: str, seconds: float, seed: int = 0) -> int:
    """Inputs until the time is up; how many there were. One that is wrong is left in the folder for temporary files."""
    rng, pool, count = random.Random(seed), seeds(target), 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        data = pool[count] if count < len(pool) else mutated(rng, pool, TOKENS_OF[target])
        try:
            one(target, data)
        except BaseException:
            Path(tempfile.gettempdir(), f"crash-{target}").write_bytes(data)
            raise
        count += 1
    return count


def guided(target: str, seconds: float) -> None:
    """Inputs that atheris finds by the code they reach."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        for k, data in enumerate(seeds(target)):
            (corpus / str(k)).write_bytes(data)
        words = Path(folder, "words")
        tokens = (token.encode("utf-8", "surrogatepass") for token in TOKENS_OF[target])
        words.write_text("\n".join('"' + "".join(f"\\x{byte:02x}" for byte in token) + '"' for token in tokens))
        limits = [f"-max_total_time={seconds:.0f}", f"-max_len={LONGEST}", "-timeout=300", "-len_control=20"]
        files = [f"-dict={words}", f"-artifact_prefix={tempfile.gettempdir()}/"]
        atheris.Setup([sys.argv[0], str(corpus), *limits, *files], lambda data: one(target, data))
        atheris.Fuzz()


if __name__ == "__main__":
    wanted = next((name for name in sys.argv[1:] if name in TARGETS), "read")
    rest = [word for word in sys.argv[1:] if word not in (*TARGETS, "random")] or ["60"]
    if Path(rest[0]).is_file():
        one(wanted, Path(rest[0]).read_bytes())
    elif atheris is None:
        print(f"{at_random(wanted, float(rest[0]))} inputs")
    else:
        guided(wanted, float(rest[0]))
