"""From a problem to its reading: who is asked for, what is needed for it, typed and built together."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain

from texgrad.patterns import compiled
from texgrad.reader.assemble import reading
from texgrad.reader.brackets import unfenced
from texgrad.reader.complete import Complete, completed
from texgrad.reader.conjugates import superscripts
from texgrad.reader.declare import COUNTERS, unsized
from texgrad.reader.defined import LOGARITHMS, circular, definition, side_with
from texgrad.reader.densities import BETWEEN, divergence
from texgrad.reader.forms import DOT, FLOW, TOTAL, along_flow, direction, total_of
from texgrad.reader.functions import bare_among
from texgrad.reader.gathering import Gathering
from texgrad.reader.grammar import parse
from texgrad.reader.handwriting import Page
from texgrad.reader.identifiers import python_name
from texgrad.reader.implied import solved
from texgrad.reader.items import Items, canonical, worded
from texgrad.reader.named import read_name
from texgrad.reader.names import IDENTITY
from texgrad.reader.nested import letters, size
from texgrad.reader.numbered import defined_by_entries
from texgrad.reader.points import NABLA, placed_at
from texgrad.reader.problem import Problem, Reading, Source
from texgrad.reader.request import Asked
from texgrad.reader.said import Definition
from texgrad.reader.scoping import OfABlock, Scoping
from texgrad.reader.squares import squared_name
from texgrad.reader.standards import names_called
from texgrad.reader.statements import UNPLACED, Formula, extent, placed, read_formula, trimmed, with_letters_changed
from texgrad.reader.subject import Members
from texgrad.reader.targets import Target
from texgrad.reader.tree import Name, Tree, walk
from texgrad.reader.variables import Variable
from texgrad.reader.vocabulary import WORDS
from texgrad.remembered import remembered
from texgrad.source import Span, TexgradError, fail

STRAINED = 2  # penalty of a reading from which on it is doubted, where nothing is said of the variable
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
    """Whether vec before these items is applied to all of them; of what is in brackets, to the inverse, too."""
    if len(items) > 2 and items[-1].kind == "^" and canonical(items[-1].body[0]) in ("-1", "+"):
        return unfenced(items[:-1]) != items[:-1]
    return unfenced(items) != items or not any(i.kind in ("fence", "word") or i.text in ("+", "-") for i in items)


def _letter(name: Name) -> str:
    """The letter by which a member of a family is called; "" where there is none or more."""
    return name.sub[0].text if len(name.sub) == 1 and name.sub[0].text in COUNTERS else ""


@remembered(size=lambda _, items, *__: size(items))
def _parsed(items: Items, functions: frozenset[str], known: frozenset[str], macros: tuple[str, ...]) -> Tree:
    """The tree of items; those of one formula are parsed once for all the questions of its page."""
    return parse(worded(items, functions), functions, known, False, macros)


@remembered(64)
def _one(names: frozenset[str]) -> frozenset[str]:
    """A set of names, the very same for all questions of a page: to compare large ones takes time."""
    return names


class Session(Gathering):
    """One problem being read; `names_known` are those of functions and superscripts, and from what they were found."""

    names_known: tuple[tuple[object, ...], tuple[frozenset[str], frozenset[str]]] | None = None

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
        if found is not None and found.more and ask.variable is not None:
            found = side_with(found, ask.variable.name.base)
        if found is None and len(name.sub) and (found := self.definition(name.base)) is not None:
            entry = tuple(i.text for i in name.sub if i.text != ",")
            return Target(name.base, found.right, found.formula, entry, vectorised, found.parameters)
        if found is not None and found.parameters and bare_among(found.right, found.name.full):  # q(x) = q^Tx + …
            return Target("", found.right, found.formula, entry, vectorised, found.parameters)
        if found is not None and self.by_itself(found):
            raise circular(found)
        if found is not None:
            own = found.parameters or self.called_with(items)
            return Target(name.full, found.right, found.formula, entry, vectorised, own)
        if (known := self.member(name)) is not None and (formula := self.of_member(known, name)) is not None:
            return Target(name.full, trimmed(formula.items), formula, entry, vectorised, known.parameters)
        if items[0].kind == "word" and name.full in WORDS:
            raise fail("syntax", f"{name.full} of what?", extent(items), f"write {name.full}(…)")
        if not name.sub and (known := defined_by_entries(self.said.definitions, name.full)) is not None:
            return Target(known.name.full, known.right, known.formula, entry, vectorised)
        foreign = ask.latex and (ask.variable is None or ask.variable.name.base != name.base)
        if foreign and name.full not in self.said.functions:
            if (found := self._solved(name)) is not None:
                return Target(name.full, found.right, found.formula, entry, vectorised)
            if (lost := self.lost(name.full)) is not None:
                raise lost
            raise fail("undeclared", f"{name.full} is not defined", ask.span, f"define it: ${name.full} = …$")
        return Target("", items, ask.formula, (), vectorised)

    def _solved(self, name: Name) -> Definition | None:
        """What an equation says of a name that is nowhere defined."""
        for formula in self.formulas:
            for statement in formula.statements:
                if latex := solved(statement, name.full):
                    again = unsized(read_formula(Source(latex, UNPLACED), self.macros), self.said)
                    return definition(again.statements[0])
        return None

    def by_itself(self, found: Definition) -> bool:
        """Whether a name stands in what it is defined as."""
        if found.name.base not in found.letters or found.parameters or found.more:
            return False
        return any(t.op == "name" and t.data.full == found.name.full for t in walk(self.tree(found.right)))

    def lost(self, name: str) -> TexgradError | None:
        """Why the formula of the document that begins with a name, as its definition would, cannot be read."""
        begins = compiled(rf"\s*+{re.escape(name)}\s*+(?:\([^()=]*+\)\s*+)?(?:&\s*+)?:?=")
        return next((error for latex, error in reversed(self.unreadable) if begins.match(latex)), None)

    def each(self, ask: Asked) -> list[tuple[Asked, Target]]:
        """The request with its function, a total differential once for every parameter of the function."""
        ask = placed_at(ask, self.parameters)
        target = self.target(ask)
        timed = ask.variable is not None and ask.variable.name.full == "t" and ask.order == 1 and not ask.form
        if ask.form == FLOW or timed:
            here = letters((target.items,))
            moving = [x for x in sorted(here) if self.definition(f"{DOT}{x}}}") is not None]
            if len(moving) == 1 and not (timed and "t" in here):
                return [(along_flow(ask, moving[0]), target)]
            if not timed:
                help = r"define \dot x = … of one letter of the function"
                raise fail("unsupported", "along which flow?", ask.span, help)
        if ask.form != TOTAL or ask.variable is not None:
            others = (d.letters for d in self.said.definitions)
            along = direction(ask, target.parameters, chain((letters((target.items,)),), others))
            return [(ask if along is None else along, target)]
        names = () if target.parameters else {t.data.base for t in walk(self.tree(target.items)) if t.op == "name"}
        alone = sorted(name for name in names if not IDENTITY.fullmatch(name))
        if not target.parameters and len(alone) != 1:
            message = "the differential with respect to what?"
            raise fail("unsupported", message, ask.span, "define f(x) = …, or give wrt")
        by = target.parameters or alone
        return [(replace(ask, variable=Variable(Name(p), False, False, ask.span)), target) for p in by]

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
                given = tuple(i.text for i in unfenced(items[cut:]) if i.text not in BETWEEN)
                own = found is not None and (
                    [*map(python_name, given)] == [*map(python_name, found.parameters)]
                    or any("_" in p for p in found.parameters)
                )
                if own or (found is not None and not found.parameters and (
                        len(given) == 1 or divergence(items[cut:]))):  # fmt: skip
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

    def member(self, name: Name) -> Definition | None:
        """The definition of another member of a family, `p_j = …` for `p_i`."""
        letter, own = _letter(name), (name.base, name.label)
        alike = (d for d in reversed(self.said.definitions) if (d.name.base, d.name.label) == own and _letter(d.name))
        return next((d for d in alike if letter and letter not in d.parameters), None)

    def of_member(self, found: Definition, name: Name) -> Formula | None:
        """The right side of a family's definition for another member, with the two letters in each other's place."""
        latex = with_letters_changed(found.formula.source, found.right, _letter(found.name), _letter(name))
        if latex is None:
            return None
        formula = unsized(read_formula(Source(latex, UNPLACED), self.macros), self.said)
        self.formulas.append(formula)
        return formula

    def called_with(self, items: Items) -> tuple[str, ...]:
        """The one name in the brackets behind a function, as in `f(w)`."""
        opening = next((k for k, i in enumerate(items) if i.kind == "fence"), len(items))
        name = read_name(unfenced(items[opening:])) if opening else None
        return () if name is None else (name.full,)

    def parameters(self, name: str) -> tuple[str, ...]:
        """What the last definition of a function says that it is one of."""
        found = self.definition(name)
        return found.parameters if found is not None and not found.more else ()

    def definition(self, name: str) -> Definition | None:
        """The last definition of a name."""
        return next(iter(self.said.defined(name)), None)

    def tree(self, items: Items) -> Tree:
        """The tree of items, parsed once."""
        found = self.trees.get(items)
        if found is None:
            found = self.trees[items] = _parsed(items, *self.parsing())
        return found

    def parsing(self) -> tuple[frozenset[str], frozenset[str], tuple[str, ...]]:
        """What a tree depends on besides its items: names that are known, and the macros."""
        return *self.known_names(), tuple(self.macros)

    def known_names(self) -> tuple[frozenset[str], frozenset[str]]:
        """The names that take arguments, and those that keep their meaning as superscripts."""
        said = self.said
        state = len(said.definitions), len(said.functions), len(said.declared), said.declared.get("H")
        if self.names_known is None or self.names_known[0] != state:
            functions = frozenset(names_called(said.definitions) | said.functions.keys())
            self.names_known = state, (_one(functions), _one(frozenset(superscripts(said.declared))))
        return self.names_known[1]

    def readings(self) -> tuple[Reading, ...]:
        """One reading for each function."""
        if not self.asks:
            if not self.problem.requests:
                raise fail("syntax", "nothing is asked")
            if self.problem.wrt or not self.plain:
                raise fail("syntax", "there is no formula to differentiate", help="write a function")
            _, items, formula = self.plain[0]
            if (total := total_of(items, formula)) is not None and "d" not in self.said.declared:
                self.asks = [total]
                return self.readings()
            if inner := next((i for i in items if i.kind in ("partial", "nabla")), None):
                message, help = "a derivative inside a formula", r"ask for the derivative alone: \nabla f(x) = ?"
                raise fail("unsupported", message, Span(inner.start, inner.end), help)
            lost = BARE.search(formula.text(*extent(items)))
            help = rf"did you mean \{lost[0]}?" if lost else r"ask: \frac{\partial f}{\partial X}"
            raise fail("syntax", "no derivative is asked for here", extent(items), help)
        pairs = [pair for asked in self.asks for pair in self.each(asked)]
        formulas = {id(target.items): target.items for _, target in pairs}
        texts = {key: canonical(items) if len(formulas) > 1 else "" for key, items in formulas.items()}
        groups: dict[str, Members] = {}
        for ask, target in pairs:
            own = target.name or texts[id(target.items)]
            groups.setdefault(own, []).append((ask, target))
        return tuple(self.reading(whole) for members in groups.values() for whole in self.assembled(members))

    def assembled(self, members: Members) -> list[Complete]:
        r"""The function that members ask about, in several ways where what one asks about hides that of another.

        With `z = Wx`, the derivatives of L by z and by W are those of two functions: in the first, z stays a name.
        """
        whole = self.completed(members)
        if len(members) < 2 or whole.varying:
            return [whole]
        parts: dict[str, Members] = {}
        for ask, target in members:
            name = ask.variable.name if ask.variable is not None else Name("")
            named = next((n for n in (name.full, name.base) if self.definition(n) is not None), "")
            parts.setdefault(named, []).append((ask, target))
        if len(parts) < 2:  # \sigma and \sigma^2
            parts = {str(k): [member] for k, member in enumerate(members)}
        return [self.completed(part) for part in parts.values()]

    def completed(self, members: Members, numbering: bool = True) -> Complete:
        """One function with all that it needs."""
        return completed(self.said, self.tree, self.problem, members, numbering)

    def page(self) -> Page:
        """All formulas of the problem."""
        return Page(self.formulas, self.parsing())

    def reading(self, whole: Complete) -> Reading:
        """The reading of one function; x_1 is an entry of x there, unless it is rather another vector."""
        scoping = Scoping(whole)
        try:
            found = reading(whole, scoping.made(), self.page())
        except TexgradError:
            other = self.labelled(whole) if scoping.numbered or whole.subject.entries else None
            if other is None:
                raise
            return other
        other = self.labelled(whole) if scoping.numbered and found.penalty else None
        return found if other is None or other.penalty >= found.penalty else other

    def labelled(self, whole: Complete) -> Reading | None:
        """The reading with numbers below names for labels, if there is one."""
        made = self.completed(whole.subject.members, numbering=False)
        try:
            return reading(made, Scoping(made).made(), self.page())
        except OfABlock:
            raise
        except TexgradError:
            return None
