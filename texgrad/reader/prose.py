"""What the words around formulas say of names: "A is an n×p matrix", "a symmetric matrix A", "vectors of length n"."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from texgrad.operators.transposes import SYMMETRIC
from texgrad.reader.declare import declare_name, note_place, properties_in
from texgrad.reader.domains import domain
from texgrad.reader.items import Items
from texgrad.reader.names import CROSSES, MATRIX_KIND, ROW_KIND, parse_size, parse_sizes
from texgrad.reader.problem import Source
from texgrad.reader.said import Said
from texgrad.reader.shown import Shown, shown_by
from texgrad.reader.statements import Formula
from texgrad.reader.tree import Name
from texgrad.reader.wording import (
    ADJECTIVES,
    APPENDED,
    APPOSED,
    BOTH,
    BRACKET,
    BY,
    CALLED,
    CELLS,
    CLAUSE,
    CLOSED,
    CONDITION,
    COUNTED,
    DESCRIBED,
    ENDED,
    FOR,
    HEAD,
    HYPHEN,
    IN_WORDS,
    INTRODUCED,
    KINDS,
    LIST,
    LISTED,
    LONG,
    OF_ANOTHER,
    OPEN,
    OWNED,
    ROWS,
    SET_NEXT,
    SIZE_ENDS,
    SIZE_NEXT,
    SIZED,
    THING,
    WITH,
    P,
)
from texgrad.remembered import remembered
from texgrad.shapes import ONE, SCALAR, Dim, Shape, shape_of

# the same words stand around a formula for every question of its page
_head, _owned = remembered()(HEAD.search), remembered()(OWNED.search)
_appended, _closed = remembered()(APPENDED.match), remembered()(CLOSED.match)
_sized, _both = remembered()(SIZED.match), remembered()(BOTH.search)
_AWAITING = tuple(
    (remembered()(pattern.fullmatch), what)
    for pattern, what in ((SIZE_NEXT, "size"), (SET_NEXT, "set"), (OPEN, "open"))
)


@dataclass
class _Found:
    """What is known so far of the names of a list: their shape, kind and properties."""

    shape: Shape | None = None
    kind: int | None = None
    assume: tuple[str, ...] = ()


def _thing(word: str) -> _Found:
    name = next(name for name in KINDS if re.fullmatch(P[name], word, re.I))
    return _Found(SCALAR if KINDS[name] is None else None, KINDS[name])


def _size(word: str) -> Dim:
    """The size that a letter or a number is."""
    return Dim.of(int(word) if word.isdigit() else word)


def _pair(items: Items) -> Shape | None:
    r"""The shape that `(d, k)` or `n \times p` is."""
    if len(items) > 4 and items[0].text == "(" and items[-1].text == ")":
        cut = next((k for k, i in enumerate(items) if i.text == ","), 0)
        sizes = (parse_size(items[1:cut]), parse_size(items[cut + 1 : -1])) if cut else (None, None)
        return None if sizes[0] is None or sizes[1] is None else shape_of(sizes[0], sizes[1])
    return parse_sizes(items)


@remembered()
def _attributes(text: str) -> str:
    """The words right before a name that say what it is like."""
    if found := HEAD.search(text):
        return f"{found['words']} {found['thing']}"
    found = ADJECTIVES.search(text) or CALLED.search(text)
    return found["words"] if found else ""


@remembered()
def _conditional(text: str, before: bool) -> bool:
    """Whether what follows the words is said of a case only; `before`: whether what they follow was."""
    if CONDITION.search(text):
        return True
    return before and not (ENDED.search(text) and not LIST.fullmatch(text))


class _Reader:
    """Goes through the formulas of a text in order."""

    def __init__(self, said: Said) -> None:
        self.said = said
        self.subjects: list[Name] = []
        self.recent: list[Name] = []  # the names that were spoken of, in order
        self.where: Formula | None = None  # the formula that holds the subjects
        self.known = _Found()
        self.awaited = ""  # a size, or a set, for the subjects
        self.bracketed = False  # behind a bracket
        self.partial: Shape | None = None  # the n of "n by p"
        self.announced: _Found | None = None  # a thing of a known size, whose name comes next
        self.conditional = False
        self.defined = False  # whether the formula before defines something

    def declare(self, name: Name, shape: Shape | None, assume: Sequence[str], kind: int | None = None) -> None:
        """Note what is said of a name, and where."""
        declare_name(self.said, name, shape, assume, kind)
        if self.where is not None:
            note_place(self.said, name, shape, self.where)

    def properties(self, text: str) -> tuple[str, ...]:
        """The properties that words name, unless they are those of a case: "if A is symmetric"."""
        return () if self.conditional else properties_in(text)

    def before(self, text: str) -> tuple[str, ...]:
        """The properties in the words right before a name, "a symmetric kernel matrix" or "symmetric"."""
        return self.properties(_attributes(text))

    def read(self, source: Source, formula: Formula, asks: bool = False) -> None:
        """One formula and the words around it, which may go on about the last two names: "Both are symmetric".

        asks: whether its sentence asks, so that it says what is asked about.
        """
        self.formula(source, formula, asks)
        both = _both(source.after)
        if both is None or len(pair := list({n.full: n for n in self.recent[-2:]}.values())) < 2:
            return
        self.known = _Found(assume=self.properties(both["what"] or both["inside"] or ""))
        for name in pair:
            self.declare(name, None, self.known.assume)
        if both.end() == len(source.after):
            self.subjects, self.awaited = pair, "open"

    def formula(self, source: Source, formula: Formula, asks: bool) -> None:
        """One formula and the words that are about its names."""
        added = self.defined and FOR.fullmatch(source.before)
        self.conditional = not (asks or added) and _conditional(source.before, self.conditional)
        shown = formula.once(shown_by)
        self.defined = shown.defines
        if self.awaited and self.completed(source, formula):
            return
        sizes, names, thing = shown.sizes, shown.names, _sized(source.after)
        if sizes is not None and thing and (HYPHEN.match(source.after) or not names):
            self.announced = self.with_size(_thing(thing["thing"]), sizes)
            self.announced.assume = (*self.before(source.before), *self.properties(thing["words"]))
            if thing["rest"].strip():
                self.announced = None
            self.subjects, self.awaited = [], ""
        elif names:
            self.where = formula
            self.named(names, source)
        else:
            self.subjects, self.awaited, self.announced = [], "", None
            self.declaration(source, shown)

    def with_size(self, found: _Found, sizes: Shape) -> _Found:
        """The thing with its shape: a square matrix of order n, a row of length n."""
        if found.kind == MATRIX_KIND and sizes[1] == ONE:
            sizes = (sizes[0], sizes[0])
        if found.kind == ROW_KIND and sizes[1] == ONE:
            sizes = (ONE, sizes[0])
        return _Found(SCALAR if found.shape == SCALAR else sizes, found.kind, found.assume)

    def completed(self, source: Source, formula: Formula) -> bool:
        """Whether the formula is the size or the set that was awaited."""
        if self.awaited == "set":
            found = domain(formula.items)
            if found is not None:
                self.concluded(found[0], found[1])
            return found is not None
        sizes = _pair(formula.items)
        if sizes is None:
            return False
        joined = self.partial is not None
        if self.partial is not None:
            sizes, self.partial = shape_of(self.partial[0], sizes[0]), None
        elif sizes[1] == ONE and BY.fullmatch(source.after):
            self.partial = sizes
            return True
        thing = _sized(source.after)
        if self.awaited == "open" and not (joined or thing) and sizes[1] == ONE:
            return False
        if self.bracketed and sizes[1] == ONE and not (joined or SIZE_ENDS.match(source.after)):  # x (where A …)
            return False
        if self.awaited == "with" and sizes[1] == ONE and not joined:
            if ROWS.fullmatch(source.after):
                self.partial = sizes
                return True
            if not COUNTED.match(source.after) or self.known.kind == MATRIX_KIND:
                return False
        if self.awaited == "cell" and not any(i.text in CROSSES for i in formula.items):
            return False
        found_thing = _thing(thing["thing"]) if thing else self.known
        words = (thing["words"] if thing else "") + " " + CLAUSE.split(source.after)[0]
        self.concluded(self.with_size(found_thing, sizes).shape or sizes, self.properties(words))
        return True

    def concluded(self, shape: Shape, assume: Sequence[str]) -> None:
        """What was awaited is there."""
        for name in self.subjects:
            self.declare(name, shape, (*self.known.assume, *assume))
        self.subjects, self.awaited, self.known = [], "", _Found()

    def named(self, names: list[Name], source: Source) -> None:
        """Names, and what the words before and after say of them."""
        if not self.subjects or self.awaited:
            self.subjects = []
            self.known = self.announced or _Found()
            if not self.announced and (head := _head(source.before)):
                self.known = _thing(head["thing"])
            self.known.assume = (*self.known.assume, *self.before(source.before))
        self.announced = None
        self.recent += names
        self.subjects = [*self.subjects, *names]
        for name in names:
            self.declare(name, self.known.shape, self.known.assume, self.known.kind)
        self.awaited, self.partial = "", None
        after = LISTED.sub(" is ", source.after, count=1)
        if LIST.fullmatch(after):
            return
        owned = bool(_owned(source.before)) and len(self.subjects) == len(names)
        for awaiting, awaited in _AWAITING:
            found = awaiting(after)
            if found is not None and (found["which"] or not owned or awaited == "size"):
                self.expected(found, awaited, after)
                return
        if CELLS.fullmatch(source.after):
            self.described(after)
            self.awaited = "cell"
            return
        if appended := _appended(after):
            for name in self.subjects:
                self.declare(name, None, self.properties(appended["words"]))
        elif (closed := _closed(after)) and (
            closed["which"] or not owned or APPOSED.match(after)
            or (INTRODUCED.search(source.before) and DESCRIBED.match(after))
        ):  # fmt: skip
            self.described(closed["what"])
        self.subjects = []

    def expected(self, found: re.Match[str], awaited: str, after: str) -> None:
        """A size or a set comes next; what stands before it is said of the subjects, too."""
        groups = found.groupdict()
        words = groups.get("words") or ""
        thing = _thing(groups["thing"]) if groups.get("thing") else _Found()
        if groups.get("thing"):
            self.known.kind, self.known.shape = thing.kind, thing.shape
        said = self.properties(words)
        for name in self.subjects if thing.kind is not None or thing.shape is not None or said else ():
            self.declare(name, thing.shape, said, thing.kind)
        self.awaited = "with" if awaited == "size" and WITH.fullmatch(after) else awaited
        self.bracketed = BRACKET.fullmatch(after) is not None
        self.known.assume = (*self.known.assume, *said)

    def described(self, what: str) -> None:
        """A description of the subjects that holds no formula."""
        shape: Shape | None = None
        kind: int | None = None
        first = re.split(rf",|\b(?:{P['and']})\s*$", what)[0]
        if size := IN_WORDS.match(what):
            shape = shape_of(_size(size[1]), _size(size[2]))
        elif size := LONG.match(what):
            shape = shape_of(_size(size[1]))
        elif thing := THING.match(first):
            found = _thing(thing["thing"])
            shape, kind = found.shape, found.kind
        for name in self.subjects:
            self.declare(name, shape, self.properties(OF_ANOTHER.split(what)[0]), kind)

    def declaration(self, source: Source, shown: Shown) -> None:
        """The properties in the words around a declaration: "Let $K \\in …$ be a symmetric matrix"."""
        self.recent += shown.defined
        words = self.around(source) if shown.declared or shown.defined else ()
        for name, shape, _ in shown.declared:
            known = self.said.declared.get(name.full)
            kept = shape == SCALAR and known is not None and known.vector  # \sigma > 0 of a vector
            self.declare(name, None if kept else shape, words)
        for name, words_of in () if self.conditional else shown.transposes:
            self.declare(name, None, words_of)
        if len(shown.defined) == 1 and not shown.declared and not SYMMETRIC.isdisjoint(words):
            self.declare(shown.defined[0], None, [word for word in words if word in SYMMETRIC])

    def around(self, source: Source) -> tuple[str, ...]:
        """The properties in the words around a formula."""
        after, appended = _closed(source.after), _appended(source.after)
        words = after["what"].split(",")[0] if after else appended["words"] if appended else ""
        return (*self.before(source.before), *self.properties(words))


def declare_words(sources: Sequence[Source], formulas: Sequence[Formula | None], said: Said,
                  asked: Collection[int] = ()) -> None:  # fmt: skip
    """Note what the words around formulas say; asked: where the formulas stand whose sentences ask."""
    reader = _Reader(said)
    for source, formula in zip(sources, formulas, strict=True):
        if formula is not None:
            reader.read(source, formula, source.offset in asked)
