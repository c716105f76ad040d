"""A function that is asked about, completed: the definitions it needs are found, and put in where they are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from texgrad.immutable import immutable, lazy
from texgrad.operators import LOG
from texgrad.reader.defined import circular
from texgrad.reader.entrywise import with_logistic
from texgrad.reader.expectations import Means, names_outside
from texgrad.reader.fields import Field
from texgrad.reader.forms import DIRECTION
from texgrad.reader.functions import arguments
from texgrad.reader.given_slopes import moving
from texgrad.reader.items import Items
from texgrad.reader.lines import by_members
from texgrad.reader.lookup import Lookup
from texgrad.reader.named import read_name
from texgrad.reader.needed import Needed, Usage
from texgrad.reader.noises import noisy, residuals
from texgrad.reader.parsing import Parser, Surveys
from texgrad.reader.problem import Problem
from texgrad.reader.resolving import Resolving, Variables
from texgrad.reader.said import Definition, Said
from texgrad.reader.speaking import spoken_field
from texgrad.reader.squares import of_members, squares_among
from texgrad.reader.steps import refuse_steps, steps_among
from texgrad.reader.subject import Members, Subject, subject_of
from texgrad.reader.survey import Survey
from texgrad.reader.tree import MEANS, Name, Tree
from texgrad.reader.weights import refuse_layers
from texgrad.source import Span, fail


@immutable
class Complete:
    """A function, `tree`, with all that it needs.

    lookup: the definitions that count. needed: those it needs by name, inner ones first. given: whether some names
    are taken as given. numbering: whether x_1 beside x is an entry of it, and not another vector. signs: how the author
    writes expectations.
    """

    problem: Problem
    subject: Subject
    lookup: Lookup
    parse: Parser
    field: Field
    usage: Usage
    variables: Variables
    tree: Tree
    needed: Mapping[str, tuple[Definition, Tree]]
    given: bool
    numbering: bool
    surveys: Surveys
    signs: Sequence[str] = ()

    @lazy
    def survey(self) -> Survey:
        """What stands in the function and in what it needs."""
        return self.surveys(self.tree, *(tree for _, tree in self.needed.values()))

    @lazy
    def varying(self) -> bool:
        """Whether the variables occur in the function or in what it needs."""
        names = {n for name in self.survey.names for n in (name.full, name.base)}
        every = self.variables.every
        return all(v.name.full in names or (at and v.name.base in names) for v, at in every)


def completed(said: Said, tree: Callable[[Items], Tree], problem: Problem, members: Members,
              numbering: bool) -> Complete:  # fmt: skip
    """The function that members ask about; tree: how items are parsed. TexgradError where a name is not defined."""
    subject = subject_of(said, members, numbering)
    surveys = Surveys()
    field, meaning = spoken_field(subject, tree, surveys, problem.part is not None)
    declared = subject.said.declared.values()
    sizes = {name for one in declared for size in one.shape or () for name in size.names}
    parse = Parser(tree, meaning, subject.asked, subject.free, sizes)
    function = parse(subject.target.items)
    survey = surveys(function)
    squares = _squares(subject, survey)
    variables = Resolving(subject, field, squares, survey, numbering).variables()
    usage = _usage(subject, function, survey, squares, variables)
    lookup = Lookup(subject.said)
    found = _with_definitions(
        Complete(problem, subject, lookup, parse, field, usage, variables, function, {}, False, numbering, surveys)
    )
    for asked, _ in variables.every:
        refuse_layers(asked, found.subject.said.definitions, said.declared)
    if steps := steps_among(subject.said.definitions):
        names = [v.name for v, _ in variables.every]
        span = variables.first[0][0].span
        refuse_steps(found.survey, subject.target.items, steps, subject.said.definitions, names, span)
    found = _averaged(found)
    named = {d.name.full for d in found.subject.said.definitions}
    changed = moving(found.tree, found.usage.stops, named) if found.survey.slopes else found.tree
    changed = by_members(changed, {v.name.base for v, at in variables.every if at and len(at) == 1})
    changed = with_logistic(changed) if LOG in found.survey.kinds else changed
    _refuse_bare_call(changed, subject)
    return found if changed is found.tree else replace(found, tree=changed)


def _averaged(found: Complete) -> Complete:
    """The function with sums over what nothing shows for expectations."""
    roots = [found.tree, *(tree for _, tree in found.needed.values())]
    if not any(tree.holds & MEANS for tree in roots):
        return found
    varied = {n for v, _ in found.variables.every for n in (v.name.full, v.name.base)}
    said = found.subject.said
    sizes = {n for d in said.declared.values() if d.shape for s in d.shape for n in s.names}

    def text(start: int, end: int) -> str:
        formulas = (found.subject.target.formula, *(d.formula for d in said.definitions))
        own = next((f for f in formulas if f.holds(Span(start, end))), None)
        return "" if own is None else own.text(start, end)

    means = Means(varied, names_outside(roots) | sizes, text)
    tree = means.of(found.tree)
    needed = {name: (definition, means.of(one)) for name, (definition, one) in found.needed.items()}
    return replace(found, tree=tree, needed=needed, signs=tuple(means.signs))


def _squares(subject: Subject, survey: Survey) -> Mapping[str, Name]:
    """The names that stand for squares of others."""
    below = [ask.variable.name for ask, _ in subject.members if ask.variable is not None]
    varied = {name.full for name in below}
    found = squares_among((*(d.name.full for d in subject.said.definitions), *(name.full for name in below)))
    return {name: square for name, square in found.items() if name not in varied} | of_members(below, survey.nodes)


def _usage(subject: Subject, function: Tree, survey: Survey, squares: Mapping[str, Name], variables: Variables,
            ) -> Usage:  # fmt: skip
    """How names in the function are taken."""
    start = function.start
    functions = arguments(function, subject.said.functions, {d.name.full for d in subject.said.definitions},
                          variables.first[0][0].name)  # fmt: skip
    functions |= {name: Tree("name", (), of, start, start) for name, of in subject.parameters.items()}
    stops = {v.name.base if entry else v.name.full for v, entry in variables.every} | {subject.target.name}
    return Usage(stops, squares, functions, {t.data for t in survey.kinds.get("call", ())})


def _with_definitions(start: Complete) -> Complete:
    """The function with what it needs, from elsewhere on the page too where the variables do not occur otherwise."""
    said = start.subject.said
    aside, models = start.subject.target.formula.source.aside, any(map(noisy, said.definitions))
    ways = tuple(dict.fromkeys(((aside, not models), (True, not models), (aside, True), (True, True))))
    for asides, modelled in ways:
        found = _by(start, Lookup(said, asides, modelled))
        if not said.definitions or len(ways) == 1 or found.varying:
            return found
    if models and (errors := residuals(said.definitions)):
        said = said.copy()
        said.definitions += errors
        return _by(start, Lookup(said, True, False))
    return found


def _by(start: Complete, lookup: Lookup) -> Complete:
    """The function with the definitions that it needs, looked up so."""
    needed = Needed(start.subject, lookup, start.parse, start.usage)
    tree = needed.complete(start.tree, ())
    for ask, _ in start.subject.members:
        along = read_name(ask.extra) if ask.form == DIRECTION else None
        if along is not None and lookup.definition(along.full) is not None:
            needed.need(along.full, ())
    varied = {v.name.base for v, _ in start.variables.every}
    if needed.circular is not None and not varied.isdisjoint(needed.circular.letters):
        raise circular(needed.circular)
    return replace(start, lookup=lookup, tree=tree, needed=needed.trees, given=bool(needed.given))


def _refuse_bare_call(tree: Tree, subject: Subject) -> None:
    """Complain about a function that is all that is asked about, where nothing says what it is."""
    if tree.op != "unknown":
        return
    (given,) = tree.args
    bare = all(a.op == "name" for a in (given.args if given.op == "blocks" else (given,)))
    if bare and tree.data.name not in subject.said.functions:
        name = tree.data.name
        message = f"{name} is called like a function, and is not defined"
        raise fail("undeclared", message, tree.span, f"define {name}(…), or declare it as a function")
