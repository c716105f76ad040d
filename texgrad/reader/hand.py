"""The author's hand: the exact spelling of every operator and symbol, cut out of the source."""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from texgrad.algebra import SYMBOL, Expr, Op
from texgrad.notation import ROOT, Style, style_key
from texgrad.operators import (
    CONJUGATE,
    CONJUGATE_TRANSPOSE,
    DIAGONAL,
    DIAGONAL_MATRIX,
    EXP,
    IDENTITY,
    IMAGINARY,
    INDEXED_PRODUCT,
    INDEXED_SUM,
    INVERSE,
    MATRIX_EXP,
    NORM,
    ONES,
    POWER_NORM,
    PRODUCT,
    SPECTRAL,
    TRANSPOSE,
    UNKNOWN_FUNCTION,
)
from texgrad.reader.entrywise import EULER
from texgrad.reader.indexed import LIMITS
from texgrad.reader.macros import GROUP, Macro
from texgrad.reader.spelt import names, spells
from texgrad.reader.squares import exponent as exponent_of
from texgrad.reader.statements import Formula
from texgrad.reader.tree import Tree
from texgrad.reader.vocabulary import SIZES
from texgrad.source import Span

_ROMAN_D = re.compile(r"\\(?:mathrm|operatorname|text)\s*\{\s*d\s*\}|\\mathrm\s+d|\{\\rm\s+d\}")
_PLAIN_D = re.compile(r"(?<![A-Za-z\\])(?<!\\mathrm )d(?=[A-Z\\](?!frac)|\()")
_FRACTION = re.compile(r"\\[dt]?frac(?![A-Za-z])")
_SIZED = re.compile(r"\\(?:left|(?:big|Big|bigg|Bigg)l?)\s*\(")
_BRACKET = re.compile(r"(?:\\left|\\(?:big|Big|bigg|Bigg)l?)?\s*\((?!\s*\\right)")
_BREAK = re.compile(r"\\cr(?![A-Za-z])|\\\\")
_WORD = re.compile(r"\\[A-Za-z]+$")
_SPACES = re.compile(r"\s+")
_MARK = re.compile(r"#\d")
_ENVIRONMENT = re.compile(
    r"\\begin\{((?:align|aligned|eqnarray|split|flalign|gathered|multline)\*?)\}|\\(eqalign)(?![A-Za-z])"
)
_LABELLED = re.compile(r"(\^\s*\{?\s*[(\[]\s*)[A-Za-z](\s*[)\]])")  # the index of x^{(i)}
_SWITCHED = re.compile(r"\\(?:bf|rm|it|tt|cal|sf)(?![A-Za-z]).*", re.DOTALL)  # goes on to the end of the braces
# what runs over an index -> the key of its style
SUMS: Mapping[object, str] = {"sum over": INDEXED_SUM.name, "product over": INDEXED_PRODUCT.name}
NOTHING: Mapping[int, Tree] = {}
HALF = Fraction(1, 2)
COMMON: Mapping[str, str] = {}
_VECTOR, _MATRIX = "vector norm", "matrix norm"


def _most(found: Sequence[str], default: str) -> str:
    if not found:
        return default
    return found[0] if found.count(found[0]) == len(found) else Counter(found).most_common(1)[0][0]


def _brackets(text: str, macros: Mapping[str, Macro]) -> str:
    """What the author puts round a compound; a macro of his own is a template."""
    for name, macro in macros.items():
        bare = tuple(t for t in macro.body if t not in SIZES and not t.isspace())
        if bare == ("(", "#1", ")") and macro.parameters == (GROUP,):
            uses = len(re.findall(re.escape(name) + r"\s*\{", text))
            if uses > len(_BRACKET.findall(text)) - len(re.findall(r"\(\s*#", text)):
                return name + "{#1}"
    if _SIZED.search(text) is None:
        return "("
    kinds = {r"\l": r"\left(", r"\b": r"\big(", r"\B": r"\big("}
    return _most([kinds.get(found[:2], "(") for found in _BRACKET.findall(text)], "(")


def inserted(text: str, start: int, end: int, mark: str) -> str:
    """`text` with a mark in place of an argument, apart from a control word before it."""
    before = text[:start]
    gap = " " if before[-1:].isalpha() and _WORD.search(before) else ""
    return before + gap + mark + text[end:]


def _cut(formula: Formula, whole: Span, arguments: Sequence[tuple[Span, str]]) -> str:
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
    if spoilt or len(_MARK.findall(text)) != len({mark for _, mark in arguments}):
        return ""
    return _SPACES.sub(" ", text).strip()


def _pair(formula: Formula, tree: Tree) -> str:
    """An infix sign with two arguments."""
    first, second = tree.args[:2]
    return _cut(formula, Span(first.start, second.end), [(first.span, "#1"), (second.span, "#2")])


def _of(formula: Formula, tree: Tree) -> str:
    """An operator with one argument; nothing where only the argument stands there, put in from elsewhere."""
    text = _cut(formula, tree.core, [(tree.args[0].span, "#1")])
    return "" if text.strip("()[]{} ") == "#1" else text


def _norm_keys(tree: Tree, typed: Mapping[int, Expr]) -> tuple[str, ...]:
    expr = typed.get(id(tree))
    if expr is not None:
        return (style_key(expr),) if expr.op is NORM else (SPECTRAL.name,) if expr.op is SPECTRAL else ()
    return {"F": (_MATRIX,), "2": (_VECTOR,)}.get(tree.data, (_VECTOR, _MATRIX))


def _spellings(
    tree: Tree, formula: Formula, typed: Mapping[int, Expr], meant: Mapping[int, Tree]
) -> list[tuple[str, str]]:
    """Style keys and templates that one node shows."""
    op, expr = tree.op, typed.get(id(tree))
    if op is NORM:
        return [(key, _of(formula, tree)) for key in _norm_keys(tree, typed)]
    if op == "root":
        return [(ROOT, _of(formula, tree))]
    if op == "power" and exponent_of(tree) == HALF:
        return [(ROOT, _cut(formula, tree.core, [(tree.args[0].span, "#1")]))]
    if op == "power":
        base, exponent = tree.args
        base = meant.get(id(base), base)
        if base.op is NORM and exponent.op == "number" and exponent.data == 2:
            text = _cut(formula, tree.core, [(base.args[0].span, "#1")])
            return [("squared " + key, text) for key in _norm_keys(base, typed)]
        euler = expr is None and base.op == "name" and base.data.full in EULER
        if euler or (expr is not None and expr.op in (EXP, MATRIX_EXP)):
            text = _cut(formula, tree.core, [(exponent.span, "#1")])
            name = EXP.name if expr is None else expr.op.name
            return [(name, text)] if re.search(r"e[}\s]*\^", text) else []
        return []
    if op in SUMS:
        limited = tree.data.limit is not None
        return [(SUMS[op] + (" with others" if limited else ""), _sum_template(tree, formula))]
    if op == "line":
        return [] if expr is None else [(expr.op.name, _line_template(tree, formula))]
    if op == "bars":
        return [] if expr is None else [(expr.op.name, _of(formula, tree))]
    if op == "norm by" and expr is not None and expr.op is POWER_NORM:
        text = _cut(formula, tree.core, [(a.span, f"#{k + 1}") for k, a in enumerate(tree.args)])
        return [(expr.op.name, re.sub(r"_\s*#2\Z", "_{#2}", text))]
    if op == "transpose or power" and tree.data == "T":
        return [(TRANSPOSE.name, _of(formula, tree))]
    if op is CONJUGATE_TRANSPOSE and tree.args[0].op is INVERSE and tree.args[0].args[0].span == tree.args[0].span:
        return [("inverse conjugate transpose", _cut(formula, tree.core, [(tree.args[0].span, "#1")]))]
    if op in ("inverse transpose", "log bars"):
        key = op if op == "inverse transpose" else "log-determinant"
        return [(str(key), _of(formula, tree))]
    if op == "ones":
        parts = [i for i in tree.data if i.text != r"\times"]
        marks = [(Span(i.start, i.end), f"#{k + 1}") for k, i in enumerate(parts)]
        return [("ones", _cut(formula, tree.core, marks))] if len(marks) < 3 else []
    if op == "product":
        pairs = zip(tree.data[1:], pairwise(tree.args), strict=True)
        signs = [sign for sign, (before, after) in pairs
                 if after.op != "number" and not any(_scalar(typed.get(id(side))) for side in (before, after))]
        if expr is None and all(a.op in ("name", "number", "power") for a in tree.args):
            signs = [sign for sign in signs if sign != r"\times"]  # sizes, as a rule
        return [(PRODUCT.name, f"#1{sign} #2" if sign else "#1#2") for sign in dict.fromkeys(signs)]
    if op is CONJUGATE and tree.args[0].start == tree.args[0].end:
        over = re.match(r"\\[a-z]+", formula.text(*tree.core))
        return [(CONJUGATE.name, f"{over[0]}{{#1}}")] if over else []
    if isinstance(op, Op) and tree.args:
        name = op.name if expr is None or expr.op not in (DIAGONAL_MATRIX, DIAGONAL) else expr.op.name
        if len(tree.args) == 1:
            return [(name, _of(formula, tree))]
        if tree.data == r"\langle":
            return [(name, _cut(formula, tree.core, [(a.span, f"#{k + 1}") for k, a in enumerate(tree.args)]))]
        return [(name, _pair(formula, tree))]
    return []


def _scalar(expr: Expr | None) -> bool:
    """Whether it is known to be a number, so that the sign beside it says nothing of products of matrices."""
    return expr is not None and expr.scalar


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
    if above:
        marks.append((Span(above[0].start, max(a.end for a in above)), "#3"))
    text = _cut(formula, Span(tree.core.start, end), marks)
    gap = re.sub(r"\s+", " ", formula.text(end, tree.args[0].start))
    return "" if not text else text + "#1" if gap == "" and not re.search(r"\\[A-Za-z]+$", text) else text + " #1"


def _line_template(tree: Tree, formula: Formula) -> str:
    """A row or a column: `#1` the matrix, `#2` the index."""
    text = formula.text(tree.args[0].end, tree.end)
    marked = re.sub(rf"(?<![A-Za-z\\\\]){re.escape(tree.data[1])}(?![A-Za-z])", "#2", text)
    return "#1" + marked.strip() if marked.count("#2") == 1 else ""


def _walk(root: Tree, meant: Mapping[int, Tree]) -> Iterable[Tree]:
    stack = [root]
    while stack:
        tree = stack.pop()
        tree = meant.get(id(tree), tree)
        yield tree
        stack.extend(reversed(tree.args))


def _letters_over_number(tree: Tree, typed: Mapping[int, Expr]) -> bool:
    """Whether a fraction has letters that are numbers above and a number below."""
    above, below = tree.args
    first = above.args[0] if above.op == "product" else above
    expr = typed.get(id(first))
    return below.op == "number" and first.op == "name" and (expr is None or expr.scalar)


def style_of(formulas: Sequence[Formula], trees: Sequence[tuple[Formula, Tree]], typed: Mapping[int, Expr],
             derivatives: Sequence[str], transposes: Sequence[str] = (),
             meant: Mapping[int, Tree] = NOTHING, common: Mapping[str, str] = COMMON) -> Style:  # fmt: skip
    """The hand that wrote the formulas; `typed` gives the meaning of nodes that were understood.

    meant: what nodes turned out to mean that look like something else. common: templates for what no tree shows.

    derivatives: templates of the derivatives asked for; transposes: those of the transposed variables in them.
    """
    found: dict[str, list[str]] = {"transpose": list(transposes)} if transposes else {}
    symbols: dict[str, list[str]] = {}
    read: dict[tuple[str, object], bool] = {}
    numerators = False
    signs: list[str] = []  # of fractions

    def meaning(template: str, tree: Tree, formula: Formula) -> bool:
        """Whether a template holds no more than the node; a macro may stand for more."""
        if not formula.macros:
            return True
        key = template, tree.op
        if key not in read:
            read[key] = spells(template, tree.op, tree, formula.macros)
        return read[key]

    for formula, root in trees:
        for tree in _walk(root, meant):
            if not formula.holds(tree.core):  # put in from another formula
                continue
            if tree.op == "name":
                expr = typed.get(id(tree))
                if expr is not None and expr.op in (IDENTITY, ONES):
                    marks = [(Span(i.start, i.end), "#1") for i in tree.data.sub]
                    template = _cut(formula, tree.core, marks)
                    if template and meaning(template, tree, formula):
                        found.setdefault(expr.op.name, []).append(template)
                    continue
                text = formula.text(*tree.core).strip()
                if expr is not None and expr.op is IMAGINARY:
                    found.setdefault(IMAGINARY.name, []).append(text)
                    continue
                plain = expr is not None and expr.op is SYMBOL and not expr.data.indices
                coloured = f"{{{text}}}" in tree.data.full  # the font stands around more than this letter
                alone = not formula.macros or names(text, tree.data, formula.macros)
                if expr is not None and expr.op is SYMBOL and expr.data.indices and tree.data.label:
                    member = _LABELLED.sub(r"\1#1\2", text)
                    if member.count("#1") == 1 == len(expr.data.indices):
                        symbols.setdefault(expr.data.name, []).append(member)
                elif (plain or not tree.data.sub) and not coloured and alone and not (text.isalpha() and len(text) > 1):
                    symbols.setdefault(tree.data.full, []).append(_SWITCHED.sub(r"{\g<0>}", text))
                continue
            if tree.op == "quotient" and any(a.op != "number" for a in tree.args):
                signs.append(str(tree.data))
            numerators = numerators or (tree.op == "quotient" and _letters_over_number(tree, typed))
            if tree.op == "unknown":
                bare = tree.core == tree.span
                found.setdefault(UNKNOWN_FUNCTION.name, []).append("#1" if bare else "#1(#2)")
                symbols.setdefault(tree.data[0], []).append(formula.text(*tree.core).strip())
            for key, template in _spellings(tree, formula, typed, meant):
                if template and meaning(template, tree, formula):
                    found.setdefault(key, []).append(template)
    for one, other in ((DIAGONAL_MATRIX.name, DIAGONAL.name), (DIAGONAL.name, DIAGONAL_MATRIX.name)):
        if other not in found and any("diag" in template for template in found.get(one, ())):
            found[other] = found[one]  # who writes diag for one of them does so for both
    text = "\n".join(f.source.latex for f in formulas)
    roman = _ROMAN_D.findall(text)
    romanly = roman and len(roman) > len(_PLAIN_D.findall(text))
    environments = [a or b for a, b in _ENVIRONMENT.findall(text)]
    fraction = _most(_FRACTION.findall(text), r"\frac")
    usual = Style().derivative.replace(r"\frac", r"\dfrac" if fraction == r"\dfrac" else r"\frac")
    derivative = _most([d for d in derivatives if d], usual)
    return Style(
        templates={**common, **{key: _most(texts, "") for key, texts in found.items()}},
        symbols={name: chosen for name, texts in symbols.items() if (chosen := _most(texts, name)) and chosen != name},
        differential=_most(roman, "d") if romanly else "d",
        fraction=fraction,
        numerators=numerators,
        slashes=bool(signs) and set(signs) == {"/"},
        brackets=_brackets(text, {name: macro for f in formulas for name, macro in f.macros.items()}),
        line_break=_most(_BREAK.findall(text), r"\\"),
        environment=_most(environments, ""),
        derivative=derivative,
    )


@lru_cache(maxsize=1024)
def python_name(latex: str) -> str:
    """A Python identifier for a symbol: `\\mathbf{x}` is x, `\\Sigma` is Sigma, `\\hat{\\theta}` is theta_hat."""
    accents = re.findall(r"\\(hat|tilde|bar|dot|widehat|widetilde|overline)\b", latex)
    dressed = r"\\(?:hat|tilde|bar|dot|ddot|wide\w+|overline|underline|vec|boldsymbol|bm|pmb|math\w+|text\w+)\b"
    bare = re.sub(dressed, "", latex)
    parts = re.sub(r"[^\w]+", " ", bare.replace("_", " ").replace("'", " prime")).split()
    name = "_".join([*parts, *accents]) or "v"
    name = re.sub(r"\W", "_", name)
    name = f"v{name}" if name[0].isdigit() else name
    return name + "_" if keyword.iskeyword(name) or name == "np" else name


def python_names(latex: Iterable[str]) -> dict[str, str]:
    """Identifiers for symbols, all different."""
    out: dict[str, str] = {}
    taken: set[str] = set()
    for one in latex:
        name = base = python_name(one)
        count = 2
        while name in taken:
            name, count = f"{base}_{count}", count + 1
        taken.add(name)
        out[one] = name
    return out
