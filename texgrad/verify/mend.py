"""What would make an equation hold: the single slip that mends it, found by trying, or an unstated property."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from texgrad.algebra import SYMBOL, Expr, Op, postorder
from texgrad.check_values import difference
from texgrad.effort import Effort
from texgrad.operators import DIMENSION, TRANSPOSE
from texgrad.reader import Equations, Side, without_font
from texgrad.reader.tree import BINDING, Tree, walk
from texgrad.shapes import ONE
from texgrad.source import Span, TexgradError, splice
from texgrad.verify.judge import OTHER, SAME, Worlds
from texgrad.verify.losses import SHORT
from texgrad.verify.page import Mend, Page
from texgrad.verify.slips import far_mends, mends, multiplied

MOST, MOST_TERMS, MOST_PIECES = 600, 12, 8
LONGEST = 400  # how long a side is of which terms could have been lost
UNSURE = "unsure"
SUMMED = "1"  # the last word of that need
NEAR = 1e-3  # how far differences may be from what they stand for
# what is tried where nothing is said of a matrix
PROPERTIES = ("symmetric", "diagonal", "orthogonal")
_TRANSPOSE = re.compile(r"\^(?:\\top\b|\\intercal\b|T\b|\{(?:\\top|\\intercal|T|\\math(?:sf|rm|tt)\s*\{?T\}?)\})")
ROTATIONS = frozenset("UVQPR")  # letters of matrices that are orthogonal where the text speaks of such


def mended(
    read: Equations, worlds: Worlds, left: Expr, side: Side, page: Page, letters: Sequence[str] | None, effort: Effort
) -> Mend | None:
    """The slip that explains why a side is not worth what stands on its left; None where none is found.

    letters: those that may stand for one another; None where only what looks like a slip of the pen counts.
    """
    if side.parsed is None or effort.left <= 0:
        return None
    where = side.extent
    ratio = worlds.ratio(left, side.expr) if side.expr is not None else None
    whole = [] if ratio is None else [multiplied(side.parsed, page, ratio)._replace(far=True)]
    seen: set[str] = set()
    far: Iterator[Mend] = iter(())
    if letters is not None:
        far = far_mends(side.parsed, page, letters, _terms(read, side, page), _pieces(read, side, page))
    for k, mend in enumerate(chain(whole, mends(side.parsed, page), far)):
        if k > MOST:
            break
        edits = [e.shifted(-where.start) for e in mend.edits]
        if any(e.span.start < 0 or e.span.end > where.end - where.start for e in edits):
            continue  # what a macro stands for
        try:
            latex = splice(page.text(*where), edits)
        except ValueError:
            continue
        if latex in seen:
            continue
        if not effort.spend(len(latex)) or worlds.effort.left <= 0:
            break
        seen.add(latex)
        before = worlds.effort.left
        found = holds(read, worlds, left, latex)
        worlds.effort.wordings -= before - worlds.effort.left
        if found:
            return mend
    return None


def holds(read: Equations, worlds: Worlds, left: Expr, latex: str) -> bool:
    """Whether another wording of a side is worth what stands on its left, and more than the same thing again."""
    try:
        expr = read.again(latex)
    except TexgradError:
        return False
    if expr.shape != left.shape:
        return False
    attempt, known = worlds.known(left, expr)
    value = worlds.value(attempt, expr)
    if known is None or known.shape[1:] != value.shape[1:]:
        return False
    if difference(worlds.np, known, value) > NEAR:
        return False
    return worlds.compared(left, expr) == SAME


def _terms(read: Equations, side: Side, page: Page) -> list[str]:
    """The terms of the other sides that could have been lost here."""
    short = (tree for tree, span in _before(read, side, page) if span.end - span.start <= LONGEST)
    found = (page.of(t) for tree in short if tree.op == "sum" for t in tree.args)
    return list(dict.fromkeys(filter(None, found)))[:MOST_TERMS]


def _before(read: Equations, side: Side, page: Page) -> Iterator[tuple[Tree, Span]]:
    """The other sides on the page that do not stand behind this one, and where."""
    for other in (s for equation in read.equations for s in equation.sides):
        if other.parsed is None or other is side or not other.items:
            continue
        if other.extent.start <= side.extent.start and other.extent.end > page.offset:
            yield other.parsed, other.extent


def letters_in(read: Equations) -> list[str]:
    """The letters that may stand for one another: those of symbols and of sizes."""
    return [n for n in sorted({*read.known.symbols, *_written(read)}) if n[-1] not in ")"]


def _written(read: Equations) -> Iterator[str]:
    """The sizes that are written as numbers, or above sums."""
    for equation in read.equations:
        for side in equation.sides:
            for tree in side.nodes():
                if tree.op in BINDING and len(tree.data.above) == 1 and tree.data.above[0].kind == "name":
                    yield tree.data.above[0].text
            for expr in postorder(side.expr) if side.expr is not None else ():
                if expr.op is DIMENSION:
                    yield str(expr.data)


def _pieces(read: Equations, side: Side, page: Page) -> list[str]:
    """What stood as a factor in the sides before: brackets, determinants, norms, traces."""
    nodes = (node for tree, _ in _before(read, side, page) for node in walk(tree))
    whole = (n for n in nodes if n.fenced or (isinstance(n.op, Op) and len(n.args) == 1 and n.op is not TRANSPOSE))
    found = dict.fromkeys(text for node in whole if 2 < len(text := page.of(node)) < SHORT)
    return list(found)[-MOST_PIECES:]


def transposed_by(read: Equations, page: Page, around: Sequence[str]) -> str:
    """How the author writes a transpose, here or in the other formulas."""
    for equation in read.equations:
        for side in equation.sides:
            for node in side.nodes():
                if node.op is TRANSPOSE:
                    text = page.text(node.args[0].end, node.end)
                    if 0 < len(text) < 20:
                        return text
    found = (match for latex in reversed(around) if (match := _TRANSPOSE.search(latex)))
    return next((match[0] for match in found), "^T")


def needed(read: Equations, worlds: Worlds, left: Expr, right: Expr) -> str:
    """What must hold for the two sides to agree, in words; "" where nothing was found."""
    for names, words, assume in _assumptions(read, left, right):
        if worlds.effort.left <= 0:
            break
        extra = {n: frozenset((*worlds.assume.get(n, ()), words)) for n in names}
        if worlds.assuming(extra).compared(left, right) == SAME:
            return assume
    return ""


def vectors(left: Expr, right: Expr) -> bool:
    """Whether two numbers are made of several vectors and of nothing else: such vectors may be orthogonal."""
    symbols = {p for p in postorder(left, right) if p.op is SYMBOL and not p.scalar}
    return left.scalar and len(symbols) > 1 and all(p.shape[1] == ONE for p in symbols)


def with_orthogonal(read: Equations, worlds: Worlds, left: Expr, right: Expr) -> str:
    """How two sides compare where all matrices are orthogonal that mostly are; OTHER where there are none.

    UNSURE where one of them was not read as square, which it may be.
    """
    names = [n for n in sorted(left.free | right.free) if without_font(n.split("_")[0]) in ROTATIONS]
    symbols = [n for n in names if n in read.known.symbols and ONE not in read.known.symbols[n].shape]
    if not symbols:
        return OTHER
    extra = {n: frozenset((*worlds.assume.get(n, ()), "orthogonal")) for n in symbols}
    how = worlds.assuming(extra).compared(left, right)
    shapes = (read.known.symbols[n].shape for n in symbols if n not in read.known.declared)
    return UNSURE if how != SAME and any(rows != cols for rows, cols in shapes) else how


def _assumptions(read: Equations, left: Expr, right: Expr) -> Iterator[tuple[list[str], str, str]]:
    """The matrices of which something is assumed, what, and how it is said."""
    free = sorted((left.free | right.free) - read.known.defined)
    symbols = {n: e for n in free if (e := read.known.symbols.get(n)) is not None and e.op is SYMBOL}
    square = [n for n, e in symbols.items() if e.shape[0] == e.shape[1] != ONE]
    tall = [n for n, e in symbols.items() if ONE not in e.shape and n not in square]
    for words in PROPERTIES:
        for name in square:
            yield [name], words, f"{name} {words}"
        if len(square) > 1 and words == "symmetric":
            yield square, words, f"{', '.join(square)} {words}"
    for name in tall:
        yield [name], "orthogonal", f"the columns of {name} orthonormal"
    for name, e in symbols.items():
        if (e.shape[1] == ONE != e.shape[0] and not e.data.indices) or (e.scalar and len(e.data.indices) == 1):
            yield [name], "adding up to 1", f"entries of {name} that add up to {SUMMED}"

