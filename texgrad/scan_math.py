"""What stands within lines: formulas, comments, macros, and what only looks like them."""

from __future__ import annotations

import re
from typing import NamedTuple

from texgrad.document import Comment, Document, Formula, Macro, Paragraph
from texgrad.formats import Format, Math
from texgrad.formats_escapes import COMMONMARK, decoded, evident, mended
from texgrad.formats_patterns import ENVIRONMENTS
from texgrad.scan_front import front_macros
from texgrad.scan_view import View, joined, unpaired
from texgrad.source import Span

_GAP = re.compile(r"\n[ \t>]*\n")
_QUOTES = re.compile(r"(?<=\n)[ \t]*(?:>[ \t]?)+")
_NUMBER = re.compile(r"\(\\#[\w:./-]+\)")  # (\#eq:name), the label of an equation in bookdown
_WIDE = str.maketrans("？＝", "?=")
_REMARK = re.compile(r"(\\[\s\S])|%[^\n]*")
_REST = re.compile(r"[ \t.,;:!?]*(?:\{\#[^\s{}]+\}|\([\w:.-]+\))?[ \t.]*(?:\n|\Z)")
_SENTENCE = re.compile(r"[.!?](?=\s|\Z)(?!\s+(?:Both|Beide)\b)|\n(?=[ \t>]*(?:\n|\Z))")
_OPTION = re.compile(r"([\w-]+)(?:=(?:\"([^\"]*)\"|([^\s:\"]+)))?")
_WORD = r"[\w-]+(?:=(?:\"[^\"]*\"|[^\s:\"]+))?"
_OPENING = r"(?:<!--|\{/\*|%+|\.\.)"
_COMMENT = re.compile(rf"{_OPENING}\s*texgrad(?P<options>(?:\s+{_WORD})*)\s*:(?!begin\b|end\b)\s*")
# what is meant for us and has no colon: a formula, an option or a declaration behind the name
_UNREAD = re.compile(rf"{_OPENING}\s*texgrad\s+(?:let\s+\\?[A-Za-z](?![a-z])|[\w-]+=|\\[A-Za-z])")
_MARKER = re.compile(rf"{_OPENING}\s*texgrad:(?P<word>begin|end)\b")
_CONDITION = re.compile(r"%[^\n]*|\\[^a-zA-Z]|\\(?P<word>if(?!f(?![a-zA-Z]))[a-zA-Z]*|fi|else)(?![a-zA-Z])")
_OPENER = re.compile(rf"\$\$?|\\[\[(]|\\begin\{{(?:{ENVIRONMENTS})\*?\}}")
_OPENS = {"$$": "dollars", "$": "dollar", r"\[": "bracket", r"\(": "paren"}
_LONGEST = 2000  # characters of a formula that is never closed
_BEFORE = 400
_AFTER = 80


class _Draft(NamedTuple):
    """A formula whose surroundings are not cut out yet; `words` is where the words before it begin."""

    kind: str
    display: bool
    environment: str
    span: Span
    outer: Span
    words: int
    section: tuple[int, ...]
    in_heading: bool
    quoted: bool
    tabled: bool


class Constructs(View):
    """Reads constructs within lines; what they mean depends on the section, heading and quote that is being read."""

    def __init__(self, text: str, format: Format) -> None:
        super().__init__(text, format)
        self.format = format
        self.limit = len(self.view)
        self.drafts: list[_Draft] = []
        self.comments: list[Comment] = []
        self.macros: list[Macro] = []
        self.section: tuple[int, ...] = ()
        self.since = 0
        self.in_heading = False
        self.quoted = False
        self.tabled = False
        self.stopped = False
        self.raw = False
        self.unclosed: set[str] = set()
        self.gap = (0, -1)  # where the next blank line was looked for, and where it is

    def document(self, front: int, paragraphs: tuple[Paragraph, ...]) -> Document:
        """All that was found."""
        return Document(
            self.text,
            self.format,
            tuple(self._formula(i) for i in range(len(self.drafts))),
            tuple(self.comments),
            tuple(self.blocks),
            paragraphs,
            (*(Macro(text, Span(0, 0)) for text in front_macros(self.text[:front])), *self.macros),
            self.text[:front],
        )

    def inline(self, start: int, end: int, bounded: bool = False) -> tuple[int, bool]:
        """Read what stands from `start` to the line end `end`, or to the line end after the last construct begun there.

        Returns where the next line starts, and whether a display or a `texgrad` comment stands alone. `bounded` keeps
        constructs from reaching over `end`.
        """
        view, special, pattern = self.view, self.format.special, self.format.inline
        limit = end if bounded else self.limit
        at, alone = start, False
        while hit := special.search(view, at, end):
            found = pattern.match(view, hit.start(), limit)
            if found is None:
                at = self._unclosed(hit.start())
                continue
            first = found.start() == start
            if found.lastgroup == "escape":
                self._unclosed(found.start())
            at, lone = self._construct(found, first)
            alone = first and lone and _REST.match(view, at, self.limit) is not None
            if at > end:
                end = self.line_end(at, self.limit)
        return min(end + 1, self.limit), alone

    def _unclosed(self, at: int) -> int:
        """Take note of what may ask in a formula that nothing closes, up to the next blank line; where to go on."""
        opening = None if self.stopped or self.raw else _OPENER.match(self.view, at, self.limit)
        if opening is None or _OPENS.get(opening[0], "environment") not in self.format.inline.groupindex:
            return at + 1
        if not self.gap[0] <= at <= self.gap[1]:
            gap = _GAP.search(self.view, at, self.limit)
            self.gap = at, gap.start() if gap else self.limit
        rest = Span(opening.end(), max(opening.end(), min(self.gap[1], at + _LONGEST)))
        if other := _OPENER.search(self.view, *rest):
            rest = Span(rest.start, other.start())
        text, last = self.view[rest.start : rest.end], next(reversed(self.comments), None)
        told = last is not None and last.kind == "unclosed" and at < last.outer.end
        if "=" in text and "?" in text and not told:
            latex, place = self._latex(rest, self.quoted).rstrip(), Span(at, opening.end())
            self.comments.append(Comment("unclosed", {}, latex, rest, place, self.section))
        return opening.end()

    def reaches_on(self, at: int, end: int) -> bool:
        """Whether a construct that begins between `at` and the line end `end` ends in a later line."""
        start = at
        while hit := self.format.special.search(self.view, at, end):
            found = self.format.inline.match(self.view, hit.start(), self.limit)
            at = hit.start() + 1 if found is None or self._breaks(found, hit.start() == start) else found.end()
        return at > end

    def block_math(self, kind: str, outer: Span, span: Span) -> None:
        """Take note of a display that is a block of its own."""
        if span.start < span.end:
            self._draft(kind, self.format.maths[kind], "", span, outer)

    def _breaks(self, found: re.Match[str], first: bool) -> bool:
        """Whether this is a display that starts within a line and reaches over a blank line: no math at all."""
        math = self.format.maths.get(found.lastgroup or "")
        return math is not None and math.display and not first and _GAP.search(found[0]) is not None

    def _construct(self, found: re.Match[str], first: bool) -> tuple[int, bool]:
        """Take note of one construct; returns where to go on, and whether it may be a paragraph of its own."""
        kind, end = found.lastgroup or "", found.end()
        if (self.stopped or self.raw) and kind != "comment":
            return end, False
        math = self.format.maths.get(kind)
        if math is not None:
            return self._math(found, kind, math, first)
        if kind == "comment":
            return end, self.comment(found.start(), end)
        if kind == "macro":
            self.macros.append(Macro(found[0], Span(found.start(), end)))
        elif kind == "tag":
            end = self._beyond(f"</{found['element']}", end)
        elif kind == "verbatim":
            end = self._beyond(f"\\end{{{found['element']}}}", end)
        elif kind == "liquid":
            end = self._beyond(f"end{found['block']}", end)
        elif kind == "shortcode":
            end = self._beyond(f"/{found['inner']}", self._beyond(f"/ {found['inner']}", end))
        elif kind == "false":
            end = self._condition(end)
        elif kind == "stop":
            self.stopped = True
        return end, False

    def _beyond(self, closing: str, at: int) -> int:
        """Where the next `closing` after `at` ends, or `at` if there is none."""
        found = -1 if closing in self.unclosed else self.view.find(closing, at, self.limit)
        if found < 0:
            self.unclosed.add(closing)
            return at
        return found + len(closing)

    def _condition(self, at: int) -> int:
        """Where the part that `\\iffalse` leaves out ends: behind its `\\else` or `\\fi`, or at `at` without these."""
        depth = 0
        if r"\fi" in self.unclosed:
            return at
        for found in _CONDITION.finditer(self.view, at, self.limit):
            word = found["word"]
            if depth == 0 and word in ("fi", "else"):
                return found.end()
            depth += (word is not None and word.startswith("if")) - (word == "fi")
        self.unclosed.add(r"\fi")
        return at

    def _math(self, found: re.Match[str], kind: str, math: Math, first: bool) -> tuple[int, bool]:
        """Take note of a formula; returns where to go on, and whether it is a display."""
        outer = Span(*found.span())
        if self._breaks(found, first):
            self._unclosed(outer.start)
            return outer.start + (1 if found[0].startswith("$") else 2), False
        if outer.end - outer.start > math.open + math.close:
            environment = found["name"] if math.open == 0 else ""
            self._draft(kind, math, environment, Span(outer.start + math.open, outer.end - math.close), outer)
        return outer.end, math.display

    def _draft(self, kind: str, math: Math, environment: str, span: Span, outer: Span) -> None:
        """Take note of a formula, where it stands now."""
        place = (self.since, self.section, self.in_heading, self.quoted, self.tabled)
        self.drafts.append(_Draft(kind, math.display, environment, span, outer, *place))
        self.since = outer.end

    def comment(self, start: int, end: int) -> bool:
        """Take note of a `texgrad` comment; returns whether it is one."""
        marker = _MARKER.match(self.view, start, end)
        if marker is not None:
            raise unpaired(marker["word"], Span(start, end))
        ask = _COMMENT.match(self.view, start, end)
        if ask is None or self.stopped:
            if not self.stopped and _UNREAD.match(self.view, start, end):
                span = Span(start, end)
                self.comments.append(Comment("unread", {}, "", span, span, self.section))
            return False
        words = {key: quoted or bare for key, quoted, bare in _OPTION.findall(ask["options"])}
        closing = len(self.format.comment[1].strip())
        body = self.view[ask.end() : end - closing].rstrip()
        span = Span(ask.end(), ask.end() + len(body))
        kind = "let" if "let" in words else "derive" if body else "set"
        if kind == "derive" and body == "ignore":
            kind = body
        options = {key: value or "yes" for key, value in words.items() if key != kind}
        latex = self._latex(span, self.quoted)
        self.comments.append(Comment(kind, options, latex, span, Span(start, end), self.section))
        return True

    def _formula(self, index: int) -> Formula:
        """The formula of a draft, with the words around it."""
        draft = self.drafts[index]
        following = self.drafts[index + 1].outer.start if index + 1 < len(self.drafts) else len(self.view)
        after = self.words(draft.outer.end, following, _AFTER)
        sentence = _SENTENCE.search(after)
        latex, eaten = self._latex(draft.span, draft.quoted), False
        if draft.tabled and self.format.pipes:
            latex = latex.replace(r"\|", " |")
        if self.format.eats is not None:
            latex, eaten = self._shown(latex, draft.kind)
        return Formula(
            latex,
            draft.span,
            draft.outer,
            draft.display,
            draft.environment,
            joined(self.words(draft.words, draft.outer.start)[-_BEFORE:]),
            joined(after[: sentence.start()] if sentence else after),
            draft.section,
            draft.in_heading,
            draft.kind,
            eaten,
        )

    def _latex(self, span: Span, quoted: bool) -> str:
        """The LaTeX in `span`, as long as it, without quote prefixes and comments."""
        latex = self.view[span.start : span.end]
        if quoted and "\n" in latex:
            latex = _QUOTES.sub(lambda prefix: " " * len(prefix[0]), latex)
        if "%" in latex:
            latex = _REMARK.sub(lambda remark: remark[1] or " " * len(remark[0]), latex)
        if r"(\#" in latex:
            latex = _NUMBER.sub(lambda label: " " * len(label[0]), latex)
        return latex if latex.isascii() else latex.translate(_WIDE)

    def _shown(self, latex: str, kind: str) -> tuple[str, bool]:
        """The LaTeX that the page's mathematics gets of a formula in Markdown, and whether backslashes went."""
        escapes = (self.format.eats or {}).get(kind)
        if escapes is None and self.format.guesses and evident(latex):
            escapes = COMMONMARK
        return decoded(mended(escapes.shown(latex) if escapes else latex)), escapes is not None
