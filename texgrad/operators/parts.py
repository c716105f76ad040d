"""Parts of a square matrix: what the derivatives by structured variables are made of."""

from __future__ import annotations

from typing import Any

from texgrad.algebra import Op


def _toeplitz_value(np: Any, A: Any, data: Any = None) -> Any:
    n = A.shape[-1]
    sums = {k: np.trace(A, offset=k, axis1=-2, axis2=-1) for k in range(1 - n, n)}
    return np.stack([np.stack([sums[j - i] for j in range(n)], axis=-1) for i in range(n)], axis=-2)


LOWER: Op = Op(
    "lower triangle", "n n -> n n", (r"\operatorname{tril}(#1)",), value=lambda np, A, data: np.tril(A),
    moves=lambda G, A, data=None: (LOWER(G),), python="np.tril({0})", law="linearity",
)  # fmt: skip
UPPER: Op = Op(
    "upper triangle", "n n -> n n", (r"\operatorname{triu}(#1)",), value=lambda np, A, data: np.triu(A),
    moves=lambda G, A, data=None: (UPPER(G),), python="np.triu({0})", law="linearity",
)  # fmt: skip
DIAGONAL_SUMS: Op = Op(
    "sums of the diagonals", "n n -> n n", (r"\operatorname{toep}(#1)",), value=_toeplitz_value,
    moves=lambda G, A, data=None: (DIAGONAL_SUMS(G),), law="linearity",
    python=(
        "np.array([[np.trace({0}, offset=j - i) for j in range(len({0}))] for i in range(len({0}))])"
    ),
)  # fmt: skip
