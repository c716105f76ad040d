"""Which derivatives a document asks for, grouped by the paragraph that asks, each with the place of its answer."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from texgrad.ask_formulas import DERIVATIVE, SPACE, D, bare_derivatives, questions
from texgrad.document import Block, Document, Formula, Group, Request
from texgrad.patterns import compiled

_TOTAL = re.compile(rf"{D}(?:\s|\\[,;:!])*(?:[a-zA-Z]|\\[a-zA-Z]+)\s*(?:\([^()]*\))?")  # df = ?
_WHOLE = re.compile(  # d\log\det X = ?, d(X^{-1}) = ?
    rf"{D}(?:\s|\\[,;:!])*(?:\\(?:log|ln|det|tr|Tr|exp|operatorname|mathrm|text)(?![a-zA-Z])(?!\s*\{{d\}}).+"
    r"|(?:\\left)?\((?=[^,]*[\\^])[^,]+\))"
)
_LETTERED = compiled(  # H_f(x) = ?, J_f = ?, Df(x) = ?, f_x = ?, f_{xy}(x, y) = ?
    r"(?:(?:[HJD]|\\(?:mathbf|mathrm|boldsymbol|mathcal)\s*(?:[HJD]|\{\s*[HJD]\s*\})"
    r"|\\(?:operatorname|mathrm|text)\s*\{\s*(?:Hess(?:ian)?|Jac(?:obian)?)\s*\})\s*(?:\\[,;!]\s*)*_?\s*\{?\s*"
    r"(?P<of>[a-zA-Z]|\\(?:math[a-z]+|boldsymbol|bm)\s*(?:\{\s*\\?[a-zA-Z]+\s*\}|[a-zA-Z])|\\[a-zA-Z]+)\s*\}?"
    r"|(?P<function>[a-zA-Z]|\\[a-zA-Z]+)\s*_\s*\{?\s*[xyztuvwpq]{1,2}\s*\}?)\s*(?:\([^()]*\))?"
)
# \dot V = ?, along \dot x = Ax
_DOTTED = re.compile(r"\\dot\s*(?:\{\s*)?(?<![a-z])(?P<flow>[A-Za-z])\s*\}?\s*(?:\([^()]*\))?")
_MOVES = re.compile(r"\\dot[^=&]*&?=(?!\s*(?:\\[;, ]\s*)*\?)")
_DEFINERS = r"(?:re|provide)?newcommand|[gex]?def|DeclareMathOperator|let|[A-Z][a-z]+DocumentCommand"
_DEFINED = re.compile(
    rf"\\(?:{_DEFINERS})\*?\s*\{{?\s*\\([a-zA-Z@]+)([^\n]*)"
)
_OPEN = re.compile(rf"=(?:{SPACE})*\Z")
_BEHIND = re.compile(r"[ \t]*(?P<equals>=?)[ \t]*\?")
_BLANK = re.compile(r"[\s>]*\Z")


# what a question may be, in bytes of any format: `=`, then no word but commands and what is in braces, then `?`
_ASKED = compiled(rb"=(?:[^\w?=]|(?<=[\\{])\w++|(?<=[\\{]n)\w++)*+\?")
_STACKED = re.compile(rb"(?:stackrel|overset)[^?]{0,80}\?")
_WIDE = (("？".encode(), b"?"), ("＝".encode(), b"="))  # as Chinese and Japanese keyboards type them
_NAMED = re.compile(rb"partial|nabla|deriv|frac|over|dv|D_|/\s*(?:d|\\)")


def look(data: bytes, everything: bool = False) -> bool:
    """Whether the bytes of a file may ask for something, or hold what was written before; most files are told at once.

    everything: with the option `derive=all`.
    """
    for wide, sign in _WIDE:
        data = data.replace(wide, sign)
    if b"texgrad" in data or (b"?" in data and _ASKED.search(data)):
        return True
    if (b"stackrel" in data or b"overset" in data) and _STACKED.search(data):
        return True
    return everything and _NAMED.search(data) is not None


def groups(document: Document, options: Mapping[str, str]) -> tuple[tuple[Group, ...], tuple[Block, ...]]:
    """The requests of a document by paragraph, in order, and the generated blocks that answer none of them.

    With the option `derive=all`, bare derivatives are requests too.
    """
    starts = [paragraph.span.start for paragraph in document.paragraphs]
    asked: dict[int, list[Request]] = {}
    for request in _requests(document, options.get("derive") == "all"):
        asked.setdefault(bisect_right(starts, request.source.outer.start) - 1, []).append(request)
    standing: dict[int, Block] = {}
    orphans: list[Block] = []
    for block in document.blocks:
        index = bisect_right(starts, block.span.start) - 1
        between = document.text[document.paragraphs[index].span.end : block.span.start] if index >= 0 else "?"
        if index in asked and index not in standing and _BLANK.match(between):
            standing[index] = block
        else:
            orphans.append(block)
    found = tuple(
        Group(
            tuple(asked[index]),
            document.paragraphs[index].span.end,
            document.paragraphs[index].prefix,
            standing.get(index),
        )
        for index in sorted(asked)
    )
    return found, tuple(orphans)


def _requests(document: Document, everything: bool) -> Iterator[Request]:
    """All requests in the order in which they stand."""
    found = [*_questions(document), *_comments(document)]
    if everything:
        busy = {id(request.source) for request in found}
        found += _bare(formula for formula in document.formulas if id(formula) not in busy)
    return iter(sorted(found, key=lambda request: request.offset))


def _questions(document: Document) -> Iterator[Request]:
    """Formulas that end in a question about a derivative."""
    names: frozenset[str] | None = None
    for formula in document.formulas:
        for start, end in questions(_asking(formula, document)):
            latex = formula.latex[start:end]
            letters = _lettered(latex, document) or _flowing(latex, document)
            if letters or _TOTAL.fullmatch(latex) or _WHOLE.fullmatch(latex):
                latex += "="  # so that it is no product
            elif not DERIVATIVE.search(latex):
                names = _derivative_macros(document) if names is None else names
                if names.isdisjoint(re.findall(r"\\([a-zA-Z@]+)", latex)):
                    continue
            yield Request(latex, formula.span.start + start, formula, "question", {}, formula.section)


def _asking(formula: Formula, document: Document) -> str:
    r"""The LaTeX of a formula, with a question that stands behind its dollars: `$\nabla f =$ ?`, `$\nabla f$ = ?`."""
    behind = None if formula.display else _BEHIND.match(document.text, formula.outer.end)
    if behind is None or (_OPEN.search(formula.latex) is None) is not bool(behind["equals"]):
        return formula.latex
    return f"{formula.latex}{behind['equals']}?"


def _lettered(latex: str, document: Document) -> bool:
    """Whether letters ask for a derivative, `H_f(x)` or `f_x`, of a function that the document defines."""
    found = _LETTERED.fullmatch(latex)
    if found is None:
        return False
    return _defines(document, found["of"] or found["function"])


def _flowing(latex: str, document: Document) -> bool:
    """Whether `\\dot V` asks for a derivative along a flow, for V and some `\\dot x` have definitions."""
    found = _DOTTED.fullmatch(latex)
    moves = found is not None and any(_MOVES.search(formula.latex) for formula in document.formulas)
    return found is not None and moves and _defines(document, found["flow"])


def _defines(document: Document, function: str) -> bool:
    """Whether a document defines a function of this name."""
    name = re.escape(function)
    free = r"(?<![a-zA-Z\\_^])(?<!\\dot )(?<!\\dot\{)"
    defined = re.compile(rf"{free}{name}(?![a-zA-Z])\s*(?:\([^()=]*\)\s*)?(?:&\s*)?:?=(?!\s*\?)")
    return any(defined.search(formula.latex) for formula in document.formulas)


def _comments(document: Document) -> Iterator[Request]:
    """Comments that name a derivative."""
    for comment in document.comments:
        if comment.kind == "derive":
            offset = comment.span.start
            yield Request(comment.latex, offset, comment, "comment", comment.options, comment.section)


def _bare(formulas: Iterable[Formula]) -> Iterator[Request]:
    """Bare derivatives, each asked once within its section."""
    seen: set[tuple[str, tuple[int, ...]]] = set()
    for formula in formulas:
        for start, end in bare_derivatives(formula.latex):
            latex = formula.latex[start:end]
            word, section = "".join(latex.split()), formula.section
            if not any((word, section[:depth]) in seen for depth in range(len(section) + 1)):
                seen.add((word, section))
                yield Request(latex, formula.span.start + start, formula, "all", {}, section)


def _derivative_macros(document: Document) -> frozenset[str]:
    """The names of macros of the document that stand for a derivative, directly or through other macros."""
    texts = [macro.text for macro in document.macros] + [formula.latex for formula in document.formulas]
    bodies = {
        name: body
        for text in texts
        for part in re.split(rf"(?=\\(?:{_DEFINERS})(?![a-zA-Z]))", text)
        for name, body in _DEFINED.findall(part)
    }
    names = {name for name, body in bodies.items() if DERIVATIVE.search(body)}
    users = {name: frozenset(re.findall(r"\\([a-zA-Z@]+)", body)) for name, body in bodies.items()}
    while more := {name for name, used in users.items() if used & names} - names:
        names |= more
    return frozenset(names)


