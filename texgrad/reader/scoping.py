"""What is known of the names of a function before it is typed."""

from __future__ import annotations

from dataclasses import replace

from texgrad.notation import is_nabla
from texgrad.operators import CHOLESKY, INVERSE, LOGDET
from texgrad.operators.transposes import DEFINITE, SYMMETRIC
from texgrad.reader.apart import as_typed
from texgrad.reader.complete import Complete
from texgrad.reader.counting import (
    beside,
    by_member,
    counted,
    deltas_given,
    from_zero,
    indicators,
    masked,
    refuse_among,
    refuse_chosen,
    refuse_drawn,
    refuse_lines,
    refuse_moving,
    refuse_numbered,
    refuse_shared,
    sets_in,
)
from texgrad.reader.densities import covariances
from texgrad.reader.evidence import arrays_among, is_array, letters_on_diagonals, traced_letters, turned
from texgrad.reader.functions import by_twins
from texgrad.reader.given_slopes import is_hessian, varies
from texgrad.reader.names import MATRIX_KIND, VECTOR_KIND, Declared, Scope, capital, subscript
from texgrad.reader.numbered import block_among, entries_by_number, sizes_shown
from texgrad.reader.own_transposes import own_transpose
from texgrad.reader.squares import INVERTED
from texgrad.reader.stacking import asked_by_entry
from texgrad.reader.tree import walk
from texgrad.reader.variables import of_a_family
from texgrad.shapes import SCALAR
from texgrad.source import TexgradError, fail

ENTRIES = frozenset("ijklcty")  # letters below a bracket, (Ax)_i, that need no sum to be indices


def _assume(scope: Scope, name: str, assumption: str) -> None:
    """Note a property of a name."""
    known = scope.declared.get(name, Declared())
    scope.declared[name] = replace(known, assume=known.assume | {assumption})


class OfABlock(TexgradError):
    """A block of a matrix stands in a function, of which nothing says the size."""


class Scoping:
    """The scope of a function that is asked about, which is the beginning of its typing.

    numbered: whether an entry by its number stands in it, x_1 of x.
    """

    def __init__(self, whole: Complete) -> None:
        self.whole, self.survey, self.every = whole, whole.survey, whole.variables.every
        self.names = [*self.survey.names, *(v.name for v, _ in self.every)]
        self.numbered = whole.variables.numbered
        said = whole.lookup.said
        self.scope = Scope(
            by_member(by_twins(said.declared, self.names), self.names, self.survey.bound),
            said.functions,
            defined=set(whole.needed),
            places=said.places,
            field=whole.field,
            norms=said.norms,
            by_entries=said.by_entries,
        )

    def made(self) -> Scope:
        """What is known of the names before typing."""
        scope, survey, names = self.scope, self.survey, self.names
        for name, other in self.whole.usage.squares.items():
            if other.full.endswith(INVERTED):
                scope.declared.setdefault(other.full, scope.declared.get(name, Declared()))
                _assume(scope, other.full, DEFINITE)
        scope.whole = {n.full for n in names if not n.sub} | {
            v.name.base if entry else v.name.full for v, entry in self.every
        }
        self._apart()
        if any(v.name.base == r"\pi" for v, _ in self.whole.variables.first) or is_array(r"\pi", survey):
            scope.declared.setdefault(r"\pi", Declared())
        for letter in sorted(traced_letters(survey) - scope.defined):
            scope.declared.setdefault(letter, Declared(kind=MATRIX_KIND))
        for letter in sorted(letters_on_diagonals(survey) - scope.defined):
            scope.declared.setdefault(letter, Declared(kind=VECTOR_KIND))
        if deltas_given(survey):
            scope.declared.setdefault(r"\delta", Declared())
        self._alone()
        self._by_entry()
        self._counting()
        self._number()
        self._index()
        self._given_slopes()
        self._tie()
        sizes = {n for d in scope.declared.values() if d.shape for s in d.shape for n in s.names}
        sizes |= {i.text for t in survey.over for i in t.data[1] if i.kind == "name"}
        scope.sizes = {s for s in sizes if s not in scope.declared}
        return scope

    def _apart(self) -> None:
        """Tell a name that stands by itself from the members of a family that is called so."""
        scope, survey, names = self.scope, self.survey, self.names
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
        for base in turned(survey) - scope.whole - set(self.whole.needed):
            known = scope.declared.get(base)
            if known is not None and not known.indexed and known.vector:
                scope.declared[base] = replace(known, shape=None, kind=None, indexed=True)

    def _alone(self) -> None:
        """Note that names are no families that stand by themselves."""
        scope, names = self.scope, self.names
        numbered = {n.base for n in names if n.sub or n.label}
        for name, known in tuple(scope.declared.items()):
            if known.indexed and known.family is None and known.shape == SCALAR and name in scope.whole:
                scope.declared[name] = replace(known, shape=None, indexed=False)
            elif known.indexed and name in scope.whole and name not in numbered:  # x beside samples x_i, of their kind
                scope.declared[name] = replace(known, indexed=False, family=None)

    def _by_entry(self) -> None:
        """Note the families of which one member is asked about, or of which members lie in a set."""
        scope, survey, names = self.scope, self.survey, self.names
        shown = arrays_among(survey.nodes) if any(len(entry) == 1 for _, entry in self.every) else set()
        for base in {v.name.base for v, entry in self.every if len(entry) == 1 and v.name.base in shown}:
            known = scope.declared.get(base, Declared())
            if known.shape is None and base not in self.whole.needed and base not in {n.full for n in names}:
                scope.declared[base] = replace(known, indexed=True)
        by_entry = (v.name.base for v, entry in self.every if len(entry) == 1 and v.name.base not in self.whole.needed)
        scope.declared |= asked_by_entry(by_entry, survey, scope.declared)
        for base in refuse_drawn(names):
            scope.declared[base] = replace(scope.declared.get(base, Declared()), indexed=True)
        scope.declared |= indicators(names, scope.declared)

    def _counting(self) -> None:
        """Note what the sums run over; refuse those whose terms depend on a variable, or that nothing tells apart."""
        scope, survey = self.scope, self.survey
        scope.bound = survey.bound
        scope.members = counted([n for n in survey.lowered if len(subscript(n)) == 1], survey.bound)
        arrays = {name for name, known in scope.declared.items() if known.shape is not None and not known.indexed}
        scope.masked = masked(survey, {*(v.name.base for v, _ in self.every), *scope.whole, *arrays})
        scope.sets = sets_in(survey)
        refuse_shared(survey, {v.name.base for v, _ in self.every})
        refuse_moving(survey, {*(v.name.base for v, _ in self.every), *self.whole.needed})
        by_entries = {d.name.base for d in self.whole.lookup.said.definitions if len(subscript(d.name)) == 2}
        refuse_lines(survey, [v.name for v, _ in self.every], self.whole.subject.own, by_entries)
        refuse_chosen(survey, [v.name for v, _ in self.every])
        refuse_among(survey, [v.name for v, _ in self.every])
        scope.varied = frozenset(v.name.full for v, _ in self.every)
        scope.gradient = any(is_nabla(ask.template) for ask, _ in self.whole.subject.members)
        scope.from_zero = from_zero(survey)

    def _tie(self) -> None:
        """Note the matrices whose entries are tied to one another, by what is asked or by their definitions."""
        scope, names = self.scope, self.names
        for of in covariances(tree for op in (INVERSE, LOGDET) for tree in self.survey.kinds.get(op, ())):
            for key in (of.full, of.base) if subscript(of) else (of.full,):
                _assume(scope, key, "symmetric")
        for tree in self.survey.kinds.get(CHOLESKY, ()):
            if tree.args[0].op == "name":
                _assume(scope, tree.args[0].data.full, "positive definite")
        for variable, _ in self.whole.variables.first:
            triangular = "lower triangular" in scope.declared.get(variable.name.full, Declared()).assume
            symmetric = variable.half and not triangular
            if tied := "symmetric" if symmetric else self.whole.problem.tied:
                _assume(scope, variable.name.full, tied)
        defined = {d.name.full for d in self.whole.lookup.said.definitions}
        untied = {v.name.full: None for v, entry in self.whole.variables.first if not entry}
        others = (n.full for n in names if n.full in defined and not subscript(n) and capital(n.full))
        untied |= {name: None for name in others if name not in self.whole.needed}
        for name in untied:
            if self._symmetric_by_definition(name):
                _assume(scope, name, "symmetric")
        for name in self.whole.needed:  # what is put in is as its definition has it, whatever words say
            known = scope.declared.get(name, Declared())
            if not SYMMETRIC.isdisjoint(known.assume) and not self._symmetric_by_definition(name):
                scope.declared[name] = replace(known, assume=known.assume - SYMMETRIC)

    def _given_slopes(self) -> None:
        """Refuse gradients at points that vary; Hessians are symmetric."""
        scope, survey = self.scope, self.survey
        own = {as_typed(n.full) for n in survey.lowered if n.full not in scope.numbered} if survey.slopes else ()
        for tree in survey.slopes:
            if varies(tree.data, self.whole.usage.stops, survey.bound, own, self.whole.lookup.said.definitions):
                help = "ask for one derivative, of a whole function"
                raise fail("unsupported", "a derivative inside a formula", tree.span, help)
            if is_hessian(tree.data):
                _assume(scope, tree.data.full, "symmetric")

    def _number(self) -> None:
        """Note the names that are entries by number, and how many entries there are where only those tell."""
        scope, survey, names = self.scope, self.survey, self.names
        bases = [v.name.base for v, entry in self.every if entry or not v.name.sub]
        if not self.whole.numbering or any(t.data.first == "0" for t in survey.over):
            refuse_numbered(survey, scope.bound, bases)
            whole = {n.base for n in survey.names if not n.sub} | scope.declared.keys()
            blocks = {v.name.base for v, entry in self.every if entry or not v.name.sub or v.name.base in whole}
            found = block_among(survey.nodes, blocks, scope.declared)
            if found is not None:
                message = f"{found.data.full} beside {found.data.base}: a block of it, of which nothing says the size"
                help = "write the block as E^TXE, with a matrix E that selects"
                raise OfABlock(fail("unsupported", message, found.span, help).diagnostics)
            return
        variables = {v.name.full for v, entry in self.every if not v.name.sub}
        own = {n for n in self.whole.subject.own if n not in {v.name.full for v, _ in self.every}}
        made_of = {t.data.base for name, (_, tree) in self.whole.needed.items() for t in walk(tree)
                   if t.op == "name" and t.data.base == name}  # fmt: skip
        whole = variables | (self.whole.needed.keys() - made_of)
        scope.numbered = entries_by_number(names, scope.bound, scope.declared, own | self.whole.needed.keys(), whole)
        scope.numbered = {n: place for n, place in scope.numbered.items() if place[0] not in made_of}
        if not scope.numbered:
            return
        self.numbered |= any(n.full in scope.numbered for n in survey.names)
        alone = variables - {n.base for n in survey.names if n.full not in scope.numbered}
        for base, shape in sizes_shown(p for p in scope.numbered.values() if p[0] in alone).items():
            known = scope.declared.get(base, Declared())
            if known.shape is None and not known.indexed and shape != SCALAR:
                scope.declared[base] = replace(known, shape=shape)

    def _index(self) -> None:
        """Note the letters that are indices though no sum binds them."""
        scope, survey, names = self.scope, self.survey, self.names
        if self.whole.tree.op == "entry":
            scope.indices.update((i.text, None) for i in self.whole.tree.data if i.kind == "name")
        places = [t.data[1] for t in survey.kinds.get("spectral", ()) if len(t.data[1]) == 1 and t.data[1].isalpha()]
        scope.indices.update(dict.fromkeys(i for i in places if i not in scope.bound))
        entries = survey.kinds.get("entry", ())
        loose = {i.text for t in entries for i in t.data if i.kind == "name" and i.text in ENTRIES}
        scope.indices.update(dict.fromkeys(sorted(loose - scope.bound - scope.whole - scope.declared.keys())))
        scope.indices.update(dict.fromkeys(beside(names, scope.bound, scope.declared)))
        scope.indices.update(dict.fromkeys(sorted(self.whole.subject.entries)))
        counting = {i for n in names for i in subscript(n)} if any(entry for _, entry in self.every) else set()
        for letters in (
            *(entry for _, entry in self.every),
            *(t.entry for _, t in self.whole.subject.members),
            self.whole.subject.members_asked & counting,
        ):
            scope.indices.update(dict.fromkeys(letters))
        scope.indices.update(self.whole.lookup.said.indices)
        scope.indices = {name: size for name, size in scope.indices.items() if not name.isdigit()}

    def _symmetric_by_definition(self, name: str) -> bool:
        r"""Whether a name stands for what is its own transpose by definition, such as `K = \sigma^2R + \tau I`."""
        found = None if self.whole.field.complex else self.whole.lookup.definition(name)
        plain = found is not None and not (subscript(found.name) or found.parameters)
        return found is not None and plain and own_transpose(found, self.scope, self.whole.parse)
