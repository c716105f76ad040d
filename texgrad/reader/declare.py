"""What a document says of its names: declarations and definitions, in formulas and in the words around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from texgrad.immutable import immutable
from texgrad.operators import TRANSPOSE
from texgrad.reader.fields import SQUARE
from texgrad.reader.items import Item, Items, canonical, spelling, worded
from texgrad.reader.joined import with_joined
from texgrad.reader.layers import with_layers
from texgrad.reader.listed import with_listed
from texgrad.reader.names import IDENTITY, Called, Declared, parse_size, parse_sizes
from texgrad.reader.phrases import PHRASES, PROPERTIES
from texgrad.reader.primes import with_primes
from texgrad.reader.problem import Source
from texgrad.reader.squares import SPREADS, squared_name
from texgrad.reader.statements import Formula, Statement, extent, read_formula
from texgrad.reader.tree import Name
from texgrad.reader.vocabulary import CLOSES, SCRIPTS
from texgrad.shapes import SCALAR, Dim, Shape, shape_of
from texgrad.source import Span, TexgradError

_WORDS = {
    re.compile(rf"\b(?:{PHRASES[name]})(?!\w)(?![- ](?:semi[- ]?)?definit)", re.I): name for name in PROPERTIES
}
_DENIED = re.compile(
    rf"\b(?:{PHRASES['not']})\b[\s-]+(?:(?:be|an?|necessarily|assumed|to|generally|eine?)\s+)*[\w-]+", re.I
)
_IMPLIED = {"positive definite": ("symmetric",), "negative definite": ("symmetric",)}
_ANY = "|".join(PHRASES[name] for name in PROPERTIES)
_EXPLICIT = re.compile(rf"(?:\b(?:{PHRASES['let']})\b[^.]{{0,30}}|:=|,)\s*$", re.I)
_BARE_PROPERTY = re.compile(
    rf"^(?P<name>.*?)\s*(?:\\text\{{\s*|\\ |\bis\s|\bare\s|\s)+(?P<words>(?:(?:{_ANY})[\s,]*)+)\}}?\s*$", re.I
)
REALS = frozenset((r"\mathbb{R}", "R", r"\mathbf{R}", r"\mathrm{R}", r"\mathcal{R}", r"\Re"))
MATRIX_SETS = frozenset(("M", r"\mathcal{M}", r"\mathbb{M}", r"\mathbf{M}", r"\mathrm{M}", "Mat", "Matrices"))
COMPLEXES = frozenset((r"\mathbb{C}", "C", r"\mathbf{C}", r"\mathrm{C}"))
SETS = REALS | COMPLEXES | MATRIX_SETS - {"M"}
DOTS = frozenset((r"\dots", r"\ldots", r"\cdots", r"\vdots"))
SYMMETRIC_SETS = frozenset((r"\mathbb{S}", "S", r"\mathcal{S}", r"\mathbf{S}"))


@immutable
class Definition:
    """A name given to an expression: `M = XA^T`, `f(X) = …`."""

    name: Name
    parameters: tuple[str, ...]
    right: Items
    latex: str
    formula: Formula
    span: Span
    explicit: bool


@dataclass
class Said:
    """All that was said: declarations by canonical name, sizes of indices, definitions in order of appearance.

    functions: those without a formula. real: names that are said to be real.
    norms: what the words call norms of matrices. primed: letters that are other letters with a prime.
    joined: names of several letters. layers: letters above names that number layers.
    by_entries: whether the words call `*` the Hadamard product. places: where names are declared.
    """

    declared: dict[str, Declared]
    indices: dict[str, Dim]
    definitions: list[Definition]
    functions: dict[str, Called] = field(default_factory=dict)
    real: set[str] = field(default_factory=set)
    norms: str = ""
    primed: frozenset[str] = frozenset()
    joined: frozenset[str] = frozenset()
    layers: frozenset[str] = frozenset()
    by_entries: bool = False
    places: dict[str, Span] = field(default_factory=dict)

    def copy(self) -> Said:
        """The same, to which more can be added."""
        return replace(self, declared=dict(self.declared), indices=dict(self.indices),
                       definitions=list(self.definitions), functions=dict(self.functions),
                       real=set(self.real))  # fmt: skip

    def add(self, name: str, shape: Shape | None = None, assume: Iterable[str] = (), family: Dim | None = None,
            indexed: bool = False, kind: int | None = None) -> None:  # fmt: skip
        """Note something about a name, keeping what is known of it; with another shape it is another thing."""
        known = self.declared.get(name, Declared())
        if shape is None and kind is None and family is None and not indexed and not assume:
            return  # a mention
        if shape is not None and known.shape not in (None, shape):
            known = Declared()
        properties = set(assume)
        if "real" in properties:
            properties.remove("real")
            self.real.add(name)
            known = replace(known, assume=known.assume - {"complex"})
        elif "complex" in properties:
            self.real.discard(name)
        for one in tuple(properties):
            properties.update(_IMPLIED.get(one, ()))
        if shape is not None and shape[0] != shape[1]:
            known = replace(known, assume=known.assume - SQUARE)
        self.declared[name] = replace(
            known, shape=shape or known.shape, assume=known.assume | properties, family=family or known.family,
            kind=known.kind if kind is None else kind, indexed=indexed or family is not None or known.indexed,
        )  # fmt: skip


def read_name(items: Items) -> Name | None:
    """The name that items consist of, or None."""
    if len(items) == 1 and items[0].kind == "group":
        return read_name(items[0].body[0])
    if not items or items[0].kind != "name" or len(items) > 3:
        return None
    name = Name(items[0].text)
    for script in items[1:]:
        if script.kind == "_" and not name.sub:
            name = Name(name.base, script.body[0], name.label)
        elif script.kind == "^" and script.body[0] and script.body[0][0].text in ("(", "["):
            name = Name(name.base, name.sub, canonical(script.body[0]))
        else:
            return None
    return name


@lru_cache(maxsize=4096)
def properties_in(text: str) -> tuple[str, ...]:
    """The properties that words name, such as `symmetric positive definite`, and do not deny."""
    text = _DENIED.sub("", text)
    return tuple(value for pattern, value in _WORDS.items() if pattern.search(text))


# --- declarations -----------------------------------------------------------------------------------------------------


def domain(items: Items) -> tuple[Shape, tuple[str, ...]] | None:
    """The shape that a set such as `\\mathbb{R}^{n\\times p}` gives its members."""
    if items and items[0].kind == "group" and len(items[0].body[0]) == 1:
        items = (*items[0].body[0], *items[1:])  # {\mathbb R}^{n\times p}
    if len(items) > 3 and items[0].kind == "fence" and items[-1].kind == "^":  # {0,1}^n, [0,1]^n
        shape = parse_sizes(items[-1].body[0])
        return None if shape is None else (shape, ())
    if items and items[0].text in MATRIX_SETS:
        return _matrices(items[1:])
    if not items or items[0].kind != "name" or items[0].text not in REALS | COMPLEXES | SYMMETRIC_SETS:
        return None
    above: Items = ()
    below = ""
    for script in items[1:3]:
        if script.kind == "^":
            above = script.body[0]
        elif script.kind == "_":
            below = canonical(script.body[0])
    if items[0].text in SYMMETRIC_SETS:
        size = parse_size(above) if above else None
        return None if size is None else ((size, size), ("positive definite",) if below == "++" else ("symmetric",))
    shape = parse_sizes(_crossed(above)) if above and canonical(above) not in ("+", "++") else SCALAR
    if items[0].text in COMPLEXES:
        named = items[0].text == r"\mathbb{C}" or above
        return None if shape is None or not named else (shape, ("complex",))
    return None if shape is None else (shape, ("real", "positive") if "++" in below else ("real",))


def _crossed(items: Items) -> Items:
    r"""Sizes with a sign between them, for `n,m`."""
    return tuple(i._replace(text=r"\times") if i.text == "," else i for i in items)


def _matrices(items: Items) -> tuple[Shape, tuple[str, ...]] | None:
    r"""The shape of the members of `M_{n,m}(\mathbb{R})` or `M_n`."""
    if not items or items[0].kind != "_" or not all(i.text in REALS or i.kind == "fence" for i in items[1:]):
        return None
    shape = parse_sizes(_crossed(items[0].body[0]))
    if shape is None:
        return None
    single = not any(i.text in (",", r"\times") for i in items[0].body[0])
    return ((shape[0], shape[0]) if single else shape), ()


def unsized(formula: Formula, said: Said) -> Formula:
    r"""The formula with names for `X_{n\times p}`, whose sizes are noted, and for letters with primes."""

    below: list[tuple[str, Shape, bool]] = []  # the sizes below names, and whether a transpose follows

    def plain(items: Items) -> Items:
        out: list[Item] = []
        for k, item in enumerate(items):
            sizes = None
            if item.kind == "_" and out and out[-1].kind == "name" and any(i.text == r"\times" for i in item.body[0]):
                sizes = parse_sizes(item.body[0])
            if sizes is not None and out[-1].text not in SETS and not IDENTITY.fullmatch(out[-1].text):
                after = items[k + 1] if k + 1 < len(items) else item
                turned = after.kind == "^" and SCRIPTS.get(canonical(after.body[0])) is TRANSPOSE
                below.append((out[-1].text, sizes, turned))
                out[-1] = out[-1]._replace(end=out[-1].end if turned else max(out[-1].end, item.end))
            else:
                out.append(item._replace(body=tuple(map(plain, item.body))) if item.body else item)
        return tuple(out)

    items = with_joined(with_primes(with_layers(formula.items, said.layers), said.primed), said.joined)
    if "dots" in formula.source.latex or "..." in formula.source.latex:
        sizes: dict[str, Dim] = {}
        items = with_listed(items, sizes)
        for name, size in sizes.items():
            said.add(name, shape_of(size))
    if r"\times" in formula.source.latex:
        items = plain(items)
    sure = {name for name, _, turned in below if not turned}
    for name, shape, turned in below:
        if not turned or name not in sure:  # in X_{p\times n}^T beside X_{n\times p} the sizes are those of X^T
            said.add(name, shape)
    return formula if items is formula.items else replace(formula, items=items)


def declare_formula(formula: Formula, said: Said) -> None:
    """Note what a formula declares."""
    for name, shape, assume in formula.once(declared):
        declare_name(said, name, shape, assume)
        note_place(said, name, shape, formula)


def note_place(said: Said, name: Name, shape: Shape | None, formula: Formula) -> None:
    """Note where a name is declared, if the formula stands in a document."""
    place = next((Span(i.start, i.end) for i in formula.items if i.kind == "name" and i.text == name.base), None)
    if shape is not None and place is not None and place.start >= 0:
        said.places[name.full] = place


def declared(formula: Formula) -> list[tuple[Name, Shape | None, tuple[str, ...]]]:
    """What a formula declares: `X, A \\in \\mathbb{R}^{n\\times p}`, `\\lambda > 0`, `A \\succ 0`."""
    out: list[tuple[Name, Shape | None, tuple[str, ...]]] = []
    pending: list[Name] = []
    for statement in formula.statements:
        items = statement.sides[0]
        signs = {i.text: k for k, i in enumerate(items) if i.kind == "op"}
        sign = next((s for s in (r"\in", ">", r"\gt", r"\succ", r"\succeq") if s in signs), None)
        if sign is None:
            sized = _of_size(statement) or _listed(statement)
            out += [] if sized is None else [(*sized, ())]
            name = read_name(items) if len(statement.sides) == 1 else None
            pending = [*pending, name] if name is not None else []
            continue
        cut = signs[sign]
        name = read_name(items[:cut])
        right = items[cut + 1 :]
        if name is None:
            pending = []
            continue
        found: tuple[Shape | None, tuple[str, ...]] | None = None
        if sign == r"\in":
            found = domain(right)
        elif canonical(right) == "0":
            found = (SCALAR, ("positive",)) if sign in (">", r"\gt") else (None, ("positive definite",))
        if found is not None:
            out += [(one, *found) for one in (*pending, name)]
        pending = []
    return out


def _of_size(statement: Statement) -> tuple[Name, Shape] | None:
    r"""What `\dim X = n\times p` says."""
    items = statement.sides[0]
    if len(statement.sides) != 2 or items[0].text not in ("dim", "size", "shape"):
        return None
    inner = items[2:-1] if len(items) > 3 and items[1].text == "(" else items[1:]
    name, shape = read_name(inner), parse_sizes(statement.sides[1])
    return None if name is None or shape is None else (name, shape)


def _listed(statement: Statement) -> tuple[Name, Shape] | None:
    r"""What `x = (x_1, \dots, x_n)^T` says."""
    name = read_name(statement.sides[0])
    if name is None or len(statement.sides) != 2 or not enumerated(statement.sides[1]):
        return None
    right = statement.sides[1]
    last = next((k for k in reversed(range(len(right))) if right[k].kind == "_"), 0)
    size = parse_size(right[last].body[0]) if last else None
    plain = [re.sub(r"\\\w+\{(\w)\}", r"\1", text) for text in (name.base, right[last - 1].text)]
    same = size is not None and plain[0] == plain[1] and not name.sub
    return (name, shape_of(size)) if same and size is not None else None


_DEFINITE = frozenset((r"\succ", r"\succeq"))


def equal_transpose(statement: Statement) -> tuple[Name, tuple[str, ...]] | None:
    r"""What `A = A^T`, `A^T = -A` or `A = A^T \succ 0` says of a matrix."""
    if len(statement.sides) != 2 or statement.relations != ("=",):
        return None
    left, right = statement.sides
    cut = next((k for k, i in enumerate(right) if i.text in _DEFINITE), len(right))
    if not cut:
        return None
    (first, turned, minus), (second, also_turned, also_minus) = _turned(left), _turned(right[:cut])
    if first is None or second is None or first.full != second.full or turned == also_turned:
        return None
    definite = ("positive definite",) if canonical(right[cut + 1 :]) == "0" else ()
    return first, ("symmetric" if minus == also_minus else "skew-symmetric", *definite)


def _turned(side: Items) -> tuple[Name | None, bool, bool]:
    """The name that a side is, whether transposed, and whether with a minus."""
    minus = side[0].text == "-"
    body = side[1:] if minus else side
    turned = len(body) > 1 and body[-1].kind == "^" and SCRIPTS.get(canonical(body[-1].body[0])) is TRANSPOSE
    return read_name(body[:-1] if turned else body), turned, minus


def enumerated(items: Items) -> bool:
    r"""Whether items list what there is, `(x_1, \dots, x_n)`."""
    return bool(items) and items[0].kind == "fence" and any(i.text in DOTS for i in items)


COUNTERS = frozenset("ijkltn")


def declare_name(said: Said, name: Name, shape: Shape | None, assume: Sequence[str], kind: int | None = None) -> None:
    """Note a declaration; `x_i` and `x^{(i)}` declare the members of a family, too, when i is a letter that counts."""
    single = name.sub[0].text if len(name.sub) == 1 and name.sub[0].kind == "name" else ""
    counts = single in COUNTERS and not name.label
    counts = counts or (not name.sub and name.label.strip("()") in COUNTERS and name.label.startswith("("))
    if counts and (shape, kind, tuple(assume)) != (None, None, ()):
        said.add(name.base, shape, assume, None, True, kind)
    said.add(name.full, shape, assume, kind=kind)


def declare_text(latex: str, macros: Mapping[str, object], said: Said) -> None:
    """Note properties typed behind a name inside a formula, as in `A symmetric` or `A \\text{ is symmetric}`."""
    for name, properties in _typed_behind(latex):
        said.add(name, None, properties)


@lru_cache(maxsize=2048)
def _typed_behind(latex: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The names of a formula and the properties typed behind them; formulas met before cost nothing."""
    out: list[tuple[str, tuple[str, ...]]] = []
    for part in re.split(r",(?![^{]*\})", latex):
        if m := _BARE_PROPERTY.match(part.strip()):
            try:
                name = read_name(read_formula(Source(m["name"].strip()), {}).items)
            except TexgradError:
                continue
            if name is not None:
                out.append((name.full, properties_in(m["words"])))
    return tuple(out)


# --- definitions ------------------------------------------------------------------------------------------------------


def definition(statement: Statement, before: str = "") -> Definition | None:
    """The definition that a statement is: a name, or a name with parameters, set equal to something."""
    if len(statement.sides) < 2 or not statement.relations or statement.relations[0] == r"\approx":
        return None
    left, right = statement.sides[:2]
    left = worded(left, {spelling(left)})
    parameters: tuple[str, ...] = ()
    if len(left) > 4 and left[-1].kind == "_" and left[-2].text == ")" and parse_sizes(left[-1].body[0]) is not None:
        left = left[:-1]  # the size of the value
    if len(left) > 3 and left[0].kind in ("name", "word") and left[-1].text == ")":
        opening = next((k for k, i in enumerate(left) if i.kind == "fence" and i.text in CLOSES), 0)
        inner = left[opening + 1 : -1]
        parts: list[Items] = [()]
        for item in inner:
            if item.text in (",", ";", "|", r"\|", "||"):
                parts.append(())
            else:
                parts[-1] = (*parts[-1], item)
        found = [read_name(p) or (squared_name(p) if p and p[0].text in SPREADS else None) for p in parts]
        if not opening or any(f is None for f in found):
            return None
        parameters = tuple(f.full for f in found if f is not None)
        left = left[:opening]
    name = Name(left[0].text) if len(left) == 1 and left[0].kind == "word" else read_name(left)
    if name is None and left[0].text in SPREADS and not parameters:
        name = squared_name(left)
    if name is None or not any(i.kind not in ("number", "op") for i in right):
        return None
    if enumerated(right) or equal_transpose(statement) is not None:
        return None
    span = Span(extent(statement.sides[0]).start, extent(right).end)
    explicit = statement.relations[0] == ":=" or bool(_EXPLICIT.search(before))
    return Definition(name, parameters, right, statement.formula.text(*span), statement.formula, span, explicit)


LOGARITHMS = frozenset(("log", "ln"))


def of_logarithm(statement: Statement) -> Definition | None:
    r"""What `\log p(x) = …` says of p: its right side is the logarithm."""
    left, *others = statement.sides
    if not others or len(left) < 2 or left[0].kind != "word" or left[0].text not in LOGARITHMS:
        return None
    return definition(replace(statement, sides=(left[1:], others[0]), relations=statement.relations[:1]))


def in_chain(statement: Statement) -> list[Definition]:
    r"""The functions that a chain such as `z_i = s(a_i) = \frac{…}{…}` defines behind its first sign."""
    inner = (
        definition(Statement(statement.formula, statement.sides[k:], statement.relations[k:]))
        for k in range(1, len(statement.sides) - 1)
    )
    return [found for found in inner if found is not None and found.parameters]


