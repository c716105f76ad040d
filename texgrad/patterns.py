"""Regular expressions that mean the same on every Python: before 3.11.5, groups repeated without backtracking fail.

https://github.com/python/cpython/issues/106052
"""

from __future__ import annotations

import re
import sys
from typing import AnyStr

SOUND = sys.version_info >= (3, 11, 5)
_TOKEN = re.compile(r"\\[\s\S]|\[\^?\]?(?:[^\\\]]|\\[\s\S])*\]|\)(?:[*+?]|\{[0-9,]+\})\+|[\s\S]")


def compiled(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """A pattern, compiled."""
    if SOUND:
        return re.compile(pattern, flags)
    if isinstance(pattern, bytes):
        return re.compile(rewritten(pattern.decode("latin-1")).encode("latin-1"), flags)
    return re.compile(rewritten(pattern), flags)


def rewritten(pattern: str) -> str:
    """A pattern with `(?=(?P<_1>(?:…)*))(?P=_1)` for `(?:…)*+`: what a lookahead has found it does not try again."""
    out: list[str] = []
    starts: list[int] = []
    number = 0
    for token in _TOKEN.findall(pattern):
        if token == "(":
            starts.append(len(out))
        elif token[0] == ")":
            start = starts.pop()
            if len(token) > 1:
                number += 1
                out[start] = f"(?=(?P<_{number}>{out[start]}"
                token = f"{token[:-1]}))(?P=_{number})"
        out.append(token)
    return "".join(out)
