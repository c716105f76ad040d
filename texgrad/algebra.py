"""Shapes, operators and expressions: the values that everything above this floor is made of.

An expression is an immutable, interned node: equal expressions are the same object, so equality costs nothing and every
traversal can remember what it has seen by identity. Shapes are pairs of symbolic sizes; a scalar is 1×1, a vector n×1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, KeysView, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count as counter
from typing import Any, ClassVar, NamedTuple, overload
from weakref import WeakValueDictionary, ref

Rational = int | Fraction  # a number, an int where it is whole: those are cheap to hash, to multiply and to compare
Monomial = tuple[str, ...]


class Dim:
    """A size: a polynomial in named sizes, such as `n`, `mp`, `n + 1` or `n(n + 1)/2`; equal sizes are one object."""

    __slots__ = ("__weakref__", "terms")

    terms: tuple[tuple[Monomial, Rational], ...]
    _known: ClassVar[WeakValueDictionary[tuple[tuple[Monomial, Rational], ...], Dim]] = WeakValueDictionary()

    def __new__(cls, terms: tuple[tuple[Monomial, Rational], ...]) -> Dim:
        known = cls._known.get(terms)
        if known is not None:
            return known
        made = super().__new__(cls)
        made.terms = terms
        return cls._known.setdefault(terms, made)

    def __repr__(self) -> str:
        return f"Dim({self.terms})"

    @staticmethod
    def of(value: Dim | str | int) -> Dim:
        """The size named `value`, or the number `value`."""
        if isinstance(value, Dim):
            return value
        if isinstance(value, int):
            return Dim((((), value),)) if value else Dim(())
        return Dim((((value,), 1),))

    @staticmethod
    def _collected(terms: Iterable[tuple[Monomial, Rational]]) -> Dim:
        total: dict[Monomial, Rational] = {}
        for monomial, count in terms:
            total[monomial] = total.get(monomial, 0) + count
        return Dim(tuple(sorted((m, c) for m, c in total.items() if c)))

    def __add__(self, other: Dim) -> Dim:
        return Dim._collected(self.terms + other.terms)

    def __mul__(self, other: Dim) -> Dim:
        return Dim._collected(
            (tuple(sorted(m + k)), c * d) for m, c in self.terms for k, d in other.terms
        )

    def triangular(self) -> Dim:
        """n(n + 1)/2, which is how many entries the lower triangle of an n×n matrix has."""
        return Dim(tuple((m, Fraction(c, 2)) for m, c in (self * (self + ONE)).terms))

    @property
    def names(self) -> tuple[str, ...]:
        """The named sizes in it, each once, in order of appearance."""
        return tuple(dict.fromkeys(name for monomial, _ in self.terms for name in monomial))

    def value(self, sizes: Mapping[str, int]) -> int:
        """Its number where `sizes` gives every name one."""
        total: Rational = 0
        for monomial, count in self.terms:
            for name in monomial:
                count *= sizes[name]
            total += count
        return int(total)

    def __str__(self) -> str:
        if len(self.terms) == 1 and self.terms[0][1] == 1:
            return "".join(self.terms[0][0]) or "1"
        if len(self.terms) == 2 and self is Dim.of(self.names[0]).triangular():
            return f"{self.names[0]}({self.names[0]}+1)/2"

        def term(monomial: Monomial, count: Rational) -> str:
            return "".join(([] if count == 1 and monomial else [str(count)]) + list(monomial))

        return "+".join(term(m, c) for m, c in reversed(self.terms)) or "0"


ONE = Dim.of(1)
Shape = tuple[Dim, Dim]
SCALAR: Shape = (ONE, ONE)


def shape_of(*sizes: Dim | str | int) -> Shape:
    """The shape with these sizes: none for a scalar, one for a vector, two for a matrix."""
    rows, cols = (*(Dim.of(s) for s in sizes), ONE, ONE)[:2]
    return rows, cols


def show(shape: Shape) -> str:
    """A shape as people say it: `scalar`, `n`, `n×p`."""
    if shape == SCALAR:
        return "scalar"
    return str(shape[0]) if shape[1] == ONE else f"{shape[0]}×{shape[1]}"


class ShapeError(Exception):
    """Operands whose shapes do not fit; the message says which and why."""


class Index(NamedTuple):
    r"""An index such as the i of x_i, with the size of the range it runs over.

    but: in a sum or product, which values count, such as `("\ne", "i")` for all but that of i.
    """

    name: str
    size: Dim
    but: tuple[str, str] | None = None


class Symbol(NamedTuple):
    """What a leaf stands for: its LaTeX, its shape, what is assumed of it, and its indices if it is one of a family."""

    name: str
    shape: Shape
    assume: frozenset[str] = frozenset()
    indices: tuple[Index, ...] = ()


@dataclass(frozen=True)
class Signature:
    """A shape rule such as `m n, n p -> m p`; a name stands for any size, `1` for one, `m*p` for a product."""

    arguments: tuple[tuple[str, str], ...]
    result: tuple[str, str]
    variadic: bool
    alike: bool  # whether all arguments have one shape, about which nothing is said

    @staticmethod
    def parse(text: str) -> Signature:
        """The rule that `text` states; `...` after the last argument means any number of the same shape."""
        left, right = text.split("->")
        parts = [p.split() for p in left.split(",") if p.strip()]
        variadic = bool(parts) and parts[-1] == ["..."]
        arguments = tuple((p[0], p[1]) for p in parts[: len(parts) - variadic])
        rows, cols = right.split()
        names = set(arguments[0]) - {"1"} if arguments else ()
        return Signature(arguments, (rows, cols), variadic, len(set(arguments)) == 1 and len(names) == 2)

    def apply(self, shapes: tuple[Shape, ...], name: str) -> Shape:
        """The shape of the result; ShapeError where the arguments do not fit."""
        wanted = self.arguments
        if self.alike and (self.variadic or len(shapes) == len(wanted)) and all(s == shapes[0] for s in shapes):
            (first, second), (rows, cols) = wanted[0], self.result
            given = {first: shapes[0][0], second: shapes[0][1], "1": ONE}
            return _size(rows, given), _size(cols, given)
        if self.variadic:
            wanted = wanted + wanted[-1:] * (len(shapes) - len(wanted))
        if len(wanted) != len(shapes):
            raise ShapeError(f"{name} takes {len(wanted)} arguments, not {len(shapes)}")
        bound: dict[str, Dim] = {"1": ONE}
        for pattern, shape in zip(wanted, shapes, strict=True):
            for size, dim in zip(pattern, shape, strict=True):
                known = bound.setdefault(size, dim)
                if known is not dim:
                    raise ShapeError(f"{name} of {' and '.join(map(show, shapes))}: {bound[size]} is not {dim}")

        rows, cols = self.result
        return _size(rows, bound), _size(cols, bound)


def _size(pattern: str, bound: Mapping[str, Dim]) -> Dim:
    """The size that a pattern such as `m*p` stands for."""
    if pattern in bound:
        return bound[pattern]
    product = ONE
    for factor in pattern.split("*"):
        product = product * bound[factor]
    return product


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
    vec: V with vec(op(.., dA, ..)) = V vec(dA), per argument, for Jacobians of linear operators.
    letters: names for the value of this operator, or for its argument (`argument_letters`), best first.
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
    letters: tuple[str, ...] = ()
    argument_letters: tuple[str, ...] = ()
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
    own = op.marks
    if op is SYMBOL:
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
    held, length = op.bit, 1
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
NUMBER = Op("number")
ZERO = Op("zero")


def symbol(name: str, shape: Shape = SCALAR, assume: Iterable[str] = (), indices: tuple[Index, ...] = ()) -> Expr:
    """The variable or constant written `name`, with what is assumed of it (`symmetric`, `positive`, …)."""
    return node(SYMBOL, (), Symbol(name, shape, frozenset(assume), indices), shape)


def number(value: Rational) -> Expr:
    """The rational number `value`."""
    value = lowest(value)
    return _small.get(value) or node(NUMBER, (), value, SCALAR)


def lowest(value: Rational) -> Rational:
    """The number as an int where it is whole."""
    return value.numerator if type(value) is Fraction and value.denominator == 1 else value


def magnitude(value: Rational) -> Rational:
    """|value|."""
    return -value if value < 0 else value


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


def _sum_value(np: Any, *arrays: Any, data: Any = None) -> Any:
    total = arrays[0]
    for array in arrays[1:]:
        total = total + array
    return total


SCALE = Op(
    "scalar multiple", "m n -> m n", value=lambda np, A, data: float(data) * A,
    moves=lambda G, A, data: (scale(data, G),), normal=lambda A, data: scale(data, A), law="linearity",
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
    """The same operator over other arguments, in normal form."""
    return e if args == e.args else e.op(*args, data=e.data)


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
            changed = tuple([done[a] for a in args])
            if changed != args:
                new = top.op(*changed, data=top.data)
        stack.pop()
        done[top] = (change(new) or new) if new.op.bit & at else new
    return done[e]


def substitute(e: Expr, mapping: Mapping[Expr, Expr]) -> Expr:
    """`e` with every occurrence of a key of `mapping` replaced by its value, the outermost occurrence first."""
    telling = {next((name for name in key.free if name[0] != "#"), "") for key in mapping}  # one symbol of each key
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
