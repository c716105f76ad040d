r"""Macros in front matter: definitions as in `header-includes`, and tables below `macros:`, or `math:` as in MyST."""

from __future__ import annotations

import re
from collections.abc import Iterator

from texgrad.formats_patterns import MACRO
from texgrad.patterns import compiled

_MACRO = compiled(MACRO)
_DEFINES = re.compile(r"\\(?:\w*newcommand|\w*DocumentCommand|Declare\w+|[gex]?def|let)(?![a-zA-Z])")
_QUOTED = compiled(r'"(?:[^"\\\n]++|\\[^\n])*+"')
_TABLE = re.compile(r"(?P<indent>[ \t]*)(?:macros|math)[ \t]*:[ \t]*(?:#.*)?|\[(?:[\w-]+\.)*(?:macros|math)\][ \t]*")
_STRING = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'"
_ENTRY = re.compile(
    rf"(?P<indent>[ \t]*)(?P<name>{_STRING}|\\?[A-Za-z]+)[ \t]*[:=][ \t]*"
    rf"(?P<meaning>\[.*\]|{_STRING}|[^\s#'\"\[].*?)[ \t]*"
)
_PART = compiled(rf"\s*+(?P<part>{_STRING}|[^,'\"\s][^,]*+)\s*+(?:,|\Z)")
_ESCAPES = re.compile(r"\\(.)")
_ARGUMENT = re.compile(r"#(\d)")
_COMMAND = re.compile(r"\\?[A-Za-z]+")


def front_macros(front: str) -> Iterator[str]:
    r"""The definitions of macros in the front matter of a document, each as a `\newcommand` or as it stands there."""
    if "\\" not in front:
        return
    plain = _QUOTED.sub(lambda m: _ESCAPES.sub(r"\1", m[0]) if r"\\" in m[0] else m[0], front)
    if _DEFINES.search(plain):
        yield from (found[0] for found in _MACRO.finditer(plain))
    yield from _tabulated(front.splitlines())


def _tabulated(lines: list[str]) -> Iterator[str]:
    """What tables define; one ends where a line is not indented further than its head."""
    depth: int | None = None
    for line in lines:
        head = _TABLE.fullmatch(line)
        if head is not None:
            depth = -1 if head["indent"] is None else len(head["indent"])
            continue
        entry = _ENTRY.fullmatch(line) if depth is not None and line.strip() else None
        if entry is None or depth is None or len(entry["indent"]) <= depth:
            depth = depth if not line.strip() else None
            continue
        name, (body, *rest) = _string(entry["name"]), _parts(entry["meaning"])
        if _COMMAND.fullmatch(name):
            yield _definition(name.removeprefix("\\"), body, rest)


def _definition(name: str, body: str, rest: list[str]) -> str:
    count = rest[0] if rest and rest[0].isdigit() else max(_ARGUMENT.findall(body), default="")
    default = f"[{rest[1]}]" if len(rest) > 1 else ""
    return rf"\newcommand{{\{name}}}{f'[{count}]' if count else ''}{default}{{{body}}}"


def _parts(meaning: str) -> list[str]:
    r"""The parts of `["\\mathbf{#1}", 1]`, or the one that is no list."""
    inner = meaning[1:-1] if meaning[0] == "[" else ""
    return [_string(found["part"].strip()) for found in _PART.finditer(inner)] or [_string(meaning)]


def _string(text: str) -> str:
    """What a scalar of YAML or TOML says: only double quotes know escapes."""
    if text[:1] == '"':
        return _ESCAPES.sub(r"\1", text[1:-1])
    return text[1:-1].replace("''", "'") if text[:1] == "'" else text
