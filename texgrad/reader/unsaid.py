"""Declarations in `let` comments of which nothing could be understood."""

from __future__ import annotations

import re
from collections.abc import Iterator

from texgrad.problem import Problem, Source
from texgrad.reader.gathering import Gathering
from texgrad.source import Diagnostic, Span

_TOKEN = re.compile(r"\\.|[{(\[]|[})\]]|[,;]")
_NAME = re.compile(r"\s*\\?[A-Za-z]+(?:_\w|_\{[^{}]*\})?\s*")
_NAMED = re.compile(r"\s*\$?(?:\\[A-Za-z]+|[A-Za-z](?![A-Za-z]))")  # what begins with a name
HELP = r"write X \in \mathbb R^{n \times p}, or A symmetric"


def unsaid(problem: Problem) -> tuple[Diagnostic, ...]:
    """A warning for every part of a `let` comment that says nothing of any name."""
    return tuple(
        Diagnostic("config", f"nothing is declared by “{part.latex.strip()}”", _place(part), HELP, "warning")
        for source in problem.context if source.told
        for part in _parts(source) if not _says(part, problem)
    )  # fmt: skip


def _parts(source: Source) -> Iterator[Source]:
    """What stands between the commas outside brackets, names at the beginning of a list with what follows them."""
    start = depth = 0
    cuts = []
    for token in _TOKEN.finditer(source.latex):
        depth += (token[0] in "{([") - (token[0] in "})]")
        if depth == 0 and token[0] in (",", ";"):
            cuts.append(token.start())
    for cut in (*cuts, len(source.latex)):
        text = source.latex[start:cut]
        if _NAME.fullmatch(text):
            continue
        if _NAMED.match(text):
            yield Source(text, source.offset + start, "Let ")
        start = cut + 1


def _says(part: Source, problem: Problem) -> bool:
    said = Gathering(Problem((), (part,), problem.macro_sources, macros=problem.macros)).said
    return bool(said.declared or said.indices or said.definitions or said.functions or said.real or said.norms)


def _place(part: Source) -> Span:
    lead = len(part.latex) - len(part.latex.lstrip())
    return Span(part.offset + lead, part.offset + len(part.latex.rstrip()))
