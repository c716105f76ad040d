"""What stands in pandoc's blocks: words, formulas, raw text, lists of blocks, and answers written before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from texgrad.ask_formulas import bare_derivatives, questions
from texgrad.source import fail

Node = dict[str, Any]
Blocks = list[Node]

CLASS = "texgrad"
# attributes of the Div around an answer in Typst, which would shrink it to its formula otherwise, at the left margin
WIDTH = (["typst:width", "100%"],)
# raw format -> the format in which its comments are written
RAW = {"html": "markdown", "html4": "markdown", "html5": "markdown", "tex": "latex", "latex": "latex"}
# block -> the lists of blocks in it; an answer may stand in each
INNER: Mapping[str, Callable[[Any], Iterable[Blocks]]] = {
    "BlockQuote": lambda c: [c],
    "Div": lambda c: [c[1]],
    "BulletList": lambda c: c,
    "OrderedList": lambda c: c[1],
    "DefinitionList": lambda c: [blocks for _, definitions in c for blocks in definitions],
}
SPACES = frozenset(("Space", "SoftBreak", "LineBreak", "Code", "CodeBlock", "Para", "Plain"))
_MARKER = re.compile(r"\s*(?:<!--|%+)\s*texgrad:(?P<word>begin|end)\b")


def words(node: Any) -> str:
    """All that is written in a part of a document."""
    return "".join(text for _, text in parts(node)).strip()


def parts(node: Any) -> Iterator[tuple[str, str]]:
    """Words, formulas and raw text, each with its kind, in order; deep documents take no deep calls."""
    todo = [node]
    while todo:
        node = todo.pop()
        if isinstance(node, list):
            todo += reversed(node)
        elif isinstance(node, dict):
            kind: str = node.get("t", "")
            content: Any = node.get("c")
            if kind in SPACES:
                yield "Space", " "
            if kind in ("Str", "MetaString"):
                yield "Str", content
            elif kind == "Math":
                yield content[0]["t"], content[1]
            elif kind in ("RawInline", "RawBlock"):
                yield RAW.get(content[0], ""), content[1]
            elif kind not in ("Code", "CodeBlock"):
                todo.append(content)


def standing(blocks: Blocks, at: int) -> int:
    """How many blocks make up an answer that stands at `at` already: a Div as the filter writes it, or a block in
    the markers of `build`."""
    if at >= len(blocks):
        return 0
    word = _marker(blocks[at])
    if word == "":
        return int(_is_answer(blocks[at]))
    for k in range(at + 1, len(blocks)):
        if word == "begin" and (closing := _marker(blocks[k])):
            if closing == "end":
                return k - at + 1
            break
    raise fail("markers", f"this texgrad:{word} has no partner", help="put the markers back in pairs, or delete both")


def _marker(node: Node) -> str:
    """`begin` or `end` for the marker of a generated block."""
    found = _MARKER.match(node["c"][1]) if node["t"] == "RawBlock" else None
    return found["word"] if found else ""


def _is_answer(node: Node) -> bool:
    """Whether this is a Div of class texgrad that asks for nothing: aligned displays and nothing else."""
    if node["t"] != "Div" or node["c"][0] not in (["", [CLASS], list(extra)] for extra in ((), WIDTH)):
        return False
    return bool(node["c"][1]) and all(map(_is_derivation, node["c"][1]))


def _is_derivation(inner: Node) -> bool:
    """Whether a paragraph is an aligned display that asks for nothing."""
    if inner["t"] != "Para" or len(inner["c"]) != 1 or inner["c"][0]["t"] != "Math":
        return False
    latex = inner["c"][0]["c"][1]
    return latex.startswith(r"\begin{") and not asks(latex)


def asks(latex: str) -> bool:
    """Whether a formula asks for something, or would with `derive: all`."""
    return any(True for ask in (questions, bare_derivatives) for _ in ask(latex))
