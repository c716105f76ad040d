"""Names for what recurs: compound arguments of norms, functions and inverses, and compounds that are written again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from texgrad.algebra import (
    SCALE,
    SUM,
    SYMBOL,
    Expr,
    bits,
    holds,
    number,
    occurrences,
    postorder,
    rebuild,
    scale,
    split,
    substitute,
    symbol,
    telling_names,
)
from texgrad.engine.answers import put_back
from texgrad.engine.chains import LONG, Pair, Sides, sides_of
from texgrad.engine.derivation import MOST_WRITTEN, Name, Question
from texgrad.engine.differentials import density_rates
from texgrad.engine.letters import Draft, assigned, indices_of, known_of, noun_role, noun_suffix
from texgrad.engine.refused import TooLong
from texgrad.engine.scope import Scope
from texgrad.operators import (
    CONJUGATE,
    DET,
    EIGENVALUE,
    ENTRY,
    FROBENIUS,
    HADAMARD,
    INDEXED_SUM,
    INVERSE,
    KRONECKER,
    LOG,
    LOGDET,
    LOGSUMEXP,
    MATRIX_POWER,
    MAX_NORM,
    MAXIMUM,
    MINIMUM,
    NORM,
    NUCLEAR,
    POWER,
    POWER_NORM,
    PRODUCT,
    SINGULAR_VALUE,
    SOFTMAX,
    SPECTRAL,
    SUM_NORM,
    SUM_OF_ROW_NORMS,
    TABLE,
    TRANSPOSE,
    UNKNOWN_FUNCTION,
    differential,
    factors,
    listed,
)
from texgrad.shapes import ONE
from texgrad.tidy import same_letters

# operators whose differential speaks of something that only words can name, such as an eigenvector
ANNOUNCING = frozenset((EIGENVALUE, SINGULAR_VALUE, SPECTRAL, NUCLEAR, MAXIMUM, MINIMUM, MAX_NORM, SUM_OF_ROW_NORMS))
LAYERS = bits(*(op for op in TABLE if op.letters and (op.elementwise or op is SOFTMAX)))
ANNOUNCED = bits(*ANNOUNCING, *(op for op in TABLE if op.noun))


Drafts = dict[Expr, Draft]  # what is named -> its name


def named(question: Question, scope: Scope) -> tuple[Expr, tuple[Name, ...], Mapping[Expr, tuple[Pair, ...]]]:
    """The function with its recurring compounds named, and all names, in the order in which they can be evaluated.

    The last of the three: what stands beside the factors of long products, which have names too.
    """
    drafts: Drafts = {}
    authors = _of_author(question, scope, drafts)
    f = _with_names(same_letters(question.expression), scope, drafts)
    f = _with_repeated(f, scope, drafts)
    f = _wherever(f, drafts)
    _announced(f, drafts, scope)
    long = _long_products(f, drafts, scope)
    letters = assigned(drafts.values(), question) | _known_nouns(drafts, question)
    by_name = {d.symbol.data.name: d.symbol for d in drafts.values()}

    def with_letters(e: Expr) -> Expr:
        inner = [by_name[name] for name in e.free if name in by_name]
        return substitute(e, {s: letters[s] for s in inner}) if inner else e

    introduced = [Name(letters[d.symbol], with_letters(d.definition)) for d in drafts.values()]
    again = {n.symbol for n in introduced}
    final: list[Name] = []
    done = 0
    for own, definition, count in authors:
        final += introduced[done:count]
        done = count
        if own not in again:
            final.append(Name(own, with_letters(definition), introduced=False))
    final += introduced[done:]
    telling = telling_names(letters)

    def lettered(side: Sides) -> Sides:
        return tuple(substitute(e, letters, telling) for e in side)

    sides = {substitute(e, letters, telling): tuple((lettered(a), lettered(b)) for a, b in own)
             for e, own in long.items()}  # fmt: skip
    return substitute(f, letters, telling), tuple(final), sides


def _of_author(question: Question, scope: Scope, drafts: Drafts) -> list[tuple[Expr, Expr, int]]:
    r"""The names of the author, what they stand for, and how many other names are needed for that.

    Arguments of functions are named in his definitions, too: z = Wx + b for his h = \tanh(Wx + b).
    """
    found: list[tuple[Expr, Expr, int]] = []
    for own, d in question.definitions:
        layer = d.ops & LAYERS and not d.scalar and scope.varies(d)
        definition = _with_names(d, scope, drafts) if layer else d
        found.append((own, definition, len(drafts)))
    return found


def _known_nouns(drafts: Drafts, question: Question) -> dict[Expr, Expr]:
    """The names that the question has already for what only words can say."""
    known = {definition: own for own, definition in question.definitions if definition.op.noun}
    own = {d.symbol: d.definition for d in drafts.values()} if known else {}
    full = {s: put_back(d, own) for s, d in own.items() if d.op.noun}
    return {s: known[d] for s, d in full.items() if d in known}


MOST_VARYING = MOST_WRITTEN // 36  # factors of a product: each takes so many letters and signs on the way


def _long_products(f: Expr, drafts: Drafts, scope: Scope) -> dict[Expr, tuple[Pair, ...]]:
    """What stands beside the varying factors of long products."""
    roots = [e for e in (f, *(d.definition for d in drafts.values())) if e.length > LONG]
    long = [e for e in postorder(*roots) if e.op is PRODUCT and len(e.args) >= LONG]
    if not long:
        return {}
    varying = _varying(scope, drafts)
    found: dict[Expr, tuple[Pair, ...]] = {}
    for e in long:
        moving = [a for a in e.args if scope.varies(a) or not a.free.isdisjoint(varying)]
        if len(moving) > MOST_VARYING:
            raise TooLong(f"a {e.op.name} of {len(e.args)} factors, of which {len(moving)} vary")
        found[e] = sides_of(e, frozenset(moving).__contains__, lambda p, role: _draft(p, role, drafts))
    return {e: pairs for e, pairs in found.items() if pairs}


def _announced(f: Expr, drafts: Drafts, scope: Scope) -> None:
    """Names for the eigenvectors and their like that the differential will speak of."""
    for e in postorder(*[e for e in (f, *(d.definition for d in drafts.values())) if e.ops & ANNOUNCED]):
        if e.op.noun:
            _draft(e, noun_role(e), drafts, noun_suffix(e))
        if e.op in ANNOUNCING and scope_varies(e, scope, drafts) and e.op.differential is not None:
            steps = map(differential, e.args)
            d = e.op.differential(*e.args, *steps, data=e.data)
            for p in postorder(d):
                if p.op.noun:
                    _draft(p, noun_role(p), drafts, noun_suffix(p))


def _wherever(f: Expr, drafts: Drafts) -> Expr:
    """A scalar `f` with names also where what they stand for is no argument: c'e beside e:e with e = Ax - b."""
    known = {d.definition: d.symbol for d in drafts.values() if d.definition is not f}
    return substitute(f, known) if known and f.scalar else f


def scope_varies(e: Expr, scope: Scope, drafts: Drafts) -> bool:
    """Whether `e` depends on a variable, itself or through a name that waits for its letter."""
    return scope.varies(e) or not e.free.isdisjoint(_varying(scope, drafts))


def _varying(scope: Scope, drafts: Drafts) -> set[str]:
    """The names that wait for their letters and depend on a variable, themselves or through others before them."""
    found: set[str] = set()
    for d in drafts.values():
        if scope.varies(d.definition) or not d.definition.free.isdisjoint(found):
            found.add(d.symbol.data.name)
    return found


def _draft(e: Expr, role: str, drafts: Drafts, suffix: str = "") -> Expr:
    """A name for `e`; `e` itself where that depends on what a set holds, as no index of the name would tell."""
    if e not in drafts:
        indices = indices_of(e)
        if any(i.drawn for i in indices):
            return e
        drafts[e] = Draft(symbol(f"?{len(drafts)}", e.shape, known_of(e), indices), e, role, suffix)
    return drafts[e].symbol


WEIGHT = 6  # leaves and operators of a summand within a logarithm, from which on it has a name
SHALLOW = 4  # functions of numbers in one another that are written out


def _layers(order: Iterable[Expr], scope: Scope) -> int:
    """How deep functions of numbers that vary stand in one another."""
    layers: dict[Expr, int] = {}
    for e in order:
        own = e.scalar and e.op.elementwise and scope.varies(e)
        layers[e] = max([layers[a] for a in e.args], default=0) + own
    return max(layers.values())


def _with_names(f: Expr, scope: Scope, drafts: Drafts) -> Expr:
    made: dict[Expr, Expr] = {}
    order = postorder(f)
    squared = {e.args[0] for e in order if e.op is POWER and e.args[0].op is NORM and e.args[1] is number(2)}
    deep = _layers(order, scope) > SHALLOW
    summands = _weights(order)
    for e in order:
        args = tuple([made[a] for a in e.args])
        if scope.varies(e):
            role = "squared norm" if e in squared else "argument" if e.op.elementwise else ARGUMENT_ROLES.get(e.op)
            args = tuple([_argument(a, role, drafts, scope) for a in args])
        new = rebuild(e, args)
        worth_a_name = (deep and e.op.elementwise) if e.scalar else bool(e.op.letters)
        if e is not f and worth_a_name and (e.op.noun or scope.varies(e)):
            new = _draft(new, noun_role(e) if e.op.noun else VALUE_ROLES.get(e.op, "value"), drafts)
        if e in summands and new.length >= WEIGHT and density_rates(e, scope, least=0) is not None:
            own, body = split(new)
            new = scale(own, _draft(body, "density", drafts))
        made[e] = new
    return made[f]


def _weights(order: Iterable[Expr]) -> set[Expr]:
    """What is summed within logarithms: of a mixture, the weighted densities."""
    sums = [split(e.args[0])[1] for e in order if e.op is LOG and e.scalar]
    return {s.args[0] for s in sums if s.op is INDEXED_SUM}


ARGUMENT_ROLES = {
    **dict.fromkeys((NORM, SUM_NORM, POWER_NORM, MAX_NORM, SINGULAR_VALUE, SPECTRAL, NUCLEAR,
                     SUM_OF_ROW_NORMS), "norm"),
    **dict.fromkeys((INVERSE, DET, LOGDET, EIGENVALUE), "inverse"),
    **dict.fromkeys((SOFTMAX, LOGSUMEXP, MAXIMUM, MINIMUM), "argument"),
}  # fmt: skip
VALUE_ROLES = {SOFTMAX: "probabilities"}


def _argument(argument: Expr, role: str | None, drafts: Drafts, scope: Scope) -> Expr:
    """The argument of an operator with its compound named, where a person would name it."""
    own, body = split(argument)
    unnamed = (SYMBOL, ENTRY, INVERSE, KRONECKER, MATRIX_POWER, UNKNOWN_FUNCTION)
    if role is None or not argument.free or body.op in unnamed or body.op.prime is not None or not body.args:
        return argument
    if body.op is PRODUCT and _letters(*factors(body)):
        return argument
    if body.op is POWER and body.args[0].op in (SYMBOL, ENTRY, NORM):
        return argument
    if body.op is PRODUCT and not any(f.args for f in body.args) and body.scalar:  # \log(2\pi\sigma^2)
        return argument
    if role == "argument" and (not _affine(body, scope) or _plain_sum(body)):
        return argument
    if _turned_symbol(body) or listed(body) is not None:
        return argument
    named_body = _draft(body, role, drafts)
    return SCALE(named_body, data=own) if own != 1 else named_body


def _letters(scalars: tuple[Expr, ...], chain: tuple[Expr, ...]) -> bool:
    """Whether a product is of a symbol, or its inverse, and numbers, or of numbers that are letters or entries only."""
    plain = [f.args[0] if f.op is INVERSE else f for f in chain]
    if chain:
        return [f.op for f in plain] == [SYMBOL]
    return all(s.op is ENTRY or not s.args for s in scalars)


def _turned_symbol(e: Expr) -> bool:
    """Whether it is a symbol, transposed, conjugated, or both."""
    while e.op in (TRANSPOSE, CONJUGATE):
        e = e.args[0]
    return e.op is SYMBOL


def _plain_sum(e: Expr) -> bool:
    """Whether it is a sum such as 1 − h, of names and constants without factors."""
    return e.op is SUM and not e.scalar and not any(split(t)[1].args for t in e.args)


def _affine(e: Expr, scope: Scope) -> bool:
    """Whether it is a product, or a sum of products, with no function of one variable in it, but for what is fixed."""
    if e.op is SUM and all(split(a)[1].op in (SYMBOL, ENTRY) or not a.args for a in e.args) and e.scalar:
        return False
    return e.op in (PRODUCT, SUM, HADAMARD, FROBENIUS, POWER) and not any(
        p.op.elementwise or (p.op is POWER and p is not e and (p.scalar is e.scalar or scope.varies(p)))
        for p in postorder(e)
    )


def _with_repeated(f: Expr, scope: Scope, drafts: Drafts) -> Expr:
    """Sums that would be written twice or more get a name, if they are no scalars."""
    if not holds(f, SUM):
        return f
    count = occurrences(f)
    for e in postorder(f):
        if e.op is SUM and not e.scalar and count.get(e, 0) >= 2 and e.shape[1] == ONE:
            return _with_repeated(substitute(f, {e: _draft(e, "repeated", drafts)}), scope, drafts)
    return f


