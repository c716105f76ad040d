"""Functions with a notation of their own: maxima, indicators, norms of every kind, eigenvalues and singular values."""

from __future__ import annotations

import re
from fractions import Fraction

from texgrad.algebra import Op
from texgrad.operators import (
    DET,
    LARGER,
    LOG,
    LOG2,
    LOG10,
    LOGDET,
    MAXIMUM,
    MINIMUM,
    NEGATIVE_PART,
    POWER,
    RELU,
    SMALLER,
    STEP,
    TRACE,
    TRANSPOSE,
)
from texgrad.reader.brackets import closing, outside, unfenced
from texgrad.reader.cursor import Cursor
from texgrad.reader.items import Item, Items, canonical
from texgrad.reader.tree import Name, Tree, bracketed
from texgrad.reader.vocabulary import FENCE_OPS
from texgrad.source import Span, fail

GREATER = frozenset((">", r"\gt", r"\ge", r"\geq", r"\geqslant"))
LESS = frozenset(("<", r"\lt", r"\le", r"\leq", r"\leqslant"))
LOG_BASES = {"2": LOG2, "10": LOG10, "e": LOG}
SPECTRAL_LETTERS = frozenset((r"\lambda", r"\sigma"))
ALL_VALUES = frozenset("nNmMdDprR")  # what sums over all eigenvalues or singular values run to
EXTREMES = frozenset(("max", "min"))
SCHATTEN = frozenset(("S", r"\mathcal{S}", r"\mathrm{S}", r"\mathbf{S}"))  # in subscripts of norms, p below it
NAMELESS = re.compile(r"\\mathcal|\\mathbb|\\ell|^[LHVW]\^|^0$|,")  # subscripts of norms of spaces, and of mixed norms


def comparison(items: Items) -> int | None:
    """Where the one sign of comparison stands among items, outside all brackets."""
    found = [k for k, item in outside(items) if item.kind == "op" and item.text in GREATER | LESS]
    return found[0] if len(found) == 1 else None


MASK = r"\mathbf{1}"  # what an indicator is called, with its set below


def mask(tree: Tree) -> Tree:
    r"""`\mathbf 1_\Omega` as a factor by entries is the indicator of a set: ones of that size would change nothing."""
    return Tree("name", (), Name(MASK, tree.data), tree.start, tree.end) if tree.op == "ones" and tree.data else tree


class Notations(Cursor):
    """Reads them."""

    def sum_over(self, item: Item) -> Tree:
        """A sum, a product or an extreme over indices."""
        raise NotImplementedError

    # --- the larger and the smaller -------------------------------------------------------------------------------

    def extreme(self, item: Item) -> Tree:
        r"""`\max(0, x)`, `\max(a, b)`, `\max(x)`, `\max_i x_i`, and the same with `\min`."""
        script = self.peek()
        if script is not None and script.kind == "_":
            return self.sum_over(item)
        opening = self.peek()
        if opening is None or opening.kind != "fence" or opening.text not in ("(", "{", "["):
            raise fail("syntax", f"{item.text} of what?", Span(item.start, item.end), rf"write \{item.text}(…)")
        args, _, closing = self.listed((",",))
        if len(args) > 2:
            raise fail("unsupported", f"the {item.text} of more than two", Span(item.start, closing.end), "nest them")
        return self.chosen(item, args, closing.end)

    def chosen(self, item: Item, args: list[Tree], end: int) -> Tree:
        """The tree for the extreme of one vector or of two quantities."""
        start, largest = item.start, item.text == "max"
        others = [a for a in args if not (a.op == "zeros" or (a.op == "number" and not a.data))]
        if len(args) == 2 and len(others) == 2:
            return Tree(LARGER if largest else SMALLER, tuple(args), None, start, end)
        if not others:
            return args[0]
        if len(args) == 1:
            return Tree(MAXIMUM if largest else MINIMUM, (others[0],), None, start, end)
        return Tree(RELU if largest else NEGATIVE_PART, (others[0],), None, start, end)

    # --- indicators -----------------------------------------------------------------------------------------------

    def indicator(self, items: Items, start: int, end: int) -> Tree | None:
        """The indicator of the comparison that items make; None where they make none."""
        items = unfenced(items)
        at = comparison(items)
        if at is None or not 0 < at < len(items) - 1:
            return None
        sides = (items[:at], items[at + 1 :])
        left, right = (Item("group", "{}", side[0].start, side[-1].end, (side,)) for side in sides)
        if items[at].text in LESS:
            left, right = right, left
        above, below = (self.inner(side.body[0], side) for side in (left, right))
        if below.op != "number" or below.data:
            above = Tree("sum", (above, below), (1, -1), start, end)
        return Tree(STEP, (above,), None, start, end)

    def compared(self) -> int | None:
        """Where the bracket that opens next closes, if there is a comparison in it."""
        opening = self.peek()
        if opening is None or opening.kind != "fence" or opening.text not in ("[", "(", "{"):
            return None
        end = closing(self.items, self.at)
        return end if end is not None and comparison(self.items[self.at + 1 : end]) is not None else None

    def bracketed_comparison(self, start: int, opening: int) -> Tree | None:
        """The indicator of the comparison in the bracket that stands at `opening`."""
        saved, self.at = self.at, opening
        close = self.compared()
        if close is None:
            self.at = saved
            return None
        self.at = close + 1
        return self.indicator(self.items[opening + 1 : close], start, self.items[close].end)

    # --- norms ----------------------------------------------------------------------------------------------------

    def norm_of_kind(self, body: Tree, script: Item, kind: str, start: int, end: int) -> Tree:
        """The norm that a subscript names: one of the table, the p-norm, or the one weighted with a matrix."""
        op = FENCE_OPS[r"\|"].get(kind)
        if op is not None:
            return Tree(op, (body,), kind, start, end)
        below = script.body[0]
        if len(below) == 2 and below[0].text in SCHATTEN and below[1].kind == "_" and kind not in self.symbols:
            return schatten(body, self.inner(below[1].body[0], script), start, end)
        space = kind == "H" and kind not in self.symbols
        if space or NAMELESS.search(kind) or NAMELESS.search(canonical(script.body[0])):
            raise fail("unsupported", f"a norm with the subscript {kind} is not known", Span(start, end),
                       "write ‖·‖_F, ‖·‖_2, ‖·‖_1, ‖·‖_p or ‖·‖_*")  # fmt: skip
        return Tree("norm by", (body, self.inner(script.body[0], script)), None, start, end)

    # --- eigenvalues and singular values --------------------------------------------------------------------------

    def spectral(self, item: Item) -> Tree | None:
        r"""`\lambda_{\max}(A)`, `\lambda_i(A)`, `\lambda(A)`, `\sigma_1(X)`; None where it is something else."""
        script = self.peek()
        has = script is not None and script.kind == "_"
        after = self.items[self.at + has] if self.at + has < len(self.items) else None
        if after is None or after.kind != "fence" or after.text != "(":
            return None
        sub: Items = script.body[0] if has and script is not None else ()
        name = Name(item.text, sub)
        which = canonical(sub)
        called = self.called(self.at + has)
        told = which in EXTREMES or (sub and (called or self.strict))  # \lambda_1(A) beside a number \lambda
        known = item.text in self.symbols and not told
        counted = not sub or which in EXTREMES or re.fullmatch(r"[a-z]|1?\d", which)
        if known or name.full in self.symbols or not counted:
            return None
        if not sub and (item.text == r"\sigma" or not called):
            return None
        start = self.at
        self.at += has
        (body,), _, closing = self.listed()
        following = self.peek()
        if not (self.strict or called or which in EXTREMES) and following is not None and following.kind == "^":
            self.at = start
            return None
        head = Tree("name", (), name, item.start, script.end if has and script is not None else item.end)
        return Tree("spectral", (head, body), (item.text, which), item.start, closing.end)

    def called(self, at: int) -> bool:
        """Whether the brackets that open at that place hold one letter only, and that a capital."""
        inner = self.items[at + 1 : at + 3]
        letter = re.sub(r"^\\[a-z]+\{(.*)\}$", r"\1", inner[0].text) if inner else ""
        return len(inner) == 2 and inner[0].kind == "name" and letter[:1].isupper() and inner[1].text == ")"

    # --- logarithms to a base -------------------------------------------------------------------------------------

    def to_base(self, tree: Tree, script: Item) -> Tree:
        """A logarithm with its base below it."""
        base = canonical(script.body[0])
        within = "bars" if tree.op == "log bars" and tree.data is LOG else DET if tree.op is LOGDET else None
        if (tree.op is not LOG and within is None) or base not in LOG_BASES:
            raise fail("unsupported", f"a function with the subscript {base}", Span(tree.start, tree.end))
        args = tree.args if within is None else (Tree(within, tree.args, None, tree.start, tree.end),)
        return Tree(LOG_BASES[base], args, None, tree.start, tree.end)


def schatten(body: Tree, order: Tree, start: int, end: int) -> Tree:
    """The Schatten norm (tr (XᵀX)^{p/2})^{1/p}, where p is the order."""

    def made(op: Op | str, *args: Tree, data: object = None) -> Tree:
        return bracketed(Tree(op, args, data, start, start), start, start)

    one, two = (made("number", data=Fraction(k)) for k in (1, 2))
    square = made("product", made(TRANSPOSE, body), body, data=("", ""))
    trace = made(TRACE, made("power", square, made("quotient", order, two, data=""), data=POWER))
    whole = made("power", trace, made("quotient", one, order, data=""), data=POWER)
    return Tree(whole.op, whole.args, whole.data, start, end)
