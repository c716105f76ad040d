"""Answers are written with the author's spellings: none that he does not use while he uses another for the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

import texgrad
from tests import wild

SAMPLES = Path(__file__).parent.parent / "samples"
ANSWER = re.compile(
    r"(?:<!-- texgrad:begin.*?-->|% texgrad:begin[^\n]*)(.*?)(?:<!-- texgrad:end -->|% texgrad:end)", re.DOTALL
)
MATH = re.compile(
    r"\$\$.*?\$\$|\$.*?\$|\\\[.*?\\\]|\\\(.*?\\\)|\\begin\{(\w+\*?)\}.*?\\end\{\1\}", re.DOTALL
)
# the spellings of one operator, none of which matches where another does
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "transpose": (r"\^T(?![a-z])", r"\^\{T\}", r"\^\\top", r"\^\{\\top\}", r"\^\\intercal", r"\^\{\\mathrm\{?\s*T\}?\}",
                  r"\^t(?![a-z])", r"\^\{t\}", r"(?<=[A-Za-z)}\]])'", r"\^\{?\\prime\s*\}?", r"\^\{?\\mathsf",
                  r"\\transpose\{"),
    "trace": (r"\\operatorname\{tr\}", r"\\operatorname\{Tr\}", r"\\operatorname\{trace\}", r"\\mathrm\{tr\}",
              r"\\mathrm\{Tr\}", r"\\mathrm\{trace\}", r"\\text\s*\{\s*tr\s*\}", r"\\mbox\{tr\}", r"\\tr(?![a-z])",
              r"\\Tr(?![a-z])", r"(?<![A-Za-z{\\ ])tr(?=[( ])", r"(?<![A-Za-z{\\])Tr(?=[( ])",
              r"(?<![A-Za-z{\\])trace(?=[( ])", r"\\textnormal\{Tr\}"),
    "Hadamard product": (r"\\odot", r"\\circ"),
    "logarithm": (r"\\log", r"\\ln", r"(?<![a-zA-Z\\])ln(?![a-z])"),
    "determinant": (r"\\det", r"\\mathrm\{logdet\}", r"(?<![|\\])(?:\\left)?\|(?!\|)",
                    r"\\(?:left\s*)?\\?l?vert(?!\s*\\vert)"),
    "norm": (r"\\\|", r"\|\|", r"\\lVert", r"\\Vert", r"\\vert\s*\\vert", r"\\norm"),
    "fraction": (r"\\frac(?![a-z])", r"\\dfrac", r"\\tfrac", r"\\cfrac"),
    "differential": (r"(?<![A-Za-z\\])(?<!mathrm )d(?=[A-Zx\\])", r"\\mathrm\s*(?:\{d\}|d(?![a-z]))"),
    "product sign": (r"\\cdot(?![a-z])", r"\\times(?![a-z])"),
    "Frobenius product": (r"(?<=[A-Za-z}]):(?=[A-Za-z\\])", r"\\langle"),
    "identity": (r"(?<![A-Za-z{\\])I(?![A-Za-z}])", r"\\mathbf\s*\{?\s*I", r"\\mathrm\s*\{?\s*I", r"\\mathbb\s*\{?\s*I",
                 r"\\boldsymbol\s*\{?\s*I"),
    "inverse transpose": (r"\^\{-T\}", r"\^\{-\\top\}", r"\^\{-1\}\)\^"),
    "diagonal matrix": (r"\\operatorname\{[Dd]iag\}", r"\\mathrm\{diag\}", r"\\text\{diag\}", r"\\diag"),
    "exponential": (r"\\exp", r"(?<![A-Za-z\\])e\^", r"(?<![A-Za-z\\])exp", r"\\mathrm\{e\}\^"),
    "squared norm": (r"_2\^2", r"\^2_2", r"_F\^2", r"\^2_F"),
    "ones": (r"\\mathbf\s*\{?\s*1", r"\\mathbb\s*\{?\s*1", r"\\1(?![0-9])", r"\\iota", r"\\boldsymbol\s*\{?\s*1",
             r"\\vec\s*\{?\s*1"),
}  # fmt: skip


def foreign(document: str, answer: str) -> dict[str, list[str]]:
    """The spellings in an answer that its document has not, of operators that it spells otherwise."""
    out: dict[str, list[str]] = {}
    for name, spellings in FAMILIES.items():
        own = [s for s in spellings if re.search(s, document)]
        strange = [s for s in spellings if s not in own and re.search(s, answer)]
        if own and strange:
            out[name] = strange
    return out


@pytest.mark.parametrize("case", wild.cases(), ids=lambda case: case["id"])
def test_the_author_s_spellings(case: wild.Case) -> None:
    try:
        answer = wild.solve(case).latex()
    except texgrad.TexgradError:
        pytest.skip("refused")
    document = "\n".join((case["expression"], case["wrt"], *case["definitions"]))
    # what the answer itself introduces is spelt as texgrad does: the Frobenius product in terms of a trace
    answer = re.sub(r"\\text\{where \} A:B=[^\\]*\\[^\n]*", "", answer)
    assert not foreign(document, answer)


@pytest.mark.parametrize("path", sorted(SAMPLES.rglob("*.md")) + sorted(SAMPLES.rglob("*.tex")), ids=lambda p: p.name)
def test_the_author_s_spellings_in_samples(path: Path) -> None:
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    document = "\n".join(m.group() for m in MATH.finditer(ANSWER.sub("", text)))
    for answer in ANSWER.findall(text):
        answer = re.sub(r"\\text\{where \} A:B=[^\\]*\\[^\n]*", "", answer)
        assert not foreign(document, answer)
