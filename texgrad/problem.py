"""A question in the words of the page that asks it: what the reader is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from texgrad.immutable import immutable


@immutable
class Source:
    """One piece of LaTeX, where it stands in the document, and the prose around it.

    aside: whether it stands in an earlier section that the question's own one is no part of.
    told: whether it is a comment that declares.
    """

    latex: str
    offset: int = 0
    before: str = ""
    after: str = ""
    aside: bool = False
    told: bool = False


@immutable
class Problem:
    """A question: formulas that ask, formulas in scope, and what was said outside the text.

    context: what is nearer to the question stands later.
    common: what most of the document's formulas write, by style key.
    part: which derivative by a complex variable is meant where a request does not say so; None for real variables.
    tied: what the variables are assumed to be for the sake of the convention that is asked for.
    usual, usually: like declare and assume, for the names of which the text says nothing.
    by_wrt: whether a request that names other variables than `wrt` contradicts it; the option of a post does not speak
    of such requests.
    """

    requests: tuple[Source, ...]
    context: tuple[Source, ...] = ()
    macro_sources: tuple[str, ...] = ()
    wrt: tuple[str, ...] = ()
    declare: Mapping[str, str] = field(default_factory=dict)
    assume: Mapping[str, Sequence[str]] = field(default_factory=dict)
    definitions: tuple[str, ...] = ()
    macros: Mapping[str, str | Sequence[object]] = field(default_factory=dict)
    order: int = 1
    common: Mapping[str, str] = field(default_factory=dict)
    usual: Mapping[str, str] = field(default_factory=dict)
    usually: Mapping[str, Sequence[str]] = field(default_factory=dict)
    part: str | None = None
    tied: str = ""
    by_wrt: bool = False
