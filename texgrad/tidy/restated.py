"""Functions and inverses under a shorter name: exp(x)/𝟏ᵀexp(x) = softmax(x), (XᵀX)⁻¹Xᵀ = X⁺."""

from __future__ import annotations

from texgrad.algebra import Expr, add, holds, index_key, number, postorder, transform
from texgrad.operators import (
    ENTRY,
    EXP,
    INDEXED_SUM,
    INVERSE,
    ONES,
    POWER,
    PRODUCT,
    PSEUDOINVERSE,
    TRANSPOSE,
    entry,
    factors,
    power,
    product,
    reciprocal,
    softmax,
    transpose,
)
from texgrad.shapes import ONE
from texgrad.tidy.expanding import expanded
from texgrad.tidy.forms import final
from texgrad.tidy.pseudoinverses import transposed_pair

SHORTER = 0.75  # which part of the length the shorter form may have


def restated(e: Expr) -> Expr | None:
    """The same said shorter, where that makes `e` shorter by a quarter; None elsewhere."""
    quotients = holds(e, EXP) and holds(e, ONES, INDEXED_SUM) and holds(e, POWER)
    if not quotients and not any(p.op is INVERSE and p.args[0].op is PRODUCT for p in postorder(e, only=INVERSE.bit)):
        return None
    forms = [transform(final(transform(form, _named)), _named) for form in (e, final(expanded(e)))]
    out = min(forms, key=lambda form: form.length)
    return out if out is not e and out.length <= SHORTER * e.length else None


def _named(e: Expr) -> Expr | None:
    return _softmax(e) or _softmax_entry(e) or _pseudoinverse(e) if e.op is PRODUCT else None


def _softmax(e: Expr) -> Expr | None:
    """exp(x)/𝟏ᵀexp(x) = softmax(x)."""
    scalars, chain = factors(e)
    for k, f in enumerate(chain):
        if f.op is EXP and f.shape[1] == ONE:
            for s in scalars:
                if s.op is POWER and s.args[1] is number(-1) and _total(s.args[0]) is f:
                    rest = [a for a in scalars if a is not s]
                    return product(*rest, *chain[:k], softmax(f.args[0]), *chain[k + 1 :])
    return None


def _softmax_entry(e: Expr) -> Expr | None:
    """exp(x_i)/𝟏ᵀexp(x) = softmax(x)_i."""
    scalars, chain = factors(e)
    for s in scalars:
        whole = _total(s.args[0]) if reciprocal(s) else None
        if whole is None or whole.op is not EXP:
            continue
        above = next((a for a in scalars if a.op is EXP and _entry_of(a.args[0], whole.args[0])), None)
        if above is not None:
            rest = [a for a in scalars if a is not s and a is not above]
            left = power(s.args[0], add(s.args[1], number(1)))
            return product(entry(softmax(whole.args[0]), *above.args[0].data), left, *rest, *chain)
    return None


def _entry_of(e: Expr, x: Expr) -> bool:
    return e.op is ENTRY and e.args[0] is x


def _total(e: Expr) -> Expr | None:
    """v, where `e` is 𝟏ᵀv, or Σₖ exp(xₖ) and v is exp(x)."""
    if e.op is INDEXED_SUM and e.args[0].op is EXP and e.data.but is None:
        (x,) = e.args[0].args
        whole = x.op is ENTRY and x.data == (e.data,) and index_key(e.data) not in x.args[0].free
        return EXP(x.args[0]) if whole else None
    return e.args[1] if e.op is PRODUCT and len(e.args) == 2 and e.args[0].op is ONES else None


def _pseudoinverse(e: Expr) -> Expr | None:
    """(XᵀX)⁻¹Xᵀ = X⁺, Xᵀ(XXᵀ)⁻¹ = X⁺, and transposed; (X⁺)ᵀXᵀ = XX⁺, which is symmetric."""
    scalars, chain = factors(e)
    for k in range(len(chain) - 1):
        if transposed_pair(chain[k], chain[k + 1]):
            return product(*scalars, *chain[:k], chain[k + 1].args[0], chain[k].args[0], *chain[k + 2 :])
        for at, beside in ((k, k + 1), (k + 1, k)):
            A = _root(chain[at], chain[beside], at < beside)
            if A is not None:
                return product(*scalars, *chain[:k], A, *chain[k + 2 :])
    return None


def _root(gram: Expr, beside: Expr, before: bool) -> Expr | None:
    """The pseudo-inverse, or its transpose, that an inverse Gram matrix and its neighbour are."""
    if gram.op is not INVERSE or ONE in beside.shape:
        return None
    pair = (beside, transpose(beside)) if before else (transpose(beside), beside)
    if gram.args[0] is not product(*pair):
        return None
    return PSEUDOINVERSE(beside.args[0]) if beside.op is TRANSPOSE else transpose(PSEUDOINVERSE(beside))
