"""What a factor can be: symbols, numbers, brackets, bars, fractions, functions, sums, and their scripts."""

from __future__ import annotations

from difflib import get_close_matches
from fractions import Fraction
from typing import TypeVar

from texgrad.algebra import Op
from texgrad.operators import DET, FACTORIAL, FROBENIUS, GAMMA, LOG, LOGDET, SOFTMAX, TRACE, TRANSPOSE
from texgrad.reader.divergences import divergence_of_normals
from texgrad.reader.items import Item, Items, canonical, transposes
from texgrad.reader.notations import EXTREMES
from texgrad.reader.pieces import Pieces
from texgrad.reader.scripts import norm_kind
from texgrad.reader.tree import Tree, bracketed
from texgrad.reader.vocabulary import CLOSES, DIAGONALS, FENCE_OPS, INVERSES, WORD_PAIRS, WORDS
from texgrad.source import Span, fail

# the symmetric and the skew-symmetric part of a matrix: the sign of its transpose
PARTS = {"sym": 1, "Sym": 1, "symm": 1, "skew": -1, "Skew": -1, "skw": -1}


def half_sum(body: Tree, sign: int, start: int, end: int) -> Tree:
    """½(X ± Xᵀ)."""
    half = Tree("number", (), Fraction(1, 2), start, start)
    total = Tree("sum", (body, Tree(TRANSPOSE, (body,), None, start, end)), (1, sign), start, end)
    return Tree("product", (half, bracketed(total, start, end)), ("", ""), start, end)


NUMBERS = frozenset((TRACE, DET))  # what nobody transposes
ROOTS = frozenset(("1/2", r"\frac{1}{2}", r"\tfrac{1}{2}", r"\dfrac{1}{2}"))  # exponents of square roots
MAX_BLOCKS = 100
UNEVEN, FILL = "the rows of this matrix differ in length", "write 0 where a block is zero"
STEPS = frozenset(("rank", "rk", "rg", "round", "floor", "ceil", "argmax", "argmin", "mod", "card", "supp", "sort"))
Cell = TypeVar("Cell")


class Factors(Pieces):
    """Reads factors."""

    # --- what a factor can be -------------------------------------------------------------------------------------

    def group(self, item: Item) -> Tree:
        """What braces hold."""
        if not item.body[0]:
            raise fail("syntax", "nothing stands between these braces", Span(item.start, item.end))
        tree = self.inner(item.body[0], item)
        return bracketed(tree, item.start, item.end, tree.op != "name")

    def fence(self, item: Item) -> Tree:
        """A bracketed expression, blocks, or an inner product in angles."""
        if item.text not in CLOSES:
            self.stop(item)
        if item.text == "[" and (found := self.bracketed_comparison(item.start, self.at - 1)) is not None:
            return found
        if item.text == r"\langle":
            return self.angle(item)
        self.at -= 1
        parts, signs, closing = self.listed((",", ";") if item.text == "[" else ())
        return self.stacked(parts, signs, item, closing) if signs else bracketed(parts[0], item.start, closing.end)

    def angle(self, item: Item) -> Tree:
        """An inner product in angles, or an expression in them."""
        outside, self.bars = self.bars, ["|"]
        first = self.expression()
        sign = self.peek()
        if sign is None or sign.text not in (",", "|"):
            closing = self.close(CLOSES[item.text], item)
            self.bars = outside
            return bracketed(first, item.start, closing.end)
        self.at += 1
        self.bars = []
        second = self.expression()
        end = self.close(CLOSES[item.text], item).end
        self.bars = outside
        if (space := self.peek()) is not None and space.kind == "_":  # of which space it is the product
            self.at, end = self.at + 1, max(end, space.end)
        return Tree(FROBENIUS, (first, second), item.text, item.start, end)

    def stacked(self, parts: list[Tree], signs: list[str], item: Item, closing: Item) -> Tree:
        """Blocks side by side, `[A, B]`, or one above the other, `[A; B]`."""
        rows = [parts[:1]]
        for sign, cell in zip(signs, parts[1:], strict=True):
            if sign == ",":
                rows[-1].append(cell)
            else:
                rows.append([cell])
        if len({len(row) for row in rows}) > 1:
            raise fail("syntax", UNEVEN, Span(item.start, closing.end), FILL)
        cells = self.counted(parts, item)
        return Tree("blocks", cells, (len(rows), len(rows[0])), item.start, closing.end)

    def bar(self, item: Item) -> Tree:
        """A norm, a determinant or an absolute value."""
        text = r"\|" if item.text == "||" else item.text
        following = self.peek()
        if item.kind == "close bar":
            self.stop(item)
        saved = self.bars
        self.bars = [*saved, text]
        if item.kind == "bar" and text == "|" and following is not None and following[:2] == ("bar", "|"):
            self.at += 1
            text = r"\|"
            self.bars.append(text)
        body = self.expression()
        self.bars = saved
        end = self.close_bar(text, item)
        if text == "|" and (body.op != "bars" or body.fenced):
            return Tree("bars", (body,), None, item.start, end)
        return self.norm(body.args[0] if text == "|" else body, item, end)

    def close_bar(self, text: str, opening: Item) -> int:
        """Pass the bar that closes `text`, and say where it ends; `||` can close one bar and open the next."""
        closing = self.peek()
        if closing is None or closing.kind not in ("bar", "close bar"):
            self.stop(opening if closing is None else closing)
        if closing.text == text or (text == r"\|" and closing.text == "||"):
            self.at += 1
            return closing.end
        if text == "|" and closing.text == "||":
            middle = closing.start + 1
            rest = closing._replace(text="|", start=middle)
            self.items = (*self.items[: self.at], rest, *self.items[self.at + 1 :])
            return middle
        self.at += 1
        second = self.peek()
        if second is None or text != r"\|" or second[:2] != ("bar", "|"):
            self.stop(closing)
        self.at += 1
        return second.end

    def norm(self, body: Tree, item: Item, end: int) -> Tree:
        """The norm of `body`; its kind may stand before or after the power."""
        scripts = self.items[self.at : self.at + 2]
        if len(scripts) == 2 and (scripts[0].kind, scripts[1].kind) == ("^", "_"):
            below, above = scripts[1], scripts[0]._replace(end=max(scripts[0].end, scripts[1].end))
            self.items = (*self.items[: self.at], below, above, *self.items[self.at + 2 :])
        script = self.peek()
        if script is not None and script.kind == "_":
            self.at += 1
            return self.norm_of_kind(body, script, norm_kind(script), item.start, max(end, script.end))
        return Tree(FENCE_OPS[r"\|"][""], (body,), "", item.start, end)

    def environment(self, item: Item) -> Tree:
        """A matrix of blocks, `bmatrix` and its like; bars around it make it a determinant."""
        if item.text == "cases":
            return self.cases(item)
        if "matrix" not in item.text and item.text != "array":
            self.stop(item)
        columns = item.text == "array" and bool(item.body[0]) and item.body[0][0].kind == "group"  # {cc}
        rows: list[list[list[Item]]] = [[[]]]
        for part in item.body[0][columns:]:
            if part.text == r"\\":
                rows.append([[]])
            elif part.text == "&":
                rows[-1].append([])
            else:
                rows[-1][-1].append(part)
        rows = [row for row in rows if any(row)]
        if not rows or len({len(row) for row in rows}) > 1:
            raise fail("syntax", UNEVEN, Span(item.start, item.end), FILL)
        cells = tuple(self.inner(tuple(cell), item) for cell in self.counted([c for row in rows for c in row], item))
        tree = Tree("blocks", cells, (len(rows), len(rows[0])), item.start, item.end)
        if not item.text.startswith(("v", "V")):
            return tree
        return Tree("bars", (tree,), None, item.start, item.end)

    def counted(self, cells: list[Cell], item: Item) -> tuple[Cell, ...]:
        """The blocks of a matrix, if they are not too many."""
        if len(cells) > MAX_BLOCKS:
            raise fail("too-large", f"a matrix of {len(cells)} blocks; {MAX_BLOCKS} are read", Span(*item[2:4]))
        return tuple(cells)

    def fraction(self, item: Item) -> Tree:
        """A fraction."""
        derivative = self.slope(item) if self.strict else None
        if derivative is not None:
            return derivative
        above, below = (self.inner(body, item) for body in item.body)
        return Tree("quotient", (above, below), item.text, item.start, item.end)

    def root(self, item: Item) -> Tree:
        """A square root."""
        return Tree("root", (self.inner(item.body[0], item),), None, item.start, item.end)

    def diagonal_blocks(self, item: Item) -> Tree | None:
        """A matrix with blocks on its diagonal and zeros elsewhere, diag(A, B); None for one argument of diag."""
        start = self.at
        blocks, _, closing = self.listed((",",))
        n = len(blocks)
        if n == 1 and item.text in WORDS:
            self.at = start
            return None
        cells = self.counted([blocks[i] if i == j else Tree("number", (), Fraction(0), item.start, item.start)
                              for i in range(n) for j in range(n)], item)
        return Tree("blocks", cells, (n, n), item.start, closing.end)

    def turned_after(self) -> bool:
        """Whether a transpose stands behind the bracket that opens here: then what follows is one product.

        So it is where a square root stands there, and within the brackets another one, which is that of a matrix.
        """
        end = self.closing(self.at)
        after = self.items[end + 1] if end is not None and end + 1 < len(self.items) else None
        if after is None or after.kind != "^":
            return False
        roots = {canonical(i.body[0]) for i in self.items[self.at : end] if i.kind == "^"} & ROOTS
        return transposes(after) or (canonical(after.body[0]) in ROOTS and bool(roots))

    def word(self, item: Item) -> Tree:
        """A function that is written as a word, with or without brackets."""
        if item.text in EXTREMES:
            return self.extreme(item)
        if item.text in DIAGONALS and self.opens(self.at) and (found := self.diagonal_blocks(item)) is not None:
            return found
        if item.text in PARTS and item.text not in self.functions and self.opens(self.at):
            body = self.fenced_argument()
            return half_sum(body, PARTS[item.text], item.start, self.items[self.at - 1].end)
        op = WORDS.get(item.text)
        if op is None:
            return divergence_of_normals(self, item) or self.function_of_author(item)
        start = self.at
        while self.scripted_at(self.at):
            self.at += 1
        scripts, following = self.items[start : self.at], self.peek()
        if following is None:
            raise fail("syntax", f"{item.text} of what?", Span(item.start, item.end))
        body, end = self.operand(op, following)
        if [canonical(s.body[0]) for s in scripts] == ["-1"] and op in INVERSES:
            op, scripts = INVERSES[op], ()
        alone = following.kind == "name" and not scripts
        tree = Tree(*self.joint(item.text, op, body, alone), item.start, end)
        if scripts:
            tree.core = Span(end, end)  # what stands there is more than the function
        for script in scripts:
            if script.kind == "^":
                tree = self.raised(tree, script)
            else:
                tree = self.lowered(tree, script) if op is SOFTMAX else self.to_base(tree, script)
        return tree

    def function_of_author(self, item: Item) -> Tree:
        """A call of a function that the author calls by a word; refused where it is none."""
        if item.text in self.functions and (after := self.peek()) is not None and after.text == "(":
            return self.call(item)
        place = Span(item.start, item.end)
        if item.text in STEPS:
            message = f"{item.text} jumps or stands still: it has no derivative of use"
            help = "leave it out of the function, or put something smooth in its place"
            raise fail("not-differentiable", message, place, help)
        near = get_close_matches(item.text, [*WORDS, *self.functions], 1, 0.75)
        help = f"did you mean {near[0]}?" if near else "define it, or write it with known functions"
        raise fail("unsupported", f"the function {item.text} is not known", place, help)

    def operand(self, op: Op, following: Item) -> tuple[Tree, int]:
        """What a function is applied to, in brackets or braces or without, and where it ends."""
        if op is LOG and (end := self.density_ends()):
            factors = []
            while self.at <= end:
                factors.append(self.factor())
            last = factors[-1].end
            return Tree("product", tuple(factors), ("",) * len(factors), following.start, last), last
        if following.kind == "fence" and following.text in CLOSES and following.text != r"\langle":
            body = self.chain() if op in NUMBERS and self.turned_after() else self.fenced_argument()
            end = self.items[self.at - 1].end
            if (mark := self.peek()) is not None and mark.text == "!":  # log(n)! is the logarithm of n!
                self.at, end = self.at + 1, mark.end
                body = Tree(FACTORIAL, (bracketed(body, following.start, mark.start),), None, following.start, end)
            return body, end
        if following.kind == "group" and following.body[0] and not self.scripted_at(self.at + 1):
            self.at += 1
            return self.inner(following.body[0], following), following.end
        body = self.factor() if following.kind == "group" else self.chain(operand=True)
        return body, body.end

    def density_ends(self) -> int:
        r"""Where the `\exp` of a density stands, as in `\frac{1}{\sigma}\exp(-x^2)` and `|\Sigma|^{-1/2}\exp(…)`; or 0.

        The logarithm before it is that of the whole: nobody takes that of the constant alone.
        """
        depth, scaled = 0, self.items[self.at].kind in ("frac", "sqrt")
        for k in range(self.at, len(self.items)):
            item = self.items[k]
            if item.kind == "fence":
                depth += 1 if item.text in CLOSES else -1
            elif depth:
                continue
            elif item.kind in ("word", "op"):
                return k if scaled and item[:2] == ("word", "exp") else 0
            elif item.kind == "^":
                scaled = scaled or any(i.kind == "frac" or i.text in ("-", "/") for i in item.body[0])
        return 0

    def joint(self, word: str, op: Op, body: Tree, alone: bool) -> tuple[Op | str, tuple[Tree, ...], Op | None]:
        """The operator, its arguments and data for a word before a body: `log det` and `log Gamma` are one operator.

        alone: whether neither scripts nor brackets stand between the two.
        """
        second = WORD_PAIRS.get((word, "det")) if body.op in (DET, "bars") and not body.fenced else None
        if second is not None and body.op == "bars":
            return "log bars", body.args, op
        if second is LOGDET:
            return LOGDET, body.args, None
        if body.op is GAMMA and alone and (word, "Gamma") in WORD_PAIRS:
            return WORD_PAIRS[word, "Gamma"], body.args, None
        return op, (body,), None

    def constant(self, item: Item) -> Tree:
        """A vector or matrix of ones or zeros; what stands below it is its size."""
        below: Items = ()
        end = item.end
        script = self.peek()
        if item.kind == "ones" and (found := self.bracketed_comparison(item.start, self.at)) is not None:
            return found
        if script is not None and script.kind == "_":
            below, end = script.body[0], script.end
            self.at += 1
            if item.kind == "ones" and (found := self.indicator(below, item.start, end)) is not None:
                return found
        return Tree(item.kind, (), below, item.start, end)
