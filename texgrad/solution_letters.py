"""Functions that are spelt with a letter, such as σ: their name in full where the author uses the letter himself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from texgrad.algebra import Op
from texgrad.notation import Style
from texgrad.operators import EXP, MEANT, TABLE

LETTER = re.compile(r"(\\[A-Za-z]+)\(#1\)")
NAMED = re.compile(r"\\operatorname\{\w+\}")


def _spelt_with_letters() -> dict[Op, tuple[str, str]]:
    """Operators with a letter for their name -> the letter, and the spelling with a name in full."""
    found: dict[Op, tuple[str, str]] = {}
    for op in TABLE:
        letter = LETTER.fullmatch(op.spellings[0]) if op.spellings else None
        full = next((s for s in op.spellings if s.startswith(r"\operatorname")), "")
        if letter is not None and full:
            found[op] = letter[1], full
    return found


MEANINGS = {f"meaning of {op.name}": op for op in MEANT}
LETTERED = _spelt_with_letters()


def unambiguous(style: Style, names: Iterable[str]) -> Style:
    """The author's hand, with names in full for functions, and an upright d, whose letters are among his symbols."""
    letters = {re.split(r"[_^]", name)[0] for name in names}
    if style.differential in letters:
        style = replace(style, differential=r"\mathrm{d}")
    full = {
        op.name: spelling
        for op, (letter, spelling) in LETTERED.items()
        if letter in letters and op.name not in style.templates
    }
    return replace(style, templates={**style.templates, **full}) if full else style


def meaning(op: Op, style: Style) -> str:
    """The equation that says what the function is, under the name that it has in this hand."""
    own = NAMED.match(style.templates.get(op.name, ""))
    text = op.meaning.replace(LETTERED[op][0], own[0], 1) if own and op in LETTERED else op.meaning
    return text.replace("e^{-t}", style.templates.get(EXP.name, "e^{#1}").replace("#1", "-t"))
