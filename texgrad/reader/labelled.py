r"""Indices in brackets above names, `\sum_i \ell(\hat y^{(i)}_k)`: members of families, as those with indices below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import takewhile

from texgrad.patterns import compiled
from texgrad.reader.items import Item, Items
from texgrad.reader.names import INDEX_LETTERS
from texgrad.reader.tree import Name

_ABOVE = compiled(r"\^\s*+\{?\s*+\(\s*+[a-z]\s*+(?:,\s*+[a-z]\s*+)?\)")
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
                borne |= {(item.text, letter.text) for s in _scripts(items, k + 1) for letter in _letters(s)}
    return frozenset(name for name, letter in borne if letter in bound)


def _scripts(items: Items, at: int) -> list[Item]:
    """The one or two scripts that begin at a place."""
    return list(takewhile(lambda s: s.kind in ("_", "^"), items[at : at + 2]))


def _letters(item: Item) -> Items:
    """The letters of a script `(i)` or `(i,j)` above something; none for any other item."""
    inner = item.body[0] if item.kind == "^" else ()
    if len(inner) not in (3, 5) or inner[0].text != "(" or inner[-1].text != ")":
        return ()
    letters = tuple(i for i in inner[1:-1] if i.text != ",")
    return letters if len(letters) == len(inner) // 2 and all(i.text in INDEX_LETTERS for i in letters) else ()


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
        above = next((s for s in scripts if _letters(s)), None)
        if above is None:
            continue
        used = [above, *(s for s in scripts if s.kind == "_")]
        out[-1] = item._replace(text=names[item.text])
        letters = (*_letters(above), *(i for s in used[1:] for i in s.body[0]))
        ends = [s.end for s in used]
        out.append(Item("_", "_", min(s.start for s in used), max(ends), (letters,)))
        out += [s for s in scripts if s not in used]
        at += len(scripts)
    return tuple(out)


def as_member(name: Name, names: Mapping[str, str]) -> Name:
    """The name with its label below it, if it is one of these."""
    letters = name.label[1:-1].split(",")
    if name.base not in names or not INDEX_LETTERS.issuperset(letters):
        return name
    return Name(names[name.base], (*(Item("name", letter, 0, 0) for letter in letters), *name.sub))
