"""One function that is asked about: the definitions it needs, the scope of its names, its typing, and the reading."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from texgrad.algebra import Expr, symbol
from texgrad.immutable import lazy
from texgrad.notation import Style
from texgrad.operators import LOG, TRANSPOSE, VEC, WHOLE_LINE, vec
from texgrad.reader.apart import own_name, shown
from texgrad.reader.building import Builder
from texgrad.reader.conditions import called
from texgrad.reader.conjugates import COMPLEX_LETTERS, bare, field_of, meaning, names_of, only_real, speaks, spelt
from texgrad.reader.counting import beside, counted
from texgrad.reader.describing import info, untied
from texgrad.reader.describing import wanted as described
from texgrad.reader.entrywise import with_logistic
from texgrad.reader.fields import REALS, Field
from texgrad.reader.fonts import entries_by_letter, with_fonts
from texgrad.reader.functions import arguments, bare_among, twin_of
from texgrad.reader.functions import letters as letters_of
from texgrad.reader.hand import style_of
from texgrad.reader.identifiers import python_names
from texgrad.reader.items import Items
from texgrad.reader.labelled import as_member, may_hold_labels, members_by_label, with_members
from texgrad.reader.lines import by_members
from texgrad.reader.models import without_models
from texgrad.reader.named import read_name
from texgrad.reader.names import subscript
from texgrad.reader.needed import MAX_INLINED
from texgrad.reader.nested import lists_in
from texgrad.reader.noises import noisy, residuals
from texgrad.reader.numbered import entries_by_number
from texgrad.reader.parameters import MOST, of_parameters, stands
from texgrad.reader.points import point_of
from texgrad.reader.problem import Problem, Reading
from texgrad.reader.request import Asked, asks, derives
from texgrad.reader.said import Definition, Said
from texgrad.reader.scoping import Scoping
from texgrad.reader.scripts import line_at
from texgrad.reader.solve import solve
from texgrad.reader.spelt import spells
from texgrad.reader.squares import of_members, squares_among
from texgrad.reader.stacking import stack_numbers
from texgrad.reader.statements import Formula, extent
from texgrad.reader.survey import Survey
from texgrad.reader.targets import Target, only
from texgrad.reader.tree import MEMBER, Name, Tree
from texgrad.reader.variables import Variable, Varied
from texgrad.source import TexgradError, fail
from texgrad.wanted import Wanted

_VEC = re.compile(r"\\(?:operatorname|mathrm|mathsf|text)\{vec\}")


def _asked_indices(ask: Asked, defined: Collection[str]) -> tuple[str, ...]:
    """The letters below the variable of a request, no label such as the f of W_f beside `f = ...`."""
    letters = () if ask.variable is None else subscript(ask.variable.name)
    return () if any(i in defined for i in letters) else letters


def _vec_in(requests: Iterable[str]) -> str:
    """How requests spell vec, or nothing."""
    found = next(filter(None, map(_VEC.search, requests)), None)
    return f"{found[0]}(#1)" if found else ""
_TURNED = re.compile(r"vec\}?.*?(?<=\))\s*('|\^\s*(?:\{[^{}]*\}|\\\w+|\w))\s*$")  # (\operatorname{vec} X)'
MOST_LOOKED = 100  # formulas that show the author's hand, the nearest ones


class Assembly(Scoping):
    """What is put together for the requests `members`, which ask about one function.

    asides: whether definitions of other sections count that are not called so.
    numbering: whether x_1 beside x is an entry of it, and not another vector.
    """

    def __init__(self, said: Said, tree: Callable[[Items], Tree], problem: Problem, formulas: Sequence[Formula],
                 members: list[tuple[Asked, Target]], numbering: bool = True) -> None:  # fmt: skip
        self.numbering = numbering
        self.said, self.problem, self.formulas = said, problem, formulas
        self.tree = tree
        members = self.by_fonts(self.by_labels(members))
        defining = without_models(self.said.definitions, [target.items for _, target in members])
        if len(defining) < len(self.said.definitions):
            self.said = self.said.copy()
            self.said.definitions = defining
        said = self.said
        self.lettered = {d.name.base for d in said.definitions}
        self.asked = {i for ask, target in members for i in (*target.entry, *_asked_indices(ask, self.lettered))}
        members_of = [MEMBER.fullmatch(t.name) for ask, t in members if _asked_indices(ask, self.lettered)]
        self.members_asked = {m[2] for m in members_of if m}  # \hat x_i = … is asked for each i
        self.asked |= self.members_asked
        self.free = {*said.indices, *self.asked}
        self.parsed: dict[Items, Tree] = {}
        self.members = members
        self.target = members[0][1]
        self.parameters = {}
        for ask, _ in members:
            if ask.variable is not None:
                self.depending(ask.variable.name)
        said = self.said
        self.own = said.declared.keys() | {d.name.full for d in said.definitions}
        self.field, self.meaning = self.spoken()
        self.inlined, self.given = 0, set()
        self.bound = {*self.free}
        below = [ask.variable.name.full for ask, _ in members if ask.variable is not None]
        self.squares = squares_among((*(d.name.full for d in said.definitions), *below))
        self.squares = {name: square for name, square in self.squares.items() if name not in below}
        function = self.parse(self.target.items)
        survey = self.survey(function)
        varied = (ask.variable.name for ask, _ in members if ask.variable is not None)
        self.squares |= of_members(varied, survey.nodes)
        self.variables = [self.variable(ask, target, survey) for ask, target in members]
        self.seconds = [None if ask.second is None else self.variable(replace(ask, variable=ask.second), t, survey)
                        for ask, t in members]  # fmt: skip
        self.every = [*self.variables, *(s for s in self.seconds if s is not None)]
        self.stops = {v.name.base if entry else v.name.full for v, entry in self.every} | {self.target.name}
        self.needed: dict[str, tuple[Definition, Tree]] = {}
        named = {d.name.full for d in said.definitions}
        self.called_whole = {t.data for t in survey.kinds.get("call", ())}
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
        if models and not self.varying() and (errors := residuals(said.definitions)):
            self.said = said.copy()
            self.said.definitions += errors
            self.models, self.needed = False, {}
            self.function = self.complete(function, ())
        self.function = by_members(self.function, {v.name.base for v, at in self.every if at and len(at) == 1})
        if LOG in self.survey(self.function).kinds:
            self.function = with_logistic(self.function)
        if self.function.op == "unknown":
            (given,) = self.function.args
            if all(a.op == "name" for a in (given.args if given.op == "blocks" else (given,))):
                self.refuse_bare_call(self.function)

    def by_fonts(self, members: list[tuple[Asked, Target]]) -> list[tuple[Asked, Target]]:
        r"""The requests with `x_i` as an entry of `\mathbf{x}`, the variable or a defined name; so the definitions."""
        below = (v for ask, _ in members for v in (ask.variable, ask.second) if v is not None)
        asked = (v.name.base for v in below if not v.name.sub)
        target, own = members[0][1], {d.name.base for d in self.said.definitions}
        names = dict.fromkeys((*asked, *target.parameters, *(d.name.full for d in self.said.definitions)))
        formulas = (target.items, *(d.right for d in self.said.definitions))
        letters = entries_by_letter(names, formulas, self.said.declared.keys() | own)
        if not letters:
            return members
        self.said = self.said.copy()
        self.said.definitions[:] = [replace(d, right=with_fonts(d.right, letters)) for d in self.said.definitions]
        return [(ask, replace(one, items=with_fonts(one.items, letters))) for ask, one in members]

    def by_labels(self, members: list[tuple[Asked, Target]]) -> list[tuple[Asked, Target]]:
        r"""The requests with `x^{(i)}` as the member x_i, where a sum binds such an index; definitions likewise."""
        target = members[0][1]
        latex = (target.formula.source.latex, *(d.formula.source.latex for d in self.said.definitions))
        if not any(map(may_hold_labels, latex)) and not target.formula.macros:
            return members
        found = members_by_label((target.items, *(d.right for d in self.said.definitions)))
        names = {name: name for name in sorted(found)}
        if not names:
            return members
        parts = [((), target.items), *((d.parameters, d.right) for d in self.said.definitions)]
        parts = [(parameters, with_members(items, names)) for parameters, items in parts]
        whole = {name for name in names if any(name not in own and bare_among(items, name) for own, items in parts)}
        self.said = replace(self.said.copy(), apart=self.said.apart | whole)
        own = {name: own_name(name) if name in whole else name for name in names}
        self.said.definitions[:] = [
            replace(d, name=as_member(d.name, own), right=with_members(d.right, own)) for d in self.said.definitions
        ]
        for name, family in own.items():
            if (known := self.said.declared.get(name)) is not None and not known.indexed:
                self.said.declared[family] = replace(known, indexed=True)

        def moved(v: Variable | None) -> Variable | None:
            return v and replace(v, name=as_member(v.name, own))

        return [(replace(ask, variable=moved(ask.variable), second=moved(ask.second)),
                 replace(one, items=with_members(one.items, own))) for ask, one in members]  # fmt: skip

    def depending(self, name: Name) -> None:
        r"""Note what depends on a parameter, `K(\theta)` on \theta_j, in the function and in what it needs."""
        if stands(self.target.items, name.base):
            return
        formulas = {self.target.items: None}
        waiting = [self.target.items]
        while waiting and len(formulas) < MOST:
            found = letters_of((waiting.pop(),))
            for d in self.said.definitions:
                if d.name.base in found and d.right not in formulas:
                    formulas[d.right] = None
                    waiting.append(d.right)
        known = {d.name.full for d in self.said.definitions}
        made = of_parameters(formulas, name.base, known, self.said.functions, not subscript(name))
        if made is None:
            return
        changed = dict(zip(formulas, made[0], strict=True))
        self.target = replace(self.target, items=changed[self.target.items])
        self.said = self.said.copy()
        self.said.definitions[:] = [replace(d, right=changed.get(d.right, d.right)) for d in self.said.definitions]
        self.parameters |= dict.fromkeys(made[1], name)

    def spoken(self) -> tuple[Field, Callable[[Tree], Tree]]:
        """Whether function, definitions and request speak of complex numbers, and what conjugates then mean."""
        trees, seen = [self.tree(self.target.items)], {""}
        for tree in trees if self.said.definitions else ():
            if len(trees) > MAX_INLINED:
                break
            within = self.survey(tree).kinds
            for name in {n for op in ("name", "call") for t in within.get(op, ()) for n in names_of(t)} - seen:
                seen.add(name)
                found = self.definition(name)
                if found is not None:
                    try:
                        trees.append(self.tree(found.right))
                    except TexgradError:
                        continue
        asked = (v for ask, _ in self.members for v in (ask.variable, ask.second))
        variables = [v for v in asked if v is not None]
        survey = self.survey(*trees)
        names = [*survey.names, *(v.name for v in variables)]
        present = {n.base for n in survey.names}
        bars = [v.name.base for v in variables if v.name.base not in present]
        barred = any(bare(name, present, self.own) in COMPLEX_LETTERS for name in bars)
        parts = barred or any(v.part for v in variables)
        if self.problem.part is None and not parts and not speaks(survey, names, self.declared(names)):
            return REALS, only_real
        known = {n.full for n in names} | self.said.declared.keys()
        return field_of(survey, self.said.real, parts), meaning(survey, known, self.own)

    @lazy
    def letters_defined(self) -> set[str]:
        """The names that have definitions, and the letters in these."""
        return {d.name.base for d in self.said.definitions} | letters_of(d.right for d in self.said.definitions)

    @lazy
    def counters_defined(self) -> set[str]:
        """The letters that sums in definitions bind."""
        found: set[str] = set()
        for items in lists_in(d.right for d in self.said.definitions):
            for item, behind in pairwise(items):
                if item.kind in ("sum", "prod") and behind.kind == "_":
                    found |= {i.text for i in behind.body[0] if i.kind == "name"}
        return found

    # --- variables --------------------------------------------------------------------------------------------------

    def variable(self, ask: Asked, target: Target, survey: Survey) -> Varied:
        """The variable of a request, and the indices it carries."""
        found = ask.variable
        if found is None:
            found = Variable(only(ask, target, survey.nodes), False, False, ask.span)
        if found.name in self.parameters.values():
            return found, ()
        names, bound = survey.names, survey.bound
        bound |= set(beside(names, bound, self.said.declared))
        line = line_at(found.name.sub)
        letters = _asked_indices(replace(ask, variable=found), self.lettered)
        if line is not None:
            letters = (line[1], WHOLE_LINE) if line[0] == "row" else (WHOLE_LINE, line[1])
        present = {n.base for n in names} | self.letters_defined
        if self.field.complex and (letter := bare(found.name.base, present, self.own)):
            found = replace(found, name=Name(letter, found.name.sub, found.name.label), part="conjugate")
        if found.name.full in (name.full for name in self.squares.values()):
            return found, letters if found.name.base.removesuffix("^2") in counted(names, bound) else ()
        if found.name.base not in present:
            twin = twin_of(found.name.base, present)
            if twin is None and len(letters) == 2 and found.name.base.upper() in present:
                twin = found.name.base.upper()  # x_{ij} is an entry of X
            found = found if twin is None else replace(found, name=Name(twin, found.name.sub, found.name.label))
        bases = counted(names, bound)
        there = bool(letters) and letters[0] in self.counters_defined and found.name.base in self.letters_defined
        known = found.name.full in self.said.declared and found.name.base not in bases and not there
        if line is not None:
            return found, letters
        if letters and all(i in self.said.indices for i in letters):
            return found, letters
        same = (n for n in names if n.full == found.name.full and n.base not in bases)
        if letters and not known and not any(bound.isdisjoint(subscript(n)) for n in same):  # it is no label
            return found, letters
        return self.by_number(found, names, bound) or (found, ())

    def by_number(self, found: Variable, names: list[Name], bound: Collection[str]) -> Varied | None:
        """The variable x_1 as an entry of x, where x stands in the function or a definition."""
        if not self.numbering or not found.name.sub:
            return None
        base = found.name.base
        known = self.definition(base)
        if known is not None and base in letters_of((known.right,)):  # x = (x_1, x_2)
            return None
        alone = {d.name.full for d in self.said.definitions}
        alone |= {base} if any(bare_among(d.right, base) for d in self.said.definitions) else set()
        place = entries_by_number(
            [*names, found.name], bound, self.said.declared, self.own, alone).get(found.name.full)
        self.numbered |= place is not None
        return None if place is None else (replace(found, name=Name(place[0], found.name.sub)), place[1])

    def varying(self) -> bool:
        """Whether the variables occur in the function or in what it needs."""
        survey = self.survey(self.function, *(tree for _, tree in self.needed.values()))
        names = {n for name in survey.names for n in (name.full, name.base)}
        return all(v.name.full in names or (at and v.name.base in names) for v, at in self.every)

    def refuse_bare_call(self, tree: Tree) -> None:
        """Complain about a function that is all that is asked about, where nothing says what it is."""
        name = tree.data.name
        if name not in self.said.functions:
            message = f"{name} is called like a function, and is not defined"
            raise fail("undeclared", message, tree.span, f"define {name}(…), or declare it as a function")

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
        if self.given:
            typing.notes["what is taken as given"] = None
        builder = Builder(typing)
        definitions = [builder.define(name, tree) for name, tree in order]
        expression = builder.whole(self.function)
        wanted = tuple(
            described(ask, target, found, second, builder, self.problem.part or "", expression.shape)
            for (ask, target), found, second in zip(self.members, self.variables, self.seconds, strict=True)
        )
        if self.target.vectorised and all(w.variable.scalar for w in wanted):  # nothing else is stacked then
            expression, wanted = vec(expression), tuple(replace(w, vectorised=False) for w in wanted)
        leaves = {
            key: expr for key, expr in builder.symbols.items()
            if key not in self.needed and (key in scope.declared or not is_pi(expr))
        }  # fmt: skip
        names = {key: called(key) if key in typing.sets else shown(key, expr) for key, expr in leaves.items()}
        pythonic = python_names(names)
        infos = tuple(info(key, pythonic[key], expr, typing) for key, expr in leaves.items())
        name = symbol(self.target.name, expression.shape) if self.target.name else None
        style, copy = self.style(builder, wanted), untied(self.function, order, wanted, typing)
        return Reading(expression, name, wanted, tuple(definitions), infos, style, tuple(typing.notes), copy,
                       typing.penalty)  # fmt: skip

    def style(self, builder: Builder, wanted: Iterable[Wanted]) -> Style:
        """The hand of the author."""
        typed = {id(tree): expr for tree, expr in builder.built}
        parsed = [(self.target.formula, self.function), *((d.formula, t) for d, t in self.needed.values())]
        derivatives = [ask.template for ask, _ in self.members]
        marks = [(ask.formula, v.mark) for (ask, _), (v, _) in zip(self.members, self.variables, strict=True)]
        scripts = [(f"#1{formula.text(*mark)}", formula.macros) for formula, mark in marks if mark is not None]
        scripts += [(f"#1{found[1]}", self.target.formula.macros) for text in self.problem.wrt
                    if (found := _TURNED.search(text))]  # fmt: skip
        transposes = [t for t, macros in scripts if t != "#1" and (not macros or spells(t, TRANSPOSE, None, macros))]
        near = self.formulas[-MOST_LOOKED:]
        style = style_of(near, [*parsed, *self.others(near)], typed, derivatives, transposes, builder.typing.meant,
                         self.problem.common, self.target.name)  # fmt: skip
        if self.field.complex:
            texts = [ask.formula.text(*ask.variable.span) for ask, _ in self.members if ask.variable is not None]
            style = replace(style, templates={**dict(filter(None, map(spelt, texts))), **style.templates})
        if any(w.vectorised for w in wanted) and (spelt_vec := _vec_in(ask.latex for ask, _ in self.members)):
            style = replace(style, templates={VEC.name: spelt_vec, **style.templates})
        points = {name.full: ask.formula.text(*extent(at)) for ask, _ in self.members
                  if (at := point_of(ask)) and (name := read_name(at)) is not None}  # fmt: skip
        style = replace(style, symbols={**points, **style.symbols}) if points else style
        if self.said.apart:
            called = {x for x, latex in style.symbols.items() if latex.endswith(")")}  # K(\theta) beside K_j
            own = {own_name(x): style.symbols.get(x, x) if x not in called else x for x in sorted(self.said.apart)}
            style = replace(style, symbols={**own, **style.symbols})
        return style

    def others(self, formulas: Iterable[Formula]) -> list[tuple[Formula, Tree]]:
        """The document's other formulas, for the sake of their style; those that cannot be parsed say nothing."""
        out: list[tuple[Formula, Tree]] = []
        for formula in formulas:
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


def is_pi(e: Expr) -> bool:
    """Whether it is the number π, and no weights π_k."""
    return e.data.name == r"\pi" and e.scalar and not e.data.indices
