r"""What is defined step by step: the states `x_{k+1} = Ax_k + Bu_k` of a system, or `h_t = \tanh(Wh_{t-1} + Ux_t)`."""

from __future__ import annotations

from collections.abc import Sequence

from texgrad.reader.items import Item, Items, canonical
from texgrad.reader.names import letters_below, subscript
from texgrad.reader.nested import letters
from texgrad.reader.said import Definition
from texgrad.reader.survey import Survey
from texgrad.reader.tree import Name
from texgrad.source import Span, fail

HELP = r"put the steps into one another, or join them to the function with multipliers, \lambda_{k+1}^T(x_{k+1}-…)"


def steps_among(definitions: Sequence[Definition]) -> list[Definition]:
    """The definitions of what has a shifted index, `x_{k+1} = …`."""
    return [d for d in definitions if letters_below(d.name) and not subscript(d.name)]


def refuse_steps(survey: Survey, function: Items, steps: Sequence[Definition], definitions: Sequence[Definition],
                 variables: Sequence[Name], asked: Span) -> None:  # fmt: skip
    r"""Refuse a sum over states that are defined step by step by what is asked about: all later ones depend on it.

    Where the function holds the steps themselves, as a Lagrangian does, the states are variables of their own.
    """
    summed = {n.base for n in survey.lowered if not survey.bound.isdisjoint(letters_below(n))}
    for found in steps:
        own = found.name
        if own.base not in summed:
            continue
        by = next((v for v in variables if v.base in letters((found.right,))), None)
        if by is None or (not by.sub and by.base == own.base) or _holds(function, found, definitions, by.base):
            continue
        message = f"{own.full} is defined by {by.full}, so that all later ones depend on it, too"
        raise fail("unsupported", message, asked, HELP)


def _holds(function: Items, step: Definition, definitions: Sequence[Definition], letter: str) -> bool:
    """Whether a term of a step with a letter in it stands in the function, or in another definition."""
    wanted = [canonical(term) for term in _terms(step.right) if letter in letters((term,))]
    others = (d.right for d in definitions if d is not step and d.name.base != step.name.base)
    return any(term in canonical(items) for items in (function, *others) for term in wanted if len(term) > 1)


def _terms(items: Items) -> list[Items]:
    """The terms of a sum; what stands in brackets is one of them."""
    out: list[list[Item]] = [[]]
    for item in items:
        if item.kind == "op" and item.text in ("+", "-"):
            out.append([])
        else:
            out[-1].append(item)
    return [tuple(term) for term in out if term]

