"""Input that nobody means well: answered or refused, in bounded time, and with no other exception."""

from __future__ import annotations

import random
import time

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
