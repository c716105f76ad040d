"""Eigenvalues and singular values, with their vectors, in NumPy."""

from __future__ import annotations

from texgrad.algebra import Expr
from texgrad.operators import EIGENVALUE, LEFT_EIGENVECTOR, LEFT_VECTOR, RIGHT_VECTOR, SINGULAR_VALUE, symmetric
from texgrad.operators.spectra import place
from texgrad.shapes import Index
from texgrad.writer.numpy_text import WHOLE, Code, Context


def _place(e: Expr, to: Context, rising: bool) -> str:
    """Where an eigenvalue or a singular value stands in NumPy's order."""
    (which,) = e.data
    if isinstance(which, Index):
        return to.index(which.name)
    return str(-1 - place(which) if rising else place(which))


def eigen_code(e: Expr, to: Context) -> Code:
    """An eigenvalue or an eigenvector; a symmetric matrix has a function of its own in NumPy."""
    (A,) = e.args
    at, text = _place(e, to, rising=True), to(A).text
    if symmetric(A):
        value = f"np.linalg.eigvalsh({text})[{at}]"
        return Code(value if e.op is EIGENVALUE else f"np.linalg.eigh({text})[1][:, {at}]")
    text = f"{to(A).at(WHOLE)}.T" if e.op is LEFT_EIGENVECTOR else text
    if e.op is EIGENVALUE:
        return Code(f"np.sort(np.linalg.eigvals({text}).real)[{at}]")
    return Code(f"(lambda w, V: V[:, np.argsort(w.real)[{at}]].real)(*np.linalg.eig({text}))")


def singular_code(e: Expr, to: Context) -> Code:
    """A singular value or a singular vector."""
    at, text = _place(e, to, rising=False), to(e.args[0]).text
    parts = {
        SINGULAR_VALUE: f"np.linalg.svd({text}, compute_uv=False)[{at}]",
        LEFT_VECTOR: f"np.linalg.svd({text}, full_matrices=False)[0][:, {at}]",
        RIGHT_VECTOR: f"np.linalg.svd({text}, full_matrices=False)[2][{at}]",
    }
    return Code(parts[e.op])
