"""Real or complex: the names of a problem that speaks of complex numbers."""

from __future__ import annotations

from texgrad.immutable import immutable
from texgrad.operators import HERMITIAN
from texgrad.operators.transposes import DEFINITE
from texgrad.shapes import SCALAR, Shape

OF_COMPLEX = frozenset(("complex", HERMITIAN, "unitary"))
# what only real numbers, vectors and matrices are
OF_REAL = frozenset((
    "real", "positive", "nonnegative", "integer", "orthogonal", "in (0,1)", "+-1", "0/1", "one-hot", "symmetric",
    "probability vector", "negative definite", "skew-symmetric",
))  # fmt: skip
# what only a square matrix can be
SQUARE = frozenset((
    "symmetric", "positive definite", "negative definite", "diagonal", "orthogonal", "skew-symmetric", "invertible",
    "lower triangular", "upper triangular", "Toeplitz", "Hermitian", "unitary", "idempotent", "square",
))  # fmt: skip
REAL_LETTERS = frozenset("tprmnkqTPNKM")  # numbers that are called so are real


def fitting(assume: frozenset[str], shape: Shape) -> frozenset[str]:
    """The properties that something of this shape can have."""
    return assume if shape[0] == shape[1] else assume - SQUARE


@immutable
class Field:
    """Whether a problem speaks of complex numbers, and the names that are said to be real.

    starred: whether a star means the conjugate transpose, where either would fit. conjugated: the names that have
    conjugates in the formulas, and are not real for all that their letters say.
    """

    complex: bool = False
    real: frozenset[str] = frozenset()
    starred: bool = False
    conjugated: frozenset[str] = frozenset()

    def assumed(self, name: str, shape: Shape, assume: frozenset[str]) -> frozenset[str]:
        """What is assumed of a name, `complex` where it is."""
        if not self.complex:
            return assume
        if OF_COMPLEX.isdisjoint(assume):
            definite = "positive definite" in assume and name not in self.real
            greek = shape == SCALAR and ((name.startswith("\\") and "{" not in name) or name in REAL_LETTERS)
            greek = greek and name not in self.conjugated
            if name in self.real or greek or not (definite or OF_REAL.isdisjoint(assume)):
                return assume
        if "positive definite" in assume:
            assume = (assume - {"positive definite", "symmetric"}) | {HERMITIAN, DEFINITE}
        return assume | {"complex"}


REALS = Field()
