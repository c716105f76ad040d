"""LaTeX to items: pylatexenc's nodes, with fonts, sizes, spaces and the many spellings of one sign made alike.

An item keeps where it stands in the document. Braces, fractions, scripts and environments hold items; brackets and bars
are items of their own, for the grammar to pair.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from pylatexenc.latexwalker import (
    LatexCharsNode,
    LatexCommentNode,
    LatexEnvironmentNode,
    LatexGroupNode,
    LatexMacroNode,
    LatexMathNode,
    LatexWalker,
    LatexWalkerError,
)
from pylatexenc.macrospec import LatexContextDb

from texgrad.reader.expansion import Expanded
from texgrad.reader.items import Item, Items, angled, fence, is_prime, letter, restyle, sign, small
from texgrad.reader.vocabulary import (
    ACCENTS,
    BRACED,
    COMMANDS,
    DROPPED,
    DROPPED_WITH_ARGUMENT,
    FENCES,
    FONTS,
    FRACTION_CHARACTERS,
    FRACTIONS,
    LETTERS,
    OPERATORS,
    SCRIPT_CHARACTERS,
    SIZES,
    SWITCHES,
    UPRIGHT,
    WORD_NAMES,
    WORDS,
)
from texgrad.source import Span, fail

MAX_DEPTH = 40
MAX_ITEMS = 3000
MAX_DIGITS = 15
CHARS = re.compile(
    r"(?P<space>[\s~\u200b-\u200f\u2060-\u2064\ufeff\u00ad]+)|(?P<small>["
    + "".join(SCRIPT_CHARACTERS)
    + r"]+)|(?<![A-Za-z])(?P<word>"
    + "|".join(sorted((w for w in WORDS if w.isalpha()), key=lambda w: (-len(w), w)))
    + r")(?![A-Za-z])|(?<=[A-Za-z])(?P<glued>"
    + "|".join(sorted((w for w in WORDS if w.isalpha() and len(w) > 1), key=lambda w: (-len(w), w)))
    + r")(?=\s*[(\[])|(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)|(?P<script>[_^])|(?P<prime>['’]+)|(?P<double>\|\|)"
    r"|(?P<dotted>\.[*/])|(?P<letter>[^\W_])|(?P<define>:=)|(?P<any>.)",
    re.DOTALL,
)
ANGLES = {"<": r"\langle", ">": r"\rangle", r"\lt": r"\langle", r"\gt": r"\rangle"}
_CONTEXT = LatexContextDb()


def _check_depth(text: str, expanded: Expanded, offset: int) -> None:
    """Refuse text that nests too deep or whose braces do not pair, before any recursive reader sees it."""
    depth = 0
    opened: list[int] = []
    for m in re.finditer(r"\\begin(?![A-Za-z])|\\end(?![A-Za-z])|\\.|[{}$]", text, re.DOTALL):
        mark = m.group()
        if mark in ("{", r"\begin"):
            depth += 1
            opened.append(m.start())
            if depth > MAX_DEPTH:
                raise fail(
                    "too-large", f"the formula nests deeper than {MAX_DEPTH} levels", _place(m, expanded, offset)
                )
        elif mark in ("}", r"\end"):
            depth -= 1
            if depth < 0:
                raise fail("syntax", f"{mark} without its opening", _place(m, expanded, offset), f"remove {mark}")
            opened.pop()
        elif mark == "$" and depth == 0:
            raise fail("syntax", "a dollar sign inside a formula", _place(m, expanded, offset))
    if opened:
        start, end = expanded.span(opened[-1], opened[-1] + 1)
        mark = text[opened[-1]]
        raise fail("syntax", "this brace is never closed" if mark == "{" else "this environment is never closed",
                   Span(start + offset, end + offset), "close it, or remove it")  # fmt: skip


def _place(m: re.Match[str], expanded: Expanded, offset: int) -> Span:
    start, end = expanded.span(m.start(), m.end())
    return Span(start + offset, end + offset)


def read_items(expanded: Expanded, offset: int = 0) -> Items:
    """The items of an expanded formula that stands at `offset` in its document."""
    text = expanded.text
    for k, ch in enumerate(text):
        if ch == "\0" or "\ud800" <= ch <= "\udfff":
            start, end = expanded.span(k, k + 1)
            raise fail("syntax", f"the character U+{ord(ch):04X} has no place in a formula",
                       Span(start + offset, end + offset), "remove it")  # fmt: skip
    _check_depth(text, expanded, offset)
    whole = expanded.span(0, len(text))
    try:
        walker = LatexWalker(text, latex_context=_CONTEXT, tolerant_parsing=False)
        nodes = walker.get_latex_nodes(parsing_state=walker.make_parsing_state(in_math_mode=True))[0]
    except (LatexWalkerError, RecursionError) as error:
        message = re.sub(r"\s*@\(.*", "", str(error), flags=re.DOTALL) or "unreadable"
        raise fail("syntax", f"this is not LaTeX: {message}", Span(whole[0] + offset, whole[1] + offset)) from None
    if sum(len(n.latex_verbatim()) for n in nodes) < len(text.strip()):
        raise fail("syntax", "the formula ends in the middle", Span(whole[0] + offset, whole[1] + offset))
    return Lexer(expanded, offset).items(nodes)


class Lexer:
    """Turns pylatexenc nodes into items; `expanded` and `offset` lead back to the document."""

    def __init__(self, expanded: Expanded, offset: int) -> None:
        self.expanded = expanded
        self.offset = offset
        self.count = 0

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Document offsets of a stretch of the expanded text."""
        low, high = self.expanded.span(start, end)
        return low + self.offset, high + self.offset

    def raw(self, nodes: Sequence[Any]) -> list[Item]:
        """The nodes as raw items: single signs, macros without their arguments, groups with their content read."""
        out: list[Item] = []
        for node in nodes:
            self.count += 1
            if isinstance(node, LatexCharsNode):
                for m in CHARS.finditer(node.chars):
                    kind = {"glued": "word"}.get(m.lastgroup or "", m.lastgroup or "any")
                    if kind != "space":
                        at = node.pos + m.start()
                        out.append(Item(kind, m.group(), *self.place(at, at + len(m.group()))))
                        if kind == "number" and len(m.group()) > MAX_DIGITS:
                            raise fail("too-large", f"a number of {len(m.group())} digits", Span(*out[-1][2:4]))
            elif isinstance(node, LatexMacroNode):
                length = 1 + len(node.macroname)
                out.append(Item("macro", "\\" + node.macroname, *self.place(node.pos, node.pos + length)))
            elif isinstance(node, LatexGroupNode):
                inner = self.items(node.nodelist)
                out.append(Item("group", "{}", *self.place(node.pos, node.pos + node.len), (inner,)))
            elif isinstance(node, LatexMathNode):
                out.append(Item("group", "$", *self.place(node.pos, node.pos + node.len), (self.items(node.nodelist),)))
            elif isinstance(node, LatexEnvironmentNode):
                place = self.place(node.pos, node.pos + node.len)
                out.append(Item("env", node.environmentname, *place, (self.items(node.nodelist),)))
            elif not isinstance(node, LatexCommentNode):
                out.append(Item("op", node.specials_chars, *self.place(node.pos, node.pos + node.len)))
        self.count += len(out)
        if self.count > 2 * MAX_ITEMS:
            raise fail("too-large", f"the formula has more than {MAX_ITEMS} signs", Span(*self.place(0, 1)))
        return out

    def items(self, nodes: Sequence[Any]) -> Items:
        """The finished items of a list of nodes."""
        return angled(_Run(self.raw(nodes)).finish())


class _Run:
    """A list of raw items being finished: macros take their arguments, scripts theirs, fonts colour what they hold."""

    def __init__(self, raw: list[Item]) -> None:
        self.raw = raw[::-1]
        self.depth = 0
        self.end = 0

    def finish(self) -> list[Item]:
        """All items."""
        out: list[Item] = []
        while self.raw:
            item = self.raw.pop()
            if item.text in SWITCHES and item.kind == "macro":
                font = SWITCHES[item.text]
                rest = tuple(self.finish())
                whole = item._replace(end=rest[-1].end if rest else item.end)
                return out + (list(restyle(rest, font, whole)) if font else list(rest))
            if item.text == r"\over" and item.kind == "macro":
                rest = tuple(self.finish())
                start = out[0].start if out else item.start
                return [Item("frac", r"\frac", start, rest[-1].end if rest else item.end, (tuple(out), rest))]
            out += self.one(item)
        return out

    def argument(self, owner: Item) -> Items:
        """What the macro or script `owner` applies to: a group, or the next sign."""
        if not self.raw:
            raise fail("syntax", f"{owner.text} is followed by nothing", Span(owner.start, owner.end))
        item = self.raw.pop()
        self.end = item.end
        if item.kind == "group":
            return item.body[0]
        apart = item.end - item.start == len(item.text)
        if item.kind in ("number", "word", "double") and len(item.text) > 1 and (apart or item[2:4] == owner[2:4]):
            # what stands in the same macro as its owner has the place of that macro
            kind = {"number": "number", "word": "letter", "double": "any"}[item.kind]
            places = [(item.start + k, item.start + k + 1) if apart else item[2:4] for k in range(len(item.text))]
            signs = [sign(kind, mark, *place) for mark, place in zip(item.text, places, strict=True)]
            self.raw += reversed(signs[1:])
            item = signs[0]
            self.end = item.end
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise fail("too-large", f"the formula nests deeper than {MAX_DEPTH} levels", Span(owner.start, owner.end))
        found = tuple(self.one(item))
        self.depth -= 1
        self.end = max([self.end, *(f.end for f in found)])
        return found

    def one(self, item: Item) -> Iterable[Item]:
        """The finished items for one raw item."""
        kind, text, start, end = item.kind, item.text, item.start, item.end
        if kind == "letter":
            if text in FRACTION_CHARACTERS:
                parts = tuple((Item("number", part, start, end),) for part in FRACTION_CHARACTERS[text])
                return (Item("frac", r"\frac", start, end, parts),)
            return (letter(text, start, end),)
        if kind == "small":
            if len(text) > MAX_DIGITS:
                raise fail("too-large", f"{len(text)} small characters in a row", Span(start, end))
            return small(item)
        if kind == "macro":
            return self.macro(item)
        if kind == "script":
            body = self.argument(item)
            if all(is_prime(b) or b.text == "-" for b in body):
                body = tuple(part for b in body for part in (b.body[0] if is_prime(b) else (b,)))
            return (Item(text, text, start, max(end, self.end), (body,)),)
        if kind == "prime":
            return tuple(Item("^", "'", start, end, ((Item("op", "'", start, end),),)) for _ in text)
        if kind == "double":
            return (Item("bar", "||", start, end),)
        if kind in ("any", "define", "dotted", "op"):
            if text in FENCES:
                return (fence(text, start, end),)
            return (Item(COMMANDS.get(text, "op"), OPERATORS.get(text, text), start, end),)
        if kind == "group" and [b.kind for b in item.body[0]] in (["word"], ["frac"], ["op"]):
            return (item.body[0][0]._replace(start=start, end=end),)
        if kind == "group" and not item.body[0] and self.raw and self.raw[-1].kind == "script":
            return ()
        return (item,)

    def macro(self, item: Item) -> Iterable[Item]:
        """The finished items for a macro."""
        text, start, end = item.text, item.start, item.end
        if text in DROPPED:
            return ()
        if text in SIZES:
            return self.sized(item)
        if text in LETTERS:
            return (Item("name", LETTERS[text], start, end),)
        if text in WORD_NAMES:
            return (Item("word", WORD_NAMES[text], start, end),)
        if text in OPERATORS:
            return (Item("op", OPERATORS[text], start, end),)
        if text in FENCES:
            return (fence(text, start, end),)
        if text in COMMANDS:
            return (Item(COMMANDS[text], text, start, end),)
        if text in FONTS or text in UPRIGHT or text in ACCENTS:
            if self.raw and self.raw[-1].text == "*":
                self.raw.pop()
            body = self.argument(item)
            whole = Item("macro", text, min([start, *(b.start for b in body)]), max(end, self.end))
            return restyle(body, text, whole)
        if text in BRACED:
            body = self.argument(item)
            whole = Item("group", "{}", start, max(end, self.end), (body,))
            if self.raw and self.raw[-1].kind == "script":
                self.argument(self.raw.pop())
            return (whole,)
        if text in FRACTIONS:
            count = FRACTIONS[text]
            if text == r"\sqrt" and self.raw and self.raw[-1].text == "[":
                raise fail("unsupported", "roots other than the square root", Span(start, end), "write a power")
            arguments = []
            for _ in range(count):
                arguments.append(self.argument(item))
                end = max(end, self.end)
            return (Item("sqrt" if count == 1 else "frac", text, start, end, tuple(arguments[-2:])),)
        if text in DROPPED_WITH_ARGUMENT:
            for _ in range(DROPPED_WITH_ARGUMENT[text]):
                if self.raw:
                    self.raw.pop()
            return ()
        if text == r"\\":
            if self.raw and self.raw[-1].text == "[":
                while self.raw and self.raw.pop().text != "]":
                    pass
            return (Item("op", r"\\", start, end),)
        return (Item("unknown", text, start, end),)

    def sized(self, item: Item) -> Iterable[Item]:
        r"""The fence after `\left`, `\bigr`, …; it opens or closes as the size says."""
        if not self.raw:
            raise fail("syntax", f"{item.text} is followed by nothing", Span(item.start, item.end))
        found = self.raw.pop()
        side = SIZES[item.text]
        if found.text == "." and side:
            return ()
        if found.text == "||":
            found = found._replace(text=r"\|")
        if found.text in ANGLES:
            found = found._replace(text=ANGLES[found.text])
        if found.text not in FENCES:
            self.raw.append(found)
            return ()
        return (fence(found.text, min(item.start, found.start), max(item.end, found.end), side),)
