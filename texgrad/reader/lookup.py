"""Definitions looked up by the names they define."""

from __future__ import annotations

from dataclasses import replace

from texgrad.immutable import immutable
from texgrad.reader.names import Declared, subscript
from texgrad.reader.noises import noisy
from texgrad.reader.said import Definition, Said
from texgrad.reader.tree import Name


@immutable
class Lookup:
    """Which definitions count.

    asides: whether those of other sections that are not called so. models: whether equations with a noise in them
    define what they say is observed.
    """

    said: Said
    asides: bool = True
    models: bool = True

    def definition(self, name: str) -> Definition | None:
        """The definition by which a name is to be replaced, if it is one that counts."""
        for found in self.said.defined(name):
            model = not self.models and noisy(found) and found.formula.source.offset >= 0
            counts = (self.asides or found.explicit or not found.formula.source.aside) and not model
            if counts:
                known = self.said.declared.get(name)
                called = known is not None and replace(known, assume=frozenset()) == Declared()
                return found if found.explicit or known is None or called else None
        return None

    def family(self, name: Name) -> Definition | None:
        """A definition such as `z_i = …` for another index."""
        letters = subscript(name)
        for found in self.said.families(name.base, len(letters)) if letters else ():
            if len(set(subscript(found.name))) < len(letters):  # \Sigma_{yy}, a label
                continue
            if self.models or not noisy(found) or found.formula.source.offset < 0:
                return found
        return None
