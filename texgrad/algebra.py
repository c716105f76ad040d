"""Operators and expressions: the values that everything above this floor is made of.

An expression is an immutable, interned node: equal expressions are the same object, so equality costs nothing and every
traversal can remember what it has seen by identity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, KeysView, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count as counter
from typing import Any, overload
from weakref import ref

from texgrad.shapes import (
    SCALAR,
    Index,
    Rational,
    Shape,
    ShapeError,
    Signature,
    Symbol,
    lowest,
    show,
)


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


@dataclass(frozen=True, eq=False)
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
    nonnegative: whether its entries are real and not negative, for a real argument.
    letters: names for the value of this operator, best first.
    real: whether it is worth real numbers, whatever the argument; analytic: whether its rule holds for complex numbers.
    complex_differential: d op of complex arguments, by dA and its conjugate, for an operator that is not analytic.
    condition: where the derivative exists, a LaTeX pattern; empty for everywhere.
    python: the same in NumPy, `{0}` the first argument, for generated code.
    binds: whether its data is an index that is bound in its argument.
    marks: what it adds to the free symbols of an expression that holds it.
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
    nonnegative: bool = False
    letters: tuple[str, ...] = ()
    real: bool = False
    analytic: bool = True
    complex_differential: Callable[..., Expr] | None = None
    condition: str = ""
    python: str = ""
    binds: bool = False
    marks: frozenset[str] = frozenset()
    noun: str = ""
    meaning: str = ""
    law: str = ""
    source: str = ""
    rule: Signature | None = None
    bit: int = field(default_factory=lambda: 1 << next(_numbered))

    def __post_init__(self) -> None:
        if self.signature:
            object.__setattr__(self, "rule", Signature.parse(self.signature))

    @property
    def elementwise(self) -> bool:
        """Whether it works entry by entry."""
        return self.slope is not None or bool(self.sympy)

    def __call__(self, *args: Expr, data: Any = None) -> Expr:
        """The expression `op(args)` in normal form; ShapeError where the shapes do not fit."""
        if self.normal is not None:
            return self.normal(*args) if data is None else self.normal(*args, data=data)
        return node(self, args, data)

    def __repr__(self) -> str:
        return f"Op({self.name})"


class Expr:
    """An interned expression: an operator, its arguments, what it needs besides, its shape and its free symbols."""

    __slots__ = ("__weakref__", "args", "data", "free", "length", "op", "ops", "scalar", "shape")

    op: Op
    args: tuple[Expr, ...]
    data: Any
    shape: Shape
    free: frozenset[str]
    scalar: bool  # whether it is 1×1
    ops: int  # the bits of all operators in it
    length: int  # how many leaves and operators are written when it is written out

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
    key = (op, args, data)
    known = _interned.get(key)
    if known is not None:
        found = known()
        if found is not None:
            return found
    if shape is None:
        if op.rule is None:
            raise ShapeError(f"{op.name} needs its shape")
        shape = op.rule.apply(tuple(a.shape for a in args), op.name)
    made = Expr.__new__(Expr)
    made.op, made.args, made.data, made.shape, made.scalar = op, args, data, shape, shape == SCALAR
    held, own = op.bit, op.marks
    if op is SYMBOL:
        held |= COMPLEX.bit if "complex" in data.assume else 0
        own = own.union((data.name,), map(index_key, data.indices))
    elif type(data) is tuple:
        own = own.union([index_key(i) for i in data if isinstance(i, Index)])
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
    made.ops, made.length = held, length
    kept = _Ref(made, _forget)
    kept.key = key
    first = _interned.setdefault(key, kept)
    if first is kept:
        return made
    found = first()  # another thread was faster
    if found is None:
        _interned[key] = kept
    return found or made


def index_key(index: Index) -> str:
    """The member of `Expr.free` that tells that an expression depends on `index`."""
    return "#" + index.name


# --- leaves -----------------------------------------------------------------------------------------------------------

SYMBOL = Op("symbol")
COMPLEX = Op("complex number")  # the mark of what holds a complex symbol
NUMBER = Op("number")
ZERO = Op("zero", turned=lambda transpose, e: zero(e.shape[::-1]))


def symbol(name: str, shape: Shape = SCALAR, assume: Iterable[str] = (), indices: tuple[Index, ...] = ()) -> Expr:
    """The variable or constant written `name`, with what is assumed of it (`symmetric`, `positive`, …)."""
    return node(SYMBOL, (), Symbol(name, shape, frozenset(assume), indices), shape)


def number(value: Rational) -> Expr:
    """The rational number `value`."""
    value = lowest(value)
    return _small.get(value) or node(NUMBER, (), value, SCALAR)


# the numbers that every derivation needs, kept alive
_small: dict[Rational, Expr] = {value: node(NUMBER, (), value, SCALAR) for value in range(-2, 3)}


def zero(shape: Shape) -> Expr:
    """The zero of that shape; for scalars, the number 0."""
    return number(0) if shape == SCALAR else node(ZERO, (), shape, shape)


def is_zero(e: Expr) -> bool:
    """Whether it is the zero of its shape."""
    return e.op is ZERO or (e.op is NUMBER and not e.data)


# --- the vector-space operations in normal form -----------------------------------------------------------------------


def split(e: Expr) -> tuple[Rational, Expr]:
    """The numeric factor of `e` and the rest: e = factor · rest; a number is its own factor, with rest 1."""
    if e.op is SCALE:
        return e.data, e.args[0]
    if e.op is NUMBER:
        return e.data, _small[1]
    return 1, e


def scale(factor: Rational, e: Expr) -> Expr:
    """`factor · e` with the factor in lowest terms and in front; sums are not multiplied out."""
    if factor == 1:
        return e
    own, body = split(e)
    total = lowest(own * factor)
    if not total or is_zero(body):
        return zero(e.shape)
    if body.op is NUMBER:
        return number(total)
    return body if total == 1 else node(SCALE, (body,), total)


def add(*terms: Expr) -> Expr:
    """The sum: nested sums are flattened, equal terms are collected where the first stands, zeros go."""
    if len(terms) == 1:
        return terms[0]
    shape = terms[0].shape
    total: dict[Expr, Rational] = {}
    for term in terms:
        if term.shape != shape:
            raise ShapeError(f"sum of {show(shape)} and {show(term.shape)}")
        for part in term.args if term.op is SUM else (term,):
            factor, body = split(part)
            if factor and not is_zero(body):
                total[body] = total[body] + factor if body in total else factor
    kept = tuple(scale(factor, body) for body, factor in total.items() if factor)
    if not kept:
        return zero(shape)
    return kept[0] if len(kept) == 1 else node(SUM, kept)


def subtract(a: Expr, b: Expr) -> Expr:
    """a − b."""
    return add(a, scale(-1, b))


def terms(e: Expr) -> tuple[Expr, ...]:
    """The terms of a sum, or the expression itself."""
    return e.args if e.op is SUM else (e,)


def termwise(e: Expr, change: Callable[[Expr], Expr | None]) -> Expr | None:
    """The sum of what `change` makes of every term without its number; None where it makes nothing of one."""
    parts: list[Expr] = []
    for t in terms(e):
        own, body = split(t)
        done = change(body)
        if done is None:
            return None
        parts.append(scale(own, done))
    return add(*parts)


def of_argument(symmetric: Callable[[Expr], bool], e: Expr) -> bool:
    """The rule for symmetry of an operator that keeps it."""
    return symmetric(e.args[0])


def _sum_value(np: Any, *arrays: Any, data: Any = None) -> Any:
    total = arrays[0]
    for array in arrays[1:]:
        total = total + array
    return total


SCALE = Op(
    "scalar multiple", "m n -> m n", value=lambda np, A, data: float(data) * A,
    moves=lambda G, A, data: (scale(data, G),), normal=lambda A, data: scale(data, A), symmetric=of_argument,
    turned=lambda transpose, e: scale(e.data, transpose(e.args[0])), law="linearity",
    source="Matrix Cookbook (34), (35)",
)
SUM = Op(
    "sum", "m n, ... -> m n", ("#1 + #2",), value=_sum_value,
    moves=lambda G, *args, data=None: (G,) * len(args), normal=add, law="linearity",
    source="Matrix Cookbook (34), (35)",
)  # fmt: skip


# --- traversal --------------------------------------------------------------------------------------------------------


def postorder(*roots: Expr) -> KeysView[Expr]:
    """Every distinct node below the roots once, arguments first, without recursion."""
    done: dict[Expr, None] = {}
    stack = list(reversed(roots))
    while stack:
        e = stack[-1]
        if e not in done:
            waiting = [a for a in e.args if a not in done]
            if waiting:
                waiting.reverse()
                stack += waiting
                continue
            done[e] = None
        stack.pop()
    return done.keys()


def rebuild(e: Expr, args: tuple[Expr, ...]) -> Expr:
    """The same operator over other arguments of the same shapes, in normal form."""
    if args == e.args:
        return e
    if e.op.normal is None and e.op.rule is None:
        return node(e.op, args, e.data, e.shape)
    return e.op(*args, data=e.data)


def bits(*ops: Op) -> int:
    """The bits of these operators together, to be held against `Expr.ops`."""
    total = 0
    for op in ops:
        total |= op.bit
    return total


def holds(e: Expr, *ops: Op) -> bool:
    """Whether one of these operators stands anywhere in `e`."""
    return any(e.ops & op.bit for op in ops)


def transform(e: Expr, change: Callable[[Expr], Expr | None], only: int = -1, at: int = -1) -> Expr:
    """`e` with every node for which `change` gives an expression replaced by it; arguments are changed first.

    only: bits of operators; what holds none of them is passed over. at: bits of the operators that are changed.
    """
    done: dict[Expr, Expr] = {}
    stack = [e]
    while stack:
        top = stack[-1]
        if top in done:
            stack.pop()
            continue
        if not top.ops & only:
            done[stack.pop()] = top
            continue
        new = top
        if args := top.args:
            waiting = [a for a in args if a not in done]
            if waiting:
                waiting.reverse()
                stack += waiting
                continue
            new = rebuild(top, tuple([done[a] for a in args]))
        stack.pop()
        done[top] = (change(new) or new) if new.op.bit & at else new
    return done[e]


def telling_names(keys: Iterable[Expr]) -> frozenset[str]:
    """One symbol of each of these expressions, "" for one without any: where none of them stands, no key does."""
    return frozenset(next((name for name in key.free if name[0] != "#"), "") for key in keys)


def substitute(e: Expr, mapping: Mapping[Expr, Expr], telling: frozenset[str] | None = None) -> Expr:
    """`e` with every occurrence of a key of `mapping` replaced by its value, the outermost occurrence first.

    telling: the `telling_names` of the keys, where they are known.
    """
    telling = telling_names(mapping) if telling is None else telling
    sparse = "" not in telling
    done: dict[Expr, Expr] = {}
    stack = [e]
    while stack:
        top = stack[-1]
        if top in done:
            stack.pop()
            continue
        if top in mapping:
            done[stack.pop()] = mapping[top]
            continue
        if sparse and top.free.isdisjoint(telling):
            done[stack.pop()] = top
            continue
        waiting = [a for a in top.args if a not in done]
        if waiting:
            stack += waiting
            continue
        done[top] = rebuild(top, tuple([done[a] for a in top.args])) if top.args else top
        stack.pop()
    return done[e]


def occurrences(e: Expr) -> dict[Expr, int]:
    """How often each distinct node is written when `e` is written out in full."""
    order = list(postorder(e))
    count: dict[Expr, int] = dict.fromkeys(order, 0)
    count[e] = 1
    for part in reversed(order):
        for a in part.args:
            count[a] += count[part]
    return count
