"""A text as the scan reads it: every line end one character, generated blocks left out of the words."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping

from texgrad.document import Block, digest, has_trailing
from texgrad.formats import Format
from texgrad.source import Span, TexgradError, fail

NEWLINE = re.compile(r"\r\n|\n|\r")
_JOIN = re.compile(r"[ \t]*\n[ \t>]*")
_UNPAIRED: Mapping[str, str] = {
    "begin": "this texgrad:begin has no texgrad:end on a line of its own before the next one",
    "end": "this texgrad:end has no texgrad:begin on a line of its own before it",
}


class View:
    """A text with `\\n` as every line end, `\\r` before it blank, offsets the same; `blocks` are those passed."""

    def __init__(self, text: str, format: Format) -> None:
        self.text = text
        view = text.replace("\r\n", " \n").replace("\r", "\n")
        self.first = 1 if view.startswith("\ufeff") else 0
        self.view = " " * self.first + view[self.first :]
        self.blocks: list[Block] = []
        opening, closing = (re.escape(part.strip()) for part in format.comment)
        closing = closing and rf"[ \t]*{closing}"
        self.marked = "texgrad:begin" in text
        self._begin = re.compile(
            rf"(?:[ \t>]*\n)?(?P<prefix>[ \t>]*){opening}[ \t]*texgrad:begin\b"
            rf"[ \t]*(?P<digest>\w*){closing}[ \t]*\n"
        )
        self._end = re.compile(
            rf"^[ \t>]*(?P<mark>{opening}[ \t]*texgrad:end\b{closing})[ \t]*(?P<rest>\n|\Z)", re.MULTILINE
        )

    def line_end(self, at: int, limit: int) -> int:
        """The offset of the line end at or after `at`, or `limit`."""
        end = self.view.find("\n", at, limit)
        return limit if end < 0 else end

    def generated(self, at: int, limit: int) -> int:
        """Take note of a generated block that begins at `at`; returns where the text goes on, or `at` without one."""
        found = self._begin.match(self.view, at, limit) if self.marked else None
        if found is None:
            return at
        start, prefix = found.start("prefix"), found["prefix"]
        end = self._end.search(self.view, found.end(), limit)
        if end is None or "texgrad:begin" in self.view[found.end() : end.start()]:
            raise unpaired("begin", Span(start + len(prefix), len(self.view[: found.end()].rstrip())))
        body = NEWLINE.split(self.text[found.end() : end.start()])[:-1]
        blank = prefix.rstrip()
        lines = tuple("" if line == blank else line.removeprefix(prefix) for line in body)
        first, last = found.start(), end.end()
        if first < start and self.text[first:start].rstrip("\r\n") != blank:
            first = start
        elif first < start and not end["rest"]:
            first -= 2 if self.text[:first].endswith("\r\n") else 1
        trailing = has_trailing(found["digest"])
        if trailing:
            gap = NEWLINE.search(self.text, last, limit)
            last = gap.end() if gap and self.text[last : gap.start()] == blank else last
        span, outer = Span(start + len(prefix), end.end("mark")), Span(max(first, 0), last)
        edited = found["digest"] != digest(lines, trailing)
        self.blocks.append(Block(found["digest"], lines, prefix, span, outer, edited, trailing))
        return last

    def words(self, start: int, end: int, limit: int | None = None) -> str:
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


def joined(words: str) -> str:
    """Words of several lines as one line."""
    return _JOIN.sub(" ", words) if "\n" in words else words


def unpaired(word: str, span: Span) -> TexgradError:
    """The diagnostic for a marker without its partner."""
    help = "put the markers back in pairs, or delete both; the file was left alone"
    return fail("markers", _UNPAIRED[word], span, help)
