"""Items: the pieces of a formula, and how fonts, bars and scripts are made canonical."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple

from texgrad.reader.vocabulary import COMMANDS, FENCES, FONTS, LETTERS, PROSE, UPRIGHT, WORD_NAMES, WORDS
from texgrad.source import Span, fail


class Item(NamedTuple):
    """One piece of a formula: its kind, its canonical text, its place, and what it holds."""

    kind: str
    text: str
    start: int
    end: int
    body: tuple[tuple[Item, ...], ...] = ()


Items = tuple[Item, ...]


def sign(kind: str, text: str, start: int) -> Item:
    """One character of an item as a raw item of its own."""
    return Item(kind if text != "." else "any", text, start, start + 1)


BAR_KINDS = {0: "bar", 1: "open bar", -1: "close bar"}


def fence(text: str, start: int, end: int, side: int = 0) -> Item:
    """The item for a bracket or bar; a bar after `\\left` or `\\right` knows its side."""
    sign, own = FENCES[text]
    return Item(BAR_KINDS[side or own] if sign in ("|", r"\|") else "fence", sign, start, end)


def restyle(body: Items, font: str, whole: Item) -> Iterable[Item]:
    """`body` in a font: letters become names such as `\\mathbf{X}`, upright words become the names of functions."""
    start, end = whole.start, whole.end
    if font in UPRIGHT:
        letters = "".join(b.text for b in body)
        plain = all(b.kind in ("name", "word") and b.text.isalpha() for b in body) and len(letters) > 1
        if plain and (font not in PROSE or letters in WORDS):
            return (Item("word", letters, start, end),)
        if font in PROSE and (len(body) != 1 or body[0].kind != "name"):
            return (Item("text", letters, start, end, (body,)),)
        font = r"\mathrm"
    single = len(body) == 1
    out: list[Item] = []
    for b in body:
        place = (start, end) if single else (b.start, b.end)
        if b.kind == "name":
            out.append(Item("name", f"{font}{{{b.text}}}", *place))
        elif b.kind == "word" and font not in UPRIGHT and b.text.isalpha():
            out += (Item("name", f"{font}{{{ch}}}", b.start + k, b.start + k + 1) for k, ch in enumerate(b.text))
        elif b.kind == "number" and b.text in "01" and font != r"\mathrm":
            out.append(Item("ones" if b.text == "1" else "zeros", font, *place))
        elif b.kind == "group":
            out.append(b._replace(body=(tuple(restyle(b.body[0], font, b)),)))
        else:
            out.append(b)
    return out


def unknown_macro(item: Item, known: Iterable[str] = ()) -> Exception:
    """The error for a macro that is defined nowhere, with the nearest name that is."""
    near = get_close_matches(item.text, [*known, *LETTERS, *WORD_NAMES, *COMMANDS, *FONTS], 1, 0.7)
    help = f"did you mean {near[0]}?" if near else rf"define it: \newcommand{{{item.text}}}{{…}}"
    return fail("unknown-macro", f"{item.text} is not defined", Span(item.start, item.end), help)


def canonical(items: Items) -> str:
    """The items as canonical text, the key under which scripts are looked up."""
    out = []
    for item in items:
        inner = ",".join(canonical(b) for b in item.body) if item.kind in ("group", "frac", "sqrt", "_", "^") else ""
        out.append(item.text + (f"{{{inner}}}" if inner and item.kind != "group" else inner) if inner else item.text)
    return "".join(out)
