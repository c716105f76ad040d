"""From a reading to a checked, written derivation: what `texgrad.derive` returns and what `build` inserts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from texgrad.algebra import SYMBOL, Expr
from texgrad.check import Verified
from texgrad.engine.answers import put_back
from texgrad.engine.derivation import Derivation, Line, Name, Result
from texgrad.engine.wirtinger import by
from texgrad.immutable import lazy
from texgrad.notation import BARE_SCRIPTS, Style
from texgrad.operators import DERIVATIVE, EVALUATION, FROBENIUS, UNKNOWN_FUNCTION, part_of
from texgrad.operators.indexed import STACKED, STACKED_TURNED
from texgrad.reader import Reading
from texgrad.shapes import ONE
from texgrad.solution_averages import averaged
from texgrad.solution_letters import unambiguous
from texgrad.solution_members import by_members, one_by_one
from texgrad.solution_remarks import Remarks, explained, in_turn, independence, told
from texgrad.solution_words import READINGS, REMARKS, RESTATED, SOURCES
from texgrad.source import guarded
from texgrad.wanted import Wanted
from texgrad.writer.block import Row, block
from texgrad.writer.breaking import LONGEST, NARROW
from texgrad.writer.latex import Writer
from texgrad.writer.laws import beside
from texgrad.writer.python import function
from texgrad.writer.text import without_braces

# what opens and closes a display in each format, empty where an environment stands alone
DELIMITERS: Mapping[str, tuple[str, str]] = {"markdown": ("$$", "$$"), "latex": ("", "")}
# an answer is not numbered
UNNUMBERED: Mapping[str, str] = {
    "align": "align*", "eqnarray": "eqnarray*", "gather": "aligned", "gather*": "aligned", "gathered": "aligned",
    "flalign": "align*", "flalign*": "align*", "multline": "aligned", "equation": "", "equation*": "", "array": "",
}  # fmt: skip


# --- the written solution ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WrittenLine:
    """One line of a derivation: its LaTeX with `&` at the relation, the laws used, and what stands beside it."""

    latex: str
    rules: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Answer:
    """One derivative: its LaTeX, its shape as sizes, how it is laid out, where it holds, and a NumPy function."""

    wrt: str
    latex: str
    shape: tuple[str, ...]
    layout: str
    conditions: tuple[str, ...]
    code: Callable[[], str] = field(repr=False, compare=False)

    @lazy
    def python(self) -> str:
        """The source of a NumPy function, written when it is looked at."""
        return self.code()


class Solution:
    """A question answered: lines, results, and the same as LaTeX, Markdown, JSON and Python."""

    def __init__(
        self, reading: Reading, derivation: Derivation, verified: Verified, style: str, members: Mapping[str, int]
    ) -> None:
        self._reading = reading
        self._computed = derivation
        self._derivation = averaged(derivation)
        self._verified = verified
        self._style = style
        self._members = members  # of families whose members the author has named one by one
        symbols = (info.expr.data.name for info in reading.symbols)
        self._hand = unambiguous(_hand(reading.style, style), symbols)

    def _write(self, e: Expr) -> str:
        latex = str(self._writer.text(e))
        return without_braces(latex) if BARE_SCRIPTS in self._hand.templates and "_{\\" in latex else latex

    @lazy
    def _writer(self) -> Writer:
        return Writer(self._hand)

    @lazy
    def _remarks(self) -> Remarks:
        familiar = FROBENIUS.name in self._reading.style.templates
        return Remarks(self._writer, self._hand, self._derivation, familiar)

    @property
    def style(self) -> Style:
        """The hand in which it is written."""
        return self._hand

    @lazy
    def lines(self) -> tuple[WrittenLine, ...]:
        """The derivation, line by line."""
        return tuple(
            WrittenLine(f"{left} &{relation} {right}".strip(), line.rules, note)
            for line, (left, relation, right, note) in self._told
        )

    @lazy
    def _told(self) -> tuple[tuple[Line, tuple[str, str, str, str]], ...]:
        """The lines with their texts, but for those that a reader sees no difference to the one before in."""
        found: list[tuple[Line, tuple[str, str, str, str]]] = []
        for line, texts in zip(self._derivation.lines, self._rows, strict=True):
            left, relation, right, note = texts
            before = found[-1][1][2] if found else ""
            if left or relation != "=" or note or right.replace(r"\,", "") != before.replace(r"\,", ""):
                found.append((line, texts))
        return tuple(found)

    @lazy
    def results(self) -> tuple[Answer, ...]:
        """The answers, in the order asked; worked out when they are looked at, since a block needs the lines only."""
        with guarded("writing the answers"):
            pairs = zip(self._derivation.results, self._computed.results, strict=True)
            return tuple(self._answer(r, computed) for r, computed in pairs)

    @lazy
    def definitions(self) -> tuple[str, ...]:
        """What the names in the lines stand for, each after those that its definition speaks of."""
        return tuple(f"{self._write(n.symbol)} = {self._write(n.definition)}" for n in self._derivation.names)

    @lazy
    def _rows(self) -> tuple[tuple[str, str, str, str], ...]:
        rows = [self._row(line) for line in self._derivation.lines]
        remarks = [REMARKS[note] for note in self._reading.notes if note in REMARKS]  # how the request was understood
        left, relation, right, note = rows[0]
        rows[0] = left, relation, right, in_turn(note, *remarks)
        return tuple(rows)

    def _row(self, line: Line) -> tuple[str, str, str, str]:
        relation = {"≈": r"\approx"}.get(line.relation, line.relation)
        left = "" if line.left is None else self._left(line.left)
        right = f" {relation} ".join(dict.fromkeys(map(self._write, line.right)))
        return left, relation, right, self._remarks.note((*line.note, *independence(line)))

    def _left(self, left: Expr) -> str:
        """The left side as the author asked for it, where he asked for just that and names the function."""
        question = self._derivation.question
        bare = question.expression.op is UNKNOWN_FUNCTION and "(" not in self._write(question.expression)
        named = question.named_by_author or bare  # where L depends on Y, it is called L
        if left.op is DERIVATIVE and named:
            for w in self._reading.wanted:
                if w.latex and w.form == {"directional": "direction"}.get(left.data):
                    return w.latex
                if w.form == "at":
                    continue
                variable = by(w.variable, w.part)
                variable = part_of(variable, *w.entry) if w.entry else variable
                kind = _kind(w)
                by_vec = (STACKED, STACKED_TURNED)[w.transposed] if w.vectorised else kind
                same = left.data in (kind, by_vec) or (not kind and left.data not in RESTATED)
                if w.latex and left.args[1] is variable and same:
                    return w.latex
        point = left.op is EVALUATION and next((w.latex for w in self._reading.wanted if w.form == "at"), "")
        return point or self._write(left)

    def _answer(self, r: Result, computed: Result) -> Answer:
        e = r.expression
        wanted = r.wanted
        asked = part_of(wanted.variable, *wanted.entry) if wanted.entry else wanted.variable
        sizes = tuple(str(d) for d in e.shape if d != ONE) if len(e.shape) == 2 else tuple(map(str, e.shape))
        conditions = self._conditions(r)
        return Answer(self._write(asked), self._write(e), sizes, r.layout, conditions, partial(self._python, computed))

    def _conditions(self, r: Result) -> tuple[str, ...]:
        pairs = zip(r.conditions[::2], r.conditions[1::2], strict=True)
        return tuple(self._remarks.condition(str(word), about) for word, about in pairs)

    def _python(self, r: Result) -> str:
        question = self._computed.question
        own = {n.symbol: n.definition for n in self._computed.names} | {question.name: question.expression}
        names = {info.expr.data.name: info.name for info in self._reading.symbols}
        parameters = [info.expr for info in self._reading.symbols if info.expr.op is SYMBOL and info.expr not in own]
        with guarded("writing the function"):
            return by_members(function(put_back(r.expression, own), names, parameters), self._reading, self._members)

    # --- as text ---

    def rows(self, detail: str = "normal", explain: bool = False) -> list[Row]:
        """The rows of the block: what the names stand for, then the lines."""
        rows = self._let()
        written = self._brief() if detail == "brief" else self._told
        understood = [READINGS[reading] for reading in self._reading.notes if reading in READINGS]
        cited: set[str] = set()
        for k, (line, (left, relation, right, note)) in enumerate(written):
            laws = [(law, SOURCES.get(law, "") if explain and law not in cited else "") for law in told(line.rules)]
            cited.update(line.rules)
            if detail == "full" and laws:
                rows.append(Row(left, relation, right, in_turn(note, self._laws(laws[:1]))))
                rows += (Row("", "", "", self._laws((law,))) for law in laws[1:])
                continue
            said = (self._laws(laws), *(() if k else understood)) if explain else ()
            rows.append(Row(left, relation, right, in_turn(note, *said)))
        return rows

    def _laws(self, laws: Sequence[tuple[str, str]]) -> str:
        """Laws with their sources as they stand beside a line."""
        return beside(laws, self._hand, self._remarks.pair) if laws else ""

    def _let(self) -> list[Row]:
        """The row that says what the names stand for that no line announces, if there are any."""
        announced = {e for line in self._derivation.lines if "with" in line.note for e in line.note}
        let = [
            self._definition(n) for n in self._derivation.names
            if n.introduced and n.symbol not in announced and not n.definition.op.noun
        ]  # fmt: skip
        if not let:
            return []
        (symbol, worth), *rest = let
        return [Row(rf"\text{{Let }} {symbol}", "=", in_turn(worth, *map(" = ".join, rest)))]

    def _brief(self) -> Iterator[tuple[Line, tuple[str, str, str, str]]]:
        """The lines that a brief derivation keeps; they explain what those before them would have explained."""
        lines, begun, related = self._derivation.lines, "", "="
        left_out: list[str] = []
        for k, (line, (left, relation, right, note)) in enumerate(zip(lines, self._rows, strict=True)):
            begun = left or begun
            related = relation if left or relation != "=" else related  # what holds nearly in between holds nearly
            if not _essential(line, lines):
                left_out.append(self._remarks.note(explained(line)))
                continue
            left = left or ("" if _essential(lines[k - 1], lines) else begun)
            yield line, (left, related, right, in_turn(*left_out, note))
            left_out, related = [], "="

    def _definition(self, n: Name) -> tuple[str, str]:
        return self._write(n.symbol), self._write(n.definition)

    def block(
        self, env: str = "auto", format: str = "markdown", detail: str = "normal", explain: bool = False,
        columns: int = 1,
    ) -> tuple[str, ...]:  # fmt: skip
        """The lines of the block that `build` inserts: delimiters, environment and rows, for a page with columns."""
        rows, longest = self.rows(detail, explain), LONGEST if columns == 1 else NARROW
        return block(rows, self._environment(env, format), DELIMITERS[format], self._hand, longest)

    def _environment(self, env: str, format: str) -> str:
        if env != "auto":
            return env
        own = self._hand.environment
        return UNNUMBERED.get(own, own) or ("align*" if format == "latex" else "aligned")

    def latex(self, env: str = "aligned", detail: str = "normal", explain: bool = False) -> str:
        """The derivation in an alignment environment, without math delimiters."""
        return "\n".join(self.block("aligned" if env == "auto" else env, "markdown", detail, explain)[1:-1])

    def markdown(self, env: str = "auto", detail: str = "normal", explain: bool = False) -> str:
        """The derivation as a display formula of a Markdown document."""
        return "\n".join(self.block(env, "markdown", detail, explain))

    def python(self) -> str:
        """The NumPy functions of all answers; where there are several, each is called after its variable."""
        if len(self.results) == 1:
            return self.results[0].python
        names = {info.expr: info.name for info in self._reading.symbols}
        used: Counter[str] = Counter()
        parts: list[str] = []
        for r, answer in zip(self._derivation.results, self.results, strict=True):
            name = f"gradient_{names.get(r.wanted.variable, 'x')}"
            used[name] += 1
            own = name if used[name] == 1 else f"{name}_{used[name]}"
            parts.append(answer.python.replace("def gradient(", f"def {own}(", 1))
        return "\n\n".join(parts)

    def to_json(self) -> str:
        """The derivation as JSON, as `texgrad derive --format json` prints it."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2)

    def as_dict(self) -> dict[str, Any]:
        """The content of `to_json`."""
        d = self._derivation
        return {
            "expression": self._write(d.question.expression),
            "wrt": list(dict.fromkeys(a.wrt for a in self.results)),
            "order": max(w.order for w in d.question.wanted),
            "style": self._style,
            "symbols": [
                {"latex": s.latex, "name": s.name, "shape": list(s.shape), "origin": s.origin, "assume": list(s.assume)}
                for s in one_by_one(self._reading, self._members)
            ],
            "definitions": [{"latex": text} for text in self.definitions],
            "lines": [{"latex": line.latex, "rules": list(line.rules), "note": line.note} for line in self.lines],
            "results": [
                {"wrt": a.wrt, "latex": a.latex, "shape": list(a.shape), "layout": a.layout,
                 "conditions": list(a.conditions), "python": a.python}
                for a in self.results
            ],
            "verified": {"points": self._verified.points, "worst": self._verified.worst},
            "diagnostics": [{"code": "understood", "message": note} for note in self._reading.notes],
        }  # fmt: skip


def _kind(w: Wanted) -> str:
    """The kind of derivative that is asked for: that of the left side which restates the request."""
    if w.order == 2:
        return "mixed" if w.second is not None or w.entry else "hessian"
    return "vech" if w.half else "transposed" if w.transposed else "vec" if w.vectorised else ""


def _hand(style: Style, manner: str) -> Style:
    """The author's hand; the perturbation way pairs with angle brackets where he has no sign of his own."""
    if manner == "perturbation" and FROBENIUS.name not in style.templates:
        return replace(style, templates={**style.templates, FROBENIUS.name: r"\langle #1, #2\rangle"})
    return style


def _essential(line: Line, lines: Sequence[Line]) -> bool:
    """Whether a brief derivation keeps the line: the question, the last form of df, the answers."""
    at = lines.index(line)
    last = at + 1 < len(lines) and lines[at + 1].left is not None
    return at == 0 or last or (line.left is not None and line.left.op is DERIVATIVE)
