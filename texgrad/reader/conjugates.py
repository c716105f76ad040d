r"""Complex numbers in formulas: which names are complex, and what `^*`, `^\dagger`, bars and lines over letters mean.

A problem speaks of complex numbers where a name is declared so (`z\in\mathbb C^n`, complex, Hermitian, unitary), where
a conjugate transpose, a real or an imaginary part stands in it, or where the request says so (`\partial z^*`, a
convention). There every name is complex of which nothing says that it is real; elsewhere nothing is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from texgrad.algebra import Expr, Op
from texgrad.operators import CONJUGATE, CONJUGATE_TRANSPOSE, EXP, IMAGINARY_PART, PSEUDOINVERSE, REAL_PART, TRANSPOSE
from texgrad.reader.fields import OF_COMPLEX, Field
from texgrad.reader.names import POWER_H, UNITS, Declared
from texgrad.reader.survey import Survey
from texgrad.reader.tree import CONJUGATES, Name, Tree, is_euler, rewritten, walk
from texgrad.shapes import SCALAR
from texgrad.source import fail

# superscripts of a variable that is asked about -> whether it is transposed; the conjugate is meant by all of them
CONJUGATING: Mapping[str, bool] = {
    "*": False, r"\ast": False, r"\star": False, "H": True, r"\mathrm{H}": True, r"\mathsf{H}": True, r"\text{H}": True,
    r"\dagger": True, r"\dag": True,
}  # fmt: skip
PARTS: Mapping[str, str] = {"Re": "real", "Im": "imaginary"}
SPEAKING: frozenset[Op | str] = frozenset((CONJUGATE_TRANSPOSE, REAL_PART, IMAGINARY_PART))
BARRED = re.compile(r"\\(?:bar|overline|widebar)\{(.+)\}")


def names_of(tree: Tree) -> tuple[str, ...]:
    """The names by which a name or a call may be defined."""
    return (tree.data.full, tree.data.base) if tree.op == "name" else (str(tree.data),)


COMPLEX_LETTERS = frozenset("zwZW")  # \partial\bar z of a function of z alone is the derivative by a conjugate


def speaks(survey: Survey, names: Iterable[Name], declared: Mapping[str, Declared]) -> bool:
    """Whether formulas, or what is declared of their names, speak of complex numbers."""
    known = (declared[n].assume for name in names for n in (name.full, name.base) if n in declared)
    return not SPEAKING.isdisjoint(survey.kinds) or any(not OF_COMPLEX.isdisjoint(assume) for assume in known)


IMAGINARY_UNITS = frozenset(("i", r"\mathrm{i}", r"\imath"))  # what is hardly anything else where it stands alone

FREQUENCIES = frozenset((r"\pi", r"\omega", r"\Omega", "π", "ω"))


def oscillating(survey: Survey, known: Collection[str]) -> bool:
    r"""Whether an imaginary number stands there: an i that counts nothing, `\mu/i`, or a j so in an exponent or beside
    a frequency, `j2\pi t`.

    known: names of which something is said.
    """
    units = UNITS - {i.text for name in survey.names for i in name.sub} - survey.bound - set(known)
    exponents = [t.args[0] for t in survey.kinds.get(EXP, ())]
    exponents += [t.args[1] for t in survey.kinds.get("power", ()) if is_euler(t.args[0])]
    alone = units & IMAGINARY_UNITS
    if any(n.full in alone for n in survey.names):
        return True
    if not units:
        return False
    products = (t.args for t in survey.kinds.get("product", ()))
    beside = [factor for factors in products if any(map(_frequency, factors)) for factor in factors]
    return any(t.op == "name" and t.data.full in units for t in (*walk(*exponents), *beside))


def _frequency(tree: Tree) -> bool:
    return tree.op == "name" and tree.data.full in FREQUENCIES


def field_of(survey: Survey, real: Iterable[str], asked: bool) -> Field:
    """The field of a problem that speaks of complex numbers.

    Stars transpose, too, where nothing else does; not where the request itself has one (`asked`).
    """
    ops = survey.kinds
    conjugates = (t.args[0] for op in ("star", CONJUGATE) for t in ops.get(op, ()))
    starred = "star" in ops and TRANSPOSE not in ops and CONJUGATE_TRANSPOSE not in ops
    named = {t.data.full for t in conjugates if t.op == "name"}
    named |= {found[1] for name in survey.names if (found := BARRED.fullmatch(name.base))}
    return Field(True, frozenset(real), starred and not asked, frozenset(named))


def meaning(survey: Survey, known: Collection[str], own: Collection[str]) -> Callable[[Tree], Tree]:
    """What bars and daggers mean where the names `known` may be complex: daggers transpose where no H does.

    own: names that are declared or defined with what stands over them.
    """
    dagger = CONJUGATE_TRANSPOSE not in survey.kinds
    return lambda tree: conjugated(tree, known, own, dagger)


def unbarred(name: str, known: Collection[str], own: Collection[str]) -> str:
    """The letter under a bar, if it is known and the whole is no name of its own; otherwise nothing."""
    found = BARRED.fullmatch(name)
    return found[1] if found and found[1] in known and name not in own else ""


def conjugated(tree: Tree, known: Collection[str], own: Collection[str], dagger: bool) -> Tree:
    """The tree with letters under a bar as conjugates of what is known; `dagger`: daggers are conjugate transposes."""

    def change(t: Tree) -> Tree | None:
        if t.op == "name" and (letter := unbarred(t.data.base, known, own)):
            inner = Tree("name", (), Name(letter, t.data.sub, t.data.label), t.start, t.start)
            return Tree(CONJUGATE, (inner,), None, t.start, t.end)
        if dagger and t.op is PSEUDOINVERSE and t.data == r"\dagger":
            args = tuple(rewritten(a, change) for a in t.args)
            return Tree(CONJUGATE_TRANSPOSE, args, None, t.start, t.end)
        return None

    return rewritten(tree, change)


def spelt(text: str) -> tuple[str, str] | None:
    """The style key and the template that the variable of a request shows: `#1^*` of `z^*`."""
    if found := re.match(r"\\(?:bar|overline|widebar)(?![A-Za-z])", text):
        return CONJUGATE.name, found[0] + "{#1}"
    found = re.search(r"\^\s*(?:\{\s*(.+?)\s*\}|(\\[A-Za-z]+|[^{}]))\s*$", text)
    above = (found[1] or found[2]) if found else ""
    if found is None or above not in CONJUGATING:
        return None
    return (CONJUGATE_TRANSPOSE if CONJUGATING[above] else CONJUGATE).name, "#1" + found[0].strip()


def only_real(tree: Tree) -> Tree:
    """The tree itself; TexgradError where a conjugate stands in it."""
    for t in walk(tree) if tree.holds & CONJUGATES else ():
        if t.op == "star" or t.op is CONJUGATE:
            help = "declare what is complex, as in z \\in \\mathbb{C}^n"
            raise fail("unsupported", "a conjugate, where nothing is said to be complex", t.span, help)
    return tree


def superscripts(known: Mapping[str, Declared] | Mapping[str, Expr]) -> Collection[str]:
    """The names that are known; an H that is no number is the conjugate transpose as a superscript."""
    return {*known, POWER_H} if "H" in known and known["H"].shape == SCALAR else {*known}
