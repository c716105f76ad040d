r"""Letters above names that number the layers of a network, the L of `\frac{\partial C}{\partial a^L_j}`."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from texgrad.patterns import compiled
from texgrad.reader.items import Item, Items, canonical
from texgrad.reader.nested import changed, lists_in

_ABOVE = r"\s*+\^\s*+\{?\s*+([lL])(?![A-Za-z])"
_VARIED = compiled(
    rf"(?:\\partial|∂|\\nabla\s*+_\s*+\{{|\A)\s*+(?:\\(?:math|bold|bm|delta|theta)\w*\s*+\{{?\s*+)?[A-Za-z]?\s*+\}}?"
    rf"(?:\s*+_\s*+(?:\{{[^{{}}]*\}}|\w))?{_ABOVE}"
)
_NUMBER = compiled(r"\^\s*+\{?\s*+[(\[]\s*+\d")


def layers_in(requests: Iterable[str], variables: Iterable[str]) -> frozenset[str]:
    """The letters that stand above variables of derivatives, as no exponent does."""
    texts = (*requests, *variables)
    return frozenset(letter for text in texts if "^" in text for letter in _VARIED.findall(text))


def may_hold_numbered_layers(latex: str) -> bool:
    """Whether a number in brackets can stand above a name in a text."""
    return "^" in latex and _NUMBER.search(latex) is not None


def layers_by_number(formulas: Iterable[Items]) -> frozenset[str]:
    r"""The names with the number of a layer above them and indices below, `w^{(2)}_{kj}`, if no index stands above."""
    found: set[str] = set()
    members: set[str] = set()
    for items in lists_in(formulas):
        for k, item in enumerate(items):
            scripts = {s.kind: s for s in items[k + 1 : k + 3] if s.kind in "_^"} if item.kind == "name" else {}
            above = scripts["^"].body[0] if "^" in scripts else ()
            if len(above) != 3 or above[0].text not in ("(", "["):
                continue
            if above[1].kind != "number":
                members.add(item.text)
            elif "_" in scripts and all(i.kind == "name" or i.text == "," for i in scripts["_"].body[0]):
                found.add(f"{item.text}^{{{canonical(above)}}}")
    return frozenset(name for name in found if name.partition("^")[0] not in members)


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
