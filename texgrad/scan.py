"""Text to formulas, comments, paragraphs and generated blocks, as offsets, in one linear pass."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from texgrad.formats import Format, Math
from texgrad.source import Diagnostic, Span, TexgradError, fail


@dataclass(frozen=True)
class Formula:
    """One formula; `latex` is as long as `span`, with what is not math (quote prefixes, comments) blanked.

    `latex` and `span` leave the delimiters out, but hold `\\begin` and `\\end` of a bare environment, which
    `environment` then names. `prose` and `after` are the words before and after, up to the next formula.
    """

    latex: str
    span: Span
    outer: Span
    display: bool
    environment: str
    prose: str
    after: str
    section: tuple[int, ...]
    in_heading: bool


@dataclass(frozen=True)
class Comment:
    """A `texgrad` comment: `kind` is `derive`, or `let`, or `set` where nothing follows the colon."""

    kind: str
    options: Mapping[str, str]
    latex: str
    span: Span
    outer: Span
    section: tuple[int, ...]


@dataclass(frozen=True)
class Block:
    """A generated block: `span` runs from marker to marker, `outer` holds all that was inserted.

    `lines` is what stands between the markers without `prefix`; `edited` says that the digest does not fit them.
    `trailing` says that the blank line after the block was inserted with it.
    """

    digest: str
    lines: tuple[str, ...]
    prefix: str
    span: Span
    outer: Span
    edited: bool
    trailing: bool


class Paragraph(NamedTuple):
    """A paragraph, heading line, item or display: `span` holds whole lines, `prefix` is what its next line needs."""

    span: Span
    prefix: str


class Macro(NamedTuple):
    """One raw macro definition that stands outside math."""

    text: str
    span: Span


@dataclass(frozen=True)
class Document:
    """All that the scan finds in one text, in order; offsets are characters of `text`."""

    text: str
    format: Format
    formulas: tuple[Formula, ...]
    comments: tuple[Comment, ...]
    blocks: tuple[Block, ...]
    paragraphs: tuple[Paragraph, ...]
    macros: tuple[Macro, ...]
    front: str


@dataclass(frozen=True)
class Request:
    """One derivative that the document asks for; `latex` starts at `offset`, `form` says in which way it asks."""

    latex: str
    offset: int
    source: Formula | Comment
    form: Literal["question", "comment", "all"]
    options: Mapping[str, str]
    section: tuple[int, ...]


@dataclass(frozen=True)
class Group:
    """The requests of one paragraph; the answer goes to `at`, where `existing` stands, `prefix` before each line."""

    requests: tuple[Request, ...]
    at: int
    prefix: str
    existing: Block | None


@dataclass(frozen=True)
class Answer:
    """The lines of a block, without markers, prefix and line ends, and what is to be said about them."""

    block: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


class Solver(Protocol):
    """Answers the requests of a group; raises TexgradError with spans in the document."""

    def __call__(self, document: Document, group: Group, options: Mapping[str, str], /) -> Answer:
        """The block that answers `group`."""


def digest(lines: Iterable[str], trailing: bool) -> str:
    """The word after `begin`: ten hexadecimal digits over the inserted lines, the blank line after them included."""
    body = "\n".join(lines) + "\n" * trailing
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def scan(text: str, format: Format) -> Document:
    """Everything in `text` that texgrad looks at; raises `markers` when begin and end markers do not pair up."""
    return _Scan(text, format).document()


NEWLINE = re.compile(r"\r\n|\n|\r")
_FRONT = re.compile(r" ?(?P<fence>---|\+\+\+)[ \t]*\n")
_FRONT_END = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]*(?:\n|\Z)", re.MULTILINE),
}
_REST = re.compile(r"[ \t.,;:!?]*(?:\n|\Z)")
_VISIBLE = re.compile(r"[^\t]")
_GAP = re.compile(r"\n[ \t>]*\n")
_QUOTES = re.compile(r"(?<=\n)[ \t]*(?:>[ \t]?)+")
_REMARK = re.compile(r"(\\[\s\S])|%[^\n]*")
_JOIN = re.compile(r"[ \t]*\n[ \t>]*")
_SENTENCE = re.compile(r"[.!?](?=\s|\Z)|\n(?=[ \t>]*(?:\n|\Z))")
_OPTION = re.compile(r"([\w-]+)(?:=(?:\"([^\"]*)\"|([^\s:\"]+)))?")
_WORD = r"[\w-]+(?:=(?:\"[^\"]*\"|[^\s:\"]+))?"
_COMMENT = re.compile(rf"(?:<!--|%+)\s*texgrad(?P<options>(?:\s+{_WORD})*)\s*:(?!begin\b|end\b)\s*")
_MARKER = re.compile(r"(?:<!--|%+)\s*texgrad:(?P<word>begin|end)\b")
_BEFORE = 400
_AFTER = 80


class _Draft(NamedTuple):
    """A formula whose surroundings are not cut out yet; `words` is where the words before it begin."""

    math: Math
    environment: str
    outer: Span
    words: int
    section: tuple[int, ...]
    in_heading: bool
    quoted: bool


class _Scan:
    """One pass over a text; `view` is the text with `\n` as every line end, `\r` before it blank, offsets the same."""

    def __init__(self, text: str, format: Format) -> None:
        self.text = text
        self.format = format
        view = text.replace("\r\n", " \n").replace("\r", "\n")
        self.first = 1 if view.startswith("\ufeff") else 0
        self.view = " " * self.first + view[self.first :]
        self.drafts: list[_Draft] = []
        self.comments: list[Comment] = []
        self.blocks: list[Block] = []
        self.paragraphs: list[Paragraph] = []
        self.macros: list[Macro] = []
        self.headings: list[tuple[int, int]] = []
        self.section: tuple[int, ...] = ()
        self.heading_count = 0
        self.words = 0
        self.in_heading = False
        self.quoted = False
        self.stopped = False
        self.unclosed: set[str] = set()
        self.open: tuple[int, str, int] | None = None
        self.open_end = 0
        opening, closing = (re.escape(part.strip()) for part in format.comment)
        closing = closing and rf"[ \t]*{closing}"
        self.marked = "texgrad:begin" in text
        self.begin = re.compile(
            rf"(?:[ \t>]*\n)?(?P<prefix>[ \t>]*){opening}[ \t]*texgrad:begin\b"
            rf"[ \t]*(?P<digest>\w*){closing}[ \t]*\n"
        )
        self.end = re.compile(
            rf"^[ \t>]*(?P<mark>{opening}[ \t]*texgrad:end\b{closing})[ \t]*(?P<rest>\n|\Z)", re.MULTILINE
        )

    def document(self) -> Document:
        """The whole pass."""
        front = self.front()
        self.words = max(front, self.first)
        self.lines(self.words)
        formulas = tuple(self.formula(i) for i in range(len(self.drafts)))
        return Document(
            self.text,
            self.format,
            formulas,
            tuple(self.comments),
            tuple(self.blocks),
            tuple(self.paragraphs),
            tuple(self.macros),
            self.text[:front],
        )

    def front(self) -> int:
        """Where the front matter ends."""
        found = _FRONT.match(self.view) if self.format.front else None
        end = _FRONT_END[found["fence"]].search(self.view, found.end()) if found else None
        return end.end() if end else 0

    def line_end(self, at: int) -> int:
        """The offset of the line end at or after `at`."""
        end = self.view.find("\n", at)
        return len(self.view) if end < 0 else end

    def lines(self, at: int) -> None:
        """Read line after line from `at`; a generated block is passed over as if it were not there."""
        view, format, size = self.view, self.format, len(self.view)
        after_blank, in_list = True, False
        while at < size:
            if self.marked and (found := self.begin.match(view, at)):
                at = self.generated(found)
                continue
            head = format.line.match(view, at)
            assert head is not None
            kind, prefix = head.lastgroup, head["prefix"]
            if kind == "blank":
                self.close()
                self.words = at = head.end()
                after_blank = True
                continue
            nests = head["item"] is not None or kind == "nest"
            if after_blank:
                in_list = in_list and (nests or prefix != "")
                if prefix and not in_list and format.code_indent and _indent(prefix) >= format.code_indent:
                    self.words = at = self.line_end(at) + 1
                    continue
            in_list = in_list or nests
            after_blank = False
            self.quoted = ">" in prefix
            at = self.fenced(head) if kind == "fence" else self.line(head)
        self.close()

    def fenced(self, head: re.Match[str]) -> int:
        """Pass over a fenced code block; without its end it reaches to the end of the text."""
        self.close()
        fence = head["fence"]
        closing = re.compile(rf"^[ \t>]*{fence}{fence[0]}*[ \t]*(?:\n|\Z)", re.MULTILINE)
        end = closing.search(self.view, self.line_end(head.end()))
        self.words = end.end() if end else len(self.view)
        return self.words

    def line(self, head: re.Match[str]) -> int:
        """Read a line that is neither blank nor code, with all that its formulas reach into; returns where it ends."""
        start, kind, item, prefix = head.start(), head.lastgroup, head["item"], head["prefix"]
        if item:
            prefix += _VISIBLE.sub(" ", item)
        if kind == "heading":
            return self.heading(head, prefix, self.format.levels[head["heading"]], self.line_end(start) + 1)
        if self.open is None and self.format.underline is not None and not item:
            rule = self.format.underline.match(self.view, self.line_end(start) + 1)
            if rule and rule.end() > rule.start() and not self.reaches_on(head.end(), self.line_end(start)):
                return self.heading(head, prefix, self.format.levels[rule["level"]], rule.end())
        depth = prefix.count(">")
        if kind != "prefix" or self.open is None or depth > self.open[2]:
            self.close()
            self.words = max(self.words, start) if item else self.words
            self.open = (start, prefix, depth)
        end, alone = self.inline(head.end(), self.line_end(start))
        if alone and self.open[0] != start:
            self.close()
            self.open = (start, prefix, depth)
        self.open_end = end
        if alone:
            self.close()
        return end

    def heading(self, head: re.Match[str], prefix: str, level: int, end: int) -> int:
        """Read a heading that ends at `end`; it opens a section, within those of higher level that are open."""
        self.close()
        self.heading_count += 1
        outer = [(rank, number) for rank, number in self.headings if rank < level]
        self.headings = [*outer, (level, self.heading_count)]
        self.section = tuple(number for _, number in self.headings)
        end = min(end, len(self.view))
        self.words, self.in_heading = head.end(), True
        self.inline(head.end(), self.line_end(head.end()), bounded=True)
        self.words, self.in_heading = end, False
        self.paragraphs.append(Paragraph(Span(head.start(), end), prefix))
        return end

    def inline(self, start: int, end: int, bounded: bool = False) -> tuple[int, bool]:
        """Read what stands from `start` to the line end `end`, or to the line end after the last construct begun there.

        Returns where the next line starts, and whether a display or a `texgrad` comment stands alone. `bounded` keeps
        constructs from reaching over `end`.
        """
        view, special, pattern = self.view, self.format.special, self.format.inline
        limit = end if bounded else len(view)
        at, alone = start, False
        while hit := special.search(view, at, end):
            found = pattern.match(view, hit.start(), limit)
            if found is None:
                at = hit.start() + 1
                continue
            first = found.start() == start
            at, lone = self.construct(found, first)
            alone = first and lone and _REST.match(view, at) is not None
            if at > end:
                end = self.line_end(at)
        return min(end + 1, len(view)), alone

    def reaches_on(self, at: int, end: int) -> bool:
        """Whether a construct that begins between `at` and the line end `end` ends in a later line."""
        start = at
        while hit := self.format.special.search(self.view, at, end):
            found = self.format.inline.match(self.view, hit.start())
            at = hit.start() + 1 if found is None or self.breaks(found, hit.start() == start) else found.end()
        return at > end

    def breaks(self, found: re.Match[str], first: bool) -> bool:
        """Whether this is a display that starts within a line and reaches over a blank line: no math at all."""
        math = self.format.maths.get(found.lastgroup or "")
        return math is not None and math.display and not first and _GAP.search(found[0]) is not None

    def construct(self, found: re.Match[str], first: bool) -> tuple[int, bool]:
        """Take note of one construct; returns where to go on, and whether it may be a paragraph of its own."""
        kind, end = found.lastgroup or "", found.end()
        if self.stopped and kind != "comment":
            return end, False
        math = self.format.maths.get(kind)
        if math is not None:
            return self.math(found, math, first)
        if kind == "comment":
            return end, self.comment(found)
        if kind == "macro":
            self.macros.append(Macro(found[0], Span(found.start(), end)))
        elif kind == "tag":
            end = self.beyond(f"</{found['element']}", end)
        elif kind == "verbatim":
            end = self.beyond(f"\\end{{{found['element']}}}", end)
        elif kind == "stop":
            self.stopped = True
        return end, False

    def beyond(self, closing: str, at: int) -> int:
        """Where the next `closing` after `at` ends, or `at` if there is none."""
        found = -1 if closing in self.unclosed else self.view.find(closing, at)
        if found < 0:
            self.unclosed.add(closing)
            return at
        return found + len(closing)

    def math(self, found: re.Match[str], math: Math, first: bool) -> tuple[int, bool]:
        """Take note of a formula; returns where to go on, and whether it is a display."""
        outer = Span(*found.span())
        if self.breaks(found, first):
            return outer.start + (1 if found[0].startswith("$") else 2), False
        if outer.end - outer.start > math.open + math.close:
            environment = found["name"] if math.open == 0 else ""
            draft = _Draft(math, environment, outer, self.words, self.section, self.in_heading, self.quoted)
            self.drafts.append(draft)
            self.words = outer.end
        return outer.end, math.display

    def comment(self, found: re.Match[str]) -> bool:
        """Take note of a `texgrad` comment; returns whether it is one."""
        start, end = found.span()
        marker = _MARKER.match(self.view, start, end)
        if marker is not None:
            raise _unbalanced(marker["word"], Span(start, end))
        ask = _COMMENT.match(self.view, start, end)
        if ask is None or self.stopped:
            return False
        words = {key: quoted or bare for key, quoted, bare in _OPTION.findall(ask["options"])}
        closing = len(self.format.comment[1].strip())
        body = self.view[ask.end() : end - closing].rstrip()
        span = Span(ask.end(), ask.end() + len(body))
        kind = "let" if "let" in words else "derive" if body else "set"
        options = {key: value or "yes" for key, value in words.items() if key != kind}
        latex = self.latex(span, self.quoted)
        self.comments.append(Comment(kind, options, latex, span, Span(start, end), self.section))
        return True

    def generated(self, found: re.Match[str]) -> int:
        """Take note of the generated block whose begin marker was found; returns where the original text goes on."""
        start, prefix = found.start("prefix"), found["prefix"]
        end = self.end.search(self.view, found.end())
        if end is None or "texgrad:begin" in self.view[found.end() : end.start()]:
            raise _unbalanced("begin", Span(start + len(prefix), len(self.view[: found.end()].rstrip())))
        body = NEWLINE.split(self.text[found.end() : end.start()])[:-1]
        lines = tuple(line.removeprefix(prefix) for line in body)
        blank = prefix.rstrip()
        first, last = found.start(), end.end()
        if first < start and self.text[first:start].rstrip("\r\n") != blank:
            first = start
        elif first < start and not end["rest"]:
            first -= 2 if self.text[:first].endswith("\r\n") else 1
        trailing = found["digest"] == digest(lines, True)
        if trailing:
            gap = NEWLINE.search(self.text, last)
            last = gap.end() if gap and self.text[last : gap.start()] == blank else last
        edited = not trailing and found["digest"] != digest(lines, False)
        span, outer = Span(start + len(prefix), end.end("mark")), Span(max(first, 0), last)
        self.blocks.append(Block(found["digest"], lines, prefix, span, outer, edited, trailing))
        return last

    def close(self) -> None:
        """End the paragraph that is open, if any."""
        if self.open is not None:
            start, prefix, _ = self.open
            self.paragraphs.append(Paragraph(Span(start, self.open_end), prefix))
            self.open = None

    def formula(self, index: int) -> Formula:
        """The formula of a draft, with the words around it."""
        draft = self.drafts[index]
        following = self.drafts[index + 1].outer.start if index + 1 < len(self.drafts) else len(self.view)
        span = Span(draft.outer.start + draft.math.open, draft.outer.end - draft.math.close)
        after = self.original(draft.outer.end, following, _AFTER)
        sentence = _SENTENCE.search(after)
        return Formula(
            self.latex(span, draft.quoted),
            span,
            draft.outer,
            draft.math.display,
            draft.environment,
            _joined(self.original(draft.words, draft.outer.start)[-_BEFORE:]),
            _joined(after[: sentence.start()] if sentence else after),
            draft.section,
            draft.in_heading,
        )

    def original(self, start: int, end: int, limit: int | None = None) -> str:
        """The text from `start` to `end` without generated blocks, at most `limit` characters of it."""
        limit = end - start if limit is None else limit
        if not self.blocks:
            return self.view[start : min(end, start + limit)]
        out, length = [], 0
        for block in self.blocks[bisect_left(self.blocks, start, key=lambda block: block.outer.start) :]:
            if length >= limit or block.outer.start >= end:
                break
            out.append(self.view[start : block.outer.start])
            length += block.outer.start - start
            start = block.outer.end
        out.append(self.view[start : max(start, min(end, start + limit - length))])
        return "".join(out)[:limit]

    def latex(self, span: Span, quoted: bool) -> str:
        """The LaTeX in `span`, as long as it, without quote prefixes and comments."""
        latex = self.view[span.start : span.end]
        if quoted and "\n" in latex:
            latex = _QUOTES.sub(lambda prefix: " " * len(prefix[0]), latex)
        if "%" in latex:
            latex = _REMARK.sub(lambda remark: remark[1] or " " * len(remark[0]), latex)
        return latex


def _joined(words: str) -> str:
    """Words of several lines as one line."""
    return _JOIN.sub(" ", words) if "\n" in words else words


def _indent(prefix: str) -> int:
    """How many columns the last quote mark, or the line start, is away from the text."""
    return len(prefix[prefix.rfind(">") + 1 :].expandtabs(4))


def _unbalanced(word: str, span: Span) -> TexgradError:
    """The diagnostic for a marker without its partner."""
    message = {
        "begin": "this texgrad:begin has no texgrad:end on a line of its own before the next one",
        "end": "this texgrad:end has no texgrad:begin on a line of its own before it",
    }[word]
    return fail("markers", message, span, "put the markers back in pairs, or delete both; the file was left alone")
