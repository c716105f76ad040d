r"""Functions that are called by a word: `\text{RSS}(\beta) = …`, `\frac{\partial\,\mathrm{loss}}{\partial w}`."""

from __future__ import annotations

from itertools import pairwise

from texgrad.reader.items import Item, Items
from texgrad.reader.vocabulary import RELATIONS, UNKNOWN_WORDS, WORDS

# words that stand before a formula and call nothing
LINKS = frozenset((
    "where", "with", "if", "when", "for", "and", "or", "so", "then", "thus", "hence", "since", "because", "as", "by",
    "from", "let", "note", "that", "is", "it", "gives", "we", "have", "here", "therefore", "also", "see", "using", "at",
    "on", "in", "of", "the", "which", "such", "all", "any",
))  # fmt: skip
DEEPEST = 8  # how deep words are looked for
_STARTS = frozenset((r"\\", "&", ",", ";", r"\Rightarrow", r"\implies", r"\iff", r"\quad"))
_NABLA = frozenset(("nabla", "partial"))


def called_by_words(items: Items, depth: int = 0) -> Items:
    """The items with words made names where they must call a function: where it is defined or differentiated."""
    if depth > DEEPEST or not any(_word(i) or i.body for i in items):
        return items
    out: list[Item] = []
    for k, item in enumerate(items):
        if _word(item) and _called(items, k):
            item = Item("name", item.text, item.start, item.end)
        elif item.body and item.kind != "text":
            item = item._replace(body=tuple(called_by_words(part, depth + 1) for part in item.body))
        out.append(item)
    return tuple(out)


def _word(item: Item) -> bool:
    """Whether an item is a single word that means nothing by itself."""
    known = item.text in WORDS or item.text in UNKNOWN_WORDS or item.text.lower() in LINKS
    glued = all(a.end == b.start for part in item.body for a, b in pairwise(part))
    return item.kind in ("text", "word") and item.text.isalpha() and len(item.text) > 1 and glued and not known


def _called(items: Items, at: int) -> bool:
    """Whether the word there stands where only a function can."""
    following = next((i for i in items[at + 1 :] if i.text != "&"), None)
    before = items[at - 1] if at else None
    relates = following is not None and following.kind == "op" and following.text in RELATIONS
    if before is None or before.text in _STARTS:
        if relates:
            return True
    else:
        owner = items[at - 2] if before.kind in ("_", "^") and at > 1 else before
        if owner.kind in _NABLA or before.text == "d":  # in \nabla\mathrm{sigmod}(x) it may be misspelt
            return items[at].kind == "text" or following is None or following.text != "("
    glued = following is not None and following.text == "(" and following.start == items[at].end
    return glued and items[at].kind == "text"
