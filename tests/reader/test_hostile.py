"""Input that nobody means well: answered or refused, in bounded time, and with no other exception."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import texgrad
from tests.hostile import BOMBS, FORMULAS, TOKENS
from texgrad.reader import Problem, Source, read_all
from texgrad.source import TexgradError

SECONDS = 3  # of computing


@pytest.mark.parametrize("name", BOMBS)
def test_bombs(name: str) -> None:
    began = time.process_time()
    try:
        assert texgrad.derive(BOMBS[name], "x").results
    except TexgradError as error:
        assert error.diagnostics[0].message
    assert time.process_time() - began < SECONDS


MEASURE = """
from pathlib import Path

from tests.hostile import BOMBS
from texgrad import TexgradError, derive

calls = (f"f_{{{k}}}(" + ",".join("x" * 4900) + ")" for k in range(90))
for bomb in (*BOMBS.values(), *calls):
    try:
        derive(bomb[:10_000], "x")
    except TexgradError:
        pass
print(next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")).split()[1])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
def test_the_memory_that_formulas_take_one_after_another() -> None:
    peak = subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True).stdout
    assert int(peak) < 200_000  # KiB


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
