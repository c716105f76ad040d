"""The equations of a document: which formulas belong together, what is known where they stand, the verdicts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from texgrad.document import Document, Formula
from texgrad.effort import Effort, uncollected
from texgrad.formats import named
from texgrad.immutable import immutable
from texgrad.jobs import LETTER, USUAL, USUALLY, pairs, properties, statements
from texgrad.notebook import Notebook
from texgrad.problem import Problem, Source
from texgrad.reader import Manner
from texgrad.reader.phrases import PHRASES
from texgrad.scan import scan
from texgrad.source import Lines, splice
from texgrad.verify.chains import judge
from texgrad.verify.declarations import contradictions
from texgrad.verify.lines import unchecked
from texgrad.verify.policy import MANNERS, Policy
from texgrad.verify.spoken import Spoken, of_a_case, of_another, said_once
from texgrad.verify.verdicts import FAILS, NEEDS, Verdict

EFFORT, WORDINGS = 88_000, 24_000  # what may be spent on one document, and of that on mending what fails in it
SHORT_PAGE = 78_000  # what may be spent on a document of no length; each character adds one
PAGE = 8  # characters of a document that cost as much to scan as one to read
SHARE, SHARE_PER_CHARACTER = 24_000, 40  # what may be spent on one chain
CHAIN, STATEMENT = 50, 7  # what a chain costs, and each statement around it
MANNERS_HERE = (
    MANNERS[0], Manner(anew=True), *MANNERS[1:], Manner(anew=True, layout="numerator"), Manner(anew=True, plain=True),
    Manner(alone=True),
)  # fmt: skip
NEAREST, SHORT = 40, 200  # how many formulas around a chain are looked at, and how long a definition is
_DECLARES = r"\in"
_RELATED = re.compile(r"=|\\equiv|\\coloneqq|\\triangleq")
_IF = re.compile(rf"\b(?:{PHRASES['if']})\s*$", re.I)
_PRIMED = re.compile(r"(\\[a-z]+\{\w\}|[A-Za-z])(?:'|\^\s*\\prime)")
_GOES_ON = re.compile(r"(?:\s|\\begin\{\w+\*?\}|&|\\quad|\\displaystyle)*(?:=|\\approx|\\le|\\ge)")
# a name set equal to something once: a definition, and no claim
_DEFINED = re.compile(
    r"\s*(?!\\(?:nabla|partial|frac)|d[^\s=])\\?[a-zA-Z]+(?:_\{?\w+\}?|\([a-zA-Z]\))?\s*(?::=|=)[^=]*"
)


@immutable
class Chain:
    """The formulas of one chain, which may be several displays."""

    formulas: tuple[Formula, ...]


def verify_text(text: str, format: str = "markdown", options: Mapping[str, str] | None = None) -> list[Verdict]:
    """The verdicts on the equations of a document, in order, one for every row of a formula that holds an equation.

    `line` is the index of the line of the text, and spans are places in it. options: as for `build_text`; `declare`
    and `assume` count. Raises TexgradError, with the code `config` for a format that there is not, and with `markers`
    for markers without partner.
    """
    row = named(format)
    notebook = Notebook(text) if row.cells else None
    document = scan(notebook.text, row, notebook.cells) if notebook else scan(text, row)
    lines = Lines(text)
    out: list[Verdict] = []
    effort = Effort(min(EFFORT, SHORT_PAGE + len(text)) - len(text) // PAGE, WORDINGS)
    spoken, around = Spoken(document), Surroundings(document)
    with uncollected():
        for chain in chains(document):
            if effort.left <= 0:
                out.append(unchecked(0, "too-large", span=chain.formulas[0].span))
                continue
            out += _verdicts(around, chain, options or {}, effort, spoken)
    out = sorted(said_once((*out, *contradictions(document))), key=lambda v: v.span.start if v.span else 0)
    if notebook:
        out = [replace(v, span=v.span and notebook.span(v.span), edits=tuple(map(notebook.edit, v.edits))) for v in out]
    return [replace(v, line=lines.place(v.span.start)[0] - 1) for v in out if v.span is not None]


def chains(document: Document) -> Iterator[Chain]:
    """The formulas that hold equations, those together that go on from one another; ignored ones left out."""
    ignored = _ignored(document)
    current: list[Formula] = []
    for formula in document.formulas:
        if formula.span.start in ignored or not _RELATED.search(formula.latex):
            continue
        if current and formula.display and _goes_on(current[-1], formula):
            current.append(formula)
            continue
        if current:
            yield Chain(tuple(current))
        current = [formula]
    if current:
        yield Chain(tuple(current))


def _goes_on(before: Formula, formula: Formula) -> bool:
    """Whether a display begins with a relation, to the display before it in the same section."""
    return before.display and before.section == formula.section and _GOES_ON.match(formula.latex) is not None


def _ignored(document: Document) -> set[int]:
    """Where the formulas start that stand next after a comment that says `texgrad: ignore`."""
    starts = [f.span.start for f in document.formulas]
    found = (c.outer.end for c in document.comments if c.kind == "ignore")
    return {min((s for s in starts if s >= end), default=-1) for end in found}


def _verdicts(
    around: Surroundings, chain: Chain, options: Mapping[str, str], effort: Effort, spoken: Spoken
) -> Iterator[Verdict]:
    """The verdicts on one chain."""
    sources = [Source(f.latex, f.span.start, f.prose, f.after) for f in chain.formulas]
    if len(sources) == 1 and _DEFINED.fullmatch(sources[0].latex):
        return
    problem = problem_of(around, chain, options)
    effort.spend(CHAIN + STATEMENT * len(problem.context))
    with effort.share(SHARE + SHARE_PER_CHARACTER * sum(len(source.latex) for source in sources)) as own_share:
        found = judge(problem, sources, Policy(MANNERS_HERE, True, spoken), own_share)
    for (k, _), verdict in sorted(found.items()):
        if verdict.reason != "no claim":
            own = chain.formulas[k]
            if verdict.status in (FAILS, NEEDS) and (
                of_a_case(around.document, own) or of_another(around.document, own) or around.supposes(chain)
                or around.primes(chain)
            ):
                verdict = unchecked(verdict.line, "condition", span=verdict.span)
            yield replace(verdict, span=verdict.span or own.span, suggestion=_mended(verdict, own))


def _mended(verdict: Verdict, formula: Formula) -> str | None:
    """The side of the equation that is to blame, with its slip mended."""
    place = verdict.side or verdict.span
    if verdict.suggestion is None or place is None:
        return None
    start, end = place
    latex = formula.latex[start - formula.span.start : end - formula.span.start]
    return splice(latex, (e.shifted(-start) for e in verdict.edits)).strip()


class Surroundings:
    """What a document says around its chains, each statement taken apart once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.said = [_Said(at, section, source, replace(source, aside=True), frozenset(LETTER.findall(source.latex)))
                     for at, section, source in statements(document)]  # fmt: skip
        self.macros = tuple(m.text for m in document.macros)

    def of(self, chain: Chain) -> list[Source]:
        """What is said where a chain stands: what its section says further on, and what stood before, nearest last."""
        at, section = chain.formulas[0].span.start, chain.formulas[0].section
        own = {f.span.start for f in chain.formulas}
        said = [s for s in self.said if s.at not in own and (s.at < at or s.section == section)]
        said.sort(key=lambda s: (s.at < at, s.at < at and s.section[: len(section)] == section, s.at))
        letters = frozenset(LETTER.findall(" ".join(f.latex for f in chain.formulas)))
        return [s.near if _near(s.section, section) and not s.passing else s.aside for s in _telling(said, letters)]


    def supposes(self, chain: Chain) -> bool:
        """Whether the section supposed before that something in the chain is another thing: "verify if $J = …$"."""
        at, section = chain.formulas[0].span.start, chain.formulas[0].section
        letters = frozenset(LETTER.findall(" ".join(f.latex for f in chain.formulas)))
        before = (s.near for s in self.said if s.at < at and s.section == section)
        supposed = (near.latex.partition("=") for near in before if _IF.search(near.before))
        return any(sign and not letters.isdisjoint(LETTER.findall(left)) for left, sign, _ in supposed)


    def primes(self, chain: Chain) -> bool:
        """Whether a letter with a prime in the chain is spoken of alone: "the new matrix $A'$", no transpose."""
        section = chain.formulas[0].section
        primed = {letter for f in chain.formulas for letter in _PRIMED.findall(f.latex)}
        here = (f.latex.strip() for f in self.document.formulas if primed and f.section == section)
        return any((found := _PRIMED.fullmatch(latex)) is not None and found[1] in primed for latex in here)


@immutable
class _Said:
    """A statement: where, in which section, what it is there and elsewhere, and its letters."""

    at: int
    section: tuple[int, ...]
    near: Source
    aside: Source
    letters: frozenset[str]

    @property
    def passing(self) -> bool:
        r"""Whether it stands between brackets in the prose: "a kernel by definition ($\phi(x) = x$)"."""
        return self.near.before.endswith("(") and self.near.after.startswith(")")


def _telling(said: list[_Said], letters: frozenset[str]) -> list[_Said]:
    """The statements that may say something of letters: declarations, and the nearest others."""
    kept: list[_Said] = []
    others = NEAREST
    for one in reversed(said):
        latex = one.near.latex
        if letters.isdisjoint(one.letters):
            continue
        if _DECLARES not in latex:
            others -= 1
            if others < 0:
                continue
            if "=" in latex and len(latex) < SHORT:
                letters |= one.letters  # a definition, and what is in it
        kept.append(one)
    return kept[::-1]


def _near(other: tuple[int, ...], section: tuple[int, ...]) -> bool:
    """Whether what stands in another section is said for this one, too."""
    return section[: len(other)] == other


def problem_of(around: Surroundings, chain: Chain, options: Mapping[str, str]) -> Problem:
    """What is known where a chain stands."""
    return Problem(
        (), tuple(around.of(chain)), around.macros,
        declare=dict(pairs(options, "declare")), assume=properties(options, "assume"),
        usual=dict(pairs(options, USUAL)), usually=properties(options, USUALLY),
    )  # fmt: skip
