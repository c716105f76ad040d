"""What a document says of its matrices in words, not where an equation needs it; and how often a need is told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from texgrad.document import Document, Formula
from texgrad.jobs import LETTER
from texgrad.verify.adjusted import SKEW, UNIT
from texgrad.verify.mend import SUMMED
from texgrad.verify.verdicts import HOLDS, LAYOUT, NEEDS, Verdict

NEAR = 80  # how far from a formula words are said of it
_ORTHOGONAL = re.compile(
    r"ort(?:h)?ogonal|orthonorm|\bSVD\b|singular value"
    r"|eigen-?decomposition|eigenvector|ортогон|ортонорм|正交|特征向量", re.I
)
# where entries add up to 1
_SUMMED = re.compile(
    r"one[- ]hot|probabilit|distribution|softmax|simplex|\bclass|sum(?:s|ming)? (?:up )?to (?:one|1|\$1\$)"
    r"|вероятност|概率", re.I,
)
_SKEW = re.compile(r"skew|anti-?symm|反对称|кососимм|antisymétri|schiefsymm", re.I)
_UNIT = re.compile(
    r"unit[- ](?:vector|length|norm|axis|quaternion)|normali[sz]ed|单位向量|单位矢量|единичн|Einheitsvektor", re.I
)
# what is symmetric by its nature
_SYMMETRIC = re.compile(
    r"symmetri|symétri|symmetrisch|hessian|covarian|kernel|gram\b|laplacian|\bPSD\b|\bSPD\b|definite|precision|scatter"
    r"|adjacency|fisher|correlation|metric|mahalanobis|projection|(?<!\w)reflection|graph"
    r"|симметри|ковариац|положительно определ|гессиан|ядр|对称|正定|协方差|海森",
    re.I,
)
# N(\mu, \Sigma)
_NORMAL = re.compile(r"(?:\\mathcal\s*\{?\s*N\s*\}?|(?<![\w\\])N)(?:_\{?\w+\}?)?\s*(?:\\left\s*)?\(")
# A = A^T, the name in any font
_ITSELF = re.compile(
    r"^\s*(?P<a>\\?\w+(?:\{\\?\w+\})?)(?P<t>\s*\^\s*(?:\{[^{}]*\}|\\?\w+)|')?\s*=\s*(?P=a)"
    r"(?P<u>\s*\^\s*(?:\{[^{}]*\}|\\?\w+)|')?\s*\.?\s*$"
)

# WW^T = I, X^TX = I, with a name in any font
_MARK = r"\s*\^\s*(?:\{\s*(?!-)[^{}]*\}|\\?\w+)"
_ISOMETRIC = re.compile(
    rf"(?P<a>(?:\\[a-z]+\s*\{{\s*)?(?:\\[A-Z][a-z]+|[A-Z])(?:\s*\}})?)(?:{_MARK}\s*(?P=a)|\s*(?P=a){_MARK})"
    r"\s*&?\s*=\s*&?\s*(?:\\[a-z]+\s*\{?\s*)?I(?![a-z])"
)
ISOMETRIC = "isometric"

# where + and = mean something else
_OTHER_SUMS = re.compile(
    r"\bGF\s*\(|\bmod(?:ulo|ules?)?\b|\bcosets?\b|\bquotient space|finite field|陪集|商空间|有限域"
    r"|\\mathbb\s*\{?F\}?_|\\pmod", re.I,
)
# the words before what is said of a case, and what stands there then: "if n < 0", "let A = I"
_CASES = (
    (re.compile(r"(?:\b(?:if|when|wenn|falls|si|если|при)|若|当|如果)\W*$", re.I),
     re.compile(r".*(?:[<>]|\\(?:le|ge|lt|gt|ne))", re.S)),
    (re.compile(r"(?:\b(?:let|set(?:ting)?|take|put|sei|пусть)|令|取|设)\W*$", re.I),
     re.compile(r"\s*\\?\w+\s*=\s*(?:I|\d+)(?:_\w+)?\s*")),
)  # fmt: skip
GAP, AROUND = 14, 300  # how far the condition of a case stands from what it is about, and words from what they concern


_PRIMED = re.compile(r"[A-Z]\}*\s*(?:\^\s*(?:\{\s*\\prime\s*\}|\\prime\b)|')(?!\s*(?:\\left)?\()")
_TRANSPOSED = re.compile(r"\^\s*\{?\s*(?:\\top\b|\\intercal\b|T(?![a-z])|\\math(?:sf|rm|tt)\s*\{?T\b)")


def of_another(document: Document, formula: Formula) -> bool:
    """Whether primes are set where the rest of the text writes transposes otherwise: they make other names."""
    if _PRIMED.search(formula.latex) is None:
        return False
    return len(_PRIMED.findall(document.text)) < len(_TRANSPOSED.findall(document.text))


def of_a_case(document: Document, formula: Formula) -> bool:
    """Whether a formula is said of a case only, "if n < 0, …", or in another arithmetic, "over GF(2)"."""
    start, end = formula.span
    around = document.text[max(0, start - AROUND) : end + AROUND]
    before = [f for f in document.formulas if f.span.end <= formula.span.start][-1:]
    near = [f for f in before if formula.span.start - f.span.end < GAP]
    case = any(words.search(f.prose) and condition.match(f.latex) for f in near for words, condition in _CASES)
    return case or _OTHER_SUMS.search(around) is not None


class Spoken:
    """What the words of a document say of its letters, anywhere."""

    def __init__(self, document: Document) -> None:
        self.orthogonal = _ORTHOGONAL.search(document.text) is not None
        self.summed = _SUMMED.search(document.text) is not None
        self.skew = _SKEW.search(document.text) is not None
        self.unit = _UNIT.search(document.text) is not None
        self.symmetric: set[str] = set()
        self.isometric: set[str] = set()
        for formula in document.formulas:
            self.isometric.update(LETTER.findall(found["a"])[-1] for found in _ISOMETRIC.finditer(formula.latex))
            words = f"{formula.prose[-NEAR:]} {formula.after[:NEAR]}"
            itself = _ITSELF.match(formula.latex)
            turned = itself is not None and bool(itself["t"]) != bool(itself["u"])
            if turned or _SYMMETRIC.search(words) or _NORMAL.search(formula.latex):
                self.symmetric.update(LETTER.findall(formula.latex))

    def __call__(self, needs: str) -> bool:
        """Whether a need such as `A, B symmetric` is met."""
        *names, word = needs.split()
        if word == SUMMED:
            return self.summed
        if word in (SKEW, UNIT):
            return self.skew if word == SKEW else self.unit
        if word == ISOMETRIC:
            return any(LETTER.findall(name)[-1:] and LETTER.findall(name)[-1] in self.isometric for name in names)
        if word != "symmetric":
            return self.orthogonal and word.startswith("ortho")
        return all(LETTER.findall(name)[-1:] and LETTER.findall(name)[-1] in self.symmetric for name in names)


def said_once(verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """The verdicts, of which each need is told once a document, and so is the layout."""
    told: set[str] = set()
    for verdict in verdicts:
        if verdict.status in (NEEDS, LAYOUT):
            if verdict.message in told:
                verdict = replace(verdict, status=HOLDS, suggestion=None, edits=())
            told.add(verdict.message)
        yield verdict
