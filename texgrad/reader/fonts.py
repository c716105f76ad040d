r"""Entries without the font of their vector: the `x_i` of `\mathbf{x}`, which many authors set in italics."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from texgrad.reader.items import Item, Items

_BOLD = re.compile(
    r"(?P<mark>\\(?:hat|tilde|bar|check)\{)?\\(?:mathbf|boldsymbol|bm|pmb|vec|textbf|symbf\w*|mathbfit|bold|underline)"
    r"\{(?P<letter>[A-Za-z]|\\[A-Za-z]+)\}(?(mark)\})"
)
DEEPEST = 60


def plain_letter(name: str) -> str:
    """The letter in the font of a vector; "" where a name has no such font."""
    found = _BOLD.fullmatch(name)
    if found is None:
        return ""
    return f"{found['mark']}{found['letter']}}}" if found["mark"] else found["letter"]


def entries_by_letter(names: Iterable[str], formulas: Collection[Items], known: Collection[str]) -> Mapping[str, str]:
    """The plain letters that stand in formulas for the entries of these names, and never without something below.

    known: names of which something else is said.
    """
    wanted = {letter: name for name in names if (letter := plain_letter(name)) and letter not in known}
    cells = {letter.lower(): name for letter, name in wanted.items() if letter.isupper()}  # x_{ij} of \mathbf{X}
    cells = {letter: name for letter, name in cells.items() if letter not in wanted and letter not in known}
    if not wanted:
        return {}
    wanted |= cells
    bare: set[str] = set()
    below: set[str] = set()
    waiting = list(formulas)
    for items in waiting:  # which grows meanwhile
        for k, (kind, text, _, _, body) in enumerate(items):
            if kind != "name":
                waiting += body if kind != "text" else ()
                continue
            if cells:
                bold = plain_letter(text).upper()
                bare |= {letter for letter in cells if bold == letter.upper() and text != cells[letter]}
            if text in wanted:
                at = items[k + 1].body[0] if k + 1 < len(items) and items[k + 1].kind == "_" else ()
                scripted = bool(at) and (text not in cells or sum(i.kind != "op" for i in at) == 2)
                (below if scripted else bare).add(text)
    return {letter: name for letter, name in wanted.items() if letter in below - bare}


def with_fonts(items: Items, letters: Mapping[str, str], depth: int = 0) -> Items:
    """The items with these letters in the font of their vectors."""
    out: list[Item] = []
    for item in items:
        if item.body and depth < DEEPEST:
            item = item._replace(body=tuple(with_fonts(part, letters, depth + 1) for part in item.body))
        out.append(item._replace(text=letters[item.text]) if item.kind == "name" and item.text in letters else item)
    return tuple(out)
