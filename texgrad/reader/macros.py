"""The author's macros: TeX tokens, how arguments are read from them, and what a macro stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from texgrad.immutable import immutable
from texgrad.remembered import remembered
from texgrad.source import Span, fail

TOKEN = re.compile(r"\\(?:[A-Za-z@]+|.)|%[^\n]*(?:\n[ \t]*)?|\#\d|[A-Za-z0-9]|\s+|.", re.DOTALL)
NAME = re.compile(r"\\(?:[A-Za-z@]+|.)", re.DOTALL)
MAX_WORK = 400_000
# what an argument is that is not there, and what a star is that is there or not
NO_VALUE, TRUE, FALSE = r"\NoValue", r"\BooleanTrue", r"\BooleanFalse"


class Token(NamedTuple):
    """A TeX token with the source span it comes from; a frozen one is not expanded again."""

    text: str
    start: int
    end: int
    frozen: bool = False


class Parameter(NamedTuple):
    """How an argument is read: `group`, `optional` in brackets, `braced` or left out, `star`, or `until` a delimiter.

    worth: what it is where it is left out, or the delimiter.
    """

    kind: str = "group"
    worth: tuple[str, ...] = ()


GROUP, STAR = Parameter(), Parameter("star")


@immutable
class Macro:
    """What a macro stands for: what must follow its name, its parameters, and its replacement."""

    parameters: tuple[Parameter, ...]
    body: tuple[str, ...]
    head: str = ""
    frozen: bool = False

    @property
    def arity(self) -> int:
        """How many arguments it needs."""
        return sum(p.kind in ("group", "until") for p in self.parameters)

    @cached_property
    def commands(self) -> frozenset[str]:
        """The commands in what it stands for, and in what its arguments are where they are left out."""
        pieces = (*self.body, *(piece for p in self.parameters for piece in p.worth))
        return frozenset().union(*map(commands_in, pieces))


def tokens(text: str, offset: int | None = 0) -> list[Token]:
    """The TeX tokens of `text`, comments left out; with offset None, all at the place 0."""
    if offset is None:
        return [Token(m.group(), 0, 0) for m in TOKEN.finditer(text) if m.group()[0] != "%"]
    return [Token(m.group(), m.start(), m.end()) for m in TOKEN.finditer(text) if m.group()[0] != "%"]


class Reader:
    """A stack of tokens that have not been read yet."""

    def __init__(self, source: Iterable[Token]) -> None:
        self.stack = list(source)[::-1]
        self.low = self.high = self.work = 0

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
        depth = at = 0
        for at in range(len(self.stack) - 1, -1, -1):
            text = self.stack[at].text
            if text == close and not depth:
                inner = self.stack[at + 1 :][::-1]
                self.low, self.high = min(self.low, self.stack[at].start), max(self.high, self.stack[at].end)
                del self.stack[at:]
                return inner
            depth += (text == "{") - (text == "}")
            if depth < 0:
                break
        self.work += len(self.stack) - at if self.stack else 0
        if self.work > MAX_WORK:
            raise fail("too-large", "braces that are not closed, again and again", Span(self.low, self.high))
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
                inner = Reader(taken[1:]) if taken and taken[0].text == "{" else None
                return taken[1:-1] if inner and inner.group() is not None and not inner else taken
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

    def braced(self) -> bool:
        """Whether a group comes next."""
        return next((t.text for t in reversed(self.stack) if not t.text.isspace()), "") == "{"

    def starred(self) -> bool:
        """Whether a star comes next, which is passed."""
        self.skip_space()
        found = self.peek() == "*"
        if found:
            self.pop()
        return found

    def given(self, parameter: Parameter, start: int, end: int) -> list[Token] | None:
        """The argument for a parameter of a macro that is called at a place; None where there is none."""
        found: list[Token] | None
        if parameter.kind == "group":
            return self.argument()
        if parameter.kind == "until":
            return self.until(parameter.worth[0])
        if parameter.kind == "star":
            return [Token(TRUE if self.starred() else FALSE, start, end)]
        found = self.optional() if parameter.kind == "optional" else self.argument() if self.braced() else None
        return [Token(text, start, end) for text in parameter.worth] if found is None else found


Macros = dict[str, Macro]


@remembered()
def commands_in(text: str) -> frozenset[str]:
    """The commands in a text."""
    return frozenset(NAME.findall(text)) if "\\" in text else frozenset()


def concerning(text: str, known: Mapping[str, Macro]) -> tuple[tuple[str, Macro], ...]:
    """The macros that a text can call, those in the replacements of others among them."""
    waiting = [*commands_in(text)]
    if not known or known.keys().isdisjoint(waiting):
        return ()
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in known and name not in reached:
            reached.add(name)
            waiting += known[name].commands
    return tuple((name, macro) for name, macro in known.items() if name in reached)
