r"""Letters of two things, the point `x` and the samples `x_i` in `\sum_i K(x - x_i)`: the samples are kept apart."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from itertools import pairwise

from texgrad.algebra import Expr
from texgrad.reader.brackets import turn
from texgrad.reader.items import Item, Items, transposes
from texgrad.reader.named import read_name
from texgrad.reader.names import INDEX_LETTERS, capital
from texgrad.reader.nested import changed, lists_in
from texgrad.reader.nested import letters as names_in
from texgrad.reader.statements import Formula
from texgrad.remembered import remembered

_LETTER = r"(?:\\[a-zA-Z]+\s*\{\s*\\?\w+\s*\}|\\[a-zA-Z]+|[a-zA-Z])"
_BELOW = re.compile(r"[A-Za-z}]\s*_")  # what stands before all that has something below it, of these
# a letter by itself and with something below it, with not much between
_BOTH = re.compile(rf"({_LETTER})[^_a-zA-Z]{{0,12}}\1\s*_|({_LETTER})\s*_.{{1,24}}?\2\s*(?![_\s(])")
# a factor of an inner product, perhaps with something below it: with a transpose, or behind that of another
_FACTOR = re.compile(
    r"(?<![a-zA-Z\\])([a-z])\s*(_)?(?=\s*(?:\w|\{\w*\})?\s*\^\s*\{?\s*(?:T|\\top|\\intercal))"
    r"|\^\s*\{?\s*(?:T|\\(?:top|intercal)(?![a-zA-Z]))\s*\}?\s*([a-z])\s*(_)?"
)

# a letter that is defined as a sum over members of a family of the same letter, S = \sum_k S_k
_SUMMED = re.compile(rf"(?<![_\\A-Za-z{{])({_LETTER})\s*(?:\([^()=]{{1,16}}\)\s*)?&?\s*:?=[^=]{{0,60}}?\\sum.{{0,80}}?"
                     r"(?<![A-Za-z\\{])\1\s*_")  # fmt: skip

OWN = re.compile(rf"\{{{_LETTER}\}}")
_OWN_LETTER = re.compile(rf"(?<![a-zA-Z])\{{({_LETTER})\}}_")
LOOKED = 60  # items behind a bracket that are looked at
KERNELS = frozenset(("K", r"\mathcal{K}", r"\mathrm{K}", r"\mathsf{K}", "k", r"\kappa"))


@remembered()
def may_hold_members(latex: str) -> bool:
    """Whether a letter can stand by itself beside one with an index in a text."""
    if _BELOW.search(latex) is None:
        return False
    factors = {(found[1] or found[3], found[2] or found[4]) for found in _FACTOR.finditer(latex)}
    if any((letter, None) in factors for letter, mark in factors if mark):
        return True
    return _BOTH.search(latex) is not None or _SUMMED.search(latex) is not None


def own_name(letter: str) -> str:
    """What a family is called whose letter stands for something else, too: it looks the same in print."""
    return f"{{{letter}}}"


def as_typed(text: str) -> str:
    """A text without the braces around the letters of such families."""
    return _OWN_LETTER.sub(r"\1_", text)


def shown(name: str, expr: Expr) -> str:
    """How a symbol is called: `x_i` where the letter alone is another symbol, else the name."""
    own = name[:1] == "{" and OWN.fullmatch(name) is not None
    return "_".join((name[1:-1], *(i.name for i in expr.data.indices))) if own else name


def kernels_of(formulas: Iterable[Items], letters: frozenset[str]) -> frozenset[str]:
    """The letters of kernels that are called with both things of one letter, `K(x - x_i)`: functions, no matrices."""
    found: set[str] = set()
    for items in lists_in(formulas):
        for k, item in enumerate(items):
            opening = k + 1 + (items[k + 1 : k + 2] != () and items[k + 1].kind == "_")
            if item.kind != "name" or item.text not in KERNELS or items[opening : opening + 1] == ():
                continue
            inner = items[opening + 1 : opening + LOOKED]
            closing = next((n for n, i in enumerate(inner) if i.text == ")"), len(inner))
            if items[opening].text == "(" and not letters.isdisjoint(names_in((inner[:closing],))):
                name = read_name(items[k:opening])
                found |= {name.full} if name is not None else set()
    return frozenset(found)


def letters_apart(formulas: Iterable[Formula]) -> frozenset[str]:
    r"""The letters that stand in a difference, a call or a product of vectors with members of a family of that letter.

    `x - x_i`, `k(x, x_i)` and `x_i^\top x`: there `x_i` is no entry of `x`; nor is it where each has its own product
    with a vector, `u^\top x` and `u^\top x_i`.
    """
    formulas, found, alone, members = [*formulas], set[str](), set[str](), set[str]()
    shown = [formula.once(_standing) for formula in formulas]
    if frozenset().union(*(bare for bare, _ in shown)).isdisjoint(frozenset().union(*(below for _, below in shown))):
        return frozenset()
    for own in (formula.once(_beside) for formula in formulas):
        found |= own[0]
        alone |= own[1]
        members |= own[2]
    return frozenset(found | {letter for letter in alone & members if letter and not capital(letter)})


def _standing(formula: Formula) -> tuple[set[str], set[str]]:
    """The letters of a formula that stand somewhere with nothing below them, and those with something."""
    found: tuple[set[str], set[str]] = (set(), set())
    for items in lists_in((formula.items,)):
        last = ""
        for kind, text, *_ in items:
            if last and kind != "^":
                found[kind == "_"].add(last)
                last = ""
            if kind == "name":
                last = text
        found[0].add(last)
    return found


def _beside(formula: Formula) -> tuple[set[str], set[str], set[str]]:
    """The letters beside members of their families, and the factors of inner products: by themselves, and members."""
    found: set[str] = set()
    factors: tuple[set[str], set[str]] = (set(), set())
    for items in lists_in((formula.items,)):
        found |= _summed(items)
        terms = _terms(items)
        for (letter, member, turned, start, end), (other, other_member, _, begin, _) in pairwise(terms):
            if turned and begin == end and letter != other:
                factors[member].add(letter)
                factors[other_member].add(other)
            if letter and letter == other and member != other_member:
                between = items[end].text if end < len(items) else ""
                if between in ("-", "+") or (between == "," and _called(items, start)) or turned:
                    found.add(letter)
    return found, *factors


def _summed(items: Items) -> set[str]:
    r"""The letters before a sign of equality with members of their own family behind a sum sign: `S = \sum_k S_k`."""
    found: set[str] = set()
    for at in (k for k, i in enumerate(items) if i.text in ("=", ":=") and k):
        head = [i for i in items[_start(items, at) : at] if i.kind != "align"]
        cut = next((k for k, i in enumerate(head) if i.kind == "fence"), len(head))
        name = read_name(tuple(head[:cut])) if cut else None
        end = next((k for k in range(at + 1, len(items)) if items[k].text in ("=", r"\\")), len(items))
        right = items[at + 1 : end]
        first = next((k for k, i in enumerate(right) if i.kind == "sum"), len(right))
        members = (k for k, i in enumerate(right[first:-1], first) if name is not None and i[:2] == ("name", name.base)
                   and right[k + 1].kind == "_" and len(right[k + 1].body[0]) == 1
                   and right[k + 1].body[0][0].text in INDEX_LETTERS)  # fmt: skip
        if name is not None and not name.sub and any(right[k + 2 : k + 3] == () or right[k + 2].text != "("
                                                     for k in members):  # fmt: skip
            found.add(name.base)
    return found


def _start(items: Items, at: int) -> int:
    """Where the left side begins of the equation whose sign stands at a place: commas in brackets end nothing."""
    depth = 0
    for k in range(at - 1, -1, -1):
        depth += turn(items[k])
        ended = items[k].kind in ("env", "op", "text") or items[k].text in (",", r"\\", ";")
        if depth > 0 or (not depth and ended):
            return k + 1
    return 0


_Term = tuple[str, bool, bool, int, int]  # a letter, whether it has an index, whether a transpose, where it stands


def _terms(items: Items) -> list[_Term]:
    """The letters among items; what stands between two of them but one sign counts as a letter without a name."""
    out: list[_Term] = []
    k = 0
    while k < len(items):
        item = items[k]
        k += 1
        if item.kind != "name":
            if item.text not in ("-", "+", ","):
                out.append(("", False, False, k, k))
            continue
        start, member, turned = k - 1, False, False
        while k < len(items) and items[k].kind in ("_", "^"):
            script = items[k].body[0]
            member = member or (items[k].kind == "_" and len(script) == 1 and script[0].text in INDEX_LETTERS)
            turned = turned or transposes(items[k])
            if items[k].kind == "_" and not member:
                item = item._replace(text="")
            k += 1
        out.append((item.text, member, turned, start, k))
    return out


def _called(items: Items, start: int) -> bool:
    """Whether the term is the first argument of a function with a letter for its name."""
    return start > 1 and items[start - 1].text == "(" and items[start - 2].kind in ("name", "_")


def with_apart(items: Items, letters: Collection[str]) -> Items:
    """The items in which the members of families of these letters have a name of their own."""

    def called_apart(one: Items) -> Items:
        out: list[Item] = []
        for item in one:
            if item.kind == "_" and out and out[-1].kind == "name" and out[-1].text in letters:
                out[-1] = out[-1]._replace(text=own_name(out[-1].text))
            out.append(item)
        return tuple(out)

    return changed(items, called_apart) if letters else items
