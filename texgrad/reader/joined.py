r"""Names of several letters that a text declares as one: the AB of `$AB \in \mathbb{R}^{n\times m}$`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from texgrad.reader.items import Item, Items
from texgrad.reader.vocabulary import WORDS

DEEPEST = 40
_ABOVE = re.compile(r"\^\s*(?:\{[^{}]*\}|\\[A-Za-z]+|.)")
_DECLARED = re.compile(r"(?:^|,)\s*([A-Z]{2,3})\s*(?:\\in(?![A-Za-z])|∈)\s*(?=\\mathbb|\\R|R\s*\^|ℝ)")


def joined_names(texts: Collection[str], declared: Iterable[str]) -> frozenset[str]:
    """The names of several letters of which no letter stands alone in any of the texts."""
    found = {name for name in declared if re.fullmatch(r"[A-Z]{2,3}", name)}
    found |= {name for text in texts for name in _DECLARED.findall(text)}
    plain = [_ABOVE.sub(" ", text) for text in texts] if found else []
    return frozenset(name for name in found if name not in WORDS and not any(map(_apart(name).search, plain)))


def _apart(name: str) -> re.Pattern[str]:
    """Where one of the letters stands without the others."""
    return re.compile(rf"(?<![\\A-Za-z])(?!(?:{name})+(?![A-Z]))[A-Z]*[{name}][A-Z]*(?![A-Za-z])")


def with_joined(items: Items, names: Collection[str], depth: int = 0) -> Items:
    """The items with these letters side by side made one name."""
    if not names or depth > DEEPEST:
        return items
    out: list[Item] = []
    for item in items:
        out.append(item._replace(body=tuple(with_joined(b, names, depth + 1) for b in item.body)))
        for name in names:
            tail = out[-len(name) :]
            if [i.text for i in tail] == list(name) and all(i.kind == "name" for i in tail):
                out[-len(name) :] = [Item("name", name, tail[0].start, tail[-1].end)]
    return tuple(out)
