"""Formulas taken apart into rows, and each row into the equations that stand on it."""

from __future__ import annotations

from collections.abc import Iterator

from texgrad.immutable import immutable
from texgrad.reader.brackets import turn
from texgrad.reader.items import Item, Items
from texgrad.reader.statements import SEPARATORS, flat, trimmed
from texgrad.reader.vocabulary import RELATIONS

# signs that join two sides but say less than that they are equal
LOOSE = frozenset((
    r"\le", r"\leq", r"\ge", r"\geq", "<", ">", r"\lt", r"\gt", r"\ll", r"\gg", r"\ne", r"\neq", r"\sim", r"\simeq",
    r"\propto", r"\mapsto", r"\to", r"\rightarrow", r"\in", r"\subset", r"\succ", r"\succeq", r"\prec", r"\preceq",
))  # fmt: skip
JOINTS = RELATIONS | LOOSE
NAMED = "=:"  # what stands behind it is a name for what stands before it
OPEN_ENDED = frozenset(("+", "-", r"\cdot", r"\times", r"\odot", r"\circ", r"\otimes", "*", "/")) | JOINTS


@immutable
class Claim:
    """Sides and the relations between them; `goes_on`: it begins with a relation, to what stands above."""

    sides: tuple[Items, ...]
    relations: tuple[str, ...]
    goes_on: bool


def rows(items: Items) -> list[list[Claim]]:
    """The claims on every row of a formula; a row that begins or follows with a plus or minus belongs to the last."""
    out: list[list[Item]] = [[]]
    fences = 0
    for item in flat(items):
        fences += turn(item)
        if item.kind == "op" and item.text == r"\\":
            if fences <= 0:
                out.append([])
        else:
            out[-1].append(item)
    joined: list[list[Item]] = []
    for row in out:
        inked = [i for i in row if i.text not in ("&", r"\quad")]
        if not inked:
            continue
        above = [i for i in joined[-1] if i.text != "&"] if joined else []
        if above and (_joins(inked[0], ("+", "-")) or _joins(above[-1], OPEN_ENDED)):
            joined[-1] += [i for i in row if i.text != "&"]
        else:
            joined.append(row)
    return [[claim for part in _columns(row) for claim in _claims(part)] for row in joined]


def _joins(item: Item, signs: tuple[str, ...] | frozenset[str]) -> bool:
    return item.kind == "op" and item.text in signs


def _columns(row: list[Item]) -> Iterator[list[Item]]:
    """The pieces of a row between every second `&`, and between wide spaces."""
    piece: list[Item] = []
    count = fences = 0
    for k, item in enumerate(row):
        fences += turn(item)
        following = row[k + 1] if k + 1 < len(row) else None
        if item.kind == "op" and item.text == "&":
            count += 1
            bare = len(piece) > 0 and _joins(piece[-1], JOINTS)
            if count % 2 == 0 and not bare:
                yield piece
                piece = []
            continue
        if item.text == r"\quad" and fences <= 0:
            before = piece[-1] if piece else None
            if not ((following and _joins(following, OPEN_ENDED)) or (before and _joins(before, OPEN_ENDED))):
                yield piece
                piece = []
            continue
        piece.append(item)
    yield piece


def _claims(items: list[Item]) -> Iterator[Claim]:
    """The claims in a piece of a row, between commas, arrows and words."""
    sides: list[list[Item]] = [[]]
    relations: list[str] = []
    fences, begun = 0, False
    for item in [*items, Item("op", ",", 0, 0)]:
        fences += turn(item)
        if fences <= 0 and (item.kind == "text" or _joins(item, SEPARATORS)):
            yield from _claim(sides, relations, begun)
            sides, relations, begun = [[]], [], True
        elif fences <= 0 and _joins(item, JOINTS):
            relations.append(item.text)
            sides.append([])
        elif relations[-1:] == ["="] and not sides[-1] and _joins(item, (":",)):
            relations[-1] = NAMED
        else:
            sides[-1].append(item)
    if any(sides):
        yield from _claim(sides, relations, begun)


def _claim(sides: list[list[Item]], relations: list[str], begun: bool) -> Iterator[Claim]:
    """The claim that sides and relations make; two relations in a row, or one at the end, count once.

    begun: whether something stands before it, a word perhaps, that a relation at its start belongs to.
    """
    kept = [trimmed(s) for s in sides]
    if NAMED in relations:
        at = relations.index(NAMED)
        if kept[at] and kept[at + 1]:
            yield from _claim(sides[: at + 1], relations[:at], begun)
            yield Claim((kept[at + 1], kept[at]), (":=",), False)
        return
    goes_on = not kept[0] and bool(relations) and not begun
    pairs = [(relations[k - 1] if k else "", side) for k, side in enumerate(kept) if side]
    signs = tuple(sign for sign, _ in pairs[not goes_on :])
    if pairs:
        yield Claim(tuple(side for _, side in pairs), signs, goes_on)
