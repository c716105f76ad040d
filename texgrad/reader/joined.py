r"""Names of several letters that a text declares as one, the AB of `$AB \in \mathbb{R}^{n\times m}$`, or defines.

`\frac{\partial loss}{\partial w}` asks for the derivative of the `loss = \|y - Xw\|^2` that is written above.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from texgrad.reader.items import Item, Items
from texgrad.reader.nested import changed
from texgrad.reader.vocabulary import WORDS
from texgrad.remembered import remembered

_ABOVE = re.compile(r"\^\s*(?:\{[^{}]*\}|\\[A-Za-z]+|.)")
_DECLARED = re.compile(r"(?:^|,)\s*([A-Z]{2,3})\s*(?:\\in(?![A-Za-z])|∈)\s*(?=\\mathbb|\\R|R\s*\^|ℝ)")


_NAME = r"([A-Z]{2,4}|[A-Z]?[a-z]{3,7})"
_ASKED = re.compile(
    rf"(?:\\partial|∂|\\nabla|∇|\{{\s*d)(?:\s|\\,)*(?:_\s*\{{?\s*\w\s*\}}?\s*)?{_NAME}\s*(?:\(|\}}|=|$)"
)
_DEFINED = re.compile(rf"(?:^|[,;&{{}}$\n])\s*{_NAME}\s*(?:\([^()=]*\)\s*)?(?:&\s*)?:?=")


def joined_names(texts: Collection[str], declared: Iterable[str]) -> frozenset[str]:
    """The names of several letters; where they are two, none of them stands alone in any of the texts."""
    asked = frozenset().union(*map(_asked, texts))
    defined = {name for text in texts for name in _DEFINED.findall(text)} & asked if asked else set()
    long = frozenset(name for name in defined if len(name) > 2 and name not in WORDS)
    return long | _declared(texts, declared, defined - long)


@remembered()
def _asked(text: str) -> frozenset[str]:
    """What may be names of several letters by which, or of which, a derivative is taken."""
    return frozenset(_ASKED.findall(text))


@remembered()
def _said(text: str) -> frozenset[str]:
    """The names of several capital letters that a text says to be in a set."""
    return frozenset(_DECLARED.findall(text))


def _declared(texts: Collection[str], declared: Iterable[str], defined: Collection[str]) -> frozenset[str]:
    found = {name for name in declared if re.fullmatch(r"[A-Z]{2,3}", name)}
    found |= {*defined}.union(*map(_said, texts))
    plain = [_ABOVE.sub(" ", text) for text in texts] if found else []
    every = "|".join(sorted(found.union(*(_DEFINED.findall(text) for text in texts)))) if found else ""
    return frozenset(name for name in found if name not in WORDS and not any(map(_apart(name, every).search, plain)))


def _apart(name: str, every: str) -> re.Pattern[str]:
    """Where one of the letters stands without the others, and in none of the other names."""
    return re.compile(rf"(?<![\\A-Za-z])(?!d?(?:{every})+(?![A-Z]))[A-Z]*[{name}][A-Z]*(?![A-Za-z])")


def with_joined(items: Items, names: Collection[str]) -> Items:
    """The items with these letters side by side made one name."""
    spelt = sorted(names)

    def joined(one: Items) -> Items:
        out: list[Item] = []
        for item in one:
            out.append(item)
            for name in spelt:
                tail = out[-len(name) :]
                if [i.text for i in tail] == list(name) and all(i.kind == "name" for i in tail):
                    out[-len(name) :] = [Item("name", name, tail[0].start, tail[-1].end)]
        return tuple(out)

    return changed(items, joined) if spelt else items
