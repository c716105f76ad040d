"""What stands above and below a factor: transposes, powers, labels, entries."""

from __future__ import annotations

import re
from fractions import Fraction

from texgrad.operators import (
    CONJUGATE,
    CONJUGATE_TRANSPOSE,
    CROSS_MATRIX,
    EXP,
    FACTORIAL,
    INVERSE,
    NORM,
    POWER,
    PSEUDOINVERSE,
    RELU,
    TRANSPOSE,
    VEC,
    VECH,
)
from texgrad.reader.calls import Calls
from texgrad.reader.items import Item, Items, canonical
from texgrad.reader.names import POWER_H
from texgrad.reader.tree import Name, Tree, is_euler
from texgrad.reader.vocabulary import CLOSES, FENCE_OPS, SCRIPTS
from texgrad.source import Span

# what a transpose is called in a superscript, besides the spellings of the table
TRANSPOSES = frozenset(("T", "t", "tr", "Tr", "trans", r"\T", r"\tp", r"\tran", r"\trans", r"\transp", r"\transpose"))
# norms by the names of spaces: l_2, \ell^1, L^{\infty}, L2
NORM_KINDS = dict.fromkeys(("fro", "Fro", "frob", "Frob", "Frobenius", "HS"), "F")
_SPACE = re.compile(r"(?:\\ell|l|L|\\mathcal\{L\})[_^]?\{?([12pq]|\\infty)\}?")
_REAL_SPACE = re.compile(r"(?:\\mathbb\{R\}|\\mathbf\{R\}|R)\^\{?\w+\}?")
ALONE = frozenset((r"\top", r"\intercal", "!"))  # which stand without ^, too
_FONT = re.compile(r"\\(?:math\w+|text\w*|boldsymbol|bm|rm)\{((?:[^{}]|\{[^{}]*\})*)\}$")


def plain(key: str) -> str:
    """A script without braces and fonts."""
    key = key.replace("{}", "")
    while key[:1] == "\\" and (m := _FONT.match(key)):
        key = m[1]
    return key


def norm_kind(script: Item) -> str:
    """The kind of a norm that stands below it: `F`, `2`, …"""
    key = plain(canonical(script.body[0]))
    space = _SPACE.fullmatch(key)
    return space[1] if space else "2" if _REAL_SPACE.fullmatch(key) else NORM_KINDS.get(key, key)


LAYERS = frozenset("lLktsiT")  # letters that number layers and steps
WHOLE = frozenset((":", r"\cdot", "*", r"\bullet"))


def line_at(items: Items) -> tuple[str, str] | None:
    r"""`row` or `column`, and its index, where a script is `i,:`, `:,j` or `i\cdot`."""
    kept = [i for i in items if i.text != ","] if len(items) > 1 else items
    if len(kept) != 2:
        return None
    first, second = kept
    if first.kind == "name" and second.text in WHOLE:
        return "row", first.text
    return ("column", second.text) if second.kind == "name" and first.text in WHOLE else None


def outer_ones(tree: Tree, start: int, end: int) -> Tree:
    """`11^T`, the digit 1 twice: the matrix of ones."""
    middle = tree.start + 1
    first, second = (Tree("number", (), Fraction(1), *place) for place in ((start, middle), (middle, tree.end)))
    return Tree("product", (first, Tree(TRANSPOSE, (second,), "T", middle, end)), ("", ""), start, end)


def _labels(items: Items) -> bool:
    """Whether brackets above a name hold what numbers it: `(i)`, `[l]`, `(k+1)`, and no exponent such as `(n-1)`."""
    if len(items) < 3 or items[0].text not in ("(", "[") or items[-1].text != CLOSES[items[0].text]:
        return False
    inner = items[1:-1]
    steps = len(inner) == 3 and inner[1].text in ("+", "-") and inner[2].kind == "number"
    return len(inner) == 1 or (steps and inner[0].kind == "name" and inner[0].text in LAYERS)


class Scripts(Calls):
    """Reads scripts."""

    def scripted(self, tree: Tree) -> Tree:
        """`tree` with the scripts that follow it."""
        while self.at < len(self.items) and (
                (script := self.items[self.at]).kind in ("^", "_") or script.text in ALONE):  # fmt: skip
            if script.text == "!":
                if tree.op is FACTORIAL:  # n!!, which is another function
                    break
                self.at += 1
                tree = Tree(FACTORIAL, (tree,), None, tree.start, script.end)
                continue
            if script.kind == "op":  # x⊤
                script = script._replace(kind="^", body=((script,),))
            self.at += 1
            tree = self.lowered(tree, script) if script.kind == "_" else self.raised(tree, script)
            inner = tree.args[0] if tree.op is TRANSPOSE else tree
            if inner.op == "entry" and tree.op is TRANSPOSE and len(inner.data) > 1:  # (AB)_{ij}^T
                turned = Tree(TRANSPOSE, inner.args, tree.data, inner.start, inner.args[0].end)
                tree = Tree("entry", (turned,), inner.data, tree.start, tree.end)
        return tree

    def lowered(self, tree: Tree, script: Item) -> Tree:
        """`tree` with `script` below it: part of a name, or the place of an entry, of a row or of a column."""
        if (line := line_at(script.body[0])) is not None:
            return Tree("line", (tree,), line, tree.start, script.end)
        if tree.fenced and canonical(script.body[0]) == r"\times":
            return Tree(CROSS_MATRIX, (Tree(tree.op, tree.args, tree.data, *tree.core),), None, tree.start, script.end)
        if tree.fenced and canonical(script.body[0]) == "+":
            return Tree(RELU, (Tree(tree.op, tree.args, tree.data, *tree.core),), None, tree.start, script.end)
        if tree.op == "number" and (found := self.indicator(script.body[0], tree.start, script.end)) is not None:
            return found
        bare = tree
        outer: list[Tree] = []
        while bare.op is TRANSPOSE and not bare.fenced and bare.args[0].op in ("name", "number", "ones", "zeros"):
            outer.append(bare)
            bare = bare.args[0]
        sized = bare.op in ("ones", "zeros") and not bare.data
        if sized or (bare.op == "number" and bare.data in (0, 1)):
            kind = bare.op if sized else "ones" if bare.data else "zeros"
            named = Tree(kind, (), script.body[0], bare.start, script.end)
            for layer in outer:
                named = Tree(layer.op, (named,), None, layer.start, script.end)
            return named
        power = tree.op == "power" and tree.args[0].op in (NORM, "bars")
        norm = tree.args[0] if power else tree
        if norm.op in (NORM, "bars") and not norm.data and (wanted := norm_kind(script)) in FENCE_OPS[r"\|"]:
            named = Tree(FENCE_OPS[r"\|"][wanted], norm.args, wanted, norm.start, script.end)
            return Tree("power", (named, *tree.args[1:]), POWER, tree.start, script.end) if power else named
        if bare.op == "name" and not bare.data.sub and not tree.fenced:
            name = Name(bare.data.base, script.body[0], bare.data.label)
            named = Tree("name", (), name, bare.start, script.end)
            for layer in outer:
                named = Tree(layer.op, (named,), None, layer.start, script.end)
            return named
        return Tree("entry", (tree,), script.body[0], tree.start, script.end)

    def transposing(self, key: str) -> bool:
        """Whether a plain script is a transpose; `t` is one where nothing else is called so."""
        if key in self.symbols and key.isalnum() and key != "T":
            return False
        return SCRIPTS.get(key) is TRANSPOSE or (key in TRANSPOSES and (key != "t" or "t" not in self.letters))

    def raised(self, tree: Tree, script: Item) -> Tree:
        """`tree` with `script` above it: a transpose, an inverse, a label or a power."""
        key = plain(canonical(script.body[0]))
        found = self._turned(tree, script, key) or self._marked(tree, script, key)
        return self._power(tree, script, key) if found is None else found

    def _turned(self, tree: Tree, script: Item, key: str) -> Tree | None:
        """What a transpose above it makes of `tree`, alone or behind a minus or an exponent; None for other scripts."""
        body, (start, end) = script.body[0], _extent(tree, script)
        if tree.op == "number" and tree.data == 11 and self.transposing(key):
            return outer_ones(tree, start, end)
        if tree.op != "number" and not is_euler(tree):
            if key in ("T", "-T") and "T" in self.symbols:
                return Tree("transpose or power", (tree, self.inner(body, script)), key, start, end)
            if self.transposing(key):
                return Tree(TRANSPOSE, (tree,), key, start, end)
            if key.startswith("-") and len(body) == 2 and self.transposing(plain(canonical(body[1:]))):
                return Tree("inverse transpose", (tree,), None, start, end)
        if key == "-H" and POWER_H not in self.symbols:
            return Tree(CONJUGATE_TRANSPOSE, (Tree(INVERSE, (tree,), None, tree.start, tree.end),), None, start, end)
        turned = len(body) > 2 and body[-2].kind in ("number", "fence")  # no e^{-At}
        if turned and self.transposing(plain(canonical(body[-1:]))):
            inner = self.raised(tree, script._replace(body=(body[:-1],)))
            if inner.op is INVERSE:
                return Tree("inverse transpose", inner.args, None, start, end)
            if inner.op in ("name", "power"):
                inner.core = Span(start, start)  # what stands there is more than the name
                return Tree(TRANSPOSE, (inner,), None, start, end)
        return None

    def _marked(self, tree: Tree, script: Item, key: str) -> Tree | None:
        """`tree` with the operator that its script is a sign of, such as a star or −1; None where it is none."""
        start, end = _extent(tree, script)
        if {"H": POWER_H}.get(key, key) not in self.symbols or key not in ("T", "H"):
            op = SCRIPTS.get(key)
            if op is CONJUGATE or key == r"\star":
                return Tree("star", (tree,), None, start, end)
            if op in (INVERSE, PSEUDOINVERSE) and tree.op in (VEC, VECH) and not tree.fenced:  # vec(X'X)^{-1}
                inner = Tree(op, tree.args, key, tree.args[0].start, end)
                return Tree(tree.op, (inner,), tree.data, tree.start, end)
            if op is not None:
                return Tree(op, (tree,), key, start, end)
        return None

    def _power(self, tree: Tree, script: Item, key: str) -> Tree:
        """`tree` with a label or an exponent above it."""
        body, (start, end) = script.body[0], _extent(tree, script)
        if tree.op == "name" and _labels(body):
            label = Name(tree.data.base, tree.data.sub, key)
            return Tree("name", (), label, start, end)
        if len(body) > 1 and body[0].kind == "op" and body[0].text in (r"\circ", r"\odot"):
            inner = self.inner(body[1:], script)
            if is_euler(tree) and "e" not in self.symbols:
                return Tree(EXP, (inner,), None, start, end)
            return Tree("power by entries", (tree, inner), None, start, end)
        return Tree("power", (tree, self.inner(body, script)), POWER, start, end)


def _extent(tree: Tree, script: Item) -> tuple[int, int]:
    """From where to where a tree and its script stand; a macro may hold the script."""
    return min(tree.start, script.start), max(tree.end, script.end)
