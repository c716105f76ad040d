"""Norms: what the words of a document call them, which ‖X‖₂ alone does not say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from texgrad.reader.problem import Source

NORMS: Mapping[str, re.Pattern[str]] = {
    "spectral": re.compile(
        r"\b(?:spectral|operator|induced)[\s-]+(?:2[\s-]+)?norm|\blargest\s+singular\s+value|\bSpektralnorm", re.I
    ),
    "Frobenius": re.compile(r"\bFrobenius", re.I),
}


def norms_called(sources: Sequence[Source]) -> str:
    """What the words call norms of matrices, `spectral` or `Frobenius`; "" where they say neither, or both."""
    words = " ".join(text for source in sources for text in (source.before, source.after))
    found = [name for name, pattern in NORMS.items() if pattern.search(words)]
    return found[0] if len(found) == 1 else ""
