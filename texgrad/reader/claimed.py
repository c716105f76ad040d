"""Equations taken apart: the claims on some lines, and what these declare and define."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from texgrad.immutable import lazy
from texgrad.reader.claims import parse_claim
from texgrad.reader.declare import declare_formula, unsized
from texgrad.reader.defined import definition, of_logarithm
from texgrad.reader.functions import declare_functions
from texgrad.reader.items import Item, Items, worded
from texgrad.reader.moving import set_moving
from texgrad.reader.named import read_name
from texgrad.reader.names import Declared
from texgrad.reader.nested import letters, size
from texgrad.reader.problem import Source
from texgrad.reader.read import Session
from texgrad.reader.remainders import remaining
from texgrad.reader.request import is_derivative
from texgrad.reader.rows import Claim, rows
from texgrad.reader.said import Definition
from texgrad.reader.sides import Equation, Manner, Side
from texgrad.reader.standards import names_called
from texgrad.reader.statements import Formula, Statement, placed, read_formula
from texgrad.reader.taken import pointed
from texgrad.reader.tree import Tree
from texgrad.reader.varying import with_differentials
from texgrad.remembered import remembered
from texgrad.shapes import SCALAR
from texgrad.source import Diagnostic, TexgradError

# what nobody writes of numbers
_OF_ARRAYS = re.compile(r"\^\s*\{?\s*(?:T|\\top|\\intercal|\\math\w+\s*\{?T)|\\nabla|'|\\\||\|\||:")


@remembered(size=lambda _, items, *__: size(items))
def _parsed(items: Items, functions: frozenset[str], symbols: frozenset[str], whole: bool) -> Tree:
    """The tree of items; definitions are parsed once for all the equations that need them."""
    return parse_claim(worded(items, functions), functions, symbols, whole)


def by_logarithm(statement: Statement) -> Definition | None:
    """The definition of what is defined by its logarithm."""
    found = of_logarithm(statement)
    if found is None:
        return None
    at = statement.sides[0][0].end
    opening, closing = Item("fence", "(", at, at), Item("fence", ")", at, at)
    return replace(found, right=(Item("word", "exp", at, at), opening, *found.right, closing))


def _rows(formula: Formula) -> list[list[Claim]]:
    """The claims on the rows of a formula, which every manner of reading begins with."""
    return rows(formula.items)


class Claimed:
    """What stands on the lines: `found` are the equations, `reasons` say why a line cannot be read."""

    def __init__(self, session: Session, lines: Sequence[Source], manner: Manner) -> None:
        self.session, self.manner = session, manner
        self.said = session.said.copy()
        start = min((line.offset for line in lines), default=0)
        self.said.definitions[:] = [d for d in self.said.definitions if self._counts(d, start)]
        self.reasons: dict[int, Diagnostic] = {}
        self.found: list[Equation] = []
        for name, shape in manner.shapes.items():
            if name not in self.said.declared:
                self.said.add(name, shape)
        read = [self._line(k, line) for k, line in enumerate(lines)]
        self.formulas = [f for f in read if f is not None]
        set_moving(self.formulas, self.said)
        if manner.plain and not any(_OF_ARRAYS.search(line.latex) for line in lines):
            small = (n for n in sorted(letters(f.items for f in self.formulas)) if len(n) == 1 and n.islower())
            self.said.declared.update((n, Declared(SCALAR)) for n in small)
        for k, formula in enumerate(read):
            if formula is not None:
                for number, row in enumerate(formula.once(_rows)):
                    for claim in row:
                        self._claim(k, number, claim, formula)

    # --- lines ----------------------------------------------------------------------------------------------------

    def _counts(self, made: Definition, start: int) -> bool:
        """Whether a definition is one: not another name for a name, and not what is said later of a variable."""
        if not made.parameters and read_name(made.right) is not None:
            return False
        if self.manner.alone and made.span.start < start:
            return False
        return made.span.start < start or made.name.full not in self.said.declared

    def _line(self, number: int, source: Source) -> Formula | None:
        """The formula on a line, whose declarations are noted."""
        try:
            formula = unsized(read_formula(source, self.session.macros), self.said).once(with_differentials)
            declare_formula(formula, self.said)
            declare_functions(formula, self.said)
        except TexgradError as error:
            self.reasons[number] = placed(error.diagnostics[0])
            return None
        return formula

    def _claim(self, line: int, row: int, claim: Claim, formula: Formula) -> None:
        """Note an equation, and what it defines if the name on its left is not explained before."""
        sides = [self._side(items) for items in claim.sides]
        equation = Equation(line, row, sides, claim.relations, claim.goes_on)
        self.found.append(equation)
        statement = Statement(formula, claim.sides, claim.relations)
        if claim.goes_on or len(claim.sides) < 2 or is_derivative(statement):
            return
        plain = definition(statement)
        made = plain or by_logarithm(statement)
        if made is None or claim.relations[0] not in ("=", ":="):
            return
        if self._new(made):
            equation.defines = made.name.full
            right = equation.sides[1].items if plain is made else made.right
            self.said.definitions.append(replace(made, explicit=True, right=right))
        if len(claim.sides) > 2:  # u = f(x) = 3x
            inner = definition(replace(statement, sides=claim.sides[1:], relations=claim.relations[1:]))
            if inner is not None and inner.parameters and self._new(inner):
                self.said.definitions.append(replace(inner, explicit=True))

    def _side(self, items: Items) -> Side:
        items, point = pointed(items)
        whole, remainder = remaining(items, self.own_letters)
        return Side(whole, point=point, remainder=remainder)

    def _new(self, made: Definition) -> bool:
        """Whether a name is to be defined here."""
        known = any(d.name.full == made.name.full for d in self.said.definitions)
        declared = made.name.full in self.said.declared and not self.manner.fresh
        return self.manner.anew or not (known or declared)

    def tree(self, items: Items) -> Tree:
        """The tree of items."""
        return _parsed(items, *self.spelt, self.manner.whole)

    @lazy
    def own_letters(self) -> frozenset[str]:
        """The names of which something was said."""
        return frozenset(self.said.declared.keys() | {d.name.full for d in self.said.definitions})

    @lazy
    def spelt(self) -> tuple[frozenset[str], frozenset[str]]:
        """The names that can be functions, and those of symbols."""
        bare = {d.name.full for d in self.said.definitions if not d.parameters}
        functions = bare | names_called(self.said.definitions) | self.said.functions.keys()
        return frozenset(functions), frozenset(self.said.declared.keys() | bare)
