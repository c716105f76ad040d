r"""Models with errors, `y = X\beta + \varepsilon`: an equation that says what is observed, and what the errors are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from texgrad.reader.identifiers import python_name
from texgrad.reader.items import Item, Items
from texgrad.reader.named import read_name
from texgrad.reader.said import Definition
from texgrad.reader.statements import extent

SIGNS = frozenset("+-")
NOISES = frozenset(("varepsilon", "epsilon", "noise", "eta", "xi", "e", "u", "E", "U"))


def _noise(right: Items) -> int:
    """Where the noise stands that is a term of a side; -1 where there is none."""
    for k in [at for at, item in enumerate(right, 1) if item[1] in SIGNS]:
        ended = k + 1 == len(right) or (k + 2 == len(right) and right[k + 1].kind == "_")
        if ended and right[k].kind == "name" and python_name(right[k].text) in NOISES:
            return k
    return -1


def noisy(found: Definition) -> bool:
    r"""Whether a definition has a noise for a term, as the model `y = X\beta + \varepsilon` has."""
    return _noise(found.right) >= 0


def residuals(definitions: Sequence[Definition]) -> list[Definition]:
    r"""The errors as what is left of the observations: `\varepsilon = y - X\beta` where `y = X\beta + \varepsilon`."""
    found: list[Definition] = []
    for model in definitions:
        at = _noise(model.right)
        name = read_name(model.right[at:]) if at > 1 and model.right[at - 1].text == "+" else None
        if name is None or model.parameters or any(d.name.full == name.full for d in definitions):
            continue
        start = extent(model.right).start

        def item(kind: str, text: str, *body: Items, start: int = start) -> Item:
            return Item(kind, text, start, start, body)

        below = (item("_", "_", model.name.sub),) if model.name.sub else ()
        rest = model.right[: at - 1]
        if any(i.text in ("+", "-") for i in rest):
            rest = (item("fence", "("), *rest, item("fence", ")"))
        right = (item("name", model.name.base), *below, item("op", "-"), *rest)
        found.append(replace(model, name=name, right=right, explicit=True, more=()))
    return found
