"""Walks over expressions: every distinct node once, without recursion, however deep they are."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, KeysView, Mapping

from texgrad.algebra.expressions import Expr, Op, node

ENTERED = Expr.__new__(Expr)  # stands above an expression whose arguments are done when it is met again


def postorder(*roots: Expr, known: Container[Expr] = (), only: int = -1) -> KeysView[Expr]:
    """Every distinct node below the roots once, arguments first, without recursion.

    `known` is passed over, and so is what holds none of the operators whose bits are `only`.
    """
    done: dict[Expr, None] = {}
    stack = [*reversed(roots)]
    while stack:
        e = stack.pop()
        if e is ENTERED:
            done[stack.pop()] = None
        elif e not in done and e.ops & only and e not in known:
            if e.args:
                stack += (e, ENTERED, *e.args[::-1])
            else:
                done[e] = None
    return done.keys()


def within(*roots: Expr) -> set[Expr]:
    """Every distinct node below the roots, in no order: for those who only ask what stands there."""
    found = {*roots}
    stack = [*found]
    while stack:
        fresh = {*stack.pop().args} - found
        found |= fresh
        stack += fresh
    return found


def rebuild(e: Expr, args: tuple[Expr, ...]) -> Expr:
    """The same operator over other arguments of the same shapes, in normal form."""
    if args == e.args:
        return e
    if e.op.normal is None and e.op.rule is None:
        return node(e.op, args, e.data, e.shape)
    return e.op(*args, data=e.data)


def bits(*ops: Op) -> int:
    """The bits of these operators together, to be held against `Expr.ops`."""
    total = 0
    for op in ops:
        total |= op.bit
    return total


def holds(e: Expr, *ops: Op) -> bool:
    """Whether one of these operators stands anywhere in `e`."""
    wanted = 0
    for op in ops:
        wanted |= op.bit
    return e.ops & wanted != 0


def transform(
    e: Expr, change: Callable[[Expr], Expr | None], only: int = -1, at: int = -1, mark: int = 0
) -> Expr:
    """`e` with every node for which `change` gives an expression replaced by it; arguments are changed first.

    only: bits of operators; what holds none of them is passed over. at: bits of the operators that are changed.
    mark: a bit of `Expr.stays` for a `change` that depends on nothing but the node.
    """
    if not (e.ops & only and e.ops & at):
        return e
    done: dict[Expr, Expr] = {}
    stack = [e]
    while stack:
        top = stack.pop()
        if top is ENTERED:
            top = stack.pop()
            args = tuple([done.get(a, a) for a in top.args])
            new = top if args == top.args else rebuild(top, args)
        elif top in done or top.stays & mark:
            continue
        elif inner := top.args[::-1] if only == -1 else [a for a in top.args[::-1] if a.ops & only]:
            stack += (top, ENTERED, *inner)
            continue
        else:
            new = top
        done[top] = new = (change(new) or new) if new.op.bit & at else new
        if new is top:
            top.stays |= mark
    return done.get(e, e)


def telling_names(keys: Iterable[Expr]) -> frozenset[str]:
    """One symbol of each of these expressions, "" for one without any: where none of them stands, no key does."""
    return frozenset(next((name for name in key.free if name[0] != "#"), "") for key in keys)


def substitute(e: Expr, mapping: Mapping[Expr, Expr], telling: frozenset[str] | None = None) -> Expr:
    """`e` with every occurrence of a key of `mapping` replaced by its value, the outermost occurrence first.

    telling: the `telling_names` of the keys, where they are known.
    """
    telling = telling_names(mapping) if telling is None else telling
    sparse = "" not in telling
    done: dict[Expr, Expr] = {}
    stack = [e]
    while stack:
        top = stack[-1]
        if top in done:
            stack.pop()
            continue
        if top in mapping:
            done[stack.pop()] = mapping[top]
            continue
        if sparse and top.free.isdisjoint(telling):
            done[stack.pop()] = top
            continue
        waiting = [a for a in top.args if a not in done]
        if waiting:
            stack += waiting
            continue
        done[top] = rebuild(top, tuple([done[a] for a in top.args])) if top.args else top
        stack.pop()
    return done[e]


def occurrences(e: Expr) -> dict[Expr, int]:
    """How often each distinct node is written when `e` is written out in full."""
    order = list(postorder(e))
    count: dict[Expr, int] = dict.fromkeys(order, 0)
    count[e] = 1
    for part in reversed(order):
        for a in part.args:
            count[a] += count[part]
    return count
