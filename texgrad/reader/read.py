"""From a problem to its reading: who is asked for, what is needed for it, typed and built together."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from texgrad.reader.assemble import Assembly
from texgrad.reader.conjugates import superscripts
from texgrad.reader.declare import (
    LOGARITHMS,
    Definition,
    Said,
    declare_formula,
    declare_text,
    definition,
    in_chain,
    of_logarithm,
    read_name,
    unsized,
)
from texgrad.reader.definitions import collect
from texgrad.reader.forms import TOTAL, asked_in, direction
from texgrad.reader.functions import declare_functions, letters, own_argument, twins
from texgrad.reader.given import canonical_key, declare_given, powers
from texgrad.reader.grammar import parse
from texgrad.reader.identifiers import python_name
from texgrad.reader.items import Items, canonical, worded
from texgrad.reader.iterates import may_hold_iterates, numbered, speaks_of_complex
from texgrad.reader.joined import joined_names
from texgrad.reader.layers import layers_in
from texgrad.reader.norms import norms_called, star_by_entries
from texgrad.reader.objectives import as_equation, objective
from texgrad.reader.primes import may_hold_primes, primed_letters
from texgrad.reader.problem import Problem, Reading, Source
from texgrad.reader.prose import declare_words
from texgrad.reader.request import Asked, Variable, is_derivative, unfenced, variable
from texgrad.reader.spoken import spoken, with_letters
from texgrad.reader.squares import squared_name
from texgrad.reader.standards import called
from texgrad.reader.statements import UNPLACED, Formula, Statement, extent, placed, read_formula
from texgrad.reader.targets import Target
from texgrad.reader.tree import Name, Tree
from texgrad.reader.vocabulary import WORDS
from texgrad.source import TexgradError, fail

STRAINED = 2  # penalty of a reading from which on it is doubted, where nothing is said of the variable
NABLA = re.compile(r"\s*(?:\\nabla|∇)")
# words of derivatives that have lost their backslash
BARE = re.compile(r"(?<![\\A-Za-z])(?:frac|partial|nabla|operatorname)(?![A-Za-z])")


def read(problem: Problem) -> Reading:
    """The reading of a problem that asks about one function; TexgradError where it cannot be understood."""
    readings = read_all(problem)
    if len(readings) > 1:
        raise fail("unsupported", "several functions are asked about at once", None, "ask about one function at a time")
    return readings[0]


def read_all(problem: Problem) -> tuple[Reading, ...]:
    """The readings of a problem, one for every function that is asked about, in order of appearance."""
    try:
        return _nearest(problem)
    except TexgradError as error:
        raise TexgradError([placed(d) for d in error.diagnostics]) from None
    except RecursionError:
        raise fail("too-large", "the formula nests too deep") from None


def _nearest(problem: Problem) -> tuple[Reading, ...]:
    """The readings; where what other sections say does not go with the question, they speak of other things."""
    near = tuple(source for source in problem.context if not source.aside)
    if len(near) == len(problem.context):
        return Session(problem).readings()
    refusal: TexgradError | None = None
    readings: tuple[Reading, ...] = ()
    try:
        readings = Session(problem).readings()
    except TexgradError as error:
        refusal = error
    if refusal is None and not any(map(_doubtful, readings)):
        return readings
    try:
        nearer = Session(replace(problem, context=near)).readings()
    except TexgradError:
        nearer = ()
    if nearer and (refusal is not None or not any(map(_doubtful, nearer))):
        return nearer
    if refusal is not None:
        raise refusal
    return readings


def _doubtful(reading: Reading) -> bool:
    r"""Whether it is hardly meant so: the `\nabla` of what is no number, much that is read otherwise than it looks."""
    gradient = any(NABLA.match(w.latex) for w in reading.wanted)
    spoken_of = {info.expr for info in reading.symbols if info.origin == "declared"}
    strained = reading.penalty >= STRAINED and not any(w.variable in spoken_of for w in reading.wanted)
    return strained or (gradient and not reading.expression.scalar)


def alone(items: Items) -> bool:
    """Whether a function before these items is applied to all of them."""
    return unfenced(items) != items or not any(i.kind in ("fence", "word") or i.text in ("+", "-") for i in items)


@lru_cache(maxsize=1024)
def _parsed(items: Items, functions: frozenset[str], known: frozenset[str], macros: tuple[str, ...]) -> Tree:
    """The tree of items; those of one formula are parsed once for all the questions of its page."""
    return parse(worded(items, functions), functions, known, False, macros)


def _defining(formula: Formula) -> tuple[Statement | None, ...]:
    """The statements of a formula that may define something, None for the others."""
    equations = map(as_equation, formula.statements)
    return tuple(None if is_derivative(s) or own_argument(s) is not None else s for s in equations)


class Session:
    """One problem being read."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        texts = [*problem.macro_sources, *(s.latex for s in (*problem.context, *problem.requests))]
        self.macros = collect(texts, problem.macros)
        joined = joined_names([*texts, *problem.definitions, *problem.wrt], problem.declare)
        norms = norms_called((*problem.context, *problem.requests))
        layers = layers_in((s.latex for s in problem.requests), problem.wrt)
        self.iterates = self._iterates()
        self.said = Said({}, {}, [], norms=norms, primed=self._primed(), joined=joined,
                         layers=layers.union(self.iterates),
                         by_entries=star_by_entries((*problem.context, *problem.requests)))  # fmt: skip
        self.formulas: list[Formula] = []
        self.trees: dict[Items, Tree] = {}
        self._declare(problem.usual, problem.usually)
        self.logarithms: dict[str, Definition] = {}
        self._context()
        self.asks: list[Asked] = []
        self.plain: list[tuple[str, Items, Formula]] = []
        self.given = [variable(unsized(read_formula(Source(text, UNPLACED), self.macros), self.said).items)
                      for text in problem.wrt]  # fmt: skip
        for source in problem.requests:
            self._request(source)
        self._given()

    # --- gathering ------------------------------------------------------------------------------------------------

    def _primed(self) -> frozenset[str]:
        """The letters that are other letters with a prime."""
        problem = self.problem
        found = self._written(may_hold_primes)
        return primed_letters(found, (*problem.declare, *problem.assume)) if found else frozenset()

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
        return numbered(self._written(bool), variables, powers(problem.declare, self.macros), stars)

    def _written(self, looked_for: Callable[[str], bool]) -> list[Items]:
        """The formulas of the problem, where the text of one shows what is looked for."""
        problem = self.problem
        definitions = (Source(latex, UNPLACED) for latex in problem.definitions)
        found: list[Items] = []
        for source in (s for s in (*problem.context, *problem.requests, *definitions) if looked_for(s.latex)):
            try:
                found.append(read_formula(source, self.macros).items)
            except TexgradError:
                continue  # it is refused, or passed over, where it is read in full
        return found

    def _context(self) -> None:
        """Declarations and definitions of the document; what cannot be read there is other people's prose."""
        formulas: list[Formula | None] = []
        for source in self.problem.context:
            try:
                formula: Formula | None = read_formula(source, self.macros)
                assert formula is not None
                formula = unsized(formula, self.said)
                declare_formula(formula, self.said)
                declare_functions(formula, self.said)
                self._define(formula, source.before)
                self.formulas.append(formula)
            except TexgradError:
                formula = None
            declare_text(source.latex, self.macros, self.said)
            formulas.append(formula)
        self._words(formulas)
        for latex in self.problem.definitions:
            before = len(self.said.definitions)
            self.formulas.append(unsized(read_formula(Source(latex, UNPLACED), self.macros), self.said))
            self._define(self.formulas[-1], "let ")
            if len(self.said.definitions) == before:
                raise fail("syntax", f"{latex} is no definition", None, "write a name, =, and what it stands for")

    def _words(self, formulas: Sequence[Formula | None]) -> None:
        """What the words around the formulas of the document say of names, also of letters that are no formulas."""
        asked = [f.items for f in (self._readable(source) for source in self.problem.requests) if f is not None]
        known = spoken([*asked, *(f.items for f in formulas if f is not None)])
        spread = with_letters(self.problem.context, known, UNPLACED)
        read = [formulas[k] if k >= 0 else self._readable(source) for source, k in spread]
        declare_words([source for source, _ in spread], read, self.said)

    def _readable(self, source: Source) -> Formula | None:
        """A formula, where it can be read."""
        try:
            return read_formula(source, self.macros)
        except TexgradError:
            return None

    def _define(self, formula: Formula, before: str) -> None:
        for k, statement in enumerate(formula.once(_defining)):
            if statement is not None:
                found = definition(statement, before if not k else "")
                if found is not None:
                    self.said.definitions += [found, *in_chain(statement)]
                elif (logarithm := of_logarithm(statement)) is not None:
                    self.logarithms[canonical(statement.sides[0][1:])] = logarithm

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
        if self.said.functions:
            self.said.functions |= twins(self.said.functions, letters(f.items for f in self.formulas))
        given = self.given
        if given:
            bare = [a for a in self.asks if a.variable is None]
            self.asks = [a for a in self.asks if a.variable is not None]
            self.asks += [replace(a, variable=below) for a in bare for below in given]
        if self.problem.order == 2:  # of a first derivative, the second
            self.asks = [replace(a, order=2, latex="") if a.order == 1 and not a.form else a for a in self.asks]
        if self.asks or not self.plain:
            return
        for below in given:
            _, items, asking = self.topmost()
            self.asks.append(Asked(items, below, self.problem.order, "", below.span, asking))

    def topmost(self) -> tuple[str, Items, Formula]:
        """The function that is meant where several stand there: the first one that has a name and is not used."""
        named = [p for p in self.plain if p[0]]
        used = [letters((items,)) for _, items, _ in named]
        top = (p for p in named if not any(p[0] in others for others in used))
        return next(top, (named or self.plain)[0])

    # --- the functions asked about --------------------------------------------------------------------------------

    def target(self, ask: Asked) -> Target:
        """The function of a request, looked up where it is only named."""
        items = unfenced(ask.function)
        if not items:
            raise fail("syntax", "the derivative of what?", ask.span, "write the function behind the operator")
        vectorised = False
        if items[0].kind == "word" and items[0].text in ("vec", "Vec") and alone(items[1:]):
            vectorised, items = True, unfenced(items[1:])
            if not items:
                raise fail("syntax", "vec of what?", ask.span)
        name, entry = self.named(items)
        if name is None and items[0].text in LOGARITHMS and (known := self.logarithms.get(canonical(items[1:]))):
            return Target("", known.right, known.formula, (), vectorised)
        if name is None:
            plain = next((p[0] for p in self.plain if p[1] == items and p[0] and p[0] not in letters((items,))), "")
            return Target(plain, items, ask.formula, (), vectorised)
        found = self.definition(name.full)
        if found is None and len(name.sub) and (found := self.definition(name.base)) is not None:
            entry = tuple(i.text for i in name.sub if i.text != ",")
            return Target(name.base, found.right, found.formula, entry, vectorised, found.parameters)
        if found is not None and found.parameters and found.name.full in letters((found.right,)):  # q(x) = q^Tx + …
            return Target("", found.right, found.formula, entry, vectorised, found.parameters)
        if found is not None:
            own = found.parameters or self.called_with(items)
            return Target(name.full, found.right, found.formula, entry, vectorised, own)
        if items[0].kind == "word" and name.full in WORDS:
            raise fail("syntax", f"{name.full} of what?", extent(items), f"write {name.full}(…)")
        foreign = ask.variable is not None and ask.variable.name.base != name.base and ask.latex
        if foreign and name.full not in self.said.functions:
            raise fail("undeclared", f"{name.full} is not defined", ask.span, f"define it: ${name.full} = …$")
        return Target("", items, ask.formula, (), vectorised)

    def each(self, ask: Asked) -> list[tuple[Asked, Target]]:
        """The request with its function, a total differential once for every parameter of the function."""
        target = self.target(ask)
        if ask.form != TOTAL or ask.variable is not None:
            present = letters([target.items, *(d.right for d in self.said.definitions)])
            along = direction(ask, target.parameters, present)
            return [(ask if along is None else along, target)]
        if not target.parameters:
            message = "the differential with respect to what?"
            raise fail("unsupported", message, ask.span, "define f(x) = …, or give wrt")
        return [(replace(ask, variable=Variable(Name(p), False, False, ask.span)), target) for p in target.parameters]

    def named(self, items: Items) -> tuple[Name | None, tuple[str, ...]]:
        """The name that a function is called by, with or without its arguments."""
        if items[0].kind == "word" and len(items) == 1:
            return Name(items[0].text), ()
        name = read_name(items) or self.square(items) or self.spelt(items)
        if name is not None:
            return name, ()
        if items[0].kind in ("name", "word") and items[-1].kind == "fence":
            cut = next((k for k, i in enumerate(items) if i.kind == "fence"), 0)
            name = read_name(items[:cut]) if items[0].kind == "name" else Name(items[0].text)
            if cut and name is not None and unfenced(items[cut:]) != items[cut:] and self.definition(name.full):
                found = self.definition(name.full)
                given = tuple(i.text for i in unfenced(items[cut:]) if i.text not in (",", ";"))
                own = found is not None and (
                    [*map(python_name, given)] == [*map(python_name, found.parameters)]
                    or any("_" in p for p in found.parameters)
                )
                if own or (found is not None and not found.parameters and len(given) == 1):
                    return name, ()
        return None, ()

    def spelt(self, items: Items) -> Name | None:
        """The name of a function that several letters spell, SR, if there is one."""
        letters = all(i.kind == "name" and len(i.text) == 1 for i in items)
        word = "".join(i.text for i in items) if letters else ""
        return Name(word) if len(word) > 1 and self.definition(word) is not None else None

    def square(self, items: Items) -> Name | None:
        r"""The name of a square that has a definition, `\sigma^2`."""
        name = squared_name(items)
        return name if name is not None and self.definition(name.full) is not None else None

    def called_with(self, items: Items) -> tuple[str, ...]:
        """The one name in the brackets behind a function, as in `f(w)`."""
        opening = next((k for k, i in enumerate(items) if i.kind == "fence"), len(items))
        name = read_name(unfenced(items[opening:])) if opening else None
        return () if name is None else (name.full,)

    def definition(self, name: str) -> Definition | None:
        """The last definition of a name."""
        return next((d for d in reversed(self.said.definitions) if d.name.full == name), None)

    def tree(self, items: Items) -> Tree:
        """The tree of items, parsed once."""
        found = self.trees.get(items)
        if found is None:
            functions = called(self.said.definitions) | self.said.functions.keys()
            known = superscripts(self.said.declared)
            found = self.trees[items] = _parsed(items, frozenset(functions), frozenset(known), tuple(self.macros))
        return found

    def readings(self) -> tuple[Reading, ...]:
        """One reading for each function."""
        if not self.asks:
            if not self.problem.requests:
                raise fail("syntax", "nothing is asked")
            if self.problem.wrt or not self.plain:
                raise fail("syntax", "there is no formula to differentiate", help="write a function")
            _, items, formula = self.plain[0]
            lost = BARE.search(formula.text(*extent(items)))
            help = rf"did you mean \{lost[0]}?" if lost else r"ask: \frac{\partial f}{\partial X}"
            raise fail("syntax", "no derivative is asked for here", extent(items), help)
        pairs = [pair for asked in self.asks for pair in self.each(asked)]
        groups: dict[str, list[tuple[Asked, Target]]] = {}
        for ask, target in pairs:
            own = target.name or (canonical(target.items) if len(pairs) > 1 else "")
            groups.setdefault(own, []).append((ask, target))
        return tuple(Assembly(self.said, self.tree, self.problem, self.formulas, m).reading() for m in groups.values())
