"""Rows of a derivation laid out as a block: environment, alignment marks, line breaks, no row that Markdown takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from texgrad.notation import TOKEN, Style

LONGEST = 100  # visible tokens of a right-hand side before it goes on in the next row
OPENING = frozenset(("(", "[", "{", r"\{", r"\left", r"\langle", r"\begin"))
CLOSING = frozenset((")", "]", "}", r"\}", r"\right", r"\rangle", r"\end"))
# after these a sign belongs to what follows
OPERATORS = frozenset(("=", ":", ",", "<", ">", "+", "-", "&", r"\approx", r"\cdot", r"\circ", r"\odot", r"\otimes"))
INVISIBLE = re.compile(r"\s|[{}^_&]|\\(?:left|right|[,;:!]|q?quad|big[lr]?|Big[lr]?)\Z")
SAFE_START = re.compile(r"[A-Za-z&{(\\]")


class Row(NamedTuple):
    """`left relation right`, and a note beside it; an empty left side goes on from the row above."""

    left: str
    relation: str
    right: str
    note: str = ""


@dataclass(frozen=True)
class Environment:
    """How an environment begins and ends, marks the relation, and whether it is a display of its own."""

    begin: str
    end: str
    before: str = "&"
    after: str = ""
    display: bool = False
    closed: bool = False  # the last row, too, ends in a line break


def _named(name: str, before: str = "&", after: str = "", display: bool = False) -> Environment:
    return Environment(rf"\begin{{{name}}}", rf"\end{{{name}}}", before, after, display)


ENVIRONMENTS: Mapping[str, Environment] = {
    "aligned": _named("aligned"),
    "split": _named("split"),
    "gathered": _named("gathered", before=""),
    "eqalign": Environment(r"\eqalign{", "}", closed=True),
    "align": _named("align", display=True),
    "align*": _named("align*", display=True),
    "flalign": _named("flalign", display=True),
    "flalign*": _named("flalign*", display=True),
    "gather": _named("gather", before="", display=True),
    "gather*": _named("gather*", before="", display=True),
    "eqnarray": _named("eqnarray", after="&", display=True),
    "eqnarray*": _named("eqnarray*", after="&", display=True),
}


def block(rows: Sequence[Row], environment: str, delimiters: tuple[str, str], style: Style) -> tuple[str, ...]:
    r"""The lines of the block, without line endings.

    `delimiters` open and close a display, `$$` or `\[` and `\]`; empty ones mean LaTeX's own. Environments that are
    displays themselves stand bare unless the delimiters are `$$`, which Markdown needs round everything.
    """
    env = ENVIRONMENTS[environment]
    lines = [guarded(line) for r in rows for line in _lines(r, env)]
    ends = [style.line_break] * len(lines)
    if lines and not env.closed:
        ends[-1] = ""
    inner = [env.begin, *(f"{line} {end}".rstrip(" ") for line, end in zip(lines, ends, strict=True)), env.end]
    if env.display and delimiters != ("$$", "$$"):
        return tuple(inner)
    opening, closing = delimiters if any(delimiters) else (r"\[", r"\]")
    return (opening, *inner, closing)


def guarded(line: str) -> str:
    """The line with `{}` before it where Markdown would take its first character for a list, a heading or a quote."""
    return line if SAFE_START.match(line) else "{}" + line


def _lines(r: Row, env: Environment) -> Iterator[str]:
    left, relation, right, note = (" ".join(part.split()) for part in r)
    first, *more = chunks(right)
    head = f"{left} {env.before}{relation}{env.after} {first}" if relation else f"{left} {env.before}{env.after}{first}"
    lines = [head.strip(), *(f"{env.before}{env.after}\\qquad {part}" for part in more)]
    lines[-1] += rf" \qquad {note}" if note else ""
    yield from (line for line in lines if line.strip("& "))


def chunks(latex: str, longest: int = LONGEST) -> list[str]:
    """A long formula cut at signs that stand outside all brackets; each part but the first begins with its sign."""
    tokens = TOKEN.findall(latex)
    cuts, sizes = _cuts(tokens)
    if sizes[-1] <= longest:
        return [latex]
    parts: list[str] = []
    start = 0
    for here, following in pairwise([*cuts, len(tokens)]):
        if sizes[following] - sizes[start] > longest and here > start:
            parts.append("".join(tokens[start:here]).strip())
            start = here
    return [*parts, "".join(tokens[start:]).strip()]


def _cuts(tokens: Sequence[str]) -> tuple[list[int], list[int]]:
    """Where signs stand between terms outside all brackets, and how many visible tokens stand before each token."""
    cuts: list[int] = []
    sizes = [0]
    depth, before = 0, "="
    for k, token in enumerate(tokens):
        depth += (token in OPENING) - (token in CLOSING)
        if token in ("+", "-") and depth == 0 and before not in OPERATORS:
            cuts.append(k)
        sizes.append(sizes[-1] + (INVISIBLE.match(token) is None))
        before = before if token.isspace() else token
    return cuts, sizes
