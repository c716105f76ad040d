"""What a document says of its matrices in words, not where an equation needs it; and how often a need is told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from texgrad.document import Document
from texgrad.jobs import LETTER
from texgrad.verify.mend import SUMMED
from texgrad.verify.verdicts import HOLDS, LAYOUT, NEEDS, Verdict

NEAR = 80  # how far from a formula words are said of it
_ORTHOGONAL = re.compile(
    r"orthogonal|orthonorm|\bSVD\b|singular value|eigen-?decomposition|eigenvector|ортогон|ортонорм|正交|特征向量", re.I
)
# where entries add up to 1
_SUMMED = re.compile(
    r"one[- ]hot|probabilit|distribution|softmax|simplex|\bclass|sum(?:s|ming)? (?:up )?to (?:one|1|\$1\$)"
    r"|вероятност|概率", re.I,
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


class Spoken:
    """What the words of a document say of its letters, anywhere."""

    def __init__(self, document: Document) -> None:
        self.orthogonal = _ORTHOGONAL.search(document.text) is not None
        self.summed = _SUMMED.search(document.text) is not None
        self.symmetric: set[str] = set()
        for formula in document.formulas:
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
