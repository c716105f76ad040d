r"""Indices in brackets above names, `\sum_i \ell(\hat y^{(i)}_k)`: members of families, as those with indices below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import takewhile

from texgrad.patterns import compiled
from texgrad.reader.items import Item, Items
from texgrad.reader.names import INDEX_LETTERS
from texgrad.reader.tree import Name

_ABOVE = compiled(r"\^\s*+\{?\s*+\(\s*+[a-z]\s*+\)")
SUMS = frozenset(("sum", "prod"))
DEEPEST = 60


def may_hold_labels(latex: str) -> bool:
    """Whether a letter in brackets can stand above a name in a text."""
    return "^" in latex and _ABOVE.search(latex) is not None


def members_by_label(formulas: Iterable[Items]) -> frozenset[str]:
    """The names that bear a letter in brackets which a sum in one of the formulas binds."""
    bound: set[str] = set()
    borne: set[tuple[str, str]] = set()
    waiting = list(formulas)
    while waiting:
        items = waiting.pop()
        for k, item in enumerate(items):
            waiting += item.body
            if item.kind in SUMS:
                bound |= {i.text for s in items[k + 1 : k + 3] if s.kind == "_" for i in s.body[0]}
            elif item.kind == "name":
                borne |= {(item.text, letter) for s in _scripts(items, k + 1) if (letter := _letter(s))}
    return frozenset(name for name, letter in borne if letter in bound)


def _scripts(items: Items, at: int) -> list[Item]:
    """The one or two scripts that begin at a place."""
    return list(takewhile(lambda s: s.kind in ("_", "^"), items[at : at + 2]))


def _letter(item: Item) -> str:
    """The letter of a script `(i)` above something; "" for any other item."""
    texts = [i.text for i in item.body[0]] if item.kind == "^" else []
    return texts[1] if len(texts) == 3 and texts[0] == "(" and texts[1] in INDEX_LETTERS and texts[2] == ")" else ""


def with_members(items: Items, names: Mapping[str, str], depth: int = 0) -> Items:
    """The items with the letters above these names below them, before what else stands there.

    names: what each of the families is to be called.
    """
    out: list[Item] = []
    at = 0
    while at < len(items):
        item = items[at]
        at += 1
        if item.body and depth < DEEPEST:
            item = item._replace(body=tuple(with_members(part, names, depth + 1) for part in item.body))
        out.append(item)
        if item.kind != "name" or item.text not in names:
            continue
        scripts = _scripts(items, at)
        above = next((s for s in scripts if _letter(s)), None)
        if above is None:
            continue
        used = [above, *(s for s in scripts if s.kind == "_")]
        out[-1] = item._replace(text=names[item.text])
        letters = (above.body[0][1], *(i for s in used[1:] for i in s.body[0]))
        ends = [s.end for s in used]
        out.append(Item("_", "_", min(s.start for s in used), max(ends), (letters,)))
        out += [s for s in scripts if s not in used]
        at += len(scripts)
    return tuple(out)


def as_member(name: Name, names: Mapping[str, str]) -> Name:
    """The name with its label below it, if it is one of these."""
    letter = name.label[1:-1]
    if name.base not in names or letter not in INDEX_LETTERS:
        return name
    return Name(names[name.base], (Item("name", letter, 0, 0), *name.sub))
