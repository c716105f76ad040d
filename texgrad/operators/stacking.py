"""What the rules for vecs are handed, as the rules for values are handed NumPy: constructors of a higher floor."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from texgrad.algebra import Expr
from texgrad.shapes import Dim


class Stacking(NamedTuple):
    """The constructors by which the matrix V of vec(L(dX)) = V vec(dX) is put together (see `Op.vec`)."""

    vec: Callable[[Expr], Expr]
    kronecker: Callable[[Expr, Expr], Expr]
    commutation: Callable[[Dim, Dim], Expr]
    diagonal_matrix: Callable[[Expr], Expr]
