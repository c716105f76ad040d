r"""What depends on parameters of which one is asked about: `K(\theta)` and `K_\theta`, by `\theta_i`."""

from __future__ import annotations

from texgrad.reader.items import Item, Items
from texgrad.reader.tree import Name

DEEPEST = 60  # levels of nesting that are looked through


def of_parameters(items: Items, letter: str) -> tuple[Items, tuple[str, ...]]:
    """The items with `K(θ)` as one name each, and the names of all that depend on `letter`.

    There are no such names where the letter stands anywhere else: it is a vector then.
    """
    found: dict[str, None] = {}
    out = _named(items, letter, found, 0)
    return (items, ()) if out is None else (out, tuple(found))


def _named(items: Items, letter: str, found: dict[str, None], depth: int) -> Items | None:
    """The items with their functions of the letter as names; None where it stands by itself."""
    out: list[Item] = []
    at = 0
    while at < len(items):
        item, *after = items[at : at + 4]
        if (item.kind == "name" and item.text == letter) or depth > DEEPEST:
            return None
        if item.kind == "name" and len(after) == 3 and [i.text for i in after] == ["(", letter, ")"]:
            item = Item("name", f"{item.text}({letter})", item.start, after[2].end)
            found[item.text] = None
            at += 3
        elif item.kind == "name" and after and after[0].kind == "_" and _is(after[0], letter):
            found[Name(item.text, after[0].body[0]).full] = None
            out.append(item)
            item = after[0]
            at += 1
        elif item.body:
            body: list[Items] = []
            for part in item.body:
                inner = _named(part, letter, found, depth + 1)
                if inner is None:
                    return None
                body.append(inner)
            item = item._replace(body=tuple(body))
        out.append(item)
        at += 1
    return tuple(out)


def _is(script: Item, letter: str) -> bool:
    """Whether a subscript is this letter and no more."""
    return len(script.body) == 1 and [(i.kind, i.text) for i in script.body[0]] == [("name", letter)]
