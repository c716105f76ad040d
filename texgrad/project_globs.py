"""Patterns as git has them in `.gitignore`, each as a regular expression for the whole of one path."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_TOKEN = re.compile(
    r"(?P<into>/\*\*\Z)|(?P<across>/\*\*(?=/))|(?P<from>\A\*\*/)|(?P<star>\*+)|(?P<one>\?)"
    r"|\[(?P<no>[!^]?)(?P<set>\]?(?:\\.|\[:\w+:\]|[^\]\\])*)\]|\\(?P<escaped>.)|(?P<plain>.)"
)
_MEANS = {"into": "/.+", "across": "(?:/.*)?", "from": "(?:.*/)?", "star": "[^/]*", "one": "[^/]"}
_CLASSES = {"alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "lower": "a-z", "upper": "A-Z", "space": r"\s"}


class Glob(NamedTuple):
    """One pattern: whether it takes back what others said, whether it is for folders only, and what it matches."""

    back: bool
    folders: bool
    regex: re.Pattern[str]


def globs(lines: Iterable[str]) -> tuple[Glob, ...]:
    """The patterns in lines, without comments and what can match nothing."""
    return tuple(found for line in lines if (found := _glob(line)) is not None)


def verdict(patterns: tuple[Glob, ...], path: str, folder: bool) -> bool | None:
    """Whether the last pattern that matches a path, which is written with `/`, means it; None if none does."""
    for glob in reversed(patterns):
        if (folder or not glob.folders) and glob.regex.fullmatch(path):
            return not glob.back
    return None


def within(patterns: tuple[Glob, ...], path: str, folder: bool = False) -> bool:
    """Whether patterns mean a path or a folder that it is in."""
    parts = path.split("/")
    above = ("/".join(parts[:depth]) for depth in range(1, len(parts)))
    return bool(verdict(patterns, path, folder)) or any(verdict(patterns, outer, True) for outer in above)


def _glob(line: str) -> Glob | None:
    """The pattern of a line."""
    line = re.sub(r"(?<!\\)[ \t]+\Z", "", line.rstrip("\r\n"))
    if not line or line.startswith("#"):
        return None
    back = line.startswith("!")
    line = line[back:]
    folders = line.endswith("/")
    line = line.rstrip("/") if folders else line
    anchored = "/" in line
    line = line.removeprefix("/")
    if not line:
        return None
    regex = "".join(map(_translated, _TOKEN.finditer(line)))
    try:
        return Glob(back, folders, re.compile(regex if anchored else f"(?:.*/)?{regex}", re.DOTALL))
    except re.error:
        return None


def _translated(token: re.Match[str]) -> str:
    """One part of a pattern as a regular expression."""
    if token["set"] is not None:
        inner = re.sub(r"\[:(\w+):\]", lambda word: _CLASSES.get(word[1], ""), token["set"])
        inner = inner.replace("[", r"\[") if inner[:1] != "]" else "\\" + inner.replace("[", r"\[")
        return f"(?!/)[{'^' if token['no'] else ''}{inner}]"
    if token["escaped"] or token["plain"]:
        return re.escape(token["escaped"] or token["plain"])
    return _MEANS[token.lastgroup or ""]
