"""Sums whose many terms are alike but for the numbers of their letters: read as the sum over an index that they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from texgrad.immutable import immutable
from texgrad.patterns import compiled
from texgrad.problem import Problem

FEWEST = 12  # so many terms nobody wants to read one by one
_LETTERS = "ijklst"  # what an index may be called
_SIGNS = re.compile(r"\\(?:[a-zA-Z]+|[\s\S])|[{}()\[\]|+=&,;-]")
_OPENING = frozenset(("{", "(", "[", r"\{", r"\lVert", r"\lvert", r"\langle"))
_CLOSING = frozenset(("}", ")", "]", r"\}", r"\rVert", r"\rvert", r"\rangle"))
_BARS = frozenset((r"\|", "|", r"\Vert", r"\vert"))  # which open and close
_ADDING, _CUTTING = frozenset("+-"), frozenset((r"\\", "=", "&", ",", ";"))
_NAME = (
    r"(?:\\(?:math[a-z]+|boldsymbol|bm|vec|hat|tilde|bar)\s*(?:\{\s*\\?[a-zA-Z]+\s*\}|[a-zA-Z](?![a-zA-Z]))"
    r"|\\[a-zA-Z]+|[a-zA-Z])"
)
_NUMBERED = compiled(rf"({_NAME})\s*_\s*(?:\{{\s*(\d+)\s*\}}|(\d))")
_KEY = re.compile(r"(.+?)_\{?\d+\}?")
_FONTS = re.compile(r"\\(?:math[a-z]+|boldsymbol|bm|vec)(?![a-zA-Z])|[\\{}\s]")
_MARK = "\0"  # an index that has no letter yet
_SPACES = re.compile(r"\s+")


@immutable
class Alike:
    """A question whose sums were written out, under signs of sums.

    members: how many members each family has whose members had names of their own, by the name of the family.
    """

    problem: Problem
    members: Mapping[str, int]


@immutable
class _Term:
    """A term: where it stands with its sign, its text between the numbers, the letters that have numbers, and these."""

    start: int
    end: int
    sign: str
    text: tuple[str, ...]
    letters: tuple[str, ...]
    numbers: tuple[int, ...]


@immutable
class _Run:
    """Terms in a row that differ in numbers only: the first, where the last ends, how many, and which numbers count."""

    first: _Term
    end: int
    length: int
    moving: tuple[bool, ...]


def under_signs(problem: Problem) -> Alike | None:
    r"""The question with `\|A_1X-B_1\|^2+\|A_2X-B_2\|^2+…` as a sum over an index, if it has such sums.

    The letters that have the numbers stand nowhere else, and what is declared of them is the same for all of them.
    """
    texts = [*(s.latex for s in (*problem.requests, *problem.context)), *problem.definitions]
    long = (text for text in texts if max(text.count("+"), text.count("-")) >= FEWEST - 1)
    found = {text: runs for text in long if (runs := tuple(_runs(text)))}
    members: dict[str, int] = {}
    for run in (run for runs in found.values() for run in runs):
        for letter, moves in zip(run.first.letters, run.moving, strict=True):
            if moves and members.setdefault(letter, run.length) != run.length:
                return None
    declare = _declared(problem.declare, members) if members else None
    assumed = dict.fromkeys(problem.assume, "")
    if declare is None or _declared(assumed, members) != assumed:
        return None
    others = (*problem.wrt, *(key for key in declare if key not in members))
    once = " ".join((*(_written(text, found.get(text, ()), _MARK) for text in texts), *others))
    index = next((i for i in _LETTERS if not re.search(rf"(?<![a-zA-Z\\]){i}(?![a-zA-Z])", once)), None)
    if index is None or any(_stands(letter, once) for letter in members):
        return None
    new = {text: _written(text, runs, index) for text, runs in found.items()}
    requests, context = (tuple(replace(s, latex=new.get(s.latex, s.latex)) for s in sources)
                         for sources in (problem.requests, problem.context))  # fmt: skip
    definitions = tuple(new.get(text, text) for text in problem.definitions)
    declare = {**declare, **{k: f"family {members[k]} of {v}" for k, v in declare.items() if k in members}}
    changed = replace(problem, requests=requests, context=context, definitions=definitions, declare=declare)
    return Alike(changed, members)


def _declared(declare: Mapping[str, str], members: Mapping[str, int]) -> dict[str, str] | None:
    """What is declared, each family once by its own name; nothing where its members are not alike."""
    plain = {_FONTS.sub("", letter): letter for letter in members}
    out: dict[str, str] = {}
    for key, said in declare.items():
        found = _KEY.fullmatch(key)
        letter = plain.get(_FONTS.sub("", found[1])) if found is not None else None
        if letter is None:
            out[key] = said
        elif out.setdefault(letter, said) != said:
            return None
    return out


def _stands(letter: str, text: str) -> bool:
    """Whether a letter stands somewhere but with the index of a sum, which is left out of the text."""
    return re.search(rf"(?<![a-zA-Z\\]){re.escape(letter)}(?![a-zA-Z]|_{_MARK})", text) is not None


def _runs(text: str) -> Iterator[_Run]:
    """The rows of terms that differ in numbers only, which count from one."""
    row: list[_Term] = []
    for term in (*_terms(text), None):
        if row and term is not None and _goes_on(row, term):
            row.append(term)
            continue
        if len(row) >= FEWEST:
            moving = _moving(row[0], row[1])
            if all(number == 1 for number, moves in zip(row[0].numbers, moving, strict=True) if moves):
                yield _Run(row[0], row[-1].end, len(row), moving)
        row = [term] if term is not None else []


def _goes_on(row: list[_Term], term: _Term) -> bool:
    """Whether a term is the next one of a row."""
    last = row[-1]
    if (last.sign, last.text, last.letters) != (term.sign, term.text, term.letters):
        return False
    steps = {b - a for a, b in zip(last.numbers, term.numbers, strict=True)}
    return {1} <= steps <= {0, 1} and (len(row) == 1 or _moving(last, term) == _moving(row[0], row[1]))


def _moving(one: _Term, other: _Term) -> tuple[bool, ...]:
    """Which numbers of a term are other ones in the next."""
    return tuple(a != b for a, b in zip(one.numbers, other.numbers, strict=True))


def _terms(text: str) -> Iterator[_Term | None]:
    """The terms of every long sum in turn, and nothing where a sum ends; innermost sums first."""
    rows: list[list[tuple[int, int, str]]] = [[(0, 0, "+")]]
    openers = [""]
    before = ""
    for found in _SIGNS.finditer(text):
        token, start, end = found[0], found.start(), found.end()
        closes = token in _CLOSING or (token in _BARS and openers[-1] == token)
        if token in _OPENING or (token in _BARS and not closes):
            rows.append([(end, end, "+")])
            openers.append(token)
        elif token in _ADDING:
            rows[-1].append((start, end, token))
        elif closes or token in _CUTTING:
            yield from _closed(text, rows[-1], start - len(before))
            if closes and len(rows) > 1:
                rows.pop()
                openers.pop()
            else:
                rows[-1] = [(end, end, "+")]
        before = token if token == r"\right" else ""
    for row in reversed(rows):
        yield from _closed(text, row, len(text))


def _closed(text: str, row: list[tuple[int, int, str]], end: int) -> Iterator[_Term | None]:
    """The terms of one sum if they are many, and the end of it."""
    if len(row) >= FEWEST:
        ends = (*(start for start, _, _ in row[1:]), end)
        yield from (_term(text, *place, stop) for place, stop in zip(row, ends, strict=True))
        yield None


def _term(text: str, start: int, inside: int, sign: str, end: int) -> _Term:
    """What stands between two signs of a sum."""
    parts = _NUMBERED.split(text[inside:end])
    between = tuple(_SPACES.sub(" ", part).strip() for part in parts[::4])
    numbers = tuple(int(braced or bare) for braced, bare in zip(parts[2::4], parts[3::4], strict=True))
    return _Term(start, end, sign, between, tuple(parts[1::4]), numbers)


def _written(text: str, runs: Iterable[_Run], index: str) -> str:
    """A text with signs of sums over an index in the place of its runs."""
    out, at = "", 0
    for run in runs:
        first = run.first
        sign = first.sign if text.startswith(first.sign, first.start) else ""
        out += rf"{text[at : first.start]}{sign}\sum_{{{index}=1}}^{{{run.length}}}{first.text[0]}"
        for letter, number, moves, after in zip(first.letters, first.numbers, run.moving, first.text[1:], strict=True):
            out += f"{letter}_{index}{after}" if moves else f"{letter}_{{{number}}}{after}"
        at = run.end
    return out + text[at:]
