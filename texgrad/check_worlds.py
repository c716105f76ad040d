"""Worlds to evaluate expressions in: sizes, a value and a direction for every symbol, random but the same each time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import prod
from typing import Any

from texgrad.algebra import NUMBER, SYMBOL, Expr, index_data, within
from texgrad.immutable import immutable
from texgrad.operators import HERMITIAN, Function
from texgrad.operators.transposes import SYMMETRIC
from texgrad.remembered import remembered
from texgrad.shapes import Dim, Index, Symbol

POINTS = 3
STEP = 1e-3
NEAR = 1e-9
# weights of f at +h, -h, +2h, -2h in the fourth-order central difference
STENCIL = ((1, 8 / 12), (-1, -8 / 12), (2, -1 / 12), (-2, 1 / 12))
WEIGHTS = tuple(weight for _, weight in STENCIL)
# how the values of all symbols are drawn at each attempt; "mixed": each symbol in a manner of its own
ATTEMPTS = ("normal", "positive", "small", "normal", *("mixed",) * 20)
# further attempts, where no point of those has a value: matrices of either sign, all sizes equal
SIGNED, SQUARE = (range(len(ATTEMPTS) + k, len(ATTEMPTS) + k + 6) for k in (0, 6))


@immutable
class World:
    """A choice of sizes, and of a value and a direction for every symbol, at `POINTS` points.

    values: symbol name -> array (points, *family axes, rows, cols); directions: the same for what varies.
    definitions: named symbols that are worth an expression. step: that of differences.
    """

    sizes: Mapping[str, int]
    values: Mapping[str, Any]
    directions: Mapping[str, Any]
    definitions: Mapping[str, Expr]
    indices: Mapping[str, int]
    step: float = STEP


# manner -> what becomes of an array of standard normal numbers
MANNERS: Mapping[str, Any] = {
    "normal": lambda np, A: A,
    "positive": lambda np, A: 0.5 + np.abs(A),
    "small": lambda np, A: 0.3 * A,
    "large": lambda np, A: 4.0 + np.abs(A),
}


class Draws:
    """Random numbers, the same for the same seed, taken from blocks that are drawn once in a process."""

    def __init__(self, seed: int) -> None:
        self._seed, self._block, self._at = seed, 0, 0

    def normal(self, shape: tuple[int, ...]) -> Any:
        """An array of standard normal numbers; a view that nobody may write to."""
        count = prod(shape)
        if self._at + count > BLOCK:
            self._block, self._at = self._block + 1, 0
        start, self._at = self._at, self._at + count
        block = _block(self._seed, self._block) if count <= BLOCK else _drawn(self._seed, self._block, count)
        return block[start : start + count].reshape(shape)

    def below(self, bound: int) -> int:
        """A whole number from 0 to `bound` − 1."""
        return int(1e6 * abs(float(self.normal(())))) % bound


BLOCK = 2048


@remembered(64)
def _block(seed: int, number: int) -> Any:
    """One block of standard normal numbers, kept for the worlds that are made of them again and again."""
    return _drawn(seed, number, BLOCK)


def _drawn(seed: int, number: int, count: int) -> Any:
    """Standard normal numbers that are never written to."""
    import numpy as np

    block = np.random.default_rng((seed, number)).standard_normal(count)
    block.flags.writeable = False
    return block


def _draw(np: Any, draws: Draws, manner: str, shape: tuple[int, ...]) -> Any:
    """Random numbers of that manner; square matrices are moved away from singular ones."""
    array = draws.normal(shape)
    way = -1.0 if manner == "signed" and draws.below(2) else 1.0
    if manner in ("mixed", "signed"):
        manner = tuple(MANNERS)[draws.below(len(MANNERS))]
    array = way * MANNERS[manner](np, array)
    square = len(shape) > 2 and shape[-1] == shape[-2] > 1
    apart = 0.6 if manner == "small" else 2.0  # the powers of what is near 2I are not small
    return array + apart * way * np.eye(shape[-1]) if square else array


def _positive_definite(np: Any, A: Any) -> Any:
    return A @ A.conj().swapaxes(-1, -2) / A.shape[-1] + 0.7 * np.eye(A.shape[-1])


def _orthogonal(np: Any, A: Any) -> Any:
    """Rotations near the array at every other point, and reflections at the others; of either the same columns."""
    Q, R = np.linalg.qr(A)
    diagonal = np.diagonal(R, axis1=-2, axis2=-1)[..., None, :]
    Q = Q * np.where(diagonal < 0, -1.0, 1.0)
    Q[1::2, ..., :1] *= -1.0
    return Q


# what a value with the assumption is made of: (numpy, random array) -> array
PROPERTIES: Mapping[str, Any] = {
    "positive definite": _positive_definite,
    "negative definite": lambda np, A: -_positive_definite(np, A),
    "diagonal": lambda np, A: A * np.eye(A.shape[-1]),
    HERMITIAN: lambda np, A: (A + A.conj().swapaxes(-1, -2)) / 2,
    "unitary": lambda np, A: np.linalg.qr(A)[0],
    "symmetric": lambda np, A: (A + A.swapaxes(-1, -2)) / 2,
    "skew-symmetric": lambda np, A: A - A.swapaxes(-1, -2),
    "orthogonal": _orthogonal,
    "lower triangular": lambda np, A: np.tril(A) + np.eye(A.shape[-1]),
    "upper triangular": lambda np, A: np.triu(A) + np.eye(A.shape[-1]),
    "full column rank": lambda np, A: A if A.shape[-2] >= A.shape[-1] else np.full_like(A, np.nan),
    "full row rank": lambda np, A: A if A.shape[-2] <= A.shape[-1] else np.full_like(A, np.nan),
    "adding up to 1": lambda np, A: np.abs(A) / np.abs(A).sum(1, keepdims=True),  # over entries, or over members
    **dict.fromkeys(("probability vector", "one-hot"), lambda np, A: np.abs(A) / np.abs(A).sum(-2, keepdims=True)),
    **dict.fromkeys(("probability rows", "one-hot rows"), lambda np, A: np.abs(A) / np.abs(A).sum(-1, keepdims=True)),
    "+-1": lambda np, A: np.where(A < 0, -1.0, 1.0),
    "0/1": lambda np, A: np.where(A < 0, 0.0, 1.0),
    "in (0,1)": lambda np, A: 1 / (1 + np.exp(-A)),
    "positive": lambda np, A: 0.5 + np.abs(A),
    "nonnegative": lambda np, A: np.abs(A),
}


# what holds of the derivatives of a function, too
SHAPING = frozenset(("symmetric", "diagonal", "skew-symmetric", "lower triangular", "upper triangular"))


def assumed(np: Any, array: Any, assume: frozenset[str]) -> Any:
    """The array made into one of which that holds."""
    if not assume:
        return array
    if HERMITIAN in assume and "definite" in assume:
        return _positive_definite(np, array)
    make = next((make for name, make in PROPERTIES.items() if name in assume), None)
    return array if make is None else make(np, array)


def _functions(np: Any, draws: Draws, manner: str, f: Function, sizes: Mapping[str, int]) -> Any:
    """The `_coefficients` of the function, or of all members of the family, which have axes of their own."""
    counts = [drawn_size(i.size, sizes) for i in f.indices]
    found = [_coefficients(np, draws, manner, f, sizes) for _ in range(prod(counts))]
    return np.stack(found, axis=1).reshape(-1, *counts, *found[0].shape[1:]) if counts else found[0]


def _coefficients(np: Any, draws: Draws, manner: str, f: Function, sizes: Mapping[str, int]) -> Any:
    """A₀, A₁ and A₂ of the function A₀ + A₁x + A₂(x²/2 + x³/6) that stands for f, an axis for the entries of x last."""
    rows, cols, *sides = (drawn_size(d, sizes) for d in (*f.shape, *f.argument))
    drawn = _draw(np, draws, manner, (1, rows, cols))
    kept = f.assume & SHAPING
    constant = assumed(np, drawn, f.assume) + (4.0 * rows * np.eye(rows) if rows == cols > 1 else 0.0)
    others = assumed(np, 0.5 * draws.normal((2 * sides[0] * sides[1], rows, cols)), kept)
    slopes = np.moveaxis(others.reshape(2, -1, rows, cols), 1, -1)
    return np.concatenate([np.repeat(constant[..., None], slopes.shape[-1], -1), slopes])


LARGEST = 40


def drawn_size(dim: Dim, sizes: Mapping[str, int]) -> int:
    """The number that a size is in a world: what is written as a number beyond `LARGEST` stands for a smaller one."""
    for _, c in dim.terms:
        if c > LARGEST:
            dim = Dim(tuple([(m, c if c <= LARGEST else 2 + int(c) % (LARGEST - 2)) for m, c in dim.terms]))
            break
    return dim.value(sizes)


def world(
    expressions: Iterable[Expr], varying: frozenset[str], definitions: Mapping[str, Expr], attempt: int = 0,
    step: float = STEP,
) -> World:  # fmt: skip
    """Random sizes, values and directions for every symbol in `expressions`; the same for the same call."""
    import numpy as np

    draws = Draws(7 + attempt)
    leaves = _leaves((*expressions, *definitions.values()))
    standing = {e: tuple(indices_of(e)) for e in leaves}
    names = sorted({name for dim in {dim for e in leaves for dim in _dims(e, standing[e])} for name in dim.names})
    found = {i for own in standing.values() for i in own}
    low, high = _margins(found)
    least = max((2, *[int(i.name) for i in found if i.fixed])) + low + high
    more = ((attempt % 3 if attempt in SQUARE else (k + attempt) % 4) for k in range(len(names)))
    sizes = {name: least + extra for name, extra in zip(names, more, strict=True)}
    manner = ATTEMPTS[attempt] if attempt < len(ATTEMPTS) else "signed"
    values: dict[str, Any] = {}
    directions: dict[str, Any] = {}
    indices: dict[str, int] = {}
    for e in sorted((e for e in leaves if e.op is not NUMBER), key=_place):
        for index in standing[e]:
            if index.fixed:
                indices[index.name] = int(index.name) - 1
                continue
            inside = drawn_size(index.size, sizes) - max(index.first, 0)
            indices[index.name] = low + draws.below(max(inside - low - high, 1))
        if isinstance(e.data, Function) and e.data.name not in values:
            values[e.data.name] = _functions(np, draws, manner, e.data, sizes)
        if e.op is not SYMBOL or e.data.name in definitions or e.data.name in values:
            continue
        s: Symbol = e.data
        shape = (POINTS, *(drawn_size(d, sizes) for d in (*(i.size for i in s.indices), *s.shape)))
        drawn = _draw(np, draws, manner, shape)
        values[s.name] = assumed(np, drawn + 1j * _draw(np, draws, manner, shape) if _complex(s) else drawn, s.assume)
        if s.name in varying:
            way = draws.normal(shape)
            way = way + 1j * draws.normal(shape) if _complex(s) else way
            directions[s.name] = _tangent(np, way, s.assume)
    return World(sizes, values, directions, definitions, indices, step)


def _margins(found: Iterable[Index]) -> tuple[int, int]:
    """How many values of free indices, at both ends, are left out so that no shifted one lies outside of its range."""
    found = [i for i in found if i.shift or any(i.ends)]
    shift = max((abs(i.shift) for i in found), default=0)
    return shift + max((0, *(i.ends[0] for i in found))), shift + max((0, *(i.ends[1] for i in found)))


def _place(leaf: Expr) -> tuple[str, str]:
    """What leaves are sorted by."""
    data = leaf.data
    return (data.name, "".join([i.name for i in data.indices])) if leaf.op is SYMBOL else (leaf.op.name, repr(data))


def _complex(s: Symbol) -> bool:
    return "complex" in s.assume


def _tangent(np: Any, array: Any, assume: frozenset[str]) -> Any:
    """The direction that keeps a symmetric matrix symmetric, and a diagonal or triangular one what it is."""
    if "diagonal" in assume:
        return array * np.eye(array.shape[-1])
    if "lower triangular" in assume or "upper triangular" in assume:
        return (np.tril if "lower triangular" in assume else np.triu)(array)
    if HERMITIAN in assume:
        return (array + array.conj().swapaxes(-1, -2)) / 2
    return array if SYMMETRIC.isdisjoint(assume) else (array + array.swapaxes(-1, -2)) / 2


def directed(w: World, directions: Mapping[str, Any]) -> World:
    """The same world with other directions; what has none stands still."""
    return World(w.sizes, w.values, directions, w.definitions, w.indices, w.step)


def meeting(w: World, pairs: Iterable[tuple[str, str]]) -> World:
    """The same world with one value for the two indices of each pair, where the Kronecker delta of them is 1."""
    indices = dict(w.indices)
    for one, other in pairs:
        if one in indices and other in indices:
            indices[other] = indices[one]
    return World(w.sizes, w.values, w.directions, w.definitions, indices, w.step)


def nearby(w: World) -> World:
    """The same world with all values moved a little: what is worth something else there was at a pole, or is noise."""
    draws = Draws(5)
    moved = {name: array * (1 + NEAR * draws.normal(array.shape)) for name, array in sorted(w.values.items())}
    return World(w.sizes, moved, w.directions, w.definitions, w.indices, w.step)


def displaced(w: World, name: str) -> Any:
    """The values of a symbol at all steps of the stencil along its direction, one step after another."""
    import numpy as np

    array, direction = w.values[name], w.directions.get(name)
    if direction is None:
        return np.concatenate((array,) * len(STENCIL))
    steps = np.array([k * w.step for k, _ in STENCIL]).reshape(-1, *(1,) * array.ndim)
    return (array + steps * direction).reshape(-1, *array.shape[1:])


def _leaves(expressions: Iterable[Expr]) -> set[Expr]:
    return {e for e in within(*expressions) if not e.args or e.op.binds or isinstance(e.data, (tuple, Function))}


def indices_of(e: Expr) -> Iterator[Index]:
    """The indices that stand in a node itself, and those that they are compared with."""
    if isinstance(e.data, Index):
        data: tuple[Any, ...] = (e.data,)
    else:
        data = index_data(e)
    for i in data:
        if isinstance(i, Index):
            yield i
            yield from () if i.but is None else (Index(i.but[1], i.size),)


def _dims(e: Expr, indices: Iterable[Index]) -> Iterable[Dim]:
    """The sizes that stand in a leaf, those of its indices among them."""
    if e.op is NUMBER or (e.op is SYMBOL and not e.data.indices):
        return e.shape
    own = (e.data,) if isinstance(e.data, Dim) else ()
    function = (*e.data.shape, *e.data.argument) if isinstance(e.data, Function) else ()
    return (*e.shape, *[i.size for i in indices], *own, *function)
