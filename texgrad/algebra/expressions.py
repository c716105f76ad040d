"""Operators and expressions: the values that everything above this floor is made of.

An expression is an immutable, interned node: equal expressions are the same object, so equality costs nothing and every
traversal can remember what it has seen by identity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count as counter
from typing import Any, overload
from weakref import ref

from texgrad.shapes import SCALAR, Index, Shape, ShapeError, Signature, Symbol


class Each(Sequence["Expr"]):
    """One expression for every argument, worked out only when it is looked at: for operators of many arguments."""

    def __init__(self, count: int, at: Callable[[int], Expr]) -> None:
        self._count, self._at = count, at

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, k: int) -> Expr: ...
    @overload
    def __getitem__(self, k: slice) -> Sequence[Expr]: ...
    def __getitem__(self, k: int | slice) -> Expr | Sequence[Expr]:
        if isinstance(k, slice):
            return [self._at(i) for i in range(*k.indices(self._count))]
        if not 0 <= k < self._count:
            raise IndexError(k)
        return self._at(k)


_numbered = counter()


@dataclass(frozen=True, eq=False, slots=True)
class Op:
    """One operator: everything that texgrad knows of it (the table in `operators` holds one entry each).

    name: the field's standard term.
    signature: the shape rule, e.g. `m n, n p -> m p`; empty for leaves, whose data holds the shape.
    spellings: LaTeX patterns, `#1`, `#2` the arguments; the first is written where the author used none.
    value: (numpy, stacked argument arrays..., data) -> array; a leading axis runs over sample points.
    moves: how each argument leaves the Frobenius product, for operators linear in every argument:
        (G, *arguments, data) -> one expression each, with <G, op(.., dA, ..)> = <moves, dA>.
    differential: (arguments, their differentials, data) -> d op, for operators that are not linear.
    slope: f' of an operator that works entry by entry.
    prime: f' of a function of square matrices, which is not applied entry by entry.
    entrywise: the operator that is applied entry by entry and shares the spellings of such a function.
    sympy: name of the SymPy function of the same worth; its derivative is the slope where none is stated.
    normal: the constructor that keeps expressions in normal form; None builds the plain node.
    vec: V with vec(op(.., dA, ..)) = V vec(dA), for Jacobians of linear operators:
        (constructors of Kronecker products, *arguments, data) -> one matrix each.
    turned: (transpose, the expression) -> its transpose, where that is more than a mark; None where it is not.
    symmetric: (symmetric, the expression) -> whether it is known to be its own transpose.
    beside: what two neighbours in a product make, where one is of this operator; None where they stay as they are.
    projects: whether the product with its argument, on either side, is a symmetric projection.
    conjugated: (mark, the expression) -> its conjugate, where that is not the operator of the arguments' conjugates.
    nonnegative: whether its entries are real and not negative, for a real argument.
    letters: names for the value of this operator, best first.
    real: whether it is worth real numbers, whatever the argument; analytic: whether its rule holds for complex numbers.
    complex_differential: d op of complex arguments, by dA and its conjugate, for an operator that is not analytic.
    condition: where the derivative exists, a LaTeX pattern; empty for everywhere.
    python: the same in NumPy, `{0}` the first argument, for generated code.
    binds: whether its data is an index that is bound in its argument.
    member: whether its data may be that of a member of a family, with `indices`.
    marks: what it adds to the free symbols of an expression that holds it.
    rule: the signature, parsed; elementwise: whether it works entry by entry. Both follow from the others.
    bit: its place in `Expr.ops`, which tells which operators an expression holds.
    noun: what the value is called in words, for one that no formula says, `#1` the argument, `#2` its subscript.
    meaning: an equation that says what the function is, for readers who have not met it.
    law: the name of the rule used when it is differentiated, and `source` where it stands in the literature.
    """

    name: str
    signature: str = ""
    spellings: tuple[str, ...] = ()
    value: Callable[..., Any] | None = None
    moves: Callable[..., Sequence[Expr]] | None = None
    differential: Callable[..., Expr] | None = None
    slope: Callable[[Expr], Expr] | None = None
    prime: Callable[[Expr], Expr] | None = None
    entrywise: Op | None = None
    sympy: str = ""
    normal: Callable[..., Expr] | None = None
    vec: Callable[..., Sequence[Expr]] | None = None
    turned: Callable[..., Expr | None] | None = None
    symmetric: Callable[..., bool] | None = None
    beside: Callable[[Expr, Expr], Expr | None] | None = None
    projects: bool = False
    conjugated: Callable[..., Expr] | None = None
    nonnegative: bool = False
    letters: tuple[str, ...] = ()
    real: bool = False
    analytic: bool = True
    complex_differential: Callable[..., Expr] | None = None
    condition: str = ""
    python: str = ""
    binds: bool = False
    member: bool = False
    marks: frozenset[str] = frozenset()
    noun: str = ""
    meaning: str = ""
    law: str = ""
    source: str = ""
    rule: Signature | None = None
    elementwise: bool = field(init=False, default=False)
    bit: int = field(default_factory=lambda: 1 << next(_numbered))

    def __post_init__(self) -> None:
        if self.signature:
            object.__setattr__(self, "rule", Signature.parse(self.signature))
        object.__setattr__(self, "elementwise", self.slope is not None or bool(self.sympy))

    def __call__(self, *args: Expr, data: Any = None) -> Expr:
        """The expression `op(args)` in normal form; ShapeError where the shapes do not fit."""
        if self.normal is not None:
            return self.normal(*args) if data is None else self.normal(*args, data=data)
        return node(self, args, data)

    def __repr__(self) -> str:
        return f"Op({self.name})"


class Expr:
    """An interned expression: an operator, its arguments, what it needs besides, its shape and its free symbols."""

    __slots__ = ("__weakref__", "args", "data", "free", "length", "op", "ops", "scalar", "shape", "stays")

    op: Op
    args: tuple[Expr, ...]
    data: Any
    shape: Shape
    free: frozenset[str]
    scalar: bool  # whether it is 1×1
    ops: int  # the bits of all operators in it
    length: int  # how many leaves and operators are written when it is written out
    stays: int  # the marks of the transformations that are known to leave it as it is

    def __repr__(self) -> str:
        inner = ", ".join(map(repr, self.args))
        if self.op is SYMBOL:
            return str(self.data.name) + "".join(f"_{i.name}" for i in self.data.indices)
        data = "" if self.data is None else f"[{self.data}]"
        return f"{self.op.name}{data}" + (f"({inner})" if inner else "")


_Key = tuple[Op, tuple["Expr", ...], Any]


class _Ref(ref["Expr"]):
    """A weak reference that knows under which key its expression is interned."""

    __slots__ = ("key",)

    key: _Key


_interned: dict[_Key, _Ref] = {}


def _forget(gone: ref[Expr]) -> None:
    """Drop what nobody holds any more, unless its place has been taken again."""
    assert isinstance(gone, _Ref)
    if _interned.get(gone.key) is gone:
        del _interned[gone.key]


def node(op: Op, args: tuple[Expr, ...], data: Any = None, shape: Shape | None = None) -> Expr:
    """The one expression with this operator, these arguments and this data (no normal form is applied)."""
    key = (op, args, data if type(data) is not Fraction else data.as_integer_ratio())  # fractions are slow to hash
    known = _interned.get(key)
    if known is not None:
        found = known()
        if found is not None:
            return found
    if shape is None:
        if op.rule is None:
            raise ShapeError(f"{op.name} needs its shape")
        shape = op.rule.apply(tuple([a.shape for a in args]), op.name)
    made = Expr.__new__(Expr)
    made.op, made.args, made.data, made.shape, made.scalar = op, args, data, shape, shape == SCALAR
    held, own = op.bit, op.marks
    if op is SYMBOL:
        held |= COMPLEX.bit if "complex" in data.assume else 0
        own = own.union((data.name,), *((map(index_key, data.indices), _marks(data.indices)) if data.indices else ()))
    elif type(data) is tuple:
        own = own.union([index_key(i) for i in data if isinstance(i, Index)], _marks(data))
    elif op.member and data.indices:
        own = own.union(map(index_key, data.indices), _marks(data.indices))
    if len(args) == 1:
        own = args[0].free | own if own else args[0].free
    elif args:
        own = own.union(*[a.free for a in args])
    if op.binds:
        own = (own - {index_key(data)}).union(() if data.but is None else ("#" + data.but[1],))
    made.free = own
    length = 1
    for a in args:
        held |= a.ops
        length += a.length
    made.ops, made.length, made.stays = held, length, 0
    kept = _Ref(made, _forget)
    kept.key = key
    first = _interned.setdefault(key, kept)
    if first is kept:
        return made
    found = first()  # another thread was faster
    if found is None:
        _interned[key] = kept
    return found or made


SHIFTED = "#+"  # what stands among the free symbols of an expression that holds a shifted index


def _marks(data: tuple[Any, ...]) -> tuple[str, ...]:
    return (SHIFTED,) if any(isinstance(i, Index) and (i.shift or i.first) for i in data) else ()


def index_data(e: Expr) -> tuple[Any, ...]:
    """The data of the outermost operator among which indices may be."""
    if e.op.member:
        return tuple(e.data.indices)
    return e.data if isinstance(e.data, tuple) else ()


def index_key(index: Index) -> str:
    """The member of `Expr.free` that tells that an expression depends on `index`."""
    return "#" + index.name


# --- symbols ----------------------------------------------------------------------------------------------------------

SYMBOL = Op("symbol", member=True)
COMPLEX = Op("complex number")  # the mark of what holds a complex symbol


def symbol(name: str, shape: Shape = SCALAR, assume: Iterable[str] = (), indices: tuple[Index, ...] = ()) -> Expr:
    """The variable or constant written `name`, with what is assumed of it (`symmetric`, `positive`, …)."""
    return node(SYMBOL, (), Symbol(name, shape, frozenset(assume), indices), shape)
