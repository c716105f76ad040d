"""Rows of a derivation laid out as a block: environment, alignment marks, line breaks, no row that Markdown takes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from texgrad.immutable import immutable
from texgrad.notation import TOKEN, Style

LONGEST = 50  # visible tokens of a right-hand side with its note; what is longer goes on in the next row
BETWEEN = r",\quad "  # what stands between remarks
DEPTH = {
    **dict.fromkeys(("(", "[", "{", r"\{", r"\left", r"\langle", r"\begin", r"\lVert", r"\lvert"), 1),
    **dict.fromkeys((")", "]", "}", r"\}", r"\right", r"\rangle", r"\end", r"\rVert", r"\rvert"), -1),
}
BARS = frozenset(("|", r"\|", r"\vert", r"\Vert"))  # which open and close alike
SIZES = frozenset((r"\left", r"\right", r"\middle", r"\mid"))
# after these a sign belongs to what follows
OPERATORS = frozenset(("=", ":", ",", "<", ">", "+", "-", "&", r"\approx", r"\cdot", r"\circ", r"\odot", r"\otimes"))
INVISIBLE = frozenset((
    "{", "}", "^", "_", "&", r"\left", r"\right", r"\,", r"\;", r"\:", r"\!", r"\quad", r"\qquad", r"\big", r"\bigl",
    r"\bigr", r"\Big", r"\Bigl", r"\Bigr",
))  # fmt: skip
RELATIONS = frozenset(("=", r"\approx"))
SAFE_START = re.compile(r"[A-Za-z&{(\\\u0370-\u03ff∂∇‖]")


class Row(NamedTuple):
    """`left relation right`, and a note beside it; an empty left side goes on from the row above."""

    left: str
    relation: str
    right: str
    note: str = ""


@immutable
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
    last = (more or [first])[-1]
    if len(last) + len(note) > LONGEST and note and visible(last) + visible(note) > LONGEST:
        lines += (rf"{env.before}{env.after}\qquad {part}" for part in remarks(note))
    elif note:
        lines[-1] += rf" \qquad {note}"
    yield from (line for line in lines if line.strip("& "))


def remarks(note: str) -> Iterator[str]:
    """A note cut between its remarks, each row of it as full as may be."""
    row = ""
    for part in note.split(BETWEEN):
        if row and visible(row) + visible(part) > LONGEST:
            yield row + ","
            row = part
        else:
            row = f"{row}{BETWEEN}{part}" if row else part
    yield row


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
    return sum(_seen(TOKEN.findall(latex)))


def _seen(tokens: Sequence[str]) -> list[bool]:
    """Which of the tokens are seen."""
    return [token not in INVISIBLE and not token.isspace() for token in tokens]


# where a long row is cut: best between the equations of a list, then before a relation, then before a sign
LIST, RELATION, SIGN = range(3)
RANKS = {r"\quad": LIST, **dict.fromkeys(RELATIONS, RELATION), **dict.fromkeys("+-", SIGN)}


def chunks(latex: str, longest: int = LONGEST) -> list[str]:
    """A long formula cut outside all brackets; a part begins with its relation or sign, or is an equation of a list."""
    if len(latex) <= longest:  # there are no more tokens than characters
        return [latex]
    tokens = TOKEN.findall(latex)
    seen = [0, *accumulate(_seen(tokens))]
    places = list(_places(tokens))
    spans = [(0, len(tokens))]
    for rank, shortest, left_out in ((LIST, 0, 1), (RELATION, longest, 0), (SIGN, longest, 0)):
        if all(seen[end] - seen[start] <= longest for start, end in spans):
            break
        found = [k for k, own in places if own == rank]
        cut: list[tuple[int, int]] = []
        for start, end in spans:
            inside = found[bisect_left(found, start) : bisect_left(found, end)]
            for here, following in pairwise([*inside, end]):
                if seen[start] < seen[here] and seen[following] - seen[start] > shortest:
                    cut.append((start, here))
                    start = here + left_out
            cut.append((start, end))
        spans = cut
        if rank == LIST and len(spans) > 1:
            break
    return ["".join(tokens[start:end]).strip() for start, end in spans]


def _places(tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where a row may be cut outside all brackets, and the rank of each place."""
    depth = 0
    bars = [k for k, token in enumerate(tokens) if token in BARS and tokens[k - 1] not in SIZES]
    turns = {k: (-1) ** n for n, k in enumerate(bars)} if len(bars) % 2 == 0 else {}
    for k, token in enumerate(tokens):
        turn = turns.get(k, 0) if token in BARS else DEPTH.get(token)
        if turn is not None:
            depth += turn
        elif depth == 0 and token in RANKS:
            before = next((tokens[at] for at in range(k - 1, -1, -1) if not tokens[at].isspace()), "=")
            if RANKS[token] == RELATION or (before == "," if RANKS[token] == LIST else before not in OPERATORS):
                yield k, RANKS[token]
