r"""Functions given in pieces: `\begin{cases} x^2 & x > 0 \\ 0 & \text{otherwise} \end{cases}`."""

from __future__ import annotations

from texgrad.reader.indexed import Indexed
from texgrad.reader.items import Item, Items
from texgrad.reader.notations import GREATER, LESS
from texgrad.reader.tree import Tree, bracketed
from texgrad.source import Span, fail

HELP = "write each condition as one comparison, or the function with \\max, |·| or an indicator"
_PUNCTUATION = frozenset((",", ";", ".", r"\quad"))


def _split(items: Items, sign: str) -> list[Items]:
    """The items between signs."""
    parts: list[list[Item]] = [[]]
    for item in items:
        if item.text == sign and item.kind == "op":
            parts.append([])
        else:
            parts[-1].append(item)
    return [tuple(part) for part in parts]


def _bare(items: Items) -> Items:
    """Items without the punctuation at their end."""
    while items and items[-1].text in _PUNCTUATION:
        items = items[:-1]
    return items


class Pieces(Indexed):
    """Reads functions given in pieces."""

    def cases(self, item: Item) -> Tree:
        """The last piece, and what the others add to it where their conditions hold."""
        rows = [row for row in _split(item.body[0], r"\\") if _bare(row)]
        found = [self.piece(row, item) for row in rows]
        if len(found) < 2 or any(condition is None for _, condition in found[:-1]):
            raise fail("unsupported", "cases with conditions such as these", Span(item.start, item.end), HELP)
        place = item.start, item.end
        last = found[-1][0]
        terms: list[Tree] = []
        for value, condition in found[:-1]:
            assert condition is not None
            zero = last.op == "number" and not last.data
            more = value if zero else Tree("sum", (value, last), (1, -1), *place)
            if more.op != "number" or more.data:
                terms.append(Tree("product", (condition, bracketed(more, *place)), ("", ""), *place))
        if last.op != "number" or last.data:
            terms.append(last)
        if not terms:
            return last
        return bracketed(Tree("sum", tuple(terms), (1,) * len(terms), *place), *place)

    def piece(self, row: Items, item: Item) -> tuple[Tree, Tree | None]:
        """The value in a row, and the indicator of its condition; None where it has none that is a comparison."""
        value, *rest = _split(row, "&")
        if not _bare(value):
            raise fail("syntax", "a case without a value", Span(item.start, item.end), "write a value before the &")
        said = _bare(tuple(i for part in rest for i in part if i.kind not in ("text", "word") or i.body))
        said = tuple(i for i in said if i.kind != "text")
        return self.inner(_bare(value), item), self.condition(said, item) if said else None

    def condition(self, items: Items, item: Item) -> Tree | None:
        """The indicator of `x > 0`, or of `0 < x < 1`."""
        signs = [k for k, i in enumerate(items) if i.kind == "op" and i.text in GREATER | LESS]
        if len(signs) == 2:
            first, second = (self.indicator(part, item.start, item.end)
                             for part in (items[: signs[1]], items[signs[0] + 1 :]))  # fmt: skip
            if first is None or second is None:
                return None
            return Tree("product", (first, second), ("", ""), item.start, item.end)
        return self.indicator(items, item.start, item.end)
