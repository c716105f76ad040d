"""LaTeX as tokens that two writers of the same formula agree on: no spacing, no sized brackets, no needless braces."""

from __future__ import annotations

import re

TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|[^\s]")
BIG = tuple("\\" + size + side for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r"))
SPACING = frozenset((r"\,", r"\;", r"\:", r"\!", r"\ ", r"\quad", r"\qquad", r"\left", r"\right", "&", "~", *BIG))
RELATIONS = ("=", r"\approx")


def tokens(latex: str) -> tuple[str, ...]:
    r"""The tokens of a formula; `^{\top}` is `^\top`, `\frac{1}{2}` is `\frac12`."""
    found = [t for t in TOKEN.findall(latex) if t not in SPACING]
    while True:
        for k in range(len(found) - 2):
            if found[k] == "{" and found[k + 2] == "}" and found[k + 1] not in "{}":
                found[k : k + 3] = [found[k + 1]]
                break
        else:
            return tuple(found)


def sides(latex: str) -> list[tuple[str, ...]]:
    """The sides of a line, each with the relation before it; the first has none where the line has a left side."""
    level, out = 0, [[]]  # type: tuple[int, list[list[str]]]
    for token in tokens(latex):
        level += (token in "{(") - (token in "})")
        if token in RELATIONS and not level:
            out.append([])
        out[-1].append(token)
    return [tuple(side) for side in out if side]
