"""From what was read to what is asked of the engine: the function under a name, and how the author sets his letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from texgrad.algebra import Expr, symbol
from texgrad.engine.derivation import Question
from texgrad.engine.letters import KINDS, kind_of, known_of
from texgrad.operators import entry
from texgrad.reader import Reading, SymbolInfo
from texgrad.shapes import ONE, show
from texgrad.source import fail
from texgrad.wanted import Wanted

FONT = re.compile(r"\\(mathbf|boldsymbol|bm|mathrm|mathsf|vec|mathcal|pmb)\{([A-Za-z]|\\[A-Za-z]+)\}")
# a letter that the author's spellings hold, such as the e of e^x
CONSTANT = re.compile(r"(?<![A-Za-z\\^_])(?<![\^_]\{)([A-Za-z])\}?\s*[_^]")


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


def question_of(reading: Reading, taken: Iterable[str] = (), layout: str = "auto") -> Question:
    """The engine's question: the function under the author's name, or under f, y or Y where he has none."""
    spelt = CONSTANT.findall("\n".join(reading.style.templates.values()))
    defined = (name.data.name for name, _ in reading.definitions)
    used = letters((*(info.expr.data.name for info in reading.symbols), *defined, *taken, *spelt))
    expression, name = reading.expression, reading.name
    hand = fonts(reading.symbols)
    if name is None:
        kind = kind_of(expression)
        options = (("f", "g", r"\phi", "L"), ("y", "f", "g", "u"), ("Y", "F", "G", "Z"))[kind]
        op = expression.op  # a softmax is called p, where nothing else is
        usual = op.letters if kind and not (op.elementwise or op.noun) else ()
        own = (letter.upper() if KINDS[kind] == "matrix" else letter for letter in usual)
        letter = next((x for x in (*own, *options) if x not in used), "f_0")
        latex = hand.get(KINDS[kind], "#1").replace("#1", letter) if kind else letter
        name = symbol(latex, expression.shape, known_of(expression))
    elif name.data.name in expression.free:
        message = f"{name.data.name} stands in its own definition"
        raise fail("unsupported", message, help="give what is defined a name of its own")
    else:
        name = symbol(name.data.name, expression.shape, known_of(expression))
    for w in reading.wanted:
        if w.entry and len(w.entry) != sum(d != ONE for d in w.variable.shape):
            message = f"{w.variable.data.name} is a {show(w.variable.shape)}, without entries of {len(w.entry)} indices"
            raise fail("shape", message, help=f"declare the shape of {w.variable.data.name}")
    picks = {w.function_entry for w in reading.wanted}
    if len(picks) == 1 and any(picks):
        (at,) = picks
        name = symbol(f"{name.data.name}_{{{''.join(i.name for i in at)}}}")
        expression = entry(expression, *at)
    whole = (replace(w, function_entry=()) if w.function_entry else w for w in reading.wanted)
    wanted = tuple(_laid_out(w, expression.scalar, layout) for w in whole)
    named = reading.name is not None
    return Question(name, expression, wanted, reading.definitions, named, used | {name.data.name}, hand)


def untied(question: Question, reading: Reading) -> tuple[Question, Mapping[Expr, Expr]] | None:
    """The question about copies of symmetric variables that occur transposed, and what the copies stand for."""
    free = reading.untied
    if free is None or question.expression is not reading.expression:
        return None
    copies = {v: copy for copy, v in free.originals.items()}
    wanted = tuple(replace(w, variable=copies[w.variable]) for w in question.wanted)
    asked = replace(question, expression=free.expression, definitions=free.definitions, wanted=wanted)
    return asked, free.originals


def _laid_out(w: Wanted, scalar: bool, layout: str) -> Wanted:
    r"""What is wanted, laid out as a site has it where the request does not say `\partial x^\top`."""
    if w.transposed or w.entry or w.order == 2 or w.form or w.variable.scalar:
        return w
    if layout == "numerator" and scalar:
        return replace(w, transposed=True)
    return replace(w, turned=True) if layout == "denominator" and not scalar else w
