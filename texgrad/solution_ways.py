"""From a question to a derivation: the way that suits it, checked line by line, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import field, replace

from texgrad.algebra import Expr, holds, substitute
from texgrad.check import Verified, WrongLine, verify
from texgrad.check_values import Unchecked
from texgrad.engine.accelerations import derive_acceleration
from texgrad.engine.adjoints import NotMovable
from texgrad.engine.bound import indices_named
from texgrad.engine.complex_hessian import derive_complex_hessian
from texgrad.engine.component import derive_component
from texgrad.engine.derivation import MOST_WRITTEN, Derivation, Line, Question
from texgrad.engine.entry_hessian import by_entries_of_matrices, derive_entry_hessian
from texgrad.engine.gradient import derive_gradient
from texgrad.engine.hessian import derive_hessian, freed, tied
from texgrad.engine.jacobian import derive_jacobian
from texgrad.engine.perturbation import NotPolynomial, derive_perturbation
from texgrad.engine.refused import NotDifferentiable, TooLong
from texgrad.engine.structure import STRUCTURES, derive_half, derive_structured, half_convention
from texgrad.engine.tensor import derive_tensor
from texgrad.engine.total import at_points, derive_total
from texgrad.engine.traces import derive_traces
from texgrad.engine.wirtinger import complex_variable
from texgrad.immutable import immutable
from texgrad.operators import DERIVATIVE, ENTRY, NoDerivative
from texgrad.remembered import remembered
from texgrad.shapes import ONE, ShapeError
from texgrad.source import fail
from texgrad.wanted import Wanted

ANALYTIC = ("differential", "trace")  # styles that know complex variables
COMPLEX_HELP = "ask for the first derivative by Z or by Z^*, with style=differential or style=trace"
Deriver = Callable[[Question], Derivation]
SCALAR_STYLES: Mapping[str, Deriver] = {
    "differential": derive_gradient, "perturbation": derive_perturbation, "component": derive_component,
    "trace": derive_traces,
}  # fmt: skip


def derivations_of(question: Question, style: str, convention: str | None = None) -> tuple[Derivation, ...]:
    """The derivation in the wanted style; one after another where one cannot serve all variables."""
    f = question.expression
    wirtinger = any(complex_variable(v) for v in question.variables)
    if f.scalar and any(w.vectorised and w.order == 1 for w in question.wanted) and style not in ANALYTIC:
        style = "differential"
    beyond = convention is not None or style not in ANALYTIC or any(w.half for w in question.wanted)
    if wirtinger and beyond:
        raise fail("unsupported", "this form of derivative by a complex variable", help=COMPLEX_HELP)
    if wirtinger and f.scalar and all(w.order == 2 for w in question.wanted):
        return _each(question, derive_complex_hessian)
    if any(w.half for w in question.wanted):
        if not f.scalar and convention is None:
            return _each(question, derive_half)
        convention = half_convention(question.variables[0])
    if any(w.form in ("total", "direction") for w in question.wanted):
        return (derive_total(question),)
    if convention is not None:
        unsquare = any(v.shape[0] != v.shape[1] or v.scalar for v in question.variables)
        special = unsquare or any(w.order == 2 or w.entry for w in question.wanted)
        if convention not in STRUCTURES or not f.scalar or special:
            message = f"the convention {convention!r} does not go with this request"
            help = f"for gradients of scalars by square matrices: {', '.join(STRUCTURES)}"
            raise fail("unsupported", message, help=help)
        return (derive_structured(question, convention),)
    if any(w.order == 2 for w in question.wanted):
        if not f.scalar and not all(w.variable.scalar and (w.second or w.variable).scalar for w in question.wanted):
            message = "a second derivative of what is no number, by what is no number, is a tensor"
            raise fail("unsupported", message, help="ask for the Jacobian")
        if not f.scalar:
            return _each(question, derive_acceleration)
        twice = tuple(w for w in question.wanted if w.order == 2)
        whole = derive_entry_hessian if any(map(by_entries_of_matrices, twice)) else derive_hessian
        seconds = _each(replace(question, wanted=twice), whole)
        firsts = tuple(w for w in question.wanted if w.order == 1)
        return _after(SCALAR_STYLES[style](replace(question, wanted=firsts)), seconds) if firsts else seconds
    if f.scalar:
        variables = dict.fromkeys(w.variable for w in question.wanted)
        alone = len({v.data.name for v in variables}) == len(variables)  # no two members of one family
        alone = alone and style != "perturbation"  # which moves one variable
        return (SCALAR_STYLES[style](question),) if alone else _each(question, SCALAR_STYLES[style])
    return _each(question, _derive_array)


def _derive_array(question: Question) -> Derivation:
    (wanted, *_) = question.wanted
    (variable,) = question.variables
    vector = question.expression.shape[1] == ONE and ONE not in wanted.variable.shape
    third_order = vector and not wanted.vectorised and not complex_variable(variable)
    return (derive_tensor if third_order else derive_jacobian)(question)


def _each(question: Question, deriver: Deriver) -> tuple[Derivation, ...]:
    """One derivation for every variable, or pair of variables."""
    groups: dict[tuple[Expr, Expr, str, str], list[Wanted]] = {}
    for w in question.wanted:
        groups.setdefault((w.variable, w.second or w.variable, w.part, w.second_part), []).append(w)
    return tuple(deriver(replace(question, wanted=tuple(group))) for group in groups.values())


def _after(gradient: Derivation, seconds: tuple[Derivation, ...]) -> tuple[Derivation, ...]:
    """A derivation of gradients, without its last line where the second derivatives begin with it, and those."""
    again = gradient.lines[-1].right == seconds[0].lines[0].right
    return replace(gradient, lines=gradient.lines[: -1 if again else None]), *seconds


def _joined(question: Question, parts: tuple[Derivation, ...]) -> Derivation:
    """Derivations for several variables as one, one after another."""
    names = tuple(dict.fromkeys(n for p in parts for n in p.names))
    lines = tuple(line for p in parts for line in p.lines)
    return Derivation(question, names, lines, tuple(r for p in parts for r in p.results))


def checked(question: Question, style: str, convention: str | None = None,
            untied: tuple[Question, Mapping[Expr, Expr]] | None = None) -> tuple[Derivation, Verified]:  # fmt: skip
    """The derivation and how well its lines hold; TexgradError where there is none or it does not hold.

    untied: the question about copies of symmetric variables, and what they stand for. A derivation that has been
    checked is not derived again while it is among the last ones: with one formula of a page, the words change in which
    the others are asked, but not what is asked.
    """
    key = (_known(question), style, convention, untied and (_known(untied[0]), tuple(untied[1].items())))
    return _recalled(_Asked(key, question, style, convention, untied))


@immutable
class _Asked:
    """What is to be derived, which `key` tells in full."""

    key: Hashable
    question: Question = field(compare=False)
    style: str = field(compare=False)
    convention: str | None = field(compare=False)
    untied: tuple[Question, Mapping[Expr, Expr]] | None = field(compare=False)


# the expressions of a derivation take three times the room of a formula with as many letters
@remembered(64, lambda found, _: 3 * found[0].written)
def _recalled(asked: _Asked) -> tuple[Derivation, Verified]:
    """A derivation, and how well its lines hold."""
    return _derived(asked.question, asked.style, asked.convention, asked.untied)


def forget() -> None:
    """Drop the derivations that are remembered, as a new process has none."""
    _recalled.cache_clear()


def _known(question: Question) -> Hashable:
    """All of a question as one value."""
    return tuple(tuple(part.items()) if isinstance(part, Mapping) else part for part in vars(question).values())


def _derived(question: Question, style: str, convention: str | None,
             untied: tuple[Question, Mapping[Expr, Expr]] | None) -> tuple[Derivation, Verified]:  # fmt: skip
    """A derivation, and how well its lines hold."""
    try:
        second = any(w.order == 2 for w in question.wanted)
        free, originals = freed(question) if second else untied or (question, {})
        parts = tuple(at_points(indices_named(part)) for part in derivations_of(free, style, convention))
        if sum(part.written for part in parts) > MOST_WRITTEN:
            raise TooLong(f"a derivation of more than {MOST_WRITTEN} letters and signs")
        verdicts = [verify(part) for part in parts]
        if originals:
            claims = {substitute(line.left, originals): substitute(line.right[-1], originals)
                      for part in parts for line in part.lines if line.left is not None}  # fmt: skip
            parts = tuple(tied(part, question, originals) for part in parts)
            verdicts += [verify(_among_tied(part, claims)) for part in parts]
        return _joined(question, parts), max(verdicts, key=lambda v: v.worst)
    except tuple(REFUSALS) as e:
        code, message, help = REFUSALS[type(e)]
        raise fail(code, message.format(e), help=help) from None


def _among_tied(part: Derivation, claims: Mapping[Expr, Expr]) -> Derivation:
    """The derivation with what is claimed by single entries only compared with the claims and from side to side.

    A single entry does not leave a tied variable what it is; that the claims hold was checked with copies.
    """
    lines: list[Line] = []
    single = begun = False
    for line in part.lines:
        if line.left is not None:
            single, begun = line.left.op is DERIVATIVE and line.left.args[1].op is ENTRY, False
        if not single:
            lines.append(line)
            continue
        plain = tuple(side for side in line.right if not holds(side, DERIVATIVE))
        if plain:
            claimed = plain[0] if line.left is None else claims.get(line.left, plain[0])
            lines.append(replace(line, left=None if begun else claimed, right=plain))
            begun = True
    return replace(part, lines=tuple(lines))


# what may stand in the way -> code, message, what to do instead
REFUSALS: Mapping[type[Exception], tuple[str, str, str]] = {
    NotDifferentiable: ("unsupported", "no rule for the derivative of the {}", "`texgrad rules` lists what is known"),
    NotMovable: ("unsupported", "the derivative cannot be read off inside the {}", "ask for the differential, d(…)"),
    NotPolynomial: ("unsupported", "the perturbation style cannot multiply out the {}", "use style=differential"),
    TooLong: ("too-large", "{}", "name its parts, or ask for less"),
    RecursionError: ("too-large", "the formula nests too deep", "name its parts"),
    Unchecked: ("unsupported", "the lines cannot be checked: {}", "declare what is positive or invertible"),
    WrongLine: ("internal", "a derived line does not hold ({}); nothing is written", "please report this"),
    ShapeError: ("shape", "{}", "declare the shapes"),
    NoDerivative: ("unsupported", "{}, is a tensor", "ask for a derivative of lower order"),
}
