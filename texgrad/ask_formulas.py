"""What a formula asks for: the derivatives before its question marks, and those that stand alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from texgrad.formats_patterns import MACRO
from texgrad.patterns import compiled
from texgrad.source import Span

_SIZES = "tiny|small|normalsize|large|Large|LARGE|huge|Huge|displaystyle|textstyle|bf|rm|color\\{\\w+\\}"
SPACE = rf"\s|~|\\[,;:!> ]|\\q?quad(?![a-zA-Z])|\\(?:{_SIZES})(?![a-zA-Z])"
_MARK = rf"(?:{SPACE}|&|[{{}}]|\\(?:text|textbf|mathrm|mathbf|mbox|hbox|boxed)(?![a-zA-Z]))"
_WORDS = r"\\(?:text[a-z]*|mbox|mathrm)\s*\{\s*(?:and|or|,)\s*\}"
_TOKEN = compiled(
    rf"(?P<question>=+{_MARK}{{0,12}}\?[?\s}}]*+(?!(?!and\b|or\b)[\w+\-*/^_=(<>])"
    rf"|\\(?:stackrel|overset)\s*\{{{_MARK}{{0,6}}\?+\s*\}}\s*(?:=|\{{\s*=\s*\}})"
    rf"(?=(?:{SPACE}|[.,;}}&])*(?:\Z|\\\\|\\cr|\\end|{_WORDS}|and\b)))"
    rf"|(?P<cut>\\\\(?:\s*\[[^\[\]\n]*(?:pt|em|ex|mm|cm|in|px)\s*\])?|\\cr(?![a-zA-Z])|\\q?quad(?![a-zA-Z])|{_WORDS}|&(?!\s*(?:=|\\stackrel|\\overset))|(?<![a-zA-Z\\])(?:and|or)(?![a-zA-Z]))"
    r"|(?P<angles><(?!=)[^<>=?&]*,[^<>=?&]*>)|(?P<comma>[,;])"
    r"|(?P<push>\{|\\begin\s*\{[^{}]*\})|(?P<pop>\}|\\end\s*\{[^{}]*\})"
    r"|(?P<open>[(\[⟨]|\\(?:langle(?![a-zA-Z])|\{))|(?P<close>[)\]⟩]|\\(?:rangle(?![a-zA-Z])|\}))"
    r"|(?P<relation>[=<>]|\\(?:leq?|geq?|neq?|approx|equiv|propto|sim|simeq|in|to|coloneqq|ll|gg"
    r"|(?:long)?(?:left|right)arrow|mapsto)(?![a-zA-Z]))"
    r"|\\[a-zA-Z]+|\\[\s\S]"
)
_LEAD = compiled(rf"(?:{SPACE}|[&,;.:]|{_WORDS}|(?:and|or)(?![a-zA-Z])|{MACRO}|\\eqalign(?![a-zA-Z]))*")
_TAIL = compiled(rf"(?:{SPACE}|[&,;.:!?])++")
D = (
    r"(?:\\partial|∂|\\(?:mathrm|text|operatorname|mathbf)\s*\{\s*d\s*\}|\\mathrm\s*d|\{\s*(?:\\rm\s*)?\{?d\s*\}"
    r"|\\rm\s*d|d)"
)
DERIVATIVE = compiled(
    r"\\(?:partial|nabla|triangledown|[pdo]?dv|[po]d|diffp?|pderiv|deriv|grad)(?![a-zA-Z])|\{\s*grad\s*\}|[∂∇]"
    r"|\{\\(?:rm|math(?:rm|bf))\s*\{?\s*d[a-zA-Z]\s*\}|[a-zA-Z]\s*(?:'|\^\s*\\prime)+\s*\("
    rf"|\}}\s*\{{[\s{{]*{D}\s*(?![}}_^\s])|\\[dt]?frac[\s{{]*\\delta(?![a-zA-Z])[^=]*\{{\s*\\delta\s*[a-zA-Z\\]"
    r"|(?<![a-zA-Z\\])(?:D|\\mathrm\s*\{D\})\s*(?:[a-zA-Z]|\\(?:math[a-z]+\s*)?\{?[a-zA-Z]+\}?)\s*\([^()]*\)\s*[\[(]"
    rf"|(?<![a-zA-Z\\])D_|(?<![a-zA-Z\\]){D}\s*(?:[a-zA-Z\\(][^/]{{0,200}}/\s*{D}|/\s*{D}\s*[a-zA-Z\\])"
    rf"|\\over(?![a-zA-Z])[\s{{]*{D}\s*[a-zA-Z\\{{]"
)
_FRACTION = re.compile(rf"\\[dtc]?frac\s*\{{\s*(?:{D}|\\delta(?![a-zA-Z]))(?!\s*_)\s*(?:\^\s*(?:\w|\{{[^{{}}]*\}}))?")
_DENOMINATOR = re.compile(rf"\s*\{{\s*(?:{D}|\\delta)\s*(?![}}_\s])")
_SUB = r"(?:\s*[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\[a-zA-Z]+(?:\s*\{[^{}]*\})?|[^\s\\{}]))"
_PREFIX = compiled(
    rf"(?:(?:\\(?:nabla|triangledown)(?![a-zA-Z])|∇){_SUB}*+|(?:\\partial(?![a-zA-Z])|∂|D){_SUB}++)\s*+(?=\S)"
)
_SLASH = re.compile(rf"{D}\s*(?![_^\s/])[^/]*/\s*(?:\\[,;!] *)*{D}\s*(?![_^\s])[^+\-=]+\Z")
_BRACES = re.compile(r"\\[\s\S]|[{}]")
_INK = re.compile(r"[^{}\s]")


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
    return any(DERIVATIVE.search(latex, start, end) is not None for start, end in questions(latex))


def bare_derivatives(latex: str) -> Iterator[Span]:
    """The derivatives that make up a formula and are not set equal to anything."""
    if not DERIVATIVE.search(latex):
        return
    pieces = [s for start, end, depth, _ in _pieces(latex) if depth == 1 and (s := _stripped(latex, start, end))]
    if not _related(latex) and all(_is_derivative(latex[start:end]) for start, end in pieces):
        yield from pieces


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
