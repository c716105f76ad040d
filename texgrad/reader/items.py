"""Items: the pieces of a formula, and how fonts, bars and scripts are made canonical."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable
from difflib import get_close_matches
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from texgrad.operators import TRANSPOSE
from texgrad.reader.vocabulary import (
    ACCENTS,
    CLOSES,
    COMMANDS,
    CUSTOMARY,
    FENCES,
    FONTS,
    FRACTIONS,
    LETTER_FONTS,
    LETTERS,
    OPERATORS,
    PROBLEMS,
    PROSE,
    SCRIPT_CHARACTERS,
    SCRIPTS,
    SIZES,
    UPRIGHT,
    WORD_NAMES,
    WORDS,
)
from texgrad.source import Span, fail


class Item(NamedTuple):
    """One piece of a formula: its kind, its canonical text, its place, and what it holds."""

    kind: str
    text: str
    start: int
    end: int
    body: tuple[tuple[Item, ...], ...] = ()


Items = tuple[Item, ...]
# an item of all its fields, in half the time
piece: Callable[[tuple[str, str, int, int, tuple[Items, ...]]], Item] = partial(tuple.__new__, Item)


def sign(kind: str, text: str, start: int, end: int) -> Item:
    """One character of an item as a raw item of its own."""
    return Item(kind if text != "." else "any", text, start, end)


IDENTITIES = frozenset(("Id", "id"))
RUNNING = frozenset((r"\textbf", r"\textit"))  # fonts of running text, in which authors also set letters
ANGULAR = frozenset(("<", r"\lt", ">", r"\gt", ","))
BAR_KINDS = {0: "bar", 1: "open bar", -1: "close bar"}


def fence(text: str, start: int, end: int, side: int = 0) -> Item:
    """The item for a bracket or bar; a bar after `\\left` or `\\right` knows its side."""
    sign, own = FENCES[text]
    return Item(BAR_KINDS[side or own] if sign in ("|", r"\|") else "fence", sign, start, end)


def letter(text: str, start: int, end: int) -> Item:
    """The item for a letter, also for one that Unicode has in a font of its own."""
    if text.isascii() or text in LETTERS:
        return Item("name", LETTERS.get(text, text), start, end)
    words = unicodedata.name(text, "").rpartition(" ")[0]
    kind, _, _ = words.rpartition(" ")  # CAPITAL, SMALL or DIGIT
    plain = unicodedata.normalize("NFKC", text)
    font = LETTER_FONTS.get(kind)
    if font is None or len(plain) != 1:
        return Item("name", text, start, end)
    if plain.isdigit():
        return Item({"1": "ones", "0": "zeros"}.get(plain, "number"), plain, start, end)
    plain = LETTERS.get(plain, plain)
    return Item("name", f"{font}{{{plain}}}" if font else plain, start, end)


def small(item: Item) -> Items:
    """The scripts for characters such as `²` and `ᵀ`; those of one kind in a row are one script."""
    out: list[Item] = []
    for k, ch in enumerate(item.text):
        kind, plain = SCRIPT_CHARACTERS[ch]
        kind_of = "name" if plain.isalpha() else "number" if plain.isdigit() else "fence" if plain in "()" else "op"
        part = Item(kind_of, plain, item.start + k, item.start + k + 1)
        last = out[-1].body[0][-1] if out else part
        if out and out[-1].kind == kind and last.kind == part.kind == "number":
            part = part._replace(text=last.text + plain, start=last.start)
            out[-1] = out[-1]._replace(end=part.end, body=((*out[-1].body[0][:-1], part),))
        elif out and out[-1].kind == kind:
            out[-1] = out[-1]._replace(end=part.end, body=((*out[-1].body[0], part),))
        else:
            out.append(Item(kind, kind, part.start, part.end, ((part,),)))
    return tuple(out)


# after what a factor may begin
_BEFORE_FACTORS = frozenset(("op", "fence", "number", "frac", "nabla", "partial", "word", "sum", "prod", "align"))


def angled(items: Iterable[Item]) -> Items:
    """The items with `<x, y>` read as brackets: a `<` where a factor must begin, with a comma before its `>`."""
    out = list(items)
    signs = [(k, item.text) for k, item in enumerate(out) if item.kind == "op" and item.text in ANGULAR]
    closings = [k for k, text in reversed(signs) if text in (">", r"\gt")]
    commas = [k for k, text in reversed(signs) if text == ","]
    for k in (k for k, text in signs if text in ("<", r"\lt")):
        while closings and closings[-1] < k:
            closings.pop()
        while commas and commas[-1] < k:
            commas.pop()
        at = k - 1
        while at >= 0 and out[at].kind in ("_", "^"):
            at -= 1
        if at >= 0 and (out[at].kind not in _BEFORE_FACTORS or out[at].text in CLOSES.values()):
            continue
        if closings and commas and commas[-1] < closings[-1]:
            at = closings.pop()
            out[k] = out[k]._replace(kind="fence", text=r"\langle")
            out[at] = out[at]._replace(kind="fence", text=r"\rangle")
    return tuple(out)


def is_prime(item: Item) -> bool:
    """Whether an item is a prime."""
    return item.kind == "^" and [i.text for i in item.body[0]] == ["'"]


def transposes(item: Item) -> bool:
    """Whether an item is the script of a transpose."""
    return item.kind == "^" and SCRIPTS.get(canonical(item.body[0])) is TRANSPOSE


def spelling(items: Items) -> str:
    """The word that plain letters in front of a parenthesis spell, `sig` in `sig(z)`; "" where there is none."""
    end = next((k for k, i in enumerate(items) if i.kind != "name" or not i.text.isascii() or len(i.text) > 1), 0)
    glued = all(a.end == b.start for a, b in pairwise(items[:end]))
    called = 1 < end < len(items) and items[end].text == "(" and glued
    return "".join(i.text for i in items[:end]) if called else ""


def worded(items: Items, words: Collection[str]) -> Items:
    """The items with the letters of these function names made words, also where they are glued to a factor."""
    several = frozenset(w for w in words if len(w) > 1)
    lengths = sorted({len(word) for word in several}, reverse=True)

    def glued(items: Items) -> Items:
        out: list[Item] = []
        for item in items:
            if item.body:
                item = item._replace(body=tuple(map(glued, item.body)))
            if item.text == "(":
                for length in lengths:
                    tail = out[-length:]
                    word = "".join([i.text for i in tail if i.kind == "name" and len(i.text) == 1])
                    if len(word) == length and word in several:
                        out[-length:] = [Item("word", word, tail[0].start, tail[-1].end)]
                        break
            out.append(item)
        return tuple(out)

    return glued(items) if several else items


def _prose(body: Items, spelt: str) -> bool:
    """Whether letters are words, and not symbols side by side."""
    apart = len(spelt) > 3 or any(a.end < b.start for a, b in pairwise(body))
    return apart and len(spelt) > 1 and all(b.kind in ("name", "word") for b in body)


def restyle(body: Items, font: str, whole: Item) -> Iterable[Item]:
    """`body` in a font: letters become names such as `\\mathbf{X}`, upright words become the names of functions."""
    start, end = whole.start, whole.end
    single = len(body) == 1
    letter = single and body[0].kind == "name" and (len(body[0].text) == 1 or body[0].text[0] == "\\")
    if not letter and (word := _as_word(body, font, start, end)) is not None:
        return (word,)
    font = r"\mathrm" if font in UPRIGHT else font
    out: list[Item] = []
    for b in body:
        place = (start, end) if single else (b.start, b.end)
        if b.kind == "name":
            out.append(Item("name", b.text if b.text.startswith(font + "{") else f"{font}{{{b.text}}}", *place))
        elif b.kind == "word" and font not in UPRIGHT and b.text.isalpha():
            out += (Item("name", f"{font}{{{ch}}}", b.start + k, b.start + k + 1) for k, ch in enumerate(b.text))
        elif b.kind == "number" and b.text in "01" and font != r"\mathrm":
            out.append(Item("ones" if b.text == "1" else "zeros", font, *place))
        elif b.kind == "group":
            out.append(b._replace(body=(tuple(restyle(b.body[0], font, b)),)))
        else:
            out.append(b)
    return out


def _as_word(body: Items, font: str, start: int, end: int) -> Item | None:
    """What stands in a font as one item: a word, or prose; None where it is letters."""
    spelt = "".join(b.text for b in body if b.kind in ("name", "word") and b.text.isalpha())
    if len(spelt) > 1 and len(spelt) == sum(len(b.text) for b in body):
        if spelt in IDENTITIES and (font in UPRIGHT or font in FONTS):
            return Item("name", r"\mathrm{Id}", start, end)
        if spelt in WORDS and font in FONTS:
            return Item("word", spelt, start, end)
    if font in RUNNING and _prose(body, spelt):
        return Item("text", spelt, start, end, (body,))
    if font in UPRIGHT and any(b.text == r"\_" for b in body):  # an underscore in a word
        word = "".join(b.text + ("" if not b.body else canonical(b.body[0])) for b in body)
        if font in PROSE:
            return Item("text", word, start, end, (body,))
        return Item("name", f"{font}{{{word}}}", start, end)
    if font in UPRIGHT:
        letters = "".join(b.text for b in body)
        plain = all(b.kind in ("name", "word") and b.text.isalpha() for b in body) and len(letters) > 1
        if letters == "grad":
            return Item("nabla", r"\nabla", start, end)
        if plain and (font not in PROSE or letters in WORDS or letters in PROBLEMS):
            return Item("word", letters, start, end)
        if font in PROSE and (len(body) != 1 or body[0].kind != "name"):
            return Item("text", letters, start, end, (body,))
    return None


_ROUNDING = ("not-differentiable", "rounding jumps or stands still: it has no derivative of use", "leave it out")
# macros of LaTeX that no formula here holds -> code, message, help
UNREADABLE = {
    **dict.fromkeys((r"\lfloor", r"\rfloor", r"\lceil", r"\rceil"), _ROUNDING),
    **dict.fromkeys((r"\binom", r"\tbinom", r"\dbinom", r"\choose"), (
        "unsupported", "a binomial coefficient", r"write it with \Gamma: n! is \Gamma(n+1)")),
    **dict.fromkeys((r"\iint", r"\oint"), ("unsupported", "an integral", "give what it is a name and define that")),
}  # fmt: skip


def unknown_macro(item: Item, known: Iterable[str] = ()) -> Exception:
    """The error for a macro that is defined nowhere, with the nearest name that is."""
    if item.text in UNREADABLE:
        code, message, help = UNREADABLE[item.text]
        return fail(code, message, Span(item.start, item.end), help)
    tables = (LETTERS, WORD_NAMES, COMMANDS, FONTS, UPRIGHT, ACCENTS, FRACTIONS, OPERATORS, SIZES, FENCES, CUSTOMARY)
    written = [name for name in (*known, *(n for table in tables for n in sorted(table))) if name.startswith("\\")]
    near = get_close_matches(item.text, written, 1, 0.78)
    if item.text == r"\^":
        near = ["^"]
    help = f"did you mean {near[0]}?" if near else rf"define it: \newcommand{{{item.text}}}{{…}}"
    return fail("unknown-macro", f"{item.text} is not defined", Span(item.start, item.end), help)


def canonical(items: Items) -> str:
    """The items as canonical text, the key under which scripts are looked up."""
    if len(items) == 1 and not items[0].body:
        return items[0].text
    out: list[str] = []
    stack: list[Item | str] = list(reversed(items))
    while stack:
        top = stack.pop()
        if isinstance(top, str):
            out.append(top)
            continue
        out.append(top.text)
        if top.kind not in ("group", "frac", "sqrt", "_", "^") or not (len(top.body) > 1 or any(top.body)):
            continue
        braces = ("", "") if top.kind == "group" else ("{", "}")
        stack.append(braces[1])
        for k, body in reversed(tuple(enumerate(top.body))):
            stack.extend(reversed(body))
            stack.append("," if k else braces[0])
    return "".join(out)
