"""Times of several functions in one interleaved run, so that a busy machine slows all of them."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter

from texgrad.solution_ways import forget


def interleaved(functions: Mapping[str, Callable[[], object]], rounds: int = 7,
                clock: Callable[[], float] = perf_counter) -> dict[str, float]:  # fmt: skip
    """The median time of each function in seconds; they take turns, after one round that is not counted.

    Each begins without the derivations of the round before: they would only be looked up.
    """
    times: dict[str, list[float]] = {name: [] for name in functions}
    for turn in range(rounds + 1):
        for name, function in functions.items():
            forget()
            gc.collect()
            start = clock()
            function()
            if turn:
                times[name].append(clock() - start)
    return {name: median(found) for name, found in times.items()}
