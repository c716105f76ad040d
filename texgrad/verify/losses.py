"""Slips by which something was lost, or is there once too often: factors, terms, a trace, a second term."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from texgrad.operators import TRANSPOSE
from texgrad.reader.tree import Tree, walk
from texgrad.source import Edit, Span, splice
from texgrad.verify.page import Mend, Page

SHORT = 60  # how long a piece is that may have been a factor
_NUMBERS = ("number", "quotient")


def symmetric(tree: Tree, nodes: list[Tree], page: Page) -> Iterator[Mend]:
    """Twice a matrix where the sum with its transpose belongs, or twice a term where it stands for two."""
    for node in nodes:
        if node.op != "product" or node.args[0].op != "number" or node.args[0].data != 2:
            continue
        first, others = node.args[0], node.args[1:]
        for matrix in others:
            if matrix.op == "name":
                name = page.of(matrix)
                both = Edit(matrix.span, f"({name} + {name}{page.transpose})")
                lost = Edit(first.span, "")
                yield Mend((lost, both), f"{name} + {name}{page.transpose} for 2{name}", "symmetric")
        inside = ((pair.span, pair.args) for pair in others if pair.op == "product" and pair.fenced)
        for span, factors in ((Span(others[0].start, others[-1].end), others), *inside):
            if len(factors) == 2 and all(page.of(f) for f in factors) and factors[0].end <= factors[1].start:
                a, b = map(page.of, factors)
                both = Edit(span, f"({a}{b} + {b}{a})")
                yield Mend((Edit(first.span, ""), both), f"{a}{b} + {b}{a} for 2{a}{b}")


def traces(tree: Tree, nodes: list[Tree], page: Page) -> Iterator[Mend]:
    """A trace that was forgotten."""
    for node in (tree, *(nodes[0].args if tree.op == "sum" else ())):
        if node.op not in _NUMBERS and page.of(node):
            edits = Edit(Span(node.start, node.start), r"\operatorname{tr}("), Edit(Span(node.end, node.end), ")")
            yield Mend(edits, f"the trace of {page.of(node)}", far=True)


def indices(tree: Tree, nodes: list[Tree], page: Page) -> Iterator[Mend]:
    """The two indices of an entry in the other order, one index for another, or two that have changed places."""
    names = [n for n in nodes if n.op == "name" and n.data.sub and all(i.kind == "name" for i in n.data.sub)]
    used = list(dict.fromkeys(i.text for n in names for i in n.data.sub if i.end > i.start))
    for node in names:
        first, last = node.data.sub[0], node.data.sub[-1]
        if len(node.data.sub) == 2 and first.text != last.text and first.end <= last.start:
            edits = Edit(Span(first.start, first.end), last.text), Edit(Span(last.start, last.end), first.text)
            yield Mend(edits, f"the indices of {page.of(node)} have changed places")
    for a, b in combinations(used, 2):
        items = [i for n in names for i in n.data.sub if i.end > i.start and i.text in (a, b)]
        exchanged = tuple(Edit(Span(i.start, i.end), b if i.text == a else a) for i in items)
        yield Mend(exchanged, f"the indices {a} and {b} have changed places")
    for node in names:
        for item in node.data.sub:
            for other in used:
                if other != item.text and item.end > item.start:
                    edit = Edit(Span(item.start, item.end), other)
                    yield Mend((edit,), f"the index {other} for {item.text} of {page.of(node)}")


def too_many(nodes: list[Tree], page: Page) -> Iterator[Mend]:
    """A factor or a term too many."""
    for node in nodes:
        if node.op == "product":
            for factor in node.args:
                if page.of(factor):
                    yield Mend((Edit(factor.span, ""),), f"{page.of(factor)} is too many")
        elif node.op == "sum" and len(node.args) > 1:
            for before, term in zip(node.args, node.args[1:], strict=False):
                if before.end <= term.start and page.of(term):
                    yield Mend((Edit(Span(before.end, term.end), ""),), f"the term {page.of(term)} is too many")
        elif node.op == "quotient" and len(node.args) == 2 and node.args[1].op not in _NUMBERS:
            above = node.args[0]
            if page.of(above):
                yield Mend((Edit(node.span, f"({page.of(above)})"),), f"{page.of(node.args[1])} below is too many")


def letters_for(nodes: list[Tree], page: Page, letters: Sequence[str]) -> Iterator[Mend]:
    """One letter for another."""
    for node in nodes:
        if node.op == "name":
            for letter in letters:
                if letter != node.data.full:
                    text = letter + (" " if letter[-1].isalpha() and letter[0] == "\\" else "")
                    yield Mend((Edit(node.span, text),), f"{letter} for {page.of(node)}")


def lost_terms(tree: Tree, nodes: list[Tree], page: Page, terms: Sequence[str]) -> Iterator[Mend]:
    """A term that was lost: one of those before, or the twin of one that is here, with something transposed."""
    twins: list[str] = []
    whole = (tree,) if tree.op != "sum" else tree.args
    raised = {id(n.args[0]): n for n in nodes if n.op is TRANSPOSE}
    for term in whole:
        twins += _moved_on(term, page)
        for name in (n for n in walk(term) if n.op == "name"):
            end = raised[id(name)].end if id(name) in raised else name.end
            mark = "" if id(name) in raised else page.transpose
            twins.append(page.text(term.start, name.end) + mark + page.text(end, term.end))
        text = page.of(term)
        twins.append(rf"\left({text}\right){page.transpose}")
    for term_text in dict.fromkeys((*terms, *twins)):
        for sign in ("+", "-"):
            yield Mend((Edit(Span(tree.end, tree.end), f" {sign} {term_text}"),), "a term is missing")


def _moved_on(term: Tree, page: Page) -> Iterator[str]:
    """The term with its d before another of the same letters: the next one of a product rule."""
    for node in (n for n in walk(term) if n.op == "differential" and n.args[0].op == "name"):
        name = node.args[0]
        inside = {id(n) for n in walk(node)}
        for other in walk(term):
            if other.op == "name" and other.data.full == name.data.full and id(other) not in inside:
                edits = Edit(node.span, page.of(name)), Edit(other.span, page.of(node))
                own = (e.shifted(-term.start) for e in edits)
                yield splice(page.of(term), own)


def lost_factors(nodes: list[Tree], page: Page, letters: Sequence[str], pieces: Sequence[str]) -> Iterator[Mend]:
    """A factor that was lost."""
    makers: tuple[Callable[[str], str], ...] = (
        lambda x: f" {x} ", lambda x: f" {x}{page.transpose} ", lambda x: f" {x}\\odot ",
    )  # fmt: skip
    top = nodes[0]
    if top.op == "sum":
        for letter in (*letters, *pieces):
            for make in makers[:2]:
                yield Mend(around(top, make(letter)), f"{make(letter).strip()} is missing")
    terms = top.args if top.op == "sum" else (top,)
    for term in terms:
        for piece in pieces:
            yield Mend((Edit(Span(term.start, term.start), f"{piece} "),), f"{piece} is missing")
            yield Mend((Edit(Span(term.end, term.end), f" {piece}"),), f"{piece} is missing")
            yield Mend((Edit(Span(term.end, term.end), f"\\odot {piece}"),), f"{piece} is missing")
    for term in terms:
        for piece in (*letters, *pieces):
            over = Edit(Span(term.start, term.start), r"\frac{"), Edit(Span(term.end, term.end), f"}}{{{piece}}}")
            yield Mend(over, f"1/{piece} is missing")
    for node in nodes:
        if node.op in ("product", "name", TRANSPOSE) or node.fenced:
            counted = node.op == "product" and node.args[0].op in _NUMBERS
            places = dict.fromkeys([node.end if counted else node.start, node.end, *(a.end for a in node.args)])
            for at in places:
                for letter in letters:
                    for make in makers:
                        yield Mend((Edit(Span(at, at), make(letter)),), f"{make(letter).strip()} is missing")


def around(tree: Tree, factor: str) -> tuple[Edit, ...]:
    """A factor in front of a sum."""
    return Edit(Span(tree.start, tree.start), rf"{factor}\left("), Edit(Span(tree.end, tree.end), r"\right)")
