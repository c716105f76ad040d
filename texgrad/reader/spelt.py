"""Spellings cut out of formulas with macros: whether they mean, read again, what they were cut from, and no more."""

from __future__ import annotations

from collections.abc import Mapping

from texgrad.algebra import Op
from texgrad.operators import NORM
from texgrad.reader.expansion import expand
from texgrad.reader.grammar import parse
from texgrad.reader.items import Items
from texgrad.reader.latex import read_items
from texgrad.reader.macros import NAME, Macro
from texgrad.reader.tree import Name, Tree
from texgrad.source import TexgradError

PLACES: Mapping[str, str] = {"#1": "ϟ", "#2": "ϡ", "#3": "ϛ"}  # letters that stand for what a mark stands for
# forms that can turn out to mean an operator
OPEN = frozenset(("bars", "log bars", "product", "power", "transpose or power"))


def filled(template: str) -> str:
    """The template with a letter for each mark."""
    for mark, letter in PLACES.items():
        template = template.replace(mark, letter)
    return template


def items_of(text: str, macros: Mapping[str, Macro]) -> Items:
    """The items of a text; none where it cannot be read."""
    try:
        return read_items(expand(text, dict(macros)))
    except TexgradError:
        return ()


def spells(template: str, op: Op | str, tree: Tree | None, macros: Mapping[str, Macro]) -> bool:
    """Whether a template means an operator, or a form such as `tree`, applied to its marks."""
    try:
        read = parse(items_of(filled(template), macros))
    except TexgradError:
        return False
    return not _place(read) and (_like(read, tree) if tree is not None else _applied(read, op))


def name_of(text: str, macros: Mapping[str, Macro]) -> str:
    """The name that a text means, with nothing around it; "" where it means no name."""
    try:
        read = parse(items_of(text, macros))
    except TexgradError:
        return ""
    return read.data.full if read.op == "name" else ""


def names(text: str, name: Name, macros: Mapping[str, Macro]) -> bool:
    """Whether a text means a name, and nothing around it; one without macros means the name that it is."""
    alike = text == name.full and macros.keys().isdisjoint(NAME.findall(text))
    return alike or name_of(text, macros) == name.full


def _place(tree: Tree) -> bool:
    return tree.op == "name" and tree.data.base in PLACES.values()


def _applied(read: Tree, op: Op | str) -> bool:
    return read.op is op and all(map(_place, read.args))


def _like(read: Tree, tree: Tree) -> bool:
    """Whether what was read is `tree` with letters for some of its parts."""
    if _place(read):
        return True
    if read.op != tree.op:
        open_form = isinstance(tree.op, Op) and read.op in OPEN and all(map(_place, read.args))
        return open_form and len({a.data.base for a in read.args}) == len(read.args)
    same = {"name": lambda: read.data.base == tree.data.base, "number": lambda: read.data == tree.data,
            NORM: lambda: read.data == tree.data}  # fmt: skip
    if tree.op in same and not same[tree.op]():
        return False
    return all(_like(a, b) for a, b in zip(read.args, tree.args, strict=False))
