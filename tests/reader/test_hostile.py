"""Input that nobody means well: answered or refused, in bounded time, and with no other exception."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hostile import BOMBS, FORMULAS, TOKENS
from texgrad.reader import Problem, Source, read_all
from texgrad.source import TexgradError

SECONDS = 3  # of computing


# every formula one after another in a process of its own: what it took, and whether it was answered or refused
MEASURE = """
import json
import time
from pathlib import Path

from tests.hostile import BOMBS
from texgrad import TexgradError, derive

found = {}
calls = {f"call {k}": f"f_{{{k}}}(" + ",".join("x" * 4900) + ")" for k in range(90)}
for name, bomb in {**BOMBS, **calls}.items():
    began = time.process_time()
    try:
        said = bool(derive(bomb, "x").results)
    except TexgradError as error:
        said = bool(error.diagnostics[0].message)
    found[name] = said, time.process_time() - began
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else ["VmHWM: 0"]
peak = next(line for line in lines if line.startswith("VmHWM")).split()[1]
print(json.dumps({"found": found, "peak": int(peak)}))
"""


@pytest.fixture(scope="module")
def measured() -> dict[str, Any]:
    """What was found of every bomb, and how much memory all of them took, in KiB."""
    out = subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True).stdout
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.mark.parametrize("name", BOMBS)
def test_bombs(name: str, measured: dict[str, Any]) -> None:
    said, seconds = measured["found"][name]
    assert said and seconds < SECONDS


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
def test_the_memory_that_formulas_take_one_after_another(measured: dict[str, Any]) -> None:
    assert measured["peak"] < 200_000


DEFINITIONS = st.lists(st.sampled_from((
    r"\def", r"\newcommand", r"\NewDocumentCommand", r"\DeclarePairedDelimiterX", r"\let", r"\providecommand",
    r"\a", r"\b", r"\IfValueTF", r"\IfBooleanTF", "{", "}", "[", "]", "#1", "#2", "2", "*", "=", "x", "m", "s", "o",
    "O", "^T", r"\|", "(", ")",
)), max_size=25).map("".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(DEFINITIONS, DEFINITIONS)
def test_definitions_of_any_kind(preamble: str, formula: str) -> None:
    began = time.process_time()
    try:
        read_all(Problem((Source(formula, 3),), macro_sources=(preamble,), wrt=("x",)))
    except TexgradError as error:
        for found in error.diagnostics:
            assert found.span is None or 0 <= found.span.start <= found.span.end
    assert time.process_time() - began < SECONDS


@settings(max_examples=400, deadline=None)
@given(st.randoms(use_true_random=False))
def test_formulas_with_typing_errors(rng: random.Random) -> None:
    tokens = list(rng.choice(FORMULAS))
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(tokens) + 1)
        tokens[at : at + rng.randint(0, 1)] = rng.choices(TOKENS, k=rng.randint(0, 2))
    latex = "".join(tokens)
    began = time.process_time()
    try:
        assert read_all(Problem((Source(latex, 5),), wrt=(rng.choice(["x", "X", r"\sigma^2", r"\mathbf{X}"]),)))
    except TexgradError as error:
        for found in error.diagnostics:
            assert found.message and (found.span is None or 0 <= found.span.start <= found.span.end)
    assert time.process_time() - began < SECONDS
