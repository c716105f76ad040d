"""The builder: what is built stands in the author's symbols, each of them made once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from texgrad.algebra import SYMBOL, Expr, Op, symbol
from texgrad.operators import HERMITIAN, SOFTMAX, entry, hermitian, is_complex, membership, symmetric
from texgrad.operators.transposes import untied
from texgrad.reader.fields import fitting
from texgrad.reader.infer import Typing
from texgrad.reader.names import unshifted
from texgrad.reader.tree import Tree, deepest_first
from texgrad.reader.types import Size
from texgrad.shapes import ONE, Dim, Index, Shape, ShapeError
from texgrad.source import fail


class Building:
    """Builds expressions from the trees of one typing; `symbols` holds those made so far, in order of appearance.

    free: names of symmetric matrices whose entries are taken as independent.
    rules: how each form is built; an operator without one takes its arguments as they are.
    """

    rules: ClassVar[Mapping[Op | str, Rule]] = {}

    def __init__(self, typing: Typing, given: Mapping[str, Expr] | None = None, free: Collection[str] = ()) -> None:
        self.typing = typing
        self.free = free
        self.given = given or {}
        self.symbols: dict[str, Expr] = {}
        self.made: dict[tuple[str, tuple[Index, ...]], Expr] = {}
        self.ready: dict[int, Expr] = {}
        self.built: dict[int, Expr] = {}
        self.squared: set[int] = set()
        self.indices: dict[str, Index] = {n: self.index(n, s) for n, s in typing.indices.items()}

    def shape(self, tree: Tree) -> Shape:
        """The shape that a tree was found to have."""
        return self.typing.sizes.shape(self.typing.results[id(tree)])

    def decided(self, tree: Tree) -> Any:
        """What was decided on a tree that can be read in several ways, if anything."""
        return self.typing.decided.get(id(tree))

    def index(self, name: str, size: Size) -> Index:
        """The index of that name, which runs over a size."""
        return Index(name, self.typing.sizes.size(size))

    def whole(self, tree: Tree) -> Expr:
        """The expression that a tree means, which may be high."""
        for part in deepest_first(tree, self.typing.meant):
            self.ready[id(part)] = self.build(part)
        return self.build(tree)

    def build(self, tree: Tree) -> Expr:
        """The expression that a tree means."""
        place = id(tree)
        if place in self.ready:
            return self.ready[place]
        if place in self.typing.meant:
            made = self.build(self.typing.meant[place])
            self.built[place] = made
            return made
        rule = self.rules.get(tree.op)
        try:
            if rule is None:
                assert isinstance(tree.op, Op)
                made = tree.op(*[self.build(a) for a in tree.args])
            else:
                made = rule(self, tree)
        except ShapeError as error:
            raise fail("shape", str(error), tree.span) from None
        except (OverflowError, ZeroDivisionError, ValueError) as error:
            raise fail("unsupported", f"a number that cannot be worked out: {error}", tree.span) from None
        self.built[place] = made
        return made

    @contextmanager
    def counting(self, indices: Iterable[Index]) -> Iterator[None]:
        """What is built meanwhile stands below these indices."""
        outside, self.indices = self.indices, {**self.indices, **{index.name: index for index in indices}}
        try:
            yield
        finally:
            self.indices = outside

    def shifted(self, name: str) -> Index:
        """The index that `t` or `t-1` is."""
        base, shift = unshifted(name)
        if base.isdigit():
            return Index(base, ONE)
        return self.indices[base]._replace(shift=shift)

    def located(self, tree: Tree, axis: int, name: str) -> Index:
        """The index of an entry, a row or a column of a compound."""
        index = self.shifted(name)
        if index.fixed:
            return index._replace(size=self.shape(tree.args[0])[axis])
        return index._replace(first=self.typing.outside(f"entry {id(tree)}", axis)[0])

    def entry_of(self, key: str, at: tuple[Index, ...]) -> Expr:
        """An entry of the symbol `key`; its first one may be counted as that of 0."""
        return entry(self.symbol(key), *(self.placed(key, axis, i) for axis, i in enumerate(at)))

    def placed(self, key: str, axis: int, index: Index) -> Index:
        """The index on that axis of an array, which may be counted from 0."""
        if index.fixed:
            return index._replace(size=self.typing.sizes.shape(self.typing.forms[key])[axis])
        return index._replace(first=self.typing.outside(key, axis)[0])

    def symbol(self, key: str, at: tuple[Index, ...] = ()) -> Expr:
        """The symbol `key`, or the member of the family `key` with these indices."""
        made = self.made.get((key, at))
        if made is None:
            made = self.made[key, at] = self._symbol(key, self._counted(key, at) if at else at)
        return made

    def _counted(self, key: str, at: tuple[Index, ...]) -> tuple[Index, ...]:
        """The indices of a member of a family, of which the first runs over all its members."""
        if at[0].fixed:
            at = (at[0]._replace(size=self.typing.sizes.size(self.typing.families[key])), *at[1:])
        first, behind = self.typing.outside(key)
        if not first and not behind:
            return at
        return at[0]._replace(size=at[0].size + Dim.of(first + behind), first=first), *at[1:]

    def _symbol(self, key: str, at: tuple[Index, ...]) -> Expr:
        if key in self.given:
            known = self.given[key]
            return symbol(known.data.name, known.shape, known.data.assume, at) if at else known
        declared = self.typing.scope.declared.get(key)
        shape = self.typing.sizes.shape(self.typing.forms[key])
        if key in self.symbols and self.symbols[key].op is not SYMBOL:
            raise fail("undeclared", f"{key} stands for a function and for a variable", None, "give one another name")
        assume = fitting(declared.assume, shape) if declared else frozenset()
        assume = self.typing.scope.field.assumed(key, shape, assume)
        made = symbol(key, shape, untied(assume) if key in self.free else assume, at)
        self.symbols.setdefault(key, made)
        return made

    def condition(self, template: str, at: tuple[Index, ...]) -> Expr:
        """What is 1 where these indices fulfil a condition and 0 elsewhere."""
        made = membership(template, at)
        self.symbols.setdefault(template, made)
        return made

    def define(self, key: str, tree: Tree) -> tuple[Expr, Expr]:
        """The symbol `key` and what it is defined as; it is symmetric, complex, or Hermitian, where that is."""
        worth = self.whole(tree)
        if ONE not in worth.shape and not is_complex(worth) and symmetric(worth):
            made = self.made[key, ()] = symbol(key, worth.shape, ("symmetric",))
            self.symbols.setdefault(key, made)
        if is_complex(worth):
            square = HERMITIAN if worth.shape[0] == worth.shape[1] and hermitian(worth) else "complex"
            made = self.made[key, ()] = symbol(key, worth.shape, ("complex", square))
            self.symbols.setdefault(key, made)
        if worth.op is SOFTMAX and worth.shape[1] == ONE:
            made = self.made[key, ()] = symbol(key, worth.shape, ("probability vector",))
            self.symbols.setdefault(key, made)
        return self.symbol(key), worth


Rule = Callable[[Building, Tree], Expr]
