"""The patterns by which the words around formulas say what names are."""

from __future__ import annotations

import re
from collections.abc import Mapping

from texgrad.reader.names import MATRIX_KIND, ROW_KIND, VECTOR_KIND
from texgrad.reader.phrases import PHRASES, PROPERTIES

P = PHRASES
# what people call things, and the kinds of these
KINDS: Mapping[str, int | None] = {
    "row": ROW_KIND, "vector": VECTOR_KIND, "matrix": MATRIX_KIND, "scalar": None,
}  # fmt: skip
_THING = "|".join(P[name] for name in KINDS)
_VERB = rf"(?:{P['verb']})\s+"
_A = rf"(?:(?:{P['a']})\s+)"
_THE = rf"(?:(?:{P['a']}|{P['the']})\s+)"
_WORD = rf"(?!(?:{P['ends']}|{_THING})\b)[\w-]+,?\s+"
_WHICH = rf"[^\w(.;:]*(?:(?P<which>{P['which']})\s+)?"
LIST = re.compile(rf"\s*(?:,\s*(?:{P['and']})?|{P['and']}|&|;)\s*", re.I)
# what stands between names and their size, a set, or a description
SIZE_NEXT = re.compile(
    rf"{_WHICH}(?:(?:{_VERB})?{_THE}?(?P<words>(?:{_WORD}){{0,4}}?)(?P<thing>{_THING})\s+)?(?:{P['size']})\s*[:=]?\s*|"
    r"\s*\(\s*",
    re.I,
)
OPEN = re.compile(rf"{_WHICH}(?:{_VERB}{_THE}?|{_A}|(?:{P['the']})\s+)(?P<words>(?:{_WORD}){{0,3}})\(?", re.I)
SET_NEXT = re.compile(
    rf"{_WHICH}(?:{_VERB}{_THE}?|{_THE})?(?P<words>(?:{_WORD}){{0,4}})(?:(?P<thing>{_THING})\s+)?(?:{P['in']}|∈)\s*",
    re.I,
)
_SENTENCE = r"(?:[^.;]|(?<=\b[sp])\.(?=[psd]))*"  # s.p.d. is no end
CLOSED = re.compile(rf"{_WHICH}(?:{_VERB}|(?={_THE}))(?P<what>{_SENTENCE})", re.I)
BRACKET = re.compile(r"\s*\(\s*")
SIZE_ENDS = re.compile(rf"\s*(?:[)×-]|(?:{P['by']})\b|(?:{P['vector']}|{P['dimensional']}))", re.I)
WITH = re.compile(r"(?:.*\s)?(?:with|has|have|having|mit|hat|haben)\s*", re.I | re.S)  # "with n entries"
BY = re.compile(rf"\s*(?:{P['by']})\s*", re.I)
SIZED = re.compile(
    rf"\s*(?:-\s*)?(?:(?:{P['dimensional']})\s+)?(?P<words>(?:{_WORD}){{0,4}}?)(?P<thing>{_THING})\b(?P<rest>.*)",
    re.I | re.S,
)
HYPHEN = re.compile(rf"\s*-\s*(?:{P['dimensional']}|{P['vector']})", re.I)
# in lists and tables: "$X$ – a symmetric matrix", "$X$: the $n\\times p$ design", "| $X$ | a matrix | $n\\times p$ |"
LISTED = re.compile(r"\A\s*(?:[—–:|]|--?(?=\s))\s*(?=[^\W\d_])")
CELLS = re.compile(r"\s*\|(?:[^|]*\|)?\s*")
ROWS = re.compile(rf"\s*(?:{P['rows']})\s*(?:,\s*)?(?:(?:{P['and']})\s*)?", re.I)
COUNTED = re.compile(rf"\s*(?:{P['counted']})\b", re.I)
_CONTENT = rf"(?:\s+(?:{P['of']})\s+[\w-]+s)?"  # "a matrix of multipliers"
HEAD = re.compile(
    rf"(?P<words>(?:(?!(?:{P['ends']})\b)[\w-]+[\s,]+){{0,5}}?)\b(?P<thing>{_THING}){_CONTENT}\s*$", re.I
)
_PROPERTY = f"(?:{'|'.join(P[name] for name in PROPERTIES)})"
ADJECTIVES = re.compile(rf"(?P<words>(?:{_PROPERTY}[\s,]*(?:(?:{P['and']})\s+)?)*{_PROPERTY})\s*$", re.I)
_OF_MATRICES = f"(?:{P['symmetric']}|{P['positive definite']}|{P['Hermitian']})"
CALLED = re.compile(rf"(?P<words>(?:{_OF_MATRICES}[\s,]+)+)(?:(?!(?:{P['ends']})\b)[\w-]+\s+){{1,2}}$", re.I)
BOTH = re.compile(
    rf"[.;,)\s]*(?:(?:{P['and']})\s+)?(?:{P['both']})\s+(?:{_WORD}){{0,2}}?{_VERB}(?P<what>[^.;]*)"
    rf"|\(\s*(?:{P['both']})\s+(?P<inside>[^.;)]*)\)", re.I,
)
APPENDED = re.compile(
    rf"[\s(\[]*(?:(?:{P['which']})\s+{_VERB}|(?:{P['both']})\s+)?(?P<words>{_PROPERTY}(?:[\s,]*(?:(?:{P['and']})\s+)?{_PROPERTY})*)"
    rf"\s*(?:[,.;!)\]]|$|(?:{P['and']}|{P['verb']})\b)", re.I,
)
# sizes in words: "an n×p matrix", "n by p", "a d-vector"
IN_WORDS = re.compile(rf"\s*{_THE}?\(?\s*\b(\w)\s*(?:{P['by']}|\\times|\*)\s*(\w)\b", re.I)
LONG = re.compile(rf"\s*{_THE}?(\w)-(?:(?:{P['dimensional']})\s+)?(?:{_WORD}){{0,2}}(?:{P['vector']})\b", re.I)
THING = re.compile(rf"\s*{_THE}?(?:{_WORD}){{0,4}}?(?P<thing>{_THING})\b", re.I)
# "the determinant of A is …" speaks of no A, "if A is symmetric" of some A
OWNED = re.compile(rf"\b(?:{P['owner']})\s+{_THE}?(?:(?:{_THING})\s+)?$", re.I)
OF_ANOTHER = re.compile(rf"\b(?:{P['owner']})\s+{_THE}", re.I)  # "an eigenvector of the symmetric matrix"
APPOSED = re.compile(rf"\s+{_A}", re.I)  # "with A a symmetric matrix"
DESCRIBED = re.compile(rf"\s+{_THE}", re.I)  # "with A the covariance matrix"
INTRODUCED = re.compile(r"\b(?:with|mit)\s*$", re.I)
ENDED = re.compile(r"[.;:,]")
STOPPED = re.compile(r"[.?!](?:\s|$)|\n\s*\n")
BEGUN = re.compile(r"\s*[A-ZÄÖÜ]")  # a sentence, behind a formula that ends one
FOR = re.compile(r"\s*,?\s*(?:for|für)\s[^.;:,]*")  # "f(x) = … for symmetric A"
ADDED = re.compile(rf"[\s,(]*(?:{P['condition']})\b", re.I)
CONDITION = re.compile(rf"\b(?:{P['condition']})\b[^.;:,]*$", re.I)
CLAUSE = re.compile(rf"[,.;]|\b(?:{P['and']})\b", re.I)
