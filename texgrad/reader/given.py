"""Declarations given outside the text: by the API, the command line and the site."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from texgrad.reader.items import canonical
from texgrad.reader.macros import Macro
from texgrad.reader.named import read_name
from texgrad.reader.names import MATRIX_KIND, VECTOR_KIND, Called
from texgrad.reader.phrases import PROPERTIES
from texgrad.reader.problem import Source
from texgrad.reader.said import Said
from texgrad.reader.squares import squared_name
from texgrad.reader.statements import read_formula
from texgrad.reader.vocabulary import LETTERS
from texgrad.remembered import remembered
from texgrad.shapes import ONE, SCALAR, Dim, Shape, shape_of
from texgrad.source import TexgradError, fail

_SIZE = re.compile(r"\s*(?:(\d+)\s*)?([A-Za-z][\w']*|\\[a-zA-Z]+)?\s*")

_TIMES = re.compile(r"\s+(?:x|by)\s+|\s*[×,]\s*")
_PAIR = re.compile(r"(\d+|[A-Za-z])x(\d+|[A-Za-z])")
_TUPLE = re.compile(r"\([^(),]*,[^(),]*\)")
MARKED = re.compile(r"(.+)\^\{?([a-zA-Z](?:[+-]\d)?|\d)\}?")  # a name with a letter or a number above it

# words for what a name is, of whatever size
KINDS = {"vector": VECTOR_KIND, "matrix": MATRIX_KIND}
# properties that say several things, or the same as others
MEANT = {
    "diagonal positive": ("diagonal", "positive definite"), "symmetric Toeplitz": ("symmetric", "symmetric Toeplitz"),
    "row-stochastic": ("probability rows",), "Laplacian": ("symmetric",), "sym": ("symmetric",),
    "SPD": ("positive definite",), "spd": ("positive definite",), "PD": ("positive definite",),
}  # fmt: skip


def _given_size(text: str, value: str) -> Dim:
    if m := re.fullmatch(r"\s*(\w+)\s*\*?\s*\(\s*\1\s*\+\s*1\s*\)\s*//?\s*2\s*", text):
        return Dim.of(m[1]).triangular()
    bare = re.sub(r"(\w+)\s*\^\s*\{?([23])\}?", lambda m: "*".join([m[1]] * int(m[2])), text.strip())
    if m := re.fullmatch(r"\(([^()]*)\)", bare):
        bare = m[1]
    total: Dim | None = None
    for term in bare.split("+"):
        size = Dim.of(1)
        for factor in term.split("*"):
            m = _SIZE.fullmatch(factor)
            if m is None or not (m[1] or m[2]):
                help = "write scalar, n, n x p, family n of p or index of n"
                raise fail("config", f"{value} is no shape", None, help)
            size = size * Dim.of(int(m[1] or 1)) * (Dim.of(m[2]) if m[2] else ONE)
        total = size if total is None else total + size
    assert total is not None
    return total


@remembered()
def given_shape(text: str, value: str) -> Shape:
    """The shape that `scalar`, `n` or `n x p` says."""
    if text.strip() in ("scalar", "1", "number"):
        return SCALAR
    return shape_of(*(_given_size(part, value) for part in sides(text)[:2]))


def sides(text: str) -> list[str]:
    """The sizes that a shape names: `n x p`, `n×p`, `n by p`, `(n, p)`; `nxp` and `3x4` are two sizes, too."""
    bare = text.strip()
    if m := _PAIR.fullmatch(bare):
        return [m[1], m[2]]
    return _TIMES.split(bare[1:-1] if _TUPLE.fullmatch(bare) else bare)


def declare_given(declare: Mapping[str, str], assume: Mapping[str, Sequence[str]], said: Said,
                  names: Mapping[str, str]) -> None:  # fmt: skip
    """Note the declarations of the API; `names` leads from a Python name to a canonical one."""
    for key, value in declare.items():
        name = names.get(key, key)
        if m := re.fullmatch(r"\s*(.*?)\s+function of (\S+)\s*", value):
            said.functions[name] = Called(given_shape(m[1], value), None, names.get(m[2]) or canonical_key(m[2], {}))
        elif m := re.fullmatch(r"\s*index of (.*)", value):
            said.indices[name] = _given_size(m[1], value)
        elif m := re.fullmatch(r"\s*family (.*?) of (.*)", value):
            said.add(name, given_shape(m[2], value), (), _given_size(m[1], value))
        elif value.strip() in KINDS:
            said.add(name, kind=KINDS[value.strip()])
        else:
            said.add(name, given_shape(value, value))
    for key, words in assume.items():
        given = (words,) if isinstance(words, str) else words
        for word in given:
            if word in PROPERTIES:
                continue
            near = get_close_matches(word, PROPERTIES, 1, 0.92)
            if near and near[0][0] == word[0] and "-" not in word:
                raise fail("config", f"{key} is assumed {word}", None, f"did you mean {near[0]}?")
        said.add(names.get(key, key), None, [part for word in given for part in MEANT.get(word, (word,))])


def canonical_key(key: str, macros: Mapping[str, Macro]) -> str:
    """The canonical name that a key of `declare` means when it is LaTeX, or the Python name of a Greek letter."""
    if re.fullmatch("[A-Za-z]{2,}", key):
        return LETTERS.get("\\" + key, key)
    try:
        items = read_formula(Source(key), macros).items
    except TexgradError:
        return key
    name = read_name(items) or squared_name(items)
    if name is None and (marked := MARKED.fullmatch(canonical(items))):
        return f"{marked[1]}^{{{marked[2]}}}"
    return name.full if name is not None else canonical(items) if items and items[-1].text == ")" else key


def powers(declare: Mapping[str, str], macros: Mapping[str, Macro]) -> frozenset[str]:
    """The names among those declared that may be raised to a power, or be one: numbers and square matrices."""
    out = set()
    for key, value in declare.items():
        vector = re.fullmatch(r"\s*[^\sx×]+\s*", value) and value.strip() not in ("scalar", "1", "number")
        own = sides(value)
        if not vector and (len(own) != 2 or own[0] == own[1] or "family" in value):
            out.add(canonical_key(key, macros))
    return frozenset(out)
