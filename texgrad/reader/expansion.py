"""The expansion of macros, bounded, with every character traced to its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from texgrad.immutable import immutable
from texgrad.reader.definitions import DEFINERS, strip_definitions
from texgrad.reader.macros import FALSE, NO_VALUE, TRUE, Macro, Macros, Reader, Token, tokens
from texgrad.source import Span, fail

# commands of LaTeX that take a macro for a whole argument: how many
TAKING: Mapping[str, int] = {
    **dict.fromkeys((r"\frac", r"\dfrac", r"\tfrac", r"\cfrac"), 2),
    **dict.fromkeys((
        r"\mathbf", r"\boldsymbol", r"\bm", r"\mathrm", r"\mathcal", r"\mathbb", r"\hat", r"\tilde", r"\bar", r"\vec",
        r"\overline", r"\widehat", r"\widetilde"), 1),
}  # fmt: skip
MAX_STEPS = 60_000
MAX_LENGTH = 60_000
MAX_GROWN = 12_000  # characters of a formula whose macros make it longer than what the author typed


@immutable
class Expanded:
    """A text without macros of the author's; `starts` and `ends` lead each character back to the source."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters from `start` to `end` come from."""
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return at, at
        if self.starts is self.ends:
            return start, end
        return min(self.starts[start:end]), max(self.ends[start:end])


def _arguments(token: Token, macro: Macro, reader: Reader) -> tuple[list[list[Token]], int, int]:
    """The arguments of a call, and the source span of the whole call."""
    start, end = reader.low, reader.high = token.start, token.end
    given: list[list[Token]] = []
    if macro.head and reader.until(macro.head) != []:
        raise fail("syntax", f"{token.text} is not followed by {macro.head}", Span(start, end),
                   f"write {token.text}{macro.head}")  # fmt: skip
    for parameter in macro.parameters:
        found = reader.given(parameter, start, end)
        if found is None:
            raise fail("syntax", f"{token.text} needs {macro.arity} arguments", Span(start, end),
                       f"write {token.text}" + "{…}" * macro.arity)  # fmt: skip
        given.append(found)
    return given, reader.low, reader.high


# questions about an argument: the answer that is meant, and which of the branches that follow there are
CONDITIONALS: Mapping[str, tuple[str, bool, str]] = {
    rf"\If{word}{branches}": (mark, same, branches)
    for word, mark, same in (("NoValue", NO_VALUE, True), ("Value", NO_VALUE, False), ("Boolean", TRUE, True))
    for branches in ("TF", "T", "F")
}
MARKS = frozenset((NO_VALUE, TRUE, FALSE))


def _chosen(token: Token, reader: Reader) -> list[Token]:
    """The branch that a question about an argument chooses."""
    mark, same, branches = CONDITIONALS[token.text]
    asked, *parts = [reader.argument() or [] for _ in range(1 + len(branches))]
    true = ([t.text for t in asked] == [mark]) == same
    return dict(zip(branches, parts, strict=True)).get("T" if true else "F", [])


class Waiting:
    """The commands whose arguments are being read, the innermost last: how many are to come, and the braces open."""

    def __init__(self) -> None:
        self._open: list[list[int]] = []

    def at_argument(self) -> bool:
        """Whether the next token begins an argument."""
        return bool(self._open) and not self._open[-1][1]

    def take(self, text: str) -> None:
        """Go on over one token of the result."""
        if self._open and not text.isspace():
            top = self._open[-1]
            top[1] += (text == "{") - (text == "}")
            if top[1] <= 0:
                top[0], top[1] = top[0] - 1, 0
                if not top[0]:
                    self._open.pop()
        if text in TAKING:
            self._open.append([TAKING[text], 0])


def expand(text: str, known: Macros) -> Expanded:
    """`text` with its definitions taken out and every macro of `known` replaced, and where each character is from."""
    if len(text) > MAX_LENGTH:
        raise fail("too-large", f"the formula has {len(text)} characters; {MAX_LENGTH} are read", Span(0, len(text)))
    if not DEFINERS.search(text) and "%" not in text and not known:
        places = range(len(text) + 1)
        return Expanded(text, places, places)
    own = dict(known)
    reader = Reader(strip_definitions(tokens(text), own))
    out: list[Token] = []
    waiting = Waiting()
    steps = size = 0
    while reader:
        token = reader.pop()
        macro = own.get(token.text) if token.text[0] == "\\" and not token.frozen else None
        if macro is None and token.text in CONDITIONALS:
            reader.stack += reversed(_chosen(token, reader))
            steps += 1
        elif macro is None:
            if token.text not in MARKS:
                out.append(token)
                size += len(token.text)
                waiting.take(token.text)
        else:
            given, start, end = _arguments(token, macro, reader)
            whole = waiting.at_argument()
            body = [Token("{", start, end)] if whole else []
            for piece in macro.body:
                if piece[0] == "#" and len(piece) == 2 and int(piece[1]) <= len(given):
                    body += given[int(piece[1]) - 1]
                else:
                    body.append(Token(piece, start, end, macro.frozen))
            body += [Token("}", start, end)] if whole else []
            steps += 1 + len(body)
            reader.stack += reversed(body)
        if size > max(MAX_GROWN, len(text)):
            message = f"its macros make more than {MAX_GROWN} characters of the formula"
            raise fail("too-large", message, Span(token.start, token.end), "give a part of it a name")
        if steps > MAX_STEPS:
            raise fail("too-large", f"the macro {token.text} grows without end", Span(token.start, token.end),
                       "a macro must not stand in its own replacement")  # fmt: skip
    return _joined(out)


def _joined(out: list[Token]) -> Expanded:
    """The text of tokens; a control word that would run into a letter is kept apart by a space."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    word = False
    for token in out:
        if word and token.text[0].isalpha():
            pieces.append(" ")
            starts.append(token.start)
            ends.append(token.start)
        pieces.append(token.text)
        size = len(token.text)
        if token.end - token.start == size:
            starts += range(token.start, token.end)
            ends += range(token.start + 1, token.end + 1)
        else:
            starts += [token.start] * size
            ends += [token.end] * size
        word = token.text[0] == "\\" and token.text[-1].isalpha()
    return Expanded("".join(pieces), starts, ends)
