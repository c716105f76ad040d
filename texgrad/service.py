"""What documents and callers ask for, answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from texgrad.arguments import posed
from texgrad.choices import check_choice
from texgrad.document import Answer
from texgrad.jobs import Job
from texgrad.reader import unsaid
from texgrad.solution import Solution
from texgrad.solving import solve, solve_all


def derive(
    expression: str,
    wrt: str | Sequence[str] | None = None,
    declare: Mapping[str, str] | None = None,
    assume: Mapping[str, Sequence[str] | str] | None = None,
    definitions: Sequence[str] = (),
    macros: Mapping[str, str | Sequence[object]] | None = None,
    order: int = 1,
    style: str = "differential",
    convention: str | None = None,
    layout: str = "auto",
) -> Solution:
    r"""The derivation of the derivative of `expression` by `wrt`.

    expression: LaTeX; a function (`\frac12\|XA^T\|_F^2`, also with `f(X) =` before it) or a whole derivative,
        in which case `wrt` may be left out.
    wrt: a variable, an entry such as `X_{ij}`, or several.
    declare: name -> `scalar`, `n`, `n x p`, `vector`, `matrix`, `family n of p` or `index of n`; names are LaTeX or
        Python names.
    assume: name -> properties, such as `symmetric` or `positive definite`.
    definitions: equations such as `M = XA^T`.
    macros: as KaTeX has them, `{"\\R": "\\mathbb{R}", "\\vx": ["\\mathbf{#1}", 1]}`.
    order: 1, or 2 for second derivatives.
    style: `differential`, `perturbation`, `component` or `trace`.
    convention: None; for a variable whose entries are tied, `symmetric-structured`, `symmetric-tangent`,
        `diagonal-structured`, `skew-structured`, `lower-triangular-structured`, `upper-triangular-structured`,
        `toeplitz-structured` or `symmetric-toeplitz-structured`; for a complex one `wirtinger`, `wirtinger-conj`,
        `complex-gradient`, `real-part` or `imag-part`.
    layout: `numerator` for gradients as rows, `denominator` for Jacobians whose rows belong to the variable, `auto`
        for gradients of the variable's shape and Jacobians with dy = J dx.

    Raises TexgradError, and nothing else.
    """
    check_choice("style", style)
    check_choice("order", str(order))
    check_choice("layout", layout)
    asked = posed((expression,), wrt, declare, assume, definitions, macros, order)
    return solve(asked, style, convention=convention, layout=layout)


def answer(job: Job) -> Answer:
    """The block that answers the requests of one paragraph; diagnostics have their places in the document."""
    solutions = solve_all(job.problem, job.style, job.letters, job.convention, job.layout)
    blocks = [solution.block(job.env, job.format, job.detail, job.explain, job.columns) for solution in solutions]
    lines = tuple(line for k, block in enumerate(blocks) for line in (*([""] if k else []), *block))
    return Answer(lines, unsaid(job.problem))
