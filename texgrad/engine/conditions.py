"""Where a derivative exists: what must be invertible, must not vanish, or must be simple."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from texgrad.algebra import NUMBER, SHIFTED, SYMBOL, Expr, bits, index_key, postorder, split, substitute, subtract
from texgrad.engine.derivation import Note, Question
from texgrad.engine.functions import is_function
from texgrad.engine.scope import Scope
from texgrad.operators import (
    ABS,
    ENTRY,
    INDEXED_SUM,
    INVERSE,
    LARGER,
    LOGDET,
    MATRIX_LOG,
    MATRIX_POWER,
    MAXIMUM,
    MINIMUM,
    NORM,
    POWER,
    SMALLER,
    SUM_NORM,
    TABLE,
    factors,
    index_value,
    listed,
    nonnegative,
    product,
    reindexed,
)
from texgrad.operators.pieces import KINK
from texgrad.operators.transposes import DEFINITE
from texgrad.shapes import Dim, Index
from texgrad.tidy import vectorised

# what may have no derivative somewhere, and powers
CONDITIONED = bits(POWER, MATRIX_POWER, *(op for op in TABLE if op.condition))
CHOICES = frozenset((LARGER, SMALLER))
INVERTIBLE = frozenset(("positive definite", DEFINITE))  # what makes a matrix invertible


def _raised(exponent: Expr) -> bool:
    """Whether a power with this exponent is smooth where its base is 0."""
    return exponent.op is not NUMBER or exponent.data > 1


def _vanishing(e: Expr) -> bool:
    """Whether it lacks a derivative only where it vanishes itself, so that a power of it lacks none."""
    return e.op.condition == NORM.condition or (e.op.condition == KINK and e.op.elementwise)


def within(question: Question, variable: Expr, entry: tuple[Index, ...]) -> Note:
    """For which values of its index the derivative by one member has all terms.

    That is said where sums leave out the ends, and where the function speaks of that member beside a sum over all.
    """
    whole = question.expression
    for symbol, definition in reversed(question.definitions):
        whole = substitute(whole, {symbol: definition})
    sums = [s for s in postorder(whole) if s.op.binds and (any(s.data.ends) or SHIFTED in s.args[0].free)]
    found: list[str | Expr] = []
    for axis, at in enumerate(entry or variable.data.indices[:1]):
        every = [(s.data, i) for s in sums for i in _indices(s.args[0], variable.data.name, axis, bool(entry))]
        own = [(s, i) for s, i in every if i.name == s.name]
        if not own:
            continue
        low = max(1 + s.ends[0] + i.shift for s, i in own)
        last = own[0][0].size + Dim.of(-max(s.ends[1] - i.shift for s, i in own))
        whole_axis = own[0][1].size + Dim.of(-own[0][1].first)
        pattern = CASES.get((low > 1 - own[0][1].first, last is not whole_axis))
        if pattern is not None:
            found += (pattern.format(low, last), index_value(at._replace(shift=0, first=0)))
    return (*found, *(() if entry or found else _among(whole, variable)))


def _among(whole: Expr, variable: Expr) -> Note:
    """That u_o is taken for one of the u_k of a sum beside it."""
    at = variable.data.indices[0]
    if index_key(at) not in whole.free or variable not in postorder(whole):
        return ()
    sums = (s for s in postorder(whole, only=INDEXED_SUM.bit) if s.op is INDEXED_SUM)
    members = ((s.data, i) for s in sums for i in _indices(s.args[0], variable.data.name, 0, False))
    for counted, i in members:
        if i.name == counted.name:
            about = rf"#1 \text{{ is among the }} {i.name} \text{{ of the sum}}"
            return (about, index_value(at._replace(shift=0, first=0)))
    return ()


CASES: Mapping[tuple[bool, bool], str] = {
    (True, True): r"{0} \le #1 \le {1}", (True, False): r"#1 \ge {0}", (False, True): r"#1 \le {1}",
}  # fmt: skip


def _indices(body: Expr, name: str, axis: int, entry: bool) -> Iterator[Index]:
    """The indices of a variable on one axis."""
    for p in postorder(body):
        if entry and p.op is ENTRY and p.args[0].op is SYMBOL and p.args[0].data.name == name:
            yield p.data[axis]
        elif not entry and p.op is SYMBOL and p.data.name == name and p.data.indices:
            yield p.data.indices[axis]


def conditions(question: Question, scope: Scope) -> Note:
    """Where the derivative exists: what must be invertible or must not vanish."""
    found: list[str | Expr] = []
    e = question.expression
    whole = vectorised(e) if e.ops & CONDITIONED else e
    parts = postorder(whole, *[d for _, d in question.definitions], only=CONDITIONED)
    powers = {p.args[0] for p in parts if p.op is POWER and _raised(p.args[1])}
    powers |= {p.args[0] for p in parts if p.op is NORM and p in powers}
    for e in parts:
        pattern = MATRIX_LOG.condition if e.op is MATRIX_POWER and is_function(e) else e.op.condition
        if not pattern or not scope.varies(e):
            continue
        definite = e.args[0].op is SYMBOL and e.args[0].data.assume & INVERTIBLE
        if definite and (e.op in (INVERSE, LOGDET) or pattern is MATRIX_LOG.condition):
            continue
        if e.op in (ABS, SUM_NORM) and nonnegative(e.args[0]):
            continue
        if (e in powers and _vanishing(e)) or (e.op.condition == INVERSE.condition and e.args[0].op is INVERSE):
            continue
        if (counted := listed(e.args[0])) is not None and e.op in (MAXIMUM, MINIMUM):
            condition: tuple[str, Expr] = (pattern.replace("entry of ", ""), counted[0])
        else:
            condition = (pattern, _member(_freed(e), question))
        if condition[1] not in found:
            found += condition
    return tuple(found)


def _freed(e: Expr) -> Expr:
    """What a condition speaks of: of a multiple that must be invertible the matrix, of two things the difference."""
    about = subtract(*e.args) if e.op in CHOICES else e.args[0]
    if e.op.condition != INVERSE.condition:
        return about
    scalars, chain = factors(split(about)[1])
    return product(*chain) if chain and not any(s.free for s in scalars) else about


def _member(about: Expr, question: Question) -> Expr:
    """The condition on the member that is asked about, for that on the members of a sum; of two, one stays another."""
    for variable in question.variables:
        for to in variable.data.indices:
            own = (p.data for p in postorder(about) if p.op is SYMBOL and p.data.name == variable.data.name)
            at = dict.fromkeys(data.indices[0] for data in own if len(data.indices) == 1)
            if to not in at:
                free = next((i for i in at if not (i.fixed or i.shift)), to)
                about = reindexed(about, free, to)
    return about
