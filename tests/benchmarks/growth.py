"""Growth of time over the input, with an exponent fitted to the larger half: time ~ nᵏ, answer ~ nᵃ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from math import log
from typing import Any

from tests.benchmarks.timing import interleaved
from texgrad import derive

SIZES = (2, 4, 8, 16, 32)


def product_of(n: int) -> tuple[str, dict[str, Any]]:
    """tr(A₁XA₂X…AₙX)."""
    chain = "".join(f"A_{{{k}}}X" for k in range(1, n + 1))
    return rf"\operatorname{{tr}}({chain})", {"wrt": "X"}


def sum_of(n: int) -> tuple[str, dict[str, Any]]:
    """Σ ‖AᵢX − Bᵢ‖², every term written out."""
    return "+".join(rf"\|A_{{{k}}}X-B_{{{k}}}\|_F^2" for k in range(1, n + 1)), {"wrt": "X"}


def layers(n: int) -> tuple[str, dict[str, Any]]:
    """n nested tanh layers, by the innermost weights."""
    inner = "x"
    for k in range(1, n + 1):
        inner = rf"\tanh(W_{{{k}}}{inner})"
    return rf"\frac12\|{inner}-y\|_2^2", {"wrt": "W_{1}", "declare": {"x": "d"}}


FAMILIES: Mapping[str, tuple[Callable[[int], tuple[str, dict[str, Any]]], tuple[int, ...]]] = {
    "tr(A₁X…AₙX)": (product_of, SIZES),
    "Σ ‖AᵢX−Bᵢ‖²": (sum_of, SIZES),
    "tanh layers": (layers, (8, 16, 32, 64, 128)),
}


def exponent(sizes: tuple[int, ...], values: list[float]) -> float:
    """The slope of log value over log size from the middle size to the last."""
    middle = len(sizes) // 2
    return log(values[-1] / values[middle]) / log(sizes[-1] / sizes[middle])


def derived(latex: str, options: dict[str, Any]) -> str:
    """The derivation as LaTeX."""
    return derive(latex, **options).latex()


def growth() -> None:
    """One row a size, and the exponents of each family."""
    for name, (make, sizes) in FAMILIES.items():
        problems = {str(n): make(n) for n in sizes}
        runs = {n: partial(derived, *problem) for n, problem in problems.items()}
        times = list(interleaved(runs, rounds=3).values())
        answers = [float(sum(len(r.latex) for r in derive(p[0], **p[1]).results)) for p in problems.values()]
        texts = [float(len(derived(*p))) for p in problems.values()]
        print(f"{name}: n, time, characters of the answer, characters of all lines")
        for n, time, answer, text in zip(sizes, times, answers, texts, strict=True):
            print(f"  {n:3d}{time * 1e3:10.1f} ms{answer:10.0f}{text:10.0f}")
        fits = [exponent(sizes, values) for values in (times, answers, texts)]
        print("  exponents: time {:.2f}, answer {:.2f}, lines {:.2f}\n".format(*fits))
