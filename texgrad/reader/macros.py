"""The author's macros: TeX tokens, and the definitions found in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from texgrad.reader.vocabulary import CUSTOMARY

TOKEN = re.compile(r"\\(?:[A-Za-z@]+|.)|%[^\n]*(?:\n[ \t]*)?|\#\d|[A-Za-z0-9]|\s+|.", re.DOTALL)
DEFINERS = re.compile(
    r"\\(?:[gex]?def|(?:re)?newcommand|providecommand|DeclareRobustCommand|DeclareMathOperator|DeclarePairedDelimiter|let)"
    r"(?![A-Za-z])"
)
NAME = re.compile(r"\\(?:[A-Za-z@]+|.)", re.DOTALL)


class Token(NamedTuple):
    """A TeX token with the source span it comes from; a frozen one is not expanded again."""

    text: str
    start: int
    end: int
    frozen: bool = False


@dataclass(frozen=True)
class Macro:
    """What a macro stands for: what follows it before, between and after its arguments, and its replacement.

    sized: whether a star or a size in square brackets may come before its argument.
    """

    delimiters: tuple[str, ...]
    body: tuple[str, ...]
    default: tuple[str, ...] | None = None
    frozen: bool = False
    sized: bool = False

    @property
    def arity(self) -> int:
        """How many arguments it takes."""
        return len(self.delimiters) - 1


def tokens(text: str, offset: int | None = 0) -> list[Token]:
    """The TeX tokens of `text`, comments left out; with offset None, all at the place 0."""
    if offset is None:
        return [Token(m.group(), 0, 0) for m in TOKEN.finditer(text) if m.group()[0] != "%"]
    return [Token(m.group(), m.start(), m.end()) for m in TOKEN.finditer(text) if m.group()[0] != "%"]


class Reader:
    """A stack of tokens that have not been read yet."""

    def __init__(self, source: Iterable[Token]) -> None:
        self.stack = list(source)[::-1]
        self.low = self.high = 0

    def __bool__(self) -> bool:
        return bool(self.stack)

    def pop(self) -> Token:
        """The next token; `low` and `high` widen to its place."""
        token = self.stack.pop()
        self.low, self.high = min(self.low, token.start), max(self.high, token.end)
        return token

    def skip_space(self) -> None:
        """Pass white space."""
        while self.stack and self.stack[-1].text.isspace():
            self.stack.pop()

    def peek(self) -> str:
        """The text of the next token, or ""."""
        return self.stack[-1].text if self.stack else ""

    def group(self, close: str = "}") -> list[Token] | None:
        """The tokens up to the `close` that belongs to an opening one already read; None when it is missing."""
        depth = 0
        for at in range(len(self.stack) - 1, -1, -1):
            text = self.stack[at].text
            if text == close and not depth:
                inner = self.stack[at + 1 :][::-1]
                self.low, self.high = min(self.low, self.stack[at].start), max(self.high, self.stack[at].end)
                del self.stack[at:]
                return inner
            depth += (text == "{") - (text == "}")
            if depth < 0:
                return None
        return None

    def argument(self) -> list[Token] | None:
        """A group without its braces, or the next token."""
        self.skip_space()
        if not self.stack:
            return None
        token = self.pop()
        if token.text == "{":
            return self.group()
        return None if token.text == "}" else [token]

    def until(self, delimiter: str) -> list[Token] | None:
        """The tokens before the text `delimiter`, which is passed too."""
        taken: list[Token] = []
        depth = 0
        while self.stack:
            ahead = "".join(t.text for t in self.stack[: -len(delimiter) - 1 : -1])
            if not depth and ahead.startswith(delimiter):
                left = len(delimiter)
                while left > 0:
                    left -= len(self.pop().text)
                return taken
            token = self.pop()
            depth += (token.text == "{") - (token.text == "}")
            taken.append(token)
        return None

    def optional(self) -> list[Token] | None:
        """An argument in square brackets, where there is one."""
        self.skip_space()
        if self.peek() != "[":
            return None
        self.pop()
        return self.group("]")


Macros = dict[str, Macro]


def _texts(found: Iterable[Token] | None) -> tuple[str, ...] | None:
    return None if found is None else tuple(t.text for t in found)


def _define(definer: str, reader: Reader, known: Macros) -> bool:
    """Read the definition that follows `definer`; False where it is none (nothing is noted then)."""
    reader.skip_space()
    if reader.peek() == "*":
        reader.pop()
    found = reader.argument()
    name = "".join(t.text for t in found or ()).strip()
    if not NAME.fullmatch(name):
        return False
    if definer == r"\let":
        reader.skip_space()
        if reader.peek() == "=":
            reader.pop()
        target = _texts(reader.argument())
        if target is None:
            return False
        meaning = known.get("".join(target))
        if meaning is None or name in meaning.body:
            meaning = Macro(("",), target, frozen=True)
        known[name] = meaning
        return True
    if definer.endswith("def"):
        head: list[str] = []
        while reader and reader.peek() != "{":
            head.append(reader.pop().text)
        delimiters = re.split(r"#\d", "".join(head).strip()) if head else [""]
        default, body = None, _texts(reader.argument() if reader else None)
    elif definer == r"\DeclarePairedDelimiter":
        opening, closing = _texts(reader.argument()), _texts(reader.argument())
        if opening is None or closing is None:
            return False
        known[name] = Macro(("", ""), (*opening, "#1", *closing), sized=True)
        return True
    elif definer == r"\DeclareMathOperator":
        delimiters, default = [""], None
        word = _texts(reader.argument())
        body = None if word is None else (r"\operatorname", "{", *word, "}")
    else:
        count = "".join(_texts(reader.optional()) or ("0",)).strip()
        delimiters = [""] * (1 + int(count) if re.fullmatch("[0-9]", count) else 1)
        default = _texts(reader.optional())
        body = _texts(reader.argument())
    if body is None or len(delimiters) > 10:
        return False
    if definer == r"\providecommand" and name in known:
        return True
    known[name] = Macro(tuple(delimiters), body, default)
    return True


def strip_definitions(source: list[Token], known: Macros) -> list[Token]:
    """The tokens that are no definitions; the definitions among them are added to `known`."""
    out: list[Token] = []
    reader = Reader(source)
    while reader:
        token = reader.pop()
        if token.text[0] == "\\" and DEFINERS.fullmatch(token.text):
            _define(token.text, reader, known)
        else:
            out.append(token)
    return out


def collect(texts: Iterable[str], table: Mapping[str, str | Sequence[object]] | None = None) -> Macros:
    """The macros that `texts` define, after those of a table as KaTeX and MathJax have it."""
    texts = list(texts)
    known: Macros = {}
    _tabulated(table or {}, known)
    for text in texts:
        if DEFINERS.search(text):
            strip_definitions(tokens(text, None), known)
    used = {name for text in texts if "\\" in text for name in NAME.findall(text)}
    _tabulated({n: meaning for n, meaning in CUSTOMARY.items() if n in used and n not in known}, known)
    return known


def _tabulated(table: Mapping[str, str | Sequence[object]], known: Macros) -> None:
    """Add the macros of a table to `known`."""
    for name, meaning in table.items():
        parts = [meaning] if isinstance(meaning, str) else list(meaning)
        if not parts:
            continue
        body = tuple(t.text for t in tokens(str(parts[0]), None))
        count = int(str(parts[1])) if len(parts) > 1 and re.fullmatch("[0-9]", str(parts[1])) else 0
        if len(parts) == 1:
            count = max((int(t[1:]) for t in body if re.fullmatch(r"#\d", t)), default=0)
        default = tuple(t.text for t in tokens(str(parts[2]), None)) if len(parts) > 2 else None
        known["\\" + name.lstrip("\\")] = Macro(("",) * (count + 1), body, default)
