"""Letters of formulas that stand in the words around them without signs of math: "where X and Y are symmetric"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from texgrad.reader.nested import letters as letters_of
from texgrad.reader.problem import Source
from texgrad.reader.statements import Formula
from texgrad.reader.vocabulary import LETTERS
from texgrad.remembered import remembered

_GREEK = "|".join(name[1:] for name in sorted(LETTERS, key=len, reverse=True) if name.isascii())
# a letter or the word for a Greek one, alone or emphasised, and what follows; no part of a size such as "n x m"
_SPOKEN = re.compile(
    rf"(?<![^\s*_`\"“])(?P<mark>[*_`\"“]{{0,3}})(?P<name>[A-HJ-Z]|[abcfghuvwxyz]|[α-ωΑ-Ω]|{_GREEK})"
    r"(?![\w'’^\\{}/-])[*_`\"”]{0,3}(?!\s*(?:x|×|by|\*)\s+\w\b|\.\w)(?=\s+[A-Za-z]|\s*[,.;:?!]|\s*\Z)"
)
_BEFORE = re.compile(r"(?:\b(?:by|x)|×|\*)\s*$|\b[\w)]\s*$(?<![a-z]{2})", re.I)
_ARTICLES = frozenset("aA")
_SAID = re.compile(r"\s*(?:,|(?:is|are|be|denotes?|and\s+\w)\b)")
_DRESSED = re.compile(r"\\(?:math[a-z]+|bold(?:symbol)?|bm|pmb|text[a-z]+|vec|v[abu])\{(\\?\w+)\}")


def letters_of_formula(formula: Formula) -> frozenset[str]:
    """The names in a formula."""
    return frozenset(letters_of((formula.items,)))


@remembered()
def _plain(name: str) -> str:
    """The letter of a name without its font."""
    dressed = _DRESSED.fullmatch(name)
    return dressed[1] if dressed else name


def spoken(formulas: Iterable[Formula]) -> Mapping[str, str]:
    """The letters by which words may speak of the names in formulas, each with its name there."""
    found: dict[str, set[str]] = {}
    for name in frozenset().union(*(formula.once(letters_of_formula) for formula in formulas)):
        found.setdefault(_plain(name), set()).add(name)
    return {
        plain: plain if plain in names else next(iter(names)) for plain, names in found.items()
        if plain in names or len(names) == 1
    }  # fmt: skip


@remembered()
def _candidates(text: str) -> tuple[re.Match[str], ...]:
    """What may be letters in a text."""
    return tuple(_SPOKEN.finditer(text))


def pieces(text: str, names: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The words between the letters in a text, and the names that these mean."""
    if not (candidates := _candidates(text)):
        return [text], []
    words: list[str] = []
    found: list[str] = []
    last = 0
    for match in candidates:
        letter = match["name"]
        name = names.get(LETTERS.get(letter, letter)) or names.get("\\" + letter)
        if name is None or _BEFORE.search(text, last, match.start()):
            continue
        if letter in _ARTICLES and not match["mark"] and not _SAID.match(text, match.end()):
            continue
        words.append(text[last : match.start()])
        found.append(name)
        last = match.end()
    return [*words, text[last:]], found


def with_letters(sources: Sequence[Source], names: Mapping[str, str], offset: int) -> list[tuple[Source, int]]:
    """The sources with those for letters in the words between them, and for each its number, −1 for a letter."""
    out: list[tuple[Source, int]] = []
    for number, source in enumerate(sources):
        words, found = pieces(source.before, names)
        if found and out:
            out[-1] = (replace(out[-1][0], after=words[0]), out[-1][1])
        out += [(Source(name, offset, words[k], words[k + 1]), -1) for k, name in enumerate(found)]
        out.append((replace(source, before=words[-1]) if found else source, number))
    if out:
        last, number = out[-1]
        words, found = pieces(last.after, names)
        out[-1] = (replace(last, after=words[0]) if found else last, number)
        out += [(Source(name, offset, words[k], words[k + 1]), -1) for k, name in enumerate(found)]
    return out
