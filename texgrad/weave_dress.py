"""An answer as its document writes displays: in its delimiters, with the backslashes that its Markdown takes out."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from texgrad.document import Document, Group
from texgrad.formats import COMPANIONS, DISPLAYS
from texgrad.formats_escapes import COMMONMARK, Escapes

_BREAK = r"\\"


def dressed(document: Document, group: Group, lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines of displays between `$$`, parted by empty ones, as the document would write them; others as they are.

    No line of a display is empty.
    """
    if document.format.family != "markdown":
        return lines
    cuts = [-1, *(k for k, line in enumerate(lines) if not line), len(lines)]
    kind = document.once(_kind)
    displays = [_display(document, group, kind, lines[start + 1 : end]) for start, end in pairwise(cuts)]
    written = tuple(line for k, display in enumerate(displays) for line in (*([""] if k else []), *display))
    return ("", *written, "") if document.format.airy else written


def _display(document: Document, group: Group, kind: str, lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines of one display."""
    format = document.format
    if len(lines) < 2 or (lines[0], lines[-1]) != DISPLAYS["dollars"]:
        return lines
    opening, closing = DISPLAYS["directive" if kind == "fence" and format.name == "myst" else kind]
    inner = lines[1:-1]
    if format.templates:
        templates = format.templates
        inner = tuple(templates.sub("{ ", line) for line in inner)
    escapes = document.once(_escapes)
    if escapes:
        inner = tuple(map(escapes.written, inner))
    written = (opening, *(format.indented + line for line in inner), *([closing] if closing else []))
    return (" ".join(written),) if format.flat and ">" in group.prefix else written


def _kind(document: Document) -> str:
    """The kind of display that the document uses most, or the one that goes with its inline math."""
    displays = Counter(f.kind for f in document.formulas if f.kind in DISPLAYS)
    if displays:
        return displays.most_common(1)[0][0]
    inline = Counter(f.kind for f in document.formulas if not f.display).most_common(1)
    return COMPANIONS.get(inline[0][0] if inline else "", document.format.display)


def _escapes(document: Document) -> Escapes | None:
    """What is taken out of its displays, by the dialect or, where this does not tell, by how the document writes."""
    kind = document.once(_kind)
    known = (document.format.eats or {}).get(kind)
    if known is not None or not document.format.guesses:
        return known
    written = [f for f in document.formulas if f.kind == kind]
    eaten = sum(f.eaten for f in written)
    plain = sum(not f.eaten and _BREAK in f.latex for f in written)
    return COMMONMARK if eaten > plain else None
