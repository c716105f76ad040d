"""Each operator in NumPy: the code of an expression from the codes of its arguments."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import NamedTuple, Protocol

from texgrad.algebra import COMPLEX, NUMBER, SCALE, SUM, SYMBOL, ZERO, Expr, Op, split
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
    FROBENIUS,
    HADAMARD,
    IDENTITY,
    IMAGINARY,
    INDEX_VALUE,
    KRONECKER,
    LEFT_EIGENVECTOR,
    LEFT_VECTOR,
    MATRIX_POWER,
    ONES,
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
    factors,
    is_complex,
    reciprocal,
    symmetric,
)
from texgrad.operators.inverses import whole
from texgrad.operators.spectra import place
from texgrad.shapes import ONE, SCALAR, Dim, Index, Rational, Shape, magnitude

# how strongly Python's operators bind, loosest first
PLUS, TIMES, MINUS, RAISED, WHOLE = range(5)

CALL = re.compile(r"((?:np|scipy)\.[\w.]+\(.*\)|\{0\}\.\w+(\(.*\))?)(\[\d\])?")
BETWEEN_COMMAS = re.compile(r"(?<=[(])\{\d\}(?=[,)])|(?<=, )\{\d\}(?=[,)])")


class Code(NamedTuple):
    """Python text and how strongly its outermost operator binds."""

    text: str
    binds: int = WHOLE

    def at(self, level: int) -> str:
        """The text as an operand of an operator that asks for `level`."""
        return self.text if self.binds >= level else f"({self.text})"


class Unwritable(ValueError):
    """An operator that has no counterpart in NumPy, such as a differential."""


class Context(Protocol):
    """What an operator asks of the function it is written in."""

    def __call__(self, e: Expr) -> Code:
        """The code of an argument."""

    def named(self, e: Expr) -> bool:
        """Whether `e` has a variable of its own."""

    def identifier(self, name: str) -> str:
        """The identifier of a symbol."""

    def index(self, name: str) -> str:
        """The identifier of an index."""

    def step(self, name: str) -> str:
        """The identifier of the differential of a symbol."""

    def function(self, name: str, order: int) -> str:
        """The identifier of an unknown function or its derivative."""

    def size(self, dim: Dim) -> str:
        """The code of a size."""


def is_vector(shape: Shape) -> bool:
    """Whether it is a column or a row, which is one-dimensional in NumPy."""
    return ONE in shape and shape != SCALAR


def numeral(value: Rational) -> Code:
    """A number."""
    if value.denominator == 1:
        return Code(str(value), MINUS if value < 0 else WHOLE)
    if Fraction(repr(float(value))) == value:
        return Code(repr(float(value)), MINUS if value < 0 else WHOLE)
    return Code(f"{value.numerator} / {value.denominator}", TIMES)


def code_of(e: Expr, to: Context) -> Code:
    """The code of `e`."""
    return HANDS.get(e.op, _call)(e, to)


def _symbol(e: Expr, to: Context) -> Code:
    found = to.identifier(e.data.name)
    return Code(found + _subscript(e.data.indices, to) if e.data.indices else found)


def _subscript(indices: tuple[Index, ...], to: Context) -> str:
    return "[" + ", ".join(to.index(i.name) for i in indices) + "]"


def _shape(shape: Shape, to: Context) -> str:
    dims = [to.size(d) for d in shape if d != ONE]
    return dims[0] if len(dims) == 1 else f"({', '.join(dims)})"


def _single(e: Expr, to: Context) -> Code:
    units = [f"np.eye({to.size(i.size)})[{to.index(i.name)}]" for i in e.data]
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


# --- sums and products ------------------------------------------------------------------------------------------------


def _times(coefficient: Rational, code: Code) -> Code:
    """A number that is not negative, times what `code` says."""
    if coefficient == 1:
        return Code(code.at(TIMES), max(code.binds, TIMES))
    head = numeral(coefficient).text
    if code.text.startswith("1 / ") and code.binds == TIMES:
        return Code(head + code.text[1:], TIMES)
    return Code(f"{head} * {code.at(TIMES)}", TIMES)


def _negated(code: Code, minus: bool) -> Code:
    return Code("-" + code.at(TIMES), min(code.binds, MINUS)) if minus else code


def _number_or_scaled(e: Expr, to: Context) -> Code:
    own, body = split(e)
    if body.op is NUMBER:
        return numeral(own)
    return _negated(_times(magnitude(own), to(body)), own < 0)


def _sum(e: Expr, to: Context) -> Code:
    mixed = any(split(a)[1].op is not ONES for a in e.args)
    out = ""
    for a in e.args:
        own, body = split(a)
        whole = body.op is NUMBER or (body.op is ONES and mixed)
        text = (numeral(magnitude(own)) if whole else _times(magnitude(own), to(body))).at(TIMES)
        minus = "-" if own < 0 else "+" if out else ""
        out += f" {minus} {text}" if out else minus + text
    return Code(out, PLUS)


def _product(e: Expr, to: Context) -> Code:
    scalars, chain = factors(e)
    return _quotient([s for s in scalars if to.named(s) or not reciprocal(s)], scalars, _chain(chain, to), to)


def _quotient(above: list[Expr], all_of: tuple[Expr, ...], last: Code | None, to: Context) -> Code:
    parts = [to(s).at(RAISED) for s in above]
    parts += [] if last is None else [last.at(TIMES)]
    out = " * ".join(parts) or "1"
    for s in all_of:
        if s not in above:
            out += f" / {_power_of(s.args[0], -s.args[1].data, to).at(RAISED)}"
    return Code(out, TIMES)


def _hadamard(e: Expr, to: Context) -> Code:
    out = ""
    for a in e.args:
        if reciprocal(a) and not to.named(a):
            out = f"{out or '1'} / {_power_of(a.args[0], -a.args[1].data, to).at(RAISED)}"
        else:
            out += (" * " if out else "") + to(a).at(RAISED)
    return Code(out, TIMES)


def _chain(chain: tuple[Expr, ...], to: Context) -> Code | None:
    """A product of matrices; where a column meets a row it is cut, and the parts make an outer product."""
    total: tuple[Code, Shape] | None = None
    at = 0
    while at < len(chain):
        end = at + 1
        while end < len(chain) and chain[end].shape[0] != ONE:
            end += 1
        codes = [to(f) for f in chain[at:end]]
        text = Code(" @ ".join(c.at(RAISED) for c in codes), TIMES) if len(codes) > 1 else codes[0]
        shape = (chain[at].shape[0], chain[end - 1].shape[1])
        total = (text, shape) if total is None else _outer(total, (text, shape))
        at = end
    return None if total is None else total[0]


def _outer(a: tuple[Code, Shape], b: tuple[Code, Shape]) -> tuple[Code, Shape]:
    shape = (a[1][0], b[1][1])
    if SCALAR in (a[1], b[1]):
        return Code(f"{a[0].at(RAISED)} * {b[0].at(RAISED)}", TIMES), shape
    return Code(f"np.outer({a[0].text}, {b[0].text})"), shape


def _power(e: Expr, to: Context) -> Code:
    base, exponent = e.args
    if reciprocal(e):
        return Code(f"1 / {_power_of(base, -exponent.data, to).at(RAISED)}", TIMES)
    if exponent.op is NUMBER:
        return _power_of(base, exponent.data, to)
    return Code(f"{to(base).at(WHOLE)}**{to(exponent).at(MINUS)}", RAISED)


def _power_of(base: Expr, exponent: Rational, to: Context) -> Code:
    if exponent == 1:
        return to(base)
    if exponent == Fraction(1, 2):
        return Code(f"np.sqrt({to(base).text})")
    return Code(f"{to(base).at(WHOLE)}**{numeral(exponent).at(MINUS)}", RAISED)


def _frobenius(e: Expr, to: Context) -> Code:
    a, b = (to(x).at(RAISED) for x in e.args)
    return Code(f"{a} @ {b}", TIMES) if is_vector(e.args[0].shape) else Code(f"np.sum({a} * {b})")


def _kronecker(e: Expr, to: Context) -> Code:
    sides = [to(a) for a in e.args]
    if is_vector(e.shape):
        return Code(f"np.kron({', '.join(s.text for s in sides)})")
    axis = {True: "[:, None]", False: "[None, :]"}
    texts = [
        s.at(WHOLE) + axis[a.shape[1] == ONE] if is_vector(a.shape) else s.text
        for s, a in zip(sides, e.args, strict=True)
    ]
    return Code(f"np.kron({', '.join(texts)})")


# --- the rest ---------------------------------------------------------------------------------------------------------


def _transpose(e: Expr, to: Context) -> Code:
    inner = to(e.args[0])
    return inner if is_vector(e.shape) else Code(f"{inner.at(WHOLE)}.T")


def _entry(e: Expr, to: Context) -> Code:
    return Code(to(e.args[0]).at(WHOLE) + _subscript(e.data, to))


def _row(e: Expr, to: Context) -> Code:
    before = "" if e.op is ROW else ":, "
    return Code(f"{to(e.args[0]).at(WHOLE)}[{before}{to.index(e.data[0].name)}]")


def _dimension(e: Expr, to: Context) -> Code:
    text = to.size(e.data)
    return Code(text, PLUS if {"+", "-"} & set(text) else TIMES if "*" in text else WHOLE)


def _differential(e: Expr, to: Context) -> Code:
    inner = e.args[0]
    if inner.op is not SYMBOL or inner.data.indices:
        raise Unwritable("the differential of a compound has no counterpart in NumPy")
    return Code(to.step(inner.data.name))


def _unknown_function(e: Expr, to: Context) -> Code:
    return Code(f"{to.function(e.data.name, e.data.order)}({to(e.args[0]).text})")


def _matrix_power(e: Expr, to: Context) -> Code:
    base, exponent = to(e.args[0]).text, e.args[1]
    if whole(exponent) is not None:
        return Code(f"np.linalg.matrix_power({base}, {_count(exponent, to)})")
    if exponent.op is NUMBER and exponent.data == Fraction(1, 2):
        return Code(f"scipy.linalg.sqrtm({base})")
    return Code(f"scipy.linalg.fractional_matrix_power({base}, {to(exponent).text})")


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
    column = {True: "[:, None]", False: "[None, :]"}
    texts = [
        c.at(WHOLE) + column[a.shape[1] == ONE] if is_vector(a.shape) else c.text
        for c, a in zip(codes, e.args, strict=True)
    ]
    rows = [", ".join(texts[k : k + e.data[1]]) for k in range(0, len(texts), e.data[1])]
    return Code(f"np.block([[{'], ['.join(rows)}]])")


def _count(e: Expr, to: Context) -> str:
    """A whole number: indices, which Python counts from 0, sizes, and what is left."""
    parts = e.args if e.op is SUM else (e,)
    indices = [(own, to.index(body.data[0].name)) for own, body in map(split, parts) if body.op is INDEX_VALUE]
    size = whole(e) or Dim.of(0)
    constant = Dim.of(int(dict(size.terms).get((), 0) + sum(own for own, _ in indices)))
    size = Dim(tuple(t for t in size.terms if t[0])) + constant
    texts = [to.size(size)] if size.terms else []
    texts += [f"{'-' if own < 0 else ''}{'' if abs(own) == 1 else f'{abs(own)} * '}{name}" for own, name in indices]
    return " + ".join(texts).replace("+ -", "- ") or "0"


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
    shape = _shape(e.shape, to) if "{shape}" in template else ""
    return Code(template.format(*texts, shape=shape), WHOLE if CALL.fullmatch(template) else PLUS)


def _place(e: Expr, to: Context, rising: bool) -> str:
    """Where an eigenvalue or a singular value stands in NumPy's order."""
    (which,) = e.data
    if isinstance(which, Index):
        return to.index(which.name)
    return str(-1 - place(which) if rising else place(which))


def _eigen(e: Expr, to: Context) -> Code:
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


def _singular(e: Expr, to: Context) -> Code:
    at, text = _place(e, to, rising=False), to(e.args[0]).text
    parts = {
        SINGULAR_VALUE: f"np.linalg.svd({text}, compute_uv=False)[{at}]",
        LEFT_VECTOR: f"np.linalg.svd({text}, full_matrices=False)[0][:, {at}]",
        RIGHT_VECTOR: f"np.linalg.svd({text}, full_matrices=False)[2][{at}]",
    }
    return Code(parts[e.op])


HANDS: Mapping[Op, Callable[[Expr, Context], Code]] = {
    SYMBOL: _symbol,
    NUMBER: _number_or_scaled,
    SCALE: _number_or_scaled,
    ZERO: lambda e, to: Code(f"np.zeros({_shape(e.shape, to)})"),
    IDENTITY: lambda e, to: Code(f"np.eye({to.size(e.data)})"),
    ONES: lambda e, to: Code(f"np.ones({_shape(e.shape, to)})"),
    BASIS: _single,
    SINGLE: _single,
    IMAGINARY: lambda e, to: Code("1j"),
    PI: lambda e, to: Code("np.pi"),
    **dict.fromkeys((EIGENVALUE, EIGENVECTOR, LEFT_EIGENVECTOR), _eigen),
    **dict.fromkeys((SINGULAR_VALUE, LEFT_VECTOR, RIGHT_VECTOR), _singular),
    DIMENSION: _dimension,
    COMMUTATION: _commutation,
    DUPLICATION: _duplication,
    ELIMINATION: _elimination,
    DELTA: lambda e, to: Code(f"float({' == '.join(to.index(i.name) for i in e.data)})"),
    SUM: _sum,
    PRODUCT: _product,
    HADAMARD: _hadamard,
    POWER: _power,
    MATRIX_POWER: _matrix_power,
    BLOCK: _block,
    PARTIAL_TRACE: _partial_trace,
    INDEX_VALUE: lambda e, to: Code(f"({to.index(e.data[0].name)} + 1)"),
    FROBENIUS: _frobenius,
    KRONECKER: _kronecker,
    TRANSPOSE: _transpose,
    ENTRY: _entry,
    ROW: _row,
    COLUMN: _row,
    UNKNOWN_FUNCTION: _unknown_function,
    DIFFERENTIAL: _differential,
}
