"""What a document declares: in formulas, and in the words inside them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from texgrad.patterns import compiled
from texgrad.reader.apart import with_apart
from texgrad.reader.defined import entries_of, enumerated, member_at
from texgrad.reader.domains import SETS, domain
from texgrad.reader.identifiers import python_name
from texgrad.reader.items import Item, Items, canonical, transposes
from texgrad.reader.joined import with_joined
from texgrad.reader.layers import with_layers
from texgrad.reader.listed import with_listed
from texgrad.reader.named import read_name
from texgrad.reader.names import IDENTITY, MATRIX_KIND, parse_size, parse_sizes, subscript
from texgrad.reader.nested import changed
from texgrad.reader.phrases import PHRASES, PROPERTIES
from texgrad.reader.picked import with_picks
from texgrad.reader.primes import with_primes
from texgrad.reader.problem import Source
from texgrad.reader.said import Said
from texgrad.reader.spoken import letters_of_formula
from texgrad.reader.statements import Formula, Statement, read_formula, signs_in
from texgrad.reader.tree import Name
from texgrad.reader.valued import with_values
from texgrad.remembered import remembered
from texgrad.shapes import SCALAR, Shape, shape_of
from texgrad.source import Span, TexgradError

_WORDS = {re.compile(rf"\b(?:{PHRASES[name]})(?!\w)(?![- ](?:semi[- ]?)?definit)", re.I): name for name in PROPERTIES}
_DENIED = re.compile(
    rf"\b(?:{PHRASES['not']})\b[\s-]+(?:(?:be|an?|necessarily|assumed|to|generally|eine?)\s+)*[\w-]+", re.I
)
_ANY = "|".join(PHRASES[name] for name in PROPERTIES)
_BARE_PROPERTY = compiled(
    rf"^(?P<name>.*?)(?<!\s)(?:\\text\{{|\\ |\bis\s|\bare\s|\s)++(?P<words>(?:(?:{_ANY})[\s,]*+)+)\}}?\s*$", re.I
)
NONE: frozenset[str] = frozenset()
DECLARING = (r"\in", ">", r"\gt", r"\succ", r"\succeq")  # signs of declarations


@remembered()
def properties_in(text: str) -> tuple[str, ...]:
    """The properties that words name, such as `symmetric positive definite`, and do not deny."""
    text = _DENIED.sub("", text)
    return tuple(value for pattern, value in _WORDS.items() if pattern.search(text))


def unsized(formula: Formula, said: Said) -> Formula:
    r"""The formula with names for `X_{n\times p}`, whose sizes are noted, and for letters with primes."""
    if said.layers or said.primed or said.apart or said.joined or said.valued or said.picked:
        here = formula.once(letters_of_formula)
        layers = frozenset(name for name in said.layers if name.split("^")[0] in here)
        plain, sizes = formula.once(
            _unsized, layers, said.primed & here, said.joined, said.valued, said.apart & here, said.picked
        )
    else:
        plain, sizes = formula.once(_unsized)
    for name, shape in sizes:
        said.add(name, shape)
    return plain


def _unsized(
    formula: Formula, layers: frozenset[str] = NONE, primed: frozenset[str] = NONE, joined: frozenset[str] = NONE,
    valued: frozenset[str] = NONE, apart: frozenset[str] = NONE, picked: frozenset[str] = NONE,
) -> tuple[Formula, tuple[tuple[str, Shape], ...]]:
    """The formula with names for all that is one, and the shapes that were written below them."""
    below: list[tuple[str, Shape, bool]] = []  # the sizes below names, and whether a transpose follows

    def plain(items: Items) -> Items:
        out: list[Item] = []
        for k, item in enumerate(items):
            sizes = None
            if item.kind == "_" and out and out[-1].kind == "name" and any(i.text == r"\times" for i in item.body[0]):
                sizes = parse_sizes(item.body[0])
            if sizes is not None and out[-1].text not in SETS and not IDENTITY.fullmatch(out[-1].text):
                after = items[k + 1] if k + 1 < len(items) else item
                turned = transposes(after)
                below.append((out[-1].text, sizes, turned))
                out[-1] = out[-1]._replace(end=out[-1].end if turned else max(out[-1].end, item.end))
            else:
                out.append(item)
        return tuple(out)

    said: list[tuple[str, Shape]] = []
    items = with_joined(with_primes(with_layers(with_apart(formula.items, apart), layers), primed), joined)
    items = with_values(with_picks(items, picked), valued)
    if "dots" in formula.source.latex or "..." in formula.source.latex:
        items, sizes = with_listed(items)
        said += [(name, shape_of(size)) for name, size in sizes.items()]
    if r"\times" in formula.source.latex:
        items = changed(items, plain)
    sure = {name for name, _, turned in below if not turned}
    # in X_{p\times n}^T beside X_{n\times p} the sizes are those of X^T
    said += [(name, shape) for name, shape, turned in below if not turned or name not in sure]
    return formula if items is formula.items else replace(formula, items=items), tuple(said)


def declare_formula(formula: Formula, said: Said) -> None:
    """Note what a formula declares."""
    for name, shape, assume, place in formula.once(_declared_there):
        declare_name(said, name, shape, assume)
        if place is not None:
            said.places[name.full] = place
    for name in formula.once(_of_entries):
        said.add(name.full, kind=MATRIX_KIND)


def _of_entries(formula: Formula) -> list[Name]:
    r"""The matrices of which a formula says how their entries are called, `A = (a_{ij})`."""
    if "_" not in formula.source.latex or "=" not in formula.source.latex:
        return []
    named = ((read_name(s.sides[0]), s.sides[1]) for s in formula.statements if len(s.sides) > 1)
    return [name for name, right in named if name is not None and not name.sub and (
        at := entries_of(right)) is not None and len(subscript(at)) == 2 and at.base != name.base
        and python_name(at.base).lower() == python_name(name.base).lower()]  # fmt: skip


def _declared_there(formula: Formula) -> list[tuple[Name, Shape | None, tuple[str, ...], Span | None]]:
    """What a formula declares, and where."""
    return [(name, shape, assume, place_of(name, shape, formula)) for name, shape, assume in formula.once(declared)]


def note_place(said: Said, name: Name, shape: Shape | None, formula: Formula) -> None:
    """Note where a name is declared, if the formula stands in a document."""
    place = place_of(name, shape, formula)
    if place is not None:
        said.places[name.full] = place


def place_of(name: Name, shape: Shape | None, formula: Formula) -> Span | None:
    """Where a name is declared, if the formula stands in a document and gives it a shape."""
    found = (i for i in formula.items if i.kind == "name" and i.text == name.base)
    item = next(found, None) if shape is not None else None
    return Span(item.start, item.end) if item is not None and item.start >= 0 else None


def declared(formula: Formula) -> list[tuple[Name, Shape | None, tuple[str, ...]]]:
    """What a formula declares: `X, A \\in \\mathbb{R}^{n\\times p}`, `\\lambda > 0`, `A \\succ 0`."""
    out: list[tuple[Name, Shape | None, tuple[str, ...]]] = []
    pending: list[Name] = []
    end = formula.source.offset
    for statement in formula.statements:
        items = statement.sides[0]
        start, before = items[0].start, end
        end = statement.sides[-1][-1].end
        if pending and _WORDS_BETWEEN.search(formula.text(before, start)):  # \alpha \text{ a scalar}, W \in …
            pending = []
        if len(statement.sides) > 1:
            out += _member_by_equation(statement)
        elif items[0].text == "0" and len(items) > 2 and items[1].text in TURNED:  # 0 \prec A \in …
            cut = member_at(items)
            items = (*items[2:cut], items[1]._replace(text=TURNED[items[1].text]), items[0])
            out += _members((statement.sides[0][2:],))
        signs = signs_in(items, DECLARING)
        sign = next((s for s in DECLARING if s in signs), None)
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


# signs whose sides change places: 0 < x
TURNED = {"<": ">", r"\lt": ">", r"\prec": r"\succ", r"\preceq": r"\succeq"}


def _member_by_equation(statement: Statement) -> list[tuple[Name, Shape | None, tuple[str, ...]]]:
    r"""What `A = A^T \in \mathbb{R}^{n\times n}` and `M = XA^T \in …` say of the first name."""
    return _members((statement.sides[0], statement.sides[-1]))


def _members(sides: Sequence[Items]) -> list[tuple[Name, Shape | None, tuple[str, ...]]]:
    """What a set that stands at the end of the last side says of the name that is the first one."""
    cut = member_at(sides[-1])
    found = domain(sides[-1][cut + 1 :])
    name = read_name(sides[0][: member_at(sides[0])])
    return [] if found is None or name is None else [(name, *found)]


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


COUNTERS = frozenset("ijkltn")
_WORDS_BETWEEN = re.compile(r"\\(?:text\w*|mbox|mathrm)\s*\{[^{}]*\b(?!(?:and|und|et|y|e)\b)[A-Za-z]+\b[^{}]*\}")


def declare_name(said: Said, name: Name, shape: Shape | None, assume: Sequence[str], kind: int | None = None) -> None:
    """Note a declaration; `x_i` and `x^{(i)}` declare the members of a family, too, when i is a letter that counts."""
    single = name.sub[0].text if len(name.sub) == 1 and name.sub[0].kind == "name" else ""
    counts = single in COUNTERS and not name.label
    counts = counts or (not name.sub and name.label.strip("()") in COUNTERS and name.label.startswith("("))
    if counts and (shape, kind, tuple(assume)) != (None, None, ()):
        said.add(name.base, shape, assume, None, True, kind)
    said.add(name.full, shape, assume, kind=kind)


_KIND = re.compile(r"\s*(?P<name>\\?[A-Za-z]+(?:_\w)?)\s+(?:is\s+)?(?:an?\s+)?(?:real\s+)?(?:scalar|number)\s*")


def declare_text(latex: str, macros: Mapping[str, object], said: Said) -> None:
    """Note properties typed behind a name inside a formula, as in `A symmetric` or `A \\text{ is symmetric}`."""
    for name, shape, properties in _typed_behind(latex):
        said.add(name, shape, properties)


@remembered()
def _typed_behind(latex: str) -> tuple[tuple[str, Shape | None, tuple[str, ...]], ...]:
    """The names of a formula and what is typed behind them; formulas met before cost nothing."""
    numbers = (m for part in latex.split(",") if (m := _KIND.fullmatch(part)))
    out: list[tuple[str, Shape | None, tuple[str, ...]]] = [(m["name"], SCALAR, ()) for m in numbers]
    for part in re.split(r",(?![^{]*\})", latex):
        if m := _BARE_PROPERTY.match(part.strip()):
            try:
                name = read_name(read_formula(Source(m["name"].strip()), {}).items)
            except TexgradError:
                continue
            if name is not None:
                out.append((name.full, None, properties_in(m["words"])))
    return tuple(out)
