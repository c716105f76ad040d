"""LaTeX to items: fonts, sizes, spaces and the many spellings of one sign made alike.

An item keeps where it stands in the document. Braces, fractions, scripts and environments hold items; brackets and bars
are items of their own, for the grammar to pair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from texgrad.reader.expansion import Expanded
from texgrad.reader.gaps import GAP, GAPS, without_gaps
from texgrad.reader.halves import halves
from texgrad.reader.items import Item, Items, angled, fence, is_prime, letter, piece, restyle, sign, small
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
    LINES,
    OPERATORS,
    SIZES,
    SWITCHES,
    UPRIGHT,
    WORD_NAMES,
)
from texgrad.reader.walker import MAX_DIGITS, Walker
from texgrad.source import Span, fail

ANGLES = {"<": r"\langle", ">": r"\rangle", r"\lt": r"\langle", r"\gt": r"\rangle"}
MAX_BARE = 40  # macros that take one another for their arguments
BEFORE = "before"  # a script that stands before what it belongs to
KERNS = (r"\mkern", r"\kern", r"\mskip", r"\hskip")  # which have a length behind them
UNIT_LETTERS = frozenset("muptexcin")  # of mu, pt, em, ex, mm, cm, in
SIGNS = frozenset(("any", "define", "dotted", "op"))  # the kinds of signs by themselves
FINISHED = frozenset(("name", "word", "number", "env"))  # the kinds of raw items that are finished as they are


def read_items(expanded: Expanded, offset: int = 0) -> Items:
    """The items of an expanded formula that stands at `offset` in its document."""
    angles = "<" in expanded.text or r"\lt" in expanded.text
    return Walker(expanded, offset, _with_angles if angles else _finished).whole()


def _finished(raw: list[Item]) -> Items:
    plain = FINISHED.issuperset([item[0] for item in raw])  # as in most braces
    return tuple(raw if plain else _Run(raw).finish())


def _with_angles(raw: list[Item]) -> Items:
    return angled(_Run(raw).finish())

# what ends what a script should stand at; v_\| is parallel to something
SHUT = {"^": frozenset((r"\|", "||", r"\Vert", r"\rVert", r"\rvert", r"\right", ")", "]")), "_": frozenset((")", "]"))}


class _Run:
    """A list of raw items being finished: macros take their arguments, scripts theirs, fonts colour what they hold."""

    def __init__(self, raw: list[Item]) -> None:
        self.raw = raw[::-1]
        self.depth = 0
        self.end = 0
        self.gaps = False  # whether there are any

    def finish(self) -> list[Item]:
        """All items."""
        out: list[Item] = []
        while self.raw:
            item = self.raw.pop()
            kind, text, begins, ends, _ = item
            if kind in FINISHED:
                out.append(item)
                continue
            if kind in SIGNS:
                out.append(piece((*(FOUND.get(text) or ("op", text)), begins, ends, ())))
                continue
            if kind == "macro":
                if ready := READY.get(text):
                    out.append(piece((*ready, begins, ends, ())))
                    continue
                if text in SWITCHES:
                    font = SWITCHES[text]
                    rest = tuple(self.finish())
                    whole = item._replace(end=rest[-1].end if rest else ends)
                    return out + (list(restyle(rest, font, whole)) if font else list(rest))
                if text == r"\over":
                    rest = tuple(self.finish())
                    start = out[0].start if out else begins
                    return [Item("frac", r"\frac", start, rest[-1].end if rest else ends, halves(tuple(out), rest))]
            out += KINDS[kind](self, item)
        return without_gaps(out) if self.gaps else out

    def argument(self, owner: Item) -> Items:
        """What the macro or script `owner` applies to: a group, or the next sign."""
        if not self.raw or (owner.text in SHUT and self.raw[-1].text in SHUT[owner.text]):
            help = f"write {owner.text}{{…}}, or remove {owner.text}"
            raise fail("syntax", f"{owner.text} is followed by nothing", Span(owner.start, owner.end), help)
        item = self.raw.pop()
        while item.text in DROPPED and self.raw:
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
        if item.kind in FINISHED:
            return (item,)
        self.depth += 1
        if self.depth > MAX_BARE:
            message = f"more than {MAX_BARE} macros in a row that take the next one for their argument"
            raise fail("too-large", message, Span(owner.start, owner.end))
        found = tuple(self.one(item))
        self.depth -= 1
        for part in found:
            self.end = max(self.end, part.end)
        return found

    def one(self, item: Item) -> Iterable[Item]:
        """The finished items for one raw item."""
        return KINDS[item.kind](self, item)

    def letter(self, item: Item) -> Iterable[Item]:
        """A letter, or a character that is a fraction."""
        _, text, start, end, _ = item
        if text in FRACTION_CHARACTERS:
            parts = tuple((Item("number", part, start, end),) for part in FRACTION_CHARACTERS[text])
            return (Item("frac", r"\frac", start, end, parts),)
        return (letter(text, start, end),)

    def small(self, item: Item) -> Iterable[Item]:
        """Small characters, which are scripts."""
        if len(item.text) > MAX_DIGITS:
            raise fail("too-large", f"{len(item.text)} small characters in a row", Span(item.start, item.end))
        return small(item)

    def script(self, item: Item) -> Iterable[Item]:
        """A script with what it holds."""
        _, text, start, end, _ = item
        body = self.argument(item)
        kind = "_" if text == r"\_" else text
        if (not body or body[0].kind in ("^", "op")) and all(is_prime(b) or b.text == "-" for b in body):
            body = tuple(part for b in body for part in (b.body[0] if is_prime(b) else (b,)))
        return (piece((kind, text, start, max(end, self.end), (body,))),)

    def prime(self, item: Item) -> Iterable[Item]:
        """Primes, one script each."""
        mark = item._replace(kind="op", text="'")
        return (mark._replace(kind="^", body=((mark,),)),) * len(item.text)

    def other(self, item: Item) -> Iterable[Item]:
        """A sign by itself."""
        _, text, start, end, _ = item
        return (piece((*(FOUND.get(text) or ("op", text)), start, end, ())),)

    def group(self, item: Item) -> Iterable[Item]:
        """Braces; around a single sign they mean nothing."""
        body = item.body[0]
        if len(body) == 1 and body[0].kind in ("word", "frac", "op"):
            return (body[0]._replace(start=item.start, end=item.end),)
        if not body and self.raw and self.raw[-1].kind == "script":
            return self.before()
        if len(body) == 1 and body[0].kind == "^" and self.raw:  # {^t}X
            return (body[0]._replace(kind=BEFORE, start=item.start, end=item.end),)
        return (item,)

    def before(self) -> Iterable[Item]:
        """A script behind empty braces: `{}^tX` is the transpose of X; other scripts belong to what stands before."""
        script = self.raw.pop()
        held = self.raw[-1].body[0] if self.raw and self.raw[-1].kind == "group" else tuple(self.raw[-1:])
        turned = script.text == "^" and [i.text for i in held] == ["t"] and len(self.raw) > 1
        return (found._replace(kind=BEFORE) if turned else found for found in self.script(script))

    def macro(self, item: Item) -> Iterable[Item]:
        """The finished items for a macro."""
        _, text, start, end, _ = item
        if ready := READY.get(text):
            return (Item(*ready, start, end),)
        if rule := MACROS.get(text):
            return rule(self, item)
        return (Item("unknown", text, start, end),)

    def gap(self, item: Item) -> Iterable[Item]:
        """A wide space, which may stand between blocks."""
        self.gaps = True
        return (item._replace(kind=GAP),)

    def dropped(self, item: Item) -> Iterable[Item]:
        """What only moves things about, with its arguments."""
        for _ in range(DROPPED_WITH_ARGUMENT.get(item.text, 0)):
            if self.raw:
                self.raw.pop()
        return ()

    def kern(self, item: Item) -> Iterable[Item]:
        r"""A kern with its length, `\mkern-1.5mu`."""
        if self.raw and self.raw[-1].text in ("-", "+"):
            self.raw.pop()
        if self.raw and self.raw[-1].kind == "number":
            self.raw.pop()
            letters = 0
            while self.raw and letters < 2 and self.raw[-1].text in UNIT_LETTERS:
                letters += len(self.raw.pop().text)
        return ()

    def font(self, item: Item) -> Iterable[Item]:
        """A font or an accent over its argument."""
        if self.raw and self.raw[-1].text == "*":
            self.raw.pop()
        body = self.argument(item)
        whole = Item("macro", item.text, min([item.start, *(b.start for b in body)]), max(item.end, self.end))
        if item.text in LINES and any(b.kind not in ("_", "^") for b in body[1:]):
            return (whole._replace(kind="conj", body=(body,)),)
        return restyle(body, item.text, whole)

    def remarked(self, item: Item) -> Iterable[Item]:
        """A brace below or above its argument, with a remark."""
        body = self.argument(item)
        whole = Item("group", "{}", item.start, max(item.end, self.end), (body,))
        if self.raw and self.raw[-1].kind == "script":
            self.argument(self.raw.pop())
        return (whole,)

    def fraction(self, item: Item) -> Iterable[Item]:
        """A fraction or a root."""
        _, text, start, end, _ = item
        count = FRACTIONS[text]
        if text == r"\sqrt" and self.raw and self.raw[-1].text == "[":
            raise fail("unsupported", "roots other than the square root", Span(start, end), "write a power")
        arguments = []
        for _ in range(count):
            arguments.append(self.argument(item))
            end = max(end, self.end)
        if count == 1:
            return (Item("sqrt", text, start, end, tuple(arguments)),)
        return (Item("frac", text, start, end, halves(*arguments[-2:])),)

    def line_break(self, item: Item) -> Iterable[Item]:
        """The end of a row; how far the next is below it does not count."""
        if self.raw and self.raw[-1].text == "[":
            while self.raw and self.raw.pop().text != "]":
                pass
        return (item._replace(kind="op"),)

    def undotted(self, item: Item) -> Item:
        """A number whose first dot was no part of it, with the decimals that then are."""
        text, end = item.text[1:], item.end
        if self.raw and self.raw[-1].kind == item.kind and self.raw[-1].text[0] == "." and self.raw[-1].start == end:
            decimals = self.raw.pop()
            text, end = text + decimals.text, decimals.end
        return item._replace(text=text, start=item.start + 1, end=end)

    def sized(self, item: Item) -> Iterable[Item]:
        r"""The fence after `\left`, `\bigr`, …; it opens or closes as the size says."""
        if not self.raw:
            bracket = ")" if SIZES[item.text] < 0 else "("
            help = f"write a bracket behind it, {item.text}{bracket}, or remove it"
            raise fail("syntax", f"{item.text} is followed by nothing", Span(item.start, item.end), help)
        found = self.raw.pop()
        side = SIZES[item.text]
        if found.text == "." and side:
            return ()
        if found.text[0] == "." and side:  # \left.1
            self.raw.append(self.undotted(found))
            return ()
        if found.text == "||":
            found = found._replace(text=r"\|")
        if found.text in ANGLES:
            found = found._replace(text=ANGLES[found.text])
        if found.text not in FENCES:
            self.raw.append(found)
            return ()
        return (fence(found.text, min(item.start, found.start), max(item.end, found.end), side),)


Rule = Callable[[_Run, Item], Iterable[Item]]
KINDS: Mapping[str, Rule] = {
    "macro": _Run.macro, "letter": _Run.letter, "script": _Run.script, "group": _Run.group, "small": _Run.small,
    "prime": _Run.prime, "double": lambda run, item: (item._replace(kind="bar"),),
    **dict.fromkeys(SIGNS, _Run.other),
    **dict.fromkeys(FINISHED, lambda run, item: (item,)),
}  # fmt: skip
MACROS: Mapping[str, Rule] = {
    r"\\": _Run.line_break, **dict.fromkeys(FRACTIONS, _Run.fraction), **dict.fromkeys(BRACED, _Run.remarked),
    **dict.fromkeys((*FONTS, *UPRIGHT, *ACCENTS), _Run.font), **dict.fromkeys(SIZES, _Run.sized),
    **dict.fromkeys(KERNS, _Run.kern),
    **dict.fromkeys((*DROPPED, *DROPPED_WITH_ARGUMENT), _Run.dropped), **dict.fromkeys(GAPS, _Run.gap),
}  # fmt: skip
# signs that are more than operators: the kinds and texts of their items
FOUND: Mapping[str, tuple[str, str]] = {
    **{text: (COMMANDS.get(text, "op"), OPERATORS.get(text, text)) for text in (*COMMANDS, *OPERATORS)},
    **{text: fence(text, 0, 0)[:2] for text in FENCES},
}
# macros that are always the same item: its kind and text
READY: Mapping[str, tuple[str, str]] = {
    **{text: (kind, text) for text, kind in COMMANDS.items()},
    **{text: fence(text, 0, 0)[:2] for text in FENCES},
    **{text: ("op", sign) for text, sign in OPERATORS.items()},
    **{text: ("word", word) for text, word in WORD_NAMES.items()},
}
