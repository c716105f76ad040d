"""Each operator in NumPy: the code of an expression from the codes of its arguments."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import reduce
from operator import add

from texgrad.algebra import COMPLEX, NUMBER, SCALE, SUM, SYMBOL, ZERO, Expr, Op
from texgrad.operators import (
    BASIS,
    BLOCK,
    COLUMN,
    COMMUTATION,
    DELTA,
    DIFFERENTIAL,
    DIMENSION,
    DUPLICATION,
    EIGENVALUE,
    EIGENVECTOR,
    ELIMINATION,
    ENTRY,
    FRECHET,
    FROBENIUS,
    HADAMARD,
    IDENTITY,
    IMAGINARY,
    INDEX_VALUE,
    INTEGRAL,
    INTEGRAL_MATRIX,
    KRONECKER,
    LEFT_EIGENVECTOR,
    LEFT_VECTOR,
    MATRIX_POWER,
    ONES,
    PARTIAL,
    PARTIAL_TRACE,
    PI,
    POWER,
    PRODUCT,
    RIGHT_VECTOR,
    ROW,
    SINGLE,
    SINGULAR_VALUE,
    TRANSPOSE,
    UNKNOWN_FUNCTION,
    UNKNOWN_OF_MATRIX,
    is_complex,
)
from texgrad.shapes import ONE, SCALAR, Dim
from texgrad.writer.numpy_arithmetic import (
    frobenius_code,
    hadamard_code,
    kronecker_code,
    matrix_power_code,
    power_code,
    product_code,
    scaled_code,
    sum_code,
)
from texgrad.writer.numpy_spectral import along_code, along_matrix_code, eigen_code, singular_code
from texgrad.writer.numpy_text import (
    PLUS,
    TIMES,
    WHOLE,
    Code,
    Context,
    Unwritable,
    is_vector,
    placed,
    shape_code,
    subscript,
    two_axes,
)

_BRACKETS = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"  # three deep
CALL = re.compile(rf"((?:np|scipy)\.[\w.]+{_BRACKETS}|\{{0\}}\.\w+({_BRACKETS})?)(\[\d\])?")
BETWEEN_COMMAS = re.compile(r"(?<=[(])\{\d\}(?=[,)])|(?<=, )\{\d\}(?=[,)])")


def code_of(e: Expr, to: Context) -> Code:
    """The code of `e`."""
    return HANDS.get(e.op, _call)(e, to)


def _symbol(e: Expr, to: Context) -> Code:
    found = to.identifier(e.data.name)
    return Code(found + subscript(e.data.indices, to) if e.data.indices else found)


def _single(e: Expr, to: Context) -> Code:
    units = [f"np.eye({to.size(i.size)})[{placed(i, to)}]" for i in e.data]
    return Code(units[0] if len(units) == 1 else f"np.outer({', '.join(units)})")


def _commutation(e: Expr, to: Context) -> Code:
    rows, cols = (to.size(d) for d in e.data)
    both = to.size(e.data[0] * e.data[1])
    return Code(f"np.eye({both}).reshape({cols}, {rows}, -1).swapaxes(0, 1).reshape({both}, -1)")


def _duplication(e: Expr, to: Context) -> Code:
    n = to.size(e.data)
    pairs = f"(np.triu_indices({n}), np.triu_indices({n})[::-1])"
    return Code(f"np.maximum(*(np.eye({n} * {n})[:, b + {n} * a] for a, b in {pairs}))")


def _elimination(e: Expr, to: Context) -> Code:
    n = to.size(e.data)
    return Code(f"np.eye({n} * {n})[np.dot([{n}, 1], np.triu_indices({n}))]")


def _transpose(e: Expr, to: Context) -> Code:
    inner = to(e.args[0])
    return inner if is_vector(e.shape) else Code(f"{inner.at(WHOLE)}.T")


def _entry(e: Expr, to: Context) -> Code:
    return Code(to(e.args[0]).at(WHOLE) + subscript(e.data, to))


def _row(e: Expr, to: Context) -> Code:
    before = "" if e.op is ROW else ":, "
    return Code(f"{to(e.args[0]).at(WHOLE)}[{before}{placed(e.data[0], to)}]")


def _dimension(e: Expr, to: Context) -> Code:
    text = to.size(e.data)
    return Code(text, PLUS if {"+", "-"} & set(text) else TIMES if "*" in text else WHOLE)


def _differential(e: Expr, to: Context) -> Code:
    inner = e.args[0]
    if inner.op is not SYMBOL or inner.data.indices:
        raise Unwritable("the differential of a compound has no counterpart in NumPy")
    return Code(to.step(inner.data.name))


def _unknown_function(e: Expr, to: Context) -> Code:
    given = e.args[0].args if e.args[0].op is BLOCK and e.args[0].data[1] == 1 else e.args
    member = to.function(e.data.name, e.data.order) + (subscript(e.data.indices, to) if e.data.indices else "")
    return Code(f"{member}({', '.join(to(a).text for a in given)})")


def _partial(e: Expr, to: Context) -> Code:
    k, *sizes = e.data
    start, stop = (to.size(reduce(add, sizes[:n], Dim.of(0))) if n else "0" for n in (k, k + 1))
    part = start if sizes[k] == ONE else f"{start}:{stop}"
    return Code(f"{to(e.args[0]).at(WHOLE)}[{part if e.args[0].data.shape == SCALAR else ':, ' + part}]")


def _partial_trace(e: Expr, to: Context) -> Code:
    over, rows, cols, size = e.data
    axes = (("k", size), ("i", rows), ("k", size), ("j", cols))
    order = (1, 0, 3, 2) if over == 2 else (0, 1, 2, 3)
    kept = [axes[k] for k in order if axes[k][1] != ONE]
    marks, result = "".join(mark for mark, _ in kept), "".join(mark for mark, _ in kept if mark != "k")
    shape = ", ".join(to.size(dim) for _, dim in kept)
    return Code(f"np.einsum('{marks}->{result}', {to(e.args[0]).at(WHOLE)}.reshape({shape}))")


def _block(e: Expr, to: Context) -> Code:
    codes = [to(a) for a in e.args]
    if is_vector(e.shape):
        return Code(f"np.hstack([{', '.join(c.text for c in codes)}])")
    texts = two_axes(e.args, codes)
    rows = [", ".join(texts[k : k + e.data[1]]) for k in range(0, len(texts), e.data[1])]
    return Code(f"np.block([[{'], ['.join(rows)}]])")


def _call(e: Expr, to: Context) -> Code:
    """Any other operator: as its entry in the table says."""
    template = e.op.python
    if not template:
        raise Unwritable(f"{e.op.name} has no counterpart in NumPy")
    inner = [to(a) for a in e.args]
    bare = len(BETWEEN_COMMAS.findall(template)) == template.count("{0}") + template.count("{1}")
    texts = [c.text if bare else c.at(WHOLE) for c in inner]
    if e.ops & COMPLEX.bit and not e.op.analytic:
        texts = [text if is_complex(a) else f"np.real({text})" for a, text in zip(e.args, texts, strict=True)]
    shape = shape_code(e.shape, to) if "{shape}" in template else ""
    return Code(template.format(*texts, shape=shape), WHOLE if CALL.fullmatch(template) else PLUS)


HANDS: Mapping[Op, Callable[[Expr, Context], Code]] = {
    SYMBOL: _symbol,
    NUMBER: scaled_code,
    SCALE: scaled_code,
    ZERO: lambda e, to: Code(f"np.zeros({shape_code(e.shape, to)})"),
    IDENTITY: lambda e, to: Code(f"np.eye({to.size(e.data)})"),
    ONES: lambda e, to: Code(f"np.ones({shape_code(e.shape, to)})"),
    BASIS: _single,
    SINGLE: _single,
    IMAGINARY: lambda e, to: Code("1j"),
    PI: lambda e, to: Code("np.pi"),
    **dict.fromkeys((EIGENVALUE, EIGENVECTOR, LEFT_EIGENVECTOR), eigen_code),
    **dict.fromkeys((SINGULAR_VALUE, LEFT_VECTOR, RIGHT_VECTOR), singular_code),
    DIMENSION: _dimension,
    COMMUTATION: _commutation,
    DUPLICATION: _duplication,
    ELIMINATION: _elimination,
    DELTA: lambda e, to: Code(f"float({' == '.join(placed(i, to) for i in e.data)})"),
    SUM: sum_code,
    PRODUCT: product_code,
    HADAMARD: hadamard_code,
    POWER: power_code,
    MATRIX_POWER: matrix_power_code,
    BLOCK: _block,
    PARTIAL_TRACE: _partial_trace,
    INDEX_VALUE: lambda e, to: Code(f"({to.index(e.data[0].name)} + 1)"),
    FROBENIUS: frobenius_code,
    KRONECKER: kronecker_code,
    TRANSPOSE: _transpose,
    ENTRY: _entry,
    ROW: _row,
    COLUMN: _row,
    **dict.fromkeys((UNKNOWN_FUNCTION, UNKNOWN_OF_MATRIX), _unknown_function),
    PARTIAL: _partial,
    **dict.fromkeys((FRECHET, INTEGRAL), along_code),
    INTEGRAL_MATRIX: along_matrix_code,
    DIFFERENTIAL: _differential,
}
