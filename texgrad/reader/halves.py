r"""The two halves of a fraction: braces that mean nothing there opened, and the signs of differentiation made alike.

`\frac{{\partial f}}{{\partial X}}` as equation editors write it, `\frac{{\rm d}f}{{\rm d}x}`,
`\frac{\rm d f}{\rm d x}` and `\frac{\delta f}{\delta X}` are derivatives as any other.
"""

from __future__ import annotations

from texgrad.reader.items import Item, Items

SIGNS = frozenset(("d", r"\mathrm{d}", r"\mathbf{d}"))
VARIATION = r"\delta"


def halves(above: Items, below: Items) -> tuple[Items, Items]:
    """What stands above and below the line of a fraction."""
    above, below = _opened(above), _opened(below)
    if above and below and _differential(above[0]) and _differential(below[0]):
        above, below = _split(above), _split(below)
        if above[0].text == below[0].text == r"\mathbf{d}":
            above, below = ((half[0]._replace(text=r"\mathrm{d}"), *half[1:]) for half in (above, below))
    if _varied(above) and _varied(below) and len(below) > 1 and below[1].kind in ("name", "group", "fence"):
        above, below = ((half[0]._replace(kind="partial"), *half[1:]) for half in (above, below))
    return above, below


def _opened(half: Items) -> Items:
    """A half without the braces around all of it, and without those around its d alone."""
    while len(half) == 1 and half[0].kind == "group":
        half = half[0].body[0]
    body = half[0].body[0] if half and half[0].kind == "group" else ()
    if body and _signs(body[0]) and [i.kind for i in body[1:]] in ([], ["^"]):  # {\rm d}, {\partial^2}
        first, *scripts = body
        end = half[0].end
        return (first._replace(start=half[0].start), *(i._replace(end=end) for i in scripts), *half[1:])
    return half


def _signs(item: Item) -> bool:
    return item.kind == "partial" or (item.kind == "name" and item.text in SIGNS)


def _varied(half: Items) -> bool:
    return bool(half) and half[0][:2] == ("name", VARIATION)


def _differential(item: Item) -> bool:
    """Whether an item is a d, or an upright word that begins with one, the dx of `\\rm d x`."""
    return _signs(item) or (item.kind == "word" and item.text[0] == "d" and len(item.text) == 2)


def _split(half: Items) -> Items:
    """A half with the word `dx` made two letters."""
    word = half[0]
    if word.kind != "word":
        return half
    middle = word.end - 1
    letters = (Item("name", r"\mathrm{d}", word.start, middle), Item("name", word.text[1], middle, word.end))
    return (*letters, *half[1:])
