"""Jupyter notebooks: the Markdown of their cells as one text, and edits of it as edits of the JSON as it stands."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from texgrad.patterns import compiled
from texgrad.source import Edit, Span, fail

_TOKEN = compiled(r'"(?:[^"\\]++|\\.)*+"|[{}\[\]:,]|[^\s"{}\[\]:,]++')
_ESCAPE = re.compile(r"(?:\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.)")
_BETWEEN = " \n\n"  # its blank keeps a line end before it from being one with it


class _Piece(NamedTuple):
    """One JSON string of a cell's source: where its text begins among all cells, and where in the file."""

    start: int
    text: str
    place: int
    raw: str
    gap: str


@dataclass
class _Level:
    """An object or array that is open: the key that waits for its value, and what a cell has said of itself."""

    array: bool
    key: str = ""
    kind: str = ""
    source: list[tuple[int, str, str]] = field(default_factory=list)
    end: int = 0


class Notebook:
    """A notebook: `text` is the Markdown of all its cells, `cells` says where each of them stands in it.

    Raises `config` for what is no JSON of a notebook.
    """

    def __init__(self, data: str) -> None:
        self._data = data
        self._pieces: list[_Piece] = []
        self.cells: list[Span] = []
        self._ascii = data.isascii()
        size = 0
        for cell in _cells(data):
            start = size
            for place, raw, gap in cell:
                text = _decoded(raw)
                self._pieces.append(_Piece(size, text, place, raw, gap))
                size += len(text)
            self.cells.append(Span(start, size))
            size += len(_BETWEEN)
        pieces = iter(self._pieces)
        self.text = "".join("".join(next(pieces).text for _ in range(len(cell))) + _BETWEEN for cell in _cells(data))
        self._starts = [piece.start for piece in self._pieces]

    def edit(self, edit: Edit) -> Edit:
        """An edit of `text` as one of the file: a new line begins a string of its own where the cell's lines do."""
        piece = self._pieces[self._at(edit.span.start)]
        written = json.dumps(edit.text, ensure_ascii=self._ascii)[1:-1]
        if piece.gap:
            written = re.sub(r"(\\\\)|\\n(?!\Z)|\\n\Z", lambda found: found[1] or rf'\n"{piece.gap}"', written)
        return Edit(self.span(edit.span), written)

    def span(self, span: Span) -> Span:
        """A place in `text` as one in the file."""
        start = self._place(span.start)
        return Span(start, max(start, self._place(span.end)))

    def _at(self, offset: int) -> int:
        """The piece that an offset is in; between two of one cell it is the second."""
        return max(bisect_right(self._starts, offset) - 1, 0)

    def _place(self, offset: int) -> int:
        """An offset in `text` as one in the file."""
        if not self._pieces:
            return 0
        piece = self._pieces[self._at(offset)]
        left = min(offset - piece.start, len(piece.text))
        at = place = 0
        for escape in _ESCAPE.finditer(piece.raw):
            if at + escape.start() - place >= left:
                break
            at += escape.start() - place + 1
            place = escape.end()
        return piece.place + place + left - at


def _decoded(raw: str) -> str:
    """The text of a JSON string without its quotes; a pair of surrogates is one character, a single one itself."""
    try:
        found = json.loads(f'"{raw}"', strict=False)
    except ValueError:
        raise fail("config", "a string of the notebook is no JSON", help="open and save it with Jupyter") from None
    assert isinstance(found, str)
    return found


def _cells(data: str) -> Iterator[list[tuple[int, str, str]]]:
    """The source of each Markdown cell: its strings with their places, and what stands between two of them."""
    levels: list[_Level] = []
    for token in _TOKEN.finditer(data):
        text = token[0]
        level = levels[-1] if levels else None
        if text in "{[":
            levels.append(_Level(text == "[", source=[], end=token.end()))
        elif text in "}]":
            if level is None:
                break
            levels.pop()
            if text == "]" and levels and levels[-1].key == "source":
                levels[-1].source = _spaced(level.source, data)
            elif text == "}" and level.kind == "markdown" and level.source:
                yield level.source
        elif level is None:
            break
        elif level.array:
            if text[0] == '"' and len(levels) > 1 and levels[-2].key == "source":
                level.source.append((token.start() + 1, text[1:-1], data[level.end : token.start()]))
                level.end = token.end()
        elif text == ",":
            level.key = ""
        elif text == ":":
            continue
        elif not level.key:
            level.key = text[1:-1]
        elif level.key == "cell_type":
            level.kind = text[1:-1]
        elif level.key == "source" and text[0] == '"':
            level.source = [(token.start() + 1, text[1:-1], "")]
    if levels or not data.lstrip("\ufeff \t\r\n").startswith("{"):
        raise fail("config", "this is no Jupyter notebook", help="open and save it with Jupyter")


def _spaced(strings: list[tuple[int, str, str]], data: str) -> list[tuple[int, str, str]]:
    """The strings of an array, each with what stands between two of them in it, or would."""
    if not strings:
        return []
    gap = strings[1][2] if len(strings) > 1 else "," + (strings[0][2] or " " * data.count('", "', 0, 10_000))
    gap = gap if gap.strip() == "," else ","
    return [(place, raw, gap) for place, raw, _ in strings]
