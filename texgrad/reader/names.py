"""What a name in a formula refers to: a symbol, a member of a family, an entry, an identity, a size."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, field

from texgrad.immutable import immutable
from texgrad.reader.fields import REALS, Field
from texgrad.reader.items import Items, canonical
from texgrad.reader.tree import MEMBER, Name, Tree
from texgrad.remembered import remembered
from texgrad.shapes import ONE, SCALAR, Dim, Shape, shape_of
from texgrad.source import Span

SCALAR_KIND, VECTOR_KIND, MATRIX_KIND, ROW_KIND = range(4)
_RANKS: Mapping[str, tuple[tuple[int, int], ...]] = {
    "upper": ((0, MATRIX_KIND), (2, VECTOR_KIND), (3, SCALAR_KIND)),
    "count": ((0, MATRIX_KIND), (1, SCALAR_KIND), (2, VECTOR_KIND)),
    "lower": ((0, VECTOR_KIND), (2, SCALAR_KIND), (5, MATRIX_KIND)),
    "greek": ((0, SCALAR_KIND), (1, VECTOR_KIND), (5, MATRIX_KIND)),
    "constant": ((0, SCALAR_KIND), (2, VECTOR_KIND), (5, MATRIX_KIND)),
    "numbered": ((0, SCALAR_KIND), (1, VECTOR_KIND), (5, MATRIX_KIND)),
    "bold lower": ((0, VECTOR_KIND), (5, MATRIX_KIND), (7, SCALAR_KIND)),
    "bold upper": ((0, MATRIX_KIND), (4, VECTOR_KIND), (7, SCALAR_KIND)),
}
BOLD = re.compile(r"\\(?:mathbf|boldsymbol|bm|pmb|vec|textbf|symbf\w*|mathbfit|bold|v[abu]|overrightarrow|underline)\b")
_DRESS = re.compile(
    r"\\(?:hat|check|tilde|bar|breve|acute|grave|dot|ddot|wide\w+|overline|underline|overrightarrow|math[a-z]+|text\w+|"
    r"symbf\w*|symit|symup|bold|boldsymbol|bm|pmb|vec|v[abu])(?![A-Za-z])"
)  # fmt: skip
GRADIENT = r"\nabla"  # what the name of a gradient at a point begins with
IDENTITY = re.compile(r"(?:\\(?:math(?:bf|rm|bb|bbm|ds|sf|it)|boldsymbol|bm|pmb|textbf)\{)?(?:I|Id)\}?")
CROSSES = frozenset((r"\times", "×", "x", "*"))  # between sizes
MAX_FACTORS = 3  # of one size
COUNTS = frozenset("NT")  # capital letters for how many there are
_CONSTANTS = frozenset("ijklmn")
_NUMBERED = re.compile(r"_\{?\d")
_OF_NUMBERS = ("f", "g", "h", r"\phi", r"\varphi", r"\psi")
FUNCTION_NAMES = frozenset((*_OF_NUMBERS, "F", "G", "H", r"\Phi", r"\Psi"))
OF_NUMBERS = frozenset(f"{name}()" for name in _OF_NUMBERS)
POWER_H = "^H"  # among the names that are known, where H is a number: as a superscript, it is the power then
DENSITIES = frozenset(("p", "q", "P", r"\pi", r"\Pr", r"\mathbb{P}", r"\mathcal{P}"))
COUNTING = frozenset("ijklmnst")  # letters that count where they stand below names in a sum without an index
INDEX_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")


def letters_below(name: Name) -> tuple[str, ...]:
    """The letters below a name when they could be indices, shifted ones among them."""
    return tuple(unshifted(i)[0] for i in index_names(name.sub, INDEX_LETTERS) or ())


def signature(letter: str, args: Sequence[Tree]) -> str:
    r"""The name of a density, which what it is called with tells: `p(x\mid z)` and `p(z)` are of two."""
    return f"{letter}({', '.join(a.data.base if a.op == 'name' else '' for a in args)})"


def of_density(name: str) -> bool:
    """Whether a name is the signature of a density."""
    return name.endswith(")") and name.partition("(")[0] in DENSITIES


def indices_on(tree: Tree) -> tuple[str, ...]:
    """The letters of what stands below a name, an entry, a row or a member of a family of functions."""
    if tree.op == "name":
        return tuple([i.text for i in tree.data.sub]) if tree.data.sub else ()
    if tree.op == "entry":
        return tuple(i.text for i in tree.data)
    if tree.op == "unknown":
        return tuple(i.text for i in tree.data.at)
    if tree.op == "call":
        return (m[2],) if (m := MEMBER.fullmatch(tree.data)) else ()
    return (tree.data[1],) if tree.op == "line" else ()


def subscript(name: Name) -> tuple[str, ...]:
    """The letters below a name when they could be indices."""
    letters: list[str] = []
    for kind, text, *_ in name.sub:
        if text == ",":
            continue
        if kind != "name" or text not in INDEX_LETTERS:
            return ()
        letters.append(text)
    return tuple(letters)


@immutable
class Declared:
    """What was said of a name: shape and properties; `indexed` for a family, of `family` members if known.

    kind: vector or matrix, where only that was said.
    """

    shape: Shape | None = None
    assume: frozenset[str] = frozenset()
    family: Dim | None = None
    indexed: bool = False
    kind: int | None = None

    @property
    def vector(self) -> bool:
        """Whether it is said to be a vector."""
        return self.kind == VECTOR_KIND if self.shape is None else self.shape[1] == ONE != self.shape[0]


@immutable
class Called:
    """What was said of a function without a formula: the shapes of its value and its argument, and whose function."""

    shape: Shape | None = None
    argument: Shape | None = None
    of: str = ""


@dataclass
class Scope:
    """Everything known about names before a formula is typed.

    declared: canonical names. functions: those without a formula. indices: free indices and their sizes, None where
    unknown. whole: names that stand without an index somewhere. sizes: names of sizes. defined: names with a definition
    that is needed. bound: indices of sums somewhere in the formula; members: names with one of them below.
    varied: the variables of the derivatives; gradient: whether they stand below a nabla.
    strict: no name may be unknown. layout: that of derivatives inside formulas, "" for whichever fits.
    field: which of the names are complex.
    norms: `spectral` or `Frobenius` where the words call ‖X‖₂ so.
    places: where names are declared.
    by_entries: whether `*` is the Hadamard product.
    units: whether e_i and E_{ij} are unit vectors and matrices.
    from_zero: whether sums that start at 0 are over all there is.
    numbered: names such as x_1 that are entries, each with what it is an entry of, and its place.
    masked: whether conditions below sums leave terms out. sets: those in them, and whether they hold pairs.
    """

    declared: dict[str, Declared] = field(default_factory=dict)
    functions: Mapping[str, Called] = field(default_factory=dict)
    indices: dict[str, Dim | None] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    sizes: set[str] = field(default_factory=set)
    defined: set[str] = field(default_factory=set)
    strict: bool = False
    bound: frozenset[str] = frozenset()
    members: Collection[str] = frozenset()
    places: Mapping[str, Span] = field(default_factory=dict)
    varied: frozenset[str] = frozenset()
    gradient: bool = False
    layout: str = ""
    sets: Mapping[str, int] = field(default_factory=dict)
    numbered: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    field: Field = REALS
    norms: str = ""
    units: bool = False
    by_entries: bool = False
    masked: bool = False
    from_zero: bool = False

    def own(self, name: str) -> bool:
        """Whether `name` is more than a number: `e` is called one by those who mean Euler's."""
        known = self.declared.get(name)
        return name in self.defined | self.varied or (known is not None and (self.strict or known.shape != SCALAR))

    def square(self, name: str) -> bool:
        """Whether what was declared by this name may be a square matrix."""
        known = self.declared.get(name)
        return known is not None and (known.shape is None or known.shape[0] == known.shape[1] != ONE)

    def called(self, name: str) -> Called:
        """What was said of a function, or of another member of its family."""
        others = (called for key, called in self.functions.items() if key.startswith(name + "_"))
        return self.functions.get(name) or next(others, Called())

    def knows(self, name: str) -> bool:
        """Whether something was said of `name`, or it is defined."""
        return name in self.declared or name in self.defined


@immutable
class Reference:
    """What a name stands for: a role, the canonical name of the symbol behind it, and the indices it carries."""

    role: str
    key: str = ""
    indices: tuple[str, ...] = ()


@remembered(size=lambda _, name: len(name))  # what it gives stands in a table
def ranks(name: str) -> tuple[tuple[int, int], ...]:
    """The kinds that a name may have by convention, with what each costs, cheapest first; `f()` is a function."""
    if name in OF_NUMBERS:
        return _RANKS["greek"]
    if name.startswith(GRADIENT):
        return _RANKS["bold upper" if "^2" in name.split(" ")[0] else "bold lower"]
    name = name.removesuffix("()")
    bare = re.sub(r"[_^].*", "", _DRESS.sub("", name))
    bare = bare.strip("{}")
    letter = bare.lstrip("\\")[:1]
    upper = letter.isupper()
    if BOLD.search(name):
        return _RANKS["bold upper" if upper else "bold lower"]
    if upper:
        return _RANKS["count" if bare in COUNTS else "upper"]
    if bare.startswith("\\"):
        return _RANKS["greek"]
    constant = "numbered" if _NUMBERED.search(name) else "constant"  # means m_1 and m_2 are as likely as sizes
    return _RANKS["greek" if bare == "t" else constant if bare in _CONSTANTS else "lower"]


def capital(name: str) -> bool:
    """Whether a name is a capital letter, as matrices are, a Greek one among them."""
    return ranks(name)[0][1] == MATRIX_KIND or (name[:1] == "\\" and name[1:2].isupper())


def index_names(items: Items, indices: Container[str]) -> tuple[str, ...] | None:
    """The indices that a script consists of, numbers beside them from 1 too; None where it is a label."""
    if len(items) == 1:
        (item,) = items
        return (item.text,) if item.kind == "name" and item.text in indices else None
    names: list[str] = []
    numbers = sum(i.kind == "number" and i.text.isdigit() and int(i.text) > 0 for i in items)
    waiting = [i for i in reversed(items) if i.text != ","]
    while waiting:
        item = waiting.pop()
        if item.kind == "number" and numbers == 1 and item.text.isdigit() and int(item.text):  # x_{i1}
            names.append(item.text)
            continue
        if item.kind != "name" or item.text not in indices:
            return None
        sign, behind = waiting[-2:][::-1] if len(waiting) > 1 else (item, item)
        if sign.text in ("+", "-") and behind.kind == "number" and behind.text.isdigit():
            del waiting[-2:]
            names.append(item.text + sign.text + behind.text)
        else:
            names.append(item.text)
    return None if all(name.isdigit() for name in names) else tuple(names)


_SHIFTED = re.compile(r"(.+?)([+-]\d+)?")


def unshifted(name: str) -> tuple[str, int]:
    """The index in `t-1`, and how far it is shifted."""
    if len(name) == 1:
        return name, 0
    found = _SHIFTED.fullmatch(name)
    assert found is not None
    return found[1], int(found[2] or 0)


def parse_size(items: Items) -> Dim | None:
    """The size that items name, such as `n`, `2n` or `n+1`; None where they name none."""
    total: Dim | None = None
    term: Dim | None = None
    factor: Dim | None = None
    if len(items) > 4 and items[0].text == "(" and items[-1].text == ")":
        return parse_size(items[1:-1])
    for item in items:
        if item.text == "+" and term is not None:
            total, term = (term if total is None else total + term), None
        elif item.kind == "^" and factor is not None and canonical(item.body[0]) in ("2", "3"):
            assert term is not None
            term, factor = term * factor * (factor if canonical(item.body[0]) == "3" else ONE), None
        elif term is not None and len(term.names) == MAX_FACTORS:
            return None  # a word
        elif item.kind == "name" or (item.kind == "number" and item.text.isdigit() and int(item.text)):
            factor = Dim.of(int(item.text) if item.kind == "number" else item.text)
            term = factor if term is None else term * factor
        else:
            return None
    if term is None:
        return None
    return term if total is None else total + term


def parse_sizes(items: Items) -> Shape | None:
    r"""The shape that items such as `n \times p` name."""
    parts: list[Items] = [()]
    for item in items:
        if item.text in CROSSES and (item.kind == "op" or (len(parts) == 1 and len(items) == 3)):
            parts.append(())
        else:
            parts[-1] = (*parts[-1], item)
    sizes = [parse_size(p) for p in parts]
    if not 1 <= len(sizes) <= 2 or any(s is None for s in sizes):
        return None
    return shape_of(*(s for s in sizes if s is not None))


def resolve(name: Name, scope: Scope, indices: Mapping[str, object]) -> Reference:
    """What `name` refers to where the indices `indices` are bound or free."""
    full = name.full
    if "I" in full and IDENTITY.fullmatch(full) and full not in scope.defined | scope.varied and scope.square(full):
        return Reference("identity")
    if full in scope.numbered:
        return _indexed(*scope.numbered[full], scope)
    at = index_names(name.sub, indices) if name.sub else None
    numbered = at if name.sub else name.label.strip("()[]") in indices
    if scope.knows(full) and not (numbered and scope.knows(name.base)):
        declared = scope.declared.get(full)
        if declared is None or not declared.indexed:
            return Reference("symbol", full)
    base = name.base + (f"^{{{name.label}}}" if name.label else "")
    label = name.label.strip("()[]")
    if name.label and label in indices:
        digit = tuple(i.text for i in name.sub if i.kind == "number" and i.text.strip("0"))
        if at is not None or not name.sub or len(digit) == len(name.sub) == 1:
            base, at = name.base, (label, *(at or digit))  # x^{(i)}, x^{(i)}_j and x^{(i)}_1
    if at is not None:
        return _indexed(base, at, scope)
    if base == "K" and not scope.knows(full) and (sizes := _pair_of_sizes(name.sub, scope)) is not None:
        return Reference("commutation", base, sizes)
    if base in HALVES and not scope.knows(full) and len(name.sub) == 1 and name.sub[0].text in scope.sizes:
        return Reference(HALVES[base], base, (name.sub[0].text,))
    if full == r"\pi" and not scope.knows(full):
        return Reference("pi")
    if scope.field.complex and full in UNITS and full not in indices and not scope.knows(full):
        return Reference("imaginary")
    if not name.label and "I" in name.base and IDENTITY.fullmatch(name.base):
        return Reference("identity")
    if not name.label and name.base == r"\iota":
        return Reference("ones")
    if full in indices or full in scope.sizes:
        return Reference("index" if full in indices else "size", full)
    return Reference("symbol", full)


UNITS = frozenset(("i", "j", r"\mathrm{i}", r"\mathrm{j}", r"\imath", r"\jmath"))
HALVES: Mapping[str, str] = {"D": "duplication", "L": "elimination"}


def _pair_of_sizes(items: Items, scope: Scope) -> tuple[str, str] | None:
    """The two sizes that `m,n` or `mn` names."""
    names = [i.text for i in items if i.text != ","]
    known = scope.strict or scope.sizes.issuperset(names)
    plain = all(i.kind == "name" or i.text == "," for i in items)
    return (names[0], names[1]) if len(names) == 2 and known and plain else None


def _indexed(base: str, at: tuple[str, ...], scope: Scope) -> Reference:
    """What `base` with the indices `at` below it is."""
    upper = base.upper() if len(base) == 1 else base
    known = scope.declared.get(base)
    if known is None and not scope.knows(base) and base not in scope.whole:
        if len(at) == 2 and base != upper and (scope.knows(upper) or upper in scope.whole):
            return Reference("component", upper, at)
        units = scope.strict or scope.units
        if re.fullmatch(r"(?:\\math(?:bf|rm)\{|\\boldsymbol\{)?e\}?", base) and len(at) == 1 and units:
            return Reference("basis", base, at)
        if base in ("E", "J") and len(at) == 2 and units:
            return Reference("single", base, at)
        if base == r"\delta" and len(at) == 2:
            return Reference("delta", base, at)
        if len(at) == 2:  # x_{ij} beside x_i
            return Reference("member component" if base in scope.members else "component", base, at)
        return Reference("member", base, at)
    if known is not None and known.indexed:
        return Reference("member" if len(at) == 1 else "member component", base, at)
    return Reference("component", base, at)
