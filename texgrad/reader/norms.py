"""Norms: what the words of a document call them, which ‖X‖₂ alone does not say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from texgrad.reader.problem import Source

WORDS_NEAR = 60  # characters
NORMS: Mapping[str, re.Pattern[str]] = {
    "spectral": re.compile(
        r"\b(?:spectral|operator|induced)[\s-]+(?:2[\s-]+)?norm|\blargest\s+singular\s+value|\bSpektralnorm", re.I
    ),
    "Frobenius": re.compile(r"\bFrobenius", re.I),
}


_BY_ENTRIES = re.compile(r"\b(?:Hadamard|(?:element|entry|component|point)[\s-]*wise|elementweise)", re.I)
_STAR = re.compile(r"\s*(?:\*|\\ast(?![A-Za-z]))\s*")
_STARRED = re.compile(r"(?:\*|\\ast(?![A-Za-z]))\s*(?:,|\\quad|\\qquad|\\ )*\s*\\text\{([^{}]*)\}")


def star_by_entries(sources: Sequence[Source]) -> bool:
    r"""Whether the words call `*` the Hadamard product: "where $*$ is the element-wise product"."""
    stars = (s for s in sources if _STAR.fullmatch(s.latex))
    said = (text for s in stars for text in (s.before[-WORDS_NEAR:], s.after[:WORDS_NEAR]))
    within = (words for s in sources for words in _STARRED.findall(s.latex))
    return any(_BY_ENTRIES.search(text) for text in (*said, *within))


def norms_called(sources: Sequence[Source]) -> str:
    """What the words call norms of matrices, `spectral` or `Frobenius`; "" where they say neither, or both."""
    words = " ".join(text for source in sources for text in (source.before, source.after))
    found = [name for name, pattern in NORMS.items() if pattern.search(words)]
    return found[0] if len(found) == 1 else ""
