"""What the words around formulas say of names: "A is an n×p matrix", "a symmetric matrix A", "vectors of length n".

The words stand in one table for each language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from texgrad.algebra import SCALAR, Shape, shape_of
from texgrad.reader.declare import PROPERTIES, Said, declare_name, declared, properties_in, read_name
from texgrad.reader.names import MATRIX_KIND, VECTOR_KIND, parse_sizes
from texgrad.reader.problem import Source
from texgrad.reader.statements import Formula

# what people call things: the word -> the kind
KINDS: Mapping[str, int | None] = {
    "vector": VECTOR_KIND, "vectors": VECTOR_KIND, "matrix": MATRIX_KIND, "matrices": MATRIX_KIND,
    "scalar": None, "scalars": None, "number": None, "numbers": None,
}  # fmt: skip
_THING = "|".join(sorted(KINDS, key=len, reverse=True))
_VERB = (r"(?:(?:is|are|be|being|denotes?)\s+(?:assumed\s+to\s+be\s+)?|(?:all|both)\s+be\s+|"
         r"(?:is|are)\s+(?:all|both)\s+)")  # fmt: skip
_ARTICLE = r"(?:an?\s+|the\s+|some\s+)?"
LIST = re.compile(r"\s*(?:,\s*(?:and|or)?|and|or|&)\s*", re.I)
# words that end what is said of a thing: "an eigenvector of the matrix" is no matrix
_ENDS = "and|or|of|to|by|for|in|on|at|from|with|as|that|which|whose|where|when|if|so|such"
_WORD = rf"(?!(?:{_ENDS}|{_THING})\b)[\w-]+\s+"
_WHICH = r"\W*(?P<which>which\s+|that\s+|where\s+it\s+)?"
OPEN = re.compile(rf"{_WHICH}(?:{_VERB}{_ARTICLE}|an?\s+)(?:{_WORD}){{0,3}}", re.I)  # the size comes next
CLOSED = re.compile(rf"{_WHICH}{_VERB}(?P<what>[^.;]*)", re.I)
# "the determinant of A is …" speaks of no A, "if A is symmetric" of some A
OWNED = re.compile(
    rf"\b(?:of|in|for|by|to|from|on|with|than)\s+(?:the\s+|an?\s+|each\s+)?(?:(?:{_THING})\s+)?$", re.I
)
ENDED = re.compile(r"[.;:,]")
CONDITION = re.compile(r"\b(?:if|when|whenever|unless|provided|in\s+(?:the\s+)?case|"
                       r"for(?!\s+(?:an?|any|all|every|each|the|some|given)\b))\b[^.;:,]*$", re.I)
OF_SIZE = re.compile(r"\s*(?:of|with|has|have|having)\s+(?:the\s+)?(?:length|sizes?|dimensions?|shape|order)\s*", re.I)
SIZED = re.compile(
    rf"\s*(?:-\s*)?(?:dimensional\s+)?(?P<words>(?:{_WORD}){{0,4}})(?P<thing>{_THING})\b(?P<rest>.*)", re.I | re.S
)
HEAD = re.compile(rf"(?P<words>(?:(?!(?:{_ENDS})\b)[\w-]+[\s,]+){{0,5}})(?P<thing>{_THING})\s*$", re.I)
_PROPERTY = f"(?:{'|'.join(PROPERTIES)})"
ADJECTIVES = re.compile(rf"(?P<words>(?:{_PROPERTY}[\s,]*(?:and\s+)?)*{_PROPERTY})\s*$", re.I)
IN_WORDS = re.compile(r"\b(\w)\s*(?:×|x|\\times|by|\*)\s*(\w)\b[^.;]*\bmatri", re.I)
THING = re.compile(rf"\s*{_ARTICLE}(?:{_WORD}){{0,4}}(?P<thing>{_THING})\b", re.I)


@dataclass
class _Found:
    """What is known so far of the names of a list: their shape, kind and properties."""

    shape: Shape | None = None
    kind: int | None = None
    assume: tuple[str, ...] = ()


def _thing(word: str) -> _Found:
    kind = KINDS[word.lower()]
    return _Found(SCALAR if kind is None else None, kind)


def _names(formula: Formula) -> list[str]:
    """The names of which a formula consists, `z, x`."""
    found = [read_name(s.sides[0]) if len(s.sides) == 1 else None for s in formula.statements]
    return [n.full for n in found if n is not None] if all(found) else []


class _Reader:
    """Goes through the formulas of a text in order."""

    def __init__(self, said: Said) -> None:
        self.said = said
        self.subjects: list[str] = []
        self.known = _Found()
        self.awaited = False  # a size, for the subjects
        self.announced: _Found | None = None  # a thing of a known size, whose name comes next
        self.conditional = False

    def properties(self, text: str) -> tuple[str, ...]:
        """The properties that words name, unless they are those of a case: "if A is symmetric"."""
        return () if self.conditional else properties_in(text)

    def before(self, text: str) -> tuple[str, ...]:
        """The properties in the words right before a name, "a symmetric kernel matrix" or "symmetric"."""
        found = HEAD.search(text) or ADJECTIVES.search(text)
        return self.properties(found["words"]) if found else ()

    def read(self, source: Source, formula: Formula) -> None:
        """One formula and the words around it."""
        if CONDITION.search(source.before):
            self.conditional = True
        elif ENDED.search(source.before) and not LIST.fullmatch(source.before):
            self.conditional = False
        sizes = parse_sizes(formula.items)
        thing = SIZED.match(source.after)
        if sizes is not None and self.awaited and (thing or str(sizes[1]) != "1" or OF_SIZE.search(source.before)):
            self.sized(sizes, source.after, thing)
            return
        names = _names(formula)
        hyphen = re.match(r"\s*-\s*(?:dimensional|vector)", source.after)
        if sizes is not None and thing and (hyphen or not names):
            self.announced = _thing(thing["thing"])
            self.announced.shape = sizes if self.announced.kind is not None else SCALAR
            self.announced.assume = (*self.before(source.before), *self.properties(thing["words"]))
            if thing["rest"].strip():
                self.announced = None
            self.subjects, self.awaited = [], False
        elif names:
            self.named(names, source)
        else:
            self.subjects, self.awaited, self.announced = [], False, None
            self.declaration(source, formula)

    def sized(self, sizes: Shape, after: str, thing: re.Match[str] | None) -> None:
        """The size that was awaited."""
        kind = KINDS[thing["thing"].lower()] if thing else self.known.kind
        one = str(sizes[1]) == "1"
        if kind == MATRIX_KIND and one:
            sizes = (sizes[0], sizes[0])
        words = (thing["words"] if thing else "") + " " + re.split(r"[,.;]|\band\b", after)[0]
        for name in self.subjects:
            self.said.add(name, sizes, (*self.known.assume, *self.properties(words)))
        self.subjects, self.awaited, self.known = [], False, _Found()

    def named(self, names: list[str], source: Source) -> None:
        """Names, and what the words before and after say of them."""
        if not self.subjects:
            self.known = self.announced or _Found()
            if not self.announced and (head := HEAD.search(source.before)):
                self.known = _thing(head["thing"])
            self.known.assume = (*self.known.assume, *self.before(source.before))
        self.announced = None
        self.subjects = [*self.subjects, *names]
        for name in names:
            self.said.add(name, self.known.shape, self.known.assume, kind=self.known.kind)
        self.awaited = False
        if LIST.fullmatch(source.after):
            return
        owned = bool(OWNED.search(source.before)) and len(self.subjects) == len(names)
        opened, closed = OPEN.fullmatch(source.after), CLOSED.match(source.after)
        if OF_SIZE.fullmatch(source.after) or (opened and (opened["which"] or not owned)):
            self.awaited = True
            self.known.assume = (*self.known.assume, *self.properties(source.after))
            return
        if closed and (closed["which"] or not owned):
            self.described(closed["what"])
        self.subjects = []

    def described(self, what: str) -> None:
        """A description of the subjects that holds no formula."""
        shape: Shape | None = None
        kind: int | None = None
        first = re.split(r",|\band\s*$", what)[0]
        if size := IN_WORDS.search(what):
            shape = shape_of(size[1], size[2])
        elif thing := THING.match(first):
            found = _thing(thing["thing"])
            shape, kind = found.shape, found.kind
        for name in self.subjects:
            self.said.add(name, shape, self.properties(what), kind=kind)

    def declaration(self, source: Source, formula: Formula) -> None:
        """The properties in the words around a declaration: "Let $K \\in …$ be a symmetric kernel matrix"."""
        after = CLOSED.match(source.after)
        words = self.properties(after["what"].split(",")[0]) if after else ()
        for name, shape, _ in declared(formula):
            declare_name(self.said, name, shape, (*self.before(source.before), *words))


def declare_words(sources: Sequence[Source], formulas: Sequence[Formula | None], said: Said) -> None:
    """Note what the words around formulas say."""
    reader = _Reader(said)
    for source, formula in zip(sources, formulas, strict=True):
        if formula is not None:
            reader.read(source, formula)
