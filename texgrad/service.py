"""What documents and callers ask for, turned into problems for the reader and answers for the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from texgrad.ask import told
from texgrad.reader import Problem, Source
from texgrad.scan import Answer, Document, Group
from texgrad.solution import Solution, solve
from texgrad.solution_questions import LAYOUTS
from texgrad.solution_ways import STYLES
from texgrad.source import Span, fail

ENVIRONMENTS = ("auto", "aligned", "align*", "eqnarray*", "eqalign", "split")
DETAILS = ("brief", "normal", "full")
# option -> the values it may have
CHOICES: Mapping[str, tuple[str, ...]] = {
    "style": STYLES, "env": ENVIRONMENTS, "detail": DETAILS, "order": ("1", "2"), "layout": LAYOUTS,
}  # fmt: skip
OPTIONS = frozenset(CHOICES) | {"explain", "wrt", "declare", "assume", "convention"}
YES = ("yes", "true")  # what an option without a value says, and its like

NO_OPTIONS: Mapping[str, str] = {}


def derive(
    expression: str,
    wrt: str | Sequence[str] | None = None,
    declare: Mapping[str, str] | None = None,
    assume: Mapping[str, Sequence[str] | str] | None = None,
    definitions: Sequence[str] = (),
    macros: Mapping[str, str | Sequence[object]] | None = None,
    order: int = 1,
    style: str = "differential",
    convention: str | None = None,
    layout: str = "auto",
) -> Solution:
    r"""The derivation of the derivative of `expression` by `wrt`.

    expression: LaTeX; a function (`\frac12\|XA^T\|_F^2`, also with `f(X) =` before it) or a whole derivative,
        when `wrt` may be left out. wrt: a variable, an entry such as `X_{ij}`, or several.
    declare: name -> `scalar`, `n`, `n x p`, `family n of p`, `index of n`. assume: name -> properties (`symmetric`,
        `positive definite`, …). Names are LaTeX or Python names. definitions: `M = XA^T`.
    macros: KaTeX's table format. order: 2 for second derivatives. style: one of `STYLES`.
    convention: None, or how a structured variable is counted (`symmetric-structured`).
    layout: `numerator` for gradients as rows, `denominator` for Jacobians whose rows belong to the variable; `auto`
        for gradients of the variable's shape and Jacobians with dy = J dx.

    Raises TexgradError, and nothing else.
    """
    _choice("style", style)
    _choice("layout", layout)
    variables = (wrt,) if isinstance(wrt, str) else tuple(wrt or ())
    properties = {k: (v,) if isinstance(v, str) else tuple(v) for k, v in (assume or {}).items()}
    problem = Problem(
        (Source(expression),), (), (), variables, declare or {}, properties, tuple(definitions), macros or {}, order
    )
    return solve(problem, style, convention=convention, layout=layout)


def answer(document: Document, group: Group, options: Mapping[str, str]) -> Answer:
    """The block that answers the requests of one paragraph; diagnostics have their places in the document."""
    chosen = {**options, **_asked(group)}
    for name, value in chosen.items():
        _choice(name, value)
    problem = problem_of(document, group, chosen)
    style, letters = chosen.get("style", "differential"), _letters(document, group)
    solution = solve(problem, style, letters, chosen.get("convention"), chosen.get("layout", "auto"))
    lines = solution.block(
        chosen.get("env", "auto"), document.format.name, chosen.get("detail", "normal"), chosen.get("explain") in YES
    )
    return Answer(lines)


def _asked(group: Group) -> dict[str, str]:
    """The options that stand in the requests themselves."""
    chosen: dict[str, str] = {}
    for request in group.requests:
        for name, value in request.options.items():
            if name not in OPTIONS:
                known = ", ".join(sorted(OPTIONS))
                raise fail("config", f"there is no option {name}", request.source.outer, f"write one of {known}")
            _choice(name, value, request.source.outer)
            chosen[name] = value
    return chosen


def _choice(name: str, value: str, span: Span | None = None) -> None:
    allowed = CHOICES.get(name)
    if allowed and value not in allowed:
        raise fail("config", f"{name} is {value!r}", span, f"write one of {', '.join(allowed)}")


def problem_of(document: Document, group: Group, options: Mapping[str, str] = NO_OPTIONS) -> Problem:
    """The reader's problem for one group: its requests, and what the document and `options` say in their scope."""
    requests = tuple(Source(r.latex, r.offset) for r in group.requests)
    own = {r.source.span.start: r.form for r in group.requests}
    section, at = group.requests[0].section, group.requests[0].offset
    context = [
        replace(source, latex=told(source.latex)) if place in own else source
        for place, place_section, source in sorted(_statements(document), key=lambda s: s[0])
        if (place < at or place_section == section) and own.get(place, "question") == "question"
    ]
    macros = tuple(m.text for m in document.macros)
    assume = {name: tuple(map(str.strip, words.split(","))) for name, words in _pairs(options, "assume")}
    return Problem(
        requests, tuple(context), macros, _variables(options), dict(_pairs(options, "declare")), assume,
        order=int(options.get("order", "1")), elsewhere=tuple(f.latex for f in document.formulas),
    )  # fmt: skip


def _variables(options: Mapping[str, str]) -> tuple[str, ...]:
    """The variables that the option `wrt` names, `X, \\theta`, for a request that is no derivative itself."""
    return tuple(part.strip() for part in re.split(r"[,;](?![^{}]*\})", options.get("wrt", "")) if part.strip())


def _pairs(options: Mapping[str, str], name: str) -> Iterator[tuple[str, str]]:
    """What an option such as `declare="X: n x p; a: n"` says of each name."""
    for part in filter(str.strip, options.get(name, "").split(";")):
        key, colon, worth = part.partition(":")
        if not (colon and key.strip() and worth.strip()):
            raise fail("config", f"{name} is {options[name]!r}", help=f'write {name}="X: …; y: …"')
        yield key.strip(), worth.strip()


def _statements(document: Document) -> Iterator[tuple[int, tuple[int, ...], Source]]:
    for f in document.formulas:
        yield f.span.start, f.section, Source(f.latex, f.span.start, f.prose, f.after)
    for c in document.comments:
        if c.kind == "let":
            yield c.span.start, c.section, Source(c.latex, c.span.start, "Let ")


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
    near = [f for f in document.formulas if f.span.start < group.at and f.section[: len(section)] == section]
    return frozenset(letter for f in near for letter in LETTER.findall(WORD.sub(" ", f.latex)))
