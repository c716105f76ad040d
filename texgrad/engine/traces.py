"""The trace way: the same derivation for readers who know traces and no Frobenius product, df = tr(GᵀdX)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from texgrad.algebra import Expr, transform
from texgrad.engine.derivation import Derivation, Line, Note, Question
from texgrad.engine.gradient import derive_gradient
from texgrad.operators import FROBENIUS, product, trace, transpose
from texgrad.shapes import ONE

# the laws of Frobenius products -> those of traces; an empty one goes without saying
LAWS: Mapping[str, str] = {
    "⟨G, L(dX)⟩ = ⟨L*G, dX⟩": "tr(AB) = tr(BA)", "A:Bᵀ = Aᵀ:B": "tr(A) = tr(Aᵀ)", "tr(AᵀB) = A:B": "",
}  # fmt: skip


def derive_traces(question: Question) -> Derivation:
    """The gradient of a scalar function, every Frobenius product on the way written as a trace."""
    whole = derive_gradient(question)
    lines: list[Line] = []
    for line in whole.lines:
        right = tuple(dict.fromkeys(map(in_traces, line.right)))
        if line.left is None and lines and right == lines[-1].right[-1:]:
            continue
        rules = tuple(dict.fromkeys(filter(None, (LAWS.get(rule, rule) for rule in line.rules))))
        left = None if line.left is None else in_traces(line.left)
        lines.append(replace(line, left=left, right=right, rules=rules, note=_note(line.note)))
    return replace(whole, lines=tuple(lines))


def in_traces(e: Expr) -> Expr:
    """`e` with A:B as tr(AᵀB), for vectors as aᵀb."""

    def change(part: Expr) -> Expr | None:
        if part.op is not FROBENIUS:
            return None
        A, B = part.args
        return product(transpose(A), B) if A.shape[1] == ONE else trace(product(transpose(A), B))

    return transform(e, change)


def _note(note: Note) -> Note:
    return tuple(part for part in note if part != "Frobenius product")
