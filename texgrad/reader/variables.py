"""What stands below in a derivative: a name, perhaps with indices, transposed, or as vec or vech."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from texgrad.immutable import immutable
from texgrad.reader.brackets import unfenced
from texgrad.reader.conjugates import CONJUGATING, PARTS
from texgrad.reader.items import Item, Items, canonical, transposes, unknown_macro
from texgrad.reader.named import read_name
from texgrad.reader.squares import squared_name
from texgrad.reader.statements import extent
from texgrad.reader.tree import Name
from texgrad.reader.vocabulary import SCRIPTS
from texgrad.source import Span, TexgradError, fail


@immutable
class Variable:
    """What stands below in a derivative: a name, perhaps with indices, transposed (`mark`: where), as vec or vech.

    part: `conjugate`, `real` or `imaginary`, where not the variable itself but that of it is meant.
    """

    name: Name
    transposed: bool
    vectorised: bool
    span: Span
    mark: Span | None = None
    half: bool = False
    part: str = ""


def of_a_family(variable: Variable) -> TexgradError:
    """The complaint that all members of a family are asked about at once."""
    help = f"ask for the derivative by one of them, {variable.name.base}_k"
    return fail("unsupported", f"{variable.name.base} is a family", variable.span, help)


Varied = tuple[Variable, tuple[str, ...]]  # what is asked about, and the indices that it carries


def variable(items: Items, owner: Item | None = None, macros: Iterable[str] = ()) -> Variable:
    """The variable that items name: `X`, `X_{ij}`, `x^\\top`, `(\\operatorname{vec} X)^T`."""
    if not items:
        at = Span(owner.start, owner.end) if owner else None
        raise fail("syntax", "a derivative with respect to what?", at, "name a variable")
    span = extent(items)
    bare = Variable(Name(""), False, False, span)
    body = unfenced(items)
    while (found := _without_script(body, bare) or _without_word(body, bare)) is not None:
        body, bare = unfenced(found[0]), found[1]
    name = read_name(body) or squared_name(body)
    if name is None:
        if unknown := next((i for i in body if i.kind == "unknown"), None):
            raise unknown_macro(unknown, macros)
        help = "name one variable" if all(i.text != "," for i in body) else "name one variable at a time"
        raise fail("unsupported", "a derivative with respect to something that is no variable", span, help)
    return replace(bare, name=name)


def _without_script(items: Items, bare: Variable) -> tuple[Items, Variable] | None:
    """The items without the transpose or conjugate above them, and what it says; None where there is none."""
    if [i.kind for i in items[1:]] == ["^", "_"]:
        items = (items[0], items[2], items[1])
    script = items[-1] if len(items) > 1 and items[-1].kind == "^" else None
    above = canonical(script.body[0]) if script is not None else ""
    if script is None or above not in SCRIPTS:
        return None
    if above in CONJUGATING:
        return items[:-1], replace(bare, part="conjugate", transposed=bare.transposed ^ CONJUGATING[above])
    if not transposes(script):
        return None
    return items[:-1], replace(bare, transposed=not bare.transposed, mark=Span(script.start, script.end))


def _without_word(items: Items, bare: Variable) -> tuple[Items, Variable] | None:
    """The items without the vec, vech or Re before them, and what it says; None where there is none."""
    word = items[0].text if items and items[0].kind == "word" else ""
    if word in PARTS:
        return items[1:], replace(bare, part=PARTS[word])
    if word == "vech":
        return items[1:], replace(bare, half=True)
    return (items[1:], replace(bare, vectorised=True)) if word in ("vec", "Vec") else None
