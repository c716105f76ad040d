"""Families whose members the author has named one by one: for callers, each member is a symbol of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from texgrad.reader import Reading, SymbolInfo
from texgrad.writer.python import INDENT, identifier


def one_by_one(reading: Reading, members: Mapping[str, int]) -> tuple[SymbolInfo, ...]:
    """The symbols as the author has named them.

    members: how many members each of these families has, by the LaTeX of its name.
    """
    counts = {identifier(letter): n for letter, n in members.items()}
    return tuple(one for info in reading.symbols for one in _each(info, counts.get(info.name, 0)))


def _each(info: SymbolInfo, count: int) -> Iterator[SymbolInfo]:
    if not count:
        yield info
    for k in range(1, count + 1):
        label = str(k) if k < 10 else f"{{{k}}}"
        yield replace(info, latex=f"{info.latex}_{label}", name=f"{info.name}_{k}", shape=info.shape[1:])


def by_members(source: str, reading: Reading, members: Mapping[str, int]) -> str:
    """The source of a function with the members as its parameters, which it gathers first."""
    known = {info.name for info in reading.symbols}
    counts = {name: n for letter, n in members.items() if (name := identifier(letter)) in known}
    head, _, body = source.partition("\n")
    gathered = ""
    for name, count in counts.items():
        found = re.search(rf"(?<=[(,\s]){name}(?=[,)])", head)
        if found is not None:
            each = ", ".join(f"{name}_{k}" for k in range(1, count + 1))
            head = head[: found.start()] + each + head[found.end() :]
            whole = re.search(rf"(?<![\w.]){name}(?![\w\[])", body) is not None
            gathered += f"{INDENT}{name} = {f'np.array([{each}])' if whole else f'[{each}]'}\n"
    return f"{head}\n{gathered}{body}"
