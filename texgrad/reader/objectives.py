r"""What stands before a function and is no part of it: `\min_W`, `\hat\beta = \arg\min_\beta`, `x \mapsto`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from texgrad.reader.brackets import outside
from texgrad.reader.identifiers import python_name
from texgrad.reader.items import Item, Items
from texgrad.reader.statements import Statement
from texgrad.reader.vocabulary import PROBLEMS

EXTREMES = frozenset(("min", "max", "inf", "sup"))
MAPS_TO = r"\mapsto"


def objective(items: Items, variables: Collection[str] | None) -> Items:
    r"""The function of an optimisation problem or of a rule `x \mapsto …`; other items as they are.

    variables: what the derivatives are by, of which `\min_x` makes a problem, and `\min_i` none; None: anything.
    """
    arrow = next((k for k, item in outside(items[:-1]) if item.text == MAPS_TO), None)
    if arrow is not None:
        return items[arrow + 1 :]
    cut = _problem(items, variables) if items else 0
    return items[cut:] if cut < len(items) else items


def as_equation(statement: Statement) -> Statement:
    r"""The statement with `f: x \mapsto …` as `f(x) := …`, and without a `\min_x` before `f(x) = …`."""
    left = statement.sides[0]
    if len(statement.sides) > 1:
        bare = objective(left, None)
        return statement if bare is left else replace(statement, sides=(bare, *statement.sides[1:]))
    signs = {i.text: k for k, i in enumerate(left) if i.kind == "op"}
    colon, arrow = signs.get(":", 0), signs.get(MAPS_TO, 0)
    if not 0 < colon < arrow < len(left) - 1:
        return statement
    place = left[colon][2:4]
    called = (*left[:colon], Item("fence", "(", *place), *left[colon + 1 : arrow], Item("fence", ")", *place))
    return replace(statement, sides=(called, left[arrow + 1 :]), relations=(":=",))


def _word(item: Item) -> str:
    """The word that an item is."""
    parts = item.body[0] if item.kind == "group" else (item,)
    return "".join(i.text for i in parts) if all(i.kind in ("word", "text") for i in parts) else ""


def _problem(items: Items, variables: Collection[str] | None) -> int:
    """How many items say that the others are to be minimised."""
    word, at = _word(items[0]), 1
    if word == "arg" and len(items) > 1 and _word(items[1]) in EXTREMES:
        word, at = next(iter(sorted(PROBLEMS))), 2
    if word not in PROBLEMS and word not in EXTREMES:
        return 0
    letters: set[str] = set()
    while at < len(items) and items[at].kind in ("_", "^"):
        letters |= {python_name(i.text) for i in items[at].body[0] if i.kind == "name"}
        at += 1
    while at < len(items) and items[at].text == r"\quad":
        at += 1
    if word in PROBLEMS or variables is None or not letters.isdisjoint(map(python_name, variables)):
        return at
    opened = at < len(items) and items[at].kind == "fence"
    return 0 if letters or opened else at
