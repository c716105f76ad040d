"""What a problem says, gathered: macros, declarations, definitions, and the requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from texgrad.reader.apart import kernels_of, letters_apart, may_hold_members
from texgrad.reader.asking import asking
from texgrad.reader.brackets import outside
from texgrad.reader.declare import declare_formula, declare_text, unsized
from texgrad.reader.defined import by_telling_side, definition, in_chain, of_link, of_logarithm
from texgrad.reader.definitions import collect
from texgrad.reader.forms import asked_in, total_of
from texgrad.reader.functions import declare_functions, own_argument, twins
from texgrad.reader.given import canonical_key, declare_given, powers
from texgrad.reader.implied import factored, solved
from texgrad.reader.items import Items, canonical
from texgrad.reader.iterates import marks_in, may_hold_iterates, numbered, speaks_of_complex
from texgrad.reader.joined import joined_names
from texgrad.reader.layers import layers_by_number, layers_in, may_hold_numbered_layers
from texgrad.reader.lines_said import lines_told, listed
from texgrad.reader.named import read_name
from texgrad.reader.names import Called
from texgrad.reader.nested import letters
from texgrad.reader.norms import norms_called, star_by_entries
from texgrad.reader.objectives import as_equation, objective
from texgrad.reader.picked import may_ask_by_values, may_hold_picks, members_picked, values_asked
from texgrad.reader.pieces_said import pieces_told
from texgrad.reader.primes import may_hold_primes, primed_letters
from texgrad.reader.problem import Problem, Source
from texgrad.reader.prose import declare_words
from texgrad.reader.request import Asked, is_derivative
from texgrad.reader.said import Definition, Said
from texgrad.reader.spoken import letters_of_formula, spoken, with_letters
from texgrad.reader.statements import UNPLACED, Formula, Statement, read_formula, unplaced
from texgrad.reader.tree import Name, Tree
from texgrad.reader.upstream import losses_given
from texgrad.reader.valued import may_hold_values, values_defined
from texgrad.reader.variables import variable
from texgrad.shapes import SCALAR
from texgrad.source import TexgradError, fail

APPLIED = frozenset(("fence", "word"))  # kinds of items behind a d that is no factor: d(AX), d\log\det X


def _applied_d(items: Items) -> bool:
    """Whether what follows the first letter is what a d is applied to, and no sum that goes on behind it."""
    return len(items) > 1 and items[1].kind in APPLIED and not any(i.text in ("+", "-") for _, i in outside(items))


def _defining(formula: Formula) -> tuple[Statement | None, ...]:
    """The statements of a formula that may define something, None for the others."""
    equations = map(as_equation, formula.statements)
    return tuple(None if is_derivative(s) or own_argument(s) is not None else s for s in equations)


def _defined(formula: Formula, before: str) -> tuple[list[Definition], dict[str, Definition]]:
    """The definitions in a formula behind some words, and those of what is defined by its logarithm."""
    definitions: list[Definition] = []
    logarithms: dict[str, Definition] = {}
    for k, statement in enumerate(_defining(formula)):
        if statement is not None:
            linked = of_link(statement)
            found = definition(statement, before if not k else "") if linked is None else linked
            if found is not None:
                definitions += [found, *in_chain(statement)]
            elif (logarithm := of_logarithm(statement)) is not None:
                left = statement.sides[0][1:]
                logarithms[canonical(left)] = logarithm
                if opening := next((k for k, i in enumerate(left) if i.kind == "fence"), 0):
                    logarithms[canonical(left[:opening])] = logarithm  # \log L beside \log L(\theta)
    return definitions, logarithms


def _speaks(formula: Formula, before: str) -> bool:
    """Whether a formula behind some words declares or defines anything, or cannot be read."""
    said = Said({}, {}, [])
    try:
        declare_formula(formula, said)
        declare_functions(formula, said)
    except TexgradError:
        return True
    return bool(said.declared or said.functions or said.places or said.real or any(formula.once(_defined, before)))


def _refuse_others(asks: Sequence[Asked], given: Sequence[Name]) -> None:
    """Refuse requests that name their variables, where others are given, or some that no request names."""
    own = [ask for ask in asks if ask.variable is not None]
    asked = {name for ask in own for v in (ask.variable, ask.second) if v for name in (v.name.full, v.name.base)}
    there = {name for g in given for name in (g.full, g.base)}
    other = next((ask for ask in own if ask.variable and ask.variable.name.full not in there), None)
    missing = next((g.full for g in given if g.full not in asked), None) if len(own) == len(asks) else None
    if other is not None and other.variable is not None and given:
        message = f"the request is by {other.variable.name.full}, and wrt names {', '.join(g.full for g in given)}"
        raise fail("syntax", message, other.span, "leave wrt out, or give the function alone")
    if own and missing is not None:
        message = f"the request names its variable, and wrt names {missing}, too"
        raise fail("syntax", message, own[0].span, "leave wrt out, or give the function alone")


class Gathering:
    """One problem, of which everything is noted."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.unreadable: list[tuple[str, TexgradError]] = []
        texts = [*problem.macro_sources, *(s.latex for s in (*problem.context, *problem.requests))]
        self.macros = collect([*texts, *problem.definitions], problem.macros)
        said = (*problem.context, *problem.requests, *unplaced(problem.definitions))
        self.shown = [*map(self._readable, said)]
        joined = joined_names([*texts, *problem.definitions, *problem.wrt], problem.declare)
        norms = norms_called((*problem.context, *problem.requests))
        layers = layers_in((s.latex for s in problem.requests), problem.wrt)
        layers |= layers_by_number(f.items for f in self._written(may_hold_numbered_layers))
        self.iterates = self._iterates()
        self.said = Said({}, {}, [], norms=norms, primed=self._primed(), joined=joined, apart=self._apart(),
                         layers=layers.union(self.iterates), valued=self._valued(), picked=self._picked(),
                         by_entries=star_by_entries((*problem.context, *problem.requests)))  # fmt: skip
        self.formulas: list[Formula] = []
        self.trees: dict[Items, Tree] = {}
        self._declare(problem.usual, problem.usually)
        self.logarithms: dict[str, Definition] = {}
        self.equations: list[tuple[Source, Statement]] = []  # given as definitions of what they have to be solved for
        self._context()
        self.asks: list[Asked] = []
        self.plain: list[tuple[str, Items, Formula]] = []
        self.given = [variable(unsized(read_formula(Source(text, UNPLACED), self.macros), self.said).items)
                      for text in problem.wrt]  # fmt: skip
        for source in problem.requests:
            self._request(source)
        known = {d.name.full for d in self.said.definitions} | self.said.functions.keys()
        self.said.definitions = [by_telling_side(d, known) if d.more else d for d in self.said.definitions]
        self._given()

    # --- gathering ------------------------------------------------------------------------------------------------

    def _primed(self) -> frozenset[str]:
        """The letters that are other letters with a prime."""
        problem = self.problem
        found = self._written(may_hold_primes)
        return primed_letters(found, (*problem.declare, *problem.assume)) if found else frozenset()

    def _apart(self) -> frozenset[str]:
        """The letters of families that stand for something else, too; kernels that are called with both are noted."""
        shown = self._written(may_hold_members)
        found = letters_apart(shown)
        self.kernels = kernels_of((formula.items for formula in shown), found) if found else frozenset()
        return found

    def _valued(self) -> frozenset[str]:
        """The functions with their arguments whose entries are defined."""
        return values_defined(self._written(may_hold_values))

    def _picked(self) -> frozenset[str]:
        """The families of which more than an index picks members, the values by which one asks among them."""
        first = len(self.problem.context)
        asking = [f for f in self.shown[first : first + len(self.problem.requests)] if f is not None]
        found = values_asked(f for f in asking if may_ask_by_values(f.source.latex))
        written = self._written(may_hold_picks)
        return found | members_picked(written, asking, self.problem.wrt) if written else found

    def _iterates(self) -> Mapping[str, str]:
        """The names with something above them that is no exponent, with the name below."""
        problem = self.problem
        texts = (s.latex for s in (*problem.requests, *problem.context))
        if not any(map(may_hold_iterates, (*texts, *problem.definitions))):
            return {}
        variables = [read_formula(Source(text, UNPLACED), self.macros).items for text in problem.wrt]
        said = (text for s in (*problem.context, *problem.requests) for text in (s.before, s.latex, s.after))
        words = (word for one in problem.assume.values() for word in ([one] if isinstance(one, str) else one))
        stars = problem.part is None and not any(map(speaks_of_complex, (*said, *problem.definitions, *words)))
        shown = (formula.once(marks_in) for formula in self._written(bool))
        return numbered(shown, variables, powers(problem.declare, self.macros), stars)

    def _written(self, looked_for: Callable[[str], bool]) -> list[Formula]:
        """The formulas of the problem, where the text of one shows what is looked for.

        What cannot be read is refused, or passed over, where it is read in full.
        """
        return [f for f in self.shown if f is not None and looked_for(f.source.latex)]

    def _context(self) -> None:
        """Declarations and definitions of the document; what cannot be read there is other people's prose."""
        formulas: list[Formula | None] = []
        told = {found.last: found.latex for found in pieces_told(self.problem.context, self.shown)}
        for k, (source, shown) in enumerate(zip(self.problem.context, self.shown, strict=False)):
            formulas.append(None if shown is None else self._said_in(shown, source.before))
            declare_text(source.latex, self.macros, self.said)
            if k in told:
                (piecewise,) = unplaced((told[k],))
                self._define(read_formula(replace(piecewise, aside=source.aside), self.macros), "")
        self._words(formulas)
        self.said.lines = lines_told(self.problem.context, self.shown)
        for source in unplaced(losses_given(self.formulas, self.said)):
            formula = read_formula(source, self.macros)
            declare_functions(formula, self.said)
            self._define(formula, "")
        for source in unplaced(self.problem.definitions):
            before, latex = len(self.said.definitions), source.latex
            self.formulas.append(unsized(read_formula(source, self.macros), self.said))
            if lines := dict(listed(self.formulas[-1])):
                self.said.lines = {**self.said.lines, **lines}
                continue
            functions = dict(self.said.functions)
            declare_functions(self.formulas[-1], self.said)  # K = K(\theta)
            if self.said.functions != functions:
                continue
            self._define(self.formulas[-1], "let ")
            if len(self.said.definitions) == before and any(map(solved, self.formulas[-1].statements)):
                self.equations += ((source, statement) for statement in self.formulas[-1].statements)
            elif len(self.said.definitions) == before:
                raise fail("syntax", f"{latex} is no definition", None, "write a name, =, and what it stands for")

    def _said_in(self, shown: Formula, before: str) -> Formula | None:
        """A formula of the document, of which is noted what it declares and defines; None where it cannot be read."""
        try:
            formula = unsized(shown, self.said)
            if formula.once(_speaks, before):
                declare_formula(formula, self.said)
                declare_functions(formula, self.said)
                self._define(formula, before)
        except TexgradError:
            return None
        self.formulas.append(formula)
        return formula

    def _words(self, formulas: Sequence[Formula | None]) -> None:
        """What the words around the formulas of the document say of names, also of letters that are no formulas."""
        if not self.problem.context:
            return
        asked = map(self._readable, self.problem.requests)
        known = spoken(f for f in (*asked, *formulas) if f is not None)
        spread = with_letters(self.problem.context, known, UNPLACED)
        read = [formulas[k] if k >= 0 else self._readable(source) for source, k in spread]
        declare_words([source for source, _ in spread], read, self.said, asking(self.problem.context))

    def _readable(self, source: Source) -> Formula | None:
        """A formula, where it can be read."""
        try:
            return read_formula(source, self.macros)
        except TexgradError as error:
            self.unreadable.append((source.latex, error))
            return None

    def _define(self, formula: Formula, before: str) -> None:
        definitions, logarithms = formula.once(_defined, before)
        self.said.definitions += definitions
        self.logarithms |= logarithms

    def _request(self, source: Source) -> None:
        formula = unsized(read_formula(source, self.macros), self.said)
        self.formulas.append(formula)
        declare_formula(formula, self.said)
        declare_functions(formula, self.said)
        found: list[Asked] = []
        for statement in formula.statements:
            ask = asked_in(statement)
            found += ask
            if ask:
                continue
            statement = as_equation(statement)
            side = objective(statement.sides[-1], [v.name.base for v in self.given])
            defined = definition(statement) if side == statement.sides[-1] else None
            if defined is not None:
                defined = by_telling_side(defined, {d.name.full for d in self.said.definitions})
                self.said.definitions.append(replace(defined, explicit=True))
                name = defined.name.full
                self.plain.append((name, defined.right, formula))
            else:
                self.plain.append(("", side, formula))
        self.asks += found

    def _declare(self, declare: Mapping[str, str], assume: Mapping[str, Sequence[str]]) -> None:
        """Note declarations that stand beside the text."""
        keys = {key: canonical_key(key, self.macros) for key in (*declare, *assume)}
        declare_given(declare, assume, self.said, keys)

    def _given(self) -> None:
        """Declarations and variables given beside the text."""
        self._declare(self.problem.declare, self.problem.assume)
        for name, base in self.iterates.items():
            if base in self.said.declared:
                self.said.declared.setdefault(name, self.said.declared[base])
        for name in sorted(self.kernels - self.said.declared.keys()):
            if not self.said.defined(name):
                self.said.functions.setdefault(name, Called(SCALAR))
        if self.said.functions:
            self.said.functions |= twins(self.said.functions, self._letters())
        given = self.given
        if given and self.problem.by_wrt:
            _refuse_others(self.asks, [v.name for v in given])
        if given:
            bare = [a for a in self.asks if a.variable is None]
            self.asks = [a for a in self.asks if a.variable is not None]
            self.asks += [replace(a, variable=below) for a in bare for below in given]
        if self.problem.order == 2:  # of a first derivative, the second
            self.asks = [replace(a, order=2, latex="") if a.order == 1 and not a.form else a for a in self.asks]
        for below in given if self.plain and not self.asks else ():
            _, items, asking = self.topmost()
            plain = Asked(items, below, self.problem.order, "", below.span, asking)
            factor = "d" in self.said.declared or below.name.base == "d" or not _applied_d(items)
            total = None if factor else total_of(items, asking)
            self.asks.append(plain if total is None else replace(total, variable=below))
        self._implied()

    def _implied(self) -> None:
        """Note what equations say of their unknowns, the functions asked about first, and of factors of variables."""
        asked = [name.full for a in self.asks if (name := read_name(a.function)) is not None]
        for source, statement in self.equations:
            latex = next(filter(None, (solved(statement, name) for name in asked)), "") or solved(statement)
            self._define(read_formula(replace(source, latex=latex), self.macros), "let ")
        variables = {a.variable.name.full for a in self.asks if a.variable is not None}
        for latex in [factored(d) for d in self.said.definitions if d.name.full in variables]:
            if latex:
                self._define(read_formula(Source(latex, UNPLACED), self.macros), "let ")

    def _letters(self) -> frozenset[str]:
        """The letters of all formulas."""
        return frozenset().union(*(f.once(letters_of_formula) for f in self.formulas))

    def topmost(self) -> tuple[str, Items, Formula]:
        """The function that is meant where several stand there: the first one that has a name and is not used."""
        named = [p for p in self.plain if p[0]]
        used = [letters((items,)) for _, items, _ in named]
        top = (p for p in named if not any(p[0] in others for others in used))
        return next(top, (named or self.plain)[0])
