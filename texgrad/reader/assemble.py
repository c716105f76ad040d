"""One function that is asked about: the scope of its names, its typing, and the reading."""

from __future__ import annotations

from dataclasses import replace

from texgrad.algebra import Expr, symbol
from texgrad.operators import vec
from texgrad.reader.apart import shown
from texgrad.reader.building import Builder
from texgrad.reader.complete import Complete
from texgrad.reader.conditions import set_name
from texgrad.reader.describing import info, untied
from texgrad.reader.describing import wanted as described
from texgrad.reader.handwriting import Page, handwriting
from texgrad.reader.identifiers import python_names
from texgrad.reader.infer import Typing
from texgrad.reader.names import Scope
from texgrad.reader.problem import Reading
from texgrad.reader.sizing import finish
from texgrad.reader.solve import solve
from texgrad.reader.stacking import stack_numbers


def reading(whole: Complete, scope: Scope, page: Page) -> Reading:
    """The function typed, built and described; page: all of its formulas. TexgradError where it makes no sense."""
    order = [(name, tree) for name, (_, tree) in whole.needed.items()]
    typing = _typed(whole, scope)
    builder = Builder(typing)
    definitions = [builder.define(name, tree) for name, tree in order]
    expression = builder.whole(whole.tree)
    subject, variables = whole.subject, whole.variables
    wanted = tuple(
        described(ask, target, found, second, builder, whole.problem.part or "", expression.shape)
        for (ask, target), found, second in zip(subject.members, variables.first, variables.second, strict=True)
    )
    if subject.target.vectorised and all(w.variable.scalar for w in wanted):  # nothing else is stacked then
        expression, wanted = vec(expression), tuple(replace(w, vectorised=False) for w in wanted)
    leaves = {
        key: expr for key, expr in builder.symbols.items()
        if key not in whole.needed and (key in scope.declared or not is_pi(expr))
    }  # fmt: skip
    names = {key: set_name(key) if key in typing.sets else shown(key, expr) for key, expr in leaves.items()}
    pythonic = python_names(names)
    infos = tuple(info(key, pythonic[key], expr, typing) for key, expr in leaves.items())
    name = symbol(subject.target.name, expression.shape) if subject.target.name else None
    style, copy = handwriting(whole, page, builder, wanted), untied(whole.tree, order, wanted, typing)
    return Reading(expression, name, wanted, tuple(definitions), infos, style, tuple(typing.notes), copy,
                   typing.penalty)  # fmt: skip


def _typed(whole: Complete, scope: Scope) -> Typing:
    """The typing of the function and of what it needs, with notes of what is read otherwise than it looks."""
    typing = solve(scope, [(name, tree) for name, (_, tree) in whole.needed.items()], whole.tree)
    typing.refuse_outside()
    stack_numbers(typing, {n for v, _ in whole.variables.every for n in (v.name.base, v.name.full)})
    finish(whole, typing)
    if not whole.parse.reaching.isdisjoint((whole.subject.target.items, *(d.right for d, _ in whole.needed.values()))):
        typing.notes["the reach of a sum"] = None
    if any(not line.told for line in whole.subject.said.lines.values()):
        typing.notes["lines of their size"] = None
    if whole.given:
        typing.notes["what is taken as given"] = None
    return typing


def is_pi(e: Expr) -> bool:
    """Whether it is the number π, and no weights π_k."""
    return e.data.name == r"\pi" and e.scalar and not e.data.indices
