"""Rows of a derivation laid out as a block: environment, alignment marks, line breaks, no row that Markdown takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from texgrad.immutable import immutable
from texgrad.notation import TOKEN, Style
from texgrad.writer.breaking import LONGEST, chunks, first_relation, visible

BETWEEN = r",\quad "  # what stands between remarks
ADDED = r"\ \text{("  # what begins one that is added to another
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


def block(
    rows: Sequence[Row], environment: str, delimiters: tuple[str, str], style: Style, longest: int = LONGEST
) -> tuple[str, ...]:
    r"""The lines of the block, without line endings; `longest` is how much a row may hold.

    `delimiters` open and close a display, `$$` or `\[` and `\]`; empty ones mean LaTeX's own. Environments that are
    displays themselves stand bare unless the delimiters are `$$`, which Markdown needs round everything.
    """
    env = ENVIRONMENTS[environment]
    lines = [guarded(line) for r in rows for line in _lines(r, env, longest) if line.strip("& ")]
    ends = [style.line_break] * len(lines)
    if lines and not env.closed:
        ends[-1] = ""
    inner = [env.begin, *[f"{line} {end}".rstrip(" ") for line, end in zip(lines, ends, strict=True)], env.end]
    if env.display and delimiters != ("$$", "$$"):
        return tuple(inner)
    opening, closing = delimiters if any(delimiters) else (r"\[", r"\]")
    return (opening, *inner, closing)


def guarded(line: str) -> str:
    """The line with `{}` before it where Markdown would take its first character for a list, a heading or a quote."""
    return line if SAFE_START.match(line) else "{}" + line


def _lines(r: Row, env: Environment, longest: int) -> list[str]:
    left, relation, right, note = [" ".join(part.split()) for part in r]
    first, *more = chunks(right, longest)
    head = f"{left} {env.before}{relation}{env.after} {first}" if relation else f"{left} {env.before}{env.after}{first}"
    lines = [head.strip(), *(_continued(part, env) for part in more)]
    last = (more or [first])[-1]
    if len(last) + len(note) > longest and note and visible(last) + visible(note) > longest:
        parts = (part for remark in remarks(note, longest) for part in _note_cut(remark, longest))
        lines += (rf"{env.before}{env.after}\qquad {part}" for part in parts)
    elif note:
        lines[-1] += rf" \qquad {note}"
    return lines


def remarks(note: str, longest: int = LONGEST) -> Iterator[str]:
    """A note cut between its remarks, each row of it as full as may be."""
    row = ""
    for part in note.split(BETWEEN):
        if row and visible(row) + visible(part) > longest:
            yield row + ","
            row = part
        else:
            row = f"{row}{BETWEEN}{part}" if row else part
    yield row


def _note_cut(remark: str, longest: int) -> list[str]:
    """A remark in rows: before what it adds in parentheses rather than at a sign within its formula."""
    parts = chunks(remark, longest, equations=False)
    if len(parts) == 1 or ADDED not in remark:
        return parts
    first, *added = remark.split(ADDED)
    return [part for piece in (first, *(ADDED.removeprefix("\\ ") + a for a in added))
            for part in chunks(piece, longest, equations=False)]  # fmt: skip


def _continued(part: str, env: Environment) -> str:
    """A row that goes on from the one above: at a relation, with the next equation of a list, or at a sign."""
    tokens = TOKEN.findall(part)
    at = first_relation(tokens)
    if at is None:
        return f"{env.before}{env.after}\\qquad {part}"
    left, right = "".join(tokens[:at]), "".join(tokens[at + 1 :])
    return f"{left.strip()} {env.before}{tokens[at]}{env.after} {right.strip()}".strip()
