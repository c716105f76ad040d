"""Templates: the source of one node with marks in place of its arguments, and the operators that it shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from texgrad.algebra import Expr, Op, split
from texgrad.notation import BY_ENTRIES, DOUBLE_SUM, LARGEST_ENTRY, ROOT, style_key
from texgrad.operators import (
    CONJUGATE,
    CONJUGATE_TRANSPOSE,
    DIAGONAL,
    DIAGONAL_MATRIX,
    EXP,
    INDEXED_PRODUCT,
    INDEXED_SUM,
    INVERSE,
    LOGDET,
    MATRIX_EXP,
    MAX_NORM,
    NORM,
    POWER_NORM,
    PRODUCT,
    SPECTRAL,
    TRANSPOSE,
)
from texgrad.reader.conditions import marked
from texgrad.reader.indexed import LIMITS
from texgrad.reader.squares import exponent as exponent_of
from texgrad.reader.statements import Formula
from texgrad.reader.tree import Tree, is_euler
from texgrad.reader.vocabulary import SCRIPT_CHARACTERS
from texgrad.source import Span

_WORD = re.compile(r"\\[A-Za-z]+$")
_SPACES = re.compile(r"\s+")
_MARK = re.compile(r"#\d")
_INDICES = re.compile(r"(_\s*\{?\s*)[A-Za-z](\s*,?\s*)[A-Za-z](?![A-Za-z])")
_SECOND = re.compile(r"#2\s*,?\s*#4")
# what runs over an index -> the key of its style
SUMS: Mapping[object, str] = {"sum over": INDEXED_SUM.name, "product over": INDEXED_PRODUCT.name}
SIGNS: Mapping[object, str] = {"sum over": r"\sum", "product over": r"\prod"}
# a power of a square root: what stands before the exponent, before its numerator, and after that
_HALVES = re.compile(r"(#1\s*\^\s*\{?\s*)-?\s*(\\[td]?frac\s*\{?\s*)?\d(.*)")
_VECTOR, _MATRIX = "vector norm", "matrix norm"
DIAGONALS = (DIAGONAL_MATRIX, DIAGONAL)  # which of them a word means, its argument tells


def inserted(text: str, start: int, end: int, mark: str) -> str:
    """`text` with a mark in place of an argument, apart from a control word before it."""
    before = text[:start]
    gap = " " if before[-1:].isalpha() and _WORD.search(before) else ""
    return before + gap + mark + text[end:]


def cut(formula: Formula, whole: Span, arguments: Sequence[tuple[Span, str]]) -> str:
    """The source of `whole` with each argument replaced by its mark; "" where they do not lie side by side in it."""
    text = formula.text(*whole)
    last = whole.end
    if len(arguments) > 1:
        arguments = sorted(arguments, reverse=True)
    for span, mark in arguments:
        if not whole.start <= span.start < span.end <= last:
            return ""
        text = inserted(text, span.start - whole.start, span.end - whole.start, mark)
        last = span.start
    spoilt = "&" in text or r"\\" in text or "%" in text or text.count("{") != text.count("}")
    count = len({mark for _, mark in arguments}) if len(arguments) > 1 else len(arguments)
    if spoilt or (text.count("#") != count and len(_MARK.findall(text)) != count):
        return ""
    return " ".join(text.split())


def _pair(formula: Formula, tree: Tree) -> str:
    """An infix sign with two arguments."""
    first, second = tree.args[:2]
    return cut(formula, Span(first.start, second.end), [(first.span, "#1"), (second.span, "#2")])


def _of(formula: Formula, tree: Tree) -> str:
    """An operator with one argument; nothing where only the argument stands there, put in from elsewhere."""
    text = cut(formula, tree.core, [(tree.args[0].span, "#1")])
    if text.startswith("^"):
        text = "{}" + text  # {}^tA, where a sign stands before
    return "" if text.strip("()[]{} ") == "#1" else text


def _norm_keys(tree: Tree, typed: Mapping[int, Expr]) -> tuple[str, ...]:
    expr = typed.get(id(tree))
    if expr is not None:
        return (style_key(expr),) if expr.op is NORM else (SPECTRAL.name,) if expr.op is SPECTRAL else ()
    return {"F": (_MATRIX,), "2": (_VECTOR,)}.get(tree.data, (_VECTOR, _MATRIX))


class Node(NamedTuple):
    """A node of a formula, and what it means, if that is known.

    typed: the meaning of nodes that were understood. meant: what others turned out as.
    """

    tree: Tree
    formula: Formula
    typed: Mapping[int, Expr]
    meant: Mapping[int, Tree]
    expr: Expr | None

    def cut(self, arguments: Sequence[Tree]) -> str:
        """The source of the node with marks in place of these arguments."""
        return cut(self.formula, self.tree.core, [(a.span, f"#{k + 1}") for k, a in enumerate(arguments)])

    def alone(self) -> str:
        """The template of an operator with one argument."""
        return _of(self.formula, self.tree)


# a node of all its fields, in half the time
seen_node: Callable[[tuple[Tree, Formula, Mapping[int, Expr], Mapping[int, Tree], Expr | None]], Node] = partial(
    tuple.__new__, Node)
Templates = list[tuple[str, str]]  # style keys, and how the operators are spelt


def templates(node: Node) -> Templates:
    """Style keys and templates that one node shows."""
    rule = RULES.get(node.tree.op)
    found = None if rule is None else rule(node)
    return _operator(node) if found is None else found


def _operator(node: Node) -> Templates:
    """Any operator of the table, before or between its arguments."""
    tree, op, expr = node.tree, node.tree.op, node.expr
    if not isinstance(op, Op) or not tree.args:
        return []
    name = expr.op.name if expr is not None and op in DIAGONALS and expr.op in DIAGONALS else op.name
    if op is MAX_NORM and tree.data != r"\infty" and (expr is None or expr.op is MAX_NORM):
        name = LARGEST_ENTRY if expr is None else style_key(expr)
    if len(tree.args) == 1:
        return [(name, node.alone())]
    called = any(not s.startswith("#1") for s in op.spellings[:1]) or tree.data == r"\langle"  # max(a, b), <a, b>
    return [(name, node.cut(tree.args) if called else _pair(node.formula, tree))]


def _as_root(power: str) -> str:
    """The template of a power of a square root, such as `#1^{-3/2}`, as that of the root; "" where it is no other."""
    found = _HALVES.fullmatch(power)
    return "" if found is None else f"{found[1]}{found[2] or ''}1{found[3]}"


def _power(node: Node) -> Templates:
    """A root, the square of a norm, or the e of an exponential."""
    base, exponent = node.tree.args
    if exponent_of(node.tree).denominator == 2:
        return [(ROOT, _as_root(node.cut((base,))))]
    base = node.meant.get(id(base), base)
    if base.op is NORM and exponent.op == "number" and exponent.data == 2:
        return [("squared " + key, node.cut(base.args)) for key in _norm_keys(base, node.typed)]
    expr = node.expr
    euler = expr is None and is_euler(base)
    if not euler and (expr is None or expr.op not in (EXP, MATRIX_EXP)):
        return []
    text = node.cut((exponent,))
    if not text and base.op == "name":  # the exponent was put in from elsewhere
        text = node.formula.text(*base.span).strip() + "^{#1}"
    return [(EXP.name if expr is None else expr.op.name, text)] if re.search(r"e[}\s]*\^", text) else []


def _sum(node: Node) -> Templates:
    """The sign of a sum or a product over an index."""
    others = " with others" if node.tree.data.limit is not None else ""
    if (conditions := _conditions(node)):
        return conditions
    text = _sum_template(node.tree, node.formula)
    if _partial(node):
        return []
    if node.tree.op == "sum over" and (both := _double_template(node.tree, node.formula)):
        return [(DOUBLE_SUM, both), (INDEXED_SUM.name, _SECOND.sub("#2", both).replace("_{#2} ", "_#2 "))]
    if node.tree.data.conditions:  # so are only sums and products over this range written
        body = None if node.expr is None else split(node.expr)[1]
        if body is None or not body.op.binds:
            return []
        return [(f"{SUMS[op]} {body.data.size}", text.replace(SIGNS[node.tree.op], SIGNS[op], 1)) for op in SIGNS]
    return [(SUMS[node.tree.op] + others, text)]


def _partial(node: Node) -> bool:
    """Whether the sum is one over a part of a range."""
    body = None if node.expr is None else split(node.expr)[1]
    if body is not None and body.op.binds:
        return any(body.data.ends)
    return node.tree.data.first not in ("", "0", "1")


def _conditions(node: Node) -> Templates:
    """The conditions below a sum that leave terms out; what is called by them is written in their marks."""
    found: Templates = []
    free = frozenset() if node.expr is None else node.expr.free
    indices = {*node.tree.data.names, *(key[1:] for key in free if key[0] == "#")}
    for condition in node.tree.data.conditions:
        key, places = marked(condition, indices)
        if key in free:
            marks = {name: f"#{k}" for k, name in enumerate(dict.fromkeys(name for name, _ in places), 1)}
            whole = Span(condition[0].start, condition[-1].end)
            found.append((key, cut(node.formula, whole, [(span, marks[name]) for name, span in places])))
    return found


def _understood(node: Node) -> Templates:
    """What is an operator only by its meaning."""
    return [] if node.expr is None or node.expr.op is INDEXED_SUM else [(node.expr.op.name, node.alone())]


def _line(node: Node) -> Templates:
    """A row or a column."""
    return [] if node.expr is None else [(node.expr.op.name, _line_template(node.tree, node.formula))]


def _norm_by(node: Node) -> Templates:
    """A p-norm."""
    if node.expr is None or node.expr.op is not POWER_NORM:
        return []
    return [(POWER_NORM.name, re.sub(r"_\s*#2\Z", "_{#2}", node.cut(node.tree.args)))]


def _conjugate_transpose(node: Node) -> Templates | None:
    """The superscript that inverts as well."""
    (inner,) = node.tree.args
    if inner.op is INVERSE and inner.args[0].span == inner.span:
        return [("inverse conjugate transpose", node.cut((inner,)))]
    return None


def _conjugate(node: Node) -> Templates | None:
    """A bar above a letter, which macros for accents put there."""
    (inner,) = node.tree.args
    if inner.start != inner.end:
        return None
    over = re.match(r"\\[a-z]+", node.formula.text(*node.tree.core))
    return [(CONJUGATE.name, f"{over[0]}{{#1}}")] if over else []


def _ones(node: Node) -> Templates:
    """Ones with their sizes below."""
    parts = [i for i in node.tree.data if i.text != r"\times"]
    marks = [(Span(i.start, i.end), f"#{k + 1}") for k, i in enumerate(parts)]
    return [("ones", cut(node.formula, node.tree.core, marks))] if len(marks) < 3 else []


def _product(node: Node) -> Templates:
    """The signs between factors."""
    tree, typed = node.tree, node.typed
    numbers = [(expr := typed.get(id(a))) is not None and expr.scalar for a in tree.args]  # whose signs say nothing
    pairs = zip(tree.data[1:], tree.args[1:], pairwise(numbers), strict=True)
    signs = [sign for sign, after, sides in pairs if after.op != "number" and True not in sides]
    if node.expr is None and all(a.op in ("name", "number", "power") for a in tree.args):
        signs = [sign for sign in signs if sign != r"\times"]  # sizes, as a rule
    return [(PRODUCT.name, f"#1{sign} #2" if sign else "#1#2") for sign in dict.fromkeys(signs)]


def _sum_template(tree: Tree, formula: Formula) -> str:
    """A sum sign: `#1` the body, `#2` the index, `#3` its size."""
    names, above, end, span, limit = tree.data[:5]
    if len(names) != 1 and limit is None:
        return ""
    marks = [(span, "#2")]
    if limit is not None:
        sign = formula.text(*limit.span).strip()
        head = formula.text(tree.core.start, span.start).rstrip("_{ ").rstrip()
        return f"{head}_{{#2{sign} #3}} #1" if LIMITS[limit.sign][0] == r"\ne" else ""
    if formula.text(*span)[:1] in SCRIPT_CHARACTERS:  # ∑ᵢ₌₁ⁿ
        sign = formula.text(tree.core.start, span.start).strip()
        return f"{sign}_{{#2=1}}^{{#3}} #1" if above else f"{sign}_{{#2}} #1"
    if above:
        marks.append((Span(above[0].start, max(a.end for a in above)), "#3"))
    text = cut(formula, Span(tree.core.start, end), marks)
    gap = re.sub(r"\s+", " ", formula.text(end, tree.args[0].start))
    return "" if not text else text + "#1" if gap == "" and not re.search(r"\\[A-Za-z]+$", text) else text + " #1"


def _double_template(tree: Tree, formula: Formula) -> str:
    """One sign for two sums, `\\sum_{i,j}`: `#1` the body, `#2` and `#4` the indices, `#3` the size of both."""
    names, above, end, _, limit = tree.data[:5]
    if len(names) != 2 or limit is not None or tree.data.conditions or not formula.holds(tree.core):
        return ""
    text = formula.text(tree.core.start, above[0].start if above else end)
    made, count = _INDICES.subn(r"\1#2\2#4", text)
    if count != 1 or "_" not in made or any(mark in text for mark in ("&", "%", r"\\")):
        return ""
    made += "#3" + formula.text(max(a.end for a in above), end) if above else ""
    return _SPACES.sub(" ", made).strip() + " #1"


def _line_template(tree: Tree, formula: Formula) -> str:
    """A row or a column: `#1` the matrix, `#2` the index."""
    text = formula.text(tree.args[0].end, tree.end)
    marked = re.sub(rf"(?<![A-Za-z\\\\]){re.escape(tree.data[1])}(?![A-Za-z])", "#2", text)
    return "#1" + marked.strip() if marked.count("#2") == 1 else ""


# form -> what it shows; None where it shows no more than its operator does
RULES: Mapping[object, Callable[[Node], Templates | None]] = {
    NORM: lambda node: [(key, node.alone()) for key in _norm_keys(node.tree, node.typed)],
    "root": lambda node: [(ROOT, node.alone())],
    "power": _power, BY_ENTRIES: lambda node: [(BY_ENTRIES, node.cut(node.tree.args))],
    "sum over": _sum, "product over": _sum, "line": _line, "bars": _understood, "norm by": _norm_by,
    "transpose or power": lambda node: [(TRANSPOSE.name, node.alone())] if node.tree.data == "T" else [],
    CONJUGATE_TRANSPOSE: _conjugate_transpose, CONJUGATE: _conjugate, "ones": _ones, "product": _product,
    "inverse transpose": lambda node: [("inverse transpose", node.alone())],
    "log bars": lambda node: [(LOGDET.name, node.alone())],
}  # fmt: skip
