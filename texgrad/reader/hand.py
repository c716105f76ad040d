"""The author's hand: the exact spelling of every operator and symbol, cut out of the source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from texgrad.algebra import Expr
from texgrad.notation import BARE_SCRIPTS, Style
from texgrad.operators import (
    DIAGONAL,
    DIAGONAL_MATRIX,
    TRANSPOSE,
)
from texgrad.reader.macros import GROUP, Macro
from texgrad.reader.named import read_name
from texgrad.reader.seen import NOTHING, Seen
from texgrad.reader.spelt import items_of, names
from texgrad.reader.statements import Formula
from texgrad.reader.survey import Survey
from texgrad.reader.tree import Name, Tree
from texgrad.reader.vocabulary import SIZES

_ROMAN_D = re.compile(r"\\(?:mathrm|operatorname|text)\s*\{\s*d\s*\}|\\mathrm\s+d|\{\\rm\s+d\}")
_PLAIN_D = re.compile(r"(?<![A-Za-z\\])(?<!\\mathrm )d(?=[A-Z\\](?!frac)|\()")
_FRACTION = re.compile(r"\\[dt]?frac(?![A-Za-z])")
_PLAIN_FRACTION = re.compile(r"(\\[dt]?frac)(?![A-Za-z])(?!\s*\{\s*(?:\\partial|\\mathrm\s*\{?\s*d|d(?![A-Za-z_^])))")
_SIZED = re.compile(r"\\(?:left|(?:big|Big|bigg|Bigg)l?)\s*\(")
_BRACKET = re.compile(r"(?:\\(?:left|(?:big|Big|bigg|Bigg)l?)\s*)?\((?!\s*\\right)")
_GROWN = re.compile(r"\\(left|right)(?![A-Za-z])")
_TALL = re.compile(r"\\(?:[dt]?frac|sum|prod|int|begin|over|binom|underbrace)(?![A-Za-z])")
FINE = 100  # denominators of decimals from here on, where the author writes fractions of numbers, too
_BREAK = re.compile(r"\\cr(?![A-Za-z])|\\\\")
_ENVIRONMENT = re.compile(
    r"\\begin\{((?:align|aligned|eqnarray|split|flalign|gathered|multline)\*?)\}|\\(eqalign)(?![A-Za-z])"
)
_RAISED = re.compile("[²³¹⁻ⁿ]")
_BARE_SCRIPT = re.compile(r"_\s*\\(?!text|math|rm|bf|bold|hat|tilde|bar)[A-Za-z]+")
_BRACED_SCRIPT = re.compile(r"_\s*\{\s*\\[A-Za-z]+\s*\}")
_FONT = re.compile(r"\\math(bf|rm|it|sf|tt|cal)\{(.*)\}")
COMMON: Mapping[str, str] = {}


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
    chosen = (m for m in _BRACKET.finditer(text) if not _TALL.search(_grown(text, m.start())))
    return _most([kinds.get(m[0][:2], "(") for m in chosen], "(")


def _grown(text: str, start: int) -> str:
    r"""What stands between the `\left` at that place and its `\right`; nothing where no `\left` stands there."""
    depth = 0
    for m in _GROWN.finditer(text, start) if text.startswith(r"\left", start) else ():
        depth += 1 if m[1] == "left" else -1
        if depth == 0:
            return text[start : m.start()]
    return ""


def _spells_word(text: str, name: Name, macros: Mapping[str, Macro]) -> bool:
    """Whether a text with macros, read again, is a word, and no more."""
    return [(i.kind, i.text) for i in items_of(text, macros)] == [("word", name.full)]


def _titles(formula: Formula) -> list[tuple[str, str]]:
    """The names that a formula defines, and how it sets them."""
    found: list[tuple[str, str]] = []
    for statement in formula.statements:
        left = statement.sides[0]
        head = left[: next((k for k, i in enumerate(left) if i.kind == "fence"), len(left))]
        word = len(head) == 1 and head[0].kind == "word"  # \mathrm{RSS}
        read = (Name(head[0].text) if word else read_name(head)) if len(statement.sides) > 1 and head else None
        text = formula.text(head[0].start, head[-1].end) if read is not None else ""
        again = names if not word else _spells_word
        if text and read is not None and (not formula.macros or again(text, read, formula.macros)):
            found.append((read.full, text))
    return found


def _switched(letter: str, text: str) -> list[str]:
    r"""How the author of `{\bf Ax}` sets one of these letters, `{\bf A}`, if he never writes `\mathbf`."""
    found = _FONT.fullmatch(letter)
    switch = found and rf"\{found[1]}"
    own = found is not None and switch is not None and re.search(re.escape(switch) + "(?![A-Za-z])", text)
    return [f"{{{switch} {found[2]}}}"] if own and found is not None and rf"\math{found[1]}" not in text else []


def style_of(formulas: Sequence[Formula], trees: Sequence[tuple[Formula, Tree | Survey | Seen]],
             typed: Mapping[int, Expr], derivatives: Sequence[str], transposes: Sequence[str] = (),
             meant: Mapping[int, Tree] = NOTHING, common: Mapping[str, str] = COMMON, title: str = "",
             ) -> Style:  # fmt: skip
    """The hand that wrote the formulas; `typed` gives the meaning of nodes that were understood.

    trees: what stands in formulas, or what formulas show in which no node is typed.

    meant: what nodes turned out to mean that look like something else. common: templates for what no tree shows.

    derivatives: templates of the derivatives asked for; transposes: those of the transposed variables in them.
    title: the name of the function.
    """
    seen = Seen(typed, meant, transposes)
    for formula, root in trees:
        if isinstance(root, Seen):
            seen.add(root)
        elif isinstance(root, Survey):
            seen.read(formula, root.roots[0], root.nodes)
        else:
            seen.read(formula, root)
    if title:
        set_so = [text for formula in formulas for name, text in formula.once(_titles) if name == title]
        seen.symbols.setdefault(title, set_so)
    found = seen.found
    for one, other in ((DIAGONAL_MATRIX.name, DIAGONAL.name), (DIAGONAL.name, DIAGONAL_MATRIX.name)):
        if other not in found and any("diag" in template for template in found.get(one, ())):
            found[other] = found[one]  # who writes diag for one of them does so for both
    text = "\n".join(f.source.latex for f in formulas)
    if TRANSPOSE.name not in found and "^" not in text and _RAISED.search(text):
        found[TRANSPOSE.name] = ["#1ᵀ"]  # as ‖x‖² and X⁻¹ are set
    for letter in seen.coloured:
        seen.symbols.setdefault(letter, _switched(letter, text))
    roman = _ROMAN_D.findall(text)
    if len(_BARE_SCRIPT.findall(text)) > len(_BRACED_SCRIPT.findall(text)):
        found[BARE_SCRIPTS] = ["yes"]
    romanly = roman and len(roman) > len(_PLAIN_D.findall(text))
    environments = [a or b for a, b in _ENVIRONMENT.findall(text)]
    fraction = _most(_FRACTION.findall(text), r"\frac")
    plain = _most(_PLAIN_FRACTION.findall(text), fraction)
    usual = Style().derivative.replace(r"\frac", r"\dfrac" if fraction == r"\dfrac" else r"\frac")
    derivative = _most([d for d in derivatives if d], usual)
    return Style(
        templates={**common, **{key: _most(texts, "") for key, texts in found.items()}},
        symbols={name: chosen for name, texts in seen.symbols.items()
                 if (chosen := _most([t for t in texts if "#1" in t] or texts, name)) and chosen != name},
        differential=_most(roman, "d") if romanly else "d",
        fraction=plain,
        numerators=seen.numerators,
        arrays=seen.arrays,
        beside=seen.ones and not seen.compounds,
        decimals=0 if not seen.decimals else FINE if seen.parts else 2,
        slashes=bool(seen.fractions) and set(seen.fractions) == {"/"},
        brackets=_brackets(text, {name: macro for f in formulas for name, macro in f.macros.items()}),
        line_break=_most(_BREAK.findall(text), r"\\"),
        environment=_most(environments, ""),
        derivative=derivative,
    )


