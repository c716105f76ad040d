r"""Arrays that move: `A(t)` where derivatives by t stand is a function of t, and no product with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from texgrad.reader.defined import definition
from texgrad.reader.items import Item, Items
from texgrad.reader.names import Called
from texgrad.reader.nested import letters
from texgrad.reader.problem import Source
from texgrad.reader.said import Said
from texgrad.reader.statements import UNPLACED, Formula, read_formula
from texgrad.shapes import SCALAR


def set_moving(formulas: Sequence[Formula], said: Said) -> None:
    """Make functions of the arrays declared that stand before a number by which something is derived."""
    groups = [group for formula in formulas for group in _groups(formula.items)]
    below = [i.body[-1] for group in groups for i in group if i.kind == "frac"]
    by = {items[-1].text for items in below if _is_number(items, said)}
    for group in groups if by else ():
        for name, opening, number, closing in zip(group, group[1:], group[2:], group[3:], strict=False):
            known = said.declared.get(name.text) if name.kind == "name" and "dot" not in name.text else None
            if known is None or known.shape in (None, SCALAR) or known.family is not None or number.text not in by:
                continue
            if (opening.text, closing.text) == ("(", ")"):
                said.functions[name.text] = Called(known.shape, None, number.text)
                said.declared[name.text] = replace(known, shape=None)
    if by:
        _dot(letters(f.items for f in formulas), said)


def _dot(present: set[str], said: Said) -> None:
    """Say what dots on functions mean that stand somewhere."""
    for name, called in [*said.functions.items()]:
        dotted = rf"\dot{{{name}}}"
        if called.of and dotted in present and not said.defined(dotted):
            made = read_formula(Source(rf"{dotted} = \frac{{d {name}}}{{d {called.of}}}", UNPLACED), {})
            for statement in made.statements:
                said.declared.pop(dotted, None)
                said.functions.pop(dotted, None)
                meaning = definition(statement)
                said.definitions += [] if meaning is None else [replace(meaning, explicit=True)]


def _is_number(below: Items, said: Said) -> bool:
    """Whether this is what stands below in a derivative by a number."""
    if len(below) != 2 or below[0].text not in ("d", r"\mathrm{d}", r"\partial"):
        return False
    known = said.declared.get(below[1].text)
    return known is None or known.shape == SCALAR


def _groups(items: Items) -> Iterator[tuple[Item, ...]]:
    """Items with all those inside of them, each group by itself."""
    waiting = [items]
    while waiting:
        group = waiting.pop()
        yield group
        waiting += [part for item in group for part in item.body]
