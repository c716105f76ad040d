r"""Letters whose prime makes another letter of them, the `x'` of a kernel `k(x, x')`, and no transpose."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise

from texgrad.reader.items import Item, Items, is_prime, transposes
from texgrad.reader.nested import changed, lists_in
from texgrad.reader.statements import Formula

PRIME = "'"
_BETWEEN = frozenset(("+", "-", ","))
_LETTER = re.compile(r"(?:\\[a-z]+\{)?(?:[a-z]|\\[a-z]+)\}?")


def may_hold_primes(latex: str) -> bool:
    """Whether primes can stand in a text."""
    return PRIME in latex or "’" in latex or r"\prime" in latex


def primed_letters(formulas: Iterable[Formula], declared: Iterable[str]) -> frozenset[str]:
    """The letters that stand beside themselves with a prime, or of which the letter with a prime is declared."""
    found = frozenset(name.removesuffix(PRIME) for name in declared if name.endswith(PRIME))
    return found.union(*(formula.once(_letters_in) for formula in formulas))


def _letters_in(formula: Formula) -> frozenset[str]:
    """The letters that stand beside themselves with a prime in a formula."""
    found: set[str] = set()
    for items in lists_in((formula.items,)):
        found.update(_counted(items))
        for k in range(1, len(items)):
            letter = items[k - 1 - (items[k - 1].kind == "_")]
            primed = is_prime(items[k]) and letter.kind == "name" and _LETTER.fullmatch(letter.text)
            near = primed and letter is items[k - 1]
            other = near and any(holds(items, k) for holds in _SIGNS_OF_ANOTHER)
            if primed and (other or _raised(items, k) or _differs(items, k)):
                found.add(letter.text)
            group = items[k - 1].body[0] if items[k - 1].kind == "group" else ()
            scripts = group[1:] if group and group[0].kind == "name" else ()
            if any(map(is_prime, scripts)) and all(i.kind in ("_", "^") for i in scripts) and _transposes(items[k]):
                found.add(group[0].text)  # {x_i'}^T, {x'_i}^T
    return frozenset(found)


def _counted(items: Items) -> Iterator[str]:
    r"""The letters that a sum counts with a prime, `\sum_{y'}`."""
    for sign, script in pairwise(items):
        below = script.body[0] if sign.kind in ("sum", "prod") and script.kind == "_" else ()
        if len(below) > 1 and below[0].kind == "name" and is_prime(below[1]):
            yield below[0].text


def _raised(items: Items, k: int) -> bool:
    """Whether a transpose stands behind the prime, x_i'ᵀ."""
    return k + 1 < len(items) and _transposes(items[k + 1])


def _differs(items: Items, k: int) -> bool:
    """Whether two members with primes are subtracted there, p_i' - p_j'."""
    if items[k - 1].kind != "_" or len(items) < k + 5 or items[k + 1].text != "-" or not is_prime(items[k + 4]):
        return False
    return items[k + 2].text == items[k - 2].text and items[k + 3].kind == "_"


def _transposes(item: Item) -> bool:
    return transposes(item) and not is_prime(item)


def _beside(items: Items, k: int) -> bool:
    """Whether the letter with the prime at `k` is one term, and the next or the last term is the letter alone."""
    if not _ends(items, k + 1) or not _ends(items, k - 2):
        return False
    text = items[k - 1].text
    before = _between(items, k - 2) and _alone(items, k - 3, text)
    return before or (_between(items, k + 1) and _alone(items, k + 2, text))


def _defined(items: Items, k: int) -> bool:
    """Whether it begins an equation on whose right the letter alone stands: h' = (1 − z) ⊙ h + …"""
    if k != 1 and items[k - 2].text != ",":
        return False
    right = items[k + 2 :] if items[k + 1 : k + 2] and items[k + 1].text in ("=", ":=") else ()
    ends = [n for n, item in enumerate(right) if item.text == items[k - 1].text]
    return any(n + 1 == len(right) or not is_prime(right[n + 1]) for n in ends)


def _multiplied(items: Items, k: int) -> bool:
    """Whether it stands behind the transpose of the letter alone, xᵀx', or ends a term behind another one, wᵀφ'."""
    if k < 3 or not transposes(items[k - 2]):
        return False
    return items[k - 3].text == items[k - 1].text or (_transposes(items[k - 2]) and _ends(items, k + 1))


def _argued(items: Items, k: int) -> bool:
    """Whether it is all of an argument of a call: V(s'), Q(s', a')."""
    opening = next((n for n in range(k - 2, -1, -1) if items[n].kind == "fence"), 0)
    called = opening and items[opening].text == "(" and items[opening - 1].kind in ("name", "_")
    starts = k - 2 == opening or items[k - 2].text == ","
    return bool(called) and starts and k + 1 < len(items) and items[k + 1].text in (")", ",", "|", ";")


_SIGNS_OF_ANOTHER = (_argued, _beside, _multiplied, _defined)


def _alone(items: Items, at: int, text: str) -> bool:
    """Whether the letter stands there, and nothing beside it belongs to it."""
    return 0 <= at < len(items) and items[at].text == text and _ends(items, at - 1) and _ends(items, at + 1)


def _ends(items: Items, at: int) -> bool:
    return not 0 <= at < len(items) or items[at].kind in ("fence", "bar") or _between(items, at)


def _between(items: Items, at: int) -> bool:
    return 0 <= at < len(items) and items[at].text in _BETWEEN


def with_primes(items: Items, letters: Collection[str]) -> Items:
    """The items with these letters and the prime behind them made one name."""
    return changed(items, lambda one: _primed(one, letters)) if letters else items


def _primed(items: Items, letters: Collection[str]) -> Items:
    out: list[Item] = []
    for item in items:
        if out and is_prime(item) and out[-1].kind == "name" and out[-1].text in letters:
            out[-1] = out[-1]._replace(text=out[-1].text + PRIME, end=item.end)
        elif len(out) > 1 and is_prime(item) and out[-1].kind == "_" and out[-2].text in letters:  # x_i'
            out[-2:] = out[-2]._replace(text=out[-2].text + PRIME), out[-1]._replace(end=item.end)
        else:
            out.append(item)
    return tuple(out)
