"""The spelling for an operator: the author's, or one worked out from what the author did write, or a default."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from texgrad.algebra import Expr, Op
from texgrad.notation import ATOM, BY_ENTRIES, DEFAULTS, LARGEST_ENTRY, SCRIPTED, Pattern, Style, pattern, style_key
from texgrad.operators import (
    CONJUGATE,
    CONJUGATE_TRANSPOSE,
    DET,
    EXP,
    FUNCTIONS_OF_MATRICES,
    HADAMARD,
    LOG,
    LOGDET,
    MAX_NORM,
    TABLE,
    TRACE,
    TRANSPOSE,
)
from texgrad.remembered import remembered
from texgrad.shapes import ONE
from texgrad.writer.text import Text, bracketed, raised_at_end, row, script

ARGUMENT = re.compile(r"(#\d)")
TIGHT = re.compile(r"((?<! )\\[A-Za-z]+) +(?=#)")
BARS = re.compile(r"\\\||(?<!\\)\||\\[vV]ert(?![A-Za-z])")
_INFINITY = re.compile(r"_(?:\\infty(?![A-Za-z])|\{\\infty\})")
SQUARE = re.compile(r"\^(?:2|\{2\})")
TRANSPOSED = re.compile(r"#1\s*\^\s*(?:\{\s*(?P<braced>.+?)\s*\}|(?P<bare>\\[A-Za-z]+(?:\s*\{\w+\}|\s+\w)?|\w))\Z")
_CALLED = re.compile(r"\\[A-Za-z]+\*?\s*\{[^{}]*\}|\{\\rm [A-Za-z]+\}|\\(?!left|big|Big)[A-Za-z]+|[A-Za-z]{2,}")

GROWING = {
    "(#1)": r"\left(#1\right)",
    "[#1]": r"\left[#1\right]",
    r"\{#1\}": r"\left\{#1\right\}",
    r"\|#1\|": r"\left\|#1\right\|",
    "|#1|": r"\left|#1\right|",
    r"\lVert#1\rVert": r"\left\lVert#1\right\rVert",
    r"\lVert #1\rVert": r"\left\lVert #1\right\rVert",
    r"\lvert #1\rvert": r"\left\lvert #1\right\rvert",
    "||#1||": r"\left\|#1\right\|",
    r"\langle #1, #2 \rangle": r"\left\langle #1, #2\right\rangle",
    r"\langle #1, #2\rangle": r"\left\langle #1, #2\right\rangle",
}


def spelling(style: Style, e: Expr) -> Pattern:
    """How the outermost operator of `e` is written."""
    template = spelling_of(style, style_key(e))
    if e.op is EXP and ONE not in e.shape and "^" in template:  # e^X is a function of the matrix
        template = r"\exp(#1)"
    return pattern(e.op, template or compact(e.op.spellings[0]))


def spelling_of(style: Style, key: str) -> str:
    """The spelling kept or worked out under a style key, or nothing."""
    own = style.templates.get(key)
    if own:
        return own
    derived = RELATED[key](style) if key in RELATED else ""
    return derived or DEFAULTS.get(key) or SPELLINGS.get(key, "")


def compact(text: str) -> str:
    """A spelling of the table without the spaces that print nothing."""
    return re.sub(r"\s+(?=[\\#:])|(?<=[A-Za-z:])\s+(?=#)", "", text)


def filled(template: str, *arguments: Text | str, level: int = ATOM, greedy: bool = False) -> Text:
    """The template with the arguments in it, its brackets grown where the first of them is tall."""
    first = arguments[0] if arguments else ""
    if isinstance(first, Text) and first.tall:
        template = growing(template)
    parts, raised, barred = _parsed(template)
    if isinstance(first, Text) and barred and first.barred:
        arguments = (bracketed(first), *arguments[1:])
    if level == ATOM and raised:
        level = SCRIPTED
    pieces: list[str | Text] = []
    for part in parts:
        if isinstance(part, str):
            pieces.append(part)
            continue
        piece, before = arguments[part], pieces[-1] if pieces else ""
        if isinstance(before, str) and before.endswith(("_", "^")):
            pieces[-1], piece = before[:-1], script(before[-1], row((piece,)))
        pieces.append(piece)
    return row(pieces, level, greedy=greedy, barred=barred)


@remembered()
def _parsed(template: str) -> tuple[tuple[str | int, ...], bool, bool]:
    """The pieces of a template, numbers for its arguments; whether it is raised at its end; whether it holds bars."""
    pieces = ARGUMENT.split(TIGHT.sub(r"\1", template))
    parts = tuple(int(part[1:]) - 1 if ARGUMENT.fullmatch(part) else part for part in pieces)
    return parts, raised_at_end(ARGUMENT.sub("", template)), BARS.search(template) is not None


def growing(text: str) -> str:
    """A spelling whose brackets grow with what stands between them."""
    for fixed, grown in GROWING.items():
        at = text.find(fixed)
        if at >= 0 and not text[:at].endswith((r"\left", r"\big", r"\Big", r"\bigl")):
            return text.replace(fixed, grown, 1)
    return text


def inverse_transpose(style: Style, op: Op = TRANSPOSE) -> str:
    r"""`#1^{-\top}` for an author who writes `#1^\top`, `{}^t(#1^{-1})` for `{}^t#1`; else nothing."""
    template = style.templates.get(op.name, op.spellings[0])
    if template.startswith("{}^"):
        return template.replace("#1", "(#1^{-1})")
    if template == "#1ᵀ":
        return "#1⁻ᵀ"
    found = TRANSPOSED.match(template)
    return f"#1^{{-{found['braced'] or found['bare']}}}" if found else ""


def _starred(style: Style) -> bool:
    """Whether the author's conjugate transpose is a star."""
    return any(star in style.templates.get(CONJUGATE_TRANSPOSE.name, "") for star in ("*", r"\ast", r"\star"))


def _squared(key: str) -> Callable[[Style], str]:
    def derived(style: Style) -> str:
        plain = style.templates.get(key) or _norm(key)(style)
        return f"{plain}^2" if plain else ""

    return derived


def _unsquared(key: str, style: Style) -> str:
    squared = style.templates.get("squared " + key, "")
    return SQUARE.sub("", squared) if len(SQUARE.findall(squared)) == 1 else ""


def _norm(key: str) -> Callable[[Style], str]:
    other, subscript = {"vector norm": ("matrix norm", "_2"), "matrix norm": ("vector norm", "_F")}[key]

    def derived(style: Style) -> str:
        own = _unsquared(key, style)
        if own:
            return own
        sibling = style.templates.get(other) or _unsquared(other, style)
        return re.sub(r"_\s*(?:[2F]|\{[^{}]*\})\s*\Z", subscript, sibling)

    return derived


def _sign_of_powers(style: Style) -> str:
    r"""The Hadamard product with the sign of `#1^{\circ #2}`."""
    found = re.search(r"\\(?:circ|odot)(?![A-Za-z])", style.templates.get(BY_ENTRIES, ""))
    return f"#1{found[0]} #2" if found else ""


def _as_by_entries(key: str) -> Callable[[Style], str]:
    return lambda style: style.templates.get(key, "")


def _largest_entry(style: Style) -> str:
    """The bars of the norm of vectors with the sign of infinity."""
    found = _INFINITY.subn(r"_{\\max}", style.templates.get(MAX_NORM.name, ""))
    return found[0] if found[1] else ""


def _log_determinant(style: Style) -> str:
    r"""The author's logarithm before his determinant: `\log|#1|` for `|#1|`."""
    word = r"\ln" if style.templates.get(LOG.name, "").startswith(r"\ln") else r"\log"
    inner = style.templates.get(DET.name, "")
    return word + inner if inner else ""


SPELLINGS: Mapping[str, str] = {op.name: compact(op.spellings[0]) for op in TABLE if op.spellings}

# what is worked out from the other spellings of the same author
RELATED: Mapping[str, Callable[[Style], str]] = {
    "inverse transpose": inverse_transpose,
    "inverse conjugate transpose": lambda style: inverse_transpose(style, CONJUGATE_TRANSPOSE),
    HADAMARD.name: _sign_of_powers,
    LOGDET.name: _log_determinant,
    CONJUGATE.name: lambda style: r"\overline{#1}" if _starred(style) else "",
    "vector norm": _norm("vector norm"),
    "matrix norm": _norm("matrix norm"),
    "squared vector norm": _squared("vector norm"),
    "squared matrix norm": _squared("matrix norm"),
    LARGEST_ENTRY: _largest_entry,
    **{op.name: _as_by_entries(entrywise.name) for entrywise, op in FUNCTIONS_OF_MATRICES.items()},
}


def hadamard_sign(style: Style) -> str:
    """The author's sign of the Hadamard product."""
    return spelling_of(style, HADAMARD.name)[2:-2].strip()


def trace_name(style: Style) -> str:
    r"""How the author calls the trace, `\operatorname{Tr}` in `\operatorname{Tr}(X)`."""
    found = _CALLED.match(spelling_of(style, TRACE.name))
    return found[0] if found else r"\operatorname{tr}"
