"""Random arrays for the check: numbers that are the same each time, and arrays of which something holds."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

from texgrad.operators import HERMITIAN
from texgrad.remembered import remembered

# manner -> what becomes of an array of standard normal numbers
MANNERS: Mapping[str, Any] = {
    "normal": lambda np, A: A,
    "positive": lambda np, A: 0.5 + np.abs(A),
    "small": lambda np, A: 0.3 * A,
    "large": lambda np, A: 4.0 + np.abs(A),
}


class Draws:
    """Random numbers, the same for the same seed, taken from blocks that are drawn once in a process."""

    def __init__(self, seed: int) -> None:
        self._seed, self._block, self._at = seed, 0, 0

    def normal(self, shape: tuple[int, ...]) -> Any:
        """An array of standard normal numbers; a view that nobody may write to."""
        count = prod(shape)
        if self._at + count > BLOCK:
            self._block, self._at = self._block + 1, 0
        start, self._at = self._at, self._at + count
        block = _block(self._seed, self._block) if count <= BLOCK else _drawn(self._seed, self._block, count)
        return block[start : start + count].reshape(shape)

    def below(self, bound: int) -> int:
        """A whole number from 0 to `bound` − 1."""
        return int(1e6 * abs(float(self.normal(())))) % bound


BLOCK = 2048


@remembered(64)
def _block(seed: int, number: int) -> Any:
    """One block of standard normal numbers, kept for the worlds that are made of them again and again."""
    return _drawn(seed, number, BLOCK)


def _drawn(seed: int, number: int, count: int) -> Any:
    """Standard normal numbers that are never written to."""
    import numpy as np

    block = np.random.default_rng((seed, number)).standard_normal(count)
    block.flags.writeable = False
    return block


def draw(np: Any, draws: Draws, manner: str, shape: tuple[int, ...]) -> Any:
    """Random numbers of that manner; square matrices are moved away from singular ones."""
    array = draws.normal(shape)
    way = -1.0 if manner == "signed" and draws.below(2) else 1.0
    if manner in ("mixed", "signed"):
        manner = tuple(MANNERS)[draws.below(len(MANNERS))]
    array = way * MANNERS[manner](np, array)
    square = len(shape) > 2 and shape[-1] == shape[-2] > 1
    apart = 0.6 if manner == "small" else 2.0  # the powers of what is near 2I are not small
    return array + apart * way * np.eye(shape[-1]) if square else array


def _positive_definite(np: Any, A: Any) -> Any:
    return A @ A.conj().swapaxes(-1, -2) / A.shape[-1] + 0.7 * np.eye(A.shape[-1])


def _orthogonal(np: Any, A: Any) -> Any:
    """Rotations near the array at every other point, and reflections at the others; of either the same columns."""
    Q, R = np.linalg.qr(A)
    diagonal = np.diagonal(R, axis1=-2, axis2=-1)[..., None, :]
    Q = Q * np.where(diagonal < 0, -1.0, 1.0)
    Q[1::2, ..., :1] *= -1.0
    return Q


# what a value with the assumption is made of: (numpy, random array) -> array
PROPERTIES: Mapping[str, Any] = {
    "positive definite": _positive_definite,
    "negative definite": lambda np, A: -_positive_definite(np, A),
    "diagonal": lambda np, A: A * np.eye(A.shape[-1]),
    HERMITIAN: lambda np, A: (A + A.conj().swapaxes(-1, -2)) / 2,
    "unitary": lambda np, A: np.linalg.qr(A)[0],
    "symmetric": lambda np, A: (A + A.swapaxes(-1, -2)) / 2,
    "skew-symmetric": lambda np, A: A - A.swapaxes(-1, -2),
    "orthogonal": _orthogonal,
    "lower triangular": lambda np, A: np.tril(A) + np.eye(A.shape[-1]),
    "upper triangular": lambda np, A: np.triu(A) + np.eye(A.shape[-1]),
    "full column rank": lambda np, A: A if A.shape[-2] >= A.shape[-1] else np.full_like(A, np.nan),
    "full row rank": lambda np, A: A if A.shape[-2] <= A.shape[-1] else np.full_like(A, np.nan),
    "adding up to 1": lambda np, A: np.abs(A) / np.abs(A).sum(1, keepdims=True),  # over entries, or over members
    **dict.fromkeys(("probability vector", "one-hot"), lambda np, A: np.abs(A) / np.abs(A).sum(-2, keepdims=True)),
    **dict.fromkeys(("probability rows", "one-hot rows"), lambda np, A: np.abs(A) / np.abs(A).sum(-1, keepdims=True)),
    "+-1": lambda np, A: np.where(A < 0, -1.0, 1.0),
    "0/1": lambda np, A: np.where(A < 0, 0.0, 1.0),
    "in (0,1)": lambda np, A: 1 / (1 + np.exp(-A)),
    "positive": lambda np, A: 0.5 + np.abs(A),
    "nonnegative": lambda np, A: np.abs(A),
}


def assumed(np: Any, array: Any, assume: frozenset[str]) -> Any:
    """The array made into one of which that holds."""
    if not assume:
        return array
    if HERMITIAN in assume and "definite" in assume:
        return _positive_definite(np, array)
    make = next((make for name, make in PROPERTIES.items() if name in assume), None)
    return array if make is None else make(np, array)
