r"""Functions that are called by a word: `\text{RSS}(\beta) = …`, `\frac{\partial\,\mathrm{loss}}{\partial w}`."""

from __future__ import annotations

import re
from itertools import pairwise
from operator import is_

from texgrad.reader.items import Item, Items
from texgrad.reader.vocabulary import RELATIONS, UNKNOWN_WORDS, UPRIGHT, WORD_NAMES, WORDS

# words that stand before a formula and call nothing
LINKS = frozenset((
    "where", "with", "if", "when", "for", "and", "or", "so", "then", "thus", "hence", "since", "because", "as", "by",
    "from", "let", "note", "that", "is", "it", "gives", "we", "have", "here", "therefore", "also", "see", "using", "at",
    "on", "in", "of", "the", "which", "such", "all", "any",
))  # fmt: skip
REDUCTIONS = frozenset(("sum", "mean", "avg", "prod"))  # of all entries, and no function of the author's
WORDED = frozenset(("text", "word"))
# the macros that make words of which nothing is known by themselves
OWN_WORDS = re.compile(r"\\(?:rm|textbf|textit|" + "|".join(sorted(
    name[1:] for name in (*UPRIGHT, *WORD_NAMES) if WORD_NAMES.get(name) not in (*WORDS, *UNKNOWN_WORDS)
)) + ")")  # fmt: skip
DEEPEST = 8  # how deep words are looked for
_STARTS = frozenset((r"\\", "&", ",", ";", r"\Rightarrow", r"\implies", r"\iff", r"\quad"))
_CONSTANT = re.compile(r"\s*(?:const(?:ants?|\.)?|cst\.?|[Kk]onst(?:\.|anten?)?|[Cc]onst(?:ants?|\.)?)\s*")
_NABLA = frozenset(("nabla", "partial"))


def called_by_words(items: Items, depth: int = 0) -> Items:
    """The items with words made names where they must call a function: where it is defined or differentiated."""
    if depth > DEEPEST:
        return items
    out: list[Item] | None = None  # none while everything is as it was
    for k, item in enumerate(items):
        kind, _, _, _, holds = item
        if kind in WORDED and k and items[k - 1].text in ("+", "-") and _CONSTANT.fullmatch(item.text):
            new = Item("name", rf"\text{{{item.text.strip()}}}", item.start, item.end)
        elif kind in WORDED and _word(item) and _called(items, k):
            new = Item("name", item.text, item.start, item.end)
        elif holds and kind != "text":
            body = tuple([called_by_words(part, depth + 1) for part in holds])
            if all(map(is_, body, holds)):
                continue
            new = item._replace(body=body)
        else:
            continue
        out = [*items] if out is None else out
        out[k] = new
    return items if out is None else tuple(out)


def _word(item: Item) -> bool:
    """Whether an item is a single word that means nothing by itself."""
    if item.kind not in WORDED or not item.text.isalpha() or len(item.text) < 2:
        return False
    known = item.text in WORDS or item.text in UNKNOWN_WORDS or item.text.lower() in LINKS
    return not known and all(a.end == b.start for part in item.body for a, b in pairwise(part))


def _called(items: Items, at: int) -> bool:
    """Whether the word there stands where only a function can."""
    following = next((i for i in items[at + 1 :] if i.text != "&"), None)
    before = items[at - 1] if at else None
    if items[at].text in REDUCTIONS and following is not None and following.text == "(":
        return False
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
