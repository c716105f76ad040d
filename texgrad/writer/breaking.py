"""Long formulas cut into rows: between equations, at relations and signs, and in brackets if there is no other way."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from math import inf
from operator import attrgetter
from typing import NamedTuple

from texgrad.notation import TOKEN

LONGEST = 50  # visible tokens of a right-hand side with its note; what is longer goes on in the next row
NARROW = 28  # the same in a column of two
PLAIN = {"(": ")", "[": "]"}
HARD = {
    **dict.fromkeys(("{", r"\{", r"\langle", r"\begin", r"\lVert", r"\lvert"), 1),
    **dict.fromkeys(("}", r"\}", r"\rangle", r"\end", r"\rVert", r"\rvert"), -1),
    **dict.fromkeys(PLAIN, 1), **dict.fromkeys(PLAIN.values(), -1),
}  # fmt: skip
SIZED = {r"\left": 1, r"\right": -1}
BARS = frozenset(("|", r"\|", r"\vert", r"\Vert"))  # which open and close alike
SIZES = frozenset((r"\left", r"\right", r"\middle", r"\mid"))
# after these a sign belongs to what follows
OPERATORS = frozenset(("=", ":", ",", "<", ">", "+", "-", "&", r"\approx", r"\cdot", r"\circ", r"\odot", r"\otimes"))
INVISIBLE = frozenset((
    "{", "}", "^", "_", "&", r"\left", r"\right", r"\,", r"\;", r"\:", r"\!", r"\quad", r"\qquad", r"\big", r"\bigl",
    r"\bigr", r"\Big", r"\Bigl", r"\Bigr", r"\bigg", r"\biggl", r"\biggr",
))  # fmt: skip
RELATIONS = frozenset(("=", r"\approx"))
# where a long row is cut: best between the equations of a list, then before a relation, then before a sign; then at
# other signs of products, and in brackets, the outermost first
LIST, RELATION, SIGN, CIRCLE = range(4)
RANKS = {
    r"\quad": LIST, **dict.fromkeys(RELATIONS, RELATION), **dict.fromkeys("+-", SIGN),
    **dict.fromkeys((r"\odot", r"\circ"), CIRCLE),
}  # fmt: skip
LOOKED_AT = frozenset((*BARS, *HARD, *SIZED, *RANKS))
DEEPEST = 2  # brackets in which a row may be cut


class Place(NamedTuple):
    """Where a row may be cut: the token, how readily, in which brackets, and how much the innermost of them hold."""

    at: int
    rank: int
    within: tuple[tuple[int, int], ...] = ()
    inside: float = inf


def visible(latex: str) -> int:
    """How many tokens of LaTeX are seen."""
    return sum(_seen(TOKEN.findall(latex)))


def _seen(tokens: Sequence[str]) -> list[bool]:
    """Which of the tokens are seen."""
    return [token not in INVISIBLE and not token.isspace() for token in tokens]


def chunks(latex: str, longest: int = LONGEST, equations: bool = True) -> list[str]:
    """A long formula in parts; each begins with its relation or sign, or is an equation of a list.

    It is cut outside all brackets where that is possible, else in them; those then get a size that fits.
    equations: whether it may be cut between equations and at relations; a note may not.
    """
    if len(latex) <= longest:  # there are no more tokens than characters
        return [latex]
    tokens = TOKEN.findall(latex)
    seen = [0, *accumulate(_seen(tokens))]
    if seen[-1] <= longest:
        return [latex]
    found_places = places(tokens)
    spans = [(0, len(tokens))]
    for rank, shortest, left_out in ((LIST, 0, 1), (RELATION, longest, 0), (SIGN, longest, 0))[0 if equations else 2 :]:
        if all(seen[end] - seen[start] <= longest for start, end in spans):
            break
        found = [place.at for place in found_places if place.rank == rank]
        cut: list[tuple[int, int]] = []
        for start, end in spans:
            inside = found[bisect_left(found, start) : bisect_left(found, end)]
            for here, following in pairwise([*inside, end]):
                if seen[start] < seen[here] and seen[following] - seen[start] > shortest:
                    cut.append((start, here))
                    start = here + left_out
            cut.append((start, end))
        spans = cut
        if rank == LIST and len(spans) > 1:
            break
    spans = [part for span in spans for part in _cut_inside(span, found_places, seen, longest, tokens)]
    return ["".join(tokens[start:end]).strip() for start, end in spans]


def _cut_inside(
    span: tuple[int, int], found: Sequence[Place], seen: Sequence[int], longest: int, tokens: list[str]
) -> Iterator[tuple[int, int]]:
    """A part that is still too long, cut at signs of products or in brackets, so that no part is but a scrap."""
    start, end = span
    scrap = longest // 4
    while seen[end] - seen[start] > longest + scrap:
        fitting: list[Place] = []
        for k in range(bisect_left(found, start, key=_AT), len(found)):
            place, held = found[k], seen[found[k].at] - seen[start]
            if seen[end] - seen[place.at] < scrap or (fitting and held > longest + scrap):
                break
            if place.rank > SIGN and held >= scrap and place.inside >= longest // 2:
                fitting.append(place)
        if not fitting:
            break
        rank = min(p.rank for p in fitting)
        same = [p for p in fitting if p.rank == rank]
        place = max((p for p in same if seen[p.at] - seen[start] <= longest), default=same[0])
        for opening, closing in place.within:
            if tokens[opening] == r"\left":
                tokens[opening], tokens[closing] = r"\biggl", r"\biggr"
        yield start, place.at
        start = place.at
    yield start, end


_AT = attrgetter("at")


def first_relation(tokens: Sequence[str]) -> int | None:
    """Where the first relation outside all brackets stands."""
    depth = 0
    for k, token in enumerate(tokens):
        if token in RELATIONS and not depth:
            return k
        depth += HARD.get(token, 0)
        if depth < 0 or token in BARS or token in SIZED:  # what opens and what closes, the other tokens tell
            return next((place.at for place in places(tokens) if place.rank == RELATION), None)
    return None


def places(tokens: Sequence[str]) -> list[Place]:
    """Where a row may be cut, how readily: outside all brackets, or in round and square ones."""
    bars = [k for k, token in enumerate(tokens) if token in BARS and tokens[k - 1] not in SIZES]
    turns: Mapping[int, int] = {k: (-1) ** n for n, k in enumerate(bars)} if len(bars) % 2 == 0 else {}
    open_: list[int] = []  # the brackets that are open
    hard = 0  # those among them in which nothing is cut
    closed: dict[int, int] = {}
    found: list[tuple[int, int, tuple[int, ...]]] = []
    for k in [k for k, token in enumerate(tokens) if token in LOOKED_AT]:
        token = tokens[k]
        turn = turns.get(k, 0) if token in BARS else HARD.get(token, SIZED.get(token))
        if turn is not None:
            if token in HARD and tokens[k - 1] in SIZED:
                continue  # \left(
            soft = token in PLAIN or token == r"\left"
            if soft and turn > 0 and not hard and k and tokens[k - 1] == ")" and len(open_) <= DEEPEST:
                found.append((k, CIRCLE + 2 * len(open_), tuple(open_)))  # )(
            if turn > 0:
                open_.append(k if soft else -1)
                hard += not soft
            elif turn < 0 and open_:
                closed[open_[-1]] = k
                hard -= open_.pop() < 0
        elif token in RANKS and not hard and len(open_) <= DEEPEST:
            before = next((tokens[at] for at in range(k - 1, -1, -1) if not tokens[at].isspace()), "=")
            rank = RANKS[token]
            begins = rank == RELATION or (before == "," if rank == LIST else before not in OPERATORS)
            if begins and before not in PLAIN and (rank >= SIGN or not open_):
                found.append((k, rank + 2 * len(open_), tuple(open_)))
    seen = [0, *accumulate(_seen(tokens))]
    out: list[Place] = []
    for at, rank, within in found:
        pairs = tuple((opening, closed[opening]) for opening in within if opening in closed)
        if len(pairs) == len(within):
            out.append(Place(at, rank, pairs, seen[pairs[-1][1]] - seen[pairs[-1][0]]) if pairs else Place(at, rank))
    return out
