"""Functions without a formula: what is said of them, their names in formulas, and where their argument is left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from texgrad.reader.domains import domain
from texgrad.reader.identifiers import python_name
from texgrad.reader.items import Items
from texgrad.reader.named import read_name
from texgrad.reader.names import BOLD, Called, Declared
from texgrad.reader.said import Said
from texgrad.reader.statements import Formula, Statement, signs_in
from texgrad.reader.tree import CALLS, Name, Tree, Unknown, walk
from texgrad.shapes import SCALAR

LOSSES = frozenset(("L", "J", "E", "C", r"\mathcal{L}", r"\mathcal{J}", r"\ell"))  # letters of functions worth a number


def declare_functions(formula: Formula, said: Said) -> None:
    r"""Note the functions that a formula declares, as `f:\mathbb{R}^n\to\mathbb{R}`."""
    for name, known, told in formula.once(_functions_in):
        said.functions[name] = replace(said.functions.get(name, known), **told)


def _functions_in(formula: Formula) -> list[tuple[str, Called, dict[str, Any]]]:
    """The functions that a formula declares, what holds of those not heard of before, and what is said of them."""
    found: list[tuple[str, Called, dict[str, Any]]] = []
    for statement in formula.statements:
        items = statement.sides[0]
        if (of := own_argument(statement)) is not None:
            found.append((of[0], Called(SCALAR if of[0] in LOSSES else None), {"of": of[1]}))
            continue
        signs = signs_in(items, (r"\in", ":"))
        if not signs:
            continue
        if (within := signs.get(r"\in", 0)) and (called := _called(items[:within])) is not None:
            worth = domain(items[within + 1 :])
            if worth is not None:
                found.append((called[0], Called(), {"shape": worth[0], "argument": None, "of": called[1]}))
            continue
        colon, arrow = signs.get(":", 0), signs.get(r"\to", signs.get(r"\rightarrow", 0))
        name = read_name(items[:colon]) if 0 < colon < arrow else None
        argument, value = domain(items[colon + 1 : arrow]), domain(items[arrow + 1 :])
        if name is not None and argument is not None and value is not None:
            found.append((name.full, Called(), {"shape": value[0], "argument": argument[0]}))
    return found


def own_argument(statement: Statement) -> tuple[str, str] | None:
    """The name and the argument in `L = L(Y)`, which only says what L depends on."""
    left = read_name(statement.sides[0])
    called = _called(statement.sides[1]) if left is not None and len(statement.sides) == 2 else None
    return called if called is not None and left is not None and called[0] == left.full else None


def _called(items: Items) -> tuple[str, str] | None:
    """The name and the argument of `A(x)`."""
    cut = next((k for k, i in enumerate(items) if i.kind == "fence"), 0)
    name = read_name(items[:cut]) if cut and items[-1].text == ")" else None
    argument = read_name(items[cut + 1 : -1]) if name is not None else None
    return None if name is None or argument is None else (name.full, argument.full)


def bare_among(items: Items, letter: str) -> bool:
    """Whether a letter stands among items with nothing below it, and does not only say which norm is meant."""
    waiting = [items]
    while waiting:
        inner = waiting.pop()
        for k, item in enumerate(inner):
            norm = item.kind == "_" and k > 0 and inner[k - 1].kind in ("bar", "close bar")
            if item.kind != "text" and not norm:
                waiting += item.body
            if item.kind == "name" and item.text == letter and (k + 1 == len(inner) or inner[k + 1].kind != "_"):
                return True
    return False


def twins(functions: Mapping[str, Called], present: Iterable[str]) -> dict[str, Called]:
    """The same functions under the names by which formulas call them, which differ in the font."""
    known = {python_name(name): called for name, called in functions.items()}
    return {name: known[python_name(name)] for name in present if python_name(name) in known}


def twin_of(name: str, present: Collection[str]) -> str | None:
    """The name among `present` that differs from `name` only in its font or in being a Python name."""
    wanted = python_name(name).replace("_", "")
    return next((n for n in sorted(present) if python_name(n).replace("_", "") == wanted), None)


def by_twins(declared: Mapping[str, Declared], names: Iterable[Name]) -> dict[str, Declared]:
    """The declarations, those given by a Python name moved to the name in the formulas."""
    out = dict(declared)
    if not out:
        return out
    names = tuple(names)
    present = {n.full for n in names} | {n.base for n in names}
    for key in tuple(out):
        if key not in present:
            twin = twin_of(key, present)
            number = twin is not None and len(twin) == 1 and twin.islower() and BOLD.search(key)
            if twin is not None and twin not in out and not number:
                out[twin] = out.pop(key)
    return out


def arguments(function: Tree, said: Mapping[str, Called], defined: Iterable[str], variable: Name) -> dict[str, Tree]:
    """What each function without a formula is a function of, as far as it stands somewhere without brackets."""
    found: dict[str, Tree] = {}
    for tree in walk(function) if function.holds & CALLS else ():
        if tree.op == "call" and tree.data not in defined and len(tree.args) == 1:
            found.setdefault(tree.data, tree.args[0])
    for name, called in said.items():
        of = Name(called.of) if called.of else variable
        found.setdefault(name, Tree("name", (), of, function.start, function.start))
    return found


def together(arguments: Sequence[Tree]) -> Tree:
    """Several arguments of a function as one, the column of them all."""
    first, *others = arguments
    return Tree("blocks", (*arguments,), (len(arguments), 1), first.start, others[-1].end) if others else first


def applied(name: str, argument: Tree, tree: Tree, bare: bool = False, at: Items = ()) -> Tree:
    """The function called `name` at an argument, in the place of `tree`; `bare` where the author leaves it out.

    at: the indices of a member of a family of functions.
    """
    made = Tree("unknown", (argument,), Unknown(name, 0, at), tree.start, tree.end)
    made.core = tree.span if bare else tree.core
    return made
