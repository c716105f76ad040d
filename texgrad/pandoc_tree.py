"""A pandoc document as the rest of texgrad sees one: its words as a text, formulas and comments as places in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, NamedTuple

from texgrad.ask_formulas import bare_derivatives, questions
from texgrad.document import Comment, Document, Formula, Macro, Paragraph
from texgrad.formats import FORMATS
from texgrad.immutable import immutable
from texgrad.pandoc_blocks import CLASS, INNER, Blocks, Node, asks, parts, standing, words
from texgrad.scan import scan
from texgrad.source import Span

_SENTENCE = re.compile(r"[.!?](?=\s|\Z)|\n")
_BEFORE, _AFTER = 400, 80


@immutable
class Place:
    """Where an answer goes: after one block of a list, unless one stands there already; `options` hold there.

    cut: the number of parts of the block behind which it goes, where the block goes on.
    """

    blocks: Blocks
    index: int
    options: Mapping[str, str]
    answered: bool
    cut: int = 0

    def write(self, answer: Node) -> None:
        """Write an answer there; what comes later in the list of blocks has been written before."""
        following = [answer]
        if self.cut:
            block = self.blocks[self.index]
            following.append({"t": block["t"], "c": block["c"][self.cut + 1 :]})
            del block["c"][self.cut :]
        self.blocks[self.index + 1 : self.index + 1] = following


class Piece(NamedTuple):
    """LaTeX of the document: where it starts in the text, and a name for its place."""

    start: int
    latex: str
    name: str


@immutable
class Tree:
    """A document, the places of its paragraphs by where they end in the text, and all its LaTeX in order."""

    document: Document
    places: Mapping[int, Place]
    pieces: tuple[Piece, ...]


def read(data: Node) -> Tree:
    """The tree of a pandoc document; raises `markers` where those of a generated block do not pair up."""
    reader = _Reader()
    if "header-includes" in data["meta"]:
        reader.header(data["meta"]["header-includes"])
    reader.walk(data["blocks"])
    return reader.tree()


@dataclass(frozen=True, eq=False)
class _Draft:
    """A formula whose surroundings are not cut out yet; `words` is where the words before it begin."""

    latex: str
    outer: Span
    span: Span
    words: int
    display: bool
    environment: str
    section: tuple[int, ...]
    in_heading: bool


class _Seen(NamedTuple):
    """How much had been read when a Div began."""

    drafts: int
    comments: int
    paragraphs: int


@dataclass
class _Frame:
    """A list of blocks that is being read from `at` on; `div` is the place of the Div of class texgrad it is in."""

    blocks: Blocks
    options: Mapping[str, str]
    at: int = 0
    div: tuple[Place, _Seen] | None = None


@dataclass
class _Reader:
    """One pass over a document; `size` is how long its text is so far."""

    texts: list[str] = field(default_factory=list)
    size: int = 0
    drafts: list[_Draft] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    macros: list[Macro] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)
    places: dict[int, Place] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)
    numbers: Counter[str] = field(default_factory=Counter)
    headings: list[tuple[int, int]] = field(default_factory=list)
    title: str = ""

    def tree(self) -> Tree:
        """What was read."""
        text = "".join(self.texts)
        edges = [*(draft.outer.start for draft in self.drafts), len(text)]
        formulas = tuple(_formula(text, draft, end) for draft, end in zip(self.drafts, edges[1:], strict=True))
        comments, paragraphs, macros = tuple(self.comments), tuple(self.paragraphs), tuple(self.macros)
        document = Document(text, FORMATS["markdown"], formulas, comments, (), paragraphs, macros, "")
        return Tree(document, self.places, tuple(self.pieces))

    def header(self, node: Node) -> None:
        """Macros of the preamble."""
        for kind, text in parts(node):
            if kind in ("latex", "Str"):
                self.macros += scan(text, FORMATS["latex"]).macros

    def walk(self, blocks: Blocks) -> None:
        """Read blocks and what stands in them, in order."""
        todo = [_Frame(blocks, {})]
        while todo:
            frame = todo[-1]
            if frame.at >= len(frame.blocks):
                todo.pop()
                if frame.div:
                    self.asked(*frame.div)
            elif passed := standing(frame.blocks, frame.at):
                frame.at += passed
            else:
                todo += self.block(frame)
                frame.at += 1

    def block(self, frame: _Frame) -> list[_Frame]:
        """Read a block; returns the lists of blocks in it, the first one last."""
        node = frame.blocks[frame.at]
        kind: str = node["t"]
        content: Any = node.get("c")
        place = Place(frame.blocks, frame.at, frame.options, standing(frame.blocks, frame.at + 1) > 0)
        if kind == "CodeBlock":
            if CLASS in content[0][1]:
                self.code(content[1], replace(place, options={**frame.options, **dict(content[0][2])}))
            return []
        if kind == "Div" and CLASS in content[0][1]:
            options = {**frame.options, **dict(content[0][2])}
            seen = _Seen(len(self.drafts), len(self.comments), len(self.paragraphs))
            return [_Frame(content[1], options, 0, (replace(place, options=options), seen))]
        if kind == "Header":
            rank = content[0]
            number = len(self.paragraphs) + 1
            self.headings = [*((r, n) for r, n in self.headings if r < rank), (rank, number)]
            self.title = words(content[2])
        if kind == "DefinitionList":
            self.leaf([term for term, _ in content], place)
        elif kind in ("Para", "Plain"):
            cuts = [0, *_cuts(content), len(content)]
            for start, end in pairwise(cuts):
                inner = replace(place, answered=False, cut=end) if end < len(content) else place
                self.leaf({"t": kind, "c": content[start:end]}, inner)
        elif kind not in INNER:
            self.leaf(node, place)
        return [_Frame(blocks, frame.options) for blocks in INNER.get(kind, lambda _: ())(content)][::-1]

    @property
    def section(self) -> tuple[int, ...]:
        """The headings over what is being read."""
        return tuple(number for _, number in self.headings)

    def add(self, text: str) -> Span:
        """Add to the text."""
        span = Span(self.size, self.size + len(text))
        self.texts.append(text)
        self.size = span.end
        return span

    def leaf(self, node: Any, place: Place) -> None:
        """Read a block that takes an answer only after it."""
        start = begin = self.size
        heading = isinstance(node, dict) and node["t"] == "Header"
        for kind, text in parts(node):
            if kind in ("InlineMath", "DisplayMath"):
                outer = self.add(f"${text}$")
                span = Span(outer.start + 1, outer.end - 1)
                self.formula(_Draft(text, outer, span, begin, kind == "DisplayMath", "", self.section, heading))
                begin = outer.end
            elif kind in ("markdown", "latex"):
                begin = self.raw(text, FORMATS[kind].name, begin)
            else:
                self.add(text)
        self.close(start, place)

    def close(self, start: int, place: Place) -> None:
        """End a paragraph."""
        self.paragraphs.append(Paragraph(Span(start, self.size), ""))
        self.places[self.size] = place
        self.add("\n\n")

    def formula(self, draft: _Draft) -> None:
        """Take note of a formula."""
        self.drafts.append(draft)
        self.piece(draft.span.start, draft.latex, "formula")

    def piece(self, start: int, latex: str, kind: str) -> None:
        """Name a piece of LaTeX by its number and its section."""
        self.numbers[kind] += 1
        section = f", section “{self.title}”" if self.title else ""
        self.pieces.append(Piece(start, latex, f"{kind} {self.numbers[kind]}{section}"))

    def raw(self, text: str, format: str, begin: int) -> int:
        """Read raw text: comments, and in TeX formulas and macros; returns where the words for a next formula begin."""
        base = self.add(" " * len(text)).start
        if format == "markdown" and CLASS not in text:
            return begin
        found = scan(text, FORMATS[format])
        for comment in found.comments:
            span, outer = comment.span.shifted(base), comment.outer.shifted(base)
            self.comments.append(replace(comment, span=span, outer=outer, section=self.section))
            self.piece(span.start, comment.latex, "comment")
        if format == "latex":
            self.macros += found.macros
            for formula in found.formulas:
                span, outer = formula.span.shifted(base), formula.outer.shifted(base)
                section, environment = self.section, formula.environment
                self.formula(_Draft(formula.latex, outer, span, begin, formula.display, environment, section, False))
                begin = outer.end
        return begin

    def code(self, text: str, place: Place) -> None:
        """Take note of a code block that asks."""
        span = self.add(text)
        self.ask(text, span, span)
        self.piece(span.start, text, "code block")
        self.close(span.start, place)

    def ask(self, latex: str, span: Span, outer: Span) -> None:
        """Take note of a request that is no formula of the document."""
        self.comments.append(Comment("derive", {}, latex, span, outer, self.section))

    def asked(self, place: Place, seen: _Seen) -> None:
        """A Div that holds neither a question nor a comment asks for its derivatives, or for that of its function."""
        own = self.drafts[seen.drafts :]
        asking = any(comment.kind == "derive" for comment in self.comments[seen.comments :])
        if not own or asking or any(True for draft in own for _ in questions(draft.latex)):
            return
        chosen = [draft for draft in own if any(True for _ in bare_derivatives(draft.latex))]
        chosen = chosen or [draft for draft in own if draft.display][-1:] or own[-1:]
        for draft in chosen:
            self.ask(draft.latex, draft.span, draft.span)
        self.drafts[seen.drafts :] = [draft for draft in own if draft not in chosen]
        for paragraph in self.paragraphs[seen.paragraphs :]:
            self.places[paragraph.span.end] = place


def _cuts(inlines: list[Node]) -> list[int]:
    """Behind which parts of a paragraph an answer goes: a display that asks, with a line after it."""
    return [
        k + 1 for k, inline in enumerate(inlines[:-2])
        if inline["t"] == "Math" and inline["c"][0]["t"] == "DisplayMath" and asks(inline["c"][1])
        and inlines[k + 1]["t"] == "SoftBreak"
    ]  # fmt: skip


def _formula(text: str, draft: _Draft, following: int) -> Formula:
    """The formula of a draft, with the words around it."""
    after = text[draft.outer.end : min(following, draft.outer.end + _AFTER)]
    sentence = _SENTENCE.search(after)
    return Formula(
        draft.latex,
        draft.span,
        draft.outer,
        draft.display,
        draft.environment,
        text[draft.words : draft.outer.start][-_BEFORE:],
        after[: sentence.start()] if sentence else after,
        draft.section,
        draft.in_heading,
    )
