"""Written text with what its surroundings must know of it: how strongly it binds, how tall it is, what follows it.

A text is a rope of pieces, so that putting an expression together costs no more than its length, however deep it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

from texgrad.notation import ATOM, SCRIPTED, Style
from texgrad.remembered import remembered

# what an author puts round compounds -> the opening and the closing bracket
BRACKETS = {
    "(": ("(", ")"),
    r"\left(": (r"\left(", r"\right)"),
    r"\big(": (r"\big(", r"\big)"),
    r"\bigl(": (r"\bigl(", r"\bigr)"),
    "[": ("[", "]"),
    r"\left[": (r"\left[", r"\right]"),
}

PLAIN = Style()
SHORT = 200  # characters up to which pieces side by side become one
CONTROL_WORD_AT_END = re.compile(r"\\[A-Za-z]+$")


class Text(NamedTuple):
    """A piece of LaTeX.

    level: how strongly its outermost operator binds. tall: whether brackets round it have to grow.
    greedy: whether it ends in an operator that would take what follows for its argument.
    barred: whether bars stand in it that open and close alike, so that bars round it would pair wrongly.
    """

    pieces: tuple[str | Text, ...]
    level: int
    head: str
    tail: str
    tall: bool = False
    greedy: bool = False
    barred: bool = False

    def __str__(self) -> str:
        if len(self.pieces) == 1 and isinstance(whole := self.pieces[0], str):
            return whole
        out: list[str] = []
        stack: list[str | Text] = [self]
        while stack:
            piece = stack.pop()
            if isinstance(piece, str):
                out.append(piece)
            else:
                stack.extend(reversed(piece.pieces))
        return "".join(out)


# a text of all its fields, in half the time
_text: Callable[[tuple[tuple[str | Text, ...], int, str, str, bool, bool, bool]], Text] = partial(tuple.__new__, Text)


def row(
    pieces: Iterable[str | Text], level: int = ATOM, tall: bool = False, greedy: bool = False, barred: bool = False
) -> Text:
    """The pieces side by side, with a space only where a control word would run into a letter."""
    kept: list[str | Text] = []
    head = tail = ""
    length = 0
    for piece in pieces:
        if isinstance(piece, str):
            first = last = piece
        else:
            inner, _, first, last, grows, _, bars = piece
            tall, barred = tall or grows, barred or bars
            piece = inner[0] if len(inner) == 1 else piece
        if not first:
            continue
        if "\\" in tail and first[0].isalpha() and CONTROL_WORD_AT_END.search(tail):
            kept.append(" ")
        kept.append(piece)
        length += len(piece) if isinstance(piece, str) else SHORT + 1
        head, tail = head or first, last
    # short strings become one; what is long is put together once, when the whole is
    whole = ("".join(map(str, kept)),) if len(kept) > 1 and length <= SHORT else tuple(kept)
    return _text((whole, level, head, tail, tall, greedy, barred))


def bracketed(inner: Text, style: Style = PLAIN) -> Text:
    """The text in the author's brackets, growing where it is tall."""
    opening, mark, closing = style.brackets.partition("#1")
    if not mark:
        opening, closing = BRACKETS[r"\left("] if inner.tall else BRACKETS.get(style.brackets, ("(", ")"))
    return row((opening, inner, closing))._replace(barred=False)


def braced(inner: Text) -> Text:
    """The text in braces, which print nothing."""
    return row(("{", inner, "}"))


def fitted(inner: Text, level: int, style: Style) -> Text:
    """The text as it may stand where at least `level` is asked."""
    return inner if inner.level >= level else bracketed(inner, style)


def script(sign: str, inner: Text) -> Text:
    """A sub- or superscript, in braces unless it is a single letter or digit."""
    return row((sign, inner) if single(inner) else (sign, "{", inner, "}"))


_BRACED = re.compile(r"_\{(\\[A-Za-z]+)\}(?=([A-Za-z])?)")


def without_braces(latex: str) -> str:
    r"""LaTeX with control words alone below names as they are, `p_\theta` for `p_{\theta}`."""
    return _BRACED.sub(lambda m: f"_{m[1]}{' ' if m[2] else ''}", latex)


def single(text: Text) -> str:
    """The one character that the text is, or nothing."""
    piece: str | Text = text
    while not isinstance(piece, str):
        piece = piece.pieces[0] if len(piece.pieces) == 1 else ""
    return piece if len(piece) == 1 else ""


@remembered()
def raised_at_end(latex: str) -> bool:
    """Whether LaTeX carries a superscript outside all braces, so that it cannot take another one."""
    depth = 0
    for at, char in enumerate(latex):
        escaped = at and latex[at - 1] == "\\"
        if char in "{}" and not escaped:
            depth += 1 if char == "{" else -1
        elif char in "^'" and not depth:
            return True
    return False


def name(latex: str) -> Text:
    """A name as the author types it."""
    return Text((latex,), SCRIPTED if raised_at_end(latex) else ATOM, latex, latex)
