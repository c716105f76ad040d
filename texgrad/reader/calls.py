"""Names in a formula, and what is called: differentials, functions with and without a formula, their derivatives."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from texgrad.reader.apart import as_typed
from texgrad.reader.brackets import closing, opening, split
from texgrad.reader.cursor import letters_shown
from texgrad.reader.densities import BARS, NORMAL, SEPARATORS, divergence, normal_density
from texgrad.reader.divergences import DIVERGENCES, divergence_of_normals
from texgrad.reader.expectations import AVERAGES, averages, expectation
from texgrad.reader.items import Item, Items, canonical, transposes
from texgrad.reader.names import BOLD, COUNTING, DENSITIES, FUNCTION_NAMES, capital, signature
from texgrad.reader.notations import SPECTRAL_LETTERS, Notations
from texgrad.reader.tree import MEMBER, Name, SlopeName, Tree, Unknown
from texgrad.reader.vocabulary import FUNCTION_LETTERS, OUTPUT_LETTERS
from texgrad.source import Span, fail

PROJECTIONS = frozenset(("P", r"\mathcal{P}", r"\mathrm{P}", r"\mathbf{P}", r"\Pi"))
LOSSES = frozenset(("L", r"\mathcal{L}", r"\rho"))  # functions, where a Greek letter stands below them: L_\delta(r)
SUMMED = frozenset((r"\rho", r"\varrho", r"\ell"))  # losses, of which authors need not say what they are
DIFFERENTIALS = frozenset(("d", r"\mathrm{d}"))
BEFORE_CALLS = frozenset(("fence", "_", "^"))  # kinds of what may stand behind the name in a call


class Calls(Notations):
    """Reads names and calls."""

    def name(self, item: Item) -> Tree:
        """A symbol, a differential, or a function that is spelt with a letter."""
        following = self.peek()
        differential = self.strict and item.text in DIFFERENTIALS and item.text not in self.symbols
        if differential and following is not None and self.starts_factor(following) and following.kind != "number":
            body = self.factor()
            return Tree("differential", (body,), item.text, item.start, body.end)
        if not self.strict and item.text in AVERAGES and item.text not in self.symbols and averages(
                item, self.items[self.at : self.at + 2]):  # fmt: skip
            return expectation(self, item)
        if following is None or following.kind not in BEFORE_CALLS:
            return Tree("name", (), Name(item.text), item.start, item.end)
        divergent = divergence_of_normals(self, item) if item.text in DIVERGENCES and not self.strict else None
        if divergent is not None:
            return divergent
        if item.text in SPECTRAL_LETTERS and (found := self.spectral(item)) is not None:
            return found
        scripts = [i for i in self.items[self.at : self.at + 2] if i.kind in ("_", "^")]
        if not self.opens(self.at + len(scripts), item.text in self.functions):
            return Tree("name", (), Name(item.text), item.start, item.end)
        end = None if scripts else self.closing(self.at)
        if end is not None and (whole := item.text + canonical(self.items[self.at : end + 1])) in self.symbols:
            self.at = end + 1  # declared with its brackets
            return Tree("name", (), Name(whole), item.start, self.items[end].end)
        if not scripts:
            op = FUNCTION_LETTERS.get(item.text)
            own = item.text in self.symbols or item.text in self.functions
            if op is not None and not own and (self.strict or item.text not in OUTPUT_LETTERS):
                body = self.fenced_argument()
                return Tree(op, (body,), None, item.start, self.items[self.at - 1].end)
            if (density := self.density(item)) is not None:
                return density
            if item.text in self.functions or self.unknown(item):
                return self.call(item)
        elif len(scripts) == 1 and (found := self.scripted_call(item, scripts[0])) is not None:
            return found
        if not scripts or scripts[0].kind == "_":
            self.refuse_call(item, self.at + len(scripts))
        return Tree("name", (), Name(item.text), item.start, item.end)

    def opens(self, at: int, known: bool = False) -> bool:
        """Whether a parenthesis stands at that place; behind a `known` function it may be a bracket, L[h]."""
        brackets = "([" if known else "("
        return at < len(self.items) and self.items[at].kind == "fence" and self.items[at].text in brackets

    def closing(self, at: int) -> int | None:
        """Where the parenthesis that opens at that place is closed."""
        return closing(self.items, at)

    def unknown(self, item: Item, behind: int = 0) -> bool:
        """Whether `g(x)` is a function of which nothing is said: a name of functions, or any name with one letter.

        behind: how many items stand between the letter and the bracket.
        """
        opening = self.at + behind
        end = self.closing(opening)
        if end is None or self.strict or item.text in self.symbols or not item.text.isascii():
            return False
        inner = self.items[opening + 1 : end]
        parts = split(inner, SEPARATORS)
        alone = all(sum(i.kind == "name" for i in p) == 1 and all(i.kind in ("name", "_") for i in p) for p in parts)
        letter = item.text.rsplit("{", 1)[-1].rstrip("}")
        if letter.isupper() and not alone and (self.in_form(inner) or _of_matrices(inner) or BOLD.match(item.text)):
            return self.called_alone(item.text)
        named = letter in FUNCTION_NAMES or self.summed(item)
        policy = item.text == r"\pi" and alone and (behind > 0 or "|" in [i.text for i in inner])
        in_time = canonical(inner) == "t" and letter[1:].isalpha()  # \omega(t)
        return all(parts) and (named or policy or in_time or (alone and letter.isalpha()))

    def called_alone(self, letter: str) -> bool:
        """Whether a letter stands before brackets with one name in them, too, as functions do."""
        shown = [i.text if i.kind == "fence" else i.kind for i in self.items]
        return any(
            item.text == letter and shown[k + 1 : k + 4] == ["(", "name", ")"] for k, item in enumerate(self.items)
        )

    def summed(self, item: Item) -> bool:
        r"""Whether a letter that losses are called by stands right behind a sum sign, as in `\sum_i\rho(r_i)`."""
        before = self.at - 2
        while before >= 0 and self.items[before].kind in ("_", "^"):
            before -= 1
        behind = item.text in SUMMED and item.text not in self.symbols and self.items[before].kind == "sum"
        counts = letters_shown(self.items[before : self.at - 1])
        script = self.items[self.at]
        return behind and (script.kind != "_" or counts.isdisjoint(letters_shown(script.body[0])))  # ρ_k is a weight

    def in_form(self, inner: Items) -> bool:
        """Whether a capital letter stands between a transpose and a bracket with a sum of names: `(x-a)^TH(x-a)`.

        What stands in both brackets may be more than that.
        """
        before = self.items[self.at - 2] if self.at > 1 else None
        if before is None or not transposes(before):
            return False
        start = opening(self.items, self.at - 3)
        if start is not None and canonical(self.items[start + 1 : self.at - 3]) == canonical(inner):
            return True
        terms = [i.kind for i in inner if i.kind not in ("_", "^")]
        return all(kind in ("name", "op") for kind in terms) and ("name", "name") not in pairwise(terms)

    def density(self, item: Item) -> Tree | None:
        r"""The normal density `\mathcal{N}(x\mid\mu,\Sigma)`."""
        end = self.closing(self.at)
        if item.text not in NORMAL or item.text in self.functions or item.text in self.symbols or end is None:
            return None
        parts = split(self.items[self.at + 1 : end], SEPARATORS)
        if len(parts) != 3:
            return None
        twice = [[self.inner(part, item) for _ in range(2)] for part in parts]
        self.at = end + 1
        return normal_density(twice, Span(item.start, self.items[end].end))

    def refuse_call(self, item: Item, at: int) -> None:
        """Complain about `g(x)` where nothing says what g is: it is hardly a product."""
        end = self.closing(at)
        inner = self.items[at + 1 : end]
        apart = (",", ";", "|") if [i.text for i in inner].count("|") == 1 else (",", ";")
        called = end is not None and inner and all(i.kind in ("name", "_") or i.text in apart for i in inner) and (
            sum(i.kind == "name" for i in inner) == 1 or any(i.text in apart for i in inner))  # fmt: skip
        called = called or (end is not None and (self.summed(item) or (item.text == r"\Gamma" and at > self.at)))
        if item.text in PROJECTIONS and canonical(self.items[self.at : at]) == r"_{\Omega}" and at > self.at:
            help = r"write a Hadamard product with a matrix of zeros and ones, M\odot(…)"
            place = Span(item.start, self.items[at - 1].end)
            raise fail("unsupported", "a projection onto the entries in a set", place, help)
        if called and not self.strict and item.text not in self.symbols:
            assert end is not None
            place = Span(item.start, self.items[end].end)
            message = f"{item.text} is called like a function, and is not defined"
            raise fail("undeclared", message, place, f"define {item.text}(…), or leave the brackets out")

    # --- calls ----------------------------------------------------------------------------------------------------

    def call(self, item: Item, name: str = "", below: Items = ()) -> Tree:
        r"""A function with its arguments; the last one stands `below` its name in `f_\theta(x)`."""
        end = self.closing(self.at) or self.at
        if divergence(self.items[self.at : end + 1]):  # D(p\|q)
            self.items = tuple(i._replace(text="|") if self.at < k < end and i.text in BARS else i
                               for k, i in enumerate(self.items))  # fmt: skip
        given = sum(i.text == "|" for i in self.items[self.at : end]) % 2 == 1
        args, _, closing = self.listed((",", ";", "|"), ["|"] if given else [])
        args += (self.inner(below, item),) if below else ()
        name = name or item.text
        if name in DENSITIES and name not in self.functions:
            name = signature(name, args)
        tree = Tree("call", tuple(args), name, item.start, closing.end)
        tree.core = Span(item.start, item.end)
        return tree

    def scripted_call(self, item: Item, script: Item) -> Tree | None:
        """A function with something below its name, or a derivative such as X'(2t) or J_u(Ax)."""
        below = script.body[0]
        named = Name(item.text, below).full if script.kind == "_" else ""
        whole = item._replace(end=script.end)
        known = named in self.functions and not (named in self.symbols and self.compound(self.at + 1))
        if known or self.member(named):
            self.at += 1
            return self.call(whole, named)
        loss = item.text in LOSSES and bool(below) and below[0].text[0] == "\\"
        called = item.text in self.functions if self.strict else loss or self.unknown(item, 1)
        if called and script.kind == "_" and len(below) == 1 and below[0].kind in ("name", "number"):
            self.at += 1
            label = below[0].text in COUNTING or below[0].kind == "number"
            return self.call(whole, named) if label else self.call(whole, item.text, below)
        if not self.strict:
            return None
        if script.kind == "_" and item.text == "J" and len(below) == 1 and below[0].text in self.functions:
            self.at += 1
            return self.derived(self.call(item, below[0].text), 1)
        if script.kind == "^" and item.text in self.functions and below and all(i.text == "'" for i in below):
            self.at += 1
            return self.derived(self.call(item), len(below))
        return None

    def compound(self, at: int) -> bool:
        """Whether more than names stand in the brackets that open there: M_2(S^T) is a product of a symbol."""
        inner = self.items[at + 1 : self.closing(at)]
        return any(i.kind not in ("name", "_") and i.text != "," for i in inner)

    def member(self, named: str) -> bool:
        r"""Whether a function is known by the same letter with another index, \ell_i for \ell_j."""
        found = MEMBER.fullmatch(named)
        return found is not None and any(
            (other := MEMBER.fullmatch(name)) is not None and other[1] == found[1] for name in self.functions
        )

    def derived(self, tree: Tree, order: int) -> Tree:
        """The derivative of a function, given its call or its bare name."""
        if tree.op == "call":
            name = name_called(tree, self.functions)
            return Tree("unknown", tree.args, Unknown(name.base, order, name.sub), tree.start, tree.end)
        raise fail("syntax", "a derivative of something that is no function", tree.span)

    def nabla(self, item: Item) -> Tree:
        """The gradient or the Hessian of a function without a formula."""
        if not self.strict:
            return self.slope_given(item)
        order = 1
        script = self.peek()
        if script is not None and script.kind == "^":
            self.at, order = self.at + 1, 2
        head = self.peek()
        if head is None or head.kind != "name":
            self.stop(item)
        self.at += 1
        return self.derived(self.name(head), order)

    def slope_given(self, item: Item) -> Tree:
        r"""The gradient or the Hessian at a point, `\nabla f(y)`, as a vector or a matrix that is given."""
        first = self.at
        while (script := self.peek()) is not None and script.kind in ("_", "^"):
            self.at += 1
        head, end = self.peek(), self.closing(self.at + 1) if self.opens(self.at + 1) else None
        if head is None or head.kind != "name" or end is None:
            self.stop(item)
        scripts = self.items[first : self.at]
        text = as_typed(rf"\nabla{canonical(scripts)} {canonical(self.items[first + len(scripts) : end + 1])}")
        self.at += 1
        plain = self.unknown(head) and all(s.kind == "^" and canonical(s.body[0]) == "2" for s in scripts)
        call = self.call(head) if plain else None
        self.at = end + 1
        whole = call is not None and call.op == "call" and len(call.args) == 1
        made = SlopeName(text, call, 1 + len(scripts)) if call is not None and whole else Name(text)
        return Tree("name", (), made, item.start, self.items[end].end)

    def slope(self, item: Item) -> Tree | None:
        r"""The derivative of a function at a variable, `\frac{\partial X}{\partial t}`; None for another fraction."""
        above, below = item.body
        if not (_d(above) and _d(below)):
            return None
        order = 2 if len(above) > 1 and above[1].kind == "^" else 1
        name, variable = canonical(above[order:]), below[1:2]
        if name not in self.functions or not variable:
            return None
        return Tree("unknown", (self.inner(variable, item),), Unknown(name, order), item.start, item.end)


def name_called(node: Tree, functions: Collection[str] = ()) -> Name:
    """The name of what a call calls, a member of a family with its index; whole where `functions` holds the whole."""
    if node.data not in functions and (family := MEMBER.fullmatch(node.data)):
        return Name(family[1], (Item("name", family[2], node.start, node.end),))
    return Name(node.data)


def _of_matrices(items: Items) -> bool:
    r"""Whether items are a sum or a product of entries of matrices, which a factor has in brackets: F(B\odot G)."""
    names = [i.text for i in items if i.kind == "name"]
    signs = ("+", "-", r"\odot", r"\circ", r"\ast")
    joined = any(i.kind == "op" and i.text in signs for i in items[1:])
    return joined and all(map(capital, names))


def _d(items: Items) -> bool:
    """Whether items begin with a d or ∂."""
    return len(items) > 1 and (items[0].kind == "partial" or items[0].text in DIFFERENTIALS)
