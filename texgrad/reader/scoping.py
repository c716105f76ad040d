"""What is known of the names of a function before it is typed, and the sizes that nothing named after it."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import get_close_matches

from texgrad.operators import symmetric
from texgrad.operators.transposes import DEFINITE
from texgrad.reader.apart import OWN, as_typed, own_name
from texgrad.reader.building import Builder
from texgrad.reader.counting import (
    beside,
    by_member,
    counted,
    from_zero,
    indicators,
    masked,
    refuse_chosen,
    refuse_drawn,
    refuse_lines,
    refuse_moving,
    refuse_numbered,
    refuse_shared,
    sets_in,
)
from texgrad.reader.evidence import arrays_among, is_array, turned
from texgrad.reader.fields import Field
from texgrad.reader.functions import twin_of
from texgrad.reader.given_slopes import is_hessian, slopes_among, varies
from texgrad.reader.infer import Typing
from texgrad.reader.names import BOLD, Declared, Scope, capital, subscript
from texgrad.reader.needed import Needed
from texgrad.reader.numbered import block_among, entries_by_number, sizes_shown
from texgrad.reader.problem import Problem
from texgrad.reader.request import Asked
from texgrad.reader.solve import solve
from texgrad.reader.squares import INVERTED
from texgrad.reader.stacking import asked_by_entry
from texgrad.reader.survey import Survey
from texgrad.reader.tails import bound_within
from texgrad.reader.targets import Target
from texgrad.reader.tree import Name, Tree, walk
from texgrad.reader.types import Size
from texgrad.reader.variables import Variable, Varied, of_a_family
from texgrad.shapes import ONE, SCALAR, Dim
from texgrad.source import TexgradError, fail

ENTRIES = frozenset("ijklcty")  # letters below a bracket, (Ax)_i, that need no sum to be indices


def _assume(scope: Scope, name: str, assumption: str) -> None:
    """Note a property of a name."""
    known = scope.declared.get(name, Declared())
    scope.declared[name] = replace(known, assume=known.assume | {assumption})


COUNTS = ("n", "N", "m", "M")  # letters for how many terms a sum has, where the author has none


class Scoping(Needed):
    """The scope of what is asked about, which is the typing's beginning, and the sizes, which are its end.

    members: the requests, each with its function. variables: what is asked about in each, and the indices that it
    carries; seconds: the other variable where there is one; every: both. members_asked: letters of families of which
    each member is asked for.
    numbering: whether x_1 may be an entry of x. numbered: whether there is one in the function. blocks: whether one is
    a matrix, and so a block.
    """

    problem: Problem
    field: Field
    function: Tree
    target: Target
    numbering: bool = False
    numbered: bool = False
    blocks: bool = False
    members: list[tuple[Asked, Target]]
    members_asked: set[str]
    variables: list[Varied]
    seconds: list[Varied | None]
    every: list[Varied]

    def scope(self) -> Scope:
        """What is known of the names before typing."""
        survey = self.survey(self.function, *(t for _, t in self.needed.values()))
        names = [*survey.names, *(v.name for v, _ in self.every)]
        scope = Scope(
            by_member(self.declared(names), names, survey.bound),
            self.said.functions,
            defined=set(self.needed),
            places=self.said.places,
            field=self.field,
            norms=self.said.norms,
            by_entries=self.said.by_entries,
        )
        for name, other in self.squares.items():
            if other.full.endswith(INVERTED):
                scope.declared.setdefault(other.full, scope.declared.get(name, Declared()))
                _assume(scope, other.full, DEFINITE)
        scope.whole = {n.full for n in names if not n.sub} | {
            v.name.base if entry else v.name.full for v, entry in self.every
        }
        self._apart(scope, survey, names)
        if any(v.name.base == r"\pi" for v, _ in self.variables) or is_array(r"\pi", survey):
            scope.declared.setdefault(r"\pi", Declared())
        self._alone(scope, names)
        self._by_entry(scope, survey, names)
        self._counting(scope, survey)
        self._number(scope, survey, names)
        self._index(scope, survey, names)
        self._given_slopes(scope, survey)
        self._tie(scope, names)
        sizes = {n for d in scope.declared.values() if d.shape for s in d.shape for n in s.names}
        sizes |= {i.text for t in survey.over for i in t.data[1] if i.kind == "name"}
        scope.sizes = {s for s in sizes if s not in scope.declared}
        return scope

    def _apart(self, scope: Scope, survey: Survey, names: list[Name]) -> None:
        """Tell a name that stands by itself from the members of a family that is called so."""
        several = {n for n, d in scope.declared.items() if d.indexed and d.shape not in (None, SCALAR)}
        several &= {n.full for n in names if not n.sub}
        for tree in survey.nodes:
            if tree.op == "name" and tree.data.base in several and subscript(tree.data):
                asked = next((v for v, entry in self.every if v.name.full == tree.data.base and not entry), None)
                if asked is not None and all(t.op != "name" or t.data.full != asked.name.full for t in survey.nodes):
                    raise of_a_family(asked)
                message = f"{tree.data.base} stands by itself and as one of the family of {tree.data.full}"
                raise fail("undeclared", message, tree.span, "give one of the two another letter")
        for name in several:
            scope.declared[name] = replace(scope.declared[name], indexed=False, family=None)  # x beside declared x_t
        for base in turned(survey) - scope.whole - set(self.needed):
            known = scope.declared.get(base)
            if known is not None and not known.indexed and known.vector:
                scope.declared[base] = replace(known, shape=None, kind=None, indexed=True)

    def _alone(self, scope: Scope, names: list[Name]) -> None:
        """Note that names are no families that stand by themselves."""
        numbered = {n.base for n in names if n.sub or n.label}
        for name, known in tuple(scope.declared.items()):
            if known.indexed and known.family is None and known.shape == SCALAR and name in scope.whole:
                scope.declared[name] = replace(known, shape=None, indexed=False)
            elif known.indexed and name in scope.whole and name not in numbered:  # x beside samples x_i, of their kind
                scope.declared[name] = replace(known, indexed=False, family=None)

    def _by_entry(self, scope: Scope, survey: Survey, names: list[Name]) -> None:
        """Note the families of which one member is asked about, or of which members lie in a set."""
        shown = arrays_among(survey.nodes) if any(len(entry) == 1 for _, entry in self.every) else set()
        for base in {v.name.base for v, entry in self.every if len(entry) == 1 and v.name.base in shown}:
            known = scope.declared.get(base, Declared())
            if known.shape is None and base not in self.needed and base not in {n.full for n in names}:
                scope.declared[base] = replace(known, indexed=True)
        by_entry = (v.name.base for v, entry in self.every if len(entry) == 1 and v.name.base not in self.needed)
        scope.declared |= asked_by_entry(by_entry, survey, scope.declared)
        for base in refuse_drawn(names):
            scope.declared[base] = replace(scope.declared.get(base, Declared()), indexed=True)
        scope.declared |= indicators(names, scope.declared)

    def _counting(self, scope: Scope, survey: Survey) -> None:
        """Note what the sums run over; refuse those whose terms depend on a variable, or that nothing tells apart."""
        scope.bound = survey.bound
        scope.members = counted([n for n in survey.names if len(subscript(n)) == 1], survey.bound)
        arrays = {name for name, known in scope.declared.items() if known.shape is not None and not known.indexed}
        scope.masked = masked(survey, {*(v.name.base for v, _ in self.every), *scope.whole, *arrays})
        scope.sets = sets_in(survey)
        refuse_shared(survey, {v.name.base for v, _ in self.every})
        refuse_moving(survey, {*(v.name.base for v, _ in self.every), *self.needed})
        refuse_lines(survey, [v.name for v, _ in self.every], self.own)
        refuse_chosen(survey, [v.name for v, _ in self.every])
        scope.varied = frozenset(v.name.full for v, _ in self.every)
        scope.gradient = any(ask.template.startswith(r"\nabla") for ask, _ in self.members)
        scope.from_zero = from_zero(survey)

    def _tie(self, scope: Scope, names: list[Name]) -> None:
        """Note the matrices whose entries are tied to one another, by what is asked or by their definitions."""
        for variable, _ in self.variables:
            if tied := "symmetric" if variable.half else self.problem.tied:
                _assume(scope, variable.name.full, tied)
        whole = {v.name.full: None for v, entry in self.variables if not entry}
        whole |= {n.full: None for n in names if n.full not in self.needed and not subscript(n) and capital(n.full)}
        for name in whole:
            if self.symmetric_by_definition(name, scope):
                _assume(scope, name, "symmetric")

    def _given_slopes(self, scope: Scope, survey: Survey) -> None:
        """Refuse gradients at points that vary; Hessians are symmetric."""
        own = {as_typed(n.full) for n in survey.names if n.sub and n.full not in scope.numbered}
        for tree in slopes_among(survey.nodes):
            if varies(tree.data, self.stops, survey.bound, own, self.said.definitions):
                help = "ask for one derivative, of a whole function"
                raise fail("unsupported", "a derivative inside a formula", tree.span, help)
            if is_hessian(tree.data):
                _assume(scope, tree.data.full, "symmetric")

    def _number(self, scope: Scope, survey: Survey, names: list[Name]) -> None:
        """Note the names that are entries by number, and how many entries there are where only those tell."""
        bases = [v.name.base for v, entry in self.every if entry or not v.name.sub]
        if not self.numbering or any(t.data.first == "0" for t in survey.over):
            refuse_numbered(survey, scope.bound, bases)
            whole = {n.base for n in survey.names if not n.sub} | scope.declared.keys()
            blocks = {v.name.base for v, entry in self.every if entry or not v.name.sub or v.name.base in whole}
            found = block_among(survey.nodes, blocks, scope.declared)
            self.blocks = found is not None
            if found is not None:
                message = f"{found.data.full} beside {found.data.base}: a block of it, of which nothing says the size"
                raise fail("unsupported", message, found.span, "write the block as E^TXE, with a matrix E that selects")
            return
        variables = {v.name.full for v, entry in self.every if not v.name.sub}
        own = {n for n in self.own if n not in {v.name.full for v, _ in self.every}}
        made_of = {t.data.base for name, (_, tree) in self.needed.items() for t in walk(tree)
                   if t.op == "name" and t.data.base == name}  # fmt: skip
        whole = variables | (self.needed.keys() - made_of)
        scope.numbered = entries_by_number(names, scope.bound, scope.declared, own | self.needed.keys(), whole)
        scope.numbered = {n: place for n, place in scope.numbered.items() if place[0] not in made_of}
        self.numbered |= any(n.full in scope.numbered for n in survey.names)
        alone = variables - {n.base for n in survey.names if n.full not in scope.numbered}
        for base, shape in sizes_shown(p for p in scope.numbered.values() if p[0] in alone).items():
            known = scope.declared.get(base, Declared())
            if known.shape is None and not known.indexed and shape != SCALAR:
                scope.declared[base] = replace(known, shape=shape)

    def _index(self, scope: Scope, survey: Survey, names: list[Name]) -> None:
        """Note the letters that are indices though no sum binds them."""
        if self.function.op == "entry":
            scope.indices.update((i.text, None) for i in self.function.data if i.kind == "name")
        places = [t.data[1] for t in survey.kinds.get("spectral", ()) if len(t.data[1]) == 1 and t.data[1].isalpha()]
        scope.indices.update(dict.fromkeys(i for i in places if i not in scope.bound))
        entries = survey.kinds.get("entry", ())
        loose = {i.text for t in entries for i in t.data if i.kind == "name" and i.text in ENTRIES}
        scope.indices.update(dict.fromkeys(sorted(loose - scope.bound - scope.whole - scope.declared.keys())))
        scope.indices.update(dict.fromkeys(beside(names, scope.bound, scope.declared)))
        counting = {i for n in names for i in subscript(n)} if any(entry for _, entry in self.every) else set()
        for letters in (
            *(entry for _, entry in self.every),
            *(t.entry for _, t in self.members),
            self.members_asked & counting,
        ):
            scope.indices.update(dict.fromkeys(letters))
        scope.indices.update(self.said.indices)
        scope.indices = {name: size for name, size in scope.indices.items() if not name.isdigit()}

    def symmetric_by_definition(self, name: str, scope: Scope) -> bool:
        r"""Whether a name stands for what is its own transpose by definition, such as `K = \sigma^2R + \tau I`."""
        found = None if self.field.complex else self.definition(name)
        if found is None or subscript(found.name) or found.parameters:
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
        if not out:
            return out
        present = {n.full for n in names} | {n.base for n in names}
        for key in tuple(out):
            if key not in present:
                twin = twin_of(key, present)
                number = twin is not None and len(twin) == 1 and twin.islower() and BOLD.search(key)
                if twin is not None and twin not in out and not number:
                    out[twin] = out.pop(key)
        return out

    def absent(self, key: str, variable: Variable, typing: Typing) -> Exception:
        """The refusal of a variable that does not occur; where it occurs with indices, they have the caret."""
        other = next((t for t in walk(self.function) if t.op == "name" and t.data.base == key != t.data.full), None)
        if other is not None:
            message = f"{key} stands in the function with indices that are not its own, {other.data.full}"
            help = f"ask for the derivative by {other.data.full}, or sum over its indices"
            return fail("undeclared", message, other.span, help)
        own = [name for name in typing.forms if name not in self.needed]
        near = get_close_matches(key, [name for name in own if not OWN.fullmatch(name)], 1, 0.5)
        if own_name(key) in own:
            message = f"only members of {key} stand in the function, which are kept apart from {key} itself"
            return fail("undeclared", message, variable.span, f"ask for the derivative by one of them, {key}_k")
        help = f"did you mean {near[0]}?" if near else f"the function depends on {', '.join(own[:5])}"
        if capital := next((name for name in own if name[-1:].isupper() and key[0] == "\\" and not near), ""):
            help += rf"; where {capital} depends on it, write {capital}({key})"
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
                typing.sizes.unify(typing.range_of(entry[0]), typing.families[variable.name.base])
            if entry and not typing.scope.declared.get(variable.name.base, Declared()).indexed:
                form = typing.forms[variable.name.base]
                for index, size in zip(entry, form, strict=False):
                    typing.sizes.unify(typing.range_of(index), size)
            for index, size in zip(target.entry, typing.results[id(self.function)], strict=False):
                typing.sizes.unify(typing.range_of(index), size)
        names = set(typing.forms) | typing.scope.sizes | set(typing.indices)
        names |= {n for form in typing.forms.values() for s in form if isinstance(s, Dim) for n in s.names}
        names |= bound_within(self.function)
        taken = {n if n.isalnum() else re.sub(r"\W", "", n) for n in names}
        typing.sizes.name_unknowns(typing.forms.values(), taken)
        ranges: dict[Size, None] = {}
        counted: dict[str, Size] = {}
        for index, size, _ in (of for bound in typing.summed.values() for of in bound):
            if type(typing.sizes.find(size)) is int:  # what one letter counts without an end is the same everywhere
                typing.sizes.unify(counted.setdefault(index, size), size)
            ranges[size] = None
        typing.sizes.name_unknowns(((size, ONE) for size in ranges), taken | set(typing.sizes.named()), COUNTS)
