"""Places in a text: spans, edits, diagnostics, and the caret picture that shows them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


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


@dataclass(frozen=True)
class Diagnostic:
    """What could not be done, where, why, and what to write instead (design A7).

    `code` is a word: shape, undeclared, syntax, unknown-macro, not-differentiable, unsupported, too-large, edited,
    markers, config. `span` is None where no place in a text is to blame.
    """

    code: str
    message: str
    span: Span | None = None
    help: str = ""
    severity: str = "error"

    def shifted(self, offset: int) -> Diagnostic:
        """The same diagnostic for a text in which this one's text starts at `offset`."""
        span = None if self.span is None else self.span.shifted(offset)
        return Diagnostic(self.code, self.message, span, self.help, self.severity)


class TexgradError(Exception):
    """The one exception that texgrad raises; `diagnostics` says what is wrong and where."""

    def __init__(self, diagnostics: Diagnostic | Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = (
            (diagnostics,) if isinstance(diagnostics, Diagnostic) else tuple(diagnostics)
        )
        super().__init__("; ".join(f"[{d.code}] {d.message}" for d in self.diagnostics))


def fail(code: str, message: str, span: Span | None = None, help: str = "") -> TexgradError:
    """An error with a single diagnostic, ready to be raised."""
    return TexgradError(Diagnostic(code, message, span, help))


class Lines:
    """Offsets to 1-based line and column numbers of one text (LF, CRLF and CR end a line)."""

    def __init__(self, text: str) -> None:
        self.text = text
        starts = [0]
        for i, ch in enumerate(text):
            if ch == "\n" or (ch == "\r" and text[i + 1 : i + 2] != "\n"):
                starts.append(i + 1)
        self.starts: Sequence[int] = starts

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
