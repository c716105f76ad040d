"""Places in a text: spans, edits, diagnostics, and the caret picture that shows them."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import NamedTuple

from texgrad.remembered import remembered


class Span(NamedTuple):
    """A half-open range of character offsets in a text."""

    start: int
    end: int

    def shifted(self, offset: int) -> Span:
        """The same range, `offset` characters further on."""
        return Span(self.start + offset, self.end + offset)


class Edit(NamedTuple):
    """Replace the characters of `span` by `text`."""

    span: Span
    text: str

    def shifted(self, by: int) -> Edit:
        """The edit in a text that begins so much further to the left."""
        return Edit(self.span.shifted(by), self.text)


@dataclass(frozen=True)
class Diagnostic:
    """What could not be done, where, why, and what to write instead.

    `code` is a word: shape, undeclared, syntax, unknown-macro, not-differentiable, unsupported, too-large, edited,
    markers, config. `span` is None where no place in a text is to blame. `also`: what other places say that does not
    go with this one, "W is declared as n×k", and where.
    """

    code: str
    message: str
    span: Span | None = None
    help: str = ""
    severity: str = "error"
    also: tuple[tuple[str, Span], ...] = ()

    def shifted(self, offset: int) -> Diagnostic:
        """The same diagnostic for a text in which this one's text starts at `offset`."""
        span = None if self.span is None else self.span.shifted(offset)
        also = tuple((what, place.shifted(offset)) for what, place in self.also)
        return replace(self, span=span, also=also)


_LONGEST = 300  # characters of a message
WAYS_OUT = {  # by code, where a fault has no better one of its own
    "shape": r"declare the sizes that are meant, as in X \in \mathbb R^{n \times p}",
    "syntax": "write the formula in full",
    "unsupported": "write it out with sums, products and known functions",
    "too-large": "give a name to a part of it, and ask about less at a time",
}


class TexgradError(Exception):
    """The one exception that texgrad raises; `diagnostics` says what is wrong and where."""

    def __init__(self, diagnostics: Diagnostic | Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = (
            (diagnostics,) if isinstance(diagnostics, Diagnostic) else tuple(diagnostics)
        )
        super().__init__("; ".join(f"[{d.code}] {d.message}" for d in self.diagnostics))

    def __reduce__(self) -> tuple[type[TexgradError], tuple[tuple[Diagnostic, ...]]]:
        return TexgradError, (self.diagnostics,)


def fail(code: str, message: str, span: Span | None = None, help: str = "",
         also: tuple[tuple[str, Span], ...] = ()) -> TexgradError:  # fmt: skip
    """An error with a single diagnostic, ready to be raised; what quotes a long text is cut."""
    return TexgradError(Diagnostic(code, _short(message), span, _short(help or WAYS_OUT.get(code, "")), also=also))


@contextmanager
def guarded(doing: str) -> Iterator[None]:
    """Raises TexgradError only: a fault of ours in what is done is one, too."""
    try:
        yield
    except TexgradError:
        raise
    except RecursionError:
        raise fail("too-large", "the formula nests too deep", help="name its parts") from None
    except Exception as e:
        message = f"{type(e).__name__} while {doing}: {e}; nothing is written"
        raise fail("internal", message, help="please report this") from e


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


_NEWLINE = re.compile(r"\r\n|\n|\r")


class Lines:
    """Offsets to 1-based line and column numbers of one text (LF, CRLF and CR end a line)."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts: Sequence[int] = [0, *(newline.end() for newline in _NEWLINE.finditer(text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of a character offset."""
        line = bisect_right(self.starts, offset) - 1
        return line + 1, offset - self.starts[line] + 1

    def line(self, number: int) -> str:
        """The text of line `number` without its ending."""
        start = self.starts[number - 1]
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")


def splice(text: str, edits: Iterable[Edit]) -> str:
    """`text` with all edits applied; spans must not overlap, and insertions at one place keep their order."""
    out: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda e: e.span):
        if edit.span.start < at:
            raise ValueError(f"overlapping edits at {edit.span}")
        out += (text[at : edit.span.start], edit.text)
        at = edit.span.end
    out.append(text[at:])
    return "".join(out)


def after(diagnostic: Diagnostic, edits: Iterable[Edit]) -> Diagnostic:
    """The diagnostic with the place that it has, being touched by no edit, once all edits are applied."""
    if diagnostic.span is None:
        return diagnostic
    edits = tuple(edits)

    def moved(span: Span) -> Span:
        return span.shifted(sum(len(e.text) - (e.span.end - e.span.start) for e in edits if e.span.end <= span.start))

    also = tuple((what, moved(place)) for what, place in diagnostic.also)
    return replace(diagnostic, span=moved(diagnostic.span), also=also)


_WINDOW = 100
_lines = remembered(2)(Lines)


def picture(diagnostic: Diagnostic, text: str, path: str) -> str:
    """The diagnostic as it is shown: the message, the place, its line with carets under the span, the help."""
    head = f"{diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}"
    if diagnostic.span is None:
        return "\n".join([head, f"  --> {path}", *([f"   = help: {diagnostic.help}"] if diagnostic.help else [])])
    lines = _lines(text)
    start = min(max(diagnostic.span.start, 0), len(text))
    number, column = lines.place(start)
    source, carets = _window(lines.line(number), column - 1, diagnostic.span.end - start)
    gutter = " " * (len(str(number)) + 2)
    rows = [
        head,
        f"{gutter[1:]}--> {path}:{number}:{column}",
        f"{gutter}|",
        f" {number} | {source}",
        f"{gutter}| {carets}",
        *(f"{gutter}= {what} at {path}:{line}:{at}" for what, place in diagnostic.also
          for line, at in [lines.place(place.start)]),
        *([f"{gutter}= help: {diagnostic.help}"] if diagnostic.help else []),
    ]
    return "\n".join(row.rstrip() for row in rows)


def _window(line: str, start: int, length: int) -> tuple[str, str]:
    """The part of a line around a span and the carets under it, in terminal cells."""
    start = min(start, len(line))
    end = min(max(start + length, start + 1), max(len(line), start + 1))
    first = 0 if len(line) <= _WINDOW else max(0, min(start - _WINDOW // 3, len(line) - _WINDOW))
    last = min(len(line), first + _WINDOW)
    before, after = "…" if first else "", "…" if last < len(line) else ""
    cells = [_cell(char) for char in line[first:last]]
    pad = len(before) + sum(width for _, width in cells[: start - first])
    under = max(1, sum(width for _, width in cells[start - first : end - first]))
    return before + "".join(shown for shown, _ in cells) + after, " " * pad + "^" * under


def _cell(char: str) -> tuple[str, int]:
    """How a character is shown in a picture, and how many terminal cells it takes."""
    if char == "\t":
        return "    ", 4
    category = unicodedata.category(char)
    if category in ("Cc", "Cs", "Zl", "Zp"):
        return "\N{REPLACEMENT CHARACTER}", 1
    if category in ("Mn", "Me", "Cf"):
        return char, 0
    return char, 2 if unicodedata.east_asian_width(char) in "WF" else 1
