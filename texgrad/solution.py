"""From a reading to a checked, written derivation: what `texgrad.derive` returns and what `build` inserts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from texgrad.algebra import ONE, SUM, SYMBOL, Expr, ShapeError, shape_of, show, split, symbol
from texgrad.check import Unchecked, Verified, WrongLine, verify
from texgrad.engine.adjoints import NotMovable
from texgrad.engine.bound import settled
from texgrad.engine.component import derive_component
from texgrad.engine.derivation import Derivation, Line, Name, Note, Question, Result
from texgrad.engine.derivation import Wanted as Asked
from texgrad.engine.differentials import NotDifferentiable
from texgrad.engine.gradient import derive_gradient, put_back
from texgrad.engine.hessian import derive_hessian, freed, tied
from texgrad.engine.jacobian import derive_jacobian
from texgrad.engine.names import KINDS, kind_of
from texgrad.engine.perturbation import NotPolynomial, derive_perturbation
from texgrad.engine.structure import STRUCTURES, derive_structured
from texgrad.engine.tensor import derive_tensor
from texgrad.engine.traces import derive_traces
from texgrad.notation import Style
from texgrad.operators import DERIVATIVE, FROBENIUS, TABLE, NoDerivative, entry, frobenius, product, trace, transpose
from texgrad.reader import Problem, Reading, SymbolInfo, Wanted, read
from texgrad.source import fail
from texgrad.writer.block import Row, block
from texgrad.writer.latex import Writer
from texgrad.writer.laws import beside
from texgrad.writer.python import function

STYLES = ("differential", "perturbation", "component", "trace")


# what opens and closes a display in each format, empty where an environment stands alone
DELIMITERS: Mapping[str, tuple[str, str]] = {"markdown": ("$$", "$$"), "latex": ("", "")}
# an answer is not numbered
UNNUMBERED: Mapping[str, str] = {
    "align": "align*", "eqnarray": "eqnarray*", "gather": "aligned", "gather*": "aligned", "gathered": "aligned",
    "flalign": "align*", "flalign*": "align*", "multline": "aligned", "equation": "", "equation*": "", "array": "",
}  # fmt: skip


# --- from a reading to a question -------------------------------------------------------------------------------------

FONT = re.compile(r"\\(mathbf|boldsymbol|bm|mathrm|mathsf|vec|mathcal|pmb)\{([A-Za-z]|\\[A-Za-z]+)\}")


def fonts(symbols: Iterable[SymbolInfo]) -> Mapping[str, str]:
    """For each kind of symbol, how most of the author's are set: `#1`, or a font command around it."""
    counts: dict[str, dict[str, int]] = {}
    for info in symbols:
        kind = KINDS[kind_of(info.expr)]
        found = FONT.match(info.expr.data.name)
        font = rf"\{found.group(1)}{{#1}}" if found else "#1"
        per_kind = counts.setdefault(kind, {})
        per_kind[font] = per_kind.get(font, 0) + 1
    return {kind: max(per_kind, key=lambda f: per_kind[f]) for kind, per_kind in counts.items()}


def letters(latex: Iterable[str]) -> frozenset[str]:
    """The names as written, without fonts, and without subscripts: nothing introduced may look like one of them."""
    found: set[str] = set()
    for name in latex:
        bare = FONT.sub(r"\2", name)
        found |= {name, bare, bare.split("_")[0], FONT.sub(r"\2", name.split("_")[0])}
    return frozenset(found)


def question_of(reading: Reading, taken: Iterable[str] = ()) -> Question:
    """The engine's question: the function under the author's name, or under f, y or Y where he has none."""
    used = letters((*(info.expr.data.name for info in reading.symbols), *taken))
    expression, name = reading.expression, reading.name
    hand = fonts(reading.symbols)
    if name is None:
        kind = kind_of(expression)
        options = (("f", "g", r"\phi", "L"), ("y", "f", "g", "u"), ("Y", "F", "G", "Z"))[kind]
        letter = next((x for x in options if x not in used), "f_0")
        name = symbol(hand.get(KINDS[kind], "#1").replace("#1", letter) if kind else letter, expression.shape)
    elif name.data.name in expression.free:
        message = f"{name.data.name} stands in its own definition"
        raise fail("unsupported", message, help="give what is defined a name of its own")
    for w in reading.wanted:
        if w.entry and len(w.entry) != sum(d != ONE for d in w.variable.shape):
            message = f"{w.variable.data.name} is a {show(w.variable.shape)}, without entries of {len(w.entry)} indices"
            raise fail("shape", message, help=f"declare the shape of {w.variable.data.name}")
    picks = {w.function_entry for w in reading.wanted}
    if len(picks) == 1 and any(picks):
        (at,) = picks
        name = symbol(f"{name.data.name}_{{{''.join(i.name for i in at)}}}")
        expression = entry(expression, *at)
    wanted = tuple(Asked(w.variable, w.order, w.entry, (), w.transposed, w.vectorised, w.half, w.second,
                         w.second_entry) for w in reading.wanted)  # fmt: skip
    named = reading.name is not None
    return Question(name, expression, wanted, reading.definitions, named, used | {name.data.name}, hand)


# --- from a question to a derivation ----------------------------------------------------------------------------------

Deriver = Callable[[Question], Derivation]
SCALAR_STYLES: Mapping[str, Deriver] = {
    "differential": derive_gradient, "perturbation": derive_perturbation, "component": derive_component,
    "trace": derive_traces,
}  # fmt: skip


def derivations_of(question: Question, style: str, convention: str | None = None) -> tuple[Derivation, ...]:
    """The derivation in the wanted style; one after another where one cannot serve all variables."""
    f = question.expression
    if any(w.half for w in question.wanted):
        convention = "vech"
    if convention is not None:
        if convention not in STRUCTURES or not f.scalar or any(w.order == 2 or w.entry for w in question.wanted):
            message = f"the convention {convention!r} does not go with this request"
            raise fail("unsupported", message, help=f"for gradients of scalars: {', '.join(STRUCTURES)}")
        return (derive_structured(question, convention),)
    if any(w.order == 2 for w in question.wanted):
        if not f.scalar:
            message = "a second derivative is given for scalar functions only"
            raise fail("unsupported", message, help="ask for the Jacobian")
        return _each(question, derive_hessian)
    if f.scalar:
        return (SCALAR_STYLES[style](question),)
    return _each(question, _derive_array)


def _derive_array(question: Question) -> Derivation:
    (wanted, *_) = question.wanted
    third_order = ONE in question.expression.shape and ONE not in wanted.variable.shape and not wanted.vectorised
    return (derive_tensor if third_order else derive_jacobian)(question)


def _each(question: Question, deriver: Deriver) -> tuple[Derivation, ...]:
    """One derivation for every variable, or pair of variables."""
    groups: dict[tuple[Expr, Expr], list[Asked]] = {}
    for w in question.wanted:
        groups.setdefault((w.variable, w.second or w.variable), []).append(w)
    return tuple(deriver(replace(question, wanted=tuple(group))) for group in groups.values())


def _joined(question: Question, parts: tuple[Derivation, ...]) -> Derivation:
    """Derivations for several variables as one, one after another."""
    names = tuple(dict.fromkeys(n for p in parts for n in p.names))
    lines = tuple(line for p in parts for line in p.lines)
    return Derivation(question, names, lines, tuple(r for p in parts for r in p.results))


def checked(question: Question, style: str, convention: str | None = None) -> tuple[Derivation, Verified]:
    """The derivation and how well its lines hold; TexgradError where there is none or it does not hold."""
    try:
        second = any(w.order == 2 for w in question.wanted)
        free, originals = freed(question) if second else (question, {})
        parts = tuple(map(settled, derivations_of(free, style, convention)))
        verdicts = [verify(part) for part in parts]
        parts = tuple(tied(part, question, originals) for part in parts)
        return _joined(question, parts), max(verdicts, key=lambda v: v.worst)
    except tuple(REFUSALS) as e:
        code, message, help = REFUSALS[type(e)]
        raise fail(code, message.format(e), help=help) from None


# what may stand in the way -> code, message, what to do instead
REFUSALS: Mapping[type[Exception], tuple[str, str, str]] = {
    NotDifferentiable: ("unsupported", "no rule for the derivative of the {}", "`texgrad rules` lists what is known"),
    NotMovable: ("unsupported", "the derivative cannot be read off inside the {}", "ask for another form"),
    NotPolynomial: ("unsupported", "the perturbation style cannot multiply out the {}", "use style=differential"),
    Unchecked: ("unsupported", "the lines cannot be checked: {}", "declare what is positive or invertible"),
    WrongLine: ("internal", "a derived line does not hold ({}); nothing is written", "please report this"),
    ShapeError: ("shape", "{}", "declare the shapes"),
    NoDerivative: ("unsupported", "{}, is a tensor", "ask for a derivative of lower order"),
}


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
    python: str


# what the engine notes, and how it is said
REMARKS: Mapping[str, str] = {
    "Frobenius product": r"\text{where } #1",
    "logistic function": r"\text{with } \sigma(t)=\frac{1}{1+e^{-t}}",
    "independent entries": r"\text{(the entries of } #1 \text{ taken as independent)}",
    "by a component of": r"\text{(by a component of } #1\text{)}",
    "by components": r"\text{(by components)}",
    "one member": r"\text{(only } #1\ne 0\text{)}",
    "as a tensor": r"\text{(as a tensor)}",
    "equal indices": r"\text{with } #1_{ijk}=1 \text{ where } i=j=k\text{, and } 0 \text{ elsewhere}",
    "partial trace": (
        r"\text{with } \operatorname{tr}_1(A\otimes B)=\operatorname{tr}(A)B,\ "
        r"\operatorname{tr}_2(A\otimes B)=\operatorname{tr}(B)A"
    ),
    "vectorised": r"\text{(vectorised)}",
    "symmetric-structured": r"\text{(} #1 \text{ symmetric: } G+G^T-I\odot G\text{)}",
    "vech": r"\text{(} #1 \text{ symmetric, } \operatorname{vec}#1=D\operatorname{vech}#1\text{)}",
    "symmetric-tangent": r"\text{(along symmetric } d#1 \text{: } \tfrac12(G+G^T)\text{)}",
    "diagonal-structured": r"\text{(} #1 \text{ diagonal: } I\odot G\text{)}",
    "skew-structured": r"\text{(} #1 \text{ skew-symmetric: } G-G^T\text{)}",
    "lower-triangular-structured": r"\text{(} #1 \text{ lower triangular)}",
    "upper-triangular-structured": r"\text{(} #1 \text{ upper triangular)}",
    "toeplitz-structured": r"\text{(} #1 \text{ Toeplitz: the sums of the diagonals)}",
    "symmetric-toeplitz-structured": r"\text{(} #1 \text{ symmetric and Toeplitz)}",
    "the identity understood": r"\text{(a number added to a square matrix stands for that multiple of } I\text{)}",
    "ones": r"\text{(} 1 \text{ where a vector or a matrix must stand is one of ones)}",
    "with an increment along": r"\text{(}\Delta #2=\epsilon #1\text{)}",
}


# kinds of derivatives that say something else than what was asked, and are written as what they are
RESTATED = frozenset(("vech", "gradient", "hessian", "transposed", "vec", "component of function"))
# what ties the entries of a matrix to one another
TIED = frozenset(("symmetric", "diagonal", "positive definite", "orthogonal"))
# letters for any two matrices, the first pair that means nothing else
PAIRS = ("AB", "CD", "PQ", "GH", "YZ", "ST")


class Solution:
    """A question answered: lines, results, and the same as LaTeX, Markdown, JSON and Python."""

    def __init__(self, reading: Reading, derivation: Derivation, verified: Verified, style: str) -> None:
        self._reading = reading
        self._derivation = derivation
        self._verified = verified
        self._style = style
        self._hand = _hand(reading.style, style)

    def _write(self, e: Expr) -> str:
        return str(self._writer.text(e))

    @cached_property
    def _writer(self) -> Writer:
        return Writer(self._hand)

    @property
    def style(self) -> Style:
        """The hand in which it is written."""
        return self._hand

    @cached_property
    def lines(self) -> tuple[WrittenLine, ...]:
        """The derivation, line by line."""
        return tuple(
            WrittenLine(f"{left} &{relation} {right}".strip(), line.rules, note)
            for line, (left, relation, right, note) in zip(self._derivation.lines, self._rows, strict=True)
        )

    @cached_property
    def results(self) -> tuple[Answer, ...]:
        """The answers, in the order asked."""
        return tuple(self._answer(r) for r in self._derivation.results)

    @cached_property
    def definitions(self) -> tuple[str, ...]:
        """What the names in the lines stand for, the author's definitions first."""
        return tuple(f"{self._write(n.symbol)} = {self._write(n.definition)}" for n in self._derivation.names)

    @cached_property
    def _rows(self) -> tuple[tuple[str, str, str, str], ...]:
        rows = [self._row(line) for line in self._derivation.lines]
        remarks = [REMARKS[note] for note in self._reading.notes]  # how the request was understood
        left, relation, right, note = rows[0]
        rows[0] = left, relation, right, r",\quad ".join(filter(None, (note, *remarks)))
        return tuple(rows)

    def _row(self, line: Line) -> tuple[str, str, str, str]:
        relation = {"≈": r"\approx"}.get(line.relation, line.relation)
        left = "" if line.left is None else self._left(line.left)
        right = f" {relation} ".join(dict.fromkeys(map(self._write, line.right)))
        return left, relation, right, self._note((*line.note, *_independence(line)))

    def _left(self, left: Expr) -> str:
        """The left side as the author asked for it, where he asked for just that and names the function."""
        if left.op is DERIVATIVE and self._derivation.question.named_by_author:
            for w in self._reading.wanted:
                variable = entry(w.variable, *w.entry) if w.entry else w.variable
                kind = _kind(w)
                same = left.data == kind or (not kind and left.data not in RESTATED)
                if w.latex and left.args[1] is variable and same:
                    return w.latex
        return self._write(left)

    def _note(self, note: Note) -> str:
        out: list[str] = []
        items = list(note)
        while items:
            word = items.pop(0)
            if not isinstance(word, str):
                continue
            about = items.pop(0) if items and isinstance(items[0], Expr) else None
            out.append(self._remark(word, about))
        return r",\quad ".join(filter(None, out))

    def _remark(self, word: str, about: str | Expr | None) -> str:
        """What is said beside a line: a name explained, a remark of the table, or a condition."""
        arguments = [self._write(about)] if isinstance(about, Expr) else []
        if word == "with" and isinstance(about, Expr):
            definition = self._derivation.definitions[about.data.name]
            return rf"\text{{with }} {arguments[0]} = {self._write(definition)}"
        if word in REMARKS:
            if word == "Frobenius product":
                if self._uses_colon:
                    return ""
                arguments = [self._colon]
            if word == "with an increment along":
                arguments.append(self._write(self._derivation.question.variables[0]))
            text = REMARKS[word]
            for k, argument in enumerate(arguments, 1):
                text = text.replace(f"#{k}", argument)
            return text
        return r"\text{where } " + self._condition(word, about)

    def _condition(self, pattern: str, about: str | Expr | None) -> str:
        """A condition such as `#1 \\ne 0`, with a difference written as Ax ≠ b."""
        if not isinstance(about, Expr):
            return pattern
        if pattern.endswith(r"\ne 0") and about.op is SUM and len(about.args) == 2:
            first, second = about.args
            if split(first)[0] == 1 and split(second)[0] == -1:
                return rf"{self._write(first)} \ne {self._write(split(second)[1])}"
        return pattern.replace("#1", self._write(about))

    @cached_property
    def _colon(self) -> str:
        """What A:B is, in the author's hand and in letters that mean nothing else."""
        question = self._derivation.question
        used = question.taken | {n.symbol.data.name for n in self._derivation.names}
        pair = next((pair for pair in PAIRS if used.isdisjoint(pair)), PAIRS[0])
        font = question.fonts.get("matrix", "#1")
        first, second = (symbol(font.replace("#1", letter), shape_of("m", "n")) for letter in pair)
        return f"{self._write(frobenius(first, second))}={self._write(trace(product(transpose(first), second)))}"

    @cached_property
    def _uses_colon(self) -> bool:
        """Whether the author writes Frobenius products himself, so that they need no introduction."""
        return FROBENIUS.name in self._reading.style.templates

    def _answer(self, r: Result) -> Answer:
        e = r.expression
        wanted = r.wanted
        asked = entry(wanted.variable, *wanted.entry) if wanted.entry else wanted.variable
        sizes = tuple(str(d) for d in e.shape if d != ONE) if len(e.shape) == 2 else tuple(map(str, e.shape))
        conditions = self._conditions(r)
        return Answer(self._write(asked), self._write(e), sizes, r.layout, conditions, self._python(r))

    def _conditions(self, r: Result) -> tuple[str, ...]:
        pairs = zip(r.conditions[::2], r.conditions[1::2], strict=True)
        return tuple(self._condition(str(word), about) for word, about in pairs)

    def _python(self, r: Result) -> str:
        question = self._derivation.question
        own = {s: d for s, d in question.definitions} | {question.name: question.expression}
        own |= {n.symbol: n.definition for n in self._derivation.names}
        names = {info.expr.data.name: info.name for info in self._reading.symbols}
        parameters = [info.expr for info in self._reading.symbols if info.expr.op is SYMBOL and info.expr not in own]
        return function(put_back(r.expression, own), names, parameters)

    # --- as text ---

    def rows(self, detail: str = "normal", explain: bool = False) -> list[Row]:
        """The rows of the block: what the names stand for, then the lines."""
        rows: list[Row] = []
        announced = {e for line in self._derivation.lines if "with" in line.note for e in line.note}
        let = [n for n in self._derivation.names if n.introduced and n.symbol not in announced]
        if let:
            (symbol, worth), *rest = [self._definition(n) for n in let]
            rows.append(Row(rf"\text{{Let }} {symbol}", "=", ",\\quad ".join([worth, *map(" = ".join, rest)])))
        for line, (left, relation, right, note) in zip(self._derivation.lines, self._rows, strict=True):
            if detail == "brief" and not _essential(line, self._derivation.lines):
                continue
            if detail == "full" or explain:
                said = beside((rule, SOURCES.get(rule, "") if explain else "") for rule in line.rules)
                note = r",\quad ".join(filter(None, (note, said)))
            rows.append(Row(left, relation, right, note))
        return rows

    def _definition(self, n: Name) -> tuple[str, str]:
        return self._write(n.symbol), self._write(n.definition)

    def block(
        self, env: str = "auto", format: str = "markdown", detail: str = "normal", explain: bool = False
    ) -> tuple[str, ...]:
        """The lines of the block that `build` inserts: delimiters, environment and rows."""
        return block(self.rows(detail, explain), self._environment(env, format), DELIMITERS[format], self._hand)

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
        """The NumPy functions of all answers."""
        return "\n\n".join(a.python for a in self.results)

    def to_json(self) -> str:
        """The derivation as JSON (design A5)."""
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
                for s in self._reading.symbols
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


def _independence(line: Line) -> Note:
    """What is said of a gradient by a variable with a structure: its entries count as independent all the same."""
    if line.left is None or line.left.op is not DERIVATIVE or line.left.data not in ("", "gradient", "hessian"):
        return ()
    variable = line.left.args[1]
    structured = variable.op is SYMBOL and not TIED.isdisjoint(variable.data.assume)
    return ("independent entries", variable) if structured else ()


def _essential(line: Line, lines: Sequence[Line]) -> bool:
    """Whether a brief derivation keeps the line: the question, the last form of df, the answers."""
    at = lines.index(line)
    last = at + 1 < len(lines) and lines[at + 1].left is not None
    return at == 0 or last or (line.left is not None and line.left.op is DERIVATIVE)


SOURCES: Mapping[str, str] = {op.law: op.source for op in TABLE if op.law and op.source}


def solve(
    problem: Problem, style: str = "differential", taken: Iterable[str] = (), convention: str | None = None
) -> Solution:
    """Read, derive, check and write; raises TexgradError only."""
    reading = read(problem)
    question = question_of(reading, taken)
    derivation, verified = checked(question, style, convention)
    return Solution(reading, derivation, verified, style)

