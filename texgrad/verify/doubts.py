"""What makes an equation doubtful: where its names come from, and what its two sides are made of."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from texgrad.algebra import NUMBER, SCALE, SYMBOL, Expr, Op, postorder, substitute
from texgrad.operators import (
    DERIVATIVE,
    DIFFERENTIAL,
    DIMENSION,
    ENTRY,
    EVALUATION,
    EXP,
    INVERSE,
    LOG,
    MATRIX_EXP,
    MATRIX_LOG,
    MATRIX_POWER,
    POWER,
    PSEUDOINVERSE,
    TRANSPOSE,
    Function,
)
from texgrad.reader import Known, Side, without_font
from texgrad.reader.brackets import closing
from texgrad.reader.tree import Tree
from texgrad.shapes import ONE

BLOCKS = frozenset(10 * row + column for row in range(1, 5) for column in range(1, 5))
# what stands below the brackets of the inner product of vectors or matrices as they are
USUAL_PAIRING = frozenset(("F", "2", r"\mathrm{F}", r"\text{F}", r"\mathcal{F}", "HS", "E"))
FUNCTIONS = frozenset((EXP, LOG, POWER, MATRIX_EXP, MATRIX_LOG, MATRIX_POWER))  # of numbers as well as of matrices


def bared(e: Expr) -> Expr:
    """An expression without transposes, inverses and numbers around it."""
    while e.op in (TRANSPOSE, INVERSE, SCALE):
        e = e.args[0]
    return e


def leaves(known: Known, e: Expr) -> frozenset[str]:
    """The symbols in a side, with those of the definitions in it; not the variable that is given a value."""
    if e.op is EVALUATION:
        return (leaves(known, e.args[0]) - e.args[1].free) | leaves(known, e.args[2])
    for symbol, definition in reversed(known.definitions):
        if symbol.data.name in e.free:
            e = substitute(e, {symbol: definition})
    return e.free


def reached(known: Known, names: frozenset[str]) -> frozenset[str]:
    """Names with all those that their definitions need."""
    bodies = {s.data.name: d for s, d in known.definitions}
    found, waiting = set(names), list(names)
    while waiting:
        name = waiting.pop()
        fresh = bodies[name].free - found if name in bodies else frozenset()
        found |= fresh
        waiting += fresh
    return frozenset(found)


def remote(known: Known, left: Expr, right: Expr) -> bool:
    """Whether the sides rest on definitions of another section, which may mean something else."""
    return not reached(known, left.free | right.free).isdisjoint(known.remote)


def functions_in(e: Expr) -> frozenset[str]:
    """The functions without a formula that an expression calls."""
    return frozenset(p.data.name for p in postorder(e) if isinstance(p.data, Function))


def counts(e: Expr) -> frozenset[str]:
    """The sizes that stand in an expression as numbers."""
    return frozenset(str(p.data) for p in postorder(e) if p.op is DIMENSION)


def reaching(side: Side) -> bool:
    r"""Whether it is open how far a d or a log reaches: `d a^\top x`, which is no term of a sum, or `\log f(x)g(x)`."""
    if any(map(_open, side.nodes())):
        return True
    terms = {id(a) for t in side.nodes() if t.op == "sum" for a in t.args}
    products = (t for t in side.nodes() if t.op == "product" and id(t) not in terms)
    return any(_head(t.args[0]).op == "differential" for t in products)


def _open(tree: Tree) -> bool:
    """Whether a function stands without brackets before a product in which something follows a call."""
    body = tree.args[0] if isinstance(tree.op, Op) and tree.op.elementwise else tree
    if body is tree or body.op != "product" or body.fenced:
        return False
    return any(a.op in ("call", "unknown") for a in body.args[:-1])


def begins_with_d(side: Side) -> bool:
    """Whether a side is one product without brackets behind a d."""
    tree = side.parsed
    return tree is not None and tree.op == "product" and _head(tree.args[0]).op == "differential"


def differential_alone(side: Side) -> bool:
    r"""Whether a side is a d and what it stands before: `df`, `d\operatorname{tr}(X)`."""
    tree = side.parsed
    return tree is not None and tree.op == "differential"


def sign_of_size(side: Side) -> bool:
    """Whether a side has a power of -1 with a number, which mostly is the size of a matrix: (-1)^3 det(A)."""
    powers = (t.args for t in side.nodes() if t.op == "power" and t.args[1].op == "number")
    return any(base.op == "sum" and base.data == (-1,) and base.args[0].op == "number" for base, _ in powers)


def _head(tree: Tree) -> Tree:
    """What a factor is without its transpose."""
    return tree.args[0] if tree.op is TRANSPOSE and not tree.args[0].fenced else tree


def is_call(side: Side) -> bool:
    """Whether a side is a call of a function, and nothing else."""
    return side.parsed is not None and side.parsed.op == "call"


def property_of_call(above: Side, side: Side) -> bool:
    """Whether two sides call one function of different things, which says of what kind it is: f(nw) = nf(w)."""
    left = above.parsed
    if left is None or left.op != "call":
        return False
    return any(t.op == "call" and t.data == left.data and _form(t) != _form(left) for t in side.nodes())


def _form(tree: Tree) -> tuple[object, ...]:
    """What a tree is apart from its place."""
    return tree.op, tree.data, tuple(map(_form, tree.args))


def called_by_variable(side: Side) -> bool:
    r"""Whether a letter before the bracketed variable of a derivative was read as a factor: `\frac{d^2x(t)}{dt^2}`."""
    for t in side.nodes():
        body = t.args[0] if t.op == "derivative" else None
        if body is not None and body.op == "product" and len(body.args) == 2:
            letter, inner = body.args
            if letter.op == inner.op == "name" and inner.fenced and inner.data.full == t.data.variable.data.full:
                return True
    return False


def own_adjoint(left: Expr, right: Expr) -> bool:
    r"""Whether a matrix is its own pseudo-inverse, which nobody says: `L^\dagger = L` is that it is self-adjoint."""
    return any(a.op is PSEUDOINVERSE and a.args[0] is b for a, b in ((left, right), (right, left)))


def inverts(e: Expr) -> bool:
    """Whether a side holds the inverse of more than a letter, as conditions do not."""
    return any(p.op is INVERSE and bared(p).op is not SYMBOL for p in postorder(e))


def in_parts(known: Known, before: frozenset[str], after: frozenset[str]) -> bool:
    """Whether something stands on one side in parts and on the other as a whole: x_i and X, p_i and p, k_x and k."""
    if not known.apart.isdisjoint(before | after):
        return True
    plain = {without_font(m) for m in before | after}
    if any(n.endswith("_0") and without_font(n[:-2]) in plain for n in before ^ after):
        return True  # entries that are counted from 0
    parts = Counter(without_font(n.partition("_")[0]) for n in before | after if "_" in n)
    if any(parts[without_font(n)] > 1 for n in before ^ after):
        return True
    families = {without_font(n) for n in before ^ after if n in known.symbols and known.symbols[n].data.indices}
    return any(without_font(n).lower() in families for n in before ^ after if without_font(n).isupper())


def by_dependent(known: Known, e: Expr) -> bool:
    """Whether a function is derived by two names of which one depends on the other: it is taken in parts then."""
    found: dict[Expr, set[str]] = {}
    for part in postorder(e):
        if part.op is DERIVATIVE and part.args[1].op is SYMBOL:
            found.setdefault(part.args[0], set()).add(part.args[1].data.name)
    return any(not (reached(known, frozenset((n,))) - {n}).isdisjoint(names) for names in found.values() for n in names)


def of_differentials(side: Side) -> bool:
    """Whether a side is a function of a differential, as only linear ones can be told."""
    return is_call(side) and any(t.op == "differential" for t in side.nodes())


def is_law(known: Known, left: Expr, right: Expr) -> bool:
    """Whether a derivative of a name is given by that name: a differential equation.

    Where the name has a definition, only one by a number, such as the time.
    """
    if left.op is not DERIVATIVE or left.args[0].op is not SYMBOL or left.args[0].data.name not in right.free:
        return False
    return left.args[1].scalar or left.args[0].data.name not in known.defined


def absent(known: Known, e: Expr) -> str:
    """The variable of a derivative in whose function it does not occur: something else must be meant."""
    while e.op in (TRANSPOSE, SCALE, EVALUATION):
        e = e.args[0]
    if e.op is not DERIVATIVE:
        return ""
    x = e.args[1].args[0] if e.args[1].op is ENTRY else e.args[1]
    return "" if x.data.name in reached(known, e.args[0].free) else str(x.data.name)


def nameless(known: Known, e: Expr) -> str:
    """The name that nothing explains, where a side is only that name, its differential or its derivative."""
    body = e.args[0] if e.op in (DERIVATIVE, DIFFERENTIAL) else e
    bare = body.op is SYMBOL and body.data.name not in known.defined and not body.data.indices
    if bare and e.op is DERIVATIVE and e.args[1] is body:
        return ""
    return str(body.data.name) if bare else ""


def expectation(known: Known, e: Expr) -> bool:
    """Whether an E stands in a side that nothing explains, and that is the sign of an expectation then."""
    return "E" in e.free and "E" not in known.declared | known.defined


def of_number(known: Known, e: Expr) -> bool:
    """Whether something is meant otherwise: capital letters are numbers, too, and the k of x^k counts steps.

    A function is taken of a matrix of which nothing says that it is one, or a power with a letter of a vector.
    """
    told = known.declared | known.defined
    for p in postorder(e):
        array = p.args[0] if p.op in FUNCTIONS and not p.args[0].scalar else None
        if array is not None and p.op is POWER and p.args[1].op is not NUMBER:
            return True
        if array is not None and ONE not in array.shape and not array.free <= told:
            return True
    return False


def other_pairing(side: Side) -> bool:
    r"""Whether a side has an inner product of its own, `\langle x,y\rangle_M`, which is none of vectors as they are."""
    pairs = ((a, b) for a, b in pairwise(side.items) if a.text == r"\rangle" and b.kind == "_" and b.body)
    return any(len(b.body[0]) != 1 or b.body[0][0].text not in USUAL_PAIRING for _, b in pairs)


def of_a_set(side: Side) -> bool:
    r"""Whether a side is all in braces, `\{\nabla f(x)\}`: a set."""
    return bool(side.items) and side.items[0].text == "{" and closing(side.items, 0) == len(side.items) - 1


def of_blocks(side: Side) -> bool:
    r"""Whether a side has a name like `\Sigma^{12}`: a block of a matrix rather than a power."""
    powers = (t.args for t in side.nodes() if t.op == "power")
    return any(base.op == "name" and above.op == "number" and above.data in BLOCKS for base, above in powers)


def bare_differentials(*sides: Expr) -> bool:
    """Whether only differentials of names are set equal: what is kept constant, or changes alike."""
    return all(e.op is DIFFERENTIAL and e.args[0].op is SYMBOL for e in sides)


def changed_identity(side: Side) -> bool:
    """Whether a side has a primed identity, `I'`: another matrix, as nobody transposes that one."""
    return any(t.op is TRANSPOSE and t.data == "'" and _is_identity(t.args[0]) for t in side.nodes())


def _is_identity(tree: Tree) -> bool:
    return tree.op == "identity" or (tree.op == "name" and without_font(tree.data.base) in ("I", "J"))
