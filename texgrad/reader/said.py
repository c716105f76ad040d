"""What is known of the names of a document: declarations and definitions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from texgrad.immutable import immutable, lazy
from texgrad.reader.fields import SQUARE
from texgrad.reader.items import Items
from texgrad.reader.lines_said import Line
from texgrad.reader.names import Called, Declared, subscript
from texgrad.reader.nested import letters
from texgrad.reader.statements import Formula
from texgrad.reader.tree import Name
from texgrad.shapes import SCALAR, Dim, Shape
from texgrad.source import Span

_IMPLIED = {"positive definite": ("symmetric",), "negative definite": ("symmetric",)}


@immutable
class Definition:
    """A name given to an expression: `M = XA^T`, `f(X) = …`; `more`: what it is set equal to besides."""

    name: Name
    parameters: tuple[str, ...]
    right: Items
    latex: str
    formula: Formula
    span: Span
    explicit: bool
    more: tuple[Items, ...] = ()

    @lazy
    def letters(self) -> frozenset[str]:
        """The letters on its right side."""
        return frozenset(letters((self.right,)))


_Sorted = tuple[dict[str, list[Definition]], dict[tuple[str, int], list[Definition]]]


@dataclass
class Said:
    """All that was said: declarations by canonical name, sizes of indices, definitions in order of appearance.

    functions: those without a formula. real: names that are said to be real.
    norms: what the words call norms of matrices. primed: letters that are other letters with a prime.
    apart: letters of families that stand for something else, too.
    joined: names of several letters. valued: functions with their arguments whose entries are defined.
    layers: letters above names that number layers. by_entries: whether the words call `*` the Hadamard product.
    places: where names are declared. lines: letters of rows and columns. picked: families whose members more than an
    index picks.
    """

    declared: dict[str, Declared]
    indices: dict[str, Dim]
    definitions: list[Definition]
    functions: dict[str, Called] = field(default_factory=dict)
    real: set[str] = field(default_factory=set)
    norms: str = ""
    primed: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()
    joined: frozenset[str] = frozenset()
    valued: frozenset[str] = frozenset()
    layers: frozenset[str] = frozenset()
    picked: frozenset[str] = frozenset()
    by_entries: bool = False
    places: dict[str, Span] = field(default_factory=dict)
    lines: Mapping[str, Line] = field(default_factory=dict)
    _known: tuple[tuple[int, int], _Sorted] | None = field(default=None, init=False, compare=False, repr=False)

    def defined(self, name: str) -> Sequence[Definition]:
        """The definitions of a name, the last one first."""
        return self._sorted()[0].get(name, ())

    def families(self, base: str, indices: int) -> Sequence[Definition]:
        """The definitions of members of a family, `z_i = …`, with so many indices, the last one first."""
        return self._sorted()[1].get((base, indices), ())

    def _sorted(self) -> _Sorted:
        """The definitions by their names, and those of members by their letters; sorted anew when there are more."""
        state = len(self.definitions), id(self.definitions[-1]) if self.definitions else 0
        if self._known is None or self._known[0] != state:
            named: dict[str, list[Definition]] = {}
            members: dict[tuple[str, int], list[Definition]] = {}
            for made in reversed(self.definitions):
                named.setdefault(made.name.full, []).append(made)
                if made.name.sub:
                    members.setdefault((made.name.base, len(subscript(made.name))), []).append(made)
            self._known = state, (named, members)
        return self._known[1]

    def copy(self) -> Said:
        """The same, to which more can be added."""
        return replace(self, declared=dict(self.declared), indices=dict(self.indices),
                       definitions=list(self.definitions), functions=dict(self.functions),
                       real=set(self.real))  # fmt: skip

    def add(self, name: str, shape: Shape | None = None, assume: Iterable[str] = (), family: Dim | None = None,
            indexed: bool = False, kind: int | None = None) -> None:  # fmt: skip
        """Note something about a name, keeping what is known of it; with another shape it is another thing."""
        known = self.declared.get(name, Declared())
        if shape is None and kind is None and family is None and not indexed and not assume:
            return  # a mention
        if shape == SCALAR and known.vector and tuple(assume) == ("positive",):
            shape = None  # \sigma > 0 of a vector holds entry by entry
        if shape is not None and known.shape not in (None, shape):
            known = Declared()
        properties = set(assume)
        if "real" in properties:
            properties.remove("real")
            self.real.add(name)
            known = replace(known, assume=known.assume - {"complex"})
        elif "complex" in properties:
            self.real.discard(name)
        for one in tuple(properties):
            properties.update(_IMPLIED.get(one, ()))
        if shape is not None and shape[0] != shape[1]:
            known = replace(known, assume=known.assume - SQUARE)
        self.declared[name] = replace(
            known, shape=shape or known.shape, assume=known.assume | properties, family=family or known.family,
            kind=known.kind if kind is None else kind, indexed=indexed or family is not None or known.indexed,
        )  # fmt: skip
