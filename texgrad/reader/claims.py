"""The grammar of what people claim: differentials, and derivatives that stand inside a formula."""

from __future__ import annotations

from collections.abc import Collection
from itertools import takewhile

from texgrad.reader.calls import DIFFERENTIALS
from texgrad.reader.cursor import spaceless
from texgrad.reader.derivatives import Slope
from texgrad.reader.differentiation import fraction, prefix
from texgrad.reader.directions import HEADS as ALONG
from texgrad.reader.directions import along
from texgrad.reader.grammar import Parser
from texgrad.reader.items import Item, Items
from texgrad.reader.names import FUNCTION_NAMES
from texgrad.reader.tree import Name, Tree, bracketed
from texgrad.reader.variables import Variable, variable
from texgrad.reader.vocabulary import FUNCTION_LETTERS
from texgrad.source import Span, fail

INCREMENTS = frozenset((r"\Delta", r"\delta"))
HEADS = frozenset(("frac", "nabla", "partial", "name", "fence"))


def parse_claim(items: Items, functions: Collection[str], symbols: Collection[str], whole: bool = False) -> Tree:
    """The tree of a side of an equation; `whole`: a derivative at its start reaches over the whole side."""
    items = spaceless(items)
    if not items:
        raise fail("syntax", "there is no formula")
    parser = ClaimParser(items, functions, symbols, False)
    parser.whole = whole
    tree = parser.slashed() or parser.expression()
    if parser.at < len(items):
        parser.stop(parser.items[parser.at])
    return tree


def _tree_of(variable: Variable) -> Tree:
    """The name that stands below."""
    return Tree("name", (), variable.name, *variable.span)


def _slope(variables: list[Variable], order: int) -> Slope | None:
    """By what is differentiated; None where nothing says it."""
    if not variables:
        return None
    first, *others = sorted(variables, key=lambda v: v.transposed)
    second = [_tree_of(v) for v in others if v.name.full != first.name.full]
    turned = any(v.transposed for v in variables)
    return Slope(_tree_of(first), second[0] if second else None, order, turned, first.vectorised)


class ClaimParser(Parser):
    """Reads them; an operator such as ∂/∂X reaches over the product that follows it."""

    whole = False
    reaching = 0

    def slashed(self) -> Tree | None:
        """A derivative written with a slash, `d(x^TAx)/dx`, that is all there is."""
        head = self.items[0]
        if head.kind == "frac" or not (head.kind == "partial" or head.text in DIFFERENTIALS):
            return None
        found = fraction(self.items)
        if found is None or found[3] != len(self.items) or not found[0]:
            return None
        self.at = len(self.items)
        return self.derivative_of(self.inner(found[0], head), found[1], found[2], head)

    def factor(self) -> Tree:
        """One factor, a differential or a derivative among them."""
        item = self.peek()
        found = self.derivative(item) if item is not None and item.kind in HEADS else None
        if item is not None and found is None and self.multiplied(item):
            self.at += 1
            found = Tree("name", (), Name(item.text), item.start, item.end)
        if found is None or item is None:
            return super().factor()
        return self.scripted(found)

    def starts_factor(self, item: Item) -> bool:
        """Whether a factor can begin with this item; a derivative ends the reach of another."""
        return super().starts_factor(item) and not (self.reaching and self.heads(item))

    def multiplied(self, item: Item) -> bool:
        """Whether a name with a definition stands before a bracket that it is multiplied by, as in `M(C^T)^2`.

        What a function is called with is a name, a number, or a step from a name.
        """
        known = item.kind == "name" and item.text in self.symbols and item.text in self.functions
        if not known or not self.opens(self.at + 1):
            return False
        end = self.closing(self.at + 1)
        inner = self.items[self.at + 2 : end]
        if end is None or not inner or inner[0].kind not in ("name", "number"):
            return end is not None
        alone = all(i.kind in ("name", "_", "number") for i in inner) and len(inner) < 3
        raised = end + 1 < len(self.items) and self.items[end + 1].kind == "^"
        signs = any(i.kind == "op" and i.text in ("+", "-", ",", ";") for i in inner)
        return not alone and not (signs and not raised and all(i.kind != "^" for i in inner))

    def heads(self, item: Item) -> bool:
        """Whether a derivative begins here."""
        if item.kind == "frac":
            return bool(item.body[0]) and (item.body[0][0].kind == "partial" or item.body[0][0].text in DIFFERENTIALS
                                           ) and fraction((item,)) is not None  # fmt: skip
        return item.kind in ("nabla", "partial")

    def derivative(self, item: Item) -> Tree | None:
        """The derivative or differential that begins with this item."""
        if item.kind == "fence":
            return self.directional(item)
        if item.kind == "name" and not self.by_name(item):
            return self.directional(item) or self.differential(item) or self.increment(item) or self.primed(item)
        if item.kind != "name" and not self.heads(item):
            return None
        rest = self.items[self.at :]
        found = fraction((item,)) if item.kind == "frac" else prefix(rest)
        if found is None:
            self.stop(item)
        function, variables, order, used = found
        if function:
            self.at += 1
            self.argued(variables)
            return self.derivative_of(self.inner(function, item), variables, order, item)
        start = self.at
        self.at += used
        if self.peek() is None:
            raise fail("syntax", "the derivative of what?", Span(item.start, item.end))
        body = self.named_function(item)
        if body is None:
            self.reaching += 1
            body = self.expression() if self.whole and not start else self.chain()
            self.reaching -= 1
        return self.derivative_of(body, variables, order, item)

    def by_name(self, item: Item) -> bool:
        r"""Whether a derivative operator with its variable begins here, `D_x\|Ax-b\|^2`."""
        below, following = [*self.items[self.at + 1 : self.at + 3], item, item][:2]
        if item.text != "D" or "D" in self.symbols or below.kind != "_" or following.kind == "name":
            return False
        name = below.body[0][0].text if len(below.body[0]) == 1 else ""
        return name in self.symbols and f"D_{name}" not in self.symbols and self.starts_factor(following)

    def argued(self, variables: list[Variable]) -> None:
        r"""Go past the argument of a derivative, `\frac{du}{dx}(x)`; one at another point is not read."""
        following = self.peek()
        end = self.closing(self.at) if following is not None and following.text == "(" else None
        inner = self.items[self.at + 1 : end] if end is not None else ()
        if following is None or end is None or len(inner) != 1 or inner[0].kind not in ("name", "number"):
            return
        if [v.name.full for v in variables] != [inner[0].text]:
            raise fail("unsupported", "a derivative at a point", Span(following.start, self.items[end].end))
        self.at = end + 1

    def named_function(self, item: Item) -> Tree | None:
        r"""The function right behind a nabla, which reaches no further: `\nabla f(x)^T h`, `\nabla^2f\,h`."""
        following = self.peek()
        if item.kind != "nabla" or following is None or following.kind != "name":
            return None
        if following.text not in self.functions:
            return None
        after = self.items[self.at + 1] if self.at + 1 < len(self.items) else following
        if after.kind == "_":
            return None
        self.at += 1
        return self.name(following)

    def derivative_of(self, body: Tree, variables: list[Variable], order: int, item: Item) -> Tree:
        """The tree of a derivative."""
        slope = _slope(variables, order) or Slope(Tree("variable", (), None, item.start, item.start), None, order)
        return Tree("derivative", (body,), slope, item.start, max(item.end, body.end))

    def directional(self, item: Item) -> Tree | None:
        """`Df(X)[H]`: the derivative of a function along a direction."""
        head = self.items[self.at : self.at + 2][-1] if item.text == "(" else item
        found = along(self.items[self.at :], self.functions, self.symbols) if head.text in ALONG else None
        if found is None:
            return None
        body, way = self.inner(found.function, item), self.inner(found.direction, item)
        slope = _slope([variable(found.variable, item)] if found.variable else [], 1)
        self.at += found.used
        slope = slope or Slope(Tree("variable", (), None, item.start, item.start))
        return Tree("derivative", (body, way), slope, item.start, self.items[self.at - 1].end)

    def differential(self, item: Item) -> Tree | None:
        """`dX`, `d(XY)`, `d\\log\\det X`."""
        following = self.items[self.at + 1] if self.at + 1 < len(self.items) else None
        if item.text not in DIFFERENTIALS or item.text in self.symbols or following is None:
            return None
        if not self.starts_factor(following) or following.kind == "number":
            return None
        self.at += 1
        body = self.factor()
        return Tree("differential", (body,), item.text, item.start, body.end)

    def increment(self, item: Item) -> Tree | None:
        r"""`\Delta X`, which is one symbol."""
        following = self.items[self.at + 1] if self.at + 1 < len(self.items) else None
        if item.text not in INCREMENTS or item.text in self.symbols or following is None or following.kind != "name":
            return None
        self.at += 2
        return Tree("name", (), Name(f"{item.text} {following.text}"), item.start, following.end)

    def primed(self, item: Item) -> Tree | None:
        """`f'(x)`, `f''(x)` and `f^2(x)`, where f is a function."""
        letter = item.text in FUNCTION_LETTERS and item.text not in self.symbols
        if not letter and item.text not in self.functions and item.text not in FUNCTION_NAMES:
            return None
        scripts = list(takewhile(lambda i: i.kind == "^", self.items[self.at + 1 : self.at + 4]))
        primes = [i.text for s in scripts for i in s.body[0]]
        if not scripts or not self.opens(self.at + 1 + len(scripts)):
            return None
        if len(primes) == 1 and primes[0].isdigit():
            self.at += 2
            called = self.call(item)
            return self.raised(bracketed(called, item.start, called.end), scripts[0]._replace(end=called.end))
        if len(primes) > 2 or set(primes) != {"'"}:
            return None
        self.at += 1 + len(scripts)
        body = self.name(item)
        if len(body.args) != 1 or body.args[0].op not in ("name", "entry"):  # f'(2x) is f' there
            raise fail("unsupported", "the derivative of a function elsewhere than at a name", body.span)
        slope = Slope(Tree("variable", (), None, item.start, item.start), None, len(primes))
        following = self.peek()
        if following is None or following.text != "[" or len(primes) > 1:
            return Tree("derivative", (body,), slope, item.start, body.end)
        self.at += 1
        way = self.fence(following)
        return Tree("derivative", (body, way), slope, item.start, way.end)
