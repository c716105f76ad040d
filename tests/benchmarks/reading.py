"""How long formulas of some 200 characters are read, the share of pylatexenc in it, and growth over the length.

Times are those of the processor (`process_time`), so that other work on the machine counts as little as possible.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import count
from statistics import median
from time import process_time

from pylatexenc.latexwalker import LatexWalker
from pylatexenc.macrospec import LatexContextDb

from tests import wild
from tests.benchmarks.timing import interleaved
from texgrad.reader import Problem, Source, read
from texgrad.reader.expansion import expand
from texgrad.reader.walker import Walker
from texgrad.source import TexgradError

LONG = {
    "ridge": r"\frac{\partial}{\partial W}\left(\frac12\left\|Y-X W^{\top}V\right\|_F^2"
    r"+\frac{\lambda}{2}\operatorname{tr}(W^TKW)+\mu\,1^T\exp\left(W^{\top}a\right)-\log\det\left(I+WW^T\right)\right)",
    "gaussian": r"\nabla_{\boldsymbol\mu}\; -\frac{n}{2}\log|\boldsymbol\Sigma|"
    r"-\frac12\sum_{i=1}^{n}(\mathbf x_i-\boldsymbol\mu)^{\top}"
    r"\boldsymbol\Sigma^{-1}(\mathbf x_i-\boldsymbol\mu)-\frac{\lambda}{2}\lVert\boldsymbol\mu\rVert_2^2",
    "layers": r"\frac{d}{dW_1}\,\frac12"
    r"\left\lVert W_3\tanh\left(W_2\tanh\left(W_1x+b_1\right)+b_2\right)+b_3-y\right\rVert_2^2"
    r"+\frac{\alpha}{2}\left(\|W_1\|_F^2+\|W_2\|_F^2+\|W_3\|_F^2\right)",
}
FAMILIES: Mapping[str, Callable[[int], str]] = {
    "terms": lambda n: r"\nabla_x " + "+".join(rf"a_{{{k}}}^Tx" for k in range(1, n + 1)),
    "factors": lambda n: r"\nabla_X \operatorname{tr}(" + "".join(rf"A_{{{k}}}X" for k in range(1, n + 1)) + ")",
    "norms": lambda n: r"\nabla_x \left(" + "+".join(rf"\|A_{{{k}}}x-b\|_2^2" for k in range(1, n + 1)) + r"\right)",
    "macros": lambda n: r"\def\q#1{\|A#1\|^2}\nabla_x \left(" + "+".join(r"\q{x}" for _ in range(n)) + r"\right)",
}
PLACES = count(1)  # nothing is remembered of a formula that stood elsewhere
_CONTEXT = LatexContextDb()


def whole(latex: str) -> object:
    """A problem read."""
    return read(Problem((Source(latex, 1000 * next(PLACES)),)))


def walked(latex: str) -> object:
    """Only the walk, as the reader does it, to items that are not finished."""
    return Walker(expand(latex, {}), 0, tuple).get_latex_nodes()


def plain(latex: str) -> object:
    """Only the walk, as pylatexenc does it."""
    walker = LatexWalker(latex, latex_context=_CONTEXT, tolerant_parsing=False)
    return walker.get_latex_nodes(parsing_state=walker.make_parsing_state(in_math_mode=True))


def case(known: wild.Case) -> float:
    """How long a request of a real post is read, in milliseconds for 200 characters; nan where it is refused."""
    latex = known["expression"]
    wrt = (known["wrt"],) if isinstance(known["wrt"], str) else tuple(known["wrt"])
    times = []
    for _ in range(5):
        place = Source(latex, 1000 * next(PLACES))
        start = process_time()
        try:
            read(Problem((place,), wrt=wrt, declare=known["declare"], assume=known["assume"], macros=known["macros"],
                         definitions=tuple(known["definitions"])))  # fmt: skip
        except TexgradError:
            return float("nan")
        times.append(process_time() - start)
    return 1000 * median(times) * 200 / max(len(latex), 1)


def reading() -> None:
    """A row for each formula, the median over real requests, then formulas of growing length."""
    for name, latex in LONG.items():
        runs = {"read": partial(whole, latex), "walk": partial(walked, latex), "own": partial(plain, latex)}
        times = interleaved(runs, rounds=40, clock=process_time)
        share = 100 * times["walk"] / times["read"]
        print(
            f"{name} ({len(latex)} characters): read {1000 * times['read']:.2f} ms, of it {share:.0f} % on the nodes "
            f"of pylatexenc ({1000 * times['walk']:.2f} ms; its own walk: {1000 * times['own']:.2f} ms)"
        )
    typical = [c for c in wild.cases() if 100 <= len(c["expression"]) <= 400]
    times_of = sorted(t for t in map(case, typical) if t == t)
    print(f"{len(times_of)} requests of posts: {median(times_of):.2f} ms for 200 characters at the median")
    for name, family in FAMILIES.items():
        row: list[str] = []
        for length in (250, 1000, 4000, 16_000):
            n = next(k for k in count(1) if len(family(k)) >= length)
            latex = family(n)
            try:
                time = interleaved({"read": partial(whole, latex)}, rounds=3, clock=process_time)["read"]
            except TexgradError as error:
                row.append(f"{len(latex)} characters: {error}")
                continue
            row.append(f"{len(latex)} characters {1000 * time:.1f} ms ({1e6 * time / len(latex):.1f} µs each)")
        print(f"{name}: " + ", ".join(row))
