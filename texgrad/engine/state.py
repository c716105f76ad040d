"""A derivation under way: the lines so far, the names, and the expression of the last line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from operator import attrgetter
from typing import Any

from texgrad.algebra import (
    SYMBOL,
    Expr,
    Op,
    add,
    bits,
    holds,
    is_zero,
    occurrences,
    postorder,
    substitute,
    telling_names,
    transform,
    within,
)
from texgrad.engine.adjoints import gradients
from texgrad.engine.derivation import Line, Name, Note, Question, formulas
from texgrad.engine.names import named
from texgrad.engine.scope import Scope
from texgrad.immutable import immutable, lazy
from texgrad.operators import EXP, FROBENIUS, LOG, MEANT, differential
from texgrad.tidy import LOG_OF_EXP, LOG_OF_SOFTMAX, apply, without_sums

EXPLAINED = bits(*MEANT)
_SCALAR = attrgetter("scalar")
OF_FIELDS = {"lines": "said", "current": "gradients"}  # what is no longer known where a field changes


@immutable
class State:
    """A derivation under way: the lines so far, the expression of the last one, all names, the function with them.

    aside: terms of df that are finished and no longer written in every line; rest: what the next line begins with then.
    """

    question: Question
    scope: Scope
    names: tuple[Name, ...]
    lines: tuple[Line, ...]
    current: Expr
    body: Expr
    aside: tuple[Expr, ...] = ()
    rest: Expr | None = None

    @lazy
    def symbols(self) -> dict[Expr, Expr]:
        """What every named compound is written as; the function itself, where its own slope refers to it."""
        known = {n.definition: n.symbol for n in self.names if n.definition.args}
        if self.question.expression.op.letters and not self.question.name.data.name.startswith("?"):
            known[self.body] = self.question.name
        return known

    @lazy
    def gradients(self) -> Mapping[Expr, list[tuple[Expr, bool]]]:
        """For every variable, the gradients that the terms of the last line give; none where that is 0."""
        return {} if is_zero(self.current) else gradients(self.current)

    @lazy
    def telling(self) -> frozenset[str]:
        """A symbol of each compound that has a name."""
        return telling_names(self.symbols)

    @lazy
    def own(self) -> dict[Expr, Expr]:
        """What the names stand for that the derivation brings in, if a formula says it, and that of the function."""
        return {self.question.name: self.question.expression, **formulas(self.names)}

    @lazy
    def lengths(self) -> dict[Expr, int]:
        """How long each of these is with every name written out."""
        return lengths_of(self.own)

    @lazy
    def layered(self) -> bool:
        """Whether functions stand in functions so deep that every gradient on the way gets a name."""
        return sum(bool(n.definition.op.letters or n.definition.op.elementwise) for n in self.names) > 2

    def line(self, right: Expr, *rules: str, note: Note = (), left: Expr | None = None) -> State:
        """With one more line, whose right side is the current expression from now on."""
        note = (*note, *self.announced(right))
        line = Line(self.rest if left is None else left, (right,), "=", rules, note)
        new = self.having(lines=(*self.lines, line), current=right, rest=None)
        new.__dict__["said"] = self.said.union(note) if note else self.said
        return new

    def announced(self, e: Expr) -> Note:
        """What `e` speaks of for the first time and only words can name, and functions the author did not use."""
        said = self.said
        found: list[str | Expr] = []
        for name in self.worded:
            if name.symbol.data.name in e.free and name.symbol not in said:
                found += ["with", name.symbol]
        for op in dict.fromkeys(p.op for p in postorder(e) if p.op.meaning) if e.ops & EXPLAINED else ():
            if f"meaning of {op.name}" not in said and op not in self.known_functions:
                found.append(f"meaning of {op.name}")
        if e.ops & FROBENIUS.bit and FROBENIUS.name not in said:
            found.insert(0, FROBENIUS.name)
        return tuple(found)

    @lazy
    def said(self) -> frozenset[str | Expr]:
        """All that stands beside the lines."""
        return frozenset(part for line in self.lines for part in line.note)

    @lazy
    def worded(self) -> tuple[Name, ...]:
        """The names for what only words can say."""
        return tuple({n.symbol: n for n in self.names if n.definition.op.noun}.values())

    @lazy
    def known_functions(self) -> frozenset[Op]:
        """The operators that the author uses himself."""
        question = self.question
        return frozenset(p.op for p in within(question.expression, *(d for _, d in question.definitions)))

    def with_name(self, name: Name) -> State:
        """With one more name."""
        new = self.having(names=(*self.names, name), scope=self.scope.named(name.symbol, name.definition))
        known = vars(new)
        for stale in ("own", "lengths") if self.layered else ("own", "lengths", "layered"):
            known.pop(stale, None)
        known["worded"] = (*self.worded, name) if name.definition.op.noun else self.worded
        if name.definition.args:
            known["symbols"] = {**self.symbols, name.definition: name.symbol}
            known["telling"] = self.telling | telling_names((name.definition,))
        return new

    def without(self, finished: tuple[Expr, ...], rest: Expr) -> State:
        """With finished terms set aside, so that the lines go on with the rest of them."""
        return self.having(aside=self.aside + finished, current=rest, rest=rest)

    def together(self) -> State:
        """With a line of all terms that were set aside."""
        if not self.aside:
            return self
        total = add(*self.aside, self.current)
        return self.having(aside=()).line(total, "linearity", left=differential(self.question.name))

    def having(self, **changes: Any) -> State:
        """With other lines and another last expression, keeping what was worked out about the names."""
        new = object.__new__(State)
        vars(new).update(vars(self), **changes)
        for field, known in OF_FIELDS.items():
            if field in changes:
                vars(new).pop(known, None)
        return new


def _densities_apart(e: Expr, author: Mapping[str, Expr]) -> Expr:
    """log p written out, where the author defines p as a product with an exponential in it."""

    def change(part: Expr) -> Expr | None:
        (p,) = part.args
        definition = author.get(p.data.name) if p.op is SYMBOL else None
        return None if definition is None else LOG_OF_EXP.apply(part.op(definition))

    return transform(e, change, LOG.bit, LOG.bit) if author else e


def start(question: Question) -> tuple[Scope, Expr, tuple[Name, ...]]:
    """The scope, the function with its compounds named, and the names."""
    author = {symbol.data.name: definition for symbol, definition in question.definitions}
    scope = Scope(frozenset(v.data.name for v in question.variables), author)
    plain = apply(_densities_apart(without_sums(question.expression), author), LOG_OF_SOFTMAX)[0]
    plain = apply(plain, LOG_OF_EXP, where=_SCALAR)[0] if holds(plain, LOG) and holds(plain, EXP) else plain
    asked = question if plain is question.expression else replace(question, expression=plain)
    body, names, sides = named(asked, scope)
    scope = Scope(scope.variables, author, sides)
    for name in names:
        if name.introduced or author[name.symbol.data.name] is not name.definition:
            scope = scope.named(name.symbol, name.definition)
    return scope, body, names


def lengths_of(definitions: Mapping[Expr, Expr]) -> dict[Expr, int]:
    """How long each name is with every name written out; names within definitions come before them."""
    lengths: dict[Expr, int] = {}
    spoken: set[str] = set()
    for symbol, definition in definitions.items():
        plain = definition.free.isdisjoint(spoken)
        lengths[symbol] = definition.length if plain else written_out(definition, lengths)
        spoken.add(symbol.data.name)
    return lengths


def written_out(e: Expr, lengths: Mapping[Expr, int]) -> int:
    """How long `e` is with every name written out, where those of the names are known."""
    named = ((lengths[part] - 1) * count for part, count in occurrences(e).items() if part in lengths)
    return e.length + sum(named)


def fold(e: Expr, state: State) -> Expr:
    """`e` with every compound that has a name written by its name."""
    return substitute(e, state.symbols, state.telling)
