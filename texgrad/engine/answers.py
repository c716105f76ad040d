"""How answers are judged and turned round before they are printed."""

from __future__ import annotations

from operator import eq

from texgrad.algebra import (
    COMPLEX,
    NUMBER,
    SCALE,
    SUM,
    SYMBOL,
    Expr,
    add,
    bits,
    occurrences,
    postorder,
    scale,
    split,
    substitute,
    terms,
    transform,
)
from texgrad.engine.derivation import Line, Question
from texgrad.engine.differentials import DENSE
from texgrad.operators import (
    BASIS,
    DET,
    DIMENSION,
    EXP,
    HADAMARD,
    INDEX_VALUE,
    INDEXED_SUM,
    INVERSE,
    LOGDET,
    POWER,
    PRODUCT,
    SINGLE,
    SOFTMAX,
    TRACE,
    TRANSPOSE,
    derivative,
    factors,
    frobenius,
    indexed_sum,
    of_member,
    part_of,
    product,
    single_entry,
)
from texgrad.tidy import ENTRY_OF_PRODUCT, apply, by_entries, expanded, final, is_mask, restated, stacked
from texgrad.wanted import Wanted

LONG = 60  # leaves and operators that an answer may have before names are kept in it
SEVERAL = 3  # finished terms that are written in every line of a deep function
COMPUTED = frozenset((DET, TRACE, LOGDET))  # numbers worked out of matrices, which follow letters
SWELLING = 24  # leaves and operators before a differential that is to be opened, from which on they get a name



def once(full: Expr) -> bool:
    """Whether an answer with everything written out says nothing twice, so that names would not shorten it."""
    count = occurrences(full)
    return full.length <= LONG and all(count[e] < 2 for e in count if e.length > 3)


def drawn_before(G: Expr, name: Expr) -> Expr:
    """fA + fB as f(A + B), for the name of a function that all terms have for a factor."""
    own, body = split(G)
    parts = [(s, *factors(b)) for s, b in map(split, terms(body))]
    if body.op is not SUM or not all(name in scalars for _, scalars, _ in parts):
        return G
    left = (scale(s, product(*(x for x in scalars if x is not name), product(*chain))) for s, scalars, chain in parts)
    return scale(own, product(name, add(*left)))


def positive_first(G: Expr) -> Expr:
    """p − y for −y + p, where y or p is a single letter, b − a for −(a − b), and ½(b − a) for ½(−a + b)."""
    if G.op is SCALE and G.data == -1 and G.args[0].op is SUM and len(G.args[0].args) == 2:
        first, last = (scale(-1, t) for t in G.args[0].args)
        return add(last, first) if split(first)[0] < 0 < split(last)[0] else G
    if G.op is SCALE and G.data > 0 and _led_by_minus(G.args[0]):
        return scale(G.data, add(*reversed(G.args[0].args)))
    own, body = split(G.args[0]) if G.op is SUM else (1, G)
    if own >= 0 or split(G.args[1])[0] < 0:
        return G
    alone = len(G.args) == 2 and _letter(G.args[1])
    return add(*G.args[1:], G.args[0]) if alone or body.op is BASIS or _letter(body) else G


def _letter(e: Expr) -> bool:
    """Whether it is a single letter, transposed or inverted."""
    while e.op in (TRANSPOSE, INVERSE):
        e = e.args[0]
    return e.op is SYMBOL


def letters_first(G: Expr, question: Question) -> Expr:
    """kf(X)A for f(X)kA, kaₖx for aₖkx and (b − a)x for (−a + b)x, where these are not as the author has them."""
    def change(part: Expr) -> Expr | None:
        scalars, chain = factors(part)
        ordered = sorted(scalars, key=lambda s: 0 if _counting(s) else 2 if s.op in COMPUTED else 1)
        turned = [add(*f.args[1:], f.args[0]) if _led_by_minus(f) and not _given(f, question) else f for f in chain]
        return product(*ordered, *turned) if [*ordered, *turned] != [*scalars, *chain] else None

    return sign_inside(transform(G, change, PRODUCT.bit, PRODUCT.bit), question)


def sign_inside(e: Expr, question: Question) -> Expr:
    """(b − a)x for −(a − b)x, Σ(b − a)x for −Σ(a − b)x, where the author does not write the difference."""
    own, body = split(e)
    turned = _turned(body, question) if own < 0 and body.ops & SUM.bit else None
    return e if turned is None else scale(-own, turned)


def _turned(e: Expr, question: Question) -> Expr | None:
    """(b − a)x for the (a − b)x of −(a − b)x or −Σ(a − b)x; None where it is the author's own, or 1 − b."""
    if e.op is INDEXED_SUM:
        inner = _turned(e.args[0], question)
        return None if inner is None else indexed_sum(inner, e.data)
    for k, f in enumerate(e.args if e.op is PRODUCT else ()):
        signs = [split(t)[0] > 0 for t in f.args] if f.op is SUM else []
        if signs == [True, False] and f.args[0].op is not NUMBER and not _given(f, question):
            return product(*e.args[:k], add(*(scale(-1, t) for t in reversed(f.args))), *e.args[k + 1 :])
    return None


def _given(e: Expr, question: Question) -> bool:
    """Whether the author writes the difference, of these members or of others; one side may have a name by now."""
    written = postorder(question.expression, *(d for _, d in question.definitions), only=SUM.bit)
    sides = [*map(_names, e.args)]
    return any(len(p.args) == 2 and any(map(eq, map(_names, p.args), sides)) for p in written if p.op is SUM)


def _names(e: Expr) -> tuple[bool, frozenset[str]]:
    """The sign of a term, and the names in it without those of indices."""
    return split(e)[0] < 0, frozenset(name for name in e.free if name[0] != "#")


def _counting(s: Expr) -> bool:
    """Whether it is the value of an index, or a size that divides: 1/(nh)."""
    return s.op is INDEX_VALUE or (s.op is POWER and s.args[0].op is DIMENSION)


def _led_by_minus(e: Expr) -> bool:
    return e.op is SUM and split(e.args[0])[0] < 0 < split(e.args[1])[0] and len(e.args) == 2


def said_shorter(forms: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """The forms of an answer and, where a well-known function makes the last one much shorter, that one after them."""
    short = restated(forms[-1])
    return forms if short is None else (*forms, short)


def said_longer(forms: tuple[Expr, ...]) -> Expr:
    """The last form of an answer before it was said shorter."""
    return forms[-2] if len(forms) > 1 and restated(forms[-2]) is forms[-1] else forms[-1]


LASTING = bits(SOFTMAX, EXP)  # one of which stands in the definition of every name that may stay in an answer


def keeps(answer: Expr, name: Expr, definition: Expr) -> bool:
    """Whether a name stays in the answer.

    It stands for a softmax and is written several times, for a long product with an exponential, or for a density of a
    mixture.
    """
    if definition.op is SOFTMAX:
        return occurrences(answer).get(name, 0) > 1
    body = split(definition)[1]
    return is_density(body) and (body.length >= DENSE or bool(name.data.indices))


def keeps_own(question: Question) -> bool:
    """Whether the name that the author gave the function stays in the answer: that of a long exponential."""
    body = split(question.expression)[1]
    return question.named_by_author and body.length >= DENSE and (body.op is EXP or is_density(body))


def is_density(e: Expr) -> bool:
    """Whether it is a product of numbers with an exponential among them."""
    body = split(e)[1]
    return body.op is PRODUCT and any(a.op is EXP for a in body.args)


def awkward(definition: Expr) -> bool:
    """Whether it cannot be put back as a plain parenthesis: a Hadamard product with a sum in it, unless by a mask."""
    body = split(definition)[1]
    if body.op is not HADAMARD:
        return False
    others = [a for a in body.args if split(a)[1].op is not SUM]
    return len(others) < len(body.args) and not (others and all(map(is_mask, others)))


def put_back(e: Expr, definitions: dict[Expr, Expr]) -> Expr:
    """`e` with every name written out, names within definitions too."""
    spoken = set(e.free)
    needed: list[Expr] = []
    for name, definition in reversed(definitions.items()):
        if name.data.name in spoken:
            needed.append(name)
            spoken |= definition.free
    full: dict[Expr, Expr] = {}
    by_name: dict[str, list[Expr]] = {}

    def known(part: Expr) -> dict[Expr, Expr]:
        near = {s: full[s] for name in part.free if name in by_name for s in by_name[name]}
        if any(s.data.indices for s in near):
            symbols = (s for s in postorder(part, only=SYMBOL.bit) if s.op is SYMBOL and s not in near)
            near |= {s: of_member(full[own], own, s) for s in symbols for own in by_name.get(s.data.name, ())[:1]}
        return near

    for name in reversed(needed):
        definition = definitions[name]
        full[name] = substitute(definition, known(definition))
        by_name.setdefault(name.data.name, []).append(name)
    return substitute(e, known(e))


def component_line(f: Expr, wanted: Wanted, G: Expr) -> Line:
    """∂f/∂X_ij = G:E_ij = G_ij."""
    left = derivative(f, part_of(wanted.variable, *wanted.entry))
    whole = part_of(expanded(G) if G.ops & SINGLE.bit else G, *wanted.entry)
    summed = stacked(whole)
    picked = by_entries(whole if summed is whole else final(summed))
    shorter = final(picked)
    picked = shorter if shorter.length < picked.length else picked
    single = not whole.scalar or len(wanted.entry) == 1
    sides = (picked,) if single else (frobenius(G, single_entry(*wanted.entry)), picked)
    plain, used = apply(picked, ENTRY_OF_PRODUCT)
    return Line(left, said_shorter((*sides, plain) if used else sides), "=", ("components", *used))


def names_put_back(G: Expr, own: dict[Expr, Expr]) -> Expr:
    """A complex gradient with the names put back that stand for what other names stand in, if it stays short."""
    if not G.ops & COMPLEX.bit:
        return G
    deep = {s: d for s, d in own.items() if any(o.data.name in d.free for o in own)}
    plain = final(put_back(G, deep))
    return plain if plain.length <= G.length + SWELLING else G
