"""A vector by a matrix: a third-order tensor, given in the forms that a reader can use."""

from __future__ import annotations

from texgrad.algebra import Expr, add, substitute
from texgrad.engine.adjoints import flip, gradients, move
from texgrad.engine.conditions import conditions
from texgrad.engine.derivation import Derivation, Line, Question, Result
from texgrad.engine.jacobian import differential_lines, in_own_names, jacobians
from texgrad.engine.letters import index_letters
from texgrad.engine.state import State
from texgrad.operators import (
    HADAMARD,
    PRODUCT,
    SINGLE,
    basis,
    derivative,
    diagonal,
    differential,
    entry,
    frobenius,
    indexed_sum,
    ones,
    product,
    single_entry,
    transpose,
)
from texgrad.operators.tensors import contraction, double_contraction, dyadic, hyperdiagonal
from texgrad.shapes import ONE, Index
from texgrad.tidy import BASIS_PICKS, BASIS_TIMES_ONES, ROW_SELECTED, SINGLE_AS_OUTER, SINGLE_ENTRIES, apply, final


def derive_tensor(question: Question) -> Derivation:
    """The derivative of a vector by one matrix: by components of either, as a tensor, and vectorised."""
    (wanted, *_) = question.wanted
    variable = wanted.variable
    state = differential_lines(question)
    i, j, k = _indices(question, variable)
    y = question.name
    lines = [_by_variable(state, variable, i, j)]
    components, G = _by_function(state, variable, k)
    lines += components
    tensor_lines, tensor = _as_tensor(state, variable, k, G)
    lines += tensor_lines
    J = in_own_names(final(jacobians(state.current)[variable]), question)
    lines.append(Line(derivative(y, variable, "vec"), (J,), note=("vectorised",)))
    results = tuple(Result(w, tensor, "tensor", conditions(state.question, state.scope)) for w in question.wanted)
    return Derivation(question, state.names, (*state.lines, *lines), results)


def _indices(question: Question, variable: Expr) -> tuple[Index, Index, Index]:
    free = index_letters(question, "ijkl")
    at = question.wanted[0].entry
    i, j = at or (Index(free[0], variable.shape[0]), Index(free[1], variable.shape[1]))
    return i, j, Index(free[0 if at else 2], question.name.shape[0])


def _by_variable(state: State, variable: Expr, i: Index, j: Index) -> Line:
    """∂y/∂A_ij: dA is the single-entry matrix E_ij."""
    side = substitute(state.current, {differential(variable): single_entry(i, j)})
    sides = [side]
    rules: list[str] = []
    for identity in (SINGLE_ENTRIES, SINGLE_AS_OUTER, BASIS_TIMES_ONES, BASIS_PICKS):
        side, used = apply(side, identity)
        if used:
            sides.append(side)
            rules += used
    left = derivative(state.question.name, entry(variable, i, j), "component")
    return Line(left, tuple(sides), rules=tuple(rules), note=("by a component of", variable))


def _by_function(state: State, variable: Expr, k: Index) -> tuple[list[Line], Expr]:
    """∂y_k/∂A: y_k as a Frobenius product with A, or dy_k with dA."""
    y = state.question.name
    whole = substitute(state.current, {differential(variable): variable})
    linear = whole is state.body
    whole = whole if linear else state.current
    picked = product(transpose(basis(k)), whole)
    left = entry(y, k) if linear else differential(entry(y, k))
    marked = product(transpose(basis(k)), state.current)
    sides = [picked]
    outer = _outer(picked) if linear else None
    if outer is not None:
        sides.append(outer)
    done = flip(move(marked, state.scope))
    G = final(add(*(g for g, _ in gradients(done)[variable])))
    shown = variable if linear else differential(variable)
    sides.append(frobenius(G, shown))
    selected, used = apply(in_own_names(G, state.question), ROW_SELECTED)
    if selected is not G:
        sides.append(frobenius(selected, shown))
    rules = ("⟨G, L(dX)⟩ = ⟨L*G, dX⟩", *used)
    first = Line(left, tuple(dict.fromkeys(sides)), rules=rules, note=("by a component of", y))
    return [first, Line(derivative(entry(y, k), variable, "component of function"), (selected,))], selected


def _outer(picked: Expr) -> Expr | None:
    """aᵀFb as abᵀ:F."""
    if picked.op is not PRODUCT or len(picked.args) != 3:
        return None
    a, F, b = picked.args
    return frobenius(product(transpose(a), transpose(b)), F)


def _as_tensor(state: State, variable: Expr, k: Index, G: Expr) -> tuple[list[Line], Expr]:
    """∂y/∂A = Σ_k e_k ⋆ ∂y_k/∂A, which is ℋX where ∂y_k/∂A = E_kk X."""
    y = state.question.name
    total = dyadic_sum(k, G)
    if G.op is PRODUCT and G.args[0].op is SINGLE and G.args[0].data == (k, k):
        X = product(*G.args[1:])
        H = hyperdiagonal(k.size)
        product_with = product(variable, transpose(X))
        lines = []
        if state.question.expression is product(HADAMARD(X, variable), ones((variable.shape[1], ONE))):
            as_tensor = double_contraction(contraction(H, X), variable)
            sides = (diagonal(product_with), double_contraction(H, product_with), as_tensor)
            lines.append(Line(y, sides, rules=("(X∘A)𝟏 = diag(AXᵀ)",), note=("as a tensor", "equal indices", H)))
        lines.append(Line(derivative(y, variable, "tensor"), (contraction(H, X), total)))
        return lines, contraction(H, X)
    return [Line(derivative(y, variable, "tensor"), (total,), note=("as a tensor",))], total


def dyadic_sum(k: Index, G: Expr) -> Expr:
    """Σ_k e_k ⋆ G_k."""
    return indexed_sum(dyadic(basis(k), G), k)

