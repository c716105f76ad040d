"""Derivatives laid out in two ways side by side: transposed against one another, which neither convention does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from texgrad.operators import DERIVATIVE, TRANSPOSE
from texgrad.reader.items import Items
from texgrad.shapes import ONE
from texgrad.verify.judge import Worlds
from texgrad.verify.lines import Finding
from texgrad.verify.verdicts import FAILS, HOLDS, LAYOUT

MIXED = "mixed"
Place = tuple[int, int]
SAID = "transposed, unlike the other derivatives here"


class Laid(NamedTuple):
    """A gradient that was claimed: where, in which notation, by a matrix or not, in the shape of its variable or not.

    Notations have layouts of their own: many write the row ∂f/∂x beside the column ∇f.
    """

    place: Place
    number: int
    notation: str
    matrix: bool
    alike: bool


def mixed_failing(findings: Mapping[Place, list[Finding]], worlds: Worlds) -> dict[Place, list[Finding]]:
    """The findings, of which those fail that are laid out otherwise than most of their kind.

    A gradient by a matrix that is transposed fails beside one by a vector that is not; the other way round is usual.
    """
    out = {place: list(found) for place, found in findings.items()}
    laid = [one for place, found in out.items() for k, f in enumerate(found) if (one := _laid(place, k, f, worlds))]
    for notation, matrix in dict.fromkeys((one.notation, one.matrix) for one in laid):
        same = [one for one in laid if one.notation == notation]
        own = [one for one in same if one.matrix == matrix]
        alike = [one for one in own if one.alike]
        turned = [one for one in own if not one.alike]
        if turned and alike:
            odd = turned if len(turned) <= len(alike) else alike
        elif matrix and any(one.alike for one in same):
            odd = turned
        else:
            odd = []
        for place, number, *_ in odd:
            out[place][number] = _failing(out[place][number])
    return out


def _failing(finding: Finding) -> Finding:
    assert finding.right is not None
    verdict = replace(finding.verdict, status=FAILS, message=SAID, reason=MIXED, span=finding.right.extent)
    return replace(finding, verdict=verdict, strong=True)


def _laid(place: Place, number: int, finding: Finding, worlds: Worlds) -> Laid | None:
    """How the gradient on the left of an equation is laid out; None where there is none, or nothing can be told."""
    if finding.left is None:
        return None
    left, status = finding.left.expr, finding.verdict.status
    if left is None or finding.right is None or finding.right.expr is None or status not in (HOLDS, LAYOUT):
        return None
    turned = left.op is TRANSPOSE
    slope = left.args[0] if turned else left
    if slope.op is not DERIVATIVE or len(slope.args) != 2 or not slope.args[0].scalar or slope.args[1].scalar:
        return None
    if finding.right.expr.shape not in (left.shape, left.shape[::-1]):
        return None
    _, value = worlds.known(left)
    if value is None or (value.shape[-1] == value.shape[-2] and worlds.equal(value, value.swapaxes(-1, -2))):
        return None
    matrix = ONE not in slope.args[1].shape
    return Laid(place, number, _notation(finding.left.items), matrix, (status == HOLDS) != turned)


def _notation(items: Items) -> str:
    """How a derivative is written: with a nabla, a D, a fraction, or a prime."""
    if len(items) > 1 and items[1].text == "'":
        return "'"
    return next((kind for i in items if (kind := i.text if i.text == "D" else i.kind) in ("nabla", "D", "frac")), "")
