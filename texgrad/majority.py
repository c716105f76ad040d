"""What most of a document's formulas write, for operators that the formulas of a request do not show."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from texgrad.remembered import remembered

_MARK = r"(?:T|\\top|\\intercal|\\math(?:rm|sf)\s*\{?\s*T\s*\}?)"
_TRANSPOSE = rf"(?P<transpose>\^\s*(?:\{{\s*{_MARK}\s*\}}|T|\\(?:top|intercal)(?![A-Za-z])))"
_WORD = r"\\(?:operatorname|mathrm|text)\s*\{\s*(?:tr|Tr|trace)\s*\}"
_TRACE = rf"(?P<trace>{_WORD}|\\[tT]r(?![A-Za-z])|\{{\\rm\s+[tT]r\s*\}})"
_HADAMARD = r"(?P<Hadamard>\\odot|\\circ)(?![A-Za-z])"
_PATTERN = re.compile("|".join((_TRANSPOSE, _TRACE, _HADAMARD)))
# kind of match -> style key and template
TEMPLATES: Mapping[str, tuple[str, str]] = {
    "transpose": ("transpose", "#1{}"), "trace": ("trace", "{}(#1)"), "Hadamard": ("Hadamard product", r"#1{} #2"),
}  # fmt: skip


@remembered(64)
def majority(formulas: tuple[str, ...]) -> Mapping[str, str]:
    """The templates that formulas show most often, by style key."""
    counts: dict[str, Counter[str]] = {}
    for latex in formulas:
        for m in _PATTERN.finditer(latex):
            kind = m.lastgroup or ""
            counts.setdefault(kind, Counter())[m[kind]] += 1
    return {TEMPLATES[k][0]: TEMPLATES[k][1].format(found.most_common(1)[0][0]) for k, found in counts.items()}
