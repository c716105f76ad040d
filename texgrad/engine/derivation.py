"""What a derivation is: lines that all claim an equality, names that were introduced, and the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace

from texgrad.algebra import Expr
from texgrad.immutable import immutable, lazy
from texgrad.wanted import Wanted

INCREMENT = r"\Delta "  # what the name of an increment begins with
MOST_WRITTEN = 40_000  # letters and signs of a derivation; that of a sum of 1,000 squares of norms has 37,000

Note = tuple[str | Expr, ...]

BY_COMPONENTS = "by components"  # the note beside an entry of the function by an entry of the variable


@immutable
class Line:
    """One line: `left relation right[0] = right[1] …`; `left` is None where it goes on from the line above.

    rules: the laws used. note: words and expressions that stand beside it.
    """

    left: Expr | None
    right: tuple[Expr, ...]
    relation: str = "="
    rules: tuple[str, ...] = ()
    note: Note = ()


@immutable
class Name:
    """A symbol that stands for an expression; `introduced` where the derivation, not the author, named it."""

    symbol: Expr
    definition: Expr
    introduced: bool = True


def formulas(names: Iterable[Name]) -> dict[Expr, Expr]:
    """What the names stand for that a derivation brought in, apart from those for what only words can say."""
    return {n.symbol: n.definition for n in names if n.introduced and not n.definition.op.noun}


@immutable
class Question:
    """A function, its name, what is asked of it, and the names that the author defined.

    taken: letters that the author uses for something.
    fonts: how he sets the letter `#1` of a `scalar`, `vector` or `matrix`.
    """

    name: Expr
    expression: Expr
    wanted: tuple[Wanted, ...]
    definitions: tuple[tuple[Expr, Expr], ...] = ()
    named_by_author: bool = True
    taken: frozenset[str] = frozenset()
    fonts: Mapping[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> tuple[Expr, ...]:
        """The variables, each once, in the order asked."""
        return tuple(dict.fromkeys(w.variable for w in self.wanted))

    @property
    def moving(self) -> tuple[Expr, ...]:
        """The variables whose differentials stand in the lines: of a mixed second derivative, the second one."""
        return tuple(dict.fromkeys(w.second or w.variable for w in self.wanted))


@immutable
class Result:
    """One answer: its expression, its layout (gradient, jacobian, component, tensor) and where it holds.

    conditions: pairs of a pattern such as `#1 \\ne 0` and what `#1` is.
    """

    wanted: Wanted
    expression: Expr
    layout: str
    conditions: Note = ()


@immutable
class Derivation:
    """The whole answer. `names` are in the order in which they can be evaluated."""

    question: Question
    names: tuple[Name, ...]
    lines: tuple[Line, ...]
    results: tuple[Result, ...]

    @lazy
    def definitions(self) -> Mapping[str, Expr]:
        """What every name stands for, the function's own included."""
        own = {n.symbol.data.name: n.definition for n in self.names}
        return {self.question.name.data.name: self.question.expression, **own}

    @property
    def written(self) -> int:
        """How many letters and signs its lines have, about."""
        return sum(side.length for line in self.lines for side in line.right)


def changed(d: Derivation, change: Callable[[Expr], Expr]) -> Derivation:
    """The derivation with every expression in its lines, names and answers changed."""

    def noted(note: Note) -> Note:
        return tuple(change(part) if isinstance(part, Expr) else part for part in note)

    lines = tuple(
        replace(
            line, left=None if line.left is None else change(line.left), right=tuple(map(change, line.right)),
            note=noted(line.note),
        )
        for line in d.lines
    )  # fmt: skip
    names = tuple(replace(n, definition=change(n.definition)) for n in d.names)
    results = tuple(
        replace(r, expression=change(r.expression), conditions=noted(r.conditions)) for r in d.results
    )
    return Derivation(d.question, names, lines, results)
