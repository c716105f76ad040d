r"""Letters above names that number the layers of a network, the L of `\frac{\partial C}{\partial a^L_j}`."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from texgrad.patterns import compiled
from texgrad.reader.items import Item, Items
from texgrad.reader.nested import changed

_ABOVE = r"\s*+\^\s*+\{?\s*+([lL])(?![A-Za-z])"
_VARIED = compiled(
    rf"(?:\\partial|∂|\\nabla\s*+_\s*+\{{|\A)\s*+(?:\\(?:math|bold|bm|delta|theta)\w*\s*+\{{?\s*+)?[A-Za-z]?\s*+\}}?"
    rf"(?:\s*+_\s*+(?:\{{[^{{}}]*\}}|\w))?{_ABOVE}"
)


def layers_in(requests: Iterable[str], variables: Iterable[str]) -> frozenset[str]:
    """The letters that stand above variables of derivatives, as no exponent does."""
    texts = (*requests, *variables)
    return frozenset(letter for text in texts if "^" in text for letter in _VARIED.findall(text))


def with_layers(items: Items, letters: Collection[str]) -> Items:
    """The items with names and what numbers their layer made one name: a^L, a^{L-1}."""
    return changed(items, lambda one: _layered(one, letters)) if letters else items


def _layered(items: Items, letters: Collection[str]) -> Items:
    out: list[Item] = []
    for item in items:
        at = -2 if len(out) > 1 and out[-1].kind == "_" else -1
        above = "".join(i.text for i in item.body[0]) if item.kind == "^" else ""
        name = f"{out[at].text}^{{{above}}}" if above and out and out[at].kind == "name" else ""
        if name and (name in letters or _numbers(item.body[0], letters)):
            out[at] = out[at]._replace(text=name, end=item.end)
        elif name and f"{out[at].text}^({above})" in letters:  # a member of a family, as with brackets
            opening, closing = (Item("fence", mark, item.start, item.start) for mark in "()")
            out.append(item._replace(body=((opening, *item.body[0], closing),)))
        else:
            out.append(item)
    return tuple(out)


def _numbers(items: Items, letters: Collection[str]) -> bool:
    texts = [i.text for i in items]
    return texts[:1] != [] and texts[0] in letters and (len(texts) == 1 or (
        len(texts) == 3 and texts[1] in ("+", "-") and texts[2].isdigit()))  # fmt: skip
