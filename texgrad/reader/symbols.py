"""Shapes of names: declared ones, and unknowns of a kind that convention suggests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Self

from texgrad.algebra import Op
from texgrad.reader.fields import SQUARE
from texgrad.reader.items import Items
from texgrad.reader.names import (
    MATRIX_KIND,
    ROW_KIND,
    SCALAR_KIND,
    VECTOR_KIND,
    Reference,
    Scope,
    letters_below,
    parse_size,
    ranks,
    resolve,
    unshifted,
)
from texgrad.reader.tree import Name, Tree
from texgrad.reader.types import SCALAR_FORM, Form, Size, Sizes
from texgrad.shapes import ONE, Dim
from texgrad.source import fail

MATRIX_KINDS = (None, MATRIX_KIND)
Condition = tuple[str, tuple[str, ...]]  # what indices have to fulfil, with marks in their places, and the indices
MEMBERS = ((0, "component"), (4, "member"))  # what Y_i is where Y is said to be a vector
GIVEN = frozenset(("|", r"\mid"))
LINES = ((0, "row"), (1, "column"), (2, "turned row"))  # what X_i of a matrix can be, with what each costs


class Misfit(Exception):
    """Shapes that do not fit, and the tree that is to blame; `beside`: the one that it does not fit to.

    op: the operator whose arguments they are, where it is one with a signature.
    """

    def __init__(self, tree: Tree, message: str, help: str = "", beside: Tree | None = None,
                 op: Op | None = None) -> None:  # fmt: skip
        self.tree, self.message, self.help, self.beside, self.op = tree, message, help, beside, op


class OutOfRange(Misfit):
    """An index that does not run over what it stands below."""


class Resolved:
    """What names refer to in one scope, by how they are written and the indices that are known there."""

    def __init__(self) -> None:
        self.by_name: dict[tuple[str, str, int, tuple[str, ...]], Reference] = {}


class Symbols:
    """One attempt: the kinds chosen, the sizes found, and what was decided where a formula can mean two things."""

    def __init__(self, scope: Scope, kinds: dict[str, int], resolved: Resolved | None = None) -> None:
        self.scope = scope
        self.kinds = kinds
        self.resolved = resolved or Resolved()
        self.sizes = Sizes()
        self.forms: dict[str, Form] = {}
        self.families: dict[str, Size] = {}
        self.lengths: list[Size] = []  # of the vectors of which entries are spoken of
        self.arguments: dict[str, Form] = {}
        self.taking: dict[str, int] = {}  # how many arguments functions have
        self.members: dict[str, Size | None] = {}  # what the index of a family of functions runs over
        self.seen: dict[str, tuple[tuple[int, Any], ...]] = {}
        self.notes: dict[str, None] = {}
        self.squares: set[int] = set()
        self.meant: dict[int, Tree] = {}
        self.penalty = 0
        self.by_entries: set[int] = set()
        self.of_matrices: set[int] = set()
        self.references: dict[int, Reference] = {}
        self.decided: dict[int, str] = {}
        self.results: dict[int, Form] = {}
        self.misfits: dict[int, Exception] = {}
        self.ready: dict[int, Form] = {}
        self.sides: dict[int, Form | None] = {}  # of equations
        self.summed: dict[int, tuple[tuple[str, Size, tuple[str, str] | None], ...]] = {}
        self.ends: dict[str, tuple[int, int]] = {}  # of the sums that bind the indices
        self.reach: dict[tuple[str, int], list[tuple[int, int]]] = {}  # how far shifted indices lie outside
        self.inside: dict[tuple[str, int], Tree] = {}  # entries, of which there are as many as the range has values
        self.partial: dict[int, tuple[int, int]] = {}
        self.sets: dict[str, tuple[Size, ...]] = {}  # what the indices in a condition run over
        self.conditions: dict[str, Items] = {}
        self.fulfilled: dict[int, tuple[Condition, ...]] = {}
        self.indices: dict[str, Size] = {
            name: self.sizes.new() if size is None else size for name, size in scope.indices.items()
        }

    def copied(self, kinds: dict[str, int]) -> Self:
        """The same attempt so far, to go on with other choices for what was not met yet."""
        made = object.__new__(type(self))
        vars(made).update({n: v.copy() if type(v) in (dict, list, set) else v for n, v in vars(self).items()})
        made.kinds = kinds
        made.sizes = self.sizes.copied()
        made.reach = {key: list(found) for key, found in self.reach.items()}
        return made

    def choose(self, key: str, options: tuple[tuple[int, Any], ...]) -> Any:
        """The option taken in this attempt for what can mean several things, each with its cost."""
        self.seen[key] = options
        return options[self.kinds.get(key, 0)][1]

    # --- names ----------------------------------------------------------------------------------------------------

    def form_of_kind(self, kind: int) -> Form:
        """A new shape of a kind."""
        if kind == SCALAR_KIND:
            return SCALAR_FORM
        if kind == ROW_KIND:
            return ONE, self.sizes.new()
        return self.sizes.new(), (ONE if kind == VECTOR_KIND else self.sizes.new())

    def form(self, key: str, kind: int | None = None) -> Form:
        """The shape of the symbol `key`: declared, found before, or of the kind chosen for it."""
        found = self.forms.get(key)
        if found is None:
            declared = self.scope.declared.get(key)
            if declared is not None and declared.shape is not None:
                found = declared.shape
            elif declared is not None and declared.kind in MATRIX_KINDS and not SQUARE.isdisjoint(declared.assume):
                size = self.sizes.new()
                found = (size, size)
            elif declared is not None and declared.kind is not None and kind is None:
                found = self.form_of_kind(declared.kind)
            else:
                if kind is None:
                    kind = self.choose(key, ranks(key))
                found = self.form_of_kind(kind)
            self.forms[key] = found
        return found

    def name(self, tree: Tree) -> Form:
        """The shape of a name."""
        found = self.referred(tree)
        self.references[id(tree)] = found
        return NAMES[found.role](self, tree, found)

    def referred(self, tree: Tree) -> Reference:
        """What a name refers to, which is worked out once for all attempts."""
        name: Name = tree.data
        mark = name.base, name.full, len(name.sub), tuple(self.indices)
        found = self.resolved.by_name.get(mark)
        if found is None:
            found = resolve(name, self.scope, self.indices)
            if found.role == "symbol" and name.sub and not self.scope.knows(found.key):
                self.placed(tree)
            self.resolved.by_name[mark] = found
        return found

    def placed(self, tree: Tree) -> None:
        """Complain about an index that stands outside the sum over it, or beside one that is bound."""
        letters = [i.text for i in tree.data.sub if i.text != ","]
        if not GIVEN.isdisjoint(letters):  # P_{k|k-1}, at one time by what is known at another
            return
        moved = next((i.text for i in tree.data.sub if i.kind == "name" and i.text in self.indices), "")
        if moved and any(i.kind == "op" and i.text in ("+", "-") for i in tree.data.sub):
            help = f"give what stands one place on a letter of its own, y_{moved}"
            raise fail("unsupported", f"{tree.data.full}: an index that is shifted", tree.span, help)
        if moved and any(i.kind == "number" for i in tree.data.sub):
            raise fail("unsupported", f"{tree.data.full}: an index beside such a number", tree.span, "count from 1")
        below = letters_below(tree.data)
        if below and not self.scope.bound.isdisjoint(below):
            letters = list(below)
        if any(len(x) != 1 or not x.isalpha() for x in letters):
            return
        loose = [x for x in letters if x not in self.indices and x not in self.scope.sizes]
        if loose and (not self.scope.bound.isdisjoint(loose) or len(loose) < len(letters)):
            message = f"the index {', '.join(loose)} of {tree.data.full} is bound nowhere"
            raise fail("undeclared", message, tree.span, "put it inside the sum over it, or declare it: 'index of n'")

    def symbol(self, tree: Tree, found: Reference) -> Form:
        """A symbol by itself."""
        if self.scope.strict and not self.scope.knows(found.key):
            raise fail("undeclared", f"{found.key} is not known", tree.span, f"declare {found.key}")
        return self.form(found.key)

    def component(self, tree: Tree, found: Reference) -> Form:
        """An entry of a vector or a matrix."""
        if self.scope.strict and not self.scope.knows(found.key):
            raise fail("undeclared", f"{found.key} is not known", tree.span, f"declare {found.key}")
        form = self.form(found.key, VECTOR_KIND if len(found.indices) == 1 else MATRIX_KIND)
        said = self.scope.declared.get(found.key)
        unsized = said is not None and said.shape is None and found.key not in self.scope.whole
        if len(found.indices) == 1 and unsized and self.choose(f"{found.key} with an index", MEMBERS) == "member":
            self.references[id(tree)] = replace(found, role="member")
            return self.member(tree, found)
        if len(found.indices) == 1 and tree.data.label and self.apart(form, found.indices[0]):
            self.references[id(tree)] = replace(found, role="member")
            return self.member(tree, found)
        if len(found.indices) == 1 and ONE not in form and form[0] != form[1]:
            return self.line_of(tree, found, form)
        self.located(tree, form, found.indices)
        for axis, index in enumerate(found.indices):
            self.reached(found.key, axis, index, tree)
        return SCALAR_FORM

    def apart(self, form: Form, index: str) -> bool:
        """Whether an index above a name, `x^{(i)}`, numbers several of its kind: it runs over no size of it."""
        return ONE not in form or not self.sizes.unify(self.range_of(index), form[0])

    def line_of(self, tree: Tree, found: Reference, form: Form) -> Form:
        """A row or a column of a matrix, `X_i`: which of them, and whether as a column, its sizes have to tell."""
        line = self.choose(f"{found.key}_i", LINES)
        rows, cols = form
        self.reached(found.key, int(line == "column"), found.indices[0], tree)
        if not self.sizes.unify(self.range_of(found.indices[0]), cols if line == "column" else rows):
            index, shape = found.indices[0], self.sizes.show(form)
            raise OutOfRange(tree, f"the index {index} does not run over the {line}s of {shape}")
        self.references[id(tree)] = replace(found, role=line)
        return {"row": (ONE, cols), "column": (rows, ONE), "turned row": (cols, ONE)}[line]

    def range_of(self, index: str) -> Size:
        """What an index runs over, shifted or not; a number in its place, over anything."""
        if index.isdigit():
            return self.sizes.new()
        return self.indices[unshifted(index)[0]]

    def reached(self, key: str, axis: int, index: str, tree: Tree | None = None) -> None:
        """Note how far an index lies before the first value of its range, and behind the last one.

        tree: an entry, for which no values lie outside.
        """
        name, shift = unshifted(index)
        if name in self.ends:
            low, high = self.ends[name]
            self.reach.setdefault((key, axis), []).append((-low - shift, shift - high))
            if tree is not None:
                self.inside[key, axis] = tree

    def outside(self, key: str, axis: int = 0) -> tuple[int, int]:
        """How many members a family has before that of 1, and behind the last value of the range."""
        found = self.reach.get((key, axis), [(0, 0)])
        first = max(0, *(before for before, _ in found))
        behind = max(after for _, after in found)
        return first, behind if first else max(0, behind)

    def from_one(self, tree: Tree, at: tuple[str, ...]) -> None:
        """Refuse indices that are counted from 0 where that makes a difference."""
        if any(self.ends.get(unshifted(i)[0], (0, 0))[0] < 0 for i in at):
            raise fail("unsupported", "an index that starts at 0, in this place", tree.span, "shift the sum")

    def refuse_outside(self) -> None:
        """Refuse entries with an index before the first one, or behind the last one."""
        for (key, axis), tree in self.inside.items():
            first, behind = self.outside(key, axis)
            if first + behind:
                count = "more" if first + behind > 0 else "fewer"
                message = f"the index runs over {count} values here than there are entries"
                raise fail("unsupported", message, tree.span, "shift the sum, or shorten it")

    def located(self, tree: Tree, form: Form, at: tuple[str, ...]) -> None:
        """Make the indices `at` run over the sizes of `form`."""
        if len(at) > 2 or (form[1] == ONE) != (len(at) == 1) or form[0] == ONE:
            raise Misfit(tree, f"{len(at)} indices on {self.sizes.show(form)}")
        for index, size in zip(at, form, strict=False):
            if not self.sizes.unify(self.range_of(index), size):
                raise OutOfRange(tree, f"the index {index} does not run over {self.sizes.show(form)}")
        self.lengths += form[: len(at)]

    def member(self, tree: Tree, found: Reference) -> Form:
        """A member of a family."""
        declared = self.scope.declared.get(found.key)
        size = self.families.get(found.key)
        if size is None:
            size = declared.family if declared is not None and declared.family is not None else self.sizes.new()
            self.families[found.key] = size
        self.reached(found.key, 0, found.indices[0])
        if not self.sizes.unify(size, self.range_of(found.indices[0])):
            raise OutOfRange(tree, f"the index {found.indices[0]} does not run over the family {found.key}")
        form = self.form(found.key)
        if len(found.indices) > 1:
            self.located(tree, form, found.indices[1:])
            return SCALAR_FORM
        return form

    def identity(self, tree: Tree, found: Reference) -> Form:
        """The identity matrix."""
        size = parse_size(tree.data.sub) or self.sizes.new()
        return size, size

    def all_ones(self, tree: Tree, found: Reference) -> Form:
        r"""The vector of ones that economists call `\iota`."""
        return parse_size(tree.data.sub) or self.sizes.new(), ONE

    def basis(self, tree: Tree, found: Reference) -> Form:
        """A standard basis vector or a single-entry matrix."""
        self.from_one(tree, found.indices)
        sizes = tuple(self.range_of(i) for i in found.indices)
        return (sizes[0], ONE) if len(sizes) == 1 else (sizes[0], sizes[1])

    def commutation(self, tree: Tree, found: Reference) -> Form:
        """A commutation matrix K_{m,n}."""
        size = Dim.of(found.indices[0]) * Dim.of(found.indices[1])
        return size, size

    def half(self, tree: Tree, found: Reference) -> Form:
        """A duplication or an elimination matrix."""
        size = Dim.of(found.indices[0])
        sizes = (size * size, size.triangular())
        return sizes if found.role == "duplication" else sizes[::-1]

    def delta(self, tree: Tree, found: Reference) -> Form:
        """The Kronecker delta, whose indices have one range."""
        self.from_one(tree, found.indices)
        first, second = (self.range_of(i) for i in found.indices)
        if not self.sizes.unify(first, second):
            raise OutOfRange(tree, f"the indices {' and '.join(found.indices)} do not have the same range")
        return SCALAR_FORM

    def constant(self, tree: Tree, found: Reference) -> Form:
        """A size or an index used as a number."""
        return SCALAR_FORM


NAMES: dict[str, Callable[[Symbols, Tree, Reference], Form]] = {
    "symbol": Symbols.symbol,
    "component": Symbols.component,
    **dict.fromkeys(("member", "member component"), Symbols.member),
    "identity": Symbols.identity,
    "ones": Symbols.all_ones,
    **dict.fromkeys(("basis", "single"), Symbols.basis),
    **dict.fromkeys(("size", "index", "pi", "imaginary"), Symbols.constant),
    "delta": Symbols.delta,
    "commutation": Symbols.commutation,
    **dict.fromkeys(("duplication", "elimination"), Symbols.half),
}
