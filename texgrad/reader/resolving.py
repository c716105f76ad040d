"""The variables of requests as the function has them: twins in another font, conjugates, entries and members."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from texgrad.immutable import immutable, lazy
from texgrad.operators import WHOLE_LINE
from texgrad.reader.conjugates import unbarred
from texgrad.reader.counting import beside, counted
from texgrad.reader.fields import Field
from texgrad.reader.functions import bare_among, twin_of
from texgrad.reader.lookup import Lookup
from texgrad.reader.names import subscript
from texgrad.reader.numbered import entries_by_number
from texgrad.reader.request import Asked
from texgrad.reader.scripts import line_at
from texgrad.reader.subject import Subject, asked_indices
from texgrad.reader.survey import Survey
from texgrad.reader.targets import Target, only
from texgrad.reader.tree import Name
from texgrad.reader.variables import Variable, Varied


@immutable
class Variables:
    """What is asked about: in each request, and the other variable where there is one; with the indices they carry.

    numbered: whether one is an entry by its number, x_1 of x.
    """

    first: tuple[Varied, ...]
    second: tuple[Varied | None, ...]
    numbered: bool

    @lazy
    def every(self) -> tuple[Varied, ...]:
        """All of them, the first ones first."""
        return (*self.first, *(s for s in self.second if s is not None))


@immutable
class Resolving:
    """Requests are read beside the function `survey`; numbering: whether x_1 beside x is an entry of it."""

    subject: Subject
    field: Field
    squares: Mapping[str, Name]
    survey: Survey
    numbering: bool

    def variables(self) -> Variables:
        """The variables of all requests."""
        members = self.subject.members
        first = [self._variable(ask, target) for ask, target in members]
        second = [None if ask.second is None else self._variable(replace(ask, variable=ask.second), target)
                  for ask, target in members]  # fmt: skip
        numbered = any(found[1] for found in (*first, *second) if found is not None)
        return Variables(tuple(v for v, _ in first), tuple(s and s[0] for s in second), numbered)

    def _variable(self, ask: Asked, target: Target) -> tuple[Varied, bool]:
        """The variable of a request with the indices it carries, and whether it is an entry by its number."""
        subject, said = self.subject, self.subject.said
        found = ask.variable
        if found is None:
            found = Variable(only(ask, target, self.survey), False, False, ask.span)
        if found.name in subject.parameters.values():
            return (found, ()), False
        names, bound = self.survey.names, self.survey.bound
        bound = bound.union(beside(names, bound, said.declared))
        line = line_at(found.name.sub)
        below = asked_indices(found, subject.lettered)
        if line is not None:
            below = (line[1], WHOLE_LINE) if line[0] == "row" else (WHOLE_LINE, line[1])
        present = {n.base for n in names} | subject.defined_letters
        if self.field.complex and (letter := unbarred(found.name.base, present, subject.own)):
            found = replace(found, name=Name(letter, found.name.sub, found.name.label), part="conjugate")
        if found.name.full in (name.full for name in self.squares.values()):
            return (found, below if found.name.base.removesuffix("^2") in counted(names, bound) else ()), False
        if found.name.base not in present:
            twin = twin_of(found.name.base, present)
            if twin is None and len(below) == 2 and found.name.base.upper() in present:
                twin = found.name.base.upper()  # x_{ij} is an entry of X
            found = found if twin is None else replace(found, name=Name(twin, found.name.sub, found.name.label))
        bases = counted(names, bound)
        there = below[:1] and below[0] in subject.defined_counters and found.name.base in subject.defined_letters
        known = found.name.full in said.declared and found.name.base not in bases and not there
        if line is not None or (below and all(i in said.indices for i in below)):
            return (found, below), False
        same = (n for n in names if n.full == found.name.full and n.base not in bases)
        if below and not known and not any(bound.isdisjoint(subscript(n)) for n in same):  # it is no label
            return (found, below), False
        numbered = self._by_number(found, bound)
        return numbered or (found, ()), numbered is not None

    def _by_number(self, found: Variable, bound: Collection[str]) -> Varied | None:
        """The variable x_1 as an entry of x, where x stands in the function or a definition."""
        if not self.numbering or not found.name.sub:
            return None
        base, said = found.name.base, self.subject.said
        known = Lookup(said).definition(base)
        if known is not None and base in known.letters:  # x = (x_1, x_2)
            return None
        alone = {d.name.full for d in said.definitions}
        alone |= {base} if any(bare_among(d.right, base) for d in said.definitions) else set()
        places = entries_by_number([*self.survey.names, found.name], bound, said.declared, self.subject.own, alone)
        place = places.get(found.name.full)
        return None if place is None else (replace(found, name=Name(place[0], found.name.sub)), place[1])
