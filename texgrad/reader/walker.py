"""pylatexenc's walker with one pattern for its tokens, and raw items where it would make nodes.

The walker pairs braces, dollars and environments. A run of characters is one token for it; the signs in the run are
told apart when it ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pylatexenc.latexwalker import (
    LatexCharsNode,
    LatexCommentNode,
    LatexEnvironmentNode,
    LatexGroupNode,
    LatexMacroNode,
    LatexToken,
    LatexWalker,
    LatexWalkerError,
)
from pylatexenc.macrospec import LatexContextDb, MacroSpec

from texgrad.reader.expansion import Expanded
from texgrad.reader.items import Item, Items
from texgrad.reader.vocabulary import SCRIPT_CHARACTERS, WORDS
from texgrad.source import Span, fail

MAX_ITEMS = 3000
MAX_DIGITS = 15
TOKEN = re.compile(
    r"(\s*)(?:([^\\{}$%\s]+(?:\s+[^\\{}$%\s]+)*)|(\{)|(\})|\\((?!(?:begin|end)(?![A-Za-z]))[A-Za-z]+)(\s*)"
    r"|\\([^A-Za-z()\[\]])|\\begin\s*\{([\w* ._-]+)\}|\\end\s*\{([\w* ._-]+)\})",
    re.DOTALL,
)
# what pylatexenc calls the token that a group of the pattern matches
TOKENS = {2: "char", 3: "brace_open", 4: "brace_close", 7: "macro", 8: "begin_environment", 9: "end_environment"}
SIGN = re.compile(
    r"(?P<run>[A-Za-z]+)|(?P<script>[_^])|(?P<space>[\s~\u200b-\u200f\u2060-\u2064\ufeff\u00ad]+)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)|(?P<small>[" + "".join(SCRIPT_CHARACTERS) + r"]+)"
    r"|(?P<prime>['’]+)|(?P<double>\|\|)|(?P<dotted>\.[*/])|(?P<letter>[^\W_])|(?P<define>:=)|(?P<any>.)",
    re.DOTALL,
)
CALLED = re.compile(r"\s*[(\[]")
LONGEST = max(len(word) for word in WORDS)


class _Bare(MacroSpec):  # type: ignore[misc]
    """Macros and environments without arguments: the grammar of formulas gives them theirs."""

    is_math_mode = False

    def parse_args(self, w: LatexWalker, pos: int, parsing_state: Any = None) -> tuple[None, int, int]:
        """Nothing, here."""
        return None, pos, 0


class _Context(LatexContextDb):  # type: ignore[misc]
    """All macros and environments are alike."""

    bare = _Bare("")

    def get_macro_spec(self, macroname: str) -> _Bare:
        """The same for every macro."""
        return self.bare

    get_environment_spec = get_macro_spec


_CONTEXT = _Context()


class Walker(LatexWalker):  # type: ignore[misc]
    """Reads a whole formula; `finish` makes the items of a group out of its raw ones."""

    def __init__(self, expanded: Expanded, offset: int, finish: Callable[[list[Item]], Items]) -> None:
        super().__init__(expanded.text, latex_context=_CONTEXT, tolerant_parsing=False)
        self.expanded = expanded
        self.offset = offset
        self.finish = finish
        self.count = 0

    def whole(self) -> Items:
        """The items of the formula."""
        state = self.make_parsing_state(in_math_mode=True)
        try:
            found, _, length = self.get_latex_nodes(parsing_state=state)
        except (LatexWalkerError, RecursionError) as error:
            message = re.sub(r"\s*@\(.*", "", str(error), flags=re.DOTALL) or "unreadable"
            raise fail("syntax", f"this is not LaTeX: {message}", Span(*self.place(0, len(self.s)))) from None
        if length < len(self.s.rstrip()):
            raise fail("syntax", "the formula ends in the middle", Span(*self.place(0, len(self.s))))
        return self.items(found)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Document offsets of a stretch of the expanded text."""
        low, high = self.expanded.span(start, end)
        return low + self.offset, high + self.offset

    def get_token(self, pos: int, *args: Any, **options: Any) -> LatexToken:
        """The token at a place; where the pattern knows none, what pylatexenc sees there."""
        found = TOKEN.match(self.s, pos)
        if found is None:
            return super().get_token(pos, *args, **options)
        which, space, end = found.lastindex or 0, found[1], found.end()
        start = pos + len(space)
        if which == 6:  # after the name of a macro comes the white space behind it
            return LatexToken("macro", found[5], start, end - start, space, found[6])
        return LatexToken(TOKENS[which], found[which], start, end - start, space)

    def make_node(self, node_class: type, *, pos: int, **parts: Any) -> Iterable[Item]:
        """The raw items for what would be a node; what it holds is finished."""
        if node_class is LatexCharsNode:
            return self.signs(parts["chars"], pos)
        if node_class is LatexMacroNode:
            name = parts["macroname"]
            return (Item("macro", "\\" + name, *self.place(pos, pos + 1 + len(name))),)
        if node_class is LatexCommentNode:
            return ()
        kind, text = "group", "{}" if node_class is LatexGroupNode else "$"
        if node_class is LatexEnvironmentNode:
            kind, text = "env", parts["environmentname"]
        return (Item(kind, text, *self.place(pos, pos + parts["len"]), (self.items(parts["nodelist"]),)),)

    def signs(self, chars: str, pos: int) -> list[Item]:
        """The signs in a run of characters."""
        out: list[Item] = []
        for found in SIGN.finditer(chars):
            kind, text = found.lastgroup or "any", found[0]
            at = pos + found.start()
            if kind == "run":
                out += self.letters(text, at, CALLED.match(chars, found.end()) is not None)
            elif kind != "space":
                item = Item(kind, text, *self.place(at, at + len(text)))
                if kind == "number" and len(text) > MAX_DIGITS:
                    raise fail("too-large", f"a number of {len(text)} digits", Span(item.start, item.end))
                out.append(item)
        return out

    def letters(self, run: str, at: int, called: bool) -> Iterator[Item]:
        """A run of letters: a word, or letters, the last of which can be a word before a bracket."""
        cut = 0
        if run not in WORDS:
            places = range(max(1, len(run) - LONGEST), len(run) - 1) if called else ()
            cut = next((k for k in places if run[k:] in WORDS), len(run))
        for k in range(cut):
            yield Item("letter", run[k], *self.place(at + k, at + k + 1))
        if cut < len(run):
            yield Item("word", run[cut:], *self.place(at + cut, at + len(run)))

    def items(self, found: list[Iterable[Item]]) -> Items:
        """The finished items of a group."""
        raw = [item for items in found for item in items]
        self.count += len(raw)
        if self.count > MAX_ITEMS:
            raise fail("too-large", f"the formula has more than {MAX_ITEMS} signs", Span(*self.place(0, 1)))
        return self.finish(raw)
