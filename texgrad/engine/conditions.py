"""Where a derivative exists: what must be invertible, must not vanish, or must be simple."""

from __future__ import annotations

from texgrad.algebra import NUMBER, SYMBOL, Expr, postorder
from texgrad.engine.derivation import Note, Question
from texgrad.engine.differentials import Scope
from texgrad.operators import INVERSE, LOGDET, NORM, POWER
from texgrad.tidy import vectorised

DEFINITE = frozenset(("positive definite", "definite"))  # what makes a matrix invertible


def _raised(exponent: Expr) -> bool:
    """Whether a power with this exponent is smooth where its base is 0."""
    return exponent.op is not NUMBER or exponent.data > 1


def conditions(question: Question, scope: Scope) -> Note:
    """Where the derivative exists: what must be invertible or must not vanish."""
    found: list[str | Expr] = []
    parts = postorder(vectorised(question.expression), *(d for _, d in question.definitions))
    powers = {p.args[0] for p in parts if p.op is POWER and _raised(p.args[1])}
    powers |= {p.args[0] for p in parts if p.op is NORM and p in powers}
    for e in parts:
        if not e.op.condition or not scope.varies(e):
            continue
        if e.op in (INVERSE, LOGDET) and e.args[0].op is SYMBOL and e.args[0].data.assume & DEFINITE:
            continue
        if e in powers or (e.op is LOGDET and e.args[0].op is INVERSE):
            continue
        condition = (e.op.condition, e.args[0])
        if condition[1] not in found:
            found += condition
    return tuple(found)
