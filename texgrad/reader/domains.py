r"""Sets of which names are members: `\mathbb{R}^{n\times p}`, `\mathbb{S}^n_{++}`, `\mathrm{Sym}(n)`, `M_{n,m}`."""

from __future__ import annotations

from texgrad.reader.items import Items, canonical
from texgrad.reader.names import parse_sizes
from texgrad.shapes import ONE, SCALAR, Shape

REALS = frozenset((r"\mathbb{R}", "R", r"\mathbf{R}", r"\mathrm{R}", r"\mathcal{R}", r"\Re"))
MATRIX_SETS = frozenset(("M", r"\mathcal{M}", r"\mathbb{M}", r"\mathbf{M}", r"\mathrm{M}", "Mat", "Matrices"))
COMPLEXES = frozenset((r"\mathbb{C}", "C", r"\mathbf{C}", r"\mathrm{C}"))
SETS = REALS | COMPLEXES | MATRIX_SETS - {"M"}
SYMMETRIC_WORDS = frozenset(("Sym", "Symm"))
SYMMETRIC_SETS = frozenset((r"\mathbb{S}", "S", r"\mathcal{S}", r"\mathbf{S}"))


def domain(items: Items) -> tuple[Shape, tuple[str, ...]] | None:
    """The shape that a set such as `\\mathbb{R}^{n\\times p}` gives its members."""
    if items and items[0].kind == "group" and len(items[0].body[0]) == 1:
        items = (*items[0].body[0], *items[1:])  # {\mathbb R}^{n\times p}
    if len(items) > 3 and items[0].kind == "fence" and items[-1].kind == "^":  # {0,1}^n, [0,1]^n
        shape = parse_sizes(items[-1].body[0])
        return None if shape is None else (shape, ())
    if items and items[0].text in MATRIX_SETS:
        return _matrices(items[1:])
    if (found := _symmetric_matrices(items)) is not None:
        return found
    if not items or items[0].kind != "name" or items[0].text not in REALS | COMPLEXES:
        return None
    above: Items = ()
    below = ""
    for script in items[1:3]:
        if script.kind == "^":
            above = script.body[0]
        elif script.kind == "_":
            below = canonical(script.body[0])
    shape = parse_sizes(_crossed(above)) if above and canonical(above) not in ("+", "++") else SCALAR
    if items[0].text in COMPLEXES:
        named = items[0].text == r"\mathbb{C}" or above
        return None if shape is None or not named else (shape, ("complex",))
    return None if shape is None else (shape, ("real", "positive") if "++" in below else ("real",))


def _symmetric_matrices(items: Items) -> tuple[Shape, tuple[str, ...]] | None:
    r"""What `\mathbb{S}^n_{++}`, `S_n(\mathbb{R})` and `\mathrm{Sym}(n)` say of their members."""
    if not items or items[0].text not in SYMMETRIC_SETS | SYMMETRIC_WORDS:
        return None
    scripts = [i for i in items[1:3] if i.kind in ("_", "^")]
    definite = any(canonical(script.body[0]) == "++" for script in scripts)
    sizes = [script.body[0] for script in scripts if set(canonical(script.body[0])) != {"+"}]
    rest = items[1 + len(scripts) :]
    inner = rest[1:-1] if len(rest) > 2 and (rest[0].text, rest[-1].text) == ("(", ")") else ()
    if len(inner) == 1 and not sizes and inner[0].text not in REALS:
        sizes = [inner]
    elif rest and (len(inner) != 1 or inner[0].text not in REALS):
        return None
    shape = parse_sizes(_crossed(sizes[0])) if len(sizes) == 1 else None
    if shape is None or shape[1] not in (ONE, shape[0]):
        return None
    return (shape[0], shape[0]), ("positive definite",) if definite else ("symmetric",)


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
