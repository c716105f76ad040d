r"""What the indices of a sum have to fulfil: `\sum_{(i,j)\in\Omega}`, `\sum_{j\in N(i)}`, `\sum_{i:\,y_i=1}`.

A condition is worth 1 for the indices that fulfil it and 0 for the others; nothing else is known of it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from typing import NamedTuple

from texgrad.reader.brackets import outside, split
from texgrad.reader.items import Item, Items
from texgrad.reader.names import INDEX_LETTERS, indices_on
from texgrad.reader.nested import every_item
from texgrad.reader.tree import Name, Tree, rewritten, walk
from texgrad.reader.vocabulary import DOTS
from texgrad.source import Span

IN = r"\in"
INSIDE = frozenset((IN, r"\notin", r"\not\in"))
UNEQUAL = frozenset((r"\ne", r"\neq"))
_WORD = re.compile(r"\\[A-Za-z]+$")
PAIRS = (["u", ",", "i"], ["i", ",", "u"])  # users and items, which lie in no set together but as pairs
SUCH_THAT = frozenset((":", "|"))


class Limit(NamedTuple):
    """Two indices and the sign between them."""

    first: str
    sign: str
    second: str
    span: Span


class Range(NamedTuple):
    """What stands below and above a sum: its indices, their size, where the index stands, how two of them compare.

    mark: where the sign with its scripts ends. conditions: what the indices have to fulfil, such as `i` in S.
    first: the number that the index starts with, "" where none is said.
    """

    names: tuple[str, ...]
    above: Items
    mark: int
    span: Span
    limit: Limit | None = None
    conditions: tuple[Items, ...] = ()
    first: str = ""


def indices_below(below: Items) -> tuple[Items | None, tuple[Items, ...]]:
    """The indices that stand below a sum, None where they are no list of names, and the conditions on them."""
    cut = next((k for k, item in outside(below) if item.text in SUCH_THAT and k), len(below))
    head, after = below[:cut], below[cut + 1 :]
    conditions = tuple(part for part in split(after, (",",)) if part)
    inside = next((k for k, item in enumerate(head) if item.text in INSIDE), 0)
    if len(head) == 4 and [i.kind for i in head] == ["name", "op", "name", "_"] and head[1].text in UNEQUAL:
        return head[:1], (head, *conditions)  # j \ne y_i
    if len(head) == len(conditions) == 1 and conditions[0][0].text == head[0].text:
        alone = [i.kind for i in conditions[0]] == ["name", "op", "name"] and conditions[0][1].text in UNEQUAL
        head, conditions = (conditions[0], ()) if alone else (head, conditions)  # j: j \ne i
    if not inside:
        fenced = len(head) > 2 and conditions and head[0].text == "(" and head[-1].text == ")"  # (i,j): r(i,j) = 1
        return head[1:-1] if fenced else head, conditions
    left = head[:inside]
    if len(left) == 2 and left[1].kind == "_" and len(left[1].body[0]) == 1 and head[inside].text == IN:
        return left[1].body[0], (head, *conditions)  # x_i \in C, of which only i runs
    several = left[0].text == "(" and left[-1].text == ")"
    left = left[1:-1] if several else left
    if [i.text for i in left] in PAIRS and not several:
        pair = Item("fence", "(", left[0].start, left[0].start), *left, Item("fence", ")", left[-1].end, left[-1].end)
        several, head = True, (*pair, *head[inside:])
    listed = all(i.kind == "name" for i in left[::2]) and all(i.text == "," for i in left[1::2])
    if not listed or several == (len(left) == 1):
        return None, ()
    return left, conditions if whole_range(head[inside + 1 :]) and not several else (head, *conditions)


def whole_range(items: Items) -> bool:
    r"""Whether a set is all there is: `[n]`, `\{1, \dots, n\}`."""
    texts = [i.text for i in items]
    listed = texts[:2] == ["{", "1"] and texts[-1] == "}" and not DOTS.isdisjoint(texts)
    return (texts[:1] == ["["] and texts[-1:] == ["]"] and len(texts) == 3) or listed


def simple(condition: Items) -> bool:
    r"""Whether it is `i \in S`, with no other index."""
    return len(condition) > 2 and condition[1].text == IN and len(list(every_item(condition))) == 3


def letters_in(condition: Items) -> set[str]:
    """The names in a condition."""
    return {i.text for i in every_item(condition) if i.kind == "name"}


def marked(condition: Items, indices: Container[str]) -> tuple[str, tuple[tuple[str, Span], ...]]:
    """The condition as LaTeX with `#1`, `#2` in place of its indices, and these with their places, as they come."""
    order: dict[str, int] = {}
    places: list[tuple[str, Span]] = []

    def written(items: Items) -> str:
        out = ""
        for item in items:
            if item.kind == "name" and (item.text in INDEX_LETTERS or IN in item.text) and item.text in indices:
                order.setdefault(item.text, len(order) + 1)
                places.append((item.text, Span(item.start, item.end)))
                text = f"#{order[item.text]}"
            elif item.kind in ("_", "^"):
                inner = written(item.body[0])
                text = item.kind + (inner if len(inner) == 1 or inner[1:].isdigit() else f"{{{inner}}}")
            else:
                text = f"\\{item.text}" if item.kind == "fence" and item.text in "{}" else item.text
                text += "".join(f"{{{written(body)}}}" for body in item.body)
            word = _WORD.search(out) and (text[:1].isalpha() or text[:1] == "#")
            out += (" " if word else "") + text
        return out

    return written(condition), tuple(places)


def set_of(condition: Items) -> str:
    r"""What is called the set in `i \in S` and `(i,j) \in \Omega`; "" where that is no letter."""
    inside = next((k for k, item in enumerate(condition) if item.text == IN), 0)
    after = condition[inside + 1 :]
    named = inside and after and after[0].kind == "name" and not after[0].text.startswith(r"\mathbb")
    return after[0].text if named else ""


def member(names: Sequence[str], items: Items) -> Items:
    r"""The condition `k \in S`, or `(k,l) \in S`, with these indices."""
    inside = Item("op", IN, 0, 0)
    if len(names) == 1:
        return (Item("name", names[0], 0, 0), inside, *items)
    signs = (Item("fence", "(", 0, 0), Item("op", ",", 0, 0), Item("fence", ")", 0, 0))
    return (signs[0], Item("name", names[0], 0, 0), signs[1], Item("name", names[1], 0, 0), signs[2], inside, *items)


def items_of_set(tree: Tree) -> Items:
    r"""The items of what could be a set: `S`, `N_i`, `N(i)`; none where it could not."""
    if tree.op == "name" and not tree.data.label:
        name: Name = tree.data
        below = (Item("_", "_", 0, 0, (name.sub,)),) if name.sub else ()
        return (Item("name", name.base, 0, 0), *below)
    if tree.op == "product" and [a.op for a in tree.args] == ["name", "name"] and tree.args[1].fenced:
        inner = Item("name", tree.args[1].data.full, 0, 0)
        return (*items_of_set(tree.args[0]), Item("fence", "(", 0, 0), inner, Item("fence", ")", 0, 0))
    if tree.op == "unknown" and not tree.data.order and tree.args[0].op == "name":
        inner = Item("name", tree.args[0].data.full, 0, 0)
        return (Item("name", tree.data.name, 0, 0), Item("fence", "(", 0, 0), inner, Item("fence", ")", 0, 0))
    return ()


def set_name(template: str) -> str:
    r"""What a condition with marks for its indices is called: the set in it, without what stands below or behind."""
    held = re.match(r"(?:[\\\w{} ]+_)?[#\d(),\s]*\\in(?![A-Za-z])\s*(.*)", template)
    return re.sub(r"[_^(]?\{?#\d\}?\)?", "", held[1]) if held and held[1] else "condition"


def drawn_from(name: Name) -> bool:
    """Whether a name is what lies in a set, and carries that for its index."""
    return len(name.sub) == 1 and IN in name.sub[0].text


def drawn(found: Range, body: Tree) -> tuple[Range, Tree]:
    r"""What `\sum_{(x,y)\in D}` is where x and y are no indices: a sum over members of families, as long as |D|."""
    names, condition = found.names, next(iter(found.conditions), ())
    own = set_of(condition) if len(found.conditions) == 1 else ""
    parts = walk(body) if own else ()
    below = {i for t in parts for i in indices_on(t)}
    used = {t.data.full for t in parts if t.op == "name"} & set(names)
    if not used or not below.isdisjoint(names):
        return found, body
    inside = next(k for k, item in enumerate(condition) if item.text == IN)
    head, of = condition[:inside], condition[inside + 1 :]
    text = marked((*head, condition[inside], of[0]), ())[0]
    index = Item("name", text, head[0].start, head[-1].end)

    def change(tree: Tree) -> Tree | None:
        if tree.op != "name" or tree.data.full not in used:
            return None
        return Tree("name", (), Name(tree.data.base, (index,), tree.data.label), tree.start, tree.end)

    parted = len(of) > 1  # C_k: of all members, those in it
    found = found._replace(
        names=(text,), above=() if parted else (Item("name", f"|{own}|", 0, 0),),
        conditions=((index, *condition[inside:]),) if parted else (),
    )  # fmt: skip
    return found, rewritten(body, change)
