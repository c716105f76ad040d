"""A place in a list of items: what every part of the grammar needs."""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence
from fractions import Fraction
from typing import NoReturn

from texgrad.immutable import lazy
from texgrad.reader.items import Item, Items, unknown_macro
from texgrad.reader.tree import Tree
from texgrad.reader.vocabulary import CLOSES
from texgrad.remembered import remembered
from texgrad.shapes import Rational, lowest
from texgrad.source import Span, fail


def spaceless(items: Items) -> Items:
    """The items without wide spaces, which only keep statements apart, and empty braces; not without all of them."""
    kept = [i for i in items if i.text != r"\quad" and (i.kind != "group" or i.body[0])]
    return tuple(kept) if 0 < len(kept) < len(items) else items


def letters_shown(items: Items) -> set[str]:
    """The letters in items, those of superscripts left out."""
    found: set[str] = set()
    lists = [items]
    for one in lists:
        for item in one:
            if item.kind == "name":
                found.add(item.text)
            elif item.kind != "^":
                lists += item.body
    return found


ENDING = frozenset(("op", "_", "^", "text", "close bar"))  # the kinds of items with which no factor begins

# what to do about signs that stand where they cannot
RELATIONS = ("<", ">", r"\le", r"\leq", r"\ge", r"\geq", r"\ne", r"\neq", r"\approx", r"\in", r"\to", r"\sim")
STRAY = {
    "#": "arguments stand only in definitions of macros", "=": "write an expression on both sides",
    "?": "write = ? at the end", "&": "write it inside an environment with columns",
    **dict.fromkeys(RELATIONS, "ask about one side of it: a relation has no derivative"),
    **dict.fromkeys(("*", "/", r"\cdot", r"\times", r"\odot", r"\circ", r"\otimes", ":"), "write a factor before it"),
}  # fmt: skip

OTHERWISE = "remove it, or write what is missing beside it"


@remembered(256)
def _number(text: str) -> Rational:
    """The number that digits name."""
    return lowest(Fraction(text))


class Cursor:
    """A place in a list of items, and what the names in it are known to be."""

    def __init__(self, items: Items, functions: Collection[str], symbols: Collection[str], strict: bool) -> None:
        self.items = items
        self.at = 0
        self.functions = functions
        self.symbols = symbols
        self.strict = strict
        self.macros: Collection[str] = ()  # names of the author's
        self.depth = 0
        self.bars: list[str] = []
        self.parsed: list[Tree] = []
        self.written = items

    @lazy
    def letters(self) -> set[str]:
        """The letters in the whole formula, those of superscripts left out."""
        return letters_shown(self.written)

    def inner(self, items: Items, owner: Item) -> Tree:
        """The tree of the items held by `owner`."""
        if len(items) == 1 and items[0].kind == "number":
            return self.number(items[0])
        items = spaceless(items)
        if not items:
            raise fail("syntax", "nothing stands here", Span(owner.start, owner.end), "fill it, or remove it")
        saved = self.items, self.at, self.bars
        self.items, self.at, self.bars = items, 0, []
        tree = self.expression()
        if self.at < len(self.items):
            self.stop(self.items[self.at])
        self.items, self.at, self.bars = saved
        return tree

    def listed(self, signs: Container[str] = (), bars: Sequence[str] = ()) -> tuple[list[Tree], list[str], Item]:
        """The expressions in the brackets that open next, the signs between them, and the closing bracket.

        bars: those that end an expression there, where others open one.
        """
        opening = self.items[self.at]
        self.at += 1
        outside, self.bars = self.bars, [*bars]
        found = [self.expression()]
        between: list[str] = []
        while (sign := self.peek()) is not None and sign.text in signs:
            self.at += 1
            between.append(sign.text)
            found.append(self.expression())
        closing = self.close(CLOSES[opening.text], opening)
        self.bars = outside
        return found, between, closing

    def fenced_argument(self) -> Tree:
        """The expression between the brackets that stand next."""
        return self.listed()[0][0]

    def close(self, text: str, opening: Item) -> Item:
        """Pass the closing bracket `text`."""
        item = self.peek()
        if item is None:
            raise fail("syntax", f"{opening.text} is never closed", Span(opening.start, opening.end), f"write {text}")
        if item.kind != "fence" or item.text != text:
            self.stop(item)
        self.at += 1
        return item

    def kept(self, items: Items) -> str:
        """Where the tree of items that nest deep is kept in `parsed`."""
        self.parsed.append(self.inner(items, items[0]))
        return str(len(self.parsed) - 1)

    def peek(self) -> Item | None:
        """The next item."""
        return self.items[self.at] if self.at < len(self.items) else None

    def scripted_at(self, at: int) -> bool:
        """Whether a script stands at that place."""
        return at < len(self.items) and self.items[at].kind in ("_", "^")

    def stop(self, item: Item) -> NoReturn:
        """Complain about an item that cannot stand where it is."""
        if item.kind == "unknown":
            raise unknown_macro(item, self.macros)
        place = Span(item.start, item.end)
        if item.kind in ("partial", "nabla"):
            raise fail(
                "unsupported", "a derivative inside a formula", place, "ask for one derivative, of a whole function"
            )
        if item.kind in ("env", "int", "prod", "align", "substack"):
            help = "leave it out, or give what it is a name and define that"
            raise fail("unsupported", f"{item.text} cannot be read inside a formula yet", place, help)
        if item.kind == "text":
            raise fail("syntax", f"words inside the formula: {item.text}", place, "close the formula before them")
        if item.text == "!":
            raise fail("unsupported", "a double factorial", place, "write it with factorials")
        if item.kind in ("fence", "bar", "open bar", "close bar"):
            raise fail("syntax", f"{item.text} has no partner", place, "close it, or remove it")
        if item.kind in ("_", "^"):
            help = r"write what it belongs to before it; a norm that begins with \| ends with \|, not with |"
            raise fail("syntax", f"nothing stands before {item.kind} that it could belong to", place, help)
        raise fail("syntax", f"{item.text} cannot stand here", place, STRAY.get(item.text, OTHERWISE))

    def starts_factor(self, item: Item) -> bool:
        """Whether a factor can begin with this item."""
        kind = item.kind
        if kind in ENDING:
            return False
        if kind == "fence":
            return item.text in CLOSES
        if kind == "bar":
            following = self.items[self.at + 1] if self.at + 1 < len(self.items) else None
            pair = item.text == "|" and following is not None and following[:2] == ("bar", "|")
            closing = item.text == "||" or item.text in self.bars or (pair and self.bars[-1:] == [r"\|"])
            return not (self.bars and closing)
        return True

    def number(self, item: Item) -> Tree:
        """A number."""
        return Tree("number", (), _number(item.text), item.start, item.end)

    def expression(self) -> Tree:
        """A sum of terms."""
        raise NotImplementedError

    def infix(self, lowest: int) -> Tree:
        """Chains joined by signs that bind at least as strongly as `lowest`."""
        raise NotImplementedError

    def chain(self, operand: bool = False) -> Tree:
        """Factors side by side."""
        raise NotImplementedError

    def factor(self) -> Tree:
        """One factor with everything above and below it."""
        raise NotImplementedError
