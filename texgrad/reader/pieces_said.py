r"""Functions whose pieces the words around them tell: `$f(x) = x^2$ if $x > 0$ and $f(x) = 0$ otherwise`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from texgrad.immutable import immutable
from texgrad.patterns import compiled
from texgrad.reader.brackets import outside
from texgrad.reader.defined import definition
from texgrad.reader.items import Items, canonical
from texgrad.reader.notations import GREATER, LESS
from texgrad.reader.phrases import PHRASES
from texgrad.reader.problem import Source
from texgrad.reader.statements import Formula, Statement, extent

_UNEQUAL = GREATER | LESS | {r"\ne", r"\neq"}
_MARKS = r"[\s,;.:&()$]"
_TEX = compiled(r"\\(?:text|mbox|textrm|mathrm|textit|textnormal|quad|qquad|left|right|[,;!:>])(?![A-Za-z])|[{}~\\]")
_CASE = compiled(rf"(?i){_MARKS}*+(?:(?:{PHRASES['case']}){_MARKS}*+)?")
_JOIN = compiled(rf"(?i){_MARKS}*+(?:(?:{PHRASES['and']}|{PHRASES['whereas']}){_MARKS}*+)?")
_OTHERWISE = compiled(
    rf"(?i){_MARKS}*+(?:(?:{PHRASES['and']}){_MARKS}++)?(?:(?P<value>[01]|zero|one|null|eins){_MARKS}++)?"
    rf"(?:{PHRASES['otherwise']})(?![A-Za-z])"
)
_NUMBERS: Mapping[str, str] = {"zero": "0", "null": "0", "one": "1", "eins": "1"}


@immutable
class Told:
    """A function put together from its pieces: its definition by cases, and the formula in which the last one ends."""

    latex: str
    last: int


@dataclass
class _Function:
    """A function of which pieces were told so far: its left side, and values with their conditions."""

    left: str
    latex: str
    last: int
    rows: list[list[str]] = field(default_factory=list)
    closed: bool = False

    def told(self) -> Told | None:
        """The definition by cases, if there is more than one piece and all but the last have conditions."""
        kept = self.rows if self.closed or all(len(row) == 2 for row in self.rows) else []
        values = {row[0] for row in kept}
        if len(values) < 2 or any(len(row) != 2 for row in kept[:-1]):
            return None
        rows = r" \\ ".join([" & ".join((*row, r"\text{otherwise}")[:2]) for row in kept])
        return Told(rf"{self.latex} = \begin{{cases}} {rows} \end{{cases}}", self.last)


def pieces_told(sources: Sequence[Source], formulas: Sequence[Formula | None]) -> Iterator[Told]:
    """The functions that formulas and the words between them define in pieces, in the order in which these end."""
    current: _Function | None = None
    compared = any(map(_compared, formulas[: len(sources)]))
    for words, statement, begun, k in _tokens(sources, formulas) if compared else ():
        if current is not None:
            if _more(current, _plain(words), statement, k):
                continue
            if (told := current.told()) is not None:
                yield told
        current = None if begun is None else _Function(begun.left, begun.latex, k, [[begun.right]])


def _compared(formula: Formula | None) -> bool:
    """Whether a formula may be the condition of a piece."""
    return formula is not None and formula.once(_comparing)


def _comparing(formula: Formula) -> bool:
    return any(map(_compares, formula.told or ()))


@immutable
class _Begun:
    """The first piece of a function, perhaps: its left side in two ways, and its right side."""

    left: str
    latex: str
    right: str


@immutable
class _Token:
    """A statement of a formula with what stands before it there, and the function that it may begin."""

    before: str
    statement: Statement
    begun: _Begun | None


def _tokens(
    sources: Sequence[Source], formulas: Sequence[Formula | None]
) -> Iterator[tuple[str, Statement | None, _Begun | None, int]]:
    """The statements of formulas, each with the words before it and the number of its formula; None at the end."""
    words = ""
    for k, (source, formula) in enumerate(zip(sources, formulas, strict=False)):
        tokens, rest = ((), "?") if formula is None else formula.once(_own)
        for token in tokens:
            yield f"{words} {token.before}", token.statement, token.begun, k
            words = ""
        words = f"{rest} {source.after}"
    yield words, None, None, len(sources)


def _own(formula: Formula) -> tuple[tuple[_Token, ...], str]:
    """The statements of a formula, and what stands behind the last one."""
    if formula.told is None:
        return (), "?"
    tokens: list[_Token] = []
    latex, start = formula.source.latex, formula.source.offset
    at = start
    for statement in formula.told:
        spans = [extent(side) for side in statement.sides]
        tokens.append(_Token(latex[at - start : spans[0].start - start], statement, _begun(statement)))
        at = spans[-1].end
    return tuple(tokens), latex[max(0, at - start) :]


def _plain(words: str) -> str:
    """Words without the commands that set them."""
    return _TEX.sub(" ", words)


def _begun(statement: Statement) -> _Begun | None:
    """The function of which a statement gives the first piece, perhaps."""
    if statement.relations[-1:] != ("=",) or definition(statement) is None:
        return None
    return _Begun(canonical(statement.sides[0]), _text(statement, 0), _text(statement, -1))


def _more(function: _Function, words: str, statement: Statement | None, k: int) -> bool:
    """Note the condition or the next piece that a statement gives; False where it goes on to something else."""
    waits = len(function.rows[-1]) == 1
    if waits and statement is not None and _compares(statement) and _CASE.fullmatch(words):
        function.rows[-1].append(_text(statement, 0))
        function.last = k
        return True
    otherwise = _OTHERWISE.match(words)
    value = otherwise["value"] if otherwise is not None else None
    if otherwise is not None and (waits or value):  # … otherwise, and 0 otherwise
        function.rows += [] if waits or not value else [[_NUMBERS.get(value.lower(), value)]]
        function.closed = not waits or not value
        return False
    if waits or statement is None or not (otherwise or _JOIN.fullmatch(words)):
        return False
    again = len(statement.sides) > 1 and canonical(statement.sides[0]) == function.left
    if not again and (len(statement.sides) > 1 or _compares(statement)):
        return False
    function.rows.append([_text(statement, -1)])
    function.last, function.closed = k, otherwise is not None
    return otherwise is None


def _compares(statement: Statement) -> bool:
    """Whether a statement is a comparison."""
    return len(statement.sides) == 1 and bool(_signs(statement.sides[0]))


def _signs(items: Items) -> list[str]:
    return [item.text for _, item in outside(items) if item.kind == "op" and item.text in _UNEQUAL]


def _text(statement: Statement, side: int) -> str:
    """A side of a statement as the author typed it."""
    span = extent(statement.sides[side])
    return statement.formula.text(span.start, span.end)
