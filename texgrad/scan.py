"""Text to formulas, comments, paragraphs and generated blocks, as offsets, in one linear pass."""

from __future__ import annotations

from collections.abc import Iterable

from texgrad.document import Document
from texgrad.formats import Format
from texgrad.scan_indented import Indented
from texgrad.scan_lines import Lines
from texgrad.source import Span


def scan(text: str, format: Format, parts: Iterable[Span] = ()) -> Document:
    """Everything in `text` that texgrad looks at; raises `markers` when begin and end markers do not pair up.

    parts: where the text is made of several, the places of those that are read; nothing reaches from one into another.
    """
    return (Indented if format.indented else Lines)(text, format).whole(tuple(parts))
