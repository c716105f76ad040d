r"""Weights of layers that only their indices tell apart: the `w_{kj}` of one layer and the `w_{ji}` of the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from texgrad.reader.items import Items
from texgrad.reader.named import read_name
from texgrad.reader.names import Declared, subscript
from texgrad.reader.nested import lists_in
from texgrad.reader.said import Definition
from texgrad.reader.variables import Variable
from texgrad.source import fail


def refuse_layers(asked: Variable, definitions: Sequence[Definition], declared: Mapping[str, Declared]) -> None:
    r"""Refuse `w_{kj}` where one layer with `w_{kj}` is made of another with `w_{ji}`: nothing says if they are one."""
    name = asked.name
    if len(subscript(name)) != 2 or name.label or name.base in declared:
        return
    layers = [(d, pairs) for d in definitions if len(subscript(d.name)) == 1 and (pairs := _pairs(d.right, name.base))]
    for d, pairs in layers:
        (own,) = subscript(d.name)
        for other, others in layers:
            (inner,) = subscript(other.name)
            joined = next((p for p in pairs if inner != own and {*p} == {own, inner}), None)
            beyond = next((p for p in others if inner in p and own not in p), None)
            if joined is not None and beyond is not None:
                first, second = (f"{name.base}_{{{''.join(p)}}}" for p in (joined, beyond))
                message = f"{first} and {second}: nothing says whether these are of one matrix or weights of two layers"
                help = rf"tell the layers apart, {name.base}^{{(2)}}_{{{''.join(joined)}}}, or declare {name.base}"
                raise fail("undeclared", message, asked.span, help)


def _pairs(items: Items, base: str) -> list[tuple[str, ...]]:
    """The pairs of letters below a name."""
    found: dict[tuple[str, ...], None] = {}
    for part in lists_in((items,)):
        for k, item in enumerate(part[:-1]):
            if item.kind == "name" and item.text == base and part[k + 1].kind == "_":
                name = read_name(part[k : k + 2])
                letters = () if name is None else subscript(name)
                found |= {letters: None} if len(letters) == 2 else {}
    return list(found)
