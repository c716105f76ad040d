"""One function that is asked about: the definitions it needs, the scope of its names, its typing, and the reading."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import cached_property

from texgrad.algebra import Expr, postorder, symbol
from texgrad.operators import HERMITIAN, TRANSPOSE, VEC, WHOLE_LINE, symmetric, vec
from texgrad.operators.transposes import DEFINITE, SYMMETRIC
from texgrad.reader.building import Builder
from texgrad.reader.calls import MEMBER
from texgrad.reader.conditions import called, drawn_from
from texgrad.reader.conjugates import bare, field_of, meaning, names_of, only_real, speaks, spelt
from texgrad.reader.counting import (
    beside,
    counted,
    from_zero,
    indicators,
    masked,
    refuse_drawn,
    refuse_lines,
    refuse_moving,
    refuse_numbered,
    refuse_shared,
    sets_in,
)
from texgrad.reader.declare import Definition, Said
from texgrad.reader.evidence import vectors
from texgrad.reader.fields import REALS, Field
from texgrad.reader.functions import arguments, twin_of
from texgrad.reader.functions import letters as letters_of
from texgrad.reader.hand import style_of
from texgrad.reader.identifiers import python_names
from texgrad.reader.infer import Typing
from texgrad.reader.items import Items
from texgrad.reader.names import BOLD, Declared, Scope, subscript
from texgrad.reader.needed import MAX_INLINED, Needed, noisy
from texgrad.reader.parameters import of_parameters
from texgrad.reader.points import extra
from texgrad.reader.problem import Problem, Reading, SymbolInfo, Untied
from texgrad.reader.request import Asked, Variable, asks, derives
from texgrad.reader.scripts import line_at
from texgrad.reader.solve import solve
from texgrad.reader.spelt import spells
from texgrad.reader.squares import INVERTED, squares_among
from texgrad.reader.stacking import asked_by_entry, stack_numbers
from texgrad.reader.statements import Formula
from texgrad.reader.tails import OVER, bound_in, bound_within
from texgrad.reader.targets import Target, only
from texgrad.reader.tree import Name, Tree, walk
from texgrad.shapes import ONE, SCALAR, Dim, Index
from texgrad.source import TexgradError, fail
from texgrad.wanted import Wanted

_VEC = re.compile(r"\\(?:operatorname|mathrm|mathsf|text)\{vec\}")
ENTRIES = frozenset("ijklcty")  # letters below a bracket, (Ax)_i, that need no sum to be indices


def _asked_indices(ask: Asked) -> tuple[str, ...]:
    """The letters below the variable of a request."""
    return () if ask.variable is None else subscript(ask.variable.name)


def _vec_in(requests: Iterable[str]) -> str:
    """How requests spell vec, or nothing."""
    found = next(filter(None, map(_VEC.search, requests)), None)
    return f"{found[0]}(#1)" if found else ""


class Assembly(Needed):
    """What is put together for the requests `members`, which ask about one function.

    asides: whether definitions of other sections count that are not called so.
    """

    def __init__(self, said: Said, tree: Callable[[Items], Tree], problem: Problem, formulas: Sequence[Formula],
                 members: list[tuple[Asked, Target]]) -> None:  # fmt: skip
        self.said, self.problem, self.formulas = said, problem, formulas
        self.asked = {i for ask, target in members for i in (*target.entry, *_asked_indices(ask))}
        members_of = [MEMBER.fullmatch(t.name) for ask, t in members if _asked_indices(ask)]
        self.members_asked = {m[2] for m in members_of if m}  # \hat x_i = … is asked for each i
        self.asked |= self.members_asked
        self.tree, self.free = tree, {*said.indices, *self.asked}
        self.parsed: dict[Items, Tree] = {}
        self.members = members
        self.target = members[0][1]
        self.parameters = {}
        for ask, _ in members:
            if ask.variable is not None and _asked_indices(ask):
                items, dependent = of_parameters(self.target.items, ask.variable.name.base)
                if not any(map(self.definition, dependent)):
                    self.target = replace(self.target, items=items)
                    self.parameters |= dict.fromkeys(dependent, ask.variable.name)
        self.own = said.declared.keys() | {d.name.full for d in said.definitions}
        self.field, self.meaning = self.spoken()
        self.inlined = 0
        self.bound = {*self.free}
        below = [ask.variable.name.full for ask, _ in members if ask.variable is not None]
        self.squares = squares_among((*(d.name.full for d in said.definitions), *below))
        self.squares = {name: square for name, square in self.squares.items() if name not in below}
        function = self.parse(self.target.items)
        nodes = walk(function)
        self.variables = [self.variable(ask, target, nodes) for ask, target in members]
        self.seconds = [None if ask.second is None else self.variable(replace(ask, variable=ask.second), t, nodes)
                        for ask, t in members]  # fmt: skip
        self.every = [*self.variables, *(s for s in self.seconds if s is not None)]
        self.stops = {v.name.base if entry else v.name.full for v, entry in self.every} | {self.target.name}
        self.needed: dict[str, tuple[Definition, Tree]] = {}
        named = {d.name.full for d in said.definitions}
        self.functions = arguments(function, said.functions, named, self.variables[0][0].name)
        self.functions |= {
            name: Tree("name", (), of, function.start, function.start) for name, of in self.parameters.items()
        }
        aside = self.target.formula.source.aside
        models = any(map(noisy, said.definitions))
        ways = tuple(dict.fromkeys(((aside, not models), (True, not models), (aside, True), (True, True))))
        for self.asides, self.models in ways:
            self.needed = {}
            self.function = self.complete(function, ())
            if not said.definitions or len(ways) == 1 or self.varying():
                break
        if self.function.op == "unknown":
            (given,) = self.function.args
            if all(a.op == "name" for a in (given.args if given.op == "blocks" else (given,))):
                self.refuse_bare_call(self.function)

    def spoken(self) -> tuple[Field, Callable[[Tree], Tree]]:
        """Whether function, definitions and request speak of complex numbers, and what conjugates then mean."""
        trees, seen, nodes = [self.tree(self.target.items)], {""}, list[Tree]()
        for tree in trees:
            nodes += (within := walk(tree))
            if len(trees) > MAX_INLINED:
                continue
            for name in {n for t in within if t.op in ("name", "call") for n in names_of(t)} - seen:
                seen.add(name)
                found = self.definition(name)
                if found is not None:
                    try:
                        trees.append(self.tree(found.right))
                    except TexgradError:
                        continue
        variables = [ask.variable for ask, _ in self.members if ask.variable is not None]
        names = [*(t.data for t in nodes if t.op == "name"), *(v.name for v in variables)]
        parts = any(v.part for v in variables)
        if self.problem.part is None and not parts and not speaks(nodes, names, self.declared(names)):
            return REALS, only_real
        known = {n.full for n in names} | self.said.declared.keys()
        return field_of(nodes, self.said.real, parts), meaning(nodes, known, self.own)

    @cached_property
    def letters_defined(self) -> set[str]:
        """The names that have definitions, and the letters in these."""
        return {d.name.base for d in self.said.definitions} | letters_of(d.right for d in self.said.definitions)

    # --- variables --------------------------------------------------------------------------------------------------

    def variable(self, ask: Asked, target: Target, nodes: list[Tree]) -> tuple[Variable, tuple[str, ...]]:
        """The variable of a request, and the indices it carries."""
        found = ask.variable
        if found is None:
            found = Variable(only(ask, target, nodes), False, False, ask.span)
        if found.name in self.parameters.values():
            return found, ()
        names = [t.data for t in nodes if t.op == "name"]
        bound = bound_in(nodes)
        bound |= set(beside(names, bound, self.said.declared))
        line = line_at(found.name.sub)
        letters = subscript(found.name) if line is None else (line[1], WHOLE_LINE) if line[0] == "row" else (
            WHOLE_LINE, line[1])  # fmt: skip
        present = {n.base for n in names} | self.letters_defined
        if self.field.complex and (letter := bare(found.name.base, present, self.own)):
            found = replace(found, name=Name(letter, found.name.sub, found.name.label), part="conjugate")
        if found.name.full in (name.full for name in self.squares.values()):
            return found, ()
        if found.name.base not in present:
            twin = twin_of(found.name.base, present)
            if twin is None and len(letters) == 2 and found.name.base.upper() in present:
                twin = found.name.base.upper()  # x_{ij} is an entry of X
            found = found if twin is None else replace(found, name=Name(twin, found.name.sub, found.name.label))
        bases = counted(names, bound)
        labels = {n.full for n in names if not set(subscript(n)) & bound and n.base not in bases}
        known = found.name.full in self.said.declared
        if line is not None:
            return found, letters
        if letters and all(i in self.said.indices for i in letters):
            return found, letters
        return found, () if not letters or known or found.name.full in labels else letters

    def varying(self) -> bool:
        """Whether the variables occur in the function or in what it needs."""
        nodes = walk(self.function, *(tree for _, tree in self.needed.values()))
        names = {n for t in nodes if t.op == "name" for n in (t.data.full, t.data.base)}
        return all(v.name.full in names or v.name.base in names for v, _ in self.every)

    def refuse_bare_call(self, tree: Tree) -> None:
        """Complain about a function that is all that is asked about, where nothing says what it is."""
        name = tree.data[0]
        if name not in self.said.functions:
            message = f"{name} is called like a function, and is not defined"
            raise fail("undeclared", message, tree.span, f"define {name}(…), or declare it as a function")

    # --- scope ----------------------------------------------------------------------------------------------------

    def scope(self) -> Scope:
        """What is known of the names before typing."""
        nodes = walk(self.function, *(t for _, t in self.needed.values()))
        names = [t.data for t in nodes if t.op == "name"]
        names += [v.name for v, _ in self.every]
        scope = Scope(
            self.declared(names), self.said.functions, defined=set(self.needed), places=self.said.places,
            field=self.field, norms=self.said.norms, by_entries=self.said.by_entries,
        )
        for name, other in self.squares.items():
            if other.full.endswith(INVERTED):
                known = scope.declared.get(other.full) or scope.declared.get(name, Declared())
                scope.declared[other.full] = replace(known, assume=known.assume | {DEFINITE})
        scope.whole = {n.full for n in names if not n.sub} | {
            v.name.base if entry else v.name.full for v, entry in self.every
        }
        if any(v.name.base == r"\pi" for v, _ in self.variables):
            scope.declared.setdefault(r"\pi", Declared())
        for name, known in tuple(scope.declared.items()):
            if known.indexed and known.family is None and known.shape == SCALAR and name in scope.whole:
                scope.declared[name] = replace(known, shape=None, indexed=False)
        shown = vectors(nodes) if any(len(entry) == 1 for _, entry in self.every) else set()
        for base in {v.name.base for v, entry in self.every if len(entry) == 1 and v.name.base in shown}:
            known = scope.declared.get(base, Declared())
            if known.shape is None and base not in self.needed and base not in {n.full for n in names}:
                scope.declared[base] = replace(known, indexed=True)
        by_entry = (v.name.base for v, entry in self.every if len(entry) == 1 and v.name.base not in self.needed)
        scope.declared |= asked_by_entry(by_entry, nodes, scope.declared)
        refuse_drawn(names)
        for base in {n.base for n in names if drawn_from(n)}:
            scope.declared[base] = replace(scope.declared.get(base, Declared()), indexed=True)
        scope.declared |= indicators(names, scope.declared)
        scope.bound = bound_in(nodes)
        arrays = {name for name, known in scope.declared.items() if known.shape is not None and not known.indexed}
        scope.masked = masked(nodes, {*(v.name.base for v, _ in self.every), *scope.whole, *arrays})
        scope.sets = sets_in(nodes)
        refuse_shared(nodes, {v.name.base for v, _ in self.every})
        refuse_moving(nodes, {*(v.name.base for v, _ in self.every), *self.needed})
        refuse_lines(nodes, [v.name for v, _ in self.every], scope.bound, self.own)
        scope.varied = frozenset(v.name.full for v, _ in self.every)
        if self.function.op == "entry":
            scope.indices.update((i.text, None) for i in self.function.data if i.kind == "name")
        places = [t.data[1] for t in nodes if t.op == "spectral" and len(t.data[1]) == 1 and t.data[1].isalpha()]
        scope.indices.update(dict.fromkeys(i for i in places if i not in scope.bound))
        loose = {i.text for t in nodes if t.op == "entry" for i in t.data if i.kind == "name" and i.text in ENTRIES}
        scope.indices.update(dict.fromkeys(sorted(loose - scope.bound - scope.whole - scope.declared.keys())))
        scope.from_zero = from_zero(nodes)
        refuse_numbered(nodes, scope.bound, [v.name.base for v, entry in self.every if entry or not v.name.sub])
        scope.indices.update(dict.fromkeys(beside(names, scope.bound, scope.declared)))
        counting = {i for n in names for i in subscript(n)} if any(entry for _, entry in self.every) else set()
        for letters in (*(entry for _, entry in self.every), *(t.entry for _, t in self.members),
                        self.members_asked & counting):
            scope.indices.update(dict.fromkeys(letters))
        scope.indices.update(self.said.indices)
        for variable, _ in self.variables:
            if tied := "symmetric" if variable.half else self.problem.tied:
                known = scope.declared.get(variable.name.full, Declared())
                scope.declared[variable.name.full] = replace(known, assume=known.assume | {tied})
        for name in {v.name.full for v, entry in self.variables if not entry}:
            if self.symmetric_by_definition(name, scope):
                known = scope.declared.get(name, Declared())
                scope.declared[name] = replace(known, assume=known.assume | {"symmetric"})
        sizes = {n for d in scope.declared.values() if d.shape for s in d.shape for n in s.names}
        sizes |= {i.text for t in nodes if t.op in OVER for i in t.data[1] if i.kind == "name"}
        scope.sizes = {s for s in sizes if s not in scope.declared}
        return scope

    def symmetric_by_definition(self, name: str, scope: Scope) -> bool:
        r"""Whether a variable has a definition that is its own transpose, such as `K = \sigma^2R + \tau I`."""
        found = None if self.field.complex else self.definition(name)
        if found is None or found.name.sub or found.parameters:
            return False
        try:
            right = self.parse(found.right)
            worth = Builder(solve(scope, (), right)).whole(right)
        except TexgradError:
            return False
        return ONE not in worth.shape and symmetric(worth)

    def declared(self, names: list[Name]) -> dict[str, Declared]:
        """The declarations, those given by a Python name moved to the name in the formulas."""
        out = dict(self.said.declared)
        present = {n.full for n in names} | {n.base for n in names}
        for key in tuple(out):
            if key not in present:
                twin = twin_of(key, present)
                number = twin is not None and len(twin) == 1 and twin.islower() and BOLD.search(key)
                if twin is not None and twin not in out and not number:
                    out[twin] = out.pop(key)
        return out

    # --- the reading ----------------------------------------------------------------------------------------------

    def reading(self) -> Reading:
        """Type, build, and describe."""
        scope = self.scope()
        order = [(name, tree) for name, (_, tree) in self.needed.items()]
        typing = solve(scope, order, self.function)
        typing.refuse_outside()
        stack_numbers(typing, {n for v, _ in self.every for n in (v.name.base, v.name.full)})
        self.finish(typing)
        if any(map(self.reaching, (self.target.items, *(d.right for d, _ in self.needed.values())))):
            typing.notes["the reach of a sum"] = None
        builder = Builder(typing)
        definitions = [builder.define(name, tree) for name, tree in order]
        expression = builder.whole(self.function)
        typed = {id(tree): expr for tree, expr in builder.built}
        wanted = tuple(
            self.wanted(ask, target, found, second, builder)
            for (ask, target), found, second in zip(self.members, self.variables, self.seconds, strict=True)
        )
        if self.target.vectorised and all(w.variable.scalar for w in wanted):  # nothing else is stacked then
            expression, wanted = vec(expression), tuple(replace(w, vectorised=False) for w in wanted)
        constants = {r"\pi"} - scope.declared.keys()
        leaves = {key: expr for key, expr in builder.symbols.items() if key not in constants and key not in self.needed}
        pythonic = python_names({key: called(key) if key in typing.sets else key for key in leaves})
        infos = tuple(self.info(key, pythonic[key], expr, typing) for key, expr in leaves.items())
        parsed = [(self.target.formula, self.function), *((d.formula, t) for d, t in self.needed.values())]
        derivatives = [ask.template for ask, _ in self.members]
        marks = [(ask.formula, v.mark) for (ask, _), (v, _) in zip(self.members, self.variables, strict=True)]
        scripts = [(f"#1{formula.text(*mark)}", formula.macros) for formula, mark in marks if mark is not None]
        transposes = [t for t, macros in scripts if t != "#1" and (not macros or spells(t, TRANSPOSE, None, macros))]
        style = style_of(self.formulas, [*parsed, *self.others()], typed, derivatives, transposes, typing.meant,
                         self.problem.common, self.target.name)  # fmt: skip
        if self.field.complex:
            texts = [ask.formula.text(*ask.variable.span) for ask, _ in self.members if ask.variable is not None]
            style = replace(style, templates={**dict(filter(None, map(spelt, texts))), **style.templates})
        if any(w.vectorised for w in wanted) and (spelt_vec := _vec_in(ask.latex for ask, _ in self.members)):
            style = replace(style, templates={VEC.name: spelt_vec, **style.templates})
        name = symbol(self.target.name, expression.shape) if self.target.name else None
        return Reading(expression, name, wanted, tuple(definitions), infos, style, tuple(typing.notes),
                       self.untied(typing, order, wanted), typing.penalty)  # fmt: skip

    def untied(self, typing: Typing, order: list[tuple[str, Tree]], wanted: tuple[Wanted, ...]) -> Untied | None:
        """The function with copies of symmetric variables, if their transposes stand in it."""
        tied = {w.variable for w in wanted if not SYMMETRIC.isdisjoint(w.variable.data.assume) and w.order == 1}
        if not tied or len(tied) != len({w.variable for w in wanted}):
            return None
        builder = Builder(typing, free={v.data.name for v in tied})
        definitions = tuple(builder.define(name, tree) for name, tree in order)
        expression = builder.whole(self.function)
        copies = {builder.symbol(v.data.name, v.data.indices): v for v in tied}
        parts = [p for e in (expression, *(d for _, d in definitions)) for p in postorder(e)]
        hidden = any(p.op is TRANSPOSE and p.args[0] in copies for p in parts)
        return Untied(expression, definitions, copies) if hidden else None

    def absent(self, key: str, variable: Variable, typing: Typing) -> Exception:
        """The refusal of a variable that does not occur; where it occurs with indices, they have the caret."""
        other = next((t for t in walk(self.function) if t.op == "name" and t.data.base == key != t.data.full), None)
        if other is not None:
            message = f"{key} stands in the function with indices that are not its own, {other.data.full}"
            help = f"ask for the derivative by {other.data.full}, or sum over its indices"
            return fail("undeclared", message, other.span, help)
        own = [name for name in typing.forms if name not in self.needed]
        near = get_close_matches(key, own, 1, 0.5)
        help = f"did you mean {near[0]}?" if near else f"the function depends on {', '.join(own[:5])}"
        return fail("undeclared", f"{key} does not occur in the function", variable.span, help)

    def finish(self, typing: Typing) -> None:
        """Name the sizes that nothing named."""
        for variable, entry in self.every:
            key = variable.name.base if entry else variable.name.full
            if key not in typing.forms or key in self.needed:
                raise self.absent(key, variable, typing)
        targets = [t for _, t in self.members] + [t for (_, t), s in zip(self.members, self.seconds, strict=True) if s]
        for target, (variable, entry) in zip(targets, self.every, strict=True):
            if len(entry) > 2 and not typing.scope.declared.get(variable.name.base, Declared()).indexed:
                raise fail("shape", f"{len(entry)} indices on {variable.name.base}", variable.span, "write X_{ij}")
            if entry and variable.name.base in typing.families:
                typing.sizes.unify(typing.indices[entry[0]], typing.families[variable.name.base])
            if entry and not typing.scope.declared.get(variable.name.base, Declared()).indexed:
                form = typing.forms[variable.name.base]
                for index, size in zip(entry, form, strict=False):
                    typing.sizes.unify(typing.indices[index], size)
            for index, size in zip(target.entry, typing.results[id(self.function)], strict=False):
                typing.sizes.unify(typing.indices[index], size)
        names = set(typing.forms) | typing.scope.sizes | set(typing.indices)
        names |= {n for form in typing.forms.values() for s in form if isinstance(s, Dim) for n in s.names}
        names |= bound_within(self.function)
        taken = {n if n.isalnum() else re.sub(r"\W", "", n) for n in names}
        typing.sizes.name_unknowns(typing.forms.values(), taken)

    def wanted(self, ask: Asked, target: Target, found: tuple[Variable, tuple[str, ...]],
               second: tuple[Variable, tuple[str, ...]] | None, builder: Builder) -> Wanted:  # fmt: skip
        """One derivative that is wanted."""
        made, at = self.varied(found, builder)
        other, other_at = (None, ()) if second is None else self.varied(second, builder)
        if other is made and at == other_at:
            other = None
        above = tuple(builder.indices[i] for i in target.entry)
        variable = found[0]
        vectorised = variable.vectorised or target.vectorised
        part = (variable.part or self.problem.part or "") if "complex" in made.data.assume else ""
        if HERMITIAN in made.data.assume and part:  # its conjugate is its transpose
            if part != "conjugate" or at:
                raise fail("unsupported", f"this derivative by the Hermitian {made.data.name}", ask.span,
                           f"ask for the one by {made.data.name} or its conjugate")  # fmt: skip
            variable, part = replace(variable, transposed=not variable.transposed), ""
        return Wanted(made, ask.latex, ask.order, at, above, variable.transposed, vectorised, variable.half, other,
                      other_at, ask.form, extra(ask, made, builder), part)  # fmt: skip

    def varied(self, found: tuple[Variable, tuple[str, ...]], builder: Builder) -> tuple[Expr, tuple[Index, ...]]:
        """The symbol that a variable is, and the indices below it that are no family's."""
        variable, entry = found
        known = builder.typing.scope.declared.get(variable.name.base, Declared())
        at = tuple(builder.indices[i] for i in entry)
        if known.indexed and not entry:
            help = f"ask for the derivative by one of them, {variable.name.base}_k"
            raise fail("unsupported", f"{variable.name.base} is a family", variable.span, help)
        if entry and not known.indexed:
            outside = builder.typing.outside
            at = tuple(i._replace(first=outside(variable.name.base, axis)[0]) for axis, i in enumerate(at))
        if entry and known.indexed:
            return builder.symbol(variable.name.base, at[:1]), at[1:]
        return builder.symbol(variable.name.base if entry else variable.name.full), at

    def info(self, key: str, name: str, expr: Expr, typing: Typing) -> SymbolInfo:
        """What is reported of a symbol."""
        declared = typing.scope.declared.get(key)
        chosen = "inferred" if typing.kinds.get(key) else "convention"
        known = declared is not None and declared.shape is not None
        origin = "declared" if known or key in self.said.functions else chosen
        sizes = tuple(str(size) for size in (*(i.size for i in expr.data.indices), *expr.shape))
        sizes = () if expr.scalar and not expr.data.indices else sizes
        while sizes and sizes[-1] == "1":
            sizes = sizes[:-1]
        return SymbolInfo(key, name, sizes, origin, tuple(sorted(expr.data.assume)), expr)

    def others(self) -> list[tuple[Formula, Tree]]:
        """The document's other formulas, for the sake of their style; those that cannot be parsed say nothing."""
        out: list[tuple[Formula, Tree]] = []
        for formula in self.formulas:
            for statement in formula.statements:
                for side in statement.sides:
                    own = formula is self.target.formula and side == self.target.items
                    if own or asks(side) or derives(side, formula):
                        continue
                    try:
                        out.append((formula, self.parse(side)))
                    except TexgradError:
                        continue
        return out
