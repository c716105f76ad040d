"""Complex variables: df = G:dZ + H:dZ^*, so that ∂f/∂Z = G and ∂f/∂Z^* = H, and what follows from both.

The differentials of Z and of its conjugate count as independent (Wirtinger); all other derivatives by a complex
variable are combinations of the two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from texgrad.algebra import COMPLEX, SYMBOL, Expr, add, node, scale
from texgrad.engine.derivation import Line, Note, Result
from texgrad.immutable import immutable
from texgrad.operators import (
    HERMITIAN,
    IMAGINARY_PART,
    REAL_PART,
    conjugate,
    derivative,
    imaginary,
    parts_joined,
    product,
)
from texgrad.tidy import final
from texgrad.wanted import Wanted

PLAIN, CONJUGATE, GRADIENT, REAL, IMAGINARY = "", "conjugate", "gradient", "real", "imaginary"
# names of conventions -> the part that they ask for
CONVENTIONS: Mapping[str, str] = {
    "wirtinger": PLAIN, "wirtinger-conj": CONJUGATE, "complex-gradient": GRADIENT, "real-part": REAL,
    "imag-part": IMAGINARY,
}  # fmt: skip
COMPLEX_GRADIENT = "complex gradient"  # the kind of derivative that 2 ∂f/∂Z^* is


@immutable
class Combination:
    """A derivative that is put together: by what, its kind, and how from ∂f/∂Z and ∂f/∂Z^*."""

    by: Callable[[Expr], Expr]
    kind: str
    of: Callable[[Expr, Expr], Expr]
    needs: tuple[str, ...] = (PLAIN, CONJUGATE)


COMBINATIONS: Mapping[str, Combination] = {
    GRADIENT: Combination(lambda Z: Z, COMPLEX_GRADIENT, lambda G, H: scale(2, H), (CONJUGATE,)),
    REAL: Combination(lambda Z: node(REAL_PART, (Z,)), "", add),
    IMAGINARY: Combination(
        lambda Z: node(IMAGINARY_PART, (Z,)), "", lambda G, H: add(product(imaginary(), G), product(imaginary(-1), H))
    ),
}


def by(variable: Expr, part: str) -> Expr:
    """By what the derivative is: the variable, its conjugate, its real or imaginary part."""
    return conjugate(variable) if part == CONJUGATE else COMBINATIONS[part].by(variable) if part else variable


def complex_variable(variable: Expr) -> bool:
    """Whether a variable, or what it is the conjugate of, is complex and its conjugate varies on its own.

    That of a Hermitian one is its transpose.
    """
    own = variable if variable.op is SYMBOL else conjugate(variable)
    return bool(own.ops & COMPLEX.bit) and HERMITIAN not in own.data.assume


def keys(variable: Expr, asked: Sequence[Wanted]) -> tuple[Expr, ...]:
    """By what the differential is to be read off: the variable, or it and its conjugate as far as they are needed."""
    if not complex_variable(variable):
        return (variable,)
    needed = {part for w in asked for part in (COMBINATIONS[w.part].needs if w.part in COMBINATIONS else (w.part,))}
    return tuple(e for part, e in ((PLAIN, variable), (CONJUGATE, conjugate(variable))) if part in needed)


def other_member(v: Expr, variable: Expr) -> bool:
    """Whether `v`, or what it is the conjugate of, is another member of the family of the variable."""
    own = conjugate(v) if v.op is not SYMBOL else v
    return own is not variable and own.data.name == variable.data.name


def asked_by(key: Expr, variable: Expr, asked: Sequence[Wanted]) -> list[Wanted]:
    """Those of the wanted derivatives that are by `key` itself."""
    if not complex_variable(variable):
        return list(asked)
    return [w for w in asked if w.part == (PLAIN if key is variable else CONJUGATE)]


def combined(
    f: Expr, variable: Expr, asked: Sequence[Wanted], whole: Mapping[Expr, Expr], where: Note, layout: str = "gradient"
) -> tuple[list[Line], list[Result]]:
    """The lines and answers for derivatives that are put together of ∂f/∂Z and ∂f/∂Z^*."""
    lines: list[Line] = []
    results: list[Result] = []
    for w in asked:
        if w.part not in COMBINATIONS:
            continue
        rule = COMBINATIONS[w.part]
        sides = (variable, conjugate(variable))
        worth = rule.of(*(whole.get(Z, scale(0, variable)) for Z in sides))
        said = rule.of(*(derivative(f, Z) for Z in sides))
        answer = final(parts_joined(worth) or worth)
        lines.append(Line(derivative(f, rule.by(variable), rule.kind), (said, answer), "=", (COMPLEX_GRADIENT,), where))
        results.append(Result(w, answer, layout, where))
    return lines, results
