"""Each gold that SymPy can differentiate: `texgrad.derive`, lines and checks included, beside SymPy's bare `diff`.

SymPy differentiates matrix expressions where it can; where it cannot (norms, Hadamard products, elementwise functions)
it differentiates the function written out in the entries of explicit matrices, at sizes 4, 3, 2, entry by entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from statistics import median

import sympy as sp
from sympy.core.cache import clear_cache

from tests.benchmarks.timing import WARM, interleaved
from tests.test_gold import GOLDS, solution

N, M, P = sp.symbols("n m p", positive=True, integer=True)


def explicit(name: str, rows: int, cols: int) -> sp.Matrix:
    """A matrix of symbols."""
    return sp.Matrix(rows, cols, lambda i, j: sp.Symbol(f"{name}_{i}{j}"))


def by_entries(f: sp.Expr, *variables: sp.Matrix) -> list[sp.Matrix]:
    """∂f/∂X entry by entry."""
    return [x.applyfunc(lambda entry: sp.diff(f, entry)) for x in variables]


def squared(A: sp.Matrix) -> sp.Expr:
    """‖A‖²."""
    return sum(a**2 for a in A)


def symbolic_g1() -> object:
    """½ tr(XAᵀ(XAᵀ)ᵀ) as a matrix expression."""
    X, A = sp.MatrixSymbol("X", N, P), sp.MatrixSymbol("A", M, P)
    return sp.diff(sp.Trace(X * A.T * (X * A.T).T) / 2, X)


def symbolic_g5() -> object:
    """The quadratic form; the log-determinant is beyond SymPy's matrix expressions."""
    S, x, mu = sp.MatrixSymbol("S", N, N), sp.MatrixSymbol("x", N, 1), sp.MatrixSymbol("mu", N, 1)
    return sp.diff(sp.Trace((x - mu) * (x - mu).T * S.I) / 2, S)


def symbolic_g10() -> object:
    """AXB by X."""
    A, X, B = sp.MatrixSymbol("A", M, N), sp.MatrixSymbol("X", N, P), sp.MatrixSymbol("B", P, M)
    return sp.diff(A * X * B, X)


def explicit_g3() -> object:
    """‖W∘(R − UᵀV)‖² by U and V."""
    W, R, U, V = explicit("W", 4, 3), explicit("R", 4, 3), explicit("U", 2, 4), explicit("V", 2, 3)
    return by_entries(squared(W.multiply_elementwise(R - U.T * V)), U, V)


def explicit_g4() -> object:
    """(X∘A)𝟏 by A."""
    X, A = explicit("X", 4, 3), explicit("A", 4, 3)
    return [by_entries(y, A) for y in X.multiply_elementwise(A) * sp.ones(3, 1)]


def explicit_g5() -> object:
    """½ log det Σ + ½ (x − μ)ᵀΣ⁻¹(x − μ), 3×3."""
    S, w = explicit("S", 3, 3), explicit("x", 3, 1) - explicit("m", 3, 1)
    return by_entries(sp.log(S.det()) / 2 + (w.T * S.inv() * w)[0] / 2, S)


def explicit_g6() -> object:
    """Σ log(1 + exp(−yᵢ xᵢᵀw)), four samples."""
    x, y, w = explicit("x", 4, 3), explicit("y", 4, 1), explicit("w", 3, 1)
    return by_entries(sum(sp.log(1 + sp.exp(-y[i] * (x.row(i) * w)[0])) for i in range(4)), w)


def explicit_g7() -> object:
    """The two-layer network by all its weights."""
    W_2, W_1, x, b, y = (explicit(*a) for a in (("V", 2, 3), ("W", 3, 4), ("x", 4, 1), ("b", 3, 1), ("y", 2, 1)))
    return by_entries(squared(W_2 * (W_1 * x + b).applyfunc(sp.tanh) - y) / 2, W_2, W_1, b)


def explicit_g8() -> object:
    """‖Ax − b‖ by x."""
    A, x, b = explicit("A", 4, 3), explicit("x", 3, 1), explicit("b", 4, 1)
    return by_entries(sp.sqrt(squared(A * x - b)), x)


def explicit_g9() -> object:
    """The Hessian of log Σ exp(xᵢ)."""
    x = explicit("x", 4, 1)
    return sp.hessian(sp.log(sum(map(sp.exp, x))), list(x))


RIVALS: Mapping[str, tuple[str, Callable[[], object]]] = {
    "G1": ("matrix expression", symbolic_g1),
    "G3": ("entries 4×3", explicit_g3),
    "G4": ("entries 4×3", explicit_g4),
    "G5": ("entries 3×3", explicit_g5),
    "G5, quadratic form only": ("matrix expression", symbolic_g5),
    "G6": ("entries, 4 samples of 3", explicit_g6),
    "G7": ("entries 2, 3, 4", explicit_g7),
    "G8": ("entries 4×3", explicit_g8),
    "G9": ("entries 4", explicit_g9),
    "G10": ("matrix expression", symbolic_g10),
}


def uncached(function: Callable[[], object]) -> Callable[[], object]:
    """SymPy without what it remembers of the round before: it would only look up the answer."""

    def run() -> object:
        clear_cache()
        return function()

    return run


def derived(gold: str) -> str:
    """The derivation as LaTeX."""
    return solution(gold).latex()


def golds() -> None:
    """The table, and the median of the ratios."""
    ratios = []
    print(f"{'gold':26}{'texgrad':>12}{'SymPy diff':>14}{'ratio':>9}   SymPy differentiates")
    for name, (how, rival) in RIVALS.items():
        gold = name.split(",")[0]
        assert gold in GOLDS
        times = interleaved({"texgrad": partial(derived, gold), "sympy": uncached(rival)}, warm=WARM)
        ratios.append(times["sympy"] / times["texgrad"])
        ours, theirs = times["texgrad"] * 1e3, times["sympy"] * 1e3
        print(f"{name:26}{ours:9.2f} ms{theirs:11.2f} ms{ratios[-1]:8.1f}×   {how}")
    print(f"median ratio: {median(ratios):.1f}×\n")
