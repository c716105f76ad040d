"""Rows of a derivation laid out as a block: environment, alignment marks, line breaks, no row that Markdown takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

from texgrad.notation import TOKEN, Style

LONGEST = 50  # visible tokens of a right-hand side with its note; what is longer goes on in the next row
OPENING = frozenset(("(", "[", "{", r"\{", r"\left", r"\langle", r"\begin"))
CLOSING = frozenset((")", "]", "}", r"\}", r"\right", r"\rangle", r"\end"))
# after these a sign belongs to what follows
OPERATORS = frozenset(("=", ":", ",", "<", ">", "+", "-", "&", r"\approx", r"\cdot", r"\circ", r"\odot", r"\otimes"))
INVISIBLE = re.compile(r"\s|[{}^_&]|\\(?:left|right|[,;:!]|q?quad|big[lr]?|Big[lr]?)\Z")
RELATIONS = frozenset(("=", r"\approx"))
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
    lines = [head.strip(), *(_continued(part, env) for part in more)]
    beside = rf"\qquad {note}" if note else ""
    if note and visible((more or [first])[-1]) + visible(note) > LONGEST:
        lines.append(f"{env.before}{env.after}{beside}")
    elif note:
        lines[-1] += f" {beside}"
    yield from (line for line in lines if line.strip("& "))


def _continued(part: str, env: Environment) -> str:
    """A row that goes on from the one above: at a relation, with the next equation of a list, or at a sign."""
    tokens = TOKEN.findall(part)
    at = next((k for k, rank in _places(tokens) if rank == RELATION), None)
    if at is None:
        return f"{env.before}{env.after}\\qquad {part}"
    left, right = "".join(tokens[:at]), "".join(tokens[at + 1 :])
    return f"{left.strip()} {env.before}{tokens[at]}{env.after} {right.strip()}".strip()


def visible(latex: str) -> int:
    """How many tokens of LaTeX are seen."""
    return sum(INVISIBLE.match(token) is None for token in TOKEN.findall(latex))


def _long(latex: str, longest: int) -> bool:
    """Whether more than `longest` tokens are seen; there are no more of them than characters."""
    return len(latex) > longest and visible(latex) > longest


# where a long row is cut: best between the equations of a list, then before a relation, then before a sign
LIST, RELATION, SIGN = range(3)


def chunks(latex: str, longest: int = LONGEST) -> list[str]:
    """A long formula cut outside all brackets; a part begins with its relation or sign, or is an equation of a list."""
    parts = [latex]
    for rank in (LIST, RELATION, SIGN):
        if not any(_long(part, longest) for part in parts):
            break
        cut = [_cut(part, rank, longest) if _long(part, longest) else [part] for part in parts]
        parts = [piece for pieces in cut for piece in pieces]
        if rank == LIST and len(parts) > 1:
            break
    return parts


def _cut(latex: str, rank: int, longest: int) -> list[str]:
    """A formula cut at the places of one rank, as few of them as keep the parts short."""
    tokens = TOKEN.findall(latex)
    places = [k for k, found in _places(tokens) if found == rank and k]
    seen = [0, *accumulate(INVISIBLE.match(token) is None for token in tokens)]
    parts: list[str] = []
    start = 0
    for here, following in pairwise([*places, len(tokens)]):
        if rank == LIST or seen[following] - seen[start] > longest:
            parts.append("".join(tokens[start:here]).strip())
            start = here + (rank == LIST)
    return [*parts, "".join(tokens[start:]).strip()]


def _places(tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where a row may be cut outside all brackets, and the rank of each place."""
    depth, before = 0, "="
    for k, token in enumerate(tokens):
        depth += (token in OPENING) - (token in CLOSING)
        if depth == 0:
            if token == r"\quad" and before == ",":
                yield k, LIST
            elif token in RELATIONS:
                yield k, RELATION
            elif token in ("+", "-") and before not in OPERATORS:
                yield k, SIGN
        before = before if token.isspace() else token
