"""The lines of reStructuredText, where indentation tells how far a block reaches."""

from __future__ import annotations

import re
from collections.abc import Iterator

from texgrad.document import Document, Paragraph
from texgrad.formats import Format
from texgrad.patterns import compiled
from texgrad.scan_lines import Head, Lines
from texgrad.source import Span

# directives whose content is no text
LITERAL = frozenset(
    ("code", "code-block", "sourcecode", "parsed-literal", "raw", "literalinclude", "include", "highlight", "doctest",
     "testcode", "testsetup", "testcleanup", "testoutput", "productionlist", "graphviz", "digraph", "graph", "mermaid",
     "plot", "ipython", "jupyter-execute", "jupyter-input", "prompt", "toctree", "role", "default-role", "meta",
     "tikz", "prettyprint", "command-output")
)  # fmt: skip
# directives whose content is one table, which an answer must not part
TABLES = frozenset(("list-table", "csv-table", "flat-table", "table"))
BULLETS = tuple("-*+•‣⁃")
EXPLICIT = ("directive", "note", "remark")
_TAB = 8  # columns, https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html#whitespace
_INDENT = re.compile(r"[ \t]*+")
_NEXT = compiled(r"(?:[ \t]*+\n)*+(?P<indent>[ \t]*+)(?=\S)")
_OPTIONS = re.compile(r"(?:[ \t]+:[\w-]+:[^\n]*(?:\n|\Z))*")
_BLOCK = re.compile(r"\S[^\n]*(?:\n[ \t]*\S[^\n]*)*")
_EDGE = re.compile(r"^[ \t]*=[ =]*[ \t]*\n(?=[ \t]*(?:\n|\Z))", re.MULTILINE)
_SIGNS = re.compile(r"(?:[ \t]*\n)*[ \t]*(?P<sign>[!-/:-@\[-`{-~])[^\n]*\n?(?:[ \t]*(?P=sign)[^\n]*(?:\n|\Z))*")
_TARGET = re.compile(r"_|\|[^|\n]+\|[ \t]")


class Indented(Lines):
    """One pass over the lines; `bound` is the column of the explicit markup or item that opened the paragraph, and the
    last part of `open` tells of explicit markup."""

    def __init__(self, text: str, format: Format) -> None:
        super().__init__(text, format)
        self.ranks: dict[tuple[str, bool], int] = {}
        self.over = ("", -1)
        self.bound = -1

    def document(self, front: int, paragraphs: tuple[Paragraph, ...]) -> Document:
        """All that was found. A comment takes what stands deeper below it for its own, which must not befall the text
        that follows an answer: before such text, the answer stands as deep."""
        return super().document(front, tuple(map(self.inset, paragraphs)))

    def inset(self, paragraph: Paragraph) -> Paragraph:
        """A paragraph with the prefix of what follows, if that is deeper."""
        following = _NEXT.match(self.view, paragraph.span.end)
        if following and _columns(following["indent"]) > _columns(paragraph.prefix):
            return paragraph._replace(prefix=following["indent"])
        return paragraph

    def lines(self, at: int) -> None:
        """Read line after line from `at`; a generated block is passed over as if it were not there."""
        while at < self.limit:
            if (beyond := self.generated(at, self.limit)) > at:
                at = beyond
                continue
            found = self.format.line.match(self.view, at, self.limit)
            assert found is not None
            kind = found.lastgroup or ""
            if kind == "blank":
                self.since = at = max(found.end(), self.literal())
                self.close()
                continue
            depth = _columns(found["prefix"])
            if self.open is not None and (depth <= self.bound or depth < _columns(self.open[1])):
                self.close()
            head = self.item(Head(at, found["prefix"], found["item"] or "", kind, found.end()))
            if self.open is not None and kind in EXPLICIT and self.term(at, depth):
                at = self.meaning(head, found["name"] or "")
            elif self.open is not None:
                at = self.further(head)
            elif kind == "rule":
                self.over = (found["sign"], found.end())
                self.since = at = found.end()
            elif kind == "simple" and (edge := _EDGE.search(self.view, found.end(), self.limit)):
                at = self.spanned(head, at, edge.end())
            elif kind == "doctest":
                self.since = at = self.body(at, -1, blanks=False)
            elif kind in EXPLICIT:
                at = self.explicit(head, found["name"] or "")
            else:
                at = self.line(head)
        self.literal()
        self.close()

    def item(self, head: Head) -> Head:
        """The start of a line, which is no item where it is but an initial: the next line goes on below it."""
        if head.kind != "item" or head.item[:1] in BULLETS or not head.item:
            return head
        found = self.format.line.match(self.view, self.line_end(head.at, self.limit) + 1, self.limit)
        if found is None or found["item"] != "" or _columns(found["prefix"]) > _columns(head.prefix):
            return head
        return head._replace(item="", at=head.start + len(head.prefix))

    def line(self, head: Head) -> int:
        """Read the first line of a paragraph, which may be a title; returns where it ends."""
        end = self.line_end(head.start, self.limit)
        title = self.view[head.start : end].strip()
        rule = self.format.underline and self.format.underline.match(self.view, end + 1, self.limit)
        over = rule is not None and self.over == (rule["level"], head.start)
        if rule and not head.item and (over or not head.prefix) and len(rule[0].rstrip()) >= min(4, len(title)):
            level = self.ranks.setdefault((rule["level"], over), len(self.ranks) + 1)
            return self.heading(head._replace(prefix="", at=head.start), level, rule.end())
        self.open = (head.start, head.prefix + self.blank(head.item), 0)
        self.bound = _columns(head.prefix) if head.item else -1
        return self.words_of(head)

    def further(self, head: Head) -> int:
        """Read one more line of a paragraph, which has the indentation of the last."""
        assert self.open is not None
        self.open = (self.open[0], head.prefix, self.open[2])
        return self.words_of(head._replace(at=head.start + len(head.prefix)))

    def term(self, at: int, depth: int) -> bool:
        """Whether the open paragraph is a line of which the one at `at`, right below and deeper, says the meaning."""
        assert self.open is not None
        start, prefix, explicit = self.open
        return not explicit and depth > _columns(prefix) and self.line_end(start, self.limit) + 1 == at

    def meaning(self, head: Head, name: str) -> int:
        """Read a definition that begins with explicit markup: an answer to its term must not come between the two."""
        assert self.open is not None
        start, known = self.open[0], len(self.paragraphs)
        self.open = None
        at = self.explicit(head, name)
        if self.open is not None:
            self.open = (start, *self.open[1:])
        else:
            self.paragraphs[known:] = [Paragraph(Span(start, at), head.prefix + self.blank(head.item))]
        return at

    def words_of(self, head: Head) -> int:
        """Read the rest of a line."""
        self.open_end, _ = self.inline(head.at, self.line_end(head.at, self.limit))
        return self.open_end

    def explicit(self, head: Head, name: str) -> int:
        """Read explicit markup: a directive, a footnote, a target or a comment; returns where to go on."""
        dots = head.start + len(head.prefix + head.item)
        column = _columns(head.prefix + head.item)
        first = self.line_end(head.at, self.limit)
        after = min(first + 1, self.limit)
        if head.kind == "remark":
            return self.remark(head, dots, self.body(after, column))
        if name == "math":
            return self.math(head, dots, self.body(after, column))
        if name in LITERAL:
            self.since = self.body(after, column)
            return self.since
        if name in TABLES:
            return self.spanned(head, head.at, self.body(after, column))
        self.since = head.at
        if not self.view[head.at : first].strip():
            return after
        self.open = (head.start, head.prefix + self.blank(head.item) + self.format.indented, 1)
        self.bound = column
        return self.words_of(head)

    def remark(self, head: Head, dots: int, end: int) -> int:
        """Read a comment, or pass over a target or a substitution."""
        first = self.line_end(head.at, self.limit)
        if _TARGET.match(self.view, head.at):
            self.since = end
        elif not self.view[head.at : first].strip() and not self.view[first + 1 : end].split("\n")[0].strip():
            self.since = end = min(first + 1, self.limit)
        else:
            if self.comment(dots, dots + len(self.view[dots:end].rstrip())):
                self.paragraphs.append(Paragraph(Span(head.start, end), head.prefix + self.blank(head.item)))
            self.since = end
        return end

    def math(self, head: Head, dots: int, end: int) -> int:
        """Read a display: each of its blocks is a formula."""
        start = dots
        for span in self.formulas(head.at, end):
            self.block_math("indented", Span(start, span.end), span)
            start = span.end
        self.paragraphs.append(Paragraph(Span(head.start, end), head.prefix + self.blank(head.item)))
        self.since = end
        return end

    def formulas(self, at: int, end: int) -> Iterator[Span]:
        """The blocks of a display that begins at `at`, without its options."""
        first = min(self.line_end(at, self.limit), end)
        options = _OPTIONS.match(self.view, first + 1, end)
        if options and options.end() > options.start():
            if self.view[at:first].strip():
                yield Span(at, len(self.view[:first].rstrip()))
            at = options.end()
        for block in _BLOCK.finditer(self.view, at, end):
            yield Span(block.start(), block.end() - len(block[0]) + len(block[0].rstrip()))

    def spanned(self, head: Head, at: int, end: int) -> int:
        """Read several lines as one paragraph, after which its answer stands."""
        self.open = (head.start, head.prefix + self.blank(head.item), 0)
        while at < end:
            at, _ = self.inline(at, self.line_end(at, self.limit))
        self.open_end = end = max(at, end)
        self.close()
        return end

    def literal(self) -> int:
        """Have the block of code that `::` announces go with its paragraph; returns where that ends, or 0."""
        if self.open is None or not self.view[self.open[0] : self.open_end].rstrip().endswith("::"):
            return 0
        end = self.body(self.open_end, _columns(self.open[1]))
        if end == self.open_end and (quoted := _SIGNS.match(self.view, end, self.limit)):
            end = quoted.end()
        self.open_end = end
        return end

    def body(self, at: int, column: int, blanks: bool = True) -> int:
        """Where the lines from `at` on end that are deeper than `column`, with the blank ones between them."""
        last = at
        while at < self.limit:
            end = self.line_end(at, self.limit)
            indent = _INDENT.match(self.view, at, end)
            assert indent is not None
            blank = indent.end() == end
            if (blank and not blanks) or (not blank and _columns(indent[0]) <= column):
                break
            at = min(end + 1, self.limit)
            last = last if blank else at
        return last


def _columns(indent: str) -> int:
    """How wide an indentation is."""
    return len(indent.expandtabs(_TAB))
