r"""Expectations, `\mathbb{E}[(y-w^Tx)^2]`: means over all values that what is random in them can have.

A mean is a sum over values that no index shows, each with the same weight: as many as it takes. What a derivative is by
is not random, and the distribution must not depend on it, so that differentiation goes on inside.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence, Set
from dataclasses import dataclass, field
from fractions import Fraction

from texgrad.operators import MEAN, MEAN_SIZE
from texgrad.reader.brackets import closing
from texgrad.reader.conditions import Range
from texgrad.reader.cursor import Cursor
from texgrad.reader.items import Item, Items
from texgrad.reader.names import IDENTITY, letters_below
from texgrad.reader.nested import every_item
from texgrad.reader.tree import EXPECTATION, LEVELS, Name, Tree, bracketed, rewritten, walk
from texgrad.reader.vocabulary import EULER, EXPECTATIONS
from texgrad.source import Span, fail

ALWAYS = EXPECTATIONS | {r"\mathrm{\mathbb{E}}"}
ROMAN = frozenset((r"\mathrm{E}", r"\mathsf{E}", r"\mathbf{E}"))
AVERAGES = ALWAYS | ROMAN | {"E"}  # what can be the sign of an expectation
# letters of numbers that nobody draws
FIXED = frozenset((r"\alpha", r"\beta", r"\gamma", r"\lambda", r"\tau", r"\kappa", r"\pi"))
BRACKETS = "write brackets around all of which the mean is taken"


def averages(item: Item, behind: Items) -> bool:
    """Whether a name with what stands behind it is the sign of an expectation."""
    scripted = bool(behind) and behind[0].kind == "_"
    drawn = scripted and any(i.text == r"\sim" for i in behind[0].body[0])
    after = behind[scripted].text if len(behind) > scripted and behind[scripted].kind == "fence" else ""
    if item.text in ALWAYS:
        return True
    if item.text in ROMAN:
        return after in ("[", "{", "(")
    return item.text == "E" and after in ("[", "{") and (drawn or not scripted)


def expectation(cursor: Cursor, item: Item) -> Tree:
    """The expectation whose sign is `item`, with what stands below it as its data."""
    place = Span(item.start, item.end)
    if item.text == r"\mathbb{P}":
        raise fail("unsupported", "a probability", place, "write the function without it")
    below = cursor.peek()
    cursor.at += below is not None and below.kind == "_"
    opening, first = cursor.peek(), cursor.at
    if opening is None or opening.kind not in ("fence", "bar", "open bar"):
        raise fail("unsupported", "an expectation without brackets", place, BRACKETS)
    if opening.kind == "fence":
        end = closing(cursor.items, first)
        inner = cursor.items[first + 1 : end]
        if any(i.text == r"\mid" for i in inner) or sum(i.text == "|" for i in inner) % 2:
            raise fail("unsupported", "a conditional expectation", place, "give it a name of its own")
        body = cursor.fenced_argument()
        marks = item, opening, cursor.items[cursor.at - 1]
        if opening.text == "(" and cursor.scripted_at(cursor.at):
            raise fail("unsupported", "an expectation with a power behind its brackets", place, BRACKETS)
    else:
        body = cursor.factor()
        marks = item, opening, opening
    behind = cursor.peek()
    if opening.kind != "fence" and behind is not None and cursor.starts_factor(behind):
        raise fail("unsupported", "an expectation without brackets", place, BRACKETS)
    scripts = below.body[0] if below is not None and below.kind == "_" else ()
    return Tree(EXPECTATION, (body,), (scripts, marks), item.start, cursor.items[cursor.at - 1].end)


def with_definitions(tree: Tree, worth: Callable[[Tree], Tree | None]) -> Tree:
    """The tree with what stands in an expectation written out: a name such as the e of `E[e^2]` is random, too."""
    for _ in range(LEVELS):
        changed = rewritten(tree, worth)
        if changed is tree:
            return tree
        tree = changed
    raise fail("too-large", "definitions that grow without end", tree.span)


@dataclass
class Means:
    """The expectations in some formulas, made sums over what nothing shows.

    varied: the names by which derivatives are. outside: names that stand outside of all expectations; with the sizes
    these do not vary with what is random. signs: templates of how they are written, counted from 1.
    """

    varied: Set[str]
    outside: Collection[str]
    text: Callable[[int, int], str]
    signs: list[str] = field(default_factory=list)

    def of(self, tree: Tree) -> Tree:
        """The tree with sums for expectations."""
        return rewritten(tree, lambda t: self._mean(t) if t.op == EXPECTATION else None)

    def _mean(self, tree: Tree) -> Tree:
        (body,) = tree.args
        scripts, marks = tree.data
        place = Span(marks[0].start, marks[0].end)
        below = {i.text for i in every_item(scripts) if i.kind == "name"}
        if found := sorted(below.intersection(self.varied)):
            message = f"an expectation over what depends on {found[0]} itself"
            help = r"a derivative does not go inside of it: write it as an integral, or with \nabla\log p"
            raise fail("unsupported", message, place, help)
        parts = walk(body)
        if any(t.op == EXPECTATION for t in parts):
            raise fail("unsupported", "an expectation inside another", place, "give the inner one a name")
        number = self._sign(marks)
        index = Item("name", f"{MEAN}{number}", tree.start, tree.start)
        names = {t.data.full: t.data for t in parts if t.op == "name"}
        random = self._random(names, below, parts)
        if not random:
            raise fail("unsupported", "an expectation of what is not random", place, "write it without the sign")

        def drawn(node: Tree) -> Tree | None:
            if node.op != "name" or node.data.full not in random:
                return None
            return Tree("name", (), Name(node.data.full, (index,)), node.start, node.end)

        span = Span(tree.start, tree.start)
        size = Item("name", f"{MEAN_SIZE}_{number}|", tree.start, tree.start)
        total = Tree("sum over", (bracketed(rewritten(body, drawn), tree.start, tree.start),),
                     Range((index.text,), (size,), tree.start, span), tree.start, tree.start)  # fmt: skip
        count = Tree("name", (), Name(size.text), tree.start, tree.start)
        one = Tree("number", (), Fraction(1), tree.start, tree.start)
        share = Tree("quotient", (one, count), r"\frac", tree.start, tree.start)
        return bracketed(Tree("product", (share, total), ("", ""), tree.start, tree.end), tree.start, tree.end)

    def _random(self, names: dict[str, Name], below: set[str], parts: Sequence[Tree]) -> set[str]:
        """The names that are random: those below the sign, or else all of which nothing says that they are not."""
        counting = {i for t in parts if t.op == "sum over" for i in t.data.names}
        constants = EULER - self.varied
        free = {n for n, name in names.items() if not {n, name.base} & {*self.varied} and n not in constants
                and not IDENTITY.fullmatch(n)}
        said = free & below
        found = said or {n for n in free if n not in FIXED and n not in self.outside}
        for n in found:
            if not counting.isdisjoint(letters_below(names[n])):
                raise fail("unsupported", f"{n} is random and has an index that is summed over", parts[0].span,
                           "give the sum a name of its own")  # fmt: skip
        return found - counting

    def _sign(self, marks: tuple[Item, Item, Item]) -> int:
        """The number of the sign of an expectation among all that are written otherwise."""
        sign, opening, closing = marks
        head = self.text(sign.start, opening.start)
        around = "[", "]"
        if opening.kind == "fence":
            around = self.text(opening.start, opening.end), self.text(closing.start, closing.end)
        template = f"{head}{around[0]}#1{around[1]}"
        if template not in self.signs:
            self.signs.append(template)
        return self.signs.index(template) + 1


def names_outside(roots: Iterable[Tree]) -> set[str]:
    """The names in trees that stand in no expectation."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        tree = waiting.pop()
        if tree.op == "name":
            found.add(tree.data.full)
        if tree.op != EXPECTATION:
            waiting += tree.args
    return found
