"""What formulas show of their author's hand: the spellings of operators and symbols, cut out of the source."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from texgrad.algebra import SYMBOL, Expr, Op
from texgrad.notation import BELOW, MARK, arguments, style_cell, style_entry
from texgrad.operators import COLUMN, ENTRY, IDENTITY, IMAGINARY, ONES, ROW, UNKNOWN_FUNCTION
from texgrad.reader.fonts import plain_letter
from texgrad.reader.primes import PRIME
from texgrad.reader.spelt import name_of, names, spells
from texgrad.reader.statements import Formula
from texgrad.reader.templates import cut, seen_node, templates
from texgrad.reader.tree import Name, Tree, walk
from texgrad.source import Span

_LABELLED = re.compile(r"(\^\s*\{?\s*[(\[]?\s*)[A-Za-z](\s*(?:[)\]}]|$))")  # the index of x^{(i)} or x^i
_SEPARATOR = re.compile(r"(?:\s|\\[,;: ])*(?:[,;|]|\\mid(?![A-Za-z])|\\vert(?![A-Za-z]))(?:\s|\\[,;: ])*")
_FAMILY = re.compile(r"(\\[A-Za-z]+(?:\s+[A-Za-z]|\s*\\[A-Za-z]+))\s*_")  # the letter of \mathbf x_i
_SWITCHED = re.compile(r"\\(?:bf|rm|it|tt|cal|sf)(?![A-Za-z]).*", re.DOTALL)  # goes on to the end of the braces
_LABEL_ABOVE = re.compile(r"(\^\s*\{?\s*\(\s*)[A-Za-z](\s*\))")
_BOTH_ABOVE = re.compile(r"(\^\s*\{?\s*\(\s*)[A-Za-z]\s*,\s*[A-Za-z](\s*\))")
_LETTER_BELOW = re.compile(r"(_\s*\{?\s*)(?:[A-Za-z]|\d+)(?![A-Za-z])")
SILENT = frozenset(("number", "name"))  # forms that are no operators
UNTYPED: Mapping[int, Expr] = {}
NOTHING: Mapping[int, Tree] = {}


def _walked(root: Tree, meant: Mapping[int, Tree]) -> list[Tree]:
    """All nodes below a root, as what they turned out to mean."""
    found: list[Tree] = []
    stack = [root]
    while stack:
        tree = stack.pop()
        tree = meant.get(id(tree), tree)
        found.append(tree)
        stack += tree.args[::-1]
    return found


def _letters_over_number(tree: Tree, typed: Mapping[int, Expr]) -> bool:
    """Whether a fraction has letters that are numbers above and a number below."""
    above, below = tree.args
    first = above.args[0] if above.op == "product" else above
    expr = typed.get(id(first))
    return below.op == "number" and first.op == "name" and (expr is None or expr.scalar)


def _bare(letter: str) -> str:
    return re.sub(r"[{}\s]", "", letter)


def _of_entries(name: str) -> tuple[str, ...]:
    r"""The letters that the entries of a name may have besides its own: x for \mathbf{x}, r for R."""
    small = (name.lower(), name) if len(name) == 1 and name.isupper() else ()
    return (italic, *small) if (italic := plain_letter(name)) else small


MOST_OTHERS = 100  # texts with macros that are read to find that they stand for more than a name


class Seen:
    """How operators and symbols are spelt in formulas; `spelt` remembers which templates say what they stand for."""

    def __init__(self, typed: Mapping[int, Expr] = UNTYPED, meant: Mapping[int, Tree] = NOTHING,
                 transposes: Sequence[str] = ()) -> None:  # fmt: skip
        self.typed, self.meant = typed, meant
        self.found: dict[str, list[str]] = {"transpose": list(transposes)} if transposes else {}
        self.symbols: dict[str, list[str]] = {}
        self.coloured: dict[str, None] = {}  # letters within a font that stands around more
        self.texts: dict[tuple[str, int], str] = {}  # the names that texts with macros are
        self.others = 0  # texts that are none
        self.spelt: dict[tuple[str, object], bool] = {}
        self.numerators = self.arrays = False
        self.ones = self.compounds = False  # 1 and compounds above letters
        self.fractions: list[str] = []  # their signs
        self.decimals = self.parts = False  # 0.5 and 1/2

    def note(self, key: str, template: str, tree: Tree, formula: Formula) -> None:
        """Note a template that holds no more than the node; a macro may stand for more."""
        if not template:
            return
        if formula.macros:
            known = template, tree.op
            if known not in self.spelt:
                self.spelt[known] = spells(template, tree.op, tree, formula.macros)
            if not self.spelt[known]:
                return
        self.found.setdefault(key, []).append(template)

    def add(self, other: Seen) -> None:
        """Note what other formulas show."""
        for key, spellings in other.found.items():
            self.found.setdefault(key, []).extend(spellings)
        for name, letters in other.symbols.items():
            self.symbols.setdefault(name, []).extend(letters)
        self.coloured |= other.coloured
        self.fractions += other.fractions
        self.numerators, self.arrays = self.numerators or other.numerators, self.arrays or other.arrays
        self.ones, self.compounds = self.ones or other.ones, self.compounds or other.compounds
        self.decimals, self.parts = self.decimals or other.decimals, self.parts or other.parts

    def alone(self, text: str, name: Name, formula: Formula) -> bool:
        """Whether a text with macros means a name, and nothing around it; what stands for several is read once."""
        if "\\" not in text:
            return names(text, name, formula.macros)
        key = text, id(formula.macros)
        if key not in self.texts:
            self.texts[key] = name_of(text, formula.macros) if self.others < MOST_OTHERS else ""
            self.others += not self.texts[key]
        return self.texts[key] == name.full

    def read(self, formula: Formula, root: Tree, nodes: Sequence[Tree] = ()) -> None:
        """Note what all nodes of a tree show; `nodes` are these, where they are known."""
        first = formula.source.offset
        last = first + len(formula.source.latex)
        for tree in _walked(root, self.meant) if self.meant else nodes or walk(root):
            op, (start, end) = tree.op, tree.core
            if op == "sum":  # which is written in one way
                continue
            if start < first or last < end:  # it stands elsewhere
                if op == "name" and tree.data.label and tree.data.sub and start == end:
                    self.cell(tree, rf"{tree.data.base}_i^{{(i)}}")
                continue
            if (noting := NOTING.get(op)) is not None:
                noting(self, tree, formula)
            if op not in SILENT:
                expr = self.typed.get(id(tree))
                for key, template in templates(seen_node((tree, formula, self.typed, self.meant, expr))):
                    self.note(key, template, tree, formula)

    def number(self, tree: Tree, formula: Formula) -> None:
        """Note whether there are decimals."""
        self.decimals = self.decimals or "." in formula.text(*tree.core)

    def quotient(self, tree: Tree, formula: Formula) -> None:
        """Note the sign of a fraction, and what stands in it."""
        if any(a.op != "number" for a in tree.args):
            self.fractions.append(str(tree.data))
        else:
            self.parts = True
        over, under = tree.args
        if under.op != "number" and tree.data != "/":
            self.ones = self.ones or over.op == "number"
            self.compounds = self.compounds or over.op not in ("number", "name")
        self.numerators = self.numerators or _letters_over_number(tree, self.typed)
        above = self.typed.get(id(tree.args[0]))
        self.arrays = self.arrays or (above is not None and not above.scalar and tree.data != "/")

    def function(self, tree: Tree, formula: Formula) -> None:
        """Note how a function without a formula is called, and what stands between its arguments."""
        bare = tree.core == tree.span and not tree.data.order
        self.found.setdefault(UNKNOWN_FUNCTION.name, []).append("#1" if bare else "#1(#2)")
        if tree.data.order:
            return
        text = formula.text(*tree.core).strip()
        given = tree.args[0].args if tree.args[0].op == "blocks" else ()
        below = bool(given) and given[-1].end <= tree.core.end
        letter = text if "_" in tree.data.name else text.partition("_")[0]
        self.symbols.setdefault(tree.data.name, []).append(letter)
        signs = [formula.text(a.end, b.start) for a, b in pairwise(given[:-1] if below else given)]
        if given and all(map(_SEPARATOR.fullmatch, signs)):
            template = MARK.join(["", *signs])
            self.found.setdefault(arguments(tree.data.name), []).append(BELOW + template if below else template)

    def cell(self, tree: Tree, text: str) -> bool:
        r"""Note how the entries of a matrix are set that an author writes as `x_j^{(i)}`."""
        expr = self.typed.get(id(tree))
        if expr is None or expr.op is not ENTRY or len(expr.data) != 2 or expr.args[0].op is not SYMBOL:
            return False
        if cell := _cell(text or rf"{tree.data.base}_i^{{(i)}}"):
            self.symbols.setdefault(style_cell(expr.args[0].data.name), []).append(cell)
            letter = re.split(r"[_^]", cell, maxsplit=1)[0].strip()
            if letter.startswith("\\"):
                self.symbols.setdefault(expr.args[0].data.name, []).append(letter)
        return True

    def name(self, tree: Tree, formula: Formula) -> None:
        """Note how a name is set: a constant, a member of a family, or a symbol."""
        expr, text = self.typed.get(id(tree)), formula.text(*tree.core).strip()
        plain = expr is not None and expr.op is SYMBOL and not expr.data.indices
        letter = text == tree.data.full and not formula.macros and (len(text) == 1 or text[0] == "\\")
        if plain and letter and not tree.data.sub:
            self.symbols.setdefault(text, []).append(text)
            return
        if expr is not None and (self._constant(expr, text, tree, formula) or self._entry(expr, text, tree, formula)):
            return
        labelled = tree.data.sub and (_LABEL_ABOVE.search(text) or _BOTH_ABOVE.search(text)) is not None
        if labelled and text[:1] == "(" and text[-1:] == ")":  # (x^{(i)})^T
            text = text[1:-1].strip()
        if expr is not None and expr.op is SYMBOL and expr.data.indices and (tree.data.label or labelled):
            member = _LABELLED.sub(r"\1#1\2", text)
            if member.count("#1") == 1 == len(expr.data.indices):
                self.symbols.setdefault(expr.data.name, []).append(member)
            return
        if labelled and not formula.macros and self.cell(tree, text):
            return
        if expr is not None and self._member(expr, text, tree, formula):
            return
        if plain and letter:
            self.symbols.setdefault(text, []).append(text)
            return
        coloured = f"{{{text}}}" in tree.data.full  # the font stands around more than this letter
        if coloured:
            self.coloured[tree.data.base] = None
        alone = not formula.macros or self.alone(text, tree.data, formula)
        told = plain or expr is None or not tree.data.sub
        if told and not coloured and alone and not (text.isalpha() and len(text) > 1):
            braced = _SWITCHED.sub(r"{\g<0>}", text) if "\\" in text else text
            self.symbols.setdefault(tree.data.full, []).append(braced)

    def _constant(self, expr: Expr, text: str, tree: Tree, formula: Formula) -> bool:
        """Note how an identity, ones, a row or a column, or the imaginary unit is set."""
        if expr.op in (IDENTITY, ONES):
            marks = [(Span(i.start, i.end), "#1") for i in tree.data.sub]
            self.note(expr.op.name, cut(formula, tree.core, marks), tree, formula)
        elif expr.op in (ROW, COLUMN):
            self.note(expr.op.name, "#1_#2", tree, formula)
        elif expr.op is IMAGINARY:
            self.found.setdefault(IMAGINARY.name, []).append(text)
        else:
            return False
        return True

    def _entry(self, expr: Expr, text: str, tree: Tree, formula: Formula) -> bool:
        r"""Note how the entries `x_{ij}` of the members of a family are set, and by which letter those of a vector."""
        vector = expr.args[0] if expr.op is ENTRY and not formula.macros else None
        if vector is None or vector.op is not SYMBOL:
            return False
        counts = [i for i in tree.data.sub if i.kind == "name"]
        if vector.data.indices and len(counts) == 2:
            marks = [(Span(i.start, i.end), f"#{k}") for k, i in enumerate(counts, 1)]
            if cell := cut(formula, tree.core, marks):
                self.symbols.setdefault(style_cell(vector.data.name), []).append(cell)
            return True
        head, whole = text.partition("_")[0].strip(), "" if vector.data.indices else vector.data.name
        if not whole or _bare(head) not in map(_bare, _of_entries(whole)):
            return False
        self.symbols.setdefault(style_entry(whole), []).append(head)
        return True

    def _member(self, expr: Expr, text: str, tree: Tree, formula: Formula) -> bool:
        """Note the letter of a family, where an index stands below it."""
        if expr.op is SYMBOL and expr.data.indices and not formula.macros and "^" not in text:
            letter, below, _ = text.partition("_")
            if below and text.endswith(PRIME):  # p_i', no p'_i
                self.symbols.setdefault(expr.data.name, []).append(f"{letter.strip()}_#1'")
            elif below and letter.startswith("\\"):
                self.symbols.setdefault(expr.data.name, []).append(_SWITCHED.sub(r"{\g<0>}", letter.strip()))
            return True
        found = _FAMILY.match(text) if tree.data.sub else None
        whole = expr.args[0] if expr.op is ENTRY else expr
        if found is None or whole.op is not SYMBOL or whole.data.name != tree.data.base:
            return False
        if formula.macros and not self.alone(found[1], Name(whole.data.name), formula):
            return False
        self.symbols.setdefault(whole.data.name, []).append(found[1])
        return True


# what forms show besides their templates
NOTING: Mapping[Op | str, Callable[[Seen, Tree, Formula], None]] = {
    "number": Seen.number, "name": Seen.name, "quotient": Seen.quotient, "unknown": Seen.function,
}


def _cell(text: str) -> str:
    r"""The template of `x_j^{(i)}`: `#1` above, `#2` below; "" where the text is none."""
    if text.startswith("(") and text.endswith(")"):  # (x_j^{(i)})^2
        text = text[1:-1]
    both, found = _BOTH_ABOVE.subn(r"\1#1,#2\2", text, 1)
    if found:  # y^{(i,j)}
        return both
    text, above = _LABEL_ABOVE.subn(r"\1#1\2", text, 1)
    text, below = _LETTER_BELOW.subn(r"\1#2", text, 1)
    return text if above and below else ""
