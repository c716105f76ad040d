"""Eigenvalues and singular values, with their vectors, and derivatives along a matrix, in NumPy and SciPy."""

from __future__ import annotations

from texgrad.algebra import Expr
from texgrad.operators import (
    EIGENVALUE,
    LEFT_EIGENVECTOR,
    LEFT_VECTOR,
    MATRIX_EXP,
    MATRIX_POWER,
    RIGHT_VECTOR,
    SINGULAR_VALUE,
    symmetric,
)
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


def along_code(e: Expr, to: Context) -> Code:
    """A Fréchet derivative: that of the exponential is SciPy's, the others are a corner of f([[A, E], [0, A]])."""
    return Code(_along(e, to, *(to(a).text for a in e.args)))


def _along(e: Expr, to: Context, A: str, E: str, *exponent: str) -> str:
    of, *data = e.data
    if of is MATRIX_EXP:
        return f"scipy.linalg.expm_frechet({A}, {E}, compute_expm=False)"
    pair = "np.block([[A, E], [np.zeros_like(A), A]])"
    whole = f"scipy.linalg.fractional_matrix_power({pair}, p)" if of is MATRIX_POWER else of.python.format(pair)
    whole = f"{to.function(data[0].name, data[0].order)}({pair})" if data else whole
    names = "A, E, p" if exponent else "A, E"
    return f"(lambda {names}: {whole}[:len(A), len(A):])({', '.join((A, E, *exponent))})"


def along_matrix_code(e: Expr, to: Context) -> Code:
    """Its matrix, one column for each entry of the direction."""
    (A,) = e.args
    n = to.size(A.shape[0])
    column = _along(e, to, to(A).text, "E.T") + ".ravel('F')"
    return Code(f"np.stack([{column} for E in np.eye({n} * {n}).reshape(-1, {n}, {n})], axis=1)")
