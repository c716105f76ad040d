r"""How far a sum over an index reaches: in `\sum_i a_i + b_i` the second term belongs to it, for it needs the i."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cache

from texgrad.reader.names import indices_on
from texgrad.reader.tree import BINDING, OVERS, Tree, bracketed, holding, rewritten


def bound_in(trees: Iterable[Tree]) -> frozenset[str]:
    """The indices that sums and products among the trees bind."""
    return frozenset(n for t in trees if t.op in BINDING for n in t.data.names)


def bound_within(tree: Tree) -> frozenset[str]:
    """The indices that sums and products in a tree bind."""
    return bound_in(holding(tree, OVERS))


def limited(tree: Tree, asked: Collection[str]) -> Tree:
    r"""The tree with sums such as `\sum_{k\ne i}`, where i is asked about, over k alone."""
    if not asked or not tree.holds & OVERS:
        return tree

    def change(node: Tree) -> Tree | None:
        limit = node.data.limit if node.op in BINDING else None
        if limit is None or limit.second not in asked or len(node.data.names) < 2 or limit.first in asked:
            return None
        made = bracketed(node, node.start, node.end, node.fenced)
        made.args = tuple(limited(a, asked) for a in node.args)
        made.data = node.data._replace(names=tuple(n for n in node.data.names if n != limit.second))
        return made

    return rewritten(tree, change, OVERS)


def absorbed(tree: Tree, free: Collection[str]) -> Tree:
    """The tree with every sum over an index drawn over the terms after it that use the index.

    free: indices that mean something outside all sums.
    """
    if not tree.holds & OVERS:
        return tree
    return rewritten(tree, lambda t: _drawn(t, free) if t.op == "sum" else None, OVERS)


def _drawn(tree: Tree, free: Collection[str]) -> Tree | None:
    if not any(t.holds & OVERS for t in tree.args[:-1]):
        return None
    terms, signs = list(tree.args), list(tree.data)
    used = cache(_used)
    changed = False
    for k in reversed(range(len(terms) - 1)):
        for over in _open_sums(terms[k]):
            names = [n for n in over.data.names if n not in free]
            last = max((m for m in range(k + 1, len(terms)) if not used(terms[m]).isdisjoint(names)), default=k)
            if last > k:
                terms[k] = _with_body(terms[k], over, terms[k + 1 : last + 1], signs[k + 1 : last + 1])
                del terms[k + 1 : last + 1], signs[k + 1 : last + 1]
                changed = True
    if not changed:
        return None
    terms = [absorbed(t, free) for t in terms]
    if len(terms) == 1 and signs == [1]:
        return bracketed(terms[0], tree.start, tree.end, tree.fenced)
    made = bracketed(tree, tree.start, tree.end, tree.fenced)
    made.args, made.data = tuple(terms), tuple(signs)
    return made


def _open_sums(term: Tree) -> Iterator[Tree]:
    """The sums that end where the term ends, the innermost first."""
    found: list[Tree] = []
    while not term.fenced:
        if term.op in BINDING:
            found.append(term)
            term = term.args[0]
        elif term.op == "product":
            term = term.args[-1]
        elif term.op == "sum" and len(term.args) == 1:
            term = term.args[0]
        else:
            break
    return reversed(found)


def _used(tree: Tree) -> set[str]:
    """The indices that names and entries carry, outside of sums that bind them."""
    found: set[str] = set()
    stack: list[tuple[Tree, frozenset[str]]] = [(tree, frozenset())]
    while stack:
        top, bound = stack.pop()
        if top.op in BINDING:
            bound = bound.union(top.data.names)
        elif at := indices_on(top):
            found |= {*at} - bound
        if top.op == "name" and top.data.label:
            found |= {top.data.label.strip("()[]")} - bound
        if top.args:
            stack += [(a, bound) for a in top.args]
    return found


def _with_body(term: Tree, over: Tree, more: list[Tree], signs: list[int]) -> Tree:
    """The term with more terms in the body of the sum `over` in it."""
    body = over.args[0]
    end = max(t.end for t in more)
    total = Tree("sum", (body, *more), (1, *signs), body.start, end)
    total.fenced = True

    def change(tree: Tree) -> Tree | None:
        return Tree(over.op, (total,), over.data, over.start, end) if tree is over else None

    made = rewritten(term, change)
    made.end = max(made.end, end)
    return made
