"""The cheapest typing: kinds of undeclared names tried in the order of convention until all shapes fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from itertools import count
from typing import Any, NamedTuple

from texgrad.algebra import Op
from texgrad.effort import Effort
from texgrad.reader.derivatives import equation_side
from texgrad.reader.infer import Typing
from texgrad.reader.names import BOLD, SCALAR_KIND, Scope
from texgrad.reader.symbols import Misfit, Resolved
from texgrad.reader.tree import LEVELS, Tree, walk
from texgrad.reader.types import SCALAR_FORM
from texgrad.shapes import ONE, show
from texgrad.source import Span, fail

MAX_TRIES, MAX_WORK = 300, 20_000
MAX_STEPS = 100_000  # trees typed by going on from what got furthest
TRY = 5  # what a try costs beside what is typed in it
PATIENCE, AGAIN = 80, 2  # how many more tries equations are worth than there were until the best one so far
APART = 6  # how many trees must have been typed for it to be worth while to go on from there
SHOWN = 3  # places at which names are declared
UNEVEN = 3  # [X 1][w; b] with w for the 1, and b for X
VECTOR_GRADIENT = 1  # nabla asks for the gradient of a number, but a capital letter stays a matrix
VECTOR_RESULT, VECTOR_SUM = 2, 4  # the summands y_k and R_k of a function without more are numbers


def solve(
    scope: Scope, definitions: Iterable[tuple[str, Tree]], function: Tree, effort: Effort | None = None
) -> Typing:
    """The typing of the function and the definitions it needs; each definition gives its name its shape.

    It is the cheapest one, or where that makes the function no number, and nothing but convention says so, the one in
    which all names are numbers: `e^x` asks for no vector x. effort: within which it is looked for.
    """
    order = tuple(definitions)
    found = _cheapest(scope, order, function, effort or Effort())
    if scope.strict or found.results[id(function)] == SCALAR_FORM:
        return found
    trees = walk(function, *(t for _, t in order), *found.meant.values())
    numbers = _only_by_convention(found, any(map(_greek_power, trees)))
    if not numbers or any(isinstance(t.op, Op) and not t.op.elementwise for t in trees):
        return found
    typing = Typing(scope, {key: _as_number(options) for key, options in found.seen.items()})
    try:
        _Course(order, function).run(typing, _Mark(0, None), {})
    except Misfit:
        return found
    tables = _tables(typing)
    if typing.penalty or any(form != SCALAR_FORM for name, form in typing.forms.items() if name not in tables):
        return found
    typing.notes["all numbers"] = None
    return typing


def _greek_power(tree: Tree) -> bool:
    r"""Whether it is a letter to the power of a Greek one, `K^\alpha` or `L^{1-\alpha}`, as numbers are."""
    return tree.op == "power" and tree.args[0].op == "name" and any(
        t.op == "name" and t.data.full[:1] == "\\" for t in walk(tree.args[1]))


def _only_by_convention(typing: Typing, capitals: bool) -> bool:
    """Whether there is no matrix, unless `capitals` may be numbers, no bold letter and no declared array."""
    declared, tables = typing.scope.declared, _tables(typing)
    return all(
        (capitals or ONE in form) and (form == SCALAR_FORM or (name not in declared and not BOLD.search(name)))
        for name, form in typing.forms.items() if name not in tables
    )  # fmt: skip


def _tables(typing: Typing) -> set[str]:
    """The names of matrices of which only entries with a number are spoken of, the x of `x_{i1}`."""
    found = [r for r in typing.references.values() if r.role == "component" and len(r.indices) == 2]
    whole = {r.key for r in typing.references.values() if r.role != "component"}
    return {r.key for r in found if any(map(str.isdigit, r.indices))} - whole


def _as_number(options: tuple[tuple[int, Any], ...]) -> int:
    """The option that makes a letter a number; the first one for what is no letter."""
    return next((k for k, (_, option) in enumerate(options) if option == SCALAR_KIND and type(option) is int), 0)


class _Mark(NamedTuple):
    """What was found before a step at which something is decided for the first time; None for nothing."""

    step: int
    before: Typing | None


class _Course:
    """The steps in which everything gets its shape: definitions, and the function or the sides of equations."""

    def __init__(self, order: Sequence[tuple[str, Tree]], function: Tree) -> None:
        self.order, self.function, self.resolved = order, function, Resolved()
        self.apart = function.op == "equations" and function.height <= LEVELS
        self.steps = len(order) + (len(function.args) if self.apart else 1)
        self.deciding: set[int] = set()  # steps in which anything was decided for the first time

    def begun(self, scope: Scope, start: _Mark, kinds: dict[str, int]) -> Typing:
        """A typing with other choices, as far as it is at a mark."""
        return Typing(scope, kinds, self.resolved) if start.before is None else start.before.copied(kinds)

    def run(self, typing: Typing, start: _Mark, marks: dict[str, _Mark]) -> None:
        """Take the steps from a mark on; Misfit where something does not fit.

        marks: where to begin anew for another choice in what is decided, which is noted.
        """
        mark = start
        for step in range(start.step, self.steps):
            known = len(mark.before.results) if mark.before is not None else 0
            if step in self.deciding and len(typing.results) - known >= APART:
                mark = _Mark(step, typing.copied(typing.kinds))
            seen = len(typing.seen)
            try:
                self._step(typing, step)
            finally:
                if len(typing.seen) > seen:
                    self.deciding.add(step)
                    marks.update(dict.fromkeys([*typing.seen][seen:], mark))
        self._end(typing)

    def _step(self, typing: Typing, step: int) -> None:
        if step < len(self.order):
            _define(typing, *self.order[step])
        elif self.apart:
            equation_side(typing, self.function, step - len(self.order))
        else:
            typing.whole(self.function)

    def _end(self, typing: Typing) -> None:
        """What can be said only when all is typed."""
        form = typing.results.setdefault(id(self.function), SCALAR_FORM)
        if not typing.sizes.settle():
            message = "blocks of matrices whose sizes do not add up"
            raise Misfit(self.function, message, "declare the sizes of the blocks")
        typing.penalty += UNEVEN * typing.sizes.uneven
        if form != SCALAR_FORM:
            typing.penalty += VECTOR_SUM if _summed(self.function) else VECTOR_RESULT
            typing.penalty += VECTOR_GRADIENT if typing.scope.gradient else 0


def _define(typing: Typing, name: str, tree: Tree) -> None:
    """Give what is defined its shape; Misfit where it has another one already."""
    form = typing.whole(tree)
    if name in typing.forms and not typing.sizes.unify_forms(typing.forms[name], form):
        raise Misfit(tree, f"{name} is {typing.sizes.show(typing.forms[name])} and {typing.sizes.show(form)}")
    declared = typing.scope.declared.get(name)
    if declared is not None and declared.shape and not typing.sizes.unify_forms(declared.shape, form):
        raise Misfit(tree, f"{name} was declared otherwise, and is {typing.sizes.show(form)}")
    typing.forms[name] = form


def _declared(misfit: Misfit, scope: Scope) -> tuple[tuple[str, Span], ...]:
    """Where the names are declared that do not fit."""
    found: dict[str, Span] = {}
    for tree in (misfit.beside, misfit.tree):
        names = [t.data for t in walk(tree) if t.op == "name"] if tree is not None else []
        found |= {key: scope.places[key] for n in names for key in (n.full, n.base) if key in scope.places}
    shapes = {name: known.shape for name, known in scope.declared.items()}
    said = [(f"{name} is declared as {show(shape)}", place) for name, place in found.items()
            if (shape := shapes.get(name)) is not None]  # fmt: skip
    return tuple(said[:SHOWN])


def _summed(function: Tree) -> bool:
    """Whether a function is a sum over an index."""
    while function.op in ("sum", "product", "quotient") and (len(function.args) == 1 or function.op != "sum"):
        function = function.args[0 if function.op == "quotient" else -1]
    return function.op == "sum over"


def _cheapest(scope: Scope, order: Sequence[tuple[str, Tree]], function: Tree, effort: Effort) -> Typing:
    """The cheapest typing; where the effort is at an end, that of those which were found, but one at least."""
    origin = _Mark(0, None)
    heap: list[tuple[int, int, dict[str, int], Typing | None, dict[str, _Mark], _Mark]]
    heap = [(0, 0, {}, None, {}, origin)]
    course = _Course(order, function)
    visited: set[tuple[tuple[str, int], ...]] = {()}
    number = count(1)
    first: Misfit | None = None
    tries, work, best = 0, 0, MAX_WORK
    last = MAX_TRIES
    while heap and tries < last and work < MAX_WORK and (not tries or effort.left > 0):
        tries += 1
        cost, _, kinds, done, known, start = heappop(heap)
        if done is not None:
            return done
        marks = dict(known)
        typing = course.begun(scope, start, kinds)
        try:
            course.run(typing, start, marks)
        except Misfit as misfit:
            first = first or misfit
        else:
            if not typing.penalty or (not heap and not typing.seen):
                return typing
            heappush(heap, (cost + typing.penalty, next(number), kinds, typing, {}, origin))
            if function.op == "equations" and cost + typing.penalty < best:
                best, last = cost + typing.penalty, min(MAX_TRIES, PATIENCE + AGAIN * tries)
        work += len(typing.results)
        effort.spend(TRY + len(typing.results) - (len(start.before.results) if start.before is not None else 0))
        for key, options in typing.seen.items():
            place = kinds.get(key, 0)
            if place + 1 < len(options):
                other = {**kinds, key: place + 1}
                mark = tuple(sorted(other.items()))
                if mark not in visited:
                    visited.add(mark)
                    step = options[place + 1][0] - options[place][0]
                    heappush(heap, (cost + step, next(number), other, None, marks, marks[key]))
    cheapest = min((entry for entry in heap if entry[3] is not None), key=lambda e: e[:2], default=None)
    if cheapest is not None and cheapest[3] is not None:
        return cheapest[3]
    if heap and (found := _furthest(scope, course, origin, effort)) is not None:
        return found
    assert first is not None
    help = first.help or "declare the sizes, or check the transposes"
    raise fail("shape", first.message, first.tree.span, help, _declared(first, scope))


def _furthest(scope: Scope, course: _Course, origin: _Mark, effort: Effort) -> Typing | None:
    """A typing by changing the letters where something does not fit, going on from what got furthest.

    Many letters of which each has to be another kind than convention has it, the b_k of a long sum of (a_k^Tx - b_k)^2,
    are too many for trying them together.
    """
    heap: list[tuple[int, int, int, dict[str, int]]] = [(0, 0, 0, {})]
    visited: set[tuple[tuple[str, int], ...]] = set()
    number, work = count(1), 0
    while heap and work < MAX_STEPS and effort.left > 0:
        _, cost, _, kinds = heappop(heap)
        typing = course.begun(scope, origin, kinds)
        try:
            course.run(typing, origin, {})
        except Misfit as misfit:
            places = [t for t in (misfit.tree, misfit.beside) if t is not None]
            names = [t.data for t in walk(*places) if t.op == "name"]
            near = {key for name in names for key in (name.full, name.base)}
        else:
            return typing
        work += max(len(typing.results), 1)
        effort.spend(TRY + len(typing.results))
        for key in [key for key in typing.seen if key in near]:
            options, place = typing.seen[key], kinds.get(key, 0)
            other = {**kinds, key: place + 1}
            mark = tuple(sorted(other.items()))
            if place + 1 < len(options) and mark not in visited:
                visited.add(mark)
                step = options[place + 1][0] - options[place][0]
                heappush(heap, (-len(typing.results), cost + step, next(number), other))
    return None
