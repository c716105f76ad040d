"""Second derivatives by two entries of matrices: ∂²f/∂X_ij∂X_kl is the entry ij of dG along E_kl."""

from __future__ import annotations

from dataclasses import replace

from texgrad.algebra import Expr, scale, split, substitute, transform
from texgrad.engine.adjoints import NotMovable
from texgrad.engine.derivation import Derivation, Line, Question, Result
from texgrad.engine.gradient import derive_gradient
from texgrad.engine.hessian import with_nouns, written_out
from texgrad.engine.jacobian import written
from texgrad.engine.second import slope_lines, slope_worked_out
from texgrad.operators import (
    BASIS,
    ENTRY,
    PRODUCT,
    TRANSPOSE,
    basis,
    derivative,
    differential,
    entry,
    factors,
    mixed_derivative,
    product,
    transpose,
)
from texgrad.shapes import ONE
from texgrad.tidy import BASIS_PICKS, ENTRY_OF_PRODUCT, apply, by_entries, expanded, final
from texgrad.wanted import Wanted


def by_entries_of_matrices(wanted: Wanted) -> bool:
    """Whether a second derivative is by entries, at least one of them that of a matrix."""
    return len(wanted.entry) > 1 or len(wanted.second_entry) > 1


def derive_entry_hessian(question: Question) -> Derivation:
    """The derivation of the second derivatives of a scalar function by two entries."""
    (wanted, *_) = question.wanted
    variable, second = wanted.variable, wanted.second or wanted.variable
    first = derive_gradient(replace(question, wanted=(Wanted(variable),)))
    G, where = written_out(first), first.results[0].conditions
    gradient = derivative(question.name, variable, "gradient")
    state = slope_worked_out(with_nouns(question, first), G, second)
    lines = [*slope_lines(gradient, G, state)]
    results: list[Result] = []
    for w in question.wanted:
        to = w.second_entry if w.second is not None else w.entry
        if not w.entry or not to or (ONE not in second.shape and len(to) != 2):
            raise NotMovable(entry(variable, *(w.entry or to)))
        step = product(basis(to[0]), transpose(basis(to[1]))) if len(to) == 2 else basis(*to)
        picked = entry(substitute(state.current, {differential(second): step}), *w.entry)
        answer = written(_by_letters(picked), state)
        left = mixed_derivative(question.name, entry(variable, *w.entry), entry(second, *to))
        lines.append(Line(left, (answer,), rules=("components",), note=where))
        results.append(Result(w, answer, "component", where))
    return Derivation(question, state.names, tuple(lines), tuple(results))


def _by_letters(e: Expr) -> Expr:
    """An entry as a sum of products of entries, as far as it is one."""
    plain, _ = apply(by_entries(expanded(e)), BASIS_PICKS, ENTRY_OF_PRODUCT)
    plain = transform(transform(plain, _apart, ENTRY.bit, ENTRY.bit), _between, BASIS.bit, PRODUCT.bit)
    again, _ = apply(final(plain), BASIS_PICKS, ENTRY_OF_PRODUCT)
    return final(transform(again, lambda p: entry(p.args[0], *p.data), ENTRY.bit, ENTRY.bit))


def _between(e: Expr) -> Expr | None:
    """e_iᵀAe_j as A_ij, e_iᵀAx as (Ax)_i."""
    scalars, chain = factors(e)
    if len(chain) < 3 or chain[0].op is not TRANSPOSE or chain[0].args[0].op is not BASIS or not e.scalar:
        return None
    at, inner = chain[0].args[0].data, chain[1:]
    if chain[-1].op is BASIS:
        at, inner = (*at, *chain[-1].data), inner[:-1]
    return product(*scalars, entry(product(*inner), *at))


def _apart(e: Expr) -> Expr | None:
    """(e_kbᵀv)_i as bᵀv δ_ik."""
    own, body = split(e.args[0])
    scalars, chain = factors(body)
    if len(e.data) != 1 or len(chain) < 2 or chain[0].op is not BASIS:
        return None
    return scale(own, product(*scalars, product(*chain[1:]), entry(chain[0], *e.data)))
