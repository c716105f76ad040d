"""Why an equation fails: the two values, the slip that would mend it, or what it needs to hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from texgrad.algebra import Expr
from texgrad.effort import Effort
from texgrad.immutable import lazy
from texgrad.operators import TRANSPOSE, transpose
from texgrad.problem import Source
from texgrad.reader import Equations, Side
from texgrad.reader.tree import walk
from texgrad.shapes import ONE
from texgrad.source import Edit, Span, splice
from texgrad.verify.adjusted import as_spoken
from texgrad.verify.cases import NAMELESS
from texgrad.verify.expansions import expanded
from texgrad.verify.judge import EVEN, SAME, UNKNOWN, Worlds
from texgrad.verify.layouts import MIXED
from texgrad.verify.lines import Finding, unchecked
from texgrad.verify.mend import UNSURE, letters_in, mended, needed, transposed_by, vectors, with_orthogonal
from texgrad.verify.page import Mend, Page
from texgrad.verify.policy import Policy
from texgrad.verify.spoken import ISOMETRIC
from texgrad.verify.verdicts import FAILS, HOLDS, LAYOUT, NEEDS, Verdict

MENDING = 6_000  # what may be spent on the slip in one equation of a document
ORTHOGONAL = "matrices orthogonal"
SYMMETRIC = frozenset(("symmetric",))
_SPACES = re.compile(r"\\[,;:!]|\\ |\\cdot(?![a-z])|\s")


def _unspaced(latex: str) -> str:
    """LaTeX without what only sets factors apart."""
    return _SPACES.sub("", latex)


class Explainer:
    """Explains what fails in one chain; around: the other formulas of the text."""

    def __init__(
        self, read: Equations, worlds: Worlds, lines: Sequence[Source], policy: Policy, effort: Effort,
        around: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.policy, self.doubtful, self.stated, self.around = policy, policy.doubtful, policy.stated, around
        self.read, self.worlds, self.lines, self.effort = read, worlds, lines, effort
        self.transpose = ""

    @lazy
    def letters(self) -> Sequence[str]:
        """The letters that may stand for one another."""
        return letters_in(self.read)

    def explained(self, finding: Finding) -> Finding:
        """The finding with its reason, which nobody is told where not all could be tried."""
        if self.effort.left <= 0:
            return finding
        sides = [s for s in (finding.left, finding.right) if s is not None]
        worlds = expanded(self.worlds, *sides)
        if finding.verdict.status != FAILS or worlds is None or worlds is self.worlds:
            return self._explained(finding)
        within = Explainer(self.read, worlds, self.lines, self.policy, self.effort, self.around)
        return within._explained(finding)

    def _explained(self, finding: Finding) -> Finding:
        verdict, left, right = finding.verdict, finding.left, finding.right
        if verdict.status == LAYOUT and self.doubtful and left is not None and right is not None:
            return self._laid_out(finding)
        if verdict.status != FAILS or left is None or right is None or left.expr is None:
            return finding
        source = self.lines[verdict.line]
        self.transpose = self.transpose or transposed_by(self.read, Page(source.latex, source.offset, ""), self.around)
        page = Page(source.latex, source.offset, self.transpose)
        needs = ""
        if verdict.reason == MIXED:
            return replace(finding, verdict=self._turned(finding, page))
        if right.expr is not None and self.doubtful:
            needs = needed(self.read, self.worlds, left.expr, right.expr)
            if (said := self._met(verdict, left.expr, right.expr, needs)) is not None:
                return replace(finding, verdict=said)
        whole = min(MENDING, self.effort.left, self.effort.wordings) if self.doubtful else self.effort.left
        trying, letters = Effort(whole), self.letters if finding.strong else None
        mend = mended(self.read, self._as_stated(left.expr, right), left.expr, right, page, letters, trying)
        told = finding.strong and self._declared(left, right)
        if self.doubtful and mend is None and self.effort.wordings <= 0 and not told:
            return replace(finding, verdict=unchecked(verdict.line, "too-large", span=verdict.span))
        if right.expr is not None and (mend is None or mend.unless) and not self.doubtful:
            needs = needed(self.read, self.worlds, left.expr, right.expr)
        if mend is not None and self.doubtful and _turning(mend) and not self._declared(left, right):
            return replace(finding, verdict=unchecked(verdict.line, "condition", span=verdict.span))
        if not finding.strong and (mend is None or mend.far or self._idle(mend, finding, page)):
            return replace(finding, verdict=unchecked(verdict.line, "condition", span=verdict.span))
        return replace(finding, verdict=self._said(finding, mend, needs, page), strong=True)

    def _met(self, verdict: Verdict, left: Expr, right: Expr, needs: str) -> Verdict | None:
        """The verdict where the text says what is needed, or that matrices are orthogonal, which may be it."""
        if needs and self.stated(needs):
            return Verdict(HOLDS, verdict.line, f"holds with {needs}")
        if self._as_spoken(left, right):
            return Verdict(HOLDS, verdict.line, "holds with what the text says")
        if self._narrower() or self.stated(" ".join((*sorted(left.free | right.free), ISOMETRIC))):
            return unchecked(verdict.line, "condition", span=verdict.span)
        if needs or not self.stated(ORTHOGONAL):
            return None
        how = with_orthogonal(self.read, self.worlds, left, right)
        if how == SAME:
            return Verdict(HOLDS, verdict.line, "holds with orthogonal matrices")
        unsure = how in (UNKNOWN, UNSURE) or vectors(left, right)
        return unchecked(verdict.line, "evaluation", span=verdict.span) if unsure else None

    def _as_spoken(self, left: Expr, right: Expr) -> bool:
        return as_spoken(self.read, self.worlds, left, right, self.stated, self.effort)

    def _narrower(self) -> bool:
        """Whether the text says of something defined that it is symmetric, which its definition is not by itself."""
        return any(
            definition.shape[0] == definition.shape[1] != ONE and self.stated(f"{symbol.data.name} symmetric")
            and self.worlds.compared(definition, transpose(definition)) != SAME
            for symbol, definition in self.read.known.definitions
        )  # fmt: skip

    def _as_stated(self, left: Expr, right: Side) -> Worlds:
        """The worlds, those in which the matrices are symmetric of which the text says so."""
        free = left.free | (right.expr.free if right.expr is not None else frozenset())
        known = self.read.known.symbols
        square = (n for n in sorted(free) if n in known and known[n].shape[0] == known[n].shape[1] != ONE)
        assume = self.worlds.assume
        stated = {n: SYMMETRIC | assume.get(n, frozenset()) for n in square if self.stated(f"{n} symmetric")}
        return self.worlds.assuming(stated) if stated else self.worlds

    def _laid_out(self, finding: Finding) -> Finding:
        """What is right up to transposition is right where a matrix is symmetric, as the text says."""
        left, right = finding.left, finding.right
        assert left is not None and right is not None and left.expr is not None and right.expr is not None
        needs = needed(self.read, self.worlds, left.expr, right.expr) if left.expr.shape == right.expr.shape else ""
        if not needs or not self.stated(needs):
            return finding
        return replace(finding, verdict=Verdict(HOLDS, finding.verdict.line, f"holds with {needs}"))

    def _declared(self, left: Side, right: Side) -> bool:
        """Whether anything was said of the shapes in an equation, on which a transpose that would mend it rests."""
        names = {t.data.full for s in (left, right) if s.tree is not None for t in walk(s.tree) if t.op == "name"}
        return not names.isdisjoint(self.read.known.declared)

    def _turned(self, finding: Finding, page: Page) -> Verdict:
        """What is laid out otherwise than the rest, transposed: `ba^T` for `ab^T`, with brackets else."""
        assert finding.right is not None
        start, end = finding.right.extent
        tree = finding.right.parsed
        if tree is not None and tree.op == "product" and len(tree.args) == 2 and tree.args[1].op is TRANSPOSE:
            first, second = tree.args[0], tree.args[1].args[0]
            if all(page.of(t) and (t.op == "name" or t.fenced) for t in (first, second)):
                edits = (Edit(tree.span, f"{page.of(second)}{page.of(first)}{page.transpose}"),)
                return self._with(finding.verdict, edits, page)
        return self._with(finding.verdict, (Edit(Span(start, start), r"\left("),
                                            Edit(Span(end, end), rf"\right){page.transpose}")), page)  # fmt: skip

    @staticmethod
    def _with(verdict: Verdict, edits: tuple[Edit, ...], page: Page) -> Verdict:
        suggestion = splice(page.latex, [e.shifted(-page.offset) for e in edits])
        return replace(verdict, suggestion=suggestion, edits=edits)

    def _idle(self, mend: Mend, finding: Finding, page: Page) -> bool:
        """Whether the mended equation says the same thing twice."""
        assert finding.left is not None and finding.right is not None
        where = finding.right.extent
        edits = [e.shifted(-where.start) for e in mend.edits]
        mended = splice(page.text(*where), edits)
        if not self.doubtful:
            return _unspaced(mended) == _unspaced(page.text(*finding.left.extent))
        return self.read.again(mended) is finding.left.expr

    def _said(self, finding: Finding, mend: Mend | None, needs: str, page: Page) -> Verdict:
        verdict, left, right = finding.verdict, finding.left, finding.right
        assert left is not None and right is not None and left.expr is not None
        what = verdict.message or f"the sides differ{self._values(finding)}"
        if needs:
            verdict = replace(verdict, status=NEEDS, message=f"holds only with {needs}, which the text does not say")
        elif mend is not None:
            verdict = replace(verdict, message=f"{what}; {mend.message}")
        elif verdict.reason == EVEN:
            verdict = replace(verdict, status=NEEDS, message=what)
        else:
            verdict = replace(verdict, message=what)
        verdict = replace(verdict, side=right.extent)
        if mend is None:
            return verdict
        if not needs:
            verdict = replace(verdict, span=page.around(mend.edits))
        return self._with(verdict, mend.edits, page)

    def _values(self, finding: Finding) -> str:
        """The two values where they differ most, and the sizes there."""
        assert finding.left is not None and finding.right is not None
        left, right = finding.left.expr, finding.right.expr
        if left is None or right is None:
            return ""
        found = self.worlds.apart(left, right)
        if found is None:
            return ""
        attempt, a, b = found
        i, j = self.worlds.np.unravel_index(abs(a - b).argmax(), a.shape)
        where = "" if a.size == 1 else f" at entry {i + 1}" + (f", {j + 1}" if a.shape[1] > 1 else "")
        drawn = self.worlds.world(attempt).world.sizes
        given = ", ".join(f"{n} = {drawn[n]}" for n in sorted(drawn) if not NAMELESS.fullmatch(n))
        return f": {a[i, j]:.4g} against {b[i, j]:.4g}{where}" + (f" ({given})" if given and len(given) < 40 else "")


def _turning(mend: Mend) -> bool:
    """Whether a mend rests on what is a row and what is a column."""
    return "holds with" in mend.message or mend.message.startswith("the order of")
