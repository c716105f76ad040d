"""The lines of Markdown and LaTeX, from which it depends what is a paragraph and what is code."""

from __future__ import annotations

import re
from typing import NamedTuple

from texgrad.document import Document, Paragraph
from texgrad.formats import Format
from texgrad.scan_math import Constructs
from texgrad.source import Span

_FRONT = re.compile(r" ?(?P<fence>---|\+\+\+)[ \t]*\n")
_FRONT_END = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]*(?:\n|\Z)", re.MULTILINE),
}
_VISIBLE = re.compile(r"[^\t>]")
_BLOCK_END = re.compile(r"\n(?=[ \t>]*(?:\n|\Z))")
_DIRECTIVE_OPTIONS = re.compile(r"(?:[ \t>]*:[\w-]+:[^\n]*\n)*")
_RULED = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*(?::?-+:?[ \t]*)?)*(?:\n|\Z)")
_DEEP = 4  # columns that make code of a line after a blank one, and a plain line of any other


class Head(NamedTuple):
    """The start of a line: its quotes and indentation, its item markers, what it is, where the rest begins."""

    start: int
    prefix: str
    item: str
    kind: str
    at: int


class Lines(Constructs):
    """One pass over the lines; `open` is the paragraph being read: its start, its prefix and how deep it is quoted."""

    def __init__(self, text: str, format: Format) -> None:
        super().__init__(text, format)
        self.paragraphs: list[Paragraph] = []
        self.headings: list[tuple[int, int]] = []
        self.heading_count = 0
        self.open: tuple[int, str, int] | None = None
        self.open_end = 0
        self.fresh = True
        self.columns: list[int] = []
        self.depth = 0
        self.directives: list[str] = []
        self.divs: list[list[tuple[int, int]]] = []  # the headings that were open where each `:::` begins

    def whole(self, parts: tuple[Span, ...]) -> Document:
        """The whole pass."""
        front = self.front()
        for part in parts or (Span(max(front, self.first), len(self.view)),):
            self.since, self.limit = part
            self.fresh, self.columns, self.depth, self.directives = True, [], 0, []
            self.divs = []
            self.lines(part.start)
        return self.document(front, tuple(self.paragraphs))

    def front(self) -> int:
        """Where the front matter ends."""
        found = _FRONT.match(self.view) if self.format.front else None
        end = _FRONT_END[found["fence"]].search(self.view, found.end()) if found else None
        return end.end() if end else 0

    def lines(self, at: int) -> None:
        """Read line after line from `at`; a generated block is passed over as if it were not there."""
        while at < self.limit:
            if (beyond := self.generated(at, self.limit)) > at:
                at = beyond
                continue
            found = self.format.line.match(self.view, at, self.limit)
            assert found is not None
            if found.lastgroup == "blank":
                self.close()
                self.since = at = found.end()
                self.fresh = True
                continue
            head = Head(at, found["prefix"], found["item"] or "", found.lastgroup or "", found.end())
            if self.format.code_indent is not None and self.deep(head):
                if self.fresh:
                    self.since = at = min(self.line_end(at, self.limit) + 1, self.limit)
                    continue
                head = Head(at, head.prefix, "", "prefix", found.end("prefix"))
            self.quoted = ">" in head.prefix or ">" in head.item
            if head.kind == "fence":
                at = self.fenced(head, found["fence"])
            elif head.kind == "html" or (head.kind == "lone" and self.open is None):
                at = self.html(head)
            elif head.kind == "heading":
                self.fresh = True
                at = self.heading(head, self.format.levels[found["heading"]], self.line_end(at, self.limit) + 1)
            else:
                self.fresh = False
                at = self.line(head)
        self.close()

    def deep(self, head: Head) -> bool:
        """Whether a line is so deep in its item that it is code or goes on with a paragraph; takes note of items."""
        depth = head.prefix.count(">")
        if depth != self.depth and (self.fresh or head.kind != "prefix" or depth > self.depth):
            self.columns, self.depth = [], depth
        indent = _columns(head.prefix)
        if self.fresh or head.kind != "prefix":
            while self.columns and indent < self.columns[-1]:
                self.columns.pop()
        base = self.columns[-1] if self.columns else 0
        if indent - base >= _DEEP and (self.fresh or not (head.item and self.columns)):
            return True
        if ">" in head.item:
            self.columns, self.depth = [], depth + head.item.count(">")
        elif head.item:
            self.columns.append(_columns(head.prefix + head.item))
        elif head.kind == "nest":
            self.columns.append(indent + _DEEP)
        return False

    def fenced(self, head: Head, fence: str) -> int:
        """Pass over a fenced block of code, or take it as math or as text; without its end it reaches to the end."""
        self.close()
        self.fresh = True
        first = self.line_end(head.at, self.limit)
        words = self.view[head.at : first]
        if self.directives and not words.strip() and fence.startswith(self.directives[-1]):
            self.directives.pop()
            self.paragraphs.append(Paragraph(Span(head.start, min(first + 1, self.limit)), head.prefix))
            self.since = min(first + 1, self.limit)
            return self.since
        if self.format.text and self.format.text.match(words):
            self.directives.append(fence)
            self.since = min(first + 1, self.limit)
            self.paragraphs.append(Paragraph(Span(head.start, self.since), head.prefix))
            return self.since
        quote = rf"(?:[ \t]*>){{{head.prefix.count('>')}}}"
        closing = re.compile(
            rf"^(?:(?P<end>{quote}[ \t]*{fence}{fence[0]}*[ \t]*(?:\n|\Z))|(?P<out>(?!{quote})))", re.MULTILINE
        )
        found = closing.search(self.view, min(first + 1, self.limit), self.limit)
        end = found.end() if found else self.limit
        if found and found["end"] and self.format.math and self.format.math.match(words):
            options = _DIRECTIVE_OPTIONS.match(self.view, min(first + 1, self.limit), self.limit)
            last = found.start() - 1
            start = min(options.end() if options else first + 1, last)
            self.block_math("fence", Span(head.start + len(head.prefix + head.item), end), Span(start, last))
            self.paragraphs.append(Paragraph(Span(head.start, end), head.prefix + self.blank(head.item)))
        self.since = end
        return end

    def html(self, head: Head) -> int:
        """Read a block of HTML, up to the next blank line: no math is in it, but comments may be."""
        blank = _BLOCK_END.search(self.view, head.start, self.limit)
        end = blank.end() if blank else self.limit
        self.close()
        self.raw = True
        self.open = (head.start, head.prefix, head.prefix.count(">"))
        at = head.at
        while at < end:
            self.open_end, _ = self.inline(at, self.line_end(at, self.limit))
            at = self.open_end
        self.raw, self.fresh = False, True
        self.close()
        self.since = max(at, end)
        return self.since

    def line(self, head: Head) -> int:
        """Read a line that is neither blank nor code, with all that its formulas reach into; returns where it ends."""
        start, prefix = head.start, head.prefix + self.blank(head.item)
        if head.kind == "nest":
            prefix += " " * _DEEP
        if self.open is None and self.format.underline is not None and not head.item:
            rule = self.format.underline.match(self.view, self.line_end(start, self.limit) + 1, self.limit)
            if rule and rule.end() > rule.start() and not self.reaches_on(head.at, self.line_end(start, self.limit)):
                return self.heading(head, self.format.levels[rule["level"]], rule.end())
        depth = prefix.count(">")
        if head.kind != "prefix" or self.open is None or depth > self.open[2]:
            self.close()
            self.tabled = self.tables(head)
            self.since = max(self.since, start) if head.item else self.since
            self.open = (start, prefix, depth)
        end, alone = self.inline(head.at, self.line_end(start, self.limit))
        if alone and self.open[0] != start:
            self.close()
            self.open = (start, prefix, depth)
        self.open_end = end
        if alone or head.kind == "div":
            self.close()
        if head.kind == "div":
            self.div(self.view[head.at : self.line_end(start, self.limit)])
        return end

    def div(self, words: str) -> None:
        """Take note of a div that begins or ends: the sections in it end with it."""
        if words.strip(" \t:"):
            self.divs.append(self.headings)
        elif self.divs:
            self.headings = self.divs.pop()
            self.section = tuple(number for _, number in self.headings)

    def blank(self, item: str) -> str:
        """What stands before the next line of an item in place of its marker."""
        blank = _VISIBLE.sub(" ", item)
        return blank + " " * (-len(blank) % self.format.step)

    def tables(self, head: Head) -> bool:
        """Whether a paragraph that begins with this line is a table of which pipes part the columns."""
        end = self.line_end(head.at, self.limit)
        return self.format.pipes and "|" in self.view[head.at : end] and bool(_RULED.match(self.view, end + 1))

    def heading(self, head: Head, level: int, end: int) -> int:
        """Read a heading that ends at `end`; it opens a section, within those of higher level that are open."""
        self.close()
        self.heading_count += 1
        outer = [(rank, number) for rank, number in self.headings if rank < level]
        self.headings = [*outer, (level, self.heading_count)]
        self.section = tuple(number for _, number in self.headings)
        end = min(end, self.limit)
        self.since, self.in_heading = head.at, True
        self.inline(head.at, self.line_end(head.at, self.limit), bounded=True)
        self.since, self.in_heading = end, False
        self.paragraphs.append(Paragraph(Span(head.start, end), head.prefix + self.blank(head.item)))
        self.fresh = True
        return end

    def close(self) -> None:
        """End the paragraph that is open, if any."""
        if self.open is not None:
            start, prefix, _ = self.open
            self.paragraphs.append(Paragraph(Span(start, self.open_end), prefix))
            self.open = None


def _columns(prefix: str) -> int:
    """How many columns the last quote mark, or the line start, is away from the text."""
    quoted = prefix.rfind(">") + 1
    rest = prefix[quoted:]
    return len((rest[1:] if quoted and rest[:1] == " " else rest).expandtabs(4))
