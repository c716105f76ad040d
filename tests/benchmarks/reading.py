"""How long formulas of some 200 characters are read, the share of pylatexenc in it, and growth over the length."""

from __future__ import annotations

from functools import partial

from pylatexenc.latexwalker import LatexWalker
from pylatexenc.macrospec import LatexContextDb

from tests.benchmarks.timing import interleaved
from texgrad.reader import Problem, Source, read
from texgrad.reader.expansion import expand

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
_CONTEXT = LatexContextDb()


def whole(latex: str, at: int = 0) -> object:
    """A problem read; nothing is remembered of it from before when it stands elsewhere."""
    return read(Problem((Source(latex, at),)))


def walked(latex: str) -> object:
    """Only pylatexenc's nodes."""
    walker = LatexWalker(expand(latex, {}).text, latex_context=_CONTEXT, tolerant_parsing=False)
    return walker.get_latex_nodes(parsing_state=walker.make_parsing_state(in_math_mode=True))


def reading() -> None:
    """A row for each formula, then sums of growing length."""
    for name, latex in LONG.items():
        whole(latex)
        at = iter(range(10**6))
        runs = {"read": lambda t=latex, at=at: whole(t, next(at)), "pylatexenc": partial(walked, latex)}
        times = interleaved(runs, rounds=30)
        row = ", ".join(f"{part} {1000 * t:.2f} ms" for part, t in times.items())
        print(f"{name} ({len(latex)} characters): {row}")
    for n in (5, 10, 20, 40, 80):
        latex = r"\nabla_x " + "+".join(rf"a_{{{k}}}^Tx" for k in range(1, n + 1))
        at = iter(range(10**6))
        time = interleaved({"read": lambda t=latex, at=at: whole(t, next(at))}, rounds=5)["read"]
        print(f"{len(latex)} characters: {1000 * time:.1f} ms, {1e6 * time / len(latex):.1f} µs a character")
