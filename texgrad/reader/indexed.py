r"""Sums and products over indices as they are typed: `\sum_{i=1}^n`, `\sum_{j\ne i}`, `\prod_{i<j}`."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping
from fractions import Fraction

from texgrad.notation import COLON
from texgrad.operators import FROBENIUS, HADAMARD
from texgrad.reader.brackets import split
from texgrad.reader.conditions import Limit, Range, drawn, indices_below, simple
from texgrad.reader.items import Item, Items, canonical
from texgrad.reader.names import COUNTING, parse_size, subscript
from texgrad.reader.scripts import Scripts
from texgrad.reader.tree import Tree, walk
from texgrad.reader.vocabulary import DOTS
from texgrad.shapes import ONE, Dim
from texgrad.source import Span, fail

# how an index may stand to another one: the sign -> what the first is to the second, and the second to the first
LIMITS = {
    r"\ne": (r"\ne", r"\ne"), r"\neq": (r"\ne", r"\ne"), "<": ("<", ">"), r"\lt": ("<", ">"), ">": (">", "<"),
    r"\gt": (">", "<"), r"\le": (r"\le", r"\ge"), r"\leq": (r"\le", r"\ge"), r"\ge": (r"\ge", r"\le"),
    r"\geq": (r"\ge", r"\le"),
}  # fmt: skip
_INDICES = frozenset("ijklstuv")  # what is compared in `j \le i`, where another letter is a size
_STARTS = {"": r"\ge", "+1": ">"}  # where a sum starts behind another index
_ENDS = {"": r"\le", "-1": "<"}
PAIRS = r"write (i,j) \in \Omega for pairs, and a sum for each of two indices that lie in one set"
WORDS = {"sum": "sum", "prod": "product"}


class Indexed(Scripts):
    """Reads sums and products over indices."""

    def sum_over(self, item: Item) -> Tree:
        """A sum or a product over indices."""
        below: Items = ()
        above: Items = ()
        while (script := self.peek()) is not None and script.kind in ("_", "^"):
            below, above = (script.body[0], above) if script.kind == "_" else (below, script.body[0])
            self.at += 1
        mark = self.items[self.at - 1].end
        word = WORDS.get(item.kind, item.text)
        if not below and not above and item.kind == "sum":
            return self.sum_of_all(mark, item)
        found = _range(below, above, mark, item, word)
        body = self.infix(COLON)
        found, body = drawn(found, body)
        last = body.args[-1] if word == "product" and body.op == "product" and not body.fenced else None
        if last is not None and last.op == "product over" and not _counted(last, found.names):
            separators = body.data[:-1]  # \prod_ia_i\prod_jb_j
            factors = body.args[:-1]
            end = factors[-1].end
            own = factors[0] if len(factors) == 1 else Tree("product", factors, separators, body.start, end)
            first = Tree("product over", (own,), found, item.start, end)
            return Tree("product", (first, last), ("", body.data[-1]), item.start, body.end)
        return Tree(f"{word} over", (body,), found, item.start, body.end)

    def sum_of_all(self, mark: int, item: Item) -> Tree:
        """A sum without an index: over the one that stands below names, or of all entries."""
        body = self.infix(COLON)
        used = {i: None for t in walk(body) if t.op == "name" for i in subscript(t.data) if i in COUNTING}
        if len(used) == 1:
            found = Range(tuple(used), (), mark, Span(item.start, item.start))
            return Tree("sum over", (body,), found, item.start, body.end)
        if used or not any(t.op is HADAMARD for t in walk(body)):
            place = Span(item.start, item.end)
            raise fail("unsupported", "a sum without an index", place, r"write \sum_{i=1}^n")
        one = Tree("number", (), Fraction(1), item.start, item.start)
        return Tree(FROBENIUS, (one, body), r"\sum", item.start, body.end)


def _counted(tree: Tree, indices: Collection[str]) -> bool:
    """Whether one of the indices stands in a tree."""
    names = (t.data for t in walk(tree) if t.op == "name")
    return any(name.full in indices or not set(indices).isdisjoint(subscript(name)) for name in names)


def _range(below: Items, above: Items, mark: int, item: Item, word: str) -> Range:
    """The range that the scripts of a sum or product say."""
    place = Span(item.start, item.end)
    names: list[Item] = []
    limit: Limit | None = None
    first = ""
    given, conditions = indices_below(below)
    if given is None or (conditions and word != "sum" and not simple(conditions[0])):
        raise fail("unsupported", f"a {word} over what lies in a set", place, PAIRS)
    parts = [part for part in split(given, (",",)) if part]
    if len(parts) > 2 and parts[-2][0].text in DOTS and not above:  # i=1,\dots,n
        parts, above = parts[:1], parts[-1]
    for part in parts:
        texts = [i.text for i in part]
        if len(texts) > 3 and texts[0] == "1" and texts[1] in (r"\le", r"\leq"):  # 1 \le i < j \le n
            part, texts = part[2:], texts[2:]
            if len(texts) > 2 and texts[-2] in (r"\le", r"\leq"):
                above, part, texts = part[-1:], part[:-2], texts[:-2]
        if len(texts) > 2 and texts[1] == "=" and (behind := _compared(part[2:], _STARTS)) and behind[1] in _INDICES:
            limit = Limit(texts[0], behind[0], behind[1], Span(part[1].start, part[1].end))
            part = (part[0], part[2])
        elif len(texts) > 2 and texts[1] == "=":
            text = canonical(part[2:])
            if not text.isdigit() or (first and text != first):
                place = Span(names[0].start if names else part[0].start, part[-1].end)
                raise fail("unsupported", f"a {word} that does not start at a number", place, "shift its index")
            first, part = text, part[:1]
        elif len(texts) == 3 and texts[1] in LIMITS and part[0].kind == part[2].kind == "name" and (
            texts[1] not in (r"\le", r"\leq") or texts[2] in _INDICES
        ):
            limit = Limit(texts[0], texts[1], texts[2], Span(part[1].start, part[1].end))
            part = (part[0], part[2])
        if any(i.kind != "name" for i in part):
            raise fail("unsupported", f"a {word} without an index", place, rf"write \{word}_{{i=1}}^n")
        names += part
    if not names:
        raise fail("unsupported", f"a {word} without an index", place, rf"write \{word}_{{i=1}}^n")
    span = Span(names[0].start, names[0].end)
    return Range(tuple(dict.fromkeys(i.text for i in names)), above, mark, span, limit, conditions, first)


def counted_size(over: Range) -> Dim | None:
    """How many numbers an index with an upper end runs over, from 1 or from 0; None where the end is no size."""
    if over.first != "0":
        return parse_size(over.above)
    if len(over.above) > 2 and [i.text for i in over.above[-2:]] == ["-", "1"]:
        return parse_size(over.above[:-2])
    size = parse_size(over.above)
    return None if size is None else size + ONE


def _compared(items: Items, signs: Mapping[str, str]) -> tuple[str, str] | None:
    """How an index compares to one that its range starts or ends with, `i` or `i+1`, and that one."""
    sign = signs.get(canonical(items[1:]))
    return None if sign is None or items[0].kind != "name" else (sign, items[0].text)


def shortened(above: Items) -> tuple[Items, int]:
    """The size in `T-1`, and how many of its values a sum leaves out at the end."""
    if len(above) < 3 or above[-2].text != "-" or not above[-1].text.isdigit():
        return above, 0
    return above[:-2], int(above[-1].text)


def ended(names: tuple[str, ...], above: Items, known: Container[str], span: Span) -> Limit | None:
    r"""The comparison that `\sum_{j=1}^{i}` or `\sum_{j=1}^{i-1}` makes with an index that is known."""
    found = _compared(above, _ENDS) if above and len(names) == 1 else None
    return None if found is None or found[1] not in known else Limit(names[0], *found, span)


