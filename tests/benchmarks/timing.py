"""Times of several functions in one interleaved run, so that a busy machine slows all of them."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter

from texgrad.solution_ways import forget

WARM = 9  # rounds after which the interpreter has specialised what runs: it does so at the eighth call


def interleaved(functions: Mapping[str, Callable[[], object]], rounds: int = 7,
                clock: Callable[[], float] = perf_counter, warm: int = 1) -> dict[str, float]:  # fmt: skip
    """The median time of each function in seconds; they take turns, after `warm` rounds that are not counted.

    Each begins without the derivations of the round before: they would only be looked up.
    """
    times: dict[str, list[float]] = {name: [] for name in functions}
    for turn in range(warm + rounds):
        for name, function in functions.items():
            forget()
            gc.collect()
            start = clock()
            function()
            if turn >= warm:
                times[name].append(clock() - start)
    return {name: median(found) for name, found in times.items()}
