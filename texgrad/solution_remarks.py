"""What is said beside the lines of a derivation: names explained, remarks, conditions."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from texgrad.algebra import NUMBER, SUM, SYMBOL, Expr, split, symbol
from texgrad.engine.derivation import Derivation, Line, Note
from texgrad.immutable import immutable, lazy
from texgrad.notation import Style
from texgrad.operators import DERIVATIVE, TRANSPOSE, frobenius, product, trace, transpose
from texgrad.operators.pieces import KINK
from texgrad.remembered import remembered
from texgrad.shapes import shape_of
from texgrad.solution_letters import MEANINGS, meaning
from texgrad.solution_words import PAIRS, REMARKS, TIED
from texgrad.writer.latex import Writer, write
from texgrad.writer.spellings import hadamard_sign, spelling_of, trace_name

WHERE = r"\text{where } "
WITH = r"\text{with } "
TRANSPOSED = re.compile(r"(G|#1)\^T")
WORDS_BESIDE = re.compile(r"(\\text\{[^{}]*\w)\}\\text\{(?= and )")


@immutable
class Remarks:
    """What is said beside the lines of one derivation, in one hand.

    familiar: whether the author writes Frobenius products himself, so that they need no introduction.
    """

    writer: Writer
    hand: Style
    derivation: Derivation
    familiar: bool

    def _text(self, e: Expr) -> str:
        return str(self.writer.text(e))

    def note(self, note: Note) -> str:
        """The words, symbols and conditions of a note as LaTeX."""
        out: list[str] = []
        items = list(note)
        while items:
            word = items.pop(0)
            if not isinstance(word, str):
                continue
            abouts: list[Expr] = []
            while items and isinstance(about := items[0], Expr):
                abouts.append(about)
                items.pop(0)
            out.append(self._remark(word, *abouts))
        return in_turn(*out)

    def _remark(self, word: str, *abouts: Expr) -> str:
        """What is said beside a line: a name explained, a remark of the table, or a condition."""
        about = abouts[0] if abouts else None
        if word == "with" and isinstance(about, Expr):
            return self._named(about)
        if word in MEANINGS:
            return rf"\text{{with }} {meaning(MEANINGS[word], self.hand)}"
        if word not in REMARKS:
            return WHERE + self.condition(word, about)
        if word == "Frobenius product":
            return "" if self.familiar else REMARKS[word].replace("#1", self._colon)
        variable = self.derivation.question.variables[0]
        text = in_hand(REMARKS[word], self.hand)
        if word.startswith("partial trace"):
            return text.replace("A", self.pair[0]).replace("B", self.pair[1])
        text = text.replace("#2", self._text(variable)) if "#2" in text else text
        return text.replace("#1", ", ".join(map(self._text, abouts))) if abouts else text

    def _named(self, name: Expr) -> str:
        """What a name stands for."""
        definition = self.derivation.definitions[name.data.name]
        words = self._text(definition)
        stands = words.replace(r"\text{", r"\text{ ", 1) if definition.op.noun else " = " + words
        return rf"\text{{with }} {self._text(name)}{stands}"

    def condition(self, pattern: str, about: str | Expr | None) -> str:
        """A condition such as `#1 \\ne 0`, with a difference written as Ax ≠ b."""
        if not isinstance(about, Expr):
            return pattern
        if pattern == KINK and not about.scalar:
            return rf"\text{{no entry of }} {self._text(about)} \text{{ is }} 0"
        plain = pattern == KINK and any(t.op is NUMBER for t in about.args)  # 1 - yᵢwᵀxᵢ ≠ 0
        pattern = r"#1 \ne 0" if pattern == KINK else pattern
        if not plain and pattern.endswith(r"\ne 0") and about.op is SUM and len(about.args) == 2:
            first, second = about.args
            if split(first)[0] == 1 and split(second)[0] == -1:
                return rf"{self._text(first)} \ne {self._text(split(second)[1])}"
        return pattern.replace("#1", self._text(about))

    @lazy
    def pair(self) -> tuple[str, ...]:
        """Letters for any two matrices that mean nothing else."""
        question = self.derivation.question
        used = question.taken | {n.symbol.data.name for n in self.derivation.names}
        pair = next((pair for pair in PAIRS if used.isdisjoint(pair)), PAIRS[0])
        font = question.fonts.get("matrix", "#1")
        return tuple(font.replace("#1", letter) for letter in pair)

    @lazy
    def _colon(self) -> str:
        """What A:B is, in the author's hand."""
        return _colon(replace(self.hand, symbols={}), *self.pair)


def in_hand(remark: str, style: Style) -> str:
    """A remark with the author's signs for transposes, traces and Hadamard products."""
    above = spelling_of(style, TRANSPOSE.name)
    remark = TRANSPOSED.sub(lambda m: above.replace("#1", m[1]), remark)
    return remark.replace(r"\odot", hadamard_sign(style)).replace(r"\operatorname{tr}", trace_name(style))


def in_turn(*parts: str) -> str:
    """What there is of these, one after the other.

    Conditions behind one another begin with one word, and so do names that words explain; no comma before a bracket.
    """
    said = [part.replace(WHERE + r"\text{", r"\text{where ") for part in parts if part]
    out = said[:1]
    for last, part in pairwise(said):
        if last.startswith(WHERE) and part.startswith(WHERE) and ":" not in last:
            out += [r"\text{ and } ", part.removeprefix(WHERE)]
        elif last.startswith(WITH) and part.startswith(WITH) and "=" not in last + part:
            out += [r"\text{ and } ", part.removeprefix(WITH)]
        else:
            out += [r"\ " if part.startswith(r"\text{(") else r",\quad ", part]
    return WORDS_BESIDE.sub(r"\1", "".join(out))


def told(rules: tuple[str, ...]) -> tuple[str, ...]:
    """The laws that are named beside a line: not the product rule beside the one entry by entry."""
    entrywise = any(rule.startswith("product rule,") for rule in rules)
    return tuple(rule for rule in rules if not (entrywise and rule == "product rule"))


@remembered(256)
def _colon(style: Style, *letters: str) -> str:
    """What A:B is, in these letters and that hand."""
    first, second = (symbol(letter, shape_of("m", "n")) for letter in letters)
    return f"{write(frobenius(first, second), style)}={write(trace(product(transpose(first), second)), style)}"


def independence(line: Line) -> Note:
    """What is said of a gradient by a variable with a structure: its entries count as independent all the same."""
    if line.left is None or line.left.op is not DERIVATIVE or line.left.data not in ("", "gradient", "hessian"):
        return ()
    variable = line.left.args[1]
    structured = variable.op is SYMBOL and not TIED.isdisjoint(variable.data.assume)
    return ("independent entries", variable) if structured else ()


def explained(line: Line) -> Note:
    """What a line says of the names and functions in it that are new."""
    parts: list[str | Expr] = []
    for k, word in enumerate(line.note):
        if word == "with":
            parts += line.note[k : k + 2]
        elif isinstance(word, str) and word in MEANINGS:
            parts.append(word)
    return tuple(parts)
