"""Worlds to evaluate expressions in: sizes, a value and a direction for every symbol, random but the same each time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import prod
from typing import Any

from texgrad.algebra import NUMBER, SYMBOL, Expr, index_data, within
from texgrad.check_draws import Draws, assumed, draw
from texgrad.immutable import immutable
from texgrad.operators import HERMITIAN, Function
from texgrad.operators.transposes import SYMMETRIC
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


# what holds of the derivatives of a function, too
SHAPING = frozenset(("symmetric", "diagonal", "skew-symmetric", "lower triangular", "upper triangular"))


def _functions(np: Any, draws: Draws, manner: str, f: Function, sizes: Mapping[str, int]) -> Any:
    """The `_coefficients` of the function, or of all members of the family, which have axes of their own."""
    counts = [drawn_size(i.size, sizes) for i in f.indices]
    found = [_coefficients(np, draws, manner, f, sizes) for _ in range(prod(counts))]
    return np.stack(found, axis=1).reshape(-1, *counts, *found[0].shape[1:]) if counts else found[0]


def _coefficients(np: Any, draws: Draws, manner: str, f: Function, sizes: Mapping[str, int]) -> Any:
    """A₀, A₁ and A₂ of the function A₀ + A₁x + A₂(x²/2 + x³/6) that stands for f, an axis for the entries of x last."""
    rows, cols, *sides = (drawn_size(d, sizes) for d in (*f.shape, *f.argument))
    drawn = draw(np, draws, manner, (1, rows, cols))
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
        drawn = draw(np, draws, manner, shape)
        values[s.name] = assumed(np, drawn + 1j * draw(np, draws, manner, shape) if _complex(s) else drawn, s.assume)
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
