"""Whether a function that is asked about, its definitions and requests speak of complex numbers."""

from __future__ import annotations

from collections.abc import Callable

from texgrad.reader.conjugates import COMPLEX_LETTERS, field_of, meaning, names_of, only_real, speaks, unbarred
from texgrad.reader.fields import REALS, Field
from texgrad.reader.functions import by_twins
from texgrad.reader.items import Items
from texgrad.reader.lookup import Lookup
from texgrad.reader.needed import MAX_INLINED
from texgrad.reader.parsing import Surveys
from texgrad.reader.subject import Subject
from texgrad.reader.tree import Tree
from texgrad.source import TexgradError


def spoken_field(subject: Subject, tree: Callable[[Items], Tree], surveys: Surveys, wanted: bool) -> tuple[
        Field, Callable[[Tree], Tree]]:  # fmt: skip
    """The field, and what conjugates mean in it; wanted: whether the problem asks for a part or a conjugate."""
    said, lookup = subject.said, Lookup(subject.said)
    trees, seen = [tree(subject.target.items)], {""}
    for one in trees if said.definitions else ():
        if len(trees) > MAX_INLINED:
            break
        within = surveys(one).kinds
        for name in dict.fromkeys(n for op in ("name", "call") for t in within.get(op, ()) for n in names_of(t)):
            if name not in seen and (found := lookup.definition(name)) is not None:
                try:
                    trees.append(tree(found.right))
                except TexgradError:
                    continue
            seen.add(name)
    variables = [v for ask, _ in subject.members for v in (ask.variable, ask.second) if v is not None]
    survey = surveys(*trees)
    names = [*survey.names, *(v.name for v in variables)]
    present = {n.base for n in survey.names}
    bars = [v.name.base for v in variables if v.name.base not in present]
    barred = any(unbarred(name, present, subject.own) in COMPLEX_LETTERS for name in bars)
    parts = barred or any(v.part for v in variables)
    if not wanted and not parts and not speaks(survey, names, by_twins(said.declared, names)):
        return REALS, only_real
    known = {n.full for n in names} | said.declared.keys()
    return field_of(survey, said.real, parts), meaning(survey, known, subject.own)
