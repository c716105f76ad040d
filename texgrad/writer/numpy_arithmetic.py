"""Sums, products and powers in NumPy."""

from __future__ import annotations

from fractions import Fraction

from texgrad.algebra import NUMBER, SUM, Expr, split
from texgrad.operators import INDEX_VALUE, ONES, factors, reciprocal
from texgrad.operators.inverses import whole
from texgrad.shapes import ONE, SCALAR, Dim, Rational, Shape, magnitude
from texgrad.writer.numpy_text import MINUS, PLUS, RAISED, TIMES, WHOLE, Code, Context, is_vector, numeral, two_axes


def _times(coefficient: Rational, code: Code) -> Code:
    """A number that is not negative, times what `code` says."""
    if coefficient == 1:
        return Code(code.at(TIMES), max(code.binds, TIMES))
    head = numeral(coefficient).text
    if code.text.startswith("1 / ") and code.binds == TIMES:
        return Code(head + code.text[1:], TIMES)
    return Code(f"{head} * {code.at(TIMES)}", TIMES)


def _negated(code: Code, minus: bool) -> Code:
    return Code("-" + code.at(TIMES), min(code.binds, MINUS)) if minus else code


def scaled_code(e: Expr, to: Context) -> Code:
    """A number, or a number times something."""
    own, body = split(e)
    if body.op is NUMBER:
        return numeral(own)
    return _negated(_times(magnitude(own), to(body)), own < 0)


def sum_code(e: Expr, to: Context) -> Code:
    """A sum; ones beside an array are a number that NumPy adds to every entry."""
    mixed = any(split(a)[1].op is not ONES for a in e.args)
    out = ""
    for a in e.args:
        own, body = split(a)
        whole = body.op is NUMBER or (body.op is ONES and mixed)
        text = (numeral(magnitude(own)) if whole else _times(magnitude(own), to(body))).at(TIMES)
        minus = "-" if own < 0 else "+" if out else ""
        out += f" {minus} {text}" if out else minus + text
    return Code(out, PLUS)


def product_code(e: Expr, to: Context) -> Code:
    """A product: numbers, the matrices, divisors last."""
    scalars, chain = factors(e)
    return _quotient([s for s in scalars if to.named(s) or not reciprocal(s)], scalars, _chain(chain, to), to)


def _quotient(above: list[Expr], all_of: tuple[Expr, ...], last: Code | None, to: Context) -> Code:
    parts = [to(s).at(RAISED) for s in above]
    parts += [] if last is None else [last.at(TIMES)]
    out = " * ".join(parts) or "1"
    for s in all_of:
        if s not in above:
            out += f" / {_power_of(s.args[0], -s.args[1].data, to).at(RAISED)}"
    return Code(out, TIMES)


def hadamard_code(e: Expr, to: Context) -> Code:
    """A product entry by entry, divisors last."""
    out = ""
    for a in e.args:
        if reciprocal(a) and not to.named(a):
            out = f"{out or '1'} / {_power_of(a.args[0], -a.args[1].data, to).at(RAISED)}"
        else:
            out += (" * " if out else "") + to(a).at(RAISED)
    return Code(out, TIMES)


def _chain(chain: tuple[Expr, ...], to: Context) -> Code | None:
    """A product of matrices; where a column meets a row it is cut, and the parts make an outer product."""
    total: tuple[Code, Shape] | None = None
    at = 0
    while at < len(chain):
        end = at + 1
        while end < len(chain) and chain[end].shape[0] != ONE:
            end += 1
        codes = [to(f) for f in chain[at:end]]
        text = Code(" @ ".join(c.at(RAISED) for c in codes), TIMES) if len(codes) > 1 else codes[0]
        shape = (chain[at].shape[0], chain[end - 1].shape[1])
        total = (text, shape) if total is None else _outer(total, (text, shape))
        at = end
    return None if total is None else total[0]


def _outer(a: tuple[Code, Shape], b: tuple[Code, Shape]) -> tuple[Code, Shape]:
    shape = (a[1][0], b[1][1])
    if SCALAR in (a[1], b[1]):
        return Code(f"{a[0].at(RAISED)} * {b[0].at(RAISED)}", TIMES), shape
    return Code(f"np.outer({a[0].text}, {b[0].text})"), shape


def power_code(e: Expr, to: Context) -> Code:
    """A power of every entry; with a negative number for its exponent, a fraction."""
    base, exponent = e.args
    if reciprocal(e):
        return Code(f"1 / {_power_of(base, -exponent.data, to).at(RAISED)}", TIMES)
    if exponent.op is NUMBER:
        return _power_of(base, exponent.data, to)
    return Code(f"{to(base).at(WHOLE)}**{to(exponent).at(MINUS)}", RAISED)


def _power_of(base: Expr, exponent: Rational, to: Context) -> Code:
    if exponent == 1:
        return to(base)
    if exponent == Fraction(1, 2):
        return Code(f"np.sqrt({to(base).text})")
    return Code(f"{to(base).at(WHOLE)}**{numeral(exponent).at(MINUS)}", RAISED)


def frobenius_code(e: Expr, to: Context) -> Code:
    """A Frobenius product; of two vectors, the inner product."""
    a, b = (to(x).at(RAISED) for x in e.args)
    return Code(f"{a} @ {b}", TIMES) if is_vector(e.args[0].shape) else Code(f"np.sum({a} * {b})")


def kronecker_code(e: Expr, to: Context) -> Code:
    """A Kronecker product: NumPy's, of arrays with two axes where one of them is a matrix."""
    sides = [to(a) for a in e.args]
    if is_vector(e.shape):
        return Code(f"np.kron({', '.join(s.text for s in sides)})")
    return Code(f"np.kron({', '.join(two_axes(e.args, sides))})")


def matrix_power_code(e: Expr, to: Context) -> Code:
    """A power of a matrix, by SciPy where it is no whole one."""
    base, exponent = to(e.args[0]).text, e.args[1]
    if whole(exponent) is not None:
        return Code(f"np.linalg.matrix_power({base}, {_count(exponent, to)})")
    if exponent.op is NUMBER and exponent.data == Fraction(1, 2):
        return Code(f"scipy.linalg.sqrtm({base})")
    return Code(f"scipy.linalg.fractional_matrix_power({base}, {to(exponent).text})")


def _count(e: Expr, to: Context) -> str:
    """A whole number: indices, which Python counts from 0, sizes, and what is left."""
    parts = e.args if e.op is SUM else (e,)
    indices = [(own, to.index(body.data[0].name)) for own, body in map(split, parts) if body.op is INDEX_VALUE]
    size = whole(e) or Dim.of(0)
    constant = Dim.of(int(dict(size.terms).get((), 0) + sum(own for own, _ in indices)))
    size = Dim(tuple(t for t in size.terms if t[0])) + constant
    texts = [to.size(size)] if size.terms else []
    texts += [f"{'-' if own < 0 else ''}{'' if abs(own) == 1 else f'{abs(own)} * '}{name}" for own, name in indices]
    return " + ".join(texts).replace("+ -", "- ") or "0"
