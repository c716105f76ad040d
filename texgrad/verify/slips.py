"""Single slips of the pen: for a side of an equation, the edits that would mend one, likeliest first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain, combinations

from texgrad.operators import INVERSE, KRONECKER, TRANSPOSE
from texgrad.reader.tree import Tree, walk
from texgrad.source import Edit, Span
from texgrad.verify.losses import around, indices, letters_for, lost_factors, lost_terms, symmetric, too_many, traces
from texgrad.verify.page import Mend, Page

FIXED = (INVERSE, "inverse transpose", "power", "differential")  # what a letter in them is not turned with
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


def mends(tree: Tree, page: Page) -> Iterator[Mend]:
    """What may be wrong with a side, each mend with the kind of slip that it mends."""
    nodes = [t for t in walk(tree) if page.of(t)]
    for kind in (_signs, _factors, indices, _transposes, _orders, _inverses, _powers, symmetric, traces):
        yield from kind(tree, nodes, page)
    yield from _exchanged(nodes, page)
    yield from _everywhere(nodes, page)


def far_mends(
    tree: Tree, page: Page, letters: Sequence[str], terms: Sequence[str], pieces: Sequence[str]
) -> Iterator[Mend]:
    """What may be wrong with a side that must hold: mends that write what could as well be another equation.

    letters: names that may stand there; terms: what may have been a term of it; pieces: what may have been a factor.
    """
    nodes = [t for t in walk(tree) if page.of(t)]
    for mend in chain(
        too_many(nodes, page), letters_for(nodes, page, letters), lost_terms(tree, nodes, page, terms),
        lost_factors(nodes, page, letters, pieces),
    ):  # fmt: skip
        yield mend._replace(far=True)


def _signs(tree: Tree, nodes: list[Tree], page: Page) -> Iterator[Mend]:
    """Other signs of terms."""
    for node in nodes:
        if node.op != "sum":
            continue
        start = node.core.start
        for k, term in enumerate(node.args):
            gap = page.text(start, term.start)
            found = list(re.finditer(r"[+\-−–]", gap))
            what = "the sign" if len(node.args) == 1 else f"the sign of the {_ordinal(k)} term"
            if found:
                at = start + found[-1].start()
                plus = "" if not k else "+"
                yield Mend((Edit(Span(at, at + 1), plus if found[-1][0] != "+" else "-"),), what)
            elif not k:
                yield Mend((Edit(Span(term.start, term.start), "-"),), what)
            start = term.end
    if tree.op != "sum":
        yield Mend((Edit(Span(tree.start, tree.start), "-"),), "the sign")
    elif len(tree.args) > 1:
        yield Mend(around(tree, "-"), "the sign of the whole")


def _ordinal(place: int) -> str:
    """The word for a place that is counted from 0."""
    return ORDINALS[place] if place < len(ORDINALS) else f"{place + 1}th"


def _factors(tree: Tree, nodes: list[Tree], page: Page) -> Iterator[Mend]:
    """Other numbers in front of terms."""
    terms = [tree] if tree.op != "sum" else []
    terms += [t for node in nodes if node.op == "sum" for t in node.args]
    if tree.op == "sum" and len(tree.args) > 1:
        for factor, word in (("2", "a factor 2"), (r"\tfrac12", "a factor 1/2")):
            yield Mend(around(tree, factor), f"{word} is missing")
    for term in terms:
        number = _number(term)
        if number is None:
            for factor, word in (("2", "a factor 2"), (r"\tfrac12", "a factor 1/2"), ("4", "a factor 4")):
                gap = " " if page.of(term)[:1].isdigit() else ""
                yield Mend((Edit(Span(term.start, term.start), factor + gap),), f"{word} is missing")
            continue
        node, value = number
        for times in (Fraction(2), Fraction(1, 2), Fraction(4), Fraction(1, 4)):
            what = f"a factor {max(times, 1 / times)} {'is missing' if times > 1 else 'too many'}"
            yield Mend((Edit(node.span, _spelt(value * times)),), what)


def multiplied(tree: Tree, page: Page, ratio: Fraction) -> Mend:
    """A side with another number in front."""
    word = f"a factor {ratio} is missing"
    if tree.op == "sum" and len(tree.args) > 1:
        return Mend(around(tree, _spelt(ratio)), word)
    number = _number(tree)
    if number is not None and page.of(number[0]):
        return Mend((Edit(number[0].span, _spelt(number[1] * ratio)),), f"{number[1] * ratio} for {number[1]}")
    return Mend((Edit(Span(tree.start, tree.start), _spelt(ratio)),), word)


def _number(term: Tree) -> tuple[Tree, Fraction] | None:
    """The number in front of a term."""
    while term.op == "sum" and len(term.args) == 1:
        term = term.args[0]
    first = term.args[0] if term.op == "product" else term
    while first.op not in ("number", "quotient") and first.args and not first.fenced and not isinstance(first.op, str):
        first = first.args[0].args[0] if first.args[0].op == "product" else first.args[0]
    if first.op == "number":
        return first, Fraction(first.data)
    if first.op == "quotient" and all(a.op == "number" for a in first.args) and first.args[1].data:
        return first, Fraction(first.args[0].data) / Fraction(first.args[1].data)
    return None


def _spelt(value: Fraction) -> str:
    if value == 1:
        return ""
    return str(value) if value.denominator == 1 else rf"\tfrac{{{value.numerator}}}{{{value.denominator}}}"


def _atoms(nodes: list[Tree]) -> Iterator[Tree]:
    """What can carry a transpose or an inverse: names and brackets."""
    raised = {id(n.args[0]) for n in nodes if n.op in (TRANSPOSE, INVERSE, "inverse transpose", "power")}
    for node in nodes:
        if id(node) not in raised and (node.op == "name" or (node.fenced and node.op not in ("number",))):
            yield node


def _transposes(tree: Tree, nodes: list[Tree], page: Page) -> Iterator[Mend]:
    """A transpose more or less."""
    T = page.transpose
    for node in nodes:
        if node.op is TRANSPOSE:
            inner = node.args[0]
            yield Mend((Edit(Span(inner.end, node.end), ""),), f"holds with {page.of(inner)} for {page.of(node)}")
        elif node.op is INVERSE and node.args[0].end < node.end:
            new = f"^{{-{T.lstrip('^').strip('{}')}}}" if T.startswith("^") else f"^{{-1{T}}}"
            base = page.of(node.args[0])
            yield Mend((Edit(Span(node.args[0].end, node.end), new),), f"holds with {base}{new} for {page.of(node)}")
        elif node.op == "inverse transpose":
            base = page.of(node.args[0])
            yield Mend((Edit(Span(node.args[0].end, node.end), "^{-1}"),), f"holds with {base}^{{-1}} here")
    for node in _atoms(nodes):
        yield Mend((Edit(Span(node.end, node.end), T),), f"holds with {page.of(node)}{T} for {page.of(node)}")
    for node in nodes:
        factors = [a for a in node.args if a.op != "number"] if node.op == "product" and not node.fenced else []
        if len(factors) > 1 and page.text(factors[0].start, factors[-1].end):
            start, end = factors[0].start, factors[-1].end
            edits = Edit(Span(start, start), "("), Edit(Span(end, end), f"){T}")
            yield Mend(edits, f"holds with the transpose of {page.text(start, end)}")


def _orders(tree: Tree, nodes: list[Tree], page: Page) -> Iterator[Mend]:
    """Neighbouring factors in the other order."""
    for node in nodes:
        if node.op != "product" and node.op is not KRONECKER:
            continue
        for a, b in zip(node.args, node.args[1:], strict=False):
            if a.op == "number" or b.op == "number" or not (page.of(a) and page.of(b)) or a.end > b.start:
                continue
            swapped = (Edit(a.span, page.of(b)), Edit(b.span, " " + page.of(a)))
            yield Mend(swapped, f"the order of {page.of(a)} and {page.of(b)}")
        factors = [a for a in node.args if a.op != "number"]
        if len(factors) > 2 and all(page.of(f) for f in factors) and factors[0].end <= factors[-1].start:
            for moved, at in ((factors[-1], factors[0].start), (factors[0], factors[-1].end)):
                edits = Edit(moved.span, ""), Edit(Span(at, at), f"{page.of(moved)} ")
                yield Mend(edits, f"the place of {page.of(moved)}")


def _inverses(tree: Tree, nodes: list[Tree], page: Page) -> Iterator[Mend]:
    """An inverse more or less."""
    for node in nodes:
        if node.op in (INVERSE, "inverse transpose") and node.args[0].end < node.end:
            after = "" if node.op is INVERSE else page.transpose
            yield Mend((Edit(Span(node.args[0].end, node.end), after),), f"{page.of(node)} without the inverse")
        elif node.op is TRANSPOSE and node.args[0].op in ("name", "sum", "product"):
            base = page.of(node.args[0])
            yield Mend((Edit(Span(node.args[0].end, node.end), "^{-T}"),), f"the inverse of {base} is missing")
    for node in _atoms(nodes):
        yield Mend((Edit(Span(node.end, node.end), "^{-1}"),), f"the inverse of {page.of(node)} is missing")


def _powers(tree: Tree, nodes: list[Tree], page: Page) -> Iterator[Mend]:
    """An exponent that is off by one."""
    for node in nodes:
        base = node.args[0] if node.args else node
        if node.op is INVERSE and base.end < node.end:
            yield Mend((Edit(Span(base.end, node.end), "^{-2}"),), f"a power of {page.of(base)}")
        elif node.op == "power" and node.args[1].op == "number" and base.end < node.end:
            for step in (1, -1):
                new = node.args[1].data + step
                text = "" if new == 1 else f"^{{{new}}}"
                yield Mend((Edit(Span(base.end, node.end), text),), f"a power of {page.of(base)}")
        elif node.op == "quotient" and len(node.args) == 2:
            below = node.args[1]
            if below.op == "product" and not below.fenced:
                squared = Edit(below.span, f"({page.of(below)})^2")
                yield Mend((squared,), f"a power of {page.of(below)}")
    for node in _atoms(nodes):
        for more in (rf"\odot {page.of(node)}", "^2") if r"\odot" in page.latex and node.op == "name" else ("^2",):
            yield Mend((Edit(Span(node.end, node.end), more),), f"a power of {page.of(node)}")


def _everywhere(nodes: list[Tree], page: Page) -> Iterator[Mend]:
    """The same transpose or inverse transpose wrong in all places."""
    for test, new, word in (
        (INVERSE, "^{-T}", "inverses where inverse transposes belong"),
        ("inverse transpose", "^{-1}", "inverse transposes where inverses belong"),
    ):
        found = [n for n in nodes if n.op == test and n.args[0].end < n.end]
        if len(found) > 1:
            yield Mend(tuple(Edit(Span(n.args[0].end, n.end), new) for n in found), word)
    turned = {id(n.args[0]): n for n in nodes if n.op is TRANSPOSE}
    fixed = {n.args[0].data.full for n in nodes if n.op in FIXED and n.args[0].op == "name"}
    names = [n for n in dict.fromkeys(n.data.full for n in nodes if n.op == "name") if n not in fixed]
    for name in names:
        places = [n for n in nodes if n.op == "name" and n.data.full == name]
        if len(places) < 2:
            continue
        edits = [
            Edit(Span(n.end, turned[id(n)].end), "") if id(n) in turned else Edit(Span(n.end, n.end), page.transpose)
            for n in places
        ]
        yield Mend(tuple(edits), f"{name} and its transpose are exchanged")


def _exchanged(nodes: list[Tree], page: Page) -> Iterator[Mend]:
    """Two letters of a product that have changed places, or the transpose on the wrong one."""
    turned = {id(n.args[0]): n for n in nodes if n.op is TRANSPOSE}
    for node in (*(n for n in nodes if n.op == "product"), nodes[0]):
        names = [n for n in walk(node) if n.op == "name" and page.of(n)][:12]
        for a, b in combinations(names, 2):
            if page.of(a) != page.of(b):
                yield Mend((Edit(a.span, page.of(b)), Edit(b.span, page.of(a))),
                           f"{page.of(a)} and {page.of(b)} have changed places", far=True)  # fmt: skip
            if (id(a) in turned) != (id(b) in turned):
                bare, raised = (b, a) if id(a) in turned else (a, b)
                lost = Edit(Span(raised.end, turned[id(raised)].end), "")
                new = Edit(Span(bare.end, bare.end), page.transpose)
                yield Mend((new, lost), f"the transpose belongs to {page.of(bare)}")
