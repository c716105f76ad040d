"""Which derivatives a document asks for, grouped by the paragraph that asks, each with the place of its answer."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from texgrad.document import Block, Document, Formula, Group, Request
from texgrad.formats_patterns import MACRO
from texgrad.patterns import compiled
from texgrad.source import Span

_SIZES = "tiny|small|normalsize|large|Large|LARGE|huge|Huge|displaystyle|textstyle|bf|rm|color\\{\\w+\\}"
_SPACE = rf"\s|~|\\[,;:!> ]|\\q?quad(?![a-zA-Z])|\\(?:{_SIZES})(?![a-zA-Z])"
_MARK = rf"(?:{_SPACE}|&|[{{}}]|\\(?:text|textbf|mathrm|mathbf|mbox|hbox|boxed)(?![a-zA-Z]))"
_WORDS = r"\\(?:text[a-z]*|mbox|mathrm)\s*\{\s*(?:and|or|,)\s*\}"
_TOKEN = compiled(
    rf"(?P<question>=+{_MARK}{{0,12}}\?[?\s}}]*+(?!(?!and\b|or\b)[\w+\-*/^_=(<>])"
    rf"|\\(?:stackrel|overset)\s*\{{{_MARK}{{0,6}}\?+\s*\}}\s*(?:=|\{{\s*=\s*\}})"
    rf"(?=(?:{_SPACE}|[.,;}}&])*(?:\Z|\\\\|\\cr|\\end|{_WORDS}|and\b)))"
    rf"|(?P<cut>\\\\(?:\s*\[[^\[\]\n]*(?:pt|em|ex|mm|cm|in|px)\s*\])?|\\cr(?![a-zA-Z])|\\q?quad(?![a-zA-Z])|{_WORDS}|&(?!\s*(?:=|\\stackrel|\\overset))|(?<![a-zA-Z\\])(?:and|or)(?![a-zA-Z]))"
    r"|(?P<angles><(?!=)[^<>=?&]*,[^<>=?&]*>)|(?P<comma>[,;])"
    r"|(?P<push>\{|\\begin\s*\{[^{}]*\})|(?P<pop>\}|\\end\s*\{[^{}]*\})"
    r"|(?P<open>[(\[⟨]|\\(?:langle(?![a-zA-Z])|\{))|(?P<close>[)\]⟩]|\\(?:rangle(?![a-zA-Z])|\}))"
    r"|(?P<relation>[=<>]|\\(?:leq?|geq?|neq?|approx|equiv|propto|sim|simeq|in|to|coloneqq|ll|gg"
    r"|(?:long)?(?:left|right)arrow|mapsto)(?![a-zA-Z]))"
    r"|\\[a-zA-Z]+|\\[\s\S]"
)
_LEAD = compiled(rf"(?:{_SPACE}|[&,;.:]|{_WORDS}|(?:and|or)(?![a-zA-Z])|{MACRO}|\\eqalign(?![a-zA-Z]))*")
_TAIL = compiled(rf"(?:{_SPACE}|[&,;.:!?])++")
_D = (
    r"(?:\\partial|∂|\\(?:mathrm|text|operatorname|mathbf)\s*\{\s*d\s*\}|\\mathrm\s*d|\{\s*(?:\\rm\s*)?\{?d\s*\}"
    r"|\\rm\s*d|d)"
)
_DERIVATIVE = compiled(
    r"\\(?:partial|nabla|triangledown|[pdo]?dv|[po]d|diffp?|pderiv|deriv|grad)(?![a-zA-Z])|\{\s*grad\s*\}|[∂∇]"
    r"|\{\\(?:rm|math(?:rm|bf))\s*\{?\s*d[a-zA-Z]\s*\}|[a-zA-Z]\s*(?:'|\^\s*\\prime)+\s*\("
    rf"|\}}\s*\{{[\s{{]*{_D}\s*(?![}}_^\s])|\\[dt]?frac[\s{{]*\\delta(?![a-zA-Z])[^=]*\{{\s*\\delta\s*[a-zA-Z\\]"
    r"|(?<![a-zA-Z\\])(?:D|\\mathrm\s*\{D\})\s*(?:[a-zA-Z]|\\(?:math[a-z]+\s*)?\{?[a-zA-Z]+\}?)\s*\([^()]*\)\s*[\[(]"
    rf"|(?<![a-zA-Z\\])D_|(?<![a-zA-Z\\]){_D}\s*(?:[a-zA-Z\\(][^/]{{0,200}}/\s*{_D}|/\s*{_D}\s*[a-zA-Z\\])"
    rf"|\\over(?![a-zA-Z])[\s{{]*{_D}\s*[a-zA-Z\\{{]"
)
_FRACTION = re.compile(rf"\\[dtc]?frac\s*\{{\s*(?:{_D}|\\delta(?![a-zA-Z]))(?!\s*_)\s*(?:\^\s*(?:\w|\{{[^{{}}]*\}}))?")
_DENOMINATOR = re.compile(rf"\s*\{{\s*(?:{_D}|\\delta)\s*(?![}}_\s])")
_SUB = r"(?:\s*[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\[a-zA-Z]+(?:\s*\{[^{}]*\})?|[^\s\\{}]))"
_PREFIX = compiled(
    rf"(?:(?:\\(?:nabla|triangledown)(?![a-zA-Z])|∇){_SUB}*+|(?:\\partial(?![a-zA-Z])|∂|D){_SUB}++)\s*+(?=\S)"
)
_TOTAL = re.compile(rf"{_D}(?:\s|\\[,;:!])*(?:[a-zA-Z]|\\[a-zA-Z]+)\s*(?:\([^()]*\))?")  # df = ?
_WHOLE = re.compile(  # d\log\det X = ?, d(X^{-1}) = ?
    rf"{_D}(?:\s|\\[,;:!])*(?:\\(?:log|ln|det|tr|Tr|exp|operatorname|mathrm|text)(?![a-zA-Z])(?!\s*\{{d\}}).+"
    r"|(?:\\left)?\((?=[^,]*[\\^])[^,]+\))"
)
_LETTERED = compiled(  # H_f(x) = ?, J_f = ?, Df(x) = ?, f_x = ?, f_{xy}(x, y) = ?
    r"(?:(?:[HJD]|\\(?:mathbf|mathrm|boldsymbol|mathcal)\s*(?:[HJD]|\{\s*[HJD]\s*\})"
    r"|\\(?:operatorname|mathrm|text)\s*\{\s*(?:Hess(?:ian)?|Jac(?:obian)?)\s*\})\s*(?:\\[,;!]\s*)*_?\s*\{?\s*"
    r"(?P<of>[a-zA-Z]|\\(?:math[a-z]+|boldsymbol|bm)\s*(?:\{\s*\\?[a-zA-Z]+\s*\}|[a-zA-Z])|\\[a-zA-Z]+)\s*\}?"
    r"|(?P<function>[a-zA-Z]|\\[a-zA-Z]+)\s*_\s*\{?\s*[xyztuvwpq]{1,2}\s*\}?)\s*(?:\([^()]*\))?"
)
_SLASH = re.compile(rf"{_D}\s*(?![_^\s/])[^/]*/\s*(?:\\[,;!] *)*{_D}\s*(?![_^\s])[^+\-=]+\Z")
_BRACES = re.compile(r"\\[\s\S]|[{}]")
_DEFINERS = r"(?:re|provide)?newcommand|[gex]?def|DeclareMathOperator|let|[A-Z][a-z]+DocumentCommand"
_DEFINED = re.compile(
    rf"\\(?:{_DEFINERS})\*?\s*\{{?\s*\\([a-zA-Z@]+)([^\n]*)"
)
_OPEN = re.compile(rf"=(?:{_SPACE})*\Z")
_BEHIND = re.compile(r"[ \t]*(?P<equals>=?)[ \t]*\?")
_INK = re.compile(r"[^{}\s]")
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


def questions(latex: str) -> Iterator[Span]:
    """What every `= ?` in a formula asks for: its left-hand side, and the derivatives listed before it.

    Other things before it, such as `f(X) = …,`, are left out.
    """
    listed: list[tuple[int, Span]] = []  # derivatives that nothing is said of so far, with how deep in braces they are
    for start, end, depth, asked in _pieces(latex) if "?" in latex else ():
        piece = _stripped(latex, start, end)
        if asked:
            yield from (before for at, before in listed if at == depth)
            yield from (piece,) if piece else ()
        if piece and not asked and _is_derivative(own := latex[piece.start : piece.end]) and not _related(own):
            listed.append((depth, piece))
        elif piece or asked:
            listed = [(at, before) for at, before in listed if at < depth]


def told(latex: str) -> str:
    """A formula without what it asks, blanked so that all else keeps its place."""
    for start, end, _, asked in tuple(_pieces(latex)):
        question, piece = _TOKEN.match(latex, end), _stripped(latex, start, end)
        if asked and question and piece:
            latex = latex[: piece.start] + _INK.sub(" ", latex[piece.start : question.end()]) + latex[question.end() :]
    return latex


def asks(latex: str) -> bool:
    """Whether a text that should be a formula asks for a derivative."""
    return any(_DERIVATIVE.search(latex, start, end) is not None for start, end in questions(latex))


def bare_derivatives(latex: str) -> Iterator[Span]:
    """The derivatives that make up a formula and are not set equal to anything."""
    if not _DERIVATIVE.search(latex):
        return
    pieces = [s for start, end, depth, _ in _pieces(latex) if depth == 1 and (s := _stripped(latex, start, end))]
    if not _related(latex) and all(_is_derivative(latex[start:end]) for start, end in pieces):
        yield from pieces


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
            if _TOTAL.fullmatch(latex) or _WHOLE.fullmatch(latex) or _lettered(latex, document):
                latex += "="  # so that it is no product
            elif not _DERIVATIVE.search(latex):
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
    name = re.escape(found["of"] or found["function"])
    defined = re.compile(rf"(?<![a-zA-Z\\_^]){name}(?![a-zA-Z])\s*(?:\([^()=]*\)\s*)?(?:&\s*)?:?=(?!\s*\?)")
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
    names = {name for name, body in bodies.items() if _DERIVATIVE.search(body)}
    users = {name: frozenset(re.findall(r"\\([a-zA-Z@]+)", body)) for name, body in bodies.items()}
    while more := {name for name, used in users.items() if used & names} - names:
        names |= more
    return frozenset(names)


def _pieces(latex: str) -> Iterator[tuple[int, int, int, bool]]:
    """The parts between rows, commas and words outside brackets: start, end, depth in braces, whether `= ?` follows."""
    starts, parens, asked = [0], [0], 0
    for token in _TOKEN.finditer(latex):
        kind, text = token.lastgroup, token[0]
        if kind == "question":
            yield starts[-1], token.start(), len(starts), True
            asked = token.start()
            closed = max(0, min(text.count("}") - text.count("{"), len(starts) - 1))
            del starts[len(starts) - closed :], parens[len(parens) - closed :]
            starts[-1] = token.end()
        elif kind == "cut" or (kind == "comma" and parens[-1] <= 0):
            yield starts[-1], token.start(), len(starts), False
            starts[-1] = token.end()
        elif kind == "push":
            starts.append(token.end())
            parens.append(0)
        elif kind == "pop" and len(starts) > 1:
            starts.pop()
            parens.pop()
        elif kind in ("open", "close"):
            parens[-1] += 1 if kind == "open" else -1
    if asked and len(starts) > 1:  # a brace that is never closed, of which the reader complains
        yield starts[0], asked, 1, True
    yield starts[0], len(latex), 1, False


def _related(latex: str) -> bool:
    """Whether a sign of relation stands outside all braces."""
    depth = 0
    for token in _TOKEN.finditer(latex):
        if token.lastgroup == "relation" and depth == 0:
            return True
        depth += {"push": 1, "pop": -1}.get(token.lastgroup or "", 0)
    return False


def _stripped(latex: str, start: int, end: int) -> Span | None:
    """The part without the spacing, punctuation and macro definitions around it, if anything is left."""
    lead = _LEAD.match(latex, start, end)
    start = lead.end() if lead else start
    for tail in _TAIL.finditer(latex, start, end):
        if tail.end() == end:
            end = tail.start()
            break
    return Span(start, end) if start < end else None


def _is_derivative(latex: str) -> bool:
    """Whether the whole of a formula is one derivative of something."""
    fraction = _FRACTION.match(latex)
    if fraction is None:
        return bool(_PREFIX.match(latex) or _SLASH.match(latex))
    top = _closing(latex, fraction.end())
    under = _DENOMINATOR.match(latex, top)
    if under is None:
        return False
    rest = latex[_closing(latex, under.end()) :].strip()
    return bool(latex[fraction.end() : top - 1].strip()) != bool(rest)


def _closing(latex: str, at: int) -> int:
    """Where the brace that is open at `at` ends."""
    depth = 1
    for brace in _BRACES.finditer(latex, at):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0:
            return brace.end()
    return len(latex)
