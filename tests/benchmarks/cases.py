"""How long single requests take, with lines, checks and answers: those of the tests' data, and large functions."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from time import process_time

import texgrad
from tests import wild
from tests.test_growth import by_all, by_input, by_middle, chain, nested, number, squares
from texgrad.solution_ways import forget
from texgrad.source import TexgradError

READABILITY = Path(__file__).parent.parent / "data" / "readability.jsonl"
# large function -> how many layers, factors or terms, and how many seconds it may take
LARGE = ((chain, 64, 0.1), (squares, 1000, 0.3), (nested, 100, 0.5), (number, 100, 0.5), (by_input, 100, 0.5),
         (by_middle, 100, 0.5), (by_all, 100, 0.5))  # fmt: skip


def _answered(derive: Callable[[], texgrad.Solution]) -> float | None:
    """The seconds of computing that an answer takes, the best of three; None for a refusal."""
    times = []
    for _ in range(3):
        forget()
        began = process_time()
        try:
            solution = derive()
            assert solution.latex() and solution.results[0].latex
        except TexgradError:
            return None
        times.append(process_time() - began)
    return min(times)


def cases() -> None:
    """Median, 90th percentile and worst of the requests in the tests' data; then a row for each large function."""
    times: dict[str, float] = {}
    for case in wild.cases():
        time = _answered(partial(wild.solve, case))
        times |= {} if time is None else {case["id"]: time}
    for line in READABILITY.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        options = {name: case[name] for name in ("declare", "assume", "order")}
        time = _answered(partial(texgrad.derive, case["request"], **options))
        times |= {} if time is None else {case["id"]: time}
    slowest = max(times, key=lambda name: times[name])
    tenths = quantiles(times.values(), n=10)
    print(f"{len(times)} requests: median {1e3 * median(times.values()):.1f} ms, 90 % below {1e3 * tenths[-1]:.1f} ms, "
          f"worst {1e3 * times[slowest]:.1f} ms ({slowest})")  # fmt: skip
    for family, n, wanted in LARGE:
        latex, options = family(n)
        time = _answered(partial(texgrad.derive, latex, **options))
        took = "refused" if time is None else f"{time:6.2f} s"
        print(f"{(family.__doc__ or '').strip():55} {n:5d} {took}   (wanted {wanted} s)")
    print()
