r"""What depends on parameters of which one is asked about: `K(\theta)` and `K_\theta`, by `\theta_i`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from texgrad.reader.items import Item, Items
from texgrad.reader.names import Called
from texgrad.reader.tree import Name

DEEPEST = 60  # levels of nesting that are looked through
MOST = 100  # formulas that are looked through
SIGMOID = r"\sigma"


def stands(items: Items, letter: str) -> bool:
    """Whether a letter stands by itself among items, and not only in brackets behind a name or below one."""
    waiting = [items]
    for one in waiting:  # which grows meanwhile
        for k, item in enumerate(one):
            if item.kind == "name" and item.text == letter and not _in_brackets(one, k):
                return True
            if item.body and not (item.kind == "_" and k and one[k - 1].kind == "name" and _is(item, letter)):
                waiting += item.body
    return False


def _in_brackets(items: Items, k: int) -> bool:
    """Whether what stands at a place is all that the brackets behind a name hold."""
    around = items[k - 1 : k] + items[k + 1 : k + 2]
    return k > 1 and items[k - 2].kind == "name" and [i.text for i in around] == ["(", ")"]


def of_parameters(
    formulas: Iterable[Items], letter: str, defined: Iterable[str], own: Mapping[str, Called], single: bool
) -> tuple[tuple[Items, ...], tuple[str, ...]] | None:
    """The formulas with `K(θ)` as one name each, and the names of all in them that depend on `letter`.

    None where the letter stands anywhere else, for it is a vector then, and where what depends on it has a definition.
    own: the functions of which no more is said than what they depend on. single: whether the derivative is by the
    letter itself; then only names with it below them, `K_θ`, are taken so.
    """
    found: dict[str, str] = {}
    out = [_named(items, letter, found, 0) for items in formulas]
    heads = {*found.values()}
    if SIGMOID in heads and letter.isalpha():  # the logistic function of a vector; of a \theta, it is a deviation
        return None
    if single and (not found or any(head != name for name, head in found.items())):
        return None
    if not single:
        found |= {name: name for name, called in own.items() if called.of == letter}
    changed = tuple(items for items in out if items is not None)
    if not found or len(changed) < len(out) or not heads.isdisjoint(defined):
        return None
    return changed, tuple(found)


def _named(items: Items, letter: str, found: dict[str, str], depth: int) -> Items | None:
    """The items with their functions of the letter as names; None where it stands by itself."""
    out: list[Item] = []
    at = 0
    while at < len(items):
        item, *after = items[at : at + 4]
        if (item.kind == "name" and item.text == letter) or depth > DEEPEST:
            return None
        if item.kind == "name" and len(after) == 3 and [i.text for i in after] == ["(", letter, ")"]:
            found[f"{item.text}({letter})"] = item.text
            item = Item("name", f"{item.text}({letter})", item.start, after[2].end)
            at += 3
        elif item.kind == "name" and after and after[0].kind == "_" and _is(after[0], letter):
            full = Name(item.text, after[0].body[0]).full
            found[full] = full
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
