"""Equations read together: one typing for all their sides, so that every symbol means the same on every line."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

from texgrad.algebra import Expr
from texgrad.reader.assemble import Assembly
from texgrad.reader.building import Builder
from texgrad.reader.calls import name_called
from texgrad.reader.claims import parse_claim
from texgrad.reader.conjugates import only_real, speaks
from texgrad.reader.declare import Definition, declare_formula, definition, of_logarithm, read_name, unsized
from texgrad.reader.derivatives import LAYOUTS, Slope
from texgrad.reader.fields import REALS
from texgrad.reader.functions import arguments, declare_functions, letters
from texgrad.reader.items import Item, Items, worded
from texgrad.reader.names import Declared
from texgrad.reader.problem import Source
from texgrad.reader.read import Session
from texgrad.reader.request import is_derivative
from texgrad.reader.rows import Claim, rows
from texgrad.reader.sides import PLAIN, Equation, Equations, Known, Manner, Side
from texgrad.reader.solve import solve
from texgrad.reader.squares import squares_among
from texgrad.reader.standards import called
from texgrad.reader.statements import UNPLACED, Formula, Statement, flat, placed, read_formula, trimmed
from texgrad.reader.summation import UNITS, Convention
from texgrad.reader.symbols import Misfit
from texgrad.reader.taken import pointed, taken
from texgrad.reader.targets import Target
from texgrad.reader.tree import Name, Tree, rewritten, walk
from texgrad.shapes import ONE, SCALAR
from texgrad.source import Diagnostic, TexgradError, fail

T = TypeVar("T")


def read_equations(session: Session, lines: Sequence[Source], manner: Manner = PLAIN) -> Equations:
    """The equations on some lines, typed together; what cannot be read has a reason instead of an expression.

    session: that of a problem whose definitions are left out: they are noted here as far as they can be read.
    """
    return _Reader(session, lines, manner).equations()


class _Reader(Assembly):
    """Reads them."""

    def __init__(self, session: Session, lines: Sequence[Source], manner: Manner) -> None:
        self.session, self.problem, self.manner = session, session.problem, manner
        self.said = session.said.copy()
        start = min((line.offset for line in lines), default=0)
        self.said.definitions[:] = [d for d in self.said.definitions if self._counts(d, start)]
        self.reasons: dict[int, Diagnostic] = {}
        self.found: list[Equation] = []
        for name, shape in manner.shapes.items():
            if name not in self.said.declared:
                self.said.add(name, shape)
        read = [self._line(k, line) for k, line in enumerate(lines)]
        self.formulas = [f for f in read if f is not None]
        if manner.plain and not any(_OF_ARRAYS.search(line.latex) for line in lines):
            small = (n for n in sorted(letters(f.items for f in self.formulas)) if len(n) == 1 and n.islower())
            self.said.declared.update((n, Declared(SCALAR)) for n in small)
        for k, formula in enumerate(read):
            if formula is not None:
                for number, row in enumerate(rows(formula.items)):
                    for claim in row:
                        self._claim(k, number, claim, formula)
        self.tree, self.free, self.parsed, self.asked = self._tree, set(self.said.indices), {}, set()
        self.field, self.meaning = REALS, only_real
        self.members, self.every, self.variables, self.seconds = [], [], [], []
        self.target = Target("", (), Formula(Source(""), ()))
        self.stops, self.needed, self.inlined, self.squares = set(), {}, 0, {}
        self.bound, self.members_asked = set(self.free), set()
        self.own = self.said.declared.keys() | {d.name.full for d in self.said.definitions}
        self.functions: dict[str, Tree] = {}
        self.parameters = {}
        self.kept: list[Tree | None] = []

    # --- lines ----------------------------------------------------------------------------------------------------

    def _counts(self, made: Definition, start: int) -> bool:
        """Whether a definition is one: not another name for a name, and not what is said later of a variable."""
        if not made.parameters and read_name(made.right) is not None:
            return False
        if self.manner.alone and made.span.start < start:
            return False
        return made.span.start < start or made.name.full not in self.said.declared

    def _line(self, number: int, source: Source) -> Formula | None:
        """The formula on a line, whose declarations are noted."""
        try:
            formula = unsized(read_formula(source, self.session.macros), self.said)
            declare_formula(formula, self.said)
            declare_functions(formula, self.said)
        except TexgradError as error:
            self.reasons[number] = placed(error.diagnostics[0])
            return None
        return formula

    def _claim(self, line: int, row: int, claim: Claim, formula: Formula) -> None:
        """Note an equation, and what it defines if the name on its left is not explained before."""
        sides = [Side(items, point=point) for items, point in map(pointed, claim.sides)]
        equation = Equation(line, row, sides, claim.relations, claim.goes_on)
        self.found.append(equation)
        statement = Statement(formula, claim.sides, claim.relations)
        if claim.goes_on or len(claim.sides) < 2 or is_derivative(statement):
            return
        made = definition(statement)
        if made is None or claim.relations[0] not in ("=", ":="):
            return
        if self._new(made):
            equation.defines = made.name.full
            self.said.definitions.append(replace(made, explicit=True, right=equation.sides[1].items))
        if len(claim.sides) > 2:  # u = f(x) = 3x
            inner = definition(replace(statement, sides=claim.sides[1:], relations=claim.relations[1:]))
            if inner is not None and inner.parameters and self._new(inner):
                self.said.definitions.append(replace(inner, explicit=True))

    def _new(self, made: Definition) -> bool:
        """Whether a name is to be defined here."""
        known = any(d.name.full == made.name.full for d in self.said.definitions)
        declared = made.name.full in self.said.declared and not self.manner.fresh
        return self.manner.anew or not (known or declared)

    def _tree(self, items: Items) -> Tree:
        """The tree of items."""
        bare = {d.name.full for d in self.said.definitions if not d.parameters}
        functions = bare | called(self.said.definitions) | self.said.functions.keys()
        symbols = self.said.declared.keys() | {d.name.full for d in self.said.definitions if not d.parameters}
        return parse_claim(worded(items, functions), functions, symbols, self.manner.whole)

    # --- sides ----------------------------------------------------------------------------------------------------

    def equations(self) -> Equations:
        """Parse, type and build all sides."""
        sides = [s for e in self.found for s in e.sides if not is_zero_side(s.items)]
        for side in sides:
            self._read(side, self.parse, side.items)
        called = {t.data for s in sides if s.tree is not None for t in walk(s.tree) if t.op == "call"}
        for side in sides:
            if side.tree is not None and (found := applied_sum(side.tree, called)) is not None:
                message = f"{found} is a function here, and its sum with others is applied to something"
                side.tree, side.reason = None, Diagnostic("unsupported", message, None)
        parsed = Tree("equations", tuple(s.tree for s in sides if s.tree is not None), (), 0, 0)
        named = {d.name.full for d in self.said.definitions}
        self.functions = arguments(parsed, self.said.functions, named, Name("x"))
        names = [t.data for t in walk(parsed) if t.op == "name"]
        if speaks(walk(parsed), names, self.declared(names)):
            raise fail("unsupported", "complex numbers", None, "only equations of real numbers are checked")
        by = (t.data.variable.data for t in walk(parsed) if t.op == "derivative" and t.data.variable.op == "name")
        self.squares = squares_among((*(n.full for n in by if n.base.endswith("^2")), *named))
        self.convention = Convention(parsed.args, self._arrays(), self.said.declared.keys() | named)
        for side in sides:
            side.parsed = side.tree
            if side.tree is not None:
                self._read(side, self._completed, side.tree)
        kept = [s for s in sides if s.tree is not None]
        self.function = Tree("equations", tuple(s.tree for s in kept if s.tree is not None), self._pairs(kept), 0, 0)
        return self._typed(kept)

    def _arrays(self) -> dict[str, int]:
        """The names that can carry indices, and how many of them; 0 for what is defined."""
        out = {d.name.full: 0 for d in self.said.definitions if not d.name.sub}
        for name, known in self.said.declared.items():
            if known.shape is not None and known.shape != SCALAR and known.family is None and not known.indexed:
                out[name] = 1 if known.shape[1] == ONE else 2
        return out

    def _completed(self, tree: Tree) -> Tree:
        return self._resolved(self.complete(self.convention.summed(tree), ()))

    def family_definition(self, name: Name) -> Definition | None:
        """A definition for another index; one for this very index is that of a symbol, where no sum runs over it."""
        return None if self.convention.plain and self.definition(name.full) else super().family_definition(name)

    def need(self, name: str, above: tuple[str, ...]) -> None:
        """Note the definition of a name, or of what it is an entry of."""
        base = name.split("_")[0]
        super().need(name if base == name or self.definition(name) is not None else base, above)

    def called(self, node: Tree, above: tuple[str, ...]) -> Tree:
        """A call of something that was defined without a parameter: the parameter is the name that stands in it."""
        found = self.definition(node.data)
        if found is not None and _indexed_elsewhere(found, node, self._names(self.parse(found.right))):
            raise fail("unsupported", f"{node.data} takes other arguments", node.span)
        if found is None or found.parameters or len(node.args) != 1:
            return super().called(node, above)
        (argument,) = node.args
        first = argument.args[0] if argument.op == "sum" else argument
        name = self.complete(Tree("name", (), name_called(node), node.start, node.end), above)
        if first is argument and first.op == "name":
            return name
        applied = first.op == "name" and first.data.full in self._names(self.parse(found.right))
        if self.manner.factors or not applied:
            return Tree("product", (name, self.complete(argument, above)), ("", ""), node.start, node.end)
        own = first.data.full

        def moved(tree: Tree) -> Tree | None:
            if tree.op != "name" or tree.data.full == own:
                return argument if tree.op == "name" else None
            inner = self._meaning(tree.data.full) if own in self._names(tree) else []
            return rewritten(inner[0], moved) if inner else None

        return self.inline(found, moved, (*above, node.data))

    def _read(self, side: Side, how: Callable[[T], Tree], what: T) -> None:
        try:
            side.tree = how(what)
        except TexgradError as error:
            side.tree, side.reason = None, placed(error.diagnostics[0])

    def _pairs(self, kept: list[Side]) -> tuple[int, ...]:
        """For every side the number of the one before it that it is set equal to, or −1."""
        place = {id(side): k for k, side in enumerate(kept)}
        out = [-1] * len(kept)
        last = -1
        for equation in self.found:
            before = last if equation.goes_on else -1
            for side in equation.sides:
                if id(side) in place:
                    out[place[id(side)]] = before
                    before = last = place[id(side)]
        return tuple(out)

    # --- derivatives ----------------------------------------------------------------------------------------------

    def _resolved(self, tree: Tree) -> Tree:
        """The tree with a variable that is known for every derivative in it."""

        def change(node: Tree) -> Tree | None:
            if node.op != "derivative":
                return None
            body = rewritten(node.args[0], change)
            slope: Slope = node.data
            if slope.variable.op == "variable":
                name = self._unnamed(body)
                slope = slope._replace(variable=Tree("name", (), name, node.start, node.start))
            else:
                slope = slope._replace(variable=self._known(slope.variable, body))
            return Tree("derivative", (body, *node.args[1:]), slope, node.start, node.end)

        return rewritten(tree, change)

    def _unnamed(self, body: Tree) -> Name:
        """The variable of a gradient that names none: the parameter of the function, or the one usual letter."""
        if self.manner.variable:
            return Name(self.manner.variable)
        found = self.definition(body.data.full) if body.op == "name" else None
        if found is not None and len(found.parameters) == 1:
            return Name(found.parameters[0])
        names = self._names(body)
        if len(names) == 1:
            return Name(names.pop())
        for letter in USUAL:
            usual = sorted(n for n in names if bare(n) == letter)
            if usual:
                return Name(usual[0])
        raise fail("unsupported", "the gradient with respect to what?", body.span, r"write \nabla_x")

    def _known(self, variable: Tree, body: Tree) -> Tree:
        """The variable as it is called in the function."""
        name: Name = variable.data
        present = self._names(body)
        if name.full in present or (name.sub and name.base in present):
            return variable
        twins = sorted(n for n in present if bare(n) == bare(name.full))
        if len(twins) == 1:
            return Tree("name", (), Name(twins[0]), *variable.span)
        own = {t.data.full for t in walk(body) if t.op == "name"}
        declared = self.said.declared.keys()
        if not present or not own >= present or not present | {name.full} <= declared:
            message = f"{name.full} does not occur in the function"
            raise fail("undeclared", message, variable.span, "define the function")
        return variable

    def _names(self, body: Tree) -> set[str]:
        """The names in a tree and in the definitions that it needs, those that are entries by their letter too."""
        found: set[str] = set()
        waiting = [body]
        while waiting:
            for t in walk(waiting.pop()):
                if t.op == "derivative":
                    waiting.append(t.data.variable)
                names = {t.data} if t.op == "call" else {t.data.full, t.data.base} if t.op == "name" else set()
                names |= {self.squares[n].full for n in names if n in self.squares}
                for name in names - found:
                    found.add(name)
                    waiting += self._meaning(name)
        return found

    def _meaning(self, name: str) -> list[Tree]:
        """What a name is defined as, if that can be read."""
        made = self.definition(name)
        try:
            return [] if made is None else [self.parse(made.right)]
        except TexgradError:
            return []

    # --- types ----------------------------------------------------------------------------------------------------

    def _typed(self, kept: list[Side]) -> Equations:
        """The expressions of all sides."""
        scope = self.scope()
        scope.layout = self.manner.layout
        scope.indices.update((i, None) for i in self.convention.free if i not in scope.indices)
        scope.units = bool(self.convention.free) and scope.declared.keys().isdisjoint(UNITS)
        order = [(name, self._resolved(tree)) for name, (_, tree) in self.needed.items()]
        typing = solve(scope, order, self.function)
        self.finish(typing)
        assume = {n: d.assume for n, d in scope.declared.items() if d.assume}
        assume |= {n.full: assume.get(n.full, frozenset()) | {"positive"} for n in self.squares.values()}
        builder = Builder(typing, free=assume)
        definitions = grounded((builder.symbol(name), builder.build(tree)) for name, tree in order)
        for side in kept:
            assert side.tree is not None
            misfit = typing.misfits.get(id(side.tree))
            if misfit is not None:
                side.reason, side.misfit = _said(misfit), isinstance(misfit, Misfit)
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
        parsed = [s.parsed for e in self.found for s in e.sides if s.parsed is not None]
        heads = (t.args[0] for t in walk(*parsed) if t.op == "differential")
        varied = frozenset(t.data.full for t in heads if t.op == "name")
        needs = (self.definition(symbol.data.name) for symbol, _ in definitions)
        remote = frozenset(d.name.full for d in needs if d is not None and d.formula.source.aside)
        known = Known(symbols, definitions, declared, assume, layout, varied, tuple(self.convention.below),
                      frozenset(n for n, kind in typing.kinds.items() if kind), remote)  # fmt: skip
        return Equations(self.found, known, self.reasons, self.again)

    def again(self, latex: str) -> Expr:
        """The expression that another wording of a side is; TexgradError where it is none."""
        items = trimmed(flat(unsized(read_formula(Source(latex), self.session.macros), self.said).items))
        tree = self._completed(self.parse(items))
        self.kept.append(tree)  # trees are known by their identity
        try:
            self.typing.shape(tree)
        except Misfit as misfit:
            raise TexgradError(_said(misfit)) from None
        return self.builder.build(tree)


def _indexed_elsewhere(found: Definition, node: Tree, names: Collection[str]) -> bool:
    """Whether arguments have other indices than parameters that do not stand in the function: p(w_j) for p(w_o)."""
    given = zip(found.parameters, node.args, strict=False)
    return any("_" in p and p not in names and (a.op != "name" or a.data.full != p) for p, a in given)


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
    out = []
    for symbol, body in definitions:
        name: str = symbol.data.name
        reached, waiting = {name}, [body]
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
        made = definition(statement) or _logarithm(statement)
        if made is not None:
            session.said.definitions.append(replace(made, explicit=True))


def _logarithm(statement: Statement) -> Definition | None:
    """The definition of what is defined by its logarithm."""
    found = of_logarithm(statement)
    if found is None:
        return None
    at = statement.sides[0][0].end
    opening, closing = Item("fence", "(", at, at), Item("fence", ")", at, at)
    return replace(found, right=(Item("word", "exp", at, at), opening, *found.right, closing))


def is_zero_side(items: Items) -> bool:
    """Whether a side is 0, as in an equation that is to be solved."""
    return len(items) == 1 and (items[0].kind == "zeros" or items[0].text == "0")


def bare(name: str) -> str:
    r"""A name without fonts and accents: `\hat{\mathbf{w}}` is a kind of `w`."""
    while (plain := _FONT.sub(r"\1", name)) != name:
        name = plain
    return name


# what nobody writes of numbers
_OF_ARRAYS = re.compile(r"\^\s*\{?\s*(?:T|\\top|\\intercal|\\math\w+\s*\{?T)|\\nabla|'|\\\||\|\||:")
_FONT = re.compile(r"\\[a-zA-Z]+\{([^{}]*)\}")
USUAL = ("x", "w", r"\theta", r"\beta", "z", "X", "W")
