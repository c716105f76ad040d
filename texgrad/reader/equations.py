"""Equations read together: one typing for all their sides, so that every symbol means the same on every line."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

from texgrad.algebra import Expr
from texgrad.effort import Effort
from texgrad.reader.building import Builder
from texgrad.reader.claimed import Claimed, by_logarithm
from texgrad.reader.complete import Complete
from texgrad.reader.conjugates import only_real, oscillating, speaks
from texgrad.reader.declare import unsized
from texgrad.reader.defined import definition
from texgrad.reader.derivatives import LAYOUTS
from texgrad.reader.earlier import Earlier
from texgrad.reader.explained import Explained
from texgrad.reader.fields import REALS
from texgrad.reader.functions import arguments, by_twins
from texgrad.reader.lookup import Lookup
from texgrad.reader.names import subscript
from texgrad.reader.needed import Usage
from texgrad.reader.parsing import Parser, Surveys
from texgrad.reader.problem import Source
from texgrad.reader.read import Session
from texgrad.reader.remainders import remaining
from texgrad.reader.resolving import Variables
from texgrad.reader.scoping import Scoping
from texgrad.reader.sides import PLAIN, Equations, Known, Manner, Side, is_zero_side
from texgrad.reader.sizing import finish
from texgrad.reader.slopes import Slopes
from texgrad.reader.solve import solve
from texgrad.reader.squares import squares_among
from texgrad.reader.statements import UNPLACED, Formula, flat, placed, read_formula, trimmed
from texgrad.reader.subject import Subject
from texgrad.reader.summation import UNITS, Convention
from texgrad.reader.survey import Survey
from texgrad.reader.symbols import Misfit
from texgrad.reader.taken import taken
from texgrad.reader.targets import Target
from texgrad.reader.tree import Name, Tree, walk
from texgrad.reader.varying import with_differentials
from texgrad.shapes import ONE, SCALAR
from texgrad.source import Diagnostic, TexgradError, fail

T = TypeVar("T")
_WORD = re.compile(r"[A-Z][a-z]{2,}")
READING, AGAIN = 40, 40  # what a reading of lines costs beside its trees and their typing, and one of another wording
NODE = 2  # what each node costs that is looked at in putting definitions in place
ROOM = 2_000  # nodes that a reading may always look at


def read_equations(
    session: Session, lines: Sequence[Source], manner: Manner = PLAIN, earlier: Earlier | None = None,
    effort: Effort | None = None,
) -> Equations | None:  # fmt: skip
    """The equations on some lines, typed together; what cannot be read has a reason instead of an expression.

    session: that of a problem whose definitions are left out: they are noted here as far as they can be read.
    effort: within which shapes are looked for. None where the manner makes no difference to an earlier one.
    """
    reader = _Reader(Claimed(session, lines, manner), effort or Effort())
    return reader.equations(Earlier() if earlier is None else earlier)


class _Reader:
    """Types and builds what is claimed, within an effort."""

    def __init__(self, claimed: Claimed, effort: Effort) -> None:
        self.claimed, self.manner, self.effort = claimed, claimed.manner, effort
        self.subject = Subject(claimed.said, [], Target("", (), Formula(Source(""), ())))
        self.lookup = Lookup(claimed.said)
        self.parse = Parser(claimed.tree, only_real, (), self.subject.free)

    def equations(self, earlier: Earlier) -> Equations | None:
        """Parse, type and build all sides; None where this was done before."""
        claimed, said = self.claimed, self.claimed.said
        sides = [s for e in claimed.found for s in e.sides if not is_zero_side(s.items)]
        for side in sides:
            _read(side, self.parse, side.items)
        called = {t.data for s in sides if s.tree is not None for t in walk(s.tree) if t.op == "call"}
        for side in sides:
            if side.tree is not None and (found := applied_sum(side.tree, called)) is not None:
                message = f"{found} is a function here, and its sum with others is applied to something"
                side.tree, side.reason = None, Diagnostic("unsupported", message, None)
            elif side.tree is not None and (word := spelt_function(side.tree)) is not None:
                message = f"{word} is a word for a function here, and not known"
                side.tree, side.reason = None, Diagnostic("unsupported", message, None)
        parsed = Tree("equations", tuple(s.tree for s in sides if s.tree is not None), (), 0, 0)
        named = {d.name.full for d in said.definitions}
        members = {c for c in called if "_" in c and any(said.families(c.partition("_")[0], n) for n in (1, 2))}
        survey = Survey((parsed,))
        known = by_twins(said.declared, survey.names)
        if speaks(survey, survey.names, known) or oscillating(survey, {*known, *named}):
            raise fail("unsupported", "complex numbers", None, "only equations of real numbers are checked")
        by = (t.data.variable.data for t in survey.kinds.get("derivative", ()) if t.data.variable.op == "name")
        squares = squares_among((*(n.full for n in by if n.base.endswith("^2")), *named))
        self.convention = Convention(parsed.args, self._arrays(), said.declared.keys() | named)
        self.slopes = Slopes(self.lookup, self.parse, squares, self.manner.variable)
        functions = arguments(parsed, said.functions, named | members, Name("x"))
        usage = Usage(frozenset(), squares, functions, called)
        self.needed = Explained(self.subject, self.lookup, self.parse, usage, self.convention, self.slopes,
                                self.manner.factors)  # fmt: skip
        self.needed.room = max(self.effort.left // NODE, ROOM)
        for side in sides:
            side.parsed = side.tree
            if side.tree is not None:
                _read(side, self._completed, side.tree)
        self.effort.spend(READING + NODE * self.needed.visited)
        kept = [s for s in sides if s.tree is not None]
        return self._typed(kept, earlier)

    def _arrays(self) -> dict[str, int]:
        """The names that can carry indices, and how many of them; 0 for what is defined."""
        out = {d.name.full: 0 for d in self.claimed.said.definitions if not d.name.sub}
        for name, known in self.claimed.said.declared.items():
            if known.shape is not None and known.shape != SCALAR and known.family is None and not known.indexed:
                out[name] = 1 if known.shape[1] == ONE else 2
        return out

    def _completed(self, tree: Tree) -> Tree:
        return self.slopes.resolved(self.needed.complete(self.convention.summed(tree), ()))

    def _pairs(self, kept: list[Side]) -> tuple[int, ...]:
        """For every side the number of the one before it that it is set equal to, or −1."""
        place = {id(side): k for k, side in enumerate(kept)}
        out = [-1] * len(kept)
        last = -1
        for equation in self.claimed.found:
            before = last if equation.goes_on else -1
            for side in equation.sides:
                if id(side) in place:
                    out[place[id(side)]] = before
                    before = last = place[id(side)]
        return tuple(out)

    # --- types ----------------------------------------------------------------------------------------------------

    def _typed(self, kept: list[Side], earlier: Earlier) -> Equations | None:
        """The expressions of all sides; None where they were typed before."""
        function = Tree("equations", tuple(s.tree for s in kept if s.tree is not None), self._pairs(kept), 0, 0)
        whole = Complete(self.claimed.session.problem, self.subject, self.lookup, self.parse, REALS, self.needed.usage,
                         Variables((), (), False), function, self.needed.trees, False, False, Surveys())  # fmt: skip
        scope = Scoping(whole).made()
        scope.layout = self.manner.layout
        scope.indices.update((i, None) for i in self.convention.free if i not in scope.indices)
        scope.units = bool(self.convention.free) and scope.declared.keys().isdisjoint(UNITS)
        order = [(name, self.slopes.resolved(tree)) for name, (_, tree) in self.needed.trees.items()]
        if not earlier.new(scope, [*order, ("", function)], self.claimed.found, self.convention.below):
            return None
        typing = solve(scope, order, function, self.effort)
        finish(whole, typing)
        typing.sizes.keep(typing.families.values())  # of which other wordings speak
        assume = {n: d.assume for n, d in scope.declared.items() if d.assume}
        assume |= {n.full: assume.get(n.full, frozenset()) | {"positive"} for n in self.needed.usage.squares.values()}
        builder = Builder(typing, free=assume)
        definitions = grounded((builder.symbol(name), builder.build(tree)) for name, tree in order)
        for side in kept:
            assert side.tree is not None
            misfit = typing.misfits.get(id(side.tree))
            if misfit is not None:
                side.reason = _said(misfit)
                side.misfit = misfit if isinstance(misfit, Misfit) else None
                continue
            try:
                side.expr = builder.build(side.tree)
            except TexgradError as error:
                side.reason = placed(error.diagnostics[0])
        symbols = {e.data.name: e for e in builder.symbols.values()}
        for side in kept:
            side.expr = side.expr and taken(side.expr, side.point, symbols)
        declared = frozenset(n for n, d in scope.declared.items() if d.shape is not None)
        layout = LAYOUTS[typing.kinds.get("layout", 0)][1] if "layout" in typing.seen else ""
        self.typing, self.builder, self.kept = typing, builder, [s.tree for s in kept]
        parsed = [s.parsed for e in self.claimed.found for s in e.sides if s.parsed is not None]
        heads = (t.args[0] for t in walk(*parsed) if t.op == "differential")
        varied = frozenset(t.data.full for t in heads if t.op == "name")
        needs = (self.lookup.definition(symbol.data.name) for symbol, _ in definitions)
        remote = frozenset(d.name.full for d in needs if d is not None and d.formula.source.aside)
        members = {d.name.base for d in self.claimed.said.definitions if subscript(d.name)}
        known = Known(symbols, definitions, declared, assume, layout, varied, tuple(self.convention.below),
                      frozenset(n for n, kind in typing.kinds.items() if kind), remote,
                      frozenset(n for n in members if n in symbols and not symbols[n].data.indices))  # fmt: skip
        return Equations(self.claimed.found, known, self.claimed.reasons, self.again)

    def again(self, latex: str) -> Expr:
        """The expression that another wording of a side is; TexgradError where it is none."""
        claimed = self.claimed
        formula = with_differentials(unsized(read_formula(Source(latex), claimed.session.macros), claimed.said))
        items = trimmed(flat(formula.items))
        visited = self.needed.visited
        tree = self._completed(self.parse(remaining(items, claimed.own_letters)[0]))
        self.effort.spend(AGAIN + NODE * (self.needed.visited - visited))
        self.kept.append(tree)  # trees are known by their identity
        try:
            self.typing.shape(tree)
        except Misfit as misfit:
            raise TexgradError(_said(misfit)) from None
        return self.builder.build(tree)


def _read(side: Side, how: Callable[[T], Tree], what: T) -> None:
    """Make a side the tree of what stands there, or note the reason why it is none."""
    try:
        side.tree = how(what)
    except TexgradError as error:
        side.tree, side.reason = None, placed(error.diagnostics[0])


def spelt_function(tree: Tree) -> str | None:
    """The word that single letters in a row spell before a bracket, `Var[X]`."""
    for node in walk(tree):
        word, end = "", 0
        for factor in node.args if node.op == "product" and len(node.args) > 3 else ():
            if factor.fenced and _WORD.fullmatch(word):
                return word
            letter = factor.op == "name" and len(factor.data.full) == 1
            word = (word if factor.start == end else "") + factor.data.full if letter else ""
            end = factor.end
    return None


def applied_sum(tree: Tree, called: Collection[str]) -> str | None:
    """The name of a function in a sum of functions that is applied, `(f+g)(x)`."""
    for node in walk(tree) if called else ():
        for left, right in pairwise(node.args) if node.op == "product" else ():
            if left.fenced and right.fenced and left.end == right.start and left.op == "sum":
                names: set[str] = {t.data.full for t in left.args if t.op == "name"}
                if names and names <= set(called):
                    return min(names)
    return None


def grounded(definitions: Iterable[tuple[Expr, Expr]]) -> tuple[tuple[Expr, Expr], ...]:
    """The definitions without those that come back to themselves, of which the first ones count."""
    bodies: dict[str, Expr] = {}
    spoken_of: set[str] = set()
    out = []
    for symbol, body in definitions:
        name: str = symbol.data.name
        spoken_of |= body.free
        reached, waiting = {name}, [body] if name in spoken_of else []
        while waiting and not any(name in b.free for b in waiting):
            names = {n for b in waiting for n in b.free} - reached
            reached |= names
            waiting = [bodies[n] for n in sorted(names) if n in bodies]
        if not waiting:
            bodies[name] = body
            out.append((symbol, body))
    return tuple(out)


def _said(misfit: Exception) -> Diagnostic:
    """What is to be said about a side that has no shape."""
    if isinstance(misfit, Misfit):
        return placed(Diagnostic("shape", misfit.message, misfit.tree.span, misfit.help))
    assert isinstance(misfit, TexgradError)
    return placed(misfit.diagnostics[0])


def define(session: Session, latex: str) -> None:
    r"""Note a definition, if it can be read; that of a logarithm, `\log p = …`, too."""
    try:
        formula = unsized(read_formula(Source(latex, UNPLACED), session.macros), session.said)
    except TexgradError:
        return
    for statement in formula.statements:
        made = definition(statement) or by_logarithm(statement)
        if made is not None:
            session.said.definitions.append(replace(made, explicit=True))
