r"""Rows and columns that have letters: "where $w_c$ is the $c$-th column of $W$", `W = [w_1, \dots, w_C]`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from texgrad.immutable import immutable
from texgrad.patterns import compiled
from texgrad.reader.brackets import outside
from texgrad.reader.items import Item, Items, transposes
from texgrad.reader.named import read_name
from texgrad.reader.names import capital, subscript
from texgrad.reader.phrases import PHRASES
from texgrad.reader.problem import Source
from texgrad.reader.statements import UNPLACED, Formula, trimmed
from texgrad.reader.tree import Name
from texgrad.reader.vocabulary import DOTS

ROW, COLUMN = "row", "column"
_KINDS = {word: ROW for word in ("row", "rows", "zeile", "zeilen")} | {
    word: COLUMN for word in ("column", "columns", "spalte", "spalten")}  # fmt: skip
_WORDS = compiled(
    rf"(?i)\W*+(?:{PHRASES['verb']}|is|be|are|denotes?)?[^.;:]{{0,40}}?(?<![a-z])(?P<kind>{'|'.join(_KINDS)})\s+"
    rf"(?:{PHRASES['of']}|in)(?:\s+(?:{PHRASES['the']}))?(?:\s+(?:{PHRASES['matrix']}))?\W*+"
)
BETWEEN = frozenset((",", "&", r"\\", "|"))  # what stands between vectors that are put together
ENVIRONMENTS = frozenset(("bmatrix", "pmatrix", "matrix"))
DEEPEST = 60


@immutable
class Line:
    """The lines of a matrix that have a letter: of which matrix, which kind they are, and how the author writes them.

    turned: whether the letter itself stands for the transpose of a row. told: whether the text says that it is one.
    """

    matrix: str
    kind: str
    latex: str
    told: bool = True

    @property
    def turned(self) -> bool:
        """Whether what carries the letter is a row that is written as a vector."""
        return self.kind == ROW


def lines_told(sources: Sequence[Source], formulas: Sequence[Formula | None]) -> Mapping[str, Line]:
    """The letters of rows and columns, as words between formulas or listed definitions say them."""
    found: dict[str, Line] = {}
    shown = [(s, f) for s, f in zip(sources, formulas, strict=False) if f is not None]
    for k, (source, formula) in enumerate(shown):
        own, member = formula.once(_own)
        found |= own
        if member is None:
            continue
        words = source.after
        for later, whole in shown[k + 1 : k + 3]:
            matrix = read_name(whole.items)
            told = _WORDS.fullmatch(words)
            if told is not None and matrix is not None and not matrix.sub and capital(matrix.full):
                found[member.base] = Line(matrix.full, _KINDS[told["kind"].lower()], _letter(formula, member))
                break
            if matrix is None or len(matrix.full) > 1:
                break
            words = f"{words}i{later.after}"
    return found


def _own(formula: Formula) -> tuple[Mapping[str, Line], Name | None]:
    """What a formula says itself, and the member of a family that it is, of which the words may say more."""
    member = read_name(formula.items)
    told = member is not None and len(subscript(member)) == 1 and not capital(member.base)
    return dict(listed(formula)), member if told else None


def _letter(formula: Formula, member: Name) -> str:
    """How the author writes the letter of a member."""
    first = formula.items[0]
    return formula.text(first.start, first.end).strip() if not formula.macros else member.base


def listed(formula: Formula) -> Iterator[tuple[str, Line]]:
    r"""What `W = [w_1, \dots, w_C]` says; that `x = (x_1, \dots, x_n)` has entries says nothing of rows and columns."""
    for statement in formula.told or ():
        matrix = read_name(statement.sides[0]) if len(statement.sides) == 2 and statement.relations == ("=",) else None
        right = trimmed(statement.sides[-1])
        told = next((k for k, item in outside(right) if item.text == r"\in"), len(right))
        found = None if matrix is None or matrix.sub else _of_members(trimmed(right[:told]))
        if matrix is None or found is None:
            continue
        first, kind = found
        if first.text == matrix.full or (kind and capital(matrix.full)):
            yield first.text, Line(matrix.full, kind, formula.text(first.start, first.end).strip())


def _of_members(right: Items) -> tuple[Item, str] | None:
    """The first letter of vectors that are put together, and whether they are rows or columns of what they make.

    Neither where they stand below one another and do not lie: numbers make a vector so.
    """
    turned = bool(right) and transposes(right[-1])
    right = right[:-1] if turned else right
    if len(right) == 1 and right[0].kind == "env" and right[0].text in ENVIRONMENTS:
        (inner,) = right[0].body
    elif right and right[0].kind == right[-1].kind == "fence" and right[0].text in ("[", "("):
        inner = right[1:-1]
    else:
        return None
    parts = [i for i in inner if i.text not in BETWEEN]
    names = [i for i in parts if i.kind == "name"]
    scripts = [i.body[0] for i in parts if i.kind == "_"]
    above = [i for i in parts if i.kind == "^"]
    alike = len({i.text for i in names}) == 1 and any(i.text in DOTS for i in parts)
    plain = all(i.kind in ("name", "_", "^") or i.text in DOTS for i in parts) and all(map(transposes, above))
    if not alike or not plain or len(scripts) != len(names) or len(above) not in (0, len(names)):
        return None
    if any(len(s) != 1 for s in scripts) or scripts[0][0].text != "1" or scripts[-1][0].kind != "name":
        return None
    below = any(i.text == r"\\" for i in inner)
    return names[0], "" if below != bool(above) else ROW if below != turned else COLUMN


def with_lines(items: Items, lines: Mapping[str, Line], depth: int = 0) -> Items:
    """The items with the rows and columns of matrices for the letters that stand for them."""
    out: list[Item] = []
    waiting = list(items)
    while waiting:
        item = waiting.pop(0)
        if item.body and depth < DEEPEST:
            item = item._replace(body=tuple(with_lines(part, lines, depth + 1) for part in item.body))
        line = lines.get(item.text) if item.kind == "name" else None
        below = waiting[0].body[0] if line is not None and waiting and waiting[0].kind == "_" else ()
        if line is None or len(below) != 1 or below[0].kind != "name":
            out.append(item)
            continue
        script = waiting.pop(0)
        colon, comma = (Item("op", sign, UNPLACED, UNPLACED) for sign in ":,")
        at = (below[0], comma, colon) if line.turned else (colon, comma, below[0])
        out += [item._replace(text=line.matrix), script._replace(body=(at,))]
        if line.turned and waiting and transposes(waiting[0]):
            waiting.pop(0)
        elif line.turned:
            turned = (Item("name", "T", UNPLACED, UNPLACED),)
            out.append(Item("^", "^", UNPLACED, UNPLACED, (turned,)))
    return tuple(out)


def column_of(name: Name, line: Line) -> Name:
    """The name of the column that a letter with an index stands for."""
    colon, comma = (Item("op", sign, UNPLACED, UNPLACED) for sign in ":,")
    return Name(line.matrix, (colon, comma, *name.sub))
