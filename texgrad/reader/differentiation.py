"""How derivatives are typed: as fractions, behind a nabla or D, with primes."""

from __future__ import annotations

from collections.abc import Iterable

from texgrad.reader.brackets import closing, turn, unfenced
from texgrad.reader.calls import DIFFERENTIALS
from texgrad.reader.items import Item, Items, canonical, is_prime, transposes
from texgrad.reader.named import read_name
from texgrad.reader.statements import extent
from texgrad.reader.variables import Variable, variable
from texgrad.source import Span, fail


def is_d(item: Item) -> bool:
    """Whether it is the d of a derivative."""
    return item.kind == "partial" or (item.kind == "name" and item.text in DIFFERENTIALS)


def _order(items: Items, at: int) -> tuple[int, int]:
    """The order written above a d or ∇, and the place after it."""
    if at < len(items) and items[at].kind == "^":
        text = canonical(items[at].body[0])
        if text in ("1", "2"):
            return int(text), at + 1
        raise fail(
            "unsupported", f"derivatives of order {text}", Span(items[at].start, items[at].end), "ask for order 1 or 2"
        )
    return 1, at


def _below(items: Items, above: int) -> list[tuple[Items, int]] | None:
    """The variables of the lower half, `\\partial x\\,\\partial x^\\top`, `dx^2`; None where it is none.

    above: the order that stands above; below a first derivative, `\\sigma^2` is one symbol.
    """
    if not items or not is_d(items[0]):
        return None
    out: list[tuple[Items, int]] = []
    current: list[Item] = []
    depth = 0
    for item in items[1:]:
        depth += turn(item)
        if is_d(item) and not depth and current:
            out.append((tuple(current), 1))
            current = []
        elif item.kind == "op" and not depth:
            return None
        else:
            current.append(item)
    if not current:
        return None
    order = 1
    if above > 1 and current[-1].kind == "^" and canonical(current[-1].body[0]) == "2":
        current, order = current[:-1], 2
    return [*out, (tuple(current), order)]


def fraction(items: Items, macros: Iterable[str] = ()) -> tuple[Items, list[Variable], int, int] | None:
    """A derivative written as a fraction at the start of `items`: function, variables, order, items used."""
    head = items[0]
    used = 1
    if head.kind == "frac":
        above, below = head.body
    elif is_d(head):
        cut = next(
            (k for k, i in enumerate(items) if i.text == "/" and k + 1 < len(items) and is_d(items[k + 1])), None
        )
        if cut is None:
            return None
        used = len(items)
        if all(i.kind == "^" for i in items[1:cut]) and items[cut + 2 : cut + 3]:  # d/dx f
            used = cut + 3
            while used < len(items) and items[used].kind in ("_", "^"):
                used += 1
        elif head.kind == "name" and read_name(unfenced(items[cut + 2 :])) is None:
            return None
        above, below = items[:cut], items[cut + 1 : used]
    else:
        return None
    if not above or not is_d(above[0]):
        return None
    order, at = _order(above, 1)
    variables = _below(below, order)
    if variables is None:
        if below and all(map(is_d, below)):
            raise fail("syntax", "a derivative with respect to what?", extent(below), r"write \partial X below")
        if above[0].kind == "partial" and below:  # the lower ∂ is missing, as some authors have it
            variables = [(below, 1)]
        else:
            return None
    wanted = sum(n for _, n in variables)
    if wanted != order:
        raise fail("unsupported", f"∂ stands {wanted} times below and {order} times above", extent(items[:used]))
    return above[at:], [variable(v, head, macros) for v, _ in variables], order, used


def prefix(items: Items, macros: Iterable[str] = ()) -> tuple[Items, list[Variable], int, int] | None:
    """`\\nabla_w f`, `\\nabla^2_x f`, `\\partial_X f`, `D_X f`: function, variables, order, items used."""
    head = items[0]
    if head.kind not in ("nabla", "partial") and head[:2] != ("name", "D"):
        return None
    order, at = 1, 1
    below: Items = ()
    while at < len(items) and items[at].kind in ("_", "^"):
        if items[at].kind == "_":
            below, at = items[at].body[0], at + 1
        else:
            order, at = _order(items, at)
    again: Items = ()
    if order == 1 and (twice := _again(items, at)):  # \nabla\nabla f
        order, again, at = 2, items[at:twice], twice
    if not below and head.kind != "nabla":
        return None
    if head.kind == "name" and _label(below):  # D_{KL}
        return None
    if second := [i.body[0] for i in again if i.kind == "_"]:  # \nabla_x\nabla_y f
        return (), [variable(v, head, macros) for v in (below, *second)], order, at
    names = [i for i in below if i.text != ","]
    if len(names) == 2 and all(i.kind == "name" for i in names):
        alike = head.kind == "nabla" and names[0].text == names[1].text  # \nabla_{xx}f
        if order == 2 or alike:
            return (), [variable((i,), head, macros) for i in names], 2, at
    return (), [variable(below, head, macros)] if below else [], order, at


def _again(items: Items, at: int) -> int:
    r"""Where a second \nabla ends that follows the first one, with what stands below and above it; 0 without one."""
    at += at < len(items) and items[at].text in (r"\otimes", r"\cdot")
    if items[0].kind != "nabla" or at >= len(items) or items[at].kind != "nabla":
        return 0
    end = next((k for k in range(at + 1, len(items)) if items[k].kind != "_" and not transposes(items[k])), len(items))
    first, second = ("_" in [i.kind for i in items[k + 1 : k + 2]] for k in (0, at))
    return 0 if second and not first else end


def multiplies(items: Items) -> bool:
    r"""Whether items begin with the gradient at a point as a factor, as in `\nabla f(y)^\top(x-y)`."""
    at = 1
    while at < len(items) and items[at].kind == "^":
        at += 1
    opened = items[0].kind == "nabla" and at + 1 < len(items) and items[at].kind == "name" and items[at + 1].text == "("
    end = closing(items, at + 1) if opened else None
    return end is not None and end + 2 < len(items) and transposes(items[end + 1])


def _label(below: Items) -> bool:
    """Whether what stands below a D is a word that tells it from others: KL, \\mathrm{KL}."""
    letters = [i.text for i in below]
    return any(i.kind in ("word", "text") for i in below) or (len(letters) > 1 and all(x.isupper() for x in letters))


def primed_call(items: Items) -> tuple[Items, list[Variable], int, int] | None:
    """`f'(x)` and `f''(x)`: function, variables, order, items used."""
    start = 2 if len(items) > 2 and items[1].kind == "_" else 1
    end = next((k for k in range(start, len(items)) if not is_prime(items[k])), len(items))
    marks, inner = end - start, unfenced(items[end:])
    whole = marks in (1, 2) and items[0].kind == "name" and inner != items[end:]
    if not whole or read_name(inner) is None:
        return None
    return (*items[:start], *items[end:]), [variable(inner)], marks, len(items)
