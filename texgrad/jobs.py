"""The requests of a paragraph as one job: the question in full, how to answer it, and a key that names it."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import replace
from operator import itemgetter

from texgrad.ask_formulas import told
from texgrad.choices import check_choice, unknown
from texgrad.document import Document, Group
from texgrad.formats_columns import columns_of
from texgrad.immutable import immutable
from texgrad.majority import majority
from texgrad.options import OPTIONS, YES
from texgrad.problem import Problem, Source
from texgrad.problem_chinese import in_english
from texgrad.source import fail

NO_OPTIONS: Mapping[str, str] = {}
# what a site says of names of which its posts say nothing: the options that hold it
USUAL, USUALLY = "usual declare", "usual assume"


@immutable
class Job:
    """A question, the letters that its page uses near by, and how the answer is to be written."""

    problem: Problem
    letters: frozenset[str]
    style: str
    convention: str | None
    layout: str
    env: str
    format: str
    detail: str
    explain: bool
    columns: int = 1

    @property
    def sources(self) -> tuple[Source, ...]:
        """The pieces of the document that the question is made of."""
        return self.problem.requests + self.problem.context

    def key(self) -> str:
        """All that the answer depends on as one text; where the pieces stand in the document is no part of it."""
        order = {offset: place for place, offset in enumerate(sorted({source.offset for source in self.sources}))}
        asked, context = (
            [[one.latex, order[one.offset], one.before, one.after, one.aside] for one in sources]
            for sources in (self.problem.requests, self.problem.context)
        )
        said = {**vars(self), **vars(self.problem), "problem": None, "requests": asked, "context": context}
        return json.dumps(list(said.items()), default=sorted)


def job_of(document: Document, group: Group, options: Mapping[str, str]) -> Job:
    """The job of one group under the options of its post; raises `config` for an option that there is not."""
    chosen = {**options, **_asked(group)}
    for name, value in chosen.items():
        check_choice(name, value)
    return Job(
        problem_of(document, group, chosen),
        _letters(document, group),
        chosen.get("style", "differential"),
        chosen.get("convention"),
        chosen.get("layout", "auto"),
        chosen.get("env", "auto"),
        document.format.family,
        chosen.get("detail", "normal"),
        chosen.get("explain") in YES,
        _columns(document, chosen.get("columns", "auto")),
    )


def _columns(document: Document, chosen: str) -> int:
    """How many columns the page has."""
    return document.once(_shown_columns) if chosen == "auto" else int(chosen)


def _shown_columns(document: Document) -> int:
    return columns_of(document.text, document.front)


def _asked(group: Group) -> dict[str, str]:
    """The options that stand in the requests themselves."""
    chosen: dict[str, str] = {}
    for request in group.requests:
        for name, value in request.options.items():
            if name not in OPTIONS:
                raise unknown(name, OPTIONS, request.source.outer)
            check_choice(name, value, request.source.outer)
            chosen[name] = value
    return chosen


def problem_of(document: Document, group: Group, options: Mapping[str, str] = NO_OPTIONS) -> Problem:
    """The reader's problem for one group: its requests, and what the document and `options` say in their scope."""
    requests = tuple(Source(r.latex, r.offset) for r in group.requests)
    own = {r.source.span.start: r.form for r in group.requests}
    section, at = group.requests[0].section, group.requests[0].offset
    near = [s for s in _in_scope(document, section, at) if own.get(s[1], "question") == "question"]
    silently = document.once(silent)
    mute = [place for _, place, _ in near if place in silently and place not in own]
    left_out = frozenset(mute[: max(0, len(mute) - MOST_MUTE)])
    context = [
        _seen(source, nearness == ASIDE, place in own) for nearness, place, source in near if place not in left_out
    ]
    macros = tuple(m.text for m in document.macros)
    return Problem(
        requests, tuple(context), macros, _variables(options), dict(pairs(options, "declare")),
        properties(options, "assume"), order=int(options.get("order", "1")),
        common=majority(tuple(f.latex for f in document.formulas)),
        usual=dict(pairs(options, USUAL)), usually=properties(options, USUALLY),
    )  # fmt: skip


def _seen(source: Source, aside: bool, own: bool) -> Source:
    """A statement as a question sees it; of its own formula, what is left without what it asks."""
    latex = told(source.latex) if own else source.latex
    return source if latex == source.latex and aside == source.aside else replace(source, latex=latex, aside=aside)


MOST_MUTE = 50  # other questions that a question sees, the nearest ones


def stated(document: Document) -> tuple[tuple[int, tuple[int, ...], Source], ...]:
    """All that a document says: where, in which section, and the words around it."""
    return tuple(statements(document))


def silent(document: Document) -> frozenset[int]:
    """Where questions stand that say nothing of any name, nor do words beside them: they show how the author writes."""
    return frozenset(
        f.span.start for f in document.formulas
        if not (f.prose.strip() or f.after.strip()) and "?" in f.latex and not told(f.latex).strip("{} \n")
    )  # fmt: skip


# where a statement stands, seen from a question: what is nearer counts more
ASIDE, ABOVE, AFTER, BEFORE = range(4)


def _by_section(document: Document) -> Mapping[tuple[int, ...], list[tuple[int, Source]]]:
    """The statements of each section, and where they stand, in order."""
    found: dict[tuple[int, ...], list[tuple[int, Source]]] = {}
    for place, section, source in document.once(stated):
        found.setdefault(section, []).append((place, source))
    return {section: sorted(said, key=itemgetter(0)) for section, said in found.items()}


def _in_scope(document: Document, own: tuple[int, ...], at: int) -> list[tuple[int, int, Source]]:
    """What is said where a question stands, at `at` in the section `own`: how near, and where; the nearest last."""
    near: list[tuple[int, int, Source]] = []
    for section, said in document.once(_by_section).items():
        here = bisect_left(said, at, key=itemgetter(0))
        if section == own:
            near += [(AFTER, *one) for one in said[here:]]
        nearness = BEFORE if section == own else ABOVE if own[: len(section)] == section else ASIDE
        near += [(nearness, *one) for one in said[:here]]
    return sorted(near, key=itemgetter(0, 1))


def _variables(options: Mapping[str, str]) -> tuple[str, ...]:
    """The variables that the option `wrt` names, `X, \\theta`, for a request that is no derivative itself."""
    return tuple(part.strip() for part in re.split(r"[,;](?![^{}]*\})", options.get("wrt", "")) if part.strip())


def pairs(options: Mapping[str, str], name: str) -> Iterator[tuple[str, str]]:
    """What an option such as `declare="X: n x p; a: n"` says of each name."""
    for part in filter(str.strip, options.get(name, "").split(";")):
        key, colon, worth = part.partition(":")
        if not (colon and key.strip() and worth.strip()):
            raise fail("config", f"{name} is {options[name]!r}", help=f'write {name}="X: …; y: …"')
        yield key.strip(), worth.strip()


def properties(options: Mapping[str, str], name: str) -> Mapping[str, tuple[str, ...]]:
    """What an option such as `assume="S: symmetric, positive definite"` says of each name."""
    return {key: tuple(map(str.strip, words.split(","))) for key, words in pairs(options, name)}


def statements(document: Document) -> Iterator[tuple[int, tuple[int, ...], Source]]:
    """What a document says in formulas and in `let` comments: where, in which section, and the words around it."""
    for f in document.formulas:
        yield f.span.start, f.section, Source(f.latex, f.span.start, in_english(f.prose), in_english(f.after))
    for c in document.comments:
        if c.kind == "let":
            yield c.span.start, c.section, Source(c.latex, c.span.start, "Let ", told=True)


LETTER = re.compile(r"\\[a-zA-Z]+|[A-Za-z]")
# environments, and words set upright: no letter in them is a name
WORD = re.compile(
    r"\\(?:begin|end)\s*\{[^{}]*\}|\\(?:text\w*|operatorname\*?|math(?:rm|sf|tt)|mbox)\s*\{[^{}]{2,}\}|\{\\rm[^{}]*\}"
)


def _letters(document: Document, group: Group) -> frozenset[str]:
    """The letters that the formulas of the request's section use before its answer.

    Those after it may speak of the answer, whose names do not change when the author mentions them.
    """
    section = group.requests[0].section
    near = (found for at, own, found in document.once(_lettered) if at < group.at and own[: len(section)] == section)
    return frozenset().union(*near)


def _lettered(document: Document) -> tuple[tuple[int, tuple[int, ...], frozenset[str]], ...]:
    """Where each formula stands, its section, and the letters in it."""
    return tuple(
        (f.span.start, f.section, frozenset(LETTER.findall(WORD.sub(" ", f.latex)))) for f in document.formulas
    )
