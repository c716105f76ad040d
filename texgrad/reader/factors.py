"""What a factor can be: symbols, numbers, brackets, bars, fractions, functions, sums, and their scripts."""

from __future__ import annotations

import re
from fractions import Fraction

from texgrad.notation import COLON
from texgrad.operators import DET, FROBENIUS, LOGDET, POWER, TRANSPOSE
from texgrad.reader.cursor import Cursor
from texgrad.reader.items import Item, Items, canonical
from texgrad.reader.tree import Name, Tree, bracketed
from texgrad.reader.vocabulary import CLOSES, FENCE_OPS, FUNCTION_LETTERS, SCRIPTS, WORD_PAIRS, WORDS
from texgrad.source import Span, fail

DIFFERENTIALS = frozenset(("d", r"\mathrm{d}"))
UNSUPPORTED_SCRIPTS = {
    "H": "the conjugate transpose", r"\mathrm{H}": "the conjugate transpose", "*": "the conjugate",
    r"\dagger": "the pseudo-inverse", "+": "the pseudo-inverse", r"\ast": "the conjugate",
}  # fmt: skip


class Factors(Cursor):
    """Reads factors."""

    # --- what a factor can be -------------------------------------------------------------------------------------

    def name(self, item: Item) -> Tree:
        """A symbol, a differential, or a function that is spelt with a letter."""
        following = self.peek()
        differential = self.strict and item.text in DIFFERENTIALS and item.text not in self.symbols
        if differential and following is not None and self.starts_factor(following) and following.kind != "number":
            body = self.factor()
            return Tree("differential", (body,), item.text, item.start, body.end)
        if following is not None and following.kind == "fence" and following.text == "(":
            op = FUNCTION_LETTERS.get(item.text)
            if op is not None and item.text not in self.symbols:
                body = self.fenced_argument()
                return Tree(op, (body,), None, item.start, self.items[self.at - 1].end)
            if item.text in self.functions:
                return self.call(item)
            self.refuse_call(item)
        elif following is not None and following.kind == "_":
            after = self.items[self.at + 1] if self.at + 1 < len(self.items) else None
            if after is not None and after.kind == "fence" and after.text == "(":
                self.at += 1
                self.refuse_call(item)
                self.at -= 1
        return Tree("name", (), Name(item.text), item.start, item.end)

    def refuse_call(self, item: Item) -> None:
        """Complain about `g(x)` where nothing says what g is: it is hardly a product."""
        at = self.at + 1
        while (at < len(self.items) and self.items[at].kind in ("name", "_")) or (
            at < len(self.items) and self.items[at].text == ","
        ):
            at += 1
        inner = self.items[self.at + 1 : at]
        called = at < len(self.items) and self.items[at].text == ")" and inner and (
            sum(i.kind == "name" for i in inner) == 1 or any(i.text == "," for i in inner))  # fmt: skip
        if called and not self.strict and item.text not in self.symbols:
            place = Span(item.start, self.items[at].end)
            message = f"{item.text} is called like a function, and is not defined"
            raise fail("undeclared", message, place, f"define {item.text}(…), or leave the brackets out")

    def call(self, item: Item) -> Tree:
        """A function that the author defined, with its arguments."""
        self.at += 1
        args = [self.expression()]
        while (following := self.peek()) is not None and following.kind == "op" and following.text in (",", ";"):
            self.at += 1
            args.append(self.expression())
        closing = self.close(")", item)
        return Tree("call", tuple(args), item.text, item.start, closing.end)

    def fenced_argument(self) -> Tree:
        """The expression between the brackets that stand next."""
        opening = self.items[self.at]
        self.at += 1
        saved, self.bars = self.bars, []
        tree = self.expression()
        self.close(CLOSES[opening.text], opening)
        self.bars = saved
        return tree

    def close(self, text: str, opening: Item) -> Item:
        """Pass the closing bracket `text`."""
        item = self.peek()
        if item is None:
            raise fail("syntax", f"{opening.text} is never closed", Span(opening.start, opening.end), f"write {text}")
        if item.kind != "fence" or item.text != text:
            self.stop(item)
        self.at += 1
        return item

    def number(self, item: Item) -> Tree:
        """A number."""
        return Tree("number", (), Fraction(item.text), item.start, item.end)

    def group(self, item: Item) -> Tree:
        """What braces hold."""
        if not item.body[0]:
            raise fail("syntax", "nothing stands between these braces", Span(item.start, item.end))
        tree = self.inner(item.body[0], item)
        return bracketed(tree, item.start, item.end, tree.op != "name")

    def fence(self, item: Item) -> Tree:
        """A bracketed expression or an inner product in angles."""
        if item.text not in CLOSES:
            self.stop(item)
        saved, self.bars = self.bars, []
        first = self.expression()
        following = self.peek()
        if item.text == r"\langle" and following is not None and following.text in (",", "|"):
            self.at += 1
            second = self.expression()
            closing = self.close(r"\rangle", item)
            self.bars = saved
            return Tree(FROBENIUS, (first, second), r"\langle", item.start, closing.end)
        closing = self.close(CLOSES[item.text], item)
        self.bars = saved
        return bracketed(first, item.start, closing.end)

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
        if text == "|":
            return Tree("bars", (body,), None, item.start, end)
        return self.norm(body, item, end)

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
        kind = ""
        script = self.peek()
        if script is not None and script.kind == "_":
            self.at += 1
            kind = re.sub(r"^\\math\w+\{(\w)\}$", r"\1", canonical(script.body[0]))
            end = max(end, script.end)
        op = FENCE_OPS[r"\|"].get(kind)
        if op is None:
            raise fail(
                "unsupported", f"the norm with the subscript {kind}", Span(item.start, end), "write ‖·‖_F or ‖·‖_2"
            )
        return Tree(op, (body,), kind, item.start, end)

    def fraction(self, item: Item) -> Tree:
        """A fraction."""
        above, below = (self.inner(body, item) for body in item.body)
        return Tree("quotient", (above, below), item.text, item.start, item.end)

    def root(self, item: Item) -> Tree:
        """A square root."""
        return Tree("root", (self.inner(item.body[0], item),), None, item.start, item.end)

    def word(self, item: Item) -> Tree:
        """A function that is written as a word, with or without brackets."""
        op = WORDS.get(item.text)
        if op is None:
            if item.text in self.functions and (after := self.peek()) is not None and after.text == "(":
                return self.call(item)
            raise fail("unsupported", f"the function {item.text} is not known", Span(item.start, item.end),
                       "define it, or write it with known functions")  # fmt: skip
        scripts: list[Item] = []
        following = self.peek()
        while following is not None and following.kind in ("^", "_"):
            scripts.append(following)
            self.at += 1
            following = self.peek()
        if following is None:
            raise fail("syntax", f"{item.text} of what?", Span(item.start, item.end))
        if following.kind == "fence" and following.text in CLOSES and following.text != r"\langle":
            body = self.fenced_argument()
            end = self.items[self.at - 1].end
        elif following.kind == "group":
            body = self.factor()
            end = body.end
        else:
            body = self.chain(operand=True)
            end = body.end
        second = WORD_PAIRS.get((item.text, "det")) if body.op in (DET, "bars") and not body.fenced else None
        if second is not None and body.op == "bars":
            tree = Tree("log bars", body.args, op, item.start, end)
        elif second is LOGDET:
            tree = Tree(LOGDET, body.args, None, item.start, end)
        else:
            tree = Tree(op, (body,), None, item.start, end)
        for script in scripts:
            tree = self.raised(tree, script)
        return tree

    def sum_over(self, item: Item) -> Tree:
        """A sum over indices."""
        below: Items = ()
        above: Items = ()
        while (script := self.peek()) is not None and script.kind in ("_", "^"):
            below, above = (script.body[0], above) if script.kind == "_" else (below, script.body[0])
            self.at += 1
        head = list(below)
        for k, part in enumerate(below):
            if part.text == "=":
                if canonical(below[k + 1 :]) != "1":
                    raise fail("unsupported", "a sum that does not start at 1", Span(item.start, part.end))
                head = head[:k]
                break
        names = tuple(part.text for part in head if part.kind == "name")
        if not names or any(part.kind != "name" and part.text != "," for part in head):
            raise fail("unsupported", "a sum needs an index, as in \\sum_{i=1}^n", Span(item.start, item.end))
        mark = self.items[self.at - 1].end
        body = self.infix(COLON)
        return Tree("sum over", (body,), (names, above, mark, Span(head[0].start, head[0].end)), item.start, body.end)

    def constant(self, item: Item) -> Tree:
        """A vector or matrix of ones or zeros; what stands below it is its size."""
        below: Items = ()
        end = item.end
        script = self.peek()
        if script is not None and script.kind == "_":
            below, end = script.body[0], script.end
            self.at += 1
        return Tree(item.kind, (), below, item.start, end)

    # --- scripts --------------------------------------------------------------------------------------------------

    def scripted(self, tree: Tree, first: Item) -> Tree:
        """`tree` with the scripts that follow it."""
        while (script := self.peek()) is not None and script.kind in ("^", "_"):
            self.at += 1
            tree = self.lowered(tree, script) if script.kind == "_" else self.raised(tree, script)
        return tree

    def lowered(self, tree: Tree, script: Item) -> Tree:
        """`tree` with `script` below it: part of a name, or the place of an entry."""
        bare = tree
        outer: list[Tree] = []
        while bare.op is TRANSPOSE and not bare.fenced and bare.args[0].op == "name":
            outer.append(bare)
            bare = bare.args[0]
        if bare.op == "name" and not bare.data.sub and not tree.fenced:
            named: Tree = Tree(
                "name", (), Name(bare.data.base, script.body[0], bare.data.label), bare.start, script.end
            )
            for layer in outer:
                named = Tree(layer.op, (named,), None, layer.start, script.end)
            return named
        return Tree("entry", (tree,), script.body[0], tree.start, script.end)

    def raised(self, tree: Tree, script: Item) -> Tree:
        """`tree` with `script` above it: a transpose, an inverse, a label or a power."""
        key = canonical(script.body[0])
        start, end = tree.start, max(tree.end, script.end)
        if key not in self.symbols or key not in ("T", "H"):
            op = SCRIPTS.get(key)
            if op is not None:
                return Tree(op, (tree,), None, start, end)
            if key.startswith("-") and SCRIPTS.get(key[1:]) is TRANSPOSE:
                return Tree("inverse transpose", (tree,), None, start, end)
            if key in UNSUPPORTED_SCRIPTS:
                raise fail("unsupported", f"{UNSUPPORTED_SCRIPTS[key]} ({key}) is not supported yet", Span(start, end))
        body = script.body[0]
        if tree.op == "name" and len(body) == 3 and body[0].text in ("(", "[") and body[2].text == CLOSES[body[0].text]:
            label = Name(tree.data.base, tree.data.sub, key)
            return Tree("name", (), label, start, end)
        if len(body) > 1 and body[0].kind == "op" and body[0].text in (r"\circ", r"\odot"):
            return Tree("power by entries", (tree, self.inner(body[1:], script)), None, start, end)
        return Tree("power", (tree, self.inner(body, script)), POWER, start, end)
