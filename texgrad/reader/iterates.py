r"""Names with a mark above them that is no exponent: the `x^k` of an algorithm, a given `Q^0`, `W^1`, a filter's `P^-`.

A constant to a power is a constant, whatever it is called, so that a name that never stands without what is above it is
taken for a symbol of its own; what varies is one where it is subtracted from itself, as in `\|x - x^k\|^2`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from texgrad.operators import DET, LOGDET, TRACE
from texgrad.reader.domains import domain
from texgrad.reader.items import Item, Items
from texgrad.reader.squares import SPREADS
from texgrad.reader.statements import Formula
from texgrad.reader.vocabulary import CLOSES, EULER, WORDS
from texgrad.remembered import remembered

_ABOVE = re.compile(r"[a-su-z](?:[+-]\d)?|\d")
_BESIDE = re.compile(r"[a-z](?:[+-]\d)?|0|\*|\\star")  # where x - x^t stands, t is no transpose
_STARS = frozenset(("*", r"\star"))
_COMPLEX = re.compile(r"\\mathbb\s*\{?\s*C|\\C\b|\\dagger|\^\{?\s*(?:\\mathrm\{)?H|\\(?:Re|Im|overline|bar)\b"
                      r"|[Cc]omplex|[Hh]ermitian|unitary|Wirtinger|\{(?:Re|Im)\}")  # fmt: skip
_MAY = re.compile(r"\^\s*(?:\{\s*-\s*\}|-(?!\s*\d)|(?:\{\s*)?(?:[a-z](?![A-Za-z])|[013-9*]|\\star|\\ast))")
_ENDS_OF_SUMS = re.compile(r"\\(?:sum|prod)\s*(?:_\s*(?:\{[^{}]*\}|\w)\s*)?\^")  # above them stand no marks of names
_SIGNS = frozenset("+-")
_OF_SQUARE = (TRACE, DET, LOGDET)
_MEMBERS = re.compile(r"[xyzuvwtphsfXYZUVW]|\\(?:math|bold)\w*\{\w\}")  # what is hardly raised to the power of an index
NUMBERS = EULER | {r"\pi"}  # which are raised to powers
SETS = re.compile(r"\\(?:mathbb|mathcal|mathrm|mathbf)\{[RCMSONKF]\}|[RM]")


@remembered()
def may_hold_iterates(latex: str) -> bool:
    """Whether a letter or a digit can stand above a name in a text, other than a square."""
    return "^" in latex and _MAY.search(_ENDS_OF_SUMS.sub("", latex)) is not None


@remembered()
def speaks_of_complex(text: str) -> bool:
    """Whether a text may speak of complex numbers, where stars are conjugates."""
    return _COMPLEX.search(text) is not None


class Marks(NamedTuple):
    """What a formula shows of marks above names.

    above: names with what stands above them, "" for nothing. starred: those with a star. beside: those that stand
    beside the name alone. signed: those with a bare sign, P^-. called: names before brackets. counters: indices of
    sums. below: what stands below names. varied: the marks of variables.
    """

    above: frozenset[tuple[str, str]]
    starred: frozenset[tuple[str, str]]
    beside: frozenset[tuple[str, str]]
    signed: frozenset[tuple[str, str]]
    called: frozenset[str]
    counters: frozenset[str]
    below: frozenset[str]
    varied: tuple[str, ...]


def marks_in(formula: Formula) -> Marks:
    """The marks above the names of a formula."""
    return _marks(formula.items)


def _marks(whole: Items) -> Marks:
    above: set[tuple[str, str]] = set()
    starred: set[tuple[str, str]] = set()
    beside: set[tuple[str, str]] = set()
    signed: set[tuple[str, str]] = set()
    called: set[str] = set()
    counters: set[str] = set()
    below: set[str] = set()  # in a_kx^k, k is an exponent
    varied: list[str] = []
    waiting = [whole]
    while waiting:
        items = waiting.pop()
        waiting += (body for item in items for body in _bodies(item))
        for k, item in enumerate(items):
            if item.kind in ("sum", "prod"):
                counters |= {i.text for s in items[k + 1 : k + 3] if s.kind == "_" for i in s.body[0]}
            elif item.kind == "_" and k and items[k - 1].kind == "name":
                below |= {i.text for i in item.body[0]}
            if item.kind == "frac" and len(item.body[1]) > 1 and item.body[1][0].kind == "partial":
                varied.append(_numbered(_bodies(item)[1], 1))
            if item.kind == "nabla" and k + 1 < len(items) and items[k + 1].kind == "_":
                varied.append(_numbered(items[k + 1].body[0], 0))
            if item.kind == "nabla" and (point := _gradient_at(items, k + 1)) is not None:
                beside.add(point)
            named = item.kind == "name" and not SETS.fullmatch(item.text)
            mark = _marked(items, k) if named else ""
            if named and (item.text not in NUMBERS or mark in _STARS) and not _declared(items, k):
                if not _listed(items, k):
                    if mark in _STARS and item.text.strip("}")[-1:].islower():
                        starred.add((item.text, mark))
                    elif mark in _SIGNS:
                        signed.add((item.text, mark))
                    elif not mark and k + 1 < len(items) and items[k + 1].text == "(":
                        called.add(item.text)
                    else:
                        above.add((item.text, mark if _ABOVE.fullmatch(mark) else ""))
                counter = _BESIDE.fullmatch(mark) or (mark in _SIGNS and item.text.strip("}")[-1:].islower())
                if counter and _stands_beside(items, k):
                    beside.add((item.text, mark))
    return Marks(frozenset(above), frozenset(starred), frozenset(beside), frozenset(signed), frozenset(called),
                 frozenset(counters), frozenset(below), tuple(varied))  # fmt: skip


def numbered(formulas: Iterable[Marks], variables: Sequence[Items], known: Collection[str],
             stars: bool = False) -> Mapping[str, str]:  # fmt: skip
    """The names with what stands above them that is no exponent, with the name below; `known`: what has a declaration.

    formulas: the marks in all that is said. variables: by what is differentiated. A letter with a declaration is an
    exponent. stars: whether a star can be such a mark, for nothing is complex.
    """
    shown = [*formulas, *map(_marks, variables)]
    above: dict[str, set[str]] = {}
    for name, mark in {pair for one in shown for pair in one.above}:
        above.setdefault(name, set()).add(mark)
    for name, mark in {pair for one in shown for pair in one.starred}:
        above.setdefault(name, set()).add(mark if stars else "")
    called = {name for one in shown for name in one.called}
    for name in called:
        above.setdefault(name, set()).add("")
    beside = {(name, mark) for one in shown for name, mark in one.beside if stars or mark not in _STARS}
    if stars:  # p^* beside p(\theta) is no conjugate
        beside |= {(name, mark) for one in shown for name, mark in one.starred if name in called}
    signed = {pair for one in shown for pair in one.signed}
    if any(mark == "-" for _, mark in signed):  # before and after a measurement; x^+ alone is a pseudoinverse
        beside |= {(name, mark) for name, mark in signed if "" not in above.get(name, ())}
    counters = {index for one in shown for index in one.counters}
    below = {index for one in shown for index in one.below}
    varied = [_numbered(items, 0) for items in variables if items and items[0].kind == "name"]
    by_digits = any(mark.isdigit() for mark in (*varied, *(mark for one in shown for mark in one.varied)))
    found = {(name, mark) for name, marks in above.items() if "" not in marks and name not in known for mark in marks
             if not mark.isdigit() or (by_digits and name not in SPREADS) or "0" in marks}  # fmt: skip
    taken = (counters | set(known)) - {""}
    kept = {(name, mark) for name, mark in found | beside if mark.rstrip("+-0123456789") not in taken}
    counting = counters - below
    members = {f"{name}^({mark})": name for name, mark in found if mark in counting and _MEMBERS.fullmatch(name)}
    return {f"{name}^{{{mark}}}": name for name, mark in sorted(kept)} | dict(sorted(members.items()))


def _bodies(item: Item) -> tuple[Items, ...]:
    r"""What stands in an item; of `\frac{\partial^2}{\partial x^2}` without the order."""
    if item.kind != "frac" or len(item.body[0]) < 2 or item.body[0][1].kind != "^":
        return item.body
    above, below = item.body[:2]
    order = _marked(above, 0)
    return (above, tuple(i for i in below if i.kind != "^" or "".join(j.text for j in i.body[0]) != order))


def _marked(items: Items, k: int) -> str:
    """What stands above the name at a place."""
    at = k + 1
    if at < len(items) and items[at].kind == "_":
        at += 1
    return "".join(i.text for i in items[at].body[0]) if at < len(items) and items[at].kind == "^" else ""


def _numbered(items: Items, k: int) -> str:
    r"""What stands above the variable at a place, but not above a variance `\sigma^2`, which is a square."""
    mark = _marked(items, k)
    return "" if mark == "2" and items[k].text in SPREADS else mark


def _declared(items: Items, k: int) -> bool:
    """Whether the name at a place is declared there to be no number and no square matrix."""
    if k + 2 >= len(items) or items[k + 1].text != r"\in":
        return False
    end = next((j for j in range(k + 2, len(items)) if items[j].text in (",", ";", ".")), len(items))
    found = domain(items[k + 2 : end])
    return found is not None and found[0][0] != found[0][1]


def _listed(items: Items, k: int) -> bool:
    r"""Whether the name at a place is one of several arguments of which another has a mark, as in `L(x, z, y^k)`."""
    if k + 1 >= len(items) or items[k - 1].text not in ("(", ",") or items[k + 1].text not in (")", ","):
        return False
    end = next((j for j in range(k, len(items)) if items[j].text == ")"), len(items))
    start = next((j for j in range(k, -1, -1) if items[j].text == "("), 0)
    inner = items[start + 1 : end]
    return any(i.kind == "^" for i in inner) and all(i.kind in ("name", "^", "_") or i.text == "," for i in inner)


def _gradient_at(items: Items, k: int) -> tuple[str, str] | None:
    r"""The name and the mark of `\nabla f(x^k)`, which is no gradient by a power."""
    while k < len(items) and items[k].kind in ("_", "^"):
        k += 1
    call = items[k : k + 5]
    if [i.kind for i in call] != ["name", "fence", "name", "^", "fence"] or call[1].text != "(":
        return None
    mark = _marked(call, 2)
    return (call[2].text, mark) if _BESIDE.fullmatch(mark) else None


def _stands_beside(items: Items, k: int) -> bool:
    """Whether a name with something above it is subtracted from the same name alone, or that from it: x - x^k, x^k - x.

    In a sum x^k + x, and in a trace or a determinant, it is a power.
    """
    name, after = items[k].text, k + 2
    if not _ends(items, after) or not _ends(items, k - 1):
        return False
    inside = any(item.kind in ("fence", "bar", "open bar", "close bar") for item in items)
    if not inside or _of_square(items, k):
        return False
    own = k > 0 and items[k - 1].text == "-"
    if k > 1 and items[k - 1].text in _SIGNS and items[k - 2][:2] == ("name", name) and _ends(items, k - 3):
        return own is not (k > 2 and items[k - 3].text == "-")
    if after + 1 >= len(items) or items[after].text not in _SIGNS or items[after + 1][:2] != ("name", name):
        return False
    return _ends(items, after + 2) and own is not (items[after].text == "-")


def _of_square(items: Items, k: int) -> bool:
    """Whether the innermost brackets around a place are those of a trace or a determinant."""
    depth = 0
    for at in range(k - 1, 0, -1):
        if items[at].kind == "fence":
            depth += 1 if items[at].text in CLOSES.values() else -1
        if depth < 0:
            return WORDS.get(items[at - 1].text) in _OF_SQUARE
    return False


def _ends(items: Items, at: int) -> bool:
    return not 0 <= at < len(items) or _closed(items[at])


def _closed(item: Item) -> bool:
    return item.kind in ("fence", "bar", "open bar", "close bar") or item.text in (*_SIGNS, ",")
