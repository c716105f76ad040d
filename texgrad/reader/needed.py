"""The definitions that a function needs: looked up, put in place where they are called, noted where they are named."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from types import MappingProxyType

from texgrad.immutable import immutable
from texgrad.operators import SIGMOID
from texgrad.operators.transposes import SYMMETRIC
from texgrad.reader.apart import own_name
from texgrad.reader.calls import LOSSES, name_called
from texgrad.reader.capture import letters_in, parted, with_limits
from texgrad.reader.conditions import Range
from texgrad.reader.defined import averaged
from texgrad.reader.entrywise import by_entries, logistic, of_a_number
from texgrad.reader.expectations import with_definitions
from texgrad.reader.functions import applied, together
from texgrad.reader.lookup import Lookup
from texgrad.reader.names import Scope, letters_below, subscript
from texgrad.reader.nested import letters
from texgrad.reader.numbered import defined_by_entries, place_in
from texgrad.reader.own_transposes import own_transpose
from texgrad.reader.parsing import Parser
from texgrad.reader.request import asks
from texgrad.reader.said import Definition
from texgrad.reader.squares import with_squares
from texgrad.reader.statements import UNPLACED
from texgrad.reader.subject import Subject
from texgrad.reader.tails import bound_within, limited
from texgrad.reader.tree import (
    BINDING,
    CALLS,
    EXPECTATION,
    LEVELS,
    MEMBER,
    Name,
    Tree,
    bracketed,
    first_needed,
    from_below,
    reindexed,
    rewritten,
    walk,
)
from texgrad.reader.vocabulary import WORDS
from texgrad.shapes import SCALAR
from texgrad.source import Span, TexgradError, fail

MAX_INLINED, MAX_VISITED = 200, 1_000_000
INLINED = 12  # what it costs to put a definition in place, in nodes looked at
_LABELLED = re.compile(r"(.*)_(\\[A-Za-z]+|[A-Za-z])", re.DOTALL)  # a function with one letter below it
# letters of numbers in functions of a number, such as \phi(t) = \max(t, \alpha t)
CONSTANTS = frozenset((r"\alpha", r"\beta", r"\gamma", r"\delta", r"\epsilon", r"\varepsilon", r"\lambda", r"\tau"))


def entry_of(argument: Tree, tree: Tree) -> Tree:
    """The entry of an argument, where `tree` is that of a parameter: `x_1` of `h(x)` in `h(z)`."""
    if argument.op != "name" or argument.data.sub:
        return Tree("entry", (argument,), tree.data.sub, tree.start, tree.end)
    name = Tree("name", (), Name(argument.data.base, tree.data.sub, argument.data.label), tree.start, tree.end)
    name.core = Span(tree.start, tree.start)  # what stands there is the parameter's
    return name


@immutable
class Usage:
    """How names in a function are taken.

    stops: those that are left as they are. squares: those that stand for squares of others. functions: those without
    a formula, and of what they are functions. called_whole: those called without an index somewhere, whose members
    are entries.
    """

    stops: Set[str]
    squares: Mapping[str, Name]
    functions: Mapping[str, Tree]
    called_whole: Collection[str]


class Needed:
    """What a function needs: definitions with their trees, by name, inner ones first.

    given: names of derivatives, expectations and integrals that are taken as given. circular: a definition by what it
    defines. bound: the indices that count
    something somewhere. around: those of sums in the function, and all its letters. visited: nodes looked at in putting
    definitions in place. room: how many of them may be.
    """

    def __init__(self, subject: Subject, lookup: Lookup, parse: Parser, usage: Usage) -> None:
        self.subject, self.lookup, self.parse, self.usage = subject, lookup, parse, usage
        self.trees: dict[str, tuple[Definition, Tree]] = {}
        self.given: set[str] = set()
        self.circular: Definition | None = None
        self.bound = set(subject.free)
        self.around: tuple[Collection[str], Collection[str]] = ((), ())
        self.inlined = 0
        self.visited, self.room = 0, MAX_VISITED

    def complete(self, tree: Tree, above: tuple[str, ...]) -> Tree:
        """The tree with calls put in place; definitions it needs are noted, inner ones first."""
        if len(above) > 30:
            raise fail("too-large", "definitions go in circles", tree.span)
        tree = from_below(tree, self.undefined) if tree.height > LEVELS else tree
        within = bound_within(tree)
        self.bound |= within
        if not (self.lookup.said.definitions or self.usage.functions or self.usage.squares or tree.holds & CALLS):
            return tree
        if not above:
            self.around = within, letters_in((tree,))

        squares, stops, own = self.usage.squares, self.usage.stops, self.subject.own

        def change(node: Tree) -> Tree | None:
            self.visited += 1
            if squares and (square := with_squares(node, squares)) is not None:
                for key in (t.data.full for t in walk(square) if t.op == "name" and t.data.full not in stops):
                    self.need(key, above)
                return square
            if node.op == EXPECTATION:
                body = self.complete(with_definitions(node.args[0], self.written_out), above)
                return Tree(EXPECTATION, (body,), node.data, node.start, node.end)
            if node.op == "call":
                return self.called(node, above)
            if node.op != "name" or node.data.full in stops or (node.data.sub and node.data.base in stops):
                return None
            name: Name = node.data
            given = self.lookup.said.declared.get(name.full)
            plain = given is not None and (given.shape is not None or name.full not in self.lookup.said.functions)
            if name.full in self.usage.functions and (name.full in self.subject.parameters or not plain):
                inner = self.usage.functions[name.full]
                return applied(name.full, self.complete(inner, (*above, name.full)), node, True)
            if name.sub and (found := self.family_definition(name)) is not None and found.name.base not in above:
                if self.stated(found):
                    self.given.add(name.full)
                    return None
                moves = dict(zip(subscript(found.name), subscript(name), strict=True))
                return self.inline(found, lambda t: reindexed(t, moves), (*above, name.base), (), moves)
            if len(below := subscript(name)) > 1 and name.base not in own and name.base not in above and (
                    whole := self.family_definition(Name(name.base, name.sub[:1], name.label))):  # fmt: skip
                moves = dict(zip(subscript(whole.name), below[:1], strict=True))
                vector = self.inline(whole, lambda t: reindexed(t, moves), (*above, name.base), (), moves)
                return Tree("entry", (bracketed(vector, node.start, node.end),), name.sub[1:], node.start, node.end)
            entry = name.sub and not name.label and self.lookup.definition(name.full) is None and name.full not in own
            at = subscript(name) if entry else ()
            counted = bool(at) and self.bound.issuperset(at)
            numbered = entry and place_in(name, {name.base}, self.lookup.said.declared)
            wanted = name.base if counted or numbered else name.full
            if not self.of_itself(wanted):
                self.need(wanted, above)
            return None

        return rewritten(tree, change)

    def family_definition(self, name: Name) -> Definition | None:
        """A definition such as `z_i = …` for another index."""
        return self.lookup.family(name)

    def undefined(self, node: Tree) -> Tree | None:
        """A call of a function without a formula."""
        known = node.op != "call" or len(node.args) != 1 or self.lookup.definition(node.data) is not None
        return None if known else self.applied_to(node, node.args)

    def written_out(self, node: Tree) -> Tree | None:
        """What a defined name in an expectation stands for, where it is not what is asked about."""
        own = node.op != "name" or node.data.full in self.usage.stops
        found = None if own else self.lookup.definition(node.data.full)
        if found is None or found.parameters or self.stated(found):
            return None
        return bracketed(self.parse(found.right), node.start, node.start)

    def need(self, name: str, above: tuple[str, ...]) -> None:
        """Note the definition of a name, and those it needs itself."""
        if name in self.trees or name in above:
            return
        found = self.lookup.definition(name)
        if found is None:
            self.need_array(name, above)
            return
        if (found.right[0].kind == "nabla" or averaged(found.right)) and self.stated(found):
            self.given.add(name)
            return
        if self.known_by_words(name, found):
            return
        for inner in first_needed(name, self.names_in) if len(above) == LEVELS else ():
            self.need(inner, (*above, name))
        try:
            right = self.worth(found)
            if any(t.op == "name" and t.data.full == name for t in walk(right)):
                self.circular = self.circular or found
                return
            self.trees[name] = (found, self.complete(right, (*above, name)))
            self.trees[name] = self.trees.pop(name)
        except TexgradError:
            self.trees.pop(name, None)
            if self.stated(found):
                self.given.add(name)
            elif found.explicit:
                raise

    def worth(self, found: Definition) -> Tree:
        """The tree of what something is defined as."""
        return self.parse(found.right)

    def stated(self, found: Definition) -> bool:
        """Whether a name stands for a derivative, an expectation or an integral, G = ∂L/∂O, of nothing that varies."""
        known = asks(found.right) or averaged(found.right)
        return known and self.usage.stops.isdisjoint(found.letters)

    def of_itself(self, name: str) -> bool:
        r"""Whether members of its own letter define a function: b(x) = -\sum_i\log(b_i - a_i^Tx) defines no b."""
        found = self.lookup.definition(name)
        if found is None or not found.parameters:
            return False
        return not {found.name.base, own_name(found.name.base)}.isdisjoint(letters((found.right,)))

    def known_by_words(self, name: str, found: Definition) -> bool:
        """Whether words say more of a matrix than its definition, which does not vary: the Laplacian L = D - W."""
        said = self.lookup.said
        known = said.declared.get(name)
        if known is None or SYMMETRIC.isdisjoint(known.assume):
            return False
        varied = {stop.partition("_")[0] for stop in self.usage.stops}
        waiting, seen = [found.right], set[str]()
        while waiting:
            new = letters((waiting.pop(),)) - seen
            seen |= new
            waiting += [d.right for letter in new for d in said.defined(letter)]
        return varied.isdisjoint(seen) and not own_transpose(found, Scope(dict(said.declared)), self.parse)

    def need_array(self, name: str, above: tuple[str, ...]) -> None:
        """Note the matrix that is defined by its entries."""
        found = defined_by_entries(self.lookup.said.definitions, name)
        if found is None or name in self.usage.stops:
            return
        try:
            right = self.parse(found.right)
            over = Range(subscript(found.name), (), right.start, Span(right.start, right.start))
            made = self.complete(Tree("array over", (right,), over, right.start, right.end), (*above, name))
        except TexgradError:
            return
        if not any(t.op == "name" and t.data.base == name for t in walk(made)):
            self.trees[name] = found, made

    def names_in(self, name: str) -> list[str]:
        """The defined names that the definition of a name speaks of."""
        found = self.lookup.definition(name)
        names = {t.data.full: None for t in walk(self.parse(found.right)) if t.op == "name"} if found else ()
        return [n for n in names if self.lookup.definition(n) is not None]

    def called(self, node: Tree, above: tuple[str, ...]) -> Tree:
        """A call: the name itself where the arguments are its own, else the definition with the arguments put in."""
        found = self.lookup.definition(node.data)
        moves: dict[str, str] = {}
        if MEMBER.fullmatch(node.data):
            name = name_called(node)
            found = found or self.family_definition(name)
            moves = dict(zip(subscript(found.name), subscript(name), strict=True)) if found else {}
        if found is None:
            return self.applied_to(node, [self.complete(a, above) for a in node.args])
        if not found.parameters and len(found.right) == len(node.args) == 1 and found.right[0].text in WORDS:
            return Tree(WORDS[found.right[0].text], (self.complete(node.args[0], above),), None, node.start, node.end)
        if len(found.parameters) != len(node.args) or node.data in above:
            raise fail("unsupported", f"{node.data} takes other arguments", node.span)
        own = all(a.op == "name" and a.data.full == p for a, p in zip(node.args, found.parameters, strict=True))
        if own and self.bound.isdisjoint(moves.values()):
            self.need(node.data, above)
            return Tree("name", (), Name(node.data), node.start, node.end)
        shown = {n for t in walk(self.parse(found.right)) if t.op == "name" for n in (t.data.full, t.data.base)}
        if not own and any(p.isalpha() and p not in shown for p in found.parameters):
            message = f"{node.data} is defined by something else than {found.parameters[0]}"
            raise fail("unsupported", message, node.span, "write the function with its argument in it")
        if len(node.args) == 1 and logistic(self.parse(found.right), found.parameters[0]):
            return Tree(SIGMOID, (self.complete(node.args[0], above),), None, node.start, node.end)
        given = dict(zip(found.parameters, node.args, strict=True))
        numbers = {name for name, known in self.lookup.said.declared.items() if known.shape == SCALAR}
        numbers |= CONSTANTS - self.lookup.said.declared.keys() - self.usage.stops
        entries = len(given) == 1 and of_a_number(self.parse(found.right), found.parameters[0], numbers)

        def put_in(tree: Tree) -> Tree | None:
            if tree.op == "name" and tree.data.full not in given and tree.data.sub and tree.data.base in given:
                return entry_of(given[tree.data.base], tree)  # x_1 of h(x)
            return (given.get(tree.data.full) if tree.op == "name" else None) or reindexed(tree, moves)

        body = self.inline(found, put_in, (*above, node.data), letters_in(node.args), moves, entries)
        return self.complete(body, (*above, node.data))

    def applied_to(self, node: Tree, arguments: Sequence[Tree]) -> Tree:
        r"""A call of a function without a formula: of f_j, a member where j counts; of f_\theta by \theta too."""
        name = name_called(node)
        if name.sub and name.sub[0].text in self.bound and name.base in self.usage.called_whole:
            whole = bracketed(applied(name.base, together(arguments), node), node.start, node.end)
            return Tree("entry", (whole,), name.sub, node.start, node.end)
        if name.sub and name.sub[0].text in self.bound:
            return applied(name.base, together(arguments), node, at=name.sub)
        if len(arguments) == 2 and node.data in LOSSES and self.constant(below := arguments[1]) and (
                below.end <= arguments[0].start):  # fmt: skip
            return applied(f"{node.data}_{{{below.data.full}}}", arguments[0], node)
        labelled = _LABELLED.fullmatch(node.data)
        if labelled is not None and (labelled[2][0] == "\\" or labelled[2] in self.usage.stops):
            below = Tree("name", (), Name(labelled[2]), UNPLACED, UNPLACED)
            return applied(labelled[1], together([*arguments, below]), node)
        return applied(node.data, together(arguments), node)

    def constant(self, tree: Tree) -> bool:
        r"""Whether a tree is a name of which nothing is asked, such as the \delta of a loss \rho_\delta(r)."""
        return tree.op == "name" and tree.data.full not in self.usage.stops and not self.lookup.said.defined(
            tree.data.full)  # fmt: skip

    def refuse_recurrence(self, found: Definition, right: Tree) -> None:
        """Refuse h_t = g(h_{t-1}) where the derivative is by something in it: all earlier members depend on that.

        An earlier member itself does not.
        """
        names = [t.data for t in walk(right) if t.op == "name"]
        counts = {*letters_below(found.name), *bound_within(right)}  # others are labels
        earlier = {n.full for n in names if n.base == found.name.base and n.full != found.name.full
                   and letters_below(n) and counts.issuperset(letters_below(n))}  # fmt: skip
        spoken = {n.base for n in names} | {n.full for n in names}
        if earlier and not self.usage.stops & spoken <= earlier:
            message = f"{found.name.full} is defined by its own earlier values"
            raise fail("unsupported", message, found.span, "ask for the derivative by one of its values")

    def inline(self, found: Definition, change: Callable[[Tree], Tree | None], above: tuple[str, ...],
               arriving: Iterable[str], moves: Mapping[str, str] = MappingProxyType({}), entries: bool = False) -> Tree:
        """The right side of a definition with names replaced; `entries`: applied to every entry.

        arriving: the letters of what comes in, which the definition's own sums must not take. moves: its own indices,
        and what they are here.
        """
        self.inlined += 1
        self.visited += INLINED
        if self.inlined > MAX_INLINED or self.visited > self.room:
            raise fail("too-large", "definitions that grow without end", found.span)
        right = self.parse(found.right)
        self.refuse_recurrence(found, right)
        compared = any(t.op in BINDING and t.data.limit is not None for t in walk(right))
        own, spoken = self.around
        right = limited(right, moves)
        right = parted(right, {*arriving, *moves.values(), *(own if compared else ())}, spoken)
        right = with_limits(right, moves)
        return self.complete(rewritten(by_entries(right) if entries else right, change), above)
