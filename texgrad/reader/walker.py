"""pylatexenc's walker with one pattern for all that stands in a formula, and items where it makes nodes.

What nests is kept on a stack: pylatexenc's own way through it calls itself, which deep braces overflow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from pylatexenc.latexwalker import LatexToken, LatexWalker
from pylatexenc.macrospec import LatexContextDb

from texgrad.reader.expansion import Expanded
from texgrad.reader.items import Item, Items, piece
from texgrad.reader.vocabulary import LETTERS, SCRIPT_CHARACTERS, WORDS
from texgrad.source import Span, fail

MAX_DEPTH = 1000
MAX_ITEMS = 30_000
MAX_DIGITS = 15
# what opens or closes an environment or a formula, the end, and what cannot be read
NESTING = r"\\begin\s*\{[\w* ._-]+\}|\\end\s*\{[\w* ._-]+\}|\$|\\[()\[\]]|\Z|\\[A-Za-z]*"
MACRO = r"\\(?:(?!(?:begin|end)(?![A-Za-z]))[A-Za-z]+|[^A-Za-z()\[\]])"
# the pieces of a formula, each of its kind
PIECE = re.compile(
    rf"(?P<name>[A-Za-z](?![A-Za-z]))|(?P<macro>{MACRO})|(?P<script>[_^])|(?P<open>\{{)|(?P<close>\}})"
    r"|(?P<space>[\s~\u200b-\u200f\u2060-\u2064\ufeff\u00ad]+)|(?P<run>[A-Za-z]+)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)|(?P<small>[" + "".join(SCRIPT_CHARACTERS) + r"]+)"
    r"|(?P<prime>['’]+)|(?P<double>\|\|)|(?P<dotted>\.[*/])|(?P<letter>[^\W_])|(?P<define>:=)"
    rf"|(?P<nesting>{NESTING})|(?P<any>.)",
    re.DOTALL,
)
# the kinds of pieces that are items as they stand
SIGNS = frozenset(("name", "script", "number", "small", "prime", "double", "dotted", "letter", "define", "any"))
# what pylatexenc calls the token that a group of the pattern matches
TOKEN = re.compile(
    r"(\{)|(\})|\\begin\s*\{([\w* ._-]+)\}|\\end\s*\{([\w* ._-]+)\}|(\$|\\[()\[\]])|(\Z|\\[A-Za-z]*)"
)
TOKENS = ("", "brace_open", "brace_close", "begin_environment", "end_environment", "mathmode_inline", "end")
# what opens -> the token that closes it (None: an environment, with its name), and what it is called
PAIRS: dict[tuple[str, str | None], tuple[tuple[str, str | None], str]] = {
    ("brace_open", "{"): (("brace_close", "}"), "brace"),
    ("begin_environment", None): (("end_environment", None), "environment"),
    ("mathmode_inline", "$"): (("mathmode_inline", "$"), "formula"),
    ("mathmode_inline", r"\("): (("mathmode_inline", r"\)"), "formula"),
    ("mathmode_inline", r"\["): (("mathmode_inline", r"\]"), "formula"),
}
# the kinds and texts of the items for what opens; others are environments
GROUPS = {"brace_open": ("group", "{}"), "mathmode_inline": ("group", "$")}
ENVIRONMENTS = frozenset(("begin_environment", "end_environment"))
FOREIGN = re.compile("[\0\ud800-\udfff]")
# letters that people type without a backslash; shorter names could be products
SPELT = frozenset((
    "alpha", "beta", "gamma", "delta", "epsilon", "theta", "kappa", "lambda", "sigma", "omega", "Gamma", "Delta",
    "Theta", "Lambda", "Sigma", "Omega",
))  # fmt: skip
PRODUCTS = frozenset(("Sp", "TR", "tg"))  # letters side by side, unless a bracket follows: S p, the trace Sp(A)
CALLED = re.compile(r"\s*[(\[]")
LONGEST = max(len(word) for word in WORDS)


# macros for letters, and signs that Markdown wants escaped: the raw items that they are
PLAIN = {**{name: ("name", letter) for name, letter in LETTERS.items()}, r"\_": ("script", r"\_"), r"\*": ("any", "*")}
_CONTEXT = LatexContextDb()


class Walker(LatexWalker):  # type: ignore[misc]
    """Reads a whole formula; `finish` makes the items of a group out of its raw ones."""

    def __init__(self, expanded: Expanded, offset: int, finish: Callable[[list[Item]], Items]) -> None:
        super().__init__(expanded.text, latex_context=_CONTEXT, tolerant_parsing=False)
        self.expanded = expanded
        self.offset = offset
        self.finish = finish
        self.count = 0
        self.verbatim = expanded.starts is expanded.ends

    def whole(self) -> Items:
        """The items of the formula."""
        if foreign := FOREIGN.search(self.s):
            code, help = ord(foreign[0]), "remove it"
            message = f"the character U+{code:04X} has no place in a formula"
            if 0xDC80 <= code <= 0xDCFF:  # as such bytes are decoded
                message, help = f"the byte {code - 0xDC00:02X} is no UTF-8", "save the file as UTF-8"
            raise fail("syntax", message, Span(*self.place(*foreign.span())), help)
        return self.items(self.get_latex_nodes()[0])

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Document offsets of a stretch of the expanded text."""
        if self.verbatim and start < end:
            return start + self.offset, end + self.offset
        low, high = self.expanded.span(start, end)
        return low + self.offset, high + self.offset

    # --- what pylatexenc's walker does --------------------------------------------------------------------------------

    def get_token(self, pos: int, *args: Any, **options: Any) -> LatexToken:
        """The token at a place where something opens or closes; the last is called `end`."""
        found = TOKEN.match(self.s, pos)
        assert found is not None
        which = found.lastindex or 0
        return LatexToken(TOKENS[which], found[which], pos, found.end() - pos, "")

    def get_latex_nodes(self, pos: int = 0, *args: Any, **options: Any) -> tuple[list[Item], int, int]:
        """What the text from a place on holds, the place, and how long the text is."""
        text, shift = self.s, self.offset
        nodes: list[Item] = []
        opened: list[tuple[LatexToken, list[Item]]] = []
        for found in PIECE.finditer(text, pos):
            kind, (start, end) = found.lastgroup or "any", found.span()
            if kind in SIGNS:
                low, high = (start + shift, end + shift) if self.verbatim else self.place(start, end)
                if kind == "number" and end - start > MAX_DIGITS:
                    raise fail("too-large", f"a number of {end - start} digits", Span(low, high))
                nodes.append(piece((kind, found[0], low, high, ())))
            elif kind == "macro":
                nodes.append(self.command(found[0], start))
            elif kind == "run":
                nodes += self.letters(found[0], start, CALLED.match(text, end) is not None)
            elif kind == "close" and opened and opened[-1][0].tok == "brace_open":  # what nests most
                opening, around = opened.pop()
                around.append(self.group(opening, end, nodes))
                nodes = around
            elif kind != "space":
                brace = kind == "open"
                token = LatexToken("brace_open", "{", start, 1, "") if brace else self.get_token(start)
                if not brace and opened and closes(token, opened[-1][0]):
                    opening, around = opened.pop()
                    around.append(self.group(opening, end, nodes))
                    nodes = around
                elif brace or (key(token) in PAIRS and (opened or token.arg != "$")):
                    opened.append((token, nodes))
                    nodes = []
                    if len(opened) > MAX_DEPTH:
                        message = f"the formula nests deeper than {MAX_DEPTH} levels"
                        raise fail("too-large", message, Span(*self.place(start, end)))
                elif token.tok != "end" or token.arg or opened:
                    self.refuse(token, [one for one, _ in opened])
        return nodes, pos, len(text) - pos

    def refuse(self, token: LatexToken, opened: list[LatexToken]) -> NoReturn:
        """Complain about a token that can stand nowhere, closes nothing, or comes before something is closed."""
        place = Span(*self.place(token.pos, token.pos + token.len))
        if token.arg == "$":
            raise fail("syntax", "a dollar sign inside a formula", place, "remove it")
        if token.tok == "end" and token.arg:
            message = f"{token.arg} without the name of an environment" if token.arg[1:] else "a backslash at the end"
            raise fail("syntax", message, place, f"remove {token.arg}")
        if token.tok == "end_environment" and opened and opened[-1].tok == "begin_environment":
            name = opened[-1].arg
            raise fail("syntax", rf"\begin{{{name}}} ends as \end{{{token.arg}}}", place, rf"write \end{{{name}}}")
        if token.tok == "end" or any(closes(token, one) for one in opened):
            place = Span(*self.place(opened[-1].pos, opened[-1].pos + opened[-1].len))
            message = f"this {PAIRS[key(opened[-1])][1]} is never closed"
            raise fail("syntax", message, place, "close it, or remove it")
        mark = rf"\end{{{token.arg}}}" if token.tok == "end_environment" else token.arg
        raise fail("syntax", f"{mark} without its opening", place, f"remove {mark}")

    # --- items, where pylatexenc makes nodes --------------------------------------------------------------------------

    def command(self, name: str, pos: int) -> Item:
        """The raw item for a macro."""
        kind, text = PLAIN.get(name) or ("macro", name)
        start, end = pos + self.offset, pos + self.offset + len(name)
        if not self.verbatim:
            start, end = self.place(pos, pos + len(name))
        return piece((kind, text, start, end, ()))

    def group(self, opening: LatexToken, end: int, raw: list[Item]) -> Item:
        """The raw item for braces, a formula in a formula or an environment; what it holds is finished."""
        kind, text = GROUPS.get(opening.tok) or ("env", opening.arg)
        return piece((kind, text, *self.place(opening.pos, end), (self.items(raw),)))

    def letters(self, run: str, at: int, called: bool) -> Iterator[Item]:
        """A run of letters: a word, or letters, the last of which can be a word before a bracket."""
        cut = 0
        if run in SPELT:
            yield Item("name", "\\" + run, *self.place(at, at + len(run)))
            return
        if run not in WORDS or (run in PRODUCTS and not called):
            places = range(max(1, len(run) - LONGEST), len(run) - 1) if called else ()
            cut = next((k for k in places if run[k:] in WORDS), len(run))
        for k in range(cut):
            yield piece(("name", run[k], *self.place(at + k, at + k + 1), ()))
        if cut < len(run):
            yield Item("word", run[cut:], *self.place(at + cut, at + len(run)))

    def items(self, raw: list[Item]) -> Items:
        """The finished items of a group."""
        self.count += len(raw)
        if self.count > MAX_ITEMS:
            raise fail("too-large", f"the formula has more than {MAX_ITEMS} signs", Span(*self.place(0, 1)))
        return self.finish(raw)


def key(token: LatexToken) -> tuple[str, str | None]:
    """Under which key a token stands among the pairs."""
    return token.tok, None if token.tok in ENVIRONMENTS else token.arg


def closes(token: LatexToken, opening: LatexToken) -> bool:
    """Whether a token closes another."""
    if opening.tok == "brace_open":
        return bool(token.tok == "brace_close")
    return PAIRS[key(opening)][0] == key(token) and (token.tok != "end_environment" or token.arg == opening.arg)
