"""The lines of one chain judged: each side against the one before it, each line against the one above."""

from __future__ import annotations

from collections.abc import Mapping

from texgrad.algebra import SUM, Expr, bits
from texgrad.immutable import immutable
from texgrad.operators import DET, MAXIMUM, MINIMUM, NEGATIVE_PART, PRODUCT, RELU, STEP, TRACE
from texgrad.reader import Equation, Equations, Side, is_zero_side, without_font
from texgrad.reader.tree import walk
from texgrad.source import Span
from texgrad.verify.adjusted import means
from texgrad.verify.cases import NO_CLAIM, NO_SLIP, UNJUDGED, Case, excuse
from texgrad.verify.doubts import leaves, nameless
from texgrad.verify.expansions import expanded
from texgrad.verify.judge import EVEN, OTHER, SAME, SOMETIMES, TURNED, UNKNOWN, Worlds
from texgrad.verify.verdicts import FAILS, GRAVITY, HOLDS, LAYOUT, NEEDS, UNCHECKED, Verdict

EXACT = frozenset(("=", ":="))
CONFIRMED = frozenset((PRODUCT, SUM, DET, TRACE))  # what shapes forbid of these is wrong if names mean the same
BENT = bits(RELU, NEGATIVE_PART, MAXIMUM, MINIMUM, STEP)
CONSTANTS = frozenset(("I", "J", "Id", "0", "1"))  # letters that need no declaration
TOLD = frozenset((FAILS, NEEDS))  # what is told of the remarks on a line
# why something is left unchecked: a word to count by, and what is said
REASONS = {
    "no claim": "no equation stands here",
    "approximation": "an approximation",
    "definition": "a definition",
    "condition": "an equation to be solved, or a condition",
    "undefined": "nothing says what {} is",
    "above": "the line above could not be read",
    "evaluation": "no point was found at which both sides have a value",
    EVEN: "holds only where the sizes are equal: elsewhere one of the sides has no value",
    "points": "right at some points only",
    "absent": "{} does not occur in what is differentiated by it",
    "new": "nothing says what {} is, which comes in here",
    "too-large": "the formula or the document is too long",
}


# how sides compare that differ in some way -> what is said of it: status, words, reason, whether it must hold
OTHERWISE: Mapping[str, tuple[str, str, str, bool]] = {
    EVEN: (FAILS, REASONS[EVEN], EVEN, True),
    TURNED: (LAYOUT, "right up to transposition", "", True),
    SOMETIMES: (FAILS, "", "", False),  # right where indices happen to be equal
}


@immutable
class Finding:
    """What was found about one side against another: the sides, and whether the equation is one that must hold."""

    verdict: Verdict
    left: Side | None = None
    right: Side | None = None
    strong: bool = True


def unchecked(line: int, reason: str, name: str = "", span: Span | None = None) -> Verdict:
    """A verdict for what is no claim, or cannot be judged."""
    return Verdict(UNCHECKED, line, REASONS[reason].format(name), None, reason, span)


class Judge:
    """Goes through the equations of a chain, remembering what the next line is compared with.

    doubtful: what brings in other symbols than stood there before may use what the text says in words.
    """

    def __init__(self, read: Equations, worlds: Worlds, doubtful: bool) -> None:
        self.read = read
        self.doubtful = doubtful
        self.worlds = worlds
        self.defined = read.known.defined
        self.seen: set[str] = set().union(*(d.free for _, d in read.known.definitions))
        self.above: Side | None = None  # what the next side is compared with
        self.remarks: list[Side] = []  # the last sides of the other statements on the line above
        self.sound: Side | None = None  # the last one before a slip
        self.gap = False
        self.conditional = False  # whether what follows uses a condition
        self.solving = False  # whether an equation was set to zero

    def findings(self) -> dict[tuple[int, int], list[Finding]]:
        """What was found on each row of each line."""
        out: dict[tuple[int, int], list[Finding]] = {}
        for equation in self.read.equations:
            place = equation.line, equation.row
            if place not in out:
                out[place] = self.equation(equation)
                self.remarks = []
                continue
            kept = self.above, self.sound, self.gap
            found = self.equation(equation)
            out[place] += [f for f in found if f.verdict.status in TOLD or not out[place]]
            self.remarks += [] if self.above is None else [self.above]
            self.above, self.sound, self.gap = kept
        return out

    # --- equations ------------------------------------------------------------------------------------------------

    def equation(self, equation: Equation) -> list[Finding]:
        """The findings about one equation."""
        if len(equation.sides) < 2 and not equation.goes_on:
            return self._expression(equation)
        found: list[Finding] = []
        line, signs = equation.line, list(equation.relations)
        if not equation.goes_on:
            self.above, self.sound, self.gap, self.conditional = None, None, False, self.solving
            signs.insert(0, "")
        for k, (side, sign) in enumerate(zip(equation.sides, signs, strict=True)):
            if sign and sign not in EXACT:
                found.append(Finding(unchecked(line, "approximation")))
                self._from(side)
                continue
            if is_zero_side(side.items):
                found.append(self._zero(line))
                continue
            if side.expr is None:
                found += self._unread(line, side)
                continue
            if not k and not equation.goes_on and nameless(self.read.known, side.expr):
                found.append(Finding(unchecked(line, "undefined", nameless(self.read.known, side.expr), side.extent)))
                continue
            defining = k == 1 and equation.defines != ""
            first = k == 1 and not equation.goes_on
            if self.above is None:
                self._from(side)
            elif defining:
                self._from(side)
                status = Verdict(HOLDS, line, f"says what {equation.defines} is")
                found.append(Finding(status if sign == "=" else unchecked(line, "definition")))
            else:
                found.append(self._compared(line, side, first))
            self.seen |= side.expr.free
        return found

    def _expression(self, equation: Equation) -> list[Finding]:
        """An expression alone: what the next line is compared with."""
        self.above, self.sound, self.gap = None, None, False
        for side in equation.sides:
            self._from(side)
        return []

    def _from(self, side: Side) -> None:
        """What comes next is compared with this side."""
        self.above, self.gap = (side, False) if side.expr is not None else (None, True)

    def _zero(self, line: int) -> Finding:
        """A side that is 0: an identity if it is one, and a condition on what follows otherwise."""
        if self.above is not None and self.above.expr is not None and self.worlds.vanishes(self.above.expr):
            return Finding(Verdict(HOLDS, line))
        self.conditional = self.solving = True
        return Finding(unchecked(line, "condition"))

    def _unread(self, line: int, side: Side) -> list[Finding]:
        """A side that could not be read, or whose shapes do not fit."""
        reason = side.reason
        self.gap = self.above is not None
        if reason is None:
            return []
        if self.above is not None and self.above.expr is not None and self.worlds.slopes(self.above.expr) is not None:
            return [Finding(unchecked(line, "evaluation", span=side.extent), self.above, side)]
        status = FAILS if self.above is not None and side.misfit is not None else UNCHECKED
        said = Verdict(status, line, reason.message, None, reason.code, reason.span, reason.help)
        strong = self._declared(side) and (not self.doubtful or self._confirmed(side))
        return [Finding(said, self.above, side, strong)]

    def _confirmed(self, side: Side) -> bool:
        """Whether the names in a side stand in the one above, too, so that they have the shapes that were declared."""
        above = self.above.tree if self.above is not None else None
        if above is None or side.tree is None or side.misfit is None or side.misfit.op not in CONFIRMED:
            return False
        own, others = ({t.data.full for t in walk(tree) if t.op == "name"} for tree in (side.tree, above))
        return own <= others and not any(t.op in ("derivative", "unknown") for t in walk(side.tree))

    def _declared(self, side: Side) -> bool:
        """Whether the shapes of all names on a side were declared or follow from definitions."""
        names = [t.data for t in walk(side.tree) if t.op == "name"] if side.tree is not None else []
        sizes = {n for e in self.read.known.symbols.values() for size in e.shape for n in size.names}
        known = self.read.known.declared | self.defined | sizes
        entries = () if self.doubtful else [n.full for n in names if len(n.sub) < 3 and n.base in known]
        given = (n for n in names if n.full not in known and n.full not in entries)
        return bool(names) and all(without_font(n.full) in CONSTANTS or (n.base == r"\delta" and n.sub) for n in given)

    # --- comparing ------------------------------------------------------------------------------------------------

    def _compared(self, line: int, side: Side, first: bool) -> Finding:
        above = self.above
        assert above is not None and above.expr is not None and side.expr is not None
        if self.worlds.effort.left <= 0:
            self._from(side)
            return Finding(unchecked(line, "too-large", span=side.extent), above, side)
        worlds = expanded(self.worlds, above, side)
        if worlds is None:
            self.above, self.gap, self.sound = side, False, None
            return Finding(unchecked(line, "approximation", span=side.extent), above, side)
        how = worlds.compared(above.expr, side.expr)
        if worlds is not self.worlds and how != SAME and not self._up_to_order(how, above, side):
            self.above, self.gap, self.sound = side, False, None
            return Finding(unchecked(line, "approximation", span=side.extent), above, side)
        for remark in self.remarks if how not in (SAME, UNKNOWN) else ():
            if remark.expr is not None and self.worlds.compared(remark.expr, side.expr) == SAME:
                how = SAME
        if how == SOMETIMES and not self.doubtful and self._chosen(above.expr, side.expr):
            how = OTHER
        averaged = means(self.read, self.worlds, above.expr, side.expr) if how in (OTHER, SOMETIMES) else None
        if averaged is not None and averaged.compared(above.expr, side.expr) == SAME:
            how = SAME
        if how == OTHER and self.worlds.by_entries(above.expr, side.expr):
            how = SAME
        gap, self.gap = self.gap, False
        self.above = side
        if how == SAME:
            self.sound = None
            return Finding(Verdict(HOLDS, line), above, side)
        sound = self.sound.expr if self.sound is not None and how == OTHER else None
        if sound is not None and self.worlds.compared(sound, side.expr) == SAME:
            self.sound = None
            return Finding(Verdict(HOLDS, line, "holds again"), above, side)
        seen = frozenset(self.seen)
        case = Case(self.read.known, above, side, above.expr, side.expr, how, first, gap, self.doubtful, seen)
        return self._unequal(line, case)

    def _unequal(self, line: int, case: Case) -> Finding:
        """What is to be said of sides that do not come out equal."""
        above, side, place = case.above, case.side, case.side.extent
        found = excuse(case, UNJUDGED)
        if found is None and case.how in OTHERWISE:
            status, message, reason, strong = OTHERWISE[case.how]
            return Finding(Verdict(status, line, message, None, reason, place), above, side, strong)
        found = found or excuse(case, NO_CLAIM)
        if found is None:
            self.sound = self.sound or above
            found = excuse(case, NO_SLIP)
        if found is not None:
            return Finding(unchecked(line, *found, place), above, side)
        strong = case.strong and not self.conditional
        self.conditional = self.conditional or case.conditional
        if case.condition:
            return Finding(unchecked(line, "condition", span=place), above, side)
        return Finding(Verdict(FAILS, line, "", None, "", place), above, side, strong)

    def _chosen(self, left: Expr, right: Expr) -> bool:
        """Whether points at which sides agree are special ones: a piece vanishes, or a reflection is symmetric."""
        if (left.ops | right.ops) & BENT:
            return True
        names = leaves(self.read.known, left) | leaves(self.read.known, right)
        return any("orthogonal" in self.read.known.assume.get(n, ()) for n in names)

    @staticmethod
    def _up_to_order(how: str, above: Side, side: Side) -> bool:
        """Whether what two sides leave out says that they should agree otherwise."""
        inside = any(s.remainder is not None and s.remainder.inside for s in (above, side))
        return how == OTHER and side.remainder is not None and not inside


def summed(line: int, findings: list[Finding]) -> Verdict:
    """The verdict on a row, from all that was found about it."""
    if not findings:
        return unchecked(line, "no claim")
    return gravest([_weighed(line, f) for f in findings])


def _weighed(line: int, finding: Finding) -> Verdict:
    if finding.verdict.status == FAILS and not finding.strong:
        return unchecked(line, "condition", span=finding.verdict.span)
    return finding.verdict


def gravest(verdicts: list[Verdict]) -> Verdict:
    """The gravest of several verdicts."""
    return min(verdicts, key=lambda v: GRAVITY.index(v.status))
