"""Random well-shaped expressions over rectangular shapes, built from the operator table: for tests of laws.

`expressions()` draws `(expr, symbols)`: any of several shapes, up to depth 6, every entry of the table reached. The
indices that may stand free are those of `INDICES`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import Any

from hypothesis import strategies as st

from texgrad.algebra import SYMBOL, Expr, Op, add, node, number, postorder, scale, symbol
from texgrad.operators import (
    ADJUGATE,
    CHOLESKY,
    COFACTORS,
    MATRIX_EXP,
    PSEUDOINVERSE,
    TABLE,
    TRIGAMMA,
    UNVEC,
    Function,
    basis,
    block,
    column,
    det,
    diagonal,
    diagonal_matrix,
    differential,
    dimension,
    eigenvalue,
    entry,
    frobenius,
    hadamard,
    identity,
    indexed_product,
    indexed_sum,
    inverse,
    kronecker,
    larger,
    logdet,
    logsumexp,
    matrix_power,
    max_norm,
    maximum,
    minimum,
    norm,
    nuclear_norm,
    ones,
    power,
    power_norm,
    product,
    row,
    single_entry,
    singular_value,
    smaller,
    softmax,
    spectral_norm,
    sum_norm,
    sum_of_row_norms,
    trace,
    transpose,
    unknown_function,
    vec,
    vech,
)
from texgrad.operators.cholesky import COPYLTU, LOW
from texgrad.operators.parts import DIAGONAL_SUMS, LOWER, UPPER
from texgrad.shapes import ONE, SCALAR, Dim, Index, Shape

DEPTH = 6
N, M, P = (Dim.of(name) for name in "nmp")
DIMS = (N, M, P)
INDICES: Mapping[str, Index] = {"i": Index("i", N), "j": Index("j", M)}
ROW, COLUMN = INDICES["i"], INDICES["j"]
MEMBER = Index("k", P)

# the symbols of each shape; matrices are rectangular, square ones have their own letters
LETTERS: Mapping[Shape, tuple[str, ...]] = {
    SCALAR: ("a", r"\lambda", "t"),
    (N, ONE): ("x", r"\mathbf{y}"),
    (M, ONE): ("u", "w_1"),
    (P, ONE): ("v", r"\hat{z}"),
    (N, M): ("X", r"\Theta"),
    (M, P): ("A", "W_2"),
    (N, P): ("B", r"\mathbf{C}"),
    (N, N): ("S", r"\Sigma"),
    (M, M): ("Q",),
    (P, P): ("R",),
}
SYMBOLS: Mapping[str, Expr] = {
    **{name: symbol(name, shape) for shape, names in LETTERS.items() for name in names},
    "g": symbol("g", SCALAR, (), (MEMBER,)),
    "r": symbol("r", (N, ONE), (), (MEMBER,)),
    "H": symbol("H", (N, M), (), (MEMBER,)),
    "K": symbol("K", (N, N), ("symmetric",)),
    "D": symbol("D", (N, N), ("diagonal",)),
    "O": symbol("O", (N, N), ("orthogonal",)),
    "L": symbol("L", (N, N), ("lower triangular",)),
    r"\Omega": symbol(r"\Omega", (N, N), ("positive definite",)),
}
ASSUMED = ("K", "D", "O", "L", r"\Omega")
# functions without a formula: of a vector and of a number
FUNCTIONS: Mapping[str, Function] = {
    "f": Function("f", SCALAR, (N, ONE)), "h": Function("h", (M, ONE), (N, ONE)), "F": Function("F", (N, M), SCALAR),
}  # fmt: skip
KNOWN: Mapping[str, Expr] = {
    **SYMBOLS, **{name: unknown_function(f, symbol("?", f.argument)) for name, f in FUNCTIONS.items()},
}  # fmt: skip
FACTORS = st.sampled_from([Fraction(*f) for f in ((-1, 1), (2, 1), (1, 2), (-1, 2), (3, 2), (-5, 1), (7, 3))])
EXPONENTS = st.sampled_from([Fraction(*f) for f in ((2, 1), (3, 1), (-1, 1), (1, 2), (-1, 2), (-2, 1), (3, 2))])
ELEMENTWISE = tuple(op for op in TABLE if op.elementwise or op is TRIGAMMA)
MATRIX_FUNCTIONS = tuple(op for op in TABLE if op.prime is not None and op is not MATRIX_EXP)
OF_VECTORS = (logsumexp, maximum, minimum)
WHICH = ("max", "min", "1", "2", INDICES["i"])


def factors_of(size: Dim) -> list[Dim]:
    """The named sizes of which a size is the product."""
    ((monomial, _),) = size.terms
    return [Dim.of(name) for name in monomial]


class Maker:
    """Draws one expression; `sums` allows members of families, `differentials` allows dX."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any], differentials: bool) -> None:
        self.draw = draw
        self.differentials = differentials
        self.bound = False

    def leaf(self, shape: Shape) -> Expr:
        """A symbol, transposed where only the other way round has a letter."""
        turned = (shape[1], shape[0])
        found = [SYMBOLS[name] for name in LETTERS.get(shape, ())]
        found += [] if found else [transpose(SYMBOLS[name]) for name in LETTERS.get(turned, ())]
        found += [SYMBOLS[name] for name in ASSUMED] if shape == (N, N) else []
        found += [SYMBOLS[name] for name in "grH" if self.bound and SYMBOLS[name].shape == shape]
        if not found:
            first, second = factors_of(shape[0])
            return kronecker(self.leaf((first, ONE)), self.leaf((second, shape[1])))
        e: Expr = self.draw(st.sampled_from(found))
        return differential(e) if self.differentials and self.draw(st.integers(0, 4)) == 4 else e

    def __call__(self, shape: Shape, depth: int) -> Expr:
        """An expression of that shape, up to `depth` operators deep."""
        if depth <= 1:
            return self.leaf(shape)
        fitting = [way for fits, way in WAYS if fits(shape)]
        way: Way = self.draw(st.sampled_from(fitting))
        return way(self, shape, depth - 1)

    def size(self) -> Dim:
        """One of the named sizes."""
        size: Dim = self.draw(st.sampled_from(DIMS))
        return size


Way = Callable[[Maker, Shape, int], Expr]


def _product(make: Maker, shape: Shape, depth: int) -> Expr:
    middle = make.draw(st.sampled_from((ONE, *DIMS)))
    return product(make((shape[0], middle), depth), make((middle, shape[1]), depth))


def _elementwise(make: Maker, shape: Shape, depth: int) -> Expr:
    return make.draw(st.sampled_from(ELEMENTWISE))(make(shape, depth))


def _over_members(build: Callable[[Maker, Shape, int], Expr]) -> Way:
    """What runs over the members of the family, in which nothing else does."""

    def way(make: Maker, shape: Shape, depth: int) -> Expr:
        if make.bound:
            return make(shape, depth)
        make.bound = True
        made = build(make, shape, depth)
        make.bound = False
        return made

    return way


@_over_members
def _over(make: Maker, shape: Shape, depth: int) -> Expr:
    return indexed_product(add(SYMBOLS["g"], make(SCALAR, depth)), MEMBER)


def _called(name: str) -> Way:
    f = FUNCTIONS[name]

    def way(make: Maker, shape: Shape, depth: int) -> Expr:
        return unknown_function(f, make(f.argument, depth))

    return way


@_over_members
def _sum(make: Maker, shape: Shape, depth: int) -> Expr:
    return indexed_sum(product(SYMBOLS["g"], make(shape, depth)), MEMBER)


def _kronecker(make: Maker, shape: Shape, depth: int) -> Expr:
    first, second = factors_of(shape[0])
    cols = [(ONE, shape[1]), (shape[1], ONE)] if shape[1] != ONE else [(ONE, ONE)]
    left, right = make.draw(st.sampled_from(cols))
    return kronecker(make((first, left), depth), make((second, right), depth))


def _vec(make: Maker, shape: Shape, depth: int) -> Expr:
    first, second = factors_of(shape[0])
    return vec(make((first, second), depth))


def _unvec(make: Maker, shape: Shape, depth: int) -> Expr:
    return node(UNVEC, (make((shape[0] * shape[1], ONE), depth),), shape, shape)


def _square(build: Callable[[Expr], Expr]) -> Way:
    def way(make: Maker, shape: Shape, depth: int) -> Expr:
        size = make.size()
        return build(make((size, size), depth))

    return way


def _function_of_matrix(make: Maker, shape: Shape, depth: int) -> Expr:
    size = make.size()
    return trace(make.draw(st.sampled_from(MATRIX_FUNCTIONS))(make((size, size), depth)))


def _matrix_power(e: Expr, make: Maker) -> Expr:
    n = dimension(e.shape[0])
    return matrix_power(e, make.draw(st.sampled_from((n, scale(-1, n), add(n, number(-1))))))


def _pair(make: Maker, shape: Shape, depth: int) -> Expr:
    rows, cols = make.size(), make.draw(st.sampled_from((ONE, *DIMS)))
    return frobenius(make((rows, cols), depth), make((rows, cols), depth))


def _norm_of_parts(make: Maker, shape: Shape, depth: int) -> Expr:
    """‖[A B]‖, ‖vech(A)‖: shapes that stand alone."""
    n, m = make.size(), make.size()
    if make.draw(st.booleans()):
        return norm(block([[make((n, m), depth), make((n, n), depth)]]))
    return norm(vech(make((n, n), depth)))


def _norm(make: Maker, shape: Shape, depth: int) -> Expr:
    e = norm(make((make.size(), make.draw(st.sampled_from((ONE, *DIMS)))), depth))
    return power(e, number(2)) if make.draw(st.booleans()) else e


def _any_norm(make: Maker, shape: Shape, depth: int) -> Expr:
    A = make((make.size(), make.draw(st.sampled_from((ONE, *DIMS)))), depth)
    of_matrix = () if ONE in A.shape else (spectral_norm, nuclear_norm, sum_of_row_norms)
    return make.draw(st.sampled_from((sum_norm, max_norm, lambda e: power_norm(e, SYMBOLS["t"]), *of_matrix)))(A)


def _spectral(make: Maker, shape: Shape, depth: int) -> Expr:
    which = (make.draw(st.sampled_from(WHICH)),)
    if make.draw(st.booleans()):
        return eigenvalue(make((N, N), depth), which)
    return singular_value(make((N, M), depth), which)


def _with_constant(make: Maker, shape: Shape, depth: int) -> Expr:
    square = shape[0] == shape[1] and make.draw(st.booleans())
    constant = identity(shape[0]) if square else ones(shape)
    return add(make(shape, depth), scale(make.draw(FACTORS), constant))


def _of_square(op: Op, make: Maker, shape: Shape, depth: int) -> Expr:
    return op(make(shape, depth))


def _cholesky(make: Maker, shape: Shape, depth: int) -> Expr:
    e = make(shape, depth)
    return CHOLESKY(add(product(e, transpose(e)), identity(shape[0])))


def anything(shape: Shape) -> bool:
    """Any shape."""
    return True


def single(shape: Shape) -> bool:
    """Scalars."""
    return shape == SCALAR


def several(shape: Shape) -> bool:
    """Vectors and matrices."""
    return shape != SCALAR


def simple(shape: Shape) -> bool:
    """Shapes whose sizes are single names."""
    return len(factors_of(shape[0])) < 2


def square(shape: Shape) -> bool:
    """Square matrices."""
    return shape[0] == shape[1] != ONE


def stacked(shape: Shape) -> bool:
    """Shapes with a product of two sizes for rows."""
    return len(factors_of(shape[0])) == 2


def matrix(shape: Shape) -> bool:
    """Matrices whose sizes are single names."""
    return simple(shape) and ONE not in shape


WAYS: tuple[tuple[Callable[[Shape], bool], Way], ...] = (
    (anything, lambda make, shape, depth: make.leaf(shape)),
    (anything, lambda make, shape, depth: add(make(shape, depth), make(shape, depth))),
    (anything, lambda make, shape, depth: add(make(shape, depth), scale(-1, make(shape, depth)), make.leaf(shape))),
    (anything, lambda make, shape, depth: scale(make.draw(FACTORS), make(shape, depth))),
    (anything, lambda make, shape, depth: product(make(SCALAR, depth), make(shape, depth))),
    (anything, _elementwise),
    (anything, _elementwise),
    (anything, lambda make, shape, depth: power(make(shape, depth), number(make.draw(EXPONENTS)))),
    (single, lambda make, shape, depth: power(make(shape, depth), make(shape, depth))),
    (simple, _product),
    (simple, _sum),
    (single, _over),
    (lambda shape: shape == (ONE, M), lambda make, shape, depth: row(make((N, M), depth), ROW)),
    (lambda shape: shape == (N, ONE), lambda make, shape, depth: column(make((N, M), depth), COLUMN)),
    (several, lambda make, shape, depth: hadamard(make(shape, depth), make(shape, depth))),
    (several, _with_constant),
    (matrix, lambda make, shape, depth: transpose(make((shape[1], shape[0]), depth))),
    (matrix, lambda make, shape, depth: product(make.leaf((shape[0], ONE)), transpose(make.leaf((shape[1], ONE))))),
    (square, lambda make, shape, depth: inverse(make(shape, depth))),
    *((square, partial(_of_square, op)) for op in (LOWER, LOW, COPYLTU, COFACTORS)),
    (square, _cholesky),
    (square, lambda make, shape, depth: UPPER(make(shape, depth))),
    (square, lambda make, shape, depth: DIAGONAL_SUMS(make(shape, depth))),
    (square, lambda make, shape, depth: _matrix_power(make(shape, depth), make)),
    (square, lambda make, shape, depth: MATRIX_EXP(make(shape, depth))),
    (square, lambda make, shape, depth: ADJUGATE(make(shape, depth))),
    (matrix, lambda make, shape, depth: PSEUDOINVERSE(make((shape[1], shape[0]), depth))),
    (square, lambda make, shape, depth: diagonal_matrix(make((shape[0], ONE), depth))),
    (lambda shape: simple(shape) and shape[1] == ONE != shape[0],
     lambda make, shape, depth: diagonal(make((shape[0], shape[0]), depth))),
    (lambda shape: stacked(shape), _kronecker),
    (lambda shape: stacked(shape) and shape[1] == ONE, _vec),
    (matrix, _unvec),
    (single, _pair),
    (single, _norm_of_parts),
    (single, _norm),
    (single, _square(trace)),
    (single, _function_of_matrix),
    (single, _square(det)),
    (single, _square(logdet)),
    (single, _any_norm),
    (single, _any_norm),
    (single, _spectral),
    (single, lambda make, shape, depth: make.draw(st.sampled_from(OF_VECTORS))(make((N, ONE), depth))),
    (anything, lambda make, shape, depth: softmax(make(shape, depth))),
    (anything, lambda make, shape, depth: make.draw(st.sampled_from((larger, smaller)))(
        make(shape, depth), make.leaf(shape))),
    (single, lambda make, shape, depth: entry(make((N, M), depth), ROW, COLUMN)),
    *((partial(operator.eq, f.worth), _called(name)) for name, f in FUNCTIONS.items()),
    (single, lambda make, shape, depth: product(dimension(make.size()), make(shape, depth))),
    (lambda shape: shape == (N, ONE), lambda make, shape, depth: product(make((N, N), depth), basis(ROW))),
    (lambda shape: shape == (N, M), lambda make, shape, depth: hadamard(make(shape, depth), single_entry(ROW, COLUMN))),
)  # fmt: skip
SHAPES = (*LETTERS, (ONE, N), (ONE, P), (ONE, M), (M, N), (P, M), (N * M, ONE), (N * M, P))


@st.composite
def expressions(
    draw: Callable[[st.SearchStrategy[Any]], Any],
    shapes: tuple[Shape, ...] = SHAPES,
    depth: int = DEPTH,
    differentials: bool = True,
) -> tuple[Expr, dict[str, Expr]]:
    """An expression of one of the shapes, and its symbols by name."""
    e = Maker(draw, differentials)(draw(st.sampled_from(shapes)), depth)
    return e, {p.data.name: p for p in postorder(e) if p.op is SYMBOL}
