"""Items to untyped trees: precedence climbing over the table of spellings, brackets and bars paired on the way."""

from __future__ import annotations

from collections.abc import Callable, Collection

from texgrad.algebra import Op
from texgrad.notation import CIRCLE, COLON, INFIX
from texgrad.operators import CONJUGATE, FROBENIUS, HADAMARD, KRONECKER, TRANSPOSE
from texgrad.reader.cursor import spaceless
from texgrad.reader.factors import Factors
from texgrad.reader.items import Item, Items, canonical
from texgrad.reader.latex import BEFORE
from texgrad.reader.names import DENSITIES, of_density
from texgrad.reader.nesting import PARSED, outlined
from texgrad.reader.notations import mask
from texgrad.reader.scripts import TRANSPOSES, plain
from texgrad.reader.tree import Tree, walk
from texgrad.reader.vocabulary import CLOSES
from texgrad.reader.vocabulary import INFIX as SIGNS
from texgrad.source import Span, fail

MAX_NESTING = 60
MAX_OPERANDS = 200
MAX_KRONECKER = 5  # the numbers of entries multiply, and the check works them out
SUM_SIGNS = frozenset("+-")
PRODUCT_SIGNS = frozenset((r"\cdot", r"\times", "*", r"\star", "."))
LEVELS = {sign: INFIX[op] for sign, op in SIGNS.items() if sign not in PRODUCT_SIGNS} | {
    r"\oslash": CIRCLE, r"\oplus": CIRCLE, r"\bullet": COLON,
}  # fmt: skip
OTHERS: dict[str, Op | str] = {
    r"\oslash": "quotient by entries", r"\oplus": "Kronecker sum", r"\bullet": FROBENIUS,
}  # fmt: skip


def parse(items: Items, functions: Collection[str] = (), symbols: Collection[str] = (), strict: bool = False,
          macros: Collection[str] = ()) -> Tree:  # fmt: skip
    """The tree of an expression; `functions` are names that take arguments, `strict` knows differentials.

    macros: the names of the author's, one of which an unknown macro may be meant to be.
    """
    items = spaceless(items)
    if not items:
        raise fail("syntax", "there is no formula")
    parser = Parser(items, functions, symbols, strict)
    parser.macros = macros
    parser.items = outlined(items, parser.kept)
    tree = parser.expression()
    if parser.at < len(parser.items):
        parser.stop(parser.items[parser.at])
    return tree


TURNS = TRANSPOSES | {r"\top", r"\intercal"}  # before a matrix


class Parser(Factors):
    """Sums, infix signs and products of factors."""

    # --- sums and infix signs -------------------------------------------------------------------------------------

    def expression(self) -> Tree:
        """A sum of terms."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            item = self.items[min(self.at, len(self.items) - 1)]
            raise fail("too-large", f"the formula nests deeper than {MAX_NESTING} levels", Span(item.start, item.end))
        terms: list[Tree] = []
        signs: list[int] = []
        opening = self.items[self.at].start if self.at < len(self.items) else self.items[-1].end
        sign = self.signs() or 1
        while sign:
            terms.append(self.infix(COLON))
            signs.append(sign)
            sign = self.signs()
        self.depth -= 1
        if len(terms) == 1 and signs[0] == 1:
            return terms[0]
        return Tree("sum", tuple(terms), tuple(signs), min(opening, terms[0].start), max([t.end for t in terms]))

    def signs(self) -> int:
        """1 or −1 for the signs that come next, which are passed; 0 where there are none."""
        found, items = 0, self.items
        while self.at < len(items) and items[self.at].text in SUM_SIGNS and items[self.at].kind == "op":
            found = (found or 1) * (-1 if items[self.at].text == "-" else 1)
            self.at += 1
        return found

    def infix(self, lowest: int) -> Tree:
        """Chains joined by signs that bind at least as strongly as `lowest`."""
        left = self.chain()
        while self.at < len(self.items) and (item := self.items[self.at]).kind == "op":
            level = LEVELS.get(item.text)
            if level is None or level < lowest:
                break
            self.at += 1
            right = self.infix(level + 1)
            op = OTHERS.get(item.text) or SIGNS[item.text]
            if op is HADAMARD:
                left, right = mask(left), mask(right)
            args = (*left.args, right) if op is HADAMARD and left.op is op and not left.fenced else (left, right)
            if len(args) > MAX_OPERANDS:
                raise fail("too-large", f"more than {MAX_OPERANDS} operands", Span(left.start, right.end))
            left = Tree(op, args, item.text, left.start, max(left.end, right.end))
            if op is KRONECKER and sum(t.op is op for t in walk(left)) > MAX_KRONECKER:
                message = f"a Kronecker product of more than {MAX_KRONECKER + 1} matrices"
                raise fail("too-large", message, left.span, "give a part of it a name")
        return left

    # --- products -------------------------------------------------------------------------------------------------
    def chain(self, operand: bool = False) -> Tree:
        """Factors side by side; as the `operand` of a function without brackets it ends before the next function."""
        item = self.peek()
        if item is not None and item.kind == "op" and item.text in ("+", "-"):
            self.at += 1
            self.depth += 1
            if self.depth > MAX_NESTING:
                raise fail("too-large", "too many signs in a row", Span(item.start, item.end))
            body = self.chain(operand)
            self.depth -= 1
            return body if item.text == "+" else Tree("sum", (body,), (-1,), item.start, body.end)
        factors: list[Tree] = []
        separators: list[str] = []
        while True:
            item = self.items[self.at] if self.at < len(self.items) else None
            sign = ""
            if factors:
                if item is not None and item.kind == "op":
                    if item.text == "/":
                        self.at += 1
                        above = _product(factors, separators)
                        below = self.divisor(above)
                        factors = [Tree("quotient", (above, below), "/", above.start, below.end)]
                        separators = [""]
                        continue
                    if item.text in PRODUCT_SIGNS and self.goes_on():
                        sign = item.text
                        self.at += 1
                        item = self.peek()
                if not sign and (item is None or not self.starts_factor(item)):
                    break
            worded = operand and item is not None and item.kind == "word"
            if worded and factors and factors[-1].op is not TRANSPOSE:
                break
            factors.append(self.factor())
            separators.append(sign)
            if worded and (len(factors) == 1 or factors[-2].op is not TRANSPOSE):
                break
            if operand and factors[-1].op == "call" and self.weighted(factors[-1]):
                break
        return _product(factors, separators)

    def weighted(self, call: Tree) -> bool:
        r"""Whether something else than a density stands behind the call of one, as in `\log\pi(a|s)Q(s,a)`."""
        following = self.peek()
        return of_density(call.data) and following is not None and following.text not in DENSITIES

    def divisor(self, above: Tree) -> Tree:
        r"""What stands behind a slash: one factor, or the product that a row vector begins, as in `x^TAx/x^Tx`.

        So it is with a number and a letter that end the term, as in `-x^2/2\sigma^2`; not so in `1/2\|x\|^2`.
        """
        factors = [self.factor()]
        if factors[0].op == "number" != above.op and self.ends_with_letter():
            factors.append(self.factor())
        if factors[0].op is TRANSPOSE and not factors[0].fenced:
            while (item := self.peek()) is not None and self.starts_factor(item):
                factors.append(self.factor())
        return _product(factors, [""] * len(factors))

    def ends_with_letter(self) -> bool:
        """Whether all that is left of the term is a letter right behind the number, with what is above and below it."""
        item = self.peek()
        if item is None or item.kind != "name" or item.start != self.items[self.at - 1].end:
            return False
        at = self.at + 1
        while at < len(self.items) and self.items[at].kind in ("_", "^"):
            if self.items[at].kind == "^" and not canonical(self.items[at].body[0]).isdigit():
                return False
            at += 1
        following = self.items[at] if at < len(self.items) else None
        return following is None or (following.kind == "op" and following.text not in PRODUCT_SIGNS) or (
            following.kind == "fence" and following.text not in CLOSES)  # fmt: skip

    def goes_on(self) -> bool:
        """Whether a factor follows the sign that comes next; a full stop is one only between factors."""
        following = self.items[self.at + 1] if self.at + 1 < len(self.items) else None
        sign = self.items[self.at].text
        return sign != "." or (following is not None and following.kind != "number" and self.starts_factor(following))

    def factor(self) -> Tree:
        """One factor with everything above and below it."""
        item = self.items[self.at] if self.at < len(self.items) else None
        if item is None:
            last = self.items[-1]
            place = Span(min(last.start, last.end - 1), last.end)
            raise fail("syntax", "the formula ends too early", place, f"write what follows {last.text}, or remove it")
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise fail("too-large", f"the formula nests deeper than {MAX_NESTING} levels", Span(item.start, item.end))
        reader = READERS.get(item.kind)
        if reader is None:
            self.stop(item)
        self.at += 1
        tree = reader(self, item)
        if self.at < len(self.items):
            tree = self.scripted(tree)
        self.depth -= 1
        return tree


    def turned(self, item: Item) -> Tree:
        """A transpose whose sign stands before the matrix, as French authors write it: `{}^tX`."""
        if plain(canonical(item.body[0])) not in TURNS or self.peek() is None:
            self.stop(item)
        body = self.factor()
        return Tree(TRANSPOSE, (body,), "t", item.start, body.end)


def _product(factors: list[Tree], separators: list[str]) -> Tree:
    if len(factors) == 1:
        return factors[0]
    return Tree("product", tuple(factors), tuple(separators), factors[0].start, max([f.end for f in factors]))


READERS: dict[str, Callable[[Parser, Item], Tree]] = {
    "name": Parser.name, "number": Parser.number, "group": Parser.group, "fence": Parser.fence, "bar": Parser.bar,
    "open bar": Parser.bar, "frac": Parser.fraction, "env": Parser.environment, "sqrt": Parser.root,
    "word": Parser.word, "sum": Parser.sum_over, "prod": Parser.sum_over,
    BEFORE: Parser.turned, "^": Parser.turned,
    PARSED: lambda self, item: self.parsed[int(item.text)],
    "conj": lambda self, item: Tree(CONJUGATE, (self.inner(item.body[0], item),), item.text, item.start, item.end),
    "nabla": Parser.nabla, "ones": Parser.constant, "zeros": Parser.constant,
}  # fmt: skip
