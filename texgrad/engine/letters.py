"""Letters: which one a name or an index gets, in which font, and the symbol that bears it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from operator import attrgetter

from texgrad.algebra import SYMBOL, Expr, holds, index_data, index_key, postorder, symbol
from texgrad.engine.derivation import Name, Question
from texgrad.immutable import immutable
from texgrad.operators import COLUMN, ENTRY, HERMITIAN, ROW, SOFTMAX, hermitian, is_complex, listed, transpose
from texgrad.shapes import ONE, Dim, Index

# role -> letters for a scalar, a vector, a matrix, best first
LETTERS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "squared norm": (("s",), ("e", "r", "u"), ("M", "E", "R", "N")),
    "norm": (("s",), ("r", "e", "u"), ("M", "R", "E", "N")),
    "argument": (("z", "u", "t"), ("z", "u", "a"), ("Z", "U", "A")),
    "value": (("h", "s", "g"), ("h", "a", "g"), ("H", "G", "F")),
    "inverse": (("s", "t"), ("s", "t"), ("S", "K", "Q", "P")),
    "repeated": (("s", "t", "c"), ("w", "r", "v", "u"), ("B", "C", "D", "E")),
    "delta": ((r"\delta", r"\eta"), (r"\delta", r"\eta"), (r"\Delta", r"\Gamma")),
    "before": (("l",), ("l",), ("L", "P", "U")),
    "after": (("r",), ("r",), ("R", "S", "V")),
    "probabilities": (("p", "q"), ("p", "q", "s"), ("P", "Q", "S")),
    "density": (("q", "h", "g"), ("q",), ("Q",)),
    "E_*": ((), ("e_{i^*}", "e_{k^*}", "e_{l^*}"), ("E_{i^*j^*}", "E_{k^*l^*}", "E_*")),
    "peak": ((), ("p", "q", "t"), ("P", "Q", "T")),
}
NOUN_LETTERS: Mapping[str, tuple[str, ...]] = {
    "v": ("v", "q", "z"), "u": ("u", "w", "s"), "U": ("U", "P"), "V": ("V", "Q"),
    "e_{i^*}": ("e_{i^*}", "e_{k^*}", "e_{l^*}"),
}
KINDS = ("scalar", "vector", "matrix")
SUBSCRIPT = re.compile(r"_\{?([a-z])(?![a-z])")


def index_letters(question: Question, first: str) -> tuple[str, ...]:
    """Letters for new indices, those of `first` before others; none is an index or a name of the question already.

    Those that the page uses elsewhere come last.
    """
    bodies = (question.expression, *(d for _, d in question.definitions))
    taken: set[str] = set()
    for e in postorder(*bodies):
        own = e.data.name if e.op.member else e.data
        taken |= {d if isinstance(d, str) else d.name for d in (own, *index_data(e)) if isinstance(d, (Index, str))}
        taken |= set(SUBSCRIPT.findall(e.data.name)) if e.op is SYMBOL else set()  # the k of a name x_k
    for w in question.wanted:
        own = (*w.variable.data.indices, *(w.second.data.indices if w.second is not None else ()))
        taken |= {i.name for i in (*w.entry, *w.second_entry, *w.function_entry, *own)}
    free = [x for x in dict.fromkeys(first + "rsuvpqabcgh") if x not in taken]
    return tuple(sorted(free, key=lambda x: x in question.taken))


def kind_of(e: Expr) -> int:
    """0 for a scalar, 1 for a vector, 2 for a matrix."""
    return 0 if e.scalar else 1 if ONE in e.shape else 2


@immutable
class Draft:
    """A name that waits for its letter."""

    symbol: Expr
    definition: Expr
    role: str
    suffix: str = ""


def known_of(e: Expr) -> tuple[str, ...]:
    """What a name for `e` is assumed to be: symmetric, complex, Hermitian."""
    square = e.shape[0] == e.shape[1] and not e.scalar
    known = ("symmetric",) if square and transpose(e) is e else ()
    if e.op is SOFTMAX and e.shape[1] == ONE:
        known = ("probability vector",)
    if not is_complex(e):
        return (*known, "nonnegative") if e.op.nonnegative else known
    return (*known, "complex", HERMITIAN) if square and hermitian(e) else (*known, "complex")


def indices_of(e: Expr) -> tuple[Index, ...]:
    """The indices that are free in `e`, in order of appearance."""
    if not any(key[0] == "#" for key in e.free):
        return ()
    found: dict[Index, None] = {}
    for part in postorder(e):
        for i in index_data(part):
            if isinstance(i, Index) and not i.fixed and i.name not in {f.name for f in found}:
                found[i._replace(size=i.size + Dim.of(-i.first) if i.first else i.size, shift=0, first=0)] = None
    return tuple(i for i in found if index_key(i) in e.free)


# what leaves the Frobenius product as a basis vector
PICKING = frozenset((ENTRY, ROW, COLUMN))


def assigned(drafts: Iterable[Draft], question: Question) -> dict[Expr, Expr]:
    """A letter for every draft: the first free one of its role, numbered where several share it.

    A family has one for itself, since it bears an index already.
    """
    groups: dict[tuple[str, int, str, Expr | None], list[Draft]] = {}
    for d in drafts:
        family = d.symbol if d.symbol.data.indices else None
        groups.setdefault((d.role, kind_of(d.symbol), d.suffix, family), []).append(d)
    taken, beside = set(question.taken), frozenset(map(_other_case, question.expression.free))
    if holds(question.expression, *PICKING):
        taken.add("e")  # the basis vectors are called so
    out: dict[Expr, Expr] = {}
    for (role, kind, suffix, _), members in groups.items():
        if suffix:
            out |= _with_suffix(members, role, kind, question)
            continue
        letter = free_letter(role, kind, taken, question.fonts, beside)
        taken.add(letter)
        for count, d in enumerate(members, 1):
            name = letter if len(members) == 1 else numbered(letter, str(count))
            out[d.symbol] = _renamed(d.symbol, name)
    return out


def _other_case(name: str) -> str:
    r"""The small letter for a capital and the other way round, `w` for `\mathbf{W}`."""
    return name.rstrip("}")[-1:].swapcase()


def _with_suffix(members: Iterable[Draft], role: str, kind: int, question: Question) -> dict[Expr, Expr]:
    """Names such as `u_1`, with a letter for each matrix that the vector belongs to."""
    taken, out = set(question.taken), {}
    for d in members:
        letter = free_letter(role, kind, taken, question.fonts)
        taken.add(letter)
        out[d.symbol] = _renamed(d.symbol, letter + d.suffix)
    return out


def _renamed(e: Expr, name: str) -> Expr:
    s = e.data
    return symbol(name, s.shape, s.assume, s.indices)


def free_letter(
    role: str, kind: int, taken: set[str], fonts: Mapping[str, str], beside: frozenset[str] = frozenset()
) -> str:
    """The first letter of the role that is not taken, in the author's font; numbered when all are.

    beside: letters that are rather not taken, since they look like others.
    """
    font = "#1" if role.endswith("^*") else fonts.get(KINDS[kind], "#1")  # an index
    letters = LETTERS[role][kind] if role in LETTERS else NOUN_LETTERS.get(role, (role,))
    if letters[0].startswith("\\"):
        font = font.replace(r"\mathbf", r"\boldsymbol")  # which sets Greek letters in bold, too
    free = [x for x in letters if x not in taken and font.replace("#1", x) not in taken]
    if free:
        return font.replace("#1", next((x for x in free if x not in beside), free[0]))
    first = letters[0]
    found = (numbered(first, str(n)) for n in range(1, 1000))
    return font.replace("#1", next(name for name in found if name not in taken))


def numbered(letter: str, number: str) -> str:
    """A letter with a number, which stands at the index where the letter has one: `e_{i_1^*}`."""
    mark = "_" + (number if len(number) == 1 or number.startswith("{") else f"{{{number}}}")
    return letter.replace("^*", mark + "^*") if "^*" in letter else letter + mark


_NAME = attrgetter("symbol.data.name")


def noun_role(e: Expr) -> str:
    """The role of what only words can say; members of families, which bear their own index, may have another one."""
    row = listed(e.args[0])  # i^* for the index i
    return e.op.letters[-1 if indices_of(e) else 0] if row is None else e.op.letters[0].replace("#", row[1].name)


def noun_suffix(e: Expr) -> str:
    """What stands below the letter for what only words can say, which eigenvalue it belongs to; not beside an index."""
    which = e.data[0] if isinstance(e.data, tuple) and not indices_of(e) else ""
    word = which if isinstance(which, str) else ""
    return f"_{word}" if word.isdigit() else f"_{{\\{word}}}" if word else ""


def noun_name(e: Expr, question: Question, names: tuple[Name, ...]) -> Name:
    """A name for what only words can say; letters that others bear with the same subscript are taken."""
    suffix = noun_suffix(e)
    taken = {*question.taken, *(_NAME(n).removesuffix(suffix) for n in names)}
    letter = free_letter(noun_role(e), kind_of(e), taken, question.fonts)
    return Name(symbol(letter + suffix, e.shape, known_of(e), indices_of(e)), e)


def new_name(
    role: str, definition: Expr, question: Question, names: tuple[Name, ...], like: Expr | None = None
) -> Name:
    """A name for `definition` in the given role; numbered as the name `like` is."""
    taken = {*question.taken, *map(_NAME, names)}
    letter = free_letter(role, kind_of(definition), taken, question.fonts)
    if like is not None and "_" in like.data.name:
        base = free_letter(role, kind_of(definition), set(question.taken), question.fonts)
        alike = numbered(base, like.data.name.split("_", 1)[1])
        letter = letter if alike in taken else alike
    return Name(symbol(letter, definition.shape, known_of(definition), indices_of(definition)), definition)

