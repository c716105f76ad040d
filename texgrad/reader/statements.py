"""Formulas taken apart: rows, statements, the sides of an equation, and what the author typed for each."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from typing import Any, TypeVar, TypeVarTuple, Unpack

from texgrad.immutable import immutable, lazy
from texgrad.reader.brace import may_hold_cases, with_cases
from texgrad.reader.brackets import turn
from texgrad.reader.called import OWN_WORDS, called_by_words
from texgrad.reader.expansion import expand
from texgrad.reader.items import Item, Items
from texgrad.reader.latex import read_items
from texgrad.reader.macros import Macro, concerning
from texgrad.reader.nested import every_item, size
from texgrad.reader.problem import Source
from texgrad.reader.vocabulary import RELATIONS
from texgrad.remembered import remembered
from texgrad.source import Diagnostic, Span, TexgradError, fail

SEPARATORS = frozenset((",", ";", r"\Rightarrow", r"\implies", r"\iff"))
COLUMNS = frozenset(("&", r"\\"))  # signs between columns and rows
ARRANGING = frozenset(("env", "align", "group"))  # kinds of items that may only arrange others
DIVIDING = frozenset(("fence", "op", "text"))  # kinds of items at which a statement or a side of it may end
TRAILING = frozenset(("?", ".", ",", ";", ":"))
UNPLACED = -(1 << 40)
APART = 1 << 24  # of two texts that stand in no document, so that a place in one is none in the other
T = TypeVar("T")
Given = TypeVarTuple("Given")


@immutable
class Formula:
    """A source that was expanded and turned into items; `macros` are those known where there was one to expand.

    known: what was worked out of it before.
    """

    source: Source
    items: Items
    macros: Mapping[str, Macro] = field(default_factory=dict, compare=False)
    known: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def once(self, work: Callable[[Formula, Unpack[Given]], T], *given: *Given) -> T:
        """What `work` makes of the formula, and of what is given; a document asks again for every request in it."""
        key = (work, given) if given else work
        try:
            found: T = self.known[key]
        except KeyError:
            found = self.known[key] = work(self, *given)
        return found

    def latest(self, name: str, given: Hashable, work: Callable[[], T]) -> T:
        """What `work` makes of the formula where so much is given; of what it made before, the last is kept."""
        known: tuple[Hashable, T] | None = self.known.get(name)
        if known is None or known[0] != given:
            known = self.known[name] = given, work()
        return known[1]

    def text(self, start: int, end: int) -> str:
        """What the author typed between two document offsets."""
        latex, at = self.source.latex, self.source.offset
        return latex[start - at : end - at] if at <= start <= end else latex[max(0, start - at) : max(0, end - at)]

    def holds(self, span: Span) -> bool:
        """Whether a place lies in the formula."""
        start = self.source.offset
        return start <= span.start and span.end <= start + len(self.source.latex)

    @lazy
    def statements(self) -> tuple[Statement, ...]:
        """The statements of the formula."""
        return tuple(_statements(self))

    @lazy
    def told(self) -> tuple[Statement, ...] | None:
        """The statements; None where they cannot be read, as in other people's prose."""
        try:
            return self.statements
        except TexgradError:
            return None


@immutable
class Statement:
    """One statement of a formula: its sides, and the relations between them."""

    formula: Formula
    sides: tuple[Items, ...]
    relations: tuple[str, ...]


@immutable
class Unreadable:
    """Why a source has no items."""

    why: tuple[Diagnostic, ...]


def _room(found: Formula | Unreadable, source: Source, _: object) -> int:
    """How much there is to remember of a formula, to which its macros may have added."""
    return len(source.latex) + (size(found.items) if isinstance(found, Formula) else 0)


@remembered(size=_room)
def _formula(source: Source, macros: tuple[tuple[str, Macro], ...]) -> Formula | Unreadable:
    """The formula of a source; or why there is none, which is kept, too."""
    if source.aside:
        found = _formula(replace(source, aside=False), macros)
        return found if isinstance(found, Unreadable) else Formula(source, found.items, found.macros)
    try:
        expanded = expand(source.latex, known := dict(macros))
        items = read_items(expanded, source.offset)
        if OWN_WORDS.search(expanded.text):
            items = called_by_words(items)
        if may_hold_cases(source.latex):
            items = with_cases(items)
    except TexgradError as error:
        return Unreadable(tuple(error.diagnostics))
    return Formula(source, items, {} if expanded.starts is expanded.ends else known)


def read_formula(source: Source, macros: Mapping[str, Macro]) -> Formula:
    """The items of a source; formulas met before, with the same macros of those that they call, cost nothing."""
    found = _formula(source, concerning(source.latex, macros))
    if isinstance(found, Unreadable):
        if any(d.code in ("syntax", "too-large") and d.span is not None and d.span.start < source.offset
               for d in found.why):  # fmt: skip
            raise TexgradError([d.shifted(source.offset) for d in found.why])
        raise TexgradError(found.why)
    return found


def _arranges(item: Item) -> bool:
    """Whether an environment only arranges what it holds; an array does where equations stand in it."""
    if "matrix" in item.text or item.text == "cases":
        return False
    return item.text != "array" or any(i.kind == "op" and i.text in RELATIONS for i in item.body[0])


def flat(items: Items, depth: int = 0) -> Items:
    """The items of a formula with the environments and groups opened that only arrange it."""
    if depth > 8:
        return items
    if len(items) == 1 and items[0].kind == "group" and items[0].body:
        return flat(items[0].body[0], depth + 1)
    if ARRANGING.isdisjoint([i[0] for i in items]):
        return items
    out: list[Item] = []
    for k, item in enumerate(items):
        if item[0] not in ARRANGING:
            out.append(item)
        elif item.kind == "env" and _arranges(item):
            columns = item.text == "array" and item.body[0][0].kind == "group"  # {rl}
            out += flat(item.body[0][columns:], depth + 1)
        elif item.kind == "align":
            continue
        elif item.kind == "group" and k and items[k - 1].kind == "align":
            out += flat(item.body[0], depth + 1)
        elif item.kind == "group" and len(item.body[0]) == 1 and item.body[0][0].text in RELATIONS:
            out.append(item.body[0][0])
        else:
            out.append(item)
    return tuple(out)


def trimmed(items: Sequence[Item]) -> Items:
    """The items without `&`, and without the punctuation and question marks at the end."""
    kept = [*items]
    if not COLUMNS.isdisjoint([i[1] for i in items]):
        kept = [i for i in items if i.text not in COLUMNS or i.kind != "op"]
    while kept and kept[-1].kind == "op" and kept[-1].text in TRAILING:
        kept.pop()
    return tuple(kept)


def _statements(formula: Formula) -> list[Statement]:
    """The statements of a formula; a row that begins with a relation goes on from the one above."""
    out: list[Statement] = []
    sides: list[Items] = []
    relations: list[str] = []
    current: list[Item] = []
    fences = 0

    def end_statement() -> None:
        nonlocal sides, relations, current
        sides.append(trimmed(current))
        kept = tuple(s for s in sides if s)
        if kept:
            out.append(Statement(formula, kept, tuple(relations)))
        sides, relations, current = [], [], []

    items = flat(formula.items)
    last = -1
    for k in [k for k, item in enumerate(items) if item[0] in DIVIDING or item[1] == r"\quad"]:
        item, last, between = items[k], k, items[last + 1 : k]
        current += between
        if item.kind == "fence":
            fences += turn(item)
            current.append(item)
            continue
        if item.kind == "text" and fences <= 0:
            called = item.text.isalpha() and k + 1 < len(items) and items[k + 1][1:3] == ("(", item.end)
            if called and not current and not any(i.text in RELATIONS for i in items):
                raise fail("unsupported", f"the function {item.text} is not known", Span(item.start, item.end),
                           "define it, or write it with known functions")  # fmt: skip
            end_statement()
        elif item.kind == "op" and item.text == r"\\":
            following = next((i for i in items[k + 1 :] if i.text != "&" and i.text != r"\\"), None)
            going_on = following is not None and following.kind == "op" and following.text in (*RELATIONS, "+", "-")
            if not going_on and fences <= 0:
                end_statement()
        elif item.text == r"\quad":
            if fences <= 0 and current and _begins_derivative(items[k + 1 :]):
                end_statement()
        elif item.kind == "op" and fences <= 0 and item.text in RELATIONS:
            sides.append(trimmed(current))
            relations.append(item.text)
            current = []
        elif item.kind == "op" and fences <= 0 and item.text in SEPARATORS:
            end_statement()
        else:
            current.append(item)
    current += items[last + 1 :]
    end_statement()
    return out


def _begins_derivative(items: Items) -> bool:
    """Whether what follows is a derivative, so that a wide space before it ends a statement."""
    head = next((i for i in items if i.text != r"\quad"), None)
    if head is None:
        return False
    above = head.body[0] if head.kind == "frac" else ()
    return head.kind in ("partial", "nabla") or bool(above and above[0].kind == "partial")


def signs_in(items: Items, looked_for: Iterable[str]) -> dict[str, int]:
    """Where the last of each sign stands, if one of those looked for is among them."""
    among = {i[1] for i in items}
    return {i.text: k for k, i in enumerate(items) if i.kind == "op"} if not among.isdisjoint(looked_for) else {}


def extent(items: Items) -> Span:
    """Where items stand."""
    return Span(min([i[2] for i in items]), max([i[3] for i in items]))


def unplaced(texts: Iterable[str]) -> list[Source]:
    """Texts that stand in no document, each at a place of its own."""
    return [Source(latex, UNPLACED + k * APART) for k, latex in enumerate(texts, 1)]


def with_letters_changed(source: Source, items: Items, first: str, second: str) -> str | None:
    """What items stand for with two letters in each other's place, so that no sum over one takes the other.

    None where a letter stands in a macro.
    """
    span = extent(items)
    text = list(source.latex[span.start - source.offset : span.end - source.offset])
    other = {first: second, second: first}
    for item in every_item(items):
        if item.kind == "name" and item.text in other:
            at = item.start - span.start
            if item.end != item.start + 1 or text[at : at + 1] != [item.text]:
                return None
            text[at] = other[item.text]
    return "".join(text)


def placed(diagnostic: Diagnostic) -> Diagnostic:
    """The diagnostic without a span that lies in no document."""
    if diagnostic.span is None or diagnostic.span.start >= 0:
        return diagnostic
    return replace(diagnostic, span=None, also=())
